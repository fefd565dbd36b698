"""The evidence: what it must hold, its page, and that a number that agreed still does."""

import csv
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from validation.mutations import FAULTS, PACKAGE

from command_line import invoke
from equipoise.present import disputed_numbers
from equipoise.present.evidence import kept_page, page
from equipoise.present.published import VERDICTS, statement_table
from equipoise.published import DISPUTES, NUMBERS, STUDIES, published
from equipoise.results import evidence
from equipoise.results.record import Provenance


@pytest.fixture(scope="module")
def kept():
    return evidence.kept()


def test_every_study_is_kept_and_sixty_published_numbers_are_compared(kept):
    data = kept.data
    assert set(data.study.values) == set(STUDIES)
    printed = np.isin(data.label.values.astype(str), ("sourced", "secondary", "mixed"))
    assert (np.isfinite(data.difference_percent.values) & printed).sum() >= 60


def test_eighty_statements_and_more_concern_the_dispute_itself(kept):
    data = kept.data
    physics = next(d for d in DISPUTES if d["id"] == "flight")["studies"]
    unread = data.verdict.values == "not read yet"
    disputed = ~np.isin(data.study.values, physics) & ~unread & (data.label.values != "computed")
    assert disputed.sum() >= 110
    assert all(data[key].values.all() for key in ("place", "source", "read_by", "inputs"))
    waiting = {str(s) for s in data.study.values[unread]}
    assert waiting == {*next(d for d in DISPUTES if d["id"] == "unread")["studies"]}
    assert not np.isfinite(data.printed_low.values[unread]).any()
    assert np.isfinite(data.ours_value.values[unread]).all()


def test_every_disputed_number_has_who_said_what_and_a_page(kept):
    data = kept.data
    assert set(data.of_number.values) == {n["id"] for n in NUMBERS}
    assert set(data.number.values) - {""} == {n["id"] for n in NUMBERS}
    made = disputed_numbers.pages(data)
    assert len(made) == len(NUMBERS) + 1
    page_of = made["numbers/catch-at-phase-four.md"]
    assert page_of.index("2012-05-03") < page_of.index("| A. Vershbow, NATO, 2013 |")  # oldest first
    heads = next(line for line in page_of.splitlines() if line.startswith("| Said by"))
    assert heads.count("|") == 7  # a page of a site is no wider
    assert "strategic_paths_engaged: scenario = epaa; phase = Phase 4" in page_of
    text = kept_page()
    assert all(f'<section id="number-{n["id"]}"' in text for n in NUMBERS)


def test_each_row_of_the_page_is_one_click_from_its_inputs(kept):
    table = statement_table(kept.data, "all", "All")
    for row in table.rows:
        told = row[2].told
        assert told["Computed"]
        assert told["Place in the source"]
        assert told["Computed again by"].startswith("equipoise replicate ")
    assert "kill_percent: shots = 2; kill = (12, 21)" in kept_page()


def test_whoever_differs_is_explained_and_memory_is_never_asserted(kept):
    data = kept.data
    for verdict, difference, why, label in zip(
        data.verdict.values, data.difference_percent.values, data.why.values, data.label.values, strict=True
    ):
        assert why or (verdict in ("agrees", "unverified", "not read yet") and not abs(difference) > 5.0)
        assert (label == "memory") == (verdict == "unverified")


def test_quick_studies_agree_as_much_as_the_kept_evidence_says(kept):
    assert evidence.worse(published(["textbook-1971", "standard-air-1976", "rotation-2017"]), kept) == []


@pytest.mark.filterwarnings("error")
def test_a_page_without_a_printed_number_says_nothing_of_their_spread(kept):
    unprinted = kept.data.isel(statement=kept.data.label.values == "memory")
    text = page(replace(kept, data=unprinted), (), kept.provenance)
    assert "0</button> are published numbers" in text
    assert "Half of the published numbers" not in text


def test_a_verdict_that_falls_is_told(kept):
    fallen = kept.data.verdict.values.copy()
    first = int(np.flatnonzero(fallen == "agrees")[0])
    fallen[first] = "differs"
    worse = evidence.worse(replace(kept, data=kept.data.assign(verdict=("statement", fallen, {"units": "", "long_name": "verdict"}))), kept)  # fmt: skip
    assert [(w.study, w.what) for w in worse] == [
        (kept.data.study.values[first], kept.data.what.values[first])
    ]


def test_the_page_is_self_contained_and_shows_every_study():
    text = kept_page()
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", text)
    assert all(f'<section id="{name}"' in text for name in STUDIES)
    assert "Differences above five per cent, and why" in text


