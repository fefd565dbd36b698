"""What a shooter's picture knows, and when: first report, and the time from which a track is good enough.

A picture is a list of sensors whose reports arrive with a latency. Rule ``duration``: the missile has been held without a
gap for a stated time after burnout, by any of the sensors that make tracks, one taking over from the other. A picture
that allows early launch also takes what was seen of the burning missile, satellites included. A picture may also state
a time after burnout at which a track is there whatever the sensors see: the cue that published studies assume.
"""

from __future__ import annotations

from math import inf, isfinite
from typing import NamedTuple

import numpy as np

from equipoise.numerics.intervals import insert, merge
from equipoise.numerics.jit import kernel
from equipoise.numerics.records import record_type
from equipoise.physics.sensing.visibility import INFRARED

NOBODY = -1


PICTURE = record_type(track_s="f8", early_track_s="f8", burnout_cue_s="f8", handover_m="f8")
"""What a picture asks for: the track time needed after burnout, the track time that early launch needs (inf: not allowed), the
time after burnout of a given cue (inf: none), and the accuracy of prediction needed at the intercept (inf: the track time decides).
"""
USE = record_type(
    sensor="i8", latency_s="f8", tracks="i8", cued="i8", position_sigma_m="f8", velocity_sigma_m_s="f8"
)
"""A sensor of a picture: its index, how late its reports come, whether it makes engagement-quality tracks, whether it searches
only where told, and what coarsening adds to position and velocity.
"""


class Pictures(NamedTuple):
    """Rows of :data:`PICTURE`; picture i uses rows ``first[i]`` to ``first[i + 1]`` of ``use``, which are of :data:`USE`."""

    first: np.ndarray
    row: np.ndarray
    use: np.ndarray


class Known(NamedTuple):
    """First report and track time, s since launch (inf: never), and the sensors that gave them (-1: none)."""

    detect_s: float
    track_s: float
    detected_by: int
    tracked_by: int


@kernel
def _detect(uses, sensors, spells, counts):
    """Return the first report of a sensor that needs no cue, and which sensor's."""
    best, by = inf, NOBODY
    for u in range(uses.size):
        s = uses[u].sensor
        if uses[u].cued > 0 or counts[s] == 0:
            continue
        t = max(spells[s, 0, 0] + sensors[s].delay_s, sensors[s].report_s) + uses[u].latency_s
        if t < best:
            best, by = t, s
    return best, by


@kernel
def _held(uses, sensors, spells, counts, cue_s: float, start_s: float, early: bool, out) -> int:
    """Fill ``out`` with the merged times, as the shooter receives them, in which the missile is held."""
    n = 0
    for u in range(uses.size):
        s = uses[u].sensor
        infrared = sensors[s].kind == INFRARED
        if (infrared and not early) or not (infrared or uses[u].tracks > 0):
            continue
        late = sensors[s].delay_s + uses[u].latency_s
        told = max(cue_s - late if uses[u].cued > 0 else -inf, sensors[s].report_s - sensors[s].delay_s)
        for a in range(counts[s]):
            n = insert(out, n, max(spells[s, a, 0], start_s, told) + late, spells[s, a, 1] + late)
    return merge(out, n)


@kernel
def _holder(uses, sensors, spells, counts, t: float) -> int:
    """Return the sensor whose track of the missile reaches the picture at ``t``."""
    for u in range(uses.size):
        s = uses[u].sensor
        late = sensors[s].delay_s + uses[u].latency_s
        if uses[u].tracks > 0 or sensors[s].kind == INFRARED:
            for a in range(counts[s]):
                if spells[s, a, 0] + late <= t + 1e-6 and t <= spells[s, a, 1] + late + 1e-6:
                    return s
    return NOBODY


@kernel
def _first_long(held, count: int, needed_s: float) -> float:
    for i in range(count):
        if held[i, 1] - held[i, 0] >= needed_s:
            return held[i, 0] + needed_s
    return inf


@kernel
def known(picture, uses, sensors, spells, counts, burnout_s: float, held) -> Known:
    """Return what a picture (a row of :data:`PICTURE` and its ``uses``) knows of a path.

    ``sensors`` are the rows of :class:`Sensors`, ``spells`` (m, ARCS, 2) when they see the path; ``held`` is
    scratch for intervals.
    ``counts`` (m,) says how many spells each sensor has; all times are s since launch.
    """
    detect, by = _detect(uses, sensors, spells, counts)
    n = _held(uses, sensors, spells, counts, detect, burnout_s, early=False, out=held)
    track = _first_long(held, n, picture.track_s)
    if isfinite(picture.early_track_s):
        n = _held(uses, sensors, spells, counts, detect, -inf, early=True, out=held)
        track = min(track, _first_long(held, n, picture.early_track_s))
    holder = _holder(uses, sensors, spells, counts, track) if isfinite(track) else NOBODY
    given = burnout_s + picture.burnout_cue_s
    if given < track:
        track, holder = given, NOBODY
    return Known(min(detect, track), track, by, holder)
