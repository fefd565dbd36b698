"""Interceptors that a file gives by stages: the engagements' fly-out law laid through their own fly-out, and how far it errs.

A staged interceptor is flown in a fan of straight lines (:mod:`equipoise.physics.interceptor.staged_flyout`). Engagements fly one law,
of which the burnout speed is the same in every direction; that of a staged one is not, since the air and gravity take more from
a low path than from a steep one. The law's speed is the one that errs least over the places in reach, and the ends of its range are
speeds at which the law is early, or late, almost nowhere: what a range of inputs covers, it covers with this error within.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import cos, hypot, log, sin
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from equipoise.foundation.errors import DomainError, Problem
from equipoise.foundation.provenance import Confidence
from equipoise.model.record import ranged_keys, specs, value_of, with_values
from equipoise.model.systems import BURNOUT_SPEEDS_KM_S, Interceptor
from equipoise.model.vehicle import Vehicle
from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.flight.vehicle import Staged
from equipoise.physics.interceptor.flyout import Law, arrival
from equipoise.physics.interceptor.staged_flyout import FlyoutTable, flyout_time, staged_table
from equipoise.scenario.kernel_vehicle import staged
from equipoise.scenario.records import read_record

FLOOR_KM = 100.0
"""Lowest place asked for, where the interceptor states no kill floor."""
HEIGHTS, RANGES, SPEEDS = 12, 24, 81
ALLOWED = 0.05
"""Share of the places at which the slow end may be early, and the fast end late."""
CALM_S = 1.0
MOST_KM_S = BURNOUT_SPEEDS_KM_S[1]
MOST_ERROR_S = 120.0
"""A place in reach of one and not of the other counts as an error of so much."""
OF_VEHICLE = set(specs(Vehicle)) - set(specs(Interceptor))


def with_law(entry: Mapping[str, Any], label: str, place: str, problems: list[Problem]) -> dict[str, Any]:
    """Return an interceptor's entry of a file with burnout speed and burn time in the place of its stages.

    What it states of the two stays. ``label`` and ``place`` name file and entry in ``problems``.
    """
    of_vehicle = {key: value for key, value in entry.items() if key in specs(Vehicle)}
    rest = {key: value for key, value in entry.items() if key not in OF_VEHICLE}
    record = read_record(Vehicle, of_vehicle, label, place, problems)
    life, floor = (_number(entry.get(key)) for key in ("kill_vehicle_life_s", "kill_floor_km"))
    if not isinstance(record, Vehicle) or life is None:
        return rest
    if bool(record.drag) == bool(record.drag_points):
        problems.append(
            Problem(label, f"{place}.drag", "give either drag, the name of a table, or drag_points.")
        )
        return rest
    try:
        laws = [fitted_law(one, life, FLOOR_KM if floor is None else floor) for one in _over_ranges(record)]
    except DomainError as error:
        problems.append(Problem(label, f"{place}.stages", f"{error}."))
        return rest
    law, burn = laws[0], record.burn_time_s
    shortest = min(burn.low, *(each.shortest_burn_s for each in laws))
    lowest, highest = min(each.low_km_s for each in laws), max(each.high_km_s for each in laws)
    within = "" if len(laws) == 1 else "; the ends hold the ranges of its payload and stages too"
    if highest > MOST_KM_S:
        within += (
            f"; the fast end would be {highest:.1f} km/s and is cut at {MOST_KM_S:g}, the most that is flown"
        )
    why = "last burnout of its stages; the short end leaves the law as near to the pad as they are then"
    return {
        "burnout_speed_km_s": _computed(law.speed_km_s, lowest, min(highest, MOST_KM_S), law.said + within),
        "burn_time_s": _computed(burn.value, shortest, burn.high, why),
    } | rest


FASTER: Mapping[str, Literal["low", "high"]] = {
    "payload_kg": "low", "shroud_kg": "low", "dry_kg": "low", "diameter_m": "low", "coast_s": "low", "propellant_kg": "high",
    "specific_impulse_s": "high", "thrust_vacuum_kn": "high",
}  # fmt: skip
"""Which end of the range of a mass, thrust or drag makes an interceptor faster. A longer burn does where the thrust is stated, a shorter one
where the specific impulse is, since thrust is then what burns in that time."""


def _over_ranges(record: Vehicle) -> tuple[Vehicle, ...]:
    """Return the vehicle and, where anything that moves its speed has a range, it at all slow ends and at all fast ones."""
    slow, fast = (_at_ends(record, fast=fast) for fast in (False, True))
    return (record,) if slow == record else (record, slow, fast)


def _at_ends(record: Vehicle, *, fast: bool) -> Vehicle:
    made: dict[str, Any] = {}
    for key in ranged_keys(record):
        quantity, name = value_of(record, key), key.rpartition(".")[2]
        if name == "burn_time_s":
            thrust = value_of(record, key.replace(name, "thrust_vacuum_kn"))
            helps: Literal["low", "high"] = "low" if thrust is None else "high"
        elif name in FASTER:
            helps = FASTER[name]
        else:
            continue
        other: Literal["low", "high"] = "high" if helps == "low" else "low"
        made[key] = quantity.at(helps if fast else other)
    at_ends: Vehicle = with_values(record, made)
    return at_ends


class FittedLaw(NamedTuple):
    """Burnout speed of the law that errs least and the ends of its range (km/s), the shortest burn (s), and in words how far it errs."""

    speed_km_s: float
    low_km_s: float
    high_km_s: float
    shortest_burn_s: float
    said: str


@cache
def fitted_law(record: Vehicle, life_s: float, floor_km: float) -> FittedLaw:
    """Return the law laid through the fly-out of a staged interceptor, over places farther from the pad than its release.

    ``life_s`` is that of the kill vehicle after the last burnout, ``floor_km`` the lowest altitude of a kill. A vehicle that does
    not get so high is a :class:`DomainError`.
    """
    vehicle, rise_m = staged(record), record.vertical_rise_m.si
    table = staged_table(vehicle, earth=STILL_SPHERE, life_s=life_s, vertical_height_m=rise_m)
    ideal, burn, path_m = (
        _ideal_speed_m_s(vehicle),
        vehicle.burn_time_s,
        _boost_path_m(table, vehicle.burn_time_s),
    )
    places = [p for p in _places_km(table, floor_km) if 1e3 * hypot(*p) > path_m]
    own = np.array([flyout_time(table, 1e3 * r, 1e3 * h)[0] for r, h in places])
    speeds = np.linspace(0.4 * ideal, ideal, SPEEDS)
    laws = [Law(v, burn, life_s) for v in speeds]
    short = [law._replace(burn_time_s=b, life_s=life_s + burn - b) for law, b in zip(laws, np.minimum(2.0 * path_m / speeds, burn), strict=True)]  # fmt: skip
    errors = [_errors_s(law, places, own) for law in laws]
    early = [(e < -CALM_S).mean() <= ALLOWED for e in errors]
    late = [(_errors_s(law, places, own) > CALM_S).mean() <= ALLOWED for law in short]
    best = int(np.argmin([(np.clip(e, -MOST_ERROR_S, MOST_ERROR_S) ** 2).mean() for e in errors]))
    slow = min(best, int(np.flatnonzero(early)[-1]) if any(early) else 0)
    fast = max(best, int(np.flatnonzero(late)[0]) if any(late) else SPEEDS - 1)
    lowest, value, highest = (float(speeds[i]) / 1e3 for i in (slow, best, fast))
    return FittedLaw(value, lowest, highest, float(short[fast].burn_time_s), _in_words(errors[best]))


def _in_words(errors_s: NDArray[np.float64]) -> str:
    both = errors_s[np.isfinite(errors_s)]
    size, early, late = np.sqrt((both**2).mean()), max(-both.min(), 0.0), max(both.max(), 0.0)
    return (
        f"the fly-out of its stages: over {both.size} places in reach of both (of {errors_s.size} in reach of either) the law errs by "
        f"{size:.0f} s (root mean square), {early:.0f} s early and {late:.0f} s late at most; at the ends it is early, or late, "
        f"at {100.0 * ALLOWED:.0f} % of them"
    )


def _boost_path_m(table: FlyoutTable, burn_s: float) -> float:
    """Return how far from the pad the kill vehicle is released, in m: the median over the elevations."""
    released = table.corner[table.corner[:, :, 2] <= burn_s + 1e-6]
    return float(np.median(np.hypot(released[:, 0], released[:, 1])))


def _places_km(table: FlyoutTable, floor_km: float) -> list[tuple[float, float]]:
    """Return ground ranges and altitudes (km) from the pad and the floor to the farthest and highest that the table reaches."""
    reached = np.isfinite(table.direct.time_s)
    if not reached[:, int(1e3 * floor_km / table.altitude_step_m) + 1 :].any():
        raise DomainError(f"these stages reach no place above {floor_km:g} km after their last burnout")
    far = np.flatnonzero(reached.any(axis=1))[-1] * table.range_step_m / 1e3
    top = np.flatnonzero(reached.any(axis=0))[-1] * table.altitude_step_m / 1e3
    heights = np.linspace(floor_km, max(top, floor_km), HEIGHTS)
    return [(float(r), float(h)) for r in np.linspace(0.0, far, RANGES) for h in heights]


def _errors_s(law: Law, places: list[tuple[float, float]], own_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much the law is late (s) wherever it or the staged flight arrives; infinite where only one does."""
    times = np.array([still_arrival_s(law, *place) for place in places])
    either = np.isfinite(times) | np.isfinite(own_s)
    late: NDArray[np.float64] = times[either] - own_s[either]
    return late


