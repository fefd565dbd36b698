"""What readers call the things that a scenario knows by an identifier: missiles, modes, parties, sites, inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from equipoise.foundation.units import unit_of_key
from equipoise.results.record import Result

_PLACE = re.compile(r"\b[a-z_]+\.(?:[a-z0-9-]+\.)?(?:stages\.\d+\.)?[a-z0-9]+(?:_[a-z0-9]+)+\b")
"""The place of an input in a scenario's file, such as ``interceptor.sm3-iia.burnout_speed_km_s``."""
_WORDS_TOO = ("proposal", "volley")
"""Tables whose identifiers are words that texts use for other things too: they are named where their table is known."""
_KEY = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


@dataclass(frozen=True)
class Names:
    """Names by table and identifier, as the scenario states them; what it does not name keeps its identifier."""

    by_table: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, results: Mapping[str, Result]) -> Names:
        """Return the names that go with saved results; none where the scenario is not among them."""
        if "scenario" not in results:
            return cls()
        return cls(json.loads(results["scenario"].data.attrs.get("names", "{}")))

    def __call__(self, table: str, identifier: str) -> str:
        """Return the name of an entry of a table such as ``threat``, ``mode``, ``party``, ``site`` or ``interceptor``."""
        return self.by_table.get(table, {}).get(identifier, identifier)

    def short(self, table: str, identifier: str) -> str:
        """Return the name without what stands in brackets or says that it is notional, for where there is little room."""
        return shortened(self(table, identifier))

    def said(self, text: str) -> str:
        """Return a text as readers see it: names in place of identifiers, words in place of keys and places of inputs.

        An identifier that is a plain word, such as that of a mode, is taken for one only where it is the whole text; those of
        parties, places and missiles also within one, where their name holds the same word. A radar "at" a site is named alone where its
        name says the site's.
        """
        if text in self._by_identifier:
            return self._by_identifier[text]
        radar, _, site = (self._by_identifier.get(part, "") for part in text.partition(" at "))
        if radar and site and site in radar:
            return radar
        text = _PLACE.sub(lambda found: spoken(found[0]), text)
        if self._in_text:
            text = self._in_text.sub(lambda found: self._by_identifier[found[0]], text)
        return _KEY.sub(lambda found: _words_of(found[0]), text)

    @cached_property
    def _by_identifier(self) -> dict[str, str]:
        # of two tables that share an identifier the first one names it
        said = [names for table, names in self.by_table.items() if table not in _WORDS_TOO]
        tables: list[Mapping[str, str]] = said[::-1]
        return {key: shortened(name) for table in tables for key, name in table.items()}

    @cached_property
    def _in_text(self) -> re.Pattern[str] | None:
        """Return what finds the identifiers that are no plain words, the longest first."""
        named = ("party", "site", "radar", "satellite", "threat", "missile", "interceptor")
        words = {k for t in named for k, name in self.by_table.get(t, {}).items() if k in name.lower()}
        marked = [key for key in self._by_identifier if not key.isalpha() or key in words]
        if not marked:
            return None
        listed = "|".join(map(re.escape, sorted(marked, key=len, reverse=True)))
        return re.compile(rf"(?<![\w.-])(?:{listed})(?![\w-])")


NO_NAMES = Names()
"""Everything keeps its identifier."""


def spoken(place: str) -> str:
    """Return an input as a person says it.

    >>> spoken("interceptor.sm3-iia.burnout_speed_km_s")
    'burnout speed of sm3-iia'
    >>> spoken("missile.own.stages.2.propellant_kg")
    'propellant of stage 2 of own'
    >>> spoken("assumption.decision_s")
    'decision'
    """
    parts = place.split(".")
    words = _words_of(parts[-1])
    stage = f"stage {parts[3]} of " if len(parts) == 5 else ""
    return f"{words} of {stage}{parts[1]}" if len(parts) > 2 else words


def _words_of(key: str) -> str:
    """Return a key without its unit, in words."""
    unit = unit_of_key(key)
    return (key.removesuffix(f"_{unit.suffix}") if unit else key).replace("_", " ")


def shortened(name: str) -> str:
    """Return a name without what stands in brackets or says that it is notional."""
    return re.sub(r"\s*\([^)]*\)|, notional\b", "", name)
