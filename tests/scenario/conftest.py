"""Two node processes, and a wire between them that can be cut."""

import pytest
from validation.simulated_exchange.wire import Wire

from equipoise.exchange.node.processes import Processes


@pytest.fixture
def exercise(tmp_path):
    exercise = Processes(tmp_path, names=("a", "b"))
    yield exercise
    for name in list(exercise.running):
        exercise.kill(name)


@pytest.fixture
def wire(exercise):
    wire = Wire(exercise.port)
    yield wire
    wire.close()
