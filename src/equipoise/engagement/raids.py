"""Raids: many missiles against finite stocks in layers, how many get through, and when which layer is empty.

Each command shoots as its policies say and looks before it shoots again (see :mod:`equipoise.physics.engagement.raid`).
Where no missile's shots hang on another's (stock to spare, no launch put off), leakage is exact, a sum of independent
trials; elsewhere it is simulated. Both are given where both exist. Commands do not tell each other what they shoot at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from equipoise.engagement.engage import Paths
from equipoise.engagement.explain import look
from equipoise.engagement.records import Battery, Command
from equipoise.numerics.counting import poisson_binomial
from equipoise.numerics.threads import in_shares
from equipoise.physics.engagement import raid as kernels
from equipoise.physics.engagement.launch_segments import SEGMENT
from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.interceptor.flyout import Law
from equipoise.physics.interceptor.reach import greatest_range_rad
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

METHODS = ("exact", "simulated")
"""How leakage is worked out; the exact values are nan where shots hang on each other."""
ENDS = ("low", "nominal", "high")
"""Ends of the kill probabilities."""
STEPS = 96
"""Steps of time in which launches are counted."""


@dataclass(frozen=True)
class Launcher:
    """The interceptors of one site: whole numbers, s between launches, missiles at a time (0: no limit), chance of a kill."""

    site: str
    layer: str
    stock: int
    salvo: int
    looks: int
    channels: int
    interval_s: float
    kill: tuple[float, float, float]


@dataclass(frozen=True)
class Missiles:
    """The missiles of a raid in order of launch: ``launch_s`` (n,), and the row of ``paths[volley]`` that each flies."""

    paths: tuple[Paths, ...]
    volley: np.ndarray
    row: np.ndarray
    launch_s: np.ndarray

    def __len__(self) -> int:
        """Return how many there are."""
        return int(self.launch_s.size)

    @classmethod
    def of(cls, paths: Sequence[Paths], launches_s: Sequence[np.ndarray]) -> Missiles:
        """Return the missiles of several volleys; ``launches_s[v]`` (n_v,) are the launches of the paths of volley v."""
        volley = np.concatenate([np.full(len(p), v) for v, p in enumerate(paths)])
        row = np.concatenate([np.arange(len(p)) for p in paths])
        launch = np.concatenate([np.asarray(t, dtype=float) for t in launches_s])
        order = np.argsort(launch, kind="stable")
        return cls(tuple(paths), volley[order], row[order], launch[order])


@dataclass(frozen=True)
class Side:
    """One command against a raid, as the kernel takes it; ``launchers`` are its sites."""

    raid: kernels.Raid
    launchers: tuple[Launcher, ...]


def launchers(scenario: Scenario, command: Command) -> tuple[Launcher, ...]:
    """Return the launchers of a command, in the order of its batteries."""
    return tuple(_launcher(scenario, battery) for battery in command.batteries)


def _launcher(scenario: Scenario, battery: Battery) -> Launcher:
    site = scenario.find("site", battery.site)
    kill = scenario.find("interceptor", site.interceptor).kill_probability
    kill = kill or scenario.balance.kill_probability
    return Launcher(
        site=battery.site,
        layer=site.interceptor,
        stock=int(battery.stock),
        salvo=battery.policy.salvo,
        looks=battery.policy.looks,
        channels=int(site.channels.value) if site.channels else 0,
        interval_s=scenario.balance.launch_interval_s.si,
        kill=(kill.low, kill.value, kill.high),
    )


def layers(scenario: Scenario) -> tuple[str, ...]:
    """Return the interceptors of a scenario's sites by reach, the longest first."""

    def reach(name: str) -> tuple[float, str]:
        record = scenario.find("interceptor", name)
        law = Law(record.burnout_speed_km_s.si, record.burn_time_s.si, record.kill_vehicle_life_s.si)
        return -greatest_range_rad(law, STILL_SPHERE), name

    return tuple(sorted({site.interceptor for site in scenario.sites}, key=reach))


def facing(
    missiles: Missiles, command: Command, sites: Sequence[Launcher], order: Sequence[str], serves: np.ndarray
) -> Side:
    """Return a command against the missiles that it engages, ``serves`` (n,); ``order`` lists the layers by reach."""
    courses: dict[tuple[float, ...], int] = {}
    table = _Tables(command, [order.index(site.layer) for site in sites])
    course = np.zeros(len(missiles), dtype=np.int64)  # course 0 is that of missiles which others engage
    for i in np.flatnonzero(serves):
        paths, row = missiles.paths[missiles.volley[i]], int(missiles.row[i])
        same = (float(missiles.volley[i]), *(float(column[row]) for column in paths.flights))
        if same not in courses:
            courses[same] = table.add(paths[row])
        course[i] = courses[same]
    return Side(table.raid(course, missiles.launch_s, sites), tuple(sites))


