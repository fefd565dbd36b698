"""The ranges of a scenario's inputs: as columns of numbers for who samples them or moves one at a time, and their ends together.

The ends are the scenarios among which a measure is taken to be least and largest.

Which end of its range helps the defence each field of :mod:`equipoise.model` says (``favours``), from a sign test of the slack of
single paths that ``docs/development/bounds.md`` prints. Where it hangs on the path which end helps (``either``), both ends are
taken and some points between them. All entries of a table move together: a path is flown by one missile and met by one
interceptor, so that the greatest slack is what it would be if they moved apart. The least of what several leave may be lower then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.foundation.errors import DomainError
from equipoise.foundation.units import UNITS, unit_of_key
from equipoise.model.fields import End
from equipoise.model.record import ranged_keys
from equipoise.model.scenario import TABLES
from equipoise.model.vehicle import StagedMissile
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import Place, helpful_end, uncertain_places, value_at, with_ranged_numbers

NOMINAL_MISSILES = "Each missile flies at the nominal values of its range, burn and drag here; exposure and the verdicts of clauses ask the ends too."
"""Said with every result that moves no missile over its ranges."""
BETWEEN = 2
"""Points between the ends of the inputs that help the defence at either; each input takes each third of its range once."""


@dataclass(frozen=True)
class Ranges:
    """Inputs by column: names, nominal values and ends (d,) in the units of their keys; ``whole`` marks those that are counted.

    ``units`` and ``sources`` (source and confidence) say what the numbers are.
    """

    names: tuple[str, ...]
    nominal: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    whole: NDArray[np.bool_]
    units: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, scenario: Scenario, places: Iterable[Place]) -> Ranges:
        """Return the ranges of the quantities at some places of a scenario, one column each."""
        places = tuple(places)
        known = [value_at(scenario, where) for where in places]
        return cls(
            tuple(map(str, places)),
            np.array([q.value for q in known], dtype=float),
            np.array([q.low for q in known], dtype=float),
            np.array([q.high for q in known], dtype=float),
            np.array([where.spec.limits.whole for where in places], dtype=bool),
            tuple(UNITS[q.unit].symbol if q.unit else "1" for q in known),
            tuple((q.source, str(q.confidence)) for q in known),
        )

    def __len__(self) -> int:
        """Return the number of inputs."""
        return len(self.names)

    def at(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the values (n, d) at shares of the ranges, 0 the low and 1 the high end.

        A count takes each whole number of its range over an equal part of the shares.
        """
        values = self.low + (self.high + self.whole - self.low) * shares
        return np.where(self.whole, np.minimum(np.floor(values), self.high), values)

    def with_one(self, column: int, values: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return nominal values (n, d) that differ in one input."""
        points = np.tile(self.nominal, (len(values), 1))
        points[:, column] = np.round(values) if self.whole[column] else values
        return points


def at_shares(scenario: Scenario, shares: Mapping[Place, float]) -> Scenario:
    """Return the scenario with quantities at shares of their ranges, as :meth:`Ranges.at` has them; the ranges stay."""
    values = Ranges.of(scenario, shares).at(np.array(list(shares.values()), dtype=float))
    return with_ranged_numbers(scenario, dict(zip(shares, values.tolist(), strict=True)))


def at_ends(scenario: Scenario, end: End, *inputs: str) -> tuple[Scenario, ...]:
    """Return the scenarios among which a measure is taken to be worst (``against`` the defence) or best (``favourable``).

    With ``inputs``, each TABLE.KEY such as ``missile.burnout_altitude_km``, only these leave their values; else all with a
    range. Inputs with one helpful end are at it in every scenario. The others are at combinations of their ends, and then at
    :data:`BETWEEN` points between. The nominal end is the scenario itself.
    """
    moved = scenario.at_end(end, *inputs)
    either = _either(scenario, inputs)
    if end == "nominal" or not either:
        return (moved,)
    return tuple(
        at_shares(
            moved, {at: share for places, share in zip(either.values(), row, strict=True) for at in places}
        )
        for row in (*_corners(len(either)), *_between(len(either)))
    )


def _either(scenario: Scenario, inputs: Collection[str] = ()) -> dict[str, list[Place]]:
    """Return the places of the uncertain inputs that may help at either end, by TABLE.KEY."""
    found: dict[str, list[Place]] = {}
    for at in uncertain_places(scenario, tuple(TABLES)):
        if (not inputs or at.input in inputs) and helpful_end(scenario, at) == "either":
            found.setdefault(at.input, []).append(at)
    return found


WORDS = {8: (1, 2, 4, 7, 3, 5, 6), 16: (1, 2, 4, 8, 15, 7, 11, 13, 14, 3, 5, 6, 9, 10, 12)}
"""Generators of two-level designs by their rows. Of 8: all combinations of up to three inputs, all pairs of two of up to seven; of 16: of up to
four, and of up to fifteen."""


def _corners(count: int) -> list[tuple[float, ...]]:
    """Return shares 0 and 1 of the ranges of ``count`` inputs: an orthogonal array of strength 2 (Plackett and Burman 1946)."""
    rows = next((rows for rows, words in WORDS.items() if count <= len(words)), None)
    if rows is None:
        raise DomainError(f"{count} inputs may help at either end; the design takes at most 15")
    words = WORDS[rows][:count]
    made = [tuple(float((row & word).bit_count() % 2) for word in words) for row in range(rows)]
    return list(dict.fromkeys(made))


def _between(count: int) -> list[tuple[float, ...]]:
    """Return shares of the ranges at which ``count`` inputs take each inner value once, (BETWEEN, count)."""
    return [tuple((1 + (i + j) % BETWEEN) / (BETWEEN + 1) for j in range(count)) for i in range(BETWEEN)]


def coverage(scenario: Scenario, *inputs: str) -> str:
    """Return in words how :func:`at_ends` covers the ranges of a scenario, or of some inputs TABLE.KEY of it."""
    one_end = {
        at.input
        for at in uncertain_places(scenario, tuple(TABLES))
        if (not inputs or at.input in inputs) and helpful_end(scenario, at) in ("high", "low")
    }
    both = [spoken_input(each) for each in _either(scenario, inputs)]
    many = "input" if len(one_end) == 1 else "inputs, each"
    ends = f"{len(one_end)} {many} at the end of its range that helps or hurts by the sign of its effect on single paths"
    said = [ends] * bool(one_end)
    if both:
        said.append(
            f"{', '.join(both)}, which may help at either end, at {len(_corners(len(both)))} combinations of both ends and {BETWEEN} points between"
        )
    certain = [
        m.id
        for m in scenario.missiles
        if isinstance(m, StagedMissile) and not any(map(m.favours, ranged_keys(m)))
    ]
    if certain:
        said.append(f"staged missiles ({', '.join(certain)}) as stated")
    return "; ".join(said) or "no input has a range"


def spoken_input(name: str) -> str:
    """Return TABLE.KEY as a person says it.

    >>> spoken_input("missile.burnout_downrange_km")
    'burnout downrange of the missiles'
    >>> spoken_input("missile.stages.2.propellant_kg")
    'propellant of stage 2 of the missiles'
    ``name`` is that TABLE.KEY, such as ``interceptor.burnout_speed_km_s``.
    """
    table, _, key = name.partition(".")
    *stage, last = key.split(".")
    unit = unit_of_key(last)
    words = (last.removesuffix(f"_{unit.suffix}") if unit else last).replace("_", " ")
    return f"{words} of {f'stage {stage[-1]} of ' if stage else ''}the {table}s"
