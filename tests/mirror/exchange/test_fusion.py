import numpy as np
import pytest
from exchange_pair import track

from equipoise.exchange.picture.board import Trail
from equipoise.exchange.picture.fusion import Estimate, covariance_intersection, fuse, lineage_of, nees
from equipoise.exchange.picture.tracks import carried, estimate_of, fused_picture
from equipoise.exchange.sources.simulator import Sensor, fly, seen
from equipoise.exchange.sources.simulator import track as follow


def estimate(state, covariance, **lineage):
    named = {f"{party}/radar": number for party, number in lineage.items()}
    return Estimate(np.asarray(state, dtype=float), np.asarray(covariance, dtype=float), named)


def test_an_own_echo_changes_nothing():
    own = estimate([0.0, 0.0], np.eye(2), A=1)
    assert fuse(own, estimate([5.0, 5.0], np.eye(2) * 0.1, A=1), party="A") is own
    new = fuse(own, estimate([1.0, 0.0], np.eye(2) * 0.5, B=1), party="A")
    assert new.lineage == {"A/radar": 1, "B/radar": 1}
    assert fuse(new, estimate([1.0, 0.0], np.eye(2) * 0.5, B=1, A=1), party="A") is new
    assert fuse(new, estimate([1.0, 0.0], np.eye(2) * 0.5, B=2, A=1), party="A") is not new


def test_tags_of_any_form_are_read():
    assert lineage_of(["A/x/3", "A/x/7", "odd", "A/x/-1", "B/y/²", "/5"]) == {
        "A/x": 7,
        "odd": 0,
        "A/x/-1": 0,
        "B/y/²": 0,
        "/5": 0,
    }


@pytest.mark.textbook
@pytest.mark.parametrize("correlation", [0.0, 0.5, 0.95])
def test_consistent_for_any_correlation(correlation):
    # Julier and Uhlmann 1997: the fused covariance bounds the true error, so the mean NEES is at most the dimension
    rng = np.random.default_rng(3)
    pa, pb = np.diag([4.0, 1.0, 2.0]), np.diag([1.0, 3.0, 2.5])
    root_a, root_b = np.linalg.cholesky(pa), np.linalg.cholesky(pb)
    values = []
    for _ in range(300):
        common, own, other = rng.standard_normal((3, 3))
        mix = np.sqrt(correlation), np.sqrt(1.0 - correlation)
        a = estimate(root_a @ (mix[0] * common + mix[1] * own), pa, A=1)
        b = estimate(root_b @ (mix[0] * common + mix[1] * other), pb, B=1)
        values.append(nees(covariance_intersection(a, b), np.zeros(3)))
    assert np.mean(values) < 3.0 + 3.0 * np.sqrt(6.0 / 300)


@pytest.mark.second_method
def test_the_weight_that_makes_the_scaled_trace_least():
    a, b = estimate([0.0, 0.0], np.diag([1.0, 9.0]), A=1), estimate([1.0, 2.0], np.diag([9.0, 1.0]), B=1)
    scale, inverses = 1.0 / np.diag(a.covariance), (np.linalg.inv(a.covariance), np.linalg.inv(b.covariance))
    grid = [np.linalg.inv(w * inverses[0] + (1.0 - w) * inverses[1]) for w in np.linspace(0.0, 1.0, 10_001)]
    found = covariance_intersection(a, b)
    assert scale @ np.diag(found.covariance) == pytest.approx(min(scale @ np.diag(p) for p in grid), abs=1e-6)


def test_the_better_of_two_is_kept_when_the_other_adds_nothing():
    a, b = estimate([0.0, 0.0], np.eye(2), A=1), estimate([9.0, 9.0], 100.0 * np.eye(2), B=1)
    assert np.allclose(covariance_intersection(a, b).covariance, np.eye(2))


FLIGHT = fly(start=(38.0, 46.5), aim=(42.5, 15.5), range_m=3.2e6, step_s=10.0)


