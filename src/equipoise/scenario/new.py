"""A scenario to begin with: parties and places from borders and people, class values for systems, all of it notional.

What is written passes the check and runs; every number has a range and says that it waits for a better one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from math import ceil, sqrt
from string import Template

import numpy as np

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import misuse
from equipoise.foundation.sphere import distance_km
from equipoise.foundation.text import with_article
from equipoise.geography.borders import Country, code_meant, countries
from equipoise.geography.people import people
from equipoise.geography.window import Window
from equipoise.model.fields import identifier_of
from equipoise.model.record import meanings
from equipoise.model.scenario import TABLES
from equipoise.scenario.read import defaults

MOST_CELLS, MOST_AIMS = 1200, 600
"""Cells of a first map, and aim points: a run of seconds."""
OUTLYING = 0.01
"""Share of a country's people, in its emptiest cells, that the first map may leave out."""
CLASS_VALUE = "class value, to be replaced"


@dataclass(frozen=True)
class Land:
    """A country as a new scenario takes it."""

    country: Country

    @property
    def code(self) -> str:
        """Its two-letter code."""
        return self.country.iso2

    @cached_property
    def party(self) -> str:
        """Identifier of the party: that of the catalogue, or the country's name."""
        known = [p.id for p in load_catalogue().parties.values() if p.countries == (self.code,)]
        return known[0] if known else identifier_of(self.country.name)

    @property
    def called(self) -> str:
        """Its name within a sentence."""
        return with_article(self.country.name)

    @property
    def words(self) -> dict[str, object]:
        """What blocks of the file say of it."""
        lat, lon = self.inland
        return {"party": self.party, "name": self.country.name, "called": self.called, "lat": lat, "lon": lon}

    @cached_property
    def inland(self) -> tuple[float, float]:
        """The point farthest from its borders, latitude and longitude to half a degree."""
        from shapely import Polygon, maximum_inscribed_circle

        largest = max((Polygon(r[0], r[1:]).buffer(0.0) for r in self.country.polygons), key=lambda p: p.area)
        lon, lat = maximum_inscribed_circle(largest, tolerance=0.1).coords[0]
        return round(2.0 * lat) / 2.0, round(2.0 * lon) / 2.0

    @cached_property
    def lived_in(self) -> np.ndarray:
        """Cells (n, 3) with its people: latitude, longitude, number; its point inland where the table has none."""
        table = people()
        own = table.country == (table.codes.index(self.code) if self.code in table.codes else -1)
        if not own.any():
            return np.array([[*self.inland, 1.0]])
        cells = np.column_stack([table.lat_deg[own], table.lon_deg[own], table.count[own]])
        cells = cells[np.argsort(-cells[:, 2], kind="stable")]
        kept = np.cumsum(cells[:, 2]) <= (1.0 - OUTLYING) * cells[:, 2].sum()
        return cells[kept] if kept.any() else cells[:1]


def new_scenario(
    name: str, *, defenders: Sequence[str], deterrer: str, threat_from: Sequence[str], day: str
) -> str:
    """Return the text of a commented scenario file called ``name``.

    ``defenders``, ``deterrer`` and ``threat_from`` are two-letter codes of countries (ISO 3166-1), ``day`` its one
    date, YYYY-MM-DD. :class:`InputError` names a code that is none.
    """
    own = [_land(code, "--defender") for code in defenders]
    other, threats = _land(deterrer, "--deterrer"), [_land(code, "--threat-from") for code in threat_from]
    reach = max(3000.0, *(_reach_km(other.inland, land) for land in own))
    blocks = [
        _head(name, own, other, threats, day),
        *_parties([*own, other, *threats]),
        *_assumptions(),
        *_missiles(own, threats),
        _block("defence", party=own[0].party),
        *(_block("satellite", **land.words) for land in own),
        *(_block("site", **land.words) for land in own),
        _block("deterrent") + _missile("strategic-missile", "Strategic missile", "strategic", reach),
        _block("base", **other.words),
    ]
    return "\n\n".join(blocks) + "\n"


