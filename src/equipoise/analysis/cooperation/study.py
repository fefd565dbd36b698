"""Modes of cooperation side by side: protection, dependence, what each shared sensor gives, and the price in exposure."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis.cooperation import cases as ask
from equipoise.analysis.cooperation import disputed
from equipoise.analysis.cooperation.cases import Case
from equipoise.analysis.cooperation.deterrents import deterrents, exposed_shares, forces_of
from equipoise.analysis.cooperation.protection import (
    QUANTILES,
    SHOTS,
    Protection,
    parties_ground,
    protection,
    thinned,
)
from equipoise.analysis.defence.defended_area import map_grid
from equipoise.engagement import cooperation_modes
from equipoise.engagement.bounds import NOMINAL_MISSILES
from equipoise.geography.grids import ground
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario

LATENCIES_S = (0.0, 30.0, 120.0, 300.0)
COARSENESS_KM = (0.0, 1.0, 5.0, 25.0)
BLOCK_DEG = 4.0
VELOCITY_PER_POSITION = 0.01
"""Coarsening of velocity that goes with that of position, 1/s: 5 km and 50 m/s, as in the default assumptions."""
SHORT_RADARS = ("radar.range_max_km",)
"""Every radar at the low end of its range: the case in which somebody else's radar is worth most."""
SIGHTS: dict[str, tuple[str, ...]] = {"nominal": (), "short_radars": SHORT_RADARS}
RULES: dict[str, tuple[str, tuple[str, ...]]] = {
    "duration, short radars": ("duration", SHORT_RADARS),
    "accuracy, nominal radars": ("accuracy", ()),
    "accuracy, short radars": ("accuracy", SHORT_RADARS),
}
"""Track rules under which late and coarse data are tried; coarseness matters for an accurate track alone."""
OUTAGES = (
    "partner's sensors stop",
    "partner's interceptors stop",
    "partner stops",
    "link stops",
    *(f"{delay:g} s later" for delay in ask.LATE_S),
)
"""What can go out of action in a mode, in the order of :func:`outages`."""


@dataclass(frozen=True)
class _Plan:
    """All cases of a study, each asked once, and where each stands."""

    cases: list[Case]

    def at(self, case: Case) -> int:
        """Return the index of a case, which joins the plan if it is new."""
        if case not in self.cases:
            self.cases.append(case)
        return self.cases.index(case)


def outages(case: Case, partner: str) -> tuple[Case, ...]:
    """Return the case with each of :data:`OUTAGES`.

    ``partner`` is the id of the party that stops.
    """
    return (
        ask.sensors_stop(case, partner),
        ask.interceptors_stop(case, partner),
        ask.partner_stops(case, partner),
        ask.link_stops(case),
        *(ask.late_by(case, delay) for delay in ask.LATE_S),
    )


def sides(scenario: Scenario) -> tuple[str, ...]:
    """Return the two parties whose cooperation is studied: the first defender, and the first other one that fields anything.

    Both need land or people on the map; fewer than two where there is nobody to cooperate with.
    """
    codes = set(ground(map_grid(scenario)).codes)
    fielded = [p for p in roles.fielding(scenario) if codes & set(roles.countries_of(scenario, p))]
    first = [p for p in fielded if p in roles.defenders(scenario)][:1]
    return tuple([*first, *(p for p in fielded if p not in first)][:2])


def partner_of(party: str, parties: Sequence[str]) -> str:
    """Return the other party; the study takes two.

    ``parties`` are both ids.
    """
    return next(other for other in parties if other != party)


