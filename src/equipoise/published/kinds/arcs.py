"""Paths between two places whose burnout lies where a study, or an assumption of ours, puts it."""

from __future__ import annotations

from collections.abc import Callable
from math import nan, radians

from equipoise.flights.fly import solve
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.flight.kinematic import kinematic
from equipoise.published.kinds import Place

SPARE = 1.02
"""A vehicle's full speed over the speed that a path uses, so that the search has room."""


def arc(
    start_deg: Place,
    aim_deg: Place,
    *,
    burn_time_s: float,
    burnout_km: Callable[[float, float], tuple[float, float]],
    earth: str | EarthModel,
    apogee_km: float | None = None,
    first_speed_km_s: float = 7.0,
) -> dict[str, float]:
    """Return speed (km/s, over ground) and path angle (degrees) at burnout, apogee (km) and time of flight (s).

    ``burnout_km`` gives height and downrange of burnout from the speed and the path angle there; both are found by
    iteration. Without an apogee the path is that of minimum energy. Where no path exists the values are nan.
    """
    speed, angle = first_speed_km_s, 35.0
    row = {"speed_km_s": nan, "path_angle": nan, "apogee_km": nan, "time_of_flight_s": nan}
    for _ in range(12):
        height, downrange = burnout_km(speed, radians(angle))
        vehicle = kinematic(
            burnout_speed_m_s=1e3 * speed * SPARE,
            burn_time_s=burn_time_s * SPARE,
            burnout_altitude_m=1e3 * height * SPARE**2,
            burnout_downrange_m=1e3 * downrange * SPARE**2,
        )
        found = solve(vehicle, start=start_deg, aim=aim_deg, apogee_km=apogee_km, earth=earth, threads=1)
        if int(found.status[0]) != FlightStatus.OK:
            if int(found.status[0]) != FlightStatus.OUT_OF_RANGE or speed > 12.0:
                return dict.fromkeys(row, nan)
            speed *= 1.05
            continue
        row = {key: float(found[key][0]) for key in row}
        done = abs(row["speed_km_s"] - speed) < 1e-4 and abs(row["path_angle"] - angle) < 1e-2
        speed, angle = row["speed_km_s"], row["path_angle"]
        if done:
            break
    return row
