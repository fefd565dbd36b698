"""What the engine inside a report needs: solved paths, the kernel's worlds of every phase and mode, and what may be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from equipoise.analysis.defence.defended_area import map_grid, people_by_cell, threat_paths
from equipoise.analysis.exposure.paths import strategic_arcs
from equipoise.analysis.what_if.kills import raid_shots
from equipoise.analysis.what_if.limits import limits
from equipoise.analysis.what_if.moves import Moves
from equipoise.analysis.what_if.parameters import Parameter, alternatives, kill_places, parameters
from equipoise.analysis.what_if.worlds import Tables, Worlds, commands_of
from equipoise.engagement import cooperation_modes
from equipoise.engagement.engage import Paths
from equipoise.engagement.territory import owners_at
from equipoise.foundation.json_text import json_text
from equipoise.foundation.status import FlightStatus
from equipoise.geography.grids import Grid
from equipoise.model.scenario import Phase
from equipoise.model.systems import Missile
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.targeting import Kinematic
from equipoise.physics.interceptor.flyout import Law
from equipoise.physics.interceptor.reach import greatest_range_rad
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

MOST_PATHS = 40_000
"""Paths that a report carries at most; missiles whose paths would be more than that are left out."""
COLUMNS = ("azimuth_rad", "path_angle_rad", "speed_m_s", "burn_time_s")


def what_if(scenario: Scenario) -> Result | None:
    """Return the paths and tables with which a report answers what-if questions, or None where it could answer none.

    It speaks of missiles that are given by range and burnout, and of maps of latitude and longitude.
    """
    grid = map_grid(scenario)
    threats = _carried(scenario, grid)
    if grid.kind != "lat_lon" or not threats:
        return None
    tables = Tables()
    phases = [
        _phase(scenario, phase, [t.missile_class for t in threats], tables) for phase in scenario.phases
    ]
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
        "people": people_by_cell(scenario, map_grid(scenario)),
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


def _phase(scenario: Scenario, phase: Phase, classes: Sequence[str], tables: Tables) -> dict[str, Any]:
    """Return what a question about a phase may change and the commands behind each mode; put their worlds into ``tables``."""
    day = phase.date
    asked = commands_of(scenario, day, classes)
    offered, words = parameters(scenario, day), alternatives(scenario, day)
    worlds = Worlds(scenario, words)
    found = Moves(scenario, day, offered, words, asked, classes).slots(worlds)
    refused = frozenset[str]().union(*(slots.refused for slots in found.values()))
    commands: dict[str, dict[str, list[int]]] = {}
    for which, command in asked.items():
        number = tables.command(command.name, worlds.of(command, which), found[which].without(refused))
        commands.setdefault(which.missile_class, {}).setdefault(which.mode, []).append(number)
    kept = [p for p in offered if p.key not in refused]
    chosen = [c for c in words if c.key not in refused]
    return {
        "id": phase.name,
        "parameters": [asdict(p) for p in kept],
        "alternatives": [asdict(c) for c in chosen],
        "limits": [asdict(limit) for limit in limits(scenario, day, kept, chosen)],
        "commands": commands,
        "reach": {p.key: _reaches(scenario, p, worlds.earth) for p in kept if p.key.endswith(SPEED)},
        "kills": kill_places(scenario, day),
        "raids": [asdict(raid) for raid in raid_shots(scenario, phase)],
    }


SPEED = ".burnout_speed_km_s"


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
