"""Random engagements, asked of the engine and of the second opinion alike.

The engine is a closed box here: a scenario is loaded with some of its numbers at an end of their range, its commands and its
solved paths are taken as records, and :func:`equipoise.engagement.engage.engage` gives the outcome. The second opinion gets
the same records and the numbers of the missile, and makes its own path.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import Paths
from equipoise.engagement.records import Battery, Command, Policy, Region
from equipoise.foundation.errors import InputError
from equipoise.scenario.load import Scenario, load_scenario
from validation.brute_force.boost import boost_leg
from validation.brute_force.earth import EARTHS
from validation.brute_force.sensors import Path
from validation.brute_force.threat import Missile, aimed

SCENARIOS = ("epaa", "epaa", "epaa", "third-site", "epaa-as-built", "every-reason")
DATES = (date(2011, 12, 31), date(2013, 12, 31), date(2015, 12, 31), date(2018, 12, 31), date(2020, 12, 31))
DEMONSTRATION = (date(2032, 12, 31), date(2033, 12, 31), date(2034, 12, 31), date(2035, 12, 31))
MODES = ("independent", "exchange", "sectoral", "joint")
REGIONAL = ("shahab-3", "ghadr-1", "sajjil-2", "bm-25", "irbm-notional")
STRATEGIC = ("icbm-solid", "icbm-liquid", "slbm")
INTERCEPTORS = ("sm3-ia", "sm3-ib", "sm3-iia", "sm3-iib", "53t6", "s-400", "s-300v")
LOFT_DEG = {"minimum_energy": 0.0, "lofted": 15.0, "depressed": -15.0}
MISSILE_KEYS = (
    "max_range_km", "burn_time_s", "burnout_altitude_km", "burnout_downrange_km", "ballistic_coefficient_kg_m2",
)  # fmt: skip
KILL_KEYS = (
    "burnout_speed_km_s", "burn_time_s", "kill_vehicle_life_s", "kill_ceiling_km", "kill_floor_km",
)  # fmt: skip
ENDS = ("value", "low", "high", "random")
"""Where the numbers with a range stand: all nominal, all at one end, or each anywhere."""
LAUNCHES_DEG = ((38.0, 46.5), (35.2, 53.9), (33.5, 48.5), (29.0, 58.0))
BASES_DEG = ((53.8, 35.8), (51.1, 59.8), (56.9, 40.5), (55.3, 83.2), (57.9, 33.7), (69.3, 35.3))
POLICIES = (
    Policy(), Policy(), Policy("b", launch="any", guide="own"), Policy("c", launch="own", guide="own"),
    Policy("d", early=True), Policy("e", salvo=2), Policy("f", looks=1),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One missile against one command: words, the :data:`ENDS` of ranges, what the engine and the second opinion take."""

    words: str
    end: str
    paths: Paths
    command: Command
    path: Path


@cache
def ranges(kind: str, name: str) -> dict[str, dict[str, Any]]:
    """Return the quantities with a range of one record of the catalogue, or of what every scenario assumes."""
    if kind == "assumption":
        text = files("equipoise.scenario").joinpath("defaults.toml").read_text("utf-8")
        table = tomllib.loads(text)["assumption"]
    else:
        text = files("equipoise.catalogue").joinpath(f"data/{kind}s/{name}.toml").read_text("utf-8")
        table = tomllib.loads(text)
    return {k: v for k, v in table.items() if isinstance(v, dict) and "low" in v}


def settings(rng: np.random.Generator, share: float, ends: tuple[str, ...]) -> list[str]:
    """Return settings that put a share of the defence's numbers at one of some ends of their range."""
    found = []
    for key, q in ranges("assumption", "").items():
        if rng.random() < share:
            found.append(f"assumption.{key}={q[rng.choice(ends)]}")
    for name in INTERCEPTORS:
        for key, q in ranges("interceptor", name).items():
            if key in KILL_KEYS and rng.random() < share:
                found.append(f"interceptor.{name}.{key}={q[rng.choice(ends)]}")
    return found


