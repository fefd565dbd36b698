"""Libraries of TOML files: built-in ones by name, a person's own by path; extending, settings, faults in one line."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import InputError, Problem, misuse
from equipoise.foundation.reading import read_input
from equipoise.model.fields import known_names
from equipoise.model.scenario import Table
from equipoise.scenario.records import MISSING, MOST_ENTRIES, Records

DEEPEST = 16
"""Tables and lists inside each other; a file that means something needs six."""
_PART = r"(?:[\w-]++|\"[^\"\n]*+\"|'[^'\n]*+')[ \t]*+"
LONG_KEY = re.compile(rf"(?<![\w-]){_PART}(?:\.[ \t]*+{_PART}){{64}}")
"""A dotted key of more than 64 parts, for which the TOML reader takes a time that grows with the square of its length."""
LONGEST_CHAIN = 20
"""Files that extend each other."""
TOO_LONG_A_CHAIN = f"more than {LONGEST_CHAIN} files extend each other."
Raw = dict[str, Any]


@dataclass(frozen=True)
class Library:
    """One kind of file: its built-in folder, its tables, and its head table.

    ``what`` is the kind in words; ``head`` is the table whose key ``extends`` names the file below, and whose key
    ``remove`` names what is not taken over from it. ``replaced`` are lists that a file gives whole; other lists are
    overlaid entry by entry. ``setting`` is an example for ``--set``.
    """

    what: str
    head: str
    folder: str
    tables: Mapping[str, Table]
    replaced: tuple[str, ...]
    setting: str

    def names(self) -> list[str]:
        """Return the names of the built-in files."""
        folder = files("equipoise.scenario") / self.folder
        return sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".toml"))

    def read(self, name: str, settings: Sequence[str], *, below: Raw | None = None) -> tuple[Raw, str]:
        """Return the raw tables and the label for messages; :class:`InputError` when a file cannot be read.

        ``below`` are tables on which every file lies.
        """
        raw, label = self._read(name, ())
        return self.with_settings(self._overlay(below or {}, raw, label), settings), label

    def parse(self, text: str, label: str) -> Raw:
        """Return the raw tables that the text of a file describes; it extends none."""
        raw = self._parts_apart(_parse(text.encode(), label))
        self._refuse_repeated_ids(raw, label)
        return self._overlay({}, raw, label)

    def without(self, raw: Raw, names: Sequence[str]) -> Raw:
        """Return raw tables without the entries ``table.id``; :class:`InputError` names the nearest to one that is not there."""
        return self._without(raw, list(names), "without")

    def with_settings(self, raw: Raw, settings: Sequence[str]) -> Raw:
        """Return raw tables with settings laid over them."""
        for text in settings:
            raw = self._overlay(raw, self._parts_apart(self._setting(text)), "--set")
        return raw

    def with_values(self, raw: Raw, values: Iterable[tuple[object, Any]]) -> Raw:
        """Return raw tables with values laid over them, each at the place ``table.id.key`` that the other names."""
        for at, value in values:
            raw = self._overlay(raw, self._parts_apart(_at(str(at).split("."), value)), str(at))
        return raw

    def _is_single(self, table: str) -> bool:
        return table in self.tables and self.tables[table].single

    def _setting(self, text: str) -> Raw:
        """Return ``table.id.key=value`` (or ``table.key=value``) as raw tables."""
        path, equals, value = text.partition("=")
        parts = path.strip().split(".")
        if not equals or not all(parts) or len(parts) != (2 if self._is_single(parts[0]) else 3):
            raise misuse("--set", text, "expected TABLE.ID.KEY=VALUE.", f"For instance {self.setting}.")
        return _at(parts, setting_value(text, value))

    def _read(self, name: str, above: tuple[str, ...]) -> tuple[Raw, str]:
        """Return the raw tables of a file, laid over those that it extends."""
        builtin = name in self.names()
        label = f"{name}.toml" if builtin else name
        if label in above or len(above) >= LONGEST_CHAIN:
            said = f"a cycle: {' -> '.join((*above, label))}." if label in above else TOO_LONG_A_CHAIN
            raise misuse(label, f"{self.head}.extends", said)
        raw = self._parts_apart(_parse(self._bytes(name, label, builtin=builtin), label))
        self._refuse_repeated_ids(raw, label)
        head = raw.get(self.head)
        base = head.get("extends") if isinstance(head, dict) else None
        below = self._read(self._beside(name, base), (*above, label))[0] if isinstance(base, str) else {}
        return self._overlay(below, raw, label), label

    def _beside(self, name: str, base: str) -> str:
        """Return what a file extends: a built-in one, or a file whose path is told from the folder of the first."""
        return base if base in self.names() or name in self.names() else str(Path(name).parent / base)

    def _bytes(self, name: str, label: str, *, builtin: bool) -> bytes:
        if builtin:
            return (files("equipoise.scenario") / self.folder / f"{name}.toml").read_bytes()
        if "\0" not in name and not Path(name).exists():
            cure = known_names(self.names(), Path(name).name, f"Built in: {', '.join(self.names())}.")
            raise misuse(label, "", f"no such file or built-in {self.what}.", cure)
        return read_input(Path(name), label=label)

    def _entries(self, table: str, value: Any) -> list[Any] | None:
        """Return the entries that a file gives of a table, each with its name; None where it gives none.

        ``[table.name]`` is an entry of ``[[table]]`` with that name.
        """
        known = self.tables.get(table)
        if known is None or known.single:
            return None
        if isinstance(value, list):
            return [self._named(known, entry) for entry in value]
        if isinstance(value, dict) and value and all(isinstance(entry, dict) for entry in value.values()):
            return [{known.identity: name} | entry for name, entry in value.items()]
        return None

    def _parts_apart(self, raw: Raw) -> Raw:
        """Return tables in which what an entry states of its own part stands in the table of that part."""
        apart = dict(raw)
        for name, table in self.tables.items():
            entries = self._entries(name, raw.get(name)) if table.part else None
            if not entries:
                continue
            part = self.tables[table.part]
            keys = set(part.record.model_fields) - set(table.record.model_fields) - {part.named_by}
            apart[name], own = [], []
            for entry in entries:
                stated = keys & entry.keys() if _name(entry, table.identity) else set()
                if stated:
                    whose = entry[table.identity]
                    own.append({part.identity: whose, part.named_by: whose} | {k: entry[k] for k in stated})
                    entry = {k: v for k, v in entry.items() if k not in stated}
                apart[name].append(entry)
            if own:
                others = self._entries(table.part, raw.get(table.part, []))
                apart[table.part] = raw[table.part] if others is None else others + own
        return apart

    def _named(self, table: Table, entry: Any) -> Any:
        """Return an entry with the name that it has when it does not say one."""
        if isinstance(entry, dict) and isinstance(entry.get(table.named_by), str):
            return {table.identity: entry[table.named_by]} | entry
        return entry

    def _overlay(self, below: Raw, above: Raw, label: str) -> Raw:
        """Lay tables over those that are extended: the same name overrides key by key, a new name adds."""
        head = above.get(self.head)
        removed = head.get("remove") if isinstance(head, dict) else None
        merged = dict(below)
        if isinstance(removed, list):
            merged = self._without(below, removed, label)
            above = above | {self.head: {k: v for k, v in above[self.head].items() if k != "remove"}}
        for name, value in above.items():
            old, entries = merged.get(name), self._entries(name, value)
            if entries is None:
                both = isinstance(value, dict) and isinstance(old, dict)
                merged[name] = old | value if both else value
            elif not isinstance(old, list) or (name in self.replaced and isinstance(value, list)):
                merged[name] = entries
            else:
                merged[name] = _merged(old, entries, self.tables[name].identity)
        return merged

    def _without(self, below: Raw, removed: list[Any], label: str) -> Raw:
        """Return the tables below without the entries ``table.id`` that are removed."""
        left, problems = dict(below), []
        for text in removed:
            table, _, name = str(text).partition(".")
            known = self.tables.get(table)
            entries = below.get(table) if known and not known.single else None
            names = [_name(e, known.identity) for e in entries] if known and isinstance(entries, list) else []
            if known and name in names:
                self._drop(left, table, known.identity, name)
                if known.part:
                    self._drop(left, known.part, self.tables[known.part].named_by, name)
                self._drop_what_is_about(left, f"{table}.{name}")
                continue
            inherited = [
                f"{t}.{_name(e, self.tables[t].identity)}" for t in left for e in self._list(left, t)
            ]
            said = f"'{text}' is not an entry that is there."
            cure = known_names(inherited, str(text), "Write TABLE.ID, as in [TABLE.ID].")
            problems.append(Problem(label, f"{self.head}.remove", said, cure))
        if problems:
            raise InputError(problems)
        return left

    def _drop(self, left: Raw, table: str, key: str, name: str) -> None:
        """Drop the entries of a table whose ``key`` is ``name``; an optional table of none goes."""
        if isinstance(left.get(table), list):
            left[table] = [e for e in left[table] if _name(e, key) != name]
            if self.tables[table].optional and not left[table]:
                del left[table]

    def _drop_what_is_about(self, left: Raw, gone: str) -> None:
        """Drop the entries that speak of inputs of the entry ``gone``."""
        for table, known in self.tables.items():
            for entry in self._list(left, table) if known.about and table in left else ():
                named = entry.get(known.about) if isinstance(entry, dict) else None
                if any(str(at).startswith(f"{gone}.") for at in named or ()):
                    self._drop(left, table, known.identity, _name(entry, known.identity))

    def _list(self, raw: Raw, table: str) -> list[Any]:
        known, value = self.tables.get(table), raw[table]
        return value if known and not known.single and isinstance(value, list) else []

    def _refuse_repeated_ids(self, raw: Raw, label: str) -> None:
        """Refuse a name that one file gives twice: laid over each other, the second would silently win."""
        problems = []
        for table, value in raw.items():
            entries = self._entries(table, value) or ()
            if len(entries) > MOST_ENTRIES:
                problems.append(Problem(label, table, f"{len(entries)} entries; at most {MOST_ENTRIES}."))
                continue
            names = Counter(_name(e, self.tables[table].identity) for e in entries)
            repeated = sorted(name for name, count in names.items() if name and count > 1)
            problems += [Problem(label, f"{table}.{name}", "this id occurs twice.") for name in repeated]
        if problems:
            raise InputError(problems)


@contextmanager
def told_of(without: Callable[[], Records | None]) -> Iterator[None]:
    """Name ``--set`` in place of the file in every fault that is not there ``without`` the settings."""
    try:
        yield
    except InputError as error:
        own: frozenset[Problem] = frozenset()
        found = None
        try:
            found = without()
        except InputError as before:
            own = frozenset(before.problems)
        told = [p if p in own else replace(p, file="--set") for p in error.problems]
        if found is not None:
            told = list(dict.fromkeys(_unknown_id(found, p) if p.file == "--set" else p for p in told))
        raise InputError(told) from None


def _unknown_id(found: Records, problem: Problem) -> Problem:
    """Return that an entry is not there, and the nearest that is, in place of a key that it would need if it were new."""
    table, _, place = problem.key.partition(".")
    name, known = place.rpartition(".")[0], found.TABLES.get(table)
    if problem.message != MISSING or not name or known is None or known.single:
        return problem
    names = [str(getattr(entry, known.identity)) for entry in found.table(table)]
    if name in names:
        return problem
    said = f"there is no {table} '{name}', and a new one needs more keys than are set."
    return Problem("--set", f"{table}.{name}", said, known_names(names, name))


def setting_value(text: str, value: str) -> Any:
    """Return the value of the setting ``text`` as TOML reads it, else its text."""
    if "\n" in value.strip():
        raise misuse("--set", text, "holds a line break.", "Give --set once for each key.")
    try:
        return _toml(f"x = {value.strip()}")["x"]
    except ValueError:
        return value.strip()


def _at(parts: Sequence[str], value: Any) -> Raw:
    """Return a value as raw tables, at the place that the parts of a name lead to."""
    table, *inner, key = parts
    return {table: {inner[0]: {key: value}} if inner else {key: value}}


def _name(entry: Any, identity: str) -> str:
    """Return the name of an entry, or an empty string where it has none."""
    name = entry.get(identity) if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def _merged(below: list[Any], above: list[Any], identity: str) -> list[Any]:
    """Return the entries below with those above laid over them by name; an entry without a name adds."""
    merged = list(below)
    at = {_name(entry, identity): i for i, entry in enumerate(below)}
    for entry in above:
        i = at.get(_name(entry, identity), -1) if _name(entry, identity) else -1
        if i < 0:
            merged.append(entry)
        else:
            merged[i] = merged[i] | entry
    return merged


def read_toml(path: str) -> Raw:
    """Return what a file says; :class:`InputError` when it cannot be read."""
    return _parse(read_input(Path(path)), path)


def _parse(data: bytes, label: str) -> Raw:
    try:
        return _toml(data.decode("utf-8-sig"))  # some editors put a byte-order mark first
    except UnicodeDecodeError:
        raise misuse(label, "", "not a text file in UTF-8.") from None
    except ValueError as error:
        raise misuse(label, "", f"not valid TOML: {error}.") from None


def _toml(text: str) -> Raw:
    """Return what a TOML text says; :class:`ValueError` says what is wrong, with an integer of thousands of digits too."""
    if LONG_KEY.search(text):
        raise ValueError(f"more than {DEEPEST} tables and lists lie inside each other")
    try:
        found = tomllib.loads(text)
    except RecursionError:
        raise ValueError(f"more than {DEEPEST} tables and lists lie inside each other") from None
    level: list[Any] = [found]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise ValueError(f"more than {DEEPEST} tables and lists lie inside each other")
    return found


def _inside(value: Any) -> list[Any]:
    values = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [inner for inner in values if isinstance(inner, dict | list)]
