"""The section on the crux of two scenarios: short, in the sides' own names, and a picture with a line for each claim."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.present import crux as present
from equipoise.present.crux_figures import shown
from equipoise.present.print_chart import FAINT, HUES, draw
from equipoise.results.record import Result
from equipoise.results.schema import dataset, kind

OURS, THEIRS = "The first side with a name of more than eight words in all", "The second side"


def made(carried: tuple[float, ...], *, differs: int = 1, words: str = "some claim") -> Result:
    """Return a crux of three verdicts and as many claims as shares are given."""
    names = [f"claim-{k}" for k in range(len(carried))]
    said = kind("crux").variables
    sizes = {"claim": len(names), "input": len(names), "verdict": 3, "set": 1, "turn": 1}
    values = {}
    for name, variable in said.items():
        shape = tuple(sizes[axis] for axis in variable.axes)
        values[name] = (
            np.full(shape, "x", object)
            if variable.type == "text"
            else np.zeros(shape, int if variable.type == "whole" else float)
        )
    values |= {
        "name": [f"{words} {k}" for k in range(len(names))],
        "ours": ["6.3 km/s (5.4 to 6.3)"] * len(names),
        "theirs": ["decision 0 s (0 to 15); reaction 5 s (5 to 10); track 10 s; update 4 s"] * len(names),
        "carried": np.array(carried),
        "observation": ["No observation can, for no means of verification in the tables measures it"] * len(names),
        "differs": np.array([differs, differs, 0]),
        "input_claim": names,
        "words": ["Some path from a place with a name can be engaged"] * 3,
        "set_verdict": ["v0"], "set_side": ["ours"], "set_claims": [", ".join(names[:2])],
        "turn_verdict": ["v0"], "turn_claim": ["claim-0"], "turn_taken": [""], "turn_values": ["burnout speed 7.1 km/s"],
    }  # fmt: skip
    axes = {"claim": names, "input": names, "verdict": ["v0", "v1", "v2"], "set": ["0"], "turn": ["0"]}
    attrs = {"ours": OURS, "theirs": THEIRS, "day": "2013-12-31", "mode": "independent", "theirs_toml": ""}
    return Result(kind="crux", title="two", data=dataset("crux", values, axes, attrs))


@pytest.mark.identity
@pytest.mark.parametrize(
    "words", ["claim of a name of just seven", "claim whose name has very many more words than eight"]
)
@pytest.mark.parametrize(
    "ours", ["A side whose name has just eight words", "A side with a name of more than eight words"]
)
def test_the_answer_has_at_most_eighty_words_and_cuts_no_name(words: str, ours: str) -> None:
    for carried in ((0.6, 0.4), (1.0,), (0.5, 0.3, 0.2)):
        data = made(carried, words=words).data.assign_attrs(ours=ours)
        sentences = present.answer(data)
        assert present.words_of(sentences) <= present.WORDS
        said = " ".join(s.text for s in sentences)
        assert "\N{HORIZONTAL ELLIPSIS}" not in said
        assert ("The first side and" in said) == (len(ours.split()) > present.LONGEST_NAME)
        assert (present.ON_TOP in said) == (len(words.split()) >= present.LONGEST_NAME)


@pytest.mark.identity
def test_where_the_verdict_turns_is_said_while_there_is_room() -> None:
    short = made((0.6, 0.4)).data.assign_attrs(ours="One", theirs="Another")
    assert "at burnout speed 7.1 km/s" in " ".join(s.text for s in present.answer(short))


@pytest.mark.identity
def test_sides_that_agree_are_said_to() -> None:
    (only,) = present.answer(made((0.0,), differs=0).data)
    assert only.text.endswith("agree: all 3 verdicts are the same though they differ on some inputs.")


@pytest.mark.identity
def test_the_crux_stands_on_top_in_colour_and_lines_are_as_thick_as_their_share() -> None:
    data = made((0.2, 0.7, 0.1)).data
    assert shown(data)[0] == "claim-1"
    lines = draw(present.figures.chart(data)).axes[0].lines
    assert [line.get_color() for line in lines] == [HUES[1], FAINT, FAINT]
    widths = [line.get_linewidth() for line in lines]
    assert widths == sorted(widths, reverse=True)
    assert (widths[0] - widths[1]) / (widths[1] - widths[2]) == pytest.approx(5.0)


@pytest.mark.identity
def test_page_and_print_say_every_value_whole_and_without_its_range() -> None:
    data = made((0.2, 0.7, 0.1)).data
    rows = present.figures.chart(data).rows
    assert [(row["group"], row["value"]) for row in rows[::2]] == [
        ("some claim 1", 70.0),
        ("some claim 0", 20.0),
        ("some claim 2", 10.0),
    ]
    assert [row["word"] for row in rows[:2]] == [
        "6.3 km/s",
        "decision 0 s\nreaction 5 s\ntrack 10 s\nupdate 4 s",
    ]
    assert {row["series"] for row in rows} == {OURS, THEIRS}
    printed = [text.get_text() for text in draw(present.figures.chart(data)).axes[0].texts]
    assert printed.count("decision 0 s\nreaction 5 s\ntrack 10 s\nupdate 4 s") == 3
    alike = present.figures.sides(data.assign_attrs(ours=THEIRS))
    assert alike == ("First side", "Second side")


@pytest.mark.identity
def test_the_section_holds_claims_sets_turns_verdicts_and_inputs() -> None:
    section = present.section(made((0.6, 0.4)), {})
    assert [t.stem for t in section.tables] == [
        "crux-claims", "crux-sets", "crux-verdicts-turned", "crux-turns", "crux-verdicts", "crux-inputs",
    ]  # fmt: skip
    stems = {section.anchor, *(f.stem for f in section.figures), *(t.stem for t in section.tables)}
    assert len(stems) == 1 + len(section.figures) + len(section.tables)  # each names a place of the page
    assert section.tables[1].rows == (("some claim 0 and some claim 1", OURS, 1),)
