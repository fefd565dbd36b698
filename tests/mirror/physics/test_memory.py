"""What the browser's engine remembers never shows: after any change of the world its outcomes are those of a fresh start."""

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from test_batch import COMMAND, EYE, FAST, FLOWN, MISSILE, same

from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.records import Use
from equipoise.physics.engagement.batch import engage_all
from equipoise.physics.engagement.memory import UNKNOWN, engage_again, forgotten, memory_for
from equipoise.physics.engagement.tables import OUTCOME
from equipoise.physics.environment.earth import WGS84


@pytest.mark.identity
def test_what_no_longer_holds_is_told_from_what_was_never_known():
    counts = np.array([UNKNOWN, 0, 7])
    assert forgotten(counts).tolist() == [UNKNOWN, -2, -9]
    assert forgotten(forgotten(counts)).tolist() == [UNKNOWN, -2, -9]


@pytest.mark.identity
def test_outcomes_after_every_change_are_those_without_a_memory():
    plain = subprocess.run(  # compiled for itself, the kernel would take longer than here, uncompiled
        [sys.executable, __file__], env=os.environ | {"NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    assert plain.split() == ["same"] * 9


def _world(*, speed_m_s=4500.0, track_s=30.0, range_m=4e6):
    first, *others = COMMAND.batteries
    moved = replace(first, interceptor=replace(FAST, burnout_speed_m_s=speed_m_s))
    seen = (Use(replace(EYE, range_m=range_m, boost_range_m=range_m)),)
    command = replace(
        COMMAND, batteries=(moved, *others), uses=seen, timing=replace(COMMAND.timing, track_s=track_s)
    )
    return compile_world([command], missile_class="regional", earth=WGS84).world


def _main():
    """Ask again and again, one change after another; say each time whether the outcomes are those of a fresh start."""
    n = FLOWN.status.size
    memory, out = memory_for(_world(), n), np.zeros((n, 1), OUTCOME)

    def ask(**changes):
        world = _world(**changes)
        engage_again(MISSILE, FLOWN, world, memory, out, 0, n)
        print("same" if same(out, engage_all(MISSILE, FLOWN, world)[0]) else f"another with {changes}")

    ask()
    ask()
    for speed_m_s in (4000.0, 5200.0, 1500.0, 1600.0, 4500.0):  # out of reach and back
        of = _world(speed_m_s=speed_m_s).shooters.kind["speed_m_s"]
        memory.segment_count[:, of == speed_m_s] = forgotten(memory.segment_count[:, of == speed_m_s])
        ask(speed_m_s=speed_m_s)
    memory.changed[:] = 1
    ask(track_s=200.0)
    memory.spell_count[:] = forgotten(memory.spell_count)
    ask(track_s=200.0, range_m=1.2e6)


if __name__ == "__main__":
    _main()
