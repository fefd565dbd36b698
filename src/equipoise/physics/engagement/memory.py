"""Paths asked about again and again while the world changes: what a change does not touch is not worked out again.

The outcomes are the same to the last bit as without a memory: what is remembered is what the kernels of
:mod:`equipoise.physics.engagement.engage` found. Whoever changes the world says so by :func:`forgotten`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equipoise.numerics.jit import INLINE, kernel
from equipoise.physics.engagement.engage import judge, look_shooter, no_path
from equipoise.physics.engagement.launch_segments import SEGMENT
from equipoise.physics.engagement.shooters import top_speed_m_s
from equipoise.physics.engagement.tables import Work, World, work_for
from equipoise.physics.flight.targeting import Kinematic
from equipoise.physics.flight.trajectory import CAPACITY, Flights, Path, sample_path
from equipoise.physics.sensing.visibility import ARCS, arcs, region_arcs

KEPT = 24
"""Stretches remembered of one shooter and path; where there are more, they are worked out at every question."""
UNKNOWN = -1


class Memory(NamedTuple):
    """What is known of n paths through a world of m sensors, r regions and s shooters.

    The samples are those of :class:`equipoise.physics.flight.trajectory.Path`; spells, stretches and the reason for none
    those of :class:`equipoise.physics.engagement.tables.Work`. Their counts (n, m), (n, r) and (n, s) are -1 where nothing was
    found yet, and what :func:`forgotten` makes of them where they no longer hold. ``changed`` (n,) is 0
    where the outcome last given holds. What is known of one path lies together, because paths are asked about one after another.
    """

    time_s: np.ndarray
    position_ecef_m: np.ndarray
    velocity_ecef_m_s: np.ndarray
    height_m: np.ndarray
    burnout_state: np.ndarray
    filled: np.ndarray
    burnout: np.ndarray
    spells: np.ndarray
    spell_count: np.ndarray
    over: np.ndarray
    over_count: np.ndarray
    segment: np.ndarray
    segment_count: np.ndarray
    why: np.ndarray
    changed: np.ndarray


def memory_for(world: World, n: int) -> Memory:
    """Return a memory of ``n`` paths through ``world`` that knows nothing."""
    m, r, s = world.sensors.row.size, world.regions.vertex_count.size, world.shooters.kind.size

    def unknown(*shape: int) -> np.ndarray:
        return np.full(shape, UNKNOWN, dtype=np.int64)

    return Memory(
        time_s=np.empty((n, CAPACITY)),
        position_ecef_m=np.empty((n, CAPACITY, 3)),
        velocity_ecef_m_s=np.empty((n, CAPACITY, 3)),
        height_m=np.empty((n, CAPACITY)),
        burnout_state=np.empty((n, 6)),
        filled=unknown(n),
        burnout=unknown(n),
        spells=np.empty((n, m, ARCS, 2)),
        spell_count=unknown(n, m),
        over=np.empty((n, r, ARCS, 2)),
        over_count=unknown(n, r),
        segment=np.empty((n, s, KEPT), SEGMENT),
        segment_count=unknown(n, s),
        why=unknown(n, s),
        changed=np.ones(n, dtype=np.int64),
    )


def forgotten(counts: np.ndarray) -> np.ndarray:
    """Return counts of a :class:`Memory` that no longer hold; what they count stays, to be compared."""
    return np.where(counts < 0, counts, -2 - counts)


@kernel
def _before(count: int) -> int:
    """Return the count that was known before, -1 if none; ``count`` may be one of :func:`forgotten`."""
    return -2 - count if count < UNKNOWN else count


@kernel
def _spells(spells, counts, i: int, a: int, out, out_count) -> bool:
    """Exchange row ``a`` of spells with the memory of path ``i``; return whether they are others than before.

    Where its count is known, ``out`` (rows, ARCS, 2) and ``out_count`` (rows,) are filled, else they are remembered.
    """
    count = counts[i, a]
    if count >= 0:
        out_count[a] = count
        for k in range(count):
            out[a, k, 0], out[a, k, 1] = spells[i, a, k, 0], spells[i, a, k, 1]
        return False
    found, other = out_count[a], _before(count) != out_count[a]
    for k in range(found):
        for e in range(2):
            other = other or spells[i, a, k, e] != out[a, k, e]
            spells[i, a, k, e] = out[a, k, e]
    counts[i, a] = found
    return other


@kernel
def _same(a, b) -> bool:
    """Return whether two rows of :data:`SEGMENT` are the same; their peaks follow from the rest."""
    return (
        a.start_s == b.start_s
        and a.end_s == b.end_s
        and a.latest_s == b.latest_s
        and a.slope == b.slope
        and a.bend == b.bend
    )


@kernel
def _stretches(memory: Memory, i: int, s: int, work: Work) -> bool:
    """Exchange what shooter ``s`` can do to path ``i`` with the memory; return whether it is something else than before."""
    count = memory.segment_count[i, s]
    if count >= 0:
        work.segment_count[s], work.free_count[s], work.why[s] = count, -1, memory.why[i, s]
        for k in range(count):
            work.segment[s, k] = memory.segment[i, s, k]
        return False
    found = work.segment_count[s]
    if work.free_count[s] >= 0 or found > KEPT:
        memory.segment_count[i, s] = UNKNOWN
        return True
    other = _before(count) != found or memory.why[i, s] != work.why[s]
    for k in range(found):
        other = other or not _same(memory.segment[i, s, k], work.segment[s, k])
        memory.segment[i, s, k] = work.segment[s, k]
    memory.segment_count[i, s], memory.why[i, s] = found, work.why[s]
    return other


@kernel(inline=INLINE)
def _look(world: World, path: Path, memory: Memory, i: int, work: Work) -> bool:
    """Fill what ``judge`` needs, from the memory of path ``i`` where it knows it; return whether anything is new."""
    new = memory.changed[i] != 0
    for s in range(world.sensors.row.size):
        if memory.spell_count[i, s] < 0:
            work.spell_count[s] = arcs(world.sensors, s, path, world.earth, work.spells[s])
        new = _spells(memory.spells, memory.spell_count, i, s, work.spells, work.spell_count) or new
    for r in range(world.regions.vertex_count.size):
        if memory.over_count[i, r] < 0:
            work.over_count[r] = region_arcs(world.regions, r, path, world.earth, work.over[r])
        new = _spells(memory.over, memory.over_count, i, r, work.over, work.over_count) or new
    fastest_m_s = 0.0
    for s in range(world.shooters.kind.size):
        if memory.segment_count[i, s] < 0:
            if fastest_m_s == 0.0:
                fastest_m_s = top_speed_m_s(path, path.burnout, path.filled - 1)
            look_shooter(world, s, path, fastest_m_s, work)
        new = _stretches(memory, i, s, work) or new
    return new


@kernel
def engage_again(
    vehicle: Kinematic, flights: Flights, world: World, memory: Memory, out, start, stop
) -> None:
    """Fill rows ``start`` to ``stop`` of ``out`` (paths, commands) of :data:`OUTCOME`, those of before where they hold.

    ``flights`` are solved paths of ``vehicle``. The outcomes are those of
    :func:`equipoise.physics.engagement.batch.engage_share`; ``out`` and ``memory`` are those of the call before.
    """
    work = work_for(world)
    for i in range(start, stop):
        path = Path(
            memory.time_s[i], memory.position_ecef_m[i], memory.velocity_ecef_m_s[i], memory.height_m[i],
            memory.burnout_state[i], memory.filled[i], memory.burnout[i],
        )  # fmt: skip
        if path.filled < 0:
            path = sample_path(vehicle, flights, i, world.earth, path)
            memory.filled[i], memory.burnout[i] = path.filled, path.burnout
        if path.filled == 0:
            no_path(work, out[i])
        elif _look(world, path, memory, i, work):
            judge(world, path, work, out[i])
        memory.changed[i] = 0
