"""One step of the embedded pair of Dormand and Prince for a point's motion, for floats or lanes.

J. R. Dormand and P. J. Prince, J. Comput. Appl. Math. 6 (1980) 19-26, RK5(4)7M. A state is a tuple of six: position
and velocity.
"""

from __future__ import annotations

from typing import Any

from equipoise.numerics.jit import kernel
from equipoise.numerics.lanes import larger

ORDER = 5


@kernel
def _add(y, h, k):
    return (
        y[0] + h * k[0],
        y[1] + h * k[1],
        y[2] + h * k[2],
        y[3] + h * k[3],
        y[4] + h * k[4],
        y[5] + h * k[5],
    )


@kernel
def _mix2(a, k, b, m):
    return (
        a * k[0] + b * m[0],
        a * k[1] + b * m[1],
        a * k[2] + b * m[2],
        a * k[3] + b * m[3],
        a * k[4] + b * m[4],
        a * k[5] + b * m[5],
    )


def stepper(rate: Any) -> Any:
    """Return the kernel ``step(time, state, k1, h, data)`` for the derivative ``rate(time, state, data)``.

    ``rate`` is a kernel and becomes part of the step at compile time; ``k1`` is the derivative at the start.
    """

    @kernel
    def step(time, y, k1, h, data):
        """Return the state after ``h`` seconds, its derivative, and the error (position in m, velocity in m/s)."""
        k2 = rate(time + h / 5.0, _add(y, h / 5.0, k1), data)
        k3 = rate(time + 0.3 * h, _add(y, h, _mix2(3.0 / 40.0, k1, 9.0 / 40.0, k2)), data)
        m = _add(_mix2(44.0 / 45.0, k1, -56.0 / 15.0, k2), 32.0 / 9.0, k3)
        k4 = rate(time + 0.8 * h, _add(y, h, m), data)
        m = _mix2(19372.0 / 6561.0, k1, -25360.0 / 2187.0, k2)
        m = _add(_add(m, 64448.0 / 6561.0, k3), -212.0 / 729.0, k4)
        k5 = rate(time + 8.0 / 9.0 * h, _add(y, h, m), data)
        m = _add(_mix2(9017.0 / 3168.0, k1, -355.0 / 33.0, k2), 46732.0 / 5247.0, k3)
        m = _add(_add(m, 49.0 / 176.0, k4), -5103.0 / 18656.0, k5)
        k6 = rate(time + h, _add(y, h, m), data)
        m = _add(_mix2(35.0 / 384.0, k1, 500.0 / 1113.0, k3), 125.0 / 192.0, k4)
        m = _add(_add(m, -2187.0 / 6784.0, k5), 11.0 / 84.0, k6)
        end = _add(y, h, m)
        k7 = rate(time + h, end, data)
        m = _add(_mix2(71.0 / 57600.0, k1, -71.0 / 16695.0, k3), 71.0 / 1920.0, k4)
        m = _add(_add(_add(m, -17253.0 / 339200.0, k5), 22.0 / 525.0, k6), -1.0 / 40.0, k7)
        position = larger(larger(abs(m[0]), abs(m[1])), abs(m[2]))
        velocity = larger(larger(abs(m[3]), abs(m[4])), abs(m[5]))
        return end, k7, abs(h) * position, abs(h) * velocity

    return step
