"""What a person sees who types the name of the program, or asks a command for help."""

import re
import shlex

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from equipoise import __version__
from equipoise.cli.main import app
from equipoise.cli.panels import BEGIN, PANELS
from equipoise.cli.terminal import columns_that_fit, print_rows

COMMANDS = [name for names in PANELS.values() for name in names]


def said(*words):
    result = CliRunner().invoke(app, list(words), env={"COLUMNS": "80", "TERM": "dumb"})
    assert result.exit_code == 0, result.output
    return result.output


def test_the_bare_name_shows_what_to_begin_with():
    text = said()
    assert all(f"equipoise {name}" in text for name in BEGIN)
    assert max(map(len, text.splitlines())) < 140


def test_the_version_is_printed():
    assert said("--version") == f"equipoise {__version__}\n"


def test_every_command_stands_in_one_panel():
    assert sorted(COMMANDS) == sorted(get_command(app).commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example_of_itself(name):
    text = said(name, "--help")
    example = re.search(r"Example: (.+?)\n\s*\n", text + "\n\n", re.DOTALL)
    assert example, text
    assert shlex.split(example.group(1))[:2] == ["equipoise", name]


def test_a_narrow_table_drops_columns_from_the_right_and_never_cuts_a_name(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    rows = [["redzikowo-sm3-iia", "independent", "4", "another long name", "x"]] * 2
    print_rows("Sites", ["site", "mode", "shots", "note", "more"], rows, telling=2)
    text = capsys.readouterr().out
    assert "redzikowo-sm3-iia" in text
    assert "independent" in text
    assert "…" not in text
    assert "Not shown at this width, but with --json: shots, note, more." in text


def test_a_wide_table_shows_everything(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    print_rows("Sites", ["site", "mode"], [["deveselu", "joint"]])
    assert "Not shown" not in capsys.readouterr().out


def test_columns_that_tell_rows_apart_always_stand_there():
    assert columns_that_fit(["a", "b", "c"], [["x" * 50, "y" * 50, "z"]], 20, 2) == 2
