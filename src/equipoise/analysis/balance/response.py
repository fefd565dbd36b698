"""Action and reaction over twenty years: each side restores its measure, and pays for it.

The defender adds to its announced programme a number of interceptors per regional missile that is added. The deterrer keeps its expected arrivals: it counts the
interceptors that could engage its paths, and those that it cannot exclude, and adds the warheads that make up for
what they would take. The defender may restore the share that it could take (``matched_share``). A guarantee that
excludes engagement, and is believed, sets what the deterrer counts to zero; it costs talks, verification, and
interceptors in place of faster ones. Cooperation saves interceptors. All in millions of US dollars, not discounted.

Every uncertain number is sampled over its range (half of the samples on either side of the nominal value), so that
the results are bands; the number whose rank decides most is named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.foundation.provenance import Quantity
from equipoise.numerics.sampling import sample_rows
from equipoise.scenario.correlation import correlated

YEARS = 20
CASES = ("no guarantee", "guarantee", "guarantee and cooperation")
SAMPLES = 1024
SPOKEN = {
    "kill_probability": "single-shot kill probability",
    "objects_per_warhead": "credible objects with each warhead",
    "counted_share": "share of the interceptors that the deterrer cannot exclude",
    "uploadable_warheads": "warheads that fit on missiles that are there",
    "matched_share": "share that the defender restores",
    "regional_growth_per_year": "regional missiles added a year",
    "interceptors_per_missile": "interceptors added per regional missile",
    "saved_by_cooperation": "interceptors saved by cooperation",
    "more_when_slower": "interceptors more when fast ones are barred",
    "interceptor": "price of an interceptor",
    "interceptor_year": "yearly cost of an interceptor",
    "faster_interceptor": "price of developing a faster interceptor",
    "warhead_uploaded": "price of a warhead on a missile that is there",
    "warhead_on_new_missile": "price of a warhead on a new missile",
    "warhead_year": "yearly cost of a warhead",
    "guarantee_talks": "price of the talks",
    "guarantee_year": "yearly cost of verification",
    "cooperation_year": "yearly cost of cooperation",
    "exposed": "share of the paths that can be engaged",
    "delivered": "share of the warheads that would be delivered",
}
"""Every sampled number in words."""
Columns = dict[str, np.ndarray]


def sampled(
    ranges: dict[str, Quantity], factor: np.ndarray, *, seed: int = 0, samples: int = SAMPLES
) -> Columns:
    """Return samples (n,) of every quantity; the median is the nominal value.

    ``ranges`` gives each quantity's range by its name, ``factor`` what ties their ranks
    (:func:`equipoise.scenario.correlation.copula_factor`); ``seed`` starts the design.
    """
    unit = correlated(sample_rows("sobol", total=samples, dimensions=len(ranges), seed=seed), factor)
    found = {}
    for column, (name, q) in zip(unit.T, ranges.items(), strict=True):
        below, above = 2.0 * column, 2.0 * column - 1.0
        found[name] = np.where(
            column < 0.5, q.low + (q.value - q.low) * below, q.value + (q.high - q.value) * above
        )
    return found


@dataclass(frozen=True)
class Race:
    """One case (years, n): warheads and interceptors, and what each side spends a year beyond the plan."""

    warheads: np.ndarray
    interceptors: np.ndarray
    deterrer_usd_m: np.ndarray
    defender_usd_m: np.ndarray


def race(x: Columns, *, case: str, warheads: float, planned: np.ndarray) -> Race:
    """Return the series of one case; ``planned`` (years,) is the interceptors of the programme as announced.

    Spending on the announced programme itself is left out: it is the same in every case.
    ``warheads`` is the deterrer's number at the start.
    """
    guarantee, cooperation = case != CASES[0], case == CASES[2]
    scale = 1.0 - (x["saved_by_cooperation"] if cooperation else 0.0)
    scale = scale * (1.0 + (x["more_when_slower"] if guarantee else 0.0))
    growth = x["interceptors_per_missile"] * x["regional_growth_per_year"]
    counted = np.zeros_like(growth) if guarantee else np.maximum(x["exposed"], x["counted_share"])
    standing = x["guarantee_year"] * guarantee + x["cooperation_year"] * cooperation
    own = np.full_like(counted, warheads)
    stock = np.zeros_like(counted)
    extra = np.zeros_like(counted)  # interceptors bought to match
    left = x["uploadable_warheads"].copy()
    rows: list[tuple[np.ndarray, ...]] = []
    for year in range(YEARS):
        before = stock
        needed = scale * (planned[year] + growth * year)
        stock = np.maximum(before, np.maximum(needed, planned[year]) + extra)
        beyond = np.maximum(stock - planned[year], 0.0)
        bought = np.maximum(beyond - np.maximum(before - planned[max(year - 1, 0)], 0.0), 0.0)
        share = _taken(x, counted, stock, own) / (x["delivered"] * own)
        added = _added(x, counted, stock, own, warheads)
        own = own + added
        uploaded = np.minimum(added, left)
        left = left - uploaded
        talks = x["guarantee_talks"] * (guarantee and year == 0)
        rows.append(
            (
                own,
                stock,
                uploaded * x["warhead_uploaded"]
                + (added - uploaded) * x["warhead_on_new_missile"]
                + (own - warheads) * x["warhead_year"]
                + 0.5 * (talks + standing),
                bought * x["interceptor"] + beyond * x["interceptor_year"] + 0.5 * (talks + standing),
            )
        )
        restored = share * x["delivered"] * own - _taken(x, counted, stock, own)
        per_shot = x["kill_probability"] * counted
        extra = extra + np.divide(
            x["matched_share"] * np.maximum(restored, 0.0),
            per_shot,
            out=np.zeros_like(extra),
            where=per_shot > 0,
        )
    return Race(*(np.stack(column) for column in zip(*rows, strict=True)))


def _taken(x: Columns, counted: np.ndarray, stock: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Return the arrivals that the counted interceptors would take."""
    return x["kill_probability"] * np.minimum(
        counted * stock / x["objects_per_warhead"], x["delivered"] * own
    )


