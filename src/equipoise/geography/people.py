"""People of the world on a quarter-degree grid, by country (GeoNames, CC BY 4.0, modified; see :func:`note`).

Made by ``builders/people.py``, which says how places and country totals were joined.

>>> found = people()
>>> 18e6 < found.count[found.country == found.codes.index("RO")].sum() < 20e6
True
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class People:
    """Cells with people (n,): middle in degrees, index into ``codes`` (ISO 3166-1, two letters), how many people."""

    lat_deg: NDArray[np.float64]
    lon_deg: NDArray[np.float64]
    country: NDArray[np.int16]
    count: NDArray[np.int32]
    codes: tuple[str, ...]
    note: str


def uncounted(codes: Iterable[str]) -> tuple[str, ...]:
    """Return the two-letter codes among ``codes`` of countries whose people the table does not hold.

    >>> uncounted(["AQ", "RO"])
    ('AQ',)
    """
    held = set(people().codes)
    return tuple(code for code in map(str, codes) if code not in held)


@lru_cache(maxsize=1)
def people() -> People:
    """Return the bundled table."""
    with (files("equipoise.geography") / "data" / "people.npz").open("rb") as stream, np.load(stream) as data:
        step = float(data["step_deg"])
        row, column = np.divmod(data["cell"], round(360.0 / step))
        return People(
            lat_deg=-90.0 + (row + 0.5) * step,
            lon_deg=-180.0 + (column + 0.5) * step,
            country=data["of"],
            count=data["people"],
            codes=tuple(str(code) for code in data["country"]),
            note=str(data["note"]),
        )
