"""What happens when on a flight: staging, thrust end, apogee, the edge of the air; when to sample its path; and from what many were flown."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, nan
from typing import Any

import numpy as np

from equipoise.flights.vehicles import Flyer
from equipoise.physics.environment.earth import EarthModel, altitude, gravity
from equipoise.physics.flight import dense_output as dense
from equipoise.physics.flight import flight as kernels
from equipoise.physics.flight.vehicle import Staged

ENTRY_M = 100e3
"""Height at which a flight is said to leave and re-enter the air."""


FINE_S, COARSE_S = 1.0, 5.0
"""Spacing of samples below and above twice the entry height."""


def sample_times(
    nodes: np.ndarray, flown: kernels.Flight, marks: list[float], earth: EarthModel
) -> np.ndarray:
    """Return sample times: fine near the ground and the air, coarse above, every event among them."""
    end = float(flown.time_of_flight_s[0])
    fine = np.arange(0.0, end, FINE_S)
    heights = np.array([altitude(*p, earth) for p in dense.positions(nodes, fine)])
    keep = (heights < 2.0 * ENTRY_M) | (np.arange(fine.size) % round(COARSE_S / FINE_S) == 0)
    return np.unique(np.concatenate((fine[keep], marks, [end])))


def _crossing(nodes: np.ndarray, height_m: float, low: float, high: float, earth: EarthModel) -> float:
    """Return the time between two at which the altitude passes a height; nan when it does not."""
    at = np.array([low, high])
    sides = [altitude(*p, earth) - height_m for p in dense.positions(nodes, at)]
    if not sides[0] * sides[1] < 0.0:
        return nan
    for _ in range(60):
        middle = 0.5 * (at[0] + at[1])
        side = altitude(*dense.positions(nodes, np.array([middle]))[0], earth) - height_m
        at[0 if side * sides[0] > 0.0 else 1] = middle
    return float(at.mean())


def _peak_time(nodes: np.ndarray, after_s: float, earth: EarthModel) -> float:
    """Return when the air brakes hardest after a time, on a parabola through the nodes."""
    used = nodes[: dense.count_nodes(nodes)]
    used = used[used[:, 0] >= after_s]
    braking = np.array([np.linalg.norm(row[7:10] - gravity(*row[1:4], earth)) for row in used])
    i = int(np.argmax(braking))
    if not 0 < i < braking.size - 1:
        return float(used[i, 0])
    t, b = used[i - 1 : i + 2, 0], braking[i - 1 : i + 2]
    c2, c1, _ = np.polyfit(t - t[1], b, 2)
    return float(t[1] - 0.5 * c1 / c2) if c2 < 0.0 else float(t[1])


def flight_events(
    what: Flyer, flown: kernels.Flight, nodes: np.ndarray, earth: EarthModel
) -> list[tuple[float, str]]:
    """Return what happens when, in order: time since launch (s) and words."""
    cut, top, end = (
        float(column[0]) for column in (flown.burnout_time_s, flown.apogee_time_s, flown.time_of_flight_s)
    )
    found = [(0.0, "launch"), (cut, "thrust ends"), (top, "apogee"), (end, "impact")]
    if isinstance(what.vehicle, Staged):
        rows = nodes[: dense.count_nodes(nodes)]
        jumps = (np.diff(rows[:, 0]) == 0.0) & (np.abs(np.diff(rows[:, 4:7], axis=0)).max(axis=1) > 1e-6)
        if np.any(jumps):
            found.append((float(rows[np.flatnonzero(jumps)[0], 0]), "tilt"))
        found += _staging(what.vehicle, cut)
    for name, low, high in (("leaves the air (100 km)", 0.0, top), ("re-enters the air (100 km)", top, end)):
        found.append((_crossing(nodes, ENTRY_M, low, high, earth), name))
    if isfinite(found[-1][0]):
        found.append((_peak_time(nodes, top, earth), "hardest braking"))
    return sorted((event for event in found if isfinite(event[0])), key=lambda event: event[0])


def _staging(vehicle: Staged, cut: float) -> list[tuple[float, str]]:
    rows = vehicle.segments
    found = []
    for before, row in pairwise(rows):
        if before.end_s >= cut:
            break
        number = int(row.stage)
        if number != int(before.stage):
            found.append((float(before.end_s), f"stage {number} burns out"))
            if row.thrust_n > 0.0:
                found.append((float(row.start_s), f"stage {number + 1} ignites"))
        elif before.thrust_n == 0.0 < row.thrust_n:
            found.append((float(row.start_s), f"stage {number + 1} ignites"))
        elif row.thrust_n == before.thrust_n:
            found.append((float(row.start_s), "shroud drops"))
    return found


def flight_inputs(count: int, start_deg: np.ndarray, azimuth_deg: Any, angle_deg: Any) -> dict[str, Any]:
    """Return what so many flights were flown from, as coordinates over ``flight``.

    ``start_deg`` are points (n, 2), latitude and longitude; they and the angles are of one flight each, or one for all.
    """
    said = {
        "start_lat": (start_deg[:, 0], "degrees_north", "latitude of the launch"),
        "start_lon": (start_deg[:, 1], "degrees_east", "longitude of the launch"),
        "azimuth": (azimuth_deg, "degrees", "launch azimuth, clockwise from north"),
        "angle": (
            angle_deg,
            "degrees",
            "path angle at burnout (kinematic) or tilt from the vertical (staged)",
        ),
    }
    return {
        name: ("flight", np.broadcast_to(values, count).astype(float), {"units": unit, "long_name": text})
        for name, (values, unit, text) in said.items()
    }
