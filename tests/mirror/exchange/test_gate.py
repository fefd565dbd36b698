import numpy as np
import pytest
from exchange_pair import item, launch, text, track
from scipy.optimize import least_squares

from equipoise.exchange.picture.fusion import Estimate
from equipoise.exchange.picture.tracks import carried, estimate_of
from equipoise.exchange.protocol.coarsen import EARTH_ROTATION_RAD_S, coarsen_track
from equipoise.exchange.protocol.gate import Gate, packaged, read_profile
from equipoise.exchange.protocol.notices import Board
from equipoise.foundation.errors import InputError

GM = 3.986004418e14
J2_TERM = 1.5 * 1.08263e-3 * GM * 6_378_137.0**2
SHIFT = {"shift_m": 10_000.0, "time_shift_s": 2.0}


def pull(p):
    """Gravity of the oblate Earth: what an attacker knows of it."""
    r = np.linalg.norm(p)
    z2 = (p[2] / r) ** 2
    return -GM * p / r**3 - J2_TERM / r**5 * p * (np.array([1.0, 1.0, 3.0]) - 5.0 * z2)


def rk4(r, v, h):
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


START = np.array([5.0e6, 1.0e6, 4.8e6]), np.array([-1500.0, 4000.0, 3500.0])


def arc(count=40, step_s=15.0):
    """Return updates of a ballistic arc over an oblate Earth, in the rotating frame."""
    (r, v), rows = START, []
    for number in range(count):
        rows.append((number * step_s, *to_rotating(r, v, number * step_s)))
        for _ in range(10):
            r, v = rk4(r, v, step_s / 10)
    return rows


def released(rows, name, noise_m):
    out = []
    for time_s, p, v in rows:
        payload = track(name, time_s, position_ecef_m=p.tolist(), velocity_ecef_m_s=v.tolist())["payload"]
        out.append(coarsen_track(payload, secret=b"k" * 32, label=name, **SHIFT, noise_m=noise_m))
    return out


def miss_m(rows, out):
    return np.array([np.asarray(q["position_ecef_m"]) - p for (_, p, _), q in zip(rows, out, strict=True)])


@pytest.mark.identity
def test_without_noise_the_coarsened_arc_is_an_arc_at_the_same_heights_and_speeds():
    rows = arc()
    for (_, p, v), q in zip(rows, released(rows, "t", 0.0), strict=True):
        assert np.linalg.norm(q["position_ecef_m"]) == pytest.approx(np.linalg.norm(p), abs=1.0)
        spin = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])
        there = np.array(q["velocity_ecef_m_s"]) + np.cross(spin, q["position_ecef_m"])
        assert np.linalg.norm(there) == pytest.approx(np.linalg.norm(v + np.cross(spin, p)), abs=0.01)


@pytest.mark.identity
def test_without_noise_the_coarsened_arc_of_a_point_mass_is_one_too():
    start = Estimate(np.concatenate([*to_rotating(*START, 0.0)]), np.eye(6), {})
    rows = []
    for time_s in np.arange(0.0, 601.0, 60.0):
        state = carried(start, from_s=0.0, to_s=time_s).state
        rows.append((time_s, state[:3], state[3:]))
    out = released(rows, "p", 0.0)
    first = estimate_of(out[0])
    for update in out[1:]:
        there = carried(first, from_s=out[0]["time_s"], to_s=update["time_s"]).state[:3]
        assert np.linalg.norm(there - update["position_ecef_m"]) < 3.0  # velocity is rounded to 1 mm/s
    assert np.linalg.norm(miss_m(rows, out), axis=1).min() > 3_000.0


def test_the_stated_error_is_the_error_per_axis():
    rows = arc()
    found, stated, speed, stated_speed = [], [], [], []
    for number in range(300):
        out = released(rows[20:21], f"s{number}", 500.0)[0]
        found.append(np.asarray(out["position_ecef_m"]) - rows[20][1])
        speed.append(np.asarray(out["velocity_ecef_m_s"]) - rows[20][2])
        stated.append(out["sigma_m"])
        stated_speed.append(out["sigma_m_s"])
    # worst axis against the statement; 300 draws of bounded displacements scatter by about 4 %
    assert np.sqrt(np.mean(np.square(found), axis=0)).max() < 1.1 * np.mean(stated)
    assert np.sqrt(np.mean(np.square(found))) > 0.6 * np.mean(stated)
    assert np.sqrt(np.mean(np.square(speed), axis=0)).max() < 1.1 * np.mean(stated_speed)


def test_averaging_over_all_updates_gains_nothing():
    rows, single, mean = arc(), [], []
    for number in range(60):
        miss = miss_m(rows, released(rows, f"t{number}", 500.0))
        single.append(np.linalg.norm(miss, axis=1))
        mean.append(np.linalg.norm(miss.mean(axis=0)))
    # independent noise of this size would shrink to 0.16 of itself over 40 updates
    assert np.sqrt(np.mean(np.square(mean))) > 0.95 * np.sqrt(np.mean(np.square(single)))


