"""How often the interpreter looks for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000
"""New objects between two looks; by default 700, at which a run spends a twentieth of its processor time looking."""


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Look for garbage less often within: nearly all that is made there lives until the end."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
