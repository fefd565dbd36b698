"""The pieces of the page: what is said in a table is not rounded away, and no text can become markup."""

import math
from dataclasses import replace

import pytest

from equipoise.foundation.status import Truth
from equipoise.present.chart import Chart, Mark
from equipoise.present.document import document
from equipoise.present.first_screen import FirstScreen, Key
from equipoise.present.html import Writer
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.verdicts import Verdict
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
            FirstScreen(
                (),
                (
                    Key(evil, sentence, "a"),
                    Key(evil, sentence, "a", verdicts=(Verdict((0,), evil, Truth.KEPT, "kept"),)),
                ),
            )
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


def test_rows_that_differ_in_what_was_tried_alone_are_one_row_on_the_page():
    said = {
        "launch on remote": (1.0, 2.0, 2.0),
        "engage on remote": (1.0, 2.0, 2.0),
        "own sensor": (0.0, 0.0, 0.0),
    }
    rows = tuple((v, f"Phase {p + 1}", x) for v, shares in said.items() for p, x in enumerate(shares))
    table = Table("t", "T", (Column("Variant"), Column("Phase"), Column("Share")), rows)
    text = Writer({}, Provenance(version="1")).section(Section("a", "T", tables=(table,)))
    assert text.count("<tr>") == 1 + 3
    assert "<td>launch on remote, engage on remote</td><td>Phase 2, Phase 3</td>" in text
    assert "<td>own sensor</td><td>every phase</td>" in text
    assert len(table.csv().splitlines()) == 1 + 9


def test_a_bracket_stays_with_the_number_that_follows_it():
    words = Sentence("Ours ({a}), theirs ({b} at most).", {"a": Number(69.0, unit="%"), "b": Number(7.0)})
    said = Writer({}, Provenance())._words(words)
    assert said.count("<span class=bound>(<button") == 2
    assert "69 %</button>),</span>" in said


def test_a_finding_is_the_title_of_the_figure_that_shows_it():
    found = Sentence("The {who} gains most.", {}, {"who": "north"}, figure="gain")
    other = Sentence("Another thing.", figure="elsewhere")
    figure = Figure("gain", caption="Gain by side.", alt="", chart=Chart(Mark.BARS, ()))
    text = Writer({}, Provenance()).section(Section("a", "T", (other, found), (figure,)))
    inside = text[text.index("<figure") :]
    assert text.count("The north gains most.") == 1
    assert inside.index("The north gains most.") < inside.index("<script") < inside.index("Gain by side.")
    assert "Another thing." not in inside


def test_a_figure_without_a_finding_is_titled_by_its_caption():
    figure = Figure("gain", caption="Gain by side.", alt="", chart=Chart(Mark.BARS, ()))
    text = Writer({}, Provenance()).figure(figure)
    assert text.index("Gain by side.") < text.index("<script")


def test_a_table_can_be_taken_as_csv_and_from_the_folder_of_the_report_as_parquet():
    section = Section("a", "T", tables=(Table("t", "A title", (Column("x"),), ((1.0,),)),))
    text = Writer({}, Provenance(), tables="tables").section(section)
    assert 'download="t.csv" href="data:text/csv' in text
    assert 'href="tables/t.parquet"' in text
    assert "parquet" not in Writer({}, Provenance()).section(section)


def test_a_report_says_its_headline_to_search_and_to_previews():
    text = document(
        "A title",
        (),
        Writer({}, Provenance(version="1")),
        Provenance(version="1"),
        description='94 % "of" the people',
    )
    assert '<meta property=og:description content="94 % &quot;of&quot; the people">' in text