def fitted_miss_m(rows, out):
    """Fit an arc over the oblate Earth to every released update; return how far its points lie from the true ones."""
    times, seen = [row["time_s"] for row in out], np.array([row["position_ecef_m"] for row in out])

    def path(guess):
        r, v = guess[:3], guess[3:]
        points = []
        for number, time_s in enumerate(times):
            if number:
                for _ in range(8):
                    r, v = rk4(r, v, (time_s - times[number - 1]) / 8)
            points.append(to_rotating(r, v, time_s)[0])
        return np.array(points)

    start = np.concatenate([rows[0][1], rows[0][2] + np.cross([0.0, 0.0, EARTH_ROTATION_RAD_S], rows[0][1])])
    fit = least_squares(
        lambda guess: ((path(guess) - seen) / 500.0).ravel(), start, x_scale=[1e4] * 3 + [10.0] * 3
    )
    truth = np.array([p for _, p, _ in rows])
    return np.linalg.norm(path(fit.x) - truth, axis=1), np.sqrt(np.mean(fit.fun**2))


def test_a_fitted_ballistic_arc_gains_nothing():
    rows = arc()[::5]
    found = []
    for number in range(12):
        out = released(rows, f"f{number}", 500.0)
        errors, residual = fitted_miss_m(rows, out)
        single = np.linalg.norm(miss_m(rows, out), axis=1)
        found.append((np.sqrt(np.mean(errors**2)), np.sqrt(np.mean(single**2)), residual))
    fitted, single, residuals = np.array(found).T
    assert np.sqrt(np.mean(fitted**2)) > 0.95 * np.sqrt(np.mean(single**2))
    assert (
        residuals.max() < 1.3
    )  # the wrong arc fits as well as the noise allows: nothing tells that it is wrong


def test_one_label_moves_two_tracks_of_one_object_alike():
    gate, rows = Gate(b"k" * 32, party="A"), arc()[:1]
    here = {"position_ecef_m": rows[0][1].tolist(), "velocity_ecef_m_s": rows[0][2].tolist()}

    def shift(name, **more):
        out = gate.decide(track(name, 1_000.0, **here) | more, approvals=0).payload
        return np.asarray(out["position_ecef_m"]) - rows[0][1]

    together = np.linalg.norm(shift("t1", label="object") - shift("t2", label="object"))
    assert together < 3_000.0  # the noise of two updates
    apart = [np.linalg.norm(shift(f"a{i}") - shift(f"b{i}")) for i in range(20)]
    assert np.median(apart) > 5_000.0


def test_launch_events_leave_on_a_grid():
    gate = Gate(b"k", party="A")
    what = launch(
        "l", 1_234_567, "B", "releasable", launch_point=[62.9273, 40.5749], impact_point=[-33.07, 0.04]
    )
    payload = gate.decide(what, approvals=0).payload
    assert (payload["launch_point"], payload["impact_point"], payload["launched_at_ms"]) == (
        [62.9, 40.6],
        [-33.1, 0.0],
        1_235_000,
    )


@pytest.mark.parametrize(
    ("what", "approvals", "rule", "allowed"),
    [
        (text(), 0, "exercise-traffic", True),
        (track(), 0, "exercise-traffic", True),
        (text(sensitivity="withhold"), 9, "marked-withhold", False),
        (text(sensitivity="hold"), 1, "second-person", False),
        (text(sensitivity="hold"), 2, "exercise-traffic", True),
        (text() | {"exercise": False}, 9, "default-deny", False),
        (item("orders", {}), 9, "default-deny", False),
    ],
)
def test_the_packaged_policy(what, approvals, rule, allowed):
    decision = Gate(b"k", party="A").decide(what, approvals=approvals)
    assert (decision.rule, decision.allowed) == (rule, allowed)
    assert (decision.payload is not None) is allowed


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("permit (principal", "unexpected end of input|parse"),
        ("forbid (principal, action, resource) when { resource.sensitivty == 1 };", "sensitivty"),
        ('forbid (principal, action, resource) when { resource.approvals < "2" };', "type"),
    ],
)
def test_a_policy_that_could_fail_to_fire_is_an_error_at_the_start(policy, words):
    with pytest.raises(InputError, match=words):
        Gate(b"k", party="A", policy=policy)


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("x", "not TOML"),
        ('[field]\ntext = ["text"]', "Did you mean 'fields'"),
        ('[fields]\ntext = ["tex", "text"]', "Did you mean 'text'"),
        ('[fields]\ntrack = ["track_id"]', "lacks time_s"),
        ("[coarsen.track]\nshift_m = 1.0", "time_shift_s: must be"),
        ("[coarsen.launch]\ngrid_deg = 0.0\nstep_s = 1.0", "grid_deg: must be"),
    ],
)
def test_a_profile_with_a_fault_is_an_error_at_the_start(profile, words):
    with pytest.raises(InputError, match=words):
        read_profile(profile, file="profile.toml")


def test_a_stream_that_the_profile_does_not_list_stays():
    gate = Gate(b"k", party="A", profile='[fields]\nnotice = ["notice_id", "instrument", "type"]')
    decision = gate.decide(text(), approvals=0)
    assert (decision.allowed, decision.reason) == (False, "the profile lists no field of this stream")


def test_nothing_of_the_package_names_an_order():
    words = packaged("profile.toml") + packaged("release.cedar")
    assert not [word for word in ("engage", "order", "weapon", "fire") if word in words.lower()]
    assert "order" not in str(Board({}).__dict__)


def test_a_rule_that_fails_denies():
    # Cedar passes over a rule whose evaluation fails, here by overflow, a forbid like any other
    policy = """@id("all") permit (principal, action, resource);
    @id("none") forbid (principal, action, resource) when { resource.approvals + 9223372036854775807 > 5 };"""
    gate = Gate(b"k", party="A", policy=policy)
    assert gate.decide(text(), approvals=0).rule == "none"
    decision = gate.decide(text(), approvals=1)
    assert (decision.rule, decision.allowed) == ("policy-error", False)
