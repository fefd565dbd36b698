"""Range safety: where spent stages, debris and the bodies of a failed test come down, and what must be kept clear.

A body is let go with a spread of speed, direction and drag and falls through the standard atmosphere. Its hazard area
is the ellipse about the mean impact, with the axes of the impacts' covariance, that holds the stated share of them.
Fragments go on with the velocity of the body that they come from, and scatter about it. There is no wind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, radians, sin, sqrt

import numpy as np
from scipy.special import ndtri
from shapely import Polygon

from equipoise.analysis.flight_test.paths import Meeting, TargetPath
from equipoise.foundation.sphere import MEAN_RADIUS_KM, middle_deg
from equipoise.geography.borders import land_about
from equipoise.geography.window import Window
from equipoise.model.flight_test import KeepOut, Observer
from equipoise.numerics.sampling import sample_rows
from equipoise.physics.environment.earth import WGS84, central_angle_rad, ecef_to_geodetic
from equipoise.physics.flight.scatter import fall_many
from equipoise.scenario.flight_test import FlightTest

SAMPLES = 2048
CORNERS = 48
LAND_WITHIN_KM, NEAR_DEG = 500.0, 10.0
"""Land further from a hazard area than this is not listed; further from its middle than this it is not looked at."""


@dataclass(frozen=True)
class Body:
    """Something that comes down: name, ECEF state (6) when let go, s after the target's launch, drag, its spreads."""

    name: str
    kind: str
    state_ecef: np.ndarray
    released_s: float
    drag_kg_m2: tuple[float, float]
    scatter_m_s: float
    speed_share: float
    direction_rad: float


@dataclass(frozen=True)
class HazardArea:
    """An impact ellipse: centre and corners (n, 2) in deg, semi-axes in km, when the first and last piece falls (s)."""

    name: str
    kind: str
    centre_deg: tuple[float, float]
    corners_deg: np.ndarray
    semi_axes_km: tuple[float, float]
    first_s: float
    last_s: float


@dataclass(frozen=True)
class Clearance:
    """How far a place stays clear of the nearest hazard area, beyond the margin; negative is a conflict."""

    place: str
    area: str
    distance_km: float
    spare_km: float


def bodies(test: FlightTest, target: TargetPath, planned: Meeting) -> tuple[Body, ...]:
    """Return what comes down in the planned test: spent stages, debris of the intercept, and both bodies if it fails."""
    s, t = test.safety, test.target
    delay = test.interceptor.launch_after_s.si
    lone = {
        "scatter_m_s": 0.0,
        "speed_share": s.speed_spread_share,
        "direction_rad": radians(s.direction_spread_deg),
    }
    pieces = {"scatter_m_s": s.fragment_speed_m_s, "speed_share": 0.0, "direction_rad": 0.0}
    found = []
    for stage, push in zip(test.stages, planned.interceptor.pushes, strict=True):
        state = planned.interceptor.ecef_at(float(push.end_s))
        drag = stage.spent_ballistic_coefficient_kg_m2
        found.append(
            Body(
                f"interceptor, {stage.id} stage",
                "stage",
                state,
                delay + float(push.end_s),
                (drag.si_low, drag.si_high),
                **lone,
            )
        )
    drag = t.spent_ballistic_coefficient_kg_m2
    state = target.ecef_at(target.burn_s + 1e-6)
    found.append(
        Body("target, spent stage", "stage", state, target.burn_s, (drag.si_low, drag.si_high), **lone)
    )
    met = planned.after_target_s
    fragments = (s.fragment_drag_low_kg_m2, s.fragment_drag_high_kg_m2)
    there, here = target.ecef_at(met), planned.interceptor.ecef_at(planned.flown_s)
    found.append(Body("debris of the target", "debris", there, met, fragments, **pieces))
    found.append(Body("debris of the interceptor", "debris", here, met, fragments, **pieces))
    whole = t.ballistic_coefficient_kg_m2
    found.append(Body("target, not intercepted", "miss", there, met, (whole.si_low, whole.si_high), **lone))
    last = float(planned.interceptor.pushes[-1].ballistic_coefficient_kg_m2)
    found.append(Body("interceptor, if it misses", "miss", here, met, (0.5 * last, 2.0 * last), **lone))
    return tuple(found)


