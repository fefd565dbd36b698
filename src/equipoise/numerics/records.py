"""Rows of named columns, for kernels and for plain Python alike."""

from __future__ import annotations

import numpy as np


def record_type(**columns: str) -> np.dtype:
    """Return the type of rows whose columns have these names and kinds (``f8`` float, ``i8`` integer), in this order.

    A row's columns are its attributes (``row.mass_kg``), compiled or not; an array's are ``rows["mass_kg"]``.

    >>> rows = np.zeros(2, record_type(mass_kg="f8", stage="i8"))
    >>> rows["mass_kg"] = [3.0, 4.0]
    >>> float(rows[1].mass_kg)
    4.0
    """
    return np.dtype((np.record, np.dtype(list(columns.items()), align=True)))


def column_names(kind: np.dtype) -> tuple[str, ...]:
    """Return the names of the columns of a type of rows, in order.

    >>> column_names(record_type(mass_kg="f8", stage="i8"))
    ('mass_kg', 'stage')
    """
    return kind.names or ()
