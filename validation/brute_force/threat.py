"""A missile's whole path, written anew from docs/flight.md: burnout state, search for the aim point, free flight, re-entry.

A missile is known by burnout speed (through its greatest range), burn time, burnout altitude and downrange. On a shorter
flight the thrust ends early: with k the share of the full speed, burn time goes with k, altitude and downrange with k
squared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicHermiteSpline

from validation.brute_force.earth import (
    GM_M3_S2,
    MEAN_RADIUS_M,
    Array,
    Earth,
    angle_between,
    axes,
    bearing,
    density,
    ecef,
    geodetic,
    gravity,
    great_circle,
    height_above,
    spin_velocity,
    turned,
)

MISS_M = 1.0
ROUNDS = 12


@dataclass(frozen=True)
class Missile:
    """Kinematic missiles on their full-range flights, one for each flight, (n,)."""

    max_range_m: Array
    burn_time_s: Array
    burnout_altitude_m: Array
    burnout_downrange_m: Array
    ballistic_coefficient_kg_m2: Array

    @property
    def full_speed_m_s(self) -> Array:
        """Burnout speed that reaches the greatest range at least energy on a still sphere of 6,371 km without air."""
        r = MEAN_RADIUS_M + self.burnout_altitude_m
        angle = (self.max_range_m - self.burnout_downrange_m) / MEAN_RADIUS_M
        return speed_for(r, MEAN_RADIUS_M, angle, least_energy_angle(r, MEAN_RADIUS_M, angle))


def least_energy_angle(r_m: Array, end_m: float, angle_rad: Array) -> Array:
    """Return the path angle above the horizon of the slowest arc from radius ``r_m`` to ``end_m``, ``angle_rad`` away.

    The velocity of least energy halves the angle between the vertical and the line to the target (Bate, Mueller and
    White, section 5.3).
    """
    chord = np.arctan2(end_m * np.sin(angle_rad), end_m * np.cos(angle_rad) - r_m)
    return 0.5 * np.pi - 0.5 * chord


def speed_for(r_m: Array, end_m: float, angle_rad: Array, gamma_rad: Array) -> Array:
    """Return the speed that takes a body from ``r_m`` at path angle ``gamma_rad`` to ``end_m``, ``angle_rad`` away."""
    below = np.cos(gamma_rad) * (r_m / end_m * np.cos(gamma_rad) - np.cos(angle_rad + gamma_rad))
    return np.sqrt(GM_M3_S2 * (1.0 - np.cos(angle_rad)) / (r_m * below))


def shape(missile: Missile, range_rad: Array, loft_rad: Array, earth: Earth) -> tuple[Array, Array]:
    """Return path angle at burnout and first guess of the speed for flights over ``range_rad``.

    The angle is that of least energy from the burnout point to the aim point, plus the loft, on a still sphere of the
    equatorial radius without air. The burnout point depends on the speed, which is found by halving.
    """
    radius, full = earth.equatorial_radius_m, missile.full_speed_m_s

    def arc(k: Array) -> tuple[Array, Array]:
        left = np.maximum(range_rad - missile.burnout_downrange_m * k**2 / radius, 1e-6)
        r = radius + missile.burnout_altitude_m * k**2
        gamma = least_energy_angle(r, radius, left) + loft_rad
        return gamma, speed_for(r, radius, left, gamma)

    low, high = np.full_like(range_rad, 0.02), np.full_like(range_rad, 2.0)
    for _ in range(60):
        k = 0.5 * (low + high)
        with np.errstate(invalid="ignore"):
            slow = arc(k)[1] > k * full
        low, high = np.where(slow, k, low), np.where(slow, high, k)
    return arc(k)[0], k * full


@dataclass(frozen=True)
class Launches:
    """Flights of one missile: launch points, azimuths, path angles and speeds at burnout (relative to the ground)."""

    missile: Missile
    earth: Earth
    lat_rad: Array
    lon_rad: Array
    azimuth_rad: Array
    path_angle_rad: Array
    speed_m_s: Array

    @property
    def share(self) -> Array:
        """Share of the full burnout speed."""
        return self.speed_m_s / self.missile.full_speed_m_s

    @property
    def burn_time_s(self) -> Array:
        """Time of burnout."""
        return self.missile.burn_time_s * self.share

    def burnout_ecef(self) -> tuple[Array, Array]:
        """Return position and velocity relative to the ground at burnout, both (n, 3)."""
        away = self.missile.burnout_downrange_m * self.share**2 / self.earth.equatorial_radius_m
        lat, lon = great_circle(self.lat_rad, self.lon_rad, self.azimuth_rad, away)
        onward = bearing(lat, lon, self.lat_rad, self.lon_rad) + np.pi
        east, north, up = axes(lat, lon)
        level = np.sin(onward)[:, None] * east + np.cos(onward)[:, None] * north
        gamma = self.path_angle_rad[:, None]
        velocity = self.speed_m_s[:, None] * (np.cos(gamma) * level + np.sin(gamma) * up)
        return ecef(lat, lon, self.missile.burnout_altitude_m * self.share**2, self.earth), velocity


def _force(state: Array, beta: Array, earth: Earth) -> Array:
    place, velocity = state[:, :3], state[:, 3:]
    wind = velocity - spin_velocity(place, earth)
    air = density(height_above(place, earth))
    drag = -0.5 * air * np.sqrt(np.sum(wind * wind, axis=1)) / beta
    return np.concatenate((velocity, gravity(place, earth) + drag[:, None] * wind), axis=1)


def _step_s(altitude_m: Array) -> Array:
    """Return the time step: short where the air brakes, 10 s where nothing happens."""
    return np.select([altitude_m > 250e3, altitude_m > 130e3, altitude_m > 80e3], [10.0, 4.0, 1.0], 0.3)


@dataclass(frozen=True)
class Falls:
    """Free flights from burnout to the ground in the inertial frame: times (steps, n), states (steps, n, 6)."""

    time_s: Array
    state: Array
    impact_s: Array
    impact_ecef_m: Array
    last_step: NDArray[np.int64]

    def spline(self, i: int) -> CubicHermiteSpline:
        """Return the inertial position of flight ``i`` as a cubic through its steps."""
        end = int(self.last_step[i]) + 1
        return CubicHermiteSpline(self.time_s[:end, i], self.state[:end, i, :3], self.state[:end, i, 3:])


def fall(launches: Launches, limit_steps: int = 6000) -> Falls:
    """Return the free flights by Runge and Kutta's fourth order, each with its own steps."""
    earth, beta = launches.earth, launches.missile.ballistic_coefficient_kg_m2
    place, ground_velocity = launches.burnout_ecef()
    t = launches.burn_time_s.copy()
    turn = earth.omega_rad_s * t
    state = np.concatenate(
        (turned(place, turn), turned(ground_velocity + spin_velocity(place, earth), turn)), axis=1
    )
    times, states = [t.copy()], [state.copy()]
    last = np.zeros(t.size, dtype=np.int64)
    live = np.arange(t.size)
    for count in range(1, limit_steps):
        s = state[live]
        h = _step_s(height_above(s[:, :3], earth))[:, None]
        state[live] = _stepped(s, h, beta[live], earth)
        t[live] += h[:, 0]
        last[live] = count
        times.append(t.copy())
        states.append(state.copy())
        live = live[height_above(state[live, :3], earth) > 0.0]
        if live.size == 0:
            break
    return _grounded(np.array(times), np.array(states), last, earth)


