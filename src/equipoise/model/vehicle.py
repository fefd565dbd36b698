"""Staged vehicles as published parameter sets state them."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import Favours, Flag, Mass, Measured, one_of
from equipoise.model.record import Entry, Noted, Record
from equipoise.model.shapes import DragPoints
from equipoise.model.systems import MissileClass

SpecificImpulse = Annotated[Quantity, Measured(50.0, 600.0)]
Duration = Annotated[Quantity, Measured(0.0, 86_400.0)]
Force = Annotated[Quantity, Measured(0.1, 50_000.0)]
Area = Annotated[Quantity, Measured(0.0, 100.0)]
Length = Annotated[Quantity, Measured(0.05, 5_000.0)]


_READER = "equipoise.scenario.vehicle_file"
"""Records know who reads files by name alone."""


class Stage(Record):
    """One stage without those above it; give its vacuum thrust or its vacuum specific impulse.

    >>> import equipoise as eq
    >>> stage = eq.Stage(burn_time_s=70, propellant_kg=4_000, dry_kg=1_000, specific_impulse_s=230, diameter_m=0.9)
    >>> stage.burn_time_s.value
    70.0
    """

    burn_time_s: Duration
    """Time from ignition to burnout."""
    propellant_kg: Mass
    """Propellant burnt."""
    dry_kg: Mass
    """Mass dropped after burnout."""
    specific_impulse_s: SpecificImpulse | None = None
    """Specific impulse in vacuum."""
    thrust_vacuum_kn: Force | None = None
    """Thrust in vacuum."""
    exit_area_m2: Area | None = None
    """Nozzle exit area, on which air pressure takes thrust away; absent for none."""
    diameter_m: Length
    """Diameter of the body that the air meets."""
    coast_s: Duration | None = None
    """Time between the stage below and ignition."""


class Vehicle(Entry, Noted):
    """A staged vehicle, flown by a vertical rise, a tilt and a gravity turn.

    >>> import equipoise as eq
    >>> said = {"source": "notional", "confidence": "assumption"}
    >>> stage = eq.Stage(burn_time_s=70, propellant_kg=4_000, dry_kg=1_000, specific_impulse_s=230, diameter_m=0.9)
    >>> vehicle = eq.Vehicle(id="own", name="One stage", stages=(stage,), payload_kg=800, drag="v2", vertical_rise_m=100, **said)
    >>> flight = eq.fly(vehicle, start=(38.0, 46.5), azimuth_deg=280.0, angle_deg=4.0)
    >>> round(float(flight.data.range_km))
    328
    >>> flight.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """

    stages: tuple[Stage, ...] = Field(min_length=1)
    """Stages, first one first."""
    payload_kg: Mass
    """Everything above the last stage."""
    shroud_kg: Mass | None = None
    """Shroud dropped in flight."""
    shroud_drop_s: Duration | None = None
    """When the shroud is dropped, after launch."""
    drag: Literal["", "forden", "v2", "large-solid", "large-liquid"] = ""
    """Table of drag over Mach; absent where drag_points gives one."""
    drag_points: DragPoints = ()
    """Own table: points [Mach, drag coefficient on the cross-section], Mach rising from 0."""
    ballistic_coefficient_kg_m2: Mass | None = None
    """Mass over drag area of what separates and falls; absent: the last stage stays on."""
    vertical_rise_m: Length
    """Height at which the vehicle tilts."""
    ends_thrust: Flag = True
    """Whether it can end its thrust for a shorter range."""

    @classmethod
    def from_toml(cls, path: Path | str) -> Vehicle:
        """Return the vehicle that a file describes, with the keys of this record; :class:`InputError` lists every fault."""
        found: Vehicle = import_module(_READER).read_vehicle(path)
        return found

    @property
    def burn_time_s(self) -> Quantity:
        """Time from launch to the last burnout, coasts included, with the sum of the stages' ranges."""
        first, *_ = (s.burn_time_s for s in self.stages)
        parts = [q for s in self.stages for q in (s.burn_time_s, s.coast_s) if q]
        ends = {end: sum(getattr(q, end) for q in parts) for end in ("value", "low", "high")}
        return replace(first, **ends)


class StagedMissile(Vehicle):
    """A threat known by its stages, flown as a staged vehicle to the ranges that they give it.

    >>> import equipoise as eq
    >>> said = {"source": "notional", "confidence": "assumption"}
    >>> stage = eq.Stage(burn_time_s=70, propellant_kg=4_000, dry_kg=1_000, specific_impulse_s=230, diameter_m=0.9)
    >>> own = eq.StagedMissile(id="own", name="One stage", stages=(stage,), payload_kg=800, drag="v2", vertical_rise_m=100, **said)
    >>> scenario = eq.Scenario.load("epaa")
    >>> threat = scenario.threats[0].but(id="own-threat", missile="own")
    >>> scenario.with_entries(own, threat).threats[-1].missile
    'own'
    """

    kind: Annotated[MissileClass, one_of(MissileClass)] = "regional"
    """Regional or strategic."""

    def favours(self, key: str) -> Favours:
        """Return ``either`` for what moves a flight: whether longer range or higher burnout helps the defence hangs on the path."""
        return "" if key in ("vertical_rise_m", "shroud_drop_s") else "either"
