"""The report on the deterrent's exposure: shares by base, the speed, delay and place at which exposure begins, the limit."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import xarray as xr

from equipoise.foundation.status import Truth
from equipoise.present import exposure_figures as figures
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.results.record import Result

METHOD = (
    "Share of the base's paths to the aim cells that at least one active site could engage; the range puts every "
    "uncertain input of the defence at the end that hurts it, then at the end that helps it."
)
FLIP = "lowest over the base's paths, all families; linear between tried speeds; delays nominal"
WORDS = {
    "minimum_energy": "minimum energy",
    "lofted": "lofted",
    "depressed": "depressed",
    "any": "any family",
}


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section for all phases; the sentences speak of the last."""
    data = result.data
    last = str(data.phase.values[-1])
    places = beside["places"].data if "places" in beside else None
    by_base, flips, modes, limits, speeds, delays = (
        _by_base(data), _flips(data), _modes(data), _limits(data), _by_speed(data), _by_delay(data),
    )  # fmt: skip
    return Section(
        anchor="exposure",
        title="Whose deterrent is exposed",
        sentences=(_share(data, last), _speed(data, last), *_early(data, last), _limit(data, last)),
        figures=(
            Figure(
                "exposure-by-base", partial(figures.by_base, data),
                "Share of each base's paths (minimum energy, and any family) that could be engaged: nominal, and the whole "
                "range of assumptions.",
                _alt_by_base(data, last), by_base,
            ),
            Figure(
                "exposure-by-speed", partial(figures.against_speed, data),
                "Share of the paths of the most exposed base that could be engaged, against the burnout speed of the "
                "interceptors (nominal delays).",
                _alt_by_speed(data), speeds,
            ),
            Figure(
                "exposure-by-delay", partial(figures.against_delay, data),
                "The same, and the speed at which exposure begins, against the time of launch after the missile's burnout.",
                _alt_by_delay(data), delays,
            ),
            Figure(
                "exposure-flip-speed", partial(figures.flip_speed, data, last),
                f"The speed at which each base's paths become engageable from the sites of {last}, by family: lowest, median.",
                _alt_flip(data, last), flips,
            ),
            *_site_maps(data, places),
            Figure(
                "exposure-limit", partial(figures.limits, data),
                "Largest number of warheads that the inventory could take, against the interceptors at every site.",
                _alt_limit(data), limits,
            ),
        ),
        tables=(by_base, flips, modes, limits, speeds),
        notes=result.notes,
    )  # fmt: skip


def _site_maps(data: xr.Dataset, places: xr.Dataset | None) -> tuple[Figure, ...]:
    """Return the map of sites; none when no interceptor is in place in the last phase."""
    if data.sizes["interceptor"] == 0:
        return ()
    return (
        Figure(
            "exposure-site-map",
            partial(figures.site_map, data, places),
            "Where a site would have to stand: number of bases of which some minimum-energy path could be engaged from there.",
            _alt_map(data),
            _map_table(data),
        ),
    )


def percent(share: xr.DataArray) -> Number:
    """Return a share with its whole range from an array over ``end``."""
    ends = (100 * share.sel(end=["against", "nominal", "favourable"]).values).tolist()
    return Number(ends[1], min(ends), max(ends), unit="%", method=METHOD)


def _share(data: xr.Dataset, phase: str) -> Sentence:
    one = data.sel(phase=phase)
    share = one.share.sel(family="any")
    truth = Truth.of(one.truth)
    names = {"phase": phase}
    if truth == Truth.KEPT:
        words = "In {phase} no strategic path from the mapped bases could be engaged under any of the stated assumptions"
        return Sentence(f"{words}.", names=names, figure="exposure-by-base", lead=True)
    most = share.max("base")
    head = (
        "could be engaged under every one of the stated assumptions"
        if truth == Truth.BROKEN
        else "could be engaged under some of the stated assumptions and under others not"
    )
    words = f"In {{phase}} strategic paths from the mapped bases {head}: {{share}} of the paths of the most exposed base"
    if float(most.sel(end="nominal")) > 0:
        at = int(np.argmax(share.sel(end="nominal").values))
        words, names = f"{words} (nominally {{base}})", names | {"base": str(one.base_name.values[at])}
    if truth == Truth.UNDETERMINED:
        words, names = f"{words}; decided by: {{deciding}}", names | {"deciding": str(one.deciding.values)}
    return Sentence(f"{words}.", {"share": percent(most)}, names, figure="exposure-by-base", lead=True)


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
    at = np.unravel_index(int(np.argmax(share.values)), share.shape)
    numbers = {
        "least": Number(100 * float(share.min()), unit="%", method="least over modes and policies, nominal"),
        "most": Number(100 * float(best), unit="%", method="most over modes and policies, nominal"),
    }
    names = {
        "mode": str(share["mode"].values[at[0]]),
        "policy": str(share.policy.values[at[1]]).replace("-", " "),
    }
    words = (
        "With the sensors that each mode of cooperation gives and each launch policy, between {least} and {most} of the "
        "paths of the most exposed base could be engaged, most with the policy '{policy}' in the mode '{mode}'."
    )
    return (Sentence(words, numbers, names, figure="exposure-modes"),)


