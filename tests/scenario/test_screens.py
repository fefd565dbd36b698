"""Screens of commands at 80 and 200 columns: no identifier is cut, and what tells rows apart always stands there."""

import json
import os

import pytest

from command_line import invoke

ENGAGE = ("engage", "epaa", "--threat", "ghadr-1", "--to", "39.9,32.9")


def screen(*words, columns=200, code=0):
    done = invoke(words, env={"COLUMNS": str(columns), "TERM": "dumb"})
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout


@pytest.mark.parametrize("columns", [80, 200])
@pytest.mark.parametrize(
    ("words", "key", "telling", "code"),
    [
        (ENGAGE, "outcomes", ("phase", "mode", "command"), 0),
        (("list", "interceptors"), "", ("id",), 0),
        (("list", "sensors"), "", ("id",), 0),
        (("list", "forces"), "", ("id",), 0),
        (("guarantee", "check", "epaa"), "", ("clause", "phase"), 1),
    ],
)
def test_no_identifier_is_cut(words, key, telling, code, columns):
    shown = screen(*words, columns=columns, code=code)
    rows = json.loads(screen(*words, "--json", code=code))
    rows = rows[key] if key else rows
    assert rows
    cells = {cell.strip() for line in shown.splitlines() for cell in line.split("│")}
    heads = {cell.strip() for line in shown.splitlines() for cell in line.split("┃")}
    for name in telling:
        assert name in heads
        assert {str(row[name]) for row in rows} - cells == set()
    assert "…" not in shown
    assert all(len(line) <= columns for line in shown.splitlines() if "│" in line)


def test_a_verdict_stands_beside_its_clause_at_80_columns():
    shown = screen("guarantee", "check", "epaa", columns=80, code=1)
    assert any("number-100" in line and "would be kept" in line for line in shown.splitlines())


def test_what_is_the_same_of_many_batteries_is_said_once():
    # Ten batteries out of reach took ten equal lines.
    shown = screen(*ENGAGE, "--explain")
    said = [line.partition("): ")[2] for line in shown.splitlines() if "): " in line]
    assert len(said) == len(set(said)) > 3
    assert "ru-s400-kaliningrad" in shown


def test_a_shell_completes_commands():
    for shell, given in (
        ("bash", {"COMP_WORDS": "equipoise gua", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "equipoise gua"}),
    ):
        asked = {"_EQUIPOISE_COMPLETE": f"complete_{shell}", **given}
        done = invoke([], env=os.environ | asked)
        assert "guarantee" in done.stdout, done.output


@pytest.mark.parametrize(
    "words",
    [
        ("check", "epaa"), ("show", "sm3-iia"), ("show", "us-romania-2011"), ("list", "missiles"), ("list", "sites"),
        ("replicate", "--list"), ("guarantee", "classify"), ("guarantee", "timeline", "epaa"), ("guarantee", "watch", "epaa"),
        ("flight-test", "check", "ftm-16-like"), (*ENGAGE, "--explain"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_answer_is_cut_to_an_ellipsis_at_80_columns(words):
    assert "…" not in screen(*words, columns=80)


RUNNING = (
    (*ENGAGE, "--explain"), (*ENGAGE, "--missiles", "3"), ("show", "bm-25"), ("cite", "deveselu"), ("replicate", "--list"),
    ("guarantee", "classify"), ("guarantee", "timeline", "epaa"), ("guarantee", "watch", "epaa"),
)  # fmt: skip


@pytest.mark.parametrize("words", RUNNING, ids=" ".join)
def test_running_text_goes_on_below_on_a_terminal_and_is_one_line_elsewhere(words, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    elsewhere = invoke(words, env={"TERM": "dumb"}).stdout
    shown = screen(*words, columns=80)
    if all("│" not in line for line in elsewhere.splitlines()):  # a table fits wherever it stands
        assert shown.split() == elsewhere.split()
        assert max(map(len, elsewhere.splitlines())) > 80
    assert [line for line in shown.splitlines() if len(line) > 80 and line.strip().count(" ")] == []
