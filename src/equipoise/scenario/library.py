"""Libraries of TOML files: built-in ones by name, a person's own by path; extending, settings, faults in one line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import InputError, Problem, nearest
from equipoise.scenario.schema import Field

LARGEST_FILE_BYTES = 5_000_000
Raw = dict[str, Any]


@dataclass(frozen=True)
class Library:
    """One kind of file: its built-in folder, its schema, the tables that stand once, and its head table.

    ``what`` is the kind in words; ``head`` is the table whose key ``extends`` names the file below.
    ``replaced`` are lists that a file gives whole; other lists are overlaid entry by entry. ``setting`` is an example
    for ``--set``.
    """

    what: str
    head: str
    folder: str
    schema: Mapping[str, Mapping[str, Field]]
    single: tuple[str, ...]
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
        return self.with_settings(_overlay(below or {}, raw), settings), label

    def with_settings(self, raw: Raw, settings: Sequence[str]) -> Raw:
        """Return raw tables with settings laid over them."""
        for text in settings:
            raw = _overlay(raw, self._setting(text))
        return raw

    def _setting(self, text: str) -> Raw:
        """Return ``table.id.key=value`` (or ``table.key=value``) as raw tables."""
        path, equals, value = text.partition("=")
        parts = path.strip().split(".")
        if not equals or not all(parts) or len(parts) != (2 if parts[0] in self.single else 3):
            raise InputError(
                [
                    Problem(
                        "--set",
                        text,
                        "expected TABLE.ID.KEY=VALUE.",
                        f"For instance {self.setting}.",
                    )
                ]
            )
        try:
            found = tomllib.loads(f"x = {value}")["x"]
        except tomllib.TOMLDecodeError:
            found = value.strip()
        if len(parts) == 2:
            return {parts[0]: {parts[1]: found}}
        return {parts[0]: [{"id": parts[1], parts[2]: found}]}

    def _read(self, name: str, above: tuple[str, ...]) -> tuple[Raw, str]:
        """Return the raw tables of a file, laid over those that it extends."""
        builtin = name in self.names()
        label = f"{name}.toml" if builtin else name
        if label in above:
            raise InputError(
                [
                    Problem(
                        label,
                        f"{self.head}.extends",
                        f"a cycle: {' -> '.join((*above, label))}.",
                    )
                ]
            )
        raw = self._entries_by_id(_parse(self._bytes(name, label, builtin=builtin), label))
        _refuse_repeated_ids(raw, label)
        head = raw.get(self.head)
        base = head.get("extends") if isinstance(head, dict) else None
        if isinstance(base, str):
            below, _ = self._read(base, (*above, label))
            raw = _overlay(below, raw, replaced=self.replaced)
        return raw, label

    def _bytes(self, name: str, label: str, *, builtin: bool) -> bytes:
        try:
            if builtin:
                return (files("equipoise.scenario") / self.folder / f"{name}.toml").read_bytes()
            with Path(name).open("rb") as stream:
                data = stream.read(LARGEST_FILE_BYTES + 1)
        except FileNotFoundError:
            guess = nearest(name, self.names())
            cure = f"Did you mean '{guess}'?" if guess else f"Built in: {', '.join(self.names())}."
            raise InputError([Problem(label, "", f"no such file or built-in {self.what}.", cure)]) from None
        except OSError as error:
            raise InputError([Problem(label, "", f"cannot be read: {error.strerror}.")]) from None
        except ValueError:
            raise InputError([Problem(label, "", "not a possible file name.")]) from None
        if len(data) > LARGEST_FILE_BYTES:
            raise InputError([Problem(label, "", f"larger than 5 MB; a {self.what} file is a few kB.")])
        return data

    def _entries_by_id(self, raw: Raw) -> Raw:
        """Write ``[table.id]`` as an entry of ``[[table]]`` with that id."""
        found = dict(raw)
        for name, value in raw.items():
            named = name in self.schema and name not in self.single and isinstance(value, dict)
            if named and value and all(isinstance(entry, dict) for entry in value.values()):
                found[name] = [{"id": key} | entry for key, entry in value.items()]
        return found


def _parse(data: bytes, label: str) -> Raw:
    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError:
        raise InputError([Problem(label, "", "not a text file in UTF-8.")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError([Problem(label, "", f"not valid TOML: {error}.")]) from None


def _refuse_repeated_ids(raw: Raw, label: str) -> None:
    """Refuse an id that one file gives twice: laid over each other, the second would silently win."""
    problems = []
    for table, entries in raw.items():
        listed = entries if isinstance(entries, list) else []
        names = [
            entry["id"] for entry in listed if isinstance(entry, dict) and isinstance(entry.get("id"), str)
        ]
        repeated = sorted({name for name in names if names.count(name) > 1})
        problems += [Problem(label, f"{table}.{name}", "this id occurs twice.") for name in repeated]
    if problems:
        raise InputError(problems)


def _overlay(below: Raw, above: Raw, *, replaced: tuple[str, ...] = ()) -> Raw:
    """Lay tables over those that are extended: same id overrides key by key, a new id adds."""
    merged = dict(below)
    for name, value in above.items():
        old = below.get(name)
        if isinstance(value, dict) and isinstance(old, dict):
            merged[name] = old | value
        elif isinstance(value, list) and isinstance(old, list) and name not in replaced:
            by_id = {e.get("id"): e for e in old if isinstance(e, dict)}
            for entry in value:
                if isinstance(entry, dict) and isinstance(entry.get("id"), str):
                    by_id[entry["id"]] = by_id.get(entry["id"], {}) | entry
                else:
                    by_id[f"#{len(by_id)}"] = entry
            merged[name] = list(by_id.values())
        else:
            merged[name] = value
    return merged
