"""What guards every flight: the same bits on any number of threads, and a status for what cannot fly."""

from __future__ import annotations

from math import nan, pi, radians
from typing import Any

import numpy as np

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment import atmosphere
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.flight import fly_staged
from equipoise.physics.flight.targeting import Family, solve_batch
from equipoise.physics.flight.vehicle import Staged, gravity_turn, stage, staged
from validation.full_flight import AREA_M2, STAGES, STEERING, pairs, vehicle
from validation.mechanics import row


def thread_rows() -> list[dict[str, Any]]:
    points = pairs(4000, 5)
    kicks = np.radians(np.linspace(1.0, 12.0, 10_000))
    kinds = set()
    for threads in (1, 2, 7):
        solved = solve_batch(
            vehicle(), **points, family=Family.MINIMUM_ENERGY, earth=WGS84, steering=STEERING, threads=threads
        )
        flown = fly_staged(
            vehicle(),
            STEERING,
            lat_rad=0.5,
            lon_rad=0.1,
            azimuth_rad=1.0,
            kick_rad=kicks,
            earth=WGS84,
            threads=threads,
        )
        kinds.add(b"".join(np.ascontiguousarray(c).tobytes() for c in (*solved, *flown)))
    return [
        row("threads.bits", "different results of 4,000 targeted and 10,000 flown paths on 1, 2 and 7 threads, compared bit by bit",
            len(kinds) - 1, "1", "none", holds=len(kinds) == 1, rank=3, source="the same batch three times")
    ]  # fmt: skip


def _status(what: Staged, **more: Any) -> FlightStatus:
    programme = more.pop("programme", STEERING)
    end = fly_staged(what, programme, lat_rad=0.5, lon_rad=0.1, azimuth_rad=1.0, earth=WGS84, **more)
    if end.status[0] != FlightStatus.OK:
        assert all(np.isnan(column[0]) for column in end[1:])
    return FlightStatus.of(end.status[0])


def _refusal(**changes: Any) -> str:
    try:
        stages = [stage(**(STAGES[0] | changes.pop("stage", {})), reference_area_m2=AREA_M2)]
        staged(stages=stages, **({"payload_kg": 900.0} | changes))
    except DomainError as error:
        return str(error)
    return ""


def guard_rows() -> list[dict[str, Any]]:
    """Return one row per guard: impossible data are refused with a sentence, impossible flights end in a status."""
    heavy, dead, light = vehicle(), vehicle(), vehicle()
    heavy.segments["mass_kg"] += 90_000.0
    dead.segments["thrust_n"] = 0.0
    light.segments["thrust_n"] *= 40.0
    ended = [
        ("thrust below weight", _status(heavy), FlightStatus.NO_LIFTOFF),
        ("no thrust at all", _status(dead), FlightStatus.NO_LIFTOFF),
        ("a kick that flies into the ground", _status(vehicle(), kick_rad=radians(85.0)), FlightStatus.HIT_GROUND_IN_BOOST),
        ("a flight that does not come back", _status(light, kick_rad=0.0), FlightStatus.ESCAPED),
        ("a vertical rise longer than the first stage burns",
         _status(vehicle(), programme=gravity_turn(kick_rad=0.1, vertical_time_s=200.0)), FlightStatus.RISE_TOO_LONG),
    ]  # fmt: skip
    refused = [
        ("negative payload", _refusal(payload_kg=-1.0)), ("payload that is not a number", _refusal(payload_kg=nan)),
        ("stage without thrust", _refusal(stage={"thrust_vacuum_n": 0.0})),
        ("negative propellant", _refusal(stage={"propellant_kg": -5.0})),
        ("burn time of zero", _refusal(stage={"burn_time_s": 0.0})),
    ]  # fmt: skip
    air = [
        atmosphere.density(1.2e6),
        atmosphere.density(9.9e5),
        atmosphere.density(-50.0) - atmosphere.density(0.0),
    ]
    rows = [
        row(f"guard.{name}".replace(" ", "_"), f"{name}: {status.sentence}", float(status), "status", wanted.name,
            holds=status is wanted, rank=3, source="physics kernels")
        for name, status, wanted in ended
    ] + [
        row(f"guard.{name}".replace(" ", "_"), f"{name}: {said}", float(bool(said)), "refused", "refused with a sentence",
            holds=bool(said), rank=3, source="checked constructors")
        for name, said in refused
    ]  # fmt: skip
    rows.append(
        row("guard.air", "density above the air table (zero), near its top, and below the ground less that on it", float(air[0]),
            "kg/m3", "0, above 0, 0", holds=air[0] == 0.0 and air[1] > 0.0 and air[2] == 0.0, rank=3, source="US76 table")
    )  # fmt: skip
    return [*rows, fuzz_row()]


def fuzz_row() -> dict[str, Any]:
    """Fly random vehicles into random programmes and count numbers that are not finite where the status says OK."""
    rng = np.random.default_rng(17)
    bad, ok, seen = 0, 0, set()
    for _ in range(300):
        changed = vehicle()
        changed.segments["thrust_n"] *= 10.0 ** rng.uniform(-1.0, 1.5)
        changed.segments["mass_kg"] *= 10.0 ** rng.uniform(-0.1, 0.5)
        end = fly_staged(
            changed, STEERING, lat_rad=np.arcsin(rng.uniform(-1.0, 1.0, 64)), lon_rad=rng.uniform(-pi, pi, 64),
            azimuth_rad=rng.uniform(-pi, pi, 64), kick_rad=rng.uniform(0.0, 3.0, 64), cutoff_s=rng.uniform(0.5, 250.0, 64),
            earth=WGS84,
        )  # fmt: skip
        good = end.status == FlightStatus.OK
        ok += int(good.sum())
        seen |= {FlightStatus.of(s).name for s in end.status}
        bad += sum(int((~np.isfinite(column[good])).sum()) for column in end[1:])
        bad += sum(int(np.isfinite(column[~good]).sum()) for column in end[1:])
    return row(
        "guard.no_nan_in_ok", f"19,200 flights of random vehicles, {ok} OK, the rest {', '.join(sorted(seen - {'OK'}))}: numbers that "
        "are not finite in a result that says OK, or finite in one that does not", float(bad), "1", "none", holds=bad == 0, rank=3,
        source="seed 17",
    )  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return the rows."""
    return thread_rows() + guard_rows()
