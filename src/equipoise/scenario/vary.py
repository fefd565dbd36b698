"""The same scenario with other numbers: what a sweep changes, without reading a file again.

A place is written as on the command line: ``interceptor.sm3-iia.burnout_speed_km_s``, ``assumption.decision_s``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

from equipoise.foundation.errors import DomainError, InputError, Problem, misuse
from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import End, known_names
from equipoise.model.record import Record, Spec, ranged_keys, spec_of, specs, value_of
from equipoise.model.record import with_values as put
from equipoise.model.scenario import TABLES
from equipoise.scenario.library import Raw
from equipoise.scenario.read import CATALOGUED, SCENARIOS
from equipoise.scenario.write import block

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario


@dataclass(frozen=True)
class Place:
    """One key of one entry; ``id`` is empty in the tables that are a single entry.

    The key of a stage is ``stages.1.burn_time_s``, counted from 1.
    """

    table: str
    id: str
    key: str

    def __str__(self) -> str:
        """Return the place as it is written."""
        return ".".join(part for part in (self.table, self.id, self.key) if part)

    @property
    def input(self) -> str:
        """TABLE.KEY, which names the same input in all entries of the table."""
        return f"{self.table}.{self.key}"

    @property
    def spec(self) -> Spec:
        """What the record says of the key."""
        found = TABLES[self.table].spec(self.key)
        assert found is not None, str(self)
        return found


def place(text: str, scenario: Scenario, *, label: str) -> Place:
    """Return the place that ``text`` names in ``scenario``; :class:`InputError` says what is wrong with it.

    What an entry states of its own part, as a raid of its only volley, is at the place of that part.
    """

    def refuse(message: str, cure: str) -> InputError:
        return misuse(label, text, message, cure)

    parts = text.split(".", 2)
    if parts[0] not in TABLES:
        raise refuse(f"no table '{parts[0]}'.", known_names(TABLES, parts[0]))
    table = TABLES[parts[0]]
    if len(parts) != (2 if table.single else 3) or (table.single and "." in parts[-1]):
        shape = "TABLE.KEY" if table.single else "TABLE.ID.KEY"
        raise refuse(f"expected {shape}.", "For instance interceptor.sm3-iia.burnout_speed_km_s.")
    found = Place(parts[0], parts[1] if len(parts) == 3 else "", parts[-1])
    if found.id:
        known = [getattr(entry, table.identity) for entry in scenario.table(found.table)]
        if found.id not in known:
            raise refuse(f"the scenario has no {found.table} '{found.id}'.", known_names(known, found.id))
    if table.part and found.key in set(specs(TABLES[table.part].record)) - set(specs(table.record)):
        return place(f"{table.part}.{found.id}.{found.key}", scenario, label=label)
    record = table.record if table.single else type(_entry(scenario, found))
    if spec_of(record, found.key) is None or not _is_there(scenario, found):
        known_keys = [*specs(record), *(ranged_keys(_entry(scenario, found)) if found.id else ())]
        raise refuse(f"no key '{found.key}'.", known_names(known_keys, found.key))
    return found


def _is_there(scenario: Scenario, where: Place) -> bool:
    """Return whether an entry has the part that a key names."""
    try:
        value_at(scenario, where)
    except IndexError:
        return False
    return True


def value_at(scenario: Scenario, where: Place) -> Any:
    """Return what the scenario holds at a place: the default, often None, where it says nothing."""
    return value_of(_entry(scenario, where), where.key)


def with_numbers(scenario: Scenario, numbers: Mapping[Place, float]) -> Scenario:
    """Return the scenario with numbers put in their places, each without a range, so that nothing is tied to it any more.

    The result equals the scenario loaded with the same settings, where pairs of numbers stay in order: a sample may put a
    ceiling below its floor, and then nothing is killed. Places in the table ``scenario`` and those of
    texts need a full load, because other checks hang on them.
    """
    values: dict[Place, Any] = {}
    problems: list[Problem] = []
    for where, number in numbers.items():
        if not where.spec.is_number or where.table == "scenario":
            raise ValueError(f"{where} is not a number that can be put in its place")
        try:
            values[where] = where.spec.number(number)
        except PydanticCustomError as error:
            problems.append(Problem("value", str(where), str((error.context or {})["said"])))
    if problems:
        raise InputError(problems)
    made = _with_values(scenario, values)
    fixed = {str(where) for where in values}
    tied = tuple(each for each in scenario.correlations if fixed.isdisjoint(each.inputs))
    return made if len(tied) == len(scenario.correlations) else replace(made, correlations=tied)


def with_words(scenario: Scenario, words: Mapping[Place, str]) -> Scenario:
    """Return the scenario with words put in their places, such as a rule or the id of a policy.

    The caller sees to it that a word which names an entry names one of the scenario. :class:`InputError` where the field
    does not take the word.
    """
    values: dict[Place, Any] = {}
    for where, word in words.items():
        kind = where.spec.kind
        if kind is None or where.spec.is_number:
            raise ValueError(f"{where} is not a word that can be put in its place")
        try:
            values[where] = kind.read(word, where.key) if word else where.spec.default
        except PydanticCustomError as error:
            raise InputError([Problem("value", str(where), str((error.context or {})["said"]))]) from error
    return _with_values(scenario, values)


def _with_values(scenario: Scenario, values: Mapping[Place, Any]) -> Scenario:
    """Return the scenario with checked values in their places."""
    by_entry: dict[tuple[str, str], dict[str, Any]] = {}
    for where, value in values.items():
        by_entry.setdefault((where.table, where.id), {})[where.key] = value
    content = {TABLES[name].attribute: scenario.table(name) for name, _ in by_entry}
    for (name, entry_id), moved in by_entry.items():
        attribute, identity = TABLES[name].attribute, TABLES[name].identity
        if TABLES[name].single:
            content[attribute] = put(content[attribute], moved)
        else:
            content[attribute] = tuple(
                put(entry, moved) if getattr(entry, identity) == entry_id else entry
                for entry in content[attribute]
            )
    return replace(scenario, **content)


def changes_of(scenario: Scenario, changes: Mapping[str, Any]) -> tuple[dict[Place, float], dict[Place, Any]]:
    """Return the places that ``changes`` names, with their values: numbers that can be put in their places, and the rest."""
    places = {place(text, scenario, label="with_"): value for text, value in changes.items()}
    numbers = {at: value for at, value in places.items() if _is_plain_number(at, value)}
    whole = [at for at in places if "." in at.key and at not in numbers]
    if whole:
        said = "of a stage a number alone can be changed."
        raise InputError([Problem("with_", str(at), said, "Give the stages whole.") for at in whole])
    return numbers, {at: value for at, value in places.items() if at not in numbers}


def with_ranged_numbers(scenario: Scenario, numbers: Mapping[Place, float]) -> Scenario:
    """Return the scenario with numbers put in their places, where ranges stay and are widened to hold them."""
    moved = with_numbers(scenario, numbers)
    ranges = {at: (value_at(scenario, at), value_at(moved, at)) for at in numbers if at.spec.is_quantity}
    kept = {at: _widened(old, new) for at, (old, new) in ranges.items() if isinstance(old, Quantity)}
    return replace(_with_values(moved, kept), correlations=scenario.correlations)


def tables_with(scenario: Scenario, entries: Collection[Record]) -> Raw:
    """Return the scenario's raw tables with entries added, each in place of one with its id."""
    names = {record: name for name, table in TABLES.items() if not table.single for record in table.records}
    raw = SCENARIOS.parse(scenario.to_toml(), scenario.name)
    for entry in entries:
        if type(entry) not in names:
            known = ", ".join(sorted(record.__name__ for record in names))
            raise DomainError(f"{type(entry).__name__} is not an entry of a scenario; these are: {known}")
        name = names[type(entry)]
        text = block(name, entry, catalogued=name in CATALOGUED)
        added = SCENARIOS.parse(text, scenario.name)[name]
        identity = TABLES[name].identity
        others = [old for old in raw.get(name, ()) if old.get(identity) != added[0].get(identity)]
        raw[name] = others + added
    return raw


