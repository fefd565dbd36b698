"""Where an observer looks, against PROJ; boost and burnout model against an independent integration and each other."""

from math import radians

import numpy as np
import pyproj
import pytest
from scipy.integrate import solve_ivp

from equipoise.physics.environment.atmosphere import density
from equipoise.physics.environment.earth import (
    WGS84,
    altitude,
    ecef_to_geodetic,
    enu_basis,
    geodetic_to_ecef,
    gravity,
)
from equipoise.physics.flight.axial_boost import (
    earth_relative_speed,
    eci_to_ecef,
    fly_pushes,
    specific_force,
    state_at,
)
from equipoise.physics.sensing.burnout_model import SIZE, predict, sensitivity
from equipoise.physics.sensing.observation import Observer, in_sight, look, sightings, sigma

LAT, LON = radians(21.3), radians(-161.3)
PUSHES = np.array(
    [
        [0.0, 6.5, 121.9, 0.075, 1.095, 4.76, 0.0, 6000.0, 0.5],
        [6.5, 32.5, 103.7, 0.0392, 0.938, 4.76, 0.0, 5000.0, 0.5],
        [39.0, 65.0, 110.6, 0.0353, 0.885, 4.80, 0.002, 3000.0, 0.5],
    ]
)


def flown(until_s=150.0):
    nodes = np.empty((2000, 7))
    return nodes[: fly_pushes(LAT, LON, 0.0, PUSHES, until_s, WGS84, nodes)].copy()


def state(nodes, time_s):
    out = np.empty(6)
    assert state_at(nodes, time_s, out)
    return out


@pytest.mark.outside  # PROJ's topocentric conversion
@pytest.mark.parametrize(
    ("lat", "lon", "height"), [(22.0, -159.8, 25.0), (-57.4, 7.4, 1200.0), (89.0, 10.0, 0.0)]
)
def test_range_azimuth_and_elevation_are_those_of_proj(lat, lon, height):
    ours_lat, ours_lon = radians(lat), radians(lon)
    to_enu = pyproj.Transformer.from_pipeline(
        f"+proj=pipeline +step +proj=cart +ellps=WGS84 +step +proj=topocentric +ellps=WGS84 +lon_0={lon} +lat_0={lat} +h_0={height}"
    )
    for d_lat, d_lon, up in [(1.0, -2.0, 150e3), (-3.0, 0.5, 60e3), (0.0, 0.01, 5e3)]:
        east, north, above = to_enu.transform(lon + d_lon, min(lat + d_lat, 90.0), up)
        point = np.zeros(6)
        point[:3] = geodetic_to_ecef(radians(min(lat + d_lat, 90.0)), radians(lon + d_lon), up, WGS84)
        distance, azimuth, elevation, _rate = look(ours_lat, ours_lon, height, point, WGS84)
        assert distance == pytest.approx(np.sqrt(east**2 + north**2 + above**2), abs=1e-3)
        assert azimuth == pytest.approx(np.arctan2(east, north), abs=1e-9)
        assert elevation == pytest.approx(np.arctan2(above, np.hypot(east, north)), abs=1e-9)


@pytest.mark.identity
def test_the_range_rate_is_the_derivative_of_the_range():
    nodes, point = flown(), np.empty(6)

    def seen(time_s):
        eci_to_ecef(state(nodes, time_s), time_s, WGS84, point)
        return look(radians(22.0), radians(-160.0), 10.0, point, WGS84)

    for time_s in (20.0, 64.0, 120.0):
        slope = (seen(time_s + 0.01)[0] - seen(time_s - 0.01)[0]) / 0.02
        assert seen(time_s)[3] == pytest.approx(slope, abs=0.01)


@pytest.mark.second_method  # scipy's integrator, in the frame that turns with the Earth
def test_the_boost_agrees_with_an_integration_in_the_turning_frame():
    w = WGS84.omega_rad_s
    basis = np.array(enu_basis(LAT, LON))
    spin = np.array([0.0, 0.0, w])

    def slope(time, y, push, burning):
        r, v = y[:3], y[3:]
        a = np.array(gravity(*r, WGS84)) - 2.0 * np.cross(spin, v) - np.cross(spin, np.cross(spin, r))
        height = altitude(*r, WGS84)
        if height < 200e3:
            a = a - 0.5 * density(max(height, 0.0)) * np.linalg.norm(v) * v / push[7]
        if burning:
            force = specific_force(push[1] - time, push[2], push[3], push[8])
            elevation = push[4] - push[6] * (time - push[0])
            flat = np.cos(elevation)
            inertial = np.array([flat * np.sin(push[5]), flat * np.cos(push[5]), np.sin(elevation)]) @ basis
            c, s = np.cos(w * time), np.sin(w * time)
            a = a + force * np.array(
                [inertial[0] * c + inertial[1] * s, -inertial[0] * s + inertial[1] * c, inertial[2]]
            )
        return np.concatenate([v, a])

    y = np.concatenate([geodetic_to_ecef(LAT, LON, 0.0, WGS84), np.zeros(3)])
    time = 0.0
    for push in PUSHES:
        for end, burning in ((push[0], False), (push[1] - push[8], True), (push[1], True)):
            if end > time:
                y = solve_ivp(slope, (time, end), y, args=(push, burning), rtol=1e-11, atol=1e-6).y[:, -1]
                time = end
    ours, nodes = np.empty(6), flown()
    eci_to_ecef(state(nodes, 65.0), 65.0, WGS84, ours)
    assert np.linalg.norm(ours[:3] - y[:3]) < 0.05
    assert np.linalg.norm(ours[3:] - y[3:]) < 0.005
    assert earth_relative_speed(state(nodes, 65.0), WGS84) == pytest.approx(np.linalg.norm(y[3:]), abs=0.005)


