"""Reading the catalogue's files into records."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from equipoise.foundation.errors import unknown_name
from equipoise.model import catalogue as records
from equipoise.model.record import Entry
from equipoise.model.rules import Instrument
from equipoise.model.vehicle import Vehicle


@dataclass(frozen=True)
class Catalogue:
    """Every built-in record by kind and id; ``raw`` keeps what the files say."""

    missiles: Mapping[str, records.Missile]
    vehicles: Mapping[str, Vehicle]
    interceptors: Mapping[str, records.Interceptor]
    sensors: Mapping[str, records.Sensor]
    sites: Mapping[str, records.Site]
    forces: Mapping[str, records.Force]
    launch_areas: Mapping[str, records.LaunchArea]
    instruments: Mapping[str, Instrument]
    parties: Mapping[str, records.Party]
    prices: Mapping[str, records.Price]
    postures: Mapping[str, records.Posture]
    modes: Mapping[str, records.Mode]
    sectors: Mapping[str, records.Sector]
    raw: Mapping[str, Mapping[str, Any]]

    def find(self, name: str) -> tuple[str, Entry]:
        """Return the kind and the record called ``name``."""
        for kind in KINDS:
            if name in getattr(self, kind):
                return kind, getattr(self, kind)[name]
        raise unknown_name(
            "catalogue entry", name, (entry for kind in KINDS for entry in getattr(self, kind))
        )

    def hash(self) -> str:
        """Return the hash of all that the files say."""
        text = json.dumps({kind: dict(self.raw[kind]) for kind in self.raw}, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


KINDS: dict[str, type[Entry]] = {
    kind: get_args(hint)[1] for kind, hint in get_type_hints(Catalogue).items() if kind != "raw"
}
"""The folders of the catalogue and the record that each holds."""


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the built-in catalogue, read once.

    >>> import equipoise as eq
    >>> eq.load_catalogue().interceptors["sm3-iia"].name
    'SM-3 Block IIA'
    """
    raw = {kind: _read(kind) for kind in KINDS}
    found: dict[str, Any] = {
        kind: MappingProxyType({name: KINDS[kind].model_validate(entry) for name, entry in raw[kind].items()})
        for kind in KINDS
    }
    return Catalogue(**found, raw=MappingProxyType(raw))


def _read(kind: str) -> dict[str, Any]:
    folder = files("equipoise.catalogue") / "data" / kind
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".toml"))
    entries = (tomllib.loads((folder / name).read_text(encoding="utf-8")) for name in names)
    return {entry["id"]: entry for entry in entries}
