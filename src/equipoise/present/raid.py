"""One raid in words: what gets through, and what each layer spends."""

from __future__ import annotations

import numpy as np
import xarray as xr

EXACT, SIMULATED = range(2)
"""Places of the methods along their axis."""


def best(one: xr.Dataset) -> xr.DataArray:
    """Return the expected number that gets through: the exact one where there is one, else the simulated."""
    expected = one.expected.isel(method=EXACT)
    return expected.fillna(one.expected.isel(method=SIMULATED))


def sentences(one: xr.Dataset) -> list[str]:
    """Return what came of one raid against one command, in words."""
    missiles, middle = one.sizes["through"] - 1, one.sel(end="nominal")
    how = "no shot hangs on another's, so the numbers are exact" if bool(one.independent) else (
        f"simulated in {int(one.runs)} runs, standard error {float(middle.error):.2f}"
    )  # fmt: skip
    low, value, high = (float(v) for v in best(one).values[::-1])
    lines = [
        f"{missiles} missiles, {int(one.stock.sum())} interceptors: {value:.2f} missiles get through on average ({how}); "
        f"{low:.2f} to {high:.2f} over the kill probabilities.",
        f"No interceptor is launched at {float(middle.unengaged):.1f} of them; none gets through with probability "
        f"{float(chances(middle)[0]):.2f}.",
    ]
    return [*lines, spent_words(one)]


def spent_words(one: xr.Dataset) -> str:
    """Return what each layer spends, and when it is empty, in words."""
    parts = []
    for layer in one.layer.values:
        row = one.sel(layer=layer, end="nominal")
        if float(row.stock) > 0.0:
            ran_out = (
                f", empty after {float(row.emptied_s):.0f} s in {100.0 * float(row.emptied):.0f} % of runs"
            )
            parts.append(
                f"{layer}: {float(row.spent):.1f} of {int(row.stock)}{ran_out if float(row.emptied) > 0.0 else ''}"
            )
    return f"Interceptors launched: {'; '.join(parts) or 'none'}."


def chances(one: xr.Dataset) -> np.ndarray:
    """Return the distribution of one case at one end, exact where it can be."""
    return np.asarray(one.chance.isel(method=EXACT if bool(one.independent) else SIMULATED).values)
