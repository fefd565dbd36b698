"""What the kernels know of a defence, as plain arrays, and the scratch arrays that one path fills.

A :class:`World` holds everything that shooters, pictures and rules say; a row of :data:`OUTCOME` what comes of it.
"""

from __future__ import annotations

from math import inf, nan
from typing import NamedTuple

import numpy as np

from equipoise.foundation.status import Reason
from equipoise.numerics.intervals import ROOM
from equipoise.numerics.jit import kernel
from equipoise.numerics.records import record_type
from equipoise.physics.engagement.kill_geometry import limited
from equipoise.physics.engagement.launch_segments import NODE, NODES, SEGMENT, SEGMENTS, Segments
from equipoise.physics.engagement.shooters import Shooters
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.trajectory import CAPACITY
from equipoise.physics.sensing.track_picture import Pictures
from equipoise.physics.sensing.tracking import Looks
from equipoise.physics.sensing.visibility import ARCS, Regions, Sensors

ENGAGED, NOT_SEEN, NO_TRACK = int(Reason.ENGAGED), int(Reason.NOT_SEEN), int(Reason.NO_TRACK)
NO_TIME, OUT_OF_REACH, BELOW_FLOOR = int(Reason.NO_TIME), int(Reason.OUT_OF_REACH), int(Reason.BELOW_FLOOR)
ABOVE_CEILING, OUT_OF_RANGE = int(Reason.ABOVE_CEILING), int(Reason.OUT_OF_RANGE)
NOT_PERMITTED, NO_INTERCEPTORS = int(Reason.NOT_PERMITTED), int(Reason.NO_INTERCEPTORS)
TOO_FEW_SHOTS, CLOSING_GEOMETRY = int(Reason.TOO_FEW_SHOTS), int(Reason.CLOSING_GEOMETRY)
NO_OWN_RADAR = int(Reason.NO_OWN_RADAR)


CASE = record_type(
    shooter="i8", picture="i8", delay_s="f8", assess_s="f8", clear_s="f8", guide_s="f8", salvo="f8", looks="f8", stock="f8",
    permit="i8", forbid="i8",
)  # fmt: skip
"""One battery under one picture and set of rules.

``delay_s`` lies between track and launch, ``assess_s`` between an intercept and the next launch; ``clear_s`` is the least time
from burnout to an intercept. With ``guide_s`` of zero or more, one of the battery's own sensors must have held the missile that
long at the intercept. ``salvo`` missiles fly at each of at most ``looks`` shots, of ``stock`` in all. ``permit`` and ``forbid``
are sets of regions as bits, 0 for no rule.
"""


class Cases(NamedTuple):
    """Rows of :data:`CASE`, those with the same picture together; the guiding sensors of case c are
    ``guide_sensor[guide_first[c] : guide_first[c + 1]]``.
    """

    row: np.ndarray
    guide_first: np.ndarray
    guide_sensor: np.ndarray


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


OUTCOME = record_type(
    reason="i8", shots="f8", slack_s="f8", detect_s="f8", track_s="f8", ready_s="f8", latest_s="f8", first_intercept_s="f8",
    last_intercept_s="f8", case="i8", slack_case="i8", detected_by="i8", tracked_by="i8",
)  # fmt: skip
"""What a battery or a command can do against one path; times are s since the missile's launch, nan if none.

``slack_s`` is the largest time by which a launch could be put off; negative: how much too late; nan where no place on the path
could be met at any time. ``ready_s`` is the earliest launch allowed, ``latest_s`` the latest that still meets the missile.
``case`` is the battery that shoots first (or came nearest), -1 for none: a command's times, but for the last intercept and the
slack, are that battery's. ``slack_case`` is the battery whose slack is given, -1 for none.
"""


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
    node: np.ndarray
    case: np.ndarray
    interval: np.ndarray
    states: np.ndarray
    phi: np.ndarray
    info: np.ndarray
    need: np.ndarray


@kernel
def work_for(world: World) -> Work:
    """Return scratch arrays that fit a world."""
    accurate = CAPACITY if np.any(world.pictures.row["handover_m"] < inf) else 0
    m, r = world.sensors.row.size, world.regions.vertex_count.size
    s, c, free = world.shooters.kind.size, world.cases.row.size, 0
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
        np.empty((2, NODES), NODE),
        np.empty(c, OUTCOME),
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
def may_kill(work: Work, shooter: int) -> int:
    """Return how many stretches :func:`free_of` has for a ``shooter``, an index of the world's."""
    free = work.free_count[shooter]
    return work.segment_count[shooter] if free < 0 else free


@kernel
def free_of(work: Work, shooter: int) -> Segments:
    """Return the stretches in which a shooter could kill if it set no limit to the geometry of a kill."""
    if work.free_count[shooter] < 0:
        return segments_of(work, shooter)
    return Segments(work.free[shooter], work.free_count[shooter])


@kernel
def nothing(out, reason: int) -> None:
    """Fill ``out``, a row of :data:`OUTCOME`, with a ``reason`` and nothing else."""
    out.reason, out.shots = reason, 0.0
    out.slack_s, out.detect_s, out.track_s, out.ready_s = nan, nan, nan, nan
    out.latest_s, out.first_intercept_s, out.last_intercept_s = nan, nan, nan
    out.case, out.slack_case, out.detected_by, out.tracked_by = -1, -1, -1, -1
