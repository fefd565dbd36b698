"""The order in which a command shoots at a raid, against the same rules told once more and enumerated."""

from dataclasses import dataclass
from math import inf

import numpy as np
import pytest

from equipoise.engagement.raids import Launcher, Side, fight
from equipoise.physics.engagement.launch_segments import SEGMENT
from equipoise.physics.engagement.raid import OPTION, Raid

CASES = 200
ASSESS_S = 20.0


@dataclass(frozen=True)
class Way:
    """One launcher against one missile: an interceptor flies ``flight_s`` to any intercept between opens and closes."""

    launcher: int
    layer: int
    ready_s: float
    flight_s: float
    opens_s: float
    closes_s: float

    def meets(self, launch_s, after_s):
        t = max(self.opens_s, after_s, launch_s + self.flight_s)
        return t if t <= self.closes_s else inf


def small_case(rng):
    """Return launchers, ways of each missile by layer, and launches of a raid small enough to enumerate."""
    layers = [0, 0, 1][: rng.integers(1, 4)]
    launchers = [
        Launcher(
            f"s{b}", str(layer), int(rng.integers(1, 4)), int(rng.integers(1, 3)), int(rng.integers(1, 3)),
            int(rng.integers(0, 3)), float(rng.choice([0.0, 5.0, 25.0])), (0.0, float(rng.choice([0.3, 0.7, 1.0])), 1.0),
        )
        for b, layer in enumerate(layers)
    ]  # fmt: skip
    missiles = int(rng.integers(1, 5))
    starts = np.sort(rng.choice([0.0, 3.0, 11.0, 40.0], missiles))
    ways = []
    for _ in range(missiles):
        opens = float(rng.integers(60, 120))
        ways.append(
            [
                Way(b, layer, float(rng.integers(10, 90)), float(rng.integers(20, 60)), opens, opens + float(rng.integers(10, 150)))
                for b, layer in enumerate(layers)
                if rng.random() < 0.85
            ]
        )  # fmt: skip
    return launchers, ways, starts


def enumerated(launchers, ways, starts):
    """Return the exact distribution of missiles that get through, by following every hit and every miss."""
    n = len(ways)
    chance = np.zeros(n + 1)

    def choice(w, state):
        for layer in sorted({way.layer for way in ways[w]}):
            best = None
            for i, way in enumerate(ways[w]):
                b, rules = way.launcher, launchers[way.launcher]
                fired = state["fired"].get((w, i), 0)
                if (
                    way.layer != layer
                    or layer < state["below"][w]
                    or fired >= rules.looks
                    or not state["stock"][b]
                ):
                    continue
                ready = max(way.ready_s, state["floor"][w])
                busy = state["channels"][b]
                open_channel = min(busy) if rules.channels and len(busy) == rules.channels else -inf
                launch = max(ready, state["free"][b] - starts[w], open_channel - starts[w])
                t = way.meets(launch, state["after"][w])
                if t < inf and (best is None or t < best[0]):
                    best = (t, i, ready, launch)
            if best:
                return best
        return None

    def copied(state):
        return {
            k: dict(v) if isinstance(v, dict) else [list(x) if isinstance(x, list) else x for x in v]
            for k, v in state.items()
        }

    def follow(state, p):
        while state["line"]:
            now, w = min(state["line"])
            state["line"].remove((now, w))
            state["floor"][w] = max(state["floor"][w], now - starts[w])
            if state["dead"][w] <= now - starts[w]:
                continue
            best = choice(w, state)
            if best is None:
                continue
            _, i, ready, launch = best
            if starts[w] + ready > now + 1e-6:
                state["line"].append((starts[w] + ready, w))
                continue
            if state["dead"][w] <= launch:
                continue
            salvo(state, p, w, i, launch, now, 0, -inf)
            return
        chance[sum(1 for d in state["hit"] if not d)] += p

    def salvo(state, p, w, i, launch, now, gone, last):
        way, rules = ways[w][i], launchers[ways[w][i].launcher]
        b, at = way.launcher, launch + gone * rules.interval_s
        t = way.meets(at, state["after"][w])
        if gone == rules.salvo or not state["stock"][b] or t == inf:
            finish(state, p, w, i, launch, now, gone, last)
            return
        state["stock"][b] -= 1
        for hit, q in ((True, rules.kill[1]), (False, 1.0 - rules.kill[1])):
            if q > 0.0:
                other = copied(state)
                if hit:
                    other["hit"][w] = True
                    other["dead"][w] = min(other["dead"][w], t + ASSESS_S)
                salvo(other, p * q, w, i, launch, now, gone + 1, max(last, t))

    def finish(state, p, w, i, launch, now, gone, last):
        way, rules = ways[w][i], launchers[ways[w][i].launcher]
        b = way.launcher
        state["free"][b] = starts[w] + launch + gone * rules.interval_s
        if rules.channels:
            busy = sorted(state["channels"][b])
            state["channels"][b] = (busy[1:] if len(busy) == rules.channels else busy) + [starts[w] + last]
        state["fired"][w, i] = state["fired"].get((w, i), 0) + 1
        if not state["stock"][b]:
            line, state["line"] = state["line"], []
            for _, v in line:
                state["floor"][v] = max(state["floor"][v], now - starts[v])
                again = choice(v, state)
                if again:
                    state["line"].append((starts[v] + again[2], v))
        state["floor"][w], state["after"][w] = last + ASSESS_S, last
        best = choice(w, state)
        if best is None:
            state["floor"][w], state["after"][w], state["below"][w] = launch, -inf, way.layer + 1
            best = choice(w, state)
        if best and state["dead"][w] > best[2]:
            state["line"].append((starts[w] + best[2], w))
        follow(state, p)

    b = range(len(launchers))
    first = {
        "stock": [x.stock for x in launchers], "free": [-inf for _ in b], "channels": [[] for _ in b], "fired": {},
        "floor": [-inf] * n, "after": [-inf] * n, "below": [0] * n, "dead": [inf] * n, "hit": [False] * n, "line": [],
    }  # fmt: skip
    for w in range(n):
        best = choice(w, first)
        if best:
            first["line"].append((starts[w] + best[2], w))
    follow(first, 1.0)
    return chance


