"""What would settle a claim: the cheapest means of verification that measures it, or a watched flight test, or nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.analysis.crux.differences import Difference, Stated
from equipoise.analysis.flight_test.evidence import tests_needed
from equipoise.analysis.flight_test.plan import plan
from equipoise.analysis.flight_test.planner import error_map
from equipoise.analysis.guarantees.watch import means
from equipoise.foundation.errors import InputError
from equipoise.scenario.flight_test import load_flight_test

CERTAINTY = 0.95
TEST = "ftm-16-like"
"""The built-in flight test in which the disputed interceptor is flown; its range, target and observers' box are its own."""
STEP_DEG = 3.0
"""Step of the places that are tried first; the best is then found to about a kilometre."""
INTENTION = "No observation can, for it is a matter of intention"
SPEED = "burnout_speed"


@dataclass(frozen=True)
class Observation:
    """What would settle a claim in words; ``settles`` to 95 %, and the place where the observer of a flight test stands, in deg."""

    words: str
    settles: bool = False
    intention: bool = False
    place_deg: tuple[float, float] | None = None
    tests: int = 0


@cache
def _table() -> Mapping[str, Any]:
    text = (files("equipoise.analysis.crux") / "data" / "observations.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _entry(d: Difference) -> Mapping[str, Any]:
    """Return what the table says of an input; every table of a scenario is in it (tested)."""
    by_input = {name: entry for entry in _table()["observation"] for name in entry["inputs"]}
    names = (f"{d.table}.{d.key}", f"{d.table}.*") if d.key else (d.table, f"{d.table}.*")
    found: Mapping[str, Any] = next(by_input[name] for name in names if name in by_input)
    return found


def observation(claim: Stated) -> Observation:
    """Return the cheapest observation that settles every input of a claim, or why none does."""
    if claim.intention:
        return Observation(INTENTION, intention=True)
    found = {repr(_entry(d)): d for d in claim.differences}
    parts = [_of_input(d) for d in found.values()]
    words = "; ".join(dict.fromkeys(part.words for part in parts))
    placed = next((part for part in parts if part.place_deg), parts[0])
    return Observation(
        words,
        all(part.settles for part in parts),
        all(part.intention for part in parts),
        placed.place_deg,
        placed.tests,
    )


def _of_input(d: Difference) -> Observation:
    entry = _entry(d)
    if entry.get("intention"):
        return Observation(INTENTION, intention=True)
    if "how" in entry:
        settles = bool(entry.get("settles"))
        words = entry["how"] if settles else f"No observation can, for {entry['how']}"
        return Observation(words[0].upper() + words[1:], settles)
    if entry["subject"] == SPEED and d.is_number and (tested := _tested(*sorted(d.numbers))):
        return tested
    return _by_means(entry["subject"])


def _by_means(subject: str) -> Observation:
    """Return the means that asks least of the other side, of those that bear on a subject most strongly."""
    by_id = {m.id: m for m in means()}
    bearing = [(by_id[name], *by_id[name].bears[subject]) for name in _table()["order"]]
    for m, force, why in bearing:
        if force == "directly":
            return Observation(f"{m.name[0].upper()}{m.name[1:]}{f': {why}' if why else ''}", settles=True)
    partly = [f"{m.name} in part ({why})" for m, force, why in bearing if force == "partly"]
    return Observation(f"Nothing settles it; {partly[-1]}" if partly else "No observation can")


@cache
def _tested(low_km_s: float, high_km_s: float) -> Observation | None:
    """Return how many watched tests tell two burnout speeds apart to 95 %, and where the observer stands; None where no test can be flown.

    The interceptor is flown at the lower speed and the limit lies midway, so that a mean below it speaks for one side and above for the
    other; the spread from missile to missile is that of the test's file. A test shows the speed that is flown, not the greatest.
    """
    settings = [f"interceptor.burnout_speed_km_s={low_km_s}", f"planner.step_deg={STEP_DEG}"]
    try:
        test = load_flight_test(TEST, settings)
        planned = plan(test)
    except InputError:
        return None
    tried = []
    for option in test.options:
        best = error_map(test, planned.meeting, planned.areas, option.id)
        needed = _needed(best.best.speed_m_s, test.claim.spread_share, low_km_s, high_km_s)
        tried.append((needed, option.name, best))
        if needed == 1:
            break
    needed, name, best = min(tried, key=lambda each: each[0])
    lat, lon = best.best_deg
    tests = f"{needed} watched flight test{'s' if needed > 1 else ''}"
    place = f"{abs(lat):.1f} {'N' if lat >= 0 else 'S'}, {abs(lon):.1f} {'E' if lon >= 0 else 'W'}"
    words = f"{tests} at full speed: {name} at {place} measures the speed to {best.best.speed_m_s:.0f} m/s (as in {test.title})"
    return Observation(words[0].upper() + words[1:], settles=True, place_deg=(lat, lon), tests=needed)


def _needed(sigma_m_s: float, spread_share: float, low_km_s: float, high_km_s: float) -> int:
    """Return the tests that tell the two speeds apart, whichever is true: the error at the higher one is taken for both."""
    half = 0.5e3 * (high_km_s - low_km_s)
    return int(
        tests_needed(
            sigma_m_s=sigma_m_s, spread_share=spread_share, true_m_s=1e3 * high_km_s,
            limit_m_s=1e3 * high_km_s + half, certainty=CERTAINTY,
        )
    )  # fmt: skip


def observations(claims: Sequence[Stated]) -> tuple[Observation, ...]:
    """Return what would settle each of some claims."""
    return tuple(observation(claim) for claim in claims)
