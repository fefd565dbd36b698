"""The server of a result: what it gives, what it refuses, under fuzzing, hostile requests and many clients at once."""

import base64
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress

import httpx
import numpy as np
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator

from command_line import schema
from equipoise.analysis.what_if.answers import Leak, one
from equipoise.foundation.errors import StoredResultError
from equipoise.scenario.load import load_scenario, scenario_of
from equipoise.server import engine as engine_module
from equipoise.server.app import create_app, resolved
from equipoise.server.engine import Engine
from equipoise.server.forms import Area, BaseExposure, Exposure, Raids
from equipoise.server.headers import LARGEST_BODY_BYTES

PHASES = ("Phase 1", "Phase 2", "Phase 3", "Phase 4")


class QuickEngine(Engine):
    """The real checks of a question, an answer without physics."""

    pause_s = 0.0

    def warm(self):
        self.ready.set()

    def _area(self, case):
        self._changed(case)
        one(self._scenario, "threat", case.threat)
        time.sleep(self.pause_s)
        cells = 24 * 36  # of the made-up report
        arrays = {
            "shots": b"\3" * cells,
            "reason": b"\0" * cells,
            "site": b"\0" * cells,
            "slack": b"\7\0" * cells,
        }
        coded = {name: base64.b64encode(block).decode() for name, block in arrays.items()}
        return Area(arrays=coded, share_percent=99.9, stopped_percent=(70.0, 80.0), took_ms=1.0)

    def _exposure(self, case):
        self._changed(case)
        time.sleep(self.pause_s)
        row = BaseExposure(base="ru-b", share_percent=12.4, slack_s=-3.2)
        return Exposure(bases=[row], clauses=[], took_ms=0.0)

    def _raids(self, case):
        self._changed(case)
        return Raids(raids=[Leak(raid="r", missiles=3, through=1.2, error=0.0)], took_ms=0.0)


