"""Flight tests: paths meet, estimates recover what was flown, evidence agrees with closed forms and brute force."""

import re
from functools import lru_cache
from math import log, sqrt

import numpy as np
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import least_squares
from scipy.special import ndtr
from shapely import Polygon

from equipoise.analysis.flight_test import evidence as ev
from equipoise.analysis.flight_test.campaign import campaign
from equipoise.analysis.flight_test.estimate import estimate, fit, information_root, prior_about, used_rows
from equipoise.analysis.flight_test.first_guess import guess_burnout
from equipoise.analysis.flight_test.observe import Spread, fly_one, rows_of, stations, with_noise
from equipoise.analysis.flight_test.paths import geodetic_deg
from equipoise.analysis.flight_test.plan import plan
from equipoise.analysis.flight_test.planner import allowed, at_place, expected, thinned
from equipoise.analysis.flight_test.restraint import signs
from equipoise.analysis.flight_test.safety import (
    CORNERS,
    bodies,
    from_plane_km,
    hazard_area,
    impacts,
    outside_km,
    separation_km,
    to_plane_km,
    widened_deg,
)
from equipoise.analysis.flight_test.study import evidence_result, observed_campaign
from equipoise.foundation.errors import InputError
from equipoise.foundation.sphere import wrapped_deg
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.scatter import fall_many
from equipoise.physics.sensing.burnout_model import SIZE, predict, sensitivity
from equipoise.physics.sensing.observation import observer_rows
from equipoise.scenario.flight_test import load_flight_test

NAMES = ("ftm-16-like", "asd-15-like")


@lru_cache(maxsize=2)
def made(name="ftm-16-like"):
    return plan(load_flight_test(name))


AS_PRIOR = Spread(
    last_pitch_rad=0.0, last_yaw_rad=0.0, turn_rad_s=0.0, growth_share=0.0, tail_share=0.0, drag_share=0.0
)
"""A flight whose motor is as the prior's middle, in another direction and time."""


def flown(seed=3, speed=3100.0, spread=None):
    return fly_one(made().test, made().meeting, np.random.default_rng(seed), speed_m_s=speed, spread=spread)


@pytest.mark.identity
@pytest.mark.parametrize("name", NAMES)
def test_the_two_paths_meet_above_the_floor(name):
    met = made(name).meeting
    here, there = met.interceptor.ecef_at(met.flown_s), made(name).target.ecef_at(met.after_target_s)
    assert np.linalg.norm(here[:3] - there[:3]) < 60.0
    assert met.altitude_m > 100e3
    claimed = made(name).test.interceptor.burnout_speed_km_s
    assert met.interceptor.burnout_speed_m_s == pytest.approx(1e3 * claimed.value, abs=0.01)


def test_a_meeting_that_cannot_be_is_one_line():
    with pytest.raises(InputError, match="cannot meet the target above 480 km"):
        plan(load_flight_test("ftm-16-like", ["interceptor.intercept_floor_km=480"]))
    with pytest.raises(InputError, match="the target does not fly"):
        plan(load_flight_test("ftm-16-like", ["target.aim_lat_deg=60"]))


@pytest.mark.identity
@pytest.mark.parametrize(
    "names", [["ship-radar"], ["ship-optical", "second-ship-optical"], ["frigate-radar"]]
)
def test_without_noise_the_estimate_is_what_was_flown(names):
    posts, path = stations(made().test, names), flown(spread=AS_PRIOR)
    prior = prior_about(made().meeting.interceptor, posts)
    found = estimate(rows_of(path, posts), posts, prior, boost_s=12.0, coast_s=40.0)
    assert abs(found.speed_m_s - path.burnout_speed_m_s) < 0.2 * found.speed_sigma_m_s
    assert abs(found.time_s - path.burnout_s) < 0.2 * found.time_sigma_s
    assert abs(found.force_m_s2 - path.full_force_m_s2) < 0.4 * found.force_sigma_m_s2


