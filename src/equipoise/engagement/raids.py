"""Raids: several missiles in a time span against a finite stock, and how many get through.

Two ways of shooting. ``planned``: the assignment that engages most missiles is fixed before anything is known of hits; its
leakage is exact, a sum of independent trials. ``adaptive``: each command looks after every shot and spends nothing on what is
already hit; its leakage is simulated. With a stock that cannot run out both are the same for each missile's own shots.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from equipoise.engagement.assignment import Stock, Windows, assign
from equipoise.engagement.engage import Paths
from equipoise.engagement.explain import Looked, look
from equipoise.engagement.records import Command
from equipoise.numerics.counting import poisson_binomial
from equipoise.physics.engagement import tables as kernels
from equipoise.physics.engagement.launch_segments import Segments, first_intercept, largest
from equipoise.results.record import Result
from equipoise.results.schema import dataset

METHODS = ("planned, exact", "planned, simulated", "adaptive, simulated")
"""How leakage is worked out."""


@dataclass(frozen=True)
class Battery:
    """One battery against one missile: what the kernel needs to find its next shot; times from the missile's launch."""

    site: int
    found: Segments
    allowed: np.ndarray
    ready_s: float
    assess_s: float
    latest_s: float
    known: dict[tuple[float, float], float] = field(default_factory=dict, compare=False, repr=False)
    """Shots asked for before: a simulation asks the same again in every run."""

    def shot(self, ready_s: float, after_s: float) -> float:
        """Return the earliest intercept, after ``after_s``, of a launch from ``ready_s`` on; inf if none."""
        asked = ready_s, after_s
        if asked not in self.known:
            n = self.allowed.shape[0]
            self.known[asked] = float(first_intercept(self.found, self.allowed, n, ready_s, after_s, 0)[0])
        return self.known[asked]


@dataclass(frozen=True)
class Attacker:
    """One missile of a raid: when it is launched and the batteries that can shoot at it."""

    launch_s: float
    batteries: tuple[Battery, ...]


@dataclass(frozen=True)
class Raid:
    """Missiles in the order of their launches, and the stock at each site of the command."""

    attackers: tuple[Attacker, ...]
    sites: tuple[str, ...]
    stock: np.ndarray


def raid(paths: Paths, launches_s: Sequence[float], command: Command) -> Raid:
    """Return what a command can do against the paths (n), launched at ``launches_s`` (n,)."""
    sites = tuple(dict.fromkeys(b.site for b in command.batteries))
    stock = np.array([sum(b.stock for b in command.batteries if b.site == name) for name in sites])
    order = np.argsort(np.asarray(launches_s), kind="stable")
    flown: dict[tuple[float, ...], tuple[Battery, ...]] = {}
    attackers = []
    for i in order:
        same = tuple(float(column[i]) for column in paths.flights)
        if same not in flown:
            flown[same] = _batteries(look(paths[int(i)], command), command, sites)
        attackers.append(Attacker(float(launches_s[i]), flown[same]))
    return Raid(tuple(attackers), sites, stock)


def _batteries(seen: Looked, command: Command, sites: tuple[str, ...]) -> tuple[Battery, ...]:
    rows = []
    for battery, case in zip(command.batteries, seen.compiled.cases_of[0], strict=True):
        number, work = seen.compiled.world.cases.number[case], seen.work
        if not work.case[case, kernels.SHOTS] > 0:
            continue
        s = int(number[kernels.SHOOTER])
        count = int(work.segment_count[s])
        found = Segments(work.segment[s, :count].copy(), count)
        allowed = work.allowed[case, : work.allowed_count[case]].copy()
        _, latest = largest(found, allowed, allowed.shape[0])
        rows.append(
            Battery(
                sites.index(battery.site),
                found,
                allowed,
                float(work.case[case, kernels.READY]),
                float(number[kernels.ASSESS]),
                float(latest),
            )
        )
    return tuple(rows)


def windows(raid: Raid, *, shots: int = 4) -> Windows:
    """Return the launch windows of up to ``shots`` shots in turn at every missile from every site."""
    rows = []
    for w, attacker in enumerate(raid.attackers):
        for b in attacker.batteries:
            ready, after = b.ready_s, -np.inf
            for shot in range(shots):
                t = b.shot(ready, after)
                if not t < np.inf:
                    break
                rows.append((w, b.site, shot, attacker.launch_s + ready, attacker.launch_s + b.latest_s))
                ready, after = t + b.assess_s, t
    table = np.array(rows, dtype=float).reshape(-1, 5)
    warhead, site, shot = table[:, :3].astype(np.int64).T
    return Windows(warhead, site, shot, table[:, 3], table[:, 4])


def planned_shots(raid: Raid, *, shots: int = 4) -> np.ndarray:
    """Return how many shots each missile gets under the assignment that engages most missiles, (n,)."""
    plan = assign(windows(raid, shots=shots), Stock(raid.stock.astype(np.int64)))
    return np.bincount(plan.warhead, minlength=len(raid.attackers))


