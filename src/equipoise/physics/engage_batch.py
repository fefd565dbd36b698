"""Many paths through one world, on all threads: the batch form of :func:`equipoise.physics.engagement.engage`."""

from __future__ import annotations

import numba
import numpy as np

from equipoise.numerics.jit import kernel
from equipoise.physics.defence import FIELDS, World, work_for
from equipoise.physics.engagement import engage
from equipoise.physics.sampled import Flights, empty_path, sample_path
from equipoise.physics.targeting import Kinematic

BLOCK = 64
"""Paths that one thread takes with the same scratch arrays; the answers do not depend on it."""


@kernel(parallel=True)
def _engage_all(
    vehicle: Kinematic,
    flights: Flights,
    earth,
    sensors,
    regions,
    pictures,
    tables,
    shooters,
    cases,
    commands,
    looks,
    out,
    each,
) -> None:
    n = flights.status.size
    for block in numba.prange((n + BLOCK - 1) // BLOCK):
        # the parallel loop takes flat tuples only, so the world is put together here
        world = World(earth, sensors, regions, pictures, tables, shooters, cases, commands, looks)
        room, work = empty_path(), work_for(world)
        for i in range(block * BLOCK, min((block + 1) * BLOCK, n)):
            path = sample_path(vehicle, flights, i, world.earth, room)
            engage(world, path, work, out[i])
            if each.shape[0] > 0:
                each[i] = work.case


def engage_all(
    vehicle: Kinematic, flights: Flights, world: World, *, each_battery: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return outcomes (paths, commands, FIELDS) and, if asked, (paths, cases, FIELDS), else an empty array.

    Columns are those of :class:`equipoise.physics.defence.Outcome`.
    """
    n, cases = flights.status.size, world.cases.number.shape[0]
    commands = np.empty((n, world.commands.wanted.size, FIELDS))
    batteries = np.empty((n if each_battery else 0, cases, FIELDS))
    _engage_all(vehicle, flights, *world, commands, batteries)
    return commands, batteries