@cache
def _blocks() -> dict[str, Template]:
    """Return the blocks of the file by their names; those that end in a comment end in a line break."""
    text = (files("equipoise.scenario") / "data/templates/new.toml").read_text(encoding="utf-8")
    _, *parts = re.split(r"^#: (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], map(Template, parts[1::2]), strict=True))


def _block(name: str, /, **values: object) -> str:
    text = _blocks()[name].substitute(values)
    return text if text.splitlines()[-1].startswith("#") else text.rstrip("\n")


def _land(code: str, option: str) -> Land:
    known = {c.iso2: c for c in countries("50m") if c.iso2}
    if code.upper() in known:
        return Land(known[code.upper()])
    raise misuse(option, code, "is not a two-letter code of a country.", code_meant(code))


def _named(lands: Sequence[Land]) -> str:
    *others, last = (land.called for land in lands)
    return f"{', '.join(others)} and {last}" if others else last


def _range(value: float, share: float, source: str = CLASS_VALUE) -> str:
    """Return a quantity that lies in a range of so large a share around its value."""
    low, high = (float(f"{value * (1.0 + s):.3g}") for s in (-share, share))
    return f'{{ value = {value:g}, low = {low:g}, high = {high:g}, source = "{source}", confidence = "assumption" }}'


def _step_deg(window: Window, most: int, least: float) -> float:
    """Return a step of half degrees with which a window has at most so many cells."""
    cells = (window.north - window.south) * window.width
    return min(max(ceil(2.0 * sqrt(cells / most)) / 2.0, least), 10.0)


def _head(name: str, own: list[Land], other: Land, threats: list[Land], day: str) -> str:
    cells = np.concatenate([land.lived_in for land in own])
    window = Window.around(cells[:, 0], cells[:, 1], 2.0)
    west, east = ((round(lon) + 180) % 360 - 180 for lon in (window.west, window.east))
    return _block(
        "head",
        name=name,
        defended=_named(own),
        launched=_named(threats),
        deterring=other.called,
        modes=_quoted(["independent", "joint"] if len(own) > 1 else ["independent"]),
        defenders=_quoted(land.party for land in own),
        deterrer=other.party,
        south=float(round(window.south)),
        north=float(round(window.north)),
        west=float(west),
        east=float(east),
        map_step=_step_deg(window, MOST_CELLS, 0.5),
        aim_step=_step_deg(window, MOST_AIMS, 1.0),
        aimed=_quoted(land.code for land in own),
        year=day[:4],
        day=day,
    )


def _quoted(names: Iterable[str]) -> str:
    """Return a list of names, each of them once."""
    return json.dumps(list(dict.fromkeys(names)))


def _parties(lands: Sequence[Land]) -> list[str]:
    """Return a block for each country once; the catalogue knows some of them."""
    known = load_catalogue().parties
    first, *others = (
        _block(
            "known party" if land.party in known else "party",
            party=land.party,
            name=land.country.name,
            code=land.code,
        )
        for land in {land.code: land for land in lands}.values()
    )
    return [_block("parties") + first, *others]


def _assumptions() -> list[str]:
    """Return what every scenario assumes, as comments to be changed."""
    blocks = []
    for table, assumed in defaults().items():
        lines = [
            f"# What [{table}] says in every scenario; take the mark away to say something else.",
            f"[{table}]",
        ]
        for key, value in assumed.items():
            meaning = meanings(TABLES[table].record)[key]
            said = ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in value.items())
            lines.append(f"# {meaning}\n# {key} = {{ {said} }}")
        blocks.append("\n".join(lines))
    return blocks


def _missile(name: str, words: str, kind: str, range_km: float) -> str:
    """Return a missile of a range, between those of the catalogue."""
    known = sorted(load_catalogue().missiles.values(), key=lambda m: m.max_range_km.value)
    ranges = [m.max_range_km.value for m in known]

    def near(key: str, share: float) -> str:
        value = np.interp(range_km, ranges, [getattr(m, key).value for m in known])
        return _range(
            float(f"{value:.3g}"), share, "between missiles of the catalogue by range, to be replaced"
        )

    return _block(
        "missile",
        name=name,
        words=words,
        kind=kind,
        range=_range(range_km, 0.1),
        burn=near("burn_time_s", 0.2),
        altitude=near("burnout_altitude_km", 0.3),
        downrange=near("burnout_downrange_km", 0.4),
        coefficient=near("ballistic_coefficient_kg_m2", 0.5),
    )


def _reach_km(start: tuple[float, float], land: Land) -> float:
    """Return a range, in whole 100 km, that reaches nine in ten of a country's people from a place."""
    cells = land.lived_in
    away = np.sort(distance_km(*start, cells[:, 0], cells[:, 1]))
    return max(500.0, 100.0 * ceil(1.1 * float(np.quantile(away, 0.9)) / 100.0))


def _missiles(own: list[Land], threats: list[Land]) -> list[str]:
    """Return launch areas, a missile and a threat for each pair of countries, and a raid."""
    missiles, flown, volleys = [], [], []
    for land in threats:
        for target in own:
            name, (lat, lon) = f"{land.party}-{target.party}"[:50].strip("-"), _aim(land, target)
            words, reach = f"{land.country.name} to {target.called}", _reach_km(land.inland, target)
            missiles.append(_missile(name, words, "regional", reach))
            flown.append(_block("threat", name=name, party=land.party))
            volleys.append(_block("volley", name=name, lat=lat, lon=lon))
    first, *others = (_block("area", **land.words) for land in threats)
    return [_block("areas") + first, *others, *missiles, *flown, _block("raid"), *volleys]


def _aim(land: Land, target: Land) -> tuple[float, float]:
    """Return a notional aim point, to half a degree: the middle of the people nearest to a launch area."""
    cells = target.lived_in
    away = distance_km(*land.inland, cells[:, 0], cells[:, 1])
    near = cells[away <= np.quantile(away, 0.5)]
    most = near[near[:, 2].argmax()]
    return round(2.0 * float(most[0])) / 2.0, round(2.0 * float(most[1])) / 2.0
