"""The verdicts on which two scenarios may differ, and where each stands in the scenarios between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan
from typing import Any

from equipoise.analysis.balance.forces import ALERTS, Alert
from equipoise.analysis.balance.study import ENDS, Case, takes
from equipoise.analysis.crux.differences import Between, Difference
from equipoise.analysis.crux.lattice import NEITHER, OURS, THEIRS
from equipoise.analysis.crux.parts import (
    Exposed,
    Part,
    Reads,
    exposure_parts,
    joined,
    radar_part,
    threat_part,
)
from equipoise.analysis.defence.defended_area import protected
from equipoise.analysis.guarantees.margins import margin
from equipoise.foundation.status import Truth
from equipoise.model.clause import Clause
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import party_named

BATCH = 32
"""Scenarios that a part looks at together."""
NOTICED = 0.005
"""Half a percentage point: shares that differ by less are the same to a reader."""
NEUTRALISED = "neutralised.{}"
"""Identifier of the verdict at an alert."""
UNDETERMINED = 0.5
"""Value of a statement that nothing decides; 1 holds, 0 does not."""


@dataclass(frozen=True)
class Verdict:
    """A statement, or a share of people: the parts that it is made of, what else it reads, and its value in a scenario.

    A statement's value is 1 where it holds, 0 where it does not, :data:`UNDETERMINED` where no input says; ``is_share`` marks a share,
    and ``base`` is the one base that it asks of. ``finer`` orders scenarios from bad to good for the defence where a value is too coarse to.
    """

    id: str
    words: str
    parts: tuple[Part, ...]
    reads: Reads
    value: Callable[[Scenario, Sequence[Any]], float]
    is_share: bool = False
    base: str = ""
    finer: Callable[[Sequence[Any]], tuple[float, ...]] | None = None

    def rank(self, scenario: Scenario, found: Sequence[Any]) -> tuple[float, ...]:
        """Return what orders scenarios from bad to good for the defence, by what the parts have found."""
        return self.finer(found) if self.finer else (self.value(scenario, found),)

    def is_touched_by(self, differences: Sequence[Difference]) -> bool:
        """Return whether it may hang on any of some inputs."""
        return any(self.reads(d) or any(part.reads(d) for part in self.parts) for d in differences)

    def stands(self, value: float, ours: float, theirs: float) -> float:
        """Return where a value stands between the two sides'.

        A statement stands with one of them or with neither; a share with the side that it is nearer to.
        """
        if not self.is_share:
            return OURS if value == ours else THEIRS if value == theirs else NEITHER
        way = (value - ours) / (theirs - ours)
        return OURS if way < NEITHER else THEIRS if way > NEITHER else NEITHER

    def differs(self, ours: float, theirs: float) -> bool:
        """Return whether the two sides' values say different things."""
        return abs(ours - theirs) > (NOTICED if self.is_share else 0.0)


def verdicts(ours: Scenario, theirs: Scenario) -> tuple[Verdict, ...]:
    """Return every verdict that both scenarios ask for, each at one date in one mode."""
    flown = exposure_parts(ours, theirs) if ours.bases and theirs.bases else {}
    every = tuple(part for each in flown.values() for part in each)
    found = [_clause(c, every) for c in ours.clauses if _both(c.id, ours, theirs, "clause")]
    for base in ours.bases:
        if _both(base.id, ours, theirs, "base"):
            missiles = sorted({base.missile, theirs.find("base", base.id).missile})
            found.append(_base(base.id, base.name, tuple(p for m in missiles for p in flown[m])))
    found += [_neutralised(alert, every) for alert in ALERTS if every]
    asked = [name for name in ours.head.radars_asked if every and name in theirs.head.radars_asked]
    found += [_followed(name, ours.find("radar", name).name) for name in asked]
    threats = sorted({t.id for s in (ours, theirs) for t in s.threats})
    parts = tuple(threat_part(name, ours, theirs) for name in threats)
    yours = protected(theirs)
    found += [_defended(party, ours, parts) for party in protected(ours) if party in yours]
    return tuple(found)


