"""The kinds of value that a key of a file may hold: how it is read, its limits, and the sentence for a wrong one.

A field of a record is written once, as a type and a sentence: ``track_s: Annotated[Quantity, Measured(0, 600, "low")]``. The
loader, the reference pages, the bounds, the axes of a study and the forms of the page read it there.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from equipoise.foundation.errors import nearest
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.text import is_unseen, shortened
from equipoise.foundation.units import unit_of_key

QUANTITY_KEYS = ("value", "low", "high", "source", "confidence")
"""The keys of a quantity that is written as a table."""

End = Literal["against", "nominal", "favourable"]
"""Where a range is taken: at the end that hurts the defence, at its value, or at the end that helps it."""
Favours = Literal["high", "low", "either", ""]
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Calendars of the libraries that draw and store times end in 1678 and 2262."""
LONGEST_TEXT = 2000
LONGEST_IDENTIFIER = 60

FILE_SOURCE = "scenario file"
"""The source of a number that a file states without one."""


def fault(message: str, cure: str = "") -> PydanticCustomError:
    """Return the validation error whose two parts become one line for a person."""
    return PydanticCustomError("fault", "{said}", {"said": message, "cure": cure})


def side_of(favours: Favours, end: End) -> Literal["low", "high", ""]:
    """Return which side of a range ``end`` is; empty for its value, and where no one side helps the defence."""
    if end == "nominal" or favours == "either" or not favours:
        return ""
    if end == "favourable":
        return favours
    return "low" if favours == "high" else "high"


@dataclass(frozen=True)
class Kind(ABC):
    """How a value is read; a subclass says what it takes and what is wrong with anything else."""

    HOLDS: ClassVar[str] = ""

    @property
    def holds(self) -> str:
        """What the reference page says that the key holds."""
        return self.HOLDS or type(self).__name__.lower()

    @abstractmethod
    def read(self, value: Any, key: str) -> Any:
        """Return the value of ``key`` as records hold it, or raise the :func:`fault`."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the validator; a unit comes from the name of the field."""

        def validated(value: Any, info: ValidationInfo) -> Any:
            return self.read(value, info.field_name or "")

        return core_schema.with_info_plain_validator_function(validated)


