"""The strategic balance of a scenario as one result: arrivals, drawdown, stability, response, and the verdict."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.balance import drawdown
from equipoise.analysis.balance.arrivals import Defence, Group, arrivals
from equipoise.analysis.balance.bands import response_bands
from equipoise.analysis.balance.forces import (
    ALERTS,
    Alert,
    Method,
    counted_for,
    declarer,
    forces,
    groups,
    methods_of,
)
from equipoise.analysis.balance.parties import STRUCK, indices
from equipoise.foundation.status import Truth
from equipoise.model.fields import End
from equipoise.model.scenario import Phase
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario

ENDS = ("against", "nominal", "favourable", "all exposed", "all exposed, favourable")
"""Every input at the end that hurts the defence, at its nominal value, at the end that helps it; and the last two once
more with every path exposed, which is the most that any exposure could mean."""

FLOWN = "minimum_energy"
"""The family that retaliation flies; the deterrer could choose another for what this one exposes."""
SPOKEN = {
    "exposure": "share of the paths that can be engaged",
    "interceptors": "number of interceptors",
    "kill_probability": "single-shot kill probability",
    "objects_per_warhead": "credible objects with each warhead",
    "survival": "share that survives a first strike",
    "readiness": "readiness and reliability",
    "warheads": "warheads deployed",
    "method": "method of counting the forces",
}
"""What moves the verdict, in words."""
COUNT_ENDS: tuple[End, ...] = ("favourable", "nominal", "against")
"""Fewest, nominal and most warheads, by what they do to the defence."""


KEYS = {
    "interceptors": ("site.count",),
    "kill_probability": ("balance.kill_probability",),
    "objects_per_warhead": ("balance.objects_per_warhead",),
    "warheads": ("base.warheads",),
}
"""Keys of the scenario that hold an input; the others are of the exposure, of the postures or of the count."""


@dataclass(frozen=True)
class Case:
    """A scenario with its exposure: what the balance is computed from."""

    scenario: Scenario
    exposed: Mapping[tuple[str, str], Mapping[str, float]]
    """Share of the paths from every base that can be engaged, by phase and end of the ranges."""
    exposure: End = "nominal"
    survival: End = "nominal"
    readiness: End = "nominal"
    method: Method = "by_base"
    all_exposed: bool = False

    @classmethod
    def of(cls, scenario: Scenario, share: xr.DataArray) -> Case:
        """Return the case with the shares (phase, end, base) of the exposure."""
        names = [[str(name) for name in share[axis].values] for axis in ("phase", "end", "base")]
        table = share.transpose("phase", "end", "base").values
        return cls(
            scenario,
            {
                (phase, end): dict(zip(names[2], map(float, table[i, j]), strict=True))
                for i, phase in enumerate(names[0])
                for j, end in enumerate(names[1])
            },
        )

    def moved(self, end: End, *names: str) -> Case:
        """Return the case with some of :data:`SPOKEN` at one end of their ranges; what is not a range stays."""
        keys = [key for name in names for key in KEYS.get(name, ())]
        own: dict[str, Any] = {name: end for name in names if name in ("exposure", "survival", "readiness")}
        return replace(self, scenario=self.scenario.at_end(end, *keys) if keys else self.scenario, **own)

    def named(self, name: str, *, but: str = "") -> Case:
        """Return the case at one of :data:`ENDS`, all inputs together except ``but``."""
        end: End = (
            "against" if name == "against" else "favourable" if name.endswith("favourable") else "nominal"
        )
        found = self.moved(end, *(each for each in SPOKEN if each != but))
        return replace(found, all_exposed=name.startswith("all exposed"))

    def groups(self, phase: Phase, alert: Alert) -> list[Group]:
        """Return the forces behind the bases."""
        table = forces(self.scenario, phase.date, method=self.method)
        by_base = self.exposed[phase.name, self.exposure]
        if self.all_exposed:
            by_base = dict.fromkeys(by_base, 1.0)
        return groups(table, alert, survival=self.survival, readiness=self.readiness, exposed=by_base)

    def defence(self, day: date) -> Defence:
        """Return the interceptors in place on ``day``, all of them wherever they stand."""
        b = self.scenario.balance
        sites = [e for e in self.scenario.active("site", day) if roles.defends(self.scenario, e.party)]
        return Defence(
            int(sum(e.count.value for e in sites)), b.kill_probability.value, b.objects_per_warhead.value
        )

    def point(self, phase: Phase, alert: Alert) -> drawdown.Point:
        """Return the retaliation of the forces as they are."""
        return drawdown.point(self.groups(phase, alert), self.defence(phase.date))


def balance(scenario: Scenario, exposure: Result) -> Result:
    """Return the balance of ``scenario``, whose exposure is the result of the analysis of that name."""
    case = Case.of(scenario, exposure.data.share.sel(family=FLOWN))
    phases = scenario.phases
    data = xr.merge(
        [_counts(scenario), _today(case), _curves(case), _verdict(case), _stability(case), _response(case)]
    )
    data = data.assign_coords(
        phase=[p.name for p in phases], date=("phase", [p.date.isoformat() for p in phases])
    ).assign_attrs(
        neutralised_share=scenario.balance.neutralised_share.value, matters=MATTERS, **_named(scenario)
    )
    return Result(
        kind="balance",
        title="The strategic balance",
        data=data,
        notes=(
            "The first strike is an abstract surviving fraction by basing; it has no targets and no plan.",
            "A launcher delivers all its warheads or none; bombers are left out.",
            "The share of a base's minimum-energy paths that can be engaged is that of its launchers, rounded up.",
            "Every interceptor in place counts, wherever it stands; the defence plans the number of shots that takes most.",
            "'all exposed' lets every path be engaged, whatever the analysis of exposure says: no exposure could take more.",
            "Costs are not discounted and not inflated; most are assumptions (confidence 'assumption').",
            "Kent and Thaler's index: damage curve of a public implementation; loads that the catalogue does not state are one warhead.",
        ),
    )


def _named(scenario: Scenario) -> dict[str, str]:
    """Return what the parties of declarations are called, which of them the forces are, and how those are described."""
    names = {p.counted_as: p.name for p in scenario.parties}
    record = roles.party_named(scenario, roles.deterrer(scenario))
    declared = {d.party: names.get(d.party, d.party) for d in counted_for(scenario)}
    return {
        "parties": json.dumps(declared, ensure_ascii=False),
        "declarer": declarer(scenario),
        "adjective": (record.adjective or f"{record.name}'s") if record else "the deterrer's",
    }


def _counts(scenario: Scenario) -> xr.Dataset:
    """Return warheads by base, method and end, and the declared totals by date."""
    bases, methods, declared = [e.id for e in scenario.bases], methods_of(scenario), counted_for(scenario)
    days = [p.date for p in scenario.phases]
    warheads = np.array(
        [
            [
                [
                    [x.warheads for x in forces(scenario.at_end(e, "base.warheads"), day, method=m)]
                    for e in COUNT_ENDS
                ]
                for m in methods
            ]
            for day in days
        ]
    )
    dates = sorted({d.day for d in declared})
    parties = sorted({d.party for d in declared})
    table = np.full((len(dates), len(parties)), np.nan)
    for d in declared:
        table[dates.index(d.day), parties.index(d.party)] = d.warheads
    axes = {
        "counted": list(methods),
        "count_end": ["low", "nominal", "high"],
        "base": bases,
        "declaration": [d.isoformat() for d in dates],
        "party": parties,
    }
    return dataset("balance", {"warheads": warheads, "declared": table}, axes)


def _today(case: Case) -> xr.Dataset:
    """Return the distribution of arrivals in every phase at nominal values, without and with the defence."""
    rows = []
    for phase in case.scenario.phases:
        for alert in ALERTS:
            own = case.groups(phase, alert)
            rows.append([arrivals(own), arrivals(own, case.defence(phase.date))])
    size = max(len(p) for row in rows for p in row)
    pmf = np.zeros((len(rows), 2, size))
    for i, row in enumerate(rows):
        for j, p in enumerate(row):
            pmf[i, j, : len(p)] = p
    shape = (len(case.scenario.phases), len(ALERTS), 2, size)
    axes = {"alert": list(ALERTS), "defence": ["none", "as planned"], "arriving": np.arange(size)}
    return dataset("balance", {"arrivals": pmf.reshape(shape)}, axes)


def _curves(case: Case) -> xr.Dataset:
    """Return expected arrivals and chances of some numbers against total warheads."""
    phases = case.scenario.phases
    now = sum(x.warheads for x in forces(case.scenario, phases[0].date))
    totals = drawdown.totals(now)
    shape = (len(phases), len(ENDS), len(ALERTS), len(totals))
    undefended, defended = np.zeros(shape), np.zeros(shape)
    chance = np.zeros((*shape, len(drawdown.ARRIVALS)))
    below = np.zeros(shape[:3])
    for i, phase in enumerate(phases):
        for j, end in enumerate(ENDS):
            moved = case.named(end, but="warheads")
            for k, alert in enumerate(ALERTS):
                points = drawdown.curve(moved.groups(phase, alert), moved.defence(phase.date), totals)
                undefended[i, j, k] = [p.undefended for p in points]
                defended[i, j, k] = [p.defended for p in points]
                chance[i, j, k] = [p.at_least for p in points]
                below[i, j, k] = drawdown.matters_below(points, MATTERS)
    values = {"undefended": undefended, "defended": defended, "chance": chance, "matters_below": below}
    axes = {"end": list(ENDS), "alert": list(ALERTS), "total": totals, "at_least": list(drawdown.ARRIVALS)}
    return dataset("balance", values, axes)


MATTERS = 0.1
"""Share of the expected arrivals whose loss counts as mattering."""


def _verdict(case: Case) -> xr.Dataset:
    """Return the share lost in every phase and alert, the verdict on 'neutralised', and what decides it."""
    phases = case.scenario.phases
    limit = case.scenario.balance.neutralised_share.value
    shape = (len(phases), len(ALERTS))
    lost = np.zeros((*shape, len(ENDS)))
    truth, deciding = np.zeros(shape, dtype=np.int8), np.empty(shape, dtype=object)
    swing = np.zeros((*shape, len(SPOKEN), 2))
    for i, phase in enumerate(phases):
        for j, alert in enumerate(ALERTS):
            lost[i, j] = [case.named(end).point(phase, alert).lost for end in ENDS]
            swing[i, j] = _swings(case, phase, alert)
            truth[i, j] = truth_at(lost[i, j], limit)
            deciding[i, j] = _deciding(swing[i, j], lost[i, j], limit)
    values = {"lost": lost, "truth": truth, "deciding": deciding.astype(str), "swing": swing}
    axes = {
        "alert": list(ALERTS),
        "end": list(ENDS),
        "parameter": list(SPOKEN.values()),
        "moved": ["against", "favourable"],
    }
    return dataset("balance", values, axes)


def _swings(case: Case, phase: Phase, alert: Alert) -> np.ndarray:
    """Return the share lost (parameters, 2) with each parameter at either end and the rest nominal."""
    found = []
    for name in SPOKEN:
        if name == "method":
            moved = [replace(case, method=m) for m in methods_of(case.scenario)]
        else:
            moved = [case.moved("against", name), case.moved("favourable", name)]
        lost = [each.point(phase, alert).lost for each in moved]
        found.append([min(lost), max(lost)])
    return np.array(found)


def truth_at(lost: Sequence[float] | np.ndarray, limit: float) -> Truth:
    """Return whether the deterrent is neutralised at both ends, at neither, or at one of them.

    ``lost`` (3,) are the shares lost at :data:`ENDS`, of which the first and the third count, ``limit`` the share that neutralises.
    """
    against, favourable = takes(lost[0], limit), takes(lost[2], limit)
    if against == favourable:
        return Truth.KEPT if favourable else Truth.BROKEN
    return Truth.UNDETERMINED


def takes(lost: float, limit: float) -> bool:
    """Return whether a share lost neutralises the deterrent, from ``limit`` on: a defence that takes nothing does so at no threshold."""
    return bool(lost > 0.0 and lost >= limit)


def _deciding(swing: np.ndarray, lost: np.ndarray, limit: float) -> str:
    """Return the parameters that flip the verdict alone, else the one that moves the share most."""
    names = list(SPOKEN.values())
    flips = [
        n for n, (low, high) in zip(names, swing, strict=True) if takes(low, limit) != takes(high, limit)
    ]
    if flips:
        return ", ".join(flips)
    widths = swing[:, 1] - swing[:, 0]
    if widths.max() <= 0.0:
        return names[0] if lost[3] > 0.0 else "none"
    return names[int(np.argmax(widths))]


def _response(case: Case) -> xr.Dataset:
    """Return the response to the last phase."""
    last = case.scenario.phases[-1]
    exposed = [float(np.nanmax([*case.exposed[last.name, end].values()])) for end in ENDS[:3]]
    return response_bands(
        case.scenario, last.date, exposed, lambda day: float(case.defence(day).interceptors)
    )


def _stability(case: Case) -> xr.Dataset:
    """Return the index between both parties without a defence and with every interceptor counted, by phase."""
    phases = case.scenario.phases
    found = np.array(
        [
            [
                indices(case.scenario, p.date, alert, case.defence(p.date))
                for alert in ("day_to_day", "generated", "launch_under_attack")
            ]
            for p in phases
        ]
    )
    return dataset("balance", {"index": found}, {"alert": list(ALERTS), "struck_defence": list(STRUCK)})
