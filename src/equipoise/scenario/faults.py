"""What the checks of a file find: a place in it, what is wrong there, and the cure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from equipoise.foundation.errors import InputError, Problem
from equipoise.model.fields import known_names


class Fault(NamedTuple):
    """A fault of a file, before it is said which file it is."""

    place: str
    said: str
    cure: str = ""


def unknown(place: str, what: str, names: Iterable[str], known: Collection[str]) -> Iterator[Fault]:
    """Give the fault of each name that is not known, of a ``place`` where names of ``what`` belong."""
    for name in names:
        if name not in known:
            yield Fault(place, f"no {what} '{name}'.", known_names(known, name))


def refuse(file: str, faults: Iterable[Fault]) -> None:
    """Raise :class:`InputError` with every fault of a file, if there is one."""
    if problems := [Problem(file, *fault) for fault in faults]:
        raise InputError(problems)
