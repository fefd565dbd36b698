"""GAO 2013: for the defence of the United States against Iran with the SM-3 IIB, North Sea > Poland > Romania.

Ours: minimum-energy paths of the notional ICBM from four launch areas to the aim cells of the United States within its range, each site
alone, launched after burnout with the European scenario's nominal delays, or on a track made during boost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.analysis.exposure import defender
from equipoise.catalogue import load_catalogue
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import engage
from equipoise.engagement.records import Battery, Command
from equipoise.foundation.status import FlightStatus
from equipoise.published.statement import Statement, Verdict
from equipoise.scenario.aims import aims
from equipoise.scenario.load import Scenario, load_scenario

TITLE = "Three sites against Iranian ICBMs (GAO 2013)"
PLACE = "briefing, findings on Romania, Poland and the North Sea"
GAO = "GAO-13-382R, 11 Feb 2013 (gao.gov/assets/660/652083.txt)"
SITES_DEG = {"North Sea": (55.5, 4.0), "Poland": (54.5, 17.1), "Romania": (44.1, 24.4)}
"""The point in the North Sea is ours; GAO names the sea."""
LAUNCH_AREAS = ("ir-nw", "ir-w", "ir-c", "ir-se")
INTERCEPTOR = "sm3-iib"


@dataclass(frozen=True)
class Opportunity:
    """Shares of paths that a site can engage when it launches after burnout, and on a boost-phase track; median slack."""

    after_burnout: float
    during_boost: float
    median_slack_s: float


def opportunities(scenario: Scenario) -> dict[str, Opportunity]:
    """Return what each site can do against minimum-energy paths of the notional ICBM from Iran to the aim cells."""
    template = defender(scenario, scenario.phases[-1].date)
    interceptor = order_of_battle.interceptor(scenario, INTERCEPTOR)
    commands = [
        replace(template, batteries=(Battery(name, (tuple(np.radians(place)),), interceptor, 1.0),))
        for name, place in SITES_DEG.items()
    ]
    slack, reached, gain_s = _slack(scenario, commands)
    found = {}
    for k, name in enumerate(SITES_DEG):
        own = np.where(np.isfinite(slack[:, k]), slack[:, k], -np.inf)[reached]
        finite = own[np.isfinite(own)]
        found[name] = Opportunity(
            float((own >= 0.0).mean()),
            float((own + gain_s[reached] >= 0.0).mean()),
            float(np.median(finite)) if finite.size else float("nan"),
        )
    return found


def _slack(scenario: Scenario, commands: list[Command]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return slack (n, sites) after burnout, which paths exist, and what launch on a boost-phase track gains (n,)."""
    a = scenario.assumptions
    missile = load_catalogue().missiles["icbm-notional"]
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    targets = np.radians(aims(scenario))
    parts, reached, gain = [], [], []
    for name in LAUNCH_AREAS:
        area = load_catalogue().launch_areas[name]
        paths = kernel_inputs.solve(
            missile, np.radians([area.lat_deg, area.lon_deg]), targets, "minimum_energy", earth
        )
        parts.append(engage(paths, commands).slack_s)
        reached.append(paths.status == FlightStatus.OK)
        # a satellite reports at its time after launch; a short track then replaces the one after burnout
        gain.append(
            paths.flights.burn_time_s + a.track_s.value - a.satellite_report_s.value - a.early_track_s.value
        )
    return np.concatenate(parts), np.concatenate(reached), np.concatenate(gain)


def statements(scenario: Scenario | None = None) -> list[Statement]:
    """Return GAO's ranking and its remark on early launch beside ours."""
    found = opportunities(scenario or load_scenario("epaa"))
    order = sorted(found, key=lambda name: (-found[name].during_boost, -found[name].median_slack_s))
    said = "; ".join(
        f"{name} {100 * o.after_burnout:.0f} % after burnout, {100 * o.during_boost:.0f} % during boost (median slack "
        f"{o.median_slack_s:.0f} s)"
        for name, o in found.items()
    )
    agrees = order == list(SITES_DEG)
    poland = found["Poland"]
    need: Verdict = (
        "agrees"
        if poland.after_burnout == 0.0 < poland.during_boost
        else "cannot tell"
        if poland.during_boost > poland.after_burnout
        else "differs"
    )
    return [
        Statement(
            "rank of three sites for the defence of the United States against Iran, SM-3 IIB",
            "North Sea > Poland > Romania", f"{' > '.join(order)}: {said}", "agrees" if agrees else "differs",
            "" if agrees else "Ranked by the share of paths engaged with launch during boost, then by median slack.",
            GAO, "sourced",
        ),
        Statement(
            "launch during boost from Poland",
            "'may require the development of the ability to launch the interceptor earlier'",
            f"from Poland {100 * poland.after_burnout:.0f} % of the paths after burnout, {100 * poland.during_boost:.0f} % "
            "with launch during boost",
            need,
            ""
            if need == "agrees"
            else f"GAO prints no timeline. Ours launches 55 s after burnout and has {poland.median_slack_s:.0f} s to spare on the "
            "median path: a later track, or a second shot, would use that up.",
            f"{GAO}; SpaceNews 2013", "sourced",
        ),
    ]  # fmt: skip
