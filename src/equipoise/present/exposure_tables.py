"""Tables of the report on the deterrent's exposure, and the shares that they are made of."""

from __future__ import annotations

from functools import partial

import numpy as np
import xarray as xr

from equipoise.present.section import ENDS, Column, Number, Table
from equipoise.present.table_rows import Columns, Shown, show, table_over

METHOD = (
    "Share of the base's paths to the aim cells that at least one active site could engage; the range puts every "
    "uncertain input of the defence at the end that hurts it, then at the end that helps it."
)


FLIP = "lowest over the base's paths, all families; linear between tried speeds; delays nominal"


def most_exposed(share: xr.DataArray) -> int:
    """Return the index of the base of which most paths could be engaged, nominally and then at the favourable end.

    ``share`` is over ``base`` and ``end``; the ends of a range that is printed with it are to be this base's own.
    """
    nominal, favourable = (share.sel(end=end).values for end in ("nominal", "favourable"))
    return int(np.lexsort((favourable, nominal))[-1])


def percent(share: xr.DataArray) -> Number:
    """Return a share with its whole range from an array over ``end``."""
    return _percent(share.sel(end=list(ENDS)).values)


def _percent(ends: np.ndarray) -> Number:
    return Number.over(100 * ends, unit="%", method=METHOD)


def nominal_percent(share: float, which: str) -> Number:
    """Return a share with the sensors of a mode as a number without a range; ``which`` says over launch policies."""
    return Number(
        100.0 * share,
        unit="%",
        method=f"sensors and exchange of the mode, {which} over launch policies, nominal",
    )


def by_base(data: xr.Dataset) -> Table:
    """Return the share of each base's paths that could be engaged, by phase."""
    last = str(data.phase.values[-1])
    shares = partial(show, "share", how=_percent, end=list(ENDS))
    slack = Column(f"{last}, largest slack", "s", 0, method="nominal, all families; negative when too late")
    behind = Column(
        "Warheads behind it",
        digits=0,
        method="the base's warheads times the share of its minimum-energy paths",
    )
    columns: Columns = {Column("Base"): "base_name"}
    columns |= {
        Column(f"{p}, minimum energy", "%", 0, method=METHOD): shares(family="minimum_energy", phase=p)
        for p in data.phase.values
    }
    columns |= {
        Column(f"{last}, any family", "%", 0, method=METHOD): shares(family="any", phase=last),
        slack: show("slack", how=partial(_spare, method="largest time to spare"), phase=last),
        behind: show("warheads", "share", how=_behind, family="minimum_energy", phase=last, end=list(ENDS)),
    }
    return table_over(data, ("base",), "exposure", "Share of paths that could be engaged, by base", columns)


def _spare(slack_s: np.ndarray, *, method: str) -> Number:
    return Number(
        float(np.nanmax(slack_s)) if np.isfinite(slack_s).any() else float("nan"), unit="s", method=method
    )


def _behind(warheads: float, share: np.ndarray) -> Number:
    return Number.over(warheads * share, method="warheads times share")


def flips(data: xr.Dataset) -> Table:
    """Return the speed at which each base's exposure begins, by phase."""
    actual, least = float(data.actual_speed.isel(phase=-1)), float(data.speed.min())
    last = str(data.phase.values[-1])

    def begins(phase: str, *, less: float = 0.0) -> Shown:
        return show(
            "flip_speed", how=lambda speed: flip_cell(np.nanmin(speed) - less, least - less), phase=phase
        )

    columns: Columns = {Column("Base"): "base_name"}
    columns |= {Column(str(p), "km/s", method=FLIP): begins(p) for p in data.phase.values}
    columns |= {Column(f"margin in {last}", "km/s", method="flip less actual"): begins(last, less=actual)}
    title = "Burnout speed at which exposure begins, by base"
    return table_over(data, ("base",), "exposure-flips", title, columns)


def flip_cell(value: float, least: float) -> str:
    """Return a speed or margin in km/s for a cell: "none" where there is none, "at most" where it is that of the lowest speed tried."""
    if not np.isfinite(value):
        return "none"
    return f"at most {value:.1f}" if value <= least else f"{value:.1f}"


def modes(data: xr.Dataset) -> Table:
    """Return what the sensors of each mode expose under each launch policy, by phase."""
    last = str(data.phase.values[-1])
    most = partial(show, "share_in_mode", how=_largest, family="any")
    spare = show("slack_in_mode", how=partial(_spare, method="largest over all paths, nominal"), phase=last)
    columns: Columns = {
        Column("Mode"): "mode",
        Column("Launch policy"): show("policy", how=lambda policy: policy.replace("-", " ")),
    }
    columns |= {
        Column(str(p), "%", 1, method="most exposed base, any family, nominal"): most(phase=p)
        for p in data.phase.values
    }
    columns |= {Column(f"Largest slack, {last}", "s", 0, method="negative when too late"): spare}
    title = "Share of the most exposed base's paths that the sensors of each mode let the defence engage"
    return table_over(data, ("mode", "policy"), "exposure-modes", title, columns)


def _largest(share: np.ndarray) -> float:
    """Return the largest of some shares, in per cent."""
    return 100.0 * float(share.max())


def limits(data: xr.Dataset) -> Table:
    """Return the largest number of warheads that could be taken, by phase and assumptions."""
    columns: Columns = {
        Column("Phase"): "phase",
        Column("Assumptions"): "end",
        Column("Interceptors", digits=0): "inventory",
        Column("Exposed warheads", digits=0): "exposed_warheads",
        Column("Most taken", digits=0): "most_taken",
        Column("Expected", digits=1): "expected_taken",
    }
    columns |= {
        Column(f"Most with {n} at every site", digits=0): show("most_at_number", number=n)
        for n in data.number.values
    }
    title = "Largest number of warheads that the inventory could take"
    return table_over(data, ("phase", "end"), "exposure-limits", title, columns, folded=True)


def by_speed(data: xr.Dataset) -> Table:
    """Return the share of the most exposed base's paths by interceptor speed and phase."""
    most = partial(show, "share_at_speed", how=_largest, family="any")
    method = "interceptors of up to this speed, nominal delays"
    columns: Columns = {Column("Burnout speed", "km/s", 1): "speed"}
    columns |= {Column(str(p), "%", 1, method=method): most(phase=p) for p in data.phase.values}
    title = "Share of the most exposed base's paths that could be engaged, by interceptor speed"
    return table_over(data, ("speed",), "exposure-at-speed", title, columns, folded=True)


def by_delay(data: xr.Dataset) -> Table:
    """Return the share of the most exposed base's paths and the flip speed, by time of launch and phase."""
    most = partial(show, "share_at_delay", how=_largest, family="any")
    flip = partial(show, "flip_at_delay", how=partial(flip_cell, least=float(data.speed.min())))
    columns: Columns = {Column("Launch after burnout", "s", 0): "delay"}
    columns |= {Column(str(p), "%", 1): most(phase=p) for p in data.phase.values}
    columns |= {Column(f"{p}, flip speed", "km/s", method=FLIP): flip(phase=p) for p in data.phase.values}
    title = (
        "Share of the most exposed base's paths that could be engaged, and the flip speed, by time of launch"
    )
    return table_over(data, ("delay",), "exposure-at-delay", title, columns, folded=True)


def site_map(data: xr.Dataset) -> Table:
    """Return how many bases a site at each place would expose, by interceptor."""
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
