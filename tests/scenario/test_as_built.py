"""What was built, against the dates that the sources print."""

from datetime import date

import pytest

from equipoise.scenario.load import load_scenario


@pytest.mark.outside  # ACA 18 May 2016; dpa-AFX 11 Jul 2024; DoD 15 Mar 2013
def test_sites_by_date_as_built():
    scenario = load_scenario("epaa-as-built")
    ashore = [
        {site.id for site in scenario.active("site", day) if site.party == "nato"}
        - {"med-patrol-1", "med-patrol-2"}
        for day in (date(2012, 5, 20), date(2016, 5, 12), date(2020, 12, 31), date(2024, 7, 10))
    ]
    assert ashore == [set(), {"deveselu"}, {"deveselu"}, {"deveselu", "redzikowo"}]
