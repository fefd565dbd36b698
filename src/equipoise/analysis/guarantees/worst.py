"""The worst system that a guarantee permits: the largest slack that one attains, and a bound that none exceeds.

Attained: sites, burn times and flights are searched with the engagement model, from a coarse grid and then by
shrinking steps; speed and delay stand at their limits, since slack falls with neither speed nor earlier launch.
Bound: the smallest slack for which every box of the certificate's region is found free of engagements; an estimate, in floating point.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from equipoise.analysis.guarantees.permitted import PermittedSystem
from equipoise.analysis.guarantees.pool import Design, Pool, slack_s
from equipoise.analysis.guarantees.question_file import decimal
from equipoise.analysis.guarantees.search import Statement, grow_all
from equipoise.foundation.sphere import distance_km, turn_deg, wrapped_deg
from equipoise.model.region import Region
from equipoise.physics.permitted.cover import DONE

COARSE_SITES = 120
BURN_TIMES = 5
COARSE_FLIGHTS = 400
SEEDS = 4
APART_DEG = 3.0
"""Seeds closer than this in latitude and longitude climb the same hill."""
MORE_FLIGHTS = 1500
KEPT_FLIGHTS = 24
FIRST_STEP_DEG = 2.0
LAST_STEP_DEG = 0.05
COMPASS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7))
MOST_MARKS = 250_000
FIRST_TRIAL_S = 40.0
SLACK_ENDS_S = (-2400.0, 2400.0)


@dataclass(frozen=True)
class Attained:
    """The best design found and the flight (index in the pool) against which it has ``slack_s``; -inf out of reach.

    ``bases`` are those of which some design that was tried engages a flight with more slack than is allowed; ``on_edge`` says
    that the design stands at the edge of what is permitted, so that a wider area would hold a worse one.
    """

    slack_s: float
    design: Design
    flight: int
    tried: int
    bases: tuple[str, ...]
    on_edge: bool


@dataclass(frozen=True)
class Worst:
    """Attained slack and its bound in s; ``bounded`` tells whether the search at the bound was over in time."""

    attained: Attained
    bound_s: float
    bounded: bool
    seconds: float

    @property
    def gap_s(self) -> float:
        """The optimality gap; inf when no flight comes within reach."""
        return self.bound_s - self.attained.slack_s


def worst(
    pool: Pool, system: PermittedSystem, said: Statement, *, gap_s: float = 5.0, limit_s: float = 60.0
) -> Worst:
    """Search for the worst permitted system, then for a bound for at most ``limit_s`` seconds."""
    began = time.monotonic()
    found = attained(pool, system)
    first = system.slack_s if found.slack_s < system.slack_s else found.slack_s + FIRST_TRIAL_S
    bound, bounded = bound_s(said, above_s=found.slack_s, first_s=first, gap_s=gap_s, limit_s=limit_s)
    return Worst(found, bound, bounded, time.monotonic() - began)


def bound_s(
    said: Statement, *, above_s: float, first_s: float, gap_s: float = 5.0, limit_s: float = 60.0
) -> tuple[float, bool]:
    """Return the least slack, within ``gap_s``, at which the search finds every box free: an estimate of a bound, in floating point.

    Nothing below ``above_s`` is tried; ``first_s`` is tried first. The second value is False when there was none
    in the time given; the first is then inf.
    """
    until = time.monotonic() + limit_s
    low, high = max(above_s, SLACK_ENDS_S[0]), math.inf
    trial, step = min(max(first_s, low + gap_s), SLACK_ENDS_S[1]), FIRST_TRIAL_S
    while high - low > gap_s and time.monotonic() < until:
        trees = grow_all(
            {**said, "slack_s": decimal(trial, 3)}, limit_s=until - time.monotonic(), most=MOST_MARKS
        )
        if all(tree.state == DONE for tree in trees):
            high = trial
        else:
            low, step = trial, 2.0 * step
        if low >= SLACK_ENDS_S[1]:
            break
        trial = 0.5 * (low + high) if math.isfinite(high) else min(low + step, SLACK_ENDS_S[1])
    return high, math.isfinite(high)


def attained(pool: Pool, system: PermittedSystem) -> Attained:
    """Return the design with the largest slack that the search finds, and the flight against which it has it."""
    places = designs_at(system, spread(system.region, COARSE_SITES), pool)
    ends_s = {float(burn_times(system)[0]), float(burn_times(system)[-1])}
    start = [replace(design, burn_time_s=burn) for burn in sorted(ends_s) for design in places]
    few, more = thinned(pool, COARSE_FLIGHTS), thinned(pool, MORE_FLIGHTS)
    coarse = slack_s(few, start, system)
    tried = coarse.size
    ends = []
    for seed in _seeds(start, coarse.max(axis=0)):
        value, design, spent = _climb(more, system, seed)
        ends.append((value, design))
        tried += spent
    _, design = max(ends, key=lambda end: end[0])
    value, design, spent = _climb(pool, system, design)
    every = slack_s(pool, [design], system)[:, 0]
    hit = {few.name(k)["base"] for k in np.flatnonzero(coarse.max(axis=1) > system.slack_s).tolist()}
    hit |= {pool.name(k)["base"] for k in np.flatnonzero(every > system.slack_s).tolist()}
    return Attained(
        float(every.max()), design, int(np.argmax(every)), tried + spent + len(pool), tuple(sorted(hit)),
        _on_edge(system, design),
    )  # fmt: skip


def _seeds(start: list[Design], slack: np.ndarray) -> list[Design]:
    """Return the best designs that lie apart from each other."""
    chosen: list[Design] = []
    for k in np.argsort(-slack):
        design = start[int(k)]
        near = any(
            abs(design.lat_deg - c.lat_deg) < APART_DEG
            and abs(turn_deg(design.lon_deg, c.lon_deg)) < APART_DEG
            for c in chosen
        )
        if not near and len(chosen) < SEEDS:
            chosen.append(design)
    return chosen


def _on_edge(system: PermittedSystem, design: Design) -> bool:
    """Return whether a place beside the design's is not permitted."""
    step = 2.0 * LAST_STEP_DEG
    around = np.array([(design.lat_deg + a * step, design.lon_deg + b * step) for a, b in COMPASS])
    return not bool(system.region.contains(around[:, 0], around[:, 1]).all())


