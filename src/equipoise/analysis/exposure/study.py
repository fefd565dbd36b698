"""The exposure of a scenario's deterrent as one result: shares, slack, flip speeds, modes, curves, site map, limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.exposure import flips, limit
from equipoise.analysis.exposure.cases import DECIDING, UNHINDERED, defender, in_mode
from equipoise.analysis.exposure.paths import FAMILIES, Arcs, strategic_arcs
from equipoise.analysis.exposure.site_map import site_map
from equipoise.engagement import order_of_battle
from equipoise.engagement.engage import Outcomes, engage
from equipoise.engagement.records import Command
from equipoise.foundation.status import Reason, Truth
from equipoise.model.scenario import Phase
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

ENDS = ("against", "nominal", "favourable")
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

    def reason(self, key: tuple[Any, ...]) -> np.ndarray:
        """Return the reasons (families, bases, aims) of one command."""
        return self.outcomes.reason[:, self.keys.index(key)].reshape(self.shape).astype(np.int16)


def exposure(scenario: Scenario) -> Result:
    """Return the exposure of every base in every phase."""
    arcs = strategic_arcs(scenario, FAMILIES)
    asked = _ask(scenario, arcs)
    reached = arcs.reached.reshape(arcs.shape)
    data = xr.merge(
        [
            _shares(scenario, asked, reached),
            _paths(scenario, asked, arcs, reached),
            _modes(scenario, asked, reached),
            _curves(scenario, asked, reached),
            _verdict(scenario, asked, arcs),
            site_map(scenario, arcs),
            _limits(scenario, arcs),
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
        reasons="; ".join(f"{int(r)} {r.name}" for r in Reason), nominal_delay_s=_delay_s(scenario)
    )
    return Result(
        kind="exposure",
        title="Exposure of the deterrent",
        data=data,
        notes=(
            "Unless a mode is named, a track starts at burnout whatever the sensors see (generous to the defence).",
            "'against' and 'favourable' put every uncertain input of the defence at the end that hurts or helps it.",
            "Missiles are taken at nominal values; lofted and depressed paths differ from minimum energy by a fixed angle.",
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
        for end in ENDS:
            commands[name, "end", end] = defender(scenario.at_end(end), day)
        for speed in flips.SPEEDS_KM_S:
            commands[name, "speed", float(speed)] = defender(scenario, day, speed_m_s=1e3 * speed)
        for mode in scenario.head.modes:
            for policy in _policies(scenario):
                commands[name, "mode", mode, policy] = in_mode(scenario, day, mode, policy)
    return Asked(list(commands), engage(arcs.paths, list(commands.values())), arcs.shape)


def _policies(scenario: Scenario) -> list[str]:
    return [e.id for e in scenario.policies]


def _phases(scenario: Scenario) -> list[str]:
    return [p.name for p in scenario.phases]


def _said(units: str, name: str) -> dict[str, str]:
    return {"units": units, "long_name": name}


def _with_any(hit: np.ndarray) -> np.ndarray:
    """Return hits (families + 1, bases, aims): those of each family, and those of any."""
    return np.concatenate([hit, hit.any(axis=0, keepdims=True)])


def _share(hit: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """Return the shares (families + 1, bases) of the reached aims that are hit."""
    total = _with_any(reached).sum(axis=-1)
    return _with_any(hit & reached).sum(axis=-1) / np.maximum(total, 1)


def _shares(scenario: Scenario, asked: Asked, reached: np.ndarray) -> xr.Dataset:
    """Return the share of each base's paths that can be engaged, by phase, end and family."""
    phases = _phases(scenario)
    share = np.array([[_share(asked.engaged((p, "end", e)), reached) for e in ENDS] for p in phases])
    return xr.Dataset(
        {
            "share": (
                ("phase", "end", "family", "base"),
                share,
                _said("1", "share of the paths that can be engaged"),
            )
        },
        coords={"phase": phases, "end": list(ENDS), "family": [*FAMILIES, ANY]},
    )


