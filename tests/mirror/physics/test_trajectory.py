"""One missile flies one way: the sampled path against `fly`, its exports and the explained engagement."""

import csv
import io
import re
from math import radians

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline

from equipoise.catalogue import load_catalogue
from equipoise.engagement import kernel_inputs
from equipoise.engagement.explain import explain
from equipoise.engagement.records import Battery, Command, Interceptor, Timing
from equipoise.flights.fly import fly
from equipoise.physics.environment.earth import WGS84, geodetic_to_ecef
from equipoise.physics.flight.trajectory import empty_path, positions, sample_path
from equipoise.present.trajectory_files import csv_text, kml_text

START = (38.0, 46.5)
PAIRS = {
    "scud-b": (39.0, 45.0),
    "ghadr-1": (43.0, 34.0),
    "icbm-liquid": (62.0, -20.0),
    "icbm-solid": (10.0, 100.0),
}
NEAR = Battery(
    "near", ((radians(45.0), radians(28.0)),), Interceptor(4500.0, 60.0, 900.0, floor_m=100e3), stock=4.0
)
WATCH = Command("watch", (NEAR,), (), Timing(30.0, 15.0, 10.0, 30.0, burnout_cue_s=30.0))


def ecef(lat_deg, lon_deg, height_m):
    rows = zip(np.radians(lat_deg), np.radians(lon_deg), height_m, strict=True)
    return np.array([geodetic_to_ecef(*row, WGS84) for row in rows])


def farthest_m(a, b):
    return float(np.linalg.norm(a - b, axis=1).max())


@pytest.mark.second_method
@pytest.mark.parametrize("family", ["minimum_energy", "lofted", "depressed"])
@pytest.mark.parametrize("name", PAIRS)
def test_one_missile_flies_one_way_wherever_it_is_flown(name, family):
    record = load_catalogue().missiles[name]
    paths = kernel_inputs.solve(record, np.radians(START), np.radians([PAIRS[name]]), family, WGS84)
    flown = fly(name, start=START, aim=PAIRS[name], family=family)
    times, places = flown.data.time.values, flown.data.position_ecef_m.values

    sampled = sample_path(paths.vehicle, paths.flights, 0, WGS84, empty_path())
    assert sampled.time_s[sampled.filled - 1] == pytest.approx(times[-1], abs=1e-3)
    assert farthest_m(positions(sampled, np.minimum(times, sampled.time_s[sampled.filled - 1])), places) < 1.0

    seen = explain(paths, WATCH, title="one").data
    between = CubicHermiteSpline(times, places, flown.data.velocity_ecef_m_s.values)
    explained = ecef(seen.latitude.values, seen.longitude.values, 1e3 * seen.altitude.values)
    assert farthest_m(explained, between(np.minimum(seen.path_time.values, times[-1]))) < 1.0

    table = list(csv.DictReader(io.StringIO(csv_text(flown))))
    listed = np.array([[float(row[axis]) for axis in ("x_ecef_m", "y_ecef_m", "z_ecef_m")] for row in table])
    line = re.search(r"<LineString>.*?<coordinates>(.*?)</coordinates>", kml_text(flown)).group(1)
    drawn = np.array([[float(v) for v in point.split(",")] for point in line.split()])
    assert farthest_m(listed, places) < 0.01
    assert farthest_m(ecef(drawn[:, 1], drawn[:, 0], drawn[:, 2]), places) < 0.1


@pytest.mark.identity
def test_the_boost_arc_leaves_the_pad_at_rest_and_ends_in_the_burnout_state():
    record = load_catalogue().missiles["ghadr-1"]
    paths = kernel_inputs.solve(record, np.radians(START), np.radians([PAIRS["ghadr-1"]]), "lofted", WGS84)
    path = sample_path(paths.vehicle, paths.flights, 0, WGS84, empty_path())
    pad = geodetic_to_ecef(radians(START[0]), radians(START[1]), 0.0, WGS84)
    assert np.linalg.norm(path.position_ecef_m[0] - pad) < 1e-3
    assert np.linalg.norm(path.velocity_ecef_m_s[0]) < 1e-9
    burnout = path.burnout_state
    carried = WGS84.omega_rad_s * np.array([-burnout[1], burnout[0], 0.0])
    np.testing.assert_allclose(path.position_ecef_m[path.burnout], burnout[:3], atol=1e-3)
    np.testing.assert_allclose(path.velocity_ecef_m_s[path.burnout], burnout[3:] - carried, atol=1e-6)
    speed = np.linalg.norm(path.velocity_ecef_m_s[: path.burnout + 1], axis=1)
    assert np.all(np.diff(speed) > 0.0)
    assert np.all(np.diff(path.height_m[: path.burnout + 1]) > 0.0)
