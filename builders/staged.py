"""Compare the headlines of built-in scenarios with kinematic and with staged vehicles: ``python builders/staged.py DOCS``.

Writes ``DOCS/staged.md``. One system at a time is replaced by the staged vehicle that the catalogue names for it (``staged``), and
nothing else is changed, on coarse cells; each headline names what it is.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

import equipoise as eq
from equipoise.analysis.measures import task
from equipoise.catalogue import load_catalogue
from equipoise.foundation.status import Truth
from equipoise.results.statistics import shares
from equipoise.scenario.load import builtin_names

DRAFTS = ("needlessly-strict", "sufficient", "too-weak")
"""Scenarios that add clauses to another one and change nothing else: only their clauses are asked."""
MAP_STEP_DEG, AIM_STEP_DEG = 3.0, 8.0
"""Least steps of the maps and of the aims."""
LEFT_OUT = ("every-reason",)
"""A demonstration with made-up defences."""
HEAD = """# Staged in place of kinematic

A missile or an interceptor of a scenario may be kinematic or staged. To make it staged, name a staged vehicle of the catalogue
(`of = "orion-two-stage"`) or state its `stages`. For each system the catalogue says which staged vehicle stands for it, or "kinematic only: no
public masses". This page is made by `builders/staged.py` and says how the headlines change when one system is replaced and everything else
stays. No vehicle was adjusted to a scenario.

A staged missile flies as in `equipoise fly`; it is assumed that it can end its thrust early, as the kinematic one does. A staged interceptor
is flown along a fan of straight lines, and the fly-out law of the engagements is fitted to them; the range of its burnout speed allows for the
error of the fit ([flight](flight.md)).

Cells of maps are 3 degrees wide and aims 8 degrees apart, or as far as the scenario has them where that is farther. Shares differ from those of finer maps
by some points; the two columns of a row have the same cells.

Every built-in scenario is asked about every system in it that has a staged vehicle: who is defended, whose paths can be engaged, what the
balance says and every clause. `every-reason` is left out, because its defences are made up.

## Headlines that move

| scenario, system, vehicle | headline | kinematic | staged |
|---|---|---|---|
"""
VERDICTS = """
## Verdicts that change

| scenario, system, vehicle | asked | kinematic | staged |
|---|---|---|---|
"""
FOOT = """
Against `shahab-3` the few cells with a shot lie in the middle of Turkey, near the end of the kinematic missile's 1,000 km. The staged
vehicle does not reach these cells, so the people who were defended are no longer in range.
"""


def replaced(scenario: str, table: str, name: str, vehicle: str) -> eq.Scenario:
    """Return a built-in scenario with one system flown by its stages."""
    ends = "ends_thrust = true\n" if table == "missile" else ""
    text = f'[scenario]\nextends = "{scenario}"\nname = "{scenario}"\n\n[{table}.{name}]\nof = "{vehicle}"\n{ends}'
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staged.toml"
        path.write_text(text, encoding="utf-8")
        return eq.Scenario.load(str(path))


def cases() -> Iterator[tuple[str, str, str]]:
    """Yield scenario, table and system for every system in use in a built-in scenario that has a staged vehicle."""
    known = load_catalogue()
    for scenario in builtin_names():
        found = eq.Scenario.load(scenario)
        flown = {t.missile for t in found.threats} | {b.missile for b in found.bases}
        used = [("missile", flown), ("interceptor", {site.interceptor for site in found.sites})]
        for table, names in used:
            for name in sorted(names):
                entry = getattr(known, f"{table}s").get(name)
                if scenario not in LEFT_OUT and entry is not None and entry.staged in known.vehicles:
                    yield scenario, table, name


def coarse(scenario: eq.Scenario) -> eq.Scenario:
    """Return the scenario on coarse cells."""
    head = scenario.head
    steps = {
        "map_step_deg": max(head.map_step_deg, MAP_STEP_DEG),
        "aim_step_deg": max(head.aim_step_deg, AIM_STEP_DEG),
    }
    return replace(scenario, head=head.but(**steps))


def headlines(scenario: eq.Scenario, table: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield what is asked, the answer in numbers, and as a verdict."""
    regional = table == "missile" and scenario.find("missile", name).kind == "regional"
    if scenario.name not in DRAFTS:
        for threat in scenario.threats:
            if table == "interceptor" or threat.missile == name:
                yield from _defended(scenario, threat.id)
        if not regional and scenario.bases:
            yield from _exposed(scenario)
            yield from _balance(scenario)
    if scenario.clauses and not regional:
        yield from _clauses(scenario)


