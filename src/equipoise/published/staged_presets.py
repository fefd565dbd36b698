"""Staged missiles with printed parameters: Forden's table of 2007 and the presets of D. Wright's program, flown for range.

Both flew a point mass with thrust from specific impulse; the pitch programme is theirs. Ours rises vertically for 5 to
25 s, tilts once and turns with gravity; rise and tilt are varied for the greatest range. The missile falls whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import pi, radians

import numpy as np

from equipoise.flights.vehicles import flyer
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import WGS84, EarthModel, sphere
from equipoise.physics.flight.flight import Flight, fly_staged
from equipoise.physics.flight.vehicle import Staged, gravity_turn, stage, staged
from equipoise.published.statement import Statement, compared

NAME = "staged-presets"
TITLE = "Ranges of staged missiles with printed parameters (Forden 2007, Wright's program)"
FORDEN = "G. Forden, S&GS 15 (2007), table 3, in a public transcription"
WRIGHT = "presets.txt of a public copy of D. Wright's program (is541/ballistic-missile-range)"
STUDY_EARTH = sphere(radius_m=6370e3)
RISES_S = (5.0, 10.0, 15.0, 20.0, 25.0)
KICKS_RAD = np.radians(np.geomspace(0.2, 40.0, 160))
FORDEN_RANGES_KM = {"forden-scud-b": ("Scud-B", 288.0), "forden-no-dong": ("No-dong", 973.0)}


@dataclass(frozen=True)
class Preset:
    """Per stage fuel, dry mass (kg), specific impulse (s), thrust (kgf); payload (kg), diameter (m), nominal range (km).

    The last three are what the published program gives when it is run: range, apogee (km), time (s).
    """

    name: str
    fuel_kg: tuple[float, ...]
    dry_kg: tuple[float, ...]
    impulse_s: tuple[float, ...]
    thrust_kgf: tuple[float, ...]
    payload_kg: float
    diameter_m: float
    nominal_km: float
    run_range_km: float

    def vehicle(self) -> Staged:
        """Return the vehicle; it falls with the program's V-2 drag curve."""
        rows = zip(self.fuel_kg, self.dry_kg, self.impulse_s, self.thrust_kgf, strict=True)
        stages = [
            stage(burn_time_s=fuel * impulse / thrust, propellant_kg=fuel, dry_kg=dry, specific_impulse_s=impulse,
                  reference_area_m2=0.25 * pi * self.diameter_m**2)
            for fuel, dry, impulse, thrust in rows
        ]  # fmt: skip
        return staged(stages=stages, payload_kg=self.payload_kg, drag="v2")


PRESETS = (
    Preset("V-2", (8900,), (4000,), (210,), (27461,), 975, 1.65, 240, 238.2),
    Preset("Scud-B", (5200,), (1150,), (226,), (8300,), 1000, 0.855, 300, 297.8),
    Preset("Al-Husayn", (5600,), (1200,), (226,), (9177.4,), 500, 0.88, 600, 546.7),
    Preset("Nodong-A", (12798,), (2294,), (226,), (26600,), 1000, 1.35, 1500, 853.1),
    Preset("Nodong-A1", (14950,), (2371,), (226,), (31260,), 650, 1.35, 2000, 1202.4),
    Preset("Nodong-B", (17858,), (2146,), (269,), (26580,), 1000, 1.5, 4000, 1917.0),
    Preset("TD-1", (12798, 3771, 196.66), (2394, 1100, 23), (226, 268, 280), (30432, 6000, 2039.43), 1000, 1.5, 2000, 1318.8),
    Preset("TD-2", (52124, 12798), (3532, 2294), (230, 264), (104257, 31200), 1158, 2.0, 6400, 4731.4),
)  # fmt: skip
NOT_REACHED = (
    "The nominal range is an input of the presets, not a result: the published program itself reaches {run:,.0f} km, "
    "and so little propellant allows no more."
)
THRUST = (
    "The program multiplies the first stage's thrust by a curve that reaches 1.03 at 40 km and 1.10 at 80 km while the fuel flows "
    "as before; our specific impulse is constant. The longer a stage burns up there, the more that is worth."
)


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


def statements() -> list[Statement]:
    """Return Forden's two ranges, the presets' nominal ranges, and what the published program gives."""
    made = []
    for name, (words, printed) in FORDEN_RANGES_KM.items():
        vehicle = flyer(name).vehicle
        assert isinstance(vehicle, Staged)
        found, _, _ = farthest(vehicle, lat_rad=radians(33.0), azimuth_rad=radians(40.0), earth=WGS84)
        made.append(
            compared(NAME, f"{words}, 1,000 kg, azimuth 40 degrees: greatest range", printed=printed, ours=found / 1e3, unit="km",
                     digits=0, rounding=0.03 * printed, source=FORDEN, label="secondary",
                     why="The launch latitude and the pitch programme are not in the table; a port of the program reaches 297 and 971 km.")
        )  # fmt: skip
    for preset in PRESETS:
        reached = farthest(preset.vehicle())[0] / 1e3
        why = (
            NOT_REACHED.format(run=preset.run_range_km)
            if preset.run_range_km < 0.95 * preset.nominal_km
            else THRUST
        )
        made += [
            compared(NAME, f"{preset.name}: nominal range", printed=preset.nominal_km, ours=reached, unit="km", digits=0,
                     rounding=0.05 * preset.nominal_km, source=WRIGHT, why=why),
            compared(NAME, f"{preset.name}: range of the published program", printed=preset.run_range_km, ours=reached, unit="km",
                     digits=0, rounding=0.05 * preset.run_range_km, source=f"{WRIGHT}, run unmodified but for its staging error",
                     label="computed", why=THRUST),
        ]  # fmt: skip
    return made
