"""Strategic flights as boxes of certificate arcs: what a certificate covers, and how wrong its arcs are.

Every base is flown against every aim cell, in every family, over the range of its missile. Each flight's burnout state
is one arc of docs/certificate.md; the hull over a base and family is one cell of the certificate, without gaps, and the
greatest distance between a flight and its arc is what the model margin must cover.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.guarantees.staged_family import as_flown, staged_paths
from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths
from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.remember import remember
from equipoise.foundation.status import FlightStatus
from equipoise.model.systems import Base, Missile
from equipoise.physics.environment.earth import EarthModel, geodetic_to_ecef
from equipoise.physics.flight import osculating
from equipoise.physics.flight.kinematic import Kinematic
from equipoise.scenario.aims import aims
from equipoise.scenario.load import Scenario

VARIED = ("burnout_altitude_km", "burnout_downrange_km")
"""Ranges of a missile whose four corners are flown beside the nominal values."""
WITH_THRUST = ("max_range_km", "burn_time_s")
"""Ranges that only the hull is flown over, both low and both high: they act through the share of the thrust that is used."""
BOOSTS = ("value", "low low", "low high", "high low", "high high")
"""Ends of the ranges of :data:`VARIED` that are flown, in that order."""
SOONEST_S = 300.0
"""Up to this time after burnout the model margin is a constant; it grows afterwards."""
GUARD = 0.02
"""Each side of a cell is moved outwards by this share of its width: flights inside the ranges may bulge over their corners."""
ORIGIN_GUARD_DEG = 0.02
AXES = ("azimuth_deg", "range_deg", "loft_deg", "burnout_altitude_m", "burnout_downrange_m")


@dataclass(frozen=True)
class Group:
    """The flights of one base in one family, by place and boost, and the hull of their arcs.

    ``origin_deg`` (south, west, north, east, geocentric) holds the points through which the inertial planes pass: one for
    a fixed base, an area for a mobile one. ``cell`` holds the ends of each of :data:`AXES`.
    """

    base: str
    family: str
    paths: tuple[Paths, ...]
    """From the base's own place, then from each corner of its areas, each time one for each of :data:`BOOSTS`."""
    origin_deg: tuple[float, float, float, float]
    cell: dict[str, tuple[float, float]]
    burn_stretch: float
    """Longest burn time over the nominal one."""
    flown: int
    """Over how many flights the hull was taken."""
    times_s: np.ndarray
    departure_m: np.ndarray
    """How far each flight (n, m) is from its arc at ``times_s`` (n, m) after burnout; nan where unused."""

    def holds(self, paths: Paths) -> np.ndarray:
        """Return which flights (n,), all from one place of the base, have their arc in the cell.

        Of an origin that is an area, the point is taken that lies closest to the planes of these flights.
        """
        states = _burnouts(paths)
        place = np.array([paths.flights.lat_rad[0], paths.flights.lon_rad[0]])
        origin, _ = _as_arcs(states, place, paths.earth)
        south, west, north, east = np.radians(self.origin_deg)
        lat, lon = np.clip(origin[0], south, north), np.clip(origin[1], west, east)
        arcs = _arcs(states, np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]))
        low, high = np.array(list(self.cell.values())).T
        arcs[:, 0] = low[0] + (arcs[:, 0] - low[0]) % 360.0
        inside: np.ndarray = ((low <= arcs) & (arcs <= high)).all(axis=1)
        return inside


def groups(scenario: Scenario, families: tuple[str, ...] = FAMILIES) -> list[Group]:
    """Return the flights of every base against every aim cell as certificate arcs, by base and family.

    ``families`` names the path families.
    """
    aim = np.radians(aims(scenario))
    half = 0.5 * scenario.head.aim_step_deg
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    around = _around(aim, np.radians(half))
    found = []
    for base in scenario.bases:
        record = as_flown(scenario, base, families)
        for family in families:
            own = staged_paths(scenario, base, family)
            group = _group(base, record, family, (aim, around), earth, own)
            if group is not None:
                found.append(group)
    return found


