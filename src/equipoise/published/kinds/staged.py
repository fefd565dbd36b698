"""The greatest range of a staged missile with stated masses, impulses and thrusts.

It rises vertically for 5 to 25 s, tilts once and turns with gravity; rise and tilt are varied for the greatest range. The missile
falls whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import pi, radians
from typing import Any

import numpy as np

from equipoise.flights.vehicles import flyer
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import WGS84, EarthModel, sphere
from equipoise.physics.flight.flight import Flight, fly_staged
from equipoise.physics.flight.vehicle import Staged, gravity_turn, stage, staged
from equipoise.published.kinds import kind

STUDY_EARTH = sphere(radius_m=6370e3)
RISES_S = (5.0, 10.0, 15.0, 20.0, 25.0)
KICKS_RAD = np.radians(np.geomspace(0.2, 40.0, 160))


def farthest(
    vehicle: Staged, *, lat_rad: float = 0.0, azimuth_rad: float = 0.5 * pi, earth: EarthModel = STUDY_EARTH
) -> tuple[float, Flight, int]:
    """Return the greatest range (m) over rise and tilt, with the flights of that rise and the index of the best."""
    best: tuple[float, Flight, int] | None = None
    for rise in RISES_S:
        flights = fly_staged(
            vehicle, gravity_turn(kick_rad=0.1, vertical_time_s=rise), lat_rad=lat_rad, lon_rad=0.0,
            azimuth_rad=azimuth_rad, earth=earth, kick_rad=KICKS_RAD,
        )  # fmt: skip
        ranges = np.where(flights.status == FlightStatus.OK, flights.range_m, 0.0)
        i = int(ranges.argmax())
        if best is None or ranges[i] > best[0]:
            best = float(ranges[i]), flights, i
    assert best is not None
    return best


@kind("km")
def catalogued_range(*, vehicle: str, lat_deg: float, azimuth_deg: float) -> float:
    """Return the greatest range of a staged vehicle of the catalogue from a latitude along an azimuth, on the turning ellipsoid."""
    found = flyer(vehicle).vehicle
    if not isinstance(found, Staged):
        raise ValueError(f"{vehicle} is not staged")
    return farthest(found, lat_rad=radians(lat_deg), azimuth_rad=radians(azimuth_deg), earth=WGS84)[0] / 1e3


@kind("km")
def staged_range(
    *,
    fuel_kg: Sequence[float],
    dry_kg: Sequence[float],
    specific_impulse_s: Sequence[float],
    thrust_kgf: Sequence[float],
    payload_kg: float,
    diameter_m: float,
) -> float:
    """Return the greatest range on a still sphere of 6,370 km; one number per stage, and the V-2's drag curve for the fall."""
    stated = (fuel_kg, dry_kg, specific_impulse_s, thrust_kgf, [payload_kg, diameter_m])
    return _range_km(*(tuple(numbers) for numbers in stated))


@lru_cache(maxsize=32)
def _range_km(
    fuel_kg: tuple[float, ...],
    dry_kg: tuple[float, ...],
    impulse_s: tuple[float, ...],
    thrust_kgf: tuple[float, ...],
    load: tuple[float, ...],
) -> float:
    payload_kg, diameter_m = load
    stages = [
        stage(burn_time_s=fuel * impulse / thrust, propellant_kg=fuel, dry_kg=dry, specific_impulse_s=impulse,
              reference_area_m2=0.25 * pi * diameter_m**2)
        for fuel, dry, impulse, thrust in zip(fuel_kg, dry_kg, impulse_s, thrust_kgf, strict=True)
    ]  # fmt: skip
    return farthest(staged(stages=stages, payload_kg=payload_kg, drag="v2"))[0] / 1e3


def vehicle_of(stated: Mapping[str, Any]) -> Staged:
    """Return the vehicle of ``stages`` and what else :func:`equipoise.physics.flight.vehicle.staged` takes, as a study states them."""
    return staged(**{**stated, "stages": [stage(**one) for one in stated["stages"]]})


@kind("km")
def range_of_stages(*, vehicle: Mapping[str, Any], payload_kg: float) -> float:
    """Return the greatest range on a still sphere of 6,370 km of stages under a payload."""
    return farthest(vehicle_of({**vehicle, "payload_kg": payload_kg}))[0] / 1e3
