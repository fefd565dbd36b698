"""Tables of the report on cooperation, and the shares that they and the figures are made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import xarray as xr

from equipoise.present.cooperation_words import OUTAGES, SIGHTS
from equipoise.present.section import Column, Table
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
    columns: Columns = {Column("Phase"): "phase", Column("Mode"): "mode", Column("Party"): "party"}
    columns |= {
        Column(f"{m}, {n} shot{'s' if n > 1 else ''}", "%", 1, method=METHOD): show(
            "share", how=percent, measure=m, shots=n
        )
        for m in data.measure.values
        for n in data.shots.values
    }
    middle = Column("slack, middle", "s", 0, method="median over those defended, then over missiles")
    earliest = Column("earliest intercept", "s", 0, method="after the missile's launch, over all missiles")
    columns |= {
        middle: show("slack", how=partial(_of_known, np.median), quantile=0.5),
        earliest: show("earliest", how=partial(_of_known, np.min)),
    }
    title = "What each mode defends for each party"
    return table_over(
        data.assign(share=share), ("phase", "mode", "party"), "cooperation-modes", title, columns
    )


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
    main, parties = main_measure(data), [str(p) for p in data.party.values]
    gains = [next(p for p in parties if p != str(giver)) for giver in data.giver.values]
    reached = data.in_range.sel(measure=main).sum("threat").sel(party=xr.DataArray(gains, dims="sensor"))
    found = data[["added_alone", "missed_without", "giver"]].sel(measure=main)
    found = found.assign(
        gains=("sensor", gains),
        alone=100 * found.added_alone / reached,
        on_top=100 * found.missed_without / reached,
    )
    columns: Columns = {Column("Sensor"): "sensor", Column("Given by"): "giver", Column("Gains"): "gains"}
    columns |= {
        Column(f"{words}, {SIGHTS[str(sight)]}", "%", 1, method=METHOD): show(name, sight=sight)
        for sight in data.sight.values
        for name, words in (("alone", "alone"), ("on_top", "on top"))
    }
    return table_over(
        found, ("sensor",), "cooperation-sensor-gain", f"What each shared sensor gives, {last}", columns
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
