"""Strategic flights as boxes of certificate arcs: what a certificate covers, and how wrong its arcs are.

Every base is flown against every aim cell, in every family, with the boost at both ends of its range. Each flight's
burnout state is one arc of docs/certificate.md; their hull is what the certificate is about, and the greatest
distance between a flight and its arc is what the model margin must cover.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from equipoise.analysis.exposure.paths import FAMILIES, aims
from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths
from equipoise.foundation.constants import GM_EARTH_M3_S2, MEAN_RADIUS_M
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.remember import remember
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import EarthModel, geodetic_to_ecef
from equipoise.physics.flight import osculating
from equipoise.scenario.load import Scenario

BOOST_ENDS = ("low", "value", "high")
"""Ends of the range of burnout altitude and downrange that are flown: low and short, nominal, high and long."""
SOONEST_S = 300.0
"""Up to this time after burnout the model margin is a constant; it grows afterwards."""
SECTOR_DEG = 5.0
OVERLAP_DEG = 2.0
AXES = ("azimuth_deg", "range_deg", "loft_deg", "burnout_altitude_m", "burnout_downrange_m")


@dataclass(frozen=True)
class Group:
    """The flights of one base in one family, by boost, and the point through which their planes pass."""

    base: str
    family: str
    paths: tuple[Paths, ...]
    lat_deg: float
    lon_deg: float
    arcs: np.ndarray
    """Parameters (n, 5) of every flight that exists, in the order of :data:`AXES`."""
    boost: np.ndarray
    """Which of :data:`BOOST_ENDS` each flight (n,) has."""
    times_s: np.ndarray
    departure_m: np.ndarray
    """How far each flight (n, m) is from its arc at ``times_s`` (n, m) after burnout; nan where unused."""

    @property
    def flights(self) -> int:
        """How many flights exist."""
        return len(self.arcs)


def groups(scenario: Scenario, families: tuple[str, ...] = FAMILIES) -> list[Group]:
    """Return the flights of every base against every aim cell as certificate arcs, by base and family."""
    aim = np.radians(aims(scenario))
    earth = kernel_inputs.EARTHS[scenario.tables["scenario"]["earth"]]
    found = []
    for base in scenario.tables["base"]:
        start = np.radians([base["lat_deg"], base["lon_deg"]])
        record = scenario.find("missile", base["missile"])
        for family in families:
            paths = tuple(
                kernel_inputs.solve(_boosted(record, end), start, aim, family, earth) for end in BOOST_ENDS
            )
            if any((p.status == FlightStatus.OK).any() for p in paths):
                found.append(_group(base["id"], family, paths, start, earth))
    return found


def _boosted(record: dict[str, Any], end: str) -> dict[str, Any]:
    """Return the missile with its burnout place at one end of its range."""
    changed: dict[str, Any] = {}
    for key in ("burnout_altitude_km", "burnout_downrange_km"):
        quantity: Quantity = record[key]
        changed[key] = replace(quantity, value=getattr(quantity, end))
    return dict(record) | changed


def _group(base: str, family: str, paths: tuple[Paths, ...], start: np.ndarray, earth: EarthModel) -> Group:
    states = np.concatenate([_states(p) for p in paths])
    boost = np.repeat(np.arange(len(paths)), [len(p) for p in paths])[np.isfinite(states[:, 0])]
    beta = paths[0].vehicle.ballistic_coefficient_kg_m2
    origin, arcs, times, away = _fitted(states[np.isfinite(states[:, 0])], start, beta, earth)
    lat_deg, lon_deg = np.degrees(origin)
    return Group(base, family, paths, float(lat_deg), float(lon_deg), arcs, boost, times, away)


def _states(paths: Paths) -> np.ndarray:
    states = np.empty((len(paths), 6))
    osculating.burnout_states(paths.vehicle, paths.flights, paths.earth, states)
    return states


@remember(limit_mb=200)
def _fitted(
    states: np.ndarray, start: np.ndarray, beta: float, earth: EarthModel
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the origin (latitude, longitude in rad) of arcs, their parameters, and each flight's departure."""
    position, velocity = states[:, :3], states[:, 3:]
    normal = np.cross(position, velocity)
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    origin, frame = _common_point(normal, start, earth)
    flat = normal - (normal @ origin)[:, None] * origin
    flat /= np.linalg.norm(flat, axis=1)[:, None]
    heading = np.cross(flat, origin)
    azimuth = np.arctan2(heading @ frame[0], heading @ frame[1])
    radius, speed = np.linalg.norm(position, axis=1), np.linalg.norm(velocity, axis=1)
    along = np.arctan2((position * heading).sum(axis=1), position @ origin)
    gamma = np.arcsin((position * velocity).sum(axis=1) / (radius * speed))
    k = GM_EARTH_M3_S2 / (radius * (speed * np.cos(gamma)) ** 2)
    slope = np.tan(gamma)
    span = 2.0 * np.arctan2(slope, k - 1.0)
    loft = gamma - 0.25 * (np.pi - span)
    angles = np.degrees(np.stack([azimuth, span, loft], axis=1))
    arcs = np.concatenate(
        [angles, (radius - MEAN_RADIUS_M)[:, None], (along * MEAN_RADIUS_M)[:, None]], axis=1
    )
    up = np.cos(along)[:, None] * origin + np.sin(along)[:, None] * heading
    ahead = np.cross(flat, up)
    models = np.concatenate(
        [
            radius[:, None] * up,
            speed[:, None] * (np.sin(gamma)[:, None] * up + np.cos(gamma)[:, None] * ahead),
        ],
        axis=1,
    )
    times, away = np.empty((len(states), 150)), np.empty((len(states), 150))
    last = _return_s(radius, k, slope, span)
    osculating.departures(states, models, last, beta, earth, GM_EARTH_M3_S2, times, away)
    place = np.array([np.arcsin(origin[2]), np.arctan2(origin[1], origin[0])])
    return place, arcs, times, away


