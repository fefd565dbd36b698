"""The report on the worst permitted system: found, bounded, and on the map."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import isfinite

import xarray as xr

from equipoise.present import guarantee_charts as charts
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, table_over
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: what the guarantee permits, the engagement found, the bound and the gap."""
    data = result.data
    steps = _steps(data)
    figure = Figure(
        "worst-system",
        "The worst permitted system that was found: where sites are permitted and where not, site, flight and meeting place.",
        steps,
        chart=charts.worst_map(data),
    )
    height = Figure(
        "worst-height",
        "The height of that flight over its distance on the ground.",
        chart=charts.worst_height(data),
    )
    return Section(
        anchor="worst",
        title="The worst system that the guarantee permits",
        sentences=_sentences(data),
        figures=(figure, height),
        tables=(steps, _limits(data)),
        notes=result.notes,
        certificate=str(data.certificate.values),
    )


def _sentences(data: xr.Dataset) -> tuple[Sentence, ...]:
    attained, bound, allowed = float(data.attained), float(data.bound), float(data.allowed)
    lead = Sentence(*_verdict(data), figure="worst-system", lead=True)
    if not (isfinite(attained) and isfinite(bound)):
        return (lead,)
    gap = Number(bound - attained, unit="s", digits=0, method="bound less the slack found")
    found = _slack(attained, "largest slack found by search with the engagement model")
    above = _slack(bound, "least slack that the search excludes for every permitted system")
    return lead, Sentence(
        "Slack found: {found}; bound from above: {above}; optimality gap: {gap}."
        + (" (Negative: so much too late.)" if attained < allowed else ""),
        {"found": found, "above": above, "gap": gap},
        figure="worst-system",
    )


def _verdict(data: xr.Dataset) -> tuple[str, dict[str, Number], dict[str, str]]:
    """Return the leading sentence with its numbers and names: sufficient, not sufficient, or undetermined."""
    attained, bound, allowed = float(data.attained), float(data.bound), float(data.allowed)
    title = {"title": str(data.attrs["title"])}
    if bound <= allowed:
        spare = _slack(allowed - bound, "slack that the guarantee allows less the bound")
        known = (
            "certified for the flights, areas and launch rule that its certificate lists, and accepted by the independent checker, it says"
            if str(data.certificate.values)
            else "the search for a certificate finds"
        )
        head = (
            "'{title}' is sufficient: {known} that no system that it permits engages a strategic flight that is asked about. By the search every "
            "one would come at least {spare} too late."
        )
        return head, {"spare": spare}, title | {"known": known}
    if attained <= allowed:
        head = "Whether '{title}' is sufficient is undetermined: no permitted system that engages was found, and not all are excluded."
        return head, {}, title
    head = (
        "'{title}' is not sufficient: a system that it permits engages a {family} flight from {base} with {attained} to spare; "
        "up to {warheads} warheads are within reach."
    )
    warheads = Number(
        float(data.warheads_bound),
        digits=0,
        method="warheads at bases not excluded, at most one per interceptor",
    )
    numbers = {"attained": _slack(attained, "engagement model"), "warheads": warheads}
    flight = {"base": str(data.attrs["base"]), "family": str(data.attrs["family"]).replace("_", " ")}
    return head, numbers, title | flight


def _slack(value_s: float, method: str) -> Number:
    return Number(value_s, unit="s", digits=0, method=method)


def _steps(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("What happens"): "step_what",
        Column("After the missile's launch", "s"): "step_time",
    }
    return table_over(data, data.step_what.dims, "worst-timeline", "Timeline of the engagement", columns)


def _limits(data: xr.Dataset) -> Table:
    rows = tuple((what, by) for what, by in json.loads(data.attrs["limited_by"]).items())
    return Table(
        "worst-limits", "What limits the permitted system", (Column("Limit"), Column("Set by")), rows
    )