@contextmanager
def serving(app):
    """Run the application on a free port of this machine and give its address."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    bound.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def served(report):
    quick = QuickEngine(load_scenario("epaa"))
    with serving(create_app(report.parent, quick)) as address:
        while not quick.ready.is_set():
            time.sleep(0.01)
        yield address


@pytest.fixture
def client(served):
    with httpx.Client(base_url=served, timeout=20) as c:
        yield c


def raw(served, path, *, headers=(), body=b"", method="GET"):
    """Send a request as it is written, which a polite client would not; return status and text."""
    link = http.client.HTTPConnection(served.removeprefix("http://"), timeout=20)
    link.putrequest(method, path, skip_host=any(k == "host" for k, _ in headers))
    for name, value in headers:
        link.putheader(name, value)
    link.endheaders(body)
    with closing(link):
        answer = link.getresponse()
        return answer.status, answer.read().decode(errors="replace")


def test_fuzzing_finds_no_fault_of_the_server(served):
    """Every operation, with data that follow its description and data that break it."""
    import schemathesis  # takes longer to import than most tests to run, and every worker imports this file
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    schema = schemathesis.openapi.from_url(f"{served}/openapi.json")
    names = []
    for found in schema.get_all_operations():
        operation = found.ok()
        names.append(operation.label)
        for mode in schemathesis.GenerationMode:

            @settings(max_examples=40, database=None, suppress_health_check=list(HealthCheck))
            @given(case=operation.as_strategy(generation_mode=mode))
            def check(case):
                # a name that the result lacks is well formed and refused all the same
                case.call_and_validate(excluded_checks=[positive_data_acceptance])

            with suppress(Unsatisfiable):  # a question without input cannot be asked wrongly
                check()
    assert len(names) == 5


def test_every_answer_carries_the_headers(client):
    for path in ("/report.html", "/tables/exposure.csv", "/nowhere", "/api/health", "/openapi.json"):
        answer = client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
    assert "script-src 'sha256-" in client.get("/report.html").headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    ["/../secret", "/..%2fsecret", "/%2e%2e/secret", "/tables/../../secret", "//etc/passwd", "/tables/%00", "/.hidden",
     "/figures/..%5c..%5csecret", "/tables/link.csv", "/sub/deep/file.txt", "/tables", "/report.html/"],
)  # fmt: skip
def test_nothing_outside_the_result_is_given(report, served, path):
    folder = report.parent
    (folder.parent / "secret").write_text("secret")
    (folder / ".hidden").write_text("secret")
    link = folder / "tables/link.csv"
    if not link.is_symlink():
        link.symlink_to(folder.parent / "secret")
    status, text = raw(served, path)
    assert status in (400, 404)
    assert "secret" not in text


def test_a_link_inside_the_folder_is_not_followed(tmp_path):
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert resolved(tmp_path.resolve(), "a.txt") is not None
    assert resolved(tmp_path.resolve(), "b.txt") is None


def test_large_malformed_and_foreign_requests_are_refused(client, served):
    post = "/api/exposure"
    big = "x" * (LARGEST_BODY_BYTES + 1)
    assert client.post(post, content=big).status_code == 413
    assert client.post(post, content=(part for part in (big.encode(), b"y"))).status_code == 413
    assert raw(served, post, method="POST", headers=[("content-length", "999999999999")])[0] == 413
    assert client.post(post, content=b"{", headers={"content-type": "application/json"}).status_code == 422
    assert (
        client.post(post, content=b'{"phase":"Phase 4"}', headers={"content-type": "text/plain"}).status_code
        == 422
    )
    assert (
        client.post(post, json={"phase": "Phase 4"}, headers={"origin": "http://evil.example"}).status_code
        == 403
    )
    assert raw(served, "/api/health", headers=[("host", "evil.example")])[0] == 421
    assert client.post(post, content=b'{"phase":"Phase 4","settings":{"assumption.decision_s":NaN}}',
                       headers={"content-type": "application/json"}).status_code == 422  # fmt: skip
    deep = b"[" * 5000 + b"]" * 5000
    assert client.post(post, content=deep, headers={"content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ({"phase": "Phase 9"}, "no phase 'Phase 9'"),
        ({"phase": "Phase 4", "settings": {"site.deveselu.count": 3}}, "is not among the parameters"),
        ({"phase": "Phase 4", "settings": {"assumption.decision_s": 1e5}}, "lies outside 0 to"),
        ({"phase": "Phase 4", "settings": {"scenario.map_step_deg": 0.1}}, "is not among the parameters"),
        (
            {"phase": "Phase 4", "settings": {"scenario.track_rule": "luck"}},
            "expected one of 'duration', 'accuracy'",
        ),
        ({"phase": "Phase 4", "more": 1}, "Extra inputs"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(client, question, why):
    answer = client.post("/api/exposure", json=question)
    assert answer.status_code == 422
    assert why in answer.json()["detail"]


def test_what_may_be_changed_is_numbers_and_words(client):
    offer = client.get("/api/parameters", params={"phase": "Phase 4"}).json()
    assert {"balance.kill_probability", "site.redzikowo.lat_deg"} <= {p["key"] for p in offer["parameters"]}
    words = {a["key"]: a["options"] for a in offer["alternatives"]}
    assert set(words["scenario.track_rule"]) == {"duration", "accuracy"}
    case = {
        "phase": "Phase 4",
        "mode": "joint",
        "settings": {key: list(options)[-1] for key, options in words.items()},
    }
    assert client.post("/api/raids", json=case).status_code == 200


def test_without_an_engine_the_questions_say_why(report):
    without = create_app(report.parent, None, why_absent="no kernels here")
    with serving(without) as address, httpx.Client(base_url=address) as c:
        assert c.get("/api/health").json()["engine"] == "absent"
        answer = c.get("/api/parameters", params={"phase": "Phase 4"})
        assert (answer.status_code, answer.json()["detail"]) == (503, "no kernels here")
        assert c.get("/", follow_redirects=False).headers["location"] == "report.html"


def test_fifty_clients_at_once_are_answered_or_told_to_come_back(served, monkeypatch):
    monkeypatch.setattr(QuickEngine, "pause_s", 0.02)

    def ask(i):
        with httpx.Client(base_url=served, timeout=30) as c:
            settings = {"assumption.decision_s": float(i)}
            codes = [c.post("/api/exposure", json={"phase": "Phase 4", "settings": settings}).status_code]
            codes.append(c.get("/report.html").status_code)
            return codes

    with ThreadPoolExecutor(50) as pool:
        found = list(pool.map(ask, range(50)))
    assert {code for codes in found for code in codes} <= {200, 429}
    assert sum(codes[0] == 200 for codes in found) >= engine_module.WAITING
    assert all(codes[1] == 200 for codes in found)
    assert httpx.get(f"{served}/api/health").json()["engine"] == "ready"


def test_the_engine_answers_about_the_scenario_that_the_result_carries():
    from equipoise.results.record import Provenance

    made = load_scenario("epaa", ["assumption.decision_s=3"]).at("2018")
    assert scenario_of(Provenance(scenario_toml=made.to_toml(), scenario_hash=made.hash), "kept") == made
    with pytest.raises(StoredResultError, match="kept: its scenario is not the one that its hash names"):
        scenario_of(
            Provenance(scenario_toml=made.to_toml(), scenario_hash=load_scenario("epaa").hash), "kept"
        )
    with pytest.raises(StoredResultError, match="kept: holds no scenario"):
        scenario_of(Provenance(command="equipoise run epaa"), "kept")


@pytest.mark.second_method
def test_the_engine_answers_what_a_run_with_the_same_settings_finds():
    from equipoise.analysis.defence.defended_area import defended_area
    from equipoise.analysis.exposure.study import exposure
    from equipoise.server.forms import AreaCase, Case

    coarse = ["scenario.map_step_deg=4", "scenario.aim_step_deg=8"]
    settings = {
        "interceptor.sm3-iia.burnout_speed_km_s": 3.4, "assumption.decision_s": 45.0, "scenario.track_rule": "accuracy",
        "site.redzikowo.policy": "own-sensor",
    }  # fmt: skip
    engine = Engine(load_scenario("epaa", coarse))
    spoken = [f"{k}={v}" for k, v in settings.items()]
    same = load_scenario("epaa", [*coarse, *spoken]).at("2018-12-31")
    area = engine.area(AreaCase(phase="Phase 3", mode="joint", threat="irbm-notional", settings=settings))
    expected = defended_area(same).data.sel(mode="joint", threat="irbm-notional").isel(phase=0)
    assert np.array_equal(
        np.frombuffer(base64.b64decode(area.arrays["shots"]), np.uint8), expected.shots.values.ravel()
    )
    before = engine.area(AreaCase(phase="Phase 3", mode="joint", threat="irbm-notional"))
    assert before.arrays["shots"] != area.arrays["shots"]
    rows = engine.exposure(Case(phase="Phase 3", settings=settings)).bases
    found = exposure(same).data.share.isel(phase=0).sel(end="nominal", family="minimum_energy")
    assert [r.share_percent for r in rows] == pytest.approx(list(100 * found.values), abs=1e-9)


def test_the_engine_answers_about_a_scenario_without_bases():
    from equipoise.server.forms import AreaCase, Case

    engine = Engine(load_scenario("gulf-2024", ["scenario.map_step_deg=4"]))
    assert engine.exposure(Case(phase="2024")).bases == []
    stopped = engine.area(AreaCase(phase="2024", mode="joint", threat="ghadr-south")).stopped_percent
    assert stopped is not None
    assert stopped[0] < stopped[1]


def first_value(stream):
    """Return the first JSON value of a stream that stays open after it."""
    text = ""
    for line in stream:
        text += line
        with suppress(json.JSONDecodeError):
            return json.loads(text)
    raise AssertionError(text)


def test_the_command_binds_to_loopback_and_refuses_what_is_no_result(tmp_path, report):
    refused = subprocess.run(
        [sys.executable, "-m", "equipoise", "page", str(tmp_path)], capture_output=True, text=True
    )
    assert refused.returncode == 2
    assert "holds no report.html" in refused.stderr
    (report.parent / "results.nc").unlink(missing_ok=True)
    from synthetic import results

    from equipoise.results.record import save_results

    save_results(report.parent / "results.nc", results())
    served = subprocess.Popen(
        [sys.executable, "-m", "equipoise", "page", str(report.parent), "--port", "0", "--json"],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        said = first_value(served.stdout)
        Draft202012Validator(schema("page")).validate(said)
        assert said["address"].startswith("http://127.0.0.1:")
        assert not said["engine"]
        assert "this result: holds no scenario" in said["detail"]
        assert httpx.get(said["address"], timeout=20).status_code == 200
    finally:
        served.terminate()
        served.communicate(timeout=10)
