"""What one command can do against one missile, by trying instants: docs/engagement.md and design rules of the timeline.

``latest(t) = t - tau(t)`` on a grid of instants; its largest value over the allowed instants less the earliest launch is the
slack. Shots follow one another: the next launch waits for the last intercept plus assessment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from equipoise.engagement.records import Battery, Command, Region
from equipoise.foundation.status import Reason
from validation.brute_force.earth import Array, angle_between, bearing, geodetic, spin_velocity, turned
from validation.brute_force.interceptor import Shots, continued, fallen, shortest, shots_from
from validation.brute_force.sensors import Path, Picture, first_track_s, picture, sensor_spans, spans

SAMPLES = 81
ZOOM = 21
LEVELS = 4
NEARNESS = (
    Reason.OUT_OF_REACH, Reason.NOT_PERMITTED, Reason.ABOVE_CEILING, Reason.BELOW_FLOOR, Reason.NOT_SEEN, Reason.NO_TRACK,
    Reason.CLOSING_GEOMETRY, Reason.NO_TIME, Reason.ENGAGED,
)  # fmt: skip
"""Reasons in the order in which an engagement comes nearer to succeeding; the own radar's stands with the sector's."""


@dataclass(frozen=True)
class Chance:
    """One battery against one missile: how late it may launch for each instant, and what it may use."""

    battery: Battery
    grids: Sequence[Array]
    times: Array
    latest: Array
    detect_s: float
    track_s: float
    ready_s: float
    slack_s: float
    reason: Reason
    evaluate: Callable[[Array], Array]


@dataclass(frozen=True)
class Answer:
    """What a command can do; times since the missile's launch, nan where there is none."""

    reason: Reason
    shots: int
    slack_s: float
    detect_s: float
    track_s: float
    ready_s: float
    first_intercept_s: float
    site: str
    closest_s: float


