"""Follow one number of a scenario file to a map cell or a verdict: ``NUMBA_DISABLE_JIT=1 python builders/parameter_walk.py``.

A stop is a function of ours that names the value on its way: one of its variables is the value, in the file's unit or in SI,
it reads the value out of a record by its key, or a function that it calls gives the value back. A function that only hands
on a scenario or a record with the value inside is none. The value's way ends where it is turned into something else, such as a speed squared. Comprehensions and lambdas
belong to the function around them. Kernels are followed too, so compilation must be switched off.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import CodeType, FrameType, FunctionType, NoneType
from typing import Any

import numpy as np
from pydantic import BaseModel

import equipoise
from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.guarantees.verdicts import verdicts
from equipoise.scenario.load import Scenario, load_scenario

SOURCES = Path(equipoise.__file__).parent
DAY, MODE = "2018-12-31", "joint"
HEAD = """[scenario]
name = "walk"
extends = "epaa"
families = ["minimum_energy"]
map_step_deg = 4.0
map_south_deg = 44.0
map_north_deg = 52.0
map_west_deg = 20.0
map_east_deg = 28.0
remove = ["site.a135-sofrino", "site.a135-korolev", "site.a135-lytkarino", "site.a135-skhodnya", "site.a135-vnukovo",
  "site.ru-s400-east", "site.ru-s400-north", "site.ru-s400-kaliningrad", "site.ru-s300v-south", "site.ru-s300v-west",
  "site.med-patrol-2", "clause.speed-3", "clause.number-100", "clause.location-1300", "clause.radar-sector",
  "clause.no-engagement", "clause.test-notice"]
[[launch_area]]
id = "point"
name = "One launch point"
lat_deg = 38.0
lon_deg = 46.5
source = "the walk"
confidence = "assumption"
[[threat]]
id = "walked"
missile = "bm-25"
launch_area = "point"
"""
CLAUSE = """[[clause]]
id = "slow"
name = "A slow interceptor"
kind = "limit"
quantity = "burnout_speed"
at_most_km_s = {}
source = "the walk"
confidence = "assumption"
"""
MOST_ITEMS = 300
PLAIN = (int, str, NoneType, FunctionType, type)
DEEP = 4
"""How far below a variable the value is looked for: variable, tuple, record, quantity, number."""
SAID_IN_QUANTITY = ("value", "si", "[]")
"""Parts of a quantity and places of a list bear no name of the value's own."""
INNER = ("<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>", "<lambda>", "<module>")


@dataclass(frozen=True)
class Way:
    """A number of a scenario file, the same number in SI units, the entry that states it, and what is computed from it."""

    number: float
    si: float
    entry: str
    compute: Callable[[Scenario], object]

    def is_it(self, value: object) -> bool:
        """Return whether a value is the number, or an array that holds it."""
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return bool(((value == self.number) | (value == self.si)).any())
        return isinstance(value, float) and value in (self.number, self.si)


def _map(scenario: Scenario) -> object:
    return defended_area(replace(scenario, threats=(scenario.find("threat", "walked"),)))


WAYS = {
    "burnout speed to a map cell": Way(
        4.51373, 4513.73, '[[interceptor]]\nid = "sm3-iia"\nburnout_speed_km_s = {}\n', _map
    ),
    "a radar's range to a map cell": Way(
        1837.123, 1837123.0, '[[radar]]\nid = "tpy2-kurecik"\nrange_max_km = {}\n', _map
    ),
    "a clause's limit to its verdict": Way(3.01373, 3013.73, CLAUSE, verdicts),
}


