"""Great circles between the places of the debate, against tables that an independent script computed."""

from math import asin, atan2, cos, degrees, radians, sin

import pytest

from equipoise.physics.environment.earth import central_angle_rad, destination, initial_bearing_rad

RADIUS_KM = 6371.0
WASHINGTON, REDZIKOWO, DEVESELU = (38.90, -77.04), (54.48, 17.10), (44.08, 24.41)
TEHRAN, TABRIZ, LONDON, BERLIN = (35.69, 51.39), (38.08, 46.29), (51.51, -0.13), (52.52, 13.40)

# Base, distance and azimuth to Washington, distance to Redzikowo, its distance off the great circle to the right
# of the launch direction (negative: south), downrange of the point abeam.
BASES = [
    ("Vypolzovo", (57.88, 33.70), 7488, 307.9, 1091, 847, 689),
    ("Kozelsk", (54.03, 35.77), 7858, 310.5, 1210, 613, 1045),
    ("Teykovo", (56.85, 40.53), 7873, 313.1, 1485, 1015, 1088),
    ("Yoshkar-Ola", (56.58, 48.15), 8219, 318.6, 1951, 1302, 1464),
    ("Tatishchevo", (51.67, 45.57), 8513, 317.6, 1914, 859, 1716),
    ("Dombarovsky", (51.1, 59.85), 9165, 327.6, 2854, 1526, 2436),
]
PAIRS = [
    (TEHRAN, WASHINGTON, 10176),
    (TEHRAN, LONDON, 4396),
    (TEHRAN, BERLIN, 3505),
    (TEHRAN, REDZIKOWO, 3352),
    (TEHRAN, DEVESELU, 2470),
    (TABRIZ, WASHINGTON, 9684),
    (TABRIZ, LONDON, 3876),
    (TABRIZ, BERLIN, 2993),
    ((34.75, -120.62), (9.40, 167.47), 7765),
    ((65.5, 38.0), (57.33, 161.83), 5571),
]


def distance_km(start, end):
    return RADIUS_KM * central_angle_rad(*map(radians, (*start, *end)))


def bearing_deg(start, end):
    return degrees(initial_bearing_rad(*map(radians, (*start, *end)))) % 360.0


@pytest.mark.outside
@pytest.mark.parametrize(("start", "end", "expected_km"), PAIRS)
def test_distance(start, end, expected_km):
    assert distance_km(start, end) == pytest.approx(expected_km, abs=5.0)


@pytest.mark.outside
@pytest.mark.parametrize(
    ("name", "base", "far_km", "azimuth", "near_km", "off_km", "abeam_km"), BASES, ids=lambda v: str(v)
)
def test_bases_to_washington_past_redzikowo(name, base, far_km, azimuth, near_km, off_km, abeam_km):
    assert distance_km(base, WASHINGTON) == pytest.approx(far_km, abs=5.0)
    assert bearing_deg(base, WASHINGTON) == pytest.approx(azimuth, abs=0.1)
    assert distance_km(base, REDZIKOWO) == pytest.approx(near_km, abs=5.0)
    angle = near_km / RADIUS_KM
    turn = radians(bearing_deg(base, REDZIKOWO) - azimuth)
    off = RADIUS_KM * asin(sin(angle) * sin(turn))
    along = RADIUS_KM * atan2(sin(angle) * cos(turn), cos(angle))
    assert -off == pytest.approx(off_km, abs=5.0)  # the site lies south (left) of a westward path
    assert along == pytest.approx(abeam_km, abs=5.0)


@pytest.mark.identity
@pytest.mark.parametrize("start", [(0.0, 179.9), (89.9, 10.0), (-45.0, -179.0), (54.48, 17.10)])
@pytest.mark.parametrize("bearing", [0.0, 45.0, 180.0, 271.0])
def test_walking_a_bearing_covers_the_distance(start, bearing):
    angle = 2000.0 / RADIUS_KM
    lat, lon = destination(*map(radians, start), radians(bearing), angle)
    assert central_angle_rad(*map(radians, start), lat, lon) == pytest.approx(angle, abs=1e-9)
