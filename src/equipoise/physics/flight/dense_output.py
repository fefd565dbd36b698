"""Dense output: the state at any time of a flight from the nodes that the flight kernels leave.

A node row is time, inertial position, velocity and acceleration (10 numbers); unused rows hold nan. Between two nodes
the position is the quintic through all three, within a centimetre of the integrator over its longest steps.
"""

from __future__ import annotations

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.flight.fall import quintic


@kernel
def count_nodes(nodes) -> int:
    """Return how many rows of ``nodes`` (m, 10) are used."""
    n = 0
    while n < nodes.shape[0] and nodes[n, 0] == nodes[n, 0]:
        n += 1
    return n


@kernel
def quintic_rate(a, va, aa, b, vb, ab, h, s):
    """Return the rate of :func:`equipoise.physics.flight.fall.quintic`.

    ``a``, ``va``, ``aa`` and ``b``, ``vb``, ``ab`` are value, rate and second rate at the two ends of a step
    of ``h`` seconds, ``s`` the part of it, 0 to 1.
    """
    d = b - a
    va, vb, aa, ab = va * h, vb * h, aa * h * h, ab * h * h
    c3 = 10.0 * d - 6.0 * va - 4.0 * vb - 1.5 * aa + 0.5 * ab
    c4 = -15.0 * d + 8.0 * va + 7.0 * vb + 1.5 * aa - ab
    c5 = 6.0 * d - 3.0 * (va + vb) - 0.5 * aa + 0.5 * ab
    return (va + s * (aa + s * (3.0 * c3 + s * (4.0 * c4 + 5.0 * s * c5)))) / h


@kernel
def state_between(nodes, j: int, t: float, out) -> None:
    """Fill ``out`` (6,) with inertial position (m) and velocity (m/s) at ``t``, between rows ``j`` and ``j + 1``.

    ``nodes`` (m, 10) are one flight's, as in :func:`sample`; ``t`` is in s.
    """
    h = nodes[j + 1, 0] - nodes[j, 0]
    if not h > 0.0:
        for c in range(6):
            out[c] = nodes[j + 1, 1 + c]
        return
    s = (t - nodes[j, 0]) / h
    for c in range(3):
        ends = (
            nodes[j, 1 + c], nodes[j, 4 + c], nodes[j, 7 + c],
            nodes[j + 1, 1 + c], nodes[j + 1, 4 + c], nodes[j + 1, 7 + c],
        )  # fmt: skip
        out[c] = quintic(*ends, h, s)
        out[3 + c] = quintic_rate(*ends, h, s)


@kernel
def sample(nodes, times_s, out) -> None:
    """Fill ``out`` (n, 6) with inertial positions (m) and velocities (m/s) at rising ``times_s`` (n,); nan outside.

    ``nodes`` (m, 10) are one flight's rows of time, position, velocity and acceleration, inertial, SI.
    """
    used = count_nodes(nodes)
    j = 0
    for i in range(times_s.size):
        t = times_s[i]
        while j < used - 2 and nodes[j + 1, 0] < t:
            j += 1
        if used < 2 or not nodes[0, 0] <= t <= nodes[used - 1, 0]:
            out[i, :] = np.nan
            continue
        state_between(nodes, j, t, out[i])


def states(nodes: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Return inertial states (n, 6), m and m/s, of one flight's ``nodes`` (m, 10) at rising ``times_s`` (n,)."""
    times = np.ascontiguousarray(times_s, dtype=float)
    out = np.empty((times.size, 6))
    sample(nodes, times, out)
    return out


def positions(nodes: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Return inertial positions (n, 3) in m, as :func:`states` does.

    ``nodes`` (m, 10) are one flight's, ``times_s`` (n,) rise; nan outside the flight.
    """
    return states(nodes, times_s)[:, :3]


def to_ecef(states_eci: np.ndarray, times_s: np.ndarray, omega_rad_s: float) -> np.ndarray:
    """Return states (n, 6) in ECEF axes, velocities relative to the ground; both axes coincide at time 0.

    ``states_eci`` (n, 6) are inertial, m and m/s; ``times_s`` (n,) count from when the axes coincide.
    """
    c, s = np.cos(omega_rad_s * times_s), np.sin(omega_rad_s * times_s)
    x, y, z, u, v, w = states_eci.T
    position = (c * x + s * y, -s * x + c * y)
    carried_u, carried_v = u + omega_rad_s * y, v - omega_rad_s * x
    return np.stack((*position, z, c * carried_u + s * carried_v, -s * carried_u + c * carried_v, w), axis=1)
