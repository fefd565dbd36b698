"""The inputs on which two scenarios differ, grouped into claims, and the scenarios between the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from equipoise.foundation.errors import misuse
from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import known_names
from equipoise.model.record import Record, specs
from equipoise.model.scenario import TABLES
from equipoise.scenario.cross_check import OWNED, REFERENCES
from equipoise.scenario.declared_range import SOURCE as FOLLOWS
from equipoise.scenario.load import Scenario
from equipoise.scenario.read import ROLES

ASKED = ("phase", "claim", "correlation")
"""Tables that say when and how it is asked, or drawn, not what is so."""
LISTS = ("interceptor", "missile", "launch_area", "policy", "mode", "sector", "clause")
"""Tables whose entries do nothing until another names them; those of either side are there in every scenario between."""
WORDS = ("name", "title", "text", "note", "source", "confidence", "article", "adjective", "system", "events")
"""Keys that say in words what is so, or where it comes from; no verdict hangs on them."""
HEAD_WORDS = ("extends", "remove", "studies", "radars_asked", "modes")
GROUPS = (("aim_", "aim"), ("map_", "map"), ("grid", "map"))
"""Beginnings of keys of the table ``scenario`` that make one claim together, and what it is called."""
REFERRED = (
    *REFERENCES,
    *((table, "party", "party") for table in OWNED),
    *(("scenario", role, "party") for role in ROLES),
    ("party", "includes", "party"),
)
"""Table, key, and the table of which the key names one or more entries."""


@dataclass(frozen=True)
class Difference:
    """One input on which two scenarios differ; ``key`` is empty where the whole entry differs, or one of them has none.

    ``ours`` and ``theirs`` are the values, or the entries; None where there is none.
    """

    table: str
    id: str
    key: str
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        """Return the place as a file has it: TABLE.ID.KEY, TABLE.KEY or TABLE.ID."""
        return ".".join(part for part in (self.table, self.id, self.key) if part)

    @property
    def is_number(self) -> bool:
        """Whether both sides state a number here, which a value between the two can replace."""
        return bool(self.key) and all(_number(value) is not None for value in (self.ours, self.theirs))

    @property
    def numbers(self) -> tuple[float, float]:
        """Our number and theirs."""
        found = (_number(self.ours), _number(self.theirs))
        assert found[0] is not None
        assert found[1] is not None
        return found[0], found[1]

    def between(self, share: float) -> Any:
        """Return the value that share of the way from ours to theirs; a count is rounded."""
        ours, theirs = self.numbers
        spec = TABLES[self.table].spec(self.key)
        value = ours + share * (theirs - ours)
        value = round(value) if spec and spec.is_number and spec.limits.whole else value
        return replace(self.ours, value=value) if isinstance(self.ours, Quantity) else value


@dataclass(frozen=True)
class Stated:
    """Inputs that stand or fall together; ``intention`` marks a claim that no observation can settle."""

    id: str
    name: str
    differences: tuple[Difference, ...]
    intention: bool = False

    @property
    def is_continuous(self) -> bool:
        """Whether all that it states are numbers, so that there are claims between the two sides'."""
        return all(d.is_number for d in self.differences)


def _number(value: Any) -> float | None:
    if isinstance(value, Quantity):
        return value.value
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def differences(ours: Scenario, theirs: Scenario) -> tuple[Difference, ...]:
    """Return every input on which the scenarios differ, in the order of their places.

    Words and sources are not inputs; clauses are what is asked, so that only those that both ask are compared.
    """
    found: list[Difference] = []
    for name in (n for n in TABLES if n not in ASKED):
        mine, yours = (_by_identity(s, name) for s in (ours, theirs))
        for each in sorted({*mine, *yours}):
            one, other = mine.get(each), yours.get(each)
            if one is not None and other is not None:
                found += _of_entry(name, each, one, other)
            elif name not in LISTS:
                found.append(Difference(name, each, "", one, other))
    return tuple(sorted(found, key=str))


def _by_identity(scenario: Scenario, table: str) -> dict[str, Record]:
    content = scenario.table(table)
    return (
        {"": content}
        if TABLES[table].single
        else {getattr(entry, TABLES[table].identity): entry for entry in content}
    )


def _of_entry(table: str, name: str, ours: Record, theirs: Record) -> Iterator[Difference]:
    if type(ours) is not type(theirs):
        yield Difference(table, name, "", ours, theirs)
        return
    passed = WORDS + HEAD_WORDS if table == "scenario" else WORDS
    for key in specs(type(ours)):
        one, other = getattr(ours, key), getattr(theirs, key)
        if key not in passed and _content(one) != _content(other):
            yield Difference(table, name, key, one, other)


def _content(value: Any) -> Any:
    """Return what a value says, without where it comes from."""
    if isinstance(value, Quantity):
        return value.value, value.low, value.high
    if isinstance(value, tuple):
        return tuple(map(_content, value))
    if isinstance(value, Record):
        return tuple((key, _content(getattr(value, key))) for key in specs(type(value)) if key not in WORDS)
    return value


