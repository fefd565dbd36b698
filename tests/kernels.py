"""Compile the kernels of a run and, besides, those of tests that a run does not take, in two processes at once.

``python tests/kernels.py`` does it where none have been compiled; each worker of the tests would compile all of them for itself.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import equipoise as eq
from equipoise.jobs.executor import execute, is_compiled
from equipoise.jobs.tasks import COMPILING

START, AIM = (38.0, 46.5), (41.0, 29.0)


def staged():
    eq.fly("minuteman-style", start=(48.0, -101.0), aim=(55.0, 38.0))
    eq.fly_batch("forden-scud-b", start=START, azimuth_deg=290.0, angle_deg=[3.0, 5.0])


def certificate():
    eq.fly("ghadr-1", start=START, aim=AIM)
    for name in ("sufficient", "too-weak"):
        draft = eq.Scenario.load(name, ["scenario.aim_step_deg=10"])
        eq.certify(draft.without(*(f"base.{base.id}" for base in draft.bases[1:])), limit_s=20)


def flight_test():
    eq.flight_test(eq.load_flight_test("ftm-16-like", ["planner.step_deg=2"]), tests=1)


PIECES = (staged, flight_test, certificate)


if __name__ == "__main__":
    if not is_compiled():
        execute(COMPILING, eq.Scenario.load("epaa"))
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            for done in [pool.submit(piece) for piece in PIECES]:
                done.result()