def impacts(
    test: FlightTest, body: Body, *, seed: int, count: int = SAMPLES
) -> tuple[np.ndarray, np.ndarray]:
    """Return where samples of a body come down (n, 2) in deg and when (n), s after the target's launch.

    ``seed`` starts the design, ``count`` is n.
    """
    unit = sample_rows("sobol", total=count, dimensions=7, seed=seed)
    normal = ndtri(np.clip(unit, 1e-9, 1.0 - 1e-9))
    position, velocity = body.state_ecef[:3], body.state_ecef[3:]
    speed = np.linalg.norm(velocity)
    along = velocity / speed
    side = np.cross(along, position)
    side /= np.linalg.norm(side)
    above = np.cross(side, along)
    turned = along + body.direction_rad * (normal[:, 1:2] * side + normal[:, 2:3] * above)
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    velocities = speed * (1.0 + body.speed_share * normal[:, :1]) * turned + body.scatter_m_s * normal[:, 3:6]
    low, high = np.log(body.drag_kg_m2)
    betas = np.exp(low + (high - low) * unit[:, 6])
    if body.scatter_m_s == 0.0:
        betas = np.exp(0.5 * (low + high) + test.safety.drag_spread_share * normal[:, 6])
    ecef, times = fall_many(position, velocities, betas, WGS84)
    places = np.array([ecef_to_geodetic(x, y, z, WGS84)[:2] for x, y, z in ecef])
    return np.degrees(places), body.released_s + times


def hazard_area(test: FlightTest, body: Body) -> HazardArea:
    """Return the ellipse that holds the stated share of a body's impacts."""
    places, times = impacts(test, body, seed=1)
    good = np.isfinite(places[:, 0])
    centre = middle_deg(*places[good].T)
    plane = to_plane_km(places[good], centre)
    mean = plane.mean(axis=0)
    covariance = np.cov(plane.T) + 1e-6 * np.eye(2)
    gaps = plane - mean
    distance = np.sqrt(np.einsum("ni,ij,nj->n", gaps, np.linalg.inv(covariance), gaps))
    scale = float(np.quantile(distance, test.safety.contained_share))
    values, vectors = np.linalg.eigh(covariance)
    axes = scale * np.sqrt(values)
    angles = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    ring = mean + (axes[:, None] * np.array([np.cos(angles), np.sin(angles)])).T @ vectors.T
    middle = from_plane_km(mean[None, :], centre)[0]
    return HazardArea(
        body.name,
        body.kind,
        (float(middle[0]), float(middle[1])),
        from_plane_km(ring, centre),
        (float(axes[1]), float(axes[0])),
        float(times[good].min()),
        float(times[good].max()),
    )


def hazard_areas(test: FlightTest, target: TargetPath, planned: Meeting) -> tuple[HazardArea, ...]:
    """Return the hazard areas of the planned test."""
    return tuple(hazard_area(test, body) for body in bodies(test, target, planned))


def clearances(test: FlightTest, areas: tuple[HazardArea, ...]) -> tuple[Clearance, ...]:
    """Return the clearance of listed places, observers and land (1:50 million) from the nearest hazard area."""
    margin = test.safety.margin_km
    found = []
    places: list[tuple[str, KeepOut | Observer, float]] = [(p.name, p, p.radius_km) for p in test.keep_outs]
    places += [(f"observer {p.name}", p, 0.0) for p in test.observers]
    for label, place, radius_km in places:
        spot = (place.lat_deg, place.lon_deg)
        nearest, name = min((outside_km(area, spot) - radius_km, area.name) for area in areas)
        found.append(Clearance(label, name, nearest, nearest - margin))
    return (*found, *_from_land(areas, margin))


def _from_land(areas: tuple[HazardArea, ...], margin_km: float) -> list[Clearance]:
    """Return the clearance of every country's land within reach of a hazard area, nearest area each."""
    nearest: dict[str, tuple[float, str]] = {}
    for area in areas:
        shape = Polygon(to_plane_km(area.corners_deg, area.centre_deg))
        for name, shell in _land_about(area.centre_deg):
            ground = Polygon(to_plane_km(shell[:, ::-1], area.centre_deg)).buffer(0.0)
            distance = float(shape.distance(ground))
            if distance < nearest.get(name, (np.inf, ""))[0]:
                nearest[name] = distance, area.name
    return [
        Clearance(f"land of {name}", area, distance, distance - margin_km)
        for name, (distance, area) in sorted(nearest.items())
        if distance < LAND_WITHIN_KM
    ]


