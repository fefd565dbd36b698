"""Broken scenario files through the real command: one clear line for each fault, exit code 2, no traceback."""

import os
import subprocess
import sys

import pytest

from command_line import invoke
from equipoise.scenario.load import load_scenario

HEAD = '[scenario]\nname = "mine"\ntitle = "Mine"\nextends = "epaa"\n'
SITE = '[[site]]\nid = "new"\nname = "New"\nparty = "nato"\nlat_deg = 50.0\nlon_deg = 20.0\ninterceptor = "sm3-iia"\n'
SITE += 'count = 24\nactive_from = "2018-01-01"\nsource = "test"\nconfidence = "assumption"\n'
SPEED = '[[interceptor]]\nid = "sm3-iia"\nburnout_speed_km_s = '
DECISION = "[assumption]\ndecision_s = "

BROKEN = {
    "wrong type": (HEAD + SPEED + '"fast"', "burnout_speed_km_s"),
    "unit inside the value": (HEAD + SPEED + '"4.5 km/s"', "burnout_speed_km_s"),
    "unit in the key": (HEAD + '[[interceptor]]\nid = "sm3-iia"\nburnout_speed_m_s = 4500', "burnout_speed_km_s"),
    "metres for kilometres": (HEAD + SPEED + "4500.0", "outside"),
    "unknown key": (HEAD + "[assumption]\ndecison_s = 5.0", "decision_s"),
    "unknown table": (HEAD + '[[sites]]\nid = "x"', "site"),
    "negative time": (HEAD + DECISION + "-5.0", "outside"),
    "negative count": (HEAD + SITE.replace("24", "-1"), "outside"),
    "count of a thousand million": (HEAD + SITE.replace("24", "1_000_000_000"), "outside"),
    "fraction of an interceptor": (HEAD + SITE.replace("24", "2.5"), "whole"),
    "nan": (HEAD + DECISION + "nan", "outside"),
    "infinity": (HEAD + DECISION + "inf", "outside"),
    "boolean for a number": (HEAD + DECISION + "true", "number"),
    "dates reversed": (HEAD + SITE + 'active_to = "2011-01-01"', "before"),
    "phases reversed": (
        HEAD + '[[phase]]\nname = "B"\ndate = "2018-01-01"\n[[phase]]\nname = "A"\ndate = "2011-01-01"', "backwards",
    ),
    "no such day": (HEAD + SITE.replace("2018-01-01", "2018-02-30"), "date"),
    "date in words": (HEAD + SITE.replace("2018-01-01", "spring"), "date"),
    "latitude off the globe": (HEAD + SITE.replace("50.0", "95.0"), "outside"),
    "longitude off the globe": (HEAD + SITE.replace("20.0", "200.0"), "outside"),
    "unknown base scenario": (HEAD.replace("epaa", "epa"), "epaa"),
    "extends itself": (HEAD.replace('"epaa"', '"FILE"'), "cycle"),
    "extends is a number": (HEAD.replace('"epaa"', "3"), "extends"),
    "empty file": ("", "missing"),
    "duplicate key": (HEAD + HEAD, "TOML"),
    "duplicate id": (HEAD + SITE + SITE, "twice"),
    "unfinished line": (HEAD + "[assumption", "TOML"),
    "deep nesting": (HEAD + "x = " + "[" * 50_000 + "]" * 50_000, "TOML"),
    "unknown interceptor": (HEAD + SITE.replace("sm3-iia", "sm3-iix"), "Did you mean"),
    "low above value": (
        HEAD + DECISION + '{value = 5, low = 9, high = 10, source = "x", confidence = "memory"}', "low <= value",
    ),
    "wrong quantity key": (HEAD + DECISION + "{value = 5, lo = 1}", "lo"),
    "quantity without value": (HEAD + DECISION + "{low = 5}", "value"),
    "unknown confidence": (
        HEAD + DECISION + '{value = 5, low = 5, high = 5, source = "x", confidence = "sure"}', "confidence",
    ),
    "unknown party": (HEAD + SITE.replace("nato", "otan"), "no party 'otan'"),
    "unknown mode": (HEAD + 'modes = ["alone"]', "modes"),
    "mode that is a list": (HEAD + 'modes = [["joint"]]', "modes"),
    "empty families": (HEAD + "families = []", "families"),
    "unknown earth": (HEAD + 'earth = "flat"', "earth"),
    "map edges reversed": (HEAD + "map_south_deg = 80.0\nmap_north_deg = 30.0", "reversed"),
    "list for a table": ('scenario = ["epaa"]', "table"),
    "unknown catalogue record": (HEAD + SITE + 'of = "deveslu"', "deveselu"),
    "unknown instrument": (HEAD + SITE + 'needs = ["us-romania-2012"]', "us-romania-2011"),
    "needs that are a text": (HEAD + SITE + 'needs = "us-romania-2011"', "list of names"),
    "table for a list": (HEAD + '[site]\nid = "x"', "site"),
    "entries that are numbers": ("site = [1, 2]\n" + HEAD, "table"),
    "id that is a list": (HEAD + SITE.replace('"new"', '["new"]'), "id"),
    "binary": (b"\x00\xff\x00\xfe" * 64, "UTF-8"),
    "not UTF-8": (HEAD.encode() + b'# caf\xe9\n', "UTF-8"),
    "50 MB": (b"#" * 50_000_000, "5 MB"),
    "byte-order mark, and a fault": (b"\xef\xbb\xbf" + (HEAD + DECISION + "nan").encode(), "decision_s"),
    "dotted keys 1,000 deep": (HEAD + "[" + "a." * 1000 + "a]", "inside each other"),
    "dotted key 1,000 deep": ("a." * 1000 + "a = 1\n" + HEAD, "inside each other"),
    "dotted key two million deep": ("a." * 2_000_000 + "a = 1\n" + HEAD, "inside each other"),
    "quoted key a million deep": ("'a'." * 1_000_000 + "a = 1\n" + HEAD, "inside each other"),
    "lists 200 deep": (HEAD + "studies = " + "[" * 200 + "]" * 200, "inside each other"),
    "integer of 400 digits": (HEAD + "required_shots = 1" + "0" * 400, "outside 1 to 32"),
    "integer of 400 digits in a box": (HEAD + "[guarantee]\narea_deg = [[1, 2, 3, 1" + "0" * 400 + "]]", "area_deg"),
    "integer of 5,000 digits": (HEAD + "required_shots = 1" + "0" * 5000, "TOML"),
    "hexadecimal integer of 40,000 digits": (HEAD + "required_shots = 0x1" + "0" * 40_000, "outside 1 to 32"),
    "countries that are none": (HEAD + 'aim_countries = ["XX"]', "not a two-letter code"),
    "country of three letters": (HEAD + 'aim_countries = ["USA"]', "Did you mean 'US'?"),
    "country without an aim cell": (HEAD + 'aim_countries = ["MC"]', "no aim cell lies in MC"),
    "aim cells at sea": (
        HEAD + "aim_countries = []\naim_south_deg = 30\naim_north_deg = 40\naim_west_deg = -50\naim_east_deg = -40\naim_step_deg = 5",
        "no aim cell lies on land",
    ),
    "study that is none": (HEAD + 'studies = ["phase-for"]', "Did you mean 'phase-four'?"),
    "no mode": (HEAD + "modes = []", "1 or more names"),
    "mode twice": (HEAD + 'modes = ["joint", "joint"]', "twice"),
    "family twice": (HEAD + 'families = ["minimum_energy", "minimum_energy"]', "twice"),
    "phase twice": (
        HEAD + '[[phase]]\nname = "a"\ndate = "2018-12-31"\n[[phase]]\nname = "a"\ndate = "2019-12-31"', "twice",
    ),
    "year 1": (HEAD + '[[phase]]\nname = "a"\ndate = "0001-01-01"', "outside the years"),
    "year 9999": (HEAD + '[[phase]]\nname = "a"\ndate = "9999-01-01"', "outside the years"),
    "map without cells": (HEAD + "map_south_deg = 50.0\nmap_north_deg = 50.0000001", "map_step_deg"),
    "map of 6 million cells": (
        HEAD + "map_south_deg = -90\nmap_north_deg = 90\nmap_west_deg = -180\nmap_east_deg = 180\nmap_step_deg = 0.1",
        "6,480,000 cells",
    ),
    "cells of equal area by the million": (HEAD + 'grid = "equal_area"\nmap_step_km = 5.0', "cells; at most"),
    "missile that comes down before burnout": (
        HEAD + "[missile.irbm-notional]\nmax_range_km = 300\nburnout_downrange_km = 300", "max_range_km: 300 is not more",
    ),
    "ceiling under the floor": (HEAD + '[interceptor.sm3-iia]\nkill_floor_km = 400\nkill_ceiling_km = 100', "kill_floor_km, 400"),
    "ceiling under the scenario's floor": (HEAD + '[interceptor.sm3-iia]\nkill_ceiling_km = 99', "kill_floor_km"),
    "radar that looks up from above": (HEAD + "[radar.armavir]\nelevation_from_deg = 60\nelevation_to_deg = 3", "elevation_from_deg, 60"),
    "nearest range beyond the farthest": (HEAD + "[radar.armavir]\nrange_min_km = 9000\nrange_max_km = 3000", "range_min_km, 9000"),
    "no warheads": (
        HEAD + "".join(f"[base.{base.id}]\nwarheads = 0\n" for base in load_scenario("epaa").bases), "no base has a warhead",
    ),
    "id with capitals": (HEAD + SITE.replace('"new"', '"New_Site"'), "Write 'new-site'."),
    "id with a slash": (HEAD + SITE.replace('"new"', '"a/b"'), "Write 'a-b'."),
    "name with a slash": (HEAD.replace('"mine"', '"../mine"'), "Write 'mine'."),
    "name that controls the terminal": (HEAD + SITE.replace('"New"', '"\\u001b[2J"'), "'\\x1b'"),
    "id that controls the terminal": (HEAD + '[site."\\u001b[2J"]\nof = "nowhere\\u001b[31m"', "\\x1b[2J"),
    "name that turns the writing": (HEAD + SITE.replace('"New"', '"a\\u202eb"'), "'\\u202e'"),
    "name of two lines": (HEAD + SITE.replace('"New"', '"a\\nb"'), "'\\n'"),
    "40,000 ids": (
        HEAD + "".join(f'[[threat]]\nid = "t{i}"\nmissile = "scud-b"\nlaunch_area = "ir-w"\n' for i in range(40_000)),
        "at most 2000",
    ),
    "300,000 unknown keys": (HEAD + "[assumption]\n" + "".join(f"k{i}=1\n" for i in range(300_000)), "and 299950 more."),
}  # fmt: skip


