"""The statement that a certificate proves, written from what the clauses permit and from the flights of the scenario."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.guarantees.arcs import Group, cells, groups, measured_margin
from equipoise.analysis.guarantees.permitted import PermittedSystem
from equipoise.analysis.guarantees.search import EARTH, Statement
from equipoise.engagement import kernel_inputs
from equipoise.foundation.errors import InputError, Problem
from equipoise.model.region import Region
from equipoise.physics.environment.earth import EarthModel
from equipoise.scenario.load import Scenario

BOOST_SHARE = "0.5"
"""An interceptor whose acceleration never falls covers at most half of speed times burn time until burnout."""
DISC_SHRINK = 0.995
"""Great circles on the ellipsoid differ from those on the mean sphere by less than this."""


def statement(
    scenario: Scenario,
    system: PermittedSystem,
    *,
    title: str = "",
    flights: list[Group] | None = None,
    families: tuple[str, ...] = FAMILIES,
) -> Statement:
    """Return the statement that no permitted system engages any strategic flight of the scenario with its slack."""
    earth = kernel_inputs.EARTHS[scenario.tables["scenario"]["earth"]]
    if not earth.omega_rad_s:
        raise InputError(
            [
                Problem(
                    scenario.name,
                    "scenario.earth",
                    "a certificate needs a turning Earth.",
                    "Use wgs84 or sphere.",
                )
            ]
        )
    found = groups(scenario, families) if flights is None else flights
    boxes = system.region.boxes()
    margin = measured_margin(found, (min(b[0] for b in boxes), max(b[2] for b in boxes)), earth)
    low, high = system.burn_time_s
    return {
        "name": _plain(title or scenario.title),
        "earth": dict(EARTH),
        "interceptor": {
            "speed_m_s": decimal(system.speed_m_s),
            "burn_time_s": [decimal(low), decimal(high)],
            "boost_share": BOOST_SHARE,
            "delay_s": decimal(system.delay_s),
        },
        "sites": sites_of(system.region, scenario),
        "slack_s": decimal(system.slack_s),
        "margin": {
            "constant_m": decimal(math.ceil(margin.constant_m / 100) * 100),
            "growth_m_s": decimal(math.ceil(margin.growth_m_s)),
            "basis": margin.basis,
        },
        "threats": [_threat(group) for group in found],
    }


def decimal(value: float, digits: int = 6) -> str:
    """Return a plain decimal without an exponent."""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _threat(group: Group) -> dict[str, Any]:
    """Return a group's arcs as cells, rounded outwards."""
    return {
        "name": f"{group.base} {group.family.replace('_', ' ')}",
        "lat_deg": decimal(group.lat_deg),
        "lon_deg": decimal(group.lon_deg),
        "cells": [{name: _outward(name, *ends) for name, ends in cell.items()} for cell in cells(group)],
    }


def _outward(name: str, low: float, high: float) -> list[str]:
    step = 100.0 if name.endswith("_m") else 0.01
    return [decimal(math.floor(low / step) * step, 2), decimal(math.ceil(high / step) * step, 2)]


def sites_of(region: Region, scenario: Scenario) -> dict[str, Any]:
    """Return the region in geocentric degrees, never smaller than it is; corridors are left out, which permits more."""
    earth = kernel_inputs.EARTHS[scenario.tables["scenario"]["earth"]]
    return {
        "within": [_box(box, earth, outward=True) for box in region.boxes()],
        "outside": [_box(box, earth, outward=False) for box in region.outside],
        "discs": [
            {
                "lat_deg": decimal(_geocentric(d.lat_deg, earth)),
                "lon_deg": decimal(d.lon_deg),
                "radius_m": decimal(DISC_SHRINK * 1e3 * d.radius_km),
            }
            for d in region.discs
        ],
    }


def _box(box: tuple[float, float, float, float], earth: EarthModel, *, outward: bool) -> list[str]:
    south, west, north, east = box
    edge = 1e-6 if outward else -1e-6
    return [
        decimal(_geocentric(south, earth) - edge),
        decimal(west),
        decimal(min(_geocentric(north, earth) + edge, 90.0)),
        decimal(east),
    ]


def _geocentric(lat_deg: float, earth: EarthModel) -> float:
    squash = (1.0 - earth.flattening) ** 2
    return float(np.degrees(np.arctan(squash * np.tan(np.radians(lat_deg)))))


def _plain(text: str) -> str:
    """Return the text in the plain characters that a certificate allows."""
    return "".join(c if " " <= c <= "~" else "-" for c in text)[:120]
