"""A scenario's missile may be staged: one path in ``run``, ``engage`` and ``fly``."""

import numpy as np
import pytest

from command_line import invoke
from equipoise.engagement import kernel_inputs
from equipoise.flights.fly import fly
from equipoise.foundation.errors import InputError
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.trajectory import positions, velocity_at
from equipoise.results.record import load_results
from equipoise.scenario.load import Scenario

STAGED = """
[scenario]
name = "staged"
title = "A staged missile at sea and a staged missile far away"
earth = "wgs84"
families = ["minimum_energy"]
modes = ["independent"]
required_shots = 1
map_south_deg = -38.0
map_north_deg = -30.0
map_west_deg = 146.0
map_east_deg = 154.0
map_step_deg = 2.0
aim_south_deg = -38.0
aim_north_deg = -30.0
aim_west_deg = 146.0
aim_east_deg = 154.0
aim_step_deg = 4.0
deterrer = "other"
[party.us]
[party.other]
name = "Other"
source = "notional"
confidence = "assumption"
[[phase]]
name = "now"
date = "2020-01-01"
[missile.own]
name = "Two stages, notional"
stages = [
  { burn_time_s = 60, propellant_kg = 6000, dry_kg = 900, specific_impulse_s = 265, diameter_m = 1.2 },
  { burn_time_s = 50, propellant_kg = 2000, dry_kg = 350, thrust_vacuum_kn = 105, diameter_m = 1.2, coast_s = 5 },
]
payload_kg = 700
drag = "large-solid"
ballistic_coefficient_kg_m2 = 4000
vertical_rise_m = 300
source = "notional"
confidence = "assumption"
[missile.far]
of = "minuteman-style"
kind = "strategic"
[[threat]]
missile = "own"
launch_area = "sea"
[launch_area.sea]
name = "At sea"
lat_deg = -30.0
lon_deg = 162.0
source = "notional"
confidence = "assumption"
[base.far-base]
name = "Far base"
lat_deg = 25.0
lon_deg = 120.0
warheads = 10
missile = "far"
party = "other"
source = "notional"
confidence = "assumption"
[site.here]
name = "Sydney"
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
SEA, HERE = (-30.0, 162.0), (-34.0, 151.0)


@pytest.fixture(scope="module")
def scenario():
    return Scenario.from_toml(STAGED)


@pytest.mark.second_method
def test_engagements_meet_the_path_that_fly_flies(scenario):
    """The samples that engagements take, the cubic between them included, against the dense flight, in m and m/s."""
    record = scenario.find("missile", "own")
    flown = fly(record, start=SEA, aim=HERE).data
    paths = kernel_inputs.solve(record, np.radians([SEA]), np.radians([HERE]), "minimum_energy", WGS84)
    path = paths.sampled()
    assert path.time_s[path.burnout] == pytest.approx(float(flown.burnout_time_s), abs=1e-6)
    assert path.time_s[path.filled - 1] == pytest.approx(float(flown.time_of_flight_s), abs=1e-6)
    gap = np.linalg.norm(positions(path, flown.time.values) - flown.position_ecef_m.values, axis=1)
    assert gap[flown.time.values > float(flown.burnout_time_s)].max() < 2.0
    assert gap.max() < 20.0
    at, speed = path.burnout, np.empty(3)
    velocity_at(path, at, path.time_s[at], speed)
    assert np.linalg.norm(speed) / 1e3 == pytest.approx(float(flown.burnout_speed_km_s), abs=1e-3)


def test_a_run_engages_staged_missiles_and_says_so(tmp_path):
    (tmp_path / "staged.toml").write_text(STAGED)
    done = invoke(["check", str(tmp_path / "staged.toml")])
    assert done.exit_code == 0, done.output
    done = invoke(["run", str(tmp_path / "staged.toml"), "--quiet", "--out", str(tmp_path / "o")])
    assert done.exit_code == 0, done.output
    found = load_results(tmp_path / "o" / "results.nc")
    assert float(found["defended_area"].data.shots.max()) >= 1.0
    assert found["exposure"].data.base.values.tolist() == ["far-base"]
    assert "staged missiles (far) as stated" in " ".join(found["exposure"].notes)
    done = invoke(["engage", str(tmp_path / "staged.toml"), "--threat", "own", "--to", "-34,151"])
    assert done.exit_code == 0, done.output


def test_a_staged_missile_is_read_and_written_as_it_is_stated(scenario):
    assert Scenario.from_toml(scenario.to_toml()).hash == scenario.hash
    heavier = scenario.with_({"missile.own.payload_kg": 900})
    assert heavier.find("missile", "own").payload_kg.value == 900
    with pytest.raises(InputError, match=r"missile\.own\.max_range_km"):
        scenario.with_({"missile.own.max_range_km": 900})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("specific_impulse_s = 265, ", "", "stage 1: give either thrust_vacuum_kn or specific_impulse_s"),
        ('drag = "large-solid"\n', "", "give either drag"),
        ("payload_kg = 700", "payload_kg = 700\nmax_range_km = 900", "unknown key"),
    ],
)
def test_what_a_staged_missile_lacks_is_one_line(old, new, said):
    with pytest.raises(InputError, match=said):
        Scenario.from_toml(STAGED.replace(old, new))
