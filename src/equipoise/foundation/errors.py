"""The exceptions of misuse; failures of the world are data (see :mod:`equipoise.foundation.status`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from equipoise.foundation.text import printable

MOST_TOLD = 50
"""Faults that are told of one input; how many more there are is said."""
LONGEST_PART = 500
"""Letters of a key, of what is wrong or of a cure that are shown."""


def cut(text: str) -> str:
    """Return as much of a text as is shown."""
    return text if len(text) <= LONGEST_PART else f"{text[:LONGEST_PART]}..."


class EquipoiseError(Exception):
    """Root of every exception that the package raises on purpose; its message says what to do.

    ``exit_code`` is what a command ends with: 2 for misuse, 3 when the machine stopped it.

    >>> import equipoise as eq
    >>> try:
    ...     eq.Scenario.load("eppa")
    ... except eq.EquipoiseError as error:
    ...     print(error)
    eppa: no such file or built-in scenario. Did you mean 'epaa'?
    """

    exit_code: ClassVar[int] = 2


class DomainError(EquipoiseError, ValueError):
    """An argument lies outside the domain where the model holds (the model never extrapolates).

    >>> import equipoise as eq
    >>> try:
    ...     eq.flyout("sm3-iia", speed_km_s=-1.0)
    ... except eq.DomainError as error:
    ...     print(error)
    speed_m_s is -1000.0; give a positive number
    """


class UnknownNameError(EquipoiseError, KeyError):
    """A name that no catalogue, scenario or schema knows; the message gives the nearest known one.

    >>> import equipoise as eq
    >>> try:
    ...     eq.fly("gadr-1", start=(38.0, 46.5), aim=(41.0, 29.0))
    ... except eq.UnknownNameError as error:
    ...     print(error)
    no missile or vehicle is called 'gadr-1'; did you mean 'ghadr-1'?
    """

    def __str__(self) -> str:
        """Return the plain message (``KeyError`` alone would quote it)."""
        return str(self.args[0]) if self.args else ""


@dataclass(frozen=True)
class Problem:
    """One fault in one input: where it is, what is wrong, how to cure it."""

    file: str
    key: str
    message: str
    cure: str = ""

    def __str__(self) -> str:
        """Return the one line that a person reads: what a file says in it cannot break it or control a terminal."""
        place = f"{cut(self.file)}: {cut(self.key)}" if self.key else cut(self.file)
        line = f"{place}: {cut(self.message)}" + (f" {cut(self.cure)}" if self.cure else "")
        return printable(" ".join(line.split()), kept="")


class InputError(EquipoiseError, ValueError):
    """One or more faults in what a person wrote; ``problems`` lists them all.

    >>> import equipoise as eq
    >>> try:
    ...     eq.Scenario.load("epaa", ["assumption.decison_s=20"])
    ... except eq.InputError as error:
    ...     print(len(error.problems), error)
    1 --set: assumption.decison_s: unknown key. Did you mean 'decision_s'?
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem, in the order found; the message tells the first :data:`MOST_TOLD`."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """What a person reads: the first problems, one line each, and how many more there are."""
        told = [str(problem) for problem in self.problems[:MOST_TOLD]]
        more = len(self.problems) - len(told)
        return [*told, f"and {more} more."] if more else told


def misuse(file: str, key: str, message: str, cure: str = "") -> InputError:
    """Return the exception for one fault in one input: the fields of a :class:`Problem`."""
    return InputError([Problem(file, key, message, cure)])


class StoredResultError(EquipoiseError):
    """A result file that cannot be read: damaged, of another kind, or of a newer format.

    >>> import equipoise as eq
    >>> try:
    ...     eq.load("nowhere.nc")
    ... except eq.StoredResultError as error:
    ...     print(error)
    nowhere.nc: there is no such file or folder
    """


class WriteError(EquipoiseError):
    """A file or folder that could not be written: no room, no permission, or a link in its place."""

    exit_code = 3


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name closest to ``name``, or an empty string when none is close.

    Only the first thousand names are compared, and a name longer than any of them is close to none.
    """
    candidates = list(islice(known, 1000))
    if len(name) > 3 * max(
        map(len, candidates), default=0
    ):  # then no more than half of the letters can be the same
        return ""
    matches = difflib.get_close_matches(name, candidates, n=1, cutoff=0.5)
    return matches[0] if matches else ""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Return the exception for a name that is not known, with the nearest known one or the whole list."""
    names = sorted(known)
    guess = nearest(name, names)
    cure = f"did you mean '{guess}'?" if guess else f"known: {', '.join(names)}"
    return UnknownNameError(f"no {kind} is called '{name}'; {cure}")
