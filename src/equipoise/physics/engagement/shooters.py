"""Interceptor batteries as rows: their law, places and limits, and bounds on what lies in their reach at all."""

from __future__ import annotations

from math import cos, inf, pi, sqrt
from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.interceptor.flyout import Law

BETWEEN_M_S = 30.0
"""Between two samples a missile is faster than at both by less: they are 2.5 s apart at most where air and gravity pull."""

SHOOTER = np.dtype(
    (np.record, [
        ("speed_m_s", "f8"), ("burn_time_s", "f8"), ("life_s", "f8"), ("places", "i8"), ("sure", "i8"), ("floor_m", "f8"),
        ("ceiling_m", "f8"), ("reach_rad", "f8"), ("least_closing_m_s", "f8"), ("most_crossing_rad", "f8"),
    ]),
)  # fmt: skip
"""One interceptor battery: its fly-out law, its places, and where and how it may kill.

A ship whose place in its patrol box is unknown has several places: if ``sure``, all of them must be able to shoot, else one
of them. ``floor_m`` and ``ceiling_m`` are the altitudes of kill, ``reach_rad`` the greatest ground range of the type, with
what the turning Earth adds while an interceptor flies. ``least_closing_m_s`` and ``most_crossing_rad`` limit the
geometry of a kill; 0 and pi for none.
"""


class Shooters(NamedTuple):
    """Interceptor batteries: ``kind`` (s,) of :data:`SHOOTER`, ``place`` (s, k, 3) in ECEF, m."""

    kind: np.ndarray
    place: np.ndarray


@kernel
def law_of(kind) -> Law:
    """Return the fly-out law of a row of :data:`SHOOTER`.

    ``kind`` is that row: speed in m/s, burn time and life in s.
    """
    return Law(kind.speed_m_s, kind.burn_time_s, kind.life_s)


@kernel
def reach_cosine(kind) -> float:
    """Return the cosine of a battery's ground range, the Earth's turning allowed for.

    ``kind`` is its row of :data:`SHOOTER`, whose ``reach_rad`` is an angle at the Earth's centre.
    """
    return cos(min(kind.reach_rad, pi))


@kernel
def beyond_m(limit: float, kind, places, p) -> float:
    """Return a distance that an ECEF point lies at least beyond a battery's :func:`reach_cosine`; 0 within it.

    Outside no fly-out is finite.
    ``limit`` is that cosine; ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of
    :class:`Shooters`; ``p`` are three numbers in m.
    """
    distance, least = sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]), inf
    for i in range(kind.places):
        x, y, z = places[i, 0], places[i, 1], places[i, 2]
        cosine = (x * p[0] + y * p[1] + z * p[2]) / (sqrt(x * x + y * y + z * z) * distance)
        least = min(least, limit - cosine)
    return max(least, 0.0) * distance  # an angle differs by at least as much as its cosine


@kernel
def top_speed_m_s(path: Path, first: int, last: int) -> float:
    """Return a speed over the ground that the missile does not exceed between samples ``first`` and ``last``.

    Both are at burnout or later. Above the air the speed over the ground falls towards the apogee and rises from there, but for what the turning Earth adds.
    """
    v, most = path.velocity_ecef_m_s, 0.0
    for k in range(first, last + 1):
        most = max(most, v[k, 0] * v[k, 0] + v[k, 1] * v[k, 1] + v[k, 2] * v[k, 2])
    return BETWEEN_M_S + sqrt(most)


@kernel
def top_pull_m_s2(path: Path, first: int, last: int) -> float:
    """Return the largest change of the missile's velocity over the ground from one sample to the next, per time.

    ``first`` and ``last`` are the samples between which it counts, both at burnout or later.
    """
    v, most = path.velocity_ecef_m_s, 0.0
    for k in range(first, last):
        x, y, z = v[k + 1, 0] - v[k, 0], v[k + 1, 1] - v[k, 1], v[k + 1, 2] - v[k, 2]
        step = path.time_s[k + 1] - path.time_s[k]
        most = max(most, (x * x + y * y + z * z) / (step * step))
    return sqrt(most)


@kernel
def place_of(rows, k: int) -> tuple[float, float, float]:
    """Return the three numbers of row ``k`` of ``rows`` (n, 3), in registers."""
    return rows[k, 0], rows[k, 1], rows[k, 2]


@kernel
def near_enough(path: Path, kind, places, fastest_m_s: float) -> bool:
    """Return whether any sample after burnout lies within a battery's ground range.

    ``kind`` and ``places`` (k, 3), ECEF in m, are the battery's rows of :class:`Shooters`; ``fastest_m_s`` is the
    missile's :func:`top_speed_m_s`.
    """
    limit, until = reach_cosine(kind), -inf
    for k in range(path.burnout, path.filled):
        if path.time_s[k] >= until:
            short = beyond_m(limit, kind, places, place_of(path.position_ecef_m, k))
            if short == 0.0:
                return True
            until = path.time_s[k] + short / fastest_m_s
    return False
