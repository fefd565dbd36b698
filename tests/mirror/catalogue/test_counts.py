"""Declared and counted forces against the published tables."""

from datetime import date

import pytest

from equipoise.catalogue.counts import declarations, declared_on, system_counts
from equipoise.foundation.errors import DomainError


@pytest.mark.outside  # State Department through airforcemag, June 2011, and russianforces.org, October 2020
def test_declared_warheads_by_date():
    assert (
        declared_on("russia", date(2011, 8, 31)).warheads,
        declared_on("us", date(2011, 8, 31)).warheads,
    ) == (1537, 1800)
    last = declared_on("russia", date(2020, 12, 31))
    assert (last.launchers, last.warheads, str(last.confidence)) == (510, 1447, "sourced")


def test_a_day_before_the_first_declaration_takes_the_first():
    assert declared_on("russia", date(2000, 1, 1)).day == date(2011, 2, 5)


def test_a_missing_declaration_is_not_filled_in():
    assert [d.party for d in declarations() if d.day == date(2023, 3, 1)] == ["us"]
    assert declared_on("russia", date(2023, 12, 31)).day == date(2022, 9, 1)
    with pytest.raises(DomainError, match="known: russia, us"):
        declared_on("iran", date(2015, 1, 1))


def test_the_counts_by_system_add_up_to_the_totals_of_their_table():
    totals = {
        year: (
            sum(c.launchers for c in system_counts() if c.year == year),
            sum(c.launchers * c.warheads_per_launcher for c in system_counts() if c.year == year),
        )
        for year in (2011, 2012)
    }
    assert totals == {2011: (295, 1007), 2012: (322, 1087)}