def _is_plain_number(at: Place, value: Any) -> bool:
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    return plain and at.spec.is_number and at.table != "scenario"


def _widened(old: Quantity, new: Quantity) -> Quantity:
    """Return the new value with the old range around it, if there is one; the source says which is whose."""
    if old.is_certain:
        return new
    low, high = min(old.low, new.value), max(old.high, new.value)
    return replace(new, low=low, high=high, source=f"{new.source}; its range: {old.source}")


def at_end(scenario: Scenario, end: End, inputs: Collection[str] = ()) -> Scenario:
    """Return the scenario with ranges at one end; see :meth:`Scenario.at_end`."""
    keys: dict[str, set[str]] = {}
    for one in inputs:
        owner, _, key = one.partition(".")
        if owner not in TABLES or TABLES[owner].spec(key) is None:
            raise ValueError(f"{one} is not TABLE.KEY of a scenario")
        keys.setdefault(owner, set()).add(key)
    moved: dict[str, Any] = {}
    for name, table in TABLES.items():
        if inputs and name not in keys:
            continue
        content, which = scenario.table(name), keys.get(name, ())
        moved[table.attribute] = (
            content.at_end(end, which)
            if table.single
            else tuple(entry.at_end(end, which) for entry in content)
        )
    return replace(scenario, **moved)


def helpful_end(scenario: Scenario, where: Place) -> str:
    """Return which end of its range helps the defence: ``high``, ``low``, ``either``, or nothing where no engagement hangs on it."""
    return _entry(scenario, where).favours(where.key)


def on_the_way(start: Scenario, end: Scenario, share: float, inputs: Collection[str]) -> Scenario:
    """Return ``start`` with each of some uncertain inputs TABLE.KEY that share of the way to its value in ``end``.

    Both are one scenario with values at other places of the same ranges.
    """
    places = [
        at
        for at in uncertain_places(start, tuple({name.split(".")[0] for name in inputs}))
        if at.input in inputs
    ]
    known = {at: (value_at(start, at), value_at(end, at).value) for at in places}
    return _with_values(
        start, {at: replace(q, value=q.value + share * (last - q.value)) for at, (q, last) in known.items()}
    )


def uncertain_places(scenario: Scenario, tables: tuple[str, ...]) -> tuple[Place, ...]:
    """Return every place of the given tables whose quantity has a range."""
    found = []
    for name in tables:
        table, content = TABLES[name], scenario.table(name)
        for entry in (content,) if table.single else content:
            entry_id = "" if table.single else getattr(entry, table.identity)
            found += [Place(name, entry_id, key) for key in ranged_keys(entry)]
    return tuple(found)


def _entry(scenario: Scenario, where: Place) -> Record:
    content = scenario.table(where.table)
    if not where.id:
        return content  # type: ignore[no-any-return]  # the place names a table that stands once
    identity = TABLES[where.table].identity
    found: Record = next(entry for entry in content if getattr(entry, identity) == where.id)
    return found
