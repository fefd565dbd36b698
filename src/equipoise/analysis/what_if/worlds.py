"""The commands that a question may concern and their worlds for the kernels, each under every launch policy that may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from equipoise.analysis.exposure.cases import defender
from equipoise.analysis.what_if.parameters import Alternative
from equipoise.analysis.what_if.slots import Flat, Slots, flat
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.records import Command, Sensor
from equipoise.foundation.json_text import json_text
from equipoise.physics.environment.earth import EarthModel
from equipoise.scenario.load import Scenario

EXPOSURE = "exposure"
STRATEGIC = "strategic"
ALIGNED = 64
"""Bytes on a multiple of which every array of the tables starts."""
COMMANDS = "world.commands."
"""Beginning of the names of the arrays that say which cases a command has: they follow from the chosen policies."""


@dataclass(frozen=True)
class Asked:
    """One command of a phase: the mode and the class of missile that it faces, or exposure, and its place in the mode."""

    mode: str
    missile_class: str
    place: int


Commands = dict[Asked, Command]


def commands_of(scenario: Scenario, day: date, classes: Sequence[str]) -> Commands:
    """Return every command that a question about ``day`` may concern, against missiles of these ``classes``."""
    found: Commands = {}
    for mode in scenario.head.modes:
        for n, command in enumerate(order_of_battle.commands(scenario, day, mode)):
            found |= {Asked(mode, missile_class, n): command for missile_class in dict.fromkeys(classes)}
    if scenario.bases:
        found[Asked(EXPOSURE, STRATEGIC, 0)] = defender(scenario, day)
    return found


@dataclass(frozen=True)
class Fighting:
    """A battery in a world: its site (index) and its case under each option of the alternative ``key``, or the only one."""

    site: int
    key: str
    cases: Mapping[str, int]


@dataclass(frozen=True)
class CompiledCommand:
    """One command's world: its leaves, its batteries, its sensors in their order, and the shots that it wants."""

    leaves: Flat
    batteries: tuple[Fighting, ...]
    sensors: tuple[Sensor, ...]
    wanted: int


class Worlds:
    """Compiles commands, the same one once; ``alternatives`` are the launch policies that a question may change."""

    def __init__(self, scenario: Scenario, alternatives: Sequence[Alternative]) -> None:
        """Take the scenario whose commands are compiled."""
        self._earth = kernel_inputs.EARTHS[scenario.head.earth]
        self._sites = {site.id: n for n, site in enumerate(scenario.sites)}
        self._alternatives = {
            alternative.site: alternative for alternative in alternatives if alternative.site
        }
        names = dict.fromkeys(
            name for alternative in self._alternatives.values() for name in alternative.options
        )
        self._policies = {name: order_of_battle.policy(scenario, name) for name in names}
        self._known: dict[tuple[Command, str, bool], CompiledCommand] = {}

    @property
    def earth(self) -> EarthModel:
        """The Earth of the scenario."""
        return self._earth

    def of(self, command: Command, which: Asked) -> CompiledCommand:
        """Return the world of a command; that of exposure, which no policy hinders, has one case per battery."""
        key = (command, which.missile_class, which.mode == EXPOSURE)
        if key not in self._known:
            self._known[key] = self._compiled(command, which)
        return self._known[key]

    def _compiled(self, command: Command, which: Asked) -> CompiledCommand:
        sites = () if which.mode == EXPOSURE else [b.site for b in command.batteries]
        own = {site: self._alternatives[site] for site in sites if site in self._alternatives}
        under = {name: self._under(command, name, own) for name in self._policies if own}
        made = compile_world([command, *under.values()], missile_class=which.missile_class, earth=self._earth)
        cases = dict(zip(under, made.cases_of[1:], strict=True))
        batteries = []
        for n, battery in enumerate(command.batteries):
            choice = own.get(battery.site)
            options = (
                {name: cases[name][n] for name in choice.options} if choice else {"": made.cases_of[0][n]}
            )
            batteries.append(Fighting(self._sites[battery.site], choice.key if choice else "", options))
        known = {use.sensor.id: use.sensor for use in command.uses}
        return CompiledCommand(
            flat(made.world),
            tuple(batteries),
            tuple(known[name] for name in made.sensors),
            command.wanted_shots,
        )

    def _under(self, command: Command, policy: str, own: Mapping[str, Alternative]) -> Command:
        """Return the command with a policy at all of its sites that may choose one."""
        chosen = self._policies[policy]
        return replace(
            command,
            batteries=tuple(replace(b, policy=chosen) if b.site in own else b for b in command.batteries),
        )


@dataclass
class Tables:
    """The arrays of all worlds in one block, equal ones once, and the commands that refer to them."""

    block: bytearray = field(default_factory=bytearray)
    arrays: list[dict[str, Any]] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, float] = field(default_factory=dict)
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def array(self, array: np.ndarray, slots: Sequence[dict[str, Any]]) -> int:
        """Return the number of an array with its slots."""
        raw, text = array.tobytes(), json_text(list(slots))
        key = (raw, array.shape, array.dtype.itemsize, text)
        if key not in self.known:
            self.block += b"\0" * (-len(self.block) % ALIGNED)
            self.known[key] = len(self.arrays)
            self.arrays.append(
                {"at": len(self.block), "bytes": len(raw), "item": array.dtype.itemsize, "shape": list(array.shape), "slots": list(slots)}
            )  # fmt: skip
            self.block += raw
        return self.known[key]

    def command(self, name: str, world: CompiledCommand, slots: Slots) -> int:
        """Return the number of a command: who it is, its batteries with their cases, the shots it wants, and its world."""
        self.numbers = dict(world.leaves.numbers)
        arrays = {
            key: self.array(a, slots.by_array.get(key, ()))
            for key, a in world.leaves.arrays.items()
            if not key.startswith(COMMANDS)
        }
        batteries = [{"site": b.site, "key": b.key, "cases": dict(b.cases)} for b in world.batteries]
        entry = {"name": name, "batteries": batteries, "wanted": world.wanted, "world": arrays}
        if entry not in self.commands:
            self.commands.append(entry)
        return self.commands.index(entry)
