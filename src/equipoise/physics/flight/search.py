"""The search for paths: Newton's method with Broyden's updates on whole flights, many searches side by side.

Unknowns are azimuth, shape (path angle or kick) and energy (speed or cut-off time); equations are the two components of
the miss at the aim point and one that fixes the shape. Each round flies every search that is not settled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi, sqrt
from typing import Any, NamedTuple

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.borrowed import borrowed
from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import (
    EarthModel,
    central_angle_rad,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
    mean_radius_m,
)  # fmt: skip
from equipoise.physics.flight.first_guess import (
    APOGEE,
    FULL,
    PATH,
    SEARCHING,
    TIME,
    Aims,
    ends,
    minimum_energy_path_angle_rad,
)  # fmt: skip
from equipoise.physics.flight.flight import Flight
from equipoise.physics.flight.vehicle import Launches

MISS_M = 5.0
"""A search ends when the impact lies this close to the aim point."""
ROUNDS = 25
TRIES_AT_LIMIT = 6
REFRESH = 8
"""Rounds after which the Jacobian is taken by differences again."""
_OK, _FAR, _LOST = int(FlightStatus.OK), int(FlightStatus.OUT_OF_RANGE), int(FlightStatus.NOT_CONVERGED)
_NO_SHAPE = int(FlightStatus.NO_SUCH_SHAPE)
_FIXED = 4
"""The kind of search in which the shape itself is the unknown that is kept."""


class Solution(NamedTuple):
    """Paths, or the reason that there is none (then the other values are nan, save ``reached_range_m``).

    After a search that did not converge, ``miss_m`` is the miss that remained. ``shape_rad`` and ``energy`` fly the path
    again: path angle and speed (kinematic), kick and cut-off time (staged).
    """

    status: Any
    azimuth_rad: Any
    path_angle_rad: Any
    speed_m_s: Any
    burn_time_s: Any
    time_of_flight_s: Any
    apogee_m: Any
    apogee_time_s: Any
    miss_m: Any
    reached_range_m: Any
    peak_deceleration_m_s2: Any
    shape_rad: Any
    energy: Any


@kernel
def _equations(kind, aims: Aims, x, third, flown: Flight, earth: EarthModel, i, n, f) -> float:
    """Fill column ``i`` of the three equations' values ``f`` (3, n) from flight ``n``; return the miss in m."""
    tx, ty, tz = geodetic_to_ecef(aims.lat_rad[i], aims.lon_rad[i], 0.0, earth)
    px, py, pz = geodetic_to_ecef(flown.impact_lat_rad[n], flown.impact_lon_rad[n], 0.0, earth)
    east, north, _up = enu_basis(aims.lat_rad[i], aims.lon_rad[i])
    dx, dy, dz = px - tx, py - ty, pz - tz
    f[0, i] = dx * east[0] + dy * east[1]
    f[1, i] = dx * north[0] + dy * north[1] + dz * north[2]
    if kind == _FIXED:
        f[2, i] = x[1, i] - third[i]
    elif kind == FULL:
        f[2, i] = x[2, i] - third[i]
    elif kind == APOGEE:
        f[2, i] = flown.apogee_m[n] - third[i]
    elif kind == TIME:
        f[2, i] = flown.time_of_flight_s[n] - third[i]
    else:
        radius = earth.equatorial_radius_m
        total = central_angle_rad(*ends(aims, i))
        left = max(total - flown.burnout_downrange_m[n] / radius, 0.2 * total)
        least = minimum_energy_path_angle_rad(radius + flown.burnout_altitude_m[n], radius, left)
        f[2, i] = flown.burnout_path_angle_rad[n] - least - third[i]
    return sqrt(dx * dx + dy * dy + dz * dz)


@kernel
def _distance(aims: Aims, i, earth: EarthModel) -> float:
    """Return the great circle (m) from start to aim point ``i``."""
    return central_angle_rad(*ends(aims, i)) * mean_radius_m(earth)


@kernel
def _third_tolerance(kind) -> float:
    return 100.0 if kind == APOGEE else (0.1 if kind == TIME else 1e-4)


