"""Certificates: what is proved is true, and nothing else is accepted."""

import copy
import json
import random

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from typer.testing import CliRunner

from equipoise.analysis.guarantees.certificate import certify, sealed
from equipoise.analysis.guarantees.statement import checked, draft_names, load_draft
from equipoise.analysis.guarantees.worst import worst_slack
from equipoise.checker.verify import Rejected, check, read
from equipoise.foundation.errors import InputError

R, GM, OMEGA = 6.371e6, 3.986004418e14, 7.292115e-5


@pytest.fixture(scope="module")
def proof():
    # 5 km/s is near the largest speed that can be certified here (5.25), so that an error of a tenth would show.
    statement = load_draft("sufficient")
    statement["interceptor"]["speed_m_s"] = "5000"
    outcome = certify(statement, limit_s=30.0)
    assert outcome.certificate is not None
    return outcome.certificate


def kepler(theta, loft, angle, start):
    """Radius and time by quadrature of r^2 d(angle) / h: no closed form of the time."""
    e = np.tan((np.pi - theta) / 4) + loft
    p = start * (1 - e * np.cos(theta / 2))
    nodes, weights = np.polynomial.legendre.leggauss(24)
    nu = -theta / 2 + angle * (nodes[:, None] + 1) / 2
    r = p / (1 - e * np.cos(nu))
    time = (angle / 2) * (weights[:, None] * r**2).sum(axis=0) / np.sqrt(GM * p)
    return p / (1 - e * np.cos(angle - theta / 2)), time


def apart(statement, threat, rng, n):
    """Distance (n,), threat radius and time at random points of one threat's region."""
    draw = {k: rng.uniform(float(v[0]), float(v[1]), n) for k, v in statement["site"].items()}
    azimuth, theta, loft = (
        rng.uniform(float(threat[k][0]), float(threat[k][1]), n) for k in ("azimuth_deg", "range_deg", "loft")
    )
    azimuth, theta = np.radians(azimuth), np.radians(theta)
    angle = theta * rng.uniform(0, 1, n)
    radius, time = kepler(theta, loft, angle, R + float(threat["burnout_altitude_m"]))
    along = angle + float(threat["burnout_downrange_m"]) / R
    lat0, lon0 = np.radians(float(threat["lat_deg"])), np.radians(float(threat["lon_deg"]))
    lat = np.arcsin(np.sin(lat0) * np.cos(along) + np.cos(lat0) * np.sin(along) * np.cos(azimuth))
    lon = lon0 + np.arctan2(
        np.sin(azimuth) * np.sin(along) * np.cos(lat0), np.cos(along) - np.sin(lat0) * np.sin(lat)
    )
    lon = lon - OMEGA * time
    unit = lambda a, o: np.stack([np.cos(a) * np.cos(o), np.cos(a) * np.sin(o), np.sin(a)])  # noqa: E731
    site = R * unit(np.radians(draw["site_lat_deg"]), np.radians(draw["site_lon_deg"]))
    return np.linalg.norm(radius * unit(lat, lon) - site, axis=0), radius, time


@pytest.mark.second_method
def test_no_engagement_at_100_000_random_points_of_a_certified_region(proof):
    statement, rng = proof["statement"], np.random.default_rng(7)
    speed = float(statement["interceptor"]["speed_m_s"])
    top = R + float(statement["interceptor"]["burnout_altitude_m"])
    near = float(statement["interceptor"]["burnout_distance_m"])
    four_a = -2 * GM / ((speed + OMEGA * top) ** 2 / 2 - GM / top)
    check(proof)
    for threat in statement["threats"]:
        distance, radius, time = apart(statement, threat, rng, 50_000)
        flight = np.maximum(time - float(statement["interceptor"]["delay_s"]), 0.0)
        energy = np.maximum(four_a - R - radius + near + OMEGA * R * flight, near)
        assert np.all(distance > np.minimum(speed * flight, energy) + 50_000.0 * (flight > 0))


@pytest.mark.second_method
@pytest.mark.parametrize("azimuth_deg", [-20.0, 10.0, 85.0])
def test_no_ballistic_interceptor_leaves_the_energy_bound(azimuth_deg):
    # Numerical integration of the fastest permitted coast in an inertial frame, with the Earth's turn helping.
    speed, height, near = 3000.0, 200e3, 400e3
    top = R + height
    four_a = -2 * GM / ((speed + OMEGA * top) ** 2 / 2 - GM / top)
    for elevation in np.radians([20.0, 45.0, 70.0, 90.0]):
        start = np.array([top, 0.0, 0.0])
        heading = np.array(
            [
                np.sin(elevation),
                np.cos(elevation) * np.sin(np.radians(azimuth_deg)),
                np.cos(elevation) * np.cos(np.radians(azimuth_deg)),
            ]
        )
        velocity = speed * heading + np.array([0.0, OMEGA * top, 0.0])
        flown = solve_ivp(
            lambda _, y: np.concatenate([y[3:], -GM * y[:3] / np.linalg.norm(y[:3]) ** 3]),
            (0.0, 900.0),
            np.concatenate([start, velocity]),
            rtol=1e-9,
            max_step=10.0,
        )
        radius = np.linalg.norm(flown.y[:3], axis=0)
        turn = OMEGA * flown.t
        site = R * np.stack([np.cos(turn), np.sin(turn), 0.0 * turn])
        distance = np.linalg.norm(flown.y[:3] - site, axis=0)
        up = radius >= R
        assert np.all((distance <= four_a - R - radius + near + OMEGA * R * flown.t)[up])


