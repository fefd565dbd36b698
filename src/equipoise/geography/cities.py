"""Cities that maps name, capitals first, then by people (GeoNames, CC BY 4.0, chosen by ``builders/cities.py``).

>>> cities()[0], len(cities())
(('Beijing', 116.4, 39.91), 412)
"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def cities() -> tuple[tuple[str, float, float], ...]:
    """Return name, longitude and latitude in degrees of each, in the order in which a map finds room for them."""
    with (files("equipoise.geography") / "data" / "cities.csv").open(encoding="utf-8") as file:
        return tuple(
            (row["name"], float(row["lon_deg"]), float(row["lat_deg"])) for row in csv.DictReader(file)
        )
