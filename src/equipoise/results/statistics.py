"""What a stored result comes to: shares and totals, which sweeps, the server and the report all ask for here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import xarray as xr


def protected(data: xr.Dataset, party: str = "") -> list[str]:
    """Return the codes of a party's countries on the map; by default the first party with interceptors."""
    parties = json.loads(data.attrs["protected"])
    wanted = parties[party or next(iter(parties))]
    return [str(code) for code in data.country.values if code in wanted]


def shares(
    data: xr.Dataset, what: Literal["people", "land"] = "people", *, level: int = 1, party: str = ""
) -> xr.DataArray:
    """Return the defended share (0 to 1) of a party's people or land in range, by phase, mode and threat."""
    codes = protected(data, party)
    reached = data[f"{what}_in_range"].sel(country=codes).sum("country")
    return data[f"{what}_defended"].sel(country=codes, level=level).sum("country") / reached
