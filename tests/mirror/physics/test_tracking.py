"""The track bound: transition matrix, a batch of least-squares fits to simulated looks, and the accuracy rule."""

from dataclasses import replace
from math import inf, radians

import numpy as np
import pytest

from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.engagement.track_bound import bound
from equipoise.foundation.status import Reason
from equipoise.physics.environment.earth import WGS84, geodetic_to_ecef
from equipoise.physics.flight import targeting
from equipoise.physics.flight.coast import coast
from equipoise.physics.flight.trajectory import Flights

RADAR = Sensor(
    "radar", places=((radians(40.0), radians(36.0)),), range_m=1.5e6, boost_range_m=1.5e6, range_sigma=50.0,
    angle_sigma=1e-3, update_s=5.0,
)  # fmt: skip
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0, handover_m=3000.0)
BATTERY = Battery(
    "site", ((radians(44.08), radians(24.41)),), Interceptor(4000.0, 65.0, 500.0, 100e3), stock=24.0
)


def paths() -> Paths:
    missile = targeting.kinematic_for_range(
        max_range_m=2.2e6, burn_time_s=110.0, burnout_altitude_m=100e3, burnout_downrange_m=120e3,
        ballistic_coefficient_kg_m2=inf,
    )  # fmt: skip
    start, aim = np.radians([38.0, 46.5]), np.radians([45.8, 24.0])
    s = targeting.solve_batch(
        missile, start_lat_rad=start[0], start_lon_rad=start[1], aim_lat_rad=aim[0], aim_lon_rad=aim[1],
        family=targeting.Family.MINIMUM_ENERGY, earth=WGS84,
    )  # fmt: skip
    flights = Flights(
        start[:1], start[1:], s.status, s.azimuth_rad, s.path_angle_rad, s.speed_m_s, s.burn_time_s
    )
    return Paths(missile, flights, WGS84, "regional")


def fly(state: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    """Fly without air through rising times; return states (n, 6)."""
    return np.array([coast(state, t - times_s[0], WGS84)[0] for t in times_s])


@pytest.mark.second_method
def test_the_transition_matrix_is_the_difference_of_two_flights():
    b = bound(paths(), [Use(RADAR)])
    last = 40
    nominal = fly(b.states[0], b.time_s[: last + 1])
    np.testing.assert_allclose(nominal[last], b.states[last], atol=0.5)
    for c, size in ((0, 100.0), (2, 100.0), (3, 0.1), (5, 0.1)):
        moved = b.states[0].copy()
        moved[c] += size
        slope = (fly(moved, b.time_s[: last + 1])[last] - nominal[last]) / size
        scale = np.array([1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3]) * (1.0 if c < 3 else 300.0)
        np.testing.assert_allclose(b.phi[last][:, c] / scale, slope / scale, atol=2e-3)


def looks_of(b, radar: Sensor, until: int) -> tuple[np.ndarray, np.ndarray]:
    """Return times and inertial places of the radar at its looks up to a sample."""
    times = np.arange(b.time_s[0] + radar.update_s, b.time_s[until] + 1e-9, radar.update_s)
    place = np.array(geodetic_to_ecef(*radar.places[0], 0.0, WGS84))
    turn = WGS84.omega_rad_s * (times - b.time_s[0])
    sites = np.stack(
        [
            place[0] * np.cos(turn) - place[1] * np.sin(turn),
            place[0] * np.sin(turn) + place[1] * np.cos(turn),
            np.full(times.size, place[2]),
        ],
        axis=1,
    )
    return times, sites


@pytest.mark.second_method
def test_the_bound_is_the_scatter_of_least_squares_fits():
    b = bound(paths(), [Use(RADAR)])
    data, at = 12, 30
    times, sites = looks_of(b, RADAR, data)
    truth = fly(b.states[0], np.r_[b.time_s[0], times])[1:, :3] - sites
    distance = np.linalg.norm(truth, axis=1)
    worse = np.maximum((distance / RADAR.range_m) ** 2, 0.1)
    u = truth / distance[:, None]
    across = np.linalg.svd(u[:, None, :])[2][:, 1:]
    axes = np.concatenate([u[:, None, :], across], axis=1)
    sigma = np.stack([RADAR.range_sigma * worse, *(2 * [RADAR.angle_sigma * worse * distance])], axis=1)
    steps = np.diag([100.0] * 3 + [0.1] * 3)
    flights = [fly(b.states[0] + s, np.r_[b.time_s[0], times])[1:, :3] for s in steps]
    nominal = truth + sites
    slopes = np.stack([(f - nominal) / s.max() for f, s in zip(flights, steps, strict=True)], axis=2)
    design = np.einsum("kij,kjc->kic", axes, slopes) / sigma[:, :, None]
    rng = np.random.default_rng(11)
    errors = []
    for _ in range(400):
        noise = rng.normal(size=sigma.shape)
        fit = np.linalg.lstsq(design.reshape(-1, 6), noise.ravel(), rcond=None)[0]
        errors.append(b.phi[at][:3] @ fit)
    scatter = np.sqrt(np.mean(np.sum(np.square(errors), axis=1)))
    assert b.position_sigma_m(data, at) == pytest.approx(scatter, rel=0.1)


@pytest.mark.identity
def test_more_data_and_more_sensors_only_sharpen_and_coarsening_blurs():
    p = paths()
    other = replace(RADAR, id="other", places=((radians(46.0), radians(30.0)),))
    one, two = bound(p, [Use(RADAR)]), bound(p, [Use(RADAR), Use(other)])
    released = bound(p, [Use(RADAR, position_sigma_m=5e3, velocity_sigma_m_s=50.0)])
    late = bound(p, [Use(RADAR, latency_s=30.0)])
    at = 40
    sigma = [one.position_sigma_m(k, at) for k in range(3, 30)]
    assert np.all(np.diff(sigma) <= 1e-9)
    assert two.position_sigma_m(20, at) < one.position_sigma_m(20, at) < released.position_sigma_m(20, at)
    assert released.position_sigma_m(20) > 5e3
    assert late.position_sigma_m(20, at) > one.position_sigma_m(20, at)


def test_accuracy_decides_when_the_rule_says_so():
    def found(uses, **timing):
        command = Command("one", (BATTERY,), tuple(uses), replace(TIMING, **timing))
        return engage(paths(), [command])

    loose, tight = found([Use(RADAR)], handover_m=20e3), found([Use(RADAR)], handover_m=2e3)
    assert loose.shots[0, 0] >= 1
    assert loose.slack_s[0, 0] > tight.slack_s[0, 0]
    assert found([Use(RADAR)], handover_m=1.0).reason[0, 0] == Reason.NO_TRACK
    coarse = [Use(RADAR, position_sigma_m=10e3, velocity_sigma_m_s=200.0)]
    assert found(coarse, handover_m=2e3).shots[0, 0] == 0
    satellite = Sensor("ir", kind="infrared", range_sigma=3e3, angle_sigma=50.0, update_s=0.0)
    both = found([Use(RADAR), Use(satellite, tracks=False)], handover_m=5e3)
    assert both.slack_s[0, 0] >= found([Use(RADAR)], handover_m=5e3).slack_s[0, 0]