@pytest.mark.second_method  # another of scipy's algorithms, with its own derivatives
def test_the_fit_is_the_least_squares_minimum():
    posts, path = stations(made().test, ["frigate-radar", "second-ship-optical"]), flown()
    rows = with_noise(rows_of(path, posts), posts, np.random.default_rng(4))
    prior = prior_about(made().meeting.interceptor, posts)
    guess, start = guess_burnout(rows, posts, prior.mean)
    rows = used_rows(rows, burnout_s=guess, boost_s=12.0, coast_s=40.0)
    observers = observer_rows(post.observer for post in posts)
    ours = fit(rows, observers, prior, start)
    scale = np.concatenate([prior.sigma, prior.bias_sigma])
    out = np.empty(len(rows))

    def residuals(z):
        full = np.concatenate([prior.mean, np.zeros(len(prior.bias_sigma))]) + scale * z
        predict(full[:SIZE], rows, observers, WGS84, out)
        bias = np.append(full[SIZE:], 0.0)[rows["bias"]]
        return np.concatenate([(rows["value"] - out - bias) / rows["sigma"], z])

    z0 = np.zeros(len(scale))
    z0[:SIZE] = (ours.x - prior.mean) / prior.sigma + 1e-3
    other = least_squares(residuals, z0, method="trf", x_scale="jac", xtol=1e-12, ftol=1e-12, max_nfev=300)
    theirs = prior.mean + prior.sigma * other.x[:SIZE]
    assert ours.cost == pytest.approx(other.cost, rel=1e-4)
    assert np.linalg.norm(ours.x[3:6] - theirs[3:6]) < 0.1 * ours.speed_sigma_m_s + 0.3


@pytest.mark.second_method  # the error seen in simulated tests against the error that the information promises
def test_estimates_scatter_as_expected():
    posts = stations(made().test, ["frigate-radar", "second-ship-optical"])
    prior, gaps = prior_about(made().meeting.interceptor, posts), []
    for seed in range(60):
        rng = np.random.default_rng([1, seed])
        path = fly_one(made().test, made().meeting, rng, speed_m_s=rng.uniform(2700.0, 3600.0))
        found = estimate(
            with_noise(rows_of(path, posts), posts, rng), posts, prior, boost_s=12.0, coast_s=40.0
        )
        gaps.append((found.speed_m_s - path.burnout_speed_m_s) / found.speed_sigma_m_s)
    assert 0.75 < np.std(gaps) < 1.3
    assert abs(np.mean(gaps)) < 0.45


def test_nothing_seen_is_no_estimate():
    far = load_flight_test("ftm-16-like", ["sensor.ship-tracking-radar.farthest_km=20"])
    assert all(
        w.found is None for w in campaign(far, made().meeting, tests=1, seed=1, speed_m_s=3000.0)["own-radar"]
    )


def test_only_the_coast_seen_leaves_the_burnout_time_to_the_plan():
    test = load_flight_test("ftm-16-like", ["sensor.ship-tracking-radar.lowest_elevation_deg=25"])
    posts = stations(test, ["ship-radar"])
    said = expected(test, made().meeting, posts)
    assert said.time_s > 6.0
    assert 30.0 < said.speed_m_s < 90.0


@pytest.mark.identity
def test_a_thinned_station_knows_as_much():
    (post,) = stations(made().test, ["ship-radar"])
    full, thin = (expected(made().test, made().meeting, (p,)) for p in (post, thinned(post)))
    assert thin.speed_m_s == pytest.approx(full.speed_m_s, rel=0.03)
    assert thin.looks < full.looks / 3


@pytest.mark.identity
def test_the_information_root_holds_the_biases():
    posts = stations(made().test, ["ship-radar"])
    rows = rows_of(made().meeting.interceptor, posts)[:30]
    prior = prior_about(made().meeting.interceptor, posts)
    slopes = np.empty((len(rows), SIZE))
    sensitivity(prior.mean, rows, observer_rows(p.observer for p in posts), WGS84, slopes)
    root = information_root(rows, slopes, np.concatenate([prior.sigma, prior.bias_sigma]))
    assert root.shape == (30, SIZE + 3)
    assert np.allclose(root[0, SIZE:], [-posts[0].range_bias_m / rows[0].sigma, 0.0, 0.0])


CLAUSE = ev.Clause(3100.0, 2400.0, 4200.0, 0.02, 0.0, 0.7)


