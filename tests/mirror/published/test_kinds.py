"""Kinds of computation that a study may name: against numbers by hand, and each with its unit declared."""

import numpy as np
import pytest

import equipoise as eq
from equipoise.engagement.cooperation_modes import mode
from equipoise.published.kinds import Words, kinds
from equipoise.published.kinds.balance import all_destroyed, threatens_below
from equipoise.published.kinds.free_flight import (
    arc_between,
    energy_parameter,
    free_flight,
    least_speed_over,
)
from equipoise.published.kinds.geometry import azimuth, great_circle
from equipoise.published.kinds.interceptors import flown
from equipoise.published.kinds.radars import land_within, range_gain
from equipoise.published.kinds.records import (
    hit_rate,
    hits_until,
    little_threat,
    most_taken,
    notice_due,
    price_ratio,
    record_after,
    shots_until,
)
from equipoise.published.kinds.scenarios import (
    countries_within,
    engagement_slack,
    interceptors_at,
    land_in_sector,
    when,
)
from equipoise.scenario.load import load_scenario

TESTS = [["2001-01-01", "one", 1, 1], ["2002-01-01", "two", 1, 2], ["2003-01-01", "three", 0, 1]]


def test_every_kind_says_what_it_returns():
    found = kinds()
    assert len(found) >= 60
    assert all(one.compute.__doc__ and one.compute.__doc__.startswith("Return") for one in found.values())


@pytest.mark.textbook  # a quarter of a great circle of 6,371 km is 10,007.5 km
def test_a_quarter_of_the_globe_and_the_bearing_east():
    assert great_circle(start_deg=(0.0, 0.0), end_deg=(0.0, 90.0)) == pytest.approx(10007.5, abs=0.1)
    assert azimuth(start_deg=(0.0, 0.0), end_deg=(0.0, 90.0)) == pytest.approx(90.0)


@pytest.mark.textbook  # Q = 1 on a circular orbit; greatest free-flight angle: sin(angle / 2) = Q / (2 - Q)
def test_free_flight_in_canonical_units():
    assert energy_parameter(height=(0.0, "DU"), speed=(1.0, "DU/TU")) == pytest.approx(1.0)
    assert arc_between(start_deg=(0.0, 10.0), end_deg=(0.0, 100.0)) == pytest.approx(90.0)
    q = energy_parameter(height=(0.1, "DU"), speed=(0.7, "DU/TU"))
    flown = free_flight(height=(0.1, "DU"), speed=(0.7, "DU/TU"), steered={}, of="angle")
    assert np.sin(np.radians(0.5 * flown)) == pytest.approx(q / (2.0 - q), abs=1e-3)
    least = least_speed_over(height=(0.1, "DU"), arc=(np.radians(flown), "DU"))
    assert least == pytest.approx(0.7, abs=1e-3)


@pytest.mark.identity  # no kill, no effect; a sure kill of as many takes all
def test_forces_against_interceptors_that_never_or_always_kill():
    assert all_destroyed(survivors=6, interceptors=44, kill=[0, 9]).verdict == "differs"
    assert all_destroyed(survivors=6, interceptors=6, kill=[9, 9]).verdict == "agrees"
    found = threatens_below(force=1000, fewer=100, interceptors=50, many=500, kill=[9, 9], few_percent=6.0)
    assert found.said.startswith(
        "of 1,000 arriving, 50 interceptors take 5.0 % and 500 take 50 %; of 100, 50 take 50 %"
    )
    assert found.verdict == "agrees"


@pytest.mark.textbook  # the radar equation: range goes with the fourth root of power and of the square of the area
def test_twice_the_power_and_four_times_the_area():
    radar = {"average_power_w": 1e4, "aperture_m2": 2.0, "wavelength_m": 0.03, "cross_section_m2": 0.01, "noise_temperature_k": 500.0,
             "losses_db": 8.0, "dwell_s": 0.1, "signal_to_noise": 20.0}  # fmt: skip
    assert range_gain(radar=radar, times={"average_power_w": 2.0}) == pytest.approx(2.0**0.25)
    assert range_gain(radar=radar, times={"aperture_m2": 4.0}) == pytest.approx(2.0)


@pytest.mark.identity  # within half of the globe lies all of a country, within nothing none of it
def test_land_within_everything_and_nothing():
    asked = {"country": "CN", "place_deg": (36.0, 128.2), "box_deg": (18.5, 73.5, 54.0, 136.0)}
    assert land_within(range_km=20_040.0, **asked).said == "100.0 % of its land"
    assert land_within(range_km=1.0, **asked).said == "0.0 % of its land"