@kernel
def _newton(jacobian, f, i, d) -> bool:
    """Fill ``d`` (3,) with the step that zeroes the linear model of column ``i``; False when it has none."""
    a, b, c = jacobian[0, 0, i], jacobian[0, 1, i], jacobian[0, 2, i]
    e, g, h = jacobian[1, 0, i], jacobian[1, 1, i], jacobian[1, 2, i]
    p, q, r = jacobian[2, 0, i], jacobian[2, 1, i], jacobian[2, 2, i]
    det = a * (g * r - h * q) - b * (e * r - h * p) + c * (e * q - g * p)
    if not abs(det) > 0.0:
        return False
    u, v, w = -f[0, i], -f[1, i], -f[2, i]
    d[0] = (u * (g * r - h * q) - b * (v * r - h * w) + c * (v * q - g * w)) / det
    d[1] = (a * (v * r - h * w) - u * (e * r - h * p) + c * (e * w - v * p)) / det
    d[2] = (a * (g * w - v * q) - b * (e * w - v * p) + u * (e * q - g * p)) / det
    return True


@kernel
def _broyden(jacobian, f, before, d, scale, i) -> None:
    """Correct column ``i`` of the Jacobian by the last step ``d`` (3, n), in scaled unknowns."""
    size = 0.0
    for c in range(3):
        size += (d[c, i] / scale[c]) ** 2
    if not size > 0.0:
        return
    for row in range(3):
        gap = f[row, i] - before[row, i]
        for c in range(3):
            gap -= jacobian[row, c, i] * d[c, i]
        for c in range(3):
            jacobian[row, c, i] += gap * d[c, i] / (scale[c] * scale[c] * size)


@dataclass(frozen=True)
class Searches:
    """Searches side by side. ``x`` (3, n) is the guess; ``status`` -1 where open.

    ``fly`` returns the flights of launches. With ``staged`` the energy cannot pass its ``limit`` (a
    cut-off time); otherwise the search may pass it by a fifth and then knows that the aim point is out of range.
    """

    fly: Callable[[Launches], Flight]
    staged: bool
    kind: int
    limit: float
    earth: EarthModel
    aims: Aims
    status: np.ndarray
    x: np.ndarray
    third: np.ndarray
    reach: np.ndarray

    def run(self) -> Solution:
        """Search, settle every status, and return the solutions."""
        kind = _FIXED if self.kind == PATH and not self.staged else self.kind
        n = self.status.size
        out = Solution(self.status, *np.full((len(Solution._fields) - 1, n), np.nan))
        state = _fresh_state(self.x)
        for _turn in range(ROUNDS):
            open_ = np.flatnonzero(self.status == SEARCHING)
            if open_.size == 0:
                break
            flown = self._flights(open_, self.x)
            _judge(
                kind, self.staged, self.limit, self.earth, self.aims, open_, flown, self.x, self.third,
                self.status, state.f, state.before, state.d, state.misses, state.longest, state.bearing, self.reach, state.counts, out,
            )  # fmt: skip
            moved = open_[(self.status[open_] == SEARCHING) & (state.counts[0, open_] == 1)]
            stale = (state.counts[1, moved] == 1) | (state.counts[1, moved] % REFRESH == 0)
            self._differences(kind, moved[stale], state)
            _advance(
                self.staged, self.limit, moved, stale, self.status, self.x, state.f, state.before, state.d,
                state.jacobian, state.counts,
            )  # fmt: skip
        self._settle(state, out)
        return out

    def _flights(self, which: np.ndarray, x: np.ndarray) -> Flight:
        """Return flights from some starts with the unknowns ``x`` (3, n)."""
        aims = self.aims
        return self.fly(Launches(aims.start_lat_rad[which], aims.start_lon_rad[which], *x[:, which]))

    def _differences(self, kind: int, which: np.ndarray, state: _State) -> None:
        """Take the Jacobians of some searches by forward differences."""
        if which.size == 0:
            return
        for column in range(3):
            if (column == 1 and kind == _FIXED) or (column == 2 and kind == FULL):
                state.jacobian[:, column, which] = np.array([[0.0], [0.0], [1.0]])
                continue
            by = _probe(column, self.x[column], self.staged)
            x = self.x.copy()
            x[column] += by
            flown = self._flights(which, x)
            _difference(
                kind, self.aims, which, flown, x, self.third, self.earth, by, column, state.f, state.jacobian
            )

    def _settle(self, state: _State, out: Solution) -> None:
        """Say of the aims out of range how far the vehicle flies that way, of the others how much they miss."""
        status, aims = self.status, self.aims
        lost = (status == SEARCHING) | (status == _LOST)
        status[lost] = _LOST
        for column in out[1:]:
            column[status != _OK] = np.nan
        which = np.flatnonzero(lost | (status == _FAR))
        if which.size == 0:
            return
        bearing, distance = _lines(aims, which, self.earth)
        bearing = np.where(np.isnan(state.bearing[which]), bearing, state.bearing[which])
        most = np.full(which.size, self.limit)
        starts = aims.start_lat_rad[which], aims.start_lon_rad[which]
        flown = self.fly(Launches(*starts, bearing, self.reach[which], most))
        reached = np.where(flown.status == _OK, flown.range_m, 0.0)
        if self.kind == FULL:
            reached = np.maximum(reached, state.longest[which])
        # near the antipode a faster flight can come down nearer: no verdict then
        status[which[(status[which] == _FAR) & (reached > distance)]] = _LOST
        open_ = status[which] == _LOST
        status[which[open_ & (reached < distance)]] = _FAR
        # it flies farther than the aim point, but not with the shape that was asked for
        wants_more = (self.x[2, which] > self.limit) | (state.guess[which] > self.limit)
        status[which[open_ & (reached >= distance) & (wants_more | (self.kind == FULL))]] = _NO_SHAPE
        far = status[which] == _FAR
        out.reached_range_m[which[far]] = reached[far]
        lost = status[which] == _LOST
        out.miss_m[which[lost]] = state.misses[which[lost]]


