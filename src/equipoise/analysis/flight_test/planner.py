"""Where an observer must stand, with which sensor, to learn the burnout speed of the planned test.

The expected error is the standard deviation that the information of all measurements of the planned flight leaves
(the bound of Cramer and Rao with the estimator's own priors). Places inside a hazard area, an
island's circle or the margins about them are not allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians, sqrt

import numpy as np
from shapely import Polygon, contains_xy, prepare, unary_union
from shapely.geometry.base import BaseGeometry

from equipoise.analysis.flight_test.estimate import (
    Prior,
    information_root,
    prior_about,
    speed_gradient,
    used_rows,
)
from equipoise.analysis.flight_test.observe import Station, rows_of, station, stations
from equipoise.analysis.flight_test.paths import Meeting
from equipoise.analysis.flight_test.safety import HazardArea, outside_km, separation_km
from equipoise.foundation.sphere import wrapped_deg
from equipoise.geography.borders import land_about
from equipoise.geography.window import Window
from equipoise.model.flight_test import Option, Planner
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.sensing.burnout_model import FORCE, SIZE, TIME, sensitivity
from equipoise.physics.sensing.observation import CUTOFF, observer_rows
from equipoise.scenario.flight_test import FlightTest

SHIP_HEIGHT_M = 25.0
KM_PER_DEG = 111.2
FINEST_DEG = 0.01
"""The search for the best place ends when its step is this small: about a kilometre."""


@dataclass(frozen=True)
class Expected:
    """What an observer at a place would learn: standard deviations of speed, burnout time and force; looks used."""

    speed_m_s: float
    time_s: float
    force_m_s2: float
    looks: int


@dataclass(frozen=True)
class ErrorMap:
    """Expected error of the speed (lat, lon) in m/s for one option; nan where no observer may stand."""

    option: str
    lat_deg: np.ndarray
    lon_deg: np.ndarray
    speed_m_s: np.ndarray
    best_deg: tuple[float, float]
    best: Expected


def thinned(post: Station, *, least_step_s: float = 1.0) -> Station:
    """Return a station that measures less often with the same information a second, which is faster to add up."""
    if post.step_s >= least_step_s:
        return post
    share = sqrt(post.step_s / least_step_s)
    o = post.observer._replace(
        range_sigma_m=post.observer.range_sigma_m * share,
        angle_sigma_rad=post.observer.angle_sigma_rad * share,
        rate_sigma_m_s=post.observer.rate_sigma_m_s * share,
        range_floor_m=post.observer.range_floor_m * share,
        angle_floor_rad=post.observer.angle_floor_rad * share,
        rate_floor_m_s=post.observer.rate_floor_m_s * share,
    )
    return Station(post.name, o, least_step_s, post.range_bias_m, post.angle_bias_rad, post.clear_share)


def expected(
    test: FlightTest, planned: Meeting, posts: tuple[Station, ...], prior: Prior | None = None
) -> Expected:
    """Return what stations would learn together from the planned flight."""
    prior = prior or prior_about(planned.interceptor, posts)
    window = test.estimate
    rows = used_rows(
        rows_of(planned.interceptor, posts),
        burnout_s=planned.interceptor.burnout_s,
        boost_s=window.boost_used_s,
        coast_s=window.coast_used_s,
    )
    x = prior.mean.copy()
    slopes = np.empty((len(rows), SIZE))
    if len(rows):
        sensitivity(x, rows, observer_rows(post.observer for post in posts), WGS84, slopes)
    scale = np.concatenate([prior.sigma, prior.bias_sigma])
    root = information_root(rows, slopes, scale)
    covariance = np.linalg.inv(root.T @ root + np.eye(len(scale))) * np.outer(scale, scale)
    gradient = speed_gradient(x)
    speed = sqrt(float(gradient @ covariance[:SIZE, :SIZE] @ gradient))
    looks = len(np.unique(rows["time_s"][rows["kind"] != CUTOFF]))
    return Expected(speed, sqrt(float(covariance[TIME, TIME])), sqrt(float(covariance[FORCE, FORCE])), looks)


def at_place(test: FlightTest, planned: Meeting, option: Option, spot_deg: tuple[float, float]) -> Expected:
    """Return what an option's sensor at a place would learn, together with the observers that it stands beside."""
    post = station(
        test.find("sensor", option.sensor),
        name=option.id,
        lat_rad=radians(spot_deg[0]),
        lon_rad=radians(spot_deg[1]),
        height_m=SHIP_HEIGHT_M,
    )
    others = stations(test, option.beside)
    return expected(test, planned, tuple(thinned(p) for p in (post, *others)))