@pytest.mark.second_method
def test_the_band_of_a_record_is_that_of_jeffreys_prior():
    """By a sum over the posterior p**(hits - 1/2) (1 - p)**(misses - 1/2)."""
    chance = (np.arange(100_000) + 0.5) / 100_000
    grown = np.cumsum(chance**21.5 * (1.0 - chance) ** 4.5)
    ends = [100.0 * chance[np.searchsorted(grown, q * grown[-1])] for q in (0.05, 0.95)]
    low, value, high = hit_rate(hits=22, shots=27)
    assert (low, high) == pytest.approx(ends, abs=0.01)
    assert value == pytest.approx(100.0 * 22 / 27)


def test_a_record_counts_to_its_day_and_tells_another_outcome():
    assert hits_until(tests=TESTS, until="2002-06-01") == 2
    assert shots_until(tests=TESTS, until="2002-06-01") == 3
    agreed = record_after(tests=TESTS, test="two", said="one of two")
    assert agreed.verdict == "agrees"
    assert agreed.said.startswith("one of two; 2 of 3 so far")
    assert record_after(tests=TESTS, test="three", said="hit").verdict == "differs"


@pytest.mark.identity  # one shot each at fewer warheads than there are: interceptors times kill over warheads
def test_a_bound_on_what_a_stock_takes():
    assert most_taken(warheads=1000, interceptors=100, kill=0.5) == pytest.approx(5.0, abs=1e-6)
    assert little_threat(warheads=1000, interceptors=100, kill=0.5).verdict == "agrees"
    assert little_threat(warheads=1000, interceptors=100, kill=0.5, claim="some").verdict == "differs"


def test_a_notice_is_owed_where_the_instrument_covers_the_launch():
    asked = {"instrument": "plns-2000", "vehicle_class": "ballistic-missile", "apogee_km": 100.0}
    assert notice_due(**asked, range_km=501.0, said="owed") == Words("owed", "agrees")
    assert notice_due(**asked, range_km=500.0, said="owed").verdict == "differs"


def test_a_day_agrees_as_far_as_it_was_said():
    asked = {"scenario": "epaa-as-built", "entry": "site.redzikowo"}
    assert when(**asked, said="2024-07") == Words("2024-07-10", "agrees")
    assert when(**asked, said="2018").verdict == "differs"
    assert when(scenario="epaa", entry="phase.Phase 3", said="2018").verdict == "agrees"


def test_stocks_and_prices_come_from_what_scenarios_hold():
    assert interceptors_at(scenario="epaa-as-built", sites=["deveselu", "redzikowo"])[1] == 48.0
    assert price_ratio(entry="price-cbo-option-2", over="price-cbo-option-1", end="low") == 2.0


def test_countries_within_a_circle_by_hand():
    """From the Bosporus 400 km reach Turkey, Bulgaria, Greece and Romania, and no farther member."""
    found = countries_within(
        places_deg=[(41.0, 29.0)], range_km=400.0, party="nato", said=["TR", "BG", "GR", "RO"]
    )
    assert found == Words("BG, GR, RO, TR", "agrees")
    more = countries_within(places_deg=[(41.0, 29.0)], range_km=400.0, party="nato", said=["TR", "BG"])
    assert (more.verdict, more.why) == ("cannot tell", "within too: GR, RO")
    less = countries_within(places_deg=[(41.0, 29.0)], range_km=50.0, party="nato", said=["TR", "DE"])
    assert (less.verdict, less.why) == ("differs", "not within: DE")


def test_a_sector_holds_the_land_that_it_was_read_from():
    assert land_in_sector(sector="russia-2012", country="EE") == 100.0
    assert land_in_sector(sector="russia-2012", country="PT") == 0.0
    assert 0.0 < land_in_sector(sector="russia-2012", country="PL") < 50.0


def test_shared_centres_give_everything_but_what_strategic_missiles_show():
    how = mode(load_scenario("epaa", ["scenario.modes=['easi']"]), "easi")
    assert (how.one_command, how.own_area) == (False, True)
    assert all(r.withheld == {"strategic"} and r.latency_s == 0.0 for r in how.releases)
    assert {(r.giver, r.receiver) for r in how.releases} == {("nato", "russia"), ("russia", "nato")}


@pytest.mark.identity
def test_a_flight_and_a_slack_are_those_of_the_laboratory_and_the_engine():
    places = {"start_deg": (38.0, 46.5), "aim_deg": (44.4, 26.1)}
    by_hand = eq.fly("bm-25", start=places["start_deg"], aim=places["aim_deg"]).data
    assert flown(missile="bm-25", **places, of="apogee_km") == float(by_hand.apogee_km)
    asked = {"scenario": "epaa", "phase": "Phase 3", "mode": "independent", "threat": "bm-25"}
    row = eq.engage(
        eq.Scenario.load("epaa").at("2018", mode="independent"), "bm-25", aim=places["aim_deg"]
    ).data
    assert engagement_slack(**asked, aim_deg=places["aim_deg"]) == float(row.slack_s.max())
