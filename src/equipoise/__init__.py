"""Equipoise: open, reproducible analysis of missile defence, deterrence and the guarantees between them.

The names below are the public ones; each is imported when it is first used, so that ``import equipoise`` is quick.

>>> import equipoise as eq
>>> scenario = eq.Scenario.load("epaa").at("2018-12-31", mode="joint")
>>> [phase.name for phase in scenario.phases]
['Phase 3']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

PLACES: dict[str, tuple[str, ...]] = {
    "equipoise.catalogue": ("load_catalogue",),
    "equipoise.flights.fly": ("NoFlightError", "fly", "fly_batch", "solve"),
    "equipoise.flights.flyout": ("flyout",),
    "equipoise.foundation.errors": (
        "DomainError",
        "EquipoiseError",
        "InputError",
        "StoredResultError",
        "UnknownNameError",
    ),
    "equipoise.foundation.provenance": ("Confidence", "Quantity"),
    "equipoise.foundation.status": ("FlightStatus", "Reason", "Truth"),
    "equipoise.model.clause": ("Clause",),
    "equipoise.model.scenario": ("Correlation", "Threat"),
    "equipoise.model.systems": (
        "Base",
        "Interceptor",
        "LaunchArea",
        "Missile",
        "Party",
        "Radar",
        "Satellite",
        "Site",
    ),
    "equipoise.model.vehicle": ("Stage", "StagedMissile", "Vehicle"),
    "equipoise.present.report": ("write_report",),
    "equipoise.published": ("replicate",),
    "equipoise.results.record": ("Result",),
    "equipoise.jobs.api": (
        "balance",
        "certify",
        "cooperation",
        "deciding",
        "defended_area",
        "engage",
        "exposure",
        "guarantee",
        "negotiation_space",
        "raid",
        "run",
        "verify",
        "worst",
    ),
    "equipoise.jobs.crux": ("crux",),
    "equipoise.jobs.flight_test": ("evidence", "flight_test"),
    "equipoise.jobs.open": ("diff", "load"),
    "equipoise.jobs.python_sweep": ("sweep",),
    "equipoise.scenario.flight_test": ("FlightTest", "load_flight_test"),
    "equipoise.scenario.load": ("Scenario", "load_scenario"),
}
"""Each module that holds public names, and its names."""
_HOMES = {name: home for home, names in PLACES.items() for name in names}

__all__ = [
    "Base",
    "Clause",
    "Confidence",
    "Correlation",
    "DomainError",
    "EquipoiseError",
    "FlightStatus",
    "FlightTest",
    "InputError",
    "Interceptor",
    "LaunchArea",
    "Missile",
    "NoFlightError",
    "Party",
    "Quantity",
    "Radar",
    "Reason",
    "Result",
    "Satellite",
    "Scenario",
    "Site",
    "Stage",
    "StagedMissile",
    "StoredResultError",
    "Threat",
    "Truth",
    "UnknownNameError",
    "Vehicle",
    "__version__",
    "balance",
    "certify",
    "cooperation",
    "crux",
    "deciding",
    "defended_area",
    "diff",
    "engage",
    "evidence",
    "exposure",
    "flight_test",
    "fly",
    "fly_batch",
    "flyout",
    "guarantee",
    "load",
    "load_catalogue",
    "load_flight_test",
    "load_scenario",
    "negotiation_space",
    "raid",
    "replicate",
    "run",
    "solve",
    "sweep",
    "verify",
    "worst",
    "write_report",
]

if TYPE_CHECKING:
    from equipoise.catalogue import load_catalogue
    from equipoise.flights.fly import NoFlightError, fly, fly_batch, solve
    from equipoise.flights.flyout import flyout
    from equipoise.foundation.errors import (
        DomainError,
        EquipoiseError,
        InputError,
        StoredResultError,
        UnknownNameError,
    )
    from equipoise.foundation.provenance import Confidence, Quantity
    from equipoise.foundation.status import FlightStatus, Reason, Truth
    from equipoise.jobs.api import (
        balance,
        certify,
        cooperation,
        deciding,
        defended_area,
        engage,
        exposure,
        guarantee,
        negotiation_space,
        raid,
        run,
        verify,
        worst,
    )
    from equipoise.jobs.crux import crux
    from equipoise.jobs.flight_test import evidence, flight_test
    from equipoise.jobs.open import diff, load
    from equipoise.jobs.python_sweep import sweep
    from equipoise.model.clause import Clause
    from equipoise.model.scenario import Correlation, Threat
    from equipoise.model.systems import Base, Interceptor, LaunchArea, Missile, Party, Radar, Satellite, Site
    from equipoise.model.vehicle import Stage, StagedMissile, Vehicle
    from equipoise.present.report import write_report
    from equipoise.published import replicate
    from equipoise.results.record import Result
    from equipoise.scenario.flight_test import FlightTest, load_flight_test
    from equipoise.scenario.load import Scenario, load_scenario


def __getattr__(name: str) -> Any:
    """Return a public name from its home, imported on first use."""
    if name not in _HOMES:
        raise AttributeError(f"equipoise has no public name '{name}'; it has {', '.join(sorted(_HOMES))}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
