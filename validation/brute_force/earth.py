"""The turning, oblate Earth and its air, written anew for the second opinion; SI units, arrays of any length.

Positions are rows of three coordinates. ``ecef`` frames turn with the Earth; the inertial frame of a flight coincides
with the turning one at the launch. Formulas: Bowring 1976 (latitude from a position), the zonal term J2 of the
geopotential, and the U.S. Standard Atmosphere, 1976, tables 4 and I.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MEAN_RADIUS_M = 6_371_000.0
GM_M3_S2 = 3.986004418e14


@dataclass(frozen=True)
class Earth:
    """Shape, pull and spin of one model of the Earth."""

    equatorial_radius_m: float
    flattening: float
    omega_rad_s: float
    j2: float

    @property
    def e2(self) -> float:
        """First eccentricity squared."""
        return self.flattening * (2.0 - self.flattening)


EARTHS = {
    "wgs84": Earth(6_378_137.0, 1.0 / 298.257223563, 7.292115e-5, 1.0826298e-3),
    "sphere": Earth(MEAN_RADIUS_M, 0.0, 7.292115e-5, 0.0),
    "still_sphere": Earth(MEAN_RADIUS_M, 0.0, 0.0, 0.0),
}
"""The three models that a scenario may name, by the words of docs/flight.md."""


def ecef(lat_rad: Array, lon_rad: Array, altitude_m: Array, earth: Earth) -> Array:
    """Return positions (n, 3) of geodetic latitudes, longitudes and altitudes."""
    lat, lon, h = np.broadcast_arrays(lat_rad, lon_rad, altitude_m)
    normal = earth.equatorial_radius_m / np.sqrt(1.0 - earth.e2 * np.sin(lat) ** 2)
    across = (normal + h) * np.cos(lat)
    return np.stack(
        (across * np.cos(lon), across * np.sin(lon), (normal * (1.0 - earth.e2) + h) * np.sin(lat)), axis=-1
    )


def geodetic(place: Array, earth: Earth) -> tuple[Array, Array, Array]:
    """Return geodetic latitude, longitude and altitude of ``place`` (..., 3), by two rounds of Bowring's formula."""
    x, y, z = place[..., 0], place[..., 1], place[..., 2]
    a = earth.equatorial_radius_m
    b = a * (1.0 - earth.flattening)
    second = (a / b) ** 2 - 1.0
    across = np.hypot(x, y)
    parametric = np.arctan2(a * z, b * across)
    for _ in range(2):
        lat = np.arctan2(
            z + second * b * np.sin(parametric) ** 3, across - earth.e2 * a * np.cos(parametric) ** 3
        )
        parametric = np.arctan2(b * np.sin(lat), a * np.cos(lat))
    sine, cosine = np.sin(lat), np.cos(lat)
    altitude = across * cosine + z * sine - a * np.sqrt(1.0 - earth.e2 * sine**2)
    return lat, np.arctan2(y, x), altitude


def height_above(place: Array, earth: Earth) -> Array:
    """Return the height above the ellipsoid along the radius: within 0.5 m of the geodetic altitude up to 100 km."""
    x, y, z = place[..., 0], place[..., 1], place[..., 2]
    a = earth.equatorial_radius_m
    b = a * (1.0 - earth.flattening)
    across2 = x * x + y * y
    r = np.sqrt(across2 + z * z)
    return r - a * b * r / np.sqrt(b * b * across2 + a * a * z * z)


def axes(lat_rad: Array, lon_rad: Array) -> tuple[Array, Array, Array]:
    """Return the unit vectors east, north and up (geodetic) at each place."""
    lat, lon = np.broadcast_arrays(lat_rad, lon_rad)
    s, c, sl, cl = np.sin(lat), np.cos(lat), np.sin(lon), np.cos(lon)
    east = np.stack((-sl, cl, np.zeros_like(s)), axis=-1)
    north = np.stack((-s * cl, -s * sl, c), axis=-1)
    up = np.stack((c * cl, c * sl, s), axis=-1)
    return east, north, up


def _vectors(x: Array, y: Array, z: Array | float) -> Array:
    """Return vectors (..., 3) from their parts, the last of which may be one for all; `numpy.stack` takes three times as long."""
    joined = np.empty((*x.shape, 3))
    joined[..., 0], joined[..., 1], joined[..., 2] = x, y, z
    return joined


