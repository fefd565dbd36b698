"""Do bands of burnout speed inferred from reported tests hold the truth as often as they say? Simulated records, inferred again."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from equipoise.published import interceptor_speed as study

TRIALS = 500
SEED = 31


def simulated(interceptor: str, wasted: float, rng: np.random.Generator) -> tuple[float, tuple[float, ...]]:
    """Return a burnout speed (km/s) from what is supposed before the record, and the times (s) that its tests would print.

    A speed out of whose reach one of the tests lies is drawn again: it would not have been tested there.
    """
    burns = study.burn_times_s(interceptor)
    half = 0.5 * (burns[1] - burns[0])
    while True:
        speed, burn = rng.uniform(*study.PRIOR_KM_S), rng.uniform(burns[0] - half, burns[-1] + half)
        times = []
        for test in study.tests_of(interceptor):
            used = speed * (1.0 - wasted * rng.random())
            place = rng.uniform(*test.altitude_km), rng.uniform(*test.ground_range_km)
            flown = study.flight_time_s(used, burn, *place) if used >= study.FLOWN_KM_S[0] else inf
            times.append(_printed(test, flown, rng) if flown < inf else inf)
        if max(times) < inf:
            return speed, tuple(times)


def _printed(test: study.ReportedTest, flown_s: float, rng: np.random.Generator) -> float:
    """Return what a report prints of a time: a span rounded, or the difference of two rounded times of day."""
    step = test.rounding_s
    launch = rng.uniform(0.0, step) if test.time == "clock" else 0.0
    return step * (round((launch + flown_s) / step) - round(launch / step))


def coverage(interceptor: str, *, wasted: float, trials: int) -> float:
    """Return the share of simulated records whose 90 % band holds the speed that made them."""
    rng = np.random.default_rng(SEED)
    held = 0
    for _ in range(trials):
        speed, times = simulated(interceptor, wasted, rng)
        found = study.infer(interceptor, wasted=wasted, printed_s=times)
        held += found is not None and found.band_km_s[0] <= speed <= found.band_km_s[2]
    return held / trials


def rows() -> list[dict[str, Any]]:
    """Return a row for straight flights and one for flights that give speed away."""
    return [
        {
            "id": f"interceptor_speed.coverage_{how}",
            "what": f"share of {TRIALS} simulated records of four tests of one interceptor whose 90 % band holds the true speed",
            "value": round(100.0 * coverage("sm3-ia", wasted=wasted, trials=TRIALS), 1),
            "unit": "%",
            "bar": "90 +- 3",
            "holds": abs(coverage("sm3-ia", wasted=wasted, trials=TRIALS) - 0.9) <= 0.03,
            "source": "equipoise.published.interceptor_speed",
        }
        for how, wasted in (("straight", 0.0), ("given_away", study.MOST_WASTED))
    ]
