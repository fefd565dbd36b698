"""What to expect of a fly-out from those to times before and after, so that the search for it starts close by.

Beside the edge of the reach a fly-out changes with the root of the reserve (:class:`equipoise.physics.interceptor.flyout.Guess`),
which itself changes evenly with time, on both sides of the edge.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from equipoise.numerics.jit import kernel
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN, Guess

_LEVEL = 1e-3
"""Roots of reserves that differ by a smaller share of themselves do not tell where between them something lies."""
_PAST, _FAR = 0.4, 0.05
"""How far past an expected edge to look: a share of what counts for no width, and of the distance to the nearer node."""


@kernel
def reached(node) -> Guess:
    """Return the fly-out to a ``node`` as a start for the next search.

    It is a row of :data:`equipoise.physics.engagement.launch_segments.NODE`.
    """
    return Guess(
        node.flown_s,
        node.arc,
        node.reserve,
        (node.x_m_s, node.y_m_s, node.z_m_s),
        (node.u_m_s, node.v_m_s, node.w_m_s),
    )


@kernel
def between(a, b, share: float, bend: float) -> Guess:
    """Return what to expect at a ``share`` of the way from one node to another.

    ``a`` and ``b`` are rows of :data:`equipoise.physics.engagement.launch_segments.NODE`, in any order; ``bend`` (1/s) is half the
    second derivative of ``latest``. Beside the edge of the reach everything changes with the root of the reserve, which
    itself changes evenly with time.
    """
    if a.flown_s == 0.0 or b.flown_s == 0.0 or (a.piece != b.piece and a.piece != NONE and b.piece != NONE):
        return reached(a if a.flown_s > 0.0 else b)
    rest, width = 1.0 - share, b.t_s - a.t_s
    reserve = rest * a.reserve + share * b.reserve
    p, q, r = sqrt(max(a.reserve, 0.0)), sqrt(max(reserve, 0.0)), sqrt(max(b.reserve, 0.0))
    w = (q - p) / (r - p) if abs(r - p) > _LEVEL * q else share
    return Guess(
        a.flown_s + w * (b.flown_s - a.flown_s) + rest * share * bend * width * width,
        rest * (a.arc - p) + share * (b.arc - r) + q,
        reserve,
        (
            a.x_m_s + w * (b.x_m_s - a.x_m_s),
            a.y_m_s + w * (b.y_m_s - a.y_m_s),
            a.z_m_s + w * (b.z_m_s - a.z_m_s),
        ),
        (
            a.u_m_s + w * (b.u_m_s - a.u_m_s),
            a.v_m_s + w * (b.v_m_s - a.v_m_s),
            a.w_m_s + w * (b.w_m_s - a.w_m_s),
        ),
    )


@kernel
def edge_share(low, high, until_s: float, least: float) -> float:
    """Return at which share of the way from one node to another to look for the edge between them, of which one is out of reach.

    ``low`` and ``high`` are rows of :data:`equipoise.physics.engagement.launch_segments.NODE`; ``until_s`` is the longest flight. The
    share lies past the edge that is expected, seen from the nearer node, so that the farther one comes close; by
    part of ``least``, the share that counts for no width at all.
    """
    inside, outside = (low, high) if high.piece == NONE else (high, low)
    if outside.reserve < 0.0 < inside.reserve:
        share = inside.reserve / (inside.reserve - outside.reserve)
    elif outside.flown_s > until_s > inside.flown_s:
        share = (until_s - inside.flown_s) / (outside.flown_s - inside.flown_s)
    else:
        return 0.5
    share = share if high.piece == NONE else 1.0 - share
    margin = max(_PAST * least, _FAR * min(share, 1.0 - share))
    return share + margin if share <= 0.5 else share - margin


@kernel
def quarter_of(near, middle, far) -> Guess:
    """Return what to expect half-way between two of three nodes of one piece, ``near`` and ``middle``, equally far apart.

    They and ``far`` are rows of :data:`equipoise.physics.engagement.launch_segments.NODE`.
    """
    reserve = max(0.375 * near.reserve + 0.75 * middle.reserve - 0.125 * far.reserve, 0.0)
    s, p, q, r = (
        sqrt(reserve),
        sqrt(max(near.reserve, 0.0)),
        sqrt(max(middle.reserve, 0.0)),
        sqrt(max(far.reserve, 0.0)),
    )
    share, sag = 0.75, q - 0.5 * (p + r)  # of the sag at the middle
    if abs(sag) > _LEVEL * q:
        share = min(max((s - 0.75 * p - 0.25 * r) / sag, 0.25), 1.25)
    u, v, w = 0.75 - 0.5 * share, share, 0.25 - 0.5 * share
    return Guess(
        u * near.flown_s + v * middle.flown_s + w * far.flown_s,
        0.375 * (near.arc - p) + 0.75 * (middle.arc - q) - 0.125 * (far.arc - r) + s,
        reserve,
        (
            u * near.x_m_s + v * middle.x_m_s + w * far.x_m_s,
            u * near.y_m_s + v * middle.y_m_s + w * far.y_m_s,
            u * near.z_m_s + v * middle.z_m_s + w * far.z_m_s,
        ),
        (
            u * near.u_m_s + v * middle.u_m_s + w * far.u_m_s,
            u * near.v_m_s + v * middle.v_m_s + w * far.v_m_s,
            u * near.w_m_s + v * middle.w_m_s + w * far.w_m_s,
        ),
    )


class Trend(NamedTuple):
    """What the last stretch leads to expect: its end, piece, bend, the fly-out there and its rates."""

    end_s: float
    piece: int
    bend: float
    guess: Guess
    rate: Guess


@kernel
def expected(trend: Trend, t: float) -> Guess:
    """Return the guess that a ``trend`` gives for ``t``, s since the missile's launch."""
    if trend.guess.time_s == 0.0:
        return UNKNOWN
    ahead, at, rate = t - trend.end_s, trend.guess, trend.rate
    flown = at.time_s + ahead * (rate.time_s - trend.bend * ahead)
    (x, y, z), (u, v, w) = at.launch_m_s, rate.launch_m_s
    return Guess(
        max(flown, 1.0),
        at.arc + rate.arc * ahead,
        at.reserve,
        (x + u * ahead, y + v * ahead, z + w * ahead),
        at.arrival_m_s,
    )


@kernel
def trend_of(left, right, bend: float) -> Trend:
    """Return what the stretch between two nodes leads to expect.

    ``left`` and ``right`` are rows of :data:`equipoise.physics.engagement.launch_segments.NODE`; ``bend`` is half the second
    derivative of ``latest`` between them, 1/s.
    """
    width = right.t_s - left.t_s
    x, y, z = right.x_m_s - left.x_m_s, right.y_m_s - left.y_m_s, right.z_m_s - left.z_m_s
    rate = Guess(
        (right.flown_s - left.flown_s) / width - bend * width, (right.arc - left.arc) / width, 0.0,
        (x / width, y / width, z / width),
        UNKNOWN.arrival_m_s,
    )  # fmt: skip
    return Trend(right.t_s, right.piece, bend, reached(right), rate)
