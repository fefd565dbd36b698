"""JSON as every parser takes it: what is not a number is null."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


def json_text(value: Any, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Return ``value`` as JSON of RFC 8259: infinite numbers and those that are not defined as null.

    Letters stand as they are, or with ``ascii_only`` as their codes.
    """
    try:
        return _dumped(value, indent, ascii_only)
    except ValueError:  # almost every value is without such a number, and is not copied
        return _dumped(_defined(value), indent, ascii_only)


def _dumped(value: Any, indent: int | None, ascii_only: bool) -> str:
    tight = (",", ":") if indent is None else None
    return json.dumps(value, indent=indent, ensure_ascii=ascii_only, allow_nan=False, separators=tight)


def _defined(value: Any) -> Any:
    """Return a value with null for each number that is none."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _defined(inner) for key, inner in value.items()}
    return [_defined(inner) for inner in value] if isinstance(value, list | tuple) else value