@dataclass(frozen=True)
class _State:
    """What the rounds carry on: equations now and before, last steps, Jacobians, misses, longest ranges within the limit, first
    guesses of the energy, bearings found, counts.

    Rows of ``counts``: whether the last flight came down, flights that did, flights that did not, tries at the limit.
    """

    f: np.ndarray
    before: np.ndarray
    d: np.ndarray
    jacobian: np.ndarray
    misses: np.ndarray
    longest: np.ndarray
    guess: np.ndarray
    bearing: np.ndarray
    counts: np.ndarray


def _fresh_state(x: np.ndarray) -> _State:
    n = x.shape[1]
    return _State(
        f=np.zeros((3, n)),
        before=np.zeros((3, n)),
        d=np.zeros((3, n)),
        jacobian=np.zeros((3, 3, n)),
        misses=np.full(n, np.nan),
        longest=np.zeros(n),
        guess=x[2].copy(),
        bearing=np.full(n, np.nan),
        counts=np.zeros((4, n), dtype=np.int64),
    )


def _probe(column: int, values: np.ndarray, staged: bool) -> np.ndarray:
    """Return the differences by which the Jacobian is taken: some ten kilometres of the impact, far above its noise."""
    if column == 0:
        return np.full(values.size, 2e-3)
    return 0.01 * values if staged and column == 1 else -2e-3 * values


@kernel
def _lines(aims: Aims, which, earth: EarthModel):
    """Return the first bearing and the distance (m) of the great circles to some aim points."""
    bearing, distance = np.empty(which.size), np.empty(which.size)
    for n in range(which.size):
        i = which[n]
        bearing[n], distance[n] = initial_bearing_rad(*ends(aims, i)), _distance(aims, i, earth)
    return bearing, distance


