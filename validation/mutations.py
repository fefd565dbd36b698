"""Does the evidence notice a wrong kernel? Each fault is put into a copy of the package, and the evidence computed with it.

A fault counts as noticed when at least one statement that stands beside a printed number, or a number kept from an
independent computation, agrees less than the kept evidence says, or, where tests are named, when one of them fails. A
crash does not count. For the studies kernels are compiled afresh for every fault, in a cache of its own; each asks only for
the studies named with it. The tests run in plain Python, without compiling.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "equipoise"
COMPUTE = """
import json, sys
from equipoise.published import published
from equipoise.results import evidence
import equipoise
assert equipoise.__file__.startswith(sys.argv[1]), equipoise.__file__
worse = evidence.worse(published(sys.argv[2:]), evidence.kept())
print(json.dumps([f"{w.study}, {w.what}: {w.ours[0]} becomes {w.ours[1]}" for w in worse]))
"""
WIDE = "400"
"""Columns of pytest's summary: at its usual 80 the reason of a failure is cut off its line, and the fault looks unnoticed."""

QUIET = "ignore::RuntimeWarning"
"""In plain Python a division by nothing warns, where the compiled kernel gives the infinity that is meant."""


@dataclass(frozen=True)
class Fault:
    """A fault in words, the file of the package, the text there (which occurs once), what replaces it, and who is asked.

    ``studies`` are published ones; ``tests`` are files of ordinary tests, asked instead of the studies.
    """

    name: str
    file: str
    old: str
    new: str
    studies: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


