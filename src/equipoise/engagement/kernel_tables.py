"""From commands to the arrays of the kernel; what is equal is kept once."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, inf, pi, sin
from operator import attrgetter
from typing import Generic, TypeVar

import numpy as np

from equipoise.engagement.records import Battery, Command, Region, Sensor, Timing, Use
from equipoise.foundation.errors import DomainError
from equipoise.foundation.remember import Same
from equipoise.numerics.records import column_names
from equipoise.physics.engagement import tables as defence
from equipoise.physics.engagement.shooters import SHOOTER, Shooters
from equipoise.physics.environment.earth import EarthModel, enu_basis, geodetic_to_ecef
from equipoise.physics.interceptor.flyout import Law
from equipoise.physics.interceptor.reach import greatest_range_rad
from equipoise.physics.sensing import track_picture, tracking, visibility

NOT_GUIDED = -1.0
MOST_REGIONS = 62
"""Regions are bits of one integer in the kernel."""
T = TypeVar("T", bound=Hashable)
_PICTURE_ROW, _CASE_ROW = (attrgetter(*column_names(kind)) for kind in (track_picture.PICTURE, defence.CASE))
"""Columns of the kernel's tables from the records here, whose fields have the same names."""


class _Once(Generic[T]):
    """Distinct values in the order in which they came, each with its index."""

    def __init__(self) -> None:
        self.index: dict[T, int] = {}
        self._held: dict[int, int] = {}

    def of(self, value: T) -> int:
        return self.index.setdefault(value, len(self.index))

    def of_held(self, value: T) -> int:
        """Return the index of a value that lives as long as this: the same object is hashed once."""
        found = self._held.get(id(value))
        if found is None:
            found = self._held[id(value)] = self.of(value)
        return found

    def __len__(self) -> int:
        return len(self.index)

    def __iter__(self) -> Iterator[T]:
        return iter(self.index)


@dataclass(frozen=True)
class _Picture:
    uses: tuple[tuple[int, float, bool, bool, float, float], ...]
    track_s: float
    early_track_s: float
    burnout_cue_s: float
    handover_m: float


@dataclass(frozen=True)
class _Shooter:
    law: Law
    places: tuple[tuple[float, float], ...]
    sure: bool
    floor_m: float
    ceiling_m: float
    geometry: tuple[float, float]


@dataclass(frozen=True)
class _Case:
    picture: int
    shooter: int
    delay_s: float
    assess_s: float
    clear_s: float
    permit: int
    forbid: int
    guide: tuple[int, ...]
    guide_s: float
    salvo: int
    looks: int
    stock: float


@dataclass(frozen=True)
class Compiled:
    """The kernel's world and the names behind its indices; ``cases_of[g]`` are the cases of command g.

    Commands that come to the same are one in the kernel: ``column[g]`` is that of command g.
    """

    world: defence.World
    sensors: tuple[str, ...]
    cases_of: tuple[tuple[int, ...], ...]
    column: np.ndarray


