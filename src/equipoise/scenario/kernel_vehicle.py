"""From the record of a staged vehicle to the vehicle that the flight kernels take."""

from __future__ import annotations

from math import inf, nan, pi

from equipoise.foundation.errors import DomainError
from equipoise.foundation.provenance import Quantity
from equipoise.model.vehicle import Stage, Vehicle
from equipoise.physics.environment.drag import drag_coefficients
from equipoise.physics.flight import vehicle as kernel


def staged(record: Vehicle) -> kernel.Staged:
    """Return the staged vehicle of a record at its nominal values."""
    if bool(record.drag) == bool(record.drag_points):
        raise DomainError(f"vehicle '{record.id}': give either drag, the name of a table, or drag_points")
    return kernel.staged(
        stages=[_stage(data) for data in record.stages],
        payload_kg=record.payload_kg.si,
        shroud_kg=record.shroud_kg.si if record.shroud_kg else 0.0,
        shroud_drop_s=record.shroud_drop_s.si if record.shroud_drop_s else inf,
        drag=record.drag or drag_coefficients(*zip(*record.drag_points, strict=True)),
        ballistic_coefficient_kg_m2=_si(record.ballistic_coefficient_kg_m2),
    )


def _stage(data: Stage) -> kernel.Stage:
    return kernel.stage(
        burn_time_s=data.burn_time_s.si,
        propellant_kg=data.propellant_kg.si,
        dry_kg=data.dry_kg.si,
        reference_area_m2=0.25 * pi * data.diameter_m.si**2,
        thrust_vacuum_n=_si(data.thrust_vacuum_kn),
        specific_impulse_s=_si(data.specific_impulse_s),
        exit_area_m2=data.exit_area_m2.si if data.exit_area_m2 else 0.0,
        coast_s=data.coast_s.si if data.coast_s else 0.0,
    )


def _si(value: Quantity | None) -> float:
    return nan if value is None else value.si
