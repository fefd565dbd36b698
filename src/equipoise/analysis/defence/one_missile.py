"""One missile to one place, shot at by every command in every phase and mode; and the story of one of these engagements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import Outcomes, Paths, engage
from equipoise.engagement.explain import explain
from equipoise.engagement.records import Command
from equipoise.foundation.errors import DomainError, InputError, Problem, unknown_name
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.model.path_family import path_family
from equipoise.model.scenario import Threat
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

TIMES = ("slack_s", "track_s", "ready_s", "first_intercept_s")
"""Times of an outcome, in s; nan where there is none."""


@dataclass(frozen=True)
class Case:
    """Who shoots: a phase, a mode and one of its commands, by their names."""

    phase: str
    mode: str
    command: Command


@dataclass(frozen=True)
class OneMissile:
    """One missile's paths, one for each aim point, and the commands that may shoot at it."""

    threat: Threat
    family: str
    paths: Paths
    cases: tuple[Case, ...]

    def title(self, aims: Sequence[Point]) -> str:
        """Return in words what is flown."""
        places = ";".join(f"{lat:g},{lon:g}" for lat, lon in aims)
        return f"{self.threat.id} to {places}, {path_family(self.family).words}"

    @property
    def outcomes(self) -> Outcomes:
        """What each case can do against each path."""
        return engage(self.paths, [case.command for case in self.cases])

    def best_of_last(self, found: Outcomes) -> int:
        """Return the index of the case in the last phase and mode whose command can do most against the first path."""
        last = [
            i
            for i, c in enumerate(self.cases)
            if (c.phase, c.mode) == (self.cases[-1].phase, self.cases[-1].mode)
        ]
        slack = np.nan_to_num(found.slack_s[0], nan=-np.inf)
        return max(last, key=lambda i: (int(found.shots[0, i]), float(slack[i])))

    def timeline(self, which: int, title: str) -> Result:
        """Return the story of the engagement of one case with the first path, as a result of kind ``engagement``."""
        case = self.cases[which]
        return explain(self.paths, case.command, title=f"{title}: {case.phase}, mode {case.mode}")


def one_missile(
    scenario: Scenario, threat: str = "", *, aims: Sequence[Point], start: Point | None = None, family: str
) -> OneMissile:
    """Return a threat of the scenario on its way to each of ``aims``, and who may shoot at it.

    By default it is the first threat that reaches all of them. ``start`` takes the place of the threat's launch area.
    :class:`InputError` names what cannot be: no such threat or family, an aim point out of its reach, nobody in service.
    """
    known = [t.id for t in scenario.threats]
    if threat and threat not in known:
        raise unknown_name("threat", threat, known)
    if family not in kernel_inputs.FAMILIES:
        raise unknown_name("family", family, kernel_inputs.FAMILIES)
    if not known:
        raise DomainError("the scenario has no threat, so nothing can be engaged")
    flown = {name: paths_to(scenario, name, aims, start, family) for name in ([threat] if threat else known)}
    entry_id = threat or next(filter(lambda name: _reaches(flown[name]), known), known[0])
    paths = flown[entry_id]
    problems = _out_of_reach(scenario, paths, aims, start, family)
    cases = tuple(
        Case(phase.name, mode, command)
        for phase in scenario.phases
        for mode in scenario.head.modes
        for command in order_of_battle.commands(scenario, phase.date, mode)
        if command.batteries
    )
    if not cases:
        problems.append(Problem(scenario.name, "site", "no interceptor is in service on any of the dates."))
    if problems:
        raise InputError(problems)
    return OneMissile(scenario.find("threat", entry_id), family, paths, cases)


def paths_to(
    scenario: Scenario,
    threat: str,
    aims: ArrayLike,
    start: Point | None = None,
    family: str = "minimum_energy",
) -> Paths:
    """Return the paths of a threat to each of ``aims`` (n, 2), from ``start`` or the middle of its launch area, in degrees.

    ``threat`` is its identifier, ``family`` that of the paths.
    """
    entry: Threat = scenario.find("threat", threat)
    area = scenario.find("launch_area", entry.launch_area)
    return kernel_inputs.solve(
        scenario.find("missile", entry.missile),
        np.radians(start or (area.lat_deg, area.lon_deg)),
        np.radians(aims),
        family,
        kernel_inputs.EARTHS[scenario.head.earth],
    )


def _reaches(paths: Paths) -> bool:
    return bool((paths.status == FlightStatus.OK).all())


def _out_of_reach(
    scenario: Scenario, paths: Paths, aims: Sequence[Point], start: Point | None, family: str
) -> list[Problem]:
    """Return a fault for each aim point that ``paths`` do not reach, with the threats of the scenario that reach it."""
    problems = []
    for aim, status in zip(aims, paths.status, strict=True):
        if status != FlightStatus.OK:
            others = [
                t.id for t in scenario.threats if _reaches(paths_to(scenario, t.id, [aim], start, family))
            ]
            cure = f"Threats that reach it: {', '.join(others) or 'none of the scenario'}."
            problems.append(
                Problem("aim point", f"{aim[0]:g},{aim[1]:g}", FlightStatus(int(status)).sentence, cure)
            )
    return problems


def engagements(asked: OneMissile, found: Outcomes, aims: Sequence[Point]) -> Result:
    """Return the outcomes against the first path by phase, mode and command, as a result of kind ``engagements``.

    ``found`` is ``asked.outcomes`` and ``aims`` are the places that were asked for. Variables over ``case``: ``reason`` (a code of
    :class:`~equipoise.foundation.status.Reason`), ``shots``, the times of :data:`TIMES` in s, ``site`` that shoots first or
    came nearest, ``slack_site`` whose slack it is.
    """

    def named(which: np.ndarray) -> list[str]:
        return [found.sites[i] if i >= 0 else "" for i in which.astype(int)]

    values = {
        "reason": found.reason[0].astype(np.int64),
        "shots": found.shots[0].astype(np.int64),
        "site": named(found.site[0]),
        "slack_site": named(found.slack_site[0]),
    } | {name: getattr(found, name)[0] for name in TIMES}
    axes = {
        "phase": [c.phase for c in asked.cases],
        "mode": [c.mode for c in asked.cases],
        "command": [c.command.name for c in asked.cases],
    }
    data = dataset("engagements", values, axes)
    return Result(kind="engagements", title=asked.title(aims), data=data)


def rows_of(result: Result) -> list[dict[str, Any]]:
    """Return the outcomes one by one as plain data; a time that does not exist is None, and so is a launch without a shot."""
    data = result.data

    def seconds(name: str, i: int) -> float | None:
        value = float(data[name][i])
        return round(value, 1) if np.isfinite(value) else None

    return [
        {
            "phase": str(data.phase.values[i]),
            "mode": str(data["mode"].values[i]),
            "command": str(data.command.values[i]),
            "outcome": Reason(int(data.reason[i])).name,
            "shots": int(data.shots[i]),
            "slack_s": seconds("slack_s", i),
            "slack_site": str(data.slack_site.values[i]),
            "track_s": seconds("track_s", i),
            "ready_s": seconds("ready_s", i) if int(data.shots[i]) > 0 else None,
            "first_intercept_s": seconds("first_intercept_s", i),
            "site": str(data.site.values[i]),
        }
        for i in range(data.sizes["case"])
    ]