def planned_leakage(shots: np.ndarray, kill_probability: float) -> np.ndarray:
    """Return the exact distribution (n + 1,) of missiles that get through, given the shots at each (n,)."""
    return poisson_binomial((1.0 - kill_probability) ** shots)


def simulate_planned(
    shots: np.ndarray, kill_probability: float, *, runs: int, rng: np.random.Generator
) -> np.ndarray:
    """Return simulated numbers (runs,) of missiles that get through under the fixed plan, shot by shot."""
    through = np.zeros(runs, dtype=np.int64)
    for n in shots:
        hit = rng.random((runs, int(n))) < kill_probability
        through += ~hit.any(axis=1)
    return through


def simulate_adaptive(
    raid: Raid, kill_probability: float, *, runs: int, rng: np.random.Generator, most_shots: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """Return simulated numbers (runs,) of missiles that get through and of interceptors spent, looking after each shot.

    The next shot goes to the missile that can be met first; a missile is left alone while its last shot is in flight or
    being assessed.
    """
    through, spent = np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=np.int64)
    first: list[_Turn] = []
    for w in range(len(raid.attackers)):
        _queue(first, raid, w, 0, -np.inf, -np.inf, raid.stock, emptied=0)
    for run in range(runs):
        stock, queue = raid.stock.copy(), first.copy()
        alive, emptied = len(raid.attackers), 0
        while queue:
            _, w, shot, after, assessed, (site, t, assess), chosen_at = heapq.heappop(queue)
            if chosen_at != emptied:  # a site ran out since: stand in line again
                _queue(queue, raid, w, shot, after, assessed, stock, emptied)
                continue
            stock[site] -= 1
            emptied += not stock[site] > 0
            spent[run] += 1
            if rng.random() < kill_probability:
                alive -= 1
            elif shot + 1 < most_shots:
                _queue(queue, raid, w, shot + 1, t, t + assess, stock, emptied)
        through[run] = alive
    return through, spent


_Turn = tuple[float, int, int, float, float, tuple[int, float, float], int]
"""When a missile can be met next, which one, its shots so far, times after which, by whom, and how many sites were empty."""


def _queue(
    queue: list[_Turn],
    raid: Raid,
    w: int,
    shot: int,
    after: float,
    assessed: float,
    stock: np.ndarray,
    emptied: int,
) -> None:
    """Let a missile stand in line for its next shot, if there is one."""
    choice = _choose(raid.attackers[w], after, assessed, stock)
    if choice[0] >= 0:
        when = choice[1] + raid.attackers[w].launch_s
        heapq.heappush(queue, (when, w, shot, after, assessed, choice, emptied))


def _choose(attacker: Attacker, after: float, assessed: float, stock: np.ndarray) -> tuple[int, float, float]:
    """Return the site with stock that can meet a missile first, when, and its assessment time; -1 if none."""
    best = (-1, np.inf, 0.0)
    for b in attacker.batteries:
        if stock[b.site] > 0:
            t = b.shot(max(b.ready_s, assessed), after)
            if t < best[1]:
                best = (b.site, t, b.assess_s)
    return best


def leakage(
    found: Raid, shots: np.ndarray, kill_probabilities: tuple[float, ...], *, runs: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the chance that so many get through, (probabilities, methods, n + 1), and the mean interceptors spent.

    ``shots`` (n,) is the plan; the methods are those of :data:`METHODS`. The plan is simulated fifty times as often.
    """
    n = len(found.attackers)
    chance, spent = (
        np.zeros((len(kill_probabilities), len(METHODS), n + 1)),
        np.zeros(len(kill_probabilities)),
    )
    for i, p in enumerate(kill_probabilities):
        rng = np.random.default_rng([seed, i])
        chance[i, 0] = planned_leakage(shots, p)
        simulated = simulate_planned(shots, p, runs=50 * runs, rng=rng)
        chance[i, 1] = np.bincount(simulated, minlength=n + 1) / simulated.size
        through, used = simulate_adaptive(found, p, runs=runs, rng=rng)
        chance[i, 2] = np.bincount(through, minlength=n + 1) / runs
        spent[i] = used.mean()
    return chance, spent


def raid_result(
    found: Raid,
    kill_probabilities: tuple[float, float, float],
    *,
    runs: int = 400,
    seed: int = 0,
    title: str = "Raid",
) -> Result:
    """Return the distributions of missiles that get through: planned exactly and simulated, and adaptive simulated."""
    n, shots = len(found.attackers), planned_shots(found)
    chance, spent = leakage(found, shots, kill_probabilities, runs=runs, seed=seed)
    data = dataset(
        "raid",
        {
            "chance": chance,
            "expected": (chance * np.arange(n + 1)).sum(axis=2),
            "spent": spent,
            "planned_shots": shots,
        },
        {"kill_probability": list(kill_probabilities), "method": list(METHODS), "through": np.arange(n + 1)},
        {
            "missiles": n,
            "engaged": int((shots > 0).sum()),
            "stock": int(found.stock.sum()),
            "runs": runs,
        },
    )
    return Result(kind="raid", title=title, data=data)