@pytest.mark.second_method
def test_a_flight_of_the_simulator_lands_where_it_aims_and_carries_onto_itself():
    from equipoise.exchange.picture.board import lon_lat_deg

    lon, lat = lon_lat_deg(FLIGHT.position_ecef_m[-1])
    assert (lat, lon) == (
        pytest.approx(42.5, abs=0.7),
        pytest.approx(15.5, abs=1.0),
    )  # 60 km up, before the end
    a, b = 10, 16
    state = np.concatenate([FLIGHT.position_ecef_m[a], FLIGHT.velocity_ecef_m_s[a]])
    one = carried(Estimate(state, np.eye(6), {}), from_s=FLIGHT.time_s[a], to_s=FLIGHT.time_s[b])
    assert np.linalg.norm(one.state[:3] - FLIGHT.position_ecef_m[b]) < 1.0
    back = carried(one, from_s=FLIGHT.time_s[b], to_s=FLIGHT.time_s[a])
    assert np.allclose(back.covariance, np.eye(6), atol=1e-3)


@pytest.mark.second_method
def test_the_carried_covariance_is_that_of_carried_samples():
    rng = np.random.default_rng(2)
    state = np.concatenate([FLIGHT.position_ecef_m[10], FLIGHT.velocity_ecef_m_s[10]])
    spread = np.diag([800.0, 500.0, 300.0, 9.0, 7.0, 5.0]) ** 2
    found = carried(Estimate(state, spread, {}), from_s=0.0, to_s=90.0).covariance
    samples = rng.multivariate_normal(state, spread, 800)
    flown = [carried(Estimate(one, spread, {}), from_s=0.0, to_s=90.0).state for one in samples]
    ratio = np.diag(np.cov(np.array(flown).T)) / np.diag(found)
    assert np.all(
        np.abs(ratio - 1.0) < 0.1
    )  # 4,000 samples scatter by 2 %; left as it was it would be 0.5 off
    assert np.all(np.diag(found)[:3] > 1.3 * np.diag(spread)[:3])


def test_a_sensor_sees_above_its_horizon_and_within_its_range():
    sensor = Sensor("r", 38.3, 37.8, 2.0e6, 3.0, 800.0, 15.0)
    visible = seen(sensor, FLIGHT.position_ecef_m)
    assert 0 < visible.sum() <= len(visible)
    below = seen(sensor._replace(lat_deg=-38.3, lon_deg=-142.2), FLIGHT.position_ecef_m)
    assert not below.any()


def send_flight(pair, *, until=40):
    rng = np.random.default_rng(1)
    launched_s = pair.now_ms / 1000.0 - 600.0
    for node, name, sigma in ((pair.a, "A", 3_000.0), (pair.b, "B", 2_000.0)):
        sensor = Sensor("radar", 38.3, 37.8, 6.0e6, -90.0, sigma, 20.0)
        how = {
            "party": name,
            "track_id": f"{name}-1",
            "launch_id": "l",
            "launched_at_s": launched_s,
            "rng": rng,
        }
        for update in follow(FLIGHT, sensor, **how)[:until]:
            frames = node.ingest(update)
            (pair.b if node is pair.a else pair.a).receive(frames)
    return launched_s


def test_the_node_fuses_what_both_sides_see(pair):
    launched_s = send_flight(pair)
    now_s = launched_s + float(FLIGHT.time_s[39])
    fused = fused_picture(pair.a.picture, now_s=now_s)
    assert [(one.own_id, one.peer_id) for one in fused] == [("A-1", "B-1")]
    own = estimate_of(pair.a.picture.tracks["A", "A-1"].last)
    assert np.trace(fused[0].estimate.covariance[:3, :3]) <= np.trace(own.covariance[:3, :3]) * 1.0001
    truth = np.concatenate([FLIGHT.position_ecef_m[39], FLIGHT.velocity_ecef_m_s[39]])
    assert nees(fused[0].estimate, truth) < 22.5  # 99.9 % of chi-square, 6 degrees of freedom
    assert set(fused[0].estimate.lineage) == {"A/radar", "B/radar"}
    assert fused_picture(pair.a.picture, now_s=now_s + 500.0) == []


def test_an_own_track_that_comes_back_from_the_peer_is_not_counted_again(pair):
    send_flight(pair, until=5)
    mine = pair.a.picture.tracks["A", "A-1"].last
    pair.a.picture.tracks["B", "B-1"] = Trail({**mine, "track_id": "B-1"})
    fused = fused_picture(pair.a.picture, now_s=mine["time_s"])
    assert np.allclose(fused[0].estimate.covariance, estimate_of(mine).covariance)


def test_two_objects_far_apart_are_not_taken_for_one(pair):
    now_s = pair.now_ms / 1000.0
    pair.send(track("mine", now_s))
    pair.answer(track("theirs", now_s, position_ecef_m=[7e6, 2e6, 2e5]))
    assert fused_picture(pair.a.picture, now_s=now_s) == []
