"""Engagements: any number of commands against any number of paths, and what comes of it.

>>> from equipoise.engagement import order_of_battle
>>> from equipoise.scenario.load import load_scenario
>>> scenario = load_scenario("epaa")
>>> defender, *_ = order_of_battle.commands(scenario, scenario.phases[2].date, "independent")
>>> len(defender.batteries)
3
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from equipoise.engagement.kernel_tables import compile_world, compiled_world
from equipoise.engagement.records import Command
from equipoise.engagement.staged_paths import StagedFlights, Steered, engage_staged, sample_staged
from equipoise.foundation.remember import remember
from equipoise.foundation.status import Reason
from equipoise.numerics.records import column_names
from equipoise.numerics.threads import in_shares
from equipoise.physics.engagement.batch import engage_all
from equipoise.physics.engagement.tables import OUTCOME, World
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.targeting import Kinematic
from equipoise.physics.flight.trajectory import Flights, Path, empty_path, sample_path

NOBODY = -1


@dataclass(frozen=True)
class Paths:
    """Solved paths of one vehicle over one Earth, (n,), and the class of the missile (regional, strategic)."""

    vehicle: Kinematic | Steered
    flights: Flights | StagedFlights
    earth: EarthModel
    missile_class: str

    @property
    def status(self) -> np.ndarray:
        """Return the flight status of every path."""
        return self.flights.status

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self.flights.status.size)

    def __getitem__(self, which: Any) -> Paths:
        """Return the paths that an index, slice or mask picks."""
        make = _read_only if isinstance(self.flights, Flights) else np.atleast_1d
        picked = type(self.flights)(*(make(column[which]) for column in self.flights))
        return Paths(self.vehicle, picked, self.earth, self.missile_class)

    def sampled(self, i: int = 0) -> Path:
        """Return path ``i`` sampled from launch to the ground."""
        if isinstance(self.vehicle, Kinematic):
            return sample_path(self.vehicle, self[i].flights, 0, self.earth, empty_path())
        assert isinstance(self.flights, StagedFlights)
        return sample_staged(self.vehicle, self.flights, i, self.earth)

    def engaged(self, world: World, *, each_battery: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Return what the kernels find in a world, as :func:`equipoise.physics.engagement.batch.engage_all` does."""
        if isinstance(self.vehicle, Kinematic):
            assert isinstance(self.flights, Flights)
            return engage_all(self.vehicle, self.flights, world, each_battery=each_battery)
        assert isinstance(self.flights, StagedFlights)
        return engage_staged(self.vehicle, self.flights, self.earth, world, each_battery=each_battery)


def _read_only(values: Any) -> np.ndarray:
    """Return an array that cannot be written to, as the kernel takes it: with others it is compiled once more."""
    view = np.atleast_1d(values).view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True)
