"""What every record shares: it is frozen, refuses unknown keys, says where it comes from, and can be asked about its fields."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from inspect import getsource
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict
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

    id: Name
    """Name used in files and on the command line, kebab-case."""
    name: Text
    """Name for people."""


class Sourced(Record):
    """A record that says where it comes from."""

    source: Text
    """Where the record as a whole comes from."""
    confidence: Sources
    """How far the source was checked: sourced ... memory, assumption."""


class Entry(Named, Sourced):
    """A record with a name of its own and a source."""


class Noted(Record):
    """A record of the catalogue: anything else a reader should know."""

    note: Prose = ""
    """Anything a reader should know."""


class Service(Record):
    """What is in service for a time, and only while some instruments are in force."""

    ORDERED: ClassVar[tuple[tuple[str, str], ...]] = (("active_from", "active_to"),)

    active_from: Day = date.min
    """First day in service; absent for always."""
    active_to: Day = date.max
    """Last day in service; absent for always."""
    needs: NameList = ()
    """Instruments that must be in force."""


Status = Literal["drafted", "approved", "signed", "ratified", "in_force", "suspended", "withdrawn", "ended"]
"""The life of an instrument or a clause; it acts only while ``in_force``."""


class Event(Record):
    """One step in the life of an instrument or a clause."""

    date: DrawnDay
    """Day of the step."""
    status: Annotated[Status, one_of(Status)]
    """Status from that day on."""
    source: Prose = FILE_SOURCE
    """Where the date comes from."""
    confidence: Sources = Confidence.ASSUMPTION
    """How far the date was checked."""
    note: Prose = ""
    """What happened, in words."""
    by: NameList = ()
    """Parties whose status changes; empty for all."""


@dataclass(frozen=True)
class Spec:
    """What a record says of one of its fields; ``kind`` is None where the value is a record or a list of records."""

    key: str
    kind: Kind | None
    required: bool
    default: Any

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


@cache
def meanings(record: type[Record]) -> Mapping[str, str]:
    """Return the meaning of each field of a record: the docstring under it, read from the source of its class when asked."""
    found: dict[str, str] = {}
    for one in reversed(record.__mro__):
        if issubclass(one, Record):
            for field, said in pairwise(_classes(one.__module__)[one.__name__].body):
                match field, said:
                    case ast.AnnAssign(target=ast.Name(key)), ast.Expr(ast.Constant(str(words))):
                        found[key] = " ".join(words.split())
    return MappingProxyType({key: found[key] for key in record.model_fields})


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(getsource(import_module(module)))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _spec(key: str, field: FieldInfo) -> Spec:
    kind = next((part for part in field.metadata if isinstance(part, Kind)), None) or _kind(field.annotation)
    return Spec(key, kind, field.is_required(), field.default)


def _kind(annotation: Any) -> Kind | None:
    """Return the kind inside ``Annotated[...] | None``."""
    for part in (annotation, *get_args(annotation)):
        for inner in getattr(part, "__metadata__", ()):
            if isinstance(inner, Kind):
                return inner
    return None


def spec_of(record: type[Record], key: str) -> Spec | None:
    """Return what ``record`` says of a field, or of one of a part: ``stages.2.burn_time_s`` is that of its second stage; None for none."""
    field, _, inner = key.partition(".")
    number, _, part_key = inner.partition(".")
    if not inner:
        return specs(record).get(key)
    part = _part(record, field)
    return specs(part).get(part_key) if part and number.isdecimal() else None


def _part(record: type[Record], field: str) -> type[Record] | None:
    """Return the record of which ``field`` holds a list, if it does."""
    held = get_args(record.model_fields[field].annotation) if field in record.model_fields else ()
    return held[0] if held and isinstance(held[0], type) and issubclass(held[0], Record) else None


def value_of(record: Record, key: str) -> Any:
    """Return the value of a field, or of one of a part; a part that is not there is an ``IndexError``."""
    field, _, inner = key.partition(".")
    value = getattr(record, field)
    if not inner:
        return value
    number, _, part_key = inner.partition(".")
    if int(number) < 1:
        raise IndexError(key)
    return getattr(value[int(number) - 1], part_key)


def with_values(record: Record, values: Mapping[str, Any]) -> Any:
    """Return the record with checked values in some fields, those of parts included."""
    plain = {key: value for key, value in values.items() if "." not in key}
    parts: dict[str, dict[int, dict[str, Any]]] = {}
    for key in values.keys() - plain.keys():
        field, number, part_key = key.split(".")
        parts.setdefault(field, {}).setdefault(int(number), {})[part_key] = values[key]
    for field, changed in parts.items():
        plain[field] = tuple(
            part.but(**changed.get(n, {})) for n, part in enumerate(getattr(record, field), 1)
        )
    return record.but(**plain)


def ranged_keys(record: Record) -> Iterator[str]:
    """Yield the key of every quantity with a range that the record states, those of its parts included."""
    for key, value in record.said():
        if isinstance(value, Quantity) and not value.is_certain:
            yield key
        elif isinstance(value, tuple):
            parts = [part for part in value if isinstance(part, Record)]
            yield from (
                f"{key}.{n}.{inner}" for n, part in enumerate(parts, 1) for inner in ranged_keys(part)
            )


def quantities(record: BaseModel) -> dict[str, Quantity]:
    """Return every quantity of ``record`` by key."""
    fields = type(record).model_fields
    return {key: value for key in fields if isinstance(value := getattr(record, key), Quantity)}
