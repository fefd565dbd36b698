"""Margins of each kind of clause against values worked out by hand from the scenario."""

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.analysis.guarantees.cases import question
from equipoise.analysis.guarantees.margins import margin, sector_gap_deg
from equipoise.analysis.guarantees.places import inside_km, place_margin_km
from equipoise.analysis.guarantees.verdicts import Verdict, status_of, verdicts
from equipoise.foundation.errors import InputError
from equipoise.foundation.sphere import wrapped_deg
from equipoise.foundation.status import Truth
from equipoise.model.clause import Clause, Observance
from equipoise.model.record import Event
from equipoise.scenario.load import load_scenario

PHASE_3 = date(2018, 12, 31)
ANGLE = st.integers(0, 359)


def proposed(kind, **said):
    origin = {"source": "test", "confidence": "assumption", "party": "nato"}
    return Clause(**{"id": "x", "name": "X", "kind": kind} | origin | said)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa")


def limit(quantity, **number):
    return proposed("limit", quantity=quantity, **number)


def test_a_speed_range_that_straddles_the_limit_is_undetermined_and_names_the_interceptor(scenario):
    found = margin(scenario, limit("burnout_speed", at_most_km_s=5.0), PHASE_3)
    assert (found.low, found.nominal, found.high) == (-0.5, 0.5, 0.5)
    assert found.truth == Truth.UNDETERMINED
    assert "sm3-iia" in found.deciding
    assert "flips at 5" in found.deciding


def test_a_clause_for_bases_finds_nothing_where_none_is_mapped(scenario):
    without = scenario.without(*(f"base.{base.id}" for base in scenario.bases))
    found = {v.clause.id: v for v in verdicts(without)}
    for clause in ("location-1300", "no-engagement"):
        assert found[clause].margin.note == "Nothing in its scope is active."
    with pytest.raises(InputError, match="no base"):
        question(without)


def test_number_and_sites_count_what_is_active(scenario):
    number = margin(scenario, limit("number", at_most=100), PHASE_3)
    assert (number.low, number.nominal, number.high) == (100 - 72, 100 - 60, 100 - 54)
    assert margin(scenario, limit("sites", at_most=2), PHASE_3).truth == Truth.BROKEN
    only = proposed("limit", quantity="number", at_most=30, sites=("redzikowo",))
    assert margin(scenario, only, PHASE_3).nominal == 6


def test_an_empty_scope_keeps_the_clause_and_says_so(scenario):
    absent = proposed("limit", quantity="burnout_speed", at_most_km_s=0.0, interceptors=("thaad",))
    found = margin(scenario, absent, PHASE_3)
    assert found.truth == Truth.KEPT
    assert math.isnan(found.nominal)
    assert "scope" in found.note


def test_a_quantity_that_no_input_states_is_undetermined(scenario):
    assert margin(scenario, limit("target_speed", at_most_km_s=5.0), PHASE_3).truth == Truth.UNDETERMINED
    found = margin(scenario, limit("kill_altitude", at_most_km=2000), date(2020, 12, 31))
    assert (
        found.truth == Truth.UNDETERMINED
    )  # nobody printed a ceiling of the interceptor that was never built
    assert "sm3-iib" in found.deciding


def test_the_launch_delay_adds_up(scenario):
    found = margin(scenario, limit("launch_delay", at_least_s=40.0), PHASE_3)
    assert (found.low, found.nominal, found.high) == (15 - 40, 55 - 40, 180 - 40)


@pytest.mark.outside  # reference table of great circles: Vypolzovo to Redzikowo 1,091 km
def test_a_distance_from_the_nearest_base(scenario):
    clause = proposed("location", at_least_km=1300.0, of="strategic_base", sites=("redzikowo",))
    found = margin(scenario, clause, PHASE_3)
    assert found.nominal == pytest.approx(1091 - 1300, abs=10)
    assert found.element == {"site": "redzikowo", "measured_from": "ru-vypolzovo"}


@pytest.mark.identity
def test_inside_a_box_is_positive_and_outside_negative():
    box = (40.0, 10.0, 50.0, 20.0)
    assert inside_km(box, 45.0, 15.0) == pytest.approx(5 * 111.19 * math.cos(math.radians(45)), rel=1e-3)
    assert inside_km(box, 52.0, 15.0) == pytest.approx(-2 * 111.19, rel=1e-3)


@pytest.mark.identity
@pytest.mark.parametrize("turn", [165.0, 166.0, -195.0])
@pytest.mark.parametrize("key", ["within_deg", "outside_deg"])
def test_a_zone_across_180_degrees_is_as_deep_as_one_elsewhere(scenario, key, turn):
    """Its edge is not where the numbers of longitudes jump."""

    def least(lon, by):
        west, east = (float(wrapped_deg(edge + by)) for edge in (10.0, 20.0))
        zone = proposed("location", **{key: [[40.0, west, 50.0, east]]})
        return place_margin_km(scenario, zone, 45.0, float(wrapped_deg(lon + by)))[0]

    for lon in (5.0, 12.0, 15.0, 16.0, 22.0):
        assert least(lon, turn) == pytest.approx(least(lon, 0.0), abs=1e-6)