def inside(region: Region, lat: Array, lon: Array) -> NDArray[np.bool_]:
    """Return whether places lie in a region: a polygon on a plain map, or a fan."""
    if region.polygon_rad:
        corners = np.array(region.polygon_rad)
        odd = np.zeros(lat.shape, dtype=bool)
        for (y0, x0), (y1, x1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
            crosses = (y0 > lat) != (y1 > lat)
            with np.errstate(divide="ignore", invalid="ignore"):
                odd ^= crosses & (lon < x0 + (lat - y0) * (x1 - x0) / (y1 - y0))
        return odd
    at_lat, at_lon = (np.array(v) for v in region.centre_rad)
    around = (bearing(at_lat, at_lon, lat, lon) - region.azimuth_from_rad) % (2.0 * np.pi)
    near = angle_between(at_lat, at_lon, lat, lon) <= region.radius_rad
    return near & (around <= region.width_rad)


def allowed_bands(battery: Battery, path: Path) -> Iterator[tuple[float, float]]:
    """Return the intervals of instants after burnout between floor and ceiling."""
    kill = battery.interceptor

    def between(t: Array) -> NDArray[np.bool_]:
        h = path.altitude(t)
        return (h >= kill.floor_m) & (h <= kill.ceiling_m)

    yield from spans(between, path.burnout_s, path.impact_s)


def parted(bands: list[tuple[float, float]], command: Command, path: Path) -> list[tuple[float, float]]:
    """Return intervals parted where the missile comes into or leaves the command's regions."""
    if not (command.permit or command.forbid):
        return bands
    found = []
    for begin, end in bands:
        inside = spans(lambda t: permitted(command, path, t), begin, end)
        edges = sorted({begin, end, *(edge for span in inside for edge in span)})
        found += list(pairwise(edges))
    return found


def permitted(command: Command, path: Path, t: Array) -> NDArray[np.bool_]:
    """Return whether the command's regions permit an intercept over the missile's place at each instant."""
    lat, lon, _ = geodetic(path.ecef(t), path.earth)
    good = np.ones(t.shape, dtype=bool)
    if command.permit:
        good = np.any([inside(r, lat, lon) for r in command.permit], axis=0)
    for region in command.forbid:
        good &= ~inside(region, lat, lon)
    return good


class Reach:
    """How late one battery may launch to meet a missile, for any instant; searched once, then continued from there."""

    def __init__(self, battery: Battery, path: Path, bands: Sequence[tuple[float, float]]) -> None:
        """Search the shortest flights on a coarse grid over each of the bands of instants."""
        self.battery, self.path = battery, path
        self.grids = [np.linspace(a, b, SAMPLES) for a, b in bands]
        self.times = np.concatenate([np.empty(0), *self.grids])
        self.known = [shortest(self._shots(p, self.times), path.earth) for p in battery.places]

    def _shots(self, place: tuple[float, float], t: Array) -> Shots:
        kill = self.battery.interceptor
        numbers = (kill.burnout_speed_m_s, kill.burn_time_s, kill.life_s)
        return shots_from(place, self.path.ecef(t), numbers, self.path.earth)

    def coarse(self, *, limits: bool = True) -> Array:
        """Return the latest launches at the instants of the grid; minus infinity where there is none."""
        found = [
            self._latest(place, self.times, tau, aim, limits=limits)
            for place, (tau, aim) in zip(self.battery.places, self.known, strict=True)
        ]
        return self._of_places(found)

    def fine(self, t: Array) -> Array:
        """Return the latest launches at any instants, each continued from the known flights before and after it.

        The two differ where the direct flight ends and the lofted one begins between samples.
        """
        found = []
        for place, (tau, aim) in zip(self.battery.places, self.known, strict=True):
            known = np.flatnonzero(np.isfinite(tau))
            if not known.size:
                found.append(np.full(t.size, -np.inf))
                continue
            after = np.searchsorted(self.times[known], t)
            sides = [known[np.clip(after + by, 0, known.size - 1)] for by in (-1, 0)]
            found.append(self._continued(place, t, *((tau[i], aim[i]) for i in sides)))
        return self._of_places(found)

    def _continued(
        self, place: tuple[float, float], t: Array, before: tuple[Array, Array], after: tuple[Array, Array]
    ) -> Array:
        """Return the latest launches by the shorter of two flights, each continued from one known."""
        shots = self._shots(place, t)
        (tau, aim), (other, way) = (
            continued(shots, self.path.earth, aim, tau) for tau, aim in (before, after)
        )
        sooner = np.isfinite(other) & ~(tau <= other)
        tau, aim = np.where(sooner, other, tau), np.where(sooner[:, None], way, aim)
        return self._latest(place, t, tau, aim, limits=True)

    def _latest(self, place: tuple[float, float], t: Array, tau: Array, aim: Array, *, limits: bool) -> Array:
        good, kill = np.isfinite(tau), self.battery.interceptor
        if limits and (kill.least_closing_m_s > 0.0 or kill.most_crossing_rad < np.pi):
            shots = self._shots(place, t).take(good)
            good[good] &= _suits(self.battery, self.path, shots, t[good], tau[good], aim[good])
        return np.where(good, t - np.where(good, tau, 0.0), -np.inf)

    def _of_places(self, found: list[Array]) -> Array:
        return np.min(found, axis=0) if self.battery.sure else np.max(found, axis=0)


def _suits(battery: Battery, path: Path, shots: Shots, t: Array, tau: Array, aim: Array) -> NDArray[np.bool_]:
    """Return whether closing speed and crossing angle at the meeting suit the interceptor."""
    earth = path.earth
    place = path.ecef(t)
    ours = turned(fallen(shots, aim, tau, earth)[1], -earth.omega_rad_s * tau) - spin_velocity(place, earth)
    theirs = path.velocity(t)
    closing = np.linalg.norm(ours - theirs, axis=1)
    cosine = -np.sum(ours * theirs, axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    crossing = np.arccos(np.clip(cosine, -1.0, 1.0))
    return (closing >= battery.interceptor.least_closing_m_s) & (
        crossing <= battery.interceptor.most_crossing_rad
    )


def largest(curve: Callable[[Array], Array], grids: Sequence[Array], values: Array) -> float:
    """Return the largest value of a curve that is known on some grids, by grids closer and closer.

    They close in on the best sample and on every end of a stretch in reach, where a steep curve may be higher still.
    """
    best, begin = -np.inf, 0
    for grid in grids:
        known = values[begin : begin + grid.size]
        begin += grid.size
        finite = np.isfinite(known)
        if not finite.any():
            continue
        around = np.concatenate(([False], finite, [False]))
        ends = finite & ~(around[:-2] & around[2:])
        for i in {int(np.argmax(known)), *map(int, np.flatnonzero(ends))}:
            best = max(best, _largest_around(curve, grid, known, i))
    return best


def _largest_around(curve: Callable[[Array], Array], t: Array, values: Array, i: int) -> float:
    """Return the largest value of a curve around sample ``i`` of a grid."""
    best = float(values[i])
    for _ in range(LEVELS):
        t = np.linspace(t[max(i - 1, 0)], t[min(i + 1, t.size - 1)], ZOOM)
        values = curve(t)
        i = int(np.argmax(values))
        best = max(best, float(values[i]))
    return best


def chance(battery: Battery, command: Command, path: Path, seen: Picture, own: Picture) -> Chance:
    """Return what one battery can do."""
    policy, timing = battery.policy, command.timing
    used = seen if policy.launch == "any" else own
    track = first_track_s(used, timing, early=policy.early)
    if policy.launch == "any":
        track = min(track, path.burnout_s + timing.burnout_cue_s)
    ready = track + timing.decision_s + timing.reaction_s
    reach = Reach(battery, path, parted(list(allowed_bands(battery, path)), command, path))

    def in_sector(t: Array, latest: Array) -> Array:
        return np.where(permitted(command, path, t), latest, -np.inf)

    def ruled(t: Array, latest: Array) -> Array:
        held = own.held_for(t, timing.guide_s) if policy.guide == "own" else np.ones(t.shape, dtype=bool)
        return np.where(held, in_sector(t, latest), -np.inf)

    def curve(t: Array) -> Array:
        return ruled(t, reach.fine(t))

    free = reach.coarse(limits=False)
    values = ruled(reach.times, reach.coarse())
    top = largest(curve, reach.grids, values)
    slack = top - ready if np.isfinite(top) and np.isfinite(ready) else np.nan
    reason = Reason.ENGAGED if slack >= 0.0 else Reason.NO_TIME
    anyhow = ruled(reach.times, free)
    if not np.isfinite(free).any():
        reason = _why_never(battery, path)
    elif not np.isfinite(anyhow).any() and not np.isfinite(top):
        sector = np.isfinite(in_sector(reach.times, free)).any()
        reason = Reason.NO_OWN_RADAR if sector else Reason.NOT_PERMITTED
    elif not np.isfinite(top):
        reason = Reason.CLOSING_GEOMETRY
    elif not np.isfinite(ready):
        reason = Reason.NO_TRACK if np.isfinite(used.detect_s) else Reason.NOT_SEEN
    elif reason != Reason.ENGAGED and np.max(anyhow) >= ready:
        reason = Reason.CLOSING_GEOMETRY
    detect = min(used.detect_s, path.burnout_s + timing.burnout_cue_s)
    return Chance(battery, reach.grids, reach.times, values, detect, track, ready, slack, reason, curve)


def _why_never(battery: Battery, path: Path) -> Reason:
    """Return why no instant between floor and ceiling can be met: nothing in reach, or only below or above them."""
    reach = Reach(
        battery, path, [(path.burnout_s, path.impact_s - 60.0), (path.impact_s - 60.0, path.impact_s)]
    )
    met = np.isfinite(reach.coarse(limits=False))
    if not met.any():
        return Reason.OUT_OF_REACH
    below = path.altitude(reach.times[met]) < battery.interceptor.floor_m
    return Reason.BELOW_FLOOR if below.any() else Reason.ABOVE_CEILING


def first_meeting(one: Chance, launch_s: float) -> float:
    """Return the earliest instant that a launch at ``launch_s`` or later meets, or infinity.

    An instant between two samples counts only within one band; between bands the missile is above or below them.
    """
    starts = {float(grid[0]) for grid in one.grids}
    hit = np.flatnonzero(one.latest >= launch_s)
    begin = None
    if hit.size:
        i = int(hit[0])
        if float(one.times[i]) in starts:
            return float(one.times[i])
        begin = (float(one.times[i - 1]), float(one.times[i]))
    else:
        i = int(np.argmax(one.latest)) if one.latest.size else -1
        if i < 0 or not np.isfinite(one.latest[i]):
            return np.inf
        grid = next(g for g in one.grids if g[0] <= one.times[i] <= g[-1])
        k = int(np.argmin(np.abs(grid - one.times[i])))
        begin = (float(grid[max(k - 1, 0)]), float(grid[min(k + 1, grid.size - 1)]))
    met = np.inf
    for _ in range(LEVELS):
        t = np.linspace(*begin, ZOOM)
        latest = one.evaluate(t)
        good = np.flatnonzero(latest >= launch_s)
        i = int(good[0]) if good.size else int(np.argmax(latest))
        if good.size:
            met = float(t[i])
        end = i if good.size else min(i + 1, t.size - 1)
        begin = (float(t[max(i - 1, 0)]), float(t[end]))
    return met


def judge(command: Command, path: Path) -> Answer:
    """Return what a command can do against a missile."""
    sightings = {u.sensor: sensor_spans(u.sensor, path) for u in command.uses}
    seen = picture(command.uses, sightings, path)
    chances = []
    for battery in command.batteries:
        mine = tuple(
            u for u in command.uses if u.sensor.id in battery.own_sensors or u.sensor.kind == "infrared"
        )
        chances.append(chance(battery, command, path, seen, picture(mine, sightings, path)))
    firing = _shoot(chances, command)
    lead, slacks = firing.lead, {c.battery.site: c.slack_s for c in chances}
    known = [v for v in slacks.values() if np.isfinite(v)]
    reason = lead.reason if not firing.fired else Reason.ENGAGED
    if 0 < firing.fired < command.wanted_shots:
        reason = Reason.TOO_FEW_SHOTS
    return Answer(
        reason, firing.fired, max(known, default=np.nan), lead.detect_s, lead.track_s, lead.ready_s, firing.first_s,
        lead.battery.site, firing.closest_s,
    )  # fmt: skip


def _lead(chances: list[Chance]) -> Chance:
    """Return the chance of the battery that came nearest: by slack, else by how far down the list of needs it came."""
    return max(chances, key=lambda c: (_nearness(c.reason), c.slack_s if np.isfinite(c.slack_s) else -np.inf))


def _nearness(reason: Reason) -> int:
    return NEARNESS.index(Reason.NOT_PERMITTED if reason == Reason.NO_OWN_RADAR else reason)


@dataclass(frozen=True)
class Firing:
    """Interceptors fired in turn: how many, when the first meets the missile, whose it is, and the closest decision.

    ``closest_s`` is the least time by which any launch, or the one that was no more possible, could be made or was missed.
    """

    fired: int
    first_s: float
    lead: Chance
    closest_s: float


def _shoot(chances: list[Chance], command: Command) -> Firing:
    """Return what can be fired in turn: the battery that meets the missile first shoots next."""
    lead, stock, looks = _lead(chances), [c.battery.stock for c in chances], [0 for _ in chances]
    fired, free_at, first, closest = 0, -np.inf, np.nan, np.inf
    while True:
        able = [
            i for i, c in enumerate(chances)
            if np.isfinite(c.slack_s) and stock[i] >= 1 and looks[i] < c.battery.policy.looks
        ]  # fmt: skip
        spare = [chances[i].slack_s - max(free_at - chances[i].ready_s, 0.0) for i in able]
        closest = min(closest, abs(max(spare, default=np.inf)))
        meetings = {
            i: first_meeting(chances[i], max(chances[i].ready_s, free_at))
            for i, left in zip(able, spare, strict=True)
            if left >= 0.0
        }
        if not meetings or not np.isfinite(min(meetings.values())):
            return Firing(fired, first, lead, closest)
        i = min(meetings, key=lambda k: meetings[k])
        salvo = int(min(chances[i].battery.policy.salvo, stock[i]))
        fired, stock[i], looks[i] = fired + salvo, stock[i] - salvo, looks[i] + 1
        if np.isnan(first):
            first, lead = meetings[i], chances[i]
        free_at = meetings[i] + command.timing.assessment_s
