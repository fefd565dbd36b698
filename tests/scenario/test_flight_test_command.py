"""Flight-test files and commands: built-in tests run, faults are one line each, notices are named."""

import json

import pytest
from jsonschema import Draft202012Validator
from read_report import identifiers

from command_line import invoke, schema
from equipoise.cli.estimates import read_estimates
from equipoise.exchange.protocol.forms import check_item
from equipoise.exchange.protocol.notices import problem_with
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments
from equipoise.scenario.flight_test import FLIGHT_TESTS, load_flight_test


def run(*words):
    return invoke(words)


@pytest.mark.parametrize("name", FLIGHT_TESTS.names())
def test_built_in_tests_say_what_is_notional(name):
    test = load_flight_test(name)
    assert "notional" in test.head.note
    for table in ("target", "interceptor", "planner", "restraint"):
        assert test.table(table).confidence in ("assumption", "mixed")


@pytest.mark.parametrize(
    ("settings", "key", "words"),
    [
        (["test.range=pmrx"], "test.range", "Did you mean 'pmrf'?"),
        (["interceptor.system=sm3-ic"], "interceptor.system", "Did you mean"),
        (["interceptor.system=s-500"], "interceptor.burnout_speed_km_s", "the catalogue has none"),
        (
            ["observer.ship-radar.sensor=ship-tracking-rader"],
            "observer.ship-radar.sensor",
            "ship-tracking-radar",
        ),
        (["observer.ship-radar.lat_deg=95"], "observer.ship-radar.lat_deg", "outside -90 to 90"),
        (["setup.own-radar.observers=['nobody']"], "setup.own-radar.observers", "no 'nobody'"),
        (["notification.instruments=['plns']"], "notification.instruments", "plns-2000"),
        (["notification.given=yesterday"], "notification.given", "expected a time such as"),
        (["stage.third.end_share=0.9"], "stage", "ends at 0.9"),
        (["stage.third.speed_share=0.5"], "stage", "sum to 1.05"),
        (["stage.second.ignition_share=0.05"], "stage.second", "before the stage below has ended"),
        (["claim.limit_km_s=9"], "claim.limit_km_s", "settled before any test"),
        (["claim.second_km_s=2.9"], "claim.second_km_s", "does not lie above"),
        (["planner.north_deg=10"], "planner.north_deg", "does not lie above"),
        (["planner.east_deg=-173"], "planner.east_deg", "has no width"),
        (["planner.step_deg=5", "planner.south_deg=24"], "planner.step_deg", "wider than the box"),
        (["sensor.ship-tracking-radar.range_sigma_m=0"], "range_sigma_m", "a radar measures range"),
        (["option.tracking-radar.sensor=eye"], "option.tracking-radar.sensor", "no 'eye'"),
        (["test.windowstart=2011"], "test.windowstart", "Did you mean 'window_start'?"),
    ],
)
def test_each_fault_is_one_line_with_its_key(settings, key, words):
    with pytest.raises(InputError) as found:
        load_flight_test("ftm-16-like", settings)
    lines = [str(p) for p in found.value.problems]
    assert any(key in line and words in line for line in lines), lines


def test_a_file_of_ones_own_extends_a_built_in_one(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        '[test]\nname = "mine"\nextends = "ftm-16-like"\n[claim]\nlimit_km_s = 3.2\n', encoding="utf-8"
    )
    mine = load_flight_test(str(path))
    assert (mine.name, mine.claim.limit_km_s) == ("mine", 3.2)
    assert mine.hash != load_flight_test("ftm-16-like").hash


def test_evidence_writes_a_whole_report(tmp_path):
    small = [
        "planner.step_deg=4",
        "planner.south_deg=18",
        "planner.north_deg=25",
        "planner.west_deg=-166",
        "planner.east_deg=-158",
    ]
    words = [word for text in small for word in ("--set", text)]
    done = run(
        "flight-test",
        "evidence",
        "ftm-16-like",
        "--tests",
        2,
        "--json",
        "--quiet",
        "--out",
        tmp_path / "ft",
        *words,
    )
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    Draft202012Validator(schema("flight-test evidence")).validate(said)
    assert "however many tests" in " ".join(said["flight_test_evidence"]["sentences"])
    page = (tmp_path / "ft" / "report.html").read_text(encoding="utf-8")
    assert identifiers(page) == set()
    assert "<img" not in page  # its figures are drawn by the page, its maps too
    assert page.count("class=chart") == 7
    for anchor in (
        "flight-test-plan",
        "flight-test-campaign",
        "flight-test-evidence",
        "flight-test-inputs-section",
    ):
        assert f'id="{anchor}"' in page
    item = json.loads((tmp_path / "ft" / "notices" / "plns-2000.json").read_text(encoding="utf-8"))
    check_item(item)
    assert problem_with(item["payload"], state="none", instruments=instruments()) == ""
    assert json.loads((tmp_path / "ft" / "run.json").read_text())["seed"] == 1
    check_notice(tmp_path, item)


