"""Equipoise: open, reproducible analysis of missile defence, deterrence and the guarantees between them.

The names below are the public ones; each is imported when it is first used, so that ``import equipoise`` is quick.

>>> import equipoise as eq
>>> scenario = eq.load_scenario("epaa").at("2018-12-31", mode="joint")
>>> [phase.name for phase in scenario.phases]
['Phase 3']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOMES = {
    "Result": "equipoise.results.record",
    "defended_area": "equipoise.run.api",
    "exposure": "equipoise.run.api",
    "fly": "equipoise.flights.fly",
    "fly_batch": "equipoise.flights.fly",
    "flyout": "equipoise.flights.flyout",
    "load_catalogue": "equipoise.catalogue",
    "load_result": "equipoise.results.record",
    "load_results": "equipoise.results.record",
    "load_scenario": "equipoise.scenario.load",
    "solve": "equipoise.flights.fly",
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
    from equipoise.catalogue import load_catalogue
    from equipoise.flights.fly import fly, fly_batch, solve
    from equipoise.flights.flyout import flyout
    from equipoise.present.report import write_report
    from equipoise.results.record import Result, load_result, load_results
    from equipoise.run.api import defended_area, exposure
    from equipoise.scenario.load import load_scenario


def __getattr__(name: str) -> Any:
    """Return a public name from its home, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"equipoise has no public name '{name}'; it has {', '.join(_HOMES)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
