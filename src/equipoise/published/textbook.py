"""Worked problems of Bate, Mueller and White, Fundamentals of Astrodynamics (1971), chapter 6, flown by our integrator.

The book was not opened: a public set of unit tests quotes the problems with their pages. Canonical units: the Earth's
radius is 1 DU, the circular speed there 1 DU/TU. Each case starts at burnout on a still sphere without air.
"""

from __future__ import annotations

from math import acos, asin, cos, degrees, inf, pi, radians, sin, sqrt

import numpy as np

from equipoise.foundation.constants import GM_EARTH_M3_S2
from equipoise.physics.environment.earth import sphere
from equipoise.physics.flight.first_guess import minimum_energy_path_angle_rad, speed_for_arc
from equipoise.physics.flight.free_flight import descend
from equipoise.physics.flight.kinematic import burnout_state, kinematic
from equipoise.published.statement import Statement, compared

NAME = "textbook-1971"
TITLE = "Free flight in Bate, Mueller and White (1971)"
PLACE = "the pages that each statement names"
SOURCE = (
    "Bate, Mueller and White, Fundamentals of Astrodynamics, {page}, as a public set of unit tests quotes it"
)
EARTH = sphere(radius_m=6378.145e3)
"""The book's Earth."""
RADIUS_M = EARTH.equatorial_radius_m
SPEED_UNIT_M_S = sqrt(GM_EARTH_M3_S2 / RADIUS_M)
FOOT_M, NAUTICAL_MILE_M = 0.3048, 1852.0


def free_flight(height_m: float, speed_m_s: float, path_angle_rad: float) -> tuple[float, float]:
    """Return the apogee (m) and the angle (rad) flown until the path is back at the height of burnout."""
    vehicle = kinematic(
        burnout_speed_m_s=speed_m_s, burn_time_s=0.0, burnout_altitude_m=height_m, burnout_downrange_m=0.0
    )
    state, nodes = np.empty(6), np.empty((600, 7))
    burnout_state(vehicle, 0.0, 0.0, 0.0, path_angle_rad, speed_m_s, EARTH, state)
    end = descend(state, inf, EARTH, 0.01, nodes)
    kept = nodes[np.isfinite(nodes[:, 0])]
    angle = np.arctan2(kept[:, 3], kept[:, 1])
    height = np.linalg.norm(kept[:, 1:4], axis=1) - RADIUS_M
    falling = np.arange(len(kept)) > int(height.argmax())
    back = np.interp(-height_m, -height[falling], angle[falling])
    return end.apogee_m, float(back)


def _case(
    what: str, printed: float, ours: float, page: str, rounding: float, unit: str = "1", why: str = ""
) -> Statement:
    return compared(
        NAME, what, printed=printed, ours=ours, unit=unit, rounding=rounding, source=SOURCE.format(page=page),
        label="secondary", why=why,
    )  # fmt: skip


def _page_290() -> list[Statement]:
    """Burnout at 0.2 DU with 2/3 DU/TU on a path that rises to 0.5 DU."""
    height, speed = 0.2 * RADIUS_M, 2.0 / 3.0 * SPEED_UNIT_M_S
    energy = 0.5 * speed**2 - GM_EARTH_M3_S2 / (RADIUS_M + height)
    at_top = sqrt(2.0 * (energy + GM_EARTH_M3_S2 / (1.5 * RADIUS_M)))
    momentum = 1.5 * RADIUS_M * at_top
    angle = acos(momentum / ((RADIUS_M + height) * speed))
    apogee, flown = free_flight(height, speed, angle)
    q = speed**2 * (RADIUS_M + height) / GM_EARTH_M3_S2
    return [
        _case("p. 290: height of the apogee that is flown", 0.5, apogee / RADIUS_M, "p. 290", 5e-5, "DU"),
        _case("p. 290: free-flight angle", 36.4, degrees(flown), "p. 290", 0.05, "degrees"),
        _case("p. 290: cosine of the path angle at burnout", 0.625, cos(angle), "p. 290", 5e-4),
        _case("p. 290: parameter Q", 0.533, q, "p. 290", 5e-4),
    ]


def _page_243() -> list[Statement]:
    """The same in km, 2nd edition: burnout at 1275.6 km with 5.2702 km/s, apogee 3189.1 km."""
    angle = acos(25211e6 / ((RADIUS_M + 1275.6e3) * 5270.2))
    apogee, flown = free_flight(1275.6e3, 5270.2, angle)
    return [
        _case("2nd ed. p. 243: apogee", 3189.1, apogee / 1e3, "2nd ed. p. 243", 20.0, "km",
              "The book's angular momentum has five digits and its Earth a radius of 6378 km."),
        _case("2nd ed. p. 243: free-flight angle", 36.4, degrees(flown), "2nd ed. p. 243", 0.2, "degrees"),
    ]  # fmt: skip


def _page_291() -> list[Statement]:
    """Burnout at 30 N 60 E and 0.025 DU with 1.0817 DU/TU, re-entry at 30 S 60 W."""
    across = acos(
        sin(radians(30)) * sin(radians(-30)) + cos(radians(30)) * cos(radians(-30)) * cos(radians(120))
    )
    radius, speed = 1.025 * RADIUS_M, 1.0817 * SPEED_UNIT_M_S
    angles = np.radians(np.arange(1.0, 89.0, 0.02))
    needed = np.array([speed_for_arc(radius, radius, across, g, GM_EARTH_M3_S2) for g in angles])
    least = int(np.nanargmin(needed))
    high = float(np.interp(speed, needed[least:], angles[least:]))
    _, flown = free_flight(0.025 * RADIUS_M, speed, high)
    return [
        _case("p. 291: free-flight angle", 128.682, degrees(across), "p. 291", 5e-4, "degrees"),
        _case("p. 291: path angle at burnout", 39.36, degrees(high), "p. 291", 0.05, "degrees"),
        _case("p. 291: the angle flown with it", 128.682, degrees(flown), "p. 291", 0.1, "degrees"),
    ]  # fmt: skip


def _page_294() -> list[Statement]:
    """24,300 ft/s at 258 nautical miles: greatest free-flight range."""
    height, speed = 258.0 * NAUTICAL_MILE_M, 24300.0 * FOOT_M
    q = speed**2 * (RADIUS_M + height) / GM_EARTH_M3_S2
    _, flown = free_flight(height, speed, 0.25 * (pi - 2.0 * asin(q / (2.0 - q))))
    return [
        _case("p. 294: parameter Q", 0.95, q, "p. 294", 0.01),
        _case("p. 294: greatest free-flight angle", 129.0, degrees(flown), "p. 294", 2.6, "degrees",
              "The book reads Q from a chart and rounds it to 0.95."),
    ]  # fmt: skip


def _page_295() -> list[Statement]:
    """8,000 nautical miles from burnout at 344: the least speed."""
    radius = RADIUS_M + 344.0 * NAUTICAL_MILE_M
    across = 8000.0 * NAUTICAL_MILE_M / RADIUS_M
    angle = minimum_energy_path_angle_rad(radius, radius, across)
    speed = speed_for_arc(radius, radius, across, angle, GM_EARTH_M3_S2)
    q = speed**2 * radius / GM_EARTH_M3_S2
    return [
        _case("p. 295: parameter Q", 0.957, q, "p. 295", 5e-4),
        _case("p. 295: least speed", 0.933, speed / SPEED_UNIT_M_S, "p. 295", 5e-4, "DU/TU"),
    ]


def statements() -> list[Statement]:
    """Return every number of the five problems."""
    return [*_page_290(), *_page_243(), *_page_291(), *_page_294(), *_page_295()]
