"""Single steps of two Runge-Kutta methods for a point's motion, for plain numbers or lanes.

:func:`stepper` is the embedded pair of Dormand and Prince (J. Comput. Appl. Math. 6, 1980, RK5(4)7M), for forces with
kinks: air, drag tables, thrust. :func:`smooth_step` is DOP853 in Nystrom's form, for gravity alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.numerics import dop853
from equipoise.numerics.jit import kernel
from equipoise.numerics.lane_type import WIDTH
from equipoise.numerics.lanes import fused, keep, kept, larger

ORDER = 5
"""Order of :func:`stepper`."""


@kernel
def add(y, h, k):
    """Return the state ``y + h k``; states are tuples of six: position and velocity."""
    return (
        fused(h, k[0], y[0]),
        fused(h, k[1], y[1]),
        fused(h, k[2], y[2]),
        fused(h, k[3], y[3]),
        fused(h, k[4], y[4]),
        fused(h, k[5], y[5]),
    )


@kernel
def _mix2(a, k, b, m):
    return (
        fused(a, k[0], b * m[0]),
        fused(a, k[1], b * m[1]),
        fused(a, k[2], b * m[2]),
        fused(a, k[3], b * m[3]),
        fused(a, k[4], b * m[4]),
        fused(a, k[5], b * m[5]),
    )


def stepper(rate: Any) -> Any:
    """Return the kernel ``step(time, state, k1, h, data, velocity_weight_s)`` for ``rate(time, state, data)``.

    ``rate`` is a kernel and becomes part of the step at compile time; ``k1`` is the derivative at the start. The step
    returns the state after ``h`` seconds, its derivative, and the error in m: the larger of the position's, and the
    velocity's times its weight.
    """

    @kernel
    def step(time, y, k1, h, data, velocity_weight_s):
        k2 = rate(time + h / 5.0, add(y, h / 5.0, k1), data)
        k3 = rate(time + 0.3 * h, add(y, h, _mix2(3.0 / 40.0, k1, 9.0 / 40.0, k2)), data)
        m = add(_mix2(44.0 / 45.0, k1, -56.0 / 15.0, k2), 32.0 / 9.0, k3)
        k4 = rate(time + 0.8 * h, add(y, h, m), data)
        m = _mix2(19372.0 / 6561.0, k1, -25360.0 / 2187.0, k2)
        m = add(add(m, 64448.0 / 6561.0, k3), -212.0 / 729.0, k4)
        k5 = rate(time + 8.0 / 9.0 * h, add(y, h, m), data)
        m = add(_mix2(9017.0 / 3168.0, k1, -355.0 / 33.0, k2), 46732.0 / 5247.0, k3)
        m = add(add(m, 49.0 / 176.0, k4), -5103.0 / 18656.0, k5)
        k6 = rate(time + h, add(y, h, m), data)
        m = add(_mix2(35.0 / 384.0, k1, 500.0 / 1113.0, k3), 125.0 / 192.0, k4)
        m = add(add(m, -2187.0 / 6784.0, k5), 11.0 / 84.0, k6)
        end = add(y, h, m)
        k7 = rate(time + h, end, data)
        m = add(_mix2(71.0 / 57600.0, k1, -71.0 / 16695.0, k3), 71.0 / 1920.0, k4)
        m = add(add(add(m, -17253.0 / 339200.0, k5), 22.0 / 525.0, k6), -1.0 / 40.0, k7)
        position = larger(larger(abs(m[0]), abs(m[1])), abs(m[2]))
        velocity = larger(larger(abs(m[3]), abs(m[4])), abs(m[5]))
        return end, k7, abs(h) * larger(position, velocity_weight_s * velocity)

    return step


_STAGES = len(dop853.NODES)
_SQUARE = np.zeros((_STAGES, _STAGES))
for _i, _j, _weight in dop853.MATRIX:
    _SQUARE[_i, _j] = _weight
_WEIGHTS = np.zeros(_STAGES)
for _j, _weight in dop853.WEIGHTS:
    _WEIGHTS[_j] = _weight
_NYSTROM = _SQUARE @ _SQUARE
_NODES = np.array(dop853.NODES)
_PLACE_WEIGHTS = _WEIGHTS @ _SQUARE
SMOOTH_WORK = 3 * WIDTH * _STAGES
"""Doubles that :func:`smooth_step` needs to work in."""


@kernel
def _weighted(work, weights, stages, like):
    zero = 0.0 * like
    x, y, z = zero, zero, zero
    for j in range(stages):
        at = 3 * WIDTH * j
        w = weights[j]
        x = fused(w, kept(work, at, like), x)
        y = fused(w, kept(work, at + WIDTH, like), y)
        z = fused(w, kept(work, at + 2 * WIDTH, like), z)
    return x, y, z


def smooth_stepper(acceleration: Any) -> Any:
    """Return the kernel ``step(state, h, data, work)`` for accelerations ``acceleration(x, y, z, data)``.

    Order 8, no error estimate: the caller chooses ``h`` as a fixed part of the local time scale. Squaring the method's
    matrix leaves accelerations as the only stages. ``work`` is an array of :data:`SMOOTH_WORK`.
    """

    @kernel
    def step(y, h, data, work):
        h2 = h * h
        for i in range(_STAGES):
            sx, sy, sz = _weighted(work, _NYSTROM[i], i, y[0])
            part = _NODES[i] * h
            ax, ay, az = acceleration(
                y[0] + part * y[3] + h2 * sx, y[1] + part * y[4] + h2 * sy, y[2] + part * y[5] + h2 * sz, data
            )
            at = 3 * WIDTH * i
            keep(work, at, ax)
            keep(work, at + WIDTH, ay)
            keep(work, at + 2 * WIDTH, az)
        sx, sy, sz = _weighted(work, _PLACE_WEIGHTS, _STAGES, y[0])
        ax, ay, az = _weighted(work, _WEIGHTS, _STAGES, y[0])
        return (
            y[0] + h * y[3] + h2 * sx,
            y[1] + h * y[4] + h2 * sy,
            y[2] + h * y[5] + h2 * sz,
            y[3] + h * ax,
            y[4] + h * ay,
            y[5] + h * az,
        )

    return step
