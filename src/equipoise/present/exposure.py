"""The report on the deterrent's exposure: shares by base, the speed, delay and place at which exposure begins, the limit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present import exposure_charts as charts
from equipoise.present import exposure_tables
from equipoise.present.exposure_tables import FLIP, most_exposed, nominal_percent, percent
from equipoise.present.section import ENDS, Figure, Number, Section, Sentence, from_memory
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section for all phases; the sentences speak of the last."""
    data = result.data
    last = str(data.phase.values[-1])
    places = beside["places"].data if "places" in beside else None
    by_base, flips, modes, limits, speeds, delays = (
        exposure_tables.by_base(data), exposure_tables.flips(data), exposure_tables.modes(data), exposure_tables.limits(data), exposure_tables.by_speed(data), exposure_tables.by_delay(data),
    )  # fmt: skip
    return Section(
        anchor="exposure",
        title="Whose deterrent is exposed",
        sentences=(_share(data, last), *_memory(data, last), _speed(data, last), *_early(data, last), _limit(data, last)),
        figures=(
            Figure(
                "exposure-by-base", "Share of each base's paths (minimum energy, and any family) that could be engaged: nominal, and the whole "
                "range of assumptions.",
                by_base, chart=charts.by_base(data),
            ),
            Figure(
                "exposure-by-speed", "Share of the paths of the most exposed base that could be engaged, against the burnout speed of the "
                "interceptors (nominal delays).",
                speeds, chart=charts.by_speed(data),
            ),
            Figure(
                "exposure-by-delay", "The same against the time of launch after the missile's burnout; the speed at which exposure begins is in the data.",
                delays, chart=charts.by_delay(data),
            ),
            Figure(
                "exposure-flip-speed", f"The speed at which each base's paths become engageable from the sites of {last}, by family: lowest, median.",
                flips, chart=charts.flip_speed(data, last),
            ),
            *_site_maps(data, places),
            Figure(
                "exposure-limit", "Largest number of warheads that the inventory could take, against the interceptors at every site.",
                limits, chart=charts.limits(data),
            ),
        ),
        tables=(by_base, flips, modes, limits, speeds),
        notes=result.notes,
    )  # fmt: skip


def story(data: xr.Dataset) -> tuple[Sentence, ...]:
    """Return what the other side sees in the last phase: the share in reach, what real sensors leave of it, and the speed at which exposure begins."""
    last = str(data.phase.values[-1])
    return _share(data, last), *_early(data, last), _speed(data, last)


def _site_maps(data: xr.Dataset, places: xr.Dataset | None) -> tuple[Figure, ...]:
    """Return the map of sites; none when no interceptor is in place in the last phase."""
    if data.sizes["interceptor"] == 0:
        return ()
    return (
        Figure(
            "exposure-site-map",
            "Where a site would have to stand: number of bases of which some minimum-energy path could be engaged from there.",
            exposure_tables.site_map(data),
            folded=True,
            chart=charts.site_map(data),
        ),
    )


def _share(data: xr.Dataset, phase: str) -> Sentence:
    one = data.sel(phase=phase)
    share = one.share.sel(family="any")
    truth = Truth.of(one.truth)
    names = {"phase": phase}
    if truth == Truth.KEPT:
        words = "In {phase} no strategic path from the mapped bases could be engaged under any of the stated assumptions"
        return Sentence(f"{words}.", names=names, figure="exposure-by-base", lead=True)
    at = most_exposed(share)
    most = share.isel(base=at)
    head = (
        "every one of the stated assumptions lets"
        if truth == Truth.BROKEN
        else "some of the stated assumptions, and not others, let"
    )
    words = (
        f"If every missile were tracked from burnout, whatever the sensors see, {head} the defence of {{phase}} engage strategic paths: "
        "{share} of those from {base}, the base most exposed"
    )
    names |= {"base": str(one.base_name.values[at])}
    if truth == Truth.UNDETERMINED:
        words, names = f"{words}. What decides: {{deciding}}", names | {"deciding": str(one.deciding.values)}
    return Sentence(f"{words}.", {"share": percent(most)}, names, figure="exposure-by-base", lead=True)


def _memory(data: xr.Dataset, phase: str) -> tuple[Sentence, ...]:
    """Return a warning where what decides rests on memory; a result of an earlier version does not say."""
    words = str(data.from_memory.sel(phase=phase).values) if "from_memory" in data else ""
    return from_memory(words, figure="exposure-by-base", lead=True)