def _land_about(centre_deg: tuple[float, float]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield name and shell (longitude, latitude) of the land within ten degrees of latitude of a place."""
    lat, lon = centre_deg
    wide = min(NEAR_DEG / max(cos(radians(lat)), 0.1), 179.0)
    box = Window(max(lat - NEAR_DEG, -90.0), min(lat + NEAR_DEG, 90.0), lon - wide, lon + wide)
    yield from land_about(box)


def outside_km(area: HazardArea, spot_deg: tuple[float, float]) -> float:
    """Return the distance from a place to the edge of an area; negative inside."""
    here = np.zeros(2)
    ring = to_plane_km(area.corners_deg, spot_deg)
    ends = np.roll(ring, -1, axis=0)
    along = ends - ring
    shares = np.clip(
        np.sum((here - ring) * along, axis=1) / np.maximum(np.sum(along**2, axis=1), 1e-12), 0.0, 1.0
    )
    nearest = float(np.min(np.linalg.norm(ring + shares[:, None] * along - here, axis=1)))
    turns = ring[:, 0] * ends[:, 1] - ring[:, 1] * ends[:, 0]
    inside = bool(np.all(turns > 0.0) or np.all(turns < 0.0))
    return -nearest if inside else nearest


def widened_deg(area: HazardArea, margin_km: float, *, corners: int = 12) -> np.ndarray:
    """Return few corners (n, 2) in deg of a polygon that holds the ellipse and the margin about it.

    Supporting lines in evenly spread directions, in the plane where the widened ellipse is nearly a circle.
    """
    ring = to_plane_km(area.corners_deg, area.centre_deg)
    angles = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    # a corner of a many-sided polygon lies inside the disc that it stands for by 1 - cos(pi / n)
    disc = margin_km / cos(np.pi / CORNERS) * np.column_stack([np.cos(angles), np.sin(angles)])
    wide = (ring[:, None, :] / cos(np.pi / CORNERS) + disc[None, :, :]).reshape(-1, 2)
    values, vectors = np.linalg.eigh(np.cov(wide.T))
    to_circle = vectors / np.sqrt(values)
    round_ = wide @ to_circle
    facing = np.linspace(0.0, 2.0 * np.pi, corners, endpoint=False)
    normals = np.column_stack([np.cos(facing), np.sin(facing)])
    support = (round_ @ normals.T).max(axis=0)
    following, next_support = np.roll(normals, -1, axis=0), np.roll(support, -1)
    met = [
        np.linalg.solve(np.array([a, b]), np.array([c, d]))
        for a, b, c, d in zip(normals, following, support, next_support, strict=True)
    ]
    return from_plane_km(np.array(met) @ np.linalg.inv(to_circle), area.centre_deg)


def to_plane_km(places_deg: np.ndarray, centre_deg: tuple[float, float]) -> np.ndarray:
    """Return east and north (n, 2) in km of places, azimuthal and equidistant about a centre."""
    lat0, lon0 = radians(centre_deg[0]), radians(centre_deg[1])
    lat, lon = np.radians(places_deg[:, 0]), np.radians(places_deg[:, 1])
    d = lon - lon0
    east = np.cos(lat) * np.sin(d)
    north = cos(lat0) * np.sin(lat) - sin(lat0) * np.cos(lat) * np.cos(d)
    up = sin(lat0) * np.sin(lat) + cos(lat0) * np.cos(lat) * np.cos(d)
    flat = np.hypot(east, north)
    scale = MEAN_RADIUS_KM * np.arctan2(flat, up) / np.maximum(flat, 1e-15)
    return np.column_stack([east * scale, north * scale])


def from_plane_km(plane_km: np.ndarray, centre_deg: tuple[float, float]) -> np.ndarray:
    """Return latitude and longitude (n, 2) in deg of points of the plane of :func:`to_plane_km`."""
    lat0, lon0 = radians(centre_deg[0]), radians(centre_deg[1])
    out = []
    for east, north in plane_km:
        angle, bearing = sqrt(east**2 + north**2) / MEAN_RADIUS_KM, atan2(east, north)
        lat = asin(sin(lat0) * cos(angle) + cos(lat0) * sin(angle) * cos(bearing))
        lon = lon0 + atan2(sin(bearing) * sin(angle) * cos(lat0), cos(angle) - sin(lat0) * sin(lat))
        out.append((degrees(lat), (degrees(lon) + 180.0) % 360.0 - 180.0))
    return np.array(out)


def separation_km(a_deg: tuple[float, float], b_deg: tuple[float, float]) -> float:
    """Return the great-circle distance between two places."""
    return MEAN_RADIUS_KM * float(central_angle_rad(*map(radians, (*a_deg, *b_deg))))
