"""The response to a scenario's defence as bands over the ranges of every price and assumption."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis.balance import response
from equipoise.analysis.balance.forces import Launchers, delivers, forces
from equipoise.catalogue import load_catalogue
from equipoise.foundation.provenance import Confidence, Quantity
from equipoise.model.fields import End
from equipoise.model.record import quantities
from equipoise.results.schema import dataset
from equipoise.scenario.correlation import copula_factor
from equipoise.scenario.load import Scenario

FIRST_YEAR = 2011
BANDS = (0.05, 0.5, 0.95)


def response_bands(
    scenario: Scenario, day: date, exposed: list[float], stock_on: Callable[[date], float]
) -> xr.Dataset:
    """Return the twenty-year series, the cost-exchange ratio and the ways to restore a measure, as bands.

    ``exposed`` is the share of the paths of the most exposed base that could be engaged on ``day``, from low to high;
    ``stock_on`` gives the interceptors in place on a day.
    """
    table = forces(scenario, day)
    ranges = _ranges(scenario, table, exposed)
    x = response.sampled(ranges, copula_factor(scenario, [f"balance.{name}" for name in ranges]))
    warheads = float(sum(each.warheads for each in table))
    planned = np.array([stock_on(date(FIRST_YEAR + year, 12, 31)) for year in range(response.YEARS)])
    stock = stock_on(day)
    races = [response.race(x, case=c, warheads=warheads, planned=planned) for c in response.CASES]
    series = {
        key: np.stack([np.quantile(getattr(r, name), BANDS, axis=1).T for r in races])
        for key, name in (
            ("warheads_series", "warheads"),
            *((n, n) for n in ("interceptors", "deterrer_usd_m", "defender_usd_m")),
        )
    }
    totals = np.stack([(r.deterrer_usd_m + r.defender_usd_m).sum(axis=0) for r in races])
    ratio = np.stack([response.exchange_ratio(x, uploaded=uploaded) for uploaded in (True, False)])
    ways = response.options(x, warheads=warheads, stock=stock)
    decides = [response.deciding(x, outcome) for outcome in (*ratio, *totals)]
    values = series | {
        "race_cost": np.quantile(totals, BANDS, axis=1).T,
        "race_saving": np.quantile(totals[0] - totals, BANDS, axis=1).T,
        "race_decides": [d[0] for d in decides[2:]],
        "ratio": np.quantile(ratio, BANDS, axis=1).T,
        "ratio_extremes": np.stack([ratio.min(axis=1), ratio.max(axis=1)], axis=1),
        "ratio_decides": [d[0] for d in decides[:2]],
        "option_cost": np.stack([_quantiles(cost) for cost in ways.values()]),
        "option_cheapest": _shares_cheapest(ways),
    }
    axes = {
        "case": list(response.CASES),
        "year": FIRST_YEAR + np.arange(response.YEARS),
        "band": list(BANDS),
        "offset": ["on missiles that are there", "on new missiles"],
        "extreme": ["smallest", "largest"],
        "option": list(ways),
    }
    return dataset("balance", values, axes)


def _quantiles(cost: np.ndarray) -> np.ndarray:
    """Return the bands of samples among which some may be infinite."""
    return np.sort(cost)[(np.array(BANDS) * (cost.size - 1)).astype(int)]


def _shares_cheapest(ways: dict[str, np.ndarray]) -> np.ndarray:
    sides = [way.split(":")[0] for way in ways]
    share = np.zeros(len(ways))
    for side in dict.fromkeys(sides):
        rows = [i for i, s in enumerate(sides) if s == side]
        costs = np.stack([list(ways.values())[i] for i in rows])
        best = np.argmin(costs, axis=0)
        for n, i in enumerate(rows):
            share[i] = np.mean(best == n)
    return share


PRICES = {
    "interceptor": "price-sm3-iia",
    "interceptor_year": "price-interceptor-year",
    "faster_interceptor": "price-faster-interceptor",
    "warhead_uploaded": "price-warhead-uploaded",
    "warhead_on_new_missile": "price-warhead-on-new-missile",
    "warhead_year": "price-warhead-year",
    "guarantee_talks": "price-guarantee-talks",
    "guarantee_year": "price-guarantee-year",
    "cooperation_year": "price-cooperation-year",
}
"""Catalogue prices that the response takes."""


def _ranges(scenario: Scenario, table: list[Launchers], exposed: list[float]) -> dict[str, Quantity]:
    """Return every uncertain number of the response."""
    b = scenario.balance
    prices = load_catalogue().prices
    found = {name: value for name, value in quantities(b).items() if name != "neutralised_share"}
    found |= {name: prices[key].amount_usd_m for name, key in PRICES.items()}
    total = sum(each.warheads for each in table)
    ends: tuple[End, ...] = ("favourable", "nominal", "against")
    delivered = [
        sum(x.warheads * delivers(x.basing, "day_to_day", survival=end, readiness=end) for x in table) / total
        for end in ends
    ]
    for name, (low, value, high) in (("exposed", exposed), ("delivered", delivered)):
        found[name] = Quantity(value, low, high, "", "computed", Confidence.COMPUTED)
    return found
