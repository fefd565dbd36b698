"""Compare the headlines of built-in scenarios with kinematic and with staged vehicles: ``python builders/staged.py DOCS``.

Writes ``DOCS/staged.md``. One system at a time is replaced by the staged vehicle that the catalogue names for it (``staged``), and
nothing else is changed. Maps are at the scenario's own cells; each headline names what it is.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np

import equipoise as eq
from equipoise.catalogue import load_catalogue
from equipoise.foundation.status import Truth
from equipoise.results.statistics import shares

CASES = (
    ("epaa", "missile", "shahab-3"),
    ("epaa", "missile", "icbm-solid"),
    ("third-site", "missile", "icbm-solid"),
    ("third-site", "interceptor", "gbi-2-stage"),
)
"""Scenario, table, and system that is replaced."""
HEAD = """# Staged in place of kinematic

A missile or an interceptor of a scenario may be kinematic or staged. To make it staged, name a staged vehicle of the catalogue
(`of = "orion-two-stage"`) or state its `stages`. For each system the catalogue says which staged vehicle stands for it, or "kinematic only: no
public masses". This page is made by `builders/staged.py` and says how the headlines change when one system is replaced and everything else
stays. No vehicle was adjusted to a scenario.

A staged missile flies as in `equipoise fly`; it is assumed that it can end its thrust early, as the kinematic one does. A staged interceptor
is flown along a fan of straight lines, and the fly-out law of the engagements is fitted to them; the range of its burnout speed allows for the
error of the fit ([flight](flight.md)).

| scenario, system, vehicle | headline | kinematic | staged | verdict changes |
|---|---|---|---|---|
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


def headlines(scenario: eq.Scenario, table: str, name: str) -> list[tuple[str, str, str]]:
    """Return what is said, in numbers, and as a verdict: people defended, or strategic paths that can be engaged."""
    if table == "missile" and scenario.find("missile", name).kind == "regional":
        return [row for t in scenario.threats if t.missile == name for row in _defended(scenario, t.id)]
    return _exposed(scenario)


def _defended(scenario: eq.Scenario, threat: str) -> list[tuple[str, str, str]]:
    found = shares(eq.defended_area(scenario, threat=threat).data).squeeze("threat")
    mode = str(found.mode.values[0])
    each = [(str(p), 100.0 * float(found.sel(phase=p, mode=mode))) for p in found.phase.values]
    return [
        (
            f"people defended against {threat}, {phase}",
            f"{share:.1f} %",
            "somebody" if share > 0.0 else "nobody",
        )
        for phase, share in each
    ]


def _exposed(scenario: eq.Scenario) -> list[tuple[str, str, str]]:
    data = eq.exposure(scenario).data
    rows = []
    for phase in data.phase.values:
        one = data.sel(phase=phase)
        ends = [
            100.0 * float(np.nanmean(one.share.sel(end=e, family="any").values))
            for e in ("against", "nominal", "favourable")
        ]
        words = f"{ends[1]:.1f} % ({ends[0]:.1f} to {ends[2]:.1f})"
        rows.append(
            (
                f"strategic paths that can be engaged, mean over bases, {phase}",
                words,
                Truth.of(int(one.truth)).name.lower(),
            )
        )
    return rows


def rows() -> list[str]:
    """Return the table's rows."""
    made = []
    for scenario, table, name in CASES:
        known = getattr(load_catalogue(), f"{table}s")[name]
        before = headlines(eq.Scenario.load(scenario), table, name)
        after = headlines(replaced(scenario, table, name, known.staged), table, name)
        for (what, was, said), (_, now, says) in zip(before, after, strict=True):
            turned = "no" if said == says else f"{said} to {says}"
            made.append(f"| `{scenario}`, `{name}`, `{known.staged}` | {what} | {was} | {now} | {turned} |")
            print(made[-1], file=sys.stderr, flush=True)
    return made


if __name__ == "__main__":
    (Path(sys.argv[1]) / "staged.md").write_text(HEAD + "\n".join(rows()) + "\n" + FOOT, encoding="utf-8")
