"""Tables: the standard atmosphere, and what the catalogue and its instruments state."""

from __future__ import annotations

from equipoise.catalogue import load_catalogue
from equipoise.foundation.provenance import Quantity
from equipoise.physics.environment import atmosphere
from equipoise.published.kinds import kind


@kind("Pa")
def air_pressure(*, altitude_km: float) -> float:
    """Return the pressure of the standard atmosphere at a geometric altitude."""
    return float(atmosphere.pressure(1e3 * altitude_km))


@kind("kg/m3")
def air_density(*, altitude_km: float) -> float:
    """Return the density of the standard atmosphere at a geometric altitude."""
    return float(atmosphere.density(1e3 * altitude_km))


@kind("m/s")
def sound_speed(*, altitude_km: float) -> float:
    """Return the speed of sound of the standard atmosphere at a geometric altitude."""
    return float(atmosphere.sound_speed(1e3 * altitude_km))


@kind("")
def catalogue_value(*, entry: str, key: str) -> tuple[float, float, float]:
    """Return a quantity of the catalogue with its range, in the unit of its key."""
    _, record = load_catalogue().find(entry)
    found = getattr(record, key, None)
    if not isinstance(found, Quantity):
        raise ValueError(f"{entry} states no number '{key}'")
    return found.low, found.value, found.high
