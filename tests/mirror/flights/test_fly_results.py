"""The flight functions for people: friendly units, events in order, honest refusals, lazy imports."""

import subprocess
import sys
from math import radians

import numpy as np
import pytest

import equipoise as eq
from equipoise.catalogue import load_catalogue
from equipoise.flights.fly import NoFlightError, fly_as_published
from equipoise.foundation.errors import DomainError, UnknownNameError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight import targeting

TABRIZ, BUCHAREST = (38.0, 46.5), (44.4, 26.1)


def test_importing_the_package_compiles_and_draws_nothing():
    code = "import sys, equipoise; dir(equipoise); sys.exit(any(m in sys.modules for m in ('numba', 'matplotlib', 'scipy', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    with pytest.raises(AttributeError, match="no public name 'flie'; it has"):
        _ = eq.flie


@pytest.mark.second_method
def test_degrees_and_kilometres_say_what_the_kernels_say():
    found = eq.solve("sajjil-2", start=TABRIZ, aim=[BUCHAREST, (41.0, 29.0)], family="lofted", loft_deg=5.0)
    missile = eq.fly("sajjil-2", start=TABRIZ, aim=BUCHAREST, family="lofted", loft_deg=5.0)
    record = load_catalogue().missiles["sajjil-2"]
    vehicle = targeting.kinematic_for_range(
        max_range_m=record.max_range_km.si, burn_time_s=record.burn_time_s.si,
        burnout_altitude_m=record.burnout_altitude_km.si, burnout_downrange_m=record.burnout_downrange_km.si,
        ballistic_coefficient_kg_m2=record.ballistic_coefficient_kg_m2.si,
    )  # fmt: skip
    path = targeting.solve(
        vehicle, start_lat_rad=radians(38.0), start_lon_rad=radians(46.5), aim_lat_rad=radians(44.4),
        aim_lon_rad=radians(26.1), family=targeting.Family.LOFTED, loft_rad=radians(5.0), earth=WGS84,
    )  # fmt: skip
    assert list(found.status.values) == [0, 0]
    assert float(found.apogee_km[0]) == path.apogee_m / 1e3
    assert float(missile.data.apogee_km) == path.apogee_m / 1e3
    assert float(missile.data.time_of_flight_s) == path.time_of_flight_s
    batch = eq.fly_batch(
        "sajjil-2", start=TABRIZ, azimuth_deg=found.azimuth.values, angle_deg=found["shape"].values,
        speed_km_s=found.speed_km_s.values,
    )  # fmt: skip
    assert np.allclose(batch.impact_lat.values, [44.4, 41.0], atol=2e-4)
    assert np.allclose(batch.apogee_km.values, found.apogee_km.values, atol=0.05)
    assert (
        batch.azimuth.values.tolist() == found.azimuth.values.tolist()
    )  # each row says what it was flown from
    assert batch.start_lat.values.tolist() == [38.0, 38.0]


@pytest.mark.identity
def test_events_stand_in_order_and_at_their_heights():
    data = eq.fly("minuteman-style", start=(48.0, -104.0), aim=(30.0, -160.0), family="lofted").data
    names = list(data.event.values)
    times = data.event_time_s.values
    assert names[0] == "launch"
    assert names[-1] == "impact"
    assert np.all(np.diff(times) >= 0.0)
    for name in (
        "tilt",
        "stage 1 burns out",
        "stage 2 ignites",
        "shroud drops",
        "stage 3 ignites",
        "thrust ends",
        "apogee",
    ):
        assert name in names, name
    height = dict(zip(names, np.interp(times, data.time.values, data.altitude_km.values), strict=True))
    assert height["tilt"] == pytest.approx(0.3, abs=1e-3)
    assert height["leaves the air (100 km)"] == pytest.approx(100.0, abs=1e-3)
    assert height["re-enters the air (100 km)"] == pytest.approx(100.0, abs=1e-3)
    assert height["apogee"] == pytest.approx(float(data.apogee_km), abs=1e-3)
    assert height["impact"] == pytest.approx(0.0, abs=1e-3)
    assert height["hardest braking"] == pytest.approx(float(data.peak_deceleration_altitude_km), abs=0.3)
    assert float(data.burnout_mass_kg) == pytest.approx(900.0 + 404.0, abs=1e-6)


@pytest.mark.identity
def test_out_of_range_says_how_far_and_the_published_end_is_tried():
    with pytest.raises(NoFlightError, match=r"It reaches 14.* km on a .*15° above") as caught:
        eq.fly("ghadr-1", start=TABRIZ, aim=BUCHAREST, family="lofted")
    assert caught.value.status == FlightStatus.OUT_OF_RANGE
    flown = fly_as_published("ghadr-1", start=TABRIZ, aim=BUCHAREST, family="lofted", loft_deg=10.0)
    assert "10° above" in flown.notes[1]
    assert "1600 km" in flown.notes[0]
    assert "2000 km" in flown.notes[0]
    assert float(flown.data.miss_m) < 10.0
    with pytest.raises(NoFlightError):
        fly_as_published("scud-b", start=TABRIZ, aim=BUCHAREST)


@pytest.mark.parametrize(
    ("name", "wish", "error", "word"),
    [
        ("gadr-1", {"aim": BUCHAREST}, UnknownNameError, "ghadr-1"),
        ("ghadr-1", {"aim": (95.0, 26.0)}, DomainError, "latitude"),
        ("ghadr-1", {"aim": (44.0, float("nan"))}, DomainError, "aim"),
        ("ghadr-1", {}, DomainError, "either"),
        ("ghadr-1", {"azimuth_deg": 300.0}, DomainError, "angle"),
        ("ghadr-1", {"aim": BUCHAREST, "family": "loftd"}, UnknownNameError, "lofted"),
        ("ghadr-1", {"aim": BUCHAREST, "earth": "flat"}, UnknownNameError, "wgs84"),
        ("ghadr-1", {"azimuth_deg": 300.0, "angle_deg": 40.0, "cutoff_s": 50.0}, DomainError, "cutoff_s"),
        ("minuteman-style", {"aim": BUCHAREST, "max_range_km": 900.0}, DomainError, "max_range_km"),
    ],
)  # fmt: skip
def test_impossible_wishes_are_refused_with_a_cure(name, wish, error, word):
    with pytest.raises(error, match=word):
        eq.fly(name, start=TABRIZ, **wish)


@pytest.mark.identity
@pytest.mark.parametrize("name", sorted(load_catalogue().missiles))
def test_a_kinematic_boost_only_rises_and_only_gains_speed(name):
    data = eq.fly(name, start=TABRIZ, azimuth_deg=310.0, angle_deg=38.0).data
    boost = data.time.values <= float(data.burnout_time_s)
    assert np.all(np.diff(data.altitude_km.values[boost]) > 0.0)
    assert np.all(np.diff(data.speed_km_s.values[boost]) > 0.0)


def test_the_flyout_of_an_interceptor_without_a_speed_needs_one():
    with pytest.raises(DomainError, match="51t6"):
        eq.flyout("51t6")
    reach = eq.flyout("51t6", speed_km_s=3.0, burn_time_s=20.0, life_s=100.0)
    assert 40.0 < float(reach.time_s.interp(range_km=60.0, altitude_km=80.0)) < 60.0
