"""The parts of verdicts that cost time, each with the inputs that it reads, so that claims which it does not read leave it as it is.

A part takes scenarios at one date in one mode and returns what it finds in each; what it returns for one does not depend on the
others, which only share work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.analysis.balance.study import FLOWN
from equipoise.analysis.crux.differences import Difference
from equipoise.analysis.defence.defended_area import map_grid, protected, threat_paths, worst_of
from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import ALL_AIMS, Arcs, strategic_arcs
from equipoise.analysis.exposure.ranges import SURVEYED
from equipoise.analysis.guarantees.verdicts import families
from equipoise.engagement import cooperation_modes, order_of_battle
from equipoise.engagement.engage import Outcomes, engage
from equipoise.engagement.records import Command
from equipoise.engagement.territory import owners_at
from equipoise.foundation.status import Reason
from equipoise.geography.grids import ground
from equipoise.scenario.load import Scenario

Reads = Callable[[Difference], bool]
NOT_FLOWN = ("tested_speed_km_s", "tested_range_km", "kill_probability", "max_range_km")
"""Keys of an interceptor that no engagement reads."""
UNHINDERED = ("track_s", "decision_s", "reaction_s", "kill_floor_km", "handover_km")
"""Assumptions that the unhindered defender reads; a launch during boost reads others."""
SENSED = ("radar", "satellite", "policy", "mode", "sector")
"""Tables that an engagement on what sensors see reads."""
SOME = slice(None, None, SURVEYED)
"""Aims or cells on which the scenarios at the ends of ranges are compared."""
LEAST_SHOTS = 1
"""Shots that count as defended, as in the shares that a report prints."""


@dataclass(frozen=True)
class Part:
    """One part: its name, whether it reads an input, and what it finds in scenarios.

    ``survey`` finds the same on every :data:`SURVEYED`-th aim or cell. Where a verdict asks of one base alone, ``of_base`` finds no more
    than that.
    """

    name: str
    reads: Reads
    find: Callable[[Sequence[Scenario]], list[Any]]
    survey: Callable[[Sequence[Scenario]], list[Any]]
    of_base: Callable[[Sequence[Scenario], str], list[Any]] | None = None


@dataclass(frozen=True)
class Hits:
    """What one site can do to the paths of one base, (families, aims): ``unhindered``, or also launching during boost on what sensors see.

    ``exists`` says which paths there are; the largest slack in s is of the unhindered site, -inf for none. The first family is the
    one that retaliation flies; ``asked`` says of which families it is asked.
    """

    unhindered: NDArray[np.bool_]
    anyhow: NDArray[np.bool_]
    exists: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    largest_slack_s: float

    def __or__(self, other: Hits) -> Hits:
        """Return what two sites can do: one shot of either is enough."""
        return replace(
            self,
            unhindered=self.unhindered | other.unhindered,
            anyhow=self.anyhow | other.anyhow,
            largest_slack_s=max(self.largest_slack_s, other.largest_slack_s),
        )

    @property
    def some(self) -> bool:
        """Whether some path that is asked about can be engaged."""
        return bool(self.anyhow[self.asked].any())

    @property
    def rank(self) -> tuple[float, float]:
        """What orders scenarios from bad to good for the defence: the paths asked about that can be engaged, then the slack."""
        return float(self.anyhow[self.asked].sum()), self.largest_slack_s

    @property
    def share(self) -> float:
        """Share of the paths that retaliation flies which the unhindered defence can engage."""
        return float(self.unhindered[0].sum() / max(self.exists[0].sum(), 1))


Exposed = Mapping[str, Hits]
"""What can be done to the paths of each base, by its identifier; nothing where no site acts."""


def joined(found: Iterable[Exposed]) -> Exposed:
    """Return what all sites together can do."""
    total: dict[str, Hits] = {}
    for one in found:
        for base, hits in one.items():
            total[base] = total[base] | hits if base in total else hits
    return total


def exposure_parts(ours: Scenario, theirs: Scenario) -> dict[str, tuple[Part, ...]]:
    """Return, for every missile of the deterrent of either side, the parts about what each site of either can do to it."""
    both = (ours, theirs)
    missiles = sorted({base.missile for s in both for base in s.bases})
    sites = sorted({site.id for s in both for site in s.sites})
    return {m: tuple(_exposure_part(m, site, both) for site in sites) for m in missiles}


def _exposure_part(missile: str, site: str, both: Sequence[Scenario]) -> Part:
    stated = [entry for s in both for entry in s.sites if entry.id == site]
    flies = {entry.interceptor for entry in stated}
    early = any(p.early for s in both for p in s.policies if p.id in {entry.policy for entry in stated})

    def reads(d: Difference) -> bool:
        match d.table:
            case "scenario":
                return d.key.startswith("aim_") or d.key in ("earth", "defenders", "deterrer", "track_rule")
            case "base":
                return d.key in ("", "lat_deg", "lon_deg", "missile", "party") and _may_fly(d, missile, both)
            case "missile":
                return d.id == missile
            case "site":
                return (d.id == site and _reads_site(d, early=early)) or (
                    early and d.key in ("", "party", "sensors")
                )
            case "interceptor":
                return d.id in flies and d.key not in NOT_FLOWN
            case "assumption":
                return early or d.key in UNHINDERED
            case "party":
                return True
            case "guarantee":
                return d.key == "families"
            case _:
                return early and d.table in SENSED

    def of_base(scenarios: Sequence[Scenario], base: str) -> list[Exposed]:
        return _exposed(scenarios, missile, site, base)

    def survey(scenarios: Sequence[Scenario]) -> list[Exposed]:
        return _exposed(scenarios, missile, site, "", SOME)

    return Part(
        f"exposure.{missile}.{site}", reads, lambda scenarios: of_base(scenarios, ""), survey, of_base
    )


def _may_fly(d: Difference, missile: str, both: Sequence[Scenario]) -> bool:
    return missile in {base.missile for s in both for base in s.bases if base.id == d.id}


def _reads_site(d: Difference, *, early: bool) -> bool:
    """Return whether exposure reads a key of a site: of the number only whether there is one, since one shot is asked for."""
    if d.key in ("policy", "sensors", "channels"):
        return early
    return d.key != "count" or min(d.numbers) < 1.0


def _exposed(
    scenarios: Sequence[Scenario], missile: str, site: str, base: str, which: slice = ALL_AIMS
) -> list[Exposed]:
    """Scenarios with the same paths share one pass of the engine, in which sampling a path costs most; ``base`` is empty for all."""
    found: list[Exposed] = [{} for _ in scenarios]
    together: dict[str, list[tuple[int, Scenario, list[Command]]]] = {}
    for i, scenario in enumerate(scenarios):
        flown = replace(
            scenario, bases=tuple(b for b in scenario.bases if b.missile == missile and base in ("", b.id))
        )
        commands = _commands(scenario, site)
        if flown.bases and commands:
            together.setdefault(_paths_read(flown), []).append((i, flown, commands))
    for members in together.values():
        first = members[0][1]
        asked = families(first)
        arcs = strategic_arcs(first, tuple(dict.fromkeys((FLOWN, *asked))), which)
        counts = np.array([name in asked for name in arcs.families])
        outcome = engage(arcs.paths, [command for _, _, commands in members for command in commands])
        start = 0
        for i, _, commands in members:
            found[i] = _hits(arcs, counts, outcome.columns(np.arange(start, start + len(commands))))
            start += len(commands)
    return found


def _hits(arcs: Arcs, asked: NDArray[np.bool_], outcome: Outcomes) -> Exposed:
    exists = arcs.reached.reshape(arcs.shape)
    hit = (outcome.reason == Reason.ENGAGED).reshape(*arcs.shape, -1)
    slack = np.where(np.isfinite(outcome.slack_s[:, 0]), outcome.slack_s[:, 0], -np.inf).reshape(arcs.shape)
    return {
        base: Hits(
            hit[:, k, :, 0],
            np.asarray(hit[:, k].any(axis=-1)),
            exists[:, k],
            asked,
            float(slack[asked][:, k].max(initial=-np.inf)),
        )
        for k, base in enumerate(arcs.bases)
    }


def _paths_read(scenario: Scenario) -> str:
    """Return all that the strategic paths of a scenario hang on."""
    head = scenario.head
    flown = {base.missile for base in scenario.bases}
    return repr((
        head.earth, head.aim_edges_deg, head.aim_step_deg, head.aim_countries, families(scenario),
        [(b.id, b.lat_deg, b.lon_deg, b.missile) for b in scenario.bases],
        [m for m in scenario.missiles if m.id in flown],
    ))  # fmt: skip


def _commands(scenario: Scenario, site: str) -> list[Command]:
    """Return the site as the unhindered defender and, where it may launch during boost, once more with what its side's sensors see."""
    day = scenario.phases[-1].date

    def alone(command: Command) -> list[Command]:
        batteries = tuple(b for b in command.batteries if b.site == site)
        return [replace(command, batteries=batteries, wanted_shots=1)] if batteries else []

    found = alone(defender(scenario, day))
    if found and any(
        p.early for s in scenario.sites if s.id == site for p in scenario.policies if p.id == s.policy
    ):
        found += alone(order_of_battle.defence_in_mode(scenario, day, scenario.head.modes[0]))
    return found


