"""Cover a region of permitted sites and arcs with boxes that are free of engagements, by halving."""

from __future__ import annotations

from math import acos, cos, sin

from equipoise.numerics.jit import kernel
from equipoise.physics.permitted.box import AXES, free, loosest
from equipoise.physics.permitted.reach_curve import Permitted

DONE, MORE, WITNESS = 0, 1, 2
"""How a call of :func:`cover` ends: all covered, room used up, a point that is not excluded."""
LEAF = 46
FIRST = 48
"""Marks are characters: a dot for a box that is free, a digit for the axis along which it is halved."""


@kernel
def excluded(outside, discs, box) -> bool:
    """Return whether no site may stand in the box: inside one of ``outside`` (k, 4) or of ``discs`` (k, 3), in rad.

    Rows are south, west, north, east, and latitude, longitude, angle.
    """
    for k in range(outside.shape[0]):
        if (
            outside[k, 0] <= box[0, 0]
            and outside[k, 1] <= box[1, 0]
            and outside[k, 2] >= box[0, 1]
            and outside[k, 3] >= box[1, 1]
        ):
            return True
    lat, lon = 0.5 * (box[0, 0] + box[0, 1]), 0.5 * (box[1, 0] + box[1, 1])
    reach = 0.5 * (box[0, 1] - box[0, 0]) + 0.5 * (box[1, 1] - box[1, 0])
    for k in range(discs.shape[0]):
        dot = sin(lat) * sin(discs[k, 0]) + cos(lat) * cos(discs[k, 0]) * cos(lon - discs[k, 1])
        if acos(min(max(dot, -1.0), 1.0)) + reach < discs[k, 2] * (1.0 - 1e-9):
            return True
    return False


@kernel
def cover(p: Permitted, outside, discs, stack, shares, top: int, marks, smallest: float):
    """Halve the boxes on ``stack`` (n, 10, 2) until each is free or excluded; return state, top, marks used, free share.

    ``shares`` (n,) holds each box's share of the whole, ``top`` how many are on the stack, ``marks`` receives the
    tree in preorder. The search ends at the first box whose middle is not excluded, or that is smaller than ``smallest``
    and still not free: the edge of what is excluded runs through it. That box is then on top of the stack.
    ``outside`` (k, 4) and ``discs`` (k, 3), rad, are where no site may stand, as in :func:`excluded`; ``p``
    limits the interceptors.
    """
    point = stack[0].copy()
    proved, used = 0.0, 0
    while top > 0:
        if used >= marks.size:
            return MORE, top, used, proved
        box, share = stack[top - 1], shares[top - 1]
        if excluded(outside, discs, box) or free(p, box):
            marks[used] = LEAF
            used, top, proved = used + 1, top - 1, proved + share
            continue
        for k in range(AXES):
            point[k, 0] = point[k, 1] = 0.5 * (box[k, 0] + box[k, 1])
        if share < smallest or not (excluded(outside, discs, point) or free(p, point)):
            return WITNESS, top, used, proved
        axis = loosest(box)
        marks[used] = FIRST + axis
        middle = 0.5 * (box[axis, 0] + box[axis, 1])
        stack[top] = box
        stack[top - 1, axis, 0] = middle
        stack[top, axis, 1] = middle
        shares[top - 1] = shares[top] = 0.5 * share
        used, top = used + 1, top + 1
    return DONE, top, used, proved


@kernel
def refine(p: Permitted, outside, discs, boxes, shares, halves, half_shares):
    """Halve every box (n, 10, 2) that is not free into ``halves`` (2n, 10, 2); return how many and the free share.

    ``outside``, ``discs`` and ``p`` are as in :func:`cover`; ``shares`` (n,) and ``half_shares`` (2n,) are
    the boxes' parts of the whole.
    """
    used, proved = 0, 0.0
    for i in range(boxes.shape[0]):
        if excluded(outside, discs, boxes[i]) or free(p, boxes[i]):
            proved += shares[i]
            continue
        axis = loosest(boxes[i])
        middle = 0.5 * (boxes[i, axis, 0] + boxes[i, axis, 1])
        halves[used], halves[used + 1] = boxes[i], boxes[i]
        halves[used, axis, 1] = halves[used + 1, axis, 0] = middle
        half_shares[used] = half_shares[used + 1] = 0.5 * shares[i]
        used += 2
    return used, proved


@kernel
def probe(p: Permitted, outside, discs, root, unit, point) -> bool:
    """Fill ``point`` (10, 2) with the first of the points ``unit`` (n, 10) of a region that is not excluded.

    ``root`` (10, 2) is the region as a box, ``unit`` is in parts of its sides from 0 to 1; ``outside`` and
    ``discs`` are as in :func:`cover`. Returns whether there is such a point.
    """
    for i in range(unit.shape[0]):
        for k in range(AXES):
            point[k, 0] = point[k, 1] = root[k, 0] + unit[i, k] * (root[k, 1] - root[k, 0])
        if not (excluded(outside, discs, point) or free(p, point)):
            return True
    return False
