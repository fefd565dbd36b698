"""The report on cooperation: what each mode defends for each party, what it depends on, and what sharing exposes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import xarray as xr

from equipoise.present import cooperation_figures as figures
from equipoise.present.cooperation_words import OUTAGES, PARTIES, SIDES, SIGHTS
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.results.record import Result

METHOD = (
    "Share of the people (or land area) whom the missiles reach and who get at least the shots, worst over path "
    "families, added up over the missiles, nominal assumptions."
)


WORST_COUNTRIES = 4
"""Countries that are named where sectors lose."""


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; its sentences speak of the last phase."""
    data = result.data
    last = str(data.phase.values[-1])
    share = shares(data)
    tables = (
        _protection(data, share),
        _dependence(data, last),
        _sensors(data, last),
        _terms(data),
        _exposed(data),
    )
    protection, dependence, sensors, terms, exposed = tables
    area = beside.get("defended_area")
    maps = () if area is None else (_maps(area.data, last),)
    return Section(
        anchor="cooperation",
        title="What cooperation gains, and what it makes each side depend on",
        sentences=(*_sentences(data, share, last), *_where_sectors_lose(area, last)),
        figures=(
            Figure(
                "cooperation-protection",
                partial(figures.protection, share),
                "People defended by mode and phase, one shot and two, each party's own.",
                _alt_protection(share, last),
                protection,
            ),
            *maps,
            Figure(
                "cooperation-dependence",
                partial(figures.dependence, data, last),
                f"People who lose protection in {last} when something of the partner's stops, or data come late.",
                _alt_dependence(data, last),
                dependence,
            ),
            Figure(
                "cooperation-sensors",
                partial(figures.sensors, data),
                f"What one shared sensor gives the other party in {last}: alone, and on top of all others.",
                _alt_sensors(data),
                sensors,
            ),
            Figure(
                "cooperation-terms",
                partial(figures.terms, data),
                f"People defended by exchange in {last} as shared data become later and coarser.",
                _alt_terms(data),
                terms,
            ),
            Figure(
                "cooperation-exposure",
                partial(figures.exposed, data),
                "Share of each side's strategic paths that the other could engage with the picture of the mode, nothing withheld.",
                _alt_exposed(data, last),
                exposed,
            ),
        ),
        tables=tables,
        notes=result.notes,
    )


def shares(data: xr.Dataset) -> xr.DataArray:
    """Return the share (0 to 1) of what the missiles reach that is defended, by shots, measure, phase, mode and party."""
    return data.defended.sum("threat") / data.in_range.sum("threat")


def _main(data: xr.Dataset) -> str:
    """Return the measure that sentences and figures speak of: people where they were counted."""
    return str(data.measure.values[-1])


def percent(value: float, *, digits: int = 0) -> Number:
    """Return a share as a number in per cent."""
    return Number(100.0 * float(value), unit="%", digits=digits, method=METHOD)


def _sentences(data: xr.Dataset, share: xr.DataArray, last: str) -> list[Sentence]:
    main = share.sel(measure=_main(data), phase=last, shots=1)
    said = []
    modes, parties = [str(m) for m in data["mode"].values], [str(p) for p in data.party.values]
    for party in parties:
        own = main.sel(party=party)
        numbers = {f"n{i}": percent(own.sel(mode=m), digits=1) for i, m in enumerate(modes)}
        listed = ", ".join(f"{{n{i}}} in mode {{m{i}}}" for i in range(len(modes)))
        said.append(
            Sentence(
                "In {phase}, of the {what} of {who} that the missiles reach, "
                + listed
                + " get at least one shot.",
                numbers,
                {
                    "phase": last,
                    "what": _main(data),
                    "who": PARTIES[party],
                    **{f"m{i}": m for i, m in enumerate(modes)},
                },
                figure="cooperation-protection",
                lead=True,
            )
        )
    said.append(_dependence_sentence(data, last))
    said.append(_best_sensor(data, last))
    said.append(_exposure_sentence(data, last))
    return [s for s in said if s is not None]


def _where_sectors_lose(area: Result | None, last: str) -> tuple[Sentence, ...]:
    """Return in which countries sectors leave people without the shot that independent systems give them."""
    if area is None or not {"independent", "sectoral"} <= set(area.data["mode"].values):
        return ()
    held = area.data.people_defended.sel(phase=last, level=1)
    loss = (held.sel(mode="independent") - held.sel(mode="sectoral")).clip(min=0).sum("threat")
    worst = loss.sortby(loss, ascending=False)[:WORST_COUNTRIES]
    worst = worst[worst > 0]
    if worst.size == 0:
        return (
            Sentence(
                "In {phase} sectors leave nobody without the shot that independent systems give.",
                {},
                {"phase": last},
                figure="cooperation-maps",
            ),
        )
    listed = ", ".join(f"{{c{i}}} {{n{i}}}" for i in range(worst.size))
    return (
        Sentence(
            "In {phase} sectors leave people without the shot that independent systems give them, most of all in (millions of "
            "people times missiles) " + listed + ".",
            {f"n{i}": Number(float(v) / 1e6, digits=2, method=METHOD) for i, v in enumerate(worst.values)},
            {"phase": last, **{f"c{i}": str(c) for i, c in enumerate(worst.country.values)}},
            figure="cooperation-maps",
        ),
    )


