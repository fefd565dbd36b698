"""Strategic flights as a pool to pick from, and what a permitted system could do against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians

import numpy as np

from equipoise.analysis.guarantees.arcs import BOOST_ENDS, Group
from equipoise.analysis.guarantees.permitted import PermittedSystem
from equipoise.engagement.engage import Outcomes, Paths, engage
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.foundation.status import FlightStatus


@dataclass(frozen=True)
class Pool:
    """Flights that exist: paths in parts, and for each flight (n,) its group, boost end and aim cell."""

    groups: tuple[Group, ...]
    parts: tuple[Paths, ...]
    group: np.ndarray
    boost: np.ndarray
    aim: np.ndarray

    def __len__(self) -> int:
        """Return how many flights there are."""
        return len(self.group)

    def pick(self, which: np.ndarray) -> Pool:
        """Return the flights that an array of indices picks, in the order of the pool."""
        chosen = np.zeros(len(self), dtype=bool)
        chosen[which] = True
        parts, first = [], 0
        for part in self.parts:
            inside = chosen[first : first + len(part)]
            first += len(part)
            if inside.any():
                parts.append(part[np.flatnonzero(inside)])
        return Pool(self.groups, tuple(parts), self.group[chosen], self.boost[chosen], self.aim[chosen])

    def one(self, k: int) -> Paths:
        """Return one flight."""
        return self.pick(np.array([k])).parts[0]

    def name(self, k: int) -> dict[str, str]:
        """Return base, family and boost of one flight in words."""
        group = self.groups[self.group[k]]
        return {"base": group.base, "family": group.family, "boost": BOOST_ENDS[self.boost[k]]}


def pool_of(groups: Sequence[Group]) -> Pool:
    """Return every flight that exists in the groups."""
    parts, labels = [], []
    for g, group in enumerate(groups):
        for b, paths in enumerate(group.paths):
            good = np.flatnonzero(paths.status == FlightStatus.OK)
            if good.size:
                parts.append(paths[good])
                labels.append(np.stack([np.full(good.size, g), np.full(good.size, b), good], axis=1))
    columns = np.concatenate(labels)
    return Pool(tuple(groups), tuple(parts), columns[:, 0], columns[:, 1], columns[:, 2])


@dataclass(frozen=True)
class Design:
    """One system inside what is permitted: place in degrees, speed, burn time and launch delay.

    ``radar_deg`` is the place of its radar where a clause limits radars; else every missile is tracked from burnout.
    """

    lat_deg: float
    lon_deg: float
    speed_m_s: float
    burn_time_s: float
    delay_s: float
    radar_deg: tuple[float, float] | None = None

    def command(self, system: PermittedSystem) -> Command:
        """Return the command that shoots as soon as the delay after the missile's burnout is over."""
        interceptor = Interceptor(self.speed_m_s, self.burn_time_s, system.life_s, system.kill_floor_m)
        battery = Battery("site", (_point(self.lat_deg, self.lon_deg),), interceptor, stock=1.0)
        if system.radar is None or self.radar_deg is None:
            return Command(
                "permitted", (battery,), (), Timing(0.0, 0.0, self.delay_s, 30.0, burnout_cue_s=0.0)
            )
        radar = Sensor(
            "radar",
            places=(_point(*self.radar_deg),),
            azimuth_from_rad=system.radar.azimuth_from_rad,
            width_rad=system.radar.width_rad,
            range_m=system.radar.range_m,
            boost_range_m=system.radar.range_m,
        )
        timing = Timing(system.track_s, 0.0, self.delay_s - system.track_s, 30.0)
        return Command("permitted", (battery,), (Use(radar),), timing)


def _point(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    return radians(lat_deg), radians(lon_deg)


def outcomes(pool: Pool, designs: Sequence[Design], system: PermittedSystem) -> Outcomes:
    """Return what each design (columns) can do against each flight (rows)."""
    return engage(pool.parts, [design.command(system) for design in designs])


def slack_s(pool: Pool, designs: Sequence[Design], system: PermittedSystem) -> np.ndarray:
    """Return slack (flights, designs) in s, -inf where a flight is out of reach at any time."""
    found = outcomes(pool, designs, system).slack_s
    return np.where(np.isnan(found), -np.inf, found)
