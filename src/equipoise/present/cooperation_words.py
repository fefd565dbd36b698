"""Words of the report on cooperation: parties, their deterrents and outages as readers know them."""

from __future__ import annotations

PARTIES = {"nato": "NATO", "russia": "Russia"}
SIDES = {"nato": "the United States", "russia": "Russia"}
OUTAGES = {
    "partner's sensors stop": "sensors stop",
    "partner's interceptors stop": "interceptors stop",
}
SIGHTS = {"nominal": "nominal radars", "short_radars": "short radars"}