@dataclass(frozen=True)
class Limits(Kind):
    """A number between two limits, both allowed; ``whole`` asks for one without a fraction."""

    minimum: float
    maximum: float
    favours: Favours = ""
    """The end that helps the defence: ``either`` where that hangs on the flight, empty where no engagement hangs on it."""
    whole: bool = False

    def number(self, value: object) -> float:
        """Return ``value`` as a float, or raise the fault."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise fault(f"expected a number, got {shortened(value)}.")
        if (
            not self.minimum <= value <= self.maximum
        ):  # nan is in no order; a whole number may be too large for a float
            raise fault(f"{shortened(value, 40)} lies outside {self.minimum:g} to {self.maximum:g}.")
        if self.whole and value != int(value):
            raise fault(f"expected a whole number, got {shortened(value)}.")
        return float(value)


@dataclass(frozen=True)
class Number(Limits):
    """A plain number, such as a coordinate; its range is not known."""

    @property
    def holds(self) -> str:
        """What the reference page says that the key holds."""
        return "whole number" if self.whole else "number"

    def read(self, value: Any, key: str) -> float | int:
        """Return the number, an integer where it must be whole."""
        number = self.number(value)
        return int(number) if self.whole else number


@dataclass(frozen=True)
class Measured(Limits):
    """A :class:`Quantity`: a number, or a table with value, low, high, source and confidence."""

    @property
    def holds(self) -> str:
        """What the reference page says that the key holds."""
        return "count" if self.whole else "quantity"

    def read(self, value: Any, key: str) -> Quantity:
        """Return the quantity, in the unit that the key ends with."""
        unit = unit_of_key(key)
        suffix = unit.suffix if unit else ""
        if isinstance(value, Quantity):
            return value
        if isinstance(value, Mapping):
            return self._from_table(value, suffix)
        number = self.number(value)
        return Quantity(number, number, number, suffix, FILE_SOURCE, Confidence.ASSUMPTION)

    def _from_table(self, table: Mapping[str, Any], suffix: str) -> Quantity:
        for key in table:
            if key not in QUANTITY_KEYS:
                said = f"unknown key '{key}' in the quantity; known: {', '.join(QUANTITY_KEYS)}."
                raise fault(said)
        for key in QUANTITY_KEYS:
            if key not in table:
                raise fault(f"the quantity lacks '{key}'.")
        ends = []
        for key in QUANTITY_KEYS[:3]:
            try:
                ends.append(self.number(table[key]))
            except PydanticCustomError as error:
                raise fault(f"{key}: {(error.context or {})['said']}") from None
        value, low, high = ends
        if not low <= value <= high:
            raise fault(f"expected low <= value <= high, got {low:g}, {value:g}, {high:g}.")
        if table["confidence"] not in tuple(Confidence) or not isinstance(table["source"], str):
            raise fault(f"confidence must be one of {', '.join(Confidence)}, source must be text.")
        Words().read(table["source"] or FILE_SOURCE, key)
        return Quantity(value, low, high, suffix, table["source"], Confidence(table["confidence"]))


@dataclass(frozen=True)
class Words(Kind):
    """A text of one line that is not empty, or one of some words."""

    words: tuple[str, ...] = ()

    HOLDS: ClassVar[str] = "text"

    @property
    def holds(self) -> str:
        """What the reference page says that the key holds."""
        return f"text: {', '.join(self.words)}" if self.words else self.HOLDS

    def read(self, value: Any, key: str) -> str:
        """Return the text."""
        if not isinstance(value, str) or not value.strip():
            raise fault(f"expected text, got {shortened(value)}.")
        if self.words and value not in self.words:
            cure = known_names(self.words, value, "")
            raise fault(f"'{value:.60}' is not one of {', '.join(self.words)}.", cure)
        if len(value) > LONGEST_TEXT:
            raise fault(f"{len(value)} letters; at most {LONGEST_TEXT}.")
        return _plain_text(value)


def _plain_text(text: str) -> str:
    """Return a text of one line without unseen letters."""
    if not text.isprintable() and (unseen := [letter for letter in text if is_unseen(letter)]):
        said = f"holds {unseen[0]!a}, which controls a terminal, breaks the line or turns the writing."
        raise fault(said, "Write one line of plain text.")
    return text


def _plain_lines(text: str) -> str:
    """Return a text of one or more lines without other unseen letters."""
    _plain_text(text.replace("\n", " "))
    return text


@dataclass(frozen=True)
class Identifier(Words):
    """A name that stands in commands, columns, addresses and file names: small letters and digits, parted by hyphens."""

    HOLDS: ClassVar[str] = "identifier"

    def read(self, value: Any, key: str) -> str:
        """Return the name."""
        text = super().read(value, key)
        if len(text) > LONGEST_IDENTIFIER or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
            said = f"expected small letters and digits parted by hyphens, {LONGEST_IDENTIFIER} at most"
            raise fault(f"{said}, got {shortened(text)}.", f"Write '{identifier_of(text)}'.")
        return text


@dataclass(frozen=True)
class Column(Words):
    """A name of a column: letters, digits, hyphens and underscores, a letter first."""

    def read(self, value: Any, key: str) -> str:
        """Return the name."""
        text = super().read(value, key)
        if len(text) > LONGEST_IDENTIFIER or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", text):
            said = f"expected letters, digits, '-' and '_', a letter first, {LONGEST_IDENTIFIER} at most"
            raise fault(f"{said}, got {shortened(text)}.")
        return text


def identifier_of(text: str) -> str:
    """Return the identifier nearest to a text."""
    found = re.sub(r"[^a-z0-9]+", "-", text.lower())[:LONGEST_IDENTIFIER].strip("-")
    return found or "a-name"


def one_of(literal: Any) -> Words:
    """Return the kind of a text that is one of the words of a ``Literal``."""
    return Words(get_args(literal))


@dataclass(frozen=True)
class Sure(Kind):
    """How far a source was checked: one of :class:`Confidence`."""

    HOLDS: ClassVar[str] = f"text: {', '.join(Confidence)}"

    def read(self, value: Any, key: str) -> Confidence:
        """Return the confidence."""
        return Confidence(Words(tuple(Confidence)).read(value, key))


@dataclass(frozen=True)
class Names(Kind):
    """A list of names, or of some words; ``least`` of them at least."""

    words: tuple[str, ...] = ()
    least: int = 0

    @property
    def holds(self) -> str:
        """What the reference page says that the key holds."""
        return f"list of {', '.join(self.words)}" if self.words else "list of names"

    def read(self, value: Any, key: str) -> tuple[str, ...]:
        """Return the names."""
        if not isinstance(value, list | tuple) or any(
            not isinstance(word, str) or not word for word in value
        ):
            raise fault(f"expected a list of names, got {shortened(value)}.")
        if len(value) < self.least:
            said = f"expected a list of {self.least} or more"
            raise fault(
                f"{said}{' of ' + ', '.join(self.words) if self.words else ' names'}, got {shortened(value)}."
            )
        for word in value:
            Words(self.words).read(word, key)
        if repeated := [word for word, count in Counter(value).items() if count > 1]:
            raise fault(f"'{repeated[0]}' stands there twice.")
        return tuple(value)


@dataclass(frozen=True)
class Switch(Kind):
    """True or false."""

    HOLDS: ClassVar[str] = "true or false"

    def read(self, value: Any, key: str) -> bool:
        """Return the flag."""
        if not isinstance(value, bool):
            raise fault(f"expected true or false, got {shortened(value)}.")
        return value


@dataclass(frozen=True)
class Date(Kind):
    """A day in some years, written as a date or as its ISO text."""

    first_year: int = 1
    last_year: int = 9999

    def read(self, value: Any, key: str) -> date:
        """Return the day."""
        try:
            found = value if type(value) is date else date.fromisoformat(value)
        except (TypeError, ValueError):
            raise fault(f'expected a date such as "2018-12-31", got {shortened(value)}.') from None
        if not self.first_year <= found.year <= self.last_year:
            raise fault(f"{found} lies outside the years {self.first_year} to {self.last_year}.")
        return found


@dataclass(frozen=True)
class Time(Kind):
    """A moment, written as a time or as its ISO 8601 text; without a zone it is UTC."""

    HOLDS: ClassVar[str] = "moment"

    def read(self, value: Any, key: str) -> datetime:
        """Return the moment as aware UTC."""
        try:
            return moment(value)
        except (TypeError, ValueError):
            raise fault(
                f'expected a time such as "2011-09-01T13:53:00Z" in the years {FIRST_YEAR} to {LAST_YEAR}, got {shortened(value)}.'
            ) from None


def moment(value: Any) -> datetime:
    """Return a time, or its ISO 8601 text, as aware UTC; without a zone it is read as UTC.

    A text that is no time, or a year before :data:`FIRST_YEAR` or after :data:`LAST_YEAR`, is a ``ValueError``.
    """
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"the year {found.year} lies outside {FIRST_YEAR} to {LAST_YEAR}")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def known_names(names: Iterable[str], guess_for: str, otherwise: str | None = None) -> str:
    """Return the cure for an unknown name: the nearest known one, or else all of them, or what is to be said ``otherwise``."""
    names = list(names)
    guess = nearest(guess_for, names)
    listed = f"Known: {', '.join(names)}." if otherwise is None else otherwise
    return f"Did you mean '{guess}'?" if guess else listed


Day = Annotated[date, Date()]
DrawnDay = Annotated[date, Date(FIRST_YEAR, LAST_YEAR)]
Moment = Annotated[datetime, Time()]
Flag = Annotated[bool, Switch()]
Text = Annotated[str, Words()]
Name = Annotated[str, Identifier()]
Sources = Annotated[Confidence, Sure()]
NameList = Annotated[tuple[str, ...], Names()]
SomeNames = Annotated[tuple[str, ...], Names(least=1)]
Prose = Annotated[str, Field(strict=True), AfterValidator(_plain_lines)]
"""Text of the catalogue that may be empty."""
Latitude = Annotated[float, Number(-90.0, 90.0)]
Longitude = Annotated[float, Number(-180.0, 180.0)]
Azimuth = Annotated[float, Number(0.0, 360.0)]
Elevation = Annotated[float, Number(-5.0, 90.0)]
Stages = Annotated[int, Number(1, 6, whole=True)]
Mass = Annotated[Quantity, Measured(1.0, 1e6)]
Share = Annotated[Quantity, Measured(0.0, 1.0)]
Money = Annotated[Quantity, Measured(0.0, 1e7)]
