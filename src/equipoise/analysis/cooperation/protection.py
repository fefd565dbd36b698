"""What a case of cooperation protects: area and people of each party, by missile, at one shot and at two."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.analysis import situation
from equipoise.analysis.cooperation.cases import Case
from equipoise.analysis.defended_area import cell_area_km2, grid, threat_paths, worst_of
from equipoise.analysis.engagement import Outcomes
from equipoise.analysis.territory import owners_at
from equipoise.foundation.status import Reason
from equipoise.scenario.load import Scenario

SHOTS = (1, 2)
"""Shots that count as defended: the scenario's question, and with one to spare."""
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Ground:
    """The parties' land: cell centres in degrees (n,), owner (n,), weight of each cell by measure (measures, n)."""

    lat_deg: np.ndarray
    lon_deg: np.ndarray
    owner: np.ndarray
    weight: np.ndarray
    measures: tuple[str, ...]

    @property
    def rad(self) -> np.ndarray:
        """Return the centres as latitude and longitude in rad, (n, 2)."""
        return np.radians(np.stack([self.lat_deg, self.lon_deg], axis=1))


def ground(scenario: Scenario) -> Ground:
    """Return the cells of the scenario's map that belong to a party which commands something."""
    lat, lon = grid(scenario, "map")
    step = scenario.tables["scenario"]["map_step_deg"]
    lat_deg, lon_deg = (axis.ravel() for axis in np.meshgrid(lat, lon, indexing="ij"))
    owner = owners_at(lat_deg, lon_deg)
    held = np.isin(owner, situation.fielding(scenario))
    lat_deg, lon_deg, owner = lat_deg[held], lon_deg[held], owner[held]
    area = cell_area_km2(lat_deg, step)
    return Ground(lat_deg, lon_deg, owner, area[None, :], ("area",))


def outcomes(
    scenario: Scenario,
    place: Ground,
    threat: Mapping[str, Any],
    cases: Sequence[Case],
    tell: Callable[[], None] = lambda: None,
) -> Outcomes:
    """Return the worst outcome over path families of every case (columns) in every cell (rows)."""
    per_case = [case.commands(scenario) for case in cases]
    serving = [
        situation.serves(case.how, found, place.owner) for case, found in zip(cases, per_case, strict=True)
    ]
    return worst_of(threat_paths(scenario, threat, place.rad), per_case, serving, tell)


@dataclass(frozen=True)
class Protection:
    """Weights by measure, case, party and threat: in range of the missile, defended at one and at two shots.

    ``in_range`` is (measures, parties, threats), ``defended`` (shots, measures, cases, parties, threats).
    ``slack_s`` holds the quantiles of slack over what is defended (quantiles, cases, parties, threats), weighted by the
    last measure; ``earliest_s`` the earliest first intercept (cases, parties, threats); nan where there is none.
    """

    in_range: np.ndarray
    defended: np.ndarray
    slack_s: np.ndarray
    earliest_s: np.ndarray

    def share(self, shots: int = 1) -> np.ndarray:
        """Return the share of what the missiles reach that is defended, (measures, cases, parties), over all missiles."""
        held = self.defended[SHOTS.index(shots)].sum(axis=-1)
        reached = self.in_range.sum(axis=-1)[:, None, :]
        return np.divide(held, reached, out=np.full(held.shape, np.nan), where=reached > 0)


def protection(
    scenario: Scenario,
    place: Ground,
    parties: Sequence[str],
    cases: Sequence[Case],
    tell: Callable[[], None] = lambda: None,
) -> Protection:
    """Return what every case protects of every party; ``tell`` is called for each threat and path family."""
    threats = scenario.tables["threat"]
    m, c, p, t = len(place.measures), len(cases), len(parties), len(threats)
    in_range = np.zeros((m, p, t))
    defended = np.zeros((len(SHOTS), m, c, p, t))
    slack = np.full((len(QUANTILES), c, p, t), np.nan)
    earliest = np.full((c, p, t), np.nan)
    for k, threat in enumerate(threats):
        found = outcomes(scenario, place, threat, cases, tell)
        reached = found.reason[:, 0] != Reason.OUT_OF_RANGE
        for j, party in enumerate(parties):
            own = (place.owner == party) & reached
            in_range[:, j, k] = place.weight[:, own].sum(axis=1)
            for i, shots in enumerate(SHOTS):
                defended[i, :, :, j, k] = place.weight[:, own] @ (found.shots[own] >= shots)
            slack[:, :, j, k] = _slack(found, own, place.weight[-1])
            shot = np.where(found.shots[own] > 0, found.first_intercept_s[own], np.nan)
            if shot.size:
                earliest[:, j, k] = np.fmin.reduce(shot, axis=0)
    return Protection(in_range, defended, slack, earliest)


def _slack(found: Outcomes, own: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return weighted quantiles of slack over the cells in ``own`` that are defended, (quantiles, cases)."""
    out = np.full((len(QUANTILES), found.shots.shape[1]), np.nan)
    for i in range(found.shots.shape[1]):
        held = own & (found.shots[:, i] > 0)
        if held.any():
            order = np.argsort(found.slack_s[held, i], kind="stable")
            upto = np.cumsum(weight[held][order])
            at = np.searchsorted(upto, np.array(QUANTILES) * upto[-1])
            out[:, i] = found.slack_s[held, i][order][np.minimum(at, order.size - 1)]
    return out