def _paths(scenario: Scenario, asked: Asked, arcs: Arcs, reached: np.ndarray) -> xr.Dataset:
    """Return slack, reason, and the speed at which the slack would be zero, of every path in every phase."""
    phases = _phases(scenario)
    slack = np.array([asked.slack((p, "end", "nominal")) for p in phases])
    reason = np.array([asked.reason((p, "end", "nominal")) for p in phases])
    at_speed = np.array([_slack_up_to_speed(asked, p) for p in phases])
    flip = np.where(reached, flips.flip_speed(at_speed, flips.SPEEDS_KM_S), np.nan)
    axes = ("phase", "path_family", "base", "aim")
    actual = np.array([_fastest(scenario, p.date) for p in scenario.phases])
    return xr.Dataset(
        {
            "slack": (axes, np.where(reached, slack, np.nan), _said("s", "largest time to spare, nominal")),
            "reason": (axes, reason, _said("1", "reason code, nominal")),
            "flip_speed": (
                axes, flip, _said("km s-1", "greatest burnout speed of any interceptor at which the slack is zero; inf above the largest tried"),
            ),
            "actual_speed": (("phase",), actual, _said("km s-1", "burnout speed of the fastest interceptor in place")),
        },
        coords={
            "path_family": list(FAMILIES),
            "aim_lat": ("aim", arcs.aim_deg[:, 0], {"units": "degrees_north"}),
            "aim_lon": ("aim", arcs.aim_deg[:, 1], {"units": "degrees_east"}),
        },
    )  # fmt: skip


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
    return xr.Dataset(
        {
            "share_in_mode": (
                ("phase", "mode", "policy", "family", "base"),
                share,
                _said("1", "share of the paths that can be engaged with the sensors of the mode, nominal"),
            ),
            "slack_in_mode": (
                ("phase", "mode", "policy", "path_family", "base"),
                slack,
                _said(
                    "s",
                    "largest time to spare with the sensors of the mode, nominal; nan out of reach or not seen",
                ),
            ),
        },
        coords={"mode": list(modes), "policy": policies},
    )


def _delay_s(scenario: Scenario) -> float:
    """Return the nominal time from the missile's burnout to the launch of an unhindered defender."""
    timing = order_of_battle.timing_of(scenario)
    return timing.track_s + timing.decision_s + timing.reaction_s


def _largest(slack_s: np.ndarray) -> np.ndarray:
    """Return the largest slack over the aims (last axis), nan where none is defined."""
    largest = np.where(np.isfinite(slack_s), slack_s, -np.inf).max(axis=-1)
    return np.where(np.isfinite(largest), largest, np.nan)


def _curves(scenario: Scenario, asked: Asked, reached: np.ndarray) -> xr.Dataset:
    """Return the shares against interceptor speed, and against the time of launch after burnout."""
    phases = _phases(scenario)
    slack = [_slack_up_to_speed(asked, p) for p in phases]
    at_speed = np.array(
        [[_share(each[..., k] >= 0.0, reached) for k in range(flips.SPEEDS_KM_S.size)] for each in slack]
    )
    # the latest launch depends on path and site alone, so that the slack at one delay gives that at any other
    spare = [asked.slack((p, "end", "nominal")) + _delay_s(scenario) for p in phases]
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
    return xr.Dataset(
        {
            "flip_at_delay": (
                ("phase", "delay"),
                flip,
                _said(
                    "km s-1",
                    "lowest speed that engages any path, launched this long after burnout; inf for none",
                ),
            ),
            "share_at_speed": (
                ("phase", "speed", "family", "base"),
                at_speed,
                _said("1", "share engageable if the interceptors had up to this speed"),
            ),
            "share_at_delay": (
                ("phase", "delay", "family", "base"),
                at_delay,
                _said("1", "share engageable if interceptors left this long after burnout"),
            ),
        },
        coords={
            "speed": ("speed", flips.SPEEDS_KM_S, {"units": "km s-1"}),
            "delay": ("delay", flips.DELAYS_S, {"units": "s"}),
        },
    )


