"""Whose area a cell belongs to: land by country, countries by party."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from equipoise.catalogue import load_catalogue
from equipoise.foundation.remember import remember
from equipoise.geography.borders import countries, country_at

NOBODY = ""
"""Owner of the sea and of countries that belong to no party."""


@remember(limit_mb=20)
def countries_at(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Return the two-letter code of the country at each point (n,); empty at sea."""
    codes = np.array([*(country.iso2 for country in countries("50m")), ""])
    return codes[country_at(lat_deg, lon_deg, "50m")]


@lru_cache(maxsize=1)
def _party_of() -> dict[str, str]:
    return {code: name for name, party in load_catalogue().parties.items() for code in party.countries}


def owners_at(lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    """Return the party whose area each point (n,) lies in, or :data:`NOBODY`.

    >>> owners_at(np.array([52.2, 55.7, 55.0]), np.array([21.0, 37.6, 4.0])).tolist()
    ['nato', 'russia', '']
    """
    return np.array([_party_of().get(code, NOBODY) for code in countries_at(lat_deg, lon_deg)])
