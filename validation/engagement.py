"""Sensing and engagement against outside opinions: Stone Soup's filters, the radar equation, recorded intercepts."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf
from typing import Any

import numpy as np

from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths
from equipoise.engagement.records import Sensor, Use
from equipoise.engagement.track_bound import Bound, bound
from equipoise.physics.environment.earth import WGS84, geodetic_to_ecef, gravity
from equipoise.physics.flight import targeting

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
    flights = kernel_inputs._solve(
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
    from equipoise.physics.sensing.tracking import Looks, look_information, position_sigma_m

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


RECORDED = (
    ("jftm-1", "sm3-ia", 160.0, 180.0, 60.0, "17 Dec 2007, JS Kongo: 12:08 to 12:11, about 160 km (NBC News)"),
    ("ftm-04-1", "sm3-ia", 100.0, 120.0, 60.0, "24 Feb 2005, USS Lake Erie: hit two minutes after launch (Honolulu Advertiser); altitude at least the kill floor"),
    ("burnt-frost", "sm3-ia", 247.0, 240.0, 60.0, "21 Feb 2008, USS Lake Erie: 03:26 to 03:30 UTC, 247 km (DoD release)"),
    ("ift-9", "gbi-3-stage", 225.0, 360.0, 60.0, "14 Oct 2002, Kwajalein: hit 6 minutes after launch (Berkeley Daily Planet); altitude of the like test IFT-6"),
    ("ftg-03a", "gbi-3-stage", 120.0, 360.0, 60.0, "28 Sep 2007, Vandenberg: 1:16 to 1:22 pm, 120 km (Missile Defense Advocacy)"),
)  # fmt: skip
"""Test, interceptor, altitude (km), recorded time of flight (s), its rounding (s), source."""


def recorded_rows() -> list[dict[str, Any]]:
    """Return one row per recorded intercept: the recorded time less our shortest fly-out straight up to its altitude."""
    from equipoise.flights.flyout import flyout

    rows = []
    for name, kind, altitude_km, recorded_s, rounding_s, source in RECORDED:
        reach = flyout(kind, life_s=600.0).time_s.interp(altitude_km=altitude_km).dropna("range_km")
        ranges, times = reach.range_km.values, reach.values
        margin = recorded_s - float(times.min())
        far_km = float(ranges[times <= recorded_s].max(initial=0.0))
        rows.append(
            {"id": f"engagement.recorded.{name}", "value": round(margin, 1), "unit": "s",
             "what": f"{name}: recorded {recorded_s:.0f} s (to {rounding_s:.0f} s) less our shortest fly-out to {altitude_km:.0f} km; "
                     f"in that time it reaches {far_km:.0f} km over the ground",
             "bar": ">= 0", "holds": margin >= 0.0, "source": f"{source} (rank 1); vehicle: catalogue"}
        )  # fmt: skip
    return rows


RADAR_CLAIMS = (("signal to noise 20", 20.0, 870.0), ("signal to noise 100", 100.0, 580.0))


def radar_rows() -> list[dict[str, Any]]:
    """Return the radar equation with the inputs of a public post, beside the range remembered from it; and its scaling."""
    from equipoise.physics.sensing.radar import detection_range_m

    given: dict[str, float] = {
        "average_power_w": 81e3, "aperture_m2": 9.2, "wavelength_m": 0.0316, "cross_section_m2": 0.01,
        "noise_temperature_k": 500.0, "losses_db": 8.0, "dwell_s": 0.1,
    }  # fmt: skip
    post = "Lewis and Postol, mostlymissiledefense.com, 21 Sep 2012"
    rows = [
        {"id": f"engagement.radar.{int(snr)}", "what": f"AN/TPY-2, 0.01 m2, {what}: range; the post's own {km:.0f} km is from memory",
         "value": round(detection_range_m(**given, signal_to_noise=snr) / 1e3), "unit": "km", "bar": "", "holds": None,
         "source": f"{post}; power, aperture, temperature and losses are unverified"}
        for what, snr, km in RADAR_CLAIMS
    ]  # fmt: skip
    one = detection_range_m(**given, signal_to_noise=20.0)
    both = detection_range_m(**given | {"average_power_w": 162e3, "aperture_m2": 18.4}, signal_to_noise=20.0)
    rows.append(
        {"id": "engagement.radar.scaling", "what": "range when power and area both double", "value": round(both / one, 4),
         "unit": "ratio", "bar": 1.68, "holds": abs(both / one - 1.68) < 0.005, "source": "fourth root of eight (rank 3)"}
    )  # fmt: skip
    return rows


def rows() -> list[dict[str, Any]]:
    """Return all rows."""
    return [*track_rows(), *recorded_rows(), *radar_rows()]
