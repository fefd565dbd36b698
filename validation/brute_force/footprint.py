"""Points of a bearing footprint, each asked anew: own flights of missile and interceptor in one plane, every instant tried.

Written from docs/engagement.md and docs/flight.md: a still sphere of 6,370 km, stages at constant flow, drag by a table over
Mach, a vertical rise, then thrust along the velocity (the missile) or along an inertially straight line with gravity
across it cancelled (the interceptor). When an interceptor arrives is read off its flights at many elevations: where the
height at the target's ground range passes the target's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from validation.brute_force.earth import GM_M3_S2, LAYERS, Array, density

RADIUS_M = 6_370e3
BURN_STEP_S, FALL_STEP_S, INSTANT_S = 0.1, 2.0, 0.25
MACH = ((0.0, 0.85, 1.0, 1.2, 2.0, 4.5), (0.20, 0.20, 0.27, 0.27, 0.20, 0.20))
"""The published drag table of the vehicles used here (G. Forden, Science & Global Security 15, 2007, fig. 1)."""


@dataclass(frozen=True)
class Rocket:
    """Stages as burn time (s), propellant (kg), dry mass (kg), specific impulse (s), area (m2); payload (kg)."""

    stages: tuple[tuple[float, float, float, float, float], ...]
    payload_kg: float


@dataclass(frozen=True)
class Course:
    """Flights in their planes: times (k,), ground angle from the launch and height over the ground, both (k, n)."""

    time_s: Array
    angle_rad: Array
    height_m: Array


def _drag_over_area(place: Array, velocity: Array) -> Array:
    """Return drag over speed and reference area, (n, 1)."""
    height = np.hypot(place[:, 0], place[:, 1]) - RADIUS_M
    level = np.clip(6_356_766.0 * height / (6_356_766.0 + height), 0.0, 84_852.0)
    warmth = np.interp(level, [b for b, _, _ in LAYERS] + [84_852.0], [t for _, t, _ in LAYERS] + [186.946])
    speed = np.hypot(velocity[:, 0], velocity[:, 1])
    coefficient = np.interp(speed / np.sqrt(1.4 * 287.053 * warmth), *MACH)
    return (0.5 * density(np.maximum(height, 0.0)) * speed * coefficient)[:, None]


def _pull(place: Array) -> Array:
    return -GM_M3_S2 * place / (np.hypot(place[:, 0], place[:, 1]) ** 3)[:, None]


def _burning(
    t: float, x: Array, v: Array, *, stage: tuple[float, float, float, float, float], full_kg: float, begin_s: float,
    guide: str, axis: Array,
) -> Array:  # fmt: skip
    """Return the acceleration while a stage burns, guided ``up``, ``along`` the velocity, or on the ``line`` of ``axis``."""
    burn_s, propellant, _, impulse, area = stage
    flow = propellant / burn_s
    now, pull = full_kg - flow * (t - begin_s), _pull(x)
    push, held = flow * impulse * 9.80665 / now, area * _drag_over_area(x, v) / now * v
    if guide == "up":
        return pull - held + push * np.array([[1.0, 0.0]])
    if guide == "along":
        return pull - held + push * v / np.hypot(v[:, 0], v[:, 1])[:, None]
    across = pull - np.sum(pull * axis, axis=1)[:, None] * axis
    forward = np.sqrt(np.maximum(push**2 - np.sum(across**2, axis=1), 0.0))
    return pull - held - across + forward[:, None] * axis


def _falling(_: float, x: Array, v: Array, *, beta: float) -> Array:
    air = density(np.hypot(x[:, 0], x[:, 1]) - RADIUS_M) * np.hypot(v[:, 0], v[:, 1]) / (2.0 * beta)
    return _pull(x) - air[:, None] * v


def _step(
    rate: Callable[[float, Array, Array], Array], time_s: float, place: Array, velocity: Array, h: float
) -> tuple[Array, Array]:
    a = rate(time_s, place, velocity)
    b = rate(time_s + 0.5 * h, place + 0.5 * h * velocity, velocity + 0.5 * h * a)
    c = rate(time_s + 0.5 * h, place + 0.5 * h * (velocity + 0.5 * h * a), velocity + 0.5 * h * b)
    d = rate(time_s + h, place + h * (velocity + 0.5 * h * b), velocity + h * c)
    return place + h * (velocity + h / 6.0 * (a + b + c)), velocity + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)


def flown(
    rocket: Rocket, tilts_rad: Array, *, rise_s: float, rise_m: float, straight: bool, beta: float, end_s: float
) -> Course:  # fmt: skip
    """Return the flights of a rocket whose velocity is tilted from the vertical after ``rise_s`` or, sooner, ``rise_m``.

    After the last burnout the drag is that of a ballistic coefficient ``beta`` (kg/m2, may be inf) until ``end_s``.
    """
    axis = np.stack((np.cos(tilts_rad), np.sin(tilts_rad)), axis=1)
    place, velocity = np.tile((RADIUS_M, 0.0), (tilts_rad.size, 1)), np.zeros((tilts_rad.size, 2))
    time_s, guide, later = 0.0, "up", "line" if straight else "along"
    times, places = [0.0], [place]
    mass = rocket.payload_kg + sum(s[1] + s[2] for s in rocket.stages)
    for stage in rocket.stages:
        begin = time_s
        while time_s < begin + stage[0] - 1e-9:
            h = min(BURN_STEP_S, begin + stage[0] - time_s)
            if guide == "up":
                left, climb = rise_m - (place[0, 0] - RADIUS_M), velocity[0, 0]
                h = min(h, max(rise_s - time_s, 0.0), left / climb if climb > left else h)
                if h < 1e-6:
                    guide, velocity = later, velocity[:, :1] * axis
                    continue
            rate = partial(_burning, stage=stage, full_kg=mass, begin_s=begin, guide=guide, axis=axis)
            place, velocity = _step(rate, time_s, place, velocity, h)
            time_s += h
            times.append(time_s)
            places.append(place)
        mass -= stage[1] + stage[2]
    while time_s < end_s - 1e-9 and np.any(np.hypot(place[:, 0], place[:, 1]) >= RADIUS_M):
        h = min(FALL_STEP_S, end_s - time_s)
        if np.isfinite(beta) and float(np.min(np.hypot(place[:, 0], place[:, 1]))) < RADIUS_M + 130e3:
            h = min(h, 0.1)
        place, velocity = _step(partial(_falling, beta=beta), time_s, place, velocity, h)
        time_s += h
        times.append(time_s)
        places.append(place)
    found = np.array(places)
    return Course(
        np.array(times),
        np.arctan2(found[:, :, 1], found[:, :, 0]),
        np.hypot(found[:, :, 0], found[:, :, 1]) - RADIUS_M,
    )


def arrivals(fan: Course, release_s: float, angle_rad: Array, height_m: Array) -> Array:
    """Return the earliest times after launch at which some flight of a fan passes targets (m,); inf where none does.

    Each flight's ground range grows with time: its height at a target's range is compared, and where it passes the target's
    from one elevation to the next, the time between them is taken.
    """
    over, when = [], []
    for i in range(fan.angle_rad.shape[1]):
        x = fan.angle_rad[:, i]
        from_s = np.interp(angle_rad, x, fan.time_s, left=np.nan, right=np.nan)
        over.append(np.interp(angle_rad, x, fan.height_m[:, i], left=np.nan, right=np.nan) - height_m)
        when.append(from_s)
    gap, time = np.array(over), np.array(when)
    share = gap[:-1] / (gap[:-1] - gap[1:])
    passed = np.sign(gap[:-1]) * np.sign(gap[1:]) <= 0.0
    there = np.where(passed, time[:-1] + share * (time[1:] - time[:-1]), np.inf)
    return np.min(np.where(there >= release_s, there, np.inf), axis=0)


@dataclass(frozen=True)
class Question:
    """A missile's course, an interceptor's fan, its release, and when a launch is allowed: ``radar_m`` inf for a cue at burnout."""

    course: Course
    burnout_s: float
    fan: Course
    release_s: float
    delay_s: float
    radar_m: float
    floor_m: float

    def spare_s(self, bearing_rad: float, distance_m: float) -> float:
        """Return the time to spare for a launcher at a bearing and distance from the impact point; -inf out of reach."""
        left_all, height_all = self._path()
        end = self._impact_s()
        t = np.arange(0.0, end, INSTANT_S)
        left, height = (
            np.interp(t, self.course.time_s, left_all),
            np.interp(t, self.course.time_s, height_all),
        )
        away = distance_m / RADIUS_M
        ahead = np.cos(left) * np.cos(away) + np.sin(left) * np.sin(away) * np.cos(bearing_rad)
        angle = np.arccos(np.clip(ahead, -1.0, 1.0))
        ready = self.burnout_s
        if np.isfinite(self.radar_m):
            far = RADIUS_M + height
            slant = np.sqrt(RADIUS_M**2 + far**2 - 2.0 * RADIUS_M * far * ahead)
            seen = t[np.flatnonzero(slant <= self.radar_m)[:1]]
            risen = t[np.flatnonzero(far * ahead >= RADIUS_M)[:1]]
            ready = max(ready, *seen, *risen) if seen.size and risen.size else np.inf
        able = (t >= self.burnout_s) & (height >= self.floor_m)
        tau = arrivals(self.fan, self.release_s, angle[able], height[able])
        latest = np.max(t[able] - tau, initial=-np.inf)
        return float(latest - ready - self.delay_s) if np.isfinite(latest) else -np.inf

    def _impact_s(self) -> float:
        height = self.course.height_m[:, 0]
        return float(
            np.interp(0.0, [-height[-2], -height[-1]], [self.course.time_s[-2], self.course.time_s[-1]])
        )

    def _path(self) -> tuple[Array, Array]:
        angle = self.course.angle_rad[:, 0]
        return float(np.interp(self._impact_s(), self.course.time_s, angle)) - angle, self.course.height_m[
            :, 0
        ]
