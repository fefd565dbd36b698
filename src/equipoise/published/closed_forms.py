"""Independent closed forms: minimum-energy paths, the turning Earth, distances of the debate; kept from scripts of their own.

Nobody printed these numbers. They test our arithmetic: impulsive shots from the ground over a sphere of 6371 km without air.
"""

from __future__ import annotations

from math import degrees, inf, pi, radians

from equipoise.physics.environment.earth import SPHERE, STILL_SPHERE, initial_bearing_rad
from equipoise.physics.flight.flight import fly_kinematic
from equipoise.physics.flight.kinematic import Kinematic, kinematic_for_range
from equipoise.published.arcs import Place, distance_km
from equipoise.published.statement import Statement, compared

NAME = "closed-forms"
TITLE = "Closed forms: minimum energy, the turning Earth, distances"
SCRIPT = "an independent closed-form script (Kepler's motion on a sphere)"
ARCS = (
    (300.0, 1.696, 44.33, 74.1, 251.0),
    (1000.0, 3.016, 42.75, 239.9, 474.0),
    (2000.0, 4.113, 40.50, 458.8, 702.0),
    (3000.0, 4.865, 38.26, 655.2, 895.0),
    (4000.0, 5.433, 36.01, 828.0, 1071.0),
    (5500.0, 6.075, 32.63, 1040.5, 1316.0),
    (7400.0, 6.658, 28.36, 1225.5, 1597.0),
    (10000.0, 7.198, 22.52, 1319.5, 1931.0),
    (12000.0, 7.480, 18.02, 1264.5, 2143.0),
)
"""Range (km), speed (km/s), path angle (degrees), apogee (km), time of flight (s)."""
TURNED = (
    (1000, 0, 90, 1028), (1000, 0, 270, 980), (3000, 40, 90, 3125), (3000, 40, 270, 2895), (5500, 0, 90, 6011),
    (5500, 0, 270, 5086), (5500, 40, 0, 5496), (10000, 40, 90, 11404), (10000, 40, 180, 10047), (10000, 0, 270, 8508),
)  # fmt: skip
"""Range on the still Earth (km), latitude, azimuth (degrees), range on the turning one with the same speed over ground (km)."""
WASHINGTON, REDZIKOWO = (38.90, -77.04), (54.48, 17.10)
BASES = (
    ("Vypolzovo", (57.88, 33.70), 7488.0, 307.9, 1091.0),
    ("Kozelsk", (54.03, 35.77), 7858.0, 310.5, 1210.0),
    ("Teykovo", (56.85, 40.53), 7873.0, 313.1, 1485.0),
    ("Yoshkar-Ola", (56.58, 48.15), 8219.0, 318.6, 1951.0),
    ("Tatishchevo", (51.67, 45.57), 8513.0, 317.6, 1914.0),
    ("Dombarovsky", (51.1, 59.85), 9165.0, 327.6, 2854.0),
)
"""Base, place, distance (km) and azimuth (degrees) to Washington, distance to Redzikowo (km)."""


def _missile(range_km: float) -> Kinematic:
    return kinematic_for_range(
        max_range_m=1e3 * range_km, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0,
        ballistic_coefficient_kg_m2=inf,
    )  # fmt: skip


def _arcs() -> list[Statement]:
    """The missile whose farthest range is the row's is flown at the angle of the row."""
    made = []
    for range_km, speed, angle, apogee, time in ARCS:
        missile = _missile(range_km)
        end = fly_kinematic(
            missile,
            lat_rad=0.3,
            lon_rad=0.0,
            azimuth_rad=0.7,
            path_angle_rad=radians(angle),
            earth=STILL_SPHERE,
        )
        for what, printed, ours, unit, rounding in (
            ("speed", speed, missile.burnout_speed_m_s / 1e3, "km/s", 6e-4),
            ("range at that angle", range_km, float(end.range_m[0]) / 1e3, "km", 1.0),
            ("apogee", apogee, float(end.apogee_m[0]) / 1e3, "km", 0.5),
            ("time of flight", time, float(end.time_of_flight_s[0]), "s", 1.0),
        ):
            made.append(
                _row(f"{range_km:,.0f} km with minimum energy: {what}", printed, ours, unit, rounding)
            )
    return made


def _turned() -> list[Statement]:
    made = []
    for still, lat, azimuth, turning in TURNED:
        angle = 0.25 * (pi - still * 1e3 / SPHERE.equatorial_radius_m)
        end = fly_kinematic(
            _missile(still), lat_rad=radians(lat), lon_rad=0.0, azimuth_rad=radians(azimuth), path_angle_rad=angle,
            earth=SPHERE,
        )  # fmt: skip
        what = (
            f"{still:,} km still, from latitude {lat} towards {azimuth} degrees: range on the turning Earth"
        )
        made.append(_row(what, float(turning), float(end.range_m[0]) / 1e3, "km", 2.0))
    return made


def _distances() -> list[Statement]:
    made = []
    for name, place, away, azimuth, near in BASES:
        made += [
            _row(f"{name} to Washington", away, distance_km(place, WASHINGTON), "km", 10.0),
            _row(f"{name} to Washington: azimuth", azimuth, _azimuth_deg(place, WASHINGTON), "degrees", 0.2),
            _row(f"{name} to Redzikowo", near, distance_km(place, REDZIKOWO), "km", 5.0),
        ]
    return made


def _azimuth_deg(start_deg: Place, end_deg: Place) -> float:
    return degrees(initial_bearing_rad(*map(radians, (*start_deg, *end_deg)))) % 360.0


def _row(what: str, printed: float, ours: float, unit: str, rounding: float) -> Statement:
    return compared(
        NAME, what, printed=printed, ours=ours, unit=unit, rounding=rounding, source=SCRIPT, label="computed"
    )


def statements() -> list[Statement]:
    """Return arcs, turned ranges and distances."""
    return [*_arcs(), *_turned(), *_distances()]
