"""Clauses of kind function: no strategic path may be engaged with more than the stated time to spare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis import setup
from equipoise.analysis.command import Command, Interceptor, Timing
from equipoise.analysis.engagement import engage
from equipoise.analysis.exposure import Arcs, defender
from equipoise.analysis.guarantees.counterexample import Counterexample, counterexample
from equipoise.analysis.guarantees.margins import Margin
from equipoise.foundation.units import from_si
from equipoise.model.clause import Clause
from equipoise.scenario.load import Scenario

BEYOND_REACH = "No strategic path comes within any interceptor's reach."
STEPS = 16
"""Parts into which the way from nominal to one end of a range is divided to find where a verdict flips."""
TIMING = {"track": ("track_s", "s"), "decision": ("decision_s", "s"), "reaction": ("reaction_s", "s")}
INTERCEPTOR = {
    "speed": ("burnout_speed_m_s", "km_s"),
    "burn": ("burn_time_s", "s"),
    "floor": ("floor_m", "km"),
    "ceiling": ("ceiling_m", "km"),
    "life": ("life_s", "s"),
}
"""Field and unit of each parameter that can decide: the others do not act on an unhindered command."""


def function_margin(scenario: Scenario, clause: Clause, day: date, arcs: Arcs) -> Margin:
    """Return the margin in s: the clause's slack less the largest slack of any path, at both ends and nominally.

    A path out of reach at any time has no slack; where all are, the margin is infinite.
    """
    assert clause.slack_at_most_s is not None
    names = [*TIMING, *INTERCEPTOR]
    stances = [setup.Stance.all(end) for end in (1, 0, -1)]
    alone = [setup.NOMINAL.with_one(name, end) for end in (-1, 1) for name in names]
    commands = [defender(scenario, day, stance) for stance in (*stances, *alone)]
    slack, flight, site = _largest(arcs, commands)
    low, nominal, high = (clause.slack_at_most_s - slack[k] for k in range(3))
    broken = bool(nominal < 0.0)
    deciding = ""
    if low < 0.0 <= high:
        first = 3 if broken else 3 + len(names)
        flipped = [k for k in range(len(names)) if (clause.slack_at_most_s < slack[first + k]) != broken]
        said = [
            _flip(arcs, commands[1], commands[first + k], names[k], clause.slack_at_most_s, broken=broken)
            for k in flipped
        ]
        deciding = "; ".join(said) or "several parameters together, none alone"
    shown = 1 if broken or low >= 0.0 else 0
    element = _element(arcs, int(flight[shown]), site[shown], float(slack[shown]))
    return Margin(low, nominal, high, "s", deciding, element, BEYOND_REACH if np.isinf(low) else "")


def _largest(arcs: Arcs, commands: Sequence[Command]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return, for each command, the largest slack (-inf out of reach), its path and the site that comes nearest."""
    found = engage(arcs.paths, commands)
    slack = np.where(np.isnan(found.slack_s), -np.inf, found.slack_s)
    flight = slack.argmax(axis=0)
    columns = np.arange(len(commands))
    site = found.site[flight, columns]
    return slack[flight, columns], flight, [found.sites[k] if k >= 0 else "" for k in site]


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
    stance = setup.NOMINAL if found.nominal < 0.0 or found.low >= 0.0 else setup.Stance.all(1)
    family, base, aim = np.unravel_index(int(found.element["flight"]), arcs.shape)
    one = arcs.paths[int(family) * len(arcs.bases) + int(base)][np.array([aim])]
    command = defender(scenario, day, stance)
    return counterexample(one, command, base=arcs.bases[base], family=arcs.families[family], boost="value")


def _flip(arcs: Arcs, nominal: Command, end: Command, name: str, most_s: float, *, broken: bool) -> str:
    """Return a parameter and the value, on the way from nominal to one end of its range, at which the verdict flips."""
    shares = np.linspace(0.0, 1.0, STEPS + 1)[1:]
    slack, _, sites = _largest(arcs, [blended(nominal, end, float(share)) for share in shares])
    k = int(np.argmax((slack > most_s) != broken))
    between = [
        _value(blended(nominal, end, float(share)), name, sites[k])
        for share in (shares[k] - 1 / STEPS, shares[k])
    ]
    low, high = sorted(between)
    unit = (TIMING | INTERCEPTOR)[name][1].replace("km_s", "km/s")
    spoken = setup.SPOKEN[name] + (f" at {sites[k]}" if name in INTERCEPTOR else "")
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
