"""Coarsening that does not average out: one turn and one time shift per track, grids for places."""

from __future__ import annotations

import hashlib
import hmac
import math
from functools import lru_cache
from statistics import NormalDist
from typing import Any, NamedTuple

from equipoise.exchange.protocol.encoding import canonical

EARTH_ROTATION_RAD_S = 7.292115e-5
EARTH_RADIUS_M = 6_371_000.0
EARTH_GM_M3_S2 = 3.986004418e14
NORMAL = NormalDist()

Vector = tuple[float, float, float]


class Displacement(NamedTuple):
    """What one track's secret draws: a turn about the Earth's centre and a shift in time."""

    axis: Vector
    angle_rad: float
    time_shift_s: float


def _uniform(secret: bytes, label: str, count: int) -> list[float]:
    words = [hmac.digest(secret, f"{label}/{i}".encode(), "sha256") for i in range(count)]
    return [(int.from_bytes(word[:8]) + 0.5) / 2.0**64 for word in words]


@lru_cache(maxsize=4096)
def displacement(secret: bytes, label: str, *, shift_m: float, time_shift_s: float) -> Displacement:
    """Return the displacement of every update with this label."""
    u = _uniform(secret, f"track/{label}", 4)
    x, y, z = (NORMAL.inv_cdf(value) for value in u[:3])
    size = math.sqrt(x * x + y * y + z * z)
    return Displacement(
        (x / size, y / size, z / size), shift_m / EARTH_RADIUS_M, time_shift_s * (2.0 * u[3] - 1.0)
    )


def _turned(vector: Vector, axis: Vector, angle_rad: float) -> Vector:
    """Return the vector turned about the axis (Rodrigues)."""
    s, c = math.sin(angle_rad), math.cos(angle_rad)
    (x, y, z), (a, b, d) = vector, axis
    along = (a * x + b * y + d * z) * (1.0 - c)
    return (
        x * c + (b * z - d * y) * s + a * along,
        y * c + (d * x - a * z) * s + b * along,
        z * c + (a * y - b * x) * s + d * along,
    )


def _spun(vector: Vector, angle_rad: float) -> Vector:
    s, c = math.sin(angle_rad), math.cos(angle_rad)
    return vector[0] * c - vector[1] * s, vector[0] * s + vector[1] * c, vector[2]


def coarsen_track(
    payload: dict[str, Any], *, secret: bytes, label: str, shift_m: float, time_shift_s: float, noise_m: float
) -> dict[str, Any]:
    """Return the update turned about the Earth's centre and moved in time, alike for every update of one label.

    A turn and a time shift map ballistic arcs on ballistic arcs, so a fit to all updates finds a perfect arc in the
    wrong place and no residual that gives the shift away (a constant offset of 10 km would: gravity changes by
    0.3 %). The noise, drawn per update, hides what the oblateness of the Earth still reveals. ``shift_m`` is the
    arc's displacement on the ground 90 degrees from the turn's axis. ``sigma_m`` and ``sigma_m_s`` of the result
    are the standard error per axis of what leaves, the turn and the shift in time included.
    """
    moved = displacement(secret, label, shift_m=shift_m, time_shift_s=time_shift_s)
    x, y, z = payload["position_ecef_m"]
    u, v, w = payload["velocity_ecef_m_s"]
    day = EARTH_ROTATION_RAD_S * payload["time_s"]
    later = day + EARTH_ROTATION_RAD_S * moved.time_shift_s
    inertial = _spun((u - EARTH_ROTATION_RAD_S * y, v + EARTH_ROTATION_RAD_S * x, w), day)
    px, py, pz = _spun(_turned(_spun((x, y, z), day), moved.axis, moved.angle_rad), -later)
    vx, vy, vz = _spun(_turned(inertial, moved.axis, moved.angle_rad), -later)
    fresh = f"noise/{label}/" + hashlib.sha256(canonical(payload)).hexdigest()
    noise = [NORMAL.inv_cdf(value) * noise_m for value in _uniform(secret, fresh, 6)]
    velocity = (vx + EARTH_ROTATION_RAD_S * py, vy - EARTH_ROTATION_RAD_S * px, vz)
    sigma_m, sigma_m_s = _stated_error(
        payload,
        radius_m=math.hypot(x, y, z),
        speed_m_s=math.hypot(*inertial),
        shift_m=shift_m,
        time_shift_s=time_shift_s,
        noise_m=noise_m,
    )
    return {
        **payload,
        "time_s": round(payload["time_s"] + moved.time_shift_s, 2),
        "position_ecef_m": [round(a + b, 1) for a, b in zip((px, py, pz), noise[:3], strict=True)],
        "velocity_ecef_m_s": [round(a + b * 1e-2, 3) for a, b in zip(velocity, noise[3:], strict=True)],
        "sigma_m": sigma_m,
        "sigma_m_s": sigma_m_s,
    }


def _stated_error(
    payload: dict[str, Any],
    *,
    radius_m: float,
    speed_m_s: float,
    shift_m: float,
    time_shift_s: float,
    noise_m: float,
) -> tuple[float, float]:
    """Return the standard error per axis: a random turn moves each axis by its angle times the arm over root three."""
    angle, late = shift_m / EARTH_RADIUS_M / math.sqrt(3.0), time_shift_s / math.sqrt(3.0)
    pull_m_s2 = EARTH_GM_M3_S2 / radius_m**2
    position = (payload["sigma_m"], angle * radius_m, late * speed_m_s, noise_m)
    velocity = (payload["sigma_m_s"], angle * speed_m_s, late * pull_m_s2, noise_m * 1e-2)
    return round(math.hypot(*position), 1), round(math.hypot(*velocity), 2)


def coarsen_launch(payload: dict[str, Any], *, grid_deg: float, step_s: float) -> dict[str, Any]:
    """Return a launch event with places on a grid and times on a step: the same value however often it is released."""
    out = dict(payload)
    for name in ("launch_point", "impact_point"):
        if name in out:
            out[name] = [round(round(value / grid_deg) * grid_deg, 6) for value in out[name]]
    for name in ("launched_at_ms", "impact_at_ms"):
        if name in out:
            step_ms = round(step_s * 1000.0)
            out[name] = round(out[name] / step_ms) * step_ms
    return out
