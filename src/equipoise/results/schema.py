"""What every kind of result holds: its variables with axes, unit, type, meaning, and what a missing value says.

A kind is one TOML file in ``data/kinds``. Analyses build their data with :func:`dataset`, which takes axes, units and
meanings from there; a :class:`~equipoise.results.record.Result` is held to it when it is made and when it is read, and
``docs/results-reference.md`` is written from it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

FOLDER = Path(__file__).parent / "data/kinds"
KINDS = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
"""Names of all kinds of results."""
TYPES = {"number": "fiu", "whole": "iu", "text": "OSUT"}
"""What a variable's type allows, as numpy's kinds of data types."""


@dataclass(frozen=True)
class Variable:
    """One variable, or one axis that has values, of a kind of result.

    ``axes`` names its axes in order; one that has two forms is written ``lat|y``. ``unit`` is in UDUNITS spelling (``1``
    for a pure number, empty for text, ``see x`` for one that the variable ``x`` says). ``missing`` says what a value
    that is not a number means; where it is empty, there is none.
    """

    name: str
    unit: str
    type: str
    meaning: str
    axes: tuple[str, ...] = ()
    missing: str = ""

    def attributes(self) -> dict[str, str]:
        """Return the attributes that the variable has in a data set."""
        return {"units": self.unit, "long_name": self.meaning}

    def fault(self, found: xr.DataArray) -> str:
        """Return what is wrong with an array that claims to be this variable; empty when nothing is."""
        axes = tuple(map(str, found.dims))
        if len(axes) != len(self.axes) or any(
            a not in said.split("|") for a, said in zip(axes, self.axes, strict=True)
        ):
            return f"has the axes ({', '.join(axes)}) instead of ({', '.join(self.axes)})"
        if self.type != "text" and found.attrs.get("units", self.unit) != self.unit:
            return f"is in '{found.attrs['units']}' instead of '{self.unit}'"
        words = self.type != "text" or all(isinstance(v, str) for v in found.values.flat)
        if found.size and not (found.dtype.kind in TYPES[self.type] and words):
            return f"holds {found.dtype} instead of type {self.type}"
        if not self.missing and found.dtype.kind == "f" and bool(np.isnan(found.values).any()):
            return "has values that are not numbers, of which its kind says nothing"
        return ""


@dataclass(frozen=True)
class Kind:
    """A kind of result: what it answers, its variables and its axes with values.

    ``more`` says what variables it has besides, whose names the input chooses; empty when there are none. ``attributes``
    are the facts about the whole, each with its meaning, that a stored result must state; one of a ``whole`` kind must
    also have every variable.
    """

    name: str
    meaning: str
    variables: Mapping[str, Variable]
    axes: Mapping[str, Variable]
    more: str = field(default="")
    attributes: Mapping[str, str] = field(default_factory=dict)
    whole: bool = field(default=False)

    def faults(self, data: xr.Dataset) -> list[str]:
        """Return one line for each variable and axis of ``data`` that the kind does not have, or not so."""
        lines = []
        for said, found in ((self.variables, data.data_vars), (self.axes, data.coords)):
            for name, array in found.items():
                known = said.get(str(name))
                if known is None and not self.more:
                    near = get_close_matches(str(name), said, n=1)
                    lines.append(
                        f"'{name}' is none of its variables{f'; nearest: {near[0]}' if near else ''}"
                    )
                elif known is not None and (fault := known.fault(array)):
                    lines.append(f"'{name}' {fault}")
        return lines

    def lacks(self, data: xr.Dataset) -> list[str]:
        """Return the names of what a stored result of the kind must have, and ``data`` has not."""
        needed = self.variables if self.whole else ()
        return [n for n in needed if n not in data] + [n for n in self.attributes if n not in data.attrs]


@cache
def kind(name: str) -> Kind:
    """Return a kind by name; :class:`KeyError` with the nearest name when there is none."""
    if name not in KINDS:
        near = get_close_matches(name, KINDS, n=1)
        raise ValueError(f"no kind of result is called '{name}'{f'; nearest: {near[0]}' if near else ''}")
    said = tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))
    variables, axes = (
        {key: _variable(key, entry) for key, entry in said.get(table, {}).items()}
        for table in ("variables", "axes")
    )
    return Kind(
        name,
        said["meaning"],
        variables,
        axes,
        more=said.get("more", ""),
        attributes=said.get("attributes", {}),
        whole=said.get("whole", False),
    )


def _variable(name: str, entry: dict[str, Any]) -> Variable:
    return Variable(name, **(entry | {"axes": tuple(entry.get("axes", ()))}))


def check(name: str, data: xr.Dataset) -> None:
    """Refuse data that are not as their kind says: :class:`ValueError` lists the faults."""
    if faults := kind(name).faults(data):
        raise ValueError(f"result of kind '{name}': {'; '.join(faults)}")


def dataset(
    name: str, values: Mapping[str, Any], axes: Mapping[str, Any], attrs: Mapping[str, Any] | None = None
) -> xr.Dataset:
    """Return variables of a kind as a data set with the axes, units and meanings that the kind declares.

    ``values`` maps a variable to its array, ``axes`` an axis to its values. An axis of two forms is the one that ``axes``
    has; text may be a list of strings.
    """
    import xarray as xr

    said = kind(name)
    return xr.Dataset(
        {key: _filled(said.variables[key], array, axes) for key, array in values.items()},
        {key: _filled(said.axes[key], array, axes) for key, array in axes.items()},
        attrs,
    )


def _filled(
    said: Variable, array: Any, axes: Mapping[str, Any]
) -> tuple[tuple[str, ...], Any, dict[str, str]]:
    names = tuple(next((a for a in one.split("|") if a in axes), one.split("|")[0]) for one in said.axes)
    return names, _column(array) if said.type == "text" else array, said.attributes()


def _column(words: str | Sequence[str]) -> Any:
    if isinstance(words, np.ndarray):
        return words
    return np.array(words if isinstance(words, str) else list(words), dtype=object)