def compile_world(commands: Sequence[Command], *, missile_class: str, earth: EarthModel) -> Compiled:
    """Return the kernel's arrays for commands that face a missile of ``missile_class`` (regional, strategic)."""
    sensors: _Once[Sensor] = _Once()
    regions: _Once[Region] = _Once()
    pictures: _Once[_Picture] = _Once()
    shooters: _Once[_Shooter] = _Once()
    cases: _Once[_Case] = _Once()
    of_command, known = [], dict[Hashable, int]()
    for command in commands:
        uses = [u for u in command.uses if missile_class not in u.withheld]
        bits = [sum(1 << regions.of_held(r) for r in group) for group in (command.permit, command.forbid)]
        found = []
        for battery in command.batteries:
            i = battery.interceptor
            law = Law(i.burnout_speed_m_s, i.burn_time_s, i.life_s)
            geometry = (i.least_closing_m_s, i.most_crossing_rad)
            shooter = shooters.of(
                _Shooter(law, battery.places, battery.sure, i.floor_m, i.ceiling_m, geometry)
            )
            own = battery.own_sensors if battery.policy.launch == "own" else None
            key = (id(command.uses), id(command.timing), own, battery.policy.early)
            if key not in known:
                known[key] = pictures.of(_picture(battery, uses, command.timing, sensors))
            seen = known[key]
            found.append(cases.of(_case(battery, command, uses, sensors, seen, shooter, bits)))
        of_command.append(tuple(found))
    if len(regions) > MOST_REGIONS:
        raise DomainError(f"{len(regions)} regions at once; the engine takes at most {MOST_REGIONS}")
    order = sorted(cases, key=lambda case: case.picture)
    place = {cases.index[case]: at for at, case in enumerate(order)}
    cases_of = tuple(tuple(place[c] for c in found) for found in of_command)
    distinct: _Once[tuple[tuple[int, ...], int]] = _Once()
    column = [distinct.of((own, c.wanted_shots)) for own, c in zip(cases_of, commands, strict=True)]
    world = defence.World(
        earth=earth,
        sensors=_sensors(list(sensors), earth),
        regions=_regions(list(regions)),
        pictures=_pictures(list(pictures)),
        shooters=_shooters(list(shooters), earth),
        cases=_cases(order),
        commands=defence.Commands(
            first=_starts([len(found) for found, _ in distinct]),
            case=np.array([c for found, _ in distinct for c in found], dtype=np.int64),
            wanted=np.array([wanted for _, wanted in distinct], dtype=np.int64),
        ),
        looks=_looks(list(sensors)),
    )
    return Compiled(world, tuple(s.id for s in sensors), cases_of, np.array(column, dtype=np.int64))


def compiled_world(commands: Sequence[Command], *, missile_class: str, earth: EarthModel) -> Compiled:
    """Return what :func:`compile_world` does, for who asks about the same commands path set by path set.

    ``missile_class`` is regional or strategic.
    """
    return _compiled(Same(*commands), missile_class, earth)


@lru_cache(maxsize=8)
def _compiled(commands: Same[Command], missile_class: str, earth: EarthModel) -> Compiled:
    return compile_world(commands.held, missile_class=missile_class, earth=earth)


def _picture(battery: Battery, uses: list[Use], timing: Timing, sensors: _Once[Sensor]) -> _Picture:
    """Return what a battery launches on: the command's picture, or its own sensors and the satellites' cue."""
    own = battery.policy.launch == "own"
    taken = [u for u in uses if not own or u.sensor.kind == "infrared" or u.sensor.id in battery.own_sensors]
    return _Picture(
        tuple(
            (
                sensors.of_held(u.sensor),
                u.latency_s,
                u.tracks,
                u.cued,
                u.position_sigma_m,
                u.velocity_sigma_m_s,
            )
            for u in taken
        ),
        timing.track_s,
        timing.early_track_s if battery.policy.early else inf,
        inf if own else timing.burnout_cue_s,
        timing.handover_m,
    )


def _case(
    battery: Battery, command: Command, uses: Sequence[Use], sensors: _Once[Sensor], seen: int, shooter: int, bits: list[int]
) -> _Case:  # fmt: skip
    timing, policy = command.timing, battery.policy
    guide: tuple[int, ...] = ()
    if policy.guide == "own":
        guide = tuple(
            sensors.of_held(u.sensor)
            for u in uses
            if u.sensor.id in battery.own_sensors and u.sensor.kind == "radar"
        )
    return _Case(
        picture=seen,
        shooter=shooter,
        delay_s=timing.decision_s + timing.reaction_s,
        assess_s=timing.assessment_s,
        clear_s=timing.clear_s,
        permit=bits[0],
        forbid=bits[1],
        guide=guide,
        guide_s=timing.guide_s if policy.guide == "own" else NOT_GUIDED,
        salvo=policy.salvo,
        looks=policy.looks,
        stock=battery.stock,
    )