@pytest.mark.second_method  # the normal posterior of a flat prior without edges
@settings(max_examples=30)
@given(st.floats(2900.0, 3200.0), st.floats(1.0, 40.0), st.integers(1, 6))
def test_open_tests_agree_with_the_closed_form(middle, sigma, count):
    shown = middle + 10.0 * (np.arange(count) - (count - 1) / 2.0)
    clause = ev.Clause(3100.0, 2400.0, 4200.0, 0.0, 0.0, 0.7)
    ours = ev.probability_kept(ev.weigh(shown, np.full(count, sigma), clause), clause)
    assert ours == pytest.approx(ndtr((3100.0 - middle) * sqrt(count) / sigma), abs=0.004)


@pytest.mark.second_method  # adaptive quadrature over speed and share
def test_restraint_agrees_with_quadrature():
    clause = ev.Clause(3100.0, 2400.0, 4200.0, 0.02, 0.3, 0.7)
    shown, sigma = np.array([2980.0, 3050.0]), np.array([20.0, 60.0])

    def likelihood(mean):
        return float(np.exp(ev.likelihood(shown, sigma, np.array([mean]), 0.02)[0]))

    def density(v):
        hidden = quad(
            lambda f: likelihood(f * v),
            0.7,
            1.0,
            points=[3010.0 / v] if 0.7 < 3010.0 / v < 1.0 else None,
            limit=200,
        )[0]
        return 0.7 * likelihood(v) + 0.3 * hidden / 0.3

    marks = [2800.0, 3000.0, 3015.0, 3100.0, 3300.0]
    below = quad(density, 2400.0, 3100.0, points=marks[:3], limit=300)[0]
    above = quad(density, 3100.0, 4200.0, points=marks[3:], limit=300)[0]
    weighed = ev.weigh(shown, sigma, clause, (3000.0, 3500.0))
    assert ev.probability_kept(weighed, clause) == pytest.approx(below / (below + above), abs=0.002)
    ratio = ev.log10_ratio(weighed, clause, first_m_s=3000.0, second_m_s=3500.0)
    assert ratio == pytest.approx(np.log10(density(3000.0) / density(3500.0)), abs=0.02)


@pytest.mark.identity
@pytest.mark.parametrize("restraint", [0.0, 0.1, 0.5])
@pytest.mark.parametrize("truth", [2900.0, 3090.0, 3300.0])
def test_many_tests_settle_at_the_ceiling(restraint, truth):
    clause = ev.Clause(3100.0, 2400.0, 4200.0, 0.001, restraint, 0.7)
    weighed = ev.weigh(np.full(60, truth), np.full(60, 0.5), clause)
    assert ev.probability_kept(weighed, clause) == pytest.approx(ev.ceiling(clause, truth), abs=0.01)


def test_before_any_test_the_prior_speaks():
    nothing = ev.weigh(np.empty(0), np.empty(0), CLAUSE)
    assert ev.probability_kept(nothing, CLAUSE) == pytest.approx(700.0 / 1800.0, abs=1e-6)


@pytest.mark.identity
def test_tests_needed_grow_as_the_margin_shrinks():
    needed = [
        ev.tests_needed(sigma_m_s=10.0, spread_share=0.02, true_m_s=v, limit_m_s=3100.0, certainty=0.95)
        for v in (2900.0, 3000.0, 3050.0, 3100.0)
    ]
    assert needed == sorted(needed)
    assert needed[-1] == float("inf")
    assert needed[1] == np.ceil(((1.6449 + 1.2816) * sqrt(10.0**2 + 60.0**2) / 100.0) ** 2)


@pytest.mark.identity  # the rocket equation
def test_signs_of_restraint_take_off_what_is_hidden():
    test = made().test
    stage = test.stages[-1]
    burn = made().meeting.interceptor.pushes[-1]
    for sign in signs(test, shown_m_s=3000.0)[1:5]:
        hidden, gain = sign.full_speed_m_s - 3000.0, stage.speed_share * sign.full_speed_m_s
        exhaust = gain / log(stage.mass_ratio)
        left = 1.0 + (stage.mass_ratio - 1.0) * (1.0 - sign.shorter_s / (burn.end_s - burn.ignition_s))
        assert exhaust * (log(stage.mass_ratio) - log(left)) == pytest.approx(hidden, abs=0.5)
        heavier = 1.0 / (1.0 - sign.lower_share)
        ballasted = (stage.mass_ratio - 1.0 + heavier) / heavier
        assert exhaust * (log(stage.mass_ratio) - log(ballasted)) == pytest.approx(hidden, abs=0.5)


