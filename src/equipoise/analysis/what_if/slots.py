"""Which numbers of a kernel's world each parameter writes, found by compiling the world again with that parameter moved.

So nothing is said twice: how a speed or a range comes into the arrays is written in :mod:`equipoise.engagement.kernel_tables`
alone, and whoever holds the arrays and these slots can move a parameter without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose, log, prod
from typing import Any

import numpy as np

from equipoise.engagement.records import Sensor
from equipoise.physics.engagement.shooters import SHOOTER
from equipoise.physics.engagement.tables import World
from equipoise.physics.environment.earth import EarthModel, enu_basis, geodetic_to_ecef

WORD = 8
"""Bytes of every number in the kernel's tables."""
PRECISION = 1e-9
"""Largest relative difference between a compiled number and what its slot says."""
_SHOOTER_PLACE, _SENSOR_PLACE = "world.shooters.place", "world.sensors.place"
_REACH = ("world.shooters.kind", SHOOTER.fields["reach_rad"][1])  # type: ignore[index]  # a type of rows has fields


@dataclass(frozen=True)
class Flat:
    """A world's leaves by their names in the kernel's arguments: arrays as they lie in memory, and plain numbers."""

    arrays: Mapping[str, np.ndarray]
    numbers: Mapping[str, float]

    @property
    def form(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Return the names and shapes of the arrays."""
        return tuple((name, array.shape) for name, array in self.arrays.items())


def flat(world: World) -> Flat:
    """Return a world's leaves, named as in the kernel's arguments (``world.sensors.row``)."""
    arrays: dict[str, np.ndarray] = {}
    numbers: dict[str, float] = {}

    def take(name: str, value: Any) -> None:
        if isinstance(value, tuple):
            for key, inner in zip(value._fields, value, strict=True):  # type: ignore[attr-defined]  # named tuples
                take(f"{name}.{key}", inner)
        elif isinstance(value, np.ndarray):
            arrays[name] = np.ascontiguousarray(value)
        else:
            numbers[name] = float(value)

    take("world", world)
    return Flat(arrays, numbers)


@dataclass(frozen=True)
class Slots:
    """What parameters write into one world, by array: each slot is a mapping for JSON with the byte ``at`` which it lies.

    ``sum`` holds pairs (parameter, factor): the number moves by the factor times the change of the parameter. ``product``
    holds pairs (parameter, power): it is multiplied by the ratio of the parameter's values raised to the power. ``site`` and
    ``height_m`` stand for a place: three ECEF coordinates and, with ``frame``, the unit vectors east, north and up.
    ``reach`` names the parameter on which a bound on the reach hangs. ``word`` names an alternative, and ``values`` has the number
    under each of its options, null for infinity.
    """

    by_array: Mapping[str, Sequence[dict[str, Any]]]
    refused: frozenset[str]

    def with_place(self, site: str, places: Mapping[str, Sequence[dict[str, Any]]] | None) -> Slots:
        """Return the slots with those of a site's place; without any, its coordinates are refused."""
        if places is None:
            return replace(
                self, refused=self.refused | {f"site.{site}.{axis}_deg" for axis in ("lat", "lon")}
            )
        names = [*self.by_array, *(name for name in places if name not in self.by_array)]
        return replace(self, by_array={n: [*self.by_array.get(n, ()), *places.get(n, ())] for n in names})

    def with_words(self, key: str, words: Mapping[str, Sequence[dict[str, Any]]] | None) -> Slots:
        """Return the slots with those of an alternative; it is refused without any, and where a parameter writes one of the same numbers."""
        taken = {(name, slot["at"]) for name, slots in self.by_array.items() for slot in slots}
        if words is None or any(
            (name, slot["at"]) in taken for name, slots in words.items() for slot in slots
        ):
            return replace(self, refused=self.refused | {key})
        names = dict.fromkeys([*self.by_array, *words])
        return replace(self, by_array={n: [*self.by_array.get(n, ()), *words.get(n, ())] for n in names})

    def without(self, refused: frozenset[str]) -> Slots:
        """Return the slots without the parameters that are refused, here or in another world."""
        kept: dict[str, list[dict[str, Any]]] = {}
        for name, slots in self.by_array.items():
            for slot in slots:
                rest = {
                    k: [t for t in v if t[0] not in refused] if k in ("sum", "product") else v
                    for k, v in slot.items()
                }
                if rest.get("sum", rest.get("product", True)) and not refused & {
                    rest.get("reach"),
                    rest.get("word"),
                }:
                    kept.setdefault(name, []).append(rest)
        return Slots(kept, refused)


Samples = Sequence[tuple[float, Flat]]
"""Values of one parameter, each with the world in which it alone has that value."""


def find_slots(
    base: Flat,
    start: Mapping[str, float],
    alone: Mapping[str, Samples],
    together: Sequence[tuple[Mapping[str, float], Flat]],
) -> Slots:
    """Return the slots of plain numbers, with the parameters that no slots can stand for.

    ``start`` has the parameters' own values, ``alone`` each parameter's samples, ``together`` worlds in which all
    of them have other values, which every slot must foretell.
    """
    refused = {key for key, samples in alone.items() if any(world.form != base.form for _, world in samples)}
    joint = [(values, world) for values, world in together if world.form == base.form]
    found: dict[str, list[dict[str, Any]]] = {}
    for name, array in base.arrays.items():
        moved = {
            key: [(value, _words(world.arrays[name])) for value, world in samples]
            for key, samples in alone.items()
            if key not in refused
        }
        checks = [(values, _words(world.arrays[name])) for values, world in joint]
        words = _words(array)
        for n, movers in _movers(words, moved).items():
            slot = (
                {"reach": movers[0]}
                if name == _REACH[0] and n * WORD % array.dtype.itemsize == _REACH[1] and len(movers) == 1
                else _slot(
                    words[n],
                    start,
                    {key: [(v, w[n]) for v, w in moved[key]] for key in movers},
                    [(v, w[n]) for v, w in checks],
                )
            )
            if slot is None:
                refused |= set(movers)
            else:
                found.setdefault(name, []).append({"at": n * WORD} | slot)
    return Slots(found, frozenset(refused))


def place_slots(
    base: Flat,
    moved: Flat,
    site: str,
    lat_lon_rad: tuple[float, float],
    sensors: Sequence[Sensor],
    earth: EarthModel,
) -> dict[str, list[dict[str, Any]]] | None:
    """Return the slots of a site's place by array, or None where the move changes anything else.

    ``moved`` is the world with the site at ``lat_lon_rad``; ``sensors`` are those of the world, in its order.
    """
    if moved.form != base.form:
        return None
    found: dict[str, list[dict[str, Any]]] = {}
    for name, array in base.arrays.items():
        before, after = _words(array), _words(moved.arrays[name])
        different = np.flatnonzero(before.view(np.int64) != after.view(np.int64))
        if not different.size:
            continue
        if name not in (_SHOOTER_PLACE, _SENSOR_PLACE):
            return None
        size = array.shape[2]
        for start in np.unique(different // size) * size:
            framed = name == _SENSOR_PLACE
            height = sensors[start // (size * array.shape[1])].height_m if framed else 0.0
            position = geodetic_to_ecef(*lat_lon_rad, height, earth)
            wanted = [*position, *np.ravel(enu_basis(*lat_lon_rad))] if framed else position
            if not np.allclose(after[start : start + size], wanted, rtol=PRECISION, atol=PRECISION):
                return None
            slot = {"at": int(start) * WORD, "site": site, "height_m": height, "frame": framed}
            found.setdefault(name, []).append(slot)
    return found


def word_slots(base: Flat, key: str, worlds: Mapping[str, Flat]) -> dict[str, list[dict[str, Any]]] | None:
    """Return the slots of the alternative ``key`` by array, from ``worlds``, the world under each option; None where another has other shapes."""
    if any(world.form != base.form for world in worlds.values()):
        return None
    found: dict[str, list[dict[str, Any]]] = {}
    for name in base.arrays:
        rows = {word: _words(world.arrays[name]) for word, world in worlds.items()}
        bits = np.array([row.view(np.int64) for row in rows.values()])
        for n in np.flatnonzero((bits != bits[0]).any(axis=0)):
            values = {word: float(row[n]) if np.isfinite(row[n]) else None for word, row in rows.items()}
            found.setdefault(name, []).append({"at": int(n) * WORD, "word": key, "values": values})
    return found


def _words(array: np.ndarray) -> np.ndarray:
    """Return an array's numbers as floats, one after another; whole ones, which no parameter moves, as they lie."""
    return array.reshape(-1).view(np.float64)


def _movers(
    words: np.ndarray, moved: Mapping[str, Sequence[tuple[float, np.ndarray]]]
) -> dict[int, list[str]]:
    """Return which parameters move each number that any of them moves."""
    movers: dict[int, list[str]] = {}
    for key, samples in moved.items():
        different = np.zeros(words.size, dtype=bool)
        for _, other in samples:
            different |= other.view(np.int64) != words.view(np.int64)
        for n in np.flatnonzero(different):
            movers.setdefault(int(n), []).append(key)
    return movers


def _slot(
    base: float,
    start: Mapping[str, float],
    alone: Mapping[str, Sequence[tuple[float, float]]],
    together: Sequence[tuple[Mapping[str, float], float]],
) -> dict[str, Any] | None:
    """Return how a number moves with its parameters, as a sum or as a product; None where it is neither."""
    checks: list[tuple[Mapping[str, float], float]] = [
        ({key: value}, number) for key, samples in alone.items() for value, number in samples
    ]
    checks += together
    terms = [(key, samples[-1][0], samples[-1][1]) for key, samples in alone.items()]
    sums = [(key, (number - base) / (value - start[key])) for key, value, number in terms]
    if _foretells(
        checks, lambda values: base + sum(f * (values.get(k, start[k]) - start[k]) for k, f in sums)
    ):
        return {"sum": sums}
    if base <= 0.0 or any(number <= 0.0 or min(value, start[key]) <= 0.0 for key, value, number in terms):
        return None
    powers = [(key, round(log(number / base) / log(value / start[key]), 9)) for key, value, number in terms]
    if _foretells(
        checks, lambda values: base * prod((values.get(k, start[k]) / start[k]) ** p for k, p in powers)
    ):
        return {"product": powers}
    return None


def _foretells(
    checks: Sequence[tuple[Mapping[str, float], float]], said: Callable[[Mapping[str, float]], float]
) -> bool:
    """Return whether what is ``said`` of parameters' values is each number of the checks."""
    return all(
        isclose(said(values), number, rel_tol=PRECISION, abs_tol=PRECISION) for values, number in checks
    )
