"""What a case of cooperation protects: area and people of each party, by missile, at one shot and at two."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from equipoise.analysis.cooperation.cases import Case
from equipoise.analysis.defence.defended_area import map_grid, threat_paths, worst_of
from equipoise.engagement import order_of_battle
from equipoise.engagement.engage import Outcomes
from equipoise.engagement.records import Command
from equipoise.foundation.status import Reason
from equipoise.geography.grids import ground
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import countries_of

SHOTS = (1, 2)
"""Shots that count as defended: the scenario's question, and with one to spare."""
QUANTILES = (0.1, 0.5, 0.9)
MEASURES = ("area", "people")


@dataclass(frozen=True)
class Ground:
    """The parties' part of the map: index (n,) and centre in rad (n, 2) of its cells, owner (n,), weight by measure (measures, n).

    A cell in which people of two parties live stands twice, once for each.
    """

    cell: np.ndarray
    cells_rad: np.ndarray
    owner: np.ndarray
    weight: np.ndarray
    measures: tuple[str, ...] = MEASURES


def parties_ground(scenario: Scenario, parties: Sequence[str]) -> Ground:
    """Return the cells of the scenario's map with land (km2) or people of each party.

    ``parties`` are ids of the scenario's parties.
    """
    grid = map_grid(scenario)
    under = ground(grid)
    parts = []
    for party in parties:
        mine = np.isin(under.codes, countries_of(scenario, party))
        land = np.where((under.owner >= 0) & mine[under.owner], grid.area_km2, 0.0)
        people = under.people[:, mine].sum(axis=1)
        held = np.flatnonzero((land > 0) | (people > 0))
        parts.append((held, np.full(held.size, party), np.stack([land[held], people[held]])))
    cells, owner, weight = zip(*parts, strict=True)
    cell = np.concatenate(cells)
    return Ground(cell, grid.cells_rad[cell], np.concatenate(owner), np.concatenate(weight, axis=1))


def thinned(place: Ground, block_deg: float) -> Ground:
    """Return one cell for each block and party, the one with most people, with the weights of the whole block."""
    rows, columns = np.floor(np.degrees(place.cells_rad) / block_deg).astype(int).T
    keys = np.stack([rows, columns, np.unique(place.owner, return_inverse=True)[1]], axis=1)
    _, block = np.unique(keys, axis=0, return_inverse=True)
    weight = np.zeros((len(place.measures), block.max() + 1))
    for total, single in zip(weight, place.weight, strict=True):
        np.add.at(total, block, single)
    order = np.lexsort([-place.weight[-1], block])
    chosen = order[np.r_[True, block[order][1:] != block[order][:-1]]]
    return Ground(place.cell[chosen], place.cells_rad[chosen], place.owner[chosen], weight)


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
    """Return what every case protects of every party; ``tell`` is called for each threat and path family.

    ``parties`` are the ids of those whose ground ``place`` holds.
    """
    threats = scenario.threats
    m, c, p, t = len(place.measures), len(cases), len(parties), len(threats)
    in_range = np.zeros((m, p, t))
    defended = np.zeros((len(SHOTS), m, c, p, t))
    slack = np.full((len(QUANTILES), c, p, t), np.nan)
    earliest = np.full((c, p, t), np.nan)
    commands = [case.commands(scenario) for case in cases]
    asked = {party: _serving(party, cases, commands) for party in parties}
    every = map_grid(scenario).cells_rad  # as the defended area asks, whose paths are remembered
    for k, threat in enumerate(threats):
        points = threat_paths(scenario, threat, every)
        for j, party in enumerate(parties):
            own = np.flatnonzero(place.owner == party)
            mine = [[paths[place.cell[own]] for paths in families] for families in points]
            distinct, which = asked[party]
            found = worst_of(mine, distinct, tell=tell if j == 0 else lambda: None)
            reached = found.reason[:, 0] != Reason.OUT_OF_RANGE
            found, weight = found.rows(reached), place.weight[:, own[reached]]
            in_range[:, j, k] = weight.sum(axis=1)
            for i, shots in enumerate(SHOTS):
                defended[i, :, :, j, k] = (weight @ (found.shots >= shots))[:, which]
            slack[:, :, j, k] = _slack(found, weight[-1])[:, which]
            shot = np.where(found.shots > 0, found.first_intercept_s, np.nan)
            if shot.size:
                earliest[:, j, k] = np.fmin.reduce(shot, axis=0)[which]
    return Protection(in_range, defended, slack, earliest)


def _serving(
    party: str, cases: Sequence[Case], commands: Sequence[tuple[Command, ...]]
) -> tuple[list[tuple[Command, ...]], np.ndarray]:
    """Return the commands that engage what heads for a party's cells, without repetition, and the index there of every case.

    No other commands are asked about these cells. Two in five cases come to the commands of another one.
    """
    owner = np.array([party])
    every = [
        tuple(compress(found, order_of_battle.serves(case.how, found, owner)[0]))
        for case, found in zip(cases, commands, strict=True)
    ]
    at = {those: i for i, those in enumerate(dict.fromkeys(every))}
    return list(at), np.array([at[those] for those in every])


def _slack(found: Outcomes, weight: np.ndarray) -> np.ndarray:
    """Return weighted quantiles of slack over the cells (rows) that are defended, (quantiles, cases)."""
    out = np.full((len(QUANTILES), found.shots.shape[1]), np.nan)
    for i in range(found.shots.shape[1]):
        held = found.shots[:, i] > 0
        if held.any():
            order = np.argsort(found.slack_s[held, i], kind="stable")
            upto = np.cumsum(weight[held][order])
            at = np.searchsorted(upto, np.array(QUANTILES) * upto[-1])
            out[:, i] = found.slack_s[held, i][order][np.minimum(at, order.size - 1)]
    return out
