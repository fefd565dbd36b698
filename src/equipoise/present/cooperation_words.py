"""Words of the report on cooperation: parties, their deterrents and outages as readers know them."""

from __future__ import annotations

import json

import xarray as xr

OUTAGES = {"partner's sensors stop": "sensors stop", "partner's interceptors stop": "interceptors stop"}
SIGHTS = {"nominal": "nominal radars", "short_radars": "short radars"}


def in_words(data: xr.Dataset) -> xr.Dataset:
    """Return the result with its parties and deterrents under the names that the scenario gives them."""
    parties, sides = (json.loads(data.attrs.get(key, "{}")) for key in ("parties", "deterrents"))
    named = data.assign_coords(
        party=[parties.get(str(p), str(p)) for p in data.party.values],
        deterrent=[sides.get(str(d), str(d)) for d in data.deterrent.values],
    )
    givers = [parties.get(str(g), str(g)) for g in data.giver.values]
    return named.assign(giver=(data.giver.dims, givers, data.giver.attrs))