def test_every_number_is_drawn_within_the_axis_and_named_with_its_verdict(kept):
    charts = [json.loads(c) for c in re.findall(r"class=chart [^>]*>(.*?)</script>", kept_page(), re.DOTALL)]
    rows = [row for chart in charts[1:] for row in chart["rows"]]
    d = kept.data
    nearest = np.clip(d.ours_value.values, d.printed_low.values, d.printed_high.values)
    drawn = np.isfinite(d.difference_percent.values) & (nearest != 0.0)
    ours, ranges = ([row for row in rows if row["series"] == name] for name in ("ours", "printed range"))
    assert len(ours) == np.count_nonzero(drawn)
    assert len(ranges) == np.count_nonzero(drawn & (d.printed_high.values > d.printed_low.values)) > 0
    assert len(rows) == len(ours) + len(ranges)
    assert all(-60 <= row["low"] <= 60 and -60 <= row["high"] <= 60 for row in rows)
    assert all(any(f"({v})" in row["group"] for v in VERDICTS) for row in rows)
    assert all(row["group"].endswith("%") for row in rows if abs(row["value"]) == 60.0)


def test_a_list_of_sections_that_would_fill_a_screen_is_folded():
    contents = re.search(r'<nav aria-label="Contents">(.*?)</nav>', kept_page(), re.DOTALL)[1]
    assert contents.startswith("<details><summary>")


def test_a_number_that_moved_between_versions_is_shown(kept):
    past = evidence.history()
    number = next(row for row in past if row["difference_percent"])
    older = [number | {"version": "0.0.9", "difference_percent": "50", "verdict": "differs"}]
    text = page(kept, [*older, *past], Provenance())
    assert "What moved" in text
    assert "+50.0 %" in text


def test_writing_replaces_a_version_and_keeps_the_others(kept, tmp_path):
    (tmp_path / evidence.HISTORY).touch()
    evidence.write(kept, tmp_path, version="9.9", day="2030-01-01")
    with (tmp_path / evidence.HISTORY).open(encoding="utf-8") as stream:
        versions = [row["version"] for row in csv.DictReader(stream)]
    assert set(versions) == {*(row["version"] for row in evidence.history()), "9.9"}
    assert versions[-1] == "9.9"
    with (tmp_path / evidence.STATEMENTS).open(encoding="utf-8") as stream:
        assert len(list(csv.DictReader(stream))) == kept.data.sizes["statement"]


def test_the_command_names_studies_writes_the_page_and_refuses_a_wrong_name(tmp_path):
    assert set(json.loads(invoke(["replicate", "--list", "--json"]).stdout)) == set(STUDIES)
    said = invoke(["replicate", "standard-air-1976", "--out", str(tmp_path), "--json", "--quiet"])
    assert said.exit_code == 0
    assert len(json.loads(said.stdout)["statements"]) == 24
    assert {p.name for p in tmp_path.iterdir()} == {"evidence.html", "results.nc", "run.json"}
    assert invoke(["replicate", "standard-air"]).exit_code == 2
    assert invoke(["replicate"]).exit_code == 2


def test_a_file_of_ones_own_is_compared_and_a_fault_in_it_is_one_line(tmp_path):
    mine = tmp_path / "mine.toml"
    stated = 'what = "two shots of a half"\nprinted = 80.0\nunit = "%"\nkind = "kill_percent"\ninputs = { shots = 2, kill = 0.5 }\n'
    known = 'source = "A. Author, 2012"\nread_by = "a reader"\nwhy = "a test"\n'
    mine.write_text(
        f'title = "Mine"\nchoices = "None."\n[[statement]]\n{stated}{known}place = "p. 3"\n', encoding="utf-8"
    )
    said = invoke(["replicate", str(mine), "--out", str(tmp_path / "out"), "--json", "--quiet"])
    (row,) = json.loads(said.stdout)["statements"]
    assert (row["Verdict"], row["Ours"], row["Place in the source"]) == ("differs", "75 %", "p. 3")
    assert row["Computed"] == "kill_percent: shots = 2; kill = 0.5"
    mine.write_text(mine.read_text(encoding="utf-8").replace('place = "p. 3"', ""), encoding="utf-8")
    refused = invoke(["replicate", str(mine), "--out", str(tmp_path / "other"), "--quiet"])
    assert refused.exit_code == 2
    assert "mine.toml: statement 1.place: is missing or empty." in refused.stderr


def test_every_fault_of_the_mutation_check_still_fits_the_package():
    assert len(FAULTS) == 54
    for fault in FAULTS:
        assert (PACKAGE / fault.file).read_text(encoding="utf-8").count(fault.old) == 1, fault.name
        assert set(fault.studies) <= set(STUDIES)


def test_a_difference_that_grows_is_told_though_the_verdict_stays(kept):
    data = kept.data
    far = data.difference_percent.values.copy()
    number = int(np.flatnonzero((data.verdict.values == "differs") & np.isfinite(far))[0])
    far[number] *= 3.0
    moved = data.assign(difference_percent=("statement", far, data.difference_percent.attrs))
    assert [w.what for w in evidence.worse(replace(kept, data=moved), kept)] == [data.what.values[number]]
