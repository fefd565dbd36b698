"""Who is who in a scenario: whose a system, a cell or a base is, who defends whom, and whose deterrent is at stake.

Every analysis asks here. A party is known by the identifier that the scenario gives it; the same scenario under other identifiers
gives the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from equipoise.foundation.text import with_article
from equipoise.model.systems import Party, Radar, Satellite, Site

if TYPE_CHECKING:
    from equipoise.scenario.load import Scenario

NOBODY = ""
"""Owner of the sea and of countries that belong to no party."""


def commander(scenario: Scenario, party: str) -> str:
    """Return the party under whose command another's systems act: that of the alliance that includes it, or its own."""
    for alliance in scenario.parties:
        if party in alliance.includes:
            return alliance.id
    return party


def fielding(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties that command sites, radars or satellites of their own, in the scenario's order."""
    fielded: list[Site | Radar | Satellite] = [*scenario.sites, *scenario.radars, *scenario.satellites]
    return tuple(dict.fromkeys(commander(scenario, entry.party) for entry in fielded))


def deterrer(scenario: Scenario) -> str:
    """Return the party whose strategic missiles are at stake: as stated, or that of the bases; empty where none is named."""
    if scenario.head.deterrer:
        return commander(scenario, scenario.head.deterrer)
    owners = dict.fromkeys(commander(scenario, base.party) for base in scenario.bases if base.party)
    return next(iter(owners), NOBODY)


def defenders(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties whose defence is asked about: as stated, or all that command interceptors but the deterrer."""
    if scenario.head.defenders:
        return tuple(dict.fromkeys(commander(scenario, name) for name in scenario.head.defenders))
    shooting = dict.fromkeys(commander(scenario, site.party) for site in scenario.sites)
    rest = tuple(name for name in shooting if name != deterrer(scenario))
    return rest or tuple(shooting)


def protected(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties whose people count as protected: as stated, or the defenders."""
    return tuple(scenario.head.protects) or defenders(scenario)


def catalogued(scenario: Scenario, name: str) -> str:
    """Return the party that commands what the catalogue counts as the forces of ``name``; :data:`NOBODY` where none does."""
    return next((commander(scenario, p.id) for p in scenario.parties if p.counted_as == name), NOBODY)


def defends(scenario: Scenario, party: str) -> bool:
    """Return whether systems of ``party`` belong to the defence that is asked about."""
    return commander(scenario, party) in defenders(scenario)


def party_named(scenario: Scenario, party: str) -> Party | None:
    """Return the record of a party, or None for one that the scenario does not describe."""
    return next((record for record in scenario.parties if record.id == party), None)


def countries_of(scenario: Scenario, party: str) -> tuple[str, ...]:
    """Return the two-letter codes of a party's area: its own countries and those of the parties that it includes."""
    record = party_named(scenario, party)
    if record is None:
        return ()
    included = [code for name in record.includes for code in countries_of(scenario, name)]
    return tuple(dict.fromkeys([*record.countries, *included]))


def protected_countries(scenario: Scenario, on_map: Iterable[str]) -> tuple[str, ...]:
    """Return the two-letter codes among ``on_map`` whose people count as protected; all of them where none is the parties' own.

    A defence that stands for the people of others, who are no party, so has a denominator: everybody on the map.
    """
    codes = tuple(str(code) for code in on_map)
    wanted = {code for party in protected(scenario) for code in countries_of(scenario, party)}
    return tuple(code for code in codes if code in wanted) or codes


def protected_name(scenario: Scenario, on_map: Iterable[str]) -> str:
    """Return what those are called together whose people :func:`protected_countries` counts: the parties, or all on the map."""
    known = (party_named(scenario, name) for name in protected(scenario))
    names = [with_article(party.name) for party in known if party]
    own = {code for name in protected(scenario) for code in countries_of(scenario, name)}
    *others, last = names if own & set(map(str, on_map)) else ["all countries on the map"]
    return f"{', '.join(others)} and {last}" if others else last


def owners_of(scenario: Scenario, codes: Iterable[str]) -> np.ndarray:
    """Return for each two-letter country code the party that commands what defends it, or :data:`NOBODY`."""
    party_of = {code: commander(scenario, party.id) for party in scenario.parties for code in party.countries}
    return np.array([party_of.get(str(code), NOBODY) for code in codes])
