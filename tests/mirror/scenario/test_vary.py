"""Numbers put in their places give the scenario that a full load with the same settings gives."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.foundation.errors import InputError
from equipoise.model.scenario import TABLES
from equipoise.scenario.load import load_scenario, resolve
from equipoise.scenario.read import read_files
from equipoise.scenario.vary import helpful_end, place, uncertain_places, value_at, with_numbers

EPAA = load_scenario("epaa")


def by_id(scenario):
    """Entries without their order: a setting can bring an entry of the catalogue in earlier."""
    return {
        name: content if table.single else {getattr(e, table.identity): e for e in content}
        for name, table in TABLES.items()
        for content in (scenario.table(name),)
    }


@settings(max_examples=25)
@given(
    speed=st.floats(0.5, 10.0),
    delay_s=st.floats(0.0, 3600.0),
    count=st.integers(0, 200),
    section_m2=st.floats(1e-4, 100.0),
    ceiling_km=st.floats(101.0, 5000.0),
)
def test_a_number_in_its_place_is_what_a_setting_on_the_command_line_is(
    speed, delay_s, count, ceiling_km, section_m2
):
    wanted = {
        "interceptor.sm3-iia.burnout_speed_km_s": speed,
        "assumption.decision_s": delay_s,
        "site.redzikowo.count": count,
        "assumption.cross_section_m2": section_m2,
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


def moved_ranges(scenario, end, *inputs):
    """Place and value, as a share of its range, of every uncertain quantity after a move to ``end``."""
    moved = scenario.at_end(end, *inputs)
    return {
        where: (value_at(moved, where).value - quantity.low) / (quantity.high - quantity.low)
        for where in uncertain_places(scenario, tuple(TABLES))
        for quantity in [value_at(scenario, where)]
    }


@pytest.mark.identity
def test_a_scenario_at_an_end_has_each_range_where_its_record_says():
    against, nominal, favourable = (moved_ranges(EPAA, end) for end in ("against", "nominal", "favourable"))
    assert EPAA.at_end("nominal") == EPAA
    for where, share in nominal.items():
        still = (share, share)
        ends = {"high": (0.0, 1.0), "low": (1.0, 0.0), "": still, "either": still}[helpful_end(EPAA, where)]
        assert (against[where], favourable[where]) == ends, where


def test_only_the_named_inputs_move_and_their_ranges_stay():
    alone = moved_ranges(EPAA, "favourable", "interceptor.burnout_speed_km_s", "assumption.decision_s")
    nominal = moved_ranges(EPAA, "nominal")
    changed = {(at.table, at.key) for at in alone if alone[at] != nominal[at]}
    assert changed == {("interceptor", "burnout_speed_km_s"), ("assumption", "decision_s")}
    assert EPAA.at_end("against").at_end("favourable") == EPAA.at_end("favourable")
    with pytest.raises(ValueError, match="burnout_sped_km_s is not"):
        EPAA.at_end("against", "interceptor.burnout_sped_km_s")


def test_the_terms_within_a_mode_move_with_it():
    terms = {"value": 10.0, "low": 2.0, "high": 30.0, "source": "test", "confidence": "assumption"}
    sharing = [{"giver": "all", "receiver": "all", "latency_s": terms}]
    late = EPAA.with_({"mode.exchange.sharing": sharing})
    found = [late.at_end(end).find("mode", "exchange").sharing[0] for end in ("against", "favourable")]
    assert [each.latency_s.value for each in found] == [30.0, 2.0]
    assert late.at_end("against", "assumption.exchange_latency_s").find("mode", "exchange") == late.find(
        "mode", "exchange"
    )


def test_raw_tables_resolve_to_what_the_file_loads_to():
    raw, label = read_files("epaa")
    assert (
        resolve(raw, label, ["assumption.decision_s=3"]).hash
        == load_scenario("epaa", ["assumption.decision_s=3"]).hash
    )


def test_what_a_raid_states_of_its_own_volley_has_a_place():
    # A setting could say it, and ``with_`` knew no such key.
    more = EPAA.with_({"raid.twelve.missiles": 20})
    assert more == EPAA.with_({"volley.twelve.missiles": 20})
    assert by_id(more) == by_id(load_scenario("epaa", ["raid.twelve.missiles=20"]))
    with pytest.raises(InputError, match="no volley 'forty-eight'"):
        place("volley.forty-eight.missiles", EPAA, label="t")
