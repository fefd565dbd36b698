"""From measurements to burnout: speed, time, acceleration and place, each with a 95 % interval.

Maximum a posteriori fit of :mod:`equipoise.physics.sensing.burnout_model` by Levenberg and Marquardt (MINPACK through scipy);
biases are fitted with their stated priors; the covariance is the inverse of the information at the fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

import numpy as np

from equipoise.analysis.flight_test.first_guess import guess_burnout
from equipoise.analysis.flight_test.observe import Spread, Station, bias_sigmas
from equipoise.analysis.flight_test.paths import TAIL_S, Interceptor
from equipoise.physics.environment.earth import WGS84, altitude
from equipoise.physics.flight.axial_boost import earth_relative_speed, eci_to_ecef
from equipoise.physics.sensing.burnout_model import (
    DRAG,
    FORCE,
    GROWTH,
    PITCH,
    PITCH_RATE,
    SIZE,
    TAIL,
    TIME,
    YAW,
    predict,
    sensitivity,
)
from equipoise.physics.sensing.observation import AZIMUTH, CUTOFF, observer_rows

SETTLED_S = 2.5
"""A fit that ends this close to the first guess of burnout needs no other window."""
TWO_SIDED_95 = 1.959963984540054
"""Half width of a 95 % interval of the normal distribution, in standard deviations."""


@dataclass(frozen=True)
class Prior:
    """What is assumed before any measurement: mean and standard deviation of the fourteen numbers, and of the biases."""

    mean: np.ndarray
    sigma: np.ndarray
    bias_sigma: np.ndarray


@dataclass(frozen=True)
class Estimate:
    """The fit: the model's numbers with covariance, and whether it converged. ``rows`` were used."""

    x: np.ndarray
    covariance: np.ndarray
    cost: float
    rows: int
    converged: bool

    @property
    def speed_m_s(self) -> float:
        """Speed relative to the Earth at burnout."""
        return float(earth_relative_speed(self.x[:6], WGS84))

    @property
    def speed_sigma_m_s(self) -> float:
        """Its standard deviation."""
        g = speed_gradient(self.x)
        return sqrt(float(g @ self.covariance @ g))

    @property
    def time_s(self) -> float:
        """Burnout time, s after the launch."""
        return float(self.x[TIME])

    @property
    def time_sigma_s(self) -> float:
        """Its standard deviation."""
        return sqrt(float(self.covariance[TIME, TIME]))

    @property
    def altitude_m(self) -> float:
        """Altitude at burnout."""
        point = np.empty(6)
        eci_to_ecef(self.x[:6], self.time_s, WGS84, point)
        return float(altitude(point[0], point[1], point[2], WGS84))

    @property
    def force_m_s2(self) -> float:
        """Specific force before the tail-off: the acceleration that the motor gives."""
        return float(self.x[FORCE])

    @property
    def force_sigma_m_s2(self) -> float:
        """Its standard deviation."""
        return sqrt(float(self.covariance[FORCE, FORCE]))


def speed_gradient(x: np.ndarray) -> np.ndarray:
    """Return the derivative (14) of the Earth-relative speed at burnout with respect to the model's numbers.

    ``x`` (14,) are the model's numbers: position in m and velocity in m/s, ECI, first.
    """
    w = WGS84.omega_rad_s
    v = np.array([x[3] + w * x[1], x[4] - w * x[0], x[5]])
    unit = v / np.linalg.norm(v)
    gradient = np.zeros(SIZE)
    gradient[:3] = (-w * unit[1], w * unit[0], 0.0)
    gradient[3:6] = unit
    return gradient


def prior_about(planned: Interceptor, posts: Sequence[Station], spread: Spread | None = None) -> Prior:
    """Return the prior that a notified plan gives: broad enough that a radar's word overrules it.

    Position 30 km, velocity 1.5 km/s, burnout time 8 s, force 40 m/s2 about the plan; the rest by ``spread``.
    """
    spread = spread or Spread()
    mean = np.zeros(SIZE)
    mean[:6] = planned.burnout_eci
    mean[TIME], mean[FORCE] = planned.burnout_s, planned.full_force_m_s2
    mean[GROWTH] = log(planned.pushes[-1].growth_per_s)
    sigma = np.empty(SIZE)
    sigma[:3], sigma[3:6] = 30e3, 1500.0
    sigma[TIME], sigma[FORCE], sigma[GROWTH] = 8.0, 40.0, spread.growth_share
    mean[PITCH], mean[YAW] = planned.push_off_velocity_rad
    sigma[PITCH], sigma[YAW], sigma[PITCH_RATE] = (
        spread.last_pitch_rad,
        spread.last_yaw_rad,
        spread.turn_rad_s,
    )
    mean[TAIL], sigma[TAIL] = log(TAIL_S), spread.tail_share
    mean[DRAG], sigma[DRAG] = log(planned.pushes[-1].ballistic_coefficient_kg_m2), spread.drag_share
    return Prior(mean, sigma, bias_sigmas(posts))


