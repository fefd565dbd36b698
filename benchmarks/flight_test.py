"""Flight tests: how fast one test is flown, watched and estimated, and how fast a place is judged."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import least_squares

from equipoise.analysis.flight_test.campaign import watch
from equipoise.analysis.flight_test.estimate import fit, prior_about, used_rows
from equipoise.analysis.flight_test.first_guess import guess_burnout
from equipoise.analysis.flight_test.observe import fly_one, rows_of, stations, with_noise
from equipoise.analysis.flight_test.plan import plan
from equipoise.analysis.flight_test.planner import at_place
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.sensing.burnout_model import SIZE, predict
from equipoise.physics.sensing.observation import observer_rows
from equipoise.scenario.flight_test import load_flight_test


def _best_s(work: Callable[[], Any], repeats: int = 7) -> float:
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def rows() -> list[dict[str, Any]]:
    """Time the parts that a campaign and a map repeat, and the fit against scipy's own finite differences."""
    made = plan(load_flight_test("ftm-16-like"))
    posts = stations(made.test, ["ship-radar"])
    prior = prior_about(made.meeting.interceptor, posts)
    path = fly_one(made.test, made.meeting, np.random.default_rng(1), speed_m_s=3100.0)
    measured = with_noise(rows_of(path, posts), posts, np.random.default_rng(2))
    guess, start = guess_burnout(measured, posts, prior.mean)
    used = used_rows(measured, burnout_s=guess, boost_s=12.0, coast_s=40.0)
    observers = observer_rows(post.observer for post in posts)
    scale = np.concatenate([prior.sigma, prior.bias_sigma])
    out = np.empty(len(used))

    def residuals(z: np.ndarray) -> np.ndarray:
        predict(prior.mean + prior.sigma * z[:SIZE], used, observers, WGS84, out)
        bias = np.append(scale[SIZE:] * z[SIZE:], 0.0)[used["bias"]]
        return np.concatenate([(used["value"] - out - bias) / used["sigma"], z])

    z0 = np.zeros(len(scale))
    z0[:SIZE] = (start - prior.mean) / prior.sigma
    ours = _best_s(lambda: fit(used, observers, prior, start))
    theirs = _best_s(
        lambda: least_squares(residuals, z0, jac="3-point", method="trf", max_nfev=60), repeats=3
    )
    whole = _best_s(lambda: watch(made.test, made.meeting, path, posts, np.random.default_rng(2)))
    option = made.test.find("option", "tracking-radar")
    place = _best_s(lambda: at_place(made.test, made.meeting, option, (19.6, -162.6)))
    planned = _best_s(lambda: plan(made.test), repeats=3)
    return [
        _row("fit", f"fit of {len(used)} measurements", 1e3 * ours, "ms", None, None),
        _row("fit-ratio", "scipy with its own three-point differences over our fit", theirs / ours, "times", ">= 1", theirs >= ours),
        _row("watch", "one test watched and estimated by one radar", 1e3 * whole, "ms", "<= 200", whole <= 0.2),
        _row("place", "one place judged by the planner", 1e3 * place, "ms", "<= 20", place <= 0.02),
        _row("plan", "paths, hazard areas and notices of a test", planned, "s", "<= 5", planned <= 5.0),
    ]  # fmt: skip


def _row(
    name: str, what: str, value: float, unit: str, bar: str | None, holds: bool | None
) -> dict[str, Any]:
    return {
        "id": f"flight-test-{name}",
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": None if holds is None else bool(holds),
        "source": "this run",
    }