def claims(ours: Scenario, theirs: Scenario) -> tuple[Stated, ...]:
    """Return what the scenarios differ on as claims, in the order of their identifiers.

    A ``[[claim]]`` of either takes the inputs that it names; of the rest, what differs of one entry is one claim, and each key of a table that
    stands once. What names an entry that only one side has goes with it. :class:`InputError` refuses a claim on what neither has.
    """
    found = differences(ours, theirs)
    named = _named(ours, theirs)
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    label = {str(d): _label(d, named, ours) for d in found}
    one_sided = {(d.table, d.id): label[str(d)] for d in found if not d.key}
    for d in found:
        for target in _mentioned(d):
            if target in one_sided:
                parent[root(label[str(d)])] = root(one_sided[target])
    members: dict[str, list[Difference]] = {}
    for d in found:
        members.setdefault(root(label[str(d)]), []).append(d)
    said = {c.id: c for s in (theirs, ours) for c in s.claims}
    made = []
    for each in members.values():
        labels = sorted({label[str(d)] for d in each}, key=lambda name: (name not in said, name))
        stated = [said[name] for name in labels if name in said]
        name = stated[0].name if stated else _spoken(each, ours, theirs)
        made.append(Stated(labels[0], name, tuple(each), any(c.intention for c in stated)))
    return tuple(sorted(made, key=lambda claim: claim.id))


def _named(ours: Scenario, theirs: Scenario) -> Mapping[str, str]:
    """Return the claim that names an input, by its place; an entry stands for all its keys."""
    found: dict[str, str] = {}
    for scenario in (ours, theirs):
        for claim in scenario.claims:
            for text in claim.inputs:
                _refuse_unknown(text, claim.id, (ours, theirs), scenario.name)
                if found.setdefault(text, claim.id) != claim.id:
                    said = f"'{text}' belongs to '{found[text]}' in the other scenario."
                    raise misuse(scenario.name, f"claim.{claim.id}.inputs", said)
    return found


def _refuse_unknown(text: str, claim: str, both: Sequence[Scenario], label: str) -> None:
    table, *rest = text.split(".")
    if TABLES[table].single:
        return
    known = [name for scenario in both for name in _by_identity(scenario, table)]
    if rest[0] not in known:
        said = f"neither scenario has {table} '{rest[0]}'."
        raise misuse(label, f"claim.{claim}.inputs", said, known_names(known, rest[0]))


def _label(d: Difference, named: Mapping[str, str], ours: Scenario) -> str:
    """Return the identifier of the claim that an input belongs to when no entry of one side ties it to another.

    The cross-section for which a radar's range was declared follows the scenario's own where no source states it.
    """
    if d.key == "reference_cross_section_m2" and all(
        getattr(v, "source", "") == FOLLOWS for v in (d.ours, d.theirs)
    ):
        key = ours.find("radar", d.id).section
        return _label(Difference("assumption", "", key, None, None), named, ours)
    entry = f"{d.table}.{d.id}"
    if str(d) in named or entry in named:
        return named.get(str(d)) or named[entry]
    if d.id:
        return entry
    if d.table == "scenario":
        return next((f"scenario.{whole}" for start, whole in GROUPS if d.key.startswith(start)), str(d))
    return str(d)


def _mentioned(d: Difference) -> Iterator[tuple[str, str]]:
    """Yield the entries that either side's value of an input names, or that an entry names which only one side has."""
    for table, key, target in REFERRED:
        if table != d.table or d.key not in ("", key):
            continue
        for value in (d.ours, d.theirs):
            names = getattr(value, key, ()) if isinstance(value, Record) else value
            yield from ((target, name) for name in ((names,) if isinstance(names, str) else names or ()))


def _spoken(each: Sequence[Difference], ours: Scenario, theirs: Scenario) -> str:
    """Return what a claim is called that no file names: the entry by its name, or the input in words."""
    first = each[0]
    for scenario in (ours, theirs):
        entry = _by_identity(scenario, first.table).get(first.id)
        if first.id and entry is not None:
            return str(getattr(entry, "name", first.id))
    group = {f"scenario.{whole}": whole for _, whole in GROUPS}.get(_label(first, {}, ours))
    return f"the area of the {group}" if group else f"{first.table}.{first.key}"


@dataclass(frozen=True)
class Between:
    """Two scenarios and their claims: the scenario with some of the claims taken from theirs, the rest ours.

    What comes of it does not hang on which of the two is ours.
    """

    ours: Scenario
    theirs: Scenario
    claims: tuple[Stated, ...]

    @cached_property
    def _lead(self) -> Scenario:
        """The scenario in whose order entries stand."""
        return min(self.ours, self.theirs, key=lambda s: s.hash)

    @cached_property
    def _entries(self) -> Mapping[str, Mapping[str, Record]]:
        """Every entry of either scenario, by table and identity; where both have one it is that of the lead."""
        other = self.theirs if self._lead is self.ours else self.ours
        found = {}
        for name, table in TABLES.items():
            if not table.single and name not in ASKED:
                first, second = _by_identity(self._lead, name), _by_identity(other, name)
                found[name] = first | {k: second[k] for k in sorted({*second} - {*first})}
        return found

    def at(self, taken: int, moved: Mapping[Difference, Any] | None = None) -> Scenario:
        """Return the scenario with a set of claims taken from theirs, and other values at some inputs."""
        values: dict[tuple[str, str], dict[str, Any]] = {}
        whole: dict[tuple[str, str], Record | None] = {}
        for k, claim in enumerate(self.claims):
            for d in claim.differences:
                value = d.theirs if taken >> k & 1 else d.ours
                if d.key:
                    stated = value if moved is None else moved.get(d, value)
                    values.setdefault((d.table, d.id), {})[d.key] = stated
                else:
                    whole[d.table, d.id] = value
        content: dict[str, Any] = {}
        for name, table in TABLES.items():
            if table.single:
                content[table.attribute] = self._lead.table(name).but(**values.get((name, ""), {}))
            elif name not in ASKED:
                places = [((name, each), entry) for each, entry in self._entries[name].items()]
                content[table.attribute] = tuple(
                    there.but(**values.get(at, {}))
                    for at, entry in places
                    if (there := whole.get(at, entry)) is not None
                )
        return replace(self._lead, **content)
