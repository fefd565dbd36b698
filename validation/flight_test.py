"""Flight tests at length: coverage of the intervals, the planner against random places, hazard areas, numbers of tests."""

from __future__ import annotations

from collections.abc import Sequence
from math import radians
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from equipoise.analysis.flight_test import evidence as ev
from equipoise.analysis.flight_test.campaign import watch
from equipoise.analysis.flight_test.estimate import TWO_SIDED_95
from equipoise.analysis.flight_test.observe import Spread, Station, fly_one, station, stations
from equipoise.analysis.flight_test.paths import geodetic_deg
from equipoise.analysis.flight_test.plan import Plan, plan
from equipoise.analysis.flight_test.planner import allowed, at_place, error_map, expected, thinned
from equipoise.analysis.flight_test.safety import (
    bodies,
    from_plane_km,
    hazard_area,
    impacts,
    separation_km,
    to_plane_km,
)
from equipoise.scenario.flight_test import load_flight_test

TESTS = 2000
PLACES = 500
SLOW_M_S, FAST_M_S = 2600.0, 3900.0
"""True burnout speeds are drawn evenly between these."""


def covered(
    made: Plan, posts: Sequence[Station], *, count: int, seed: int, spread: Spread | None = None
) -> np.ndarray:
    """Return the shares of 95 % intervals that hold speed, burnout time and acceleration; clouds left aside."""
    hits = []
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        flown = fly_one(
            made.test, made.meeting, rng, speed_m_s=rng.uniform(SLOW_M_S, FAST_M_S), spread=spread
        )
        found = watch(made.test, made.meeting, flown, posts, rng)
        if found is not None:
            gaps = (
                (found.speed_m_s - flown.burnout_speed_m_s) / found.speed_sigma_m_s,
                (found.time_s - flown.burnout_s) / found.time_sigma_s,
                (found.force_m_s2 - flown.full_force_m_s2) / found.force_sigma_m_s2,
            )
            hits.append([abs(gap) <= TWO_SIDED_95 for gap in gaps])
    return np.mean(hits, axis=0)


def coverage_rows(made: Plan) -> list[dict[str, Any]]:
    """Return the coverage of each set-up of a test."""
    found = []
    for setup in made.test.setups:
        shares = covered(made, stations(made.test, setup.observers), count=TESTS, seed=7)
        for what, share in zip(("speed", "burnout time", "acceleration"), shares, strict=True):
            name = f"coverage-{made.test.name}-{setup.id}-{what.split()[0]}"
            text = f"95 % intervals of {what} that hold the truth, {TESTS} simulated tests, {setup.name}"
            found.append(_row(name, text, float(share), "1", "0.93 to 0.97", 0.93 <= share <= 0.97))
    return found


def limit_rows(made: Plan) -> list[dict[str, Any]]:
    """Return the coverage when real motors spread wider than the priors say: what the intervals cannot promise."""
    posts = stations(made.test, ["ship-radar"])
    shares = covered(made, posts, count=400, seed=8, spread=Spread(tail_share=0.9))
    text = "95 % intervals of speed that hold the truth if tail-offs spread three times wider than assumed"
    return [_row("coverage-limit-tail", text, float(shares[0]), "1", "", None)]


def planner_rows(made: Plan) -> list[dict[str, Any]]:
    """Return, for each option, how many of the random places beat the best one."""
    found, box = [], made.test.planner
    for option in made.test.options:
        ship = made.test.find("sensor", option.sensor).mount == "ship"
        best = error_map(made.test, made.meeting, made.areas, option.id).best.speed_m_s
        rng = np.random.default_rng(5)
        spots: list[tuple[float, float]] = []
        while len(spots) < PLACES:
            spot = (
                rng.uniform(box.south_deg, box.north_deg),
                rng.uniform(box.west_deg, box.east_deg),
            )
            if allowed(made.test, made.areas, spot, ship=ship):
                spots.append(spot)
        errors = np.array([at_place(made.test, made.meeting, option, spot).speed_m_s for spot in spots])
        text = f"of {PLACES} random places, better than the planner's {best:.3f} m/s ({option.name}); best {errors.min():.3f}"
        beaten = int(np.sum(errors < best))
        found.append(_row(f"planner-{made.test.name}-{option.id}", text, beaten, "1", "0", beaten == 0))
    return found


