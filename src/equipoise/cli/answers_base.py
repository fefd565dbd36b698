"""What answers of commands under ``--json`` are made of."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

Row = dict[str, Any]
"""A row of a table by its heads, or a record."""
Triple = tuple[float, float, float]
"""Low, nominal, high."""


class Answer(BaseModel):
    """An object with these keys and no others."""

    model_config = ConfigDict(extra="forbid")
