"""Whether a side's verdict stands over all the ranges that it states, by the bounds that exposure and clauses have."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from equipoise.analysis.exposure.ranges import ENDS, over_range
from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.verdicts import families
from equipoise.foundation.status import Truth
from equipoise.scenario.load import Scenario


def firm(scenario: Scenario) -> Mapping[str, bool]:
    """Return by verdict whether it is the same wherever the inputs of a scenario are in their ranges; it is at one date.

    Verdicts that are missing were not looked at: shares and the balance, and exposure where a site may launch during boost.
    """
    day = scenario.phases[-1].date
    found = {
        f"clause.{clause.id}": margin(scenario, clause, day).truth != Truth.UNDETERMINED
        for clause in scenario.clauses
        if clause.kind != "function"
    }
    if not scenario.bases:
        return found
    asked = families(scenario)
    over = over_range(scenario, [day], asked)
    for clause in scenario.clauses:
        if clause.slack_at_most_s is not None:
            most = clause.slack_at_most_s
            found[f"clause.{clause.id}"] = (
                len({over.of_slack(end, 0).largest(0)[0] <= most for end in ENDS}) == 1
            )
    if not _launches_early(scenario):
        hits = [np.asarray(over.at(end, 0).engaged(0).any(axis=(0, 2))) for end in ENDS]
        for k, base in enumerate(over.nominal.arcs.bases):
            found[f"exposed.{base}"] = len({bool(hit[k]) for hit in hits}) == 1
    return found


def _launches_early(scenario: Scenario) -> bool:
    early = {policy.id for policy in scenario.policies if policy.early}
    return any(site.policy in early for site in scenario.active("site", scenario.phases[-1].date))