def test_1000_mutated_files_are_all_rejected(proof, tmp_path):
    text, rng, path = json.dumps(proof), random.Random(3), tmp_path / "mutated.json"
    accepted = 0
    for k in range(1000):
        place = rng.randrange(len(text) - 1)
        if k % 3 == 0:
            changed = text[:place]
        elif k % 3 == 1:
            changed = text[:place] + text[place + 1 :]
        else:
            changed = (
                text[:place]
                + chr(33 + (ord(text[place]) - 33 + rng.randrange(1, 94)) % 94)
                + text[place + 1 :]
            )
        if changed.strip() == text or _same(changed, proof):
            continue  # white space outside strings carries nothing
        path.write_text(changed, encoding="utf-8")
        try:
            check(read(path))
            accepted += 1
        except Rejected:
            pass
    assert accepted == 0


def _same(text, document):
    try:
        return json.loads(text) == document
    except ValueError:
        return False


def reseal(document):
    return sealed({k: document[k] for k in ("format", "statement", "trees")})


def test_resealed_trees_that_lack_a_part_are_rejected(proof):
    # The seal is no defence against a forger: the trees themselves must be whole.
    check(reseal(proof))
    for place in range(0, len(proof["trees"][0]), 7):
        forged = copy.deepcopy(proof)
        forged["trees"][0] = forged["trees"][0][:place] + forged["trees"][0][place + 1 :]
        with pytest.raises(Rejected):
            check(reseal(forged))
    forged = copy.deepcopy(proof)
    forged["trees"].pop()
    with pytest.raises(Rejected, match="one for each threat"):
        check(reseal(forged))


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("interceptor", "speed_m_s", "7000"),
        ("interceptor", "speed_m_s", "-1"),
        ("interceptor", "delay_s", "-2000"),
        ("site", "site_lat_deg", ["43.5", "60"]),
        ("site", "site_lat_deg", ["46", "43.5"]),
        ("earth", "gm_m3_s2", "1"),
    ],
)
def test_a_false_statement_with_a_good_seal_is_rejected(proof, section, key, value):
    forged = copy.deepcopy(proof)
    forged["statement"][section][key] = value
    with pytest.raises(Rejected):
        check(reseal(forged))


def test_a_region_with_a_planted_violation_is_never_certified():
    statement = load_draft("sufficient")
    threat = statement["threats"][0]
    statement["site"] = {"site_lat_deg": ["44", "89"], "site_lon_deg": ["-60", "30"]}
    outcome = certify(statement, limit_s=5.0)
    assert outcome.certificate is None
    assert threat["name"] == "ru-kozelsk"
    assert certify(load_draft("too-weak"), limit_s=5.0).certificate is None


@pytest.mark.second_method
@pytest.mark.parametrize("draft", draft_names())
def test_worst_slack_is_not_below_10_000_random_systems(draft):
    statement, rng = load_draft(draft), np.random.default_rng(11)
    found = worst_slack(statement, gap_s=50, limit_s=1.0)
    speed = float(statement["interceptor"]["speed_m_s"])
    near = float(statement["interceptor"]["burnout_distance_m"])
    top = R + float(statement["interceptor"]["burnout_altitude_m"])
    four_a = -2 * GM / ((speed + OMEGA * top) ** 2 / 2 - GM / top)
    for threat in statement["threats"]:
        distance, radius, time = apart(statement, threat, rng, 10_000)
        need = np.maximum(distance / speed, (distance - (four_a - R - radius + near)) / (OMEGA * R))
        slack = time - float(statement["interceptor"]["delay_s"]) - need
        assert slack.max() <= found.bound


def test_every_fault_of_a_draft_is_named_at_once():
    statement = load_draft("sufficient")
    statement.pop("earth")
    statement["site"]["site_lat_deg"] = ["46", "43.5"]
    statement["interceptor"]["speed"] = statement["interceptor"].pop("speed_m_s")
    with pytest.raises(InputError) as caught:
        checked(statement, "draft.toml")
    assert "contradictory" in str(caught.value)
    assert "its unit is missing" in str(caught.value)


def test_the_command_certifies_and_verifies(tmp_path):
    import typer

    from equipoise.cli.guarantee import register

    app = typer.Typer()
    app.command()(lambda: None)
    register(app)
    run, out = CliRunner(), tmp_path / "proof.json"
    assert run.invoke(app, ["guarantee", "certify", "sufficient", "--out", str(out)]).exit_code == 0
    shown = run.invoke(app, ["guarantee", "verify", str(out)])
    assert shown.exit_code == 0
    assert "PROVED" in shown.stdout
    out.write_text(out.read_text()[:-40])
    assert run.invoke(app, ["guarantee", "verify", str(out)]).exit_code == 1
    assert run.invoke(app, ["guarantee", "certify", "too-weak", "--out", str(out)]).exit_code == 1


def test_the_checker_stands_alone_and_is_short():
    # A sceptic must be able to read it in an hour, and it must share nothing with the search.
    import ast
    import sys
    from pathlib import Path

    import equipoise.checker

    sources = [p.read_text() for p in Path(equipoise.checker.__file__).parent.glob("*.py")]
    names = set()
    for node in (n for source in sources for n in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module.split(".")[0])
    assert names <= sys.stdlib_module_names | {"flint"}
    assert sum(len(source.splitlines()) for source in sources) < 500
