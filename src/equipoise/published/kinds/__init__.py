"""Kinds of computation that a study's file may name; each returns our value in the unit that it declares.

A kind is a function of plain inputs: keyword arguments that a file can state. It returns a number, a number with its range, or
:class:`Words` where words are compared with words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TypeVar

from equipoise.published.statement import Verdict

MODULES = (
    "announced", "balance", "flown", "free_flight", "geometry", "impulsive", "interceptors", "level_path", "lookup", "radars", "records",
    "reentry", "scenarios", "staged",
)  # fmt: skip
Place = tuple[float, float]
"""Latitude and longitude, degrees."""


@dataclass(frozen=True)
class Words:
    """What we find, in words, with the verdict on the printed words; ``why`` adds to the reason that the file gives."""

    said: str
    verdict: Verdict
    why: str = ""


Found = float | tuple[float, float, float] | Words


@dataclass(frozen=True)
class Kind:
    """A computation under its name; ``unit`` is that of its value, empty where words or the inputs decide."""

    name: str
    unit: str
    compute: Callable[..., Found]


F = TypeVar("F", bound=Callable[..., Found])


def kind(unit: str) -> Callable[[F], F]:
    """Return a decorator that makes a function a kind whose value has ``unit``."""

    def mark(function: F) -> F:
        _KNOWN[function.__name__] = Kind(function.__name__, unit, function)
        return function

    return mark


_KNOWN: dict[str, Kind] = {}


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    """Return every kind by its name."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
    return MappingProxyType(_KNOWN)
