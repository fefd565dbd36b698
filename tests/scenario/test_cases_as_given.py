"""Small files that once failed, run through the commands as they were found; each stands for its kind."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from command_line import invoke, schema
from equipoise.analysis.defence.defended_area import launch_points
from equipoise.exchange.sources.oem import read_epoch
from equipoise.jobs import sweep as sweeping
from equipoise.scenario.load import load_scenario

CASES = Path(__file__).parents[1] / "data" / "cases"
CHECKED = {
    "bom/scenario.toml": "no fault found",
    "checks-clean-then-fails/d_modesempty.toml": "scenario.modes: expected a list of 1 or more names",
    "checks-clean-then-fails/f_aimXX.toml": "'XX' is not a two-letter code of a country",
    "checks-clean-then-fails/g_dupphase.toml": "phase.a: this id occurs twice",
    "checks-clean-then-fails/h_0001.toml": "0001-01-01 lies outside the years 1900 to 2199",
    "checks-clean-then-fails/i_tiny.toml": "the area is less than 2 steps high or wide",
    "checks-clean-then-fails/q3_dollar.toml": "no fault found",
    "checks-clean-then-fails/t1_floor_ceil.toml": "100.0 lies before kill_floor_km, 400.0",
    "checks-clean-then-fails/u_nowarheads.toml": "no base has a warhead",
    "equal-area-date-line/far-east.toml": "no fault found",
    "extends-drops-threats/one-more-threat.toml": "no fault found",
    "extends-drops-threats/other-launch-area.toml": "no fault found",
    "guarantees/early-launch-plan.toml": "no fault found",
    "guarantees/launch-delay.toml": "no fault found",
    "guarantees/ship-box.toml": "no fault found",
    "guarantees/zone-for-one-interceptor.toml": "no fault found",
    "launch-area-date-line/bering.toml": "no fault found",
    "map-date-line/pacific.toml": "no fault found",
    "regions/korea-us.toml": "no fault found",
    "sweeps/small.toml": "no fault found",
    "tracebacks/e11_deepdot.toml": "more than 16 tables and lists lie inside each other",
    "tracebacks/e12_deepkey.toml": "more than 16 tables and lists lie inside each other",
    "tracebacks/n05_err_esc2.toml": "the catalogue has no 'nowhere\\x1b[31m'",
    "tracebacks/t06_hugeint.toml": "lies outside 1 to 32",
}
"""What ``equipoise check`` says of each scenario; exit code 0 where it finds no fault, else 2."""


def said(*words, code=0):
    done = invoke(words, catch_exceptions=False)
    assert done.exit_code == code, (done.output, done.stderr)
    return done


def test_no_case_is_left_out():
    tested = {
        *CHECKED,
        *(f"oem-ingest/{name}.oem" for name in OEM),
        *(f"sweeps/{name}.toml" for name in ("grid", "mix")),
    }
    tested |= {"bom/tracks.csv", "notice-areas/lonlat.json", "notice-areas/navarea.txt"}
    assert {path.relative_to(CASES).as_posix() for path in CASES.rglob("*.*") if path.is_file()} == tested


@pytest.mark.parametrize("case", CHECKED)
def test_check_says_what_a_run_would_meet(case):
    done = said("check", CASES / case, code=0 if CHECKED[case] == "no fault found" else 2)
    lines = (done.stdout + done.stderr).splitlines()
    assert len(lines) == 1
    assert CHECKED[case] in lines[0]
    assert lines[0].isprintable()


@pytest.mark.pin
def test_scenarios_mean_what_they_say():
    def case(name):
        return load_scenario(str(CASES / name))

    assert len(case("extends-drops-threats/one-more-threat.toml").threats) == 8
    moved = case("extends-drops-threats/other-launch-area.toml")
    assert (len(moved.threats), moved.find("threat", "ghadr-1").launch_area) == (7, "ir-w")
    middle = np.degrees(
        launch_points(case("launch-area-date-line/bering.toml").find("launch_area", "ir-nw"))[0]
    )
    assert (round(middle[0]), abs(round(middle[1]))) == (61, 180)
    assert case("regions/korea-us.toml").phases[0].name == "2017: THAAD"


@pytest.mark.pin
@pytest.mark.parametrize(
    ("case", "clause", "verdicts"),
    [
        ("launch-delay", "delay", {"broken"}),  # it would be launched on a satellite's track, before burnout
        ("early-launch-plan", "b-function", {"undetermined"}),
        ("ship-box", "z-out", {"undetermined"}),  # its patrol area crosses the zone, its place does not
        ("zone-for-one-interceptor", "b-function", {"kept", "undetermined"}),
    ],
)
def test_scope_launch_rule_and_area_reach_the_verdict(case, clause, verdicts):
    done = invoke(["guarantee", "check", str(CASES / "guarantees" / f"{case}.toml"), "--json"])
    assert {row["verdict"] for row in json.loads(done.stdout) if row["clause"] == clause} == verdicts


@pytest.mark.parametrize(("case", "least_deg"), [("zone-for-one-interceptor", 46.0), ("ship-box", 34.0)])
def test_no_certificate_is_given_for_a_clause_that_leaves_others_free(case, least_deg, tmp_path):
    path, out = CASES / "guarantees" / f"{case}.toml", tmp_path / "certificate.json"
    done = said("guarantee", "certify", path, "--limit", 2, "--out", out, "--json", code=1)
    answer = json.loads(done.stdout)
    Draft202012Validator(schema("guarantee certify")).validate(answer)
    assert (
        answer["witness"]["site_lat_deg"] > least_deg
    )  # outside the zone, where only another type may stand
    assert not out.exists()


OEM = {
    "ok": "Filed 3 items.",
    "doy": "Filed 3 items.",
    "leap_real": "Filed 2 items.",
    "empty": "line 12: the segment that begins at line 4 holds no state",
    "xml": "line",
    "missing_col": "line",
    "nometa": "line",
}


@pytest.fixture(scope="module")
def party(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exchange") / "party"
    said("exchange", "init", folder, "--party", "east")
    return folder


@pytest.mark.parametrize("name", OEM)
def test_an_ephemeris_is_filed_or_refused_by_line(name, party):
    filed = OEM[name].startswith("Filed")
    done = said("exchange", "ingest", party, CASES / "oem-ingest" / f"{name}.oem", code=0 if filed else 2)
    assert OEM[name] in done.output + done.stderr


def test_a_table_of_tracks_with_a_byte_order_mark_is_filed(party):
    assert "Filed 1 item." in said("exchange", "ingest", party, CASES / "bom" / "tracks.csv").stdout


def test_corners_in_doubt_and_warnings_are_named():
    given = ("--given", "2011-08-20T12:00:00Z")
    assert (
        "are they exchanged"
        in said("flight-test", "notice", CASES / "notice-areas/lonlat.json", *given, code=1).stdout
    )
    done = said("flight-test", "notice", CASES / "notice-areas/navarea.txt", *given, code=1)
    assert "area 1: 28.6653 N 80.6388 W" in done.stderr
    assert "missing field: launch_area" in done.stdout


def test_a_title_of_broken_formulas_is_drawn_as_text(tmp_path):
    said("run", CASES / "checks-clean-then-fails" / "q3_dollar.toml", "--out", tmp_path / "out", "--quiet")
    assert "$\\frac{1}{$ $x_{$" in (tmp_path / "out" / "report.html").read_text("utf-8")
    for path in (tmp_path / "out").rglob("*.svg"):
        ElementTree.fromstring(path.read_text("utf-8"))


def test_outlines_across_180_degrees_are_cut(tmp_path):
    said("defend", CASES / "equal-area-date-line" / "far-east.toml", "--out", tmp_path / "out", "--quiet")
    text = (tmp_path / "out" / "outlines.geojson").read_text("utf-8")
    rings = [
        r for f in json.loads(text)["features"] for polygon in f["geometry"]["coordinates"] for r in polygon
    ]
    assert rings
    assert all(np.abs(np.diff(np.array(ring)[:, 0])).max() < 90.0 for ring in rings)


def test_a_study_of_listed_axes_alone_runs(tmp_path):
    done = said(
        "sweep",
        CASES / "sweeps" / "grid.toml",
        "--out",
        tmp_path / "out",
        "--workers",
        1,
        "--json",
        "--quiet",
    )
    assert json.loads(done.stdout)["rows"] == 3


def test_a_sweep_does_not_go_on_with_a_package_that_was_changed(tmp_path, monkeypatch):
    study, out = CASES / "sweeps" / "mix.toml", tmp_path / "out"
    said("sweep", study, "--out", out, "--workers", 1, "--shard", "1/2", "--quiet")
    monkeypatch.setattr(sweeping, "code_hash", lambda: "of the package with another statistic")
    done = said("sweep", study, "--out", out, "--workers", 1, "--resume", "--quiet", code=2)
    assert len(done.stderr.splitlines()) == 1
    assert "from other sources, whose rows must not be mixed" in done.stderr
    assert len(list((out / "parts").iterdir())) == 2


@pytest.mark.outside  # the epochs' differences against the states that the file itself states, in m/s
def test_epochs_of_a_flight_fit_its_speeds_and_its_line_is_cut_at_180_degrees(tmp_path):
    words = (
        "fly",
        "icbm-notional",
        "--from",
        "40.0,130.0",
        "--to",
        "48.0,-122.0",
        "--export",
        "kml,oem,geojson",
    )
    said(*words, "--out", tmp_path / "out")
    lines = (tmp_path / "out" / "flight.oem").read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if line[:4] in ("1999", "2000")]
    at_s = np.array([read_epoch(row[0]) for row in rows])
    states = np.array([[float(x) for x in row[1:7]] for row in rows]) * 1e3
    steps_s = np.diff(at_s)
    speeds = np.linalg.norm(np.diff(states[:, :3], axis=0), axis=1) / steps_s
    stated = np.linalg.norm((states[1:, 3:] + states[:-1, 3:]) / 2.0, axis=1)
    assert steps_s.min() > 0.0
    assert np.abs(speeds - stated).max() < 15.0
    kml = ElementTree.fromstring((tmp_path / "out" / "flight.kml").read_text("utf-8"))
    pieces = [e.text.split() for e in kml.iter() if e.tag.endswith("coordinates") and len(e.text.split()) > 1]
    assert len(pieces) == 2
    for piece in pieces:
        assert np.abs(np.diff([float(point.split(",")[0]) for point in piece])).max() < 10.0