@pytest.mark.outside  # PROJ's azimuthal equidistant projection
def test_the_plane_of_hazard_areas_is_that_of_proj():
    centre = (58.2, -10.1)
    proj = pyproj.Proj(f"+proj=aeqd +R=6371000 +lat_0={centre[0]} +lon_0={centre[1]}")
    places = np.array([[58.2, -10.1], [59.9, -3.0], [40.0, -30.0]])
    ours = to_plane_km(places, centre)
    theirs = np.column_stack(proj(places[:, 1], places[:, 0])) / 1e3
    assert np.allclose(ours, theirs, atol=1e-6)
    assert np.allclose(from_plane_km(ours, centre), places, atol=1e-9)


@pytest.mark.parametrize("kind", ["stage", "debris"])
def test_a_hazard_area_holds_its_share_and_a_notice_holds_the_area(kind):
    body = next(b for b in bodies(made().test, made().target, made().meeting) if b.kind == kind)
    area = hazard_area(made().test, body)
    fresh, _times = impacts(made().test, body, seed=77, count=1024)
    plane = Polygon(to_plane_km(area.corners_deg, area.centre_deg))
    inside = [plane.contains(point) for point in _points(fresh, area.centre_deg)]
    assert np.mean(inside) > 0.97
    notified = Polygon(to_plane_km(widened_deg(area, 10.0), area.centre_deg))
    assert notified.contains(plane.buffer(10.0))
    assert notified.area < 1.25 * plane.buffer(10.0).area


def _points(places, centre):
    from shapely import points

    return points(to_plane_km(places, centre))