def _around(aim: np.ndarray, half_rad: float) -> np.ndarray:
    """Return the middles and corners (n, 2) of square aim cells, each once."""
    corners = [aim + half_rad * np.array([a, b]) for a in (-1, 1) for b in (-1, 1)]
    points = np.concatenate([aim, *corners])
    points[:, 0] = np.clip(points[:, 0], -0.5 * np.pi, 0.5 * np.pi)
    return np.unique(points.round(9), axis=0)


def places_of(base: Base) -> np.ndarray:
    """Return the places (n, 2, rad) from which a base is flown: itself, and the corners of the areas it may be in."""
    found = [(base.lat_deg, base.lon_deg)]
    for south, west, north, east in base.area_deg:
        found += [(lat, lon) for lat in (south, north) for lon in (west, east)]
    return np.radians(found)


def boosted(record: Missile, ends: str, thrust: str = "value") -> Missile:
    """Return the missile with its burnout place at the ends that one of :data:`BOOSTS` names, and its thrust at ``thrust``."""
    altitude, *rest = ends.split()
    named = dict(zip(VARIED, (altitude, rest[0] if rest else altitude), strict=True))
    changed = {}
    for key, end in (named | dict.fromkeys(WITH_THRUST, thrust)).items():
        quantity: Quantity = getattr(record, key)
        changed[key] = replace(quantity, value=getattr(quantity, end))
    flown: Missile = record.but(**changed)
    return flown


def _group(
    base: Base,
    record: Missile,
    family: str,
    aim: tuple[np.ndarray, np.ndarray],
    earth: EarthModel,
    own: Paths | None,
) -> Group | None:
    places = places_of(base)
    flown = [
        [kernel_inputs.solve(boosted(record, ends), place, aim[0], family, earth) for ends in BOOSTS]
        for place in places
    ]
    beta = record.ballistic_coefficient_kg_m2.si
    origins, cells, count, times, away = [], [], 0, [], []
    staged = [
        [own] if own is not None and n == 0 else [] for n in range(len(places))
    ]  # from its own place alone
    for place, paths, besides in zip(places, flown, staged, strict=True):
        states = np.concatenate([_states(p) for p in (*paths, *besides)])
        hull = [
            _states(kernel_inputs.solve(boosted(record, ends, thrust), place, aim[1], family, earth))
            for thrust in ("low", "high")
            for ends in BOOSTS[1:]
        ]
        every = np.concatenate([states, *hull])
        if not len(every):
            continue
        origin, arcs = _as_arcs(every, place, earth)
        origins.append(np.degrees(origin))
        cells.append(arcs)
        count += len(every)
        at, far = _departures(states if len(states) else every, origin, beta, earth)
        times.append(at)
        away.append(far)
    if not origins:
        return None
    guard = ORIGIN_GUARD_DEG if len(places) > 1 else 0.0
    low, high = np.min(origins, axis=0) - guard, np.max(origins, axis=0) + guard
    return Group(
        base.id, family, tuple(p for paths in flown for p in paths), (low[0], low[1], high[0], high[1]), _hull(np.concatenate(cells)),
        record.burn_time_s.high / record.burn_time_s.value, count, np.concatenate(times), np.concatenate(away),
    )  # fmt: skip


def _states(paths: Paths) -> np.ndarray:
    """Return the inertial burnout states (n, 6) of the flights that exist."""
    states = _burnouts(paths)
    return states[np.isfinite(states[:, 0])]


def _burnouts(paths: Paths) -> np.ndarray:
    """Return the inertial burnout states (n, 6), in axes that coincide with ECEF then; nan where there is no flight."""
    states = np.full((len(paths), 6), np.nan)
    if not isinstance(paths.vehicle, Kinematic):
        for i in np.flatnonzero(paths.status == FlightStatus.OK).tolist():
            states[i] = paths.sampled(i).burnout_state
        return states
    osculating.burnout_states(paths.vehicle, paths.flights, paths.earth, states)
    return states


