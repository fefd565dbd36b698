"""Whether a radar in Korea sees China's missiles on their way to the United States: three printed ranges, three claims.

600 km (terminal mode), 2,000 km (forward mode; both the commission of 2016), and 870 km, which Lewis and Postol found for the
type. For each range the scenario of Korea in 2017 is asked what the radar alone adds. All paths are detected, not told from
what flies with them; the sector of the radar and the places of bases are from memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analysis.exposure.radar_alone import radar_exposure
from equipoise.foundation.sphere import distance_km
from equipoise.geography.borders import countries, country_at
from equipoise.published.statement import Statement, Verdict
from equipoise.scenario.load import load_scenario

NAME = "seongju"
TITLE = "The radar at Seongju and the missiles of China (2016-17)"
PLACE = "page 448, or the sentence reported"
RANGES_KM = (600.0, 870.0, 2000.0)
PLACE_DEG = (36.0, 128.2)
COMMISSION = "U.S.-China Economic and Security Review Commission, annual report 2016, page 448"
CANNOT = "J. Sankaran and B. Fearey, 2017, as reported"
COULD = "T. Postol and G. Lewis, as reported in Korea, 2016-17"
EASTERN_DEG = 104.0
"""Half of the land lies east of about this meridian."""
WHY = "Bases, sector and missiles are class values, and detection is not discrimination; the range decides."


@dataclass(frozen=True)
class Found:
    """What the radar alone adds at one range: shares in per cent, times in s."""

    range_km: float
    seen: float
    tracked: float
    held_s: float
    sooner_s: float
    engageable: float


def statements() -> list[Statement]:
    """Return each claim beside what each printed range implies."""
    found = [_found(range_km) for range_km in RANGES_KM]
    return [*(_cannot_follow(f) for f in found), *(_could_hand_over(f) for f in found), *_land()]


def _found(range_km: float) -> Found:
    settings = [
        f"radar.tpy2-seongju.range_max_km={range_km}", "scenario.radars_asked=['tpy2-seongju']", "scenario.aim_step_deg=10",
    ]  # fmt: skip
    result = radar_exposure(load_scenario("thaad-korea", settings).at("2017-12-31"))
    assert result is not None
    one = result.data.squeeze("radar").isel(phase=0)
    beside = one.sel(company="all other sensors")
    return Found(
        range_km,
        seen=100.0 * float(one.seen.mean()),
        tracked=100.0 * float(one.only.sel(company="nothing")),
        held_s=float(one.longest.max()),
        sooner_s=float(np.nan_to_num(beside.sooner_most.values)),
        engageable=100.0 * float((beside.share_with - beside.share_without).max()),
    )


def _cannot_follow(f: Found) -> Statement:
    verdict: Verdict = "agrees" if f.tracked == 0.0 else "differs"
    said = f"sees {f.seen:.0f} % of the paths, for {f.held_s:.0f} s at most, and makes a track of {f.tracked:.0f} % by itself"
    return Statement(
        NAME, f"the radar at {f.range_km:,.0f} km and missiles from China to the United States", "cannot follow them", said, verdict, WHY, CANNOT,
        "secondary",
    )  # fmt: skip


def _could_hand_over(f: Found) -> Statement:
    helps = f.sooner_s >= 1.0
    verdict: Verdict = "agrees" if helps else "differs"
    said = f"a track up to {f.sooner_s:.0f} s sooner beside all other sensors; {f.engageable:.0f} % more paths of a base engageable"
    return Statement(
        NAME, f"the radar at {f.range_km:,.0f} km as a source of early tracks for the radar in Alaska and its interceptors",
        "could hand over tracks", said, verdict, WHY, COULD, "secondary",
    )  # fmt: skip


def _land() -> list[Statement]:
    """Return how much of China's land lies within the two ranges that the commission prints, sector aside."""
    lat, lon = (
        axis.ravel() for axis in np.meshgrid(np.arange(18.5, 54.0), np.arange(73.5, 136.0), indexing="ij")
    )
    codes = np.array([*(c.iso2 for c in countries("50m")), ""])[country_at(lat, lon)]
    weight = np.cos(np.radians(lat)) * (codes == "CN")
    away = distance_km(*PLACE_DEG, lat, lon)

    def share(range_km: float, which: np.ndarray) -> float:
        return 100.0 * float((weight * which * (away <= range_km)).sum() / (weight * which).sum())

    east, everywhere = share(2000.0, lon > EASTERN_DEG), share(600.0, np.ones(lon.size))
    return [
        Statement(
            NAME, "land of China within 2,000 km of the radar", "most of the eastern half", f"{east:.0f} % of the land east of 104 degrees",
            "agrees" if east > 50.0 else "differs", "Sector and horizon are left aside.", COMMISSION, "sourced",
        ),
        Statement(
            NAME, "land of China within 600 km of the radar", "minimal, near Korea's border and in Shandong", f"{everywhere:.1f} % of its land",
            "agrees" if everywhere < 5.0 else "differs", "Sector and horizon are left aside.", COMMISSION, "sourced",
        ),
    ]  # fmt: skip