@kernel
def _judge(
    kind, staged, limit, earth, aims, which, flown, x, third, status, f, before, d, misses, longest, bearing, reach, counts, out
) -> None:  # fmt: skip
    """Judge one round of flights: settle what arrived, step back where a flight did not come down."""
    aims, flown, x, third, f, out = borrowed((aims, flown, x, third, f, out))
    for n in range(which.size):
        i = which[n]
        counts[0, i] = 0
        if flown.status[n] != _OK:
            counts[2, i] += 1
            if counts[2, i] > 12:
                status[i] = _FAR if x[2, i] > limit else _LOST
            elif counts[1, i] == 0:
                x[2, i] *= 0.97
            else:
                for c in range(3):
                    d[c, i] *= 0.5
                    x[c, i] -= d[c, i]
            continue
        counts[0, i] = 1
        counts[1, i] += 1
        if x[2, i] <= limit:
            longest[i] = max(longest[i], flown.range_m[n])
        for c in range(3):
            before[c, i] = f[c, i]
        misses[i] = _equations(kind, aims, x, third, flown, earth, i, n, f)
        if misses[i] < MISS_M and abs(f[2, i]) < _third_tolerance(kind):
            status[i] = _OK if x[2, i] <= limit * (1.0 + 1e-9) else _FAR
            bearing[i], reach[i] = x[0, i], x[1, i]
            _solution(x, flown, misses, i, n, staged, out)
        elif counts[3, i] > TRIES_AT_LIMIT and flown.range_m[n] < _distance(aims, i, earth):
            status[i] = _FAR
            bearing[i], reach[i] = x[0, i], x[1, i]


@kernel
def _difference(kind, aims, which, flown, x, third, earth, by, column, f, jacobian) -> None:
    """Fill one column of the Jacobians from flights with one unknown changed."""
    aims, flown, x, third = borrowed((aims, flown, x, third))
    changed = np.empty_like(f)
    for n in range(which.size):
        i = which[n]
        if flown.status[n] == _OK:
            _equations(kind, aims, x, third, flown, earth, i, n, changed)
            for row in range(3):
                jacobian[row, column, i] = (changed[row, i] - f[row, i]) / by[i]


@kernel
def _advance(staged, limit, which, stale, status, x, f, before, d, jacobian, counts) -> None:
    """Correct the Jacobians that were not taken afresh, and take one damped step of Newton's method."""
    step, scale = np.zeros(3), np.empty(3)
    for n in range(which.size):
        i = which[n]
        if not stale[n]:
            scale[0], scale[1], scale[2] = 0.1, max(0.3 * x[1, i], 1e-3), 0.1 * x[2, i]
            _broyden(jacobian, f, before, d, scale, i)
        if not _newton(jacobian, f, i, step):
            status[i] = _LOST
            continue
        widest = max(0.15, 0.5 * x[1, i]) if staged else 0.2
        part = min(
            1.0,
            0.3 / max(abs(step[0]), 1e-300),
            widest / max(abs(step[1]), 1e-300),
            0.15 * x[2, i] / max(abs(step[2]), 1e-300),
        )
        for c in range(3):
            d[c, i] = part * step[c]
        top = limit if staged else 1.2 * limit
        if x[2, i] + d[2, i] > top:
            d[2, i] = top - x[2, i]
            counts[3, i] += 1
            if staged and abs(jacobian[2, 1, i]) > 0.0:
                # at the limit the shape is still kept, so that the range it reaches is known
                left = f[2, i] + jacobian[2, 0, i] * d[0, i] + jacobian[2, 2, i] * d[2, i]
                d[1, i] = min(max(-left / jacobian[2, 1, i], -widest), widest)
        d[1, i] = min(max(d[1, i], (2e-4 if staged else 2e-3) - x[1, i]), 0.98 * pi - x[1, i])
        d[2, i] = max(d[2, i], 0.05 * limit - x[2, i])
        for c in range(3):
            x[c, i] += d[c, i]


@kernel
def _solution(x, flown, misses, i, n, staged, out) -> None:
    """Fill place ``i`` of ``out``, a :class:`Solution`, with a found path."""
    out.azimuth_rad[i] = x[0, i]
    out.path_angle_rad[i] = flown.burnout_path_angle_rad[n] if staged else x[1, i]
    out.speed_m_s[i] = flown.burnout_speed_m_s[n] if staged else x[2, i]
    out.burn_time_s[i], out.time_of_flight_s[i] = flown.burnout_time_s[n], flown.time_of_flight_s[n]
    out.apogee_m[i], out.apogee_time_s[i] = flown.apogee_m[n], flown.apogee_time_s[n]
    out.miss_m[i], out.reached_range_m[i] = misses[i], flown.range_m[n]
    out.peak_deceleration_m_s2[i] = flown.peak_deceleration_m_s2[n]
    out.shape_rad[i], out.energy[i] = x[1, i], x[2, i]
