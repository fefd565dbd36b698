"""A staged strategic missile as certificates cover it: the kinematic missiles whose burnout boxes hold its flights.

A certificate is about kinematic missiles whose range, burn time and place of burnout lie in stated ranges. Those of a staged missile
are taken from its own flights: of every flight to an aim cell, the place of burnout and the burn are carried to full energy by the laws of
the kinematic missile (with the share of the full speed, and with its square), and the ranges are their hull.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths
from equipoise.engagement.staged_paths import StagedFlights, Steered
from equipoise.foundation.errors import DomainError
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.foundation.status import FlightStatus
from equipoise.model.record import ranged_keys
from equipoise.model.systems import Base, Missile
from equipoise.model.vehicle import StagedMissile
from equipoise.physics.environment.earth import STILL_SPHERE, EarthModel
from equipoise.physics.flight.flight import Flight, fly_staged
from equipoise.physics.flight.targeting import kinematic_for_range
from equipoise.scenario.aims import aims
from equipoise.scenario.load import Scenario

KICKS_RAD = np.radians(np.geomspace(0.2, 40.0, 160))
REACH = 0.01
"""Share by which the greatest range, found over :data:`KICKS_RAD`, is widened either way."""
FALL = "ballistic_coefficient_kg_m2"
"""The one range of a staged missile on which no certificate hangs: it acts in the air."""
SOURCE = "computed: hull of the flights of the stages to the aim cells"


def as_flown(scenario: Scenario, base: Base, families: tuple[str, ...]) -> Missile:
    """Return a base's missile as a certificate knows it: the kinematic record, or that whose ranges hold a staged one's flights.

    ``families`` names the path families. A staged missile without a ballistic coefficient, one whose stages have ranges, or one that reaches
    no aim, is a :class:`DomainError`.
    """
    record = scenario.find("missile", base.missile)
    if isinstance(record, Missile):
        return record
    return _hull(record, base, families, aims(scenario).tobytes(), scenario.head.earth)


def staged_paths(scenario: Scenario, base: Base, family: str) -> Paths | None:
    """Return the flights of a base's staged missile to the aim cells in a path ``family``; None where the missile is kinematic."""
    record = scenario.find("missile", base.missile)
    if isinstance(record, Missile):
        return None
    place = np.radians([base.lat_deg, base.lon_deg])
    return kernel_inputs.solve(
        record, place, np.radians(aims(scenario)), family, kernel_inputs.EARTHS[scenario.head.earth]
    )


@cache
def _hull(
    record: StagedMissile, base: Base, families: tuple[str, ...], aim_deg: bytes, earth: str
) -> Missile:
    if record.ballistic_coefficient_kg_m2 is None:
        raise DomainError(f"base.{base.id}: certificates cover a staged missile that drops its last stage; give '{record.id}' a ballistic_coefficient_kg_m2")  # fmt: skip
    if ranged := [key for key in ranged_keys(record) if record.favours(key) and key != FALL]:
        raise DomainError(
            f"base.{base.id}: certificates cover the stages of '{record.id}' at their values; give {', '.join(ranged)} no range"
        )
    aim = np.radians(np.frombuffer(aim_deg).reshape(-1, 2))
    model, place = kernel_inputs.EARTHS[earth], np.radians([base.lat_deg, base.lon_deg])
    flown = [_burnouts(kernel_inputs.solve(record, place, aim, family, model), model) for family in families]
    altitude, downrange, speed, burn = np.concatenate(flown, axis=1)
    if not altitude.size:
        raise DomainError(f"base.{base.id}: '{record.id}' reaches no aim cell")
    reach_m = _reach_m(kernel_inputs.steered(record))
    full = int(np.argmax(speed))
    fastest = kinematic_for_range(
        max_range_m=reach_m,
        burn_time_s=burn[full],
        burnout_altitude_m=altitude[full],
        burnout_downrange_m=downrange[full],
        ballistic_coefficient_kg_m2=record.ballistic_coefficient_kg_m2.si,
    )
    share = speed / max(fastest.burnout_speed_m_s, speed[full])
    return Missile(
        id=record.id, name=record.name, source=SOURCE, confidence=Confidence.COMPUTED, kind=record.kind,
        max_range_km=_over(np.array([1.0 - REACH, 1.0, 1.0 + REACH]) * reach_m / 1e3, "km"),
        burn_time_s=_over(burn / share, "s"),
        burnout_altitude_km=_over(altitude / share**2 / 1e3, "km"),
        burnout_downrange_km=_over(downrange / share**2 / 1e3, "km"),
        ballistic_coefficient_kg_m2=record.ballistic_coefficient_kg_m2,
    )  # fmt: skip


def _burnouts(paths: Paths, earth: EarthModel) -> NDArray[np.float64]:
    """Return altitude and downrange (m), speed over ground (m/s) and time (s) at thrust end of the flights that exist, (4, n)."""
    what, flights = paths.vehicle, paths.flights
    assert isinstance(what, Steered)
    assert isinstance(flights, StagedFlights)
    good = flights.status == FlightStatus.OK
    if not good.any():
        return np.empty((4, 0))
    some = StagedFlights(*(column[good] for column in flights))
    found: Flight = fly_staged(
        what.vehicle, what.steering, lat_rad=some.lat_rad, lon_rad=some.lon_rad, azimuth_rad=some.azimuth_rad,
        kick_rad=some.kick_rad, cutoff_s=some.cutoff_s, earth=earth,
    )  # fmt: skip
    return np.stack(
        [found.burnout_altitude_m, found.burnout_downrange_m, found.burnout_speed_m_s, found.burnout_time_s]
    )


def _reach_m(what: Steered) -> float:
    """Return the greatest range over the still sphere at full burn, in m."""
    flown = fly_staged(
        what.vehicle, what.steering, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.0, kick_rad=KICKS_RAD, earth=STILL_SPHERE
    )  # fmt: skip
    return float(np.where(flown.status == FlightStatus.OK, flown.range_m, 0.0).max())


def _over(values: NDArray[np.float64], unit: str) -> Quantity:
    return Quantity(
        float(np.median(values)), float(values.min()), float(values.max()), unit, SOURCE, Confidence.COMPUTED
    )
