"""Tables of the report on the deterrent's exposure, and the shares that they are made of."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equipoise.present.section import Cells, Column, Number, Table

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
    ends = (100 * share.sel(end=["against", "nominal", "favourable"]).values).tolist()
    return Number(ends[1], min(ends), max(ends), unit="%", method=METHOD)


def nominal_percent(share: float, which: str) -> Number:
    """Return a share with the sensors of a mode as a number without a range; ``which`` says over launch policies."""
    return Number(
        100.0 * share,
        unit="%",
        method=f"sensors and exchange of the mode, {which} over launch policies, nominal",
    )


def by_base(data: xr.Dataset) -> Table:
    """Return the share of each base's paths that could be engaged, by phase."""
    share = data.share.sel(family="minimum_energy")
    last = data[["share", "slack", "warheads"]].isel(phase=-1)
    rows: tuple[Cells, ...] = tuple(
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


def flips(data: xr.Dataset) -> Table:
    """Return the speed at which each base's exposure begins, by phase."""
    lowest = data.flip_speed.min(("path_family", "aim")).transpose("base", "phase").values
    actual, least = float(data.actual_speed.isel(phase=-1)), float(data.speed.min())
    rows = tuple(
        (str(name), *(flip_cell(v, least) for v in speeds), flip_cell(speeds[-1] - actual, least - actual))
        for name, speeds in zip(data.base_name.values, lowest, strict=True)
    )
    phases = tuple(Column(str(p), "km/s", method=FLIP) for p in data.phase.values)
    heads = (
        Column("Base"),
        *phases,
        Column(f"margin in {data.phase.values[-1]}", "km/s", method="flip less actual"),
    )
    return Table("exposure-flips", "Burnout speed at which exposure begins, by base", heads, rows)


def flip_cell(value: float, least: float) -> str:
    """Return a speed or margin in km/s for a cell: "none" where there is none, "at most" where it is that of the lowest speed tried."""
    if not np.isfinite(value):
        return "none"
    return f"at most {value:.1f}" if value <= least else f"{value:.1f}"


def modes(data: xr.Dataset) -> Table:
    """Return what the sensors of each mode expose under each launch policy, by phase."""
    share = 100 * data.share_in_mode.sel(family="any").max("base")
    slack = data.slack_in_mode.isel(phase=-1).max(("path_family", "base"))
    rows: tuple[Cells, ...] = tuple(
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


def limits(data: xr.Dataset) -> Table:
    """Return the largest number of warheads that could be taken, by phase and assumptions."""
    rows: tuple[Cells, ...] = tuple(
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


def by_speed(data: xr.Dataset) -> Table:
    """Return the share of the most exposed base's paths by interceptor speed and phase."""
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


def by_delay(data: xr.Dataset) -> Table:
    """Return the share of the most exposed base's paths and the flip speed, by time of launch and phase."""
    share = 100 * data.share_at_delay.sel(family="any").max("base").transpose("delay", "phase").values
    flip, least = data.flip_at_delay.transpose("delay", "phase").values, float(data.speed.min())
    rows: tuple[Cells, ...] = tuple(
        (float(v), *map(float, shares), *(flip_cell(x, least) for x in speeds))
        for v, shares, speeds in zip(data.delay.values, share, flip, strict=True)
    )
    phases = [Column(str(p), "%", 1) for p in data.phase.values]
    phases += [Column(f"{p}, flip speed", "km/s", method=FLIP) for p in data.phase.values]
    title = (
        "Share of the most exposed base's paths that could be engaged, and the flip speed, by time of launch"
    )
    heads = (Column("Launch after burnout", "s", 0), *phases)
    return Table("exposure-at-delay", title, heads, rows, folded=True)


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
