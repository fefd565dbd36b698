"""The engage and defend commands: words, tables, figure, files, and one line for bad input."""

import json

import pytest

from command_line import invoke


def run(*words, code=0):
    done = invoke(words)
    assert done.exit_code == code, done.output
    return done


def test_engage_prints_one_row_per_phase_and_mode():
    rows = json.loads(run("engage", "epaa", "--threat", "ghadr-1", "--to", "39.9,32.9", "--json").stdout)
    assert next(r["phase"] for r in rows["outcomes"]) == "Phase 1"
    assert {r["outcome"] for r in rows["outcomes"]} <= {"ENGAGED", "NO_TIME", "OUT_OF_REACH", "BELOW_FLOOR"}


def test_explain_tells_the_timeline_in_order_and_draws_it(tmp_path):
    figure = tmp_path / "e.png"
    words = (
        "engage",
        "epaa",
        "--threat",
        "irbm-notional",
        "--to",
        "52.5,13.4",
        "--explain",
        "--figure",
        figure,
    )
    said = run(*words).stdout
    assert (
        said.index("launched")
        < said.index("Burnout")
        < said.index("track is good enough")
        < said.index("Impact")
    )
    assert "Shots in turn" in said
    assert figure.stat().st_size > 20_000
    steps = json.loads(run(*words[:-2], "--json").stdout)["timeline"]
    assert [t for t, _ in steps] == sorted(t for t, _ in steps)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--to", "91,0", "latitude goes to 90"),
        ("--to", "here", "expected latitude,longitude"),
        ("--to", "-30,0", "cannot reach"),
        ("--threat", "ghadr", "did you mean 'ghadr-1'?"),
        ("--family", "flat", "known: depressed, lofted, minimum_energy"),
    ],
)
def test_bad_input_is_one_line(option, value, said):
    done = run("engage", "epaa", option, value, code=2)
    assert said in done.output
    assert "Traceback" not in done.output


def test_defend_leaves_outlines_with_their_area(tmp_path):
    words = ["defend", "epaa", "--at", "2018", "--mode", "independent", "--set", "scenario.map_step_deg=3.0"]
    run(*words, "--out", tmp_path / "d", "--quiet", "--json")
    outlines = json.loads((tmp_path / "d" / "outlines.geojson").read_text())
    assert all(f["properties"]["area_km2"] > 0 for f in outlines["features"])


def test_a_raid_says_how_many_get_through(tmp_path):
    figure = tmp_path / "r.png"
    words = (
        "engage",
        "epaa",
        "--threat",
        "sajjil-2",
        "--to",
        "44.4,26.1;45.8,24.0",
        "--missiles",
        "6",
        "--at",
        "2018",
    )
    said = run(*words, "--mode", "independent", "--figure", figure).stdout
    assert "6 missiles" in said
    assert "get through on average" in said
    assert "Interceptors launched:" in said
    assert figure.stat().st_size > 10_000
    result = json.loads(run(*words, "--mode", "independent", "--json").stdout)
    assert all(abs(sum(rows[1]) - 1.0) < 1e-9 for rows in result["chance"])


def test_without_a_threat_the_first_that_reaches_the_place_flies():
    # The first threat of the file does not reach the default aim point, so that the bare command ended in a refusal.
    title = json.loads(run("engage", "epaa", "--at", "2018", "--mode", "joint", "--json").stdout)["title"]
    assert title.startswith("sajjil-2 to 44.4,26.1")
    refused = run("engage", "epaa", "--threat", "shahab-3", code=2).output
    assert "Threats that reach it: sajjil-2, " in refused
    assert "shahab-3" not in refused
