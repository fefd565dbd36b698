"""Simulated tests and what observers measure of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians

import numpy as np

from equipoise.analysis.flight_test.paths import (
    TAIL_S,
    Interceptor,
    Meeting,
    profile,
    set_mass_ratio,
    with_burnout_speed,
)
from equipoise.model.flight_test import ObservingSensor
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.sensing.observation import (
    AZIMUTH,
    CUTOFF,
    ELEVATION,
    MEASUREMENT,
    RANGE,
    RANGE_RATE,
    Observer,
    observer_rows,
    sightings,
)
from equipoise.scenario.flight_test import FlightTest


@dataclass(frozen=True)
class Spread:
    """How one test differs from the plan: standard deviations of what is drawn anew each time.

    These are choices of this project; they make the truth richer than the model that is fitted to it.
    """

    burn_share: float = 0.04
    direction_rad: float = radians(1.0)
    last_pitch_rad: float = radians(4.0)
    last_yaw_rad: float = radians(2.0)
    turn_rad_s: float = radians(0.15)
    growth_share: float = 0.3
    tail_share: float = 0.3
    drag_share: float = 0.3


@dataclass(frozen=True)
class Station:
    """An observer ready to measure: place and errors, rate, biases (standard deviations), share of usable tests."""

    name: str
    observer: Observer
    step_s: float
    range_bias_m: float
    angle_bias_rad: float
    clear_share: float


def station(
    sensor: ObservingSensor, *, name: str, lat_rad: float, lon_rad: float, height_m: float
) -> Station:
    """Return a station from a sensor's entry and a place.

    ``name`` is the observer's id.
    """
    observer = Observer(
        lat_rad=lat_rad,
        lon_rad=lon_rad,
        height_m=height_m,
        lowest_elevation_rad=radians(sensor.lowest_elevation_deg),
        farthest_m=1e3 * sensor.farthest_km,
        reference_range_m=1e3 * sensor.reference_range_km,
        range_sigma_m=sensor.range_sigma_m if sensor.kind == "radar" else 0.0,
        angle_sigma_rad=radians(sensor.angle_sigma_deg),
        rate_sigma_m_s=sensor.range_rate_sigma_m_s,
        range_floor_m=sensor.range_floor_m,
        angle_floor_rad=radians(sensor.angle_floor_deg),
        rate_floor_m_s=sensor.range_rate_floor_m_s,
        cutoff_sigma_s=sensor.cutoff_sigma_s,
        only_burning=float(sensor.kind == "optical"),
    )
    return Station(
        name,
        observer,
        1.0 / sensor.measurements_per_s,
        sensor.range_bias_m,
        radians(sensor.angle_bias_deg),
        sensor.clear_share,
    )


def stations(test: FlightTest, names: Sequence[str]) -> tuple[Station, ...]:
    """Return the named observers of a test as stations.

    ``names`` are the observers' ids.
    """
    found = []
    for name in names:
        entry = test.find("observer", name)
        sensor = test.find("sensor", entry.sensor)
        found.append(
            station(
                sensor,
                name=name,
                lat_rad=radians(entry.lat_deg),
                lon_rad=radians(entry.lon_deg),
                height_m=entry.height_m,
            )
        )
    return tuple(found)


def fly_one(
    test: FlightTest,
    planned: Meeting,
    rng: np.random.Generator,
    *,
    speed_m_s: float,
    spread: Spread | None = None,
) -> Interceptor:
    """Fly one test with a burnout speed and everything else drawn about the plan.

    ``rng`` makes the draws.
    """
    s = spread or Spread()
    burn = planned.interceptor.burnout_s * (1.0 + s.burn_share * rng.standard_normal())
    rows = profile(test, burn_s=burn)
    for row, stage in zip(rows, test.stages, strict=True):
        row.tail_s = TAIL_S * np.exp(s.tail_share * rng.standard_normal())
        row.ballistic_coefficient_kg_m2 *= np.exp(s.drag_share * rng.standard_normal())
        ratio = 1.0 + (stage.mass_ratio - 1.0) * np.exp(s.growth_share * rng.standard_normal())
        set_mass_ratio(row, ratio, speed=stage.speed_share)
    rows[-1].turn_rad_s = s.turn_rad_s * rng.standard_normal()
    last = planned.interceptor.pushes[-1]
    off = s.direction_rad * rng.standard_normal(2)
    turned = s.last_pitch_rad * rng.standard_normal(), s.last_yaw_rad * rng.standard_normal()
    return with_burnout_speed(
        test,
        rows,
        speed_m_s=speed_m_s,
        elevation_rad=float(last.elevation_rad - radians(test.stages[-1].above_deg) + off[0]),
        azimuth_rad=float(last.azimuth_rad + off[1]),
        until_s=planned.flown_s,
        last_turned_rad=turned,
    )


def seen(flown: Interceptor, posts: Sequence[Station], n: int) -> np.ndarray:
    """Return what station ``n`` would measure without error, by :func:`~equipoise.physics.sensing.observation.sightings`."""
    room = np.empty(4 * (int(flown.nodes[-1, 0] / posts[n].step_s) + 2), MEASUREMENT)
    observers = observer_rows(post.observer for post in posts)
    used = sightings(flown.nodes, observers, n, posts[n].step_s, flown.pushes, WGS84, room)
    return room[:used].copy()


def rows_of(flown: Interceptor, posts: Sequence[Station]) -> np.ndarray:
    """Return every measurement of a flight without noise and bias, as rows (n,) of :data:`MEASUREMENT`.

    A station has three biases, of range, azimuth and elevation.
    """
    parts = []
    for n, post in enumerate(posts):
        looks, o = seen(flown, posts, n), post.observer
        measured = {RANGE: o.range_sigma_m, AZIMUTH: 1.0, ELEVATION: 1.0, RANGE_RATE: o.rate_sigma_m_s}
        kinds = [kind for kind, error in measured.items() if error > 0.0]
        mine = looks[np.isin(looks["kind"], kinds)]
        mine["bias"] = np.where(mine["kind"] == RANGE_RATE, -1, 3 * n + mine["kind"])
        parts.append(mine)
        if o.cutoff_sigma_s > 0.0 and len(looks) and looks[-1].time_s > flown.burnout_s - 2.0 * post.step_s:
            cut = (flown.burnout_s, CUTOFF, n, flown.burnout_s, o.cutoff_sigma_s, -1)
            parts.append(np.array([cut], MEASUREMENT))
    return np.concatenate(parts) if parts else np.empty(0, MEASUREMENT)


def bias_sigmas(posts: Sequence[Station]) -> np.ndarray:
    """Return the standard deviations of the biases, three per station.

    The answer is (biases,): of range in m, azimuth and elevation in rad.
    """
    least = 1e-9  # a bias that is stated to be nil is held at zero
    sigmas = [(p.range_bias_m, p.angle_bias_rad, p.angle_bias_rad) for p in posts]
    return np.maximum(np.array(sigmas).ravel(), least)


def with_noise(rows: np.ndarray, posts: Sequence[Station], rng: np.random.Generator) -> np.ndarray:
    """Return the rows with one draw of biases and of noise; the cut-off time moves with its reading.

    ``rows`` are observations without noise, of shape (n,) as those returned; ``rng`` makes the draw.
    """
    noisy = rows.copy()
    biases = np.append(bias_sigmas(posts) * rng.standard_normal(3 * len(posts)), 0.0)
    noisy["value"] += rows["sigma"] * rng.standard_normal(len(rows)) + biases[rows["bias"]]
    cut = rows["kind"] == CUTOFF
    noisy["time_s"][cut] = noisy["value"][cut]
    return noisy
