"""Places: distances and bearings over the ground."""

from __future__ import annotations

from math import degrees, radians

from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.physics.environment.earth import central_angle_rad, initial_bearing_rad
from equipoise.published.kinds import Place, kind


@kind("km")
def great_circle(*, start_deg: Place, end_deg: Place) -> float:
    """Return the great circle between two places on the sphere of the mean radius."""
    return float(MEAN_RADIUS_M / 1e3 * central_angle_rad(*map(radians, (*start_deg, *end_deg))))


@kind("degrees")
def azimuth(*, start_deg: Place, end_deg: Place) -> float:
    """Return the bearing, clockwise from north, in which a great circle leaves its start."""
    return degrees(initial_bearing_rad(*map(radians, (*start_deg, *end_deg)))) % 360.0
