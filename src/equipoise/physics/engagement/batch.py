"""Many paths through one world, on all threads: the batch form of :func:`equipoise.physics.engagement.engage.engage`."""

from __future__ import annotations

import numpy as np

from equipoise.numerics.borrowed import borrowed
from equipoise.numerics.jit import kernel
from equipoise.numerics.threads import in_shares
from equipoise.physics.engagement.engage import engage
from equipoise.physics.engagement.tables import OUTCOME, World, work_for
from equipoise.physics.flight.targeting import Kinematic
from equipoise.physics.flight.trajectory import Flights, empty_path, sample_path

SHARE = 64
"""Paths that one thread takes with the same scratch arrays; the answers do not depend on it."""


@kernel
def engage_share(vehicle: Kinematic, flights: Flights, world: World, out, each, start, stop) -> int:
    """Fill rows ``start`` to ``stop`` of ``out`` (paths, commands) and, unless it is empty, ``each`` (paths, cases).

    Both hold rows of :data:`OUTCOME`; ``flights`` are solved paths of ``vehicle``. Returned is for how many cases there was room.
    """
    room, work = empty_path(), work_for(world)
    _fill(
        vehicle, borrowed(flights), borrowed(world), borrowed(room), borrowed(work), borrowed(out), borrowed(each), start, stop
    )  # fmt: skip
    return work.case.size if room.time_s.size > 0 else 0  # so that both live until here


@kernel
def _fill(vehicle, flights, world, room, work, out, each, start, stop) -> None:
    for i in range(start, stop):
        path = sample_path(vehicle, flights, i, world.earth, room)
        engage(world, path, work, out[i])
        if each.shape[0] > 0:
            each[i] = work.case


def _read_only(array: np.ndarray) -> np.ndarray:
    """Return a contiguous view that cannot be written to, as remembered arrays cannot."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def engage_all(
    vehicle: Kinematic, flights: Flights, world: World, *, each_battery: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes (paths, commands) and, if asked, (paths, cases), else an empty array, as rows of :data:`OUTCOME`.

    ``flights`` are n solved paths of ``vehicle``; paths that do not fly have the reason out of range. With
    ``each_battery`` the second array holds every case for itself.
    """
    n, cases = flights.status.size, world.cases.row.size
    commands = np.empty((n, world.commands.wanted.size), OUTCOME)
    batteries = np.empty((n if each_battery else 0, cases), OUTCOME)
    flights = Flights(*map(_read_only, flights))  # one layout: the kernel is compiled once
    in_shares(lambda a, b: engage_share(vehicle, flights, world, commands, batteries, a, b), n, share=SHARE)
    return commands, batteries
