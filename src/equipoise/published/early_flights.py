"""Rockets that flew: Mercury-Redstone 3, the V-2 of October 1942, and the Minotaur IV Lite of Wright's study."""

from __future__ import annotations

from math import radians

import numpy as np
from scipy.optimize import brentq

from equipoise.flights.fly import fly
from equipoise.flights.vehicles import flyer
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import WGS84, altitude
from equipoise.physics.flight.dense_output import states
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import Staged, gravity_turn
from equipoise.published.kinds.geometry import great_circle
from equipoise.published.statement import Statement, compared

NAME = "early-flights"
TITLE = "Staged rockets: Mercury-Redstone 3, V-2, Minotaur IV Lite"
PLACE = "the tables of the flight, or tables 1 and 2"
CAPE, SPLASH, PEENEMUENDE, VANDENBERG = (28.45, -80.53), (27.23, -75.88), (54.17, 13.80), (34.75, -120.62)
REDSTONE = "Mercury-Redstone 3, 5 May 1961 (mercury.spaceinfo.at; Wikipedia)"
WRIGHT = "D. Wright, S&GS 23 (2015), tables 1 and 2, in a public transcription"
KICKS_RAD = np.radians(np.geomspace(0.05, 40.0, 400))


def _redstone() -> list[Statement]:
    """Apogee and impact are given; cut-off and tilt are found; speed, range and load are compared."""
    data = fly("mercury-redstone", start=CAPE, aim=SPLASH, apogee_km=187.5).data
    east = WGS84.omega_rad_s * WGS84.equatorial_radius_m * np.cos(radians(CAPE[0])) / 1e3
    ground = float(data.burnout_speed_km_s)
    angle = radians(float(data.burnout_path_angle))
    bearing = radians(105.0)
    inertial = float(
        np.hypot(ground * np.cos(angle) * np.sin(bearing) + east, ground * np.cos(angle) * np.cos(bearing))
    )
    inertial = float(np.hypot(inertial, ground * np.sin(angle)))
    second = fly("mercury-redstone", start=CAPE, aim=SPLASH, apogee_km=190.3).data
    return [
        compared(NAME, "Mercury-Redstone 3: range from pad to splash", printed=487.3, ours=great_circle(start_deg=CAPE, end_deg=SPLASH), unit="km",
                 rounding=5.0, source=REDSTONE, why="Range and places are printed side by side and do not fit each other: the great circle is ours."),
        compared(NAME, "Mercury-Redstone 3: greatest speed", printed=8262 / 3600.0, ours=inertial, unit="km/s", rounding=0.03,
                 source=REDSTONE, why="Compared in inertial axes; against the turning ground it is 0.3 km/s less."),
        compared(NAME, "Mercury-Redstone 3: greatest load on re-entry", printed=11.0, ours=float(data.peak_deceleration_g),
                 unit="g", rounding=0.5, source=REDSTONE, why="The capsule's ballistic coefficient is from memory."),
        compared(NAME, "Mercury-Redstone 4: load after an apogee of 190.3 km", printed=11.1, ours=float(second.peak_deceleration_g),
                 unit="g", rounding=0.5, source="Mercury-Redstone 4", why="The capsule's ballistic coefficient is from memory."),
        compared(NAME, "Mercury-Redstone: burn", printed=143.5, ours=float(data.burnout_time_s), unit="s", digits=1, rounding=2.0,
                 source=REDSTONE, why="Ours cuts off when apogee and impact are reached; the masses printed are rounded, and some propellant stays in the tanks."),
    ]  # fmt: skip


def _v2() -> list[Statement]:
    """The apogee of 84.5 km is given; the range is compared."""
    what = flyer("wright-v2")
    assert isinstance(what.vehicle, Staged)
    assert what.steering is not None
    flown = fly_staged(
        what.vehicle, what.steering, lat_rad=radians(PEENEMUENDE[0]), lon_rad=radians(PEENEMUENDE[1]),
        azimuth_rad=radians(75.0), earth=WGS84, kick_rad=KICKS_RAD,
    )  # fmt: skip
    ok = flown.status == FlightStatus.OK
    order = np.argsort(flown.apogee_m[ok])
    reached = float(np.interp(84.5e3, flown.apogee_m[ok][order], flown.range_m[ok][order])) / 1e3
    return [
        compared(NAME, "V-2, 3 Oct 1942: range at an apogee of 84.5 km", printed=193.0, ours=reached, unit="km", digits=0,
                 rounding=3.0, source="Wikipedia (apogee), National Geographic (range)",
                 why="The preset is the weapon of 1944 and burns to the end; the load and the cut-off of the trial were not printed.")
    ]  # fmt: skip


def _minotaur() -> list[Statement]:
    """Tilt and pitch of the upper stages are fitted to the two printed altitudes; the speeds are compared."""
    vehicle = flyer("minotaur-iv-lite").vehicle
    assert isinstance(vehicle, Staged)
    ends = [float(t) for t in vehicle.segments["end_s"][[0, 2, 3]]]

    def burnouts(tilt_deg: float, pitch_deg: float) -> np.ndarray:
        """Return altitude (m) and speed over ground (m/s) at the three burnouts."""
        nodes = np.full((1, NODES, 10), np.nan)
        steering = gravity_turn(
            kick_rad=radians(tilt_deg),
            vertical_height_m=300.0,
            pitch_offset_rad=radians(pitch_deg),
            offset_stage=1,
        )
        fly_staged(
            vehicle, steering, lat_rad=radians(VANDENBERG[0]), lon_rad=radians(VANDENBERG[1]), azimuth_rad=radians(270.0),
            earth=WGS84, nodes=nodes,
        )  # fmt: skip
        return np.array([_height_and_speed(nodes[0], t) for t in ends])

    tilt = brentq(lambda a: burnouts(a, -50.0)[0, 0] - 32e3, 2.0, 20.0, xtol=1e-4)
    pitch = brentq(lambda a: burnouts(tilt, a)[2, 0] - 110e3, -70.0, -30.0, xtol=1e-4)
    speed = burnouts(tilt, pitch)[:, 1] / 1e3
    rows = (
        ("first burnout (SR-118), 32 km high", 1.4, 0,
         "Ours keeps a zero angle of attack in the first stage; the study's pitch programme is not in the tables."),
        ("second burnout (SR-119)", 3.0, 1,
         f"From 3.0 km/s the third stage would have to add 4.1 km/s to reach what is printed for it; on this path ours adds {speed[2] - speed[1]:.1f}. "
         "The transcription may be at fault."),
        ("third burnout (SR-120), 110 km high", 7.1, 2, "Pitch programme and coasts of the study are not in the tables."),
    )  # fmt: skip
    return [
        compared(NAME, f"Minotaur IV Lite: speed at {what}", printed=printed, ours=float(speed[i]), unit="km/s", rounding=0.05,
                 source=WRIGHT, label="secondary", why=why)
        for what, printed, i, why in rows
    ]  # fmt: skip


def _height_and_speed(nodes: np.ndarray, time_s: float) -> tuple[float, float]:
    """Return altitude (m) and speed against the turning ground (m/s) at a time of a flight."""
    state = states(nodes[np.isfinite(nodes[:, 0])], np.array([time_s]))[0]
    velocity = state[3:6] - np.cross([0.0, 0.0, WGS84.omega_rad_s], state[:3])
    return float(altitude(*state[:3], WGS84)), float(np.linalg.norm(velocity))


def statements() -> list[Statement]:
    """Return the three rockets."""
    return [*_redstone(), *_v2(), *_minotaur()]
