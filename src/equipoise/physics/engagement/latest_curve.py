"""The latest launch over a stretch of a path as a curve through five fly-outs, and the parabolas that cover it.

Geometry alone moves evenly along a path; x of the arc differs from where direct and lofted arcs meet by the root of the
reserve (:class:`equipoise.physics.interceptor.flyout.Guess`), which falls steeply beside the edge of the reach. So the time of
flight is an even part plus the root of the reserve times a swing, and all three are quartics in time.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.launch_segments import add_segment

FIT_S = 0.02
"""A parabola is taken when it holds to this at both its quarters, in the value or, where that is steep, in the time."""
STRAIGHT_S = 0.5
"""Stretches shorter than this are taken as they are."""
_SPARE = 0.1
"""A parabola that misses by less than this share of what it may is followed by one twice as long."""
_REST = 1.01
"""A parabola takes so much more of its length along if nothing would be left then."""


_ROOTED, _OFF = 5e-4, 0.1
"""Roots of the reserve that are less uneven say nothing of their scale, which is 1 but for this."""
_NEAR, _NEAR_S = 0.3, 60.0
"""A curve whose least root of the reserve is less than this share of the largest is told by five nodes only over so many seconds.

One of 175 s, with nodes that agreed by chance, was 0.3 s wrong in time.
"""
_CUBIC = 0.02
"""A quartic's cubic part, at the quarters, counts for so much of its error as its fourth difference."""


class Curve(NamedTuple):
    """Time of flight over a stretch: the coefficients of even part (s), swing (s) and reserve in steps from the middle.

    ``error_s`` is how far five nodes may be from telling the curve.
    """

    middle_s: float
    step_s: float
    even: tuple[float, float, float, float, float]
    swing: tuple[float, float, float, float, float]
    reserve: tuple[float, float, float, float, float]
    error_s: float


@kernel
def _uneven(a: float, b: float, c: float, d: float, e: float) -> float:
    """Return by how much five values equally far apart miss a cubic."""
    return 0.25 * (a + e) - b + 1.5 * c - d


@kernel
def _quartic(a: float, b: float, c: float, d: float, e: float):
    """Return the coefficients of the quartic through values at -2, -1, 0, 1 and 2."""
    one, two = 0.5 * (d - b), 0.25 * (e - a)
    square, other = 0.5 * (b + d) - c, 0.25 * (0.5 * (a + e) - c)
    third, fourth = (two - one) * (1.0 / 3.0), (other - square) * (1.0 / 3.0)
    return c, one - third, square - fourth, third, fourth


@kernel
def curve_of(a, b, c, d, e) -> Curve:
    """Return the curve through five nodes of one piece, equally far apart, in order of time.

    ``a``, ``b``, ``c``, ``d`` and ``e`` are rows of :data:`equipoise.physics.engagement.launch_segments.NODE`. By how much x goes
    with the root of the reserve shows in x itself: the reserve heeds only at first order that the place turns on.
    """
    p, q, r = sqrt(max(a.reserve, 0.0)), sqrt(max(b.reserve, 0.0)), sqrt(max(c.reserve, 0.0))
    s, t = sqrt(max(d.reserve, 0.0)), sqrt(max(e.reserve, 0.0))
    scale, uneven = 1.0, _uneven(p, q, r, s, t)
    if abs(uneven) > _ROOTED:
        scale = min(max(_uneven(a.arc, b.arc, c.arc, d.arc, e.arc) / uneven, 1.0 - _OFF), 1.0 + _OFF)
    wide = e.t_s - a.t_s > _NEAR_S and min(p, q, r, s, t) < _NEAR * max(p, q, r, s, t)
    u, v, w = scale * a.swing_s, scale * b.swing_s, scale * c.swing_s
    x, y = scale * d.swing_s, scale * e.swing_s
    p, q, r = a.flown_s - u * p, b.flown_s - v * q, c.flown_s - w * r
    s, t = d.flown_s - x * s, e.flown_s - y * t
    return Curve(
        c.t_s,
        0.25 * (e.t_s - a.t_s),
        _quartic(p, q, r, s, t),
        _quartic(u, v, w, x, y),
        _quartic(a.reserve, b.reserve, c.reserve, d.reserve, e.reserve),
        inf if wide else max(abs(_uneven(p, q, r, s, t)), _CUBIC * abs(s - q - 0.5 * (t - p))),
    )


@kernel
def _at(c: tuple[float, float, float, float, float], u: float) -> float:
    return c[0] + u * (c[1] + u * (c[2] + u * (c[3] + u * c[4])))


@kernel
def _flown_s(curve: Curve, u: float) -> float:
    return _at(curve.even, u) + _at(curve.swing, u) * sqrt(max(_at(curve.reserve, u), 0.0))


@kernel
def outlasts(curve: Curve, until_s: float) -> bool:
    """Return whether somewhere half-way between its nodes the time of flight is longer than ``until_s``."""
    longest = max(_flown_s(curve, -1.5), _flown_s(curve, -0.5))
    return max(longest, _flown_s(curve, 0.5), _flown_s(curve, 1.5)) > until_s


@kernel
def latest_at(curve: Curve, t: float) -> float:
    """Return the latest launch that meets the missile at ``t``; both are s since the missile's launch."""
    return t - _flown_s(curve, (t - curve.middle_s) / curve.step_s)


@kernel
def add_curve(row, n: int, curve: Curve, start: float, end: float) -> int:
    """Cover a curve from ``start`` to ``end`` (s) by parabolas as long as hold; return how many stretches there are then.

    ``row`` (room,) of :data:`equipoise.physics.engagement.launch_segments.SEGMENT` has ``n`` stretches before. A parabola with its
    peak inside counts as level, because the peak is the slack; elsewhere errors are divided by its least slope.
    """
    t, first, width = start, latest_at(curve, start), end - start
    while t < end:
        stop = t + width if t + _REST * width < end else end
        width = stop - t
        last, middle = latest_at(curve, stop), latest_at(curve, t + 0.5 * width)
        bend = 2.0 * (first + last - 2.0 * middle) / (width * width)
        steep = max(1.0, abs(last - first) / width - abs(bend * width))
        misfit = max(
            abs(0.375 * first + 0.75 * middle - 0.125 * last - latest_at(curve, t + 0.25 * width)),
            abs(0.375 * last + 0.75 * middle - 0.125 * first - latest_at(curve, t + 0.75 * width)),
        )
        if misfit > FIT_S * steep and width >= STRAIGHT_S:
            width *= 0.5
            continue
        n = add_segment(row, n, t, first, stop, last, bend, t, stop)
        t, first = stop, last
        if misfit < _SPARE * FIT_S * steep:
            width *= 2.0
    return n
