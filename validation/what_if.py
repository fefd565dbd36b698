"""Random what-if questions to the engine inside a report and to the native one: every verdict, reason and time to spare."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from equipoise.analysis.what_if.answers import area, changed, exposed, one
from equipoise.analysis.what_if.kills import stopped
from equipoise.analysis.what_if.limits import limit_margins
from equipoise.analysis.what_if.parameters import Parameter, alternatives, parameters
from equipoise.jobs.job import run
from equipoise.jobs.tasks import chosen
from equipoise.scenario.load import Scenario, load_scenario

QUESTIONS = 10_000
SEED = 29
MOST_CHANGES = 6
SLACK_S = 0.01
LEAST_EQUAL = 0.9999
COARSE = ("scenario.map_step_deg=6", "scenario.aim_step_deg=10")
ASK = """async (question) => {
  const { area, bases, clauses } = await EquipoisePage.ask(question);
  const known = (_, value) => (Number.isNaN(value) ? null : value);
  return JSON.stringify({
    shots: Array.from(area.layer.shots), reason: Array.from(area.layer.reason), site: Array.from(area.layer.site),
    slack: Array.from(area.slack_s), share: area.share_percent, stopped: area.stopped_percent,
    clauses: clauses.map((c) => [c.clause, c.margin]),
    bases: bases.map((b) => ({ reason: Array.from(b.reason), slack: Array.from(b.path_slack_s), share: b.share_percent })),
  }, known);
}"""
"""Answers with one text, which costs the driver of the browser less than lists."""


@dataclass
class Tally:
    """How many cells and paths were compared, and each that differs, in words."""

    compared: int = 0
    differ: list[str] = field(default_factory=list)
    largest_s: float = 0.0

    @property
    def equal(self) -> float:
        """Return the share of cells and paths on which both engines agree."""
        return 1.0 - len(self.differ) / max(self.compared, 1)

    def add(self, where: str, ours: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> None:
        """Compare whole numbers (kind ``i``) exactly and times within a hundredth of a second, by cell or path."""
        size = next(iter(ours.values())).size
        same = np.ones(size, dtype=bool)
        for name, a in ours.items():
            b = np.asarray(theirs[name], dtype=float)
            if a.dtype.kind == "f":
                both = np.isnan(a) & np.isnan(b)
                gap = np.where(both, 0.0, np.abs(a - b))
                close = gap <= SLACK_S
                self.largest_s = max(self.largest_s, float(gap[close].max(initial=0.0)))
                same &= close
            else:
                same &= a == b
        self.compared += size
        self.differ += [
            f"{where}, number {n}: " + ", ".join(f"{k} {ours[k][n]} / {theirs[k][n]}" for k in ours)
            for n in np.flatnonzero(~same)
        ]


def questions(scenario: Scenario, count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield questions about a random phase, mode and missile, each with one to six changes.

    A change is a number anywhere on its slider, or any word of an alternative.
    """
    rng = np.random.default_rng(seed)
    offered = {
        p.name: [*parameters(scenario, p.date), *alternatives(scenario, p.date)] for p in scenario.phases
    }
    for _ in range(count):
        phase = str(rng.choice(list(offered)))
        known = offered[phase]
        some = rng.choice(len(known), size=int(rng.integers(1, MOST_CHANGES + 1)), replace=False)
        settings: dict[str, float | str] = {}
        for one_of in (known[n] for n in some):
            if isinstance(one_of, Parameter):
                steps = int(rng.integers(0, round((one_of.high - one_of.low) / one_of.step) + 1))
                settings[one_of.key] = min(one_of.high, round(one_of.low + steps * one_of.step, 6))
            else:
                settings[one_of.key] = str(rng.choice(list(one_of.options)))
        yield {
            "phase": phase,
            "mode": str(rng.choice(list(scenario.head.modes))),
            "threat": str(rng.choice([t.id for t in scenario.threats])),
            "settings": settings,
        }


def compare(page: Any, scenario: Scenario, asked: Iterator[dict[str, Any]]) -> Tally:
    """Ask a page that shows the report of ``scenario``, and the native engine, the same questions."""
    tally = Tally()
    for question in asked:
        theirs = json.loads(page.evaluate(ASK, question))
        moved = changed(scenario, question["phase"], question["settings"])
        native = area(moved, **{k: question[k] for k in ("phase", "mode", "threat")}).isel(
            phase=0, mode=0, threat=0
        )
        tally.add(
            str(question),
            {
                **{name: native[name].values.ravel().astype(int) for name in ("shots", "reason", "site")},
                "slack": native["slack"].values.ravel().astype(float),
            },
            theirs,
        )
        day = one(moved, "phase", question["phase"]).date
        tally.add(
            f"{question}, stopped",
            {"percent": 100.0 * np.array(stopped(moved, native, day))},
            {"percent": np.array(theirs["stopped"] or [np.nan, np.nan])},
        )
        own = limit_margins(moved, day)
        names = [name for name, _ in theirs["clauses"]]
        tally.add(
            f"{question}, clauses",
            {"margin": np.array([own[name] for name in names])},
            {"margin": np.array([margin for _, margin in theirs["clauses"]])},
        )
        found = exposed(moved, phase=question["phase"])
        for n, base in enumerate(theirs["bases"]):
            assert found is not None
            own = (found.arcs.base == n) & found.arcs.reached
            tally.add(
                f"{question}, base {n}",
                {"reason": found.reason[own].astype(int), "slack": found.slack_s[own].astype(float)},
                base,
            )
    return tally


def report_of(scenario: Scenario, folder: Path) -> Path:
    """Return a report of the scenario's map and exposure, with the engine."""
    tasks = chosen(["scenario", "places", "defended_area", "what_if", "exposure"])
    return run(scenario, folder, command="equipoise run", tasks=tasks)


def rows() -> list[dict[str, Any]]:
    """Return the rows of the validation table."""
    where = shutil.which("chromium")
    if where is None:
        return []
    from playwright.sync_api import sync_playwright

    scenario = load_scenario("epaa", COARSE)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        report = report_of(scenario, Path(folder) / "epaa")
        browser = playwright.chromium.launch(executable_path=where, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(report.as_uri())
        page.wait_for_selector("html[data-page=ready]")
        tally = compare(page, scenario, questions(scenario, QUESTIONS, SEED))
        browser.close()
    listed = "; ".join(tally.differ[:20])
    return [
        {
            "id": "what_if.equal", "what": "cells and paths on which the engine in a report agrees with the native one",
            "value": tally.equal, "unit": "", "bar": f"at least {LEAST_EQUAL}", "holds": tally.equal >= LEAST_EQUAL,
            "source": f"{QUESTIONS:,} random questions, {tally.compared:,} cells and paths; differing: {listed or 'none'}",
        },
        {
            "id": "what_if.largest_s", "what": "largest difference of time to spare where both agree", "value": tally.largest_s,
            "unit": "s", "bar": f"at most {SLACK_S}", "holds": tally.largest_s <= SLACK_S, "source": "the same questions",
        },
    ]  # fmt: skip
