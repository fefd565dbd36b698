"""Charts of the report on the deterrent's exposure."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equipoise.present.chart import Chart, Mark, rows

FAMILIES = {
    "minimum_energy": "minimum energy",
    "lofted": "lofted",
    "depressed": "depressed",
    "any": "any family",
}


def by_base(data: xr.Dataset) -> Chart:
    """Return the share of each base's paths with its range; a panel for each phase in which some path could be engaged."""
    share = _named(100 * data.share.sel(family=["minimum_energy", "any"]), "family")
    some = share.max(("base", "end", "family")) > 0
    share = share.sel(phase=some) if bool(some.any()) else share.isel(phase=[-1])
    low, high = share.min("end"), share.max("end")
    nominal = share.sel(end="nominal", drop=True)
    made = rows({"value": nominal, "low": low, "high": high}, ("phase",), group="base", series="family")
    return Chart(Mark.RANGES, made, x="paths that could be engaged (%)")


def by_speed(data: xr.Dataset) -> Chart:
    """Return the share of the most exposed base's paths over the interceptors' speed, a line for each phase."""
    rules = tuple(
        (float(v), f"fastest in {p}")
        for p, v in zip(data.phase.values, data.actual_speed.values, strict=True)
        if np.isfinite(v)
    )
    return _most_exposed(data.share_at_speed, "speed", "burnout speed of the interceptors (km/s)", rules)


def by_delay(data: xr.Dataset) -> Chart:
    """Return the share of the most exposed base's paths over the time of launch, a line for each phase."""
    rules = ((0.0, "burnout"), (float(data.attrs["nominal_delay_s"]), "nominal delay"))
    return _most_exposed(data.share_at_delay, "delay", "launch after the missile's burnout (s)", rules)


def _most_exposed(share: xr.DataArray, over: str, words: str, rules: tuple[tuple[float, str], ...]) -> Chart:
    made = rows({"value": 100 * share.sel(family="any", drop=True).max("base")}, x=over, series="phase")
    return Chart(Mark.LINES, made, x=words, y="paths that could be engaged (%)", rules=rules)


def flip_speed(data: xr.Dataset, phase: str) -> Chart:
    """Return the lowest speed that engages a path of each base by family, on a bar to the median over its paths."""
    each = _named(data.flip_speed.sel(phase=phase, drop=True), "path_family")
    finite = each.where(np.isfinite(each))
    low, middle = finite.min("aim"), finite.median("aim")
    actual = float(data.actual_speed.sel(phase=phase))
    made = rows({"value": low, "low": low, "high": middle}, group="base", series="path_family")
    rules = ((actual, "fastest in place"),) if np.isfinite(actual) else ()
    return Chart(
        Mark.RANGES, tuple(r for r in made if r["value"] is not None), x="burnout speed (km/s)", rules=rules
    )


def limits(data: xr.Dataset) -> Chart:
    """Return the most warheads taken over the interceptors at every site, a line for each end of the assumptions."""
    made = rows({"value": data.most_at_number}, ("phase",), x="number", series="end")
    return Chart(Mark.LINES, made, x="interceptors at every site", y="most warheads taken")


def site_map(data: xr.Dataset) -> Chart:
    """Return the number of bases that a site at each place exposes, a panel for each interceptor."""
    count = (data.slack_at_site >= 0).sum("base").where(data.slack_at_site.notnull().any("base"))
    made = rows({"value": count}, ("interceptor",), x="site_lon", y="site_lat")
    return Chart(
        Mark.CELLS, tuple(r for r in made if r["value"] is not None), x="longitude (°)", y="latitude (°)"
    )


def _named(array: xr.DataArray, dim: str) -> xr.DataArray:
    """Return the array with words for path families and the names of bases."""
    named = array.assign_coords({dim: [FAMILIES[str(f)] for f in array[dim].values]})
    return (
        named.assign_coords(base=named.base_name.values).drop_vars("base_name")
        if "base_name" in named.coords
        else named
    )
