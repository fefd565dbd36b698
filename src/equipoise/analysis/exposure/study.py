"""The exposure of a scenario's deterrent as one result: shares, slack, flip speeds, modes, curves, site map, limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.exposure import flips, limit
from equipoise.analysis.exposure.cases import DECIDING, UNHINDERED, defender, in_mode
from equipoise.analysis.exposure.paths import FAMILIES, Arcs
from equipoise.analysis.exposure.ranges import ENDS, Engaged, OverRange, engaged_in, over_range, with_extremes
from equipoise.analysis.exposure.site_map import site_map
from equipoise.engagement import order_of_battle
from equipoise.engagement.bounds import at_ends
from equipoise.engagement.engage import Outcomes, engage
from equipoise.engagement.records import Command, Policy
from equipoise.foundation.provenance import Confidence
from equipoise.foundation.status import TOGETHER, Reason, Truth
from equipoise.model.fields import End
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

ANY = "any"
"""The family axis has one entry more: a base and aim are exposed if a path of any family is."""
EARLY = "launch during boost"


@dataclass(frozen=True)
class Asked:
    """What is asked of the engine at once: commands by key, and what came of them."""

    keys: list[tuple[Any, ...]]
    outcomes: Outcomes
    shape: tuple[int, int, int]

    def slack(self, key: tuple[Any, ...]) -> np.ndarray:
        """Return the slack (families, bases, aims) in s of one command."""
        return self.outcomes.slack_s[:, self.keys.index(key)].reshape(self.shape)

    def engaged(self, key: tuple[Any, ...]) -> np.ndarray:
        """Return which paths (families, bases, aims) one command engages."""
        return (self.outcomes.reason[:, self.keys.index(key)] == Reason.ENGAGED).reshape(self.shape)


def exposure(scenario: Scenario) -> Result:
    """Return the exposure of every base in every phase."""
    over = over_range(scenario, [p.date for p in scenario.phases], FAMILIES)
    arcs = over.nominal.arcs
    asked = _ask(scenario, arcs)
    reached = arcs.reached.reshape(arcs.shape)
    data = xr.merge(
        [
            _shares(scenario, over),
            _paths(scenario, asked, over, reached),
            _modes(scenario, asked, reached),
            _curves(scenario, asked, over, reached),
            _verdict(scenario, asked, over),
            site_map(scenario, arcs),
            limit.limits(scenario, over),
        ]
    )
    bases = scenario.bases
    data = data.assign_coords(
        base=[b.id for b in bases],
        base_name=("base", [b.name for b in bases]),
        warheads=("base", [b.warheads.value for b in bases]),
        base_lat=("base", [b.lat_deg for b in bases]),
        base_lon=("base", [b.lon_deg for b in bases]),
        date=("phase", [p.date.isoformat() for p in scenario.phases]),
    ).assign_attrs(
        reasons="; ".join(f"{int(r)} {r.name}" for r in Reason),
        nominal_delay_s=_delay_s(scenario),
        covered=over.covered,
    )
    return Result(
        kind="exposure",
        title="Exposure of the deterrent",
        data=data,
        notes=(
            "Unless a mode is named, a track starts at burnout whatever the sensors see (generous to the defence).",
            "'against' and 'favourable' are the least and the greatest value that was found over the ranges of the defence's "
            f"inputs and the missiles': {over.covered}.",
            "Speeds, launch delays, sites and modes are at nominal values; lofted and depressed paths differ from minimum energy "
            "by a fixed angle.",
            "In modes of cooperation the partner is taken to release what it sees of its own missiles too.",
            "A share counts the aim cells that the missile reaches; cells are territory, not targets.",
            "The largest number launches every warhead at once on minimum-energy paths, spread evenly over the cells.",
        ),
    )


def _ask(scenario: Scenario, arcs: Arcs) -> Asked:
    """Return the outcomes of every command that the result needs, computed in one pass."""
    commands: dict[tuple[Any, ...], Command] = {}
    for phase in scenario.phases:
        name, day = phase.name, phase.date
        for speed in flips.SPEEDS_KM_S:
            commands[name, "speed", float(speed)] = defender(scenario, day, speed_m_s=1e3 * speed)
        for mode in scenario.head.modes:
            for policy in _policies(scenario):
                commands[name, "mode", mode, policy] = in_mode(scenario, day, mode, policy)
    return Asked(list(commands), engage(arcs.paths, list(commands.values())), arcs.shape)


def _policies(scenario: Scenario) -> list[str]:
    """Return the launch policies; an empty name stands for what sites do where the scenario has none."""
    return [e.id for e in scenario.policies] or [""]


def _phases(scenario: Scenario) -> list[str]:
    return [p.name for p in scenario.phases]


def _with_any(hit: np.ndarray) -> np.ndarray:
    """Return hits (families + 1, bases, aims): those of each family, and those of any."""
    return np.concatenate([hit, hit.any(axis=0, keepdims=True)])


def _share(hit: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Return the shares (families + 1, bases) of the reached aims that are hit."""
    total = _with_any(reached).sum(axis=-1)
    return _with_any(hit & reached).sum(axis=-1) / np.maximum(total, 1)


