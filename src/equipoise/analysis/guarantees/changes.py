"""The cheapest change of one clause that makes a guarantee sufficient: by how much, and at whose cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from equipoise.analysis.guarantees.cases import Question
from equipoise.analysis.guarantees.search import Statement, grow_all
from equipoise.analysis.guarantees.space import Limits, people_defended, with_limits
from equipoise.analysis.guarantees.statement import decimal
from equipoise.model.region import Box, Disc, Region
from equipoise.physics.permitted_cover import DONE

HALVINGS = 6
TRIAL_S = 5.0
MARKS = 60_000


@dataclass(frozen=True)
class Lever:
    """One number of a guarantee: as it stands, the strictest that is tried, and the limits that a value gives.

    ``clause`` is the clause that sets it now, or empty where one would have to be added.
    """

    name: str
    unit: str
    clause: str
    now: float
    strictest: float
    limits: Callable[[float], Limits]
    delay: bool = False


@dataclass(frozen=True)
class Change:
    """The mildest value of a lever that is proved sufficient (nan: none), and the people lost (millions)."""

    lever: Lever
    value: float
    people_lost_m: float

    @property
    def suffices(self) -> bool:
        """Whether the lever alone can make the guarantee sufficient."""
        return self.value == self.value

    def text(self) -> str:
        """Return the change in words."""
        lever = self.lever
        what = f"change {lever.clause}" if lever.clause else "add a clause"
        if not self.suffices:
            return f"{lever.name}: no value down to {lever.strictest:g} {lever.unit} suffices alone."
        lost = (
            f"costs {self.people_lost_m:.1f} million people their shot"
            if self.people_lost_m > 0.05
            else "costs nobody a shot"
        )
        return f"{lever.name}: {what} from {lever.now:g} to {self.value:.4g} {lever.unit}; {lost}."


def levers(asked: Question) -> list[Lever]:
    """Return the numbers that could be tightened: speed, distance from strategic bases, northern edge, launch delay."""
    system = asked.system
    now = Limits(system.speed_m_s, system.number, system.region)
    by = system.limited_by
    north = max(box[2] for box in system.region.boxes())
    south = min(box[0] for box in system.region.boxes())
    near = min((disc.radius_km for disc in system.region.discs), default=0.0)
    place = "" if by["place"].startswith("the area") else by["place"]
    return [
        Lever(
            "burnout speed", "km/s", _clause(by["burnout speed"]), system.speed_m_s / 1e3, 1.0,
            lambda value: replace(now, speed_m_s=1e3 * value),
        ),
        Lever(
            "distance from strategic bases", "km", place if near else "", near, 4000.0,
            lambda value: replace(now, region=_farther(system.region, asked, value)),
        ),
        Lever(
            "northern edge of the zone", "degrees north", place, north, south + 0.5,
            lambda value: replace(now, region=_below(system.region, value)),
        ),
        Lever(
            "launch no sooner after the missile's burnout than", "s", _clause(by["launch delay"]), system.delay_s, 600.0,
            lambda value: now, delay=True,
        ),
    ]  # fmt: skip


def _clause(by: str) -> str:
    return "" if " " in by else by


def _farther(region: Region, asked: Question, radius_km: float) -> Region:
    discs = tuple(Disc(b["lat_deg"], b["lon_deg"], radius_km) for b in asked.scenario.tables["base"])
    return replace(region, discs=tuple(dict.fromkeys(discs)))


def _below(region: Region, north_deg: float) -> Region:
    edge: tuple[Box, ...] = ((-90.0, -180.0, north_deg, 180.0),)
    return replace(region, within=(*region.within, edge))


def changes(asked: Question) -> list[Change]:
    """Return the mildest sufficient value of each lever, those that cost fewest people first."""
    found = [(lever, mildest(asked, lever)) for lever in levers(asked)]
    now = Limits(asked.system.speed_m_s, asked.system.number, asked.system.region)
    people = people_defended(
        asked.scenario, [now, *(lever.limits(_known(value, lever)) for lever, value in found)]
    )
    changed = [
        Change(lever, value, max(people[0] - after, 0.0) if value == value else float("nan"))
        for (lever, value), after in zip(found, people[1:], strict=True)
    ]
    return sorted(changed, key=lambda c: (not c.suffices, c.people_lost_m))


def _known(value: float, lever: Lever) -> float:
    return value if value == value else lever.now


def mildest(asked: Question, lever: Lever) -> float:
    """Return the value nearest to the present one that is proved sufficient, by halving; nan when the strictest is not."""
    if sufficient(_said(asked, lever, lever.now)):
        return lever.now
    bad, good = lever.now, lever.strictest
    if not _possible(lever, good) or not sufficient(_said(asked, lever, good)):
        return float("nan")
    for _ in range(HALVINGS):
        middle = 0.5 * (bad + good)
        if sufficient(_said(asked, lever, middle)):
            good = middle
        else:
            bad = middle
    return good


def _possible(lever: Lever, value: float) -> bool:
    return not lever.limits(value).region.is_empty()


def _said(asked: Question, lever: Lever, value: float) -> Statement:
    said = with_limits(asked.said, lever.limits(value), asked.scenario)
    if not lever.delay:
        return said
    return {**said, "interceptor": {**said["interceptor"], "delay_s": decimal(value)}}


def sufficient(said: Statement) -> bool:
    """Return whether a statement is proved within :data:`TRIAL_S` seconds."""
    if not said["sites"]["within"]:
        return True
    trees = grow_all(said, limit_s=TRIAL_S, most=MARKS)
    return all(tree.state == DONE for tree in trees)
