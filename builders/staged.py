"""Compare the headlines of built-in scenarios with kinematic and with staged vehicles: ``python builders/staged.py DOCS``.

Writes ``DOCS/staged.md``. One system at a time is replaced by the staged vehicle that the catalogue names for it (``staged``), and
nothing else is changed; each headline names what it is.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

import equipoise as eq
from equipoise.analysis.measures import task
from equipoise.catalogue import load_catalogue
from equipoise.foundation.status import Truth
from equipoise.results.statistics import shares
from equipoise.scenario.load import builtin_names

DRAFTS = ("needlessly-strict", "sufficient", "too-weak")
"""Scenarios that add clauses to another one and change nothing else: only their clauses are asked."""
AIM_STEP_DEG = 8.0
"""Least step of the aims of strategic missiles."""
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

Maps have the scenario's own cells. Aims of strategic missiles are 8 degrees apart, so that shares of paths differ by some points from those of a run; both
columns of a row have the same aims. In brackets stand the least and the greatest of what was computed over the ranges
([bounds](development/bounds.md)); a greatest value may miss a larger one between the cases. Where a scenario states an interceptor's speed itself, as a side's claim, its stages give the burn time alone.

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
LAWS = """
## How far the law of a staged interceptor errs

| interceptor, vehicle | burnout speed of the law, km/s | measured against the fly-out of the stages |
|---|---|---|
"""
FOOT = """
No other verdict turns, and no margin of a clause changes its sign: staged vehicles move strategic shares, leave the sign of what is concluded from
them, and turn one regional verdict.

Against `shahab-3` the few cells with a shot lie in the middle of Turkey, near the end of the kinematic missile's 1,000 km. The staged
vehicle does not reach these cells, so the people who were defended are no longer in range.
"""


class Answer(NamedTuple):
    """One headline of a scenario with a system kinematic and staged: in numbers (``was``, ``now``) and as a verdict (``said``, ``says``)."""

    scenario: str
    name: str
    vehicle: str
    what: str
    was: str
    now: str
    said: str
    says: str

    @property
    def case(self) -> str:
        """Scenario, system and vehicle."""
        return f"`{self.scenario}`, `{self.name}`, `{self.vehicle}`"


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
    """Return the scenario with aims no nearer to each other than :data:`AIM_STEP_DEG`."""
    step = max(scenario.head.aim_step_deg, AIM_STEP_DEG)
    return replace(scenario, head=scenario.head.but(aim_step_deg=step))


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
            margin = float(one.margin)
            said = "nothing to compare" if np.isnan(margin) else f"margin {margin:,.4g} {one.unit.item()}"
            yield f"clause '{one.name.item()}', {phase}", said.strip(), _word(one.truth)


def _word(truth: object) -> str:
    return Truth.of(int(truth)).name.lower()


def answers() -> Iterator[Answer]:
    """Yield what every case answers, kinematic and staged."""
    for scenario, table, name in cases():
        vehicle = getattr(load_catalogue(), f"{table}s")[name].staged
        before = headlines(coarse(eq.Scenario.load(scenario)), table, name)
        after = headlines(coarse(replaced(scenario, table, name, vehicle)), table, name)
        for (what, was, said), (_, now, says) in zip(before, after, strict=True):
            made = Answer(scenario, name, vehicle, what, was, now, said, says)
            print(*made, sep=" | ", file=sys.stderr, flush=True)
            yield made


def laws() -> Iterator[str]:
    """Yield how far the law laid through each staged interceptor errs, a row each."""
    told = set()
    for scenario, table, name in cases():
        if table == "interceptor" and name not in told:
            told.add(name)
            vehicle = load_catalogue().interceptors[name].staged
            speed = replaced(scenario, table, name, vehicle).find("interceptor", name).burnout_speed_km_s
            ends = f"{speed.value:.2f} ({speed.low:.2f} to {speed.high:.2f})"
            yield f"| `{name}`, `{vehicle}` | {ends} | {speed.source.partition('stages: ')[2]} |"


def page(asked: Sequence[Answer]) -> str:
    """Return the page."""
    moved = [a for a in asked if (a.was, a.said) != (a.now, a.says)]
    turned = [a for a in moved if a.said != a.says]
    count = f"\n{len(asked)} headlines were asked; the other {len(asked) - len(moved)} are the same in every digit.\n"
    return "\n".join(
        [
            HEAD + "\n".join(f"| {a.case} | {a.what} | {a.was} | {a.now} |" for a in moved),
            count + VERDICTS + "\n".join(f"| {a.case} | {a.what} | {a.said} | {a.says} |" for a in turned),
            FOOT + LAWS + "\n".join(laws()) + "\n",
        ]
    )


if __name__ == "__main__":
    (Path(sys.argv[1]) / "staged.md").write_text(page(list(answers())), encoding="utf-8")
