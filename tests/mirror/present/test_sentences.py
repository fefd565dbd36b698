"""What the report's sentences say of made-up results: never more than the numbers, whatever these are."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.foundation.status import Truth
from equipoise.present.compose import compose, section_of

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results

MADE = results(rows=6, columns=8, paths=2)
share = st.one_of(st.just(0.0), st.just(1.0), st.floats(1e-6, 1.0))


def exposed(against, nominal, favourable):
    """The made-up exposure with one set of shares for every base of every phase."""
    ends = np.sort([against, nominal, favourable])
    data = MADE["exposure"].data.copy()
    by_end = data.share.copy(data=np.zeros(data.share.shape))
    for name, value in zip(("against", "nominal", "favourable"), ends, strict=True):
        by_end.loc[{"end": name}] = value
    truth = Truth.BROKEN if ends[0] > 0 else Truth.UNDETERMINED if ends[2] > 0 else Truth.KEPT
    data["share"] = by_end
    data["truth"] = data.truth.copy(data=np.full(data.truth.shape, int(truth)))
    return replace(MADE["exposure"], data=data), ends


@settings(max_examples=60)
@given(share, share, share)
def test_exposure_is_called_certain_only_where_every_end_agrees(a, b, c):
    result, (low, _, high) = exposed(a, b, c)
    said = section_of("exposure", {"exposure": result}).sentences[0].text
    assert ("every one of the stated assumptions lets" in said) == (low > 0)
    assert (" no strategic path" in said) == (high <= 0)
    assert ("some of the stated assumptions, and not others, let" in said) == (low <= 0 < high)
    if high > 0:
        assert not re.search(r"\b0 to 0 %", said)


def test_every_number_of_every_sentence_has_a_method():
    numbers = [
        (s.template, key, n) for part in compose(MADE) for s in part.sentences for key, n in s.numbers.items()
    ]
    assert numbers
    for template, key, number in numbers:
        assert number.method, (template, key)


def test_every_lead_sentence_links_to_a_figure_or_table_of_its_section():
    for part in compose(MADE):
        stems = {part.anchor, *(f.stem for f in part.figures), *(t.stem for t in part.tables)}
        assert all(s.figure in stems for s in part.sentences if s.lead)


def test_every_figure_says_what_it_shows_to_who_cannot_see_it():
    for part in compose(MADE):
        for figure in part.figures:
            assert len(figure.told) > 40
            assert figure.alt != figure.caption
            assert figure.data is not None


def test_exposure_at_the_lowest_speed_tried_begins_there_or_below():
    """The lowest speed of the curve is no speed at which exposure begins: below it none was tried."""
    data = MADE["exposure"].data.copy()
    lowest = float(data.speed.min())
    data["flip_speed"] = data.flip_speed.copy(data=np.full(data.flip_speed.shape, lowest))
    part = section_of("exposure", {"exposure": replace(MADE["exposure"], data=data)})
    assert "or below it" in part.sentences[1].text
    flips = next(t for t in part.tables if t.stem == "exposure-flips")
    assert all(cell.startswith("at most ") for row in flips.rows for cell in row[1:])
