"""The kernels of an engagement in pieces that can be compiled in any order and in two processes at once.

The kernel that engages paths is one large tree: compiled from its root, it occupies one process for as long as all its parts
take. Processes share the folder of compiled kernels, so that whichever of them comes to a part later finds it there.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import numpy as np

from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import Paths
from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.raids import Side, fight
from equipoise.model.systems import Missile
from equipoise.physics.engagement import raid
from equipoise.physics.engagement.battery import accurate_track, judged, why_unreachable, with_need
from equipoise.physics.engagement.launch_segments import NODE, NODES, SEGMENT, Segments
from equipoise.physics.engagement.launch_windows import segments
from equipoise.physics.engagement.shooters import SHOOTER
from equipoise.physics.engagement.tables import CASE, OUTCOME, Work, World, work_for
from equipoise.physics.flight.trajectory import Path, empty_path
from equipoise.physics.sensing.track_picture import PICTURE, Known, known
from equipoise.physics.sensing.tracking import transitions
from equipoise.physics.sensing.visibility import arcs, region_arcs
from equipoise.scenario.load import Scenario


def compile_piece(name: str, scenario: Scenario) -> None:
    """Compile the piece called ``name``, one of :data:`PIECES`, for the scenario; nothing is computed that a run would not compute again."""
    PIECES[name](scenario)


def _flights(scenario: Scenario) -> None:
    """Compile what solves and samples paths."""
    paths = _one_path(scenario)
    if paths is not None:
        paths.sampled()


def _engagement(scenario: Scenario) -> None:
    """Compile the root of the tree, when all its parts are there."""
    paths = _one_path(scenario)
    if paths is not None:
        paths.engaged(_tables(scenario)[0])


def _one_path(scenario: Scenario) -> Paths | None:
    """Return a path of the first missile that is not staged; None where there is none."""
    names = (*(t.missile for t in scenario.threats), *(b.missile for b in scenario.bases))
    records = (scenario.find("missile", name) for name in names)
    record = next((r for r in records if isinstance(r, Missile)), None)
    if record is None:
        return None
    start, aim = np.zeros(2), np.radians([[5.0, 5.0]])
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    return kernel_inputs.solve(record, start, aim, scenario.head.families[0], earth)


def _tables(scenario: Scenario) -> tuple[World, Path, Work]:
    head = scenario.head
    found = order_of_battle.commands(scenario, scenario.phases[-1].date, head.modes[0])
    world = compile_world(found, missile_class="regional", earth=kernel_inputs.EARTHS[head.earth]).world
    return world, empty_path(), work_for(world)


def _compile(function: Any, *arguments: Any) -> None:
    """Compile a kernel for arguments like these."""
    from numba import typeof

    function.compile(tuple(typeof(argument) for argument in arguments))


def _row(kind: np.dtype[Any]) -> Any:
    return np.zeros(1, kind)[0]


def _intervals(work: Work) -> np.ndarray:
    return np.zeros_like(work.interval[0])


def _windows(scenario: Scenario) -> None:
    world, path, _work = _tables(scenario)
    places = np.zeros(world.shooters.place.shape[1:])
    nodes, limits = np.zeros((2, NODES), NODE), True
    _compile(segments, path, _row(SHOOTER), places, world.earth, nodes, np.zeros(1, SEGMENT), limits)
    _compile(why_unreachable, _row(SHOOTER), places, world.earth, path)


def _tracking(scenario: Scenario) -> None:
    world, path, work = _tables(scenario)
    _compile(transitions, path.burnout_state, path, world.earth, work.states, work.phi)
    _compile(accurate_track, world, 0, world.pictures.use, path, Known(inf, inf, -1, -1), work)


def _sight(scenario: Scenario) -> None:
    world, path, work = _tables(scenario)
    _compile(arcs, world.sensors, 0, path, world.earth, _intervals(work))
    _compile(region_arcs, world.regions, 0, path, world.earth, _intervals(work))
    _compile(
        known, _row(PICTURE), world.pictures.use, world.sensors.row, work.spells, work.spell_count, 0.0, _intervals(work)
    )  # fmt: skip


def _batteries(scenario: Scenario) -> None:
    _world, path, work = _tables(scenario)
    case, seen, found = _row(CASE), Known(inf, inf, -1, -1), Segments(np.zeros(1, SEGMENT), 0)
    own, row, allowed = np.zeros(0, np.int64), _row(OUTCOME), _intervals(work)
    _compile(
        judged, case, own, seen, found, found, 0.0, work.over, work.over_count, work.spells, work.spell_count, allowed,
        work.interval, row,
    )  # fmt: skip
    _compile(with_need, case, seen, found, path, work.need, allowed, 0, work.interval, row)


def _raids(_scenario: Scenario) -> None:
    """Compile what fights a raid, for one without missiles."""
    kinds = {"option": raid.OPTION, "segment": SEGMENT, "launcher": raid.LAUNCHER}
    rows = {name: np.zeros(0, kind) for name, kind in kinds.items()}
    none, start, allowed = np.zeros(0, np.int64), np.zeros(1, np.int64), np.zeros((0, 2))
    nobody = raid.Raid(course=none, launch_s=np.zeros(0), option_first=start, allowed=allowed, **rows)
    fight(Side(nobody, ()), end=1, runs=1, seed=1, step_s=1.0)


PIECES: dict[str, Callable[[Scenario], None]] = {
    "flights": _flights,
    "windows": _windows,
    "tracking": _tracking,
    "sight": _sight,
    "batteries": _batteries,
    "raids": _raids,
    "engagement": _engagement,
}
"""By name."""
