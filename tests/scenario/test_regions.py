"""Scenarios of other regions: they run whole, and a scenario that says little runs too."""

import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.results.record import load_results


def run(folder, name, *settings):
    words = [w for setting in settings for w in ("--set", setting)]
    done = CliRunner().invoke(app, ["run", str(name), "--quiet", "--out", str(folder), *words])
    assert done.exit_code == 0, done.output
    return load_results(folder / "results.nc")


def test_the_gulf_counts_what_a_raid_takes_of_each_layer(tmp_path):
    found = run(tmp_path / "o", "gulf-2024", "scenario.map_step_deg=3")
    assert "exposure" not in found  # without strategic missiles nobody's deterrent is at stake
    data = found["raids"].data.isel(phase=0).sel(mode="independent", end="nominal")
    assert data.layer.values.tolist() == ["thaad", "pac-3"]
    assert data.missiles.values.tolist() == [20.0, 60.0, 200.0, 600.0]
    spent = (data.spent / data.stock).values
    assert (spent[1:] > spent[:-1]).all()
    assert data.emptied.sel(layer="thaad").values.tolist() == [0.0, 0.0, 0.0, 1.0]
    assert (tmp_path / "o" / "verdicts.json").read_text() == "[]\n"


BARE = """
[scenario]
name = "bare"
title = "Nothing but a site and a missile"
earth = "wgs84"
families = ["minimum_energy"]
modes = ["independent"]
required_shots = 1
map_south_deg = -42.0
map_north_deg = -28.0
map_west_deg = 140.0
map_east_deg = 154.0
map_step_deg = 2.0
aim_south_deg = -42.0
aim_north_deg = -28.0
aim_west_deg = 140.0
aim_east_deg = 154.0
aim_step_deg = 5.0
[[phase]]
name = "now"
date = "2020-01-01"
[[threat]]
missile = "ghadr-1"
launch_area = "sea"
[launch_area.sea]
name = "At sea"
lat_deg = -30.0
lon_deg = 160.0
source = "notional"
confidence = "assumption"
[site.here]
name = "Here"
party = "us"
lat_deg = -34.0
lon_deg = 151.0
interceptor = "sm3-iia"
count = 10
sensors = ["spy1d"]
source = "notional"
confidence = "assumption"
[radar.spy1d]
range_max_km = 1500
"""


def test_a_scenario_without_bases_clauses_policies_raids_and_assumptions_runs(tmp_path):
    (tmp_path / "bare.toml").write_text(BARE)
    found = run(tmp_path / "o", tmp_path / "bare.toml")
    assert float(found["defended_area"].data.shots.max()) >= 1.0


@pytest.mark.parametrize("name", ["thaad-korea"])
def test_korea_runs_whole(tmp_path, name):
    found = run(
        tmp_path / "o",
        name,
        "scenario.map_step_deg=4",
        "scenario.aim_step_deg=10",
        "scenario.families=['minimum_energy']",
    )
    assert {"defended_area", "exposure", "guarantee", "balance"} <= set(found)
    assert found["exposure"].data.base.size == 5
