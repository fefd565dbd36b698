"""Equipoise: open, reproducible analysis of missile defence, deterrence and the guarantees between them.

The names below are the public ones; each is imported when it is first used, so that ``import equipoise`` is quick.

>>> import equipoise as eq
>>> scenario = eq.load_scenario("epaa").at("2018-12-31", mode="joint")
>>> [phase["name"] for phase in scenario.tables["phase"]]
['Phase 3']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "load_scenario": "equipoise.scenario.load",
    "load_catalogue": "equipoise.catalogue",
    "defended_area": "equipoise.study",
    "exposure": "equipoise.study",
    "Result": "equipoise.results.record",
    "load_result": "equipoise.results.record",
    "load_results": "equipoise.results.record",
    "write_report": "equipoise.present.report",
}
__all__ = [
    "Result",
    "__version__",
    "defended_area",
    "exposure",
    "load_catalogue",
    "load_result",
    "load_results",
    "load_scenario",
    "write_report",
]

if TYPE_CHECKING:
    from equipoise.catalogue import load_catalogue
    from equipoise.present.report import write_report
    from equipoise.results.record import Result, load_result, load_results
    from equipoise.scenario.load import load_scenario
    from equipoise.study import defended_area, exposure


def __getattr__(name: str) -> Any:
    """Return a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"equipoise has no public name '{name}'; it has {', '.join(_HOMES)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
