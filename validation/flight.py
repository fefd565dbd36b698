"""Announced flights: the impulsive floor against its tabulated value, and the time that is left for the boost."""

from __future__ import annotations

from math import degrees, pi, radians

import numpy as np

from equipoise.physics import targeting
from equipoise.physics.earth import SPHERE, destination

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
    """Return the flight time of an impulsive shot with this apogee and range (rotating sphere, no air)."""
    rocket = targeting.kinematic(
        burnout_speed_m_s=9500.0, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0
    )
    lat0, lon0 = radians(lat), radians(lon)
    lat1, lon1 = destination(lat0, lon0, radians(bearing), range_km / 6371.0)
    gamma0 = targeting.minimum_energy_path_angle_rad(6.371e6, 6.371e6, range_km / 6371.0)
    low, high = -gamma0 + 0.02, 0.5 * pi - gamma0 - 1e-4
    path = None
    for _ in range(45):
        loft = 0.5 * (low + high)
        trial = targeting.Solution(*targeting.solve_scalar(rocket, lat0, lon0, lat1, lon1, loft, SPHERE))
        if trial.status == 0 and trial.apogee_m < apogee_km * 1e3:
            low, path = loft, trial
        elif trial.status == 0:
            high, path = loft, trial
        else:
            high = loft
    if path is None:
        return float(np.nan)
    assert degrees(path.path_angle_rad) < 90.0
    return path.time_of_flight_s


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