def radar_part(name: str) -> Part:
    """Return the part about the radar ``name``: how many strategic paths it alone gives a track good enough to shoot on."""

    def reads(d: Difference) -> bool:
        if d.table == "radar":
            return d.id == name
        return d.table not in (
            "balance",
            "clause",
            "guarantee",
            "satellite",
            "threat",
            "launch_area",
            "raid",
            "volley",
            "proposal",
        )

    def found(scenarios: Sequence[Scenario], which: slice = ALL_AIMS) -> list[int]:
        return [_follows(s, name, which) for s in scenarios]

    return Part(f"radar.{name}", reads, found, lambda scenarios: found(scenarios, SOME))


def _follows(scenario: Scenario, name: str, which: slice) -> int:
    """Return how many strategic paths the radar alone follows well enough."""
    day = scenario.phases[-1].date
    command = order_of_battle.defence_in_mode(scenario, day, scenario.head.modes[0])
    own = tuple(use for use in command.uses if use.sensor.id.split(" at ")[0] == name)
    if not own:
        return 0
    arcs = strategic_arcs(scenario, scenario.head.families, which)
    alone = engage(arcs.paths, [replace(command, uses=own, wanted_shots=1)])
    return int(np.isfinite(alone.track_s[arcs.reached]).sum())


def threat_part(name: str, ours: Scenario, theirs: Scenario) -> Part:
    """Return the part about who is defended against the threat ``name``: the share of each protected party's people in range, by party.

    Nothing is found where the threat is not there or reaches nobody.
    """
    threats = [t for s in (ours, theirs) for t in s.threats if t.id == name]
    flown = {t.missile for t in threats}
    areas = {t.launch_area for t in threats}
    unsaid = any(not (s.head.defenders and s.head.deterrer) for s in (ours, theirs))

    def reads(d: Difference) -> bool:
        match d.table:
            case "scenario":
                return not d.key.startswith("aim_")
            case "threat":
                return d.id == name
            case "missile":
                return d.id in flown
            case "launch_area":
                return d.id in areas
            case "interceptor":
                return d.key not in NOT_FLOWN
            case "base":
                return unsaid and d.key in ("", "party")
            case _:
                return d.table in ("site", "assumption", "party", *SENSED)

    def survey(scenarios: Sequence[Scenario]) -> list[dict[str, float]]:
        return _shares(scenarios, name, SOME)

    return Part(f"threat.{name}", reads, lambda scenarios: _shares(scenarios, name), survey)


