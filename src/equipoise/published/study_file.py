"""A study as a file: what its source states, with the place there, and the kind of computation that stands beside it.

A study is a TOML file with a title, the choices made, a list of statements and, for many alike, tables: a table's rows fill the
``$column`` and ``{column}`` of its statements. ``[names]`` holds values that any statement may name in the same way, and
``[defaults]`` keys that a statement need not repeat.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from equipoise.foundation.errors import InputError, Problem, misuse, nearest
from equipoise.model.fields import fault

FOLDER = files("equipoise.published") / "data"
NOT_READ: Final = "not read yet"
"""What stands for a printed value in a study whose source nobody has opened."""
Raw = dict[str, Any]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Printed = float | tuple[float, float] | Text | None
Label = Literal["sourced", "secondary", "mixed", "computed", "memory"]
Class = Literal["last digit", "clock", "source", "our accuracy", "chosen", "exact"]
"""Where a tolerance comes from: half of the last printed digit, times told to the minute, what the source says of it, the accuracy of
a computation of ours, a choice of ours that the study explains, or none."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tolerance(_Strict):
    """How far the printed number may lie from what its author found: ``within`` in its unit, or a ``share`` of it."""

    kind: Class = Field(alias="class")
    within: float = Field(0.0, ge=0.0)
    share: float = Field(0.0, ge=0.0)

    def of(self, printed: float) -> float:
        """Return the tolerance of ``printed`` in its unit."""
        return self.within + self.share * abs(printed)


class Asked(_Strict):
    """One statement of a study: what is printed and where, and what is computed beside it.

    ``printed`` is a number, a range whose end may be infinite, words, or absent where nobody has read it. ``kind`` names the
    computation, ``inputs`` are its arguments, and ``vary`` lists those that the source leaves open, the nominal value first.
    ``number`` is the disputed number that the statement is about, ``by`` and ``on`` who said it and when.
    """

    what: Text
    kind: Text
    source: Text
    place: Text
    read_by: Text
    printed: Printed = None
    label: Label = "sourced"
    unit: str = ""
    digits: int | None = None
    tolerance: Tolerance = Tolerance(**{"class": "exact"})
    why: str = ""
    inputs: Raw = Field(default_factory=dict)
    vary: dict[str, list[Any]] = Field(default_factory=dict)
    number: str = ""
    by: str = ""
    on: str = ""

    @model_validator(mode="after")
    def _number_has_unit(self) -> Asked:
        if isinstance(self.printed, float | tuple) and not self.unit:
            raise fault("a printed number needs its unit.", "Give unit, '1' for a pure number.")
        return self


@dataclass(frozen=True)
class Study:
    """A study that was read: its id, title, dispute, choices, and statements with the key of each in the file."""

    id: str
    title: str
    choices: str
    label: str
    statements: tuple[tuple[str, Asked], ...]


def read_study(name: str) -> Study:
    """Return a built-in study by its name, or the one in a file; :class:`InputError` lists every fault by file and key."""
    path = FOLDER / f"{name}.toml"
    if not path.is_file():
        path = Path(name)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise misuse(name, "", f"cannot be read: {error}.") from None
    return study_of(raw, path.name.removesuffix(".toml"), path.name)


def study_of(raw: Raw, name: str, label: str) -> Study:
    """Return the study that a file states; ``label`` is the file in messages."""
    problems = [
        Problem(
            label, key, "unknown key.", f"Did you mean '{nearest(key, KEYS)}'?" if nearest(key, KEYS) else ""
        )
        for key in raw
        if key not in KEYS
    ]
    problems += [
        Problem(label, key, "is missing.", "Give a text.")
        for key in ("title", "choices")
        if not isinstance(raw.get(key), str) or not raw[key].strip()
    ]
    asked = []
    for key, entry in _expanded(raw, label, problems):
        try:
            asked.append((key, Asked.model_validate(entry)))
        except ValidationError as error:
            problems += [_problem(label, key, one) for one in error.errors()]
    if problems:
        raise InputError(problems)
    return Study(name, raw["title"], " ".join(raw["choices"].split()), label, tuple(asked))


KEYS = ("title", "choices", "names", "defaults", "statement", "table")
_TABLE_KEYS = ("columns", "rows", "statement")
_MARK = re.compile(r"\{(\w+)(:[^{}]*)?\}")


def _expanded(raw: Raw, label: str, problems: list[Problem]) -> Iterator[tuple[str, Raw]]:
    """Yield every statement with its key, tables row by row; what cannot be filled in is added to ``problems``."""
    names, defaults = raw.get("names", {}), raw.get("defaults", {})
    for n, entry in enumerate(raw.get("statement", []), start=1):
        yield from _filled(f"statement {n}", defaults | entry, names, label, problems)
    for t, table in enumerate(raw.get("table", []), start=1):
        shared = defaults | {k: v for k, v in table.items() if k not in _TABLE_KEYS}
        columns = table.get("columns", [])
        for r, row in enumerate(table.get("rows", []), start=1):
            if len(row) != len(columns):
                problems.append(
                    Problem(
                        label, f"table {t}, row {r}", f"has {len(row)} values for {len(columns)} columns."
                    )
                )
                continue
            scope = names | dict(zip(columns, row, strict=True))
            for n, entry in enumerate(table.get("statement", []), start=1):
                yield from _filled(
                    f"table {t}, row {r}, statement {n}", shared | entry, scope, label, problems
                )


def _filled(
    key: str, entry: Raw, scope: Mapping[str, Any], label: str, problems: list[Problem]
) -> Iterator[tuple[str, Raw]]:
    try:
        yield key, _fill(entry, scope)
    except KeyError as error:
        guess = nearest(str(error.args[0]), scope)
        cure = f"Did you mean '{guess}'?" if guess else "Put it into [names] or the table's columns."
        problems.append(Problem(label, key, f"names '{error.args[0]}', which nothing states.", cure))


def _fill(value: Any, scope: Mapping[str, Any]) -> Any:
    """Return ``value`` with every ``$name`` and ``{name}`` replaced by what ``scope`` holds; ``$$name`` is what its value names."""
    if isinstance(value, dict):
        return {k: _fill(v, scope) for k, v in value.items()}
    if isinstance(value, list):
        return [_fill(v, scope) for v in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$"):
        return scope[_fill(value[1:], scope)]
    return _MARK.sub(lambda m: format(scope[m[1]], (m[2] or ":")[1:]), value)


def _problem(label: str, key: str, error: Any) -> Problem:
    """Return one fault of a statement; a missing place is told as what it is."""
    where = ".".join([key, *map(str, error["loc"][:1])])
    field = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "fault":
        return Problem(label, key, error["ctx"]["said"], error["ctx"]["cure"])
    if error["type"] == "extra_forbidden":
        guess = nearest(field, Asked.model_fields)
        return Problem(label, where, "unknown key.", f"Did you mean '{guess}'?" if guess else "")
    if field in _WANTED:
        return Problem(label, where, "is missing or empty.", _WANTED[field])
    return Problem(label, where, f"{error['msg'][:1].lower()}{error['msg'][1:]}.", "")


_WANTED = {
    "place": "Give the page, table, figure, article or line of the source.",
    "source": "Give author, title and date.",
    "read_by": "Say who read the source, and in what copy.",
    "what": "Say what is stated.",
    "kind": "Name a computation; see docs/evidence.md.",
}
