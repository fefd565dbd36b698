"""Scenarios of other regions: they run whole, and a scenario that says little runs too."""

import numpy as np
import pytest
from typer.testing import CliRunner

from equipoise.cli.main import app
from equipoise.jobs.tasks import ANALYSES
from equipoise.results.record import load_results
from equipoise.scenario.load import Scenario, load_scenario


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


LABELS = {
    "alliance": "alpha",
    "us": "beta",
    "china": "gamma",
    "korea": "delta",
    "japan": "epsilon",
    "north-korea": "zeta",
}


def under_other_labels(text):
    """Return a scenario's text with other identifiers of its parties; whose forces the catalogue counts stays as it is."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if not line.startswith(("counted_as", "name", "adjective", "title", "source")):
            for old, new in LABELS.items():
                line = line.replace(f'"{old}"', f'"{new}"')
            lines[i] = line
    return "\n".join(lines)


def numbers(results):
    """Return every number of some results by kind and variable, without the names of parties."""
    found = {}
    for kind, result in results.items():
        for name, variable in result.data.variables.items():
            if variable.dtype.kind in "fiub":
                found[kind, str(name)] = variable.values
    return found


def every_analysis(scenario):
    found = {}
    for task in ANALYSES:
        value = task.run(scenario, found, lambda: None)
        if value is not None:
            found[task.name] = value
    return found


@pytest.mark.identity
def test_labels_of_parties_change_no_number():
    coarse = ["scenario.map_step_deg=4", "scenario.aim_step_deg=10", "scenario.families=['minimum_energy']"]
    plain = load_scenario("thaad-korea", coarse)
    other = Scenario.from_toml(under_other_labels(plain.to_toml()))
    assert {p.id for p in other.parties} == set(LABELS.values())
    here, there = (every_analysis(s) for s in (plain, other))
    assert {"defended_area", "exposure", "radar_exposure", "guarantee", "balance"} <= set(here)
    assert set(here) == set(there)
    one, two = numbers(here), numbers(there)
    assert set(one) == set(two)
    for place, values in one.items():
        np.testing.assert_array_equal(values, two[place], err_msg=str(place))
