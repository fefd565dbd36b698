"""Strategic paths against the unhindered defence over the whole range of both sides' inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

import numpy as np

from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import Arcs, strategic_arcs
from equipoise.engagement.bounds import at_ends, coverage
from equipoise.engagement.engage import Outcomes, Paths, engage
from equipoise.engagement.records import Command
from equipoise.foundation.remember import remember
from equipoise.foundation.status import Reason
from equipoise.model.fields import End
from equipoise.scenario.load import Scenario

ENDS: tuple[End, ...] = ("against", "nominal", "favourable")
SURVEYED = 4
"""Every so many aims are flown in each scenario of an end, to find the one in which all are."""


Extreme = Literal["slack", "number"]
"""Where an end of the ranges lies: where the largest slack is least or greatest, or the number of paths engaged."""


@dataclass(frozen=True)
class Engaged:
    """One scenario: its paths, flattened as in :class:`Arcs`, and the defenders' outcomes, one column for each day."""

    scenario: Scenario
    arcs: Arcs
    outcomes: Outcomes

    def slack(self, day: int) -> np.ndarray:
        """Return the slack (n,) in s on a day; -inf where the path cannot be reached at any time, or is not flown."""
        found = self.outcomes.slack_s[:, day]
        return np.where(np.isnan(found), -np.inf, found)

    def largest(self, day: int) -> tuple[float, int]:
        """Return the largest slack in s on a day, -inf for none, and the index of its path."""
        slack = self.slack(day)
        at = int(slack.argmax())
        return float(slack[at]), at

    def rank(self, day: int, of: Extreme) -> tuple[float, float]:
        """Return what orders scenarios on a day from bad to good for the defence."""
        slack, number = self.largest(day)[0], float(self.engaged(day).sum())
        return (slack, number) if of == "slack" else (number, slack)

    def engaged(self, day: int) -> np.ndarray:
        """Return which paths (families, bases, aims) are engaged on a day."""
        return (self.outcomes.reason[:, day] == Reason.ENGAGED).reshape(self.arcs.shape)


@dataclass(frozen=True)
class OverRange:
    """What the defence can do with every input nominal, and, by day, in the scenario at either end of the ranges."""

    nominal: Engaged
    covered: str
    ends: Mapping[tuple[End, Extreme], tuple[Engaged, ...]]

    def at(self, end: End, day: int, of: Extreme = "slack") -> Engaged:
        """Return what belongs to an end and a day."""
        return self.nominal if end == "nominal" else self.ends[end, of][day]


def over_range(scenario: Scenario, days: Sequence[date], families: Sequence[str]) -> OverRange:
    """Return what the defenders on some days can do to the paths of some families, over the whole range of the inputs.

    Of the scenarios at an end (:func:`equipoise.engagement.bounds.at_ends`) the one counts that is least or greatest on
    every :data:`SURVEYED`-th aim.
    """
    flown = {base.missile for base in scenario.bases}
    scenario = replace(scenario, missiles=tuple(m for m in scenario.missiles if m.id in flown))
    nominal = engaged_in([scenario], days, families)[0]
    return OverRange(
        nominal,
        f"{coverage(scenario)}, found on every {SURVEYED}th aim and flown to all",
        _extremes(scenario, "against", days, families) | _extremes(scenario, "favourable", days, families),
    )


def _extremes(
    scenario: Scenario, end: End, days: Sequence[date], families: Sequence[str]
) -> dict[tuple[End, Extreme], tuple[Engaged, ...]]:
    """Return for each day the scenarios of an end that count."""
    tried = at_ends(scenario, end)
    surveyed = engaged_in(tried, days, families, every=SURVEYED) if len(tried) > 1 else []
    pick = min if end == "against" else max
    chosen = {
        of: [
            pick(range(len(surveyed)), key=lambda i: surveyed[i].rank(k, of), default=0)
            for k in range(len(days))
        ]
        for of in get_args(Extreme)
    }
    distinct = list(dict.fromkeys(i for by_day in chosen.values() for i in by_day))
    full = dict(zip(distinct, engaged_in([tried[i] for i in distinct], days, families), strict=True))
    return {(end, of): tuple(full[i] for i in by_day) for of, by_day in chosen.items()}


def engaged_in(
    scenarios: Sequence[Scenario], days: Sequence[date], families: Sequence[str], *, every: int = 1
) -> list[Engaged]:
    """Return what the defenders of each scenario can do; scenarios with the same missiles share their paths.

    With ``every`` only each so many aims are flown.
    """
    together: list[tuple[Arcs, list[int]]] = []
    for i, scenario in enumerate(scenarios):
        for _, members in together:
            if scenarios[members[0]].missiles == scenario.missiles:
                members.append(i)
                break
        else:
            together.append((strategic_arcs(scenario, families, every=every), [i]))
    found: dict[int, Engaged] = {}
    for arcs, members in together:
        commands = tuple(defender(scenarios[i], day) for i in members for day in days)
        outcomes = _engaged(arcs.paths, commands)
        for k, i in enumerate(members):
            columns = outcomes.columns(np.arange(len(days)) + k * len(days))
            found[i] = Engaged(scenarios[i], arcs, columns)
    return [found[i] for i in range(len(scenarios))]


@remember(limit_mb=200)
def _engaged(paths: tuple[Paths, ...], commands: tuple[Command, ...]) -> Outcomes:
    """Exposure and the clauses on function ask the same of the same paths."""
    return engage(paths, commands)


def with_extremes(by_end: np.ndarray) -> np.ndarray:
    """Return values (phases, ends, ...) with the least and the greatest of the three at the outer ends.

    Who is reached hangs on the missile, so that a share need not be least where the slack is.
    """
    return np.stack([by_end.min(axis=1), by_end[:, 1], by_end.max(axis=1)], axis=1)
