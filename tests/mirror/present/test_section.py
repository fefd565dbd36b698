"""What a section may say: no number without a record, no rounding that claims more than the number."""

import csv
import doctest
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.present import section
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table


def test_the_documentation_s_examples_hold():
    assert doctest.testmod(section).failed == 0


@given(st.floats(0.0, 100.0), st.integers(0, 3))
def test_a_share_is_never_rounded_to_nothing_or_to_all(value, digits):
    text = Number(value, unit="%", digits=digits).text
    if value > 0.0:
        assert not text.startswith(f"{0:.{digits}f} ")
    if value < 100.0:
        assert not text.startswith(f"{100:.{digits}f} ")


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_number_is_said_within_half_a_unit_of_its_last_digit(a, b, c, digits):
    low, value, high = sorted((a, b, c))
    text = Number(value, low, high, unit="s", digits=digits).text
    said = [
        float(w)
        for w in text.replace(",", "").replace("(", "").replace(")", "").split()
        if w not in ("s", "to")
    ]
    wanted = [value, low, high] if len(said) == 3 else [value]
    for number, meant in zip(said, wanted, strict=True):
        assert abs(number - meant) <= 0.5 * 10.0**-digits * (1 + 1e-9) + 1e-9


def test_what_is_not_defined_is_said_to_be():
    assert Number(math.nan, unit="s").text == "not defined"
    assert Number(math.nan).exact == {"Range": "not computed", "Value": "not defined"}
    assert Number(0.12345678, -math.inf, math.inf).exact == {
        "Range": "no lower limit to no limit",
        "Value": "0.123457",
    }
    assert Number(-0.2, unit="s").text == "0 s"


@pytest.mark.parametrize(("low", "high"), [(None, 1.0), (2.0, 3.0)])
def test_half_a_range_and_a_value_outside_it_are_refused(low, high):
    with pytest.raises(ValueError, match="range"):
        Number(1.5, low, high)


def test_a_sentence_holds_exactly_what_it_names():
    with pytest.raises(ValueError, match="needs"):
        Sentence("It covers {share}.", {"other": Number(1.0)})
    assert Sentence(
        "{missile} reaches {range}.", {"range": Number(2000, unit="km")}, {"missile": "ghadr-1"}
    ).text == ("ghadr-1 reaches 2,000 km.")


def test_a_table_keeps_full_precision_and_its_ranges():
    table = Table(
        "t", "A table", (Column("base"), Column("margin", "s")), (("a", Number(1 / 3, 0.0, 1.0)), ("b", 2.0))
    )
    rows = list(csv.reader(io.StringIO(table.csv())))
    assert rows[0] == ["base", "margin (s)", "margin (s), low", "margin (s), high"]
    assert float(rows[1][1]) == 1 / 3
    assert rows[2] == ["b", "2.0", "", ""]


def test_rows_and_names_are_checked():
    with pytest.raises(ValueError, match="2 cells under 1 columns"):
        Table("t", "A table", (Column("base"),), (("a", "b"),))
    with pytest.raises(ValueError, match="not an anchor"):
        Section("Two words", "x")
    twice = Figure("same", "c")
    with pytest.raises(ValueError, match="twice"):
        Section("a", "x", figures=(twice, twice))
