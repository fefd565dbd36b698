"""Sensing and engagement against outside opinions: Stone Soup's filters, the radar equation, recorded intercepts."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf
from typing import Any

import numpy as np

from equipoise.analysis import setup
from equipoise.analysis.command import Sensor, Use
from equipoise.analysis.engagement import Paths
from equipoise.analysis.tracking import Bound, bound
from equipoise.physics import targeting
from equipoise.physics.earth import WGS84, geodetic_to_ecef, gravity

RUNS = 60
GEOMETRIES = (
    ("forward radar, missile flying away", (38.35, 37.8), (46.0, 25.0)),
    ("radar near the target, missile approaching", (46.5, 22.0), (45.0, 24.0)),
    ("radar to the side of the path", (36.0, 30.0), (47.0, 22.0)),
)


def track_rows() -> list[dict[str, Any]]:
    """Return one row per geometry: our bound over the error of Stone Soup's extended Kalman filter."""
    rows = []
    for n, (what, radar_deg, aim_deg) in enumerate(GEOMETRIES):
        radar = Sensor(
            "radar", places=(tuple(np.radians(radar_deg)),), range_m=2e6, boost_range_m=2e6, range_sigma=100.0,
            angle_sigma=1.5e-3, update_s=10.0,
        )  # fmt: skip
        b = bound(_paths(aim_deg), [Use(radar)])
        ratio, looks = _ratio(b, radar, seed=20 + n)
        rows.append(
            {"id": f"engagement.track.{n + 1}", "what": f"{what}: bound over the error of a filter ({looks} looks)",
             "value": round(ratio, 3), "unit": "ratio", "bar": "0.9 to 1.1", "holds": 0.9 <= ratio <= 1.1,
             "source": f"Stone Soup extended Kalman filter, {RUNS} runs, root mean square over the last five looks (rank 1)"}
        )  # fmt: skip
    return rows


def _paths(aim_deg: tuple[float, float]) -> Paths:
    record = {"kind": "regional"}
    vehicle = targeting.kinematic_for_range(
        max_range_m=2.6e6, burn_time_s=110.0, burnout_altitude_m=110e3, burnout_downrange_m=130e3,
        ballistic_coefficient_kg_m2=inf,
    )  # fmt: skip
    flights = setup._solve(
        vehicle, np.radians([[38.0, 46.5]]), np.radians([aim_deg]), "minimum_energy", WGS84
    )
    return Paths(vehicle, flights, WGS84, record["kind"])


def _ratio(b: Bound, radar: Sensor, *, seed: int) -> tuple[float, int]:
    """Return the bound over the filter's root mean square error of position at the last looks."""
    from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
    from stonesoup.predictor.kalman import ExtendedKalmanPredictor
    from stonesoup.types.array import CovarianceMatrix, StateVector
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import ExtendedKalmanUpdater

    place = np.array(geodetic_to_ecef(*radar.places[0], 0.0, WGS84))
    up = place / np.linalg.norm(place)
    seen = [
        k for k in range(1, b.time_s.size)
        if _elevation(b, k, place, up) > 0.02 and b.states[k, :3] @ b.states[k, :3] > (6371e3 + 110e3) ** 2
        and np.linalg.norm(b.states[k, :3] - _turned(place, b, k)) < radar.range_m
        and abs(b.time_s[k] - b.time_s[k - 1] - 10.0) < 1e-6
    ]  # fmt: skip
    seen = seen[: next((i for i in range(1, len(seen)) if seen[i] != seen[i - 1] + 1), len(seen))]
    rng = np.random.default_rng(seed)
    start = datetime(2011, 12, 31)
    squared = np.zeros(len(seen))
    for _ in range(RUNS):
        first = b.states[seen[0]].copy()
        spread = np.array([3e3] * 3 + [60.0] * 3)
        guess = first + rng.normal(size=6) * spread
        state = GaussianState(StateVector(_mixed(guess)), CovarianceMatrix(np.diag(_mixed(spread**2))), start)
        for i, k in enumerate(seen):
            when = start + timedelta(seconds=b.time_s[k] - b.time_s[seen[0]])
            site = _turned(place, b, k)
            distance = float(np.linalg.norm(b.states[k, :3] - site))
            worse = max((distance / radar.range_m) ** 2, 0.1)
            noise = np.diag([(radar.angle_sigma * worse) ** 2] * 2 + [(radar.range_sigma * worse) ** 2])
            model = CartesianToElevationBearingRange(
                ndim_state=6, mapping=(0, 2, 4), noise_covar=CovarianceMatrix(noise),
                translation_offset=site.reshape(3, 1),
            )  # fmt: skip
            truth = GaussianState(StateVector(_mixed(b.states[k])), state.covar, when)
            exact = model.function(truth, noise=False)
            # the bound's angles are across the line of sight; elevation and bearing about the pole weigh the same at
            # the sines that occur here only after scaling the bearing by the cosine of its elevation
            elevation = float(exact[0, 0])
            noise[1, 1] /= np.cos(elevation) ** 2
            model = CartesianToElevationBearingRange(
                ndim_state=6, mapping=(0, 2, 4), noise_covar=CovarianceMatrix(noise),
                translation_offset=site.reshape(3, 1),
            )  # fmt: skip
            reading = model.function(
                truth, noise=np.sqrt(np.diag(noise)).reshape(3, 1) * rng.normal(size=(3, 1))
            )
            detection = Detection(reading, timestamp=when, measurement_model=model)
            prediction = ExtendedKalmanPredictor(_fall()).predict(state, timestamp=when)
            state = ExtendedKalmanUpdater(model).update(SingleHypothesis(prediction, detection))
            error = np.asarray(state.state_vector, dtype=float).ravel()[[0, 2, 4]] - b.states[k, :3]
            squared[i] += error @ error
    last = slice(-5, None)
    filtered = np.sqrt(np.mean(squared[last] / RUNS))
    ours = np.sqrt(np.mean(np.square(_fresh(b, radar, place, seen)[last])))
    return float(ours / filtered), len(seen)


