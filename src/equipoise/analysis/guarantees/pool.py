"""Strategic flights as a pool to pick from, and what a permitted system could do against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians

import numpy as np

from equipoise.analysis.guarantees.arcs import BOOSTS, Group
from equipoise.analysis.guarantees.permitted import PermittedSystem
from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Battery, Command, Interceptor, Policy, Sensor, Timing, Use
from equipoise.foundation.sphere import middle_deg
from equipoise.foundation.status import FlightStatus


@dataclass(frozen=True)
class Pool:
    """Flights that exist: paths in parts, and for each flight (n,) its group, which of the group's paths, aim cell and longest burn in s."""

    groups: tuple[Group, ...]
    parts: tuple[Paths, ...]
    group: np.ndarray
    boost: np.ndarray
    aim: np.ndarray
    burn_s: np.ndarray

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
        group, boost, aim, burn_s = (c[chosen] for c in (self.group, self.boost, self.aim, self.burn_s))
        return Pool(self.groups, tuple(parts), group, boost, aim, burn_s)

    def launches_deg(self) -> tuple[float, float]:
        """Return latitude and longitude of the middle of the places from which the flights start."""
        starts = [(part.flights.lat_rad[0], part.flights.lon_rad[0]) for part in self.parts]
        return middle_deg(*np.degrees(np.unique(starts, axis=0)).T)

    def one(self, k: int) -> Paths:
        """Return one flight."""
        return self.pick(np.array([k])).parts[0]

    def name(self, k: int) -> dict[str, str]:
        """Return base, family and boost of one flight in words."""
        group = self.groups[self.group[k]]
        return {"base": group.base, "family": group.family, "boost": BOOSTS[self.boost[k] % len(BOOSTS)]}


def pool_of(groups: Sequence[Group]) -> Pool:
    """Return every flight that exists in the groups."""
    parts, labels, burns = [], [], []
    for g, group in enumerate(groups):
        for b, paths in enumerate(group.paths):
            good = np.flatnonzero(paths.status == FlightStatus.OK)
            if good.size:
                parts.append(paths[good])
                burns.append(group.burn_stretch * paths.flights.burn_time_s[good])
                labels.append(np.stack([np.full(good.size, g), np.full(good.size, b), good], axis=1))
    columns = np.concatenate(labels)
    of_group, boost, aim = columns.T
    return Pool(tuple(groups), tuple(parts), of_group, boost, aim, np.concatenate(burns))


@dataclass(frozen=True)
class Design:
    """One system inside what is permitted: place in degrees, speed, burn time, and how long it waits beyond the earliest launch.

    ``radar_deg`` is the place of its radar where a clause limits radars; else every missile is tracked from its launch.
    """

    lat_deg: float
    lon_deg: float
    speed_m_s: float
    burn_time_s: float
    wait_s: float = 0.0
    radar_deg: tuple[float, float] | None = None

    def command(self, system: PermittedSystem, delay_s: float) -> Command:
        """Return the command that shoots as soon as ``delay_s`` after the missile's burnout is over.

        With a radar it shoots as soon as the radar has tracked the missile, during boost unless a clause forbids it.
        """
        early = system.radar is not None and system.after_burnout_s is None
        interceptor = Interceptor(self.speed_m_s, self.burn_time_s, system.life_s, system.kill_floor_m)
        battery = Battery(
            "site", (_point(self.lat_deg, self.lon_deg),), interceptor, stock=1.0, policy=Policy(early=early)
        )
        if system.radar is None or self.radar_deg is None:
            return Command("permitted", (battery,), (), Timing(0.0, 0.0, delay_s, 30.0, burnout_cue_s=0.0))
        radar = Sensor(
            "radar",
            places=(_point(*self.radar_deg),),
            azimuth_from_rad=system.radar.azimuth_from_rad,
            width_rad=system.radar.width_rad,
            range_m=system.radar.range_m,
            boost_range_m=system.radar.range_m,
        )
        track = system.after_launch_s if early else system.track_s
        after = 0.0 if early else max(system.after_launch_s, system.after_burnout_s or 0.0) - track
        timing = Timing(system.track_s, 0.0, max(after, 0.0) + self.wait_s, 30.0, early_track_s=track)
        return Command("permitted", (battery,), (Use(radar),), timing)


def _point(lat_deg: float, lon_deg: float) -> tuple[float, float]:
    return radians(lat_deg), radians(lon_deg)


def slack_s(pool: Pool, designs: Sequence[Design], system: PermittedSystem) -> np.ndarray:
    """Return slack (flights, designs) in s, -inf where a flight is out of reach at any time."""
    return slack_against(pool.parts, pool.burn_s, designs, system)


def slack_against(
    parts: Sequence[Paths], burn_s: np.ndarray, designs: Sequence[Design], system: PermittedSystem
) -> np.ndarray:
    """Return slack (flights, designs) in s against flights that burn for ``burn_s`` (flights,), -inf out of reach.

    Without a radar the latest launch that meets a flight does not depend on the earliest one, so that it is computed for a
    launch at burnout and counted from the launch that is permitted against that flight.
    """
    found = engage(parts, [design.command(system, 0.0) for design in designs]).slack_s
    if system.radar is None:
        start = np.array([system.start_s(burn) for burn in burn_s])
        found = found - start[:, None] - np.array([design.wait_s for design in designs])
    return np.where(np.isnan(found), -np.inf, found)
