"""Charts of the report on cooperation."""

from __future__ import annotations

import xarray as xr

from equipoise.present import cooperation_tables as tables
from equipoise.present.chart import Chart, Mark, Row, rows
from equipoise.present.section import Table


def protection(data: xr.Dataset, share: xr.DataArray) -> Chart:
    """Return the share of people with a shot by phase and mode, a panel for each party."""
    one = 100 * share.sel(measure=tables.main_measure(data), shots=1, drop=True)
    made = rows({"value": one}, ("party",), group="phase", series="mode")
    return Chart(Mark.BARS, made, x="people in range with a shot (%)")


def dependence(data: xr.Dataset, phase: str) -> Chart:
    """Return who loses protection in a phase by outage and mode, a panel for each party."""
    lost = 100 * tables.lost_share(data, phase).drop_vars(["shots", "measure", "phase"], errors="ignore")
    return Chart(
        Mark.BARS,
        rows({"value": lost}, ("party",), group="outage", series="mode"),
        x="people in range who lose protection (%)",
    )


def sensors(table: Table) -> Chart:
    """Return what each shared sensor of the table gives the other party, a panel for each sight."""
    found: list[Row] = []
    for sensor, giver, _, *cells in table.rows:
        for column, cell in zip(table.columns[3:], cells, strict=True):
            series, sight = column.name.split(", ", 1)
            words = f"{series} of others" if series == "on top" else series
            found.append(
                {"group": f"{sensor} of {giver}", "series": words, "panel": sight, "value": float(str(cell))}
            )
    return Chart(Mark.BARS, tuple(found), x="people of the other party in range who gain (%)")


def terms(data: xr.Dataset) -> Chart:
    """Return what exchange defends as shared data become later and coarser, a panel for each party and track rule."""
    share = 100 * data.share_by_terms.sel(measure=tables.main_measure(data), drop=True)
    made = rows({"value": share}, ("party", "rule"), x="latency", series="coarseness")
    return Chart(
        Mark.LINES,
        made,
        x="latency of shared data (s); lines: coarseness (km)",
        y="people in range defended (%)",
    )


def exposed(data: xr.Dataset) -> Chart:
    """Return the share of each side's strategic paths that the other could engage, by phase and mode."""
    made = rows({"value": 100 * data.exposed}, ("deterrent",), group="phase", series="mode")
    return Chart(Mark.BARS, made, x="strategic paths of the deterrent that could be engaged (%)")
