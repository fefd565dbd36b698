"""What the engine inside a report needs: solved paths, the kernel's worlds of every phase and mode, and what may be changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from math import radians
from typing import Any

import numpy as np

from equipoise.analysis.defence.defended_area import map_grid, protected, threat_paths
from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.exposure.paths import strategic_arcs
from equipoise.analysis.what_if.limits import limits
from equipoise.analysis.what_if.parameters import Parameter, parameters
from equipoise.analysis.what_if.slots import Flat, Slots, find_slots, flat, place_slots
from equipoise.engagement import cooperation_modes, kernel_inputs, order_of_battle
from equipoise.engagement.engage import Paths
from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.records import Command, Sensor
from equipoise.engagement.territory import owners_at
from equipoise.foundation.json_text import json_text
from equipoise.foundation.status import FlightStatus
from equipoise.geography.grids import Grid, ground
from equipoise.model.scenario import Phase
from equipoise.model.systems import Missile
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.targeting import Kinematic
from equipoise.physics.interceptor.flyout import Law
from equipoise.physics.interceptor.reach import greatest_range_rad
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import place, with_numbers

MOST_PATHS = 40_000
"""Paths that a report carries at most; missiles whose paths would be more than that are left out."""
COLUMNS = ("azimuth_rad", "path_angle_rad", "speed_m_s", "burn_time_s")
ALIGNED = 64
"""Bytes on a multiple of which every array of the tables starts."""
AWAY_DEG = 0.7
"""How far a site is moved to see what its place writes."""
EXPOSURE = "exposure"
STRATEGIC = "strategic"


def what_if(scenario: Scenario) -> Result | None:
    """Return the paths and tables with which a report answers what-if questions, or None where it could answer none.

    It speaks of missiles that are given by range and burnout, and of maps of latitude and longitude.
    """
    grid = map_grid(scenario)
    threats = _carried(scenario, grid)
    if grid.kind != "lat_lon" or not threats:
        return None
    tables = _Tables()
    phases = [
        _phase(scenario, phase, [t.missile_class for t in threats], tables) for phase in scenario.phases
    ]
    own = protected(scenario)
    codes = next(iter(own.values()))
    under = ground(grid)
    said = {
        "phases": phases,
        "modes": {m: {"own_area": cooperation_modes.mode(scenario, m).own_area} for m in scenario.head.modes},
        "commands": tables.commands,
        "arrays": tables.arrays,
        "numbers": tables.numbers,
        "classes": {t.id: t.missile_class for t in threats},
        "vehicle": [f"vehicle.{name}" for name in Kinematic._fields],
        "vehicles": {t.id: _leaves(t.vehicle) for t in threats},
    }
    owners = owners_at(scenario, grid.lat_deg, grid.lon_deg)
    values = {
        "questions": json_text(said),
        "tables": np.frombuffer(bytes(tables.block), dtype=np.uint8),
        "owner": owners.astype(object),
        "people": under.people[:, [list(under.codes).index(c) for c in codes]].sum(axis=1),
    }
    values |= _path_columns("", [t.points for t in threats])
    axes = {"threat": [t.id for t in threats], "path_family": list(scenario.head.families)}
    values, axes = _with_bases(scenario, values, axes)
    return Result(kind="what_if", title="What if", data=dataset("what_if", values, axes))


@dataclass(frozen=True)
class _Threat:
    """A missile whose paths are carried: one set per launch point and family."""

    id: str
    missile_class: str
    vehicle: Kinematic
    points: list[list[Paths]]


def _carried(scenario: Scenario, grid: Grid) -> list[_Threat]:
    """Return the missiles given by range and burnout, as long as their paths are few enough."""
    found, room = [], MOST_PATHS
    for threat in scenario.threats:
        record = scenario.find("missile", threat.missile)
        if not isinstance(record, Missile):
            continue
        points = threat_paths(scenario, threat, grid.cells_rad)
        flown = sum(int((p.status == FlightStatus.OK).sum()) for families in points for p in families)
        vehicle = points[0][0].vehicle
        if flown <= room and isinstance(vehicle, Kinematic):
            room -= flown
            found.append(_Threat(threat.id, record.kind, vehicle, points))
    return found


def _path_columns(prefix: str, sets: Sequence[Sequence[Sequence[Paths]]]) -> dict[str, Any]:
    """Return the columns of solved paths (threat, path_family, launch_point, cell), and where they start."""
    most = max(len(points) for points in sets)
    shape = (len(sets), len(sets[0][0]), most, len(sets[0][0][0]))
    status = np.full(shape, int(FlightStatus.OUT_OF_RANGE), dtype=np.int16)
    columns = {name: np.full(shape, np.nan) for name in COLUMNS}
    start = {name: np.full((len(sets), most), np.nan) for name in ("lat_rad", "lon_rad")}
    for t, points in enumerate(sets):
        for p, families in enumerate(points):
            for f, paths in enumerate(families):
                status[t, f, p] = paths.status
                for name in COLUMNS:
                    columns[name][t, f, p] = getattr(paths.flights, name)
                for name in start:
                    start[name][t, p] = getattr(paths.flights, name)[0]
    named = {
        f"{prefix}{name.rsplit('_', 2 if name.endswith('m_s') else 1)[0]}": a for name, a in columns.items()
    }
    return {
        f"{prefix}status": status,
        **named,
        f"{prefix}start_lat": start["lat_rad"],
        f"{prefix}start_lon": start["lon_rad"],
    }


def _with_bases(
    scenario: Scenario, values: dict[str, Any], axes: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return values and axes with the paths of minimum energy of every base, where all are given by range and burnout."""
    arcs = strategic_arcs(scenario) if scenario.bases else None
    if arcs is None or not all(isinstance(p.vehicle, Kinematic) for p in arcs.paths):
        return values, axes
    found = _path_columns("base_", [[[paths]] for paths in arcs.paths])
    found = {name: a[:, 0, 0] if a.ndim == 4 else a[:, 0] for name, a in found.items()}
    found["base_vehicle"] = np.array([list(p.vehicle) for p in arcs.paths], dtype=float)
    return values | found, axes | {"base": list(arcs.bases)}


