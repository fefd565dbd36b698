"""Speed of flight and targeting on one thread, beside scipy's DOP853 with the same forces, in one run."""

from __future__ import annotations

import time
from math import inf, radians
from statistics import median

import numba
import numpy as np
from scipy.integrate import solve_ivp

from equipoise.physics import targeting
from equipoise.physics.earth import WGS84, gravity
from equipoise.physics.free_flight import POSITION_TOLERANCE_M, descend

COUNT = 4000


def _median_s(function, repeats: int = 5) -> float:
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return median(times)


def rows() -> list[dict]:
    """Return the rows of the benchmark table."""
    numba.set_num_threads(1)
    missile = targeting.kinematic_for_range(
        max_range_m=5.5e6, burn_time_s=150.0, burnout_altitude_m=100e3, burnout_downrange_m=150e3,
        ballistic_coefficient_kg_m2=3000.0,
    )  # fmt: skip
    lat, lon = np.linspace(radians(40), radians(60), COUNT), np.linspace(radians(0), radians(30), COUNT)

    def target(threads: int) -> float:
        numba.set_num_threads(threads)
        return _median_s(
            lambda: targeting.solve_batch(
                missile, start_lat_rad=radians(35.0), start_lon_rad=radians(50.0), aim_lat_rad=lat, aim_lon_rad=lon,
                family=targeting.Family.MINIMUM_ENERGY, earth=WGS84,
            )
        )  # fmt: skip

    one, two = target(1), target(2)
    state = np.empty(6)
    targeting.burnout_state(missile, 0.7, 0.3, 5.0, 0.6, missile.burnout_speed_m_s, WGS84, state)
    none = np.empty((0, 7))

    def many() -> None:
        for _ in range(200):
            descend(state, inf, WGS84, POSITION_TOLERANCE_M, none)

    ours = _median_s(many) / 200
    end = descend(state, inf, WGS84, POSITION_TOLERANCE_M, none)

    def scipy_flight():
        return solve_ivp(
            lambda _t, s: np.concatenate([s[3:], gravity(s[0], s[1], s[2], WGS84)]), (0, end.time_s), state,
            method="DOP853", rtol=1e-10, atol=1e-3,
        )  # fmt: skip

    theirs = _median_s(scipy_flight)
    return [
        {"id": "flight.targeted_per_s", "what": "targeted flights per second, one thread", "value": COUNT / one,
         "unit": "1/s", "bar": "10,000", "holds": COUNT / one >= 1e4, "source": "4,000 aims, 2,000-4,500 km"},
        {"id": "flight.scaling_2", "what": "targeting, two threads over one", "value": one / two, "unit": "ratio",
         "bar": "", "holds": None, "source": "same run"},
        {"id": "flight.free_per_s", "what": "free flights to the ground per second, J2, called from Python",
         "value": 1 / ours, "unit": "1/s", "bar": "", "holds": None, "source": "one path, 200 calls"},
        {"id": "flight.against_scipy", "what": "the same flight, scipy DOP853 over ours", "value": theirs / ours,
         "unit": "ratio", "bar": "", "holds": None, "source": "scipy.integrate.solve_ivp, same run"},
    ]  # fmt: skip
