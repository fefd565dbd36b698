"""The cheapest change of one clause that makes a guarantee sufficient, or how far one may be loosened, and at whose cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from equipoise.analysis.guarantees.cases import Question
from equipoise.analysis.guarantees.permitted import FASTEST_KM_S
from equipoise.analysis.guarantees.search import Statement, grow_all
from equipoise.analysis.guarantees.space import Limits, people_defended, with_limits
from equipoise.model.region import Box, Disc, Region
from equipoise.physics.permitted.cover import DONE

HALVINGS = 6
NOBODY_M = 0.05
"""Millions of people that are not told apart from nobody: the cells are coarse."""
TRIAL_S = 5.0
MARKS = 60_000


@dataclass(frozen=True)
class Lever:
    """One number of a guarantee: as it stands, the loosest and strictest that are tried, and the limits of a value.

    ``clause`` is the clause that sets it now, or empty where one would have to be added.
    """

    name: str
    unit: str
    clause: str
    now: float
    loosest: float
    strictest: float
    limits: Callable[[float], Limits]


@dataclass(frozen=True)
class Change:
    """The mildest value of a lever that the search finds sufficient (nan: none), and the people (millions) who lose their shot.

    ``already`` says that the guarantee is sufficient as it stands: then the value is how far the lever may be loosened,
    and people lost are negative where some win a shot.
    """

    lever: Lever
    value: float
    people_lost_m: float
    already: bool = False

    @property
    def suffices(self) -> bool:
        """Whether the lever alone can make the guarantee sufficient."""
        return self.value == self.value

    def text(self) -> str:
        """Return the change in words."""
        lever = self.lever
        if not self.suffices:
            return f"{lever.name}: no value as far as {lever.strictest:g} {lever.unit} suffices alone."
        if self.already:
            return self._loosened()
        what = f"change {lever.clause}" if lever.clause else "add a clause"
        lost = (
            f"costs {self.people_lost_m:.1f} million people their shot"
            if self.people_lost_m > NOBODY_M
            else "costs nobody a shot"
        )
        return f"{lever.name}: {what} from {lever.now:g} to {self.value:.4g} {lever.unit}; {lost}."

    def _loosened(self) -> str:
        lever, won = self.lever, -self.people_lost_m
        if not lever.clause:
            return f"{lever.name}: no clause is needed."
        if self.value == lever.now:
            return f"{lever.name}: {lever.clause} cannot be loosened."
        gives = f"gives {won:.1f} million people a shot" if won > NOBODY_M else "gives nobody a shot"
        return f"{lever.name}: {lever.clause} may be loosened from {lever.now:g} to {self.value:.4g} {lever.unit}; {gives}."


def levers(asked: Question) -> list[Lever]:
    """Return the numbers that could be changed: speed, distance from strategic bases, northern edge, launch delay."""
    system = asked.system
    now = Limits(system.speed_m_s, system.number, system.region, after_burnout_s=system.after_burnout_s)
    longest = max(float(t["burn_time_s"]) for t in asked.said["threats"])
    by = system.limited_by
    north = max(box[2] for box in system.region.boxes())
    south = min(box[0] for box in system.region.boxes())
    top = max(box[2] for box in system.area.boxes())
    near = min((disc.radius_km for disc in system.region.discs), default=0.0)
    place = "" if by["place"].startswith("the area") else by["place"]
    soonest = system.start_s(longest)
    return [
        Lever(
            "burnout speed", "km/s", _clause(by["burnout speed"]), system.speed_m_s / 1e3, FASTEST_KM_S, 1.0,
            lambda value: replace(now, speed_m_s=1e3 * value),
        ),
        Lever(
            "distance from strategic bases", "km", place if near else "", near, 0.0, 4000.0,
            lambda value: replace(now, region=_farther(system.region, asked, value)),
        ),
        Lever(
            "northern edge of the zone", "degrees north", place if len(system.region.within) > 1 else "", north, top, south + 0.5,
            lambda value: replace(now, region=_below(system.region, north, value)),
        ),
        Lever(
            "launch after the missile's burnout", "s", _clause(by["launch"]), soonest, system.after_launch_s - longest, 600.0,
            lambda value: replace(now, after_burnout_s=value),
        ),
    ]  # fmt: skip


def _clause(by: str) -> str:
    return "" if " " in by else by


def _farther(region: Region, asked: Question, radius_km: float) -> Region:
    discs = tuple(Disc(b.lat_deg, b.lon_deg, radius_km) for b in asked.scenario.bases)
    return replace(region, discs=tuple(dict.fromkeys(discs)))


def _below(region: Region, north_deg: float, edge_deg: float) -> Region:
    """Return the region with its northern edge moved: cut off, or its northernmost boxes made longer."""
    if edge_deg <= north_deg:
        edge: tuple[Box, ...] = ((-90.0, -180.0, edge_deg, 180.0),)
        return replace(region, within=(*region.within, edge))
    longer = tuple(tuple((s, w, max(n, edge_deg), e) for s, w, n, e in union) for union in region.within[1:])
    return replace(region, within=(region.within[0], *longer))


def changes(asked: Question) -> list[Change]:
    """Return the mildest sufficient value of each lever, those that cost fewest people first."""
    every = levers(asked)
    already = sufficient(_said(asked, every[0], every[0].now))
    found = [(lever, mildest(asked, lever, already=already)) for lever in every]
    now = every[0].limits(every[0].now)
    people = people_defended(
        asked.scenario, [now, *(lever.limits(_known(value, lever)) for lever, value in found)]
    )
    changed = [
        Change(lever, value, people[0] - after if value == value else float("nan"), already)
        for (lever, value), after in zip(found, people[1:], strict=True)
    ]
    return sorted(
        changed, key=lambda c: (not c.suffices, not c.lever.clause if already else False, c.people_lost_m)
    )


def _known(value: float, lever: Lever) -> float:
    return value if value == value else lever.now


def mildest(asked: Question, lever: Lever, *, already: bool) -> float:
    """Return the loosest value that the search finds sufficient, by halving; nan when the strictest is not.

    Sought between the present value and the strictest or, where the guarantee is ``already`` sufficient, the loosest.
    """
    bad, good = (lever.loosest, lever.now) if already else (lever.now, lever.strictest)
    if already and (not lever.clause or bad == good):
        return lever.now
    if already and sufficient(_said(asked, lever, bad)):
        return bad
    if not already and not (
        not lever.limits(good).region.is_empty() and sufficient(_said(asked, lever, good))
    ):
        return float("nan")
    for _ in range(HALVINGS):
        middle = 0.5 * (bad + good)
        if sufficient(_said(asked, lever, middle)):
            good = middle
        else:
            bad = middle
    return good


def _said(asked: Question, lever: Lever, value: float) -> Statement:
    return with_limits(asked.said, lever.limits(value), asked.scenario)


def sufficient(said: Statement) -> bool:
    """Return whether the search for a certificate (floating point) finishes within :data:`TRIAL_S` seconds."""
    if not said["sites"]["within"]:
        return True
    trees = grow_all(said, limit_s=TRIAL_S, most=MARKS)
    return all(tree.state == DONE for tree in trees)
