"""A scenario to begin with: parties and places from borders and people, class values for systems, all of it notional.

What is written passes the check and runs; every number has a range and says that it waits for a better one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil, sqrt

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
    blocks = [
        *_head(name, own, other, threats, day),
        *_parties([*own, other, *threats]),
        *_assumptions(),
        *_missiles(own, other, threats),
        *_defence(own),
        *_deterrent(own, other),
    ]
    return "\n\n".join(blocks) + "\n"


def _land(code: str, option: str) -> Land:
    known = {c.iso2: c for c in countries("50m") if c.iso2}
    if code.upper() in known:
        return Land(known[code.upper()])
    raise misuse(option, code, "is not a two-letter code of a country.", code_meant(code))


def _named(lands: Sequence[Land]) -> str:
    *others, last = (with_article(land.country.name) for land in lands)
    return f"{', '.join(others)} and {last}" if others else last


def _range(value: float, share: float, source: str = CLASS_VALUE) -> str:
    """Return a quantity that lies in a range of so large a share around its value."""
    low, high = (float(f"{value * (1.0 + s):.3g}") for s in (-share, share))
    return f'{{ value = {value:g}, low = {low:g}, high = {high:g}, source = "{source}", confidence = "assumption" }}'


def _step_deg(window: Window, most: int, least: float) -> float:
    """Return a step of half degrees with which a window has at most so many cells."""
    cells = (window.north - window.south) * window.width
    return min(max(ceil(2.0 * sqrt(cells / most)) / 2.0, least), 10.0)


def _edges(area: str, window: Window) -> list[str]:
    south, north, west, east = (round(v) for v in (window.south, window.north, window.west, window.east))
    turned = ((west + 180) % 360 - 180, (east + 180) % 360 - 180)
    return [
        f"{area}_{side}_deg = {value:.1f}"
        for side, value in zip(("south", "north", "west", "east"), (south, north, *turned), strict=True)
    ]


def _head(name: str, own: list[Land], other: Land, threats: list[Land], day: str) -> list[str]:
    cells = np.concatenate([land.lived_in for land in own])
    window = Window.around(cells[:, 0], cells[:, 1], 2.0)
    modes = '["independent", "joint"]' if len(own) > 1 else '["independent"]'
    return [
        f"# {name}: a scenario to begin with. Places and systems are notional, and every number is a class value with a range, to be\n"
        "# replaced by one with a source. What is not said is as in every scenario or in the catalogue (equipoise list).\n"
        f"# Check it with: equipoise check {name}.toml. Run it with: equipoise run {name}.toml.\n"
        "[scenario]\n"
        f'name = "{name}"\n'
        f'title = "Defence of {_named(own)} against missiles from {_named(threats)}, and the deterrent of {_named([other])}"\n'
        'earth = "wgs84"\n'
        'families = ["minimum_energy", "lofted"]\n'
        f"modes = {modes}\n"
        "required_shots = 1\n"
        "# Who defends, whom they protect, and whose deterrent is at stake.\n"
        f"defenders = {_quoted(_once(land.party for land in own))}\n"
        f'deterrer = "{other.party}"\n'
        "# The map: where the defenders' people live. East lies west of west where it crosses 180 degrees.\n"
        + "\n".join(_edges("map", window))
        + f"\nmap_step_deg = {_step_deg(window, MOST_CELLS, 0.5)}\n"
        "# Where strategic missiles aim: the defenders' land.\n"
        + "\n".join(_edges("aim", window))
        + f"\naim_step_deg = {_step_deg(window, MOST_AIMS, 1.0)}\n"
        f"aim_countries = {_quoted(_once(land.code for land in own))}",
        f'# One date; add [[phase]] entries for a defence that grows.\n[[phase]]\nname = "{day[:4]}"\ndate = "{day}"',
    ]


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _quoted(names: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


def _parties(lands: Sequence[Land]) -> list[str]:
    """Return a block for each country once; the catalogue knows some of them."""
    blocks = []
    for land in {land.code: land for land in lands}.values():
        if land.party in load_catalogue().parties:
            blocks.append(f"[party.{land.party}]")
            continue
        blocks.append(
            f'[party.{land.party}]\nname = "{land.country.name}"\ncountries = ["{land.code}"]\n'
            '# adjective = "..."  # for the words of the report\n'
            'source = "borders of Natural Earth"\nconfidence = "sourced"'
        )
    blocks[0] = (
        "# Who takes part. A party may include others, whose systems then act under its command.\n"
        + blocks[0]
    )
    return blocks


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

    def between(key: str) -> float:
        return float(f"{np.interp(range_km, ranges, [getattr(m, key).value for m in known]):.3g}")

    source = "between missiles of the catalogue by range, to be replaced"
    keys = (
        ("burn_time_s", 0.2),
        ("burnout_altitude_km", 0.3),
        ("burnout_downrange_km", 0.4),
        ("ballistic_coefficient_kg_m2", 0.5),
    )
    lines = [f'[missile.{name}]\nname = "{words}"\nkind = "{kind}"\nmax_range_km = {_range(range_km, 0.1)}']
    lines += [f"{key} = {_range(between(key), share, source)}" for key, share in keys]
    return "\n".join([*lines, f'source = "{CLASS_VALUE}"\nconfidence = "assumption"'])


def _reach_km(start: tuple[float, float], land: Land) -> float:
    """Return a range, in whole 100 km, that reaches nine in ten of a country's people from a place."""
    cells = land.lived_in
    away = np.sort(distance_km(*start, cells[:, 0], cells[:, 1]))
    return max(500.0, 100.0 * ceil(1.1 * float(np.quantile(away, 0.9)) / 100.0))