def sense_rows(made: Plan) -> list[dict[str, Any]]:
    """Return whether the map of the expected error makes sense: near, high in the sky, crossing lines of sight."""
    burn = geodetic_deg(made.meeting.interceptor.ecef_at(made.meeting.interceptor.burnout_s)[:3])
    option, rng = made.test.find("option", "tracking-radar"), np.random.default_rng(6)
    radii, turns = rng.uniform(40.0, 700.0, 120), rng.uniform(0.0, 2.0 * np.pi, 120)
    spots = from_plane_km(np.column_stack([radii * np.sin(turns), radii * np.cos(turns)]), burn[:2])
    errors = np.array([at_place(made.test, made.meeting, option, tuple(s)).speed_m_s for s in spots])
    away = np.array([separation_km(tuple(s), burn[:2]) for s in spots])
    high = np.degrees(np.arctan2(burn[2] / 1e3 - away**2 / (2 * 6371.0), away))
    near = float(spearmanr(errors, away).statistic)
    lofty = float(np.median(errors[high < 5.0]) / np.median(errors[high > 20.0]))
    ratio = crossing_ratio(made, burn)
    return [
        _row("map-near", "rank correlation of the error with the distance from burnout, 120 places", near, "1", "over 0.8", near > 0.8),
        _row("map-high", "median error where burnout stands under 5 degrees over that where it stands over 20", lofty, "1", "over 2", lofty > 2.0),
        _row("map-crossing", "error of two optical trackers 1 degree apart over that at 90 degrees, both 250 km off", ratio, "1", "over 2", ratio > 2.0),
    ]  # fmt: skip


def crossing_ratio(made: Plan, burn: tuple[float, float, float]) -> float:
    """Return the error of a pair whose lines of sight nearly coincide over that of a pair that cross squarely."""
    sensor = made.test.find("sensor", "optical-tracker")

    def post(turn_deg: float) -> Station:
        turn = radians(turn_deg)
        spot = from_plane_km(np.array([[250.0 * np.sin(turn), 250.0 * np.cos(turn)]]), burn[:2])[0]
        return thinned(
            station(sensor, name="", lat_rad=radians(spot[0]), lon_rad=radians(spot[1]), height_m=25.0)
        )

    squarely, hardly = (
        expected(made.test, made.meeting, (post(180.0), post(180.0 + apart))).speed_m_s
        for apart in (90.0, 1.0)
    )
    return hardly / squarely


def hazard_rows(made: Plan) -> list[dict[str, Any]]:
    """Return the share of impacts, drawn anew, that the smallest hazard area holds."""
    shares = []
    for body in bodies(made.test, made.target, made.meeting):
        area = hazard_area(made.test, body)
        places, _times = impacts(made.test, body, seed=99, count=8192)
        ring = to_plane_km(area.corners_deg, area.centre_deg)
        points = to_plane_km(places[np.isfinite(places[:, 0])], area.centre_deg)
        ends = np.roll(ring, -1, axis=0) - ring
        side = ends[:, 0] * (points[:, None, 1] - ring[:, 1]) - ends[:, 1] * (points[:, None, 0] - ring[:, 0])
        shares.append(float(np.mean(np.all(side >= 0.0, axis=1) | np.all(side <= 0.0, axis=1))))
    least = min(shares)
    text = "share of freshly drawn impacts inside the hazard area that holds fewest (99 % stated), of 8192"
    return [_row(f"hazard-{made.test.name}", text, least, "1", "0.98 to 1", least >= 0.98)]


def campaign_rows(made: Plan) -> list[dict[str, Any]]:
    """Return the share of simulated campaigns in which the planner's number of tests reaches the certainty."""
    claim = made.test.claim
    truth, limit, sigma = 1e3 * claim.first_km_s, 1e3 * claim.limit_km_s, 15.0
    spread, certainty = claim.spread_share, claim.certainty_share
    count = ev.tests_needed(
        sigma_m_s=sigma, spread_share=spread, true_m_s=truth, limit_m_s=limit, certainty=certainty
    )
    clause = ev.Clause(limit, 1e3 * claim.prior_low_km_s, 1e3 * claim.prior_high_km_s, spread, 0.0, 0.7)
    rng, reached = np.random.default_rng(3), []
    for _ in range(4000):
        shown = truth * (1.0 + spread * rng.standard_normal(int(count))) + sigma * rng.standard_normal(
            int(count)
        )
        weighed = ev.weigh(shown, np.full(int(count), sigma), clause)
        reached.append(ev.probability_kept(weighed, clause) >= certainty)
    share = float(np.mean(reached))
    text = (
        f"simulated campaigns of {count:.0f} tests that reach {certainty:.0%} certainty (nine of ten wanted)"
    )
    return [_row("tests-needed", text, share, "1", "at least 0.88", share >= 0.88)]


def rows() -> list[dict[str, Any]]:
    """Return every row."""
    made = plan(load_flight_test("ftm-16-like"))
    other = plan(load_flight_test("asd-15-like"))
    return [
        *coverage_rows(made),
        *limit_rows(made),
        *planner_rows(made),
        *planner_rows(other),
        *sense_rows(made),
        *hazard_rows(made),
        *hazard_rows(other),
        *campaign_rows(made),
    ]


def _row(name: str, what: str, value: float, unit: str, bar: str, holds: bool | None) -> dict[str, Any]:
    return {
        "id": f"flight-test-{name}",
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": None if holds is None else bool(holds),
        "source": "this run",
    }