def _limit(data: xr.Dataset, phase: str) -> Sentence:
    one = data.sel(phase=phase)

    def ends(name: str, digits: int, method: str) -> Number:
        values = [float(one[name].sel(end=e)) for e in ("against", "nominal", "favourable")]
        return Number(values[1], min(values), max(values), digits=digits, method=method)

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


def _by_base(data: xr.Dataset) -> Table:
    share = data.share.sel(family="minimum_energy")
    last = data[["share", "slack", "warheads"]].isel(phase=-1)
    rows = tuple(
        (
            str(name),
            *(percent(share.isel(phase=p, base=i)) for p in range(data.sizes["phase"])),
            *_in_last_phase(last.isel(base=i)),
        )
        for i, name in enumerate(data.base_name.values)
    )
    phases = [Column(f"{p}, minimum energy", "%", 0, method=METHOD) for p in data.phase.values]
    name = data.phase.values[-1]
    phases += [
        Column(f"{name}, any family", "%", 0, method=METHOD),
        Column(f"{name}, largest slack", "s", 0, method="nominal, all families; negative when too late"),
        Column(
            "Warheads behind it",
            digits=0,
            method="the base's warheads times the share of its minimum-energy paths",
        ),
    ]
    title = "Share of paths that could be engaged, by base"
    return Table("exposure", title, (Column("Base"), *phases), rows)


def _in_last_phase(one: xr.Dataset) -> tuple[Number, Number, Number]:
    """Return the share for any family, the largest slack and the warheads behind the share, of one base."""
    slack = float(one.slack.max(("path_family", "aim")))
    ends = (float(one.warheads) * one.share.sel(family="minimum_energy").values).tolist()
    behind = Number(ends[1], min(ends), max(ends), method="warheads times share")
    return (
        percent(one.share.sel(family="any")),
        Number(slack, unit="s", method="largest time to spare"),
        behind,
    )


def _flips(data: xr.Dataset) -> Table:
    lowest = data.flip_speed.min(("path_family", "aim")).transpose("base", "phase").values
    actual = float(data.actual_speed.isel(phase=-1))
    rows = tuple(
        (str(name), *(_speed_cell(v) for v in speeds), _speed_cell(speeds[-1] - actual))
        for name, speeds in zip(data.base_name.values, lowest, strict=True)
    )
    phases = tuple(Column(str(p), "km/s", method=FLIP) for p in data.phase.values)
    heads = (
        Column("Base"),
        *phases,
        Column(f"margin in {data.phase.values[-1]}", "km/s", method="flip less actual"),
    )
    return Table("exposure-flips", "Burnout speed at which exposure begins, by base", heads, rows)


def _speed_cell(value: float) -> str:
    return f"{value:.1f}" if np.isfinite(value) else "none"


def _modes(data: xr.Dataset) -> Table:
    share = 100 * data.share_in_mode.sel(family="any").max("base")
    slack = data.slack_in_mode.isel(phase=-1).max(("path_family", "base"))
    rows = tuple(
        (
            str(mode),
            str(policy).replace("-", " "),
            *(float(share.sel(phase=p, mode=mode, policy=policy)) for p in data.phase.values),
            Number(
                float(slack.sel(mode=mode, policy=policy)), unit="s", method="largest over all paths, nominal"
            ),
        )
        for mode in data["mode"].values
        for policy in data.policy.values
    )
    phases = tuple(
        Column(str(p), "%", 1, method="most exposed base, any family, nominal") for p in data.phase.values
    )
    last = Column(f"Largest slack, {data.phase.values[-1]}", "s", 0, method="negative when too late")
    title = "Share of the most exposed base's paths that the sensors of each mode let the defence engage"
    return Table("exposure-modes", title, (Column("Mode"), Column("Launch policy"), *phases, last), rows)


def _limits(data: xr.Dataset) -> Table:
    rows = tuple(
        (
            str(p),
            str(e),
            *(
                float(data[name].sel(phase=p, end=e))
                for name in ("inventory", "exposed_warheads", "most_taken", "expected_taken")
            ),
            *(float(v) for v in data.most_at_number.sel(phase=p, end=e).values),
        )
        for p in data.phase.values
        for e in data.end.values
    )
    heads = [
        Column("Phase"),
        Column("Assumptions"),
        Column("Interceptors", digits=0),
        Column("Exposed warheads", digits=0),
    ]
    heads += [Column("Most taken", digits=0), Column("Expected", digits=1)]
    heads += [Column(f"Most with {n} at every site", digits=0) for n in data.number.values]
    return Table(
        "exposure-limits",
        "Largest number of warheads that the inventory could take",
        tuple(heads),
        rows,
        folded=True,
    )