def _missiles(own: list[Land], other: Land, threats: list[Land]) -> list[str]:
    """Return launch areas, a missile and a threat for each pair of countries, and a raid."""
    areas, missiles, flown, volleys = [], [], [], []
    for land in threats:
        lat, lon = land.inland
        areas.append(
            f'[launch_area.{land.party}]\nname = "{land.country.name}, inland"\nlat_deg = {lat}\nlon_deg = {lon}\n'
            "# radius_km = 100.0  # where the launcher may be anywhere around\n"
            'source = "notional"\nconfidence = "assumption"'
        )
        for target in own:
            name, reach = f"{land.party}-{target.party}"[:50].strip("-"), _reach_km(land.inland, target)
            missiles.append(
                _missile(
                    name, f"{land.country.name} to {with_article(target.country.name)}", "regional", reach
                )
            )
            flown.append(f'[[threat]]\nmissile = "{name}"\nlaunch_area = "{land.party}"')
            lat, lon = _aim(land, target)
            volleys.append(
                f'[volley.{name}]\nraid = "first"\nthreat = "{name}"\nmissiles = 10\nspan_s = 300.0\naims_deg = [[{lat}, {lon}]]'
            )
    areas[0] = "# From where, with what. The places are notional.\n" + areas[0]
    raid = '# A raid is one or more volleys; aim points are notional.\n[raid.first]\nname = "Ten missiles from each launch area"\n'
    return [*areas, *missiles, *flown, raid + 'source = "notional"\nconfidence = "assumption"', *volleys]


def _aim(land: Land, target: Land) -> tuple[float, float]:
    """Return a notional aim point, to half a degree: the middle of the people nearest to a launch area."""
    cells = target.lived_in
    away = distance_km(*land.inland, cells[:, 0], cells[:, 1])
    near = cells[away <= np.quantile(away, 0.5)]
    most = near[near[:, 2].argmax()]
    return round(2.0 * float(most[0])) / 2.0, round(2.0 * float(most[1])) / 2.0


def _defence(own: list[Land]) -> list[str]:
    """Return an interceptor, a radar, a satellite, and a site in each of the defenders' countries."""
    note = f'source = "{CLASS_VALUE}"\nconfidence = "assumption"'
    sites = [
        f'[site.site-{land.party}]\nname = "Notional site in {with_article(land.country.name)}"\nparty = "{land.party}"\nlat_deg = {land.inland[0]}\n'
        f'lon_deg = {land.inland[1]}\ninterceptor = "regional"\nsensors = ["site-radar"]\n'
        f'count = {{ value = 24, low = 8, high = 48, source = "{CLASS_VALUE}", confidence = "assumption" }}\n'
        '# channels = 8  # missiles engaged at a time, in raids\n# active_from = "2020-01-01"\n'
        'source = "notional"\nconfidence = "assumption"'
        for land in own
    ]
    return [
        "# The defence. kill_probability and kill_ceiling_km may be given to an interceptor; kill_vehicle_life_s limits its reach.\n"
        f'[interceptor.regional]\nname = "Interceptor of 4 km/s"\nburnout_speed_km_s = {_range(4.0, 0.25)}\n'
        f"burn_time_s = {_range(70.0, 0.3)}\nkill_vehicle_life_s = {_range(500.0, 0.5)}\n{note}",
        f'[radar.site-radar]\nname = "Radar of a site"\nparty = "{own[0].party}"\nazimuth_from_deg = 0\nazimuth_to_deg = 360\n'
        f'elevation_from_deg = 2\nelevation_to_deg = 90\nband = "X"\nrange_max_km = {_range(1000.0, 0.5)}\n{note}',
        *(
            f'[satellite.early-warning-{land.party}]\nname = "Early-warning satellite of {with_article(land.country.name)}"\nparty = "{land.party}"\n{note}'
            for land in own
        ),
        *sites,
    ]


def _deterrent(own: list[Land], other: Land) -> list[str]:
    """Return a base of the deterrer, its missile, and a clause on it."""
    reach = max(_reach_km(other.inland, land) for land in own)
    lat, lon = other.inland
    return [
        "# The deterrent at stake, and what the defence could promise about it.\n"
        + _missile("strategic-missile", "Strategic missile", "strategic", max(reach, 3000.0)),
        f'[base.base-{other.party}]\nname = "Notional base in {with_article(other.country.name)}"\nparty = "{other.party}"\nlat_deg = {lat}\nlon_deg = {lon}\n'
        f'missile = "strategic-missile"\nwarheads = {{ value = 20, low = 5, high = 100, source = "{CLASS_VALUE}", confidence = "assumption" }}\n'
        'source = "notional"\nconfidence = "assumption"',
        '[clause.no-engagement]\nname = "No strategic missile can be engaged"\nkind = "function"\nslack_at_most_s = 0.0\n'
        'source = "a promise to be judged"\nconfidence = "assumption"',
    ]
