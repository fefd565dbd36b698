"""The reach curve and the boxes: bounds hold for every flight drawn at random, and are tight where they should be."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from equipoise.physics.environment.earth import SPHERE
from equipoise.physics.environment.kepler import kepler_propagate
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN, Law, arrival
from equipoise.physics.permitted.box import arc_bounds, flown_time_s, free, inverse_radius
from equipoise.physics.permitted.reach_curve import (
    Permitted,
    chord_after,
    lambert,
    least_coast_s,
    out_of_time,
)

R, GM, OMEGA = 6.371e6, 3.986004418e14, 7.292115e-5


def quadrature(start, slope, span, flown):
    """Radius and time by integrating r^2 d(angle) / h along the ellipse: no closed form of the time."""
    k = 1.0 + slope / np.tan(span / 2)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    angle = flown * (nodes + 1) / 2
    e_cos, e_sin = 1.0 - 1.0 / k, slope / k  # about the apogee's direction seen from burnout

    def radius(x):
        return (start / k) / (1.0 - e_cos * np.cos(x) - e_sin * np.sin(x))

    time = (flown / 2) * (weights * radius(angle) ** 2).sum() / np.sqrt(GM * start / k)
    return radius(flown), time


@pytest.mark.second_method
@settings(max_examples=200)
@given(st.floats(0.05, 1.1), st.floats(0.4, 1.7), st.floats(0.05, 1.0))
def test_the_arc_against_quadrature(slope, span, share):
    start = R + 250e3
    radius, time = quadrature(start, slope, span, share * span)
    if not np.isfinite(flown_time_s(start, slope, span, share * span, GM)):
        return
    assert start / inverse_radius(slope, span, share * span) == pytest.approx(radius, rel=1e-9)
    assert flown_time_s(start, slope, span, share * span, GM) == pytest.approx(time, rel=1e-6)


@pytest.mark.textbook  # Bate, Mueller and White, p. 294: 24,300 ft/s at 258 nmi flies 126.55 degrees at most
def test_the_least_energy_arc_of_a_textbook_burnout():
    span = np.radians(126.55)
    start = R + 258 * 1852.0
    slope = np.tan((np.pi - span) / 4)
    k = 1.0 + slope / np.tan(span / 2)
    speed = np.sqrt(GM / (start * k)) / np.cos(np.arctan(slope))
    assert speed == pytest.approx(24300 * 0.3048, rel=2e-3)


@pytest.mark.second_method  # Kepler's problem in universal variables
@settings(max_examples=300)
@given(st.floats(1500.0, 7500.0), st.floats(0.0, 89.0), st.floats(20.0, 1500.0), st.floats(0.0, 300e3))
@example(1500.0, 65.5, 1015.8125, 2.0)
def test_no_coast_is_faster_than_the_least(speed, elevation_deg, time, altitude):
    start = R + altitude
    angle = np.radians(elevation_deg)
    p, _ = kepler_propagate((start, 0.0, 0.0), (speed * np.sin(angle), speed * np.cos(angle), 0.0), time, GM)
    radius, chord = np.hypot(p[0], p[1]), np.hypot(p[0] - start, p[1])
    if radius < R:
        return
    least = least_coast_s(chord, start, start, radius, speed, 0.0, R, GM)
    assert least <= time * (1 + 1e-9) + 1e-6
    if (
        elevation_deg < 30.0 and p[1] > 0.0 and speed < 6500.0 and time < 300.0
    ):  # a direct arc: the bound is attained
        assert least == pytest.approx(time, rel=1e-3)


@pytest.mark.identity
@settings(max_examples=100)
@given(st.floats(1e5, 3e6), st.floats(1.0, 1.2))
def test_the_slope_of_the_time_over_a_chord(chord, rise):
    total, axis = R * (1 + rise), 4.6e6
    if total + chord > 3.99 * axis:
        return
    time, slope = lambert(chord, total, axis, GM)
    after, _ = lambert(chord * (1 + 1e-6), total, axis, GM)
    assert slope == pytest.approx((after - time) / (chord * 1e-6), rel=1e-3)


@pytest.mark.second_method
@settings(max_examples=100)
@given(st.integers(0, 10**6))
def test_waiting_while_the_ground_carries_the_site_nearer_never_helps(seed):
    rng = np.random.default_rng(seed)
    chord, radius, speed = rng.uniform(3e5, 3e6), R + rng.uniform(1e5, 1.5e6), rng.uniform(2000, 6000)
    drift = rng.uniform(50, 450)
    bound = least_coast_s(chord, R, R, radius, speed, drift, R, GM)
    for wait in rng.uniform(0.0, 1500.0, 20):
        near = max(chord - drift * wait, radius - R)
        flown = least_coast_s(near, R, R, radius, speed, 0.0, R, GM)
        assert wait + flown >= bound - 1e-6


@pytest.mark.second_method
@settings(max_examples=200)
@given(st.floats(0.0, 1.0), st.floats(-1.2, 1.5), st.floats(0.0, 1.0))
def test_a_boost_that_climbs_does_not_shorten_the_way_by_its_length(turn, aim, share):
    boost, chord = 250e3, 1500e3
    place = chord * np.array([np.cos(aim), np.sin(aim)])
    elevation = turn * np.pi / 2
    away = share * boost * np.array([np.cos(elevation), np.sin(elevation)])
    height = np.hypot(away[0], R + away[1]) - R
    assert chord_after(chord, boost, height, aim, R) <= np.linalg.norm(place - away) + 1e-6


def random_box(rng):
    middle = [
        rng.uniform(43, 60),
        rng.uniform(5, 30),
        rng.uniform(-60, -10),
        rng.uniform(45, 85),
        rng.uniform(-15, 12),
    ]
    middle += [rng.uniform(0, 80)]
    half = [1.0, 1.0, 2.0, 3.0, 1.0, 3.0]
    sides = np.radians([(m - h, m + h) for m, h in zip(middle, half, strict=True)])
    sides[5] = np.clip(sides[5], 0.0, sides[3, 1])
    burnout = np.array([(200e3, 260e3), (350e3, 450e3)])
    base = np.radians(
        [rng.uniform(45, 60) + np.array([-0.5, 0.5]), rng.uniform(30, 90) + np.array([-0.5, 0.5])]
    )
    return np.concatenate([sides, burnout, base])


@pytest.mark.second_method
@pytest.mark.parametrize("seed", range(60))
def test_bounds_of_a_box_hold_at_random_points_in_it(seed):
    rng = np.random.default_rng(seed)
    box = random_box(rng)
    lowest, highest, latest = arc_bounds(box, R, GM)
    for _ in range(200):
        point = rng.uniform(box[:, 0], box[:, 1])
        span, flown = point[3], point[5]
        if flown > span:
            continue
        slope = np.tan((np.pi - span) / 4 + point[4])
        radius, time = quadrature(R + point[6], slope, span, flown)
        assert lowest * (1 - 1e-9) <= radius <= highest * (1 + 1e-9)
        assert time <= latest * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_a_free_box_holds_no_point_that_is_not_free(seed):
    rng = np.random.default_rng(1000 + seed)
    limits = Permitted(rng.uniform(3000, 6500), 52.0, 108.0, 0.5, 15.0, 25e3, 25.0, R, GM, OMEGA)
    box = random_box(rng)
    while not free(limits, box):
        axis = int(rng.integers(0, len(box)))
        box[axis] = box[axis].mean() + 0.45 * (box[axis] - box[axis].mean())
        if np.ptp(box[3]) < 1e-4:
            return
    for _ in range(300):
        point = rng.uniform(box[:, 0], box[:, 1])
        if point[5] <= point[3]:
            assert free(limits, np.repeat(point[:, None], 2, axis=1))


@pytest.mark.second_method  # the fly-out law of engagements, on the certificate's sphere
@pytest.mark.parametrize(
    ("speed", "burn"), [(3000.0, 65.0), (4500.0, 90.0), (6300.0, 140.0), (7500.0, 205.0)]
)
def test_no_fly_out_is_faster_than_the_reach_curve(speed, burn):
    rng, met = np.random.default_rng(11), 0
    permitted = Permitted(speed, burn, burn, 0.5, 0.0, 0.0, 0.0, R, GM, OMEGA)
    for _ in range(400):
        lat, azimuth, away = rng.uniform(-1.2, 1.2), rng.uniform(0.0, 2 * np.pi), rng.uniform(0.02, 0.6)
        site = R * np.array([np.cos(lat), 0.0, np.sin(lat)])
        level = np.sin(azimuth) * np.array([0.0, 1.0, 0.0]) + np.cos(azimuth) * np.array(
            [-np.sin(lat), 0.0, np.cos(lat)]
        )
        radius = R + rng.uniform(1e5, 1.2e6)
        place = radius * (np.cos(away) * site / R + np.sin(away) * level)
        found = arrival(Law(speed, burn, 1500.0), SPHERE, site, place, UNKNOWN, 1e-3)
        if found.branch == NONE:
            continue
        met += 1
        there, carried = turned(place, OMEGA * found.time_s), turned(site, OMEGA * burn)
        chord = np.linalg.norm(there - carried)
        east = np.array([-carried[1], carried[0], 0.0]) / np.hypot(carried[0], carried[1])
        ahead = there - there @ carried / R**2 * carried
        # the boost turns the direction by no more than its length over the distance
        share = east @ ahead / np.linalg.norm(ahead) + 1.05 * 0.5 * speed * burn / (R * np.sin(away))
        drift = OMEGA * R * np.cos(lat)
        assert not out_of_time(
            permitted, chord, radius, radius, drift, min(max(share, 0.0), 1.0), found.time_s + 0.05
        )
    assert met > 15


def turned(place, angle):
    """Return a place turned about the axis of the Earth."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([c * place[0] - s * place[1], s * place[0] + c * place[1], place[2]])