ORBIT, ARC, AIR, BOOK = ("secular-rates",), ("closed-forms",), ("standard-air-1976",), ("textbook-1971",)
ROCKETS, PRESETS, TESTS = ("early-flights",), ("staged-presets",), ("interceptor-tests",)
LAW, WINDOWS = ("tests/mirror/physics/test_flyout.py",), ("tests/mirror/physics/test_launch_windows.py",)
BATTERY, RAID, COVER = (
    (f"tests/mirror/physics/test_{name}.py",) for name in ("battery", "raid_order", "cover")
)
HEAD_ON = (
    "tests/mirror/physics/test_kill_geometry.py::test_head_on_the_speeds_add_up_and_from_behind_they_do_not",
)
REACH = "tests/mirror/physics/test_reach.py"
FLIPS = ("tests/mirror/analysis/test_exposure.py::test_interpolated_flip_speeds",)
MARGINS = ("tests/mirror/analysis/test_guarantee_margins.py",)
FAULTS = (
    Fault("the launch point is carried west instead of east", "physics/flight/kinematic.py",
          "+ vu * up[1] + earth.omega_rad_s * x", "+ vu * up[1] - earth.omega_rad_s * x", ARC),
    Fault("the Earth turns the other way while a missile burns", "physics/flight/boost.py",
          "return c * x - s * y, s * x + c * y", "return c * x + s * y, c * y - s * x", TESTS),
    Fault("the flattening's part of gravity is off", "physics/environment/earth.py",
          "k = 1.5 * earth.j2 *", "k = 0.0 * earth.j2 *", ORBIT),
    Fault("the sign of the flattening's part of gravity", "physics/environment/earth.py",
          "plane = -mu_r3 * (1.0 + k * (1.0 - z2))", "plane = -mu_r3 * (1.0 - k * (1.0 - z2))", ORBIT),
    Fault("gravity of the Earth too small by half a per cent", "foundation/constants.py",
          "3.986004418e14", "3.966004418e14", ARC),
    Fault("a radius of 6378 km for 6371 km", "foundation/constants.py",
          "MEAN_RADIUS_M: Final = 6371000.0", "MEAN_RADIUS_M: Final = 6378137.0", ARC),
    Fault("burnt-out stages are not dropped", "physics/flight/vehicle.py",
          "        mass -= s.dry_kg\n", "", PRESETS),
    Fault("every stage burns as long as the first", "physics/flight/vehicle.py",
          "(s.burn_time_s, s.propellant_kg / s.burn_time_s,", "(stages[0].burn_time_s, s.propellant_kg / s.burn_time_s,", PRESETS),
    Fault("specific impulse times 9 instead of standard gravity", "physics/flight/vehicle.py",
          "specific_impulse_s * STANDARD_GRAVITY_M_S2 *", "specific_impulse_s * 9.0 *", PRESETS),
    Fault("drag on a rising rocket is doubled", "physics/flight/boost.py",
          "0.5 * push.area_m2 * density", "1.0 * push.area_m2 * density", PRESETS),
    Fault("the outside pressure adds to thrust", "physics/flight/boost.py",
          "push.thrust_n - pressure * push.exit_area_m2", "push.thrust_n + pressure * push.exit_area_m2", ROCKETS),
    Fault("no drag on the way down", "physics/flight/fall.py",
          "0.5 * density * speed * coefficient", "0.0 * density * speed * coefficient", ROCKETS),
    Fault("heights of the air are stretched by 2 %", "physics/environment/atmosphere.py",
          "u = height_m / STEP_M", "u = height_m / (1.02 * STEP_M)", AIR),
    Fault("degrees for radians in a difference of longitudes", "physics/environment/earth.py",
          "    d = lon2_rad - lon1_rad\n    s1, c1, s2, c2 = sin(lat1_rad), cos(lat1_rad), sin(lat2_rad), cos(lat2_rad)\n    return atan2(hypot(",
          "    d = 57.29577951308232 * (lon2_rad - lon1_rad)\n    s1, c1, s2, c2 = sin(lat1_rad), cos(lat1_rad), sin(lat2_rad), cos(lat2_rad)\n    return atan2(hypot(", ARC),
    Fault("path angles of a batch in gradians for degrees", "flights/fly.py",
          "KM, DEG = 1e3, np.pi / 180.0", "KM, DEG = 1e3, np.pi / 200.0", ("demarcation-1997",)),
    Fault("the path angle of least energy is a tenth too flat", "physics/flight/first_guess.py",
          "0.5 * pi - 0.5 * acos(", "0.5 * pi - 0.6 * acos(", BOOK),
    Fault("the interceptor's burn takes no time", "physics/interceptor/flyout.py",
          "(half + _time_on_arc(", "(0.0 * half + _time_on_arc(", TESTS),
    Fault("the interceptor covers no distance while it burns", "physics/interceptor/flyout.py",
          "fx + half * dx,", "fx + 0.0 * half * dx,", TESTS),
    Fault("the target of a fly-out is turned the wrong way", "physics/interceptor/flyout.py",
          "target[0] * c - target[1] * s,", "target[0] * c + target[1] * s,", tests=LAW),
    Fault("the launch point of a fly-out is carried west", "physics/interceptor/flyout.py",
          "ux, uy = -omega * sy, omega * sx", "ux, uy = omega * sy, -omega * sx", tests=LAW),
    Fault("the flattening carries a coast the other way", "physics/interceptor/flyout.py",
          "px - ox, py - oy, pz - oz", "px + ox, py + oy, pz + oz", tests=LAW),
    Fault("a kill vehicle lives half as long", "physics/interceptor/flyout.py",
          "0.0 <= coast <= law.life_s", "0.0 <= coast <= 0.5 * law.life_s", tests=LAW),
    Fault("parabolas of the latest launch bend the other way", "physics/engagement/launch_segments.py",
          "return row.latest_s + u * (row.slope + row.bend * (t - row.end_s))",
          "return row.latest_s + u * (row.slope - row.bend * (t - row.end_s))", tests=WINDOWS),
    Fault("jumps of the latest launch are left as they lie between nodes", "physics/engagement/launch_windows.py",
          "return left.piece != right.piece and width < EDGE_S", "return left.piece != right.piece", tests=WINDOWS),
    Fault("a guiding sensor need not have held the missile", "physics/engagement/battery.py",
          "spells[sensors[g], a, 0] + held_s,", "spells[sensors[g], a, 0],", tests=BATTERY),
    Fault("a battery is ready before its delay has passed", "physics/engagement/battery.py",
          "    ready = seen.track_s + case.delay_s", "    ready = seen.track_s", tests=BATTERY),
    Fault("a second look needs no assessment", "physics/engagement/battery.py",
          "t + case.assess_s", "t", tests=BATTERY),
    Fault("a salvo counts beyond the stock", "physics/engagement/battery.py",
          "shots = min(shots + case.salvo, case.stock)", "shots = shots + case.salvo", tests=BATTERY),
    Fault("a kill is allowed before the battery is clear", "physics/engagement/battery.py",
          "burnout_s + case.clear_s, inf", "burnout_s, inf", tests=BATTERY),
    Fault("a missile that meets head on is said to be chased", "physics/engagement/kill_geometry.py",
          "dot -= velocity[a] * own[a]", "dot += velocity[a] * own[a]", tests=HEAD_ON),
    Fault("the reason of a limited battery comes before that of time", "physics/engagement/battery.py",
          "(row.reason < 0 or latest >= row.ready_s)", "(row.reason < 0 or latest < row.ready_s)", tests=BATTERY),
    Fault("an interceptor fired is not taken from the stock", "physics/engagement/raid.py",
          "state.stock[b] -= gone", "state.stock[b] -= 0 * gone", tests=RAID),
    Fault("a warhead that was hit goes on", "physics/engagement/raid.py",
          "state.dead_s[w] = min(state.dead_s[w], t + option.assess_s)", "state.dead_s[w] = state.dead_s[w]", tests=RAID),
    Fault("the arc of a box bends the other way", "physics/permitted/box.py",
          "1.0 - 2.0 * slope * sin(0.5 * flown_rad)", "1.0 + 2.0 * slope * sin(0.5 * flown_rad)", tests=(f"{REACH}::test_the_arc_against_quadrature",)),
    Fault("the time on the arc of a box is that of a circle", "physics/permitted/box.py",
          "(u1 + e * sin(u1) + u0 + e * sin(u0))", "(u1 + u0)", tests=(f"{REACH}::test_the_arc_against_quadrature",)),
    Fault("the least radius of a box is taken at one end alone", "physics/permitted/box.py",
          "max(inverse_radius(slope, range_low, first), inverse_radius(slope, range_low, last))", "inverse_radius(slope, range_low, first)", tests=(f"{REACH}::test_bounds_of_a_box_hold_at_random_points_in_it",)),
    Fault("the highest point of a box is taken at its lowest start", "physics/permitted/box.py",
          "start = radius_m + box[6, 1]", "start = radius_m + box[6, 0]", tests=(f"{REACH}::test_bounds_of_a_box_hold_at_random_points_in_it",)),
    Fault("the earliest launch is added to the time that is left", "physics/permitted/box.py",
          "latest * (1.0 + SPARE) - p.start_s", "latest * (1.0 + SPARE) + p.start_s", tests=COVER),
    Fault("a site may stand where it is excluded", "physics/permitted/cover.py",
          "+ reach < discs[k, 2]", "- reach < discs[k, 2]", tests=COVER),
    Fault("both halves of a box are the same half", "physics/permitted/cover.py",
          "halves[used, axis, 1] = halves[used + 1, axis, 0] = middle", "halves[used, axis, 1] = halves[used + 1, axis, 1] = middle", tests=COVER),
    Fault("half of a box counts as the whole", "physics/permitted/cover.py",
          "shares[top - 1] = shares[top] = 0.5 * share", "shares[top - 1] = shares[top] = share", tests=COVER),
    Fault("the time over a chord lacks its second arc", "physics/permitted/reach_curve.py",
          "((alpha - sin(alpha)) - (beta - sin(beta)))", "(alpha - sin(alpha))", tests=(f"{REACH}::test_no_coast_is_faster_than_the_least",)),
    Fault("the slope of the time over a chord is twice too steep", "physics/permitted/reach_curve.py",
          "return time, 0.5 * sqrt(axis_m / gm_m3_s2)", "return time, sqrt(axis_m / gm_m3_s2)", tests=(f"{REACH}::test_the_slope_of_the_time_over_a_chord",)),
    Fault("a boost that climbs gives its way twice", "physics/permitted/reach_curve.py",
          "- 2.0 * chord_m * boost_m * cos(apart)", "- 1.0 * chord_m * boost_m * cos(apart)", tests=(f"{REACH}::test_a_boost_that_climbs_does_not_shorten_the_way_by_its_length",)),
    Fault("the turning ground carries no launcher nearer", "physics/permitted/reach_curve.py",
          "nearing = max(nearing_m_s, 1.0)", "nearing = max(0.0 * nearing_m_s, 1.0)", tests=(f"{REACH}::test_waiting_while_the_ground_carries_the_site_nearer_never_helps",)),
    Fault("a flip speed lies where the slack is largest", "analysis/exposure/flips.py",
          "part[crossed] = -below[crossed]", "part[crossed] = above[crossed]", tests=FLIPS),
    Fault("a speed that suffices from the first is said to be the last", "analysis/exposure/flips.py",
          "np.where(first.ravel() == 0, speeds[0], found)", "np.where(first.ravel() == 0, speeds[-1], found)", tests=FLIPS),
    Fault("a margin is judged at its nominal value", "analysis/guarantees/margin.py",
          "Truth.KEPT if self.low >= 0.0", "Truth.KEPT if self.nominal >= 0.0", tests=MARGINS),
    Fault("the slowest interceptor decides on a limit of speed", "analysis/guarantees/margins.py",
          "clause.limit - max(getattr(q, end) for _, q in listed)", "clause.limit - min(getattr(q, end) for _, q in listed)", tests=MARGINS),
    Fault("launch during boost counts as launch after it", "analysis/guarantees/margins.py",
          "low - burn.high, nominal - burn.value, high - burn.low", "low, nominal, high", tests=MARGINS),
    Fault("two sectors that overlap are said to lie apart", "analysis/guarantees/margins.py",
          "        return -overlap", "        return overlap", tests=MARGINS),
    Fault("outside a zone counts as inside it", "analysis/guarantees/places.py",
          "    return -float(distance_km(np.array(lat_deg)", "    return float(distance_km(np.array(lat_deg)", tests=MARGINS),
    Fault("kill probabilities of several shots are added", "analysis/balance/leakage.py",
          "track * (1.0 - (1.0 - kill) ** shots)", "min(track * kill * shots, 1.0)", ("leakage",)),
    Fault("the enemy's loss weighs half as much", "analysis/balance/stability.py",
          "WEIGHT_OF_ENEMY = 0.3", "WEIGHT_OF_ENEMY = 0.15", ("kent-thaler-1989",)),
)  # fmt: skip


