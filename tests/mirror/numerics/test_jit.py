"""Compiled numbers do not hang on whether this process compiled them or found them in the cache."""

import io
import os
import subprocess
import sys

import pytest

from equipoise.numerics.jit import CompileNotice, kernel

SCRIPT = """
import hashlib
import numpy as np
from equipoise.engagement import kernel_inputs
from equipoise.engagement import order_of_battle
from equipoise.engagement.engage import engage
from equipoise.physics.environment.earth import WGS84
from equipoise.scenario.load import load_scenario
scenario = load_scenario("epaa")
aim = np.radians(np.stack([np.linspace(28.0, 48.0, 40), np.linspace(-120.0, -70.0, 40)], axis=1))
paths = kernel_inputs.solve(scenario.find("missile", "icbm-solid"), np.radians([54.0, 35.8]), aim, "minimum_energy", WGS84)
found = engage(paths, order_of_battle.commands(scenario, scenario.phases[3].date, "joint"))
print(np.isfinite(found.slack_s).sum(), hashlib.sha256(found.slack_s.tobytes()).hexdigest())
"""


STEPPED = """
import importlib
import pkgutil
import numpy as np
import equipoise
for module in pkgutil.walk_packages(equipoise.__path__, "equipoise."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import engage
from equipoise.flights.fly import fly_batch
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.interceptor.flyout import arrival
from equipoise.scenario.load import load_scenario
scenario = load_scenario("epaa")
missile = scenario.find("missile", "irbm-notional")
paths = kernel_inputs.solve(missile, np.radians([35.2, 53.9]), np.radians([[46.0, 28.0]]), "minimum_energy", WGS84)
found = engage(paths, order_of_battle.commands(scenario, scenario.phases[3].date, "joint"))
flown = fly_batch("forden-scud-b", start=(10.0, 20.0), azimuth_deg=90.0, angle_deg=[3.0, 5.0])
print(hasattr(arrival, "signatures"), found.shots[0, 0], found.slack_s[0, 0], *flown["range_km"].values)
"""


def test_everything_imports_and_runs_with_compilation_switched_off():
    stepped, compiled = (
        subprocess.run(
            [sys.executable, "-c", STEPPED], env=os.environ | {"NUMBA_DISABLE_JIT": off}, capture_output=True, text=True, check=True
        ).stdout.split()
        for off in ("1", "0")
    )  # fmt: skip
    assert (stepped[0], compiled[0]) == ("False", "True")
    assert stepped[1] == compiled[1] != "0"
    numbers, expected = ([float(word) for word in words[2:]] for words in (stepped, compiled))
    assert numbers == pytest.approx(expected, abs=1e-3)


def test_a_process_that_compiles_and_one_that_does_not_agree_to_the_last_bit(tmp_path):
    environment = os.environ | {"EQUIPOISE_CACHE_DIR": str(tmp_path)}
    lines = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(2)
    ]
    assert int(lines[0][0]) > 10
    assert lines[0] == lines[1]


def test_a_compilation_is_announced_and_a_start_without_one_says_nothing():
    said = io.StringIO()
    with CompileNotice(said):
        pass
    assert said.getvalue() == ""

    @kernel(cache=False)
    def twice(x):
        return 2.0 * x

    with CompileNotice(said):
        twice(1.0)
    first, last = said.getvalue().splitlines()
    assert first.startswith("First use")
    assert last.startswith("Compiled 1 kernels")
