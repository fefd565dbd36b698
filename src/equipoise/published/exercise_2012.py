"""The computer-assisted exercise of March 2012: of three architectures full integration is said to have scored best.

The claim is the Russian general staff's; no NATO text that confirms it was found, and no measure was printed. So each
of our measures is asked by itself, and two of them count against integration.
"""

from __future__ import annotations

import xarray as xr

from equipoise.analysis.cooperation.study import cooperation
from equipoise.published.statement import Statement, Verdict
from equipoise.scenario.load import Scenario, load_scenario

TITLE = "The exercise of March 2012"
PLACE = "the sentences on the three architectures"
NUMBER = "people-by-mode"
BY, ON = "N. Makarov, Russian general staff", "2012"
SOURCE = "N. Makarov, tass.com/archive/674227 (exercise in Germany, late March 2012)"
PRINTED = "(1) two independent systems, (2) independent command and fire with one shared block of information, (3) full integration: (3) scored best"
ARCHITECTURES = ("independent", "exchange", "joint")
TIE = 5e-4
"""Shares that differ by less are the same."""
WHO = {"nato": "NATO", "russia": "Russia"}


def statements(scenario: Scenario | None = None) -> list[Statement]:
    """Return one comparison per measure and party, for the scenario's last phase."""
    asked = (scenario or load_scenario("epaa")).in_modes(ARCHITECTURES)
    result = cooperation(asked)
    if result is None:
        return []
    data = result.data.isel(phase=-1)
    share = data.defended.sum("threat") / data.in_range.sum("threat")
    found = []
    for party in data.party.values:
        own = share.sel(party=party, measure="people")
        for shots, words in ((1, "at least one shot"), (2, "two shots or more")):
            found.append(
                _ranked(f"people of {WHO[party]} with {words}", own.sel(shots=shots), more_is_better=True)
            )
    for party in data.party.values:
        reached = data.in_range.sel(party=party, measure="people").sum("threat")
        lost = data.lost.sel(shots=1, measure="people", party=party, outage="partner stops").sum("threat")
        found.append(
            _ranked(f"people of {WHO[party]} who depend on the partner", lost / reached, more_is_better=False)
        )
    for side in data.deterrent.values:
        words = {"nato": "the United States'", "russia": "Russia's"}[str(side)]
        exposed = data.exposed.sel(deterrent=side)
        found.append(
            _ranked(
                f"paths of {words} deterrent that the other side could engage", exposed, more_is_better=False
            )
        )
    return found


def _ranked(what: str, values: xr.DataArray, *, more_is_better: bool) -> Statement:
    """Return whether full integration does best by one measure, and only it."""
    by_mode = {mode: float(values.sel(mode=mode)) for mode in ARCHITECTURES}
    sign = 1.0 if more_is_better else -1.0
    best = max(sign * v for v in by_mode.values())
    leaders = [mode for mode, v in by_mode.items() if best - sign * v < TIE]
    verdict: Verdict
    if leaders == ["joint"]:
        verdict, why = "agrees", ""
    elif "joint" in leaders:
        verdict, why = "cannot tell", f"no difference between {', '.join(leaders)} by this measure"
    else:
        verdict = "differs"
        why = "integration costs here: " + (
            "what a partner gives is lost with the partner"
            if "depend" in what
            else "a common picture helps against the partner's own missiles, unless they are withheld"
        )
    ours = ", ".join(f"{mode} {100 * v:.1f} %" for mode, v in by_mode.items())
    return Statement(what, PRINTED, ours, verdict, why, SOURCE)