def _lost_share(data: xr.Dataset, phase: str) -> xr.DataArray:
    """Return the share of those in range who lose protection, by mode, outage and party."""
    main = _main(data)
    return data.lost.sel(shots=1, measure=main, phase=phase).sum("threat") / data.in_range.sel(
        measure=main
    ).sum("threat")


def _dependence_sentence(data: xr.Dataset, last: str) -> Sentence:
    lost = _lost_share(data, last).sel(outage="partner stops")
    at = lost.argmax(...)
    worst = lost.isel(at)
    if float(worst) <= 0.0:
        return Sentence(
            "In {phase} no mode makes either party depend on the other: nobody loses protection when the partner stops.",
            {},
            {"phase": last},
            figure="cooperation-dependence",
            lead=True,
        )
    return Sentence(
        "Dependence in {phase} is largest for {who} in mode {mode}: {share} of its {what} in range lose protection when the "
        "partner stops.",
        {"share": percent(worst, digits=1)},
        {
            "phase": last,
            "what": _main(data),
            "who": PARTIES[str(worst.party.values)],
            "mode": str(worst["mode"].values),
        },
        figure="cooperation-dependence",
        lead=True,
    )


def _best_sensor(data: xr.Dataset, last: str) -> Sentence | None:
    added = data.added_alone.sel(measure=_main(data))
    best = added.isel(added.argmax(...))
    giver = str(data.giver.sel(sensor=best.sensor).values)
    receiver = next(str(p) for p in data.party.values if p != giver)
    reached = float(data.in_range.sel(measure=_main(data), party=receiver).sum())
    if float(best) <= 0.0:
        return Sentence(
            "In {phase} no single shared sensor adds protection for the other party, even with every radar at the short "
            "end of its range.",
            {},
            {"phase": last},
            figure="cooperation-sensors",
        )
    sight = {
        "nominal": "with nominal radars",
        "short_radars": "with every radar at the short end of its range",
    }
    return Sentence(
        "The shared sensor that helps most in {phase} is {sensor}: {sight} it protects {share} of the {what} of {who} in range "
        "that have no protection without it.",
        {"share": percent(float(best) / reached, digits=1)},
        {
            "phase": last,
            "sensor": str(best.sensor.values),
            "what": _main(data),
            "sight": sight[str(best.sight.values)],
            "who": PARTIES[receiver],
        },
        figure="cooperation-sensors",
    )


def _exposure_sentence(data: xr.Dataset, last: str) -> Sentence | None:
    if "independent" not in data["mode"].values:
        return None
    own = data.exposed.sel(phase=last)
    rise = own - own.sel(mode="independent", drop=True)
    most = rise.isel(rise.argmax(...))
    side, mode = str(most.deterrent.values), str(most["mode"].values)
    if float(most) <= 0.0:
        return Sentence(
            "Shared data expose neither side's deterrent in {phase} beyond what each side's own sensors allow.",
            {},
            {"phase": last},
            figure="cooperation-exposure",
            lead=True,
        )
    return Sentence(
        "If nothing is withheld, the picture of mode {mode} in {phase} lets the other side engage {now} of the mapped paths "
        "of {side}'s deterrent, against {before} with its own sensors.",
        {
            "now": percent(own.sel(deterrent=side, mode=mode), digits=1),
            "before": percent(own.sel(deterrent=side, mode="independent"), digits=1),
        },
        {"mode": mode, "phase": last, "side": SIDES[side]},
        figure="cooperation-exposure",
        lead=True,
    )


def _protection(data: xr.Dataset, share: xr.DataArray) -> Table:
    measures = [str(m) for m in data.measure.values]
    columns = [Column("Phase"), Column("Mode"), Column("Party")]
    for m in measures:
        columns += [
            Column(f"{m}, {n} shot{'s' if n > 1 else ''}", "%", 1, method=METHOD) for n in data.shots.values
        ]
    columns += [Column("slack, middle", "s", 0, method="median over those defended, then over missiles"),
                Column("earliest intercept", "s", 0, method="after the missile's launch, over all missiles")]  # fmt: skip
    rows = []
    for phase in data.phase.values:
        for mode in data["mode"].values:
            for party in data.party.values:
                at = {"phase": phase, "mode": mode, "party": party}
                cells = [
                    100 * float(share.sel(measure=m, shots=n, **at))
                    for m in measures
                    for n in data.shots.values
                ]
                slack = data.slack.sel(quantile=0.5, **at).values
                early = data.earliest.sel(**at).values
                cells += [_finite(np.median, slack), _finite(np.min, early)]
                rows.append((str(phase), str(mode), PARTIES[str(party)], *cells))
    return Table("cooperation-modes", "What each mode defends for each party", tuple(columns), tuple(rows))