class _Tables:
    """The kernel's tables of one command, filled course by course."""

    def __init__(self, command: Command, layer: Sequence[int]) -> None:
        self.command, self.layer = command, layer
        self.first = [0, 0]
        self.options: list[tuple[float, ...]] = []
        self.segments: list[np.ndarray] = []
        self.allowed: list[np.ndarray] = []

    def add(self, path: Paths) -> int:
        """Add a course, of which every battery's stretches are asked once; return its number."""
        seen = look(path, self.command)
        world, work = seen.compiled.world, seen.work
        for b in sorted(range(len(self.layer)), key=lambda b: self.layer[b]):
            case = seen.compiled.cases_of[0][b]
            rules, row = world.cases.row[case], work.case[case]  # what a kernel made has no attributes here
            if not row["shots"] > 0:
                continue
            s = int(rules.shooter)
            segment = work.segment[s, : work.segment_count[s]].copy()
            allowed = work.allowed[case, : work.allowed_count[case]].copy()
            self.options.append(
                (
                    b, self.layer[b], row["ready_s"], rules.assess_s,
                    *self._place(self.segments, segment), *self._place(self.allowed, allowed),
                )
            )  # fmt: skip
        self.first.append(len(self.options))
        return len(self.first) - 2

    @staticmethod
    def _place(store: list[np.ndarray], rows: np.ndarray) -> tuple[int, int]:
        start = sum(len(part) for part in store)
        store.append(rows)
        return start, start + len(rows)

    def raid(self, course: np.ndarray, launch_s: np.ndarray, sites: Sequence[Launcher]) -> kernels.Raid:
        """Return the whole as the kernel takes it, with the kill probability at its nominal end."""
        return kernels.Raid(
            course=course,
            launch_s=np.ascontiguousarray(launch_s, dtype=float),
            option_first=np.array(self.first, dtype=np.int64),
            option=np.array(self.options, dtype=kernels.OPTION),
            segment=np.concatenate([np.empty(0, SEGMENT), *self.segments]),
            allowed=np.concatenate([np.empty((0, 2)), *self.allowed]),
            launcher=_at_end(sites, 1),
        )


def _at_end(sites: Sequence[Launcher], end: int) -> np.ndarray:
    """Return the kernel's rows of launchers, with one of the ends of :data:`ENDS` of their kill probabilities."""
    rows = [(s.stock, s.interval_s, s.channels, s.salvo, s.looks, s.kill[end]) for s in sites]
    return np.array(rows, dtype=kernels.LAUNCHER)


