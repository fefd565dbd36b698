"""The shortest flight of an interceptor to a place, solved by shooting in the inertial frame; from docs/engagement.md.

An interceptor leaves with the velocity of its turning site, flies with constant net acceleration along an inertially straight
line until burnout, and then falls freely in the pull of a point mass and J2. Its kill vehicle is released at burnout and lives
``life_s`` from then on. It meets a place fixed to the turning Earth at the altitude of the missile.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from validation.brute_force.earth import GM_M3_S2, Array, Earth, axes, ecef, gravity, spin_velocity, turned

CLOSE_M = 0.01
FALL_STEP_S = 60.0
"""Longest step of the fall through the whole field; Runge and Kutta's error over it is 0.1 m."""
STARTS = (0.0, 0.2, 0.5, 0.85)
"""Shares of the span of possible times at which a search starts, besides the best one of a still, flat field."""


@dataclass(frozen=True)
class Shots:
    """Lanes of shots: sites (n, 3) and places to meet (n, 3), both ecef, and what decides the flight, (n,)."""

    site_m: Array
    up: Array
    place_m: Array
    speed_m_s: Array
    burn_s: Array
    life_s: Array

    def take(self, lanes: NDArray[Any]) -> Shots:
        """Return some lanes."""
        return Shots(*(getattr(self, f)[lanes] for f in self.__dataclass_fields__))


SETTLED_RAD = 1e-9
"""Newton's method squares its error: after a step as small as this nothing is left of it."""


def kepler(place: Array, velocity: Array, time_s: Array) -> tuple[Array, Array]:
    """Return position and velocity after free fall for ``time_s`` (n,) around a point mass; bound orbits only.

    Lagrange's coefficients from the change of eccentric anomaly (Battin 1999, section 4.3), found by Newton's method.
    """
    r = np.sqrt(np.sum(place**2, axis=1))
    a = 1.0 / np.maximum(2.0 / r - np.sum(velocity**2, axis=1) / GM_M3_S2, 1e-12)
    n = np.sqrt(GM_M3_S2 / a**3)
    sigma, ratio = np.sum(place * velocity, axis=1) / np.sqrt(GM_M3_S2 * a), 1.0 - r / a
    mean = n * time_s
    e = mean / np.maximum(r / a, 0.1)
    for _ in range(7):
        s, c = np.sin(e), np.cos(e)
        slope = 1.0 - ratio * c + sigma * s
        step = (e - ratio * s + sigma * (1.0 - c) - mean) / np.maximum(slope, 1e-3)
        e = e - np.minimum(np.maximum(step, -0.5), 0.5)
        if np.abs(step).max(initial=0.0) < SETTLED_RAD:
            break
    s, c = np.sin(e), np.cos(e)
    after = a * (1.0 - ratio * c + sigma * s)
    f = 1.0 - a / r * (1.0 - c)
    g = time_s - (e - s) / n
    df, dg = -np.sqrt(GM_M3_S2 * a) / (after * r) * s, 1.0 - a / after * (1.0 - c)
    return (
        f[:, None] * place + g[:, None] * velocity,
        df[:, None] * place + dg[:, None] * velocity,
    )


def burnt_out(shots: Shots, aim: Array, earth: Earth) -> tuple[Array, Array]:
    """Return inertial position and velocity at burnout with thrust along the unit vectors ``aim`` (n, 3)."""
    carried, push = spin_velocity(shots.site_m, earth), shots.speed_m_s[:, None] * aim
    return shots.site_m + shots.burn_s[:, None] * (carried + 0.5 * push), carried + push


def flown(shots: Shots, aim: Array, time_s: Array, earth: Earth) -> tuple[Array, Array]:
    """Return inertial position and velocity ``time_s`` after launch in the pull of a point mass."""
    return kepler(*burnt_out(shots, aim, earth), time_s - shots.burn_s)


