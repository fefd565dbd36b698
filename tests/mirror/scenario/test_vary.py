"""Numbers put in their places give the scenario that a full load with the same settings gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.foundation.errors import InputError
from equipoise.model.scenario import TABLES
from equipoise.scenario.load import load_scenario, resolve
from equipoise.scenario.read import read_files
from equipoise.scenario.vary import place, uncertain_places, value_at, with_numbers

EPAA = load_scenario("epaa")


def by_id(scenario):
    """Entries without their order: a setting can bring an entry of the catalogue in earlier."""
    return {
        name: content if table.single else {getattr(e, table.identity): e for e in content}
        for name, table in TABLES.items()
        for content in (scenario.table(name),)
    }


@settings(max_examples=25, deadline=None)
@given(
    speed=st.floats(0.5, 10.0),
    delay_s=st.floats(0.0, 3600.0),
    count=st.integers(0, 200),
    ceiling_km=st.floats(1.0, 5000.0),
)
def test_a_number_in_its_place_is_what_a_setting_on_the_command_line_is(speed, delay_s, count, ceiling_km):
    wanted = {
        "interceptor.sm3-iia.burnout_speed_km_s": speed,
        "assumption.decision_s": delay_s,
        "site.redzikowo.count": count,
        "interceptor.sm3-iib.kill_ceiling_km": ceiling_km,  # a key that the entry does not have
    }
    varied = with_numbers(EPAA, {place(key, EPAA, label="t"): value for key, value in wanted.items()})
    loaded = load_scenario("epaa", [f"{key}={value!r}" for key, value in wanted.items()])
    assert by_id(varied) == by_id(loaded)
    assert load_scenario("epaa") == EPAA


def test_every_uncertain_place_can_be_varied():
    places = uncertain_places(EPAA, ("assumption", "interceptor", "missile"))
    assert len(places) > 40
    for where in places:
        quantity = value_at(EPAA, where)
        moved = with_numbers(EPAA, {where: quantity.high})
        assert value_at(moved, where).value == quantity.high
        assert moved.hash != EPAA.hash


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("interceptr.sm3-iia.burnout_speed_km_s", "Did you mean 'interceptor'"),
        ("interceptor.sm3-ia1.burnout_speed_km_s", "Did you mean 'sm3-i"),
        ("interceptor.sm3-iia.burnout_sped_km_s", "Did you mean 'burnout_speed_km_s'"),
        ("interceptor.sm3-iia", "expected TABLE.ID.KEY"),
        ("assumption.x.decision_s", "expected TABLE.KEY"),
    ],
)
def test_a_wrong_place_is_one_line_with_the_nearest_name(text, words):
    with pytest.raises(InputError, match=words) as caught:
        place(text, EPAA, label="study.toml")
    assert "\n" not in str(caught.value)


def test_a_number_outside_the_limits_of_its_key_is_refused():
    with pytest.raises(InputError, match=r"decision_s: 4000.0 lies outside 0 to 3600"):
        with_numbers(EPAA, {place("assumption.decision_s", EPAA, label="t"): 4000.0})


def test_raw_tables_resolve_to_what_the_file_loads_to():
    raw, label = read_files("epaa")
    assert (
        resolve(raw, label, ["assumption.decision_s=3"]).hash
        == load_scenario("epaa", ["assumption.decision_s=3"]).hash
    )