class Outcomes:
    """What each command (columns) can do against each path (rows); arrays (n, commands), times in s since launch.

    ``slack_s`` is how long the launch could still be put off (negative: how much too late; nan: out of reach at any
    time), with the battery of which it holds longest, ``slack_site``. All else but shots and last intercept is of ``site``, the battery
    that shoots first or came nearest: ``ready_s`` is its earliest launch, ``latest_s`` its latest that still meets the missile.
    ``site`` and ``slack_site`` index ``sites``, ``detected_by`` and ``tracked_by`` index ``sensors``; -1 is nobody. Values that do not exist are nan.
    """

    reason: np.ndarray
    shots: np.ndarray
    slack_s: np.ndarray
    detect_s: np.ndarray
    track_s: np.ndarray
    ready_s: np.ndarray
    latest_s: np.ndarray
    first_intercept_s: np.ndarray
    last_intercept_s: np.ndarray
    site: np.ndarray
    slack_site: np.ndarray
    detected_by: np.ndarray
    tracked_by: np.ndarray
    sites: tuple[str, ...]
    sensors: tuple[str, ...]

    @classmethod
    def out_of_range(
        cls, paths: int, commands: int, sites: tuple[str, ...], sensors: tuple[str, ...]
    ) -> Outcomes:
        """Return the outcomes against missiles that cannot fly there."""
        fill = {"reason": int(Reason.OUT_OF_RANGE), "shots": 0, **dict.fromkeys(_NUMBERED, NOBODY)}
        arrays = {name: np.full((paths, commands), fill.get(name, np.nan)) for name in _ARRAYS}
        return cls(**arrays, sites=sites, sensors=sensors)

    def rows(self, which: np.ndarray) -> Outcomes:
        """Return the outcomes against some of the paths."""
        return replace(self, **{name: getattr(self, name)[which] for name in _ARRAYS})

    def put(self, which: np.ndarray, found: Outcomes) -> None:
        """Set the outcomes against some of the paths; both speak of the same sites and sensors."""
        for name in _ARRAYS:
            getattr(self, name)[which] = getattr(found, name)

    def columns(self, which: int | np.ndarray) -> Outcomes:
        """Return some commands' columns, in the order of their indices."""
        return replace(self, **{name: getattr(self, name)[:, which] for name in _ARRAYS})

    def where(self, take: np.ndarray, other: Outcomes) -> Outcomes:
        """Return this where ``take`` is true and ``other`` elsewhere; both speak of the same sites and sensors."""
        return replace(
            other, **{name: np.where(take, getattr(self, name), getattr(other, name)) for name in _ARRAYS}
        )


_ARRAYS = tuple(f.name for f in fields(Outcomes) if f.name not in ("sites", "sensors"))


_NUMBERED = {"site": "sites", "slack_site": "sites", "detected_by": "sensors", "tracked_by": "sensors"}
"""Arrays that index names; the last entry of such an index, -1, is nobody."""


def better(a: Outcomes, b: Outcomes) -> np.ndarray:
    """Return where ``a`` has more shots than ``b`` or, with as many, more slack.

    The answer has the shape of their arrays, (n, commands).
    """
    slack_a, slack_b = (np.nan_to_num(o.slack_s, nan=-np.inf) for o in (a, b))
    return (a.shots > b.shots) | ((a.shots == b.shots) & (slack_a > slack_b))


def engage(paths: Paths | Sequence[Paths], commands: Sequence[Command]) -> Outcomes:
    """Return the outcome of every command against every path; several sets of paths are taken one after the other."""
    if not isinstance(paths, Paths):
        parts, row = _by_vehicle(paths)
        return _joined(_side_by_side(parts, commands)).rows(row)
    compiled = compiled_world(commands, missile_class=paths.missile_class, earth=paths.earth)
    sites = tuple(dict.fromkeys(b.site for command in commands for b in command.batteries))
    found, _ = paths.engaged(compiled.world)
    site_of = _site_of_case(commands, compiled.cases_of, sites)
    return _outcomes(found, compiled.column, site_of, sites, compiled.sensors)


def _by_vehicle(parts: Sequence[Paths]) -> tuple[list[Paths], np.ndarray]:
    """Return the parts, those of one kinematic vehicle joined, and the row there of every path of the parts in turn."""
    alike: dict[Hashable, list[int]] = {}
    for i, part in enumerate(parts):
        joins = isinstance(part.flights, Flights)
        alike.setdefault((part.vehicle, part.earth, part.missile_class) if joins else i, []).append(i)
    ends = np.cumsum([0, *(len(part) for part in parts)])
    order = [np.arange(ends[i], ends[i + 1]) for members in alike.values() for i in members]
    return [_one([parts[i] for i in members]) for members in alike.values()], np.argsort(
        np.concatenate(order)
    )


def _one(parts: list[Paths]) -> Paths:
    """Return the paths of one vehicle as one set."""
    if len(parts) == 1:
        return parts[0]
    flights = Flights(*map(np.concatenate, zip(*(part.flights for part in parts), strict=True)))
    return replace(parts[0], flights=flights)