def _shares(scenario: Scenario, over: OverRange) -> xr.Dataset:
    """Return the share of each base's paths that can be engaged, by phase, end and family."""
    phases = _phases(scenario)
    share = with_extremes(
        np.array([[_share_in(over.at(end, k), k) for end in ENDS] for k in range(len(phases))])
    )
    return dataset(
        "exposure", {"share": share}, {"phase": phases, "end": list(ENDS), "family": [*FAMILIES, ANY]}
    )


def _share_in(one: Engaged, day: int) -> np.ndarray:
    return _share(one.engaged(day), one.arcs.reached.reshape(one.arcs.shape))


def _paths(scenario: Scenario, asked: Asked, over: OverRange, reached: np.ndarray) -> xr.Dataset:
    """Return slack, reason, and the speed at which the slack would be zero, of every path in every phase."""
    phases = _phases(scenario)
    arcs, outcomes = over.nominal.arcs, over.nominal.outcomes
    slack = outcomes.slack_s.T.reshape(len(phases), *arcs.shape)
    reason = outcomes.reason.T.reshape(len(phases), *arcs.shape).astype(np.int16)
    at_speed = np.array([_slack_up_to_speed(asked, p) for p in phases])
    flip = np.where(reached, flips.flip_speed(at_speed, flips.SPEEDS_KM_S), np.nan)
    actual = np.array([_fastest(scenario, p.date) for p in scenario.phases])
    return dataset("exposure", {
        "slack": np.where(reached, slack, np.nan),
        "reason": reason,
        "flip_speed": flip,
        "actual_speed": actual,
    }, {
        "path_family": list(FAMILIES),
        "aim_lat": arcs.aim_deg[:, 0],
        "aim_lon": arcs.aim_deg[:, 1],
    })  # fmt: skip


def _slack_up_to_speed(asked: Asked, phase: str) -> np.ndarray:
    """Return the slack (families, bases, aims, speeds) of interceptors of at most each speed, -inf out of reach.

    A faster interceptor alone does not always do what a slower one does: the fly-out knows full burns only, and they
    cannot come low far away. Whoever has the faster one could stop its burn early.
    """
    slack = np.stack([asked.slack((phase, "speed", float(v))) for v in flips.SPEEDS_KM_S], axis=-1)
    return np.maximum.accumulate(np.where(np.isfinite(slack), slack, -np.inf), axis=-1)


def _fastest(scenario: Scenario, day: date) -> float:
    batteries = defender(scenario, day).batteries
    return max((b.interceptor.burnout_speed_m_s for b in batteries), default=np.nan) / 1e3


def _modes(scenario: Scenario, asked: Asked, reached: np.ndarray) -> xr.Dataset:
    """Return the share engageable with the sensors of each mode of cooperation under each launch policy."""
    phases, modes, policies = _phases(scenario), scenario.head.modes, _policies(scenario)
    share = np.array(
        [
            [[_share(asked.engaged((p, "mode", m, w)), reached) for w in policies] for m in modes]
            for p in phases
        ]
    )
    slack = np.array(
        [[[_largest(asked.slack((p, "mode", m, w))) for w in policies] for m in modes] for p in phases]
    )
    return dataset(
        "exposure",
        {"share_in_mode": share, "slack_in_mode": slack},
        {"mode": list(modes), "policy": [name or Policy().id for name in policies]},
    )


def _delay_s(scenario: Scenario) -> float:
    """Return the nominal time from the missile's burnout to the launch of an unhindered defender."""
    timing = order_of_battle.timing_of(scenario)
    return timing.track_s + timing.decision_s + timing.reaction_s


def _largest(slack_s: np.ndarray) -> np.ndarray:
    """Return the largest slack over the aims (last axis), nan where none is defined."""
    largest = np.where(np.isfinite(slack_s), slack_s, -np.inf).max(axis=-1)
    return np.where(np.isfinite(largest), largest, np.nan)


