"""Cooperation: nested sets, dependence that adds up, sectors that need not help, and what sharing exposes."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.analysis.cooperation import cases as ask
from equipoise.analysis.cooperation.cases import Case
from equipoise.analysis.cooperation.deterrents import exposed_shares
from equipoise.analysis.cooperation.protection import parties_ground, protection
from equipoise.analysis.cooperation.study import OUTAGES, cooperation
from equipoise.analysis.defence.defended_area import threat_paths, worst_of
from equipoise.engagement import cooperation_modes, order_of_battle
from equipoise.foundation.status import Reason
from equipoise.present import cooperation_tables
from equipoise.scenario.load import load_scenario

PARTIES = ("nato", "russia")
MODES = ("independent", "exchange", "sectoral", "joint")
SHORT = ("radar.range_max_km",)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", ["scenario.map_step_deg=2.5", "scenario.aim_step_deg=8.0"])


@pytest.fixture(scope="module")
def place(scenario):
    return parties_ground(scenario, PARTIES)


@pytest.fixture(scope="module")
def study(scenario):
    return cooperation(scenario).data


def case(scenario, mode, phase=3, against=(), terms=None):
    found = Case(scenario.phases[phase].date, cooperation_modes.mode(scenario, mode), against=against)
    return (
        ask.with_terms(found, latency_s=0.0, position_sigma_m=0.0, velocity_sigma_m_s=0.0)
        if terms == "raw"
        else found
    )


def against(scenario, place, threat, cases):
    """Return the outcome of every case in every cell, all commands asked about it."""
    commands = [c.commands(scenario) for c in cases]
    serving = [
        order_of_battle.serves(c.how, found, place.owner) for c, found in zip(cases, commands, strict=True)
    ]
    return worst_of(threat_paths(scenario, threat, place.cells_rad), commands, serving)


def shots(scenario, place, cases):
    return np.stack([against(scenario, place, t, cases).shots for t in scenario.threats[1:5]])


@pytest.mark.identity
@pytest.mark.parametrize("against", [(), SHORT], ids=["nominal", "short radars"])
def test_under_equal_release_each_mode_defends_what_the_one_before_it_does(scenario, place, against):
    held = shots(
        scenario,
        place,
        [case(scenario, m, against=against, terms="raw") for m in ("independent", "exchange", "joint")],
    )
    alone, exchanged, joined = np.moveaxis(held, -1, 0)
    assert np.all(alone <= exchanged)
    assert np.all((exchanged > 0) <= (joined > 0))
    assert (joined > 0).sum() > (exchanged > 0).sum()
    if against is SHORT:
        assert (exchanged > 0).sum() > (alone > 0).sum()


@pytest.mark.identity
def test_later_data_never_defend_more(scenario, place):
    base = case(scenario, "exchange", against=SHORT)
    held = shots(scenario, place, [base, *(ask.late_by(base, s) for s in (60.0, 240.0, 900.0))])
    assert np.all(np.diff(held, axis=-1) <= 0)
    assert held[..., -1].sum() < held[..., 0].sum()


@pytest.mark.identity
@pytest.mark.parametrize("mode", ["exchange", "joint"])
@pytest.mark.parametrize("phase", [0, 3])
def test_with_the_partner_off_a_party_is_exactly_as_alone(scenario, place, mode, phase):
    for party, partner in (PARTIES, PARTIES[::-1]):
        cases = [
            case(scenario, "independent", phase),
            ask.partner_stops(case(scenario, mode, phase), partner),
        ]
        own = place.owner == party
        for threat in scenario.threats:
            found = against(scenario, place, threat, cases)
            shot = found.shots[own, 0] > 0
            for name in ("shots", "slack_s", "first_intercept_s", "last_intercept_s", "track_s", "ready_s"):
                alone, left = getattr(found, name)[own].T
                if name in (
                    "track_s",
                    "ready_s",
                ):  # where nobody shoots these may be another's, who is barred
                    alone, left = alone[shot], left[shot]
                assert np.array_equal(alone, left, equal_nan=True), (party, threat.id, name)


@pytest.mark.identity
def test_dependence_and_what_is_left_add_up_to_the_mode(study):
    left = study.defended - study.lost.sel(outage="partner stops", drop=True)
    alone = study.defended.sel(mode="independent", drop=True)
    for mode in ("exchange", "joint"):
        assert np.allclose(left.sel(mode=mode), alone, rtol=0.0, atol=1e-6)
    assert float(abs(study.lost.sel(mode="independent")).max()) == 0.0


def test_sectors_bind_and_may_cost_protection(scenario, place):
    cases = [case(scenario, m, phase=2) for m in ("independent", "sectoral")]
    found = against(scenario, place, scenario.find("threat", "irbm-north"), cases)
    lost = (found.shots[:, 0] > found.shots[:, 1]) & (place.owner == "nato")
    assert lost.any()
    north = np.degrees(place.cells_rad[lost, 0])
    assert north.min() > 50.0  # the sector of the slide lies in the north
    assert (found.reason[:, 1] == Reason.NOT_PERMITTED).any()


@pytest.mark.second_method
def test_asking_only_who_serves_a_cell_loses_nothing(scenario, place):
    cases = [case(scenario, mode) for mode in MODES]
    counted = protection(scenario, place, PARTIES, cases)
    for k, threat in enumerate(scenario.threats):
        found = against(scenario, place, threat, cases)
        for j, party in enumerate(PARTIES):
            held = (place.owner == party)[:, None] & (found.shots > 0)
            assert counted.defended[0, :, :, j, k] == pytest.approx(place.weight @ held)
            first = np.where(held, found.first_intercept_s, np.inf).min(axis=0)
            assert np.array_equal(np.nan_to_num(counted.earliest_s[:, j, k], nan=np.inf), first)


def test_one_command_defends_the_area_of_all_who_are_under_it(scenario, place):
    joint = scenario.find("mode", "joint")
    modes = tuple(m.but(engages="own_area") if m is joint else m for m in scenario.modes)
    own = replace(scenario, modes=modes)
    assert cooperation_modes.mode(own, "joint") == cooperation_modes.mode(scenario, "joint")


def test_who_owns_a_cell_decides_whose_command_may_shoot(scenario, place):
    (found,) = [
        against(scenario, place, scenario.find("threat", "irbm-north"), [case(scenario, "independent")])
    ]
    east = place.owner == "russia"
    sites = np.array([*found.sites, ""])[found.site[:, 0]]
    shot = found.shots[:, 0] > 0
    owner_of_site = {e.id: e.party for e in scenario.sites}
    assert {owner_of_site[s] for s in sites[shot & east]} <= {"russia"}
    assert {owner_of_site[s] for s in sites[shot & ~east]} <= {"nato"}
    assert (found.reason[east, 0] == Reason.NOT_OWN_AREA).any()  # another could, and may not


def test_all_modes_and_outages_are_reported_for_both_parties(study):
    assert list(study["mode"].values) == list(MODES)
    assert list(study.outage.values) == list(OUTAGES)
    assert list(study.party.values) == list(PARTIES)
    share = study.defended.sum("threat") / study.in_range.sum("threat")
    assert bool(((share >= 0) & (share <= 1)).all())
    assert bool((study.defended.sel(shots=2) <= study.defended.sel(shots=1)).all())
    assert bool((study.added_alone >= 0).all())


def test_sharing_exposes_the_deterrent_only_where_nothing_is_withheld():
    fast = load_scenario("epaa", ["interceptor.sm3-iib.burnout_speed_km_s=6.5", "scenario.aim_step_deg=5.0"])
    exposed = exposed_shares(fast).exposed.sel(deterrent="russia", phase="Phase 4")
    assert float(exposed.sel(mode="joint")) > float(exposed.sel(mode="independent"))
    modes = tuple(m.but(sharing=tuple(s.but(withheld=("strategic",)) for s in m.sharing)) for m in fast.modes)
    withheld = replace(fast, modes=modes)
    kept = exposed_shares(withheld).exposed.sel(deterrent="russia", phase="Phase 4")
    assert float(kept.sel(mode="joint")) == float(exposed.sel(mode="independent"))


def test_land_and_people_of_a_party_are_its_own(scenario, place):
    held = protection(scenario, place, PARTIES, [case(scenario, "independent")])
    total = {p: place.weight[1, place.owner == p].sum() for p in PARTIES}
    assert 450e6 < total["nato"] < 650e6  # Europe and Turkey on the map, Eurostat and World Bank 2011-2020
    assert 90e6 < total["russia"] < 125e6  # Russia west of 60 degrees east
    assert np.all(held.in_range[1].max(axis=1) <= list(total.values()))


@pytest.mark.second_method
def test_the_gain_at_both_ends_of_a_disputed_range_is_that_of_the_scenario_with_that_range(scenario, study):
    assert "tpy2-kurecik" in study.disputed.values
    assert study.disputed_range.sel(disputed="tpy2-kurecik").values.tolist() == [580.0, 1500.0, 2000.0]
    end = scenario.with_({"radar.tpy2-kurecik.range_max_km": 580.0}, keep_range=True)
    found = protection(
        end, parties_ground(end, PARTIES), PARTIES, [case(end, m) for m in ("independent", "joint")]
    )
    ours = study.share_at_range.sel(disputed="tpy2-kurecik", range_end="shortest").transpose(
        "measure", "compared", "party"
    )
    assert np.array_equal(ours.values, found.share())
    gain = np.diff(found.share()[1], axis=0)[0]
    assert (
        gain[0] > 0.05
    )  # with the short range the other side's radars help; with the long one they add nothing


def test_where_nobody_is_defended_the_table_says_so_in_words(study):
    """A slack and a time that do not exist stood there as "not defined"."""
    nobody = study.assign(slack=study.slack * np.nan, earliest=study.earliest * np.nan)
    rows = cooperation_tables.protection(nobody, cooperation_tables.shares(nobody)).rows
    assert {row[-2:] for row in rows} == {("nobody defended", "nobody defended")}
