"""Announced flights: the impulsive floor against its tabulated value, and the time that is left for the boost."""

from __future__ import annotations

from math import cos, inf, radians, sin, sqrt
from typing import Any

import numpy as np
from scipy.optimize import root

from equipoise.physics import targeting
from equipoise.physics.earth import SPHERE, WGS84, destination, enu_basis, geodetic_to_ecef
from equipoise.physics.free_flight import descend
from validation.mechanics import row

ANNOUNCED = "announced by KCNA, Japan MOD, ROK JCS"

# Name, launch lat and lon (deg), bearing (deg), apogee (km), range (km), announced time (s; 0 for none), its rounding (s),
# Kepler floor (s), stages' burn time (s).
# Announced values: KCNA, Japan MOD, ROK JCS and others through the nk-missile-tests data set and press agencies; the floors
# come from an independent closed-form script on a rotating sphere. Burn times are assumptions by class: one liquid stage
# 150 s, two 270 s, three solid 190 s; a fifth either way moves the fitted time by some 20 s.
FLIGHTS = [
    ("Hwasong-12, 2017-05-14", 40.0659, 125.2099, 71, 2111.5, 787, 1800, 60, 1686, 150),
    ("Hwasong-14, 2017-07-04", 39.8722, 125.2692, 86, 2802, 933, 2280, 90, 2080, 270),
    ("Hwasong-12, 2017-08-29", 39.2002, 125.6733, 73, 550, 2700, 840, 60, 825, 150),
    ("Hwasong-12, 2017-09-15", 39.2002, 125.6733, 72, 770, 3700, 1140, 60, 1041, 150),
    ("Hwasong-15 or 17, 2022-03-24", 39.2002, 125.6733, 72, 6248.5, 1090, 4260, 60, 4111, 270),
    ("Hwasong-12, 2022-10-04", 40.6112, 126.4257, 80, 970, 4500, 1320, 60, 1227, 150),
    ("Hwasong-17, 2022-11-18", 39.2002, 125.6733, 70, 6040.9, 999.2, 4135, 30, 3979, 270),
    ("Hwasong-15, 2023-02-18", 39.2002, 125.6733, 72, 5768.5, 989, 4015, 30, 3813, 270),
    ("Hwasong-17, 2023-03-16", 39.2002, 125.6733, 65, 6045, 1000.2, 4151, 30, 3981, 270),
    ("Hwasong-18, 2023-07-12", 39.112, 125.998, 62, 6648.4, 1001.2, 4491, 30, 4355, 190),
    ("Jupiter-C, 1956-09-20", 28.45, -80.55, 115, 1097, 5367, 0, 0, 1382, 250),
    ("GBI booster, 2003-02-06", 34.75, -120.62, 265, 1811, 5633, 0, 0, 1697, 205),
]
WEAK = ("Hwasong-12, 2017-08-29",)
"""Flights that came down in pieces: their time says little."""


def impulsive_time_s(lat: float, lon: float, bearing: float, apogee_km: float, range_km: float) -> float:
    """Return the flight time of an impulsive shot with this apogee and range (rotating sphere, no air).

    Very lofted shots are carried farther by the Earth's turn than they fly, so the three velocity components
    are solved for directly, from the vertical shot with the drift taken off.
    """
    lat0, lon0 = radians(lat), radians(lon)
    lat1, lon1 = destination(lat0, lon0, radians(bearing), range_km / 6371.0)
    start, aim = (np.array(geodetic_to_ecef(a, b, 0.0, SPHERE)) for a, b in ((lat0, lon0), (lat1, lon1)))
    basis = np.array(enu_basis(lat0, lon0))
    east, north, _ = (np.array(v) for v in enu_basis(lat1, lon1))
    spin = np.array([0.0, 0.0, SPHERE.omega_rad_s])
    none = np.empty((0, 7))

    def fly(velocity_enu: np.ndarray) -> tuple[np.ndarray, float]:
        velocity = velocity_enu @ basis + np.cross(spin, start)
        end = descend(np.concatenate([start, velocity]), inf, SPHERE, 0.02, none)
        turn = SPHERE.omega_rad_s * end.time_s
        c, s = cos(turn), sin(turn)
        miss = np.array([end.x_m * c + end.y_m * s, -end.x_m * s + end.y_m * c, end.z_m]) - aim
        return np.array([miss @ east, miss @ north, end.apogee_m - apogee_km * 1e3]) / 1e3, end.time_s

    r, top = SPHERE.equatorial_radius_m, apogee_km * 1e3
    up = sqrt(2.0 * SPHERE.gm_m3_s2 * (1.0 / r - 1.0 / (r + top)))
    time = 2.0 * up / 9.8 * (1.0 + top / r)
    along = range_km * 1e3 / time
    guess = np.array([along * sin(radians(bearing)), along * cos(radians(bearing)), up])
    found = root(lambda v: fly(v)[0], guess, method="hybr", options={"eps": 1e-6})
    return fly(found.x)[1] if np.abs(found.fun).max() < 0.1 else float(np.nan)


