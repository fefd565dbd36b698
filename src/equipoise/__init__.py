"""Equipoise: open, reproducible analysis of missile defence, deterrence and the guarantees between them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equipoise.analysis.flights import fly, fly_batch, solve
    from equipoise.analysis.flyouts import flyout

__version__ = "0.1.0"

_HOMES = {
    "fly": "equipoise.analysis.flights",
    "fly_batch": "equipoise.analysis.flights",
    "solve": "equipoise.analysis.flights",
    "flyout": "equipoise.analysis.flyouts",
}
"""Where each public function lives; it is imported when it is first used."""

__all__ = ["__version__", "fly", "fly_batch", "flyout", "solve"]


def __getattr__(name: str) -> Any:
    """Return a public function, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'equipoise' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