def _hull(arcs: np.ndarray) -> dict[str, tuple[float, float]]:
    """Return the ends of each axis over arcs (n, 5), moved outwards by :data:`GUARD`."""
    arcs = arcs.copy()
    middle = np.degrees(np.angle(np.exp(1j * np.radians(arcs[:, 0])).mean()))
    arcs[:, 0] = middle + (arcs[:, 0] - middle + 180.0) % 360.0 - 180.0
    low, high = arcs.min(axis=0), arcs.max(axis=0)
    spare = GUARD * (high - low) + np.array([0.1, 0.1, 0.02, 100.0, 100.0])
    ends = np.stack([low - spare, high + spare], axis=1)
    ends[3:, 0] = np.maximum(ends[3:, 0], 0.0)
    return {name: (float(ends[i, 0]), float(ends[i, 1])) for i, name in enumerate(AXES)}


@dataclass(frozen=True)
class _Frame:
    """Where the planes of flights pass: the common point, the unit normals and the headings there, east and north."""

    origin: np.ndarray
    normal: np.ndarray
    heading: np.ndarray
    axes: np.ndarray


def _frame(states: np.ndarray, origin: np.ndarray) -> _Frame:
    """Return the planes of flights (n, 6) turned until they pass through a unit vector."""
    normal = np.cross(states[:, :3], states[:, 3:])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    flat = normal - (normal @ origin)[:, None] * origin
    flat /= np.linalg.norm(flat, axis=1)[:, None]
    lon = np.arctan2(origin[1], origin[0])
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    return _Frame(origin, flat, np.cross(flat, origin), np.stack([east, np.cross(origin, east)]))


def _elements(states: np.ndarray, frame: _Frame) -> tuple[np.ndarray, ...]:
    """Return azimuth, range, loft, radius, angle along, path angle, and 1 / semi-latus rectum in units of the radius."""
    position, velocity = states[:, :3], states[:, 3:]
    azimuth = np.arctan2(frame.heading @ frame.axes[0], frame.heading @ frame.axes[1])
    radius, speed = np.linalg.norm(position, axis=1), np.linalg.norm(velocity, axis=1)
    along = np.arctan2((position * frame.heading).sum(axis=1), position @ frame.origin)
    gamma = np.arcsin((position * velocity).sum(axis=1) / (radius * speed))
    k = GM_EARTH_M3_S2 / (radius * (speed * np.cos(gamma)) ** 2)
    span = 2.0 * np.arctan2(np.tan(gamma), k - 1.0)
    return azimuth, span, gamma - 0.25 * (np.pi - span), radius, along, gamma, k


def _as_arcs(states: np.ndarray, place: np.ndarray, earth: EarthModel) -> tuple[np.ndarray, np.ndarray]:
    """Return the common point of flights from a place (latitude and longitude, rad), and their arcs (n, 5)."""
    origin = _common_point(states, place, earth)
    return np.array([np.arcsin(origin[2]), np.arctan2(origin[1], origin[0])]), _arcs(states, origin)


