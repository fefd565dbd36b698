"""The story's scenes are told by the results that are there, and are left out where these lack."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.present.scenes import scenes
from equipoise.results.statistics import shares

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results


@pytest.fixture(scope="module")
def made():
    return results()


def kinds(of):
    return [scene.kind for scene in scenes(of)]


def test_a_scene_without_its_result_is_left_out(made):
    assert kinds(made) == ["shot", "phases", "other", "promise"]
    assert kinds({k: v for k, v in made.items() if k not in ("one_shot", "guarantee")}) == ["phases", "other"]
    assert kinds({"scenario": made["scenario"]}) == []
    one = replace(made["defended_area"], data=made["defended_area"].data.isel(phase=[0]))
    assert "phases" not in kinds({**made, "defended_area": one})


def test_the_shot_is_told_with_the_times_of_its_result_in_the_scenario_s_names(made):
    said = scenes(made)[0].sentences[0]
    assert said.text == (
        "Notional IRBM in Phase 4, two independent systems: it burns out 120 s after launch, kurecik sees it from 60 s, its track is "
        "good enough at 160 s, Deveselu launches at 192 s, and they meet at 480 s, 500 km up."
    )


def test_the_shares_by_phase_are_the_table_s(made):
    said = scenes(made)[1].sentences[0]
    data = made["defended_area"].data
    wanted = 100 * shares(data).isel(mode=0, threat=-1).values
    assert [said.numbers[f"n{i}"].value for i in range(4)] == wanted.tolist()


def test_a_promise_ends_with_what_breaks_it(made):
    assert "may break" in scenes(made)[-1].sentences[-1].text
