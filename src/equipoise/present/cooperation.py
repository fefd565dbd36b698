"""The report on cooperation: what each mode defends for each party, what it depends on, and what sharing exposes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

import xarray as xr

from equipoise.foundation.text import with_article
from equipoise.present import cooperation_charts as charts
from equipoise.present import cooperation_tables as tables
from equipoise.present.cooperation_tables import METHOD
from equipoise.present.cooperation_words import in_words
from equipoise.present.defended_area import map_legend, map_panels, reason_legend
from equipoise.present.names import Names
from equipoise.present.section import Figure, Number, Section, Sentence
from equipoise.results.record import Result

WORST_COUNTRIES = 4
"""Countries that are named where sectors lose."""


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; its sentences speak of the last phase."""
    data = in_words(result.data)
    last = str(data.phase.values[-1])
    share = tables.shares(data)
    protection, dependence = tables.protection(data, share), tables.dependence(data, last)
    sensors, exposed = tables.sensors(data, last), tables.exposed(data)
    late = (tables.terms(data),) if "share_by_terms" in data else ()
    area = beside.get("defended_area")
    maps = () if area is None else (_maps(area.data, last, Names.of(beside)),)
    return Section(
        anchor="cooperation",
        title="What cooperation gains, and what it makes each side depend on",
        sentences=(*_sentences(data, share, last), *_where_sectors_lose(area, last)),
        figures=(
            Figure(
                "cooperation-protection",
                "People defended by mode and phase, each party's own; two shots are in the table.",
                protection,
                chart=charts.protection(data, share),
            ),
            *maps,
            Figure(
                "cooperation-dependence",
                f"People who lose protection in {last} when something of the partner's stops, or data come late.",
                dependence,
                chart=charts.dependence(data, last),
            ),
            Figure(
                "cooperation-sensors",
                f"What one shared sensor gives the other party in {last}: alone, and on top of all others.",
                sensors,
                chart=charts.sensors(sensors),
            ),
            *(
                Figure(
                    "cooperation-terms",
                    f"People defended by exchange in {last} as shared data become later and coarser.",
                    table,
                    chart=charts.terms(data),
                )
                for table in late
            ),
            *(
                Figure(
                    "cooperation-exposure",
                    "Share of each side's strategic paths that the other could engage with the picture of the mode, nothing withheld.",
                    exposed,
                    chart=charts.exposed(data),
                )
                for _ in data.deterrent.values[:1]
            ),
        ),
        tables=(protection, dependence, sensors, *late, *([exposed] if data.sizes["deterrent"] else [])),
        notes=result.notes,
    )


def story(data: xr.Dataset) -> list[Sentence]:
    """Return what one joint system gains in the last phase, and on what radar's range that hangs; empty where it was not computed."""
    named, last = in_words(data), str(data.phase.values[-1])
    main = tables.shares(named).sel(measure=tables.main_measure(named), phase=last, shots=1)
    gain = _gain_and_dependence(named, main, last)
    return [] if gain is None else [gain, *_disputed(named, last)]


def percent(value: float | xr.DataArray, *, digits: int = 0) -> Number:
    """Return a share as a number in per cent."""
    return Number(100.0 * float(value), unit="%", digits=digits, method=METHOD)


def _sentences(data: xr.Dataset, share: xr.DataArray, last: str) -> list[Sentence]:
    main = share.sel(measure=tables.main_measure(data), phase=last, shots=1)
    said: list[Sentence | None] = []
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
                    "what": tables.main_measure(data),
                    "who": with_article(str(party)),
                    **{f"m{i}": m for i, m in enumerate(modes)},
                },
                figure="cooperation-protection",
            )
        )
    said[:0] = [_gain_and_dependence(data, main, last), *_disputed(data, last)]
    said.append(_dependence_sentence(data, last))
    said.append(_best_sensor(data, last))
    said.append(_exposure_sentence(data, last))
    return [s for s in said if s is not None]


def _gain_and_dependence(data: xr.Dataset, main: xr.DataArray, last: str) -> Sentence | None:
    """Return what one joint system gives each party beyond independent ones, and what of it hangs on the partner."""
    if not {"independent", "joint"} <= set(data["mode"].values):
        return None
    lost = tables.lost_share(data, last).sel(outage="partner stops", mode="joint")
    numbers: dict[str, Number] = {}
    names, parts = {"phase": last, "what": tables.main_measure(data)}, []
    for i, party in enumerate(str(p) for p in data.party.values):
        own = main.sel(party=party)
        numbers |= {
            f"j{i}": percent(own.sel(mode="joint"), digits=1),
            f"a{i}": percent(own.sel(mode="independent"), digits=1),
            f"l{i}": percent(lost.sel(party=party), digits=1),
        }
        names[f"p{i}"] = with_article(str(party))
        head = f"{{j{i}}} of the {{what}} of {{p{i}}} in range a shot"
        if numbers[f"j{i}"].text == numbers[f"a{i}"].text and not float(lost.sel(party=party)):
            del numbers[f"a{i}"], numbers[f"l{i}"]
            parts.append(f"{head}, as many as alone")
        else:
            parts.append(f"{head}, against {{a{i}}} alone ({{l{i}}} then depend on the partner)")
    return Sentence(
        "One joint system in {phase} gives, over all missiles, " + "; ".join(parts) + ".",
        numbers,
        names,
        figure="cooperation-protection",
        lead=True,
    )


LEAST_SWING = 0.005
"""A gain that moves by less than half a percentage point does not hang on a radar's range."""