def cooperation(
    scenario: Scenario, *, late_and_coarse: bool = False, tell: Callable[[], None] = lambda: None
) -> Result | None:
    """Return the study of a scenario's modes, or None when fewer than two parties field anything.

    ``tell`` is called once per threat and path family, and again with ``late_and_coarse``, which adds :func:`terms`. Weights are of area (km2) and people; ``defended`` counts cells
    that get the shots against a missile, worst over its path families, added up over the missiles that reach them.
    """
    parties = sides(scenario)
    if len(parties) < 2:
        return None
    place = parties_ground(scenario, parties)
    plan = _Plan([])
    phases, modes = scenario.phases, scenario.head.modes
    how = {name: cooperation_modes.mode(scenario, name) for name in modes}
    base = np.array([[plan.at(Case(p.date, how[m])) for m in modes] for p in phases])
    lost = np.array(
        [
            [
                [
                    [plan.at(c) for c in outages(plan.cases[base[i, j]], partner_of(party, parties))]
                    for party in parties
                ]
                for j in range(len(modes))
            ]
            for i in range(len(phases))
        ]
    )
    last = phases[-1].date
    gains = _gain_cases(scenario, plan, last, parties)
    disputes = disputed.cases_at_ends(scenario, last, plan.at)
    found = protection(scenario, place, parties, plan.cases, tell)
    data = _dataset(scenario, found, place.measures, parties, base, lost)
    data = data.merge(_gains(found, gains, parties))
    data = data.merge(disputed.shares_at_ends(scenario, found, disputes, parties))
    data = data.merge(exposed_shares(scenario)).assign_attrs(_named(scenario, parties))
    if late_and_coarse:
        data = data.merge(terms(scenario, tell=tell))
    return Result(
        kind="cooperation",
        title="Cooperation and dependence",
        data=data,
        notes=(
            "Defended: the required shots against a missile, worst over its path families, nominal assumptions; "
            "people and areas are added up over the missiles that reach them.",
            NOMINAL_MISSILES,
            "Where each party defends its own area, it engages what heads for it and for nobody's area.",
            "Partner stops: neither its sensors nor its interceptors act. Link stops: no reports, no common command; "
            "agreed sectors still bind.",
            "Short radars: every radar at the low end of its range, where a shared radar matters most.",
            "Batteries without a radar of their own in the scenario take their cue from the other sensors of their party.",
        ),
    )


def _named(scenario: Scenario, parties: Sequence[str]) -> dict[str, str]:
    """Return what the parties, and the owners of the deterrents, are called."""
    names = {p.id: p.name for p in scenario.parties}
    armed = {p.counted_as: p.name for p in scenario.parties}
    owners = {
        side: armed.get(next((force.party for force, _ in forces_of(scenario, side)), ""), side)
        for side in deterrents(scenario)
    }
    deterrer = roles.deterrer(scenario)
    if deterrer in owners:
        owners[deterrer] = names.get(deterrer) or "the deterrer"
    return {
        "parties": json.dumps({p: names.get(p, p) for p in parties}, ensure_ascii=False),
        "deterrents": json.dumps(owners, ensure_ascii=False),
    }


def _dataset(
    scenario: Scenario,
    found: Protection,
    measures: Sequence[str],
    parties: Sequence[str],
    base: np.ndarray,
    lost: np.ndarray,
) -> xr.Dataset:
    """Return protection by phase, mode, party and threat, and what each outage takes away."""
    modes = scenario.head.modes
    defended = found.defended[:, :, base]  # shots, measures, phases, modes, parties, threats
    loss = np.stack(
        [
            np.stack(
                [
                    found.defended[:, :, base][:, :, :, :, k]
                    - found.defended[:, :, lost[:, :, k, o]][:, :, :, :, k]
                    for k in range(len(parties))
                ],
                axis=4,
            )
            for o in range(len(OUTAGES))
        ],
        axis=4,
    )
    values = {
        "in_range": found.in_range,
        "defended": defended,
        "lost": loss,
        "slack": found.slack_s[:, base],
        "earliest": found.earliest_s[base],
    }
    return dataset(
        "cooperation",
        values,
        {
            "shots": list(SHOTS),
            "measure": list(measures),
            "phase": [p.name for p in scenario.phases],
            "mode": list(modes),
            "party": list(parties),
            "threat": [t.id for t in scenario.threats],
            "outage": list(OUTAGES),
            "quantile": list(QUANTILES),
        },
    )


