"""US Standard Atmosphere 1976 (NOAA-S/T 76-1562), geometric altitude: density, pressure and speed of sound."""

from __future__ import annotations

from equipoise.physics.environment import atmosphere
from equipoise.published.statement import Statement, compared

NAME = "standard-air-1976"
TITLE = "US Standard Atmosphere 1976"
SOURCE = "US Standard Atmosphere 1976 (NOAA-S/T 76-1562), through the public package ussa1976 0.3.4; equal to the printed table below 86 km"
AIR = (
    (0.0, 1.01325e5, 1.22500, 340.294),
    (5.0, 5.40483e4, 7.36429e-1, 320.545),
    (11.0, 2.26999e4, 3.64801e-1, 295.154),
    (20.0, 5.52930e3, 8.89098e-2, 295.069),
    (30.0, 1.19703e3, 1.84101e-2, 301.709),
    (50.0, 7.97786e1, 1.02687e-3, 329.799),
    (70.0, 5.22085, 8.28280e-5, 297.061),
    (80.0, 1.05246, 1.84579e-5, 282.538),
)
"""Altitude (km), pressure (Pa), density (kg/m3), speed of sound (m/s)."""
SHARE = 1e-3
"""Our table interpolates the logarithm of the density; it is held to a thousandth."""


def statements() -> list[Statement]:
    """Return three numbers for each altitude."""
    made = []
    for height_km, pressure, density, sound in AIR:
        for what, printed, ours, unit in (
            ("pressure", pressure, atmosphere.pressure(1e3 * height_km), "Pa"),
            ("density", density, atmosphere.density(1e3 * height_km), "kg/m3"),
            ("speed of sound", sound, atmosphere.sound_speed(1e3 * height_km), "m/s"),
        ):
            made.append(
                compared(
                    NAME, f"{what} at {height_km:g} km", printed=printed, ours=ours, unit=unit,
                    rounding=SHARE * printed, source=SOURCE, label="secondary",
                )
            )  # fmt: skip
    return made