@pytest.mark.second_method  # counts whole degrees instead of comparing edges
@given(ANGLE, ANGLE, ANGLE, ANGLE)
def test_overlap_of_sectors_against_counting_degrees(a, b, c, d):
    one = {(a + k) % 360 for k in range((b - a) % 360 or 360)}
    two = {(c + k) % 360 for k in range((d - c) % 360 or 360)}
    gap = sector_gap_deg((a, b), (c, d))
    if one & two:
        assert gap == -len(one & two)
    else:
        assert gap == min((c - b) % 360, (a - d) % 360)


def test_the_turkish_radar_faces_away(scenario):
    clause = proposed(
        "orientation", radars=("tpy2-kurecik",), not_facing_from_deg=330.0, not_facing_to_deg=30.0
    )
    assert margin(scenario, clause, PHASE_3).nominal == 10.0


@pytest.mark.parametrize(
    ("done", "truth", "days"),
    [
        (date(2012, 3, 20), Truth.KEPT, 12),
        (date(2012, 4, 11), Truth.BROKEN, -10),
        (None, Truth.BROKEN, -2466),
    ],
)
def test_a_duty_is_kept_by_its_day_or_broken(scenario, done, truth, days):
    duty = Observance(what="yearly declaration", due=date(2012, 4, 1), done=done, source="test")
    clause = proposed("transparency", duty="declaration", observances=(duty,))
    found = margin(scenario, clause, PHASE_3)
    assert (found.truth, found.nominal) == (truth, days)
    assert margin(scenario, clause, date(2011, 12, 31)).truth == Truth.UNDETERMINED


def test_a_clause_acts_only_while_in_force(scenario):
    life = (Event(date="2012-01-01", status="signed"), Event(date="2014-01-01", status="in_force"),
            Event(date="2016-01-01", status="suspended"))  # fmt: skip
    clause = proposed("limit", quantity="number", at_most=1, events=life)
    seen = []
    for year in (2011, 2013, 2015, 2017):
        day = date(year, 6, 1)
        one = Verdict(clause, str(year), day, status_of(clause, day), margin(scenario, clause, PHASE_3))
        seen.append((one.status, one.acts, one.counts))
    assert seen == [
        ("not_yet_drafted", False, True), ("signed", False, True), ("in_force", True, True), ("suspended", False, False)
    ]  # fmt: skip


def changed(scenario, site, **keys):
    return replace(scenario, sites=tuple(e.but(**keys) if e.id == site else e for e in scenario.sites))


def test_an_early_launch_policy_breaks_a_launch_delay(scenario):
    # 20 + 15 + 10 s after launch, against missiles that burn for 180 s (140 to 240) and 280 s (240 to 320)
    clause = limit("launch_delay", at_least_s=10.0)
    assert margin(scenario, clause, PHASE_3).truth == Truth.KEPT
    found = margin(changed(scenario, "redzikowo", policy="early-launch"), clause, PHASE_3)
    assert (found.low, found.nominal, found.high) == (
        10 + 0 + 5 - 320 - 10,
        20 + 15 + 10 - 280 - 10,
        40 + 60 + 60 - 240 - 10,
    )
    assert found.truth == Truth.BROKEN
    assert found.element["site"] == "redzikowo"


@pytest.mark.parametrize("key", ["box_deg", "patrol_deg"])
def test_a_ship_that_may_cross_a_forbidden_zone_does_not_keep_out_of_it(scenario, key):
    # its corners and its own place lie outside the zone, and farther from base and corridor than is asked
    ship = changed(scenario, "med-patrol-2", lat_deg=64.0, lon_deg=1.0, **{key: ((62.0, 0.0, 74.0, 30.0),)})
    only = {"sites": ("med-patrol-2",)}
    zone = proposed("location", outside_deg=((66.0, 5.0, 70.0, 25.0),), **only)
    found = margin(ship, zone, PHASE_3)
    assert found.truth == Truth.UNDETERMINED
    assert found.low < -200.0
    line = proposed(
        "location",
        of="corridor",
        at_least_km=100.0,
        corridor_deg=((65.0, 15.0), (72.0, 15.0)),
        **only,
    )
    assert margin(ship, line, PHASE_3).low == pytest.approx(-100.0, abs=3.0)


def test_a_place_for_radars_is_asked_of_radars(scenario):
    clause = proposed("location", within_deg=((35.0, 30.0, 42.0, 45.0),), radars=("tpy2-kurecik",))
    found = margin(scenario, clause, PHASE_3)
    assert found.truth == Truth.KEPT
    assert found.element["radar"] == "tpy2-kurecik"