def _both(name: str, ours: Scenario, theirs: Scenario, table: str) -> bool:
    return all(name in {entry.id for entry in s.table(table)} for s in (ours, theirs))


def _nothing(_d: Difference) -> bool:
    return False


def _clause(clause: Clause, flown: tuple[Part, ...]) -> Verdict:
    """Return whether a clause is kept, as ``guarantee check`` judges it with every input as stated."""
    name = clause.id
    if clause.kind == "function":

        def slack(scenario: Scenario, found: Sequence[Exposed]) -> float:
            most = scenario.find("clause", name).slack_at_most_s
            return float(all(hits.largest_slack_s <= most for one in found for hits in one.values()))

        return Verdict(f"clause.{name}", clause.name, flown, _reads_clause(name), slack)

    def kept(scenario: Scenario, _found: Sequence[Any]) -> float:
        judged = margin(scenario, scenario.find("clause", name), scenario.phases[-1].date)
        if isnan(judged.nominal):
            return UNDETERMINED if judged.truth == Truth.UNDETERMINED else 1.0
        return float(judged.nominal >= 0.0)

    return Verdict(f"clause.{name}", clause.name, (), _reads_clause(name, clause), kept)


PLACES = (
    "",
    "party",
    "lat_deg",
    "lon_deg",
    "box_deg",
    "patrol_deg",
    "basing",
    "active_from",
    "active_to",
    "needs",
)
"""Keys of a site or radar that say whether a clause covers it and where it may be; an empty one is its being there."""


def _reads_clause(name: str, clause: Clause | None = None) -> Reads:
    """Return what a clause reads of the plan, its own words included; of one on function a part reads the rest."""

    def reads(d: Difference) -> bool:
        if d.table in ("clause", "party", "guarantee"):
            return d.table != "clause" or d.id == name
        if clause is None:
            return False
        match d.table:
            case "site":
                return d.key in (*PLACES, "interceptor", "count", "policy", "sensors")
            case "radar":
                return (
                    clause.kind == "orientation" or clause.quantity.startswith("radar") or bool(clause.radars)
                )
            case "interceptor":
                return clause.kind == "limit" and d.key != "kill_probability"
            case "assumption" | "policy":
                return clause.quantity == "launch_delay"
            case "missile":
                return clause.quantity == "launch_delay" and d.key in ("", "burn_time_s")
            case "base":
                return clause.quantity == "launch_delay" or clause.kind == "location"
            case _:
                return False

    return reads


def _base(name: str, spoken: str, parts: tuple[Part, ...]) -> Verdict:
    def exposed(_scenario: Scenario, found: Sequence[Exposed]) -> float:
        return float(any(one[name].some for one in found if name in one))

    def most(found: Sequence[Exposed]) -> tuple[float, ...]:
        ranks = [one[name].rank for one in found if name in one]
        return sum(count for count, _ in ranks), max((slack for _, slack in ranks), default=-inf)

    words = f"Some path from {spoken} can be engaged"
    return Verdict(f"exposed.{name}", words, parts, _nothing, exposed, base=name, finer=most)


def _neutralised(alert: Alert, parts: tuple[Part, ...]) -> Verdict:
    def lost(scenario: Scenario, found: Sequence[Exposed]) -> float:
        phase = scenario.phases[-1]
        share = {base: hits.share for base, hits in joined(found).items()}
        case = Case(scenario, {(phase.name, ENDS[1]): share})
        return float(takes(case.point(phase, alert).lost, scenario.balance.neutralised_share.value))

    def reads(d: Difference) -> bool:
        return d.table in ("balance", "base", "party") or (
            d.table == "site" and d.key in ("", "count", "party")
        )

    words = f"The deterrent is neutralised on {alert.replace('_', '-')} alert"
    return Verdict(NEUTRALISED.format(alert), words, parts, reads, lost)


def _followed(name: str, spoken: str) -> Verdict:
    def follows(_scenario: Scenario, found: Sequence[int]) -> float:
        return float(found[0] > 0)

    words = f"{spoken} alone follows some strategic path long enough to shoot on"
    return Verdict(
        f"followed.{name}", words, (radar_part(name),), _nothing, follows, finer=lambda found: (found[0],)
    )


