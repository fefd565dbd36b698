"""Compile the kernels of a run and, besides, those of tests that a run does not take, in two processes at once.

``python tests/kernels.py`` does it for those that an earlier process has not left; each worker of the tests would compile all of them
for itself.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import equipoise as eq
from equipoise.jobs.executor import execute, is_compiled
from equipoise.jobs.tasks import COMPILING
from equipoise.numerics.kernel_cache import kernel_folder

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


PIECES = {"flight._fly_staged": staged, "burnout_model.sensitivity": flight_test, "cover.cover": certificate}
"""What is compiled beside the kernels of a run, by the kernel whose file tells that it has been."""


def missing(folder):
    """Return the pieces that no process has left in the folder of compiled kernels."""
    return [piece for kernel, piece in PIECES.items() if not any(folder.rglob(f"{kernel}-*.nbi"))]


if __name__ == "__main__":
    folder = kernel_folder()
    if not is_compiled():
        execute(COMPILING, eq.Scenario.load("epaa"))
    if folder is not None:
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            for done in [pool.submit(piece) for piece in missing(folder)]:
                done.result()