def _speed(data: xr.Dataset, phase: str) -> Sentence:
    one = data.sel(phase=phase)
    if np.isnan(float(one.actual_speed)):
        words = "In {phase} the defender has no interceptor in place."
        return Sentence(words, names={"phase": phase}, figure="exposure-by-speed")
    actual = Number(float(one.actual_speed), unit="km/s", digits=1, method="nominal")
    names = {"phase": phase}
    lowest = one.flip_speed.min(("path_family", "aim"))
    value = float(lowest.min())
    numbers = {"actual": actual}
    if not np.isfinite(value):
        numbers["top"] = Number(float(data.speed.max()), unit="km/s", digits=0, method="largest speed tried")
        words = (
            "From the sites of {phase} no speed up to {top} would expose a path (fastest in place: {actual})."
        )
        return Sentence(words, numbers, names, figure="exposure-by-speed")
    numbers["flip"] = Number(value, unit="km/s", digits=1, method=FLIP)
    numbers["margin"] = Number(
        value - float(one.actual_speed), unit="km/s", digits=1, method="flip speed less actual"
    )
    if value <= float(data.speed.min()):
        words = (
            "With the sites and delays of {phase}, exposure begins at {flip}, the lowest speed that was tried, or below it; the "
            "fastest interceptor in place flies {actual}: a speed margin of {margin} or less."
        )
        return Sentence(words, numbers, names, figure="exposure-by-speed")
    names["base"] = str(one.base_name.values[int(np.nanargmin(lowest.values))])
    words = (
        "With the sites and delays of {phase}, exposure begins at {flip}, with {base}; the fastest interceptor in place "
        "flies {actual}: a speed margin of {margin}."
    )
    return Sentence(words, numbers, names, figure="exposure-by-speed")


def _early(data: xr.Dataset, phase: str) -> tuple[Sentence, ...]:
    """Return what real sensors and launch policies make of it."""
    share = data.share_in_mode.sel(phase=phase, family="any").max("base")
    if share.sizes["policy"] == 0:
        return ()
    best = share.max("policy").max("mode")
    if float(best) == 0.0:
        words = "With the sensors of every mode of cooperation and under every launch policy no path of {phase} could be engaged."
        return (Sentence(words, names={"phase": phase}, figure="exposure-modes"),)
    if nominal_percent(float(share.min()), "least").text == nominal_percent(float(best), "most").text:
        words = (
            "With the sensors of each mode of cooperation, {most} of the paths from the base most exposed could be engaged, whatever the mode and "
            "the launch policy."
        )
        return (
            Sentence(words, {"most": nominal_percent(float(best), "every")}, {}, figure="exposure-modes"),
        )
    at = np.unravel_index(int(np.argmax(share.values)), share.shape)
    numbers = {
        "least": nominal_percent(float(share.min()), "least"),
        "most": nominal_percent(float(best), "most"),
    }
    names = {
        "mode": str(share["mode"].values[at[0]]),
        "policy": str(share.policy.values[at[1]]).replace("-", " "),
    }
    words = (
        "With the sensors of each mode of cooperation and under each launch policy, between {least} and {most} of the paths from the base most "
        "exposed could be engaged; the most with the policy '{policy}' in the mode '{mode}'."
    )
    return (Sentence(words, numbers, names, figure="exposure-modes"),)


def _limit(data: xr.Dataset, phase: str) -> Sentence:
    one = data.sel(phase=phase)

    def ends(name: str, digits: int, method: str) -> Number:
        return Number.over(one[name].sel(end=list(ENDS)).values, digits=digits, method=method)

    numbers = {
        "most": ends(
            "most_taken", 0, "assignment of interceptors to warheads in time windows; every shot kills"
        ),
        "expected": ends("expected_taken", 1, "the same with the kill probability over its range"),
        "inventory": ends("inventory", 0, "interceptors in place, with the range of the counts"),
        "exposed": ends("exposed_warheads", 0, "warheads that some site could engage"),
    }
    words = (
        "Were all warheads launched at once, the {inventory} interceptors of {phase} could take at most {most} of them, "
        "{expected} in expectation; {exposed} warheads could be engaged at all."
    )
    return Sentence(words, numbers, {"phase": phase}, figure="exposure-limit")
