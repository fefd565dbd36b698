"""Fly staged vehicles that burn faster and slower, and print what moves with the burn time: ``python builders/couplings.py``.

Propellants and specific impulses stay; every stage burns a tenth shorter or longer, with the thrust that this takes. A missile is loaded
so that it keeps its range, which is published apart from its masses. Each line has the power of the burn time with which a quantity goes: 1
where it is proportional. ``builders/catalogue.py`` keeps these powers, and from them and the ranges come the
rank correlations of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log, radians

import numpy as np
from scipy.optimize import brentq

from equipoise.catalogue import load_catalogue
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.status import FlightStatus
from equipoise.model.vehicle import Vehicle
from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.flight.flight import fly_staged
from equipoise.physics.flight.vehicle import gravity_turn, straight
from equipoise.scenario.kernel_vehicle import staged

MISSILES, INTERCEPTORS = (
    ("forden-scud-b", "wright-nodong-a", "minuteman-style"),
    ("orion-two-stage", "orion-three-stage"),
)
SHARES = (0.9, 1.1)
KICKS_RAD = np.radians(np.geomspace(0.2, 40.0, 400))
LAUNCH_RAD = radians(45.0)


def slower(vehicle: Vehicle, share: float) -> Vehicle:
    """Return the vehicle with every burn that share as long, by thrust where it states thrust."""
    stages = []
    for one in vehicle.stages:
        changed = {"burn_time_s": scaled(one.burn_time_s, share)}
        if one.thrust_vacuum_kn:
            changed["thrust_vacuum_kn"] = scaled(one.thrust_vacuum_kn, 1.0 / share)
        stages.append(one.but(**changed))
    return vehicle.but(stages=tuple(stages))


def scaled(quantity: Quantity, share: float) -> Quantity:
    """Return the quantity with its value that share as large."""
    return replace(quantity, value=quantity.value * share)


def powers(vehicle: Vehicle, fly: Callable[[Vehicle, Vehicle], dict[str, float]]) -> dict[str, float]:
    """Return the power of the burn time with which each quantity goes that ``fly`` gives of a changed vehicle."""
    short, long = (fly(slower(vehicle, share), vehicle) for share in SHARES)
    return {what: log(long[what] / value) / log(SHARES[1] / SHARES[0]) for what, value in short.items()}


def farthest(vehicle: Vehicle) -> tuple[float, float, float]:
    """Return range, altitude and downrange of burnout (m) of the flight with the greatest range over a still sphere."""
    turn = gravity_turn(kick_rad=0.1, vertical_height_m=vehicle.vertical_rise_m.si)
    flown = fly_staged(
        staged(vehicle),
        turn,
        lat_rad=0.0,
        lon_rad=0.0,
        azimuth_rad=0.0,
        kick_rad=KICKS_RAD,
        earth=STILL_SPHERE,
    )
    best = int(np.where(flown.status == FlightStatus.OK, flown.range_m, 0.0).argmax())
    return (
        float(flown.range_m[best]),
        float(flown.burnout_altitude_m[best]),
        float(flown.burnout_downrange_m[best]),
    )


def burnout(changed: Vehicle, vehicle: Vehicle) -> dict[str, float]:
    """Return the place of burnout of the changed vehicle, loaded so that its greatest range is that of ``vehicle``."""
    range_m = farthest(vehicle)[0]

    def beyond_m(share: float) -> float:
        return farthest(loaded(share))[0] - range_m

    def loaded(share: float) -> Vehicle:
        return changed.but(payload_kg=scaled(changed.payload_kg, share))

    _, altitude, downrange = farthest(loaded(brentq(beyond_m, 0.3, 2.0, rtol=1e-3)))
    return {"burnout altitude": altitude, "burnout downrange": downrange}


def flown_straight(vehicle: Vehicle, _: Vehicle) -> dict[str, float]:
    """Return the burnout speed of the flight along a straight line at 45 degrees."""
    line = straight(elevation_rad=LAUNCH_RAD, vertical_height_m=vehicle.vertical_rise_m.si)
    flown = fly_staged(staged(vehicle), line, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.0, earth=STILL_SPHERE)
    return {"burnout speed": float(flown.burnout_speed_m_s[0])}


def main() -> None:
    """Print the powers."""
    vehicles = load_catalogue().vehicles
    for names, fly in ((MISSILES, burnout), (INTERCEPTORS, flown_straight)):
        for name in names:
            for what, power in powers(vehicles[name], fly).items():
                print(f"{name}: {what} {power:+.2f}")


if __name__ == "__main__":
    main()
