"""Printed statements of the debate: where we agree this must stay so, and where we differ it is said."""

import pytest

from equipoise.published import phase_four, site_ranking, speed_dispute


@pytest.fixture(scope="module")
def disputed():
    return speed_dispute.statements()


@pytest.mark.outside  # AFP 2007; SpaceNews 2007
def test_the_threshold_of_the_nearest_bases_lies_in_the_bracket_of_the_dispute(disputed):
    bracket = disputed[0]
    assert bracket.verdict == "agrees", bracket.ours


@pytest.mark.outside  # SpaceNews 2007: no catch at 5.4 km/s, some at 7.7 and more, more with a slower missile
def test_both_ends_of_the_dispute_and_the_sign_of_the_missiles_speed(disputed):
    assert [
        s.verdict for s in disputed if "5.4 km/s" in s.what or "7.7" in s.what or "5.1 instead" in s.what
    ] == ["agrees"] * 3


def test_where_we_differ_the_reason_is_given(disputed):
    for found in (disputed, phase_four.statements(), site_ranking.statements()):
        assert all(s.why for s in found if s.verdict != "agrees")


@pytest.mark.outside  # ACT 2013, RR957
def test_phase_three_has_no_nominal_capability_and_keeps_the_regional_one():
    without, full, regional = phase_four.statements()
    assert without.ours.startswith("0.0 %")
    assert (full.verdict, regional.verdict) == ("agrees", "agrees")


@pytest.mark.outside  # GAO-13-382R
def test_rank_of_the_three_sites():
    assert site_ranking.statements()[0].verdict == "agrees"
