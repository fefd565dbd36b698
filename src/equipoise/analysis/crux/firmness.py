"""Whether a side's verdict stands over all the ranges that it states, by the bounds that exposure, balance and clauses have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from equipoise.analysis.balance.forces import ALERTS, Alert
from equipoise.analysis.balance.study import FLOWN, Case, truth_at
from equipoise.analysis.crux.parts import Part
from equipoise.analysis.crux.verdicts import NEUTRALISED, Verdict
from equipoise.analysis.exposure.ranges import ENDS, Engaged, OverRange, over_range
from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.verdicts import families
from equipoise.engagement.bounds import at_ends
from equipoise.foundation.status import Truth
from equipoise.model.fields import End
from equipoise.scenario.load import Scenario

OUTER: tuple[End, End] = ("against", "favourable")


def firm(scenario: Scenario) -> Mapping[str, bool]:
    """Return by verdict whether it is the same wherever the inputs of a scenario are in their ranges; it is at one date.

    What is missing is asked of :class:`OuterEnds`: shares, radars, and exposure where a site may launch during boost.
    """
    day = scenario.phases[-1].date
    found = {
        f"clause.{clause.id}": margin(scenario, clause, day).truth != Truth.UNDETERMINED
        for clause in scenario.clauses
        if clause.kind != "function"
    }
    if not scenario.bases:
        return found
    asked = tuple(dict.fromkeys((FLOWN, *families(scenario))))
    over = over_range(scenario, [day], asked)
    counts = [k for k, name in enumerate(asked) if name in families(scenario)]
    for clause in scenario.clauses:
        if clause.slack_at_most_s is not None:
            most = clause.slack_at_most_s
            found[f"clause.{clause.id}"] = (
                len({_largest_slack_s(over.of_slack(end, 0), counts) <= most for end in ENDS}) == 1
            )
    if not _launches_early(scenario):
        hits = [np.asarray(over.at(end, 0).engaged(0)[counts].any(axis=(0, 2))) for end in ENDS]
        for k, base in enumerate(over.nominal.arcs.bases):
            found[f"exposed.{base}"] = len({bool(hit[k]) for hit in hits}) == 1
    return found | _balanced(scenario, over)


def _largest_slack_s(engaged: Engaged, counts: Sequence[int]) -> float:
    slack = engaged.slack(0).reshape(engaged.arcs.shape)[list(counts)]
    return float(slack.max(initial=-np.inf))


def _balanced(scenario: Scenario, over: OverRange) -> dict[str, bool]:
    """Return whether each verdict on 'neutralised' is the same at both ends of the exposure and of the balance's own inputs."""
    phase = scenario.phases[-1]
    shares: dict[tuple[str, str], dict[str, float]] = {
        (phase.name, end): _share_of_bases(over.at(end, 0)) for end in ENDS
    }
    case, limit = Case(scenario, shares), scenario.balance.neutralised_share.value

    def truth(alert: Alert) -> Truth:
        return truth_at([case.named(end).point(phase, alert).lost for end in ENDS], limit)

    return {NEUTRALISED.format(alert): truth(alert) != Truth.UNDETERMINED for alert in ALERTS}


def _share_of_bases(engaged: Engaged) -> dict[str, float]:
    """Return by base the share of the paths that retaliation flies which can be engaged."""
    exists = engaged.arcs.reached.reshape(engaged.arcs.shape)[0]
    hit = engaged.engaged(0)[0] & exists
    return dict(
        zip(engaged.arcs.bases, (hit.sum(axis=1) / np.maximum(exists.sum(axis=1), 1)).tolist(), strict=True)
    )


def _launches_early(scenario: Scenario) -> bool:
    early = {policy.id for policy in scenario.policies if policy.early}
    return any(site.policy in early for site in scenario.active("site", scenario.phases[-1].date))


@dataclass
class OuterEnds:
    """What the parts of verdicts find in one scenario with its inputs at either end of their ranges, each found once.

    The scenarios at an end are surveyed on some paths, and the extreme one is asked on all. ``tell`` hears how many were looked at.
    """

    scenario: Scenario
    tell: Callable[[int], None] = lambda _done: None
    _known: dict[tuple[str, str, int], list[Any]] = field(default_factory=dict)

    def stands(self, verdict: Verdict, value: float, ours: float, theirs: float) -> bool:
        """Return whether a verdict that has ``value`` with every input as stated stands there at both ends, between the two sides' values."""
        stated = verdict.stands(value, ours, theirs)
        return all(verdict.stands(self._value(verdict, end), ours, theirs) == stated for end in OUTER)

    def _value(self, verdict: Verdict, end: End) -> float:
        tried = self._tried(end, regional=verdict.is_share)
        chosen = 0
        if len(tried) > 1:
            surveyed = [self._find(part, part.survey, tried, f"{end}, surveyed") for part in verdict.parts]
            ranks = [verdict.rank(s, [found[i] for found in surveyed]) for i, s in enumerate(tried)]
            chosen = ranks.index((min if end == "against" else max)(ranks))
        one = tried[chosen : chosen + 1]
        full = [self._find(part, part.find, one, f"{end} {chosen}")[0] for part in verdict.parts]
        return verdict.value(one[0], full)

    def _tried(self, end: End, *, regional: bool) -> tuple[Scenario, ...]:
        """Return the scenarios at an end; only the missiles that fly leave their values."""
        s = self.scenario
        flown = {t.missile for t in s.threats} if regional else {b.missile for b in s.bases}
        return at_ends(replace(s, missiles=tuple(m for m in s.missiles if m.id in flown)), end)

    def _find(
        self,
        part: Part,
        how: Callable[[Sequence[Scenario]], list[Any]],
        tried: Sequence[Scenario],
        which: str,
    ) -> list[Any]:
        key = (part.name, which, len(tried))
        if key not in self._known:
            self._known[key] = how(tried)
            self.tell(len(tried))
        return self._known[key]