def turned(vector: Array, angle_rad: Array) -> Array:
    """Return vectors (..., 3) turned eastward about the Earth's axis."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    x, y, z = vector[..., 0], vector[..., 1], vector[..., 2]
    return _vectors(c * x - s * y, s * x + c * y, z)


def spin_velocity(place: Array, earth: Earth) -> Array:
    """Return the velocity (..., 3) with which the Earth carries ``place``."""
    x, y = place[..., 0], place[..., 1]
    return _vectors(-earth.omega_rad_s * y, earth.omega_rad_s * x, 0.0)


def gravity(place: Array, earth: Earth) -> Array:
    """Return the acceleration (n, 3) of the point mass and J2."""
    x, y, z = place[..., 0], place[..., 1], place[..., 2]
    r2 = x * x + y * y + z * z
    pull = -GM_M3_S2 / (r2 * np.sqrt(r2))
    zonal = 1.5 * earth.j2 * earth.equatorial_radius_m**2 / r2
    tilt = 5.0 * z * z / r2
    level, axial = pull * (1.0 + zonal * (1.0 - tilt)), pull * (1.0 + zonal * (3.0 - tilt))
    return _vectors(level * x, level * y, axial * z)


def great_circle(lat_rad: Array, lon_rad: Array, bearing_rad: Array, angle_rad: Array) -> tuple[Array, Array]:
    """Return latitude and longitude after ``angle_rad`` along a great circle that leaves on ``bearing_rad``."""
    there = np.arcsin(
        np.sin(lat_rad) * np.cos(angle_rad) + np.cos(lat_rad) * np.sin(angle_rad) * np.cos(bearing_rad)
    )
    lon = lon_rad + np.arctan2(
        np.sin(bearing_rad) * np.sin(angle_rad) * np.cos(lat_rad),
        np.cos(angle_rad) - np.sin(lat_rad) * np.sin(there),
    )
    return there, lon


def bearing(lat_rad: Array, lon_rad: Array, to_lat_rad: Array, to_lon_rad: Array) -> Array:
    """Return the bearing, clockwise from north, on which a great circle leaves for another place."""
    d = to_lon_rad - lon_rad
    return np.arctan2(
        np.sin(d) * np.cos(to_lat_rad),
        np.cos(lat_rad) * np.sin(to_lat_rad) - np.sin(lat_rad) * np.cos(to_lat_rad) * np.cos(d),
    )


def angle_between(lat_rad: Array, lon_rad: Array, to_lat_rad: Array, to_lon_rad: Array) -> Array:
    """Return the angle at the Earth's middle between two places on the sphere (haversine)."""
    half = (
        np.sin(0.5 * (to_lat_rad - lat_rad)) ** 2
        + np.cos(lat_rad) * np.cos(to_lat_rad) * np.sin(0.5 * (to_lon_rad - lon_rad)) ** 2
    )
    return 2.0 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


LAYERS = (
    (0.0, 288.15, -6.5e-3),
    (11e3, 216.65, 0.0),
    (20e3, 216.65, 1e-3),
    (32e3, 228.65, 2.8e-3),
    (47e3, 270.65, 0.0),
    (51e3, 270.65, -2.8e-3),
    (71e3, 214.65, -2e-3),
)
"""Base (geopotential m), temperature (K) and lapse (K/m) of the standard's layers, its table 4."""
ABOVE = (
    (86e3, 6.958e-6), (90e3, 3.416e-6), (95e3, 1.393e-6), (100e3, 5.604e-7), (110e3, 9.708e-8),
    (120e3, 2.222e-8), (130e3, 8.152e-9), (140e3, 3.831e-9), (150e3, 2.076e-9), (160e3, 1.233e-9),
    (180e3, 5.194e-10), (200e3, 2.541e-10),
)  # fmt: skip
"""Altitude (m) and density (kg/m3) above the layers, the standard's table I."""


def _layer_density(altitude_m: Array) -> Array:
    """Return the density (kg/m3) up to 86 km by the hydrostatic layers."""
    height = 6_356_766.0 * altitude_m / (6_356_766.0 + altitude_m)
    found = np.empty_like(height)
    pressure, steep = 101_325.0, 9.80665 * 0.0289644 / 8.31432
    for i, (base, warm, lapse) in enumerate(LAYERS):
        top = LAYERS[i + 1][0] if i + 1 < len(LAYERS) else np.inf

        def at(h: Array, base: float = base, warm: float = warm, lapse: float = lapse) -> tuple[Array, Array]:
            t = warm + lapse * (h - base)
            ratio = (t / warm) ** (-steep / lapse) if lapse else np.exp(-steep * (h - base) / warm)
            return t, ratio

        inside = (height >= base) & (height < top)
        t, ratio = at(height[inside])
        found[inside] = pressure * ratio * 0.0289644 / (8.31432 * t)
        if np.isfinite(top):
            pressure *= float(at(np.array([top]))[1][0])
    return found


_HEIGHTS = np.concatenate((np.arange(0.0, 86e3, 100.0), [h for h, _ in ABOVE]))
_LOGS = np.concatenate(
    (np.log(_layer_density(np.arange(0.0, 86e3, 100.0))), np.log([rho for _, rho in ABOVE]))
)


def density(altitude_m: Array) -> Array:
    """Return the density (kg/m3): the standard's to 200 km, that of the ground below it, none above."""
    inside = np.exp(np.interp(altitude_m, _HEIGHTS, _LOGS))
    return np.where(altitude_m > 200e3, 0.0, inside)
