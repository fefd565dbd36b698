"""The pieces of the page: what is said in a table is not rounded away, and no text can become markup."""

import math
from dataclasses import replace

import pytest

from equipoise.present.document import document
from equipoise.present.first_screen import FirstScreen, Key
from equipoise.present.html import Writer
from equipoise.present.section import Column, Number, Section, Sentence, Table
from equipoise.results.record import Provenance


def written(rows, columns):
    table = Table("t", "A <table> & its title", columns, rows)
    return Writer({}, Provenance(version="1")).section(Section("a", "T", tables=(table,)))


@pytest.mark.parametrize(
    ("value", "words"), [(0.004, "less than 0.1"), (0.0, "0.0"), (99.99, "more than 99.9"), (100.0, "100.0"), (math.nan, "not defined")]
)  # fmt: skip
def test_a_share_in_a_table_is_never_rounded_to_nothing_or_to_all(value, words):
    assert f"<td class=n>{words}</td>" in written(((value,),), (Column("share", "%", 1),))


def test_texts_are_escaped_everywhere():
    evil = "<img src=x onerror=alert(1)>"
    sentence = Sentence("{name} is {share}", {"share": Number(1.0, method=evil, source=evil)}, {"name": evil})
    table = Table("t", evil, (Column(evil, method=evil),), ((evil,),))
    writer = Writer({}, Provenance(version=evil))
    section = Section("a", evil, (sentence,), (), (table,), (evil,))
    text = (
        writer.section(section)
        + writer.leads([replace(section, sentences=(replace(sentence, lead=True),))])
        + writer.headline(FirstScreen((sentence,), ()))
        + writer.keys(
            FirstScreen((), (Key(evil, sentence, "a"), Key(evil, sentence, "a", steps=((evil, "kept"),))))
        )
        + writer.glossary({evil: evil})
        + writer.notes()
    )
    assert "<img" not in text
    assert text.count("&lt;img") >= 10


def test_a_number_in_a_cell_tells_its_own_source():
    cell = Number(2.0, 1.0, 3.0, unit="s", source="a report, 2011", method="read off")
    text = written(((cell,),), (Column("margin"),))
    assert "2 s (1 to 3 s)</button>" in text


def test_modes_that_agree_are_one_row_on_the_page_and_every_row_in_the_file():
    rows = tuple(
        ("Phase 1", mode, value) for mode, value in (("alone", 1.0), ("sharing", 1.0), ("joint", 2.0))
    )
    rows += tuple(("Phase 2", mode, 3.0) for mode in ("alone", "sharing", "joint"))
    table = Table("t", "T", (Column("Phase"), Column("Mode"), Column("Share")), rows)
    text = Writer({}, Provenance(version="1")).section(Section("a", "T", tables=(table,)))
    assert text.count("<tr>") == 1 + 3
    assert "<td>alone, sharing</td>" in text
    assert "<td>every mode</td>" in text
    assert len(table.csv().splitlines()) == 1 + 6


def test_a_report_says_its_headline_to_search_and_to_previews():
    text = document(
        "A title",
        (),
        Writer({}, Provenance(version="1")),
        Provenance(version="1"),
        description='94 % "of" the people',
    )
    assert '<meta property=og:description content="94 % &quot;of&quot; the people">' in text
