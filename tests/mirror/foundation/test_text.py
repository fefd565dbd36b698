"""What a person sees of text that somebody else wrote."""

import doctest

import pytest

from equipoise.foundation import text as texts
from equipoise.foundation.errors import MOST_TOLD, InputError, Problem, nearest
from equipoise.foundation.text import printable, shortened


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Kozelsk [north]", "Kozelsk [north]"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\u202eb", "a\\u202eb"),
        ("caf\udce9", "caf\\udce9"),
        ("Шахты ایران\u200c", "Шахты ایران\u200c"),
        ("one\ntwo\r", "one\ntwo\\r"),
    ],
)
def test_letters_that_are_not_seen_are_written_out(text, seen):
    assert printable(text) == seen


def test_a_problem_is_one_line_of_bounded_length():
    line = str(Problem("mine.toml", "a\nb\x1b", "x" * 100_000, "y\r\nz"))
    assert line.startswith("mine.toml: a b\\x1b: xxx")
    assert line.endswith("... y z")
    assert len(line) < 600


def test_after_fifty_problems_their_number_is_said():
    lines = str(InputError([Problem("f", str(i), "wrong.") for i in range(70)])).splitlines()
    assert (len(lines), lines[-1]) == (MOST_TOLD + 1, "and 20 more.")


def test_a_value_that_python_does_not_print_is_named():
    assert shortened(16**40_000) == "a very long int"
    assert shortened("x" * 100) == "'" + "x" * 59


def test_no_name_is_near_to_a_text_of_many_letters():
    assert nearest("x" * 1_000_000, ["xx", "y"]) == ""
    assert nearest("epa", ["epaa", "third-site"]) == "epaa"


def test_the_examples_hold():
    assert doctest.testmod(texts).failed == 0