def _defended(party: str, ours: Scenario, parts: tuple[Part, ...]) -> Verdict:
    names = [found.name for name in party.split(" and ") if (found := party_named(ours, name))]

    def least(_scenario: Scenario, found: Sequence[Mapping[str, float]]) -> float:
        return min((share[party] for share in found if party in share), default=1.0)

    words = (
        f"Share of the people of {' and '.join(names) or party} with a shot at the missile that spares fewest"
    )
    return Verdict(f"defended.{party.replace(' and ', '+')}", words, parts, _nothing, least, is_share=True)


@dataclass
class Values:
    """Values of verdicts in the scenarios between two, each part of them found once for all claims that it reads.

    ``tell`` hears how many scenarios a part has just looked at.
    """

    between: Between
    tell: Callable[[int], None] = lambda _done: None
    _known: dict[tuple[str, int], Any] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)
    _made: dict[int, Scenario] = field(default_factory=dict)
    _moved: dict[tuple[str, int, int, float, str], Any] = field(default_factory=dict)

    def scenario(self, taken: int) -> Scenario:
        """Return the scenario with a set of claims taken from theirs."""
        if taken not in self._made:
            self._made[taken] = self.between.at(taken)
        return self._made[taken]

    def read_by(self, part: Part) -> int:
        """Return the set of claims that a part reads."""
        if part.name not in self._read:
            claims = enumerate(self.between.claims)
            self._read[part.name] = sum(1 << k for k, c in claims if any(map(part.reads, c.differences)))
        return self._read[part.name]

    def touching(self, verdict: Verdict) -> tuple[int, ...]:
        """Return the claims on which a verdict may hang."""
        return tuple(k for k, c in enumerate(self.between.claims) if verdict.is_touched_by(c.differences))

    def at(self, verdict: Verdict, sets: Sequence[int]) -> list[float]:
        """Return the value of a verdict with each of some sets of claims taken from theirs."""
        for part in verdict.parts:
            self._find(part, sets)
        return [
            verdict.value(
                self.scenario(taken), [self._known[p.name, taken & self.read_by(p)] for p in verdict.parts]
            )
            for taken in sets
        ]

    def _find(self, part: Part, sets: Sequence[int]) -> None:
        read = self.read_by(part)
        new = [s for s in dict.fromkeys(taken & read for taken in sets) if (part.name, s) not in self._known]
        for start in range(0, len(new), BATCH):
            some = new[start : start + BATCH]
            found = part.find([self.scenario(s) for s in some])
            self._known |= {(part.name, s): each for s, each in zip(some, found, strict=True)}
            self.tell(len(some))

    def along(
        self, verdict: Verdict, claim: int, taken: int, shares: Sequence[float], *, few: bool
    ) -> list[float]:
        """Return the value of a verdict with a claim at shares of its way from ours to theirs and a set of the others taken.

        Of ``few`` shares, which no other verdict asks for, nothing is found but what this one needs.
        """
        moved = self.between.claims[claim].differences
        made = {share: self.between.at(taken, {d: d.between(share) for d in moved}) for share in shares}
        focus = verdict.base if few else ""
        columns = [self._part_along(part, claim, taken, made, focus) for part in verdict.parts]
        rows = zip(*columns, strict=True) if columns else [()] * len(shares)
        return [verdict.value(s, list(row)) for s, row in zip(made.values(), rows, strict=True)]

    def _part_along(
        self, part: Part, claim: int, taken: int, made: Mapping[float, Scenario], focus: str
    ) -> list[Any]:
        read = self.read_by(part)
        if not read >> claim & 1:
            self._find(part, [taken])
            return [self._known[part.name, taken & read]] * len(made)
        keys = {share: (part.name, claim, taken & read, share, focus) for share in made}
        new = [share for share, key in keys.items() if key not in self._moved]
        if new:
            scenarios = [made[share] for share in new]
            found = part.of_base(scenarios, focus) if focus and part.of_base else part.find(scenarios)
            self._moved |= {keys[share]: each for share, each in zip(new, found, strict=True)}
            self.tell(len(new))
        return [self._moved[key] for key in keys.values()]
