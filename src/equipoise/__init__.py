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
    "Result": "equipoise.results.record",
    "defended_area": "equipoise.study",
    "exposure": "equipoise.study",
    "fly": "equipoise.analysis.flights",
    "fly_batch": "equipoise.analysis.flights",
    "flyout": "equipoise.analysis.flyouts",
    "load_catalogue": "equipoise.catalogue",
    "load_result": "equipoise.results.record",
    "load_results": "equipoise.results.record",
    "load_scenario": "equipoise.scenario.load",
    "solve": "equipoise.analysis.flights",
    "write_report": "equipoise.present.report",
}
"""Where each public name lives."""
__all__ = [
    "Result",
    "__version__",
    "defended_area",
    "exposure",
    "fly",
    "fly_batch",
    "flyout",
    "load_catalogue",
    "load_result",
    "load_results",
    "load_scenario",
    "solve",
    "write_report",
]

if TYPE_CHECKING:
    from equipoise.analysis.flights import fly, fly_batch, solve
    from equipoise.analysis.flyouts import flyout
    from equipoise.catalogue import load_catalogue
    from equipoise.present.report import write_report
    from equipoise.results.record import Result, load_result, load_results
    from equipoise.scenario.load import load_scenario
    from equipoise.study import defended_area, exposure


def __getattr__(name: str) -> Any:
    """Return a public name from its home, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"equipoise has no public name '{name}'; it has {', '.join(_HOMES)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
