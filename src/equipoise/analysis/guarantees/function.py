"""Clauses of kind function: no strategic path may be engaged with more than the stated time to spare."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis.exposure import DECIDING, Arcs, defender
from equipoise.analysis.guarantees.counterexample import Counterexample, counterexample
from equipoise.analysis.guarantees.margins import Margin
from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Command, Interceptor, Timing
from equipoise.foundation.units import from_si
from equipoise.model.clause import Clause
from equipoise.model.fields import End
from equipoise.scenario.load import Scenario

BEYOND_REACH = "No strategic path comes within any interceptor's reach."
NEAR_S = 30.0
"""Paths within this of the limit are looked at again: far more than the fly-out law errs by."""
STEPS = 16
"""Parts into which the way from nominal to one end of a range is divided to find where a verdict flips."""
TIMING = {
    "track time needed after burnout": ("track_s", "s"),
    "decision time": ("decision_s", "s"),
    "interceptor reaction time": ("reaction_s", "s"),
}
INTERCEPTOR = {
    "interceptor burnout speed": ("burnout_speed_m_s", "km_s"),
    "interceptor burn time": ("burn_time_s", "s"),
    "kill floor": ("floor_m", "km"),
    "kill ceiling": ("ceiling_m", "km"),
    "kill-vehicle life": ("life_s", "s"),
}
"""Field of a command and unit of each of :data:`~equipoise.analysis.exposure.cases.DECIDING`."""


def function_margin(scenario: Scenario, clause: Clause, day: date, arcs: Arcs) -> Margin:
    """Return the margin in s: the clause's slack less the largest slack of any path, at both ends and nominally.

    A path out of reach at any time has no slack; where all are, the margin is infinite.
    """
    most = clause.slack_at_most_s
    assert most is not None
    commands = [defender(scenario.at_end(end), day) for end in ("favourable", "nominal", "against")]
    found = engage(arcs.paths, commands)
    slack = np.where(np.isnan(found.slack_s), -np.inf, found.slack_s)
    flight = slack.argmax(axis=0)
    low, nominal, high = (float(most - slack[flight[k], k]) for k in range(3))
    broken = nominal < 0.0
    deciding = ""
    if low < 0.0 <= high:
        near = _picked(arcs, slack[:, 1 if broken else 0] > most - NEAR_S)
        deciding = _deciding(scenario, day, near, most, broken=broken)
    shown = 1 if broken or low >= 0.0 else 0
    k = found.site[flight[shown], shown]
    element = _element(
        arcs, int(flight[shown]), found.sites[k] if k >= 0 else "", float(slack[flight[shown], shown])
    )
    return Margin(low, nominal, high, "s", deciding, element, BEYOND_REACH if np.isinf(low) else "")


def _picked(arcs: Arcs, wanted: np.ndarray) -> list[Paths]:
    """Return the parts of the paths that a mask (n,) picks, in their order; parts without any are left out."""
    ends = np.cumsum([0, *(len(part) for part in arcs.paths)])
    inside = [np.flatnonzero(wanted[low:high]) for low, high in itertools.pairwise(ends)]
    return [part[which] for part, which in zip(arcs.paths, inside, strict=True) if which.size]


def _deciding(scenario: Scenario, day: date, near: list[Paths], most_s: float, *, broken: bool) -> str:
    """Return each parameter that flips the verdict alone, and where.

    ``near`` are the paths that can matter: one parameter at its worse end gives no path more slack than it has
    nominally, and one at its better end no more than all at their better ends.
    """
    names = [*TIMING, *INTERCEPTOR]
    nominal = defender(scenario, day)
    worse: End = "against" if broken else "favourable"
    ends = [defender(scenario.at_end(worse, *DECIDING[name]), day) for name in names]
    slack, _ = _largest(near, ends)
    flipped = [k for k in range(len(names)) if (slack[k] > most_s) != broken]
    said = [_flip(near, nominal, ends[k], names[k], most_s, broken=broken) for k in flipped]
    return "; ".join(said) or "several parameters together, none alone"


def _largest(paths: Sequence[Paths], commands: Sequence[Command]) -> tuple[np.ndarray, list[str]]:
    """Return, for each command, the largest slack (-inf out of reach) and the site that has it."""
    found = engage(paths, commands)
    slack = np.where(np.isnan(found.slack_s), -np.inf, found.slack_s)
    flight, columns = slack.argmax(axis=0), np.arange(len(commands))
    site = found.site[flight, columns]
    return slack[flight, columns], [found.sites[k] if k >= 0 else "" for k in site]


def _element(arcs: Arcs, flight: int, site: str, slack: float) -> Mapping[str, Any]:
    if not np.isfinite(slack):
        return {}
    family, base, _ = np.unravel_index(flight, arcs.shape)
    return {
        "base": arcs.bases[base],
        "family": arcs.families[family],
        "site": site,
        "flight": flight,
        "slack_s": round(slack, 1),
    }


def shown_engagement(scenario: Scenario, day: date, arcs: Arcs, found: Margin) -> Counterexample | None:
    """Return the flight and engagement behind a margin: nominal when that is broken, else at the end that breaks it."""
    if "flight" not in found.element:
        return None
    end: End = "nominal" if found.nominal < 0.0 or found.low >= 0.0 else "favourable"
    family, base, aim = np.unravel_index(int(found.element["flight"]), arcs.shape)
    one = arcs.paths[int(family) * len(arcs.bases) + int(base)][np.array([aim])]
    command = defender(scenario.at_end(end), day)
    return counterexample(one, command, base=arcs.bases[base], family=arcs.families[family], boost="value")


def _flip(
    paths: Sequence[Paths], nominal: Command, end: Command, name: str, most_s: float, *, broken: bool
) -> str:
    """Return a parameter and the value, on the way from nominal to one end of its range, at which the verdict flips."""
    shares = np.linspace(0.0, 1.0, STEPS + 1)[1:]
    slack, sites = _largest(paths, [blended(nominal, end, float(share)) for share in shares])
    k = int(np.argmax((slack > most_s) != broken))
    between = [
        _value(blended(nominal, end, float(share)), name, sites[k])
        for share in (shares[k] - 1 / STEPS, shares[k])
    ]
    low, high = sorted(between)
    unit = (TIMING | INTERCEPTOR)[name][1].replace("km_s", "km/s")
    spoken = name + (f" at {sites[k]}" if name in INTERCEPTOR else "")
    return f"{spoken}: the verdict flips between {low:.3g} and {high:.3g} {unit}"


def _value(command: Command, name: str, site: str) -> float:
    if name in TIMING:
        return float(getattr(command.timing, TIMING[name][0]))
    key, unit = INTERCEPTOR[name]
    battery = next(b for b in command.batteries if b.site == site)
    return from_si(float(getattr(battery.interceptor, key)), unit)


def blended(nominal: Command, end: Command, share: float) -> Command:
    """Return the command whose delays and interceptors lie that share of the way from one command to another."""

    def mix(a: Any, b: Any, kind: type) -> Any:
        values = {f.name: (getattr(a, f.name), getattr(b, f.name)) for f in fields(kind)}
        return kind(**{k: x if x == y else x + share * (y - x) for k, (x, y) in values.items()})

    pairs = zip(nominal.batteries, end.batteries, strict=True)
    batteries = tuple(
        replace(b, interceptor=mix(b.interceptor, c.interceptor, Interceptor)) for b, c in pairs
    )
    return replace(nominal, batteries=batteries, timing=mix(nominal.timing, end.timing, Timing))
