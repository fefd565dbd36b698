"""A scenario's raids: several missiles in a span of time against what each phase and mode has in stock."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import Paths
from equipoise.engagement.raids import METHODS, leakage, planned_shots, raid
from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.model.scenario import Raid
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

RUNS = 100
"""Runs of the adaptive simulation per kill probability; the fixed plan is simulated fifty times as often."""


def raids(scenario: Scenario, *, seed: int = 0, tell: Callable[[], None] = lambda: None) -> Result | None:
    """Return the leakage of every raid by phase and mode, exact and simulated; None without a raid.

    Of several commands the one that engages most missiles counts. Missiles are launched evenly over the span, at the
    aim points in turn, on minimum-energy paths. ``tell`` is called once per raid and phase.
    """
    entries, phases = scenario.raids, scenario.phases
    if not entries:
        return None
    modes, kill = scenario.head.modes, scenario.balance.kill_probability
    chances, most = (kill.low, kill.value, kill.high), max(int(e.missiles) for e in entries)
    shape = (len(entries), len(phases), len(modes))
    chance = np.zeros((*shape, len(chances), len(METHODS), most + 1))
    spent, number = np.zeros((*shape, len(chances))), np.zeros((*shape, 3))
    for r, entry in enumerate(entries):
        paths, count = raid_paths(scenario, entry), int(entry.missiles)
        launches = np.linspace(0.0, entry.span_s, count)
        for p, phase in enumerate(phases):
            for m, mode in enumerate(modes):
                found = [
                    raid(paths, launches.tolist(), command)
                    for command in order_of_battle.commands(scenario, phase.date, mode)
                    if command.batteries
                ]
                shots = [planned_shots(each) for each in found]
                if not found:
                    chance[r, p, m, :, :, count] = 1.0
                    continue
                best = max(range(len(found)), key=lambda i: (int((shots[i] > 0).sum()), int(shots[i].sum())))
                got, used = leakage(found[best], shots[best], chances, runs=RUNS, seed=seed)
                chance[r, p, m, :, :, : count + 1], spent[r, p, m] = got, used
                number[r, p, m] = (shots[best] > 0).sum(), shots[best].sum(), found[best].stock.sum()
            tell()
    return Result(
        kind="raids", title="Raids", data=_dataset(scenario, chances, chance, spent, number), notes=_NOTES
    )


_NOTES = (
    "The exact distribution is that of the plan fixed beforehand, which engages most missiles; beside it the same plan simulated "
    "shot by shot, and a defence that looks after each shot.",
    "Looking after each shot goes to the missile that can be met first; such a rule can do worse than the plan when stock is short.",
    "Kill probability at its low, nominal and high value; shots are independent.",
    "A raid is notional: numbers, spans and aim points are assumptions of the scenario.",
)


def raid_paths(scenario: Scenario, entry: Raid) -> Paths:
    """Return the path of every missile of a raid, (n,)."""
    threat = scenario.find("threat", entry.threat)
    area = scenario.find("launch_area", threat.launch_area)
    aims = np.radians(np.array(entry.aims_deg))
    which = np.arange(int(entry.missiles)) % len(aims)
    paths = kernel_inputs.solve(
        scenario.find("missile", threat.missile),
        np.radians([area.lat_deg, area.lon_deg]),
        aims[which],
        "minimum_energy",
        kernel_inputs.EARTHS[scenario.head.earth],
    )
    for aim, status in zip(entry.aims_deg, paths.status, strict=False):
        if status != FlightStatus.OK:
            said = FlightStatus(int(status)).sentence
            raise DomainError(f"raid.{entry.id}.aims_deg: {aim[0]:g}, {aim[1]:g}: {said}")
    return paths


def _dataset(
    scenario: Scenario, chances: tuple[float, ...], chance: np.ndarray, spent: np.ndarray, number: np.ndarray
) -> xr.Dataset:
    entries, through = scenario.raids, np.arange(chance.shape[-1])
    values = {
        "chance": chance,
        "expected": (chance * through).sum(axis=-1),
        "spent": spent,
        "engaged": number[..., 0],
        "planned": number[..., 1],
        "stock": number[..., 2],
        "missiles": [int(e.missiles) for e in entries],
        "span": [float(e.span_s) for e in entries],
    }
    axes = {
        "raid": [e.id for e in entries],
        "raid_name": [e.name for e in entries],
        "threat": [e.threat for e in entries],
        "phase": [p.name for p in scenario.phases],
        "mode": list(scenario.head.modes),
        "kill_probability": list(chances),
        "method": list(METHODS),
        "through": through,
    }
    return dataset("raids", values, axes)
