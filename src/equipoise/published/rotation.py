"""D. Wright's table of July 2017: how far the turning Earth lets one missile fly towards six American cities.

Printed for a missile whose range without rotation is 10,400 km. Ours starts where the flight of 4 July 2017 did, whose
place the printed distances fit, with the ground-relative
speed of an impulsive 10,400 km path and flies minimum energy towards each city on a turning sphere, without air.
"""

from __future__ import annotations

from math import radians

import numpy as np

from equipoise.flights.fly import fly_batch
from equipoise.physics.environment.earth import initial_bearing_rad
from equipoise.physics.flight.kinematic import kinematic_for_range
from equipoise.published.arcs import distance_km
from equipoise.published.statement import Statement, compared

NAME = "rotation-2017"
TITLE = "Range and the turning Earth (UCS, D. Wright 2017)"
SOURCE = "D. Wright, UCS, July 2017, as homelandsecurityreview.com (31 Jul 2017) prints it"
LAUNCH_DEG = (39.8722, 125.2692)
STILL_RANGE_KM = 10400.0
CITIES = (
    ("Los Angeles", (34.05, -118.24), 9500.0, 11700.0),
    ("Denver", (39.74, -104.99), 9800.0, 11400.0),
    ("Chicago", (41.88, -87.63), 10400.0, 11100.0),
    ("Boston", (42.36, -71.06), 10750.0, 10750.0),
    ("New York", (40.71, -74.01), 10850.0, 10850.0),
    ("Washington", (38.90, -77.04), 11000.0, 10900.0),
)
"""City, place, printed distance (km), printed range towards it (km)."""


def reach_km(city_deg: tuple[float, float]) -> float:
    """Return the greatest range towards a city: over ground, along the bearing on which the impact lies."""
    vehicle = kinematic_for_range(
        max_range_m=1e3 * STILL_RANGE_KM, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0
    )
    wanted = initial_bearing_rad(*map(radians, (*LAUNCH_DEG, *city_deg)))
    azimuth = np.degrees(wanted) + np.linspace(-40.0, 40.0, 161)
    best = 0.0
    for angle in np.arange(16.0, 30.0, 1.0):
        flown = fly_batch(
            vehicle, start=LAUNCH_DEG, azimuth_deg=azimuth, angle_deg=angle, earth="sphere", threads=1
        )
        bearing = [
            initial_bearing_rad(*map(radians, (*LAUNCH_DEG, lat, lon)))
            for lat, lon in zip(flown.impact_lat.values, flown.impact_lon.values, strict=True)
        ]
        off = np.degrees((np.array(bearing) - wanted + np.pi) % (2.0 * np.pi) - np.pi)
        order = np.argsort(off)
        best = max(best, float(np.interp(0.0, off[order], flown.range_km.values[order])))
    return best


def statements() -> list[Statement]:
    """Return distances and reaches, and the difference between Los Angeles and Boston, which the base speed hardly moves."""
    made, reaches = [], {}
    for name, place, distance, printed in CITIES:
        reaches[name] = reach_km(place)
        made += [
            compared(NAME, f"distance to {name}", printed=distance, ours=distance_km(LAUNCH_DEG, place), unit="km", digits=0,
                     rounding=75.0, source=SOURCE, label="secondary",
                     why="The launch place of the table is not printed; ours is that of the flight of 4 July 2017, which fits best."),
            compared(NAME, f"range towards {name}", printed=printed, ours=reaches[name], unit="km", digits=0, rounding=50.0,
                     source=SOURCE, label="secondary",
                     why="How the base speed was fixed is not printed: ours is 200 to 300 km less throughout, while the differences between cities agree."),
        ]  # fmt: skip
    made.append(
        compared(NAME, "range towards Los Angeles less range towards Boston", printed=950.0, digits=0,
                 ours=reaches["Los Angeles"] - reaches["Boston"], unit="km", rounding=70.0, source=SOURCE, label="secondary",
                 why="Both printed ranges are rounded to 50 km; the launch bearing enters through where the path meets the turning ground.")
    )  # fmt: skip
    return made
