"""From a launch point to an aim point: the search for the path, for kinematic and staged vehicles.

>>> from math import radians
>>> from equipoise.physics.environment.earth import WGS84
>>> missile = kinematic_for_range(max_range_m=2.2e6, burn_time_s=110.0, burnout_altitude_m=60e3,
...                               burnout_downrange_m=60e3, ballistic_coefficient_kg_m2=2000.0)
>>> path = solve(missile, start_lat_rad=radians(34.0), start_lon_rad=radians(46.5), aim_lat_rad=radians(44.4),
...              aim_lon_rad=radians(26.1), family=Family.MINIMUM_ENERGY, earth=WGS84)
>>> path.status, path.miss_m < 10.0
(0, True)
"""

from __future__ import annotations

from enum import IntEnum
from math import isfinite, pi
from typing import Any

import numpy as np

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.first_guess import (
    SEARCHING,
    Aims,
    ReachGrid,
    Shape,
    first_kinematic,
    first_staged,
    minimum_energy_path_angle_rad,
)  # fmt: skip
from equipoise.physics.flight.flight import TOLERANCE_M, Flight, fly_launches, fly_staged
from equipoise.physics.flight.kinematic import Kinematic, burnout_state, kinematic, kinematic_for_range
from equipoise.physics.flight.search import Searches, Solution
from equipoise.physics.flight.vehicle import Launches, Staged, Steering

__all__ = [
    "Family", "Kinematic", "Shape", "Solution", "burnout_state", "kinematic", "kinematic_for_range", "solve",
    "solve_batch",
]  # fmt: skip


class Family(IntEnum):
    """Shapes of path to one aim point; the loft is added to the burnout path angle of minimum energy, or taken off it."""

    MINIMUM_ENERGY = 0
    LOFTED = 1
    DEPRESSED = 2


SIGNS = np.array([0.0, 1.0, -1.0])
"""Of the loft, by family."""
KICKS, CUTOFFS = 28, 16
OTHER_GUESSES = (0.8, 1.25, 0.6, 1.6)
"""Factors on the first guess of a path's shape with which a search that did not converge is tried again."""


def reach_grid(vehicle: Staged, steering: Steering, earth: EarthModel) -> ReachGrid:
    """Return where a staged vehicle comes down for a grid of kicks and cut-offs on the still Earth.

    What fixes a shape is the path angle at cut-off above the one of minimum energy (rad), the apogee (m) and the time (s).
    """
    kicks = np.geomspace(np.radians(0.05), np.radians(60.0), KICKS)
    end = min(vehicle.burn_time_s, steering.cutoff_s)
    cutoffs = end * np.linspace(0.3, 1.0, CUTOFFS)
    still = earth._replace(omega_rad_s=0.0)
    flown = fly_staged(
        vehicle, steering, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.5 * pi, earth=still,
        kick_rad=np.repeat(kicks, CUTOFFS), cutoff_s=np.tile(cutoffs, KICKS), tolerance_m=1.0,
    )  # fmt: skip
    radius = earth.equatorial_radius_m
    angle = flown.range_m / (radius * (1.0 - earth.flattening / 3.0))
    least = [
        minimum_energy_path_angle_rad(radius + h, radius, max(a - d / radius, 0.2 * a))
        for h, a, d in zip(flown.burnout_altitude_m, angle, flown.burnout_downrange_m, strict=True)
    ]
    shapes = (flown.burnout_path_angle_rad - np.array(least), flown.apogee_m, flown.time_of_flight_s)
    size = (KICKS, CUTOFFS)
    return ReachGrid(kicks, cutoffs, angle.reshape(size), np.stack(shapes).reshape(len(shapes), *size))


def _shape(
    family: Family | np.ndarray,
    loft_rad: np.ndarray | float | None,
    apogee_m: float | None,
    time_of_flight_s: float | None,
    full_burn: bool,
) -> tuple[Shape, np.ndarray | float]:
    """Return what fixes the shapes of paths, and its value, one number or one for each path."""
    if (apogee_m is not None) + (time_of_flight_s is not None) + full_burn > 1:
        raise DomainError(
            "a path's shape is fixed by one of loft angle, apogee, time of flight, or full burn"
        )
    for name, value in (("apogee_m", apogee_m), ("time_of_flight_s", time_of_flight_s)):
        if value is not None and not (isfinite(value) and value > 0.0):
            raise DomainError(f"{name} is {value}; give a positive number")
    if apogee_m is not None:
        return Shape.APOGEE, apogee_m
    if time_of_flight_s is not None:
        return Shape.TIME, time_of_flight_s
    sign = SIGNS[np.atleast_1d(family)]
    if full_burn:
        if np.any(sign == 0.0):
            raise DomainError("with full burn, say whether the path is lofted or depressed")
        return Shape.FULL_BURN, sign
    loft = np.where(sign == 0.0, 0.0, np.nan if loft_rad is None else loft_rad)
    wrong = np.flatnonzero(~((loft >= 0.0) & (loft < 0.5 * pi)))
    if wrong.size:
        name = Family(np.broadcast_to(family, loft.shape)[wrong[0]]).name.lower()
        raise DomainError(f"loft_rad is {loft_rad}; a {name} path needs 0 to pi/2")
    return Shape.PATH_ANGLE, sign * loft


