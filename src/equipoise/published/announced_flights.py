"""Announced flights: apogee, range and time as states and ministries printed them, against a boost and a free flight of ours.

Apogee and range are given, the time is compared. What the boost costs hangs on burn time and burnout height, which nobody
printed: burn times are assumed by class, and burnout lies at 0.4 (0.35 to 0.45) of burnout speed times burn time along
the path angle. An impulsive shot is the floor: no announced time may lie below it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, inf, radians, sin, sqrt

import numpy as np
from scipy.optimize import root

from equipoise.physics.environment.earth import (
    SPHERE,
    destination,
    enu_basis,
    geodetic_to_ecef,
    initial_bearing_rad,
)
from equipoise.physics.flight.free_flight import descend
from equipoise.published.arcs import span
from equipoise.published.statement import Statement, compared

NAME = "announced-flights"
TITLE = "Announced flights: time of flight from apogee and range"
ONE_LIQUID, TWO_LIQUID, SOLID = (140.0, 100.0, 170.0), (270.0, 200.0, 340.0), (180.0, 140.0, 230.0)
"""Burn times by class (s), nominal first: one liquid stage, two, three solid ones; assumed."""
SHARE = (0.4, 0.35, 0.45)
KCNA, JAPAN, ROK = "KCNA", "Japan MOD", "ROK JCS"


@dataclass(frozen=True)
class Announced:
    """One flight: launch (degrees), bearing (degrees), apogee and range (km), time and its rounding (s)."""

    name: str
    launch_deg: tuple[float, float]
    bearing_deg: float
    apogee_km: float
    range_km: float
    time_s: float
    rounding_s: float
    burn_s: tuple[float, float, float]
    source: str
    floor_s: float
    """Impulsive time that an independent closed form on a turning sphere gave; nan where it was not run."""


PYONGYANG = (39.2002, 125.6733)
MUPYONG = (40.6112, 126.4257)
FLIGHTS = (
    Announced("Hwasong-12, 14 May 2017", (40.0659, 125.2099), 71, 2111.5, 787, 1800, 30, ONE_LIQUID, f"{KCNA} (apogee, range), press (30 min)", 1686),
    Announced("Hwasong-14, 4 Jul 2017, US time", (39.8722, 125.2692), 86, 2802, 933, 2220, 30, TWO_LIQUID, "US PACOM (37 min)", 2080),
    Announced("Hwasong-14, 4 Jul 2017, KCNA time", (39.8722, 125.2692), 86, 2802, 933, 2340, 30, TWO_LIQUID, f"{KCNA} (39 min)", 2080),
    Announced("Hwasong-12, 29 Aug 2017", PYONGYANG, 73, 550, 2700, 840, 60, ONE_LIQUID, f"{JAPAN} (5:58 to 6:12)", 825),
    Announced("Hwasong-12, 15 Sep 2017", PYONGYANG, 72, 770, 3700, 1140, 60, ONE_LIQUID, f"{ROK} (apogee, range), {JAPAN} (6:57 to 7:16)", 1041),
    Announced("24 Mar 2022, Japan's time", PYONGYANG, 72, 6248.5, 1090, 4260, 30, TWO_LIQUID, f"{JAPAN} (71 min)", 4111),
    Announced("24 Mar 2022, KCNA time", PYONGYANG, 72, 6248.5, 1090, 4052, 0.5, TWO_LIQUID, f"{KCNA} (4,052 s)", 4111),
    Announced("Hwasong-12 class, 4 Oct 2022", MUPYONG, 80, 970, 4500, 1320, 60, ONE_LIQUID, f"{ROK} (apogee, range), {JAPAN} (7:22 to 7:44)", 1227),
    Announced("Hwasong-17, 18 Nov 2022", PYONGYANG, 70, 6040.9, 999.2, 4135, 0.5, TWO_LIQUID, KCNA, 3979),
    Announced("Hwasong-15, 18 Feb 2023", PYONGYANG, 72, 5768.5, 989, 4015, 0.5, TWO_LIQUID, KCNA, 3813),
    Announced("Hwasong-17, 16 Mar 2023", PYONGYANG, 65, 6045, 1000.2, 4151, 0.5, TWO_LIQUID, KCNA, 3981),
    Announced("Hwasong-18, 12 Jul 2023", (39.112, 125.998), 62, 6648.4, 1001.2, 4491, 0.5, SOLID, KCNA, 4355),
    Announced("Scud variant, 29 May 2017", (39.1677, 127.4817), 93, 120, 400, 360, 30, (60.0, 55.0, 80.0), "CNS (apogee, range), Japan's minister (6 min)", 326),
    Announced("Pukguksong-3, 2 Oct 2019", (39.26, 127.58), 90, 910, 450, float("nan"), 0.0, SOLID, "CNS", 970),
    Announced("Hwasong-12, 30 Jan 2022", MUPYONG, 75, 2000, 800, float("nan"), 0.0, ONE_LIQUID, ROK, 1623),
    Announced("Pukguksong-2, 21 May 2017", (39.6183, 125.8036), 90, 560, 500, float("nan"), 0.0, SOLID, "Kyodo", 732),
    Announced("Jupiter-C, 20 Sep 1956", (28.45, -80.55), 115, 1097, 5367, float("nan"), 0.0, (162.0, 155.0, 170.0), "American Heritage", 1382),
    Announced("GBI booster, 6 Feb 2003", (34.75, -120.62), 265, 1811, 5633, float("nan"), 0.0, SOLID, "Orbital", 1697),
)  # fmt: skip
WHY = {
    "24 Mar 2022, KCNA time": "The printed triple is impossible: an impulsive shot to this apogee and range takes longer; Japan's 71 minutes fit.",
    "Hwasong-12, 29 Aug 2017": "Times are rounded to the minute, and the missile was reported to have come down in three pieces.",
}
LATE = "Neither burn time nor burnout was printed; ours are assumed by class."


@dataclass(frozen=True)
class Flown:
    """Time of flight (s), speed over ground at burnout (km/s) and its path angle (rad)."""

    time_s: float
    speed_km_s: float
    path_angle_rad: float


def flown(flight: Announced, burn_s: float = 0.0, share: float = SHARE[0]) -> Flown:
    """Return our flight with this apogee and range on a turning sphere without air; without a burn it is impulsive.

    Very lofted shots are carried farther by the Earth's turn than they fly, so the three velocity components at burnout
    are solved for directly, from the vertical shot with the drift taken off.
    """
    lat0, lon0 = map(radians, flight.launch_deg)
    bearing = radians(flight.bearing_deg)
    lat1, lon1 = destination(lat0, lon0, bearing, flight.range_km / 6371.0)
    aim = np.array(geodetic_to_ecef(lat1, lon1, 0.0, SPHERE))
    east, north, _ = (np.array(v) for v in enu_basis(lat1, lon1))
    none = np.empty((0, 7))

    def fly(velocity_enu: np.ndarray) -> tuple[np.ndarray, float]:
        start, velocity = _burnout(lat0, lon0, velocity_enu, share * burn_s)
        end = descend(np.concatenate([start, velocity]), inf, SPHERE, 0.02, none)
        turn = SPHERE.omega_rad_s * end.time_s
        c, s = cos(turn), sin(turn)
        miss = np.array([end.x_m * c + end.y_m * s, -end.x_m * s + end.y_m * c, end.z_m]) - aim
        return np.array([miss @ east, miss @ north, end.apogee_m - flight.apogee_km * 1e3]) / 1e3, end.time_s

    r, top = SPHERE.equatorial_radius_m, flight.apogee_km * 1e3
    up = sqrt(2.0 * SPHERE.gm_m3_s2 * (1.0 / r - 1.0 / (r + top)))
    along = flight.range_km * 1e3 / (2.0 * up / 9.8 * (1.0 + top / r))
    # one metre per second more: a component of nothing would leave the solver's steps without a scale
    guess = np.array([along * sin(bearing) + 1.0, along * cos(bearing) + 1.0, up * (1.0 - 5e-4 * burn_s)])
    found = root(lambda v: fly(v)[0], guess, method="hybr", options={"eps": 1e-6})
    if np.abs(found.fun).max() > 0.1:
        return Flown(np.nan, np.nan, np.nan)
    speed = float(np.linalg.norm(found.x))
    return Flown(burn_s + fly(found.x)[1], speed / 1e3, float(np.arcsin(found.x[2] / speed)))


def _burnout(
    lat0: float, lon0: float, velocity_enu: np.ndarray, seconds: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the inertial state at burnout: ``seconds`` of its velocity away from the launch, up and along the ground."""
    flat = float(np.hypot(velocity_enu[0], velocity_enu[1]))
    azimuth = float(np.arctan2(velocity_enu[0], velocity_enu[1]))
    lat, lon = destination(lat0, lon0, azimuth, flat * seconds / SPHERE.equatorial_radius_m)
    heading = azimuth if flat * seconds < 1.0 else initial_bearing_rad(lat, lon, lat0, lon0) + np.pi
    start = np.array(geodetic_to_ecef(lat, lon, max(velocity_enu[2] * seconds, 0.0), SPHERE))
    east, north, up = (np.array(v) for v in enu_basis(lat, lon))
    velocity = flat * (np.sin(heading) * east + np.cos(heading) * north) + velocity_enu[2] * up
    return start, velocity + np.cross([0.0, 0.0, SPHERE.omega_rad_s], start)


def times_s(flight: Announced) -> tuple[float, float, float]:
    """Return the least, nominal and greatest time over burn time and place of burnout."""
    every = [flown(flight, burn, share).time_s for burn in flight.burn_s for share in SHARE]
    low, high = span(every)
    return low, every[0], high


def statements() -> list[Statement]:
    """Return each announced time against ours, and our impulsive floor against the kept independent one."""
    made = []
    for flight in FLIGHTS:
        if flight.time_s == flight.time_s:
            made.append(
                compared(NAME, f"{flight.name}: time for an apogee of {flight.apogee_km:g} km and a range of {flight.range_km:g} km",
                         printed=flight.time_s, ours=times_s(flight), unit="s", digits=0, rounding=flight.rounding_s,
                         source=flight.source, why=WHY.get(flight.name, LATE))
            )  # fmt: skip
        if flight.name != "24 Mar 2022, KCNA time":
            made.append(
                compared(NAME, f"{flight.name}: impulsive time", printed=flight.floor_s, ours=flown(flight).time_s, unit="s",
                         digits=0, rounding=5.0, label="computed", source="an independent closed form on a turning sphere")
            )  # fmt: skip
    return made