def _finite(of, values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(of(known)) if known.size else float("nan")


def _dependence(data: xr.Dataset, last: str) -> Table:
    lost = _lost_share(data, last)
    columns = (
        Column("Mode"),
        Column("Party"),
        *(Column(OUTAGES.get(str(o), str(o)), "%", 1, method=METHOD) for o in data.outage.values),
    )
    rows = tuple(
        (
            str(m),
            PARTIES[str(p)],
            *(100 * float(lost.sel(mode=m, party=p, outage=o)) for o in data.outage.values),
        )
        for m in data["mode"].values
        for p in data.party.values
    )
    return Table("cooperation-lost", f"Who loses protection when something stops, {last}", columns, rows)


def _sensors(data: xr.Dataset, last: str) -> Table:
    main = _main(data)
    rows = []
    for sensor in data.sensor.values:
        giver = str(data.giver.sel(sensor=sensor).values)
        receiver = next(str(p) for p in data.party.values if p != giver)
        reached = float(data.in_range.sel(measure=main, party=receiver).sum())
        cells = [
            100 * float(data[name].sel(measure=main, sight=sight, sensor=sensor)) / reached
            for sight in data.sight.values
            for name in ("added_alone", "missed_without")
        ]
        rows.append((str(sensor), PARTIES[giver], PARTIES[receiver], *cells))
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


def _terms(data: xr.Dataset) -> Table:
    main = _main(data)
    reached = data.in_range.sel(measure=main).sum("threat")
    share = data.defended_by_terms.sel(measure=main) / reached
    rows = tuple(
        (
            SIGHTS[str(s)],
            PARTIES[str(p)],
            float(latency),
            *(
                100 * float(share.sel(sight=s, party=p, latency=latency, coarseness=c))
                for c in data.coarseness.values
            ),
        )
        for s in data.sight.values
        for p in data.party.values
        for latency in data.latency.values
    )
    columns = (
        Column("Radars"),
        Column("Party"),
        Column("Latency", "s"),
        *(Column(f"{c:g} km coarse", "%", 1, method=METHOD) for c in data.coarseness.values),
    )
    return Table(
        "cooperation-late-coarse", "How late and coarse shared data may be", columns, rows, folded=True
    )


def _exposed(data: xr.Dataset) -> Table:
    method = "Minimum-energy paths from the mapped bases to cells of the other side's territory; sensors as the mode gives them, nothing withheld."
    columns = (Column("Deterrent of"), Column("Phase"), *(Column(str(m), "%", 2, method=method) for m in data["mode"].values),
               Column("track from burnout on", "%", 2, method=method))  # fmt: skip
    rows = tuple(
        (SIDES[str(d)], str(p), *(100 * float(data.exposed.sel(deterrent=d, phase=p, mode=m)) for m in data["mode"].values),
         100 * float(data.exposed_unhindered.sel(deterrent=d, phase=p)))
        for d in data.deterrent.values
        for p in data.phase.values
    )  # fmt: skip
    return Table("cooperation-exposed-paths", "What shared data expose of each deterrent", columns, rows)


def _maps(area: xr.Dataset, last: str) -> Figure:
    threat = str(area.threat.values[-1])
    return Figure(
        "cooperation-maps",
        partial(figures.maps, area, last, threat),
        f"Where {threat} can be engaged in {last}, by mode.",
        f"Small maps of the defended area against {threat} in {last}, one for each mode: {', '.join(str(m) for m in area['mode'].values)}.",
    )


def _alt_protection(share: xr.DataArray, last: str) -> str:
    main = share.sel(measure=str(share.measure.values[-1]), phase=last, shots=1)
    parts = [
        f"{PARTIES[str(p)]}, {m}: {percent(main.sel(party=p, mode=m), digits=1).text}"
        for p in main.party.values
        for m in main["mode"].values
    ]
    return f"Bars of the share of people defended, by phase and mode. In {last}: {'; '.join(parts)}."


def _alt_dependence(data: xr.Dataset, last: str) -> str:
    lost = _lost_share(data, last).sel(outage="partner stops")
    parts = [
        f"{PARTIES[str(p)]} in {m}: {percent(lost.sel(party=p, mode=m), digits=1).text}"
        for p in data.party.values
        for m in data["mode"].values
    ]
    return f"Bars of the share of people who lose protection by outage and mode. When the partner stops: {'; '.join(parts)}."


def _alt_sensors(data: xr.Dataset) -> str:
    return f"Bars for {data.sizes['sensor']} sensors: people whom each protects for the other party, alone and on top of the others."


def _alt_terms(data: xr.Dataset) -> str:
    return (
        f"Lines of people defended by exchange against latency up to {float(data.latency.max()):g} s, one for each coarseness "
        f"up to {float(data.coarseness.max()):g} km, for both parties, nominal and short radars."
    )


def _alt_exposed(data: xr.Dataset, last: str) -> str:
    parts = [
        f"{SIDES[str(d)]}, {m}: {percent(data.exposed.sel(deterrent=d, phase=last, mode=m), digits=2).text}"
        for d in data.deterrent.values
        for m in data["mode"].values
    ]
    return f"Bars of the share of strategic paths engageable, by mode. In {last}: {'; '.join(parts)}."