def still_arrival_s(law: Law, range_km: float, altitude_km: float) -> float:
    """Return the law's earliest arrival (s after launch) at a ground range and an altitude over a still sphere; inf out of reach."""
    radius = STILL_SPHERE.equatorial_radius_m
    angle, away = 1e3 * range_km / radius, radius + 1e3 * altitude_km
    return float(
        arrival(law, STILL_SPHERE, (radius, 0.0, 0.0), (away * cos(angle), away * sin(angle), 0.0)).time_s
    )


def _ideal_speed_m_s(vehicle: Staged) -> float:
    """Return the speed that the stages would give without gravity and air, which no flight exceeds (rocket equation)."""
    speed = 0.0
    for part in vehicle.segments:
        burnt = part["flow_kg_s"] * (part["end_s"] - part["start_s"])
        if burnt:
            speed += part["thrust_n"] / part["flow_kg_s"] * log(part["mass_kg"] / (part["mass_kg"] - burnt))
    return float(speed)


def _number(value: Any) -> float | None:
    found = value.get("value") if isinstance(value, Mapping) else value
    return float(found) if isinstance(found, int | float) else None


def _computed(value: float, low: float, high: float, source: str) -> dict[str, Any]:
    return {
        "value": value,
        "low": low,
        "high": high,
        "source": f"computed: {source}",
        "confidence": str(Confidence.COMPUTED),
    }