def fight(side: Side, *, end: int, runs: int, seed: int, step_s: float) -> kernels.Outcome:
    """Return what comes of ``runs`` runs of one command; with a negative seed every shot misses.

    ``end`` is the place in :data:`ENDS` of the end at which uncertain inputs stand, ``step_s`` the step in time of the stocks.
    """
    n, b = side.raid.course.size, len(side.launchers)
    out = kernels.Outcome(
        hit=np.zeros((runs, n), dtype=np.bool_),
        shots=np.zeros((runs, n), dtype=np.int64),
        missed=np.ones((runs, n)),
        launched=np.zeros((runs, b, STEPS), dtype=np.int64),
        contended=np.zeros(runs, dtype=np.int64),
    )
    raid = side.raid._replace(launcher=_at_end(side.launchers, end))
    with np.errstate(over="ignore"):  # the random numbers are made by wrapping round
        in_shares(lambda a, z: kernels.fight(raid, seed, a, z, step_s, out), runs, share=max(runs // 8, 1))
    return out


def shots_if_all_miss(sides: Sequence[Side], missiles: int, layer: Collection[str]) -> np.ndarray | None:
    """Return the shots (missiles,) that the launchers of some layers have at each missile if every shot misses.

    None where shots hang on each other, so that others would follow from a hit. ``missiles`` is their number, ``layer``
    holds names of interceptors.
    """
    found = np.zeros(missiles, dtype=np.int64)
    for side in sides:
        chance = [0.5 if s.layer in layer else 0.0 for s in side.launchers]
        halves = [replace(s, kill=(p, p, p)) for s, p in zip(side.launchers, chance, strict=True)]
        missed = fight(
            replace(side, launchers=tuple(halves)), end=1, runs=1, seed=-1, step_s=horizon_s([side])
        )
        if int(missed.contended[0]):
            return None
        found += np.rint(-np.log2(missed.missed[0])).astype(np.int64)
    return found


def horizon_s(sides: Sequence[Side]) -> float:
    """Return the time by which nothing more can be launched, s since the raid began; at least 1 s."""
    flown = [float(side.raid.segment["end_s"].max(initial=0.0)) for side in sides]
    last = max((float(side.raid.launch_s.max(initial=0.0)) for side in sides), default=0.0)
    return last + max(flown, default=0.0) + 1.0


def runs_for(missiles: int) -> int:
    """Return how often a raid is simulated: the mean of a large one needs few runs.

    ``missiles`` is their number.
    """
    return min(max(40_000 // missiles, 40), 400)


def leakage(sides: Sequence[Side], missiles: int, order: Sequence[str], *, seed: int) -> xr.Dataset:
    """Return what gets through, what is spent, and each layer's stock over time, of ``missiles`` against all sides.

    Along ``end`` all kill probabilities are at their low, nominal and high end; ``order`` lists the layers.
    ``order`` names the layers; ``seed`` starts the draws.
    """
    runs, step_s = runs_for(missiles), horizon_s(sides) / STEPS
    stock = _by_layer([np.array([s.stock for s in side.launchers]) for side in sides], sides, order)
    chance = np.full((len(ENDS), len(METHODS), missiles + 1), np.nan)
    spent, unengaged, error = (np.zeros((len(ENDS), *shape)) for shape in ((len(order),), (), ()))
    left = emptied = emptied_s = np.zeros(0)
    independent = True
    for end in range(len(ENDS)):
        missing = [fight(side, end=end, runs=1, seed=-1, step_s=step_s) for side in sides]
        independent = not any(int(m.contended[0]) for m in missing)
        if independent:
            chance[end, 0] = poisson_binomial(
                np.prod([np.ones(missiles), *(m.missed[0] for m in missing)], axis=0)
            )
        fought = [
            fight(side, end=end, runs=runs, seed=seed + c, step_s=step_s) for c, side in enumerate(sides)
        ]
        hit = np.any([np.zeros((runs, missiles), dtype=bool), *(f.hit for f in fought)], axis=0)
        through = missiles - hit.sum(axis=1)
        chance[end, 1] = np.bincount(through, minlength=missiles + 1) / runs
        error[end] = through.std() / np.sqrt(runs)
        shots = np.sum([np.zeros((runs, missiles)), *(f.shots for f in fought)], axis=0)
        unengaged[end] = (shots == 0).sum(axis=1).mean()
        launched = _by_layer([np.moveaxis(f.launched, 1, 0) for f in fought], sides, order, (runs, STEPS))
        spent[end] = launched.sum(axis=2).mean(axis=1)
        if ENDS[end] == "nominal":
            left, emptied, emptied_s = _stocks(stock, launched, step_s)
    values = {
        "chance": chance,
        "expected": (chance * np.arange(missiles + 1)).sum(axis=-1),
        "error": error,
        "unengaged": unengaged,
        "spent": spent,
        "stock": stock,
        "left": left,
        "emptied": emptied,
        "emptied_s": emptied_s,
        "independent": float(independent),
        "runs": float(runs),
        "time_s": step_s * np.arange(STEPS + 1),
    }
    axes = {
        "end": list(ENDS),
        "method": list(METHODS),
        "through": np.arange(missiles + 1),
        "layer": list(order),
    }
    return dataset("raid", values, axes)


def _by_layer(
    parts: Sequence[np.ndarray], sides: Sequence[Side], order: Sequence[str], shape: tuple[int, ...] = ()
) -> np.ndarray:
    """Return the sums over the launchers of each layer, (layers, *shape); the parts' first axis is that of launchers."""
    total = np.zeros((len(order), *shape))
    for part, side in zip(parts, sides, strict=True):
        for row, site in zip(part, side.launchers, strict=True):
            total[order.index(site.layer)] += row
    return total


def _stocks(stock: np.ndarray, launched: np.ndarray, step_s: float) -> tuple[np.ndarray, ...]:
    """Return the mean stock of each layer over time, the share of runs in which it ran out, and the mean time when it did.

    ``launched`` (layers, runs, steps) are launches in each step; a layer without stock never runs out.
    """
    left = stock[:, None, None] - np.concatenate(
        [np.zeros((*launched.shape[:2], 1)), launched.cumsum(axis=2)], axis=2
    )
    empty = (left <= 0.0) & (stock > 0.0)[:, None, None]
    out = empty.any(axis=2)
    when = np.where(out, empty.argmax(axis=2) * step_s, 0.0)
    with np.errstate(invalid="ignore"):
        return (
            left.mean(axis=1),
            out.mean(axis=1),
            when.sum(axis=1) / np.where(out.sum(axis=1), out.sum(axis=1), np.nan),
        )