def _fresh(b: Bound, radar: Sensor, place: np.ndarray, seen: list[int]) -> np.ndarray:
    """Return the bound at the looks ``seen`` with the filter's own prior at the first of them."""
    from equipoise.physics.tracking import Looks, look_information, position_sigma_m

    looks = Looks(
        *(np.array([v]) for v in (radar.range_m, radar.range_sigma, radar.angle_sigma, radar.update_s))
    )
    back = np.linalg.inv(b.phi[seen[0]])
    prior = back @ np.diag([3e3**2] * 3 + [60.0**2] * 3) @ back.T
    info, out = np.linalg.inv(prior), []
    for k in seen:
        turn = WGS84.omega_rad_s * (b.time_s[k] - b.time_s[0])
        look_information(looks, 0, place, b.states[k], turn, 1.0, np.ascontiguousarray(b.phi[k]), info)
        out.append(position_sigma_m(np.linalg.inv(info), np.ascontiguousarray(b.phi[k])))
    return np.array(out)


def _mixed(six: np.ndarray) -> np.ndarray:
    """Return position and velocity by axis in turn, as Stone Soup orders them."""
    return np.asarray(six)[[0, 3, 1, 4, 2, 5]]


def _turned(place: np.ndarray, b: Bound, k: int) -> np.ndarray:
    turn = WGS84.omega_rad_s * (b.time_s[k] - b.time_s[0])
    c, s = np.cos(turn), np.sin(turn)
    return np.array([place[0] * c - place[1] * s, place[0] * s + place[1] * c, place[2]])


def _elevation(b: Bound, k: int, place: np.ndarray, up: np.ndarray) -> float:
    line = b.states[k, :3] - _turned(place, b, k)
    here = _turned(up, b, k)
    return float(np.arcsin(line @ here / np.linalg.norm(line)))


def _fall():
    """Return Stone Soup's form of a fall in J2 gravity, by the classical Runge-Kutta scheme."""
    from stonesoup.base import Property
    from stonesoup.models.base import GaussianModel, TimeVariantModel
    from stonesoup.models.transition.base import TransitionModel
    from stonesoup.types.array import StateVector

    class Fall(GaussianModel, TransitionModel, TimeVariantModel):
        ndim: int = Property(default=6)

        @property
        def ndim_state(self):
            return 6

        def covar(self, time_interval, **kwargs):
            return np.zeros((6, 6))

        def function(self, state, noise=False, time_interval=None, **kwargs):
            mixed = np.asarray(state.state_vector, dtype=float).ravel()
            return StateVector(_flow(mixed, time_interval.total_seconds()))

        def jacobian(self, state, time_interval=None, **kwargs):
            mixed = np.asarray(state.state_vector, dtype=float).ravel()
            steps = np.array([50.0, 0.05] * 3)
            columns = [
                (
                    _flow(mixed + d, time_interval.total_seconds())
                    - _flow(mixed - d, time_interval.total_seconds())
                )
                / (2.0 * d.max())
                for d in np.diag(steps)
            ]
            return np.array(columns).T

    return Fall()


def _flow(mixed: np.ndarray, total_s: float) -> np.ndarray:
    """Fall for a time; position and velocity by axis in turn, in and out."""
    y = mixed[[0, 2, 4, 1, 3, 5]]
    steps = max(int(np.ceil(total_s / 5.0)), 1)
    h = total_s / steps

    def slope(v: np.ndarray) -> np.ndarray:
        return np.concatenate([v[3:], gravity(v[0], v[1], v[2], WGS84)])

    for _ in range(steps):
        k1 = slope(y)
        k2 = slope(y + 0.5 * h * k1)
        k3 = slope(y + 0.5 * h * k2)
        y = y + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + slope(y + h * k3))
    return _mixed(y)


def rows() -> list[dict[str, Any]]:
    """Return all rows."""
    return track_rows()
