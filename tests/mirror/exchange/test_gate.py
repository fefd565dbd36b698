import numpy as np
import pytest

from equipoise.exchange.gate import EARTH_ROTATION_RAD_S, Gate, coarsen_track, default_profile

GM = 3.986004418e14


def arc(count=40, step_s=15.0):
    """Return updates of a ballistic arc over a spherical Earth, in the rotating frame."""
    r, v = np.array([7.0e6, 0.0, 0.0]), np.array([1500.0, 3000.0, 4000.0])
    rows = []
    for number in range(count):
        rows.append((number * step_s, *to_rotating(r, v, number * step_s)))
        for _ in range(50):
            r, v = rk4(r, v, step_s / 50)
    return rows


def rk4(r, v, h):
    def pull(p):
        return -GM * p / np.linalg.norm(p) ** 3

    a = (v, pull(r))
    b = (v + h / 2 * a[1], pull(r + h / 2 * a[0]))
    c = (v + h / 2 * b[1], pull(r + h / 2 * b[0]))
    d = (v + h * c[1], pull(r + h * c[0]))
    return r + h / 6 * (a[0] + 2 * b[0] + 2 * c[0] + d[0]), v + h / 6 * (a[1] + 2 * b[1] + 2 * c[1] + d[1])


def to_rotating(r, v, time_s):
    s, c = np.sin(EARTH_ROTATION_RAD_S * time_s), np.cos(EARTH_ROTATION_RAD_S * time_s)
    turn = np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]])
    p = turn @ r
    return p, turn @ v - np.cross([0, 0, EARTH_ROTATION_RAD_S], p)


def released(rows, name, noise_m):
    secret, out = b"k" * 32, []
    for time_s, p, v in rows:
        payload = {
            "track_id": name,
            "time_s": time_s,
            "position_ecef_m": list(p),
            "velocity_ecef_m_s": list(v),
            "sigma_m": 100.0,
        }
        out.append(coarsen_track(payload, secret=secret, shift_m=10_000.0, time_shift_s=2.0, noise_m=noise_m))
    return out


@pytest.mark.identity
def test_without_noise_the_coarsened_arc_is_a_perfect_arc_in_the_wrong_place():
    rows = arc()
    out = released(rows, "t", 0.0)
    shifted = [np.asarray(row["position_ecef_m"]) for row in out]
    for (_, p, _), q in zip(rows, shifted, strict=True):
        assert np.linalg.norm(p) == pytest.approx(
            np.linalg.norm(q), abs=1.0
        )  # radius kept: gravity tells nothing


def test_averaging_over_all_updates_gains_nothing_beyond_the_stated_error():
    rows, errors = arc(), []
    for number in range(40):
        out = released(rows, f"t{number}", 500.0)
        miss = np.array(
            [np.asarray(q["position_ecef_m"]) - p for (_, p, _), q in zip(rows, out, strict=True)]
        )
        errors.append(np.linalg.norm(miss.mean(axis=0)))
    assert np.median(errors) > 5_000.0  # the mean over 40 updates; independent noise alone would leave 140 m
    assert max(errors) < 3.0 * out[0]["sigma_m"]


def test_what_no_rule_permits_is_withheld():
    gate = Gate(b"k" * 32)
    for item in (
        {"stream": "text"},
        {"stream": "track", "exercise": True, "sensitivity": "other"},
        {"stream": "orders", "exercise": True},
    ):
        decision = gate.decide({"payload": {}, **item}, party="A", approvals=9)
        assert (decision.allowed, decision.payload) == (False, None)
        assert decision.rule == "default-deny"


def test_the_rule_is_named():
    item = {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": {}}
    assert Gate(b"k").decide(item, party="A", approvals=1).rule == "exercise-traffic"
    assert Gate(b"k").decide(item | {"sensitivity": "hold"}, party="A", approvals=1).rule == "second-person"


def test_no_profile_names_an_order():
    assert not {"engage", "order", "weapon"} & set(default_profile()["fields"])
