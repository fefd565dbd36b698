"""Compiled numbers do not hang on whether this process compiled them or found them in the cache."""

import contextlib
import importlib
import io
import os
import pkgutil
import subprocess
import sys

import pytest

from equipoise import numerics, physics
from equipoise.numerics.jit import CompileNotice, kernel

SCRIPT = """
import hashlib
import numpy as np
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.flight import fly_kinematic
from equipoise.physics.flight.kinematic import kinematic_for_range
missile = kinematic_for_range(
    max_range_m=2.2e6, burn_time_s=110.0, burnout_altitude_m=60e3, burnout_downrange_m=60e3, ballistic_coefficient_kg_m2=2000.0
)
flown = fly_kinematic(
    missile, lat_rad=0.7, lon_rad=0.8, azimuth_rad=np.linspace(-3.0, 3.0, 96), path_angle_rad=0.65, earth=WGS84
)
print((flown.status == FlightStatus.OK).sum(), hashlib.sha256(b"".join(c.tobytes() for c in flown)).hexdigest())
"""
"""Flights, whose kernels call ten others: what would be rewritten where it is inlined compiles in a sixth of what all take."""

EVERYTHING = """
import importlib
import pkgutil
import equipoise
for module in pkgutil.walk_packages(equipoise.__path__, "equipoise."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
"""
STEPPED = """
import sys
import numpy as np
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import engage
from equipoise.flights.fly import fly_batch
from equipoise.physics.environment.earth import WGS84
from equipoise.scenario.load import load_scenario
scenario = load_scenario("epaa")
missile = scenario.find("missile", "irbm-notional")
paths = kernel_inputs.solve(missile, np.radians([35.2, 53.9]), np.radians([[46.0, 28.0]]), "minimum_energy", WGS84)
found = engage(paths, order_of_battle.commands(scenario, scenario.phases[3].date, "joint"))
flown = fly_batch("forden-scud-b", start=(10.0, 20.0), azimuth_deg=90.0, angle_deg=[3.0, 5.0])
kernels = {
    id(thing): thing for name, module in list(sys.modules.items()) if name.startswith("equipoise")
    for thing in vars(module).values() if hasattr(thing, "targetoptions")
}
print(len(kernels), sum(bool(k.targetoptions.get("fastmath")) for k in kernels.values()), found.shots[0, 0], found.slack_s[0, 0], *flown["range_km"].values)
"""


def test_everything_imports_and_runs_with_compilation_switched_off():
    stepped = subprocess.run(
        [sys.executable, "-c", EVERYTHING + STEPPED], env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    for room in (numerics, physics):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(STEPPED, {})
    compiled = said.getvalue().split()
    assert stepped[0] == "0"
    assert int(compiled[0]) > 250
    assert compiled[1] == "0", (
        "a kernel is compiled with fast-math rewrites, which hang on what it is inlined into"
    )
    assert stepped[2] == compiled[2] != "0"
    numbers, expected = ([float(word) for word in words[3:]] for words in (stepped, compiled))
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
