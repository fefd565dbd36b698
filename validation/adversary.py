"""An adversary of certified guarantees: permitted systems, drawn and climbed, against flights of the full engagement model.

It shares nothing with a certificate but the question: what a guarantee permits is drawn from the clauses again, launch during
boost included. Claims from which one part of the permitted set or of the flights was left out must fall to it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.guarantees.arcs import VARIED, WITH_THRUST, Group
from equipoise.analysis.guarantees.cases import Question, question
from equipoise.analysis.guarantees.places import place_margin_km
from equipoise.analysis.guarantees.pool import Design, slack_against
from equipoise.analysis.guarantees.search import certify
from equipoise.analysis.guarantees.worst import attained, random_designs
from equipoise.checkers.certificate.verify import check
from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths
from equipoise.foundation.status import FlightStatus
from equipoise.model.systems import Base
from equipoise.scenario.aims import aims
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import Scenario, load_scenario

CERTIFIED = ("sufficient", "needlessly-strict")
"""The built-in drafts that have a certificate."""
ENGAGEMENTS = 10_000_000
"""Engagements in all, over every certified draft."""
DESIGNS, FLIGHTS = 48, 100
KEPT = 6
"""Best designs so far, near which half of the next are drawn."""
AT_LIMITS = 0.5
"""Share of drawn systems that are as fast and early as is permitted: random draws seldom are."""
AT_ENDS = 0.5
"""Share of draws of a missile's range that stand at one of its ends, where violations are."""
SOON_S = 300.0
"""A planted fault must fall within this time."""
CASES = Path(__file__).resolve().parent.parent / "tests/data/guarantees"


@dataclass(frozen=True)
class Attack:
    """Engagements tried and won (slack at or above what is allowed), the most slack beyond that, and the time taken in s."""

    tried: int
    won: int
    most_s: float
    seconds: float


