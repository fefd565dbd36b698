"""Whose area a cell belongs to: land by country, countries by party."""

from __future__ import annotations

import numpy as np

from equipoise.foundation.remember import remember
from equipoise.geography.borders import countries, country_at
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import owners_of


@remember(limit_mb=20)
def countries_at(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Return the two-letter code of the country at each point (n,); empty at sea."""
    codes = np.array([*(country.iso2 for country in countries("50m")), ""])
    return codes[country_at(lat_deg, lon_deg, "50m")]


def owners_at(scenario: Scenario, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Return the party that commands what defends each point (n,), or :data:`~equipoise.scenario.roles.NOBODY`.

    >>> from equipoise.scenario.load import load_scenario
    >>> scenario = load_scenario("epaa")
    >>> site = scenario.sites[-1]  # on land that its own party defends; the second place is at sea
    >>> owners_at(scenario, np.array([site.lat_deg, 55.0]), np.array([site.lon_deg, 4.0])).tolist() == [site.party, ""]
    True
    """
    return owners_of(scenario, countries_at(lat_deg, lon_deg))