def _leaves(vehicle: Kinematic) -> dict[str, float]:
    return {f"vehicle.{name}": float(value) for name, value in zip(vehicle._fields, vehicle, strict=True)}


@dataclass
class _Tables:
    """The arrays of all worlds in one block, equal ones once, and the commands that refer to them."""

    block: bytearray = field(default_factory=bytearray)
    arrays: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def array(self, array: np.ndarray, slots: Sequence[dict[str, Any]]) -> int:
        """Return the number of an array with its slots."""
        raw, text = array.tobytes(), json_text(list(slots))
        key = (raw, array.shape, array.dtype.itemsize, text)
        if key not in self.known:
            self.block += b"\0" * (-len(self.block) % ALIGNED)
            self.known[key] = len(self.arrays)
            self.arrays.append(
                {"at": len(self.block), "bytes": len(raw), "item": array.dtype.itemsize, "shape": list(array.shape), "slots": list(slots)}
            )  # fmt: skip
            self.block += raw
        return self.known[key]

    def command(self, name: str, world: _World, slots: Slots) -> int:
        """Return the number of a command: who it is, the site behind each case, and its world."""
        self.numbers = dict(world.leaves.numbers)
        arrays = {key: self.array(a, slots.by_array.get(key, ())) for key, a in world.leaves.arrays.items()}
        entry = {"name": name, "sites": list(world.sites), "world": arrays}
        if entry not in self.commands:
            self.commands.append(entry)
        return self.commands.index(entry)


@dataclass(frozen=True)
class _Asked:
    """One command of a phase: the mode and the class of missile that it faces, or exposure, and its place in the mode."""

    mode: str
    missile_class: str
    place: int


Commands = dict[_Asked, Command]


def _commands(scenario: Scenario, day: date, classes: Sequence[str]) -> Commands:
    """Return every command that a question about ``day`` may concern."""
    found: Commands = {}
    for mode in scenario.head.modes:
        for n, command in enumerate(order_of_battle.commands(scenario, day, mode)):
            found |= {_Asked(mode, missile_class, n): command for missile_class in dict.fromkeys(classes)}
    if scenario.bases:
        found[_Asked(EXPOSURE, STRATEGIC, 0)] = defender(scenario, day)
    return found


@dataclass(frozen=True)
class _World:
    """One command's world: its leaves, the site (index) behind each case, and its sensors in their order."""

    leaves: Flat
    sites: tuple[int, ...]
    sensors: tuple[Sensor, ...]


class _Worlds:
    """Compiles commands, the same one once."""

    def __init__(self, scenario: Scenario) -> None:
        self._earth = kernel_inputs.EARTHS[scenario.head.earth]
        self._sites = {site.id: n for n, site in enumerate(scenario.sites)}
        self._known: dict[tuple[Command, str], _World] = {}

    @property
    def earth(self) -> EarthModel:
        """The Earth of the scenario."""
        return self._earth

    def of(self, command: Command, missile_class: str) -> _World:
        """Return the world of a command that faces missiles of a class (regional, strategic)."""
        key = (command, missile_class)
        if key not in self._known:
            made = compile_world([command], missile_class=missile_class, earth=self._earth)
            sites = [-1] * int(made.world.cases.row.size)
            for battery, case in zip(reversed(command.batteries), reversed(made.cases_of[0]), strict=True):
                sites[case] = self._sites[battery.site]
            known = {use.sensor.id: use.sensor for use in command.uses}
            self._known[key] = _World(
                flat(made.world), tuple(sites), tuple(known[name] for name in made.sensors)
            )
        return self._known[key]