def scenario(rng: np.random.Generator, end: str = "random") -> tuple[Scenario, str, list[str]]:
    """Return a scenario with its numbers at one of :data:`ENDS`, its name and its settings."""
    name = str(rng.choice(SCENARIOS))
    if end == "random":
        chosen = settings(rng, float(rng.choice((0.0, 0.3, 1.0))), ("low", "high"))
    else:
        chosen = settings(rng, 0.0 if end == "value" else 1.0, (end,))
    while True:
        try:
            return load_scenario(name, chosen), name, chosen
        except InputError as error:
            key = next(s for s in chosen if s.split("=")[0] in str(error))
            chosen = [s for s in chosen if s != key]


@cache
def missile_numbers(name: str, end: str) -> Mapping[str, float]:
    """Return the five numbers of a missile: nominal, all low, all high, or each at another end than its neighbour."""
    table = ranges("missile", name)
    ends = {"mixed": ("low", "high", "low", "high", "low"), "other": ("high", "low", "high", "low", "high")}
    return {k: float(table[k][e]) for k, e in zip(MISSILE_KEYS, ends.get(end, (end,) * 5), strict=True)}


def varied(rng: np.random.Generator, command: Command, aim_deg: tuple[float, float]) -> Command:
    """Return a command with few batteries, some of them moved, under other policies or limits."""
    keep = rng.permutation(len(command.batteries))[: rng.integers(1, 4)]
    batteries = tuple(_varied_battery(rng, command.batteries[i], aim_deg) for i in sorted(keep))
    uses = tuple(replace(u, cued=True) if rng.random() < 0.05 else u for u in command.uses)
    command = replace(command, batteries=batteries, uses=uses, wanted_shots=int(rng.integers(1, 4)))
    if rng.random() < 0.1:
        command = replace(command, timing=replace(command.timing, burnout_cue_s=command.timing.track_s))
    if rng.random() < 0.1 and not (command.permit or command.forbid):
        lat, lon = np.radians(rng.uniform(38.0, 56.0)), np.radians(rng.uniform(15.0, 45.0))
        fan = Region("fan", (), (float(lat), float(lon)), 0.0, float(rng.uniform(1.0, 6.2)), 0.15)
        command = replace(command, permit=(fan,)) if rng.random() < 0.5 else replace(command, forbid=(fan,))
    return command


def _varied_battery(rng: np.random.Generator, battery: Battery, aim_deg: tuple[float, float]) -> Battery:
    places, sure = battery.places, battery.sure
    if rng.random() < 0.5:
        spread = 0.25 if battery.interceptor.life_s < 100.0 else 4.0
        lat, lon = rng.normal(aim_deg[0], spread), rng.normal(aim_deg[1], 1.5 * spread)
        corners = [(0.0, 0.0), (1.0, 2.0), (-1.0, 2.0), (1.0, -2.0), (-1.0, -2.0)][: rng.choice((1, 1, 5))]
        places = tuple((float(np.radians(lat + a)), float(np.radians(lon + b))) for a, b in corners)
        sure = bool(rng.random() < 0.5)
    kill = battery.interceptor
    if rng.random() < 0.1:
        kill = replace(kill, least_closing_m_s=float(rng.uniform(3e3, 8e3)))
    if rng.random() < 0.1:
        kill = replace(kill, most_crossing_rad=float(rng.uniform(0.3, 2.5)))
    return replace(
        battery, places=places, sure=sure, interceptor=kill, policy=POLICIES[rng.integers(len(POLICIES))]
    )


@dataclass(frozen=True)
class Wish:
    """A missile to be flown: its name, class and numbers, from where to where, how."""

    name: str
    end: str
    start_deg: tuple[float, float]
    aim_deg: tuple[float, float]
    family: str
    earth: str

    @property
    def numbers(self) -> Mapping[str, float]:
        """The missile's five numbers."""
        return missile_numbers(self.name, self.end)

    @property
    def kind(self) -> str:
        """Class of the missile."""
        return "strategic" if self.name in STRATEGIC else "regional"


def wish(rng: np.random.Generator, end: str = "random") -> Wish:
    """Return a random missile at one of :data:`ENDS`, regional ones towards Europe and strategic ones across it."""
    strategic = rng.random() < 0.2
    name = str(rng.choice(STRATEGIC if strategic else REGIONAL))
    start = (BASES_DEG if strategic else LAUNCHES_DEG)[rng.integers(6 if strategic else 4)]
    aim = (
        (rng.uniform(26, 48), rng.uniform(-124, -70))
        if strategic
        else (rng.uniform(34, 62), rng.uniform(8, 48))
    )
    earth = str(rng.choice(("wgs84", "sphere", "still_sphere"), p=(0.85, 0.1, 0.05)))
    if end == "random":
        end = str(rng.choice(("value", "value", "low", "high", "mixed", "other")))
    return Wish(name, end, start, aim, str(rng.choice(tuple(LOFT_DEG))), earth)


