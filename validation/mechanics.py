"""Free flight against closed forms: Kepler's motion, its integrals, the secular rates of J2, reversibility."""

from __future__ import annotations

from math import acos, atan2, cos, pi, radians, sin, sqrt
from typing import Any

import numpy as np

from equipoise.physics import atmosphere
from equipoise.physics.coast import coast
from equipoise.physics.earth import WGS84, EarthModel, enu_basis, geodetic_to_ecef
from equipoise.physics.kepler import kepler_propagate
from equipoise.published.standard_air import AIR

COUNT = 2000
PLAIN = WGS84._replace(j2=0.0)


def row(
    name: str, what: str, value: float, unit: str, bar: str, *, holds: bool | None, rank: int, source: str
) -> dict[str, Any]:
    """Return one row: rank 1 is an outside program or table, 2 a worked example, 3 an identity, 4 a second method."""
    return {
        "id": name, "what": what, "value": float(value), "unit": unit, "bar": bar,
        "holds": None if holds is None else bool(holds), "rank": rank, "source": source,
    }  # fmt: skip


def burnout_states(count: int, seed: int) -> np.ndarray:
    """Return states at 300 km that rise at 40 to 70 degrees with 6.0 to 7.4 km/s, anywhere and in any direction."""
    rng = np.random.default_rng(seed)
    states = np.empty((count, 6))
    for state in states:
        lat, lon = np.arcsin(rng.uniform(-1.0, 1.0)), rng.uniform(-pi, pi)
        east, north, up = (np.array(v) for v in enu_basis(lat, lon))
        gamma, azimuth, speed = rng.uniform(0.7, 1.2), rng.uniform(0.0, 2.0 * pi), rng.uniform(6000.0, 7400.0)
        state[:3] = geodetic_to_ecef(lat, lon, 3e5, WGS84)
        state[3:] = speed * (cos(gamma) * (sin(azimuth) * east + cos(azimuth) * north) + sin(gamma) * up)
    return states


def energy(states: np.ndarray, earth: EarthModel) -> np.ndarray:
    """Return kinetic plus potential energy per mass, J2 included."""
    r = np.linalg.norm(states[:, :3], axis=1)
    sine2 = (states[:, 2] / r) ** 2
    j2 = earth.gm_m3_s2 * earth.j2 * earth.equatorial_radius_m**2 / r**3 * 0.5 * (3.0 * sine2 - 1.0)
    return 0.5 * np.sum(states[:, 3:] ** 2, axis=1) - earth.gm_m3_s2 / r + j2


def kepler_rows() -> list[dict[str, Any]]:
    states = burnout_states(COUNT, 4)
    after = coast(states, 1800.0, PLAIN)
    closed = np.array(
        [np.concatenate(kepler_propagate(tuple(s[:3]), tuple(s[3:]), 1800.0, PLAIN.gm_m3_s2)) for s in states]
    )
    miss = np.linalg.norm(after[:, :3] - closed[:, :3], axis=1).max()
    turned = coast(states, 1800.0, WGS84)
    drift = np.abs(energy(turned, WGS84) / energy(states, WGS84) - 1.0).max()
    spin, spin_before = (np.cross(s[:, :3], s[:, 3:])[:, 2] for s in (turned, states))
    spin_drift = np.abs(spin - spin_before).max() / np.abs(spin_before).max()
    back = np.linalg.norm((coast(turned, -1800.0, WGS84) - states)[:, :3], axis=1).max()
    source = f"{COUNT} flights of half an hour"
    return [
        row("mechanics.kepler", "greatest distance from Kepler's closed form, J2 off", miss * 1e3, "mm", "below 1 mm",
            holds=miss < 1e-3, rank=3, source=source),
        row("mechanics.energy", "greatest relative drift of energy, J2 on", drift, "1", "below 1e-9",
            holds=drift < 1e-9, rank=3, source=source),
        row("mechanics.angular_momentum", "drift of angular momentum about the axis over its greatest value", spin_drift,
            "1", "below 1e-9", holds=spin_drift < 1e-9, rank=3, source=source),
        row("mechanics.reversible", "distance from the start after half an hour forth and back", back * 1e3, "mm",
            "below 1 mm", holds=back < 1e-3, rank=3, source=source),
    ]  # fmt: skip


def node_and_perigee(state: np.ndarray) -> tuple[float, float]:
    """Return right ascension of the ascending node and argument of perigee, osculating (rad)."""
    r, v = state[:3], state[3:]
    h = np.cross(r, v)
    e = np.cross(v, h) / WGS84.gm_m3_s2 - r / np.linalg.norm(r)
    node = np.array([-h[1], h[0], 0.0])
    angle = acos(np.clip(node @ e / np.linalg.norm(node) / np.linalg.norm(e), -1.0, 1.0))
    return atan2(node[1], node[0]), angle if e[2] >= 0.0 else 2.0 * pi - angle


def secular_rows() -> list[dict[str, Any]]:
    axis, ecc, tilt = 9.0e6, 0.15, radians(50.0)
    p = axis * (1.0 - ecc**2)
    n = sqrt(WGS84.gm_m3_s2 / axis**3)
    factor = n * WGS84.j2 * (WGS84.equatorial_radius_m / p) ** 2
    expected = (-1.5 * factor * cos(tilt), 0.75 * factor * (5.0 * cos(tilt) ** 2 - 1.0))
    speed = sqrt(WGS84.gm_m3_s2 * (2.0 / (axis * (1.0 - ecc)) - 1.0 / axis))
    state = np.array([axis * (1.0 - ecc), 0.0, 0.0, 0.0, speed * cos(tilt), speed * sin(tilt)])
    seen, time, step = [], 0.0, 30.0
    while len(seen) < 13:
        after = coast(state, step, WGS84)[0]
        if state[2] < 0.0 <= after[2]:
            part = step * state[2] / (state[2] - after[2])
            seen.append((time + part, *node_and_perigee(coast(state, part, WGS84)[0])))
        state, time = after, time + step
    t, node, perigee = np.unwrap(np.array(seen), axis=0, period=2.0 * pi).T
    t = np.array([s[0] for s in seen])
    found = [float(np.polyfit(t, angle, 1)[0]) for angle in (node, perigee)]
    source = "Vallado, Fundamentals of Astrodynamics, section 9.6 (first order); 12 revolutions, a 9,000 km, e 0.15, i 50°"
    return [
        row(f"mechanics.j2_{name}", f"secular rate of the {words}: ours over the closed form, less one",
            rate / closed - 1.0, "1", "below 0.5 %", holds=abs(rate / closed - 1.0) < 5e-3, rank=2, source=source)
        for name, words, rate, closed in zip(("node", "perigee"), ("node", "argument of perigee"), found, expected, strict=True)
    ]  # fmt: skip


def air_rows() -> list[dict[str, Any]]:
    worst = max(abs(atmosphere.density(h * 1e3) / rho - 1.0) for h, _, rho, _ in AIR)
    fast = max(abs(atmosphere.air(h * 1e3)[0] / rho - 1.0) for h, _, rho, _ in AIR)
    return [
        row("air.us76", f"greatest relative difference of density from {len(AIR)} printed rows, 0 to 80 km", max(worst, fast),
            "1", "below 5e-4", holds=max(worst, fast) < 5e-4, rank=1, source="US Standard Atmosphere 1976")
    ]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return the rows."""
    return kepler_rows() + secular_rows() + air_rows()