def _verdict(scenario: Scenario, asked: Asked, arcs: Arcs) -> xr.Dataset:
    """Return whether no path can be engaged, and what decides it alone: an input of the defence, or launch in boost."""
    phases = scenario.phases
    hit = {p.name: [bool(asked.engaged((p.name, "end", end)).any()) for end in ENDS] for p in phases}
    early = {p.name: not hit[p.name][1] and _engages_early(scenario, asked, p.name) for p in phases}
    open_ = [p for p in phases if hit[p.name][0] != hit[p.name][2]]
    flips_alone = _deciding(scenario, arcs, open_, hit)
    truth, deciding = [], []
    for phase in (p.name for p in phases):
        low, _, high = hit[phase]
        decides = flips_alone.get(phase, []) + [EARLY] * early[phase]
        if low:
            truth.append(Truth.BROKEN)
        else:
            truth.append(Truth.UNDETERMINED if high or early[phase] else Truth.KEPT)
        undetermined = truth[-1] == Truth.UNDETERMINED
        deciding.append((", ".join(decides) or "several inputs together, none alone") if undetermined else "")
    return xr.Dataset(
        {
            "truth": (
                ("phase",),
                np.array(truth, dtype=np.int8),
                _said("1", "verdict on 'no path can be engaged'"),
            ),
            "deciding": (("phase",), np.array(deciding), _said("", "what decides")),
        }
    )


def _engages_early(scenario: Scenario, asked: Asked, phase: str) -> bool:
    policies = [e.id for e in scenario.policies if e.early]
    modes = scenario.head.modes
    return any(asked.engaged((phase, "mode", m, p)).any() for m in modes for p in policies)


def _deciding(
    scenario: Scenario, arcs: Arcs, phases: Sequence[Phase], hit: dict[str, list[bool]]
) -> dict[str, list[str]]:
    """Return in words, by phase, the inputs that flip alone whether any path can be engaged."""
    tried = [(p, name) for p in phases for name in DECIDING]
    if not tried:
        return {}
    commands = [
        defender(scenario.at_end("against" if hit[p.name][1] else "favourable", *DECIDING[name]), p.date)
        for p, name in tried
    ]
    found = (engage(arcs.paths, commands).reason == Reason.ENGAGED).any(axis=0)
    flips_alone: dict[str, list[str]] = {}
    for (p, name), now in zip(tried, found, strict=True):
        if bool(now) != hit[p.name][1]:
            flips_alone.setdefault(p.name, []).append(name)
    return flips_alone


def _limits(scenario: Scenario, arcs: Arcs) -> xr.Dataset:
    """Return the largest number of warheads that the inventory could take, and its curve over the number at each site."""
    one = replace(arcs, paths=arcs.paths[: len(arcs.bases)], families=arcs.families[:1])
    warheads = {e.id: int(e.warheads.value) for e in scenario.bases}
    phases = scenario.phases
    moved = [scenario.at_end(end) for end in ENDS]
    commands = [defender(at, p.date) for p in phases for at in moved]
    windows = limit.shot_windows(one, commands, warheads)
    found = np.zeros((len(phases), 3, 4 + limit.NUMBERS.size))
    for n, (each, command) in enumerate(zip(windows, commands, strict=True)):
        i, end = divmod(n, len(ENDS))
        b = moved[end].balance
        count = {e.id: e.count.value for e in moved[end].active("site", phases[i].date)}
        counts = np.array([count[battery.site] for battery in command.batteries])
        interval = b.launch_interval_s.si
        plan = limit.largest_number(each, counts, interval)
        kill = b.kill_probability.value
        at_number = [
            limit.largest_number(each, np.full(counts.size, number), interval).engaged
            for number in limit.NUMBERS
        ]
        found[i, end] = [
            counts.sum(),
            np.unique(each.warhead).size,
            plan.engaged,
            plan.kills(kill),
            *at_number,
        ]
    axes = ("phase", "end")
    return xr.Dataset(
        {
            "inventory": (axes, found[..., 0], _said("1", "interceptors in place")),
            "exposed_warheads": (axes, found[..., 1], _said("1", "warheads that some site could engage")),
            "most_taken": (axes, found[..., 2], _said("1", "largest number of warheads that the inventory could take")),
            "expected_taken": (axes, found[..., 3], _said("1", "largest expected number of warheads taken")),
            "most_at_number": (
                (*axes, "number"), found[..., 4:], _said("1", "largest number taken with so many interceptors at every site"),
            ),
        },
        coords={"number": ("number", limit.NUMBERS, {"units": "1"})},
    )  # fmt: skip


__all__ = ["ANY", "ENDS", "UNHINDERED", "exposure"]