def _shares(scenarios: Sequence[Scenario], name: str, which: slice = ALL_AIMS) -> list[dict[str, float]]:
    """Scenarios with the same paths share one pass of the engine over the cells in which those who count live."""
    found: list[dict[str, float]] = [{} for _ in scenarios]
    together: dict[str, list[int]] = {}
    for i, scenario in enumerate(scenarios):
        threat = next((t for t in scenario.threats if t.id == name), None)
        if threat is not None:
            head = scenario.head
            read = (
                head.earth, head.families, head.map_edges_deg, head.map_step_deg, head.map_step_km, head.grid,
                scenario.find("missile", threat.missile), scenario.find("launch_area", threat.launch_area), protected(scenario),
            )  # fmt: skip
            together.setdefault(repr(read), []).append(i)
    for members in together.values():
        for i, shares in zip(
            members, _shares_together([scenarios[i] for i in members], name, which), strict=True
        ):
            found[i] = shares
    return found


def _shares_together(scenarios: Sequence[Scenario], name: str, which: slice) -> list[dict[str, float]]:
    first = scenarios[0]
    grid = map_grid(first)
    under = ground(grid)
    place = {code: k for k, code in enumerate(under.codes)}
    people = {
        party: under.people[:, [place[code] for code in codes]].sum(axis=1)
        for party, codes in protected(first).items()
    }
    cells = np.flatnonzero(sum(people.values(), np.zeros(grid.lat_deg.size)) > 0.0)[which]
    threat = next(t for t in first.threats if t.id == name)
    cases, serving = [], []
    for scenario in scenarios:
        how = cooperation_modes.mode(scenario, scenario.head.modes[0])
        case = order_of_battle.commands(scenario, scenario.phases[-1].date, how)
        owners = owners_at(scenario, grid.lat_deg[cells], grid.lon_deg[cells])
        cases.append(case)
        serving.append(order_of_battle.serves(how, case, owners))
    worst = worst_of(threat_paths(first, threat, grid.cells_rad[cells]), cases, serving)
    reached = worst.reason[:, 0] != Reason.OUT_OF_RANGE
    found = []
    for column in range(len(scenarios)):
        shot = worst.shots[:, column] >= LEAST_SHOTS
        found.append({
            party: float(count[cells][shot & reached].sum() / count[cells][reached].sum())
            for party, count in people.items()
            if count[cells][reached].sum() > 0.0
        })  # fmt: skip
    return found
