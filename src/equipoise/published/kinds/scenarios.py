"""What a scenario holds, and what its defence does: sites, dates, people defended, strategic paths engaged, threshold speeds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

import numpy as np
import xarray as xr

from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.defence.one_missile import one_missile
from equipoise.analysis.defence.raid_study import raids
from equipoise.analysis.exposure.paths import FAMILIES
from equipoise.analysis.exposure.ranges import ENDS, OverRange, over_range
from equipoise.catalogue import load_catalogue
from equipoise.engagement.territory import countries_at
from equipoise.foundation.sphere import distance_km
from equipoise.geography.borders import inside
from equipoise.published.kinds import Place, Words, kind
from equipoise.published.speed_dispute import thresholds
from equipoise.scenario.load import load_scenario

MAP_STEP_DEG = 3.0
LAND_STEP_DEG = 0.5


@kind("")
def when(*, scenario: str, entry: str, said: str, key: str = "active_from") -> Words:
    """Return from when an entry or a phase of a scenario counts; it agrees where the day begins as ``said``, YYYY, YYYY-MM or YYYY-MM-DD."""
    found = load_scenario(scenario)
    table, _, name = entry.partition(".")
    day = (
        next(p.date for p in found.phases if p.name == name)
        if table == "phase"
        else getattr(found.find(table, name), key)
    )
    text = day.isoformat()
    return Words(text, "agrees" if text.startswith(said) else "differs")


@kind("interceptors")
def interceptors_at(*, scenario: str, sites: Sequence[str]) -> tuple[float, float, float]:
    """Return how many interceptors some sites of a scenario hold together, with the range."""
    found = load_scenario(scenario)
    counts = [found.find("site", name).count for name in sites]
    return sum(c.low for c in counts), sum(c.value for c in counts), sum(c.high for c in counts)


@kind("%")
def people_with_a_shot(*, scenario: str, phase: str, mode: str, country: str = "", shots: int = 1) -> float:
    """Return the share of people in reach of a missile who have at least so many shots, over all missiles, on a coarse map."""
    data = _area(scenario, phase)
    held = data.people_defended.sel(mode=mode, level=shots).sum("threat")
    reached = data.people_in_range.sum("threat")
    if country:
        held, reached = held.sel(country=country), reached.sel(country=country)
    total = float(reached.sum())
    return 100.0 * float(held.sum()) / total if total else float("nan")


@kind("points")
def people_gained(*, scenario: str, phase: str, mode: str, over: str, country: str = "") -> float:
    """Return the share of people with a shot in one mode less that in another, in percentage points."""
    one, other = (
        people_with_a_shot(scenario=scenario, phase=phase, mode=m, country=country) for m in (mode, over)
    )
    return one - other


@kind("%")
def land_with_a_shot(*, scenario: str, phase: str, mode: str, country: str) -> float:
    """Return the share of a country's land in reach of a missile from which that missile can be met, over all missiles."""
    data = _area(scenario, phase)
    held = float(data.land_defended.sel(mode=mode, level=1, country=country).sum("threat"))
    reached = float(data.land_in_range.sel(country=country).sum("threat"))
    return 100.0 * held / reached if reached else float("nan")


@lru_cache(maxsize=4)
def _area(scenario: str, phase: str) -> xr.Dataset:
    modes = "scenario.modes=['independent','exchange','sectoral','easi','joint']"
    found = load_scenario(scenario, [modes, f"scenario.map_step_deg={MAP_STEP_DEG}"])
    day = next(p.date for p in found.phases if p.name == phase)
    return defended_area(found.at(day)).data.isel(phase=0)


@kind("%")
def land_in_sector(*, sector: str, country: str) -> float:
    """Return the share of a country's land that lies in a sector of the catalogue."""
    lat, lon = _grid()
    weight = np.cos(np.radians(lat)) * (countries_at(lat, lon) == country)
    corners = np.array([(x, y) for y, x in load_catalogue().sectors[sector].polygon_deg])
    within = inside(np.vstack([corners, corners[:1]]), lat, lon)
    return 100.0 * float((weight * within).sum() / weight.sum())


@kind("")
def countries_within(
    *, places_deg: Sequence[Place], range_km: float, party: str, said: Sequence[str]
) -> Words:
    """Return which countries of a party have land within a range of any place; it agrees where ``said`` names the same ones."""
    lat, lon = _grid()
    near = np.any([distance_km(*place, lat, lon) <= range_km for place in places_deg], axis=0)
    members = set(load_catalogue().parties[party].countries)
    found = sorted({str(c) for c in countries_at(lat[near], lon[near])} & members)
    missing, more = sorted({*said} - {*found}), sorted({*found} - {*said})
    why = "; ".join(
        f"{words} {', '.join(names)}"
        for words, names in (("not within:", missing), ("within too:", more))
        if names
    )
    verdict: Literal["agrees", "differs", "cannot tell"] = (
        "differs" if missing else "cannot tell" if more else "agrees"
    )
    return Words(", ".join(found) or "none", verdict, why)