@pytest.mark.identity
def test_distances_from_an_area_change_sign_at_its_edge():
    area = made().areas[1]
    assert outside_km(area, area.centre_deg) < 0.0
    edge = tuple(area.corners_deg[CORNERS // 3])
    assert abs(outside_km(area, edge)) < 0.1


def test_observers_keep_clear_of_areas_and_land():
    areas = made().areas
    assert allowed(made().test, areas, (19.6, -162.6), ship=True)
    assert not allowed(made().test, areas, made().areas[1].centre_deg, ship=True)
    assert not allowed(made().test, areas, (22.05, -159.5), ship=True)  # Kauai
    assert not allowed(made().test, areas, (22.3, -159.5), ship=True)  # off its coast
    assert not allowed(made().test, areas, (40.0, -162.0), ship=True)  # out of the box
    assert allowed(made().test, areas, (22.05, -159.5), ship=False)


def test_nearer_is_better_for_a_radar():
    option = made().test.find("option", "tracking-radar")
    errors = [
        at_place(made().test, made().meeting, option, (lat, -161.8)).speed_m_s for lat in (20.5, 19.0, 17.0)
    ]
    assert errors == sorted(errors)


def test_notices_follow_the_instruments():
    pacific = {n.instrument: n for n in made().notices}
    assert pacific["launch-notification-1988"].why_none.startswith("it covers launches of intercontinental")
    assert all(n.is_good for n in pacific.values())
    assert len(pacific["plns-2000"].payload["impact_area"]) == len(made().areas)
    hebrides = {n.instrument: n for n in made("asd-15-like").notices}
    assert "over 500 km" in hebrides["plns-2000"].why_none


def test_a_range_notice_given_late_is_named():
    late = plan(load_flight_test("ftm-16-like", ["notification.range_given=2011-08-01T00:00:00Z"]))
    (found,) = next(n for n in late.notices if n.instrument == "cbm-1997-range").findings
    assert str(found) == "missed deadline: given 757.9 h before the window, due at least 2160 h"
    assert not late.is_clear


@pytest.mark.second_method  # the search for the target's path, which flies it in inertial axes from the pad on
def test_a_body_let_go_at_the_targets_burnout_comes_down_at_its_aim_point():
    target, entry = made().target, made().test.target
    state = target.ecef_at(target.burn_s + 1e-6)
    beta = np.array([entry.ballistic_coefficient_kg_m2.si])
    ecef, times = fall_many(state[:3], state[None, 3:], beta, WGS84)
    lat, lon, _height = geodetic_deg(ecef[0])
    assert separation_km((lat, lon), (entry.aim_lat_deg, entry.aim_lon_deg)) < 0.05
    assert times[0] + target.burn_s == pytest.approx(target.solution.time_of_flight_s, abs=0.05)


def test_observed_estimates_are_weighed_as_a_campaign_is():
    found = evidence_result(made(), observed_campaign([(3010.0, 12.0), (2975.0, 15.0), (3040.0, 9.0)])).data
    clause = ev.Clause(3100.0, 2400.0, 4200.0, 0.02, 0.1, 0.7)
    weighed = ev.weigh(np.array([3010.0, 2975.0, 3040.0]), np.array([12.0, 15.0, 9.0]), clause)
    ours = float(found.posterior.sel(restraint=0.1, setup="observed").isel(tests=-1))
    assert ours == pytest.approx(ev.probability_kept(weighed, clause), abs=1e-3)
    assert found.attrs["shown_km_s"] == pytest.approx(3.0191, abs=0.0005)


def turned(by_deg, path):
    """The built-in test with every place turned about the axis of the Earth, on which no motion hangs."""

    def turn(found):
        return f"{found[1]}{float(wrapped_deg(float(found[2]) + by_deg))!r}"

    text = re.sub(r"((?:lon|west|east)_deg = )(-?[\d.]+)", turn, made().test.to_toml())
    path.write_text(text)
    return load_flight_test(str(path))


@pytest.mark.identity
@pytest.mark.parametrize("by_deg", [-20.0, 180.0])
def test_a_turned_test_has_the_same_areas_distances_and_errors(by_deg, tmp_path):
    """20 degrees to the west put 180 degrees through paths, hazard areas, observers and the planner's box; land alone differs.

    Areas and distances, in km, are the same to the scatter of drawn fragments, errors to rounding.
    """
    here, there = made(), plan(turned(by_deg, tmp_path / "turned.toml"))
    for one, other in zip(here.areas, there.areas, strict=True):
        lat, lon = one.centre_deg
        scatter_km = (
            0.01 + 0.02 * one.semi_axes_km[0]
        )  # fragments are drawn in axes that do not turn with the test
        assert separation_km((lat, lon + by_deg), other.centre_deg) < scatter_km
        moved = one.corners_deg + np.array([0.0, by_deg])  # an axis may point the other way
        assert max(abs(outside_km(other, tuple(corner))) for corner in moved) < scatter_km
    apart = [
        (a.place, a.distance_km - b.distance_km)
        for a, b in zip(here.clearances, there.clearances, strict=False)
        if not a.place.startswith("land of")
    ]
    assert apart
    assert max(abs(gap) for _, gap in apart) < 6.0
    option = here.test.find("option", "tracking-radar")
    errors = [
        at_place(p.test, p.meeting, option, (19.0, float(wrapped_deg(-161.8 + turn)))).speed_m_s
        for p, turn in ((here, 0.0), (there, by_deg))
    ]
    assert errors[0] == pytest.approx(errors[1], rel=1e-6)


def test_a_planner_s_box_across_180_degrees_knows_the_land_on_both_sides(tmp_path):
    """Fiji lies on both sides of that meridian; land beyond it was neither kept clear nor stood upon."""
    box = {"south_deg": -20.0, "north_deg": -12.0, "west_deg": 175.0, "east_deg": -175.0}
    test = load_flight_test("ftm-16-like", [f"planner.{key}={value}" for key, value in box.items()])
    for place in ((-16.6, 179.3), (-16.6, -180.7), (-16.85, -179.97), (-16.85, 180.03)):
        assert allowed(test, (), place, ship=False)
        assert not allowed(test, (), place, ship=True)
    assert allowed(test, (), (-14.0, -177.0), ship=True)
    assert not allowed(test, (), (-14.0, -170.0), ship=True)  # out of the box