def engine_paths(wanted: Wish) -> Paths:
    """Return the engine's path of a missile."""
    return kernel_inputs.solve(
        engine_missile(wanted.name, wanted.end), np.radians(wanted.start_deg), np.radians([wanted.aim_deg]),
        wanted.family, kernel_inputs.EARTHS[wanted.earth],
    )  # fmt: skip


def engine_missile(name: str, end: str) -> Any:
    """Return the scenario's record of a missile with its numbers set."""
    return engine_scenario(end).find("missile", name)


@cache
def engine_scenario(end: str) -> Scenario:
    """Return the base scenario with the numbers of every missile set."""
    names = (*REGIONAL, *STRATEGIC)
    return load_scenario(
        "epaa", [f"missile.{name}.{k}={v}" for name in names for k, v in missile_numbers(name, end).items()]
    )


def own_paths(wishes: list[Wish], earth: str) -> list[Path]:
    """Return the second opinion's paths over one Earth."""
    numbers = {k: np.array([w.numbers[k] for w in wishes]) for k in MISSILE_KEYS}
    km = {k: v * 1e3 if k.endswith("_km") else v for k, v in numbers.items()}
    start, aim = (np.radians([getattr(w, n) for w in wishes]).T for n in ("start_deg", "aim_deg"))
    loft = np.radians([LOFT_DEG[w.family] for w in wishes])
    launches, falls, _ = aimed(
        Missile(*(km[k] for k in MISSILE_KEYS)), (start[0], start[1]), (aim[0], aim[1]), loft, EARTHS[earth]
    )
    return [
        Path(
            EARTHS[earth], float(launches.burn_time_s[i]), float(falls.impact_s[i]), boost_leg(launches, i),
            falls.spline(i), w.kind,
        )
        for i, w in enumerate(wishes)
    ]  # fmt: skip


def cases(count: int, seed: int | tuple[int, ...], *, scenarios: int, end: str = "random") -> Iterator[Case]:
    """Return random cases at one of :data:`ENDS`: ``scenarios`` sets of numbers, and about as many missiles as cases."""
    rng = np.random.default_rng(seed)
    loaded = [scenario(rng, end) for _ in range(scenarios)]
    wishes: list[tuple[Wish, Paths]] = []
    while len(wishes) < count:
        wanted = wish(rng, end)
        paths = engine_paths(wanted)
        if paths.flights.status[0] == 0:
            wishes.append((wanted, paths))
    mine: dict[int, Path] = {}
    for earth in EARTHS:
        chosen = [i for i, (w, _) in enumerate(wishes) if w.earth == earth]
        if chosen:
            mine |= dict(zip(chosen, own_paths([wishes[i][0] for i in chosen], earth), strict=True))
    for i, (wanted, paths) in enumerate(wishes):
        command, words = _command(rng, loaded, wanted.aim_deg)
        if command is not None:
            said = f"{wanted.name} {wanted.start_deg} to {wanted.aim_deg} {wanted.family} {wanted.earth}; {words}"
            yield Case(said, end, paths, command, mine[i])


def _command(
    rng: np.random.Generator, loaded: list[tuple[Scenario, str, list[str]]], aim_deg: tuple[float, float]
) -> tuple[Command | None, str]:
    found, name, chosen = loaded[rng.integers(len(loaded))]
    days = DEMONSTRATION if name == "every-reason" else DATES
    for _ in range(20):
        day, mode = days[rng.integers(len(days))], str(rng.choice(MODES))
        if all(m.id != mode for m in found.table("mode")):
            continue
        able = [c for c in order_of_battle.commands(found, day, mode) if c.batteries]
        if able:
            command = varied(rng, able[0] if rng.random() < 0.75 else able[-1], aim_deg)
            return command, f"{name} {day} {mode} {command.name} {' '.join(chosen)}"
    return None, ""
