"""The statement of a certificate, written from the question file, what its clauses leave open, and the scenario's flights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from equipoise.analysis.guarantees.arcs import Group, measured_margin
from equipoise.analysis.guarantees.permitted import NO_CLAUSE, PermittedSystem
from equipoise.analysis.guarantees.question_file import Question, decimal, outward, plain
from equipoise.analysis.guarantees.search import EARTH, Statement, digest
from equipoise.checkers.certificate.statement import ASSUMPTIONS, NOT_COVERED
from equipoise.engagement import kernel_inputs
from equipoise.foundation.errors import misuse
from equipoise.model.region import Region
from equipoise.physics.environment.earth import EarthModel
from equipoise.scenario.load import Scenario

BOOST_SHARE = "0.5"
"""An interceptor whose acceleration never falls covers at most half of speed times burn time until burnout."""


def statement(
    scenario: Scenario, asked: Question, system: PermittedSystem, *, flights: Sequence[Group]
) -> Statement:
    """Return the statement that no permitted system engages any strategic flight of the scenario with its slack."""
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    if not earth.omega_rad_s:
        said, cure = "a certificate needs a turning Earth.", "Use wgs84 or sphere."
        raise misuse(scenario.name, "scenario.earth", said, cure)
    boxes = system.region.boxes()
    margin = measured_margin(flights, (min(b[0] for b in boxes), max(b[2] for b in boxes)), earth)
    return {
        "name": asked["title"],
        "question": {
            "sha256": digest(asked),
            **{key: asked[key] for key in ("scenario", "scenario_sha256", "party", "days")},
        },
        "clauses": [
            {**{key: c[key] for key in ("id", "kind", "name", "text")}, "binds": use.binds, "use": use.use}
            for c, use in zip(asked["clauses"], system.uses, strict=True)
        ],
        "families": list(asked["families"]),
        "earth": dict(EARTH),
        "interceptor": {
            "speed_m_s": decimal(system.speed_m_s),
            "burn_time_s": [decimal(x) for x in system.burn_time_s],
            "boost_share": BOOST_SHARE,
        },
        "launch": {
            "after_launch_s": decimal(system.after_launch_s),
            "after_burnout_s": "none" if system.after_burnout_s is None else decimal(system.after_burnout_s),
        },
        "sites": sites_of(system.region, asked["area_deg"], earth),
        "slack_s": decimal(system.slack_s),
        "margin": {
            "constant_m": decimal(math.ceil(margin.constant_m / 100) * 100),
            "growth_m_s": decimal(math.ceil(margin.growth_m_s)),
            "basis": plain(margin.basis),
        },
        "threats": [_threat(group, asked) for group in flights],
        "assumptions": list(ASSUMPTIONS),
        "not_covered": list(NOT_COVERED),
    }


def _threat(group: Group, asked: Question) -> dict[str, Any]:
    """Return a group's arcs as one cell, rounded outwards."""
    base = next(b for b in asked["bases"] if b["id"] == group.base)
    steps = {name: 100.0 if name.endswith("_m") else 0.01 for name in group.cell}
    return {
        "base": group.base,
        "family": group.family,
        "missile": base["missile"],
        "place_deg": base["place_deg"],
        "burn_time_s": base["ranges"]["burn_time_s"][1],
        "origin_deg": [decimal(x) for x in group.origin_deg],
        "cells": [{name: outward(*ends, steps[name]) for name, ends in group.cell.items()}],
    }


def sites_of(region: Region, area_deg: list[list[str]], earth: EarthModel) -> dict[str, Any]:
    """Return the region in geocentric degrees, never smaller than it is; corridors are left out, which permits more.

    Turning geodetic into geocentric latitudes shortens no distance by more than the square of one less the flattening, so
    that a disc shrunk by as much lies inside the one that a clause excludes.
    """
    shrink = math.floor(1e5 * (1.0 - earth.flattening) ** 2) / 1e5
    return {
        "area_deg": area_deg,
        "within": [_box(box, earth, outwards=True) for box in region.boxes()],
        "outside": [_box(box, earth, outwards=False) for box in region.outside],
        "discs": [
            {
                "lat_deg": decimal(_geocentric(d.lat_deg, earth)),
                "lon_deg": decimal(d.lon_deg),
                "radius_m": decimal(shrink * 1e3 * d.radius_km),
            }
            for d in region.discs
        ],
    }


def _box(box: tuple[float, float, float, float], earth: EarthModel, *, outwards: bool) -> list[str]:
    south, west, north, east = box
    edge = 1e-6 if outwards else -1e-6
    return [
        decimal(max(_geocentric(south, earth) - edge, -90.0)),
        decimal(west),
        decimal(min(_geocentric(north, earth) + edge, 90.0)),
        decimal(east),
    ]


def _geocentric(lat_deg: float, earth: EarthModel) -> float:
    squash = (1.0 - earth.flattening) ** 2
    return float(np.degrees(np.arctan(squash * np.tan(np.radians(lat_deg)))))


__all__ = ["NO_CLAUSE", "Statement", "sites_of", "statement"]