def _defended(scenario: eq.Scenario, threat: str) -> Iterator[tuple[str, str, str]]:
    found = shares(eq.defended_area(scenario, threat=threat).data).squeeze("threat")
    mode = str(found.mode.values[0])
    for phase in map(str, found.phase.values):
        share = 100.0 * float(found.sel(phase=phase, mode=mode))
        reached = "nobody in range" if np.isnan(share) else f"{share:.1f} %"
        yield f"people defended against {threat}, {phase}", reached, "somebody" if share > 0.0 else "nobody"


def _exposed(scenario: eq.Scenario) -> Iterator[tuple[str, str, str]]:
    data = eq.exposure(scenario).data
    for phase in data.phase.values:
        one = data.sel(phase=phase)
        low, value, high = (
            100.0 * float(np.nanmean(one.share.sel(end=e, family="any").values))
            for e in ("against", "nominal", "favourable")
        )
        what = f"strategic paths that can be engaged, mean over bases, {phase}"
        yield what, f"{value:.1f} % ({low:.1f} to {high:.1f})", _word(one.truth)


def _balance(scenario: eq.Scenario) -> Iterator[tuple[str, str, str]]:
    asked = task("balance")
    last = scenario.at(scenario.phases[-1].date, mode=scenario.head.modes[0])
    found = asked.evaluate([last])[0]
    for measure in asked.measures(last):
        lost = found[measure.name]
        verdict = "so" if lost > measure.level else "not so"
        yield f"{measure.statement}, {last.phases[0].name}", f"{100.0 * lost:.1f} % lost", verdict


def _clauses(scenario: eq.Scenario) -> Iterator[tuple[str, str, str]]:
    data = eq.guarantee(scenario).data
    for clause in data.clause.values:
        for phase in data.phase.values:
            one = data.sel(clause=clause, phase=phase)
            margin = f"margin {float(one.margin):.3g} {one.unit.item()}".strip()
            yield f"clause '{one.name.item()}', {phase}", margin, _word(one.truth)


def _word(truth: object) -> str:
    return Truth.of(int(truth)).name.lower()


def rows() -> tuple[list[str], list[str]]:
    """Return the rows of the table of headlines, and those of the table of verdicts that change."""
    made, turned, same, asked = [], [], 0, 0
    for scenario, table, name in cases():
        vehicle = getattr(load_catalogue(), f"{table}s")[name].staged
        before = headlines(coarse(eq.Scenario.load(scenario)), table, name)
        after = headlines(coarse(replaced(scenario, table, name, vehicle)), table, name)
        for (what, was, said), (_, now, says) in zip(before, after, strict=True):
            asked += 1
            row = f"| `{scenario}`, `{name}`, `{vehicle}` | {what} | {was} | {now} |"
            print(row, said, says, file=sys.stderr, flush=True)
            same += (was, said) == (now, says)
            if (was, said) != (now, says):
                made.append(row)
            if said != says:
                turned.append(f"| `{scenario}`, `{name}`, `{vehicle}` | {what} | {said} | {says} |")
    made.append(f"\n{asked} headlines were asked; {same} are the same in every digit and are not listed.")
    return made, turned


def page() -> str:
    """Return the page."""
    moved, turned = rows()
    return "\n".join([HEAD + "\n".join(moved), VERDICTS + "\n".join(turned), FOOT])


if __name__ == "__main__":
    (Path(sys.argv[1]) / "staged.md").write_text(page(), encoding="utf-8")
