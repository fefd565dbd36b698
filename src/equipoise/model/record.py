"""What every record shares: it is frozen, refuses unknown keys, says where it comes from, and can be asked about its fields."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.model.fields import (
    FILE_SOURCE,
    Day,
    DrawnDay,
    End,
    Favours,
    Kind,
    Limits,
    Measured,
    Name,
    NameList,
    Prose,
    Sources,
    Text,
    one_of,
    side_of,
)


class Record(BaseModel):
    """A frozen record; its fields are the keys of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    ORDERED: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Pairs of keys of which the first may not hold more than the second."""

    def but(self, **changed: Any) -> Any:
        """Return the record with other values in some fields, which must be checked already."""
        return self.model_copy(update=changed)

    def at_end(self, end: End, keys: Collection[str] = ()) -> Self:
        """Return the record with every range at the end that is against the defence, or favourable to it.

        Which end that is each field says (``favours``); a field that does not say it stays at its value. The records
        within move too. With ``keys`` only these fields move.
        """
        moved: dict[str, Any] = {}
        for key in specs(type(self)):
            value = getattr(self, key)
            if keys and key not in keys:
                continue
            if isinstance(value, Quantity) and (side := side_of(self.favours(key), end)):
                moved[key] = value.at(side)
            elif isinstance(value, tuple) and any(isinstance(part, Record) for part in value):
                moved[key] = tuple(part.at_end(end) for part in value)
        return self.model_copy(update=moved) if moved else self

    def favours(self, key: str) -> Favours:
        """Return which end of the range of a field helps the defence: what the field says."""
        spec = specs(type(self))[key]
        return spec.limits.favours if spec.is_quantity else ""

    def said(self) -> Iterator[tuple[str, Any]]:
        """Yield each key whose value is not its default, with the value: what a file has to say."""
        for key, spec in specs(type(self)).items():
            value = getattr(self, key)
            if spec.required or value != spec.default:
                yield key, value


class Named(Record):
    """A record with a name of its own."""

    id: Name = Field(description="Name used in files and on the command line, kebab-case.")
    name: Text = Field(description="Name for people.")


class Sourced(Record):
    """A record that says where it comes from."""

    source: Text = Field(description="Where the record as a whole comes from.")
    confidence: Sources = Field(description="How far the source was checked: sourced ... memory, assumption.")


class Entry(Named, Sourced):
    """A record with a name of its own and a source."""


class Noted(Record):
    """A record of the catalogue: anything else a reader should know."""

    note: Prose = Field("", description="Anything a reader should know.")


class Service(Record):
    """What is in service for a time, and only while some instruments are in force."""

    ORDERED: ClassVar[tuple[tuple[str, str], ...]] = (("active_from", "active_to"),)

    active_from: Day = Field(date.min, description="First day in service; absent for always.")
    active_to: Day = Field(date.max, description="Last day in service; absent for always.")
    needs: NameList = Field((), description="Instruments that must be in force.")


Status = Literal["drafted", "approved", "signed", "ratified", "in_force", "suspended", "withdrawn", "ended"]
"""The life of an instrument or a clause; it acts only while ``in_force``."""


class Event(Record):
    """One step in the life of an instrument or a clause."""

    date: DrawnDay = Field(description="Day of the step.")
    status: Annotated[Status, one_of(Status)] = Field(description="Status from that day on.")
    source: Prose = Field(FILE_SOURCE, description="Where the date comes from.")
    confidence: Sources = Field(Confidence.ASSUMPTION, description="How far the date was checked.")
    note: Prose = Field("", description="What happened, in words.")
    by: NameList = Field((), description="Parties whose status changes; empty for all.")


@dataclass(frozen=True)
class Spec:
    """What a record says of one of its fields; ``kind`` is None where the value is a record or a list of records."""

    key: str
    kind: Kind | None
    required: bool
    default: Any
    meaning: str

    @property
    def is_number(self) -> bool:
        """Whether a plain number can be put in its place."""
        return isinstance(self.kind, Limits)

    @property
    def is_quantity(self) -> bool:
        """Whether its value has a range."""
        return isinstance(self.kind, Measured)

    @property
    def limits(self) -> Limits:
        """The limits of a number."""
        assert isinstance(self.kind, Limits), self.key
        return self.kind

    def number(self, value: float) -> Any:
        """Return a plain number as the record holds it, or raise the fault."""
        return self.limits.read(value, self.key)


@cache
def specs(record: type[Record]) -> Mapping[str, Spec]:
    """Return what ``record`` says of its fields, by key."""
    return MappingProxyType({key: _spec(key, field) for key, field in record.model_fields.items()})


def _spec(key: str, field: FieldInfo) -> Spec:
    kind = next((part for part in field.metadata if isinstance(part, Kind)), None) or _kind(field.annotation)
    return Spec(key, kind, field.is_required(), field.default, field.description or "")


def _kind(annotation: Any) -> Kind | None:
    """Return the kind inside ``Annotated[...] | None``."""
    for part in (annotation, *get_args(annotation)):
        for inner in getattr(part, "__metadata__", ()):
            if isinstance(inner, Kind):
                return inner
    return None


def quantities(record: BaseModel) -> dict[str, Quantity]:
    """Return every quantity of ``record`` by key."""
    fields = type(record).model_fields
    return {key: value for key in fields if isinstance(value := getattr(record, key), Quantity)}