def told(result):
    assert result.exit_code == 2, (result.output, result.exception)
    lines = result.stderr.strip().splitlines()
    assert lines
    assert not any("Traceback" in line for line in lines)
    return lines


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_file(kind, tmp_path):
    content, expected = BROKEN[kind]
    path = tmp_path / "mine.toml"
    content = content.replace("FILE", str(path)) if isinstance(content, str) else content
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    lines = told(invoke(["check", str(path)]))
    assert any(expected in line for line in lines), lines
    assert all(len(line) < 600 for line in lines)


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("--set", "assumption.decision_s", "TABLE.ID.KEY=VALUE"),
        ("--set", "assumption.decison_s=3", "decision_s"),
        ("--set", "assumption.decision_s=fast", "decision_s"),
        ("--set", "interceptor.sm3-iia.burnout_speed_km_s=45", "outside"),
        ("--set", "site.deveselu.interceptor=sm3-iix", "Did you mean 'sm3-ii"),
        ("--at", "spring", "not a date"),
        ("--at", "2018-02-30", "not a date"),
        ("--mode", "jiont", "joint"),
        ("--at", "0001-01-01", "outside the years"),
        ("--set", "assumption.decision_s=3\nassumption.reaction_s=4", "line break"),
        ("--set", "scenario.studies=" + "[" * 5000, "studies"),
        ("--set", "scenario.required_shots=1.5", "whole"),
        ("--set", 'scenario.studies=["phase-fore"]', "Did you mean 'phase-four'?"),
    ],
)
def test_bad_options_of_a_run(option, value, expected, tmp_path):
    command = ["run", "epaa", "--out", str(tmp_path / "r"), option, value]
    lines = told(invoke(command))
    assert any(expected in line for line in lines)
    assert all(line.startswith(f"{option}: ") for line in lines), lines
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["nowhere.toml", "a-folder", "bad\0name"])
def test_file_that_is_not_there(place, tmp_path):
    (tmp_path / "a-folder").mkdir()
    told(invoke(["check", str(tmp_path / place)]))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_unreadable_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD)
    path.chmod(0)
    told(invoke(["check", str(path)]))


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "a pipe" in told(invoke(["check", str(tmp_path / "pipe")]))[0]


