"""The kinds of value that a record may hold, each with its limits and the sentence for a wrong one.

One definition serves the loader, the documentation and the command line: the limits below are read by
the validator and printed in ``docs/scenario-reference.md``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, StrictBool, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from equipoise.foundation.errors import nearest
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.units import unit_of_key

QUANTITY_KEYS = ("value", "low", "high", "source", "confidence")
"""The keys of a quantity that is written as a table."""

FILE_SOURCE = "given in the scenario file"
"""The source of a number that a file states without one."""


def fault(message: str, cure: str) -> PydanticCustomError:
    """Return the validation error whose two parts become one line for a person."""
    return PydanticCustomError("fault", "{said}", {"said": message, "cure": cure})


def describe(value: object) -> str:
    """Return ``value`` as a person wrote it, cut to a length that fits a line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:36] + " ..."


@dataclass(frozen=True)
class Limits:
    """A number between two limits, both allowed; ``whole`` asks for an integer."""

    minimum: float
    maximum: float
    whole: bool = False

    @property
    def text(self) -> str:
        """The limits as the documentation prints them."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.minimum:g} to {self.maximum:g}"

    def check(self, value: object) -> float:
        """Return ``value`` as a float, or raise the fault."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise fault(f"expected {self.text}, found {describe(value)}.", "Write a number without quotes.")
        if not math.isfinite(value):
            raise fault(f"expected {self.text}, found {value}.", "Write a finite number.")
        if not self.minimum <= value <= self.maximum:
            raise fault(f"expected {self.text}, found {value:g}.", "Write a value within these limits.")
        if self.whole and value != int(value):
            raise fault(f"expected {self.text}, found {value:g}.", "Write it without a fraction.")
        return float(value)


class Number(Limits):
    """A plain number, such as a coordinate."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the validator."""
        return core_schema.no_info_plain_validator_function(self._typed)

    def _typed(self, value: object) -> float | int:
        number = self.check(value)
        return int(number) if self.whole else number


class Measured(Limits):
    """A :class:`Quantity`: a number, or a table with value, low, high, source and confidence."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the validator; the unit comes from the name of the field."""
        return core_schema.with_info_plain_validator_function(self._quantity)

    def _quantity(self, value: object, info: ValidationInfo) -> Quantity:
        unit = unit_of_key(info.field_name or "")
        suffix = unit.suffix if unit else ""
        if isinstance(value, Quantity):
            return value
        if not isinstance(value, Mapping):
            number = self.check(value)
            return Quantity(number, number, number, suffix, FILE_SOURCE, Confidence.ASSUMPTION)
        return self._from_table(value, suffix)

    def _from_table(self, table: Mapping[str, object], suffix: str) -> Quantity:
        for key in table:
            if key not in QUANTITY_KEYS:
                raise _wrong_quantity_key(key)
        if "value" not in table:
            raise fault("a quantity needs 'value'.", "Write { value = ..., low = ..., high = ... }.")
        value = self.check(table["value"])
        low, high = self.check(table.get("low", value)), self.check(table.get("high", value))
        if not low <= value <= high:
            raise fault(
                f"low <= value <= high does not hold: {low:g}, {value:g}, {high:g}.",
                "Order the three numbers.",
            )
        return Quantity(value, low, high, suffix, _source(table), _confidence(table))


def _wrong_quantity_key(key: str) -> PydanticCustomError:
    guess = nearest(key, QUANTITY_KEYS)
    cure = f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(QUANTITY_KEYS)}."
    return fault(f"unknown key '{key}' in a quantity.", cure)


def _source(table: Mapping[str, object]) -> str:
    source = table.get("source", FILE_SOURCE)
    if not isinstance(source, str) or not source.strip():
        raise fault(f"'source' is {describe(source)}.", "Name the document, in quotes.")
    return source


def _confidence(table: Mapping[str, object]) -> Confidence:
    word = table.get("confidence", Confidence.ASSUMPTION.value)
    known = [member.value for member in Confidence]
    if word not in known:
        raise fault(f"unknown confidence {describe(word)}.", f"Use one of: {', '.join(known)}.")
    return Confidence(str(word))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise fault(f"expected a date, found {describe(value)}.", 'Write it as "2018-12-31".')


def _word(value: object) -> object:
    if not isinstance(value, str):
        raise fault(f"expected text, found {describe(value)}.", "Put it in quotes.")
    if not value.strip():
        raise fault("the text is empty.", "Write the name or leave the key out.")
    return value


def _words(value: object) -> object:
    """Accept one word where a list of words may stand."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        raise fault(f"expected a list of words, found {describe(value)}.", 'Write ["one", "two"].')
    for word in value:
        _word(word)
    return tuple(value)


def _one_or_more(value: object) -> object:
    words = _words(value)
    if not words:
        raise fault("the list is empty.", "Name at least one, or leave the key out.")
    return words


Day = Annotated[date, BeforeValidator(_day)]
Flag = StrictBool
Word = Annotated[str, BeforeValidator(_word)]
Text = Annotated[str, Field(strict=True)]
Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
SomeWords = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Latitude = Annotated[float, Number(-90.0, 90.0)]
Longitude = Annotated[float, Number(-180.0, 180.0)]
Azimuth = Annotated[float, Number(0.0, 360.0)]
Elevation = Annotated[float, Number(0.0, 90.0)]
Speed = Annotated[Quantity, Measured(0.1, 20.0)]
Angle = Annotated[Quantity, Measured(0.0, 180.0)]
Distance = Annotated[Quantity, Measured(0.0, 20_100.0)]
Altitude = Annotated[Quantity, Measured(0.0, 100_000.0)]
Duration = Annotated[Quantity, Measured(0.0, 86_400.0)]
Mass = Annotated[Quantity, Measured(1.0, 1e6)]
Share = Annotated[Quantity, Measured(0.0, 1.0)]
Count = Annotated[Quantity, Measured(0.0, 20_000.0, whole=True)]
CrossSection = Annotated[Quantity, Measured(1e-6, 1e4)]
Money = Annotated[Quantity, Measured(0.0, 1e7)]
Stages = Annotated[int, Number(1, 6, whole=True)]
