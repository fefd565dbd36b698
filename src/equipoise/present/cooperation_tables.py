"""Tables of the report on cooperation, and the shares that they and the figures are made of."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from equipoise.present.cooperation_words import OUTAGES, SIGHTS
from equipoise.present.section import Cells, Column, Table
from equipoise.present.table_rows import Columns, percent, show, table_over

METHOD = (
    "Share of the people (or land area) whom the missiles reach and who get at least the shots, worst over path "
    "families, added up over the missiles, nominal assumptions."
)


def shares(data: xr.Dataset) -> xr.DataArray:
    """Return the share (0 to 1) of what the missiles reach that is defended, by shots, measure, phase, mode and party."""
    return data.defended.sum("threat") / data.in_range.sum("threat")


def main_measure(data: xr.Dataset) -> str:
    """Return the measure that sentences and figures speak of: people where they were counted."""
    return str(data.measure.values[-1])


def lost_share(data: xr.Dataset, phase: str) -> xr.DataArray:
    """Return the share of those in range who lose protection, by mode, outage and party."""
    main = main_measure(data)
    return data.lost.sel(shots=1, measure=main, phase=phase).sum("threat") / data.in_range.sel(
        measure=main
    ).sum("threat")


def protection(data: xr.Dataset, share: xr.DataArray) -> Table:
    """Return what each mode defends for each party, by phase."""
    measures = [str(m) for m in data.measure.values]
    columns = [Column("Phase"), Column("Mode"), Column("Party")]
    for m in measures:
        columns += [
            Column(f"{m}, {n} shot{'s' if n > 1 else ''}", "%", 1, method=METHOD) for n in data.shots.values
        ]
    columns += [Column("slack, middle", "s", 0, method="median over those defended, then over missiles"),
                Column("earliest intercept", "s", 0, method="after the missile's launch, over all missiles")]  # fmt: skip
    at = ("phase", "mode", "party")
    percents = 100 * share.transpose(*at, "measure", "shots").values
    slack = data.slack.sel(quantile=0.5).transpose(*at, ...).values
    early = data.earliest.transpose(*at, ...).values
    rows = []
    for i, j, k in np.ndindex(percents.shape[:3]):
        names = str(data.phase.values[i]), str(data["mode"].values[j]), str(data.party.values[k])
        times = _of_known(np.median, slack[i, j, k]), _of_known(np.min, early[i, j, k])
        rows.append((*names, *percents[i, j, k].ravel().tolist(), *times))
    return Table("cooperation-modes", "What each mode defends for each party", tuple(columns), tuple(rows))


def _of_known(of: Callable[[np.ndarray], float], values: np.ndarray) -> float | str:
    """Return what ``of`` makes of the values that there are, (n,) in s; in words that there are none."""
    known = values[np.isfinite(values)]
    return float(of(known)) if known.size else "nobody defended"


def dependence(data: xr.Dataset, last: str) -> Table:
    """Return who loses protection in the phase ``last`` when something stops."""
    lost = data[["mode", "party", "outage"]].assign(share=lost_share(data, last))
    columns: Columns = {Column("Mode"): "mode", Column("Party"): "party"}
    columns |= {
        Column(OUTAGES.get(str(o), str(o)), "%", 1, method=METHOD): show("share", how=percent, outage=o)
        for o in data.outage.values
    }
    return table_over(
        lost,
        ("mode", "party"),
        "cooperation-lost",
        f"Who loses protection when something stops, {last}",
        columns,
    )


def sensors(data: xr.Dataset, last: str) -> Table:
    """Return what each shared sensor gives the other party in the phase ``last``."""
    main = main_measure(data)
    rows: list[Cells] = []
    for sensor in data.sensor.values:
        giver = str(data.giver.sel(sensor=sensor).values)
        receiver = next(str(p) for p in data.party.values if p != giver)
        reached = float(data.in_range.sel(measure=main, party=receiver).sum())
        cells = [
            100 * float(data[name].sel(measure=main, sight=sight, sensor=sensor)) / reached
            for sight in data.sight.values
            for name in ("added_alone", "missed_without")
        ]
        rows.append((str(sensor), str(giver), str(receiver), *cells))
    columns = [Column("Sensor"), Column("Given by"), Column("Gains")]
    for sight in data.sight.values:
        said = SIGHTS[str(sight)]
        columns += [
            Column(f"alone, {said}", "%", 1, method=METHOD),
            Column(f"on top, {said}", "%", 1, method=METHOD),
        ]
    return Table(
        "cooperation-sensor-gain", f"What each shared sensor gives, {last}", tuple(columns), tuple(rows)
    )


def terms(data: xr.Dataset) -> Table:
    """Return what exchange defends as shared data become later and coarser."""
    columns: Columns = {
        Column("Track rule and radars"): "rule",
        Column("Party"): "party",
        Column("Latency", "s"): "latency",
    }
    columns |= {
        Column(f"{c:g} km coarse", "%", 1, method=METHOD): show(
            "share_by_terms", how=percent, measure=main_measure(data), coarseness=c
        )
        for c in data.coarseness.values
    }
    title = "How late and coarse shared data may be"
    return table_over(
        data, ("rule", "party", "latency"), "cooperation-late-coarse", title, columns, folded=True
    )


def exposed(data: xr.Dataset) -> Table:
    """Return the share of each side's strategic paths that the other could engage, by phase and mode."""
    method = "Minimum-energy paths from the mapped bases to cells of the other side's territory; sensors as the mode gives them, nothing withheld."
    columns: Columns = {Column("Deterrent of"): "deterrent", Column("Phase"): "phase"}
    columns |= {
        Column(str(m), "%", 2, method=method): show("exposed", how=percent, mode=m)
        for m in data["mode"].values
    }
    columns |= {
        Column("track from burnout on", "%", 2, method=method): show("exposed_unhindered", how=percent)
    }
    title = "What shared data expose of each deterrent"
    return table_over(data, ("deterrent", "phase"), "cooperation-exposed-paths", title, columns)