def _stepped(s: Array, h: Array, beta: Array, earth: Earth) -> Array:
    k1 = _force(s, beta, earth)
    k2 = _force(s + 0.5 * h * k1, beta, earth)
    k3 = _force(s + 0.5 * h * k2, beta, earth)
    k4 = _force(s + h * k3, beta, earth)
    return s + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def _grounded(time_s: Array, state: Array, last: NDArray[np.int64], earth: Earth) -> Falls:
    """Return the falls with time and place of impact, by halving the cubic of the last step."""
    n = np.arange(last.size)
    t0, t1, s0, s1 = time_s[last - 1, n], time_s[last, n], state[last - 1, n], state[last, n]
    h = (t1 - t0)[:, None]
    low, high = np.zeros(n.size), np.ones(n.size)
    for _ in range(40):
        u = 0.5 * (low + high)
        c = u[:, None]
        place = (
            s0[:, :3] * (1.0 + 2.0 * c) * (1.0 - c) ** 2 + s1[:, :3] * (3.0 - 2.0 * c) * c**2
            + h * s0[:, 3:] * c * (1.0 - c) ** 2 - h * s1[:, 3:] * c**2 * (1.0 - c)
        )  # fmt: skip
        above = height_above(place, earth) > 0.0
        low, high = np.where(above, u, low), np.where(above, high, u)
    impact = t0 + u * h[:, 0]
    return Falls(time_s, state, impact, turned(place, -earth.omega_rad_s * impact), last)


def aimed(
    missile: Missile,
    start_rad: tuple[Array, Array],
    aim_rad: tuple[Array, Array],
    loft_rad: Array,
    earth: Earth,
) -> tuple[Launches, Falls, Array]:
    """Return the launches that hit the aim points, their falls, and the misses (m) that were left.

    Newton's method on azimuth and speed; the Jacobian is taken once by differences and then corrected by Broyden's rule.
    """
    (lat, lon), (to_lat, to_lon) = start_rad, aim_rad
    gamma, speed = shape(missile, angle_between(lat, lon, to_lat, to_lon), loft_rad, earth)
    x = np.stack((bearing(lat, lon, to_lat, to_lon), speed), axis=1)
    radius = earth.equatorial_radius_m

    def miss(x: Array) -> tuple[Array, Launches, Falls]:
        launches = Launches(missile, earth, lat, lon, x[:, 0], gamma, x[:, 1])
        falls = fall(launches)
        there_lat, there_lon, _ = geodetic(falls.impact_ecef_m, earth)
        off, way = (
            angle_between(to_lat, to_lon, there_lat, there_lon),
            bearing(to_lat, to_lon, there_lat, there_lon),
        )
        return radius * off[:, None] * np.stack((np.sin(way), np.cos(way)), axis=1), launches, falls

    gap, launches, falls = miss(x)
    steps = np.array((1e-4, 0.5))
    jacobian = np.stack([(miss(x + steps * np.eye(2)[j])[0] - gap) / steps[j] for j in range(2)], axis=2)
    for _ in range(ROUNDS):
        if np.nanmax(np.linalg.norm(gap, axis=1)) < MISS_M:
            break
        move = -np.linalg.solve(jacobian, gap[..., None])[..., 0]
        move *= np.minimum(1.0, 0.2 / np.maximum(np.abs(move[:, :1]), 1e-12))
        move *= np.minimum(1.0, 0.2 * x[:, 1:] / np.maximum(np.abs(move[:, 1:]), 1e-12))
        x = x + move
        new, launches, falls = miss(x)
        change = (new - gap) - np.einsum("nij,nj->ni", jacobian, move)
        jacobian = (
            jacobian
            + change[:, :, None]
            * move[:, None, :]
            / np.maximum(np.sum(move**2, axis=1), 1e-18)[:, None, None]
        )
        gap = new
    return launches, falls, np.linalg.norm(gap, axis=1)