def test_a_chain_of_files_that_extend_each_other_ends(tmp_path):
    for i in range(1500):
        (tmp_path / f"{i}.toml").write_text(f'[scenario]\nextends = "{tmp_path}/{i + 1}.toml"\n')
    assert "more than 20 files" in told(invoke(["check", str(tmp_path / "0.toml")]))[0]


def test_a_byte_order_mark_is_taken(tmp_path):
    (tmp_path / "mine.toml").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert load_scenario(str(tmp_path / "mine.toml")).threats == load_scenario("epaa").threats


def test_far_more_samples_than_a_person_waits_for_are_refused():
    result = invoke(["run", "epaa", "--samples", "999999999999"])
    assert result.exit_code == 2
    assert "100000" in result.output


def test_all_faults_are_listed_at_once(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + "[assumption]\ndecision_s = -1.0\nreaction_s = true\nodd = 1\n")
    lines = told(invoke(["check", str(path)]))
    assert len(lines) == 3
    assert all(str(path) in line for line in lines)


def test_good_files(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + SITE)
    for name in ("epaa", str(path)):
        assert invoke(["check", name]).exit_code == 0


def test_the_real_process_prints_no_traceback(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(BROKEN["nan"][0])
    command = [sys.executable, "-m", "equipoise", "check", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "decision_s" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("argument", "variable", "code", "expected"),
    [
        (b"caf\xe9.toml", {}, 2, "Argument 2 is not text in UTF-8"),
        (b"epaa", {"NUMBA_NUM_THREADS": "0"}, 2, "NUMBA_NUM_THREADS is '0'"),
        (b"epaa", {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}, 0, "no fault"),
    ],
)
def test_what_a_process_is_given_is_one_line(argument, variable, code, expected):
    command = [sys.executable, "-m", "equipoise", "check", argument]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | variable)
    assert (run.returncode, expected in run.stdout + run.stderr, "Traceback" in run.stderr) == (
        code,
        True,
        False,
    ), run
