"""A scenario written as a file that says everything is the same scenario, with the same hash."""

import dataclasses

import pytest
from pydantic import ValidationError

from equipoise.foundation.errors import InputError, StoredResultError
from equipoise.model.record import Record
from equipoise.results.record import Provenance, Result, load_provenance, save_results
from equipoise.results.schema import dataset
from equipoise.scenario.flight_test import FLIGHT_TESTS, load_flight_test
from equipoise.scenario.load import Scenario, builtin_names

EPAA = Scenario.load("epaa")


@pytest.mark.identity
@pytest.mark.parametrize("name", builtin_names())
def test_reading_what_is_written_gives_the_same_scenario(name):
    scenario = Scenario.load(name)
    again = Scenario.from_toml(scenario.to_toml())
    assert again == scenario
    assert again.hash == scenario.hash
    assert again.to_toml() == scenario.to_toml()
    at = scenario.at(scenario.phases[-1].date, mode=scenario.modes[0].id)
    assert Scenario.from_toml(at.to_toml()).hash == at.hash


@pytest.mark.identity
@pytest.mark.parametrize("name", FLIGHT_TESTS.names())
def test_reading_what_is_written_gives_the_same_flight_test(name, tmp_path):
    test = load_flight_test(name)
    (tmp_path / "again.toml").write_text(test.to_toml(), encoding="utf-8")
    assert load_flight_test(str(tmp_path / "again.toml")).hash == test.hash


@pytest.mark.identity
def test_what_the_catalogue_knows_does_not_come_back_by_the_file_that_says_everything():
    bare = EPAA.with_({"site.redzikowo.sensors": []})
    assert bare.find("site", "redzikowo").sensors == ()
    assert Scenario.from_toml(bare.to_toml()).hash == bare.hash != EPAA.hash


def test_every_word_is_in_the_hash():
    site = EPAA.sites[0]
    for key, value in site.said():
        if isinstance(value, str):
            other = dataclasses.replace(EPAA, sites=(site.but(**{key: f"{value} indeed"}), *EPAA.sites[1:]))
            assert other.hash != EPAA.hash, key


def records(value):
    """Every record in a scenario, however deep."""
    if isinstance(value, Record):
        yield value
        for key in type(value).model_fields:
            yield from records(getattr(value, key))
    elif isinstance(value, tuple):
        for part in value:
            yield from records(part)
    else:
        assert not isinstance(value, list | dict | set), value


def test_nothing_in_a_scenario_can_be_assigned():
    with pytest.raises(dataclasses.FrozenInstanceError):
        EPAA.head = None
    every = [r for field in dataclasses.fields(EPAA) for r in records(getattr(EPAA, field.name))]
    assert len(every) > 90
    for record in every:
        for key in type(record).model_fields:
            with pytest.raises(ValidationError, match="frozen"):
                setattr(record, key, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        EPAA.assumptions.track_s.value = 0.0


def test_a_number_a_text_and_a_list_are_changed_at_once():
    made = EPAA.with_(
        {
            "interceptor.sm3-iia.burnout_speed_km_s": 5.0,
            "threat.ghadr-1.launch_area": "ir-w",
            "scenario.modes": ["joint"],
            "assumption.decision_s": {
                "value": 20,
                "low": 10,
                "high": 30,
                "source": "x",
                "confidence": "memory",
            },
        }
    )
    speed = made.find("interceptor", "sm3-iia").burnout_speed_km_s
    assert (speed.low, speed.value, speed.high) == (5.0, 5.0, 5.0)
    assert made.find("threat", "ghadr-1").launch_area == "ir-w"
    assert made.find("launch_area", "ir-w").id == "ir-w", "what is named comes in from the catalogue"
    assert made.head.modes == ("joint",)
    assert (made.assumptions.decision_s.low, made.assumptions.decision_s.source) == (10.0, "x")
    assert made.hash != EPAA.hash == Scenario.load("epaa").hash


def test_a_range_can_be_kept():
    old = EPAA.assumptions.track_s
    kept = EPAA.with_({"assumption.track_s": 45.0}, keep_range=True).assumptions.track_s
    assert (kept.low, kept.value, kept.high) == (old.low, 45.0, old.high)
    assert kept.source.endswith(f"its range: {old.source}")
    wider = EPAA.with_({"assumption.track_s": 90.0}, keep_range=True).assumptions.track_s
    assert (wider.low, wider.value, wider.high) == (old.low, 90.0, 90.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"interceptor.sm3-iia.burnout_speed_km_s": 45.0}, "45.0 lies outside 0.5 to 10.5"),
        ({"interceptor.sm3-iia.burnout_sped_km_s": 4.0}, "Did you mean 'burnout_speed_km_s'"),
        ({"site.redzikowo.interceptor": "sm3-iix"}, "Did you mean 'sm3-ii"),
        ({"assumption.track_s": "long"}, "expected a number, got 'long'"),
    ],
)
def test_a_wrong_change_is_one_line(changes, words):
    with pytest.raises(InputError, match=words) as caught:
        EPAA.with_(changes)
    assert "\n" not in str(caught.value)


def test_entries_are_left_out_by_name():
    made = EPAA.without("threat.sajjil-2-north", "clause.test-notice")
    assert [t.id for t in made.threats] == [t.id for t in EPAA.threats if t.id != "sajjil-2-north"]
    assert len(made.clauses) == len(EPAA.clauses) - 1
    assert Scenario.from_toml(made.to_toml()).hash == made.hash
    with pytest.raises(InputError, match=r"Did you mean .threat\.ghadr-1."):
        EPAA.without("threat.ghadr-2")
    with pytest.raises(InputError, match="no threat 'sajjil-2'"):
        EPAA.without("threat.sajjil-2")


def stored(folder, group=None, **made):
    data = dataset("flight", {"miss_m": 2.0}, {})
    result = Result(kind="flight", title="t", data=data, provenance=Provenance(version="9", **made))
    path = folder / "results.nc"
    return save_results(path, {group: result}) if group else result.save(path)


@pytest.mark.parametrize("group", [None, "demo"])
def test_a_result_gives_back_its_scenario(tmp_path, group):
    moved = EPAA.at("2018", mode="joint").with_({"assumption.decision_s": 3})
    path = stored(tmp_path, group, scenario_hash=moved.hash, scenario_toml=moved.to_toml())
    for place in (path, tmp_path):
        assert Scenario.from_result(place) == moved
        assert Scenario.from_result(place).hash == moved.hash
    assert load_provenance(path).version == "9"


def test_a_result_without_its_scenario_or_with_another_says_so(tmp_path):
    with pytest.raises(StoredResultError, match="there is no such result file"):
        Scenario.from_result(tmp_path / "results.nc")
    path = stored(tmp_path)
    with pytest.raises(StoredResultError, match="holds no scenario; it was made by version 9"):
        Scenario.from_result(path)
    stored(tmp_path, scenario_hash="0" * 64, scenario_toml=EPAA.to_toml())
    with pytest.raises(StoredResultError, match="not the one that its hash names"):
        Scenario.from_result(path)
