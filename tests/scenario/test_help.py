"""What a person sees who types the name of the program, or asks a command for help."""

import re
import shlex
from inspect import unwrap
from typing import get_type_hints

import pytest

from command_line import invoke, tree
from equipoise import __version__, load_flight_test, load_scenario
from equipoise.analysis.sweeps.read import load_study
from equipoise.cli.panels import BEGIN, PANELS
from equipoise.cli.terminal import columns_that_fit, print_rows
from equipoise.flights import fly

COMMANDS = [name for names in PANELS.values() for name in names]


def said(*words):
    result = invoke(words, env={"COLUMNS": "80", "TERM": "dumb"})
    assert result.exit_code == 0, result.output
    return result.output


def test_the_bare_name_shows_what_to_begin_with():
    text = said()
    assert all(f"equipoise {name}" in text for name in BEGIN)
    assert max(map(len, text.splitlines())) < 140


SENSELESS = {float: ("nan",), int: ("9" * 30, "-" + "9" * 30)}


def number_options(group, before=()):
    """Give each option that takes a number, as the words that set it to something senseless and all else that is needed."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from number_options(command, (*before, name))
            continue
        needed = [p for p in command.params if p.required]
        words = [w for p in needed for w in (("x",) if p.param_type_name == "argument" else (p.opts[0], "0"))]
        hints = get_type_hints(unwrap(command.callback))
        for option in command.params:
            for kind, values in SENSELESS.items():
                if hints.get(option.name) in (kind, kind | None) and option.param_type_name == "option":
                    yield from ([*before, name, *words, option.opts[0], value] for value in values)


@pytest.mark.parametrize(
    "words", list(number_options(tree())), ids=lambda words: " ".join(words[:2] + words[-2:])
)
def test_a_number_without_sense_is_refused(words):
    # The search of 'guarantee worst --limit nan' had no end, and a seed of 30 digits ended in a traceback.
    done = invoke(words, env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == 2
    assert f"Invalid value for '{words[-2]}'" in done.output


def test_the_version_is_printed():
    assert said("--version") == f"equipoise {__version__}\n"


def test_every_command_stands_in_one_panel():
    assert sorted(COMMANDS) == sorted(tree().commands)


def all_commands(group, before=()):
    """Give every command and group below ``group`` with the words that call it."""
    for name, command in group.commands.items():
        yield (*before, name), command
        if hasattr(command, "commands"):
            yield from all_commands(command, (*before, name))


@pytest.mark.parametrize(
    ("words", "command"),
    list(all_commands(tree())),
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_every_help_is_whole_at_80_columns_and_ends_with_an_example_that_the_command_takes(words, command):
    # The help cut options to "--dis-releasab…", and the example of 'compare' had an option that it does not take.
    text = said(*words, "--help")
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80
    example = re.search(r"Example: (.+?)\n\s*\n", text + "\n\n", re.DOTALL)
    assert example, text
    typed = shlex.split(example.group(1))
    assert tuple(typed[: 1 + len(words)]) == ("equipoise", *words)
    if not hasattr(command, "commands"):
        command.make_context(" ".join(words), typed[1 + len(words) :])


BUILT_IN = {
    "scenario": load_scenario,
    "ours": load_scenario,
    "theirs": load_scenario,
    "test": load_flight_test,
    "study": load_study,
    "missile": fly.flyer,
}
"""What each argument of a command names: a file, or one of these by its name."""


def test_the_example_of_a_command_or_group_names_what_is_built_in():
    # That of 'flight-test' named a test that is not there.
    named, asked = set(), set()
    for _, shown in all_commands(tree()):
        example = shown.epilog.removeprefix("Example: ")
        typed, command = shlex.split(example)[1:], tree()
        while hasattr(command, "commands"):
            command = command.commands[typed.pop(0)]
        given = command.make_context(example, typed).params
        for name in BUILT_IN.keys() & given:
            if not given[name].endswith(".toml"):
                named.add((BUILT_IN[name], given[name]))
                asked.add(name)
    for load, given in named:
        load(given)
    assert asked == {*BUILT_IN}


def test_a_narrow_table_drops_columns_from_the_right_and_never_cuts_a_name(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    rows = [["redzikowo-sm3-iia", "independent", "4", "another long name", "x"]] * 2
    print_rows("Sites", ["site", "mode", "shots", "note", "more"], rows, telling=2)
    text = capsys.readouterr().out
    assert "redzikowo-sm3-iia" in text
    assert "independent" in text
    assert "…" not in text
    assert "Not shown at this width, but with --json: shots, note, more." in " ".join(text.split())


def test_a_wide_table_shows_everything(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    print_rows("Sites", ["site", "mode"], [["deveselu", "joint"]])
    assert "Not shown" not in capsys.readouterr().out


def test_columns_that_tell_rows_apart_always_stand_there():
    assert columns_that_fit(["a", "b", "c"], [["x" * 50, "y" * 50, "z"]], 20, 2) == 2
