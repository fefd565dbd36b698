"""Strategic paths against the unhindered defence over the whole range of both sides' inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import ALL_AIMS, Arcs, strategic_arcs
from equipoise.engagement.bounds import at_ends, coverage
from equipoise.engagement.engage import Outcomes, Paths, engage
from equipoise.engagement.records import Command
from equipoise.foundation.remember import remember
from equipoise.foundation.status import Reason
from equipoise.model.fields import End
from equipoise.scenario.load import Scenario

ENDS: tuple[End, ...] = ("against", "nominal", "favourable")
SURVEYED = 8
"""Every so many aims are flown in each scenario of an end, to find the one in which all are."""


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

    def rank(self, day: int) -> tuple[int, float]:
        """Return what orders scenarios on a day from bad to good for the defence: paths engaged, then the largest slack."""
        return int(np.sum(self.engaged(day))), self.largest(day)[0]

    def engaged(self, day: int) -> np.ndarray:
        """Return which paths (families, bases, aims) are engaged on a day."""
        return (self.outcomes.reason[:, day] == Reason.ENGAGED).reshape(self.arcs.shape)


@dataclass(frozen=True)
class OverRange:
    """What the defence can do with every input nominal and, by day, at either end of the ranges.

    ``ends`` has the scenario of an end with least or most paths engaged, ``slack`` that with the least or greatest slack.
    """

    nominal: Engaged
    covered: str
    ends: Mapping[End, tuple[Engaged, ...]]
    slack: Mapping[End, tuple[Engaged, ...]]

    def at(self, end: End, day: int) -> Engaged:
        """Return where fewest (against) or most (favourable) paths are engaged on a day."""
        return self.nominal if end == "nominal" else self.ends[end][day]

    def of_slack(self, end: End, day: int) -> Engaged:
        """Return where the largest slack on a day is least (against) or greatest (favourable)."""
        return self.nominal if end == "nominal" else self.slack[end][day]


def over_range(scenario: Scenario, days: Sequence[date], families: Sequence[str]) -> OverRange:
    """Return what the defenders on some days can do to the paths of some families, over the whole range of the inputs.

    The scenarios at an end (:func:`equipoise.engagement.bounds.at_ends`) fly to every :data:`SURVEYED`-th aim, and the one
    that is extreme there, in paths engaged or in slack, flies to all.
    """
    flown = {base.missile for base in scenario.bases}
    scenario = replace(scenario, missiles=tuple(m for m in scenario.missiles if m.id in flown))
    outer: tuple[End, ...] = ("against", "favourable")
    found = {end: _extreme(scenario, end, days, families) for end in outer}
    return OverRange(
        engaged_in([scenario], days, families)[0],
        f"{coverage(scenario)}, tried on every {SURVEYED}th aim and the extreme ones on all",
        {end: full for end, (full, _) in found.items()},
        {end: slack for end, (_, slack) in found.items()},
    )


def _extreme(
    scenario: Scenario, end: End, days: Sequence[date], families: Sequence[str]
) -> tuple[tuple[Engaged, ...], tuple[Engaged, ...]]:
    """Return for each day the scenario of an end with least or most paths engaged, and that with least or greatest slack."""
    tried, pick = at_ends(scenario, end), (min if end == "against" else max)
    surveyed = engaged_in(tried, days, families, slice(None, None, SURVEYED)) if len(tried) > 1 else []
    number = _chosen(pick, [[one.rank(k) for one in surveyed] for k in range(len(days))])
    slack = _chosen(pick, [[one.largest(k)[0] for one in surveyed] for k in range(len(days))])
    distinct = list(dict.fromkeys(number + slack))
    flown = dict(zip(distinct, engaged_in([tried[i] for i in distinct], days, families), strict=True))
    return tuple(flown[i] for i in number), tuple(flown[i] for i in slack)


def _chosen(pick: Callable[..., Any], ranks: Sequence[Sequence[Any]]) -> list[int]:
    """Return the index of the extreme rank on each day; where all are equal, that of the last day, so that few are flown."""
    found = [by_day.index(pick(by_day)) if by_day else 0 for by_day in ranks]
    return [found[-1] if len(set(by_day)) < 2 else i for i, by_day in zip(found, ranks, strict=True)]


def engaged_in(
    scenarios: Sequence[Scenario],
    days: Sequence[date],
    families: Sequence[str],
    which: slice | np.ndarray = ALL_AIMS,
) -> list[Engaged]:
    """Return what the defenders of each scenario can do; scenarios with the same missiles share their paths.

    ``which`` picks the aims that are flown to.
    ``families`` names the path families; ``which`` is a slice or the indices (n,) of the aim cells.
    """
    together: list[tuple[Arcs, list[int]]] = []
    for i, scenario in enumerate(scenarios):
        for _, members in together:
            if scenarios[members[0]].missiles == scenario.missiles:
                members.append(i)
                break
        else:
            together.append((strategic_arcs(scenario, families, which), [i]))
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
    ``by_end`` is (phases, ends, ...), with its three ends in the order of :data:`ENDS`.
    """
    return np.stack([by_end.min(axis=1), by_end[:, 1], by_end.max(axis=1)], axis=1)
