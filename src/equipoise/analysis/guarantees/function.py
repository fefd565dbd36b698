"""Clauses of kind function: no strategic path may be engaged with more than the stated time to spare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis.exposure import DECIDING, Engaged, OverRange, engaged_in, over_range
from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.guarantees.counterexample import Counterexample, counterexample
from equipoise.analysis.guarantees.margin import Margin
from equipoise.engagement.bounds import at_ends
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.status import TOGETHER
from equipoise.foundation.units import UNITS
from equipoise.model.clause import Clause
from equipoise.model.fields import End
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import on_the_way

BEYOND_REACH = "No strategic path comes within any interceptor's reach."
NEAR_S = 30.0
"""Bases and families with a path within this of the limit are looked at again: more than a path errs from its input's sign."""
HALVINGS = 4
"""Times that the way from nominal to one end of a range is halved to find where a verdict flips."""


@dataclass(frozen=True)
class Asked:
    """The days that a guarantee is judged on, and what the defenders can do on each over the whole range of the inputs."""

    days: tuple[date, ...]
    families: tuple[str, ...]
    over: OverRange


def ask(scenario: Scenario, days: Sequence[date], families: Sequence[str]) -> Asked:
    """Return what the clauses of kind function are judged by.

    ``families`` names the path families.
    """
    return Asked(tuple(days), tuple(families), over_range(scenario, days, families))


def function_margin(scenario: Scenario, clause: Clause, day: int, asked: Asked) -> Margin:
    """Return the margin in s on a day (index): the clause's slack less the largest slack of any path, nominally and at both ends.

    The ends are those of the defence's inputs and of the missiles'. A path out of reach at any time has no slack; where all
    are, the margin is infinite.
    """
    most = clause.slack_at_most_s
    assert most is not None
    found = [asked.over.of_slack(end, day) for end in ENDS]
    margins = [float(most - one.largest(day)[0]) for one in found]
    low, nominal, high = min(margins), margins[1], max(margins)
    broken = nominal < 0.0
    deciding = _deciding(scenario, asked, day, most, broken=broken) if low < 0.0 <= high else ""
    element = _element(_shown(asked.over, day, nominal, low), day)
    return Margin(
        low, nominal, high, "s", deciding, element, BEYOND_REACH if np.isinf(low) else "", asked.over.covered
    )


ENDS: tuple[End, ...] = ("favourable", "nominal", "against")


def _shown(over: OverRange, day: int, nominal: float, low: float) -> Engaged:
    """Return where the path that is shown is flown: nominally when that breaks the clause or nothing does, else at the end."""
    if nominal < 0.0 or low >= 0.0:
        return over.nominal
    return max((over.of_slack(end, day) for end in ENDS), key=lambda one: one.largest(day)[0])


def _element(one: Engaged, day: int) -> Mapping[str, Any]:
    slack, path = one.largest(day)
    if not np.isfinite(slack):
        return {}
    family, base, _ = np.unravel_index(path, one.arcs.shape)
    site = one.outcomes.site[path, day]
    return {
        "base": one.arcs.bases[base],
        "family": one.arcs.families[family],
        "site": one.outcomes.sites[site] if site >= 0 else "",
        "flight": path,
        "slack_s": round(slack, 1),
    }


def shown_engagement(day: int, asked: Asked, found: Margin) -> Counterexample | None:
    """Return the flight and engagement behind a margin: nominal when that is broken, else at the end that breaks it.

    ``day`` is the place of the day among those that were asked about.
    """
    if "flight" not in found.element:
        return None
    one = _shown(asked.over, day, found.nominal, found.low)
    arcs = one.arcs
    family, base, aim = np.unravel_index(int(found.element["flight"]), arcs.shape)
    path = arcs.paths[int(family) * len(arcs.bases) + int(base)][np.array([aim])]
    command = defender(one.scenario, asked.days[day])
    return counterexample(path, command, base=arcs.bases[base], family=arcs.families[family], boost="value")