def noticed(fault: Fault) -> list[str]:
    """Return the statements that turn worse with the fault in the package."""
    with TemporaryDirectory(prefix="equipoise-fault-") as folder:
        copy = Path(folder) / "equipoise"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        file = copy / fault.file
        text = file.read_text(encoding="utf-8")
        if text.count(fault.old) != 1:
            raise ValueError(
                f"{fault.file} holds '{fault.old}' {text.count(fault.old)} times; the fault needs new words"
            )
        file.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
        env = os.environ | {"PYTHONPATH": folder, "EQUIPOISE_CACHE_DIR": str(Path(folder) / "kernels")}
        if fault.tests:
            return _failed(fault, env)
        done = subprocess.run(
            [sys.executable, "-c", COMPUTE, folder, *fault.studies], env=env, cwd=folder, capture_output=True, text=True, check=False
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeError(f"{fault.name}: {done.stderr.strip().splitlines()[-1]}")
        found: list[str] = json.loads(done.stdout.splitlines()[-1])
        return found


def _failed(fault: Fault, env: dict[str, str]) -> list[str]:
    """Return the tests that fail with the fault in the package that ``env`` points to."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-W", QUIET, "-p", "no:cacheprovider", "-p", "no:xdist", *fault.tests],
        env=env | {"COLUMNS": WIDE, "NUMBA_DISABLE_JIT": "1"}, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{fault.name}: {done.stdout.strip().splitlines()[-1]}")
    failed = [line.removeprefix("FAILED ") for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    return [line for line in failed if "AssertionError" in line or "assert" in line]


def rows() -> list[dict[str, Any]]:
    """Return a row per fault, and the score."""
    found = []
    for number, fault in enumerate(FAULTS, start=1):
        red = noticed(fault)
        found.append(
            {
                "id": f"fault {number}", "what": f"{fault.name}: {red[0] if red else 'nothing noticed'}", "value": len(red),
                "unit": "statements or tests", "bar": "at least 1", "holds": bool(red), "source": f"{fault.file}; {', '.join(fault.studies + fault.tests)}",
            }
        )  # fmt: skip
    score = sum(row["holds"] for row in found)
    total = {
        "id": "faults noticed", "what": "faults put into the kernels that turn the evidence red", "value": score, "unit": f"of {len(FAULTS)}",
        "bar": "all", "holds": score == len(FAULTS), "source": "this run",
    }  # fmt: skip
    return [*found, total]
