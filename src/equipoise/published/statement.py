"""A printed statement beside our number: what was said, by whom, what we find, and why we differ where we do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
import xarray as xr

from equipoise.results.record import Result

Verdict = Literal["agrees", "differs", "cannot tell"]


@dataclass(frozen=True)
class Statement:
    """One comparison; ``printed`` and ``ours`` are words with their numbers, ``label`` is the confidence of the source."""

    study: str
    what: str
    printed: str
    ours: str
    verdict: Verdict
    why: str
    source: str
    label: str


def as_result(statements: Sequence[Statement]) -> Result:
    """Return statements as one result, a row each."""
    columns = {
        f.name: (
            "statement",
            np.array([getattr(s, f.name) for s in statements], dtype=object),
            {"units": "", "long_name": f.name},
        )
        for f in fields(Statement)
    }
    return Result(kind="published", title="Published statements", data=xr.Dataset(columns))