def _check(name: str, values: np.ndarray, limit: float) -> None:
    if not np.all(np.abs(values) <= limit):
        raise DomainError(f"{name} must be finite angles in rad of at most {limit:.4g} in size")


def solve(
    vehicle: Kinematic | Staged,
    *,
    start_lat_rad: float,
    start_lon_rad: float,
    aim_lat_rad: float,
    aim_lon_rad: float,
    family: Family,
    earth: EarthModel,
    **shape: Any,
) -> Solution:
    """Return one path, as :func:`solve_batch`; out of reach is a status, never an exception.

    ``vehicle``, places (geodetic, rad), ``family`` and ``shape`` are as there; the fields of the answer are
    single numbers.
    """
    found = solve_batch(
        vehicle, start_lat_rad=start_lat_rad, start_lon_rad=start_lon_rad, aim_lat_rad=aim_lat_rad,
        aim_lon_rad=aim_lon_rad, family=family, earth=earth, **shape,
    )  # fmt: skip
    return Solution(int(found.status[0]), *(float(column[0]) for column in found[1:]))


def solve_batch(
    vehicle: Kinematic | Staged,
    *,
    start_lat_rad: np.ndarray | float,
    start_lon_rad: np.ndarray | float,
    aim_lat_rad: np.ndarray | float,
    aim_lon_rad: np.ndarray | float,
    family: Family | np.ndarray,
    earth: EarthModel,
    loft_rad: np.ndarray | float | None = None,
    apogee_m: float | None = None,
    time_of_flight_s: float | None = None,
    full_burn: bool = False,
    steering: Steering | None = None,
    tolerance_m: float = TOLERANCE_M,
    threads: int | None = None,
) -> Solution:
    """Return a :class:`Solution` of arrays, shape (n,); the geodetic positions (rad) broadcast. Threads do not change bits.

    The shape is the family's: ``loft_rad``, which both other families need, above or below the path angle of minimum energy,
    where family and loft may be those of each path, (n,);
    or the path with an apogee or a
    time of flight; or ``full_burn``, for vehicles that cannot end their thrust. A staged vehicle needs its ``steering``,
    whose kick and cut-off are what is searched (the cut-off bounds the search). Outside the range the status says so.
    ``threads`` is how many to use, all by default. Angles that are not finite or lie beyond the globe are a
    :class:`DomainError`.
    """
    _check("start_lat_rad", np.asarray(start_lat_rad), 0.5 * pi)
    _check("aim_lat_rad", np.asarray(aim_lat_rad), 0.5 * pi)
    _check("start_lon_rad", np.asarray(start_lon_rad), 2.0 * pi)
    _check("aim_lon_rad", np.asarray(aim_lon_rad), 2.0 * pi)
    kind, value = _shape(family, loft_rad, apogee_m, time_of_flight_s, full_burn)
    asked = (start_lat_rad, start_lon_rad, aim_lat_rad, aim_lon_rad, value)
    columns = np.broadcast_arrays(*(np.asarray(v, dtype=float).ravel() for v in asked))
    n = columns[0].size
    aims = Aims(*(column.copy() for column in columns))
    status, x, third, reach = np.full(n, -1, dtype=np.int64), np.zeros((3, n)), np.zeros(n), np.zeros(n)
    limit = vehicle.burnout_speed_m_s if isinstance(vehicle, Kinematic) else vehicle.burn_time_s
    if isinstance(vehicle, Kinematic):
        if full_burn:
            raise DomainError(
                "full burn is for staged vehicles; a kinematic one ends its thrust when it must"
            )
        first_kinematic(vehicle, aims, int(kind), earth, status, x, third, reach)
    else:
        if steering is None:
            raise DomainError("a staged vehicle needs its steering to be aimed")
        grid = reach_grid(vehicle, steering, earth)
        limit = grid.cutoffs[-1]
        first_staged(grid, aims, int(kind), status, x, third, reach)

    def fly(launches: Launches) -> Flight:
        return fly_launches(vehicle, steering, launches, earth, tolerance_m=tolerance_m, threads=threads)

    staged = not isinstance(vehicle, Kinematic)
    guess = x.copy()
    found = Searches(fly, staged, int(kind), limit, earth, aims, status, x, third, reach).run()
    for change in OTHER_GUESSES:
        lost = np.flatnonzero(status == FlightStatus.NOT_CONVERGED)
        if lost.size == 0:
            break
        again = np.full(lost.size, SEARCHING, dtype=np.int64)
        other = guess[:, lost]
        other[1] *= change
        part = Searches(
            fly, staged, int(kind), limit, earth, Aims(*(column[lost] for column in aims)), again, other, third[lost],
            reach[lost],
        ).run()  # fmt: skip
        settled = (again == FlightStatus.OK) | (again == FlightStatus.OUT_OF_RANGE)
        for column, new in zip(found, part, strict=True):
            column[lost[settled]] = new[settled]
    return found