def model_of(nodes):
    """Return the burnout model's numbers for :data:`PUSHES`, from the flight alone."""
    x = np.zeros(SIZE)
    x[:6] = state(nodes, 65.0)
    last = PUSHES[-1]
    x[6], x[7], x[8], x[12], x[13] = 65.0, last[2], np.log(last[3]), np.log(last[8]), np.log(last[7])
    elevation = last[4] - last[6] * (last[1] - last[0])
    flat = np.cos(elevation)
    push = np.array([flat * np.sin(last[5]), flat * np.cos(last[5]), np.sin(elevation)]) @ np.array(
        enu_basis(LAT, LON)
    )
    along = x[3:6] - np.cross([0.0, 0.0, WGS84.omega_rad_s], x[:3])
    along /= np.linalg.norm(along)
    left = np.cross(x[:3], along)
    left /= np.linalg.norm(left)
    x[9], x[10], x[11] = (
        np.arcsin(push @ np.cross(along, left)),
        np.arctan2(push @ left, push @ along),
        last[6],
    )
    return x


RADAR = Observer(
    radians(19.6),
    radians(-162.6),
    25.0,
    radians(2.0),
    900e3,
    300e3,
    12.0,
    3e-4,
    0.5,
    4.0,
    1e-4,
    0.1,
    0.0,
    0.0,
)


def rows_from(nodes, low_s=53.0, high_s=105.0):
    room = np.empty((2000, 9))
    looks = room[: sightings(nodes, np.array(RADAR), 0.2, PUSHES, WGS84, room)]
    looks = looks[(looks[:, 0] > low_s) & (looks[:, 0] < high_s)]
    return np.array([(s[0], kind, 0, s[1 + kind], s[5 + kind], -1) for s in looks for kind in range(4)])


@pytest.mark.second_method  # forward from the pad against backward from burnout
def test_the_burnout_model_retraces_the_flight():
    nodes = flown()
    rows = rows_from(nodes)
    out = np.empty(len(rows))
    predict(model_of(nodes), rows, np.array([RADAR]), WGS84, out)
    gap = np.abs(out - rows[:, 3])
    for kind, most in ((0, 0.5), (1, 1e-5), (2, 1e-5), (3, 0.2)):
        assert gap[rows[:, 1] == kind].max() < most


@pytest.mark.identity
def test_the_sensitivity_predicts_what_a_change_does():
    nodes = flown()
    x, rows, observers = model_of(nodes), rows_from(nodes), np.array([RADAR])
    slopes, before, after = np.empty((len(rows), SIZE)), np.empty(len(rows)), np.empty(len(rows))
    sensitivity(x, rows, observers, WGS84, slopes)
    predict(x, rows, observers, WGS84, before)
    change = np.array([80.0, -60.0, 70.0, 0.8, -0.5, 0.3, 0.02, 0.3, 0.01, 2e-3, 1e-3, 1e-4, 0.01, 0.05])
    predict(x + change, rows, observers, WGS84, after)
    wanted, found = after - before, slopes @ change
    for kind, most in ((0, 0.3), (1, 2e-6), (2, 2e-6)):
        mine = rows[:, 1] == kind
        assert np.abs(wanted - found)[mine].max() < most


def test_an_observer_sees_above_its_lowest_elevation_within_its_range_and_optics_only_what_burns():
    nodes, point = flown(), np.empty(6)
    eci_to_ecef(state(nodes, 100.0), 100.0, WGS84, point)
    row = np.array(RADAR)
    assert in_sight(row, point, False, WGS84)
    near = row.copy()
    near[4] = 50e3
    assert not in_sight(near, point, False, WGS84)
    high = row.copy()
    high[3] = radians(80.0)
    assert not in_sight(high, point, False, WGS84)
    optical = row.copy()
    optical[13] = 1.0
    assert not in_sight(optical, point, False, WGS84)
    assert in_sight(optical, point, True, WGS84)


@pytest.mark.identity
def test_errors_grow_with_the_square_of_the_range_above_a_floor():
    row = np.array(RADAR)
    assert sigma(row, 0, 300e3, 0.0) == pytest.approx(np.hypot(12.0, 4.0))
    assert sigma(row, 0, 600e3, 0.0) == pytest.approx(np.hypot(48.0, 4.0))
    assert sigma(row, 1, 300e3, radians(60.0)) == pytest.approx(2.0 * sigma(row, 2, 300e3, radians(60.0)))


def test_no_state_outside_the_flight():
    nodes = flown()
    assert not state_at(nodes, -0.1, np.empty(6))
    assert not state_at(nodes, 150.1, np.empty(6))
    lat, lon, height = ecef_to_geodetic(*nodes[0, 1:4], WGS84)
    assert (lat, lon) == pytest.approx((LAT, LON))
    assert abs(height) < 1e-3