@dataclass(frozen=True)
class _Gain:
    """One shared sensor: who gives it, the cases with it alone and with all but it, and those to compare with."""

    sensor: str
    giver: str
    alone: int
    without: int
    nothing: int
    everything: int
    sight: str


def _gain_cases(scenario: Scenario, plan: _Plan, day: date, parties: Sequence[str]) -> list[_Gain]:
    """Return, for each sensor that a party could share, the cases that tell what it gives to the other."""
    found = []
    exchange = cooperation_modes.mode(scenario, "exchange")
    for sight, against in SIGHTS.items():
        full = Case(day, exchange, against=against)
        for giver in parties:
            owned = ask.owned_sensors(scenario, full, giver)
            nothing = plan.at(ask.sharing_only(full, giver, ()))
            for sensor in owned:
                found.append(
                    _Gain(
                        sensor,
                        giver,
                        alone=plan.at(ask.sharing_only(full, giver, (sensor,))),
                        without=plan.at(
                            ask.sharing_only(full, giver, tuple(s for s in owned if s != sensor))
                        ),
                        nothing=nothing,
                        everything=plan.at(full),
                        sight=sight,
                    )
                )
    return found


def _gains(found: Protection, gains: list[_Gain], parties: Sequence[str]) -> xr.Dataset:
    """Return what each shared sensor adds for the other party: alone, and on top of all others, (sight, sensor)."""
    held = found.defended[0].sum(axis=-1)  # measures, cases, parties
    sensors = list(dict.fromkeys(g.sensor for g in gains))
    shape = (len(held), len(SIGHTS), len(sensors))
    added, missed = np.full(shape, np.nan), np.full(shape, np.nan)
    giver = {g.sensor: g.giver for g in gains}
    for g in gains:
        k = parties.index(partner_of(g.giver, parties))
        at = (slice(None), list(SIGHTS).index(g.sight), sensors.index(g.sensor))
        added[at] = held[:, g.alone, k] - held[:, g.nothing, k]
        missed[at] = held[:, g.everything, k] - held[:, g.without, k]
    values = {"added_alone": added, "missed_without": missed, "giver": [giver[s] for s in sensors]}
    return dataset("cooperation", values, {"sight": list(SIGHTS), "sensor": sensors})


def terms(scenario: Scenario, *, tell: Callable[[], None] = lambda: None) -> xr.Dataset:
    """Return what exchange defends on the last day with ever later and coarser data, by track rule and party.

    An accurate track costs a filter for every path and picture, so the map is thinned to one cell for each block of
    :data:`BLOCK_DEG` degrees and party, which stands for the people of the whole block.
    ``tell`` is called for each threat and path family.
    """
    parties = sides(scenario)
    day = scenario.phases[-1].date
    exchange = cooperation_modes.mode(scenario, "exchange")
    cases = [
        ask.with_terms(
            Case(day, exchange, against=against, track_rule=rule),
            latency_s=latency,
            position_sigma_m=coarse * 1e3,
            velocity_sigma_m_s=coarse * 1e3 * VELOCITY_PER_POSITION,
        )
        for rule, against in RULES.values()
        for latency in LATENCIES_S
        for coarse in COARSENESS_KM
    ]
    place = thinned(parties_ground(scenario, parties), BLOCK_DEG)
    found = protection(scenario, place, parties, cases, tell)
    share = found.share().reshape(
        len(place.measures), len(RULES), len(LATENCIES_S), len(COARSENESS_KM), len(parties)
    )
    axes = {
        "measure": list(place.measures),
        "rule": list(RULES),
        "latency": list(LATENCIES_S),
        "coarseness": list(COARSENESS_KM),
        "party": list(parties),
    }
    return dataset("cooperation", {"share_by_terms": share}, axes)
