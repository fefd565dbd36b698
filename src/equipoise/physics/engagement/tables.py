"""What the kernels know of a defence, as plain arrays, and the scratch arrays that one path fills.

A :class:`World` holds everything that shooters, pictures and rules say; an :class:`Outcome` what comes of it.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import Reason
from equipoise.numerics.intervals import ROOM
from equipoise.numerics.jit import kernel
from equipoise.physics.engagement.kill_geometry import limited
from equipoise.physics.engagement.launch_segments import SEGMENT, SEGMENTS, Segments
from equipoise.physics.engagement.launch_windows import Shooters
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.trajectory import CAPACITY
from equipoise.physics.sensing.track_picture import HANDOVER, Pictures
from equipoise.physics.sensing.tracking import Looks
from equipoise.physics.sensing.visibility import ARCS, Regions, Sensors

ENGAGED, NOT_SEEN, NO_TRACK = int(Reason.ENGAGED), int(Reason.NOT_SEEN), int(Reason.NO_TRACK)
NO_TIME, OUT_OF_REACH, BELOW_FLOOR = int(Reason.NO_TIME), int(Reason.OUT_OF_REACH), int(Reason.BELOW_FLOOR)
ABOVE_CEILING, OUT_OF_RANGE = int(Reason.ABOVE_CEILING), int(Reason.OUT_OF_RANGE)
NOT_PERMITTED, NO_INTERCEPTORS = int(Reason.NOT_PERMITTED), int(Reason.NO_INTERCEPTORS)
TOO_FEW_SHOTS, CLOSING_GEOMETRY = int(Reason.TOO_FEW_SHOTS), int(Reason.CLOSING_GEOMETRY)
NO_OWN_RADAR = int(Reason.NO_OWN_RADAR)


class Cases(NamedTuple):
    """One battery under one picture and set of rules, as arrays over c: ``number`` (c, 9) in the columns below.

    ``DELAY`` lies between track and launch, ``ASSESS`` between an intercept and the next launch; ``CLEAR`` is the
    least time from burnout to an intercept. With ``GUIDE`` of zero or more, one of the battery's own sensors
    ``guide_first[c]`` to ``guide_first[c + 1]`` must have held the missile that long at the intercept. ``SALVO`` missiles
    fly at each of at most ``LOOKS`` shots, of ``STOCK`` in all. ``permit`` and ``forbid`` (c,) are sets of regions as
    bits, 0 for no rule. Times in s. Cases with the same picture stand together.
    """

    number: np.ndarray
    permit: np.ndarray
    forbid: np.ndarray
    guide_first: np.ndarray
    guide_sensor: np.ndarray


SHOOTER, PICTURE, DELAY, ASSESS, CLEAR, GUIDE, SALVO, LOOKS, STOCK = range(9)


class Commands(NamedTuple):
    """Batteries that shoot under one command: ``case[first[g]]`` to ``case[first[g + 1] - 1]``; the shots it wants."""

    first: np.ndarray
    case: np.ndarray
    wanted: np.ndarray


class World(NamedTuple):
    """Everything about the defence that the kernel needs."""

    earth: EarthModel
    sensors: Sensors
    regions: Regions
    pictures: Pictures
    shooters: Shooters
    cases: Cases
    commands: Commands
    looks: Looks


class Outcome(NamedTuple):
    """What a battery or a command can do against one path; times are s since the missile's launch, nan if none.

    ``slack_s`` is the largest time by which a launch could be put off; negative: how much too late; nan where no place
    on the path could be met at any time. ``ready_s`` is the earliest launch allowed, ``latest_s`` the latest that
    still meets the missile. ``case`` is the battery that shoots first (or came nearest), -1 for none: a command's times, but for
    the last intercept and the slack, are that battery's. ``slack_case`` is the battery whose slack is given, -1 for none.
    """

    reason: int
    shots: int
    slack_s: float
    detect_s: float
    track_s: float
    ready_s: float
    latest_s: float
    first_intercept_s: float
    last_intercept_s: float
    case: int
    slack_case: int
    detected_by: int
    tracked_by: int


FIELDS = len(Outcome._fields)
REASON, SHOTS, SLACK, DETECT, TRACK, READY, LATEST, FIRST, LAST = range(9)
CASE, SLACK_CASE, DETECTED_BY, TRACKED_BY = range(9, FIELDS)


class Work(NamedTuple):
    """Scratch arrays of one thread, filled anew for every path: spells of sensors and regions, latest launches, cases.

    ``segment`` are the stretches in which each shooter could kill, ``free`` those in which it could without its limits to
    the geometry of a kill (``free_count`` is -1 where it sets none).
    """

    spells: np.ndarray
    spell_count: np.ndarray
    over: np.ndarray
    over_count: np.ndarray
    segment: np.ndarray
    segment_count: np.ndarray
    free: np.ndarray
    free_count: np.ndarray
    allowed: np.ndarray
    allowed_count: np.ndarray
    why: np.ndarray
    case: np.ndarray
    interval: np.ndarray
    states: np.ndarray
    phi: np.ndarray
    info: np.ndarray
    need: np.ndarray


@kernel
def work_for(world: World) -> Work:
    """Return scratch arrays that fit a world."""
    accurate = CAPACITY if np.any(world.pictures.number[:, HANDOVER] < inf) else 0
    m, r = world.sensors.number.shape[0], world.regions.vertex_count.size
    s, c, free = world.shooters.kind.size, world.cases.number.shape[0], 0
    for i in range(s):
        if limited(world.shooters.kind[i]):
            free = s
    return Work(
        np.empty((m, ARCS, 2)),
        np.zeros(m, dtype=np.int64),
        np.empty((r, ARCS, 2)),
        np.zeros(r, dtype=np.int64),
        np.empty((s, SEGMENTS), SEGMENT),
        np.zeros(s, dtype=np.int64),
        np.empty((free, SEGMENTS), SEGMENT),
        np.zeros(s, dtype=np.int64),
        np.empty((c, ROOM, 2)),
        np.zeros(c, dtype=np.int64),
        np.zeros(s, dtype=np.int64),
        np.empty((c, FIELDS)),
        np.empty((3, ROOM, 2)),
        np.empty((accurate, 6)),
        np.empty((accurate, 6, 6)),
        np.empty((accurate, 6, 6)),
        np.empty(accurate),
    )


@kernel
def segments_of(work: Work, shooter: int) -> Segments:
    """Return the stretches in which a shooter could kill."""
    return Segments(work.segment[shooter], work.segment_count[shooter])


@kernel
def free_of(work: Work, shooter: int) -> Segments:
    """Return the stretches in which a shooter could kill if it set no limit to the geometry of a kill."""
    if work.free_count[shooter] < 0:
        return segments_of(work, shooter)
    return Segments(work.free[shooter], work.free_count[shooter])


@kernel
def nothing(out, reason: int) -> None:
    """Fill ``out`` (FIELDS,) with a reason and nothing else."""
    out[:] = np.nan
    out[REASON], out[SHOTS] = reason, 0
    out[CASE] = out[SLACK_CASE] = out[DETECTED_BY] = out[TRACKED_BY] = -1
