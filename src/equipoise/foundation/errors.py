"""The exceptions of misuse; failures of the world are data (see :mod:`equipoise.foundation.status`)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


class EquipoiseError(Exception):
    """Root of every exception that the package raises on purpose; its message carries the cure.

    ``exit_code`` is what a command ends with: 2 for misuse, 3 when the machine stopped it.
    """

    exit_code: ClassVar[int] = 2


class DomainError(EquipoiseError, ValueError):
    """An argument lies outside the domain where the model holds (the model never extrapolates)."""


class UnknownNameError(EquipoiseError, KeyError):
    """A name that no catalogue, scenario or schema knows; the message gives the nearest known one."""

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
        """Return the one line that a person reads."""
        place = f"{self.file}: {self.key}" if self.key else self.file
        return f"{place}: {self.message}" + (f" {self.cure}" if self.cure else "")


class InputError(EquipoiseError, ValueError):
    """One or more faults in what a person wrote; ``problems`` lists them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep every problem, in the order found."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoredResultError(EquipoiseError):
    """A result file that cannot be read: damaged, of another kind, or of a newer format."""


class WriteError(EquipoiseError):
    """A file or folder that could not be written: no room, no permission, or a link in its place."""

    exit_code = 3


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name closest to ``name``, or an empty string when none is close."""
    matches = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return matches[0] if matches else ""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Return the exception for a name that is not known, with the nearest known one or the whole list."""
    names = sorted(known)
    guess = nearest(name, names)
    cure = f"did you mean '{guess}'?" if guess else f"known: {', '.join(names)}"
    return UnknownNameError(f"no {kind} is called '{name}'; {cure}")