def _starts(sizes: list[int]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _sensors(found: list[Sensor], earth: EarthModel) -> visibility.Sensors:
    m, k = len(found), max((len(s.places) for s in found), default=0)
    boxes = np.full((m, max((len(s.boxes_rad) for s in found), default=0), 4), np.nan)
    place = np.zeros((m, k, 12))
    for i, s in enumerate(found):
        for j, (lat, lon) in enumerate(s.places):
            place[i, j, :3] = geodetic_to_ecef(lat, lon, s.height_m, earth)
            place[i, j, 3:] = np.ravel(enu_basis(lat, lon))
        for j, box in enumerate(s.boxes_rad):
            boxes[i, j] = box
    kinds = {"radar": visibility.RADAR, "infrared": visibility.INFRARED}
    row = np.zeros(m, visibility.SENSOR)
    for i, s in enumerate(found):
        lowest = visibility.sine_of_mask(elevation_rad=s.low_rad, height_m=s.height_m, earth=earth)
        highest = sin(s.high_rad) if s.high_rad < 0.5 * pi else inf
        row[i] = (
            *(kinds[s.kind], s.sure, len(s.places), s.width_rad),
            *(f(a) for a in (s.azimuth_from_rad, s.azimuth_from_rad + s.width_rad) for f in (sin, cos)),
            *(lowest, highest, s.nearest_m, s.range_m, s.boost_range_m, s.cloud_m, s.delay_s, s.report_s),
        )
    return visibility.Sensors(row, place, boxes)


def _looks(found: list[Sensor]) -> tracking.Looks:
    columns = np.array(
        [(s.range_m or 1.0, s.range_sigma, s.angle_sigma, s.update_s) for s in found], dtype=float
    )
    return tracking.Looks(*np.ascontiguousarray(columns.reshape(-1, 4).T))


def _regions(found: list[Region]) -> visibility.Regions:
    n = max((len(r.polygon_rad) for r in found), default=0)
    vertices, fan = np.zeros((len(found), max(n, 1), 2)), np.zeros((len(found), 5))
    for i, r in enumerate(found):
        if r.polygon_rad:
            corners = np.array(r.polygon_rad)
            corners[:, 1] = np.unwrap(corners[:, 1])  # an edge is the shorter way between its ends
            vertices[i, : len(corners)] = corners
        fan[i] = (*r.centre_rad, r.azimuth_from_rad, r.width_rad, r.radius_rad)
    return visibility.Regions(vertices, np.array([len(r.polygon_rad) for r in found], dtype=np.int64), fan)


def _pictures(found: list[_Picture]) -> track_picture.Pictures:
    uses = np.array([use for p in found for use in p.uses], dtype=track_picture.USE)
    rows = np.array(list(map(_PICTURE_ROW, found)), dtype=track_picture.PICTURE)
    return track_picture.Pictures(_starts([len(p.uses) for p in found]), rows, uses)


def _shooters(found: list[_Shooter], earth: EarthModel) -> Shooters:
    place = np.zeros((len(found), max((len(s.places) for s in found), default=0), 3))
    kind = np.zeros(len(found), SHOOTER)
    for i, s in enumerate(found):
        for j, (lat, lon) in enumerate(s.places):
            place[i, j] = geodetic_to_ecef(lat, lon, 0.0, earth)
        kind[i] = (
            *s.law, len(s.places), s.sure, s.floor_m, s.ceiling_m, greatest_range_rad(s.law, earth), *s.geometry
        )  # fmt: skip
    return Shooters(kind, place)


def _cases(found: list[_Case]) -> defence.Cases:
    return defence.Cases(
        row=np.array(list(map(_CASE_ROW, found)), dtype=defence.CASE),
        guide_first=_starts([len(c.guide) for c in found]),
        guide_sensor=np.array([g for c in found for g in c.guide], dtype=np.int64),
    )