def box_of(planner: Planner) -> Window:
    """Return the planner's box, which may cross 180 degrees."""
    return Window(planner.south_deg, planner.north_deg, planner.west_deg, planner.east_deg)


@lru_cache(maxsize=8)
def land(box: Window, wider_km: float) -> BaseGeometry:
    """Return the land in a box, wider by some km, by coasts at 1:50 million.

    y is latitude, x the box's longitude times the cosine of the middle latitude, so that the widening is good to a few per cent.
    """
    shrink = cos(radians(box.middle[0]))
    near = [
        Polygon(shell * (shrink, 1.0)).buffer(wider_km / KM_PER_DEG)
        for _, shell in land_about(box, margin_deg=1.0)
    ]
    found = unary_union(near)
    prepare(found)
    return found


def ashore(box: Planner, spot_deg: tuple[float, float], *, wider_km: float = 0.0) -> bool:
    """Return whether a place in the planner's box lies on land or within ``wider_km`` of it."""
    window = box_of(box)
    x = float(window.into(spot_deg[1])) * cos(radians(window.middle[0]))
    return bool(contains_xy(land(window, wider_km), x, spot_deg[0]))


def allowed(
    test: FlightTest, areas: tuple[HazardArea, ...], spot_deg: tuple[float, float], *, ship: bool
) -> bool:
    """Return whether an observer may stand at a place: in the box, afloat or ashore, clear of what must be kept clear.

    ``ship`` says that the observer is afloat.
    """
    box = test.planner
    inside = bool(box_of(box).contains(*spot_deg))
    margin = box.keep_clear_km
    return (
        inside
        and ashore(box, spot_deg, wider_km=margin if ship else 0.0) != ship
        and all(outside_km(area, spot_deg) > margin for area in areas)
        and all(
            separation_km(spot_deg, (p.lat_deg, p.lon_deg)) > p.radius_km + margin for p in test.keep_outs
        )
    )


def error_map(
    test: FlightTest,
    planned: Meeting,
    areas: tuple[HazardArea, ...],
    option_id: str,
    *,
    tell: Callable[[], None] = lambda: None,
) -> ErrorMap:
    """Return the map of the expected error for one option and its best place, refined to about a kilometre.

    ``option_id`` names the option; ``tell`` is called after each row of the map.
    """
    option, box = test.find("option", option_id), test.planner
    ship = test.find("sensor", option.sensor).mount == "ship"
    window = box_of(box)
    lat = np.arange(window.south, window.north + 1e-9, box.step_deg)
    lon = np.arange(window.west, window.east + 1e-9, box.step_deg)
    errors = np.full((len(lat), len(lon)), np.nan)
    for i, y in enumerate(lat):
        for j, x in enumerate(lon):
            if allowed(test, areas, (float(y), float(x)), ship=ship):
                errors[i, j] = at_place(test, planned, option, (float(y), float(x))).speed_m_s
        tell()
    spots = sorted(
        (
            (errors[i, j], (float(lat[i]), float(lon[j])))
            for i, j in zip(*np.nonzero(np.isfinite(errors)), strict=True)
        )
    )[:3]
    refined = [_refine(test, planned, areas, option, spot, box.step_deg) for _error, spot in spots]
    best_deg, best = min(refined, key=lambda pair: pair[1].speed_m_s)
    spot_deg = (best_deg[0], float(wrapped_deg(best_deg[1])))
    return ErrorMap(option_id, lat, lon, errors, spot_deg, best)


def _refine(
    test: FlightTest,
    planned: Meeting,
    areas: tuple[HazardArea, ...],
    option: Option,
    spot: tuple[float, float],
    step_deg: float,
) -> tuple[tuple[float, float], Expected]:
    """Walk downhill on ever finer steps: eight neighbours, half the step when none is better."""
    ship = test.find("sensor", option.sensor).mount == "ship"
    best, step = at_place(test, planned, option, spot), 0.5 * step_deg
    while step >= FINEST_DEG:
        around = [
            (spot[0] + step * a, spot[1] + step * b / cos(radians(spot[0])))
            for a in (-1, 0, 1)
            for b in (-1, 0, 1)
            if (a, b) != (0, 0)
        ]
        tried = [
            (at_place(test, planned, option, place), place)
            for place in around
            if allowed(test, areas, place, ship=ship)
        ]
        found = min(tried, key=lambda pair: pair[0].speed_m_s, default=(best, spot))
        if found[0].speed_m_s < best.speed_m_s:
            best, spot = found
        else:
            step *= 0.5
    return spot, best
