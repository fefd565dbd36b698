"""The charts and maps of a flight test in words, for who does not see them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equipoise.present import flight_test_tables as tables
from equipoise.present.flight_test_tables import HALF_WIDTH


def plan_map(data: xr.Dataset) -> str:
    """Return in words what is seen in the map of a plan."""
    where = tables.spot(float(data.attrs["intercept_lat_deg"]), float(data.attrs["intercept_lon_deg"]))
    zones = "; ".join(
        f"{name} {float(data.area_long[i]):.0f} by {float(data.area_short[i]):.0f} km"
        for i, name in enumerate(data.area.values)
    )
    return f"Map: target and interceptor meet at {where}. Hazard ellipses (semi-axes): {zones}."


def sight(data: xr.Dataset) -> str:
    """Return in words what is seen in the spans of sight."""
    said = [
        f"{name} {float(data.seen_from[i]):.0f} to {float(data.seen_to[i]):.0f} s" if np.isfinite(data.seen_from[i]) else f"{name} never"
        for i, name in enumerate(data.observer.values)
    ]  # fmt: skip
    return f"Spans of sight over time: {'; '.join(said)}; burnout at {data.attrs['burnout_s']:.0f} s."


def flight(data: xr.Dataset) -> str:
    """Return in words what is seen in the flight over time."""
    highest, fastest = float(data.interceptor_altitude.max()), float(data.interceptor_speed.max())
    return f"Lines over time: altitude up to {highest:.0f} km, speed up to {fastest:.1f} km/s; burnout at {data.attrs['burnout_s']:.0f} s."


def places(data: xr.Dataset) -> str:
    """Return in words what is seen in the maps of expected errors."""
    said = [
        f"{name}: best {float(data.best_speed_error[k]):.1f} m/s at {tables.spot(float(data.best_lat[k]), float(data.best_lon[k]))}"
        for k, name in enumerate(data.option.values)
    ]
    return f"Maps of the expected error by place. {'; '.join(said)}."


def estimates(data: xr.Dataset) -> str:
    """Return in words what is seen in the estimates of each test."""
    said = [
        f"{name}: median half interval {HALF_WIDTH * float(np.nanmedian(data.speed_error.values[k])):.1f} m/s"
        for k, name in enumerate(data.setup.values)
        if np.isfinite(data.speed_error.values[k]).any()
    ]
    return f"Points with intervals about zero, by test. {'; '.join(said)}."


def evidence(data: xr.Dataset) -> str:
    """Return in words what is seen in the probabilities over tests."""
    chance = data.posterior.isel(setup=0)
    said = [
        f"{belief}: {float(chance[b, 0]):.0%} before any test, {float(chance[b, -1]):.0%} after {int(data.tests[-1])}, "
        f"settling at {float(data.ceiling[b]):.0%}"
        for b, belief in enumerate(_restraints(data))
    ]
    return f"Curves of probability over tests, first set-up. {'; '.join(said)}."


def ratio(data: xr.Dataset) -> str:
    """Return in words what is seen in the likelihood ratios."""
    ratio = data.log10_ratio.isel(setup=0, tests=-1)
    said = [f"{belief}: 10 to the {float(ratio[b]):.1f}" for b, belief in enumerate(_restraints(data))]
    return f"Likelihood ratio after all tests. {'; '.join(said)}."


def _restraints(data: xr.Dataset) -> list[str]:
    return [f"restraint {float(belief):.0%}" for belief in data.restraint.values]
