"""Tables from datasets: a row for each place along some dimensions, and under each head what its cells show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from equipoise.present.section import Cell, Column, Table


def plain(value: Any) -> Cell:
    """Return a label or a number as it stands in a cell."""
    return str(value) if isinstance(value, str) else float(value)


def percent(share: Any) -> float:
    """Return a share (0 to 1) in per cent."""
    return 100.0 * float(share)


@dataclass(frozen=True)
class Shown:
    """What cells show: variables or coordinates by their names, at some labels, of which ``how`` makes a cell.

    ``how`` is given each variable without the dimensions along which the rows stand: one value, or an array over the other dimensions.
    """

    names: tuple[str, ...]
    how: Callable[..., Cell]
    labels: Mapping[str, Any]

    def cells(self, data: xr.Dataset, along: Sequence[str]) -> list[Cell]:
        """Return the cells of all rows along dimensions of a dataset, the first of them slowest."""
        parts = [
            data[name].sel({k: v for k, v in self.labels.items() if k in data[name].dims})
            for name in self.names
        ]
        own = [[d for d in along if d in part.dims] for part in parts]
        arrays = [part.transpose(*dims, ...).values for part, dims in zip(parts, own, strict=True)]
        places = (dict(zip(along, at, strict=True)) for at in np.ndindex(*(data.sizes[d] for d in along)))
        return [
            self.how(*(a[tuple(at[d] for d in dims)] for a, dims in zip(arrays, own, strict=True)))
            for at in places
        ]


def show(*names: str, how: Callable[..., Cell] = plain, **labels: Any) -> Shown:
    """Return what shows variables at some labels of their other dimensions, as ``how`` makes a cell of them.

    ``names`` are those of the variables.
    """
    return Shown(names, how, labels)


Columns = dict[Column, Shown | str]
"""What stands under each head; a variable or coordinate alone by its name."""


def table_over(
    data: xr.Dataset, along: Sequence[str], stem: str, title: str, columns: Columns, *, folded: bool = False
) -> Table:  # fmt: skip
    """Return a table with a row for each place along dimensions of a dataset, the first of them slowest.

    ``stem``, ``title`` and ``folded`` are the table's.
    """
    shown = (show(one) if isinstance(one, str) else one for one in columns.values())
    cells = [one.cells(data, along) for one in shown]
    return Table(stem, title, tuple(columns), tuple(zip(*cells, strict=True)), folded)
