"""A person's own missile or staged vehicle as a TOML file with the keys of its record."""

from __future__ import annotations

from pathlib import Path

from equipoise.foundation.errors import InputError, Problem
from equipoise.model.record import Record
from equipoise.model.systems import Missile
from equipoise.model.vehicle import Vehicle
from equipoise.scenario.library import read_toml
from equipoise.scenario.records import read_record


def read_vehicle(path: Path | str) -> Vehicle:
    """Return the staged vehicle in a file: one that has ``[[stages]]``; :class:`InputError` lists every fault."""
    found = _read(path, Vehicle)
    assert isinstance(found, Vehicle)
    return found


def read_flyer(path: Path | str) -> Vehicle | Missile:
    """Return the staged vehicle in a file, or the kinematic missile where it has no stages; errors as in :func:`read_vehicle`."""
    record = Vehicle if "stages" in read_toml(str(path)) else Missile
    found = _read(path, record)
    assert isinstance(found, Vehicle | Missile)
    return found


def _read(path: Path | str, record: type[Record]) -> Record:
    problems: list[Problem] = []
    found = read_record(record, read_toml(str(path)), str(path), "vehicle", problems)
    if found is None:
        raise InputError(problems)
    return found
