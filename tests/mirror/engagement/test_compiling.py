"""Pieces of the engagement's kernels have the very types with which the whole calls them: none is compiled in vain."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numba import typeof

from equipoise.engagement import compiling, kernel_inputs, order_of_battle
from equipoise.engagement.kernel_tables import compile_world
from equipoise.jobs import executor
from equipoise.jobs.tasks import COMPILING
from equipoise.physics.engagement import engage as kernels
from equipoise.physics.engagement.batch import engage_share
from equipoise.physics.engagement.tables import OUTCOME, work_for
from equipoise.scenario.load import load_scenario

CALLED = (
    "arcs", "region_arcs", "segments", "transitions", "known", "accurate_track", "judged", "with_need", "why_unreachable",
)  # fmt: skip


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa")


def types(arguments):
    return tuple(typeof(argument) for argument in arguments)


@pytest.fixture
def called(monkeypatch):
    """Step through the outer kernels and note with which types they call the inner ones."""
    seen = {}

    def noting(name, function):
        def noted(*arguments):
            seen.setdefault(name, set()).add(types(arguments))
            return function(*arguments)

        return noted

    for name in CALLED:
        monkeypatch.setattr(kernels, name, noting(name, getattr(kernels, name)))
    for name in ("_look", "look_shooter", "judge"):
        monkeypatch.setattr(kernels, name, getattr(kernels, name).py_func)
    monkeypatch.setattr(kernels, "_command", lambda *given: None)
    return seen


def look_closely(scenario):
    """Engage a path across Europe with everything that a scenario can ask: sectors, regions, tracks of a wanted accuracy."""
    found = order_of_battle.commands(scenario, scenario.phases[-1].date, "sectoral")
    found = [replace(c, timing=replace(c.timing, handover_m=2e3)) for c in found]
    world = compile_world(found, missile_class="regional", earth=kernel_inputs.EARTHS["wgs84"]).world
    work, out = work_for.py_func(world), np.empty(world.commands.wanted.size, OUTCOME)
    missile = scenario.find("missile", "irbm-notional")
    for aim in ((44.4, 26.1), (52.2, 21.0), (40.0, 5.0)):
        paths = kernel_inputs.solve(
            missile, np.radians([38.0, 46.5]), np.radians([aim]), "minimum_energy", world.earth
        )
        kernels.engage.py_func(world, paths.sampled(), work, out)


def test_the_whole_calls_its_pieces_with_the_types_for_which_they_are_compiled(scenario, called, monkeypatch):
    look_closely(scenario)
    compiled = {}
    monkeypatch.setattr(
        compiling, "_compile", lambda kernel, *given: compiled.setdefault(kernel.__name__, {types(given)})
    )
    for piece in ("windows", "tracking", "sight", "batteries"):
        compiling.compile_piece(piece, scenario)
    assert set(compiled) == set(CALLED)
    assert compiled == called


def test_every_piece_is_a_task_of_a_first_run():
    assert sorted(task.name for task in COMPILING) == sorted(f"compiled {name}" for name in compiling.PIECES)


def test_a_raid_of_nobody_compiles_the_kernel_of_raids(scenario):
    compiling.compile_piece("raids", scenario)
    assert len(compiling.raid.fight.signatures) == 1


def test_a_run_knows_by_the_file_of_the_root_that_it_is_not_the_first(scenario):
    compiling.compile_piece("engagement", scenario)
    assert list(Path(engage_share.stats.cache_path).glob(f"{executor.ROOT}-*.nbi"))


@pytest.mark.parametrize("name", ["flights", "engagement"])
def test_a_scenario_without_missiles_has_no_path_to_compile_for(scenario, name):
    compiling.compile_piece(name, replace(scenario, threats=(), bases=()))