def _phase(scenario: Scenario, phase: Phase, classes: Sequence[str], tables: _Tables) -> dict[str, Any]:
    """Return what a question about a phase may change and the commands behind each mode; put their worlds into ``tables``."""
    asked = _commands(scenario, phase.date, classes)
    offered = parameters(scenario, phase.date)
    worlds = _Worlds(scenario)
    found = _Moves(scenario, phase.date, offered, asked, classes).slots(worlds)
    refused = frozenset[str]().union(*(slots.refused for slots in found.values()))
    commands: dict[str, dict[str, list[int]]] = {}
    for which, command in asked.items():
        number = tables.command(
            command.name, worlds.of(command, which.missile_class), found[which].without(refused)
        )
        commands.setdefault(which.missile_class, {}).setdefault(which.mode, []).append(number)
    kept = [p for p in offered if p.key not in refused]
    return {
        "id": phase.name,
        "parameters": [asdict(p) for p in kept],
        "limits": [asdict(limit) for limit in limits(scenario, phase.date, kept)],
        "commands": commands,
        "reach": {
            p.key: _reaches(scenario, p, worlds.earth) for p in kept if p.key.startswith("interceptor.")
        },
    }


def _reaches(scenario: Scenario, speed: Parameter, earth: EarthModel) -> list[float]:
    """Return the greatest reach (rad) at or below each speed of a slider, from its low end on in steps."""
    record = scenario.find("interceptor", speed.key.split(".")[1])
    steps = int(np.ceil((speed.high - speed.low) / speed.step - 1e-9)) + 1
    laws = [
        Law((speed.low + n * speed.step) * 1e3, record.burn_time_s.si, record.kill_vehicle_life_s.si)
        for n in range(steps)
    ]
    found: list[float] = np.maximum.accumulate([greatest_range_rad(law, earth) for law in laws]).tolist()
    return found


class _Moves:
    """The commands of a phase with each parameter moved alone, with all moved together, and with each site elsewhere."""

    def __init__(
        self,
        scenario: Scenario,
        day: date,
        offered: Sequence[Parameter],
        asked: Commands,
        classes: Sequence[str],
    ) -> None:
        self._scenario, self._day, self._asked, self._classes = scenario, day, asked, classes
        plain = [p for p in offered if not p.axis and p.low < p.high]
        self._start = {p.key: p.value for p in plain}
        self._alone = {
            p.key: [(v, self._with({p.key: v})) for v in (p.low, p.high) if v != p.value] for p in plain
        }
        ends = ({p.key: p.low for p in plain}, {p.key: p.high for p in plain})
        self._together = [(values, self._with(values)) for values in ends]
        self._places = {}
        for site in dict.fromkeys(p.site for p in offered if p.axis):
            at = {p.axis: p.value + AWAY_DEG for p in offered if p.site == site}
            moved = self._with({f"site.{site}.{axis}_deg": value for axis, value in at.items()})
            self._places[site] = ((radians(at["lat"]), radians(at["lon"])), moved)

    def _with(self, values: Mapping[str, float]) -> Commands:
        numbers = {place(key, self._scenario, label="question"): value for key, value in values.items()}
        return _commands(with_numbers(self._scenario, numbers), self._day, self._classes)

    def slots(self, worlds: _Worlds) -> dict[_Asked, Slots]:
        """Return the slots of every command."""
        return {which: self._slots(which, worlds) for which in self._asked}

    def _slots(self, which: _Asked, worlds: _Worlds) -> Slots:
        command = self._asked[which]
        base = worlds.of(command, which.missile_class)

        def world(moved: Commands) -> Flat:
            return worlds.of(moved[which], which.missile_class).leaves

        alone = {
            key: [(value, world(moved)) for value, moved in samples]
            for key, samples in self._alone.items()
            if any(moved[which] != command for _, moved in samples)
        }
        together = [(values, world(moved)) for values, moved in self._together]
        found = find_slots(base.leaves, self._start, alone, together)
        for site, (at, moved) in self._places.items():
            if moved[which] != command:
                found = found.with_place(
                    site, place_slots(base.leaves, world(moved), site, at, base.sensors, worlds.earth)
                )
        return found
