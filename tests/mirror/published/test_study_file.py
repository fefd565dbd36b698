"""A study's file: what it must state, how tables fill in, and that every built-in one says where its source says so."""

import tomllib
from importlib import import_module

import pytest

from equipoise.foundation.errors import InputError
from equipoise.published import CODE, DISPUTES, STUDIES, study
from equipoise.published.compute import check, inputs_of, statements
from equipoise.published.study_file import FOLDER, read_study, study_of

STATED = {
    "what": "two shots of a half", "printed": 75.0, "unit": "%", "kind": "kill_percent", "inputs": {"shots": 2, "kill": 0.5},
    "source": "A. Author, A Title, 2012", "place": "p. 3", "read_by": "a reader",
}  # fmt: skip


def made(*entries, **more):
    return study_of(
        {"title": "A study", "choices": "None.", "statement": list(entries), **more}, "mine", "mine.toml"
    )


def lines(*entries, **more):
    with pytest.raises(InputError) as caught:
        check(made(*entries, **more))
    return caught.value.lines


@pytest.mark.parametrize("key", ["place", "source", "read_by"])
@pytest.mark.parametrize("empty", [True, False])
def test_a_statement_without_a_place_in_its_source_is_refused_by_file_and_key(key, empty):
    entry = STATED | {key: "  "} if empty else {k: v for k, v in STATED.items() if k != key}
    (line,) = lines(entry)
    assert line.startswith(f"mine.toml: statement 1.{key}: is missing or empty.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "kill_percentage"}, "Did you mean 'kill_percent'?"),
        ({"inputs": {"shot": 2, "kill": 0.5}}, "takes no 'shot'. Did you mean 'shots'?"),
        ({"inputs": {"kill": 0.5}}, "kill_percent needs shots"),
        ({"unit": "km"}, "is 'km'; kill_percent returns '%'"),
        ({"unit": ""}, "a printed number needs its unit"),
        ({"plase": "p. 3"}, "unknown key. Did you mean 'place'?"),
        ({"vary": {"shots": []}, "inputs": {"kill": 0.5}}, "an input varies over no value"),
    ],
)
def test_a_wrong_kind_input_or_key_is_one_line_with_the_nearest_name(change, said):
    (line,) = lines(STATED | change)
    assert said in line


def test_a_statement_that_stands_twice_and_a_missing_title_are_refused():
    (line,) = lines(STATED, STATED)
    assert "is stated at statement 1 already" in line
    with pytest.raises(InputError, match=r"mine.toml: title: is missing"):
        study_of({"choices": "None."}, "mine", "mine.toml")


def test_a_table_fills_its_columns_and_names_into_words_and_numbers():
    table = {
        "columns": ["n", "wanted"], "rows": [[1, 50.0], [2, 75.0]],
        "statement": [STATED | {"what": "{n} shots: {n:.1f}", "printed": "$wanted", "inputs": {"shots": "$n", "kill": "$$which"}}],
    }  # fmt: skip
    found = made(names={"half": 0.5, "which": "half"}, table=[table])
    check(found)
    assert [s.what for _, s in found.statements] == ["1 shots: 1.0", "2 shots: 2.0"]
    assert [s.verdict for s in statements(found)] == ["agrees", "agrees"]
    short = dict(table, rows=[[1]])
    with pytest.raises(InputError, match="table 1, row 1: has 1 values for 2 columns"):
        made(table=[short])
    with pytest.raises(InputError, match="names 'which', which nothing states"):
        made(table=[table])


def test_what_nobody_has_read_shows_our_value_and_no_verdict_on_it():
    (row,) = statements(made({k: v for k, v in STATED.items() if k != "printed"}))
    assert (row.printed, row.verdict, row.ours, row.ours_value) == (
        "not read yet",
        "not read yet",
        "75 %",
        75.0,
    )
    assert not row.is_number


def test_whoever_holds_a_report_types_a_number_in_and_gets_a_verdict():
    raw = tomllib.loads((FOLDER / "aps-2025.toml").read_text(encoding="utf-8"))
    asked = raw["statement"][2]
    assert statements(study_of(raw, "aps-2025", "mine"))[2].verdict == "not read yet"
    asked |= {
        "printed": 57.0,
        "place": "p. 1",
        "read_by": "a reader",
        "tolerance": {"class": "last digit", "within": 0.5},
    }
    assert statements(study_of(raw, "aps-2025", "mine"))[2].verdict == "agrees"


def test_what_varies_gives_the_first_as_value_and_all_as_range():
    (row,) = statements(made(STATED | {"inputs": {"kill": 0.5}, "vary": {"shots": [2, 1, 3]}}))
    assert (row.ours_low, row.ours_value, row.ours_high) == (50.0, 75.0, 87.5)
    assert inputs_of(made(STATED).statements[0][1]) == "kill_percent: shots = 2; kill = 0.5"


def test_every_built_in_study_has_one_dispute_and_every_statement_a_place():
    assert len({*STUDIES}) == len(STUDIES)
    assert len({d["id"] for d in DISPUTES}) == len(DISPUTES)
    for name in STUDIES:
        assert study(name).title
        if name not in CODE:
            check(read_study(name))


def test_whoever_said_a_disputed_number_is_named_with_the_date():
    said = [(name, asked) for name in STUDIES if name not in CODE for _, asked in read_study(name).statements]
    about = [(name, asked.what) for name, asked in said if asked.number and not (asked.by and asked.on)]
    assert about == []
    modules = [import_module(f"equipoise.published.{module}") for module in CODE.values()]
    assert all(module.BY and module.ON for module in modules if hasattr(module, "NUMBER"))


def test_an_input_that_cannot_be_computed_is_told_with_its_statement():
    with pytest.raises(InputError, match=r"mine.toml: statement 1.inputs: kill_percent cannot be computed"):
        statements(made(STATED | {"inputs": {"shots": "two", "kill": 0.5}}))
