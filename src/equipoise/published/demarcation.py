"""The demarcation of 1997: test targets of at most 5 km/s or 3,500 km, interceptors of at most 3 km/s; do the two limits meet?

The statements do not say where the target's speed is taken. Ours is that at burnout, which lies 100 km high and 100 km
downrange (0 to 150 km); the path is one of minimum energy over a still sphere.
"""

from __future__ import annotations

from math import degrees

import numpy as np

from equipoise.catalogue import load_catalogue
from equipoise.flights.fly import fly_batch
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.physics.flight.kinematic import kinematic
from equipoise.published.arcs import arc
from equipoise.published.statement import Statement, compared

NAME = "demarcation-1997"
TITLE = "The demarcation of 1997: 5 km/s and 3,500 km"
FIRST = "First Agreed Statement, 26 Sep 1997, para 1 (State and ACDA fact sheets: fas.org 97092615_wpo, dosfan first.htm)"
SPEED_KM_S, RANGE_KM = 5.0, 3500.0
BURNOUT_KM = (100.0, 0.0, 150.0)
"""Height of burnout, and as much downrange; nominal first."""
MEANS = "The statement does not say where the speed is taken: at the ground it is 5.17 km/s, from burnout at 150 km 4.9."


def least_speed_km_s(burnout_km: float) -> float:
    """Return the least speed at burnout for 3,500 km."""
    row = arc(
        (0.0, 0.0), (degrees(1e3 * RANGE_KM / MEAN_RADIUS_M), 0.0), burn_time_s=0.0, earth="still_sphere",
        burnout_km=lambda _speed, _angle: (burnout_km, burnout_km), first_speed_km_s=5.0,
    )  # fmt: skip
    return row["speed_km_s"]


def farthest_km(burnout_km: float) -> float:
    """Return the farthest range with 5 km/s at burnout."""
    vehicle = kinematic(
        burnout_speed_m_s=1e3 * SPEED_KM_S, burn_time_s=0.0, burnout_altitude_m=1e3 * burnout_km,
        burnout_downrange_m=1e3 * burnout_km,
    )  # fmt: skip
    flown = fly_batch(
        vehicle, start=(0.0, 0.0), azimuth_deg=0.0, angle_deg=np.arange(30.0, 46.0, 0.5), earth="still_sphere", threads=1
    )  # fmt: skip
    return float(np.nanmax(flown.range_km))


def statements() -> list[Statement]:
    """Return the two limits against each other, and the interceptors of the debate against 3 km/s."""
    speeds = [least_speed_km_s(h) for h in BURNOUT_KM]
    ranges = [farthest_km(h) for h in BURNOUT_KM]
    made = [
        compared(NAME, "least speed at burnout for a target of 3,500 km", printed=SPEED_KM_S, ours=(min(speeds), speeds[0], max(speeds)),
                 unit="km/s", rounding=0.05, source=FIRST, why=MEANS),
        compared(NAME, "farthest range of a target of 5 km/s", printed=RANGE_KM, ours=(min(ranges), ranges[0], max(ranges)), unit="km",
                 digits=0, rounding=50.0, source=FIRST, why=MEANS),
    ]  # fmt: skip
    for name in ("sm3-ia", "sm3-iia"):
        record = load_catalogue().interceptors[name]
        speed = record.burnout_speed_km_s
        assert speed is not None
        made.append(
            compared(NAME, f"{record.name} under the line between lower and higher velocity", printed=(-np.inf, 3.0),
                     ours=(speed.low, speed.value, speed.high), unit="km/s", rounding=0.0, source=f"{FIRST}; speed: {speed.source}",
                     label="memory", why="The speed is from memory: no official source prints it.")
        )  # fmt: skip
    return made
