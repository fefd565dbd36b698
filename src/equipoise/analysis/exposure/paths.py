"""Strategic paths: every base and patrol area against every aim cell, in every family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths
from equipoise.foundation.status import FlightStatus
from equipoise.model.path_family import path_families
from equipoise.scenario.aims import aims
from equipoise.scenario.load import Scenario

FAMILIES = tuple(path_families())
ALL_AIMS = slice(None)
ARCS_READ = ("scenario", "base", "missile")
"""Tables of a scenario on which :func:`strategic_arcs` depends."""


@dataclass(frozen=True)
class Arcs:
    """Paths family by family, base by base, aim by aim: (families, bases, aims) in that order when flattened.

    ``paths`` holds one set per family and base; ``aim_deg`` (aims, 2) is latitude and longitude.
    """

    paths: tuple[Paths, ...]
    families: tuple[str, ...]
    bases: tuple[str, ...]
    aim_deg: np.ndarray

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return the numbers of families, bases and aims."""
        return len(self.families), len(self.bases), len(self.aim_deg)

    @property
    def base(self) -> np.ndarray:
        """Return the index of the base of every path, (n,)."""
        f, b, a = self.shape
        return np.tile(np.repeat(np.arange(b), a), f)

    @property
    def reached(self) -> np.ndarray:
        """Return which paths exist, (n,)."""
        return np.concatenate([part.status == FlightStatus.OK for part in self.paths])


def strategic_arcs(
    scenario: Scenario, families: Sequence[str] = ("minimum_energy",), which: slice | np.ndarray = ALL_AIMS
) -> Arcs:
    """Fly every base against every aim cell in the given families, or against those that ``which`` picks.

    ``which`` is a slice or the indices (n,) of the aim cells.
    """
    aim_deg = aims(scenario)[which]
    parts = [paths for each in base_paths(scenario, families, np.radians(aim_deg)) for paths in each]
    return Arcs(tuple(parts), tuple(families), tuple(b.id for b in scenario.bases), aim_deg)


def base_paths(scenario: Scenario, families: Sequence[str], aim_rad: np.ndarray) -> list[list[Paths]]:
    """Return by family the paths from each base to ``aim_rad`` (n, 2), latitude and longitude.

    ``families`` names the path families.
    """
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    found: list[dict[str, Paths]] = [{} for _ in families]
    for name in dict.fromkeys(base.missile for base in scenario.bases):
        own = [base for base in scenario.bases if base.missile == name]
        starts = np.radians([[base.lat_deg, base.lon_deg] for base in own])
        solved = kernel_inputs.solve_each(scenario.find("missile", name), starts, aim_rad, families, earth)
        for by_base, paths in zip(found, solved, strict=True):
            by_base |= {base.id: one for base, one in zip(own, paths, strict=True)}
    return [[by_base[base.id] for base in scenario.bases] for by_base in found]
