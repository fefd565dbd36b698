"""Random points of bearing footprints: the time to spare by the engine and by the second opinion's own flights."""

from __future__ import annotations

from math import inf, nan, pi, radians
from typing import Any

import numpy as np

from equipoise.physics.engagement import bearing_footprint as kernels
from equipoise.physics.flight.vehicle import Staged, gravity_turn, stage, staged
from equipoise.physics.interceptor.staged_flyout import staged_table
from equipoise.published.bearing_footprint import STUDY_EARTH, missile_path
from validation.brute_force.earth import Array
from validation.brute_force.footprint import Question, Rocket, flown
from validation.mechanics import row

MISSILE = Rocket(((110.0, 12912.0, 1780.0, 226.0, 1.37),), 500.0)
INTERCEPTOR = Rocket(
    ((6.0, 470.0, 250.0, 240.0, 0.22), (40.0, 360.0, 120.0, 260.0, 0.09), (30.0, 90.0, 20.0, 280.0, 0.09)), 60.0
)  # fmt: skip
BETA_KG_M2, KICK_RAD, RISE_S, RISE_M, BURNOUT_S, RELEASE_S, FLOOR_M = (
    3000.0,
    radians(2.5),
    5.0,
    100.0,
    110.0,
    76.0,
    100e3,
)
FARTHEST_M, SEED = 1.4e6, 5
DOCTRINES = ((250.0, 30.0, inf), (250.0, 300.0, inf), (100.0, 30.0, inf), (600.0, 40.0, 700e3))
"""Life of the kill vehicle (s), delay (s), and range of the radar at the launcher (m; inf for a cue at burnout)."""


def _vehicle(rocket: Rocket, beta: float = nan) -> Staged:
    stages = [
        stage(burn_time_s=burn, propellant_kg=fuel, dry_kg=dry, specific_impulse_s=impulse, reference_area_m2=area)
        for burn, fuel, dry, impulse, area in rocket.stages
    ]  # fmt: skip
    return staged(stages=stages, payload_kg=rocket.payload_kg, ballistic_coefficient_kg_m2=beta)


def spares_s(count: int, doctrines: tuple[tuple[float, float, float], ...] = DOCTRINES) -> Array:
    """Return the time to spare (doctrines x ``count``, 2) by the engine and by the second opinion; -inf out of reach."""
    rng, found = np.random.default_rng(SEED), []
    turn = gravity_turn(kick_rad=KICK_RAD, vertical_time_s=RISE_S)
    path = missile_path(_vehicle(MISSILE, BETA_KG_M2), turn)
    course = flown(
        MISSILE, np.array([KICK_RAD]), rise_s=RISE_S, rise_m=inf, straight=False, beta=BETA_KG_M2, end_s=3e3
    )
    tilts = np.radians(np.linspace(89.0, 0.0, 357))
    for life, delay, radar in doctrines:
        fan = flown(
            INTERCEPTOR, tilts, rise_s=inf, rise_m=RISE_M, straight=True, beta=inf, end_s=RELEASE_S + life
        )
        question = Question(course, BURNOUT_S, fan, RELEASE_S, delay, radar, FLOOR_M)
        table = staged_table(
            _vehicle(INTERCEPTOR), earth=STUDY_EARTH, life_s=life, most_range_m=2e6, most_altitude_m=5e5
        )
        cue = kernels.AFTER_BURNOUT if radar == inf else kernels.RADAR_AT_LAUNCHER
        doctrine = kernels.Doctrine(cue, delay, 0.0 if radar == inf else radar, 1, 30.0, FLOOR_M, 1e9)
        scratch = kernels.scratch_for(path)
        for bearing, away in zip(
            rng.uniform(0.0, 2.0 * pi, count), rng.uniform(0.0, FARTHEST_M, count), strict=True
        ):
            engine = kernels.spare_s(path, doctrine, table, bearing, away, scratch)
            found.append((engine, question.spare_s(bearing, away)))
    return np.array(found)


def turned(spares: Array, within_s: float = 1.0) -> int:
    """Return how many verdicts turn, beyond ``within_s`` of zero by either."""
    close = np.min(np.abs(spares), axis=1) < within_s
    return int(np.count_nonzero(((spares[:, 0] >= 0.0) != (spares[:, 1] >= 0.0)) & ~close))


def footprint_rows(count: int = 100) -> list[dict[str, Any]]:
    """Return one row for verdicts and one for the times to spare."""
    spares = spares_s(count)
    both = np.isfinite(spares).all(axis=1)
    gap = float(np.max(np.abs(spares[both, 0] - spares[both, 1])))
    source = "validation/brute_force/footprint.py: flights integrated anew, every instant tried"
    defended = int(np.count_nonzero(spares[:, 1] >= 0.0))
    return [
        row("second_opinion.footprint_flips", f"points of bearing footprints judged otherwise, of {len(spares)}, {defended} of them defended",
            turned(spares), "", "0", holds=turned(spares) == 0, rank=4, source=source),
        row("second_opinion.footprint_spare", "difference of the time to spare at such points, the largest", gap, "s",
            "at most 2 s", holds=gap <= 2.0, rank=4, source=source),
    ]  # fmt: skip
