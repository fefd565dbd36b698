"""What one radar alone sees of the deterrent's missiles, how much land lies within its range, and what hangs on that range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import xarray as xr

from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.exposure.radar_alone import radar_exposure
from equipoise.foundation.sphere import distance_km
from equipoise.geography.borders import countries, country_at
from equipoise.physics.flight.vehicle import gravity_turn
from equipoise.physics.sensing.radar import detection_range_m
from equipoise.published.bearing_footprint import bearing_footprint, radar_at_launcher
from equipoise.published.kinds import Place, Words, kind
from equipoise.published.kinds.staged import vehicle_of
from equipoise.scenario.load import load_scenario

AIM_STEP_DEG = 10
RANGE_DECIDES = (
    "Bases, sector and missiles are class values, and detection is not discrimination; the range decides."
)
OVER_GROUND = "Sector and horizon are left aside."


@kind("")
def followed_by(*, scenario: str, day: str, radar: str, range_km: float) -> Words:
    """Return what a radar of this range sees and tracks by itself of the strategic paths; words that it cannot follow agree where it tracks none."""
    one = _alone(scenario, day, radar, range_km)
    tracked = 100.0 * float(one.only.sel(company="nothing"))
    said = f"sees {100.0 * float(one.seen.mean()):.0f} % of the paths, for {float(one.longest.max()):.0f} s at most, and makes a track of {tracked:.0f} % by itself"
    return Words(said, "agrees" if tracked == 0.0 else "differs", RANGE_DECIDES)


@kind("")
def handed_over_by(*, scenario: str, day: str, radar: str, range_km: float) -> Words:
    """Return what such a radar adds beside all other sensors; words that it helps agree where a track comes a second sooner or more."""
    beside = _alone(scenario, day, radar, range_km).sel(company="all other sensors")
    sooner_s = float(np.nan_to_num(beside.sooner_most.values))
    more = 100.0 * float((beside.share_with - beside.share_without).max())
    said = f"a track up to {sooner_s:.0f} s sooner beside all other sensors; {more:.0f} % more paths of a base engageable"
    return Words(said, "agrees" if sooner_s >= 1.0 else "differs", RANGE_DECIDES)


@lru_cache(maxsize=4)
def _alone(scenario: str, day: str, radar: str, range_km: float) -> xr.Dataset:
    settings = [
        f"radar.{radar}.range_max_km={range_km}", f"scenario.radars_asked=['{radar}']", f"scenario.aim_step_deg={AIM_STEP_DEG}",
    ]  # fmt: skip
    result = radar_exposure(load_scenario(scenario, settings).at(day))
    if result is None:
        raise ValueError(f"{scenario} has no strategic paths to see")
    return result.data.squeeze("radar").isel(phase=0)


@kind("")
def land_within(
    *,
    country: str,
    place_deg: Place,
    range_km: float,
    box_deg: tuple[float, float, float, float],
    east_of_deg: float = -180.0,
    at_least: float = 0.0,
    below: float = 100.0,
) -> Words:
    """Return the share of a country's land within a range of a place; it agrees where that is above ``at_least`` and below ``below`` per cent.

    Land is asked at every full degree of a box (south, west, north, east) that holds it, and east of a meridian alone where one is given.
    """
    south, west, north, east = box_deg
    lat, lon = (
        axis.ravel() for axis in np.meshgrid(np.arange(south, north), np.arange(west, east), indexing="ij")
    )
    codes = np.array([*(c.iso2 for c in countries("50m")), ""])[country_at(lat, lon)]
    land = np.cos(np.radians(lat)) * (codes == country) * (lon > east_of_deg)
    share = 100.0 * float((land * (distance_km(*place_deg, lat, lon) <= range_km)).sum() / land.sum())
    if east_of_deg > -180.0:
        said = f"{share:.0f} % of the land east of {east_of_deg:g} degrees"
    else:
        said = f"{share:.1f} % of its land"
    return Words(said, "agrees" if at_least < share < below else "differs", OVER_GROUND)


@kind("1")
def range_gain(*, radar: Mapping[str, float], times: Mapping[str, float]) -> float:
    """Return the range of a radar with some of its terms so many ``times`` as large over its own, by the radar equation.

    The terms are those of ``radar_range``, ``signal_to_noise`` included.
    """
    larger = {**radar, **{key: factor * radar[key] for key, factor in times.items()}}
    return detection_range_m(**larger) / detection_range_m(**radar)


@kind("")
def people_by_range(
    *, scenario: str, mode: str, radar: str, ranges_km: Sequence[float], phases: Sequence[str], map_step_deg: float
) -> Words:  # fmt: skip
    """Return the share of people in range of a missile with a shot at it, over all missiles, for each range of a radar and phase; no range is judged."""
    said = []
    for range_km in ranges_km:
        settings = [f"radar.{radar}.range_max_km={range_km}", f"scenario.map_step_deg={map_step_deg}"]
        data = defended_area(load_scenario(scenario, settings).in_mode(mode)).data
        held = data.people_defended.sel(level=1).isel(mode=0).sum(("threat", "country"))
        reached = float(data.people_in_range.sum())
        shares = (f"{phase} {100.0 * float(held.sel(phase=phase)) / reached:.0f} %" for phase in phases)
        said.append(f"{range_km:,.0f} km: {', '.join(shares)}")
    return Words("; ".join(said), "cannot tell")


@kind("")
def footprint_by_range(
    *,
    missile: Mapping[str, Any],
    kick_deg: float,
    rise_s: float,
    interceptor: Mapping[str, Any],
    life_s: float,
    compute_s: float,
    ranges_km: Sequence[float],
    rays: int,
) -> Words:
    """Return the area from which a launcher with a radar of its own defends one point, for each range of the radar; no range is judged.

    ``missile`` and ``interceptor`` have ``stages`` and ``payload_kg``, the missile perhaps a ``ballistic_coefficient_kg_m2``; ``kick_deg`` is the missile's tilt after
    ``rise_s``, ``life_s`` that of the kill vehicle, and ``compute_s`` passes from detection to launch.
    """
    turn = gravity_turn(kick_rad=float(np.radians(kick_deg)), vertical_time_s=rise_s)
    areas = {
        r: float(
            bearing_footprint(
                vehicle_of(missile), turn, vehicle_of(interceptor), kill_vehicle_life_s=life_s,
                cue=radar_at_launcher(1e3 * r, compute_s), rays=rays,
            ).data.area
        )
        for r in ranges_km
    }  # fmt: skip
    said = (f"{r:,.0f} km: {area / 1e3:,.0f} thousand km2" for r, area in areas.items())
    return Words("; ".join(said), "cannot tell")