@dataclass(frozen=True)
class _Trial:
    """What is asked when one input moves: the bases, families and aims that matter, the day, and the limit."""

    scenario: Scenario
    families: tuple[str, ...]
    aims: np.ndarray
    day: date
    most_s: float
    broken: bool

    def flipped(self, moved: Sequence[Scenario]) -> list[Engaged | None]:
        """Return for each scenario what turns the verdict in it, or None."""
        found = engaged_in(moved, [self.day], self.families, self.aims)
        return [one if (one.largest(0)[0] > self.most_s) != self.broken else None for one in found]


def _deciding(scenario: Scenario, asked: Asked, day: int, most_s: float, *, broken: bool) -> str:
    """Return each input that flips the verdict alone, and where."""
    trial = _that_matter(scenario, asked, day, most_s, broken=broken)
    end: End = "against" if broken else "favourable"
    tried = [
        (name, moved)
        for name, keys in DECIDING.items()
        for moved in at_ends(trial.scenario, end, *keys)
        if moved != trial.scenario
    ]
    turned = trial.flipped([moved for _, moved in tried])
    said: dict[str, str] = {}
    for (name, moved), flipped in zip(tried, turned, strict=True):
        if flipped is not None and name not in said:
            said[name] = _flip(trial, moved, name)
    return "; ".join(said.values()) or TOGETHER


def _that_matter(scenario: Scenario, asked: Asked, day: int, most_s: float, *, broken: bool) -> _Trial:
    """Return the trial with the bases, families and aims that come near the limit: now, or where the slack is largest.

    One input at the end that hurts the defence gives no path more slack than it has nominally, and one at the end that helps
    it no more than all at theirs do.
    """
    ends: tuple[End, ...] = ("nominal",) if broken else ("nominal", "favourable")
    found = [asked.over.at(end, day) for end in ends]
    paths = np.any([(one.slack(day) > most_s - NEAR_S).reshape(one.arcs.shape) for one in found], axis=0)
    near, aims = np.any(paths, axis=-1), np.flatnonzero(np.any(paths, axis=(0, 1)))
    bases = tuple(base for base, some in zip(scenario.bases, np.any(near, axis=0), strict=True) if some)
    families = tuple(f for f, some in zip(asked.families, np.any(near, axis=1), strict=True) if some)
    return _Trial(replace(scenario, bases=bases), families, aims, asked.days[day], most_s, broken)


def _flip(trial: _Trial, moved: Scenario, name: str) -> str:
    """Return an input and the value, on the way from nominal to one end of its range, at which the verdict flips."""
    inner, outer = 0.0, 1.0
    turned = trial.flipped([moved])[0]
    for _ in range(HALVINGS):
        middle = 0.5 * (inner + outer)
        found = trial.flipped([on_the_way(trial.scenario, moved, middle, DECIDING[name])])[0]
        inner, outer, turned = (middle, outer, turned) if found is None else (inner, middle, found)
    assert turned is not None
    steps = [on_the_way(trial.scenario, moved, share, DECIDING[name]) for share in (inner, outer)]
    (first, of), (last, _) = (_value(step, turned, name) for step in steps)
    low, high = sorted((first.value, last.value))
    return f"{name}{of}: the verdict flips between {low:.3g} and {high:.3g} {UNITS[last.unit].symbol}"


def _value(scenario: Scenario, one: Engaged, name: str) -> tuple[Quantity, str]:
    """Return the quantity of an input behind the largest slack of ``one``, and whose it is in words."""
    _, path = one.largest(0)
    _, base, _ = np.unravel_index(path, one.arcs.shape)
    site = one.outcomes.sites[int(one.outcomes.site[path, 0])]
    for key in DECIDING[name]:
        table, field = key.split(".")
        if table == "assumption":
            return getattr(scenario.assumptions, field), ""
        if table == "missile":
            missile = scenario.find("base", one.arcs.bases[base]).missile
            return getattr(scenario.find("missile", missile), field), f" {missile}"
        found = getattr(scenario.find("interceptor", scenario.find("site", site).interceptor), field)
        if found is not None:
            return found, f" at {site}"
    raise AssertionError(f"{name} has no value")