def _disputed(data: xr.Dataset, last: str) -> list[Sentence]:
    """Return, for each radar on whose printed range a party's gain hangs, the gain at both ends of that range."""
    found: list[Sentence] = []
    at_ends = data.share_at_range.sel(measure=tables.main_measure(data))
    gain = at_ends.sel(compared="joint") - at_ends.sel(compared="independent")
    for radar in data.disputed.values:
        for party in data.party.values:
            short, long = (
                float(gain.sel(disputed=radar, party=party, range_end=e)) for e in ("shortest", "longest")
            )
            if abs(short - long) >= LEAST_SWING:
                found.append(_hangs(data.sel(disputed=radar), str(party), last, short, long))
    return found


def _hangs(one: xr.Dataset, party: str, last: str, short: float, long: float) -> Sentence:
    """Return what one joint system adds for a party when a radar sees as far as the shortest and the longest printed range."""
    method = f"joint minus independent, people of the party in range; only the range of {one.disputed_name.values} moves"
    points = {
        name: Number(100.0 * gain, unit="percentage points", digits=1, method=method)
        for name, gain in (("short_gain", short), ("long_gain", long))
    }
    ranges = {
        name: Number(float(one.disputed_range.sel(printed=end)), unit="km", method="as printed")
        for name, end in (("short", "shortest"), ("taken", "taken"), ("long", "longest"))
    }
    return Sentence(
        "What {who} gains hangs on one disputed range: one joint system in {phase} adds {short_gain} to its share if {radar} sees "
        "{short}, and {long_gain} if it sees {long} ({taken} is taken elsewhere).",
        points | ranges,
        {"who": with_article(party), "phase": last, "radar": str(one.disputed_name.values)},
        figure="cooperation-protection",
        lead=True,
    )


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
    called = area.data.country_name.sel(country=worst.country).values
    listed = ", ".join(f"{{c{i}}} ({{n{i}}})" for i in range(worst.size))
    return (
        Sentence(
            "In {phase} sectors cost people the shot that independent systems give them; added up over the missiles, most of all in "
            + listed
            + ".",
            {
                f"n{i}": Number(float(v) / 1e6, unit="million", digits=1, method=METHOD)
                for i, v in enumerate(worst.values)
            },
            {"phase": last, **{f"c{i}": str(c) for i, c in enumerate(called)}},
            figure="cooperation-maps",
        ),
    )


def _dependence_sentence(data: xr.Dataset, last: str) -> Sentence:
    lost = tables.lost_share(data, last).sel(outage="partner stops")
    at = lost.argmax(...)
    worst = lost.isel(at)
    if float(worst) <= 0.0:
        return Sentence(
            "In {phase} no mode makes either party depend on the other: nobody loses protection when the partner stops.",
            {},
            {"phase": last},
            figure="cooperation-dependence",
        )
    return Sentence(
        "Dependence in {phase} is largest for {who} in mode {mode}: {share} of its {what} in range lose protection when the "
        "partner stops.",
        {"share": percent(worst, digits=1)},
        {
            "phase": last,
            "what": tables.main_measure(data),
            "who": with_article(str(worst.party.values)),
            "mode": str(worst["mode"].values),
        },
        figure="cooperation-dependence",
    )


def _best_sensor(data: xr.Dataset, last: str) -> Sentence | None:
    added = data.added_alone.sel(measure=tables.main_measure(data))
    best = added.isel(added.argmax(...))
    giver = str(data.giver.sel(sensor=best.sensor).values)
    receiver = next(str(p) for p in data.party.values if p != giver)
    reached = float(data.in_range.sel(measure=tables.main_measure(data), party=receiver).sum())
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
            "what": tables.main_measure(data),
            "sight": sight[str(best.sight.values)],
            "who": with_article(str(receiver)),
        },
        figure="cooperation-sensors",
    )


def _exposure_sentence(data: xr.Dataset, last: str) -> Sentence | None:
    if "independent" not in data["mode"].values or not data.sizes["deterrent"]:
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
        )
    return Sentence(
        "If nothing is withheld, the picture of mode {mode} in {phase} lets the other side engage {now} of the mapped paths "
        "of {side}'s deterrent, against {before} with its own sensors.",
        {
            "now": percent(own.sel(deterrent=side, mode=mode), digits=1),
            "before": percent(own.sel(deterrent=side, mode="independent"), digits=1),
        },
        {"mode": mode, "phase": last, "side": str(side)},
        figure="cooperation-exposure",
    )


def _maps(area: xr.Dataset, last: str, names: Names) -> Figure:
    threat = str(area.threat.values[-1])
    missile = names.short("threat", threat)
    return Figure(
        "cooperation-maps",
        f"Where {missile} can be engaged in {last}, by mode.",
        alt=f"Small maps of the defended area against {missile} in {last}, one for each mode: {', '.join(str(m) for m in area['mode'].values)}.",
        view=f"view:{urlencode({'phase': last, 'threat': threat, 'mode': str(area['mode'].values[0]), 'layers': 'cells,places'})}",
        picture=partial(_draw_maps, area, last, threat),
    )


def _draw_maps(area: xr.Dataset, phase: str, threat: str) -> Any:
    """Return small maps of the defended area of one threat in one phase, a panel for each mode."""
    modes = [str(mode) for mode in area["mode"].values]
    figure, _ = map_panels(area, threat, modes, [phase], title=f"Against {threat}", across=True)
    map_legend(figure, reason_legend(area.sel(phase=phase, threat=threat)))
    return figure