@lru_cache(maxsize=1)
def _grid() -> tuple[np.ndarray, np.ndarray]:
    """Return latitudes and longitudes in degrees, a point each half degree, of the northern hemisphere west of 75 degrees east."""
    axes = np.meshgrid(
        np.arange(25.25, 72.0, LAND_STEP_DEG), np.arange(-11.75, 75.0, LAND_STEP_DEG), indexing="ij"
    )
    lat, lon = (axis.ravel() for axis in axes)
    return lat, lon


@kind("%")
def strategic_paths_engaged(*, scenario: str, phase: str, family: str = "") -> tuple[float, float, float]:
    """Return the share of the deterrent's paths that the defence can engage, launched after burnout, over the ranges of both sides.

    ``family`` asks of paths of one family alone, at nominal values.
    """
    over = surveyed(scenario)
    day = [p.name for p in load_scenario(scenario).phases[-2:]].index(phase)
    low, value, high = (
        100.0 * float(np.sum(one.engaged(day)) / np.sum(one.arcs.reached))
        for one in (over.at(end, day) for end in ENDS)
    )
    if not family:
        return low, value, high
    one, at = over.nominal, FAMILIES.index(family)
    share = 100.0 * float(one.engaged(day)[at].sum() / one.arcs.reached.reshape(one.arcs.shape)[at].sum())
    return share, share, share


@lru_cache(maxsize=2)
def surveyed(scenario: str) -> OverRange:
    """Return what the defence of the last two phases of a scenario can do to strategic paths, over the ranges."""
    found = load_scenario(scenario)
    return over_range(found, [p.date for p in found.phases[-2:]], FAMILIES)


@kind("")
def some_paths_engaged(*, scenario: str, phase: str, claim: Literal["some", "none"]) -> Words:
    """Return the share of strategic paths engaged, in words, against the claim that some, or that none, are."""
    low, value, high = strategic_paths_engaged(scenario=scenario, phase=phase)
    said = f"{value:.1f} % of all paths ({low:.1f} to {high:.1f} %)"
    if claim == "none":
        verdict: Literal["agrees", "differs", "cannot tell"] = (
            "agrees" if high == 0.0 else "cannot tell" if value == 0.0 else "differs"
        )
    else:
        verdict = "agrees" if value > 0.0 else "cannot tell" if high > 0.0 else "differs"
    return Words(said, verdict)


@kind("s")
def engagement_slack(
    *, scenario: str, phase: str, mode: str, threat: str, aim_deg: Place, family: str = "minimum_energy"
) -> float:
    """Return the most time to spare of any command against one missile of a scenario to one place; nan where none can reach it."""
    found = load_scenario(scenario)
    day = next(p.date for p in found.phases if p.name == phase)
    asked = one_missile(found.at(day, mode=mode), threat, aims=[(aim_deg[0], aim_deg[1])], family=family)
    slack = asked.outcomes.slack_s[0]
    known = slack[np.isfinite(slack)]
    return float(known.max()) if known.size else float("nan")


@kind("missiles")
def raid_leaks(*, scenario: str, phase: str, mode: str, raid: str) -> tuple[float, float, float]:
    """Return how many missiles of a scenario's raid get through on the mean, simulated, over the kill probability's range."""
    found = _raids(scenario, phase, mode)
    some = found.expected.sel(raid=raid).sel({"method": "simulated"})  # as a keyword it is that of the search
    low, value, high = (float(some.sel(end=end)) for end in ("high", "nominal", "low"))
    return low, value, high


@lru_cache(maxsize=4)
def _raids(scenario: str, phase: str, mode: str) -> xr.Dataset:
    found = load_scenario(scenario)
    day = next(p.date for p in found.phases if p.name == phase)
    fought = raids(found.at(day, mode=mode))
    if fought is None:
        raise ValueError(f"{scenario} has no raid")
    return fought.data.squeeze(("phase", "mode"))


@kind("km/s")
def catch_speed(*, scenario: str, base: str) -> tuple[float, float, float]:
    """Return the burnout speed at which a western base's missile to Washington is first caught, over the range of delays."""
    found = next(f for f in _thresholds(scenario) if f.base == base)
    return found.short_delay, found.nominal, found.long_delay


@lru_cache(maxsize=2)
def _thresholds(scenario: str) -> tuple:  # type: ignore[type-arg]
    return tuple(thresholds(load_scenario(scenario)))