def _added(
    x: Columns, counted: np.ndarray, stock: np.ndarray, own: np.ndarray, warheads: float
) -> np.ndarray:
    """Return the warheads that bring the arrivals back to those of ``warheads`` without a defence."""
    few = warheads / np.maximum(
        1.0 - x["kill_probability"], 1e-12
    )  # when there are interceptors for every arrival
    many = warheads + x["kill_probability"] * counted * stock / (x["objects_per_warhead"] * x["delivered"])
    return np.maximum(np.minimum(few, many) - own, 0.0)


def exchange_ratio(x: Columns, *, uploaded: bool) -> np.ndarray:
    """Return what the deterrer pays over the years to offset one interceptor, over what the interceptor costs (n,).

    Below 1 the offset is cheaper than the defence. Every interceptor is taken to find a warhead.
    ``uploaded`` puts the warhead on a missile that stands; else it comes with a new one.
    """
    warheads = x["kill_probability"] / (x["objects_per_warhead"] * x["delivered"])
    price = x["warhead_uploaded" if uploaded else "warhead_on_new_missile"]
    return warheads * (price + YEARS * x["warhead_year"]) / (x["interceptor"] + YEARS * x["interceptor_year"])


def options(x: Columns, *, warheads: float, stock: float) -> dict[str, np.ndarray]:
    """Return the cost (n,) over the years of each way to restore a measure once, by who restores it.

    The deterrer restores its arrivals against ``stock`` interceptors that all count. The defender restores, after that,
    the share that it could take; by faster interceptors it replaces its stock.
    ``warheads`` is the deterrer's number, ``stock`` that of the interceptors.
    """
    need = x["kill_probability"] * stock / (x["objects_per_warhead"] * x["delivered"])
    more = (
        stock * need / warheads
    )  # arrivals grow in this proportion, and so must what is to take its share of them
    clause = x["guarantee_talks"] + YEARS * x["guarantee_year"]
    each = x["interceptor"] + YEARS * x["interceptor_year"]
    upload = np.where(
        need <= x["uploadable_warheads"], need * (x["warhead_uploaded"] + YEARS * x["warhead_year"]), np.inf
    )
    growth = x["interceptors_per_missile"] * x["regional_growth_per_year"] * YEARS
    return {
        "deterrer: warheads on missiles that are there": upload,
        "deterrer: warheads on new missiles": need
        * (x["warhead_on_new_missile"] + YEARS * x["warhead_year"]),
        "deterrer: a clause that excludes engagement": clause,
        "defender, against the deterrent: more interceptors": more * each,
        "defender, against the deterrent: faster interceptors": x["faster_interceptor"]
        + stock * x["interceptor"],
        "defender, against the deterrent: a clause that limits warheads": clause,
        "defender, against regional missiles: more interceptors": growth * each,
        "defender, against regional missiles: cooperation for a part, interceptors for the rest": (
            YEARS * x["cooperation_year"] + growth * (1.0 - x["saved_by_cooperation"]) * each
        ),
    }


def deciding(x: Columns, outcome: np.ndarray) -> tuple[str, float]:
    """Return in words the sampled number whose rank goes most with that of ``outcome`` (n,), and Spearman's coefficient."""
    ranks = {name: _ranks(column) for name, column in x.items() if np.ptp(column) > 0}
    own = _ranks(outcome)
    found = {name: float(np.corrcoef(rank, own)[0, 1]) for name, rank in ranks.items()}
    best = max(found, key=lambda name: abs(found[name]))
    return SPOKEN[best], found[best]


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(float)