def _climb(pool: Pool, system: PermittedSystem, design: Design) -> tuple[float, Design, int]:
    """Return slack, design and evaluations at the end of a pattern search over place and burn time."""
    every = slack_s(pool, [design], system)[:, 0]
    near, step, value, tried = pool.pick(_largest(every)), FIRST_STEP_DEG, float(every.max()), len(pool)
    moved = False
    while step >= LAST_STEP_DEG and math.isfinite(value):
        around = _neighbours(system, design, step)
        found = slack_s(near, around, system).max(axis=0)
        tried += len(near) * len(around)
        if found.max() > value:
            design, value, moved = around[int(np.argmax(found))], float(found.max()), True
            continue
        step *= 0.5
        if moved and step < 0.5 * FIRST_STEP_DEG:  # other flights count where the design has gone
            every = slack_s(pool, [design], system)[:, 0]
            near, value, moved, tried = (
                pool.pick(_largest(every)),
                float(every.max()),
                False,
                tried + len(pool),
            )
    return value, design, tried


def thinned(pool: Pool, n: int) -> Pool:
    """Return at most ``n`` flights of a pool, evenly spaced."""
    return pool.pick(np.unique(np.linspace(0, len(pool) - 1, n).astype(int)))


def _largest(slack: np.ndarray) -> np.ndarray:
    """Return the indices of the flights with most slack, in the order of the pool."""
    return np.sort(np.argsort(-slack)[:KEPT_FLIGHTS])


def _neighbours(system: PermittedSystem, design: Design, step_deg: float) -> list[Design]:
    """Return the permitted designs around one: eight places for the site (and the radar), and the next burn times."""
    wide = max(math.cos(math.radians(design.lat_deg)), 0.1)
    places = _around(design.lat_deg, design.lon_deg, step_deg, wide)
    burns = burn_times(system)
    k = int(np.argmin(np.abs(burns - design.burn_time_s)))
    beside = {float(burns[j]) for j in (k - 1, k + 1) if 0 <= j < BURN_TIMES}
    inside = system.region.contains(np.array([p[0] for p in places]), np.array([p[1] for p in places]))
    found = [replace(design, lat_deg=a, lon_deg=b) for (a, b), ok in zip(places, inside, strict=True) if ok]
    if design.radar_deg is not None:
        lat, lon = design.radar_deg
        moved = _around(lat, lon, step_deg, wide)
        inside = system.area.contains(np.array([p[0] for p in moved]), np.array([p[1] for p in moved]))
        found += [replace(design, radar_deg=place) for place, ok in zip(moved, inside, strict=True) if ok]
    return found + [replace(design, burn_time_s=burn) for burn in sorted(beside)]


def _around(lat_deg: float, lon_deg: float, step_deg: float, wide: float) -> list[tuple[float, float]]:
    """Return the eight places about one, a step away; ``wide`` is the cosine of the latitude."""
    return [(lat_deg + a * step_deg, float(wrapped_deg(lon_deg + b * step_deg / wide))) for a, b in COMPASS]


def burn_times(system: PermittedSystem) -> np.ndarray:
    """Return the burn times that are tried, few of them.

    They are (n,), in s.
    """
    return np.linspace(*system.burn_time_s, BURN_TIMES)


def spread(region: Region, most: int) -> np.ndarray:
    """Return at most ``most`` permitted places (n, 2), on a grid that includes the corners of the boxes."""
    step = 1.0
    points = region.grid(step)
    while len(points) > most and step < 180.0:
        step *= 1.2
        points = region.grid(step)
    return points


def designs_at(system: PermittedSystem, places: np.ndarray, pool: Pool) -> list[Design]:
    """Return designs at the limits; where a radar is needed two for each place, with it beside the site and as near to the launches as it may stand.

    ``places`` (n, 2) are latitude and longitude in degrees; the launches are those of ``pool``.
    """
    burn = float(burn_times(system)[BURN_TIMES // 2])
    found = [Design(float(a), float(b), system.speed_m_s, burn) for a, b in places]
    if system.radar is None:
        return found
    area, middle = system.area.grid(4.0), pool.launches_deg()
    near = area[int(np.argmin(distance_km(area[:, 0], area[:, 1], *middle)))]
    radars = [[(d.lat_deg, d.lon_deg), (float(near[0]), float(near[1]))] for d in found]
    return [replace(d, radar_deg=place) for d, places in zip(found, radars, strict=True) for place in places]


def random_designs(system: PermittedSystem, rng: np.random.Generator, n: int) -> list[Design]:
    """Return permitted designs at random: places even by area, waits anywhere, speed and burn time in a few steps.

    ``n`` is their number; ``rng`` makes the draws.
    """
    places = system.region.sample(rng, n)
    speed = rng.choice(np.linspace(0.7, 1.0, 7), n) * system.speed_m_s
    burn = rng.choice(burn_times(system), n)
    columns = np.column_stack((places[:, 0], places[:, 1], speed, burn, rng.exponential(20.0, n)))
    return [Design(lat, lon, fast, burns, wait_s=wait) for lat, lon, fast, burns, wait in columns.tolist()]
