"""Physical constants, each with one home, one unit and one source."""

from __future__ import annotations

from typing import Final

GM_EARTH_M3_S2: Final = 3.986004418e14
"""Geocentric gravitational constant, m3 s-2. NIMA TR8350.2 (WGS 84), third edition, table 3.1."""

OMEGA_EARTH_RAD_S: Final = 7.292115e-5
"""Rotation rate of the Earth, rad s-1. NIMA TR8350.2, table 3.1."""

EQUATORIAL_RADIUS_M: Final = 6378137.0
"""Semi-major axis of the WGS 84 ellipsoid, m. NIMA TR8350.2, table 3.1."""

FLATTENING: Final = 1.0 / 298.257223563
"""Flattening of the WGS 84 ellipsoid. NIMA TR8350.2, table 3.1."""

J2_EARTH: Final = 1.0826298e-3
"""Second zonal harmonic, from the WGS 84 normalised coefficient C20 = -0.484166774985e-3 (times -sqrt 5)."""

MEAN_RADIUS_M: Final = 6371000.0
"""Mean radius of the Earth for the spherical model, m (rounded R1 of the WGS 84 ellipsoid)."""

STANDARD_GRAVITY_M_S2: Final = 9.80665
"""Standard acceleration of gravity, m s-2. CGPM 1901; turns specific impulse into exhaust speed."""

BOLTZMANN_J_K: Final = 1.380649e-23
"""Boltzmann constant, J K-1. SI definition."""
