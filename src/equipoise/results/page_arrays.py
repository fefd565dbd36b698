"""One map of a defended area as the interactive page reads it, from a report and from a running engine alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr

NONE = -32768
"""Stands in whole seconds where there is no time; ``page/src/data.ts`` has the same."""
TIMES = {"burnout", "detect", "track", "launch", "first_intercept", "last_intercept", "impact"}
"""Variables of a defended area that the page shows as the timeline of a cell's engagement, s after launch."""


def layer(cells: xr.Dataset, add: Any) -> dict[str, Any]:
    """Return one map's arrays: shots, reason and sites as bytes, times in whole seconds; ``add`` packs an array."""
    whole = {name: add(cells[name].values, "u1") for name in ("shots", "reason", "site", "slack_site")}
    times = {
        name: add(_whole_seconds(cells[name].values), "i2") for name in sorted(TIMES & set(cells.data_vars))
    }
    return {**whole, "slack": add(_whole_seconds(cells.slack.values), "i2"), **times}


def _whole_seconds(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.nan_to_num(np.clip(np.round(values), -32767, 32767), nan=NONE))