def _curves(scenario: Scenario, asked: Asked, over: OverRange, reached: np.ndarray) -> xr.Dataset:
    """Return the shares against interceptor speed, and against the time of launch after burnout."""
    phases = _phases(scenario)
    slack = [_slack_up_to_speed(asked, p) for p in phases]
    at_speed = np.array(
        [[_share(each[..., k] >= 0.0, reached) for k in range(flips.SPEEDS_KM_S.size)] for each in slack]
    )
    # the latest launch depends on path and site alone, so that the slack at one delay gives that at any other
    nominal = over.nominal.outcomes.slack_s.T.reshape(len(phases), *reached.shape)
    spare = [each + _delay_s(scenario) for each in nominal]
    at_delay = np.array([[_share(each >= delay, reached) for delay in flips.DELAYS_S] for each in spare])
    # the lowest flip speed over paths: slack grows by as much as the launch comes earlier
    flip = np.array(
        [
            [
                flips.flip_speed(each + _delay_s(scenario) - delay, flips.SPEEDS_KM_S)[reached].min(
                    initial=np.inf
                )
                for delay in flips.DELAYS_S
            ]
            for each in slack
        ]
    )
    return dataset(
        "exposure",
        {"flip_at_delay": flip, "share_at_speed": at_speed, "share_at_delay": at_delay},
        {"speed": flips.SPEEDS_KM_S, "delay": flips.DELAYS_S},
    )


def _verdict(scenario: Scenario, asked: Asked, over: OverRange) -> xr.Dataset:
    """Return whether no path can be engaged, and what decides it alone: an input, or launch in boost."""
    phases = scenario.phases
    hit = {p.name: _hits(over, k) for k, p in enumerate(phases)}
    early = {p.name: not hit[p.name][1] and _engages_early(scenario, asked, p.name) for p in phases}
    open_ = [k for k, p in enumerate(phases) if hit[p.name][0] != hit[p.name][2]]
    flips_alone = {phases[k].name: _deciding(scenario, over, k) for k in open_}
    truth, deciding, memory = [], [], []
    for phase in (p.name for p in phases):
        low, _, high = hit[phase]
        decides = flips_alone.get(phase, []) + [EARLY] * early[phase]
        if low:
            truth.append(Truth.BROKEN)
        else:
            truth.append(Truth.UNDETERMINED if high or early[phase] else Truth.KEPT)
        undetermined = truth[-1] == Truth.UNDETERMINED
        deciding.append((", ".join(decides) or TOGETHER) if undetermined else "")
        memory.append(", ".join(w for w in decides if undetermined and _rests_on_memory(scenario, w)))
    return dataset(
        "exposure",
        {
            "truth": np.array(truth, dtype=np.int8),
            "deciding": np.array(deciding),
            "from_memory": np.array(memory),
        },
        {},
    )


def _rests_on_memory(scenario: Scenario, words: str) -> bool:
    """Return whether a range of one of :data:`DECIDING` is quoted from memory, in whole or in part."""
    found = (
        getattr(entry, key.partition(".")[2], None)
        for key in DECIDING.get(words, ())
        for table, entry in scenario.entries()
        if table == key.partition(".")[0]
    )
    unopened = (Confidence.MEMORY, Confidence.MIXED)
    return any(q is not None and not q.is_certain and q.confidence in unopened for q in found)


def _engages_early(scenario: Scenario, asked: Asked, phase: str) -> bool:
    policies = [e.id for e in scenario.policies if e.early]
    modes = scenario.head.modes
    return any(asked.engaged((phase, "mode", m, p)).any() for m in modes for p in policies)


def _hits(over: OverRange, day: int) -> tuple[bool, bool, bool]:
    """Return whether some path is engaged on a day wherever the inputs are, with all nominal, and anywhere in their ranges."""
    hits = [bool(over.at(end, day).engaged(day).any()) for end in ENDS]
    return all(hits), hits[1], any(hits)


def _deciding(scenario: Scenario, over: OverRange, day: int) -> list[str]:
    """Return in words the inputs that flip alone whether any path can be engaged on a day."""
    now = _hits(over, day)[1]
    few, families, aims = _that_matter(scenario, over, day, now=now)
    end: End = "against" if now else "favourable"
    tried = {name: at_ends(few, end, *keys) for name, keys in DECIDING.items()}
    every = [one for ends in tried.values() for one in ends]
    found = iter(engaged_in(every, [scenario.phases[day].date], families, aims))
    turned = {name: [bool(next(found).engaged(0).any()) != now for _ in ends] for name, ends in tried.items()}
    return [name for name, by_end in turned.items() if any(by_end)]


def _that_matter(
    scenario: Scenario, over: OverRange, day: int, *, now: bool
) -> tuple[Scenario, tuple[str, ...], np.ndarray]:
    """Return the scenario with the bases, the families and the aims of which a path is engaged now, or at the helpful end.

    One input at the end that hurts the defence engages no path that was not, and one at the other end none that all together
    do not: no other path can decide.
    """
    engaged = over.at("nominal" if now else "favourable", day).engaged(day)
    hit, aims = np.any(engaged, axis=-1), np.flatnonzero(np.any(engaged, axis=(0, 1)))
    bases = tuple(base for base, some in zip(scenario.bases, np.any(hit, axis=0), strict=True) if some)
    families = tuple(
        f for f, some in zip(over.nominal.arcs.families, np.any(hit, axis=1), strict=True) if some
    )
    return replace(scenario, bases=bases), families, aims


__all__ = ["ANY", "ENDS", "UNHINDERED", "exposure"]