def fit(rows: np.ndarray, observers: np.ndarray, prior: Prior, start: np.ndarray) -> Estimate:
    """Fit the model to measurements ``rows`` seen by ``observers``, from ``start`` (14)."""
    from scipy.optimize import least_squares

    scale = np.concatenate([prior.sigma, prior.bias_sigma])
    mean = np.concatenate([prior.mean, np.zeros(len(prior.bias_sigma))])
    bias_column = rows["bias"]
    shared = bias_column >= 0
    angles = rows["kind"] == AZIMUTH
    n = len(rows)
    predicted, slopes = np.empty(n), np.empty((n, SIZE))

    def residuals(z: np.ndarray) -> np.ndarray:
        full = mean + scale * z
        predict(full[:SIZE], rows, observers, WGS84, predicted)
        gap = rows["value"] - predicted
        gap[shared] -= full[SIZE + bias_column[shared]]
        gap[angles] -= 2.0 * np.pi * np.round(gap[angles] / (2.0 * np.pi))
        return np.concatenate([gap / rows["sigma"], z])

    def jacobian(z: np.ndarray) -> np.ndarray:
        full = mean + scale * z
        sensitivity(full[:SIZE], rows, observers, WGS84, slopes)
        return np.concatenate([information_root(rows, slopes, scale), np.eye(len(z))])

    z0 = np.zeros(len(scale))
    z0[:SIZE] = (start - prior.mean) / prior.sigma
    found = least_squares(residuals, z0, jac=jacobian, method="lm", ftol=1e-9, xtol=1e-9, max_nfev=60)
    root = jacobian(found.x)
    covariance = np.linalg.inv(root.T @ root) * np.outer(scale, scale)
    full = mean + scale * found.x
    return Estimate(full[:SIZE], covariance[:SIZE, :SIZE], float(found.cost), n, bool(found.success))


def information_root(rows: np.ndarray, slopes: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the derivative of the whitened residuals with respect to scaled unknowns (n, 14 + biases).

    ``rows`` are measurements, ``slopes`` (n, 14) the model's derivatives, ``scale`` (14 + biases,) one sigma of each unknown.
    """
    weight = -1.0 / rows["sigma"]
    out = np.zeros((len(rows), len(scale)))
    out[:, :SIZE] = slopes * (weight[:, None] * scale[:SIZE])
    column = rows["bias"]
    shared = np.flatnonzero(column >= 0)
    out[shared, SIZE + column[shared]] = weight[shared] * scale[SIZE + column[shared]]
    return out


def used_rows(rows: np.ndarray, *, burnout_s: float, boost_s: float, coast_s: float) -> np.ndarray:
    """Return the rows within ``boost_s`` before and ``coast_s`` after a first guess of burnout.

    ``rows`` are measurements, records of shape (n,); so is the answer, of shape (m,) with m at most n.
    """
    near = (rows["time_s"] >= burnout_s - boost_s) & (rows["time_s"] <= burnout_s + coast_s)
    return rows[near | (rows["kind"] == CUTOFF)]


def estimate(
    rows: np.ndarray, posts: Sequence[Station], prior: Prior, *, boost_s: float, coast_s: float
) -> Estimate | None:
    """Estimate burnout from everything seen; None when nothing was.

    ``rows`` are measurements, as the burnout model has them: records of shape (n,).
    """
    if len(rows) == 0:
        return None
    observers = observer_rows(post.observer for post in posts)
    guess_s, start = guess_burnout(rows, posts, prior.mean)
    best: Estimate | None = None
    for shift in (0.0, -2.0, 2.0):
        near = used_rows(rows, burnout_s=guess_s + shift, boost_s=boost_s, coast_s=coast_s)
        if len(near) == 0:
            continue
        x = start.copy()
        x[TIME] = guess_s + shift
        found = fit(near, observers, prior, x)
        # the same data must be compared, so the cost per row decides between windows
        if best is None or found.cost / found.rows < best.cost / best.rows:
            best = found
        if best.converged and abs(best.time_s - guess_s) < SETTLED_S:
            break
    return best