def _common_point(normal: np.ndarray, start: np.ndarray, earth: EarthModel) -> tuple[np.ndarray, np.ndarray]:
    """Return the unit vector near a base closest to all planes, and east and north there.

    The Earth's turn during the boost carries the planes past the base; the common point takes that up.
    """
    lat, lon = np.arctan((1.0 - earth.flattening) ** 2 * np.tan(start[0])), start[1]
    up = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    north = np.cross(up, east)
    matrix = np.stack([normal @ east, normal @ north], axis=1)
    ridge = 1e-6 * np.eye(2) * len(normal)
    shift = np.linalg.solve(matrix.T @ matrix + ridge, -matrix.T @ (normal @ up))
    origin = up + shift[0] * east + shift[1] * north
    origin /= np.linalg.norm(origin)
    lat, lon = np.arcsin(origin[2]), np.arctan2(origin[1], origin[0])
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    return origin, np.stack([east, np.cross(origin, east)])


def _return_s(radius: np.ndarray, k: np.ndarray, slope: np.ndarray, span: np.ndarray) -> np.ndarray:
    """Return the time from burnout until the arc is back at that altitude."""
    e = np.sqrt((k - 1.0) ** 2 + slope**2) / k
    a = radius / (k * (1.0 - e**2))
    u = 2.0 * np.arctan(np.sqrt((1.0 + e) / (1.0 - e)) * np.tan(0.25 * span))
    found: np.ndarray = 2.0 * np.sqrt(a**3 / GM_EARTH_M3_S2) * (u + e * np.sin(u))
    return found


def cells(group: Group) -> list[dict[str, tuple[float, float]]]:
    """Return boxes of parameters that hold every flight of a group: by sector of azimuth and half of the boost's range.

    Sectors touch, and each takes in the flights a little beyond its edges, so that what lies between two flights of
    the aim grid is covered too. One box for all would hold arcs that end in the middle of the ocean.
    """
    arcs = group.arcs.copy()
    middle = np.degrees(np.angle(np.exp(1j * np.radians(arcs[:, 0])).mean()))
    arcs[:, 0] = middle + (arcs[:, 0] - middle + 180.0) % 360.0 - 180.0
    first, last = arcs[:, 0].min(), arcs[:, 0].max()
    edges = np.linspace(first, last, max(2, int(np.ceil((last - first) / SECTOR_DEG)) + 1))
    found = []
    for low, high in itertools.pairwise(edges):
        near = (arcs[:, 0] >= low - OVERLAP_DEG) & (arcs[:, 0] <= high + OVERLAP_DEG)
        for end in range(len(BOOST_ENDS) - 1):
            held = arcs[near & (group.boost >= end) & (group.boost <= end + 1)]
            if len(held):
                box = {
                    name: (float(held[:, i].min()), float(held[:, i].max())) for i, name in enumerate(AXES)
                }
                found.append(box | {"azimuth_deg": (float(low), float(high))})
    return found


@dataclass(frozen=True)
class MeasuredMargin:
    """Distance that the arcs can be wrong by: a constant, and growth with time since burnout; ``basis`` in words."""

    constant_m: float
    growth_m_s: float
    basis: str


def measured_margin(found: list[Group], lat_deg: tuple[float, float], earth: EarthModel) -> MeasuredMargin:
    """Return the margin that covers every flight, the sites on the ellipsoid, and J2 on the interceptor.

    The sphere's radius against the ellipsoid's at the sites' latitudes, and 2 km of terrain, are added to the
    departure of flights from their arcs; both parts are then raised by a fifth.
    """
    times = np.concatenate([g.times_s.ravel() for g in found])
    away = np.concatenate([g.departure_m.ravel() for g in found])
    used = np.isfinite(away)
    times, away = times[used], away[used]
    early = float(away[times <= SOONEST_S].max())
    late = times > SOONEST_S
    growth = float(max(((away[late] - early) / times[late]).max(), 0.0)) if late.any() else 0.0
    ground = max(abs(_geocentric_radius_m(x, earth) - MEAN_RADIUS_M) for x in lat_deg) + 2000.0
    flights = sum(g.flights for g in found)
    basis = (
        f"measured over {flights} flights of the flight model (J2, rotation, air): at most {early / 1e3:.1f} km from "
        f"the arc within {SOONEST_S:.0f} s of burnout, then {growth:.1f} m/s more; sphere against ellipsoid and terrain "
        f"at the sites {ground / 1e3:.1f} km; J2 on the interceptor {INTERCEPTOR_J2_M_S:.0f} m/s; raised by a fifth"
    )
    return MeasuredMargin(1.2 * (early + ground), 1.2 * (growth + INTERCEPTOR_J2_M_S), basis)


INTERCEPTOR_J2_M_S = 11.0
"""Drift of an interceptor under J2: 3 J2 g / 2 times a flight of 700 s."""


def _geocentric_radius_m(lat_deg: float, earth: EarthModel) -> float:
    return float(np.linalg.norm(geodetic_to_ecef(np.radians(lat_deg), 0.0, 0.0, earth)))
