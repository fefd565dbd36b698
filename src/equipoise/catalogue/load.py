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
from typing import Any

from equipoise.foundation.errors import unknown_name
from equipoise.model.catalogue import (
    Force,
    Interceptor,
    LaunchArea,
    Missile,
    Mode,
    Party,
    Posture,
    Price,
    Sector,
    Sensor,
    Site,
)
from equipoise.model.record import Entry
from equipoise.model.rules import Instrument
from equipoise.model.vehicle import Vehicle

KINDS: dict[str, type[Entry]] = {
    "missiles": Missile,
    "vehicles": Vehicle,
    "interceptors": Interceptor,
    "sensors": Sensor,
    "sites": Site,
    "forces": Force,
    "launch_areas": LaunchArea,
    "instruments": Instrument,
    "parties": Party,
    "prices": Price,
    "postures": Posture,
    "modes": Mode,
    "sectors": Sector,
}
"""The folders of the catalogue and the record that each holds."""


@dataclass(frozen=True)
class Catalogue:
    """Every built-in record by kind and id; ``raw`` keeps what the files say."""

    missiles: Mapping[str, Missile]
    vehicles: Mapping[str, Vehicle]
    interceptors: Mapping[str, Interceptor]
    sensors: Mapping[str, Sensor]
    sites: Mapping[str, Site]
    forces: Mapping[str, Force]
    launch_areas: Mapping[str, LaunchArea]
    instruments: Mapping[str, Instrument]
    parties: Mapping[str, Party]
    prices: Mapping[str, Price]
    postures: Mapping[str, Posture]
    modes: Mapping[str, Mode]
    sectors: Mapping[str, Sector]
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


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """Return the built-in catalogue, read once.

    >>> import equipoise as eq
    >>> eq.load_catalogue().interceptors["sm3-iia"].name
    'SM-3 Block IIA'
    """
    raw = {kind: _read(kind) for kind in KINDS}
    records: dict[str, Any] = {
        kind: MappingProxyType({name: KINDS[kind].model_validate(entry) for name, entry in raw[kind].items()})
        for kind in KINDS
    }
    return Catalogue(**records, raw=MappingProxyType(raw))


def _read(kind: str) -> dict[str, Any]:
    folder = files("equipoise.catalogue") / "data" / kind
    paths = sorted(
        (path for path in folder.iterdir() if path.name.endswith(".toml")), key=lambda path: path.name
    )
    return {
        entry["id"]: entry for entry in (tomllib.loads(path.read_text(encoding="utf-8")) for path in paths)
    }
