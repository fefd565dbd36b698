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
    PUSH,
    earth_relative_speed,
    eci_to_ecef,
    fly_pushes,
    specific_force,
    state_at,
)
from equipoise.physics.sensing.burnout_model import (  # fmt: skip
    DRAG,
    FORCE,
    GROWTH,
    PITCH,
    PITCH_RATE,
    SIZE,
    TAIL,
    TIME,
    YAW,
    predict,
    sensitivity,
)
from equipoise.physics.sensing.observation import (
    MEASUREMENT,
    Observer,
    in_sight,
    look,
    observer_rows,
    sightings,
    sigma,
)

LAT, LON = radians(21.3), radians(-161.3)
PUSHES = np.array(
    [
        (0.0, 6.5, 121.9, 0.075, 1.095, 4.76, 0.0, 6000.0, 0.5),
        (6.5, 32.5, 103.7, 0.0392, 0.938, 4.76, 0.0, 5000.0, 0.5),
        (39.0, 65.0, 110.6, 0.0353, 0.885, 4.80, 0.002, 3000.0, 0.5),
    ],
    dtype=PUSH,
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
            a = a - 0.5 * density(max(height, 0.0)) * np.linalg.norm(v) * v / push.ballistic_coefficient_kg_m2
        if burning:
            force = specific_force(push.end_s - time, push.full_force_m_s2, push.growth_per_s, push.tail_s)
            elevation = push.elevation_rad - push.turn_rad_s * (time - push.ignition_s)
            flat = np.cos(elevation)
            inertial = (
                np.array(
                    [flat * np.sin(push.azimuth_rad), flat * np.cos(push.azimuth_rad), np.sin(elevation)]
                )
                @ basis
            )
            c, s = np.cos(w * time), np.sin(w * time)
            a = a + force * np.array(
                [inertial[0] * c + inertial[1] * s, -inertial[0] * s + inertial[1] * c, inertial[2]]
            )
        return np.concatenate([v, a])

    y = np.concatenate([geodetic_to_ecef(LAT, LON, 0.0, WGS84), np.zeros(3)])
    time = 0.0
    for push in PUSHES:
        for end, burning in ((push.ignition_s, False), (push.end_s - push.tail_s, True), (push.end_s, True)):
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
    x[TIME], x[FORCE], x[GROWTH] = 65.0, last.full_force_m_s2, np.log(last.growth_per_s)
    x[TAIL], x[DRAG] = np.log(last.tail_s), np.log(last.ballistic_coefficient_kg_m2)
    elevation = last.elevation_rad - last.turn_rad_s * (last.end_s - last.ignition_s)
    flat = np.cos(elevation)
    push = np.array(
        [flat * np.sin(last.azimuth_rad), flat * np.cos(last.azimuth_rad), np.sin(elevation)]
    ) @ np.array(enu_basis(LAT, LON))
    along = x[3:6] - np.cross([0.0, 0.0, WGS84.omega_rad_s], x[:3])
    along /= np.linalg.norm(along)
    left = np.cross(x[:3], along)
    left /= np.linalg.norm(left)
    x[PITCH], x[YAW], x[PITCH_RATE] = (
        np.arcsin(push @ np.cross(along, left)),
        np.arctan2(push @ left, push @ along),
        last.turn_rad_s,
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
    room = np.empty(8000, MEASUREMENT)
    looks = room[: sightings(nodes, observer_rows([RADAR]), 0, 0.2, PUSHES, WGS84, room)]
    return looks[(looks["time_s"] > low_s) & (looks["time_s"] < high_s)]


@pytest.mark.second_method  # forward from the pad against backward from burnout
def test_the_burnout_model_retraces_the_flight():
    nodes = flown()
    rows = rows_from(nodes)
    out = np.empty(len(rows))
    predict(model_of(nodes), rows, observer_rows([RADAR]), WGS84, out)
    gap = np.abs(out - rows["value"])
    for kind, most in ((0, 0.5), (1, 1e-5), (2, 1e-5), (3, 0.2)):
        assert gap[rows["kind"] == kind].max() < most


@pytest.mark.identity
def test_the_sensitivity_predicts_what_a_change_does():
    nodes = flown()
    x, rows, observers = model_of(nodes), rows_from(nodes), observer_rows([RADAR])
    slopes, before, after = np.empty((len(rows), SIZE)), np.empty(len(rows)), np.empty(len(rows))
    sensitivity(x, rows, observers, WGS84, slopes)
    predict(x, rows, observers, WGS84, before)
    change = np.array([80.0, -60.0, 70.0, 0.8, -0.5, 0.3, 0.02, 0.3, 0.01, 2e-3, 1e-3, 1e-4, 0.01, 0.05])
    predict(x + change, rows, observers, WGS84, after)
    wanted, found = after - before, slopes @ change
    for kind, most in ((0, 0.3), (1, 2e-6), (2, 2e-6)):
        mine = rows["kind"] == kind
        assert np.abs(wanted - found)[mine].max() < most


def test_an_observer_sees_above_its_lowest_elevation_within_its_range_and_optics_only_what_burns():
    nodes, point = flown(), np.empty(6)
    eci_to_ecef(state(nodes, 100.0), 100.0, WGS84, point)
    near, high = RADAR._replace(farthest_m=50e3), RADAR._replace(lowest_elevation_rad=radians(80.0))
    row, near, high, optical = observer_rows([RADAR, near, high, RADAR._replace(only_burning=1.0)])
    assert in_sight(row, point, False, WGS84)
    assert not in_sight(near, point, False, WGS84)
    assert not in_sight(high, point, False, WGS84)
    assert not in_sight(optical, point, False, WGS84)
    assert in_sight(optical, point, True, WGS84)


@pytest.mark.identity
def test_errors_grow_with_the_square_of_the_range_above_a_floor():
    (row,) = observer_rows([RADAR])
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