def side_of(launchers, ways, starts):
    """Return the same case as the kernel takes it."""
    first, options, segments = [0], [], []
    for own in ways:
        for way in own:
            row = np.zeros(1, SEGMENT)
            row["start_s"], row["end_s"], row["slope"] = way.opens_s, way.closes_s, 1.0
            row["latest_s"] = way.opens_s - way.flight_s
            row["peak_at_s"], row["peak_s"] = way.closes_s, way.closes_s - way.flight_s
            k = len(segments)
            options.append((way.launcher, way.layer, way.ready_s, ASSESS_S, k, k + 1, k, k + 1))
            segments.append(row)
        first.append(len(options))
    raid = Raid(
        np.arange(len(ways)), starts.astype(float), np.array(first), np.array(options, dtype=OPTION),
        np.concatenate([np.empty(0, SEGMENT), *segments]), np.tile([-inf, inf], (len(segments), 1)), np.empty(0),
    )  # fmt: skip
    return Side(raid, tuple(launchers))


@pytest.mark.second_method
def test_simulated_leakage_is_that_of_every_hit_and_miss_followed():
    rng, gaps, independent = np.random.default_rng(11), [], 0
    for seed in range(CASES):
        launchers, ways, starts = small_case(rng)
        n = len(ways)
        exact = enumerated(launchers, ways, starts)
        assert exact.sum() == pytest.approx(1.0)
        side = side_of(launchers, ways, starts)
        out = fight(side, end=1, runs=2000, seed=seed, step_s=10.0)
        through = n - out.hit.sum(axis=1)
        expected, spread = exact @ np.arange(n + 1), exact @ np.arange(n + 1) ** 2
        error = np.sqrt(max(spread - expected**2, 0.0) / 2000)
        assert abs(through.mean() - expected) < 4.5 * error + 1e-9, seed
        if error > 0.0:
            gaps.append((through.mean() - expected) / error)
        missing = fight(side, end=1, runs=1, seed=-1, step_s=10.0)
        if not missing.contended[0]:
            independent += 1
            assert missing.missed[0].sum() == pytest.approx(expected)
    assert independent > 20
    assert abs(np.mean(gaps)) < 0.3
    assert 0.8 < np.std(gaps) < 1.2
