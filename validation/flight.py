"""Announced flights: the impulsive floor against its tabulated value, and the time that is left for the boost."""

from __future__ import annotations

from math import cos, inf, radians, sin, sqrt

import numpy as np
from scipy.optimize import root

from equipoise.physics.earth import SPHERE, destination, enu_basis, geodetic_to_ecef
from equipoise.physics.free_flight import descend

# Name, launch lat and lon (deg), bearing (deg), apogee (km), range (km), announced time (s), Kepler floor (s).
# Announced values: KCNA, Japan MOD and ROK JCS through the nk-missile-tests data set and press agencies; the floors
# come from an independent closed-form script on a rotating sphere.
FLIGHTS = [
    ("Hwasong-12, 2017-05-14", 40.0659, 125.2099, 71, 2111.5, 787, 1800, 1686),
    ("Hwasong-14, 2017-07-04", 39.8722, 125.2692, 86, 2802, 933, 2220, 2080),
    ("Hwasong-12, 2017-09-15", 39.2002, 125.6733, 72, 770, 3700, 1140, 1041),
    ("Hwasong-12, 2022-10-04", 40.6112, 126.4257, 80, 970, 4500, 1320, 1227),
    ("Hwasong-17, 2022-11-18", 39.2002, 125.6733, 70, 6040.9, 999.2, 4135, 3979),
    ("Hwasong-15, 2023-02-18", 39.2002, 125.6733, 72, 5768.5, 989, 4015, 3813),
    ("Hwasong-17, 2023-03-16", 39.2002, 125.6733, 65, 6045, 1000.2, 4151, 3981),
    ("Hwasong-18, 2023-07-12", 39.112, 125.998, 62, 6648.4, 1001.2, 4491, 4355),
]


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


def rows() -> list[dict]:
    """Return two rows per flight: our floor against the tabulated one, and announced time less our floor."""
    found = []
    for name, lat, lon, bearing, apogee, reach, announced, floor in FLIGHTS:
        ours = impulsive_time_s(lat, lon, bearing, apogee, reach)
        found.append(
            {"id": f"floor {name}", "what": f"impulsive time; independent script {floor} s", "value": ours, "unit": "s",
             "bar": "within 5 s", "holds": bool(abs(ours - floor) <= 5.0), "source": "independent closed form"}
        )  # fmt: skip
        found.append(
            {"id": f"boost {name}", "what": "announced time less the floor: what the boost must explain",
             "value": announced - ours, "unit": "s", "bar": "60 to 260 s", "holds": bool(60 <= announced - ours <= 260),
             "source": "announced by KCNA, Japan MOD, ROK JCS"}
        )  # fmt: skip
    return found
