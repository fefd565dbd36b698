"""Free flight against closed forms: Kepler's motion, its integrals, reversibility."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

import numpy as np

from equipoise.physics.environment import atmosphere
from equipoise.physics.environment.earth import WGS84, EarthModel, enu_basis, geodetic_to_ecef
from equipoise.physics.environment.kepler import kepler_propagate
from equipoise.physics.flight.coast import coast
from equipoise.published.study_file import read_study

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


def air_rows() -> list[dict[str, Any]]:
    asked = [a for _, a in read_study("standard-air-1976").statements if a.kind == "air_density"]
    printed = [(1e3 * a.inputs["altitude_km"], a.printed) for a in asked]
    worst = max(abs(atmosphere.density(h) / rho - 1.0) for h, rho in printed)
    fast = max(abs(atmosphere.air(h)[0] / rho - 1.0) for h, rho in printed)
    return [
        row("air.us76", f"greatest relative difference of density from {len(printed)} printed rows, 0 to 80 km", max(worst, fast),
            "1", "below 5e-4", holds=max(worst, fast) < 5e-4, rank=1, source="US Standard Atmosphere 1976")
    ]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return the rows."""
    return kepler_rows() + air_rows()