def fallen(shots: Shots, aim: Array, time_s: Array, earth: Earth) -> tuple[Array, Array]:
    """Return inertial position and velocity ``time_s`` after launch in the whole field (Runge and Kutta, fourth order)."""
    place, velocity = burnt_out(shots, aim, earth)
    coast = np.maximum(time_s - shots.burn_s, 0.0)
    steps = max(1, int(np.ceil(np.max(coast, initial=0.0) / FALL_STEP_S)))
    h = (coast / steps)[:, None]
    for _ in range(steps):
        a = gravity(place, earth)
        b = gravity(place + 0.5 * h * velocity, earth)
        c = gravity(place + 0.5 * h * (velocity + 0.5 * h * a), earth)
        d = gravity(place + h * (velocity + 0.5 * h * b), earth)
        place = place + h * (velocity + h / 6.0 * (a + b + c))
        velocity = velocity + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
    return place, velocity


def _converge(
    shots: Shots, aim: Array, time_s: Array, earth: Earth, rounds: int
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return direction, time, and whether Newton's method on the three components of the miss came within a metre."""
    aim, time_s = aim.copy(), time_s.copy()
    hit = np.zeros(time_s.size, dtype=bool)
    lanes = np.arange(time_s.size)
    for _ in range(rounds):
        part, u, t = shots.take(lanes), aim[lanes], time_s[lanes]
        place = turned(part.place_m, earth.omega_rad_s * t)
        here, velocity = flown(part, u, t, earth)
        gap = here - place
        close = np.sum(gap * gap, axis=1) < CLOSE_M**2
        hit[lanes[close]] = True
        if close.all():
            break
        lanes, part, u, t = lanes[~close], part.take(~close), u[~close], t[~close]
        place, here, velocity, gap = place[~close], here[~close], velocity[~close], gap[~close]
        first = np.where(np.abs(u[:, :1]) < 0.9, np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]]))
        side = np.cross(u, first)
        side /= np.linalg.norm(side, axis=1)[:, None]
        other = np.cross(u, side)
        columns = [velocity - spin_velocity(place, earth)]
        twice = part.take(np.tile(np.arange(t.size), 2))
        moved = flown(twice, np.concatenate((u + 1e-5 * side, u + 1e-5 * other)), np.tile(t, 2), earth)[0]
        columns += [(there - here) / 1e-5 for there in np.split(moved, 2)]
        move = -np.linalg.solve(np.stack(columns, axis=2) + 1e-6 * np.eye(3), gap[..., None])[..., 0]
        angle = np.hypot(move[:, 1], move[:, 2])
        damp = np.minimum(1.0, 0.3 / np.maximum(angle, 1e-9))
        damp = np.minimum(damp, 0.25 * (t + 20.0) / np.maximum(np.abs(move[:, 0]), 1e-9))
        u = u + (damp * move[:, 1])[:, None] * side + (damp * move[:, 2])[:, None] * other
        aim[lanes] = u / np.linalg.norm(u, axis=1)[:, None]
        time_s[lanes] = np.clip(t + damp * move[:, 0], part.burn_s - 10.0, part.burn_s + part.life_s + 50.0)
    return aim, time_s, hit


