"""One wording of a verdict wherever it is said."""

import sys
from pathlib import Path

import pytest
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present.first_screen import first_screen, promise
from equipoise.present.guarantee import field_words
from equipoise.present.verdicts import by_phase, in_runs, verdict_words

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results


def clause(*pairs):
    truths, acts = zip(*((int(truth), acts) for truth, acts in pairs), strict=True)
    names = [f"Phase {n + 1}" for n in range(len(pairs))]
    return xr.Dataset(
        {"truth": ("phase", list(truths)), "acts": ("phase", list(acts))}, coords={"phase": names}
    )


@pytest.mark.parametrize(
    ("truth", "acts", "words"),
    [(Truth.KEPT, True, "kept"), (Truth.KEPT, False, "would be kept"), (Truth.BROKEN, False, "would be broken"), (Truth.UNDETERMINED, False, "undetermined")],
)  # fmt: skip
def test_a_clause_that_does_not_act_only_would_be_kept_or_broken(truth, acts, words):
    assert verdict_words(truth, acts=acts) == words


def test_phases_that_follow_one_another_and_agree_are_said_once():
    kept, broken = (Truth.KEPT, 0), (Truth.BROKEN, 0)
    said = [
        (v.label, v.words, v.phases)
        for v in in_runs(clause(kept, kept, kept, broken, (Truth.BROKEN, 1), kept))
    ]
    assert said == [
        ("Phases 1 to 3", "would be kept", (0, 1, 2)),
        ("Phase 4", "would be broken", (3,)),
        ("Phase 5", "broken", (4,)),
        ("Phase 6", "would be kept", (5,)),
    ]
    assert [v.label for v in in_runs(clause(kept, kept))] == ["Phases 1 and 2"]


def test_phases_that_are_not_counted_keep_their_names():
    one = clause((Truth.KEPT, 0), (Truth.KEPT, 0)).assign_coords(phase=["2017", "2025, as planned"])
    assert [v.label for v in in_runs(one)] == ["2017 and 2025, as planned"]


def test_the_first_screen_says_what_the_chart_of_verdicts_says():
    made = results()
    one = promise(made["guarantee"].data)
    charted = [
        field_words(one.isel(phase=p), Truth.of(one.truth.isel(phase=p))).split("\n")[0]
        for p in range(one.sizes["phase"])
    ]
    key = next(k for k in first_screen(made).keys if k.label == "promised")
    on_screen = [v.words for v in key.verdicts for _ in v.phases]
    assert on_screen == charted == by_phase(one)
