"""Staged vehicles and how they are steered: the checked data that the boost kernel reads.

>>> scud = staged(stages=[stage(burn_time_s=75.0, propellant_kg=3699.0, dry_kg=1198.0, specific_impulse_s=230.0,
...                             reference_area_m2=0.554)], payload_kg=1000.0)
>>> float(scud.segments[0].mass_kg)
5897.0
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from math import inf, isfinite, nan
from typing import NamedTuple

import numpy as np

from equipoise.foundation.constants import STANDARD_GRAVITY_M_S2
from equipoise.foundation.errors import DomainError
from equipoise.numerics.records import record_type
from equipoise.physics.environment.drag import drag_table

SEGMENT = record_type(
    start_s="f8",
    end_s="f8",
    mass_kg="f8",
    flow_kg_s="f8",
    thrust_n="f8",
    exit_area_m2="f8",
    area_m2="f8",
    stage="i8",
)
"""One segment of a vehicle's flight to the last burnout: from ``start_s`` to ``end_s`` after launch the mass falls from
``mass_kg`` at a constant flow, under the thrust of vacuum; ``stage`` counts from zero."""


class Stage(NamedTuple):
    """One stage: masses without those above it; thrust in vacuum; ``coast_s`` passes before it is lit."""

    burn_time_s: float
    propellant_kg: float
    dry_kg: float
    thrust_vacuum_n: float
    exit_area_m2: float
    reference_area_m2: float
    coast_s: float


class Staged(NamedTuple):
    """A staged vehicle as the kernels read it; :func:`staged` makes it.

    ``segments`` is (n,) of :data:`SEGMENT`. What falls after burnout has ``body_mass_per_area_kg_m2`` and the
    drag table ``body_drag``; when the last stage stays attached the former is nan and the mass at cut-off counts.
    """

    segments: np.ndarray
    payload_kg: float
    drag: np.ndarray
    body_mass_per_area_kg_m2: float
    body_drag: np.ndarray

    @property
    def burn_time_s(self) -> float:
        """Time from launch to the last burnout, coasts included."""
        return float(self.segments[-1].end_s)


class Family(IntEnum):
    """How a vehicle is steered after its vertical rise."""

    GRAVITY_TURN = 0
    STRAIGHT = 1


class Launches(NamedTuple):
    """Launches side by side, arrays of one shape: geodetic place and azimuth (rad), and what shapes and ends the boost.

    ``shape_rad`` is the kick (staged) or the path angle at cut-off (kinematic), ``energy`` the cut-off time (s) or speed (m/s).
    """

    lat_rad: np.ndarray
    lon_rad: np.ndarray
    azimuth_rad: np.ndarray
    shape_rad: np.ndarray
    energy: np.ndarray


class Steering(NamedTuple):
    """A steering programme; see :func:`gravity_turn` and :func:`straight`."""

    family: int
    vertical_time_s: float
    vertical_height_m: float
    kick_rad: float
    cutoff_s: float
    pitch_offset_rad: float
    offset_stage: int


def stage(
    *,
    burn_time_s: float,
    propellant_kg: float,
    dry_kg: float,
    reference_area_m2: float,
    thrust_vacuum_n: float = nan,
    specific_impulse_s: float = nan,
    exit_area_m2: float = 0.0,
    coast_s: float = 0.0,
) -> Stage:
    """Return a checked stage; give its vacuum thrust or its vacuum specific impulse.

    With ``exit_area_m2`` the outside pressure takes its part of the thrust; 0 leaves the vacuum thrust.
    """
    if (thrust_vacuum_n == thrust_vacuum_n) == (specific_impulse_s == specific_impulse_s):
        raise DomainError("a stage needs either thrust_vacuum_n or specific_impulse_s")
    if specific_impulse_s == specific_impulse_s:
        thrust_vacuum_n = specific_impulse_s * STANDARD_GRAVITY_M_S2 * propellant_kg / burn_time_s
    made = Stage(
        burn_time_s, propellant_kg, dry_kg, thrust_vacuum_n, exit_area_m2, reference_area_m2, coast_s
    )
    for name, value in made._asdict().items():
        may_be_zero = name in ("dry_kg", "exit_area_m2", "coast_s")
        if not (isfinite(value) and (value > 0.0 or (may_be_zero and value == 0.0))):
            raise DomainError(f"stage: {name} is {value}; give a positive number")
    return made


def staged(
    *,
    stages: Sequence[Stage],
    payload_kg: float,
    shroud_kg: float = 0.0,
    shroud_drop_s: float = inf,
    drag: str | np.ndarray = "forden",
    ballistic_coefficient_kg_m2: float = nan,
    body_drag: str | np.ndarray = "constant",
) -> Staged:
    """Return a checked vehicle, first stage first.

    With a ballistic coefficient (mass over drag coefficient times area) the payload separates at burnout and falls
    with it; ``body_drag`` may vary it over Mach (a table relative to that value). Without one, the last stage stays
    attached and falls with the vehicle's own drag table. The shroud is dropped at ``shroud_drop_s`` after launch.
    ``stages`` burn one after the other; masses are in kg, ``drag`` and ``body_drag`` names or tables of
    :mod:`equipoise.physics.environment.drag`. A :class:`DomainError` names what cannot be.
    """
    if not stages:
        raise DomainError("a staged vehicle needs at least one stage")
    if stages[0].coast_s > 0.0:
        raise DomainError("the first stage is lit at launch; its coast_s must be 0")
    for name, value in (("payload_kg", payload_kg), ("shroud_kg", shroud_kg)):
        if not (isfinite(value) and value >= 0.0):
            raise DomainError(f"{name} is {value}; give a number that is not negative")
    apart = ballistic_coefficient_kg_m2 == ballistic_coefficient_kg_m2
    if apart and not ballistic_coefficient_kg_m2 > 0.0:
        raise DomainError(
            f"ballistic_coefficient_kg_m2 is {ballistic_coefficient_kg_m2}; give a positive number"
        )
    table = drag_table(drag) if isinstance(drag, str) else drag
    falling = drag_table(body_drag) if isinstance(body_drag, str) else body_drag
    return Staged(
        _segments(stages, payload_kg, shroud_kg, shroud_drop_s),
        payload_kg,
        table,
        ballistic_coefficient_kg_m2,
        falling if apart else table,
    )


def _segments(
    stages: Sequence[Stage], payload_kg: float, shroud_kg: float, shroud_drop_s: float
) -> np.ndarray:
    """Return the segment table: mass falls by what is burnt, and by what is dropped between segments."""
    mass = payload_kg + shroud_kg + sum(s.propellant_kg + s.dry_kg for s in stages)
    shroud = shroud_kg
    rows: list[tuple[float, ...]] = []
    now = 0.0
    for number, s in enumerate(stages):
        for length, flow, thrust in (
            (s.coast_s, 0.0, 0.0),
            (s.burn_time_s, s.propellant_kg / s.burn_time_s, s.thrust_vacuum_n),
        ):
            end = now + length
            while now < end:
                stop = min(end, shroud_drop_s) if shroud > 0.0 and shroud_drop_s > now else end
                rows.append((now, stop, mass, flow, thrust, s.exit_area_m2, s.reference_area_m2, number))
                mass -= flow * (stop - now)
                now = stop
                if shroud > 0.0 and now >= shroud_drop_s:
                    mass -= shroud
                    shroud = 0.0
        mass -= s.dry_kg
    return np.array(rows, dtype=SEGMENT)


def gravity_turn(
    *,
    kick_rad: float,
    vertical_height_m: float = nan,
    vertical_time_s: float = nan,
    cutoff_s: float = inf,
    pitch_offset_rad: float = nan,
    offset_stage: int = 1,
) -> Steering:
    """Return: rise vertically to a height or for a time, tilt the velocity by the kick, then fly at zero angle of attack.

    With a pitch offset, each stage from ``offset_stage`` on (0 is the first) holds one inertial attitude: the velocity at
    its ignition, pitched up by the offset. Thrust ends at ``cutoff_s`` after launch, or at the last burnout.
    """
    return _steering(
        Family.GRAVITY_TURN,
        vertical_time_s,
        vertical_height_m,
        kick_rad,
        cutoff_s,
        pitch_offset_rad,
        offset_stage,
    )


def straight(
    *,
    elevation_rad: float,
    vertical_height_m: float = nan,
    vertical_time_s: float = nan,
    cutoff_s: float = inf,
) -> Steering:
    """Return: rise vertically, then keep to an inertially straight line at an elevation above the launch horizon.

    The thrust is tilted so that gravity across the line is cancelled; the line starts from the launch point's own motion.
    """
    return _steering(
        Family.STRAIGHT,
        vertical_time_s,
        vertical_height_m,
        0.5 * np.pi - elevation_rad,
        cutoff_s,
        nan,
        0,
    )


def _steering(
    family: Family, time_s: float, height_m: float, kick: float, cutoff: float, offset: float, first: int
) -> Steering:
    if (time_s == time_s) == (height_m == height_m):
        raise DomainError("the vertical rise needs either vertical_height_m or vertical_time_s")
    rise = time_s if time_s == time_s else height_m
    if not (isfinite(rise) and rise > 0.0):
        raise DomainError(f"the vertical rise is {rise}; give a positive number")
    if not 0.0 <= kick < np.pi:
        raise DomainError(f"the velocity is tilted by {kick} rad; give 0 to pi")
    if not cutoff > 0.0:
        raise DomainError(f"cutoff_s is {cutoff}; give a positive number")
    return Steering(int(family), time_s, height_m, kick, cutoff, offset, first)