def _arcs(states: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """Return the parameters (n, 5) of flights whose planes are taken to pass through a unit vector."""
    azimuth, span, loft, radius, along, _, _ = _elements(states, _frame(states, origin))
    angles = np.degrees(np.stack([azimuth, span, loft], axis=1))
    lengths = np.stack([radius - MEAN_RADIUS_M, along * MEAN_RADIUS_M], axis=1)
    return np.concatenate([angles, lengths], axis=1)


@remember(limit_mb=200)
def _departures(
    states: np.ndarray, origin_rad: np.ndarray, beta: float, earth: EarthModel
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far flights are from their arcs (n, m), and when (n, m)."""
    lat, lon = origin_rad
    frame = _frame(states, np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]))
    _, span, _, radius, along, gamma, k = _elements(states, frame)
    speed = np.linalg.norm(states[:, 3:], axis=1)
    up = np.cos(along)[:, None] * frame.origin + np.sin(along)[:, None] * frame.heading
    ahead = np.cross(frame.normal, up)
    moving = speed[:, None] * (np.sin(gamma)[:, None] * up + np.cos(gamma)[:, None] * ahead)
    models = np.concatenate([radius[:, None] * up, moving], axis=1)
    times, away = np.empty((len(states), 150)), np.empty((len(states), 150))
    last = _return_s(radius, k, np.tan(gamma), span)
    osculating.departures(states, models, last, beta, earth, GM_EARTH_M3_S2, times, away)
    return times, away


def _common_point(states: np.ndarray, start: np.ndarray, earth: EarthModel) -> np.ndarray:
    """Return the unit vector near a base (rad) closest to the planes of all flights.

    The Earth's turn during the boost carries the planes past the base; the common point takes that up.
    """
    normal = np.cross(states[:, :3], states[:, 3:])
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    lat, lon = np.arctan((1.0 - earth.flattening) ** 2 * np.tan(start[0])), start[1]
    up = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    north = np.cross(up, east)
    matrix = np.stack([normal @ east, normal @ north], axis=1)
    ridge = 1e-6 * np.eye(2) * len(normal)
    shift = np.linalg.solve(matrix.T @ matrix + ridge, -matrix.T @ (normal @ up))
    origin: np.ndarray = up + shift[0] * east + shift[1] * north
    return origin / np.linalg.norm(origin)


def _return_s(radius: np.ndarray, k: np.ndarray, slope: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Return the time from burnout until the arc is back at that altitude."""
    e = np.sqrt((k - 1.0) ** 2 + slope**2) / k
    a = radius / (k * (1.0 - e**2))
    u = 2.0 * np.arctan(np.sqrt((1.0 + e) / (1.0 - e)) * np.tan(0.25 * span))
    found: np.ndarray = 2.0 * np.sqrt(a**3 / GM_EARTH_M3_S2) * (u + e * np.sin(u))
    return found


@dataclass(frozen=True)
class MeasuredMargin:
    """Distance that the arcs can be wrong by: a constant, and growth with time since burnout; ``basis`` in words."""

    constant_m: float
    growth_m_s: float
    basis: str


def measured_margin(found: Sequence[Group], lat_deg: tuple[float, ...], earth: EarthModel) -> MeasuredMargin:
    """Return the margin that covers every flight, the sites on the ellipsoid, and J2 on the interceptor.

    The sphere's radius against the ellipsoid's at the sites' latitudes, and 2 km of terrain, are added to the
    departure of flights from their arcs; both parts are then raised by a fifth. Between two latitudes the ellipsoid is
    farthest from the sphere at an end, or at the equator.
    """
    lat_deg = (*lat_deg, min(max(0.0, lat_deg[0]), lat_deg[1]))
    times = np.concatenate([g.times_s.ravel() for g in found])
    away = np.concatenate([g.departure_m.ravel() for g in found])
    used = np.isfinite(away)
    times, away = times[used], away[used]
    early = float(away[times <= SOONEST_S].max())
    late = times > SOONEST_S
    growth = float(max(((away[late] - early) / times[late]).max(), 0.0)) if late.any() else 0.0
    ground = max(abs(_geocentric_radius_m(x, earth) - MEAN_RADIUS_M) for x in lat_deg) + 2000.0
    flights = len(np.concatenate([g.times_s for g in found]))
    basis = (
        f"measured over {flights} flights of the flight model (J2, rotation, air), the place of burnout at the corners of its range: at most {early / 1e3:.1f} km from "
        f"the arc within {SOONEST_S:.0f} s of burnout, then {growth:.1f} m/s more; sphere against ellipsoid and terrain "
        f"at the sites {ground / 1e3:.1f} km; J2 on the interceptor {INTERCEPTOR_J2_M_S:.0f} m/s; raised by a fifth"
    )
    return MeasuredMargin(1.2 * (early + ground), 1.2 * (growth + INTERCEPTOR_J2_M_S), basis)


INTERCEPTOR_J2_M_S = 11.0
"""Drift of an interceptor under J2: 3 J2 g / 2 times a flight of 700 s."""


def _geocentric_radius_m(lat_deg: float, earth: EarthModel) -> float:
    return float(np.linalg.norm(geodetic_to_ecef(np.radians(lat_deg), 0.0, 0.0, earth)))
