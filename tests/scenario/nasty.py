"""A name that every sink must show as it was written, and files that carry it; letters that no file may carry."""

NASTY = "$a_{b$ % # _ [north] :ship: \\foo$ <script>alert(1)</script> & ' {x} Шахты שלום"
"""A formula, markup of terminals and of pages, a comma's neighbours, and letters written from right to left."""
REFUSED = {"escape": "\x1b[31m", "newline": "a\nb", "turn": "a\u202eb", "line": "a\u2028b", "bell": "\x07"}
"""Letters that control a terminal, break a line or turn the direction of writing."""
COARSE = f"""
[scenario]
name = "coarse"
title = '''{NASTY}'''
extends = "epaa"
families = ["minimum_energy"]
modes = ["independent"]
map_south_deg = 40.0
map_north_deg = 60.0
map_west_deg = 0.0
map_east_deg = 30.0
map_step_deg = 10.0
aim_step_deg = 10.0
studies = []
remove = ["raid.forty"]
[[phase]]
name = '''{NASTY}'''
date = "2018-12-31"
[raid.twelve]
name = '''{NASTY}'''
threat = "irbm-north"
[site."deveselu-iia"]
name = '''{NASTY}'''
[base.ru-kozelsk]
name = '''{NASTY}'''
[interceptor.sm3-iia]
name = '''{NASTY}'''
[missile.irbm-notional]
name = '''{NASTY}'''
"""
ROCKET = f"""
id = "mine"
name = '''{NASTY}'''
source = '''{NASTY}'''
confidence = "assumption"
max_range_km = 2000
burn_time_s = 100
burnout_altitude_km = 90
burnout_downrange_km = 80
ballistic_coefficient_kg_m2 = 2500
"""