def _side_by_side(parts: Sequence[Paths], commands: Sequence[Command]) -> list[Outcomes]:
    """Return the outcomes of each part; small parts leave a thread idle, so several are taken at once."""
    for missile_class, earth in dict.fromkeys((part.missile_class, part.earth) for part in parts):
        compiled_world(commands, missile_class=missile_class, earth=earth)
    found: dict[int, Outcomes] = {}

    def some(start: int, stop: int) -> None:
        found.update((i, engage(parts[i], commands)) for i in range(start, stop))

    in_shares(some, len(parts), share=1)
    return [found[i] for i in range(len(parts))]


def engage_each(paths: Paths, commands: Sequence[Command]) -> Outcomes:
    """Return what :func:`engage` does, every command for itself and remembered.

    For who asks again with one of several commands changed; asked once, :func:`engage` is quicker.
    """
    return _joined([_engage_one(paths, command) for command in commands], axis=1)


@remember(limit_mb=300)
def _engage_one(paths: Paths, command: Command) -> Outcomes:
    return engage(paths, [command])


def engage_batteries(paths: Paths, command: Command) -> Outcomes:
    """Return the outcome of every battery of one command, each for itself: arrays (n, batteries)."""
    compiled = compile_world([command], missile_class=paths.missile_class, earth=paths.earth)
    _, found = paths.engaged(compiled.world, each_battery=True)
    found = found[:, list(compiled.cases_of[0])]
    found["case"] = np.arange(found.shape[1])
    found["slack_case"] = np.where(np.isfinite(found["slack_s"]), found["case"], NOBODY)
    site_of = np.tile(np.arange(found.shape[1]), (found.shape[1], 1))
    sites = tuple(b.site for b in command.batteries)
    return _outcomes(found, np.arange(found.shape[1]), site_of, sites, compiled.sensors)


def _joined(parts: list[Outcomes], axis: int = 0) -> Outcomes:
    """Return the rows (or columns) of several sets; sites and sensors get one common numbering."""
    sites, sensors = (
        tuple(dict.fromkeys(name for part in parts for name in getattr(part, kind)))
        for kind in ("sites", "sensors")
    )
    names = {"sites": sites, "sensors": sensors}
    columns = {}
    for name in _ARRAYS:
        arrays = [getattr(part, name) for part in parts]
        kind = _NUMBERED.get(name)
        if kind:
            index = [np.array([*(names[kind].index(n) for n in getattr(p, kind)), NOBODY]) for p in parts]
            arrays = [table[array] for table, array in zip(index, arrays, strict=True)]
        columns[name] = np.concatenate(arrays, axis=axis)
    return Outcomes(**columns, sites=sites, sensors=sensors)


def _site_of_case(
    commands: Sequence[Command], cases_of: Sequence[Sequence[int]], sites: Sequence[str]
) -> np.ndarray:
    """Return the site (index) behind each case of each command, (commands, cases); cases are shared by commands."""
    table = np.full((len(commands), 1 + max((c for cases in cases_of for c in cases), default=0)), NOBODY)
    for g, command in enumerate(commands):
        for battery, case in zip(reversed(command.batteries), reversed(cases_of[g]), strict=True):
            table[g, case] = sites.index(battery.site)
    return table


def _outcomes(
    found: np.ndarray,
    which: np.ndarray,
    site_of: np.ndarray,
    sites: tuple[str, ...],
    sensors: tuple[str, ...],
) -> Outcomes:
    """Return the kernel's outcomes (paths, columns), of the columns ``which`` of each command."""
    column = {name: found[name][:, which] for name in column_names(OUTCOME)}
    column["shots"] = column["shots"].astype(np.int64)
    site, slack_site = (_site_behind(column.pop(name), site_of) for name in ("case", "slack_case"))
    return Outcomes(**column, site=site, slack_site=slack_site, sites=sites, sensors=sensors)


def _site_behind(case: np.ndarray, site_of: np.ndarray) -> np.ndarray:
    """Return the site (index, -1 for nobody) behind each case (paths, commands) of its command."""
    return np.where(case >= 0, site_of[np.arange(case.shape[1]), np.maximum(case, 0)], NOBODY)
