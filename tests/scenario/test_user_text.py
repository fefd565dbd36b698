"""One nasty name through commands, report, figures, tables and exports: it stands there as it was written."""

import json
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from nasty import COARSE, NASTY

from command_line import command_of, invoke, schema
from equipoise.cli.part import print_table
from equipoise.present.section import Column, Table


def strict(text):
    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


def said(*words):
    result = invoke(words, catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    return result.stdout


@pytest.fixture(scope="module")
def nasty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nasty")
    (folder / "nasty.toml").write_text(COARSE)
    verdicts = strict(said("run", folder / "nasty.toml", "--out", folder / "out", "--json", "--quiet"))
    return folder, verdicts


def test_verdicts_are_strict_json_and_a_margin_that_is_null_has_a_reason(nasty):
    folder, verdicts = nasty
    Draft202012Validator(schema("run")).validate(verdicts)
    assert verdicts == strict((folder / "out" / "verdicts.json").read_text())
    assert {row["phase"] for row in verdicts} == {NASTY}
    undefined = [row for row in verdicts if row["margin_at_nominal"] is None]
    assert undefined
    assert all(row["note"] for row in undefined)


def test_the_report_shows_the_name_and_runs_nothing(nasty):
    page = (nasty[0] / "out" / "report.html").read_text()
    assert escape(NASTY) in page
    assert "<script>alert(1)" not in page


def test_exports_parse(nasty):
    out = nasty[0] / "out"
    paths = strict(said("report", out, "--export", "geojson", "--export", "kml", "--json"))["exports"]
    for path in paths:
        text = Path(path).read_text(encoding="utf-8")
        if path.endswith("kml"):
            assert ElementTree.fromstring(text).tag
        else:
            strict(text)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("check", "FILE", "--json"), 0),
        (("check", "nowhere", "--json"), 2),
        (("report", "OUT", "--json"), 0),
        (("results", "show", "OUT", "--json"), 0),
        (("results", "list", "FOLDER", "--json"), 0),
        (("results", "query", "OUT", "SELECT 'nan'::DOUBLE AS a, 'inf'::DOUBLE AS b", "--json"), 0),
        (("results", "diff", "OUT", "OUT", "--json"), 0),
        (("results", "verify", "OUT", "--json"), 0),
        (("guarantee", "check", "FILE", "--json"), 1),  # a clause that may come into force is broken
    ],
)
def test_json_is_strict_and_of_its_schema(command, code, nasty):
    folder = nasty[0]
    places = {"FILE": folder / "nasty.toml", "OUT": folder / "out", "FOLDER": folder}
    result = invoke([str(places.get(word, word)) for word in command])
    assert result.exit_code == code, result.output
    Draft202012Validator(schema(command_of(command))).validate(strict(result.stdout))


def test_a_terminal_shows_the_name_as_it_is(capsys):
    print_table(Table("t", "Bases [north]", (Column("Base [x]"),), (("Kozelsk [north] :ship: [/]",),)))
    printed = capsys.readouterr().out
    assert "Kozelsk [north] :ship: [/]" in printed
    assert "Bases [north]" in printed
    assert "Base [x]" in printed
