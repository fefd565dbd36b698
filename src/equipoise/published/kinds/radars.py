"""What one radar alone sees of the deterrent's missiles, and how much land lies within its range."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import xarray as xr

from equipoise.analysis.exposure.radar_alone import radar_exposure
from equipoise.foundation.sphere import distance_km
from equipoise.geography.borders import countries, country_at
from equipoise.published.kinds import Place, Words, kind
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
