"""The first screen says what the results say, in words and in at most ninety of them."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from equipoise.foundation.status import Truth
from equipoise.present.compose import section_of
from equipoise.present.first_screen import first_screen, shown
from equipoise.present.html import Writer
from equipoise.results.record import Provenance
from equipoise.results.statistics import shares

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results


@pytest.fixture(scope="module")
def made():
    return results()


def words_of(first):
    said = [
        *(s.text for s in first.headline),
        first.chosen.text,
        *(k.words.text for k in first.keys),
        *(k.label for k in first.keys),
    ]
    return " ".join(said)


def test_the_headline_and_the_first_figure_are_the_table_s_value_for_what_the_map_shows(made):
    first = first_screen(made)
    data = made["defended_area"].data
    share = 100 * float(shares(data).sel(shown(data)))
    assert first.headline[0].numbers["share"].value == share
    assert first.keys[0].number.value == share
    assert f"By 2020 the defence can engage missiles aimed at {first.keys[0].number.text}" in words_of(first)


def test_the_exposed_base_is_the_one_whose_range_is_shown(made):
    key = next(k for k in first_screen(made).keys if k.label == "exposed")
    data = made["exposure"].data.isel(phase=-1)
    named = next(i for i, n in enumerate(data.base_name.values) if str(n).split(",")[0] in key.words.text)
    ends = (100 * data.share.sel(family="any").isel(base=named)).values.tolist()
    assert (key.number.low, key.number.high) == (min(ends), max(ends))


def test_a_verdict_that_hangs_on_a_range_from_memory_says_so_in_red(made):
    data = made["exposure"].data
    texts = np.array(["", "", "", "interceptor burnout speed, kill floor"], dtype=object)
    said = {"from_memory": ("phase", texts, {"units": "", "long_name": "what rests on memory"})}
    told = made | {"exposure": replace(made["exposure"], data=data.assign(said))}
    (warning,) = (s for s in first_screen(told).headline if s.warns)
    assert warning.text == "From memory, no source opened: the range of interceptor burnout speed and others."
    assert not any(s.warns for s in first_screen(made).headline)
    assert any(s.warns for s in section_of("exposure", told).sentences)
    assert len(words_of(first_screen(told)).split()) <= 100
    text = Writer({}, Provenance()).headline(first_screen(told))
    assert "<span class=warns>From memory" in text
    named = data.deciding.copy(data=["", "", "", "interceptor burnout speed, decision time"])
    just = made | {"exposure": replace(made["exposure"], data=data.assign(said | {"deciding": named}))}
    (short,) = (s for s in first_screen(just).headline if s.warns)
    assert short.text == "Its range is from memory."


def test_what_the_mode_s_own_sensors_expose_is_said_beside_it_with_base_and_policy(made):
    first = first_screen(made)
    key = next(k for k in first.keys if k.label == "exposed")
    data = made["exposure"].data
    share = data.share_in_mode.isel(phase=-1, mode=0).sel(family="any")
    most = share.where(share == share.max(), drop=True)
    assert first.chosen.text == "Phase 4, two independent systems"
    assert key.words.numbers["own"].value == 100 * float(share.max()) > 0
    base = str(data.base_name.sel(base=most.base.values[0]).item()).split(",")[0]
    assert key.words.text.endswith(f"({base}, {str(most.policy.values[0]).replace('-', ' ')})")


def test_sensors_that_expose_nothing_are_said_to_without_a_base(made):
    data = made["exposure"].data.copy(deep=True)
    data.share_in_mode[:] = 0.0
    key = next(
        k
        for k in first_screen({**made, "exposure": replace(made["exposure"], data=data)}).keys
        if k.label == "exposed"
    )
    assert key.words.text.endswith("by sensors: 0 %")


def test_the_report_s_sentence_on_exposure_gives_the_range_of_the_base_that_it_names(made):
    made = {**made, "exposure": replace(made["exposure"], data=made["exposure"].data.copy(deep=True))}
    data = made["exposure"].data
    data.truth[:] = int(Truth.UNDETERMINED)
    for base, ends in enumerate([(0.0, 0.0, 0.35), (0.0, 0.1, 0.2)]):
        for end, value in zip(("against", "nominal", "favourable"), ends, strict=True):
            data.share.loc[{"base": data.base[base], "end": end}] = value
    said = section_of("exposure", made).sentences[0]
    assert (said.numbers["share"].low, said.numbers["share"].high) == (0.0, 20.0)
    assert said.names["base"] == str(data.base_name.values[1])
    assert "tracked from burnout" in said.text
    key = next(k for k in first_screen(made).keys if k.label == "exposed")
    assert key.number.text == said.numbers["share"].text


def test_no_identifier_is_said_and_it_takes_at_most_ninety_words(made):
    said = words_of(first_screen(made))
    assert not re.search(r"irbm-notional|ghadr-1|independent_|nato", said)
    assert len(said.split()) <= 90


@pytest.mark.parametrize(
    ("truth", "begins"),
    [
        (Truth.KEPT, "It can reach no strategic missile"),
        (Truth.BROKEN, "It can reach"),
        (Truth.UNDETERMINED, "Whether it reaches"),
    ],
)
def test_each_verdict_on_exposure_has_its_own_sentence(made, truth, begins):
    changed = made["exposure"].data.copy(deep=True)
    changed.truth[:] = int(truth)
    said = first_screen(
        {**made, "exposure": made["exposure"].__class__(kind="exposure", title="", data=changed)}
    )
    assert said.headline[1].text.startswith(begins)


def test_a_missile_that_reaches_nobody_has_a_sentence_of_its_own(made):
    at, empty = shown(made["defended_area"].data), made["defended_area"].data.copy(deep=True)
    for name in ("people_in_range", "people_defended"):
        empty[name].loc[{"threat": at["threat"]}] = 0.0
    said = (
        first_screen({**made, "defended_area": replace(made["defended_area"], data=empty)}).headline[0].text
    )
    assert "reaches nobody whom the defence protects." in said
    assert "not defined" not in said


def test_what_the_results_lack_is_left_out(made):
    assert first_screen({}).headline == ()
    assert [k.label for k in first_screen({"exposure": made["exposure"]}).keys] == ["exposed"]