def fitted_time_s(
    lat: float, lon: float, bearing: float, apogee_km: float, range_km: float, burn_s: float
) -> float:
    """Return the time of the kinematic flight, boost and air included, with this apogee and range; nan when none is found."""
    start, (lat1, lon1) = (
        (radians(lat), radians(lon)),
        destination(radians(lat), radians(lon), radians(bearing), range_km / 6371.0),
    )
    speed = sqrt(2.0 * SPHERE.gm_m3_s2 * (1.0 / 6.371e6 - 1.0 / (6.371e6 + apogee_km * 1e3)))
    speed = max(speed, 4000.0) if range_km > 2000 else speed
    boost = 0.4 * speed * burn_s
    climb = radians(70.0 if range_km < 2000 else 50.0)
    missile = targeting.kinematic(
        burnout_speed_m_s=9000.0, burn_time_s=burn_s * 9000.0 / speed, burnout_altitude_m=boost * sin(climb) * (9000.0 / speed) ** 2,
        burnout_downrange_m=boost * cos(climb) * (9000.0 / speed) ** 2, ballistic_coefficient_kg_m2=5000.0,
    )  # fmt: skip
    found = targeting.solve(
        missile, start_lat_rad=start[0], start_lon_rad=start[1], aim_lat_rad=lat1, aim_lon_rad=lon1,
        family=targeting.Family.LOFTED, earth=WGS84, apogee_m=apogee_km * 1e3,
    )  # fmt: skip
    return found.time_of_flight_s


def rows() -> list[dict[str, Any]]:
    """Return per flight: our floor against the tabulated one, announced time less our floor, and the fitted flight's time."""
    found = []
    for name, lat, lon, bearing, apogee, reach, announced, rounding, floor, burn in FLIGHTS:
        ours = impulsive_time_s(lat, lon, bearing, apogee, reach)
        key = name.split(",")[0].replace(" ", "_") + name[-11:].replace(" ", ".")
        found.append(
            row(f"floor.{key}", f"{name}: impulsive time (an independent script gives {floor} s)", ours, "s", "within 5 s of it",
                holds=abs(ours - floor) <= 5.0, rank=4, source="independent closed form")
        )  # fmt: skip
        if not announced:
            continue
        weak = name in WEAK
        found.append(
            row(f"boost.{key}", f"{name}: announced time less the floor, what the boost must explain", announced - ours, "s",
                "60 to 260 s", holds=None if weak else 60 <= announced - ours <= 260, rank=1, source=ANNOUNCED)
        )  # fmt: skip
        fitted = fitted_time_s(lat, lon, bearing, apogee, reach, burn)
        bar = rounding + 60.0
        found.append(
            row(f"fitted.{key}", f"{name}: flight with boost, fitted to apogee and range ({fitted:.0f} s), less the announced {announced} s",
                fitted - announced, "s", f"within {bar:.0f} s", holds=None if weak else abs(fitted - announced) <= bar, rank=1,
                source=ANNOUNCED)
        )  # fmt: skip
    return found
