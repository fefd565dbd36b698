"""Equipoise: open, reproducible analysis of missile defence, deterrence and the guarantees between them.

``__init__.pyi`` lists the public names; each is imported when it is first used, so that ``import equipoise`` is quick.

>>> import equipoise as eq
>>> scenario = eq.Scenario.load("epaa").at("2018-12-31", mode="joint")
>>> [phase.name for phase in scenario.phases]
['Phase 3']
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

with open(f"{os.path.splitext(__file__)[0]}.pyi", encoding="utf-8") as _stub:
    HOMES: dict[str, str] = {words[3]: words[1] for words in map(str.split, _stub) if words[:1] == ["from"]}
"""The module that holds each public name: ``from HOME import NAME as NAME``."""
__all__ = sorted([*HOMES, "__version__"])


def __getattr__(name: str) -> Any:
    """Return a public name from its home, imported on first use."""
    if name not in HOMES:
        raise AttributeError(f"equipoise has no public name '{name}'; it has {', '.join(sorted(HOMES))}")
    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