def rows() -> list[dict[str, Any]]:
    """Return a row for each certified draft, the flights outside its cells, and each planted fault."""
    found = []
    for name in CERTIFIED:
        asked = question(load_scenario(name))
        certificate = certify(asked.said).certificate
        assert certificate is not None
        check(certificate)
        found.append(_sound(name, attack(asked, engagements=ENGAGEMENTS // len(CERTIFIED))))
        outside, flown = uncovered(asked, asked.flights, np.random.default_rng(3))
        found.append(
            _row(f"{name}.cells-without-gaps", f"flights to random aims outside every cell, of {flown}", outside, "flights", "0", outside == 0)
        )  # fmt: skip
    for name, (what, plant) in PLANTED.items():
        began = time.process_time()
        won = plant()
        spent = time.process_time() - began
        found.append(
            _row(f"planted.{name}", f"{what}: violations found in {spent:.0f} s of processor time", won, "violations", "at least 1 within 300 s",
                 won > 0 and spent <= SOON_S)
        )  # fmt: skip
    return found


def _row(name: str, what: str, value: float, unit: str, bar: str, holds: bool) -> dict[str, Any]:
    source = "engagement model: boosts, fly-outs, flights with J2 and air, aims between the grid's (rank 4)"
    row = {"id": f"adversary.{name}", "what": what, "value": value, "unit": unit, "bar": bar}
    return row | {"holds": bool(holds), "source": source}


def _sound(name: str, found: Attack) -> dict[str, Any]:
    what = (
        f"engagements won by permitted systems of the certified draft among {found.tried}, drawn and climbed "
        f"(nearest: {-found.most_s:.0f} s too late)"
    )
    enough = found.tried >= ENGAGEMENTS // len(CERTIFIED)
    return _row(f"{name}.certified-sound", what, found.won, "engagements", "0", found.won == 0 and enough)


def attack(
    asked: Question, *, engagements: int, seconds: float = np.inf, seed: int = 7, until_won: bool = False
) -> Attack:
    """Return what permitted systems do to flights that the question asks about, after so many engagements or seconds.

    Half of the systems of a round are drawn from all that is permitted, half near the best so far. With ``until_won`` the first
    round with an engagement at the allowed slack or more is the last.
    """
    rng, began = np.random.default_rng(seed), time.monotonic()
    flights = random_flights(asked.scenario, rng)
    tried, won, most, best = 0, 0, -np.inf, []
    while tried < engagements and time.monotonic() - began < seconds and not (until_won and won):
        _, part = next(flights)
        designs = [*_drawn(asked, rng, DESIGNS // 2), *_near(asked, rng, best, DESIGNS // 2)]
        slack = slack_against([part], part.flights.burn_time_s, designs, asked.system) - asked.system.slack_s
        tried, won = tried + slack.size, won + int((slack >= 0.0).sum())
        most = max(most, float(slack.max()))
        ranked = [*best, *zip(slack.max(axis=0).tolist(), designs, strict=True)]
        best = sorted(ranked, key=lambda one: -one[0])[:KEPT]
    return Attack(tried, won, most, time.monotonic() - began)


def _drawn(asked: Question, rng: np.random.Generator, n: int) -> list[Design]:
    designs = random_designs(asked.system, rng, n)
    return [_at_limits(d, asked) if rng.random() < AT_LIMITS else d for d in designs]


def _at_limits(design: Design, asked: Question) -> Design:
    return replace(design, speed_m_s=asked.system.speed_m_s, wait_s=0.0)


def _near(
    asked: Question, rng: np.random.Generator, best: list[tuple[float, Design]], n: int
) -> list[Design]:
    """Return permitted designs at the limits, near the best so far; drawn ones where there is none."""
    if not best:
        return _drawn(asked, rng, n)
    seeds = [best[k][1] for k in rng.integers(len(best), size=4 * n)]
    step = rng.choice([0.1, 0.5, 2.0], size=(4 * n, 1)) * rng.normal(size=(4 * n, 2))
    places = np.array([(d.lat_deg, d.lon_deg) for d in seeds]) + step
    inside = np.flatnonzero(asked.system.region.contains(places[:, 0], places[:, 1]))[:n]
    low, high = asked.system.burn_time_s
    burn = np.clip([seeds[k].burn_time_s for k in inside] + rng.normal(0.0, 10.0, len(inside)), low, high)
    near = [
        _at_limits(replace(seeds[k], lat_deg=float(places[k, 0]), lon_deg=float(places[k, 1]), burn_time_s=float(b)), asked)
        for k, b in zip(inside, burn, strict=True)
    ]  # fmt: skip
    return near + _drawn(asked, rng, n - len(near))


def random_flights(
    scenario: Scenario, rng: np.random.Generator, n: int = FLIGHTS
) -> Iterator[tuple[str, Paths]]:
    """Yield a base and flights from a place of it to random aims about the aim grid, in a random family, each of the missile's
    ranges drawn alone: at one of its ends as often as between them."""
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    half = 0.5 * scenario.head.aim_step_deg
    grid = aims(scenario)
    while True:
        base = scenario.bases[rng.integers(len(scenario.bases))]
        known = scenario.find("missile", base.missile)
        drawn = {}
        for key in (*VARIED, *WITH_THRUST):
            quantity = getattr(known, key)
            inside, end = rng.uniform(quantity.low, quantity.high), rng.choice([quantity.low, quantity.high])
            drawn[key] = replace(quantity, value=float(end if rng.random() < AT_ENDS else inside))
        aim = grid[rng.integers(len(grid), size=n)] + rng.uniform(-half, half, (n, 2))
        family = str(rng.choice(FAMILIES))
        paths = kernel_inputs.solve(known.but(**drawn), _place(base, rng), np.radians(aim), family, earth)
        good = np.flatnonzero(paths.status == FlightStatus.OK)
        if good.size >= n // 2:
            yield base.id, paths[good]


def _place(base: Base, rng: np.random.Generator) -> np.ndarray:
    """Return a place of a base (rad): anywhere in one of its areas, or its own."""
    if not base.area_deg:
        return np.radians([base.lat_deg, base.lon_deg])
    south, west, north, east = base.area_deg[rng.integers(len(base.area_deg))]
    return np.radians([rng.uniform(south, north), rng.uniform(west, east)])


def uncovered(
    asked: Question, cells: tuple[Group, ...], rng: np.random.Generator, rounds: int = 100
) -> tuple[int, int]:
    """Return how many random flights lie in none of the cells, and how many were flown."""
    flights, outside, flown = random_flights(asked.scenario, rng), 0, 0
    for _ in range(rounds):
        base, paths = next(flights)
        held = np.zeros(len(paths), dtype=bool)
        for group in cells:
            if group.base == base:
                held |= group.holds(paths)
        flown, outside = flown + held.size, outside + int((~held).sum())
    return outside, flown


def _won(truth: Question) -> int:
    """Return engagements that what is permitted wins, up to the first round with one."""
    return attack(truth, engagements=ENGAGEMENTS, seconds=SOON_S, until_won=True).won


def scope_undone() -> int:
    """Return violations where a zone binds one interceptor: it was once certified as if it bound all."""
    return _won(_case("zone-for-one-interceptor"))


def early_launch_undone() -> int:
    """Return violations where no clause forbids a launch during boost: it was once certified for launches after burnout."""
    return _won(_case("early-launch-plan"))


def ranges_undone() -> int:
    """Return violations of a slack that no nominal flight exceeds, by flights over the whole ranges of their missiles."""
    truth = question(load_scenario("too-weak"))
    nominal = truth.pool.pick(np.flatnonzero(truth.pool.boost == 0))
    most = attained(nominal, truth.system).slack_s + 1.0
    system = replace(truth.system, slack_s=most)
    return attack(replace(truth, system=system), engagements=ENGAGEMENTS, seconds=SOON_S, until_won=True).won


def places_undone() -> int:
    """Return places of a ship that break a clause which the corners of its box keep."""
    scenario, rng = load_scenario(str(CASES / "ship-box.toml")), np.random.default_rng(7)
    (ship,) = (s for s in scenario.sites if s.id == "fleet")
    (south, west, north, east), won = ship.box_deg[0], 0
    for clause in clauses_of(scenario):
        corners = [(lat, lon) for lat in (south, north) for lon in (west, east)]
        if min(place_margin_km(scenario, clause, *at)[0] for at in corners) < 0.0:
            continue
        at = np.stack([rng.uniform(south, north, 200), rng.uniform(west, east, 200)], axis=1)
        won += sum(place_margin_km(scenario, clause, *place)[0] < 0.0 for place in at.tolist())
    return won


def cells_undone() -> int:
    """Return flights outside cells that cover the nominal place of burnout alone."""
    asked = question(load_scenario("sufficient"))
    narrow = tuple(replace(g, cell=g.cell | _middle(g)) for g in asked.flights)
    return uncovered(asked, narrow, np.random.default_rng(3), rounds=10)[0]


def _middle(group: Group) -> dict[str, tuple[float, float]]:
    """Return the middle tenth of a cell's burnout altitude and downrange."""
    found = {}
    for axis in ("burnout_altitude_m", "burnout_downrange_m"):
        low, high = group.cell[axis]
        found[axis] = (low + 0.45 * (high - low), high - 0.45 * (high - low))
    return found


def _case(name: str) -> Question:
    return question(load_scenario(str(CASES / f"{name}.toml")))


PLANTED: dict[str, tuple[str, Callable[[], int]]] = {
    "scope": ("a zone for one interceptor taken to bind all", scope_undone),
    "early-launch": ("launch during boost left out of what is permitted", early_launch_undone),
    "ranges": ("the missile's ranges left out", ranges_undone),
    "places": ("a ship judged at the corners of its box", places_undone),
    "cells": ("cells with gaps in burnout altitude and downrange", cells_undone),
}
"""Parts of what a guarantee permits, or asks about, that were once left out."""