def _by_speed(data: xr.Dataset) -> Table:
    share = 100 * data.share_at_speed.sel(family="any").max("base")
    rows = tuple(
        (float(v), *(float(share.sel(phase=p, speed=v)) for p in data.phase.values))
        for v in data.speed.values
    )
    phases = tuple(
        Column(str(p), "%", 1, method="interceptors of up to this speed, nominal delays")
        for p in data.phase.values
    )
    title = "Share of the most exposed base's paths that could be engaged, by interceptor speed"
    return Table("exposure-at-speed", title, (Column("Burnout speed", "km/s", 1), *phases), rows, folded=True)


def _by_delay(data: xr.Dataset) -> Table:
    share = 100 * data.share_at_delay.sel(family="any").max("base").transpose("delay", "phase").values
    flip = data.flip_at_delay.transpose("delay", "phase").values
    rows = tuple(
        (float(v), *map(float, shares), *map(_speed_cell, speeds))
        for v, shares, speeds in zip(data.delay.values, share, flip, strict=True)
    )
    phases = [Column(str(p), "%", 1) for p in data.phase.values]
    phases += [Column(f"{p}, flip speed", "km/s", method=FLIP) for p in data.phase.values]
    title = (
        "Share of the most exposed base's paths that could be engaged, and the flip speed, by time of launch"
    )
    heads = (Column("Launch after burnout", "s", 0), *phases)
    return Table("exposure-at-delay", title, heads, rows, folded=True)


def _map_table(data: xr.Dataset) -> Table:
    count = (data.slack_at_site >= 0).sum("base").where(data.slack_at_site.notnull().any("base"))
    found = count.transpose("interceptor", "site_lat", "site_lon").values
    names, lat, lon = data.interceptor.values, data.site_lat.values, data.site_lon.values
    rows = tuple(
        (str(names[i]), float(lat[j]), float(lon[k]), float(found[i, j, k]))
        for i, j, k in np.argwhere(np.isfinite(found))
    )  # fmt: skip
    heads = (
        Column("Interceptor"),
        Column("Latitude", "°", 1),
        Column("Longitude", "°", 1),
        Column("Bases exposed", digits=0),
    )
    return Table("exposure-sites", "Bases exposed by a site at each place", heads, rows, folded=True)


def _alt_by_base(data: xr.Dataset, phase: str) -> str:
    one = data.share.sel(phase=phase, family="minimum_energy")
    said = [f"{b} {percent(one.sel(base=b)).text}" for b in data.base.values]
    return f"Bars by base and phase; {phase}, minimum energy: {'; '.join(said)}."


def _first_above(data: xr.Dataset, share: xr.DataArray, axis: str, unit: str) -> str:
    """Return in words where each phase's curve is above zero: from a speed on, or up to a delay."""
    said = []
    for phase in data.phase.values:
        curve = share.sel(phase=phase)
        above = curve[axis].values[curve.values > 0]
        if above.size == 0:
            said.append(f"{phase}: zero throughout")
        elif axis == "speed":
            said.append(f"{phase}: above zero from {above[0]:g} {unit}")
        else:
            said.append(f"{phase}: above zero up to {above[-1]:g} {unit}")
    return "; ".join(said)


def _alt_by_speed(data: xr.Dataset) -> str:
    share = data.share_at_speed.sel(family="any").max("base")
    return f"Lines by phase over burnout speed. {_first_above(data, share, 'speed', 'km/s')}."


def _alt_by_delay(data: xr.Dataset) -> str:
    share = data.share_at_delay.sel(family="any").max("base")
    return f"Lines by phase over the time of launch after burnout. {_first_above(data, share, 'delay', 's')}."


def _alt_flip(data: xr.Dataset, phase: str) -> str:
    one = data.flip_speed.sel(phase=phase).min("aim")
    said = [
        f"{b}: {', '.join(f'{WORDS[str(f)]} {_speed_cell(float(one.sel(base=b, path_family=f)))}' for f in data.path_family.values)}"
        for b in data.base.values
    ]
    return f"Dots by base and family, lowest flip speed in km/s. {'; '.join(said)}."


def _alt_map(data: xr.Dataset) -> str:
    count = (data.slack_at_site >= 0).sum("base")
    said = [
        f"{t}: at most {int(count.sel(interceptor=t).max())} bases from one place"
        for t in data.interceptor.values
    ]
    return f"Maps of the number of bases exposed by a site at each place on land. {'; '.join(said)}."


def _alt_limit(data: xr.Dataset) -> str:
    one = data.most_at_number.isel(phase=-1, number=-1)
    said = [f"{e} {int(one.sel(end=e))}" for e in data.end.values]
    return f"Lines of the most warheads taken; last phase, {int(data.number[-1])} at every site: {', '.join(said)}."
