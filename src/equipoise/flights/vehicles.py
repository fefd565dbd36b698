"""From catalogue records, or vehicles made in Python, to what flies."""

from __future__ import annotations

from dataclasses import dataclass, replace

from equipoise.catalogue import load_catalogue
from equipoise.engagement.kernel_inputs import missile, steered
from equipoise.foundation.errors import DomainError, unknown_name
from equipoise.foundation.provenance import by_source
from equipoise.model.record import quantities
from equipoise.model.systems import Missile as ScenarioMissile
from equipoise.model.vehicle import Vehicle
from equipoise.physics.flight.kinematic import Kinematic
from equipoise.physics.flight.vehicle import Staged, Steering
from equipoise.results.record import Source

Flown = str | ScenarioMissile | Vehicle | Kinematic | Staged
"""What a person gives to be flown: a name of the catalogue, a record, or a vehicle in the form of the kernels."""


@dataclass(frozen=True)
class Flyer:
    """A vehicle ready to fly: its name, the data, how it is steered (staged only), and the sources of its numbers."""

    name: str
    vehicle: Kinematic | Staged
    steering: Steering | None = None
    ends_thrust: bool = True
    sources: tuple[Source, ...] = ()

    @property
    def is_staged(self) -> bool:
        """Whether it has stages; otherwise it is known by its burnout."""
        return isinstance(self.vehicle, Staged)


def flyer(what: Flown, steering: Steering | None = None, *, max_range_km: float | None = None) -> Flyer:
    """Return what flies: a missile or staged vehicle of the catalogue by id, a record of one, or a vehicle in kernel form.

    A staged vehicle in kernel form needs its steering. ``max_range_km`` replaces the range of a catalogue missile.
    """
    if max_range_km is not None and not (isinstance(what, str) and what in load_catalogue().missiles):
        raise DomainError("max_range_km replaces the range of a missile of the catalogue")
    if isinstance(what, Vehicle):
        return _of_vehicle(what, steering)
    if isinstance(what, ScenarioMissile):
        return _of_missile(what, None)
    if isinstance(what, Kinematic):
        return Flyer("kinematic missile", what)
    if isinstance(what, Staged):
        if steering is None:
            raise DomainError(
                "a staged vehicle needs its steering: equipoise.physics.flight.vehicle.gravity_turn(...)"
            )
        return Flyer("staged vehicle", what, steering)
    catalogue = load_catalogue()
    if what in catalogue.missiles:
        return _of_missile(catalogue.missiles[what], max_range_km)
    if what in catalogue.vehicles:
        return _of_vehicle(catalogue.vehicles[what], steering)
    raise unknown_name("missile or vehicle", what, (*catalogue.missiles, *catalogue.vehicles))


def _of_missile(entry: ScenarioMissile, max_range_km: float | None) -> Flyer:
    flown = entry
    if max_range_km is not None:
        flown = entry.but(max_range_km=replace(entry.max_range_km, value=max_range_km))
    return Flyer(entry.name or entry.id, missile(flown), sources=_sources(entry))


def published_range_km(what: Flown) -> tuple[float, float] | None:
    """Return nominal and greatest published range of a missile of the catalogue, or None."""
    missiles = load_catalogue().missiles
    if not (isinstance(what, str) and what in missiles):
        return None
    span = missiles[what].max_range_km
    return span.value, span.high


def _of_vehicle(entry: Vehicle, steering: Steering | None) -> Flyer:
    made = steered(entry)
    return Flyer(
        entry.name or entry.id,
        made.vehicle,
        steering or made.steering,
        entry.ends_thrust,
        _sources(entry),
    )


def _sources(entry: ScenarioMissile | Vehicle) -> tuple[Source, ...]:
    """Return each source once, with the keys that rest on it."""
    stages = entry.stages if isinstance(entry, Vehicle) else ()
    parts = [(f"stage {n} ", stage) for n, stage in enumerate(stages, 1)]
    said = (
        (value.source, str(value.confidence), before + key)
        for before, record in [("", entry), *parts]
        for key, value in quantities(record).items()
    )
    return tuple(Source(f"{entry.id}-{n}", *found) for n, found in enumerate(by_source(said), 1))