def check_notice(folder, item):
    """A notice as written is good in time, late after its deadline, past after its window; a lack is named."""
    path = folder / "notice.json"
    path.write_text(json.dumps(item), encoding="utf-8")
    assert run("flight-test", "notice", path, "--given", "2011-08-20T12:00:00Z").exit_code == 0
    late = run("flight-test", "notice", path, "--given", "2011-09-01T12:00:00Z")
    assert late.exit_code == 0
    assert (
        "missed deadline: given 1.9 h before the window, due at least 24 h (the rule itself is unverified)"
        in late.stdout
    )
    past = run(
        "flight-test", "notice", path, "--given", "2011-08-20T12:00:00Z", "--now", "2011-09-02T00:00:00Z"
    )
    assert (past.exit_code, "window in the past" in past.stdout) == (1, True)
    del item["payload"]["azimuth_deg"]
    path.write_text(json.dumps(item), encoding="utf-8")
    lacking = run("flight-test", "notice", path, "--given", "2011-08-20T12:00:00Z", "--json")
    assert (lacking.exit_code, json.loads(lacking.stdout)["findings"]) == (
        1,
        ["missing field: azimuth_deg (launch azimuth)"],
    )


def test_a_broken_margin_or_a_late_notice_ends_with_1(tmp_path):
    quick = [
        "planner.step_deg=1",
        "planner.south_deg=18",
        "planner.north_deg=19",
        "planner.west_deg=-164",
        "planner.east_deg=-163",
    ]
    words = [word for text in quick for word in ("--set", text)]
    late = ["--set", "notification.given=2011-08-30T00:00:00Z"]
    for setting in ("observer.ship-radar.lat_deg=21.3", "observer.ship-radar.lon_deg=-161.9"):
        late += ["--set", setting]
    done = run("flight-test", "plan", "ftm-16-like", "--quiet", "--out", tmp_path / "ft", *words, *late)
    assert done.exit_code == 1, done.stderr
    assert "something is wrong under cbm-1997-launch" in done.stdout.replace("\n", " ")
    assert "is broken at observer invited ship, radar" in done.stdout.replace("\n", " ")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["plan", "ftm-16-liek"], "Did you mean 'ftm-16-like'?"),
        (["plan", "ftm-16-like", "--now", "tomorrow"], "--now: tomorrow: not a time."),
        (["notice", "no.json", "--given", "2011-08-20"], "cannot be read"),
        (["evidence", "ftm-16-like", "--estimates", "no.csv"], "no.csv: cannot be read"),
        (["check", "ftm-16-like", "--set", "claim.tests=0"], "claim.tests"),
    ],
)
def test_bad_words_end_with_2_and_one_line(words, line):
    done = run("flight-test", *words)
    assert done.exit_code == 2
    assert line in done.stderr
    assert "Traceback" not in done.stderr


def test_estimates_are_read_and_their_faults_named(tmp_path):
    path = tmp_path / "seen.csv"
    path.write_text("speed_m_s,error_m_s\n3010,12\n2975,15\n", encoding="utf-8")
    assert read_estimates(path) == [(3010.0, 12.0), (2975.0, 15.0)]
    path.write_text("speed_m_s,error_m_s\n3010,-1\nfast,15\n", encoding="utf-8")
    with pytest.raises(InputError) as found:
        read_estimates(path)
    assert [p.key for p in found.value.problems] == ["line 2, error_m_s", "line 3, speed_m_s"]
    path.write_text("speed,error_m_s\n3010,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="speed_m_s: this column is missing"):
        read_estimates(path)


def test_the_built_in_tests_are_listed_and_good():
    listed = run("list", "flight-tests", "--json")
    assert [row["id"] for row in json.loads(listed.stdout)] == FLIGHT_TESTS.names()
    assert run("flight-test", "check", "asd-15-like").exit_code == 0
