"""Dense output: the state at any time of a flight from the nodes that the flight kernels leave.

A node row is time, inertial position, velocity and acceleration (10 numbers); unused rows hold nan. Between two nodes
the position is the quintic through all three, within 2 mm of the integrator over its longest steps.
"""

from __future__ import annotations

import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.fall import quintic


@kernel
def count_nodes(nodes) -> int:
    """Return how many rows of ``nodes`` (m, 10) are used."""
    n = 0
    while n < nodes.shape[0] and nodes[n, 0] == nodes[n, 0]:
        n += 1
    return n


@kernel
def sample(nodes, times_s, out) -> None:
    """Fill ``out`` (n, 3) with inertial positions (m) at rising ``times_s`` (n,); nan outside the flight."""
    used = count_nodes(nodes)
    j = 0
    for i in range(times_s.size):
        t = times_s[i]
        while j < used - 2 and nodes[j + 1, 0] < t:
            j += 1
        if used < 2 or not nodes[0, 0] <= t <= nodes[used - 1, 0]:
            out[i, :] = np.nan
            continue
        a, b = nodes[j], nodes[j + 1]
        h = b[0] - a[0]
        s = (t - a[0]) / h if h > 0.0 else 0.0
        for c in range(3):
            out[i, c] = quintic(a[1 + c], a[4 + c], a[7 + c], b[1 + c], b[4 + c], b[7 + c], h, s)


def positions(nodes: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Return inertial positions (n, 3) in m of one flight's ``nodes`` (m, 10) at rising ``times_s`` (n,)."""
    times = np.ascontiguousarray(times_s, dtype=float)
    out = np.empty((times.size, 3))
    sample(nodes, times, out)
    return out