@dataclass
class Walk:
    """The stops of a value, in order, each file and function with the names that the value has there."""

    way: Way
    stops: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    known: dict[tuple[int, int], tuple[object, list[str]]] = field(default_factory=dict)

    @property
    def names(self) -> set[str]:
        """Every name that the value has."""
        return set().union(*self.stops.values())

    def look(self, frame: FrameType, event: str, answer: object) -> None:
        """Note what a function that returns called the value; for :func:`sys.setprofile`."""
        code = frame.f_code
        if event != "return" or not code.co_filename.startswith(str(SOURCES)):
            return
        kernel = "/physics/" in code.co_filename or "/numerics/" in code.co_filename
        said = set()
        for name, value in frame.f_locals.items():
            if isinstance(value, PLAIN):
                continue
            if self.way.is_it(value):
                said.add(name)
            elif isinstance(value, np.ndarray | np.void | tuple) and kernel:
                said.update(key for key in _read_here(value, code) if self.way.is_it(_part(value, key)))
            elif not isinstance(value, float | np.generic | np.ndarray):
                said.update(words_of(code).intersection(self._keys(value, DEEP)))
        self._note(code, said)
        asker = frame.f_back
        if asker and asker.f_code.co_filename.startswith(str(SOURCES)) and self.way.is_it(answer):
            self._note(asker.f_code, {code.co_name} - {*INNER})

    def _note(self, code: CodeType, said: set[str]) -> None:
        if said:
            parts = [p for p in code.co_qualname.split(".") if p not in INNER and p != "<locals>"]
            place = str(Path(code.co_filename).relative_to(SOURCES)), ".".join(parts)
            self.stops.setdefault(place, set()).update(said)

    def _keys(self, value: object, depth: int) -> list[str]:
        """Return the keys and fields below a value under which the number stands."""
        if (id(value), depth) in self.known:
            return self.known[id(value), depth][1]
        found = []
        for key, part in _parts(value) if depth else ():
            if self.way.is_it(part):
                found.append(key)
            elif below := self._keys(part, depth - 1):
                found += [key if name in SAID_IN_QUANTITY else name for name in below]
        if isinstance(value, BaseModel | tuple | Scenario):
            self.known[id(value), depth] = value, found
        return found


@cache
def words_of(code: CodeType) -> frozenset[str]:
    """Return the attributes and keys that a function reads."""
    return frozenset((*code.co_names, *(c for c in code.co_consts if isinstance(c, str))))


def _read_here(value: Any, code: CodeType) -> frozenset[str]:
    """Return the fields of a structured array, a row of one or a named tuple that a kernel reads."""
    named = getattr(value, "_fields", None) or getattr(getattr(value, "dtype", None), "names", None)
    return words_of(code).intersection(named) if named else frozenset()


def _part(value: Any, key: str) -> object:
    return getattr(value, key) if isinstance(value, tuple) else value[key]


def _parts(value: Any) -> Iterator[tuple[str, object]]:
    if isinstance(value, BaseModel):
        yield from value.__dict__.items()
    elif isinstance(value, tuple) and hasattr(value, "_fields"):
        yield from zip(value._fields, value, strict=True)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from ((f.name, getattr(value, f.name, None)) for f in fields(value))
    elif isinstance(value, dict):
        yield from ((str(key), part) for key, part in list(value.items())[:MOST_ITEMS])
    elif isinstance(value, list | tuple):
        yield from (("[]", part) for part in value[:MOST_ITEMS])


def walk(way: Way) -> Walk:
    """Return the walk of a number from its file to what is computed."""
    found = Walk(way)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "walk.toml"
        file.write_text(HEAD + way.entry.format(way.number), encoding="utf-8")
        sys.setprofile(found.look)
        try:
            way.compute(load_scenario(str(file)).at(DAY, mode=MODE))
        finally:
            sys.setprofile(None)
    return found


def main() -> None:
    """Print every way: its stops with the names there, and how many there are."""
    for title, way in WAYS.items():
        found = walk(way)
        files = {file for file, _ in found.stops}
        print(f"{title}: {len(found.stops)} stops in {len(files)} files, {len(found.names)} names")
        for (file, function), names in found.stops.items():
            print(f"  {file} {function}: {', '.join(sorted(names))}")


if __name__ == "__main__":
    main()