def _in_whole_field(
    shots: Shots, aim: Array, time_s: Array, earth: Earth
) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return direction, time and success of flights through the whole field, from those around a point mass.

    What J2 does over such a flight is taken off the place to meet, and the flight around the point mass found anew.
    """
    if earth.j2 == 0.0:
        return aim, time_s, np.ones(time_s.size, dtype=bool)
    off = fallen(shots, aim, time_s, earth)[0] - flown(shots, aim, time_s, earth)[0]
    nearer = replace(shots, place_m=shots.place_m - turned(off, -earth.omega_rad_s * time_s))
    return _converge(nearer, aim, time_s, earth, 12)


def _first_guess(shots: Shots, time_s: Array, earth: Earth) -> tuple[Array, Array]:
    """Return direction, and how far beyond the place the interceptor would be, in a field of constant pull."""
    middle = 0.5 * (shots.site_m + shots.place_m)
    r = np.linalg.norm(middle, axis=1)[:, None]
    coast = (time_s - shots.burn_s)[:, None]
    sunk = spin_velocity(shots.site_m, earth) * time_s[:, None] - 0.5 * GM_M3_S2 * middle / r**3 * coast**2
    line = turned(shots.place_m, earth.omega_rad_s * time_s) - shots.site_m - sunk
    away = np.linalg.norm(line, axis=1)
    return line / away[:, None], shots.speed_m_s * (time_s - 0.5 * shots.burn_s) - away


def _good(
    shots: Shots, aim: Array, time_s: Array, hit: NDArray[np.bool_], lowest_rad: float
) -> NDArray[np.bool_]:
    """Return whether a flight ends between burnout and the end of life, with the thrust over the horizon."""
    climb = np.sum(aim * shots.up, axis=1)
    end = shots.burn_s + shots.life_s
    return hit & (climb >= np.sin(lowest_rad)) & (time_s >= shots.burn_s) & (time_s <= end)


def shortest(shots: Shots, earth: Earth, lowest_rad: float = 0.0) -> tuple[Array, Array]:
    """Return the shortest time of flight (nan where there is none) and the direction of thrust, inertial (n, 3).

    Searches start from several times; of those that end within a metre, with the thrust not below ``lowest_rad`` over
    the horizon and the meeting between burnout and the end of life, the earliest counts.
    """
    n = shots.burn_s.size
    best, way = np.full(n, np.inf), np.full((n, 3), np.nan)
    span = np.minimum(shots.life_s, 2500.0)
    lanes = np.flatnonzero(_within(shots))
    if lanes.size == 0:
        return np.full(n, np.nan), way
    near = shots.take(lanes)
    grid = np.linspace(0.0, 1.0, 40)
    over = np.array([_first_guess(near, near.burn_s + g * span[lanes], earth)[1] for g in grid])
    met = over > 0.0
    touch = np.where(met.any(axis=0), np.argmax(met, axis=0), np.argmax(over, axis=0))
    starts = np.stack([grid[touch], *(np.full(lanes.size, s) for s in STARTS)])
    for start in starts:
        part, begin = shots.take(lanes), shots.burn_s[lanes] + start[: lanes.size] * span[lanes]
        aim, t, hit = _converge(part, _first_guess(part, begin, earth)[0], begin, earth, 12)
        good = _good(part, aim, t, hit, lowest_rad)
        better = good & (t < best[lanes] - 1e-6)
        best[lanes[better]], way[lanes[better]] = t[better], aim[better]
        if start is starts[0]:
            lanes = lanes[~(good & (t < begin + 40.0))]
            if lanes.size == 0:
                break
    known = np.flatnonzero(np.isfinite(best))
    part, tau = shots.take(known), np.full(n, np.nan)
    way[known], t, hit = _in_whole_field(part, way[known], best[known], earth)
    good = _good(part, way[known], t, hit, lowest_rad)
    tau[known[good]] = t[good]
    return tau, way


def _within(shots: Shots) -> NDArray[np.bool_]:
    """Return whether a place is not farther than the interceptor could fly without any pull, and some margin."""
    away = np.linalg.norm(shots.place_m - shots.site_m, axis=1)
    return away < 1.15 * shots.speed_m_s * (0.5 * shots.burn_s + shots.life_s) + 1e5


def continued(
    shots: Shots, earth: Earth, aim: Array, time_s: Array, lowest_rad: float = 0.0
) -> tuple[Array, Array]:
    """Return time of flight and direction as :func:`shortest`, found from a flight to a place close by."""
    known = np.flatnonzero(np.isfinite(time_s))
    best, way = np.full(time_s.size, np.nan), np.full((time_s.size, 3), np.nan)
    part = shots.take(known)
    found, t, near = _converge(part, aim[known], time_s[known], earth, 12)
    found, t, hit = _in_whole_field(part, found, t, earth)
    good = near & _good(part, found, t, hit, lowest_rad)
    best[known[good]], way[known[good]] = t[good], found[good]
    return best, way


def shots_from(
    site_rad: tuple[float, float], places_m: Array, kill: tuple[float, float, float], earth: Earth
) -> Shots:
    """Return the shots from one site at many places; ``kill`` is speed (m/s), burn time and life (s)."""
    n, lat, lon = len(places_m), np.array(site_rad[0]), np.array(site_rad[1])
    site, up = ecef(lat, lon, np.array(0.0), earth), axes(lat, lon)[2]
    return Shots(
        np.broadcast_to(site, (n, 3)), np.broadcast_to(up, (n, 3)), places_m, *(np.full(n, v) for v in kill)
    )
