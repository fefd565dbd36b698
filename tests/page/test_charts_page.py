"""Every kind of chart in a real browser: drawn from its rows, in both schemes, never wider than the window, without findings of accessibility."""

import numpy as np
import pytest

from equipoise.geography.window import Window
from equipoise.present.chart import Chart, Mark
from equipoise.present.document import document
from equipoise.present.html import Writer
from equipoise.present.map_chart import area, fields, map_chart, path, place
from equipoise.present.section import Figure, Section
from equipoise.results.record import Provenance

pytestmark = pytest.mark.browser

TWO = [
    {"group": g, "series": s, "value": v, "low": v - 1, "high": v + 1}
    for g, s, v in (("A place", "one", 3.0), ("A place", "two", 5.0), ("Another", "one", 2.0))
]
OVER = [
    {"series": s, "x": float(x), "value": x * k, "low": x * k - 1, "high": x * k + 1}
    for s, k in (("one", 1.0), ("two", -2.0))
    for x in range(5)
]
SPAN = [
    {"group": "A law", "series": s, "low": a, "high": b}
    for s, a, b in (("signed", 2010.0, 2012.0), ("in force", 2012.0, 2019.5))
]
MAP = [
    *path("flight", [50.0, 56.0], [-2.0, 20.0]),
    *area("zone", [52.0, 52.0, 55.0, 52.0], [2.0, 8.0, 5.0, 2.0], "first"),
    *fields(
        "error", np.array([50.0, 51.0]), np.array([10.0, 11.0]), np.array([[2.0, 30.0], [np.nan, 200.0]])
    ),
    *place("site", 54.0, 12.0, "the site"),
    *place("site", 54.1, 12.2, "beside it"),
]
CHARTS = {
    "bars": Chart(Mark.BARS, tuple(TWO), x="share (%)"),
    "ranges": Chart(Mark.RANGES, tuple(TWO), x="share (%)", rules=((4.0, "limit"),)),
    "lines": Chart(Mark.LINES, tuple({"panel": p} | row for p in "ab" for row in OVER if p == "a" or row["x"] < 4), x="time (s)", y="height (km)"),
    "points": Chart(Mark.POINTS, tuple(OVER), x="test", y="error (m/s)"),
    "spans": Chart(Mark.SPANS, tuple(SPAN), x="year", rules=((2015.0, "Phase 2"),)),
    "cells": Chart(Mark.CELLS, tuple({"x": float(x), "y": float(y), "value": x + y} for x in range(3) for y in range(3)), x="east (°)", y="north (°)"),
    "verdicts": Chart(Mark.VERDICTS, tuple({"group": "A clause", "x": f"Phase {p}", "series": "undetermined", "word": "undetermined\n+3 km"} for p in range(1, 5))),
    "claims": Chart(Mark.CLAIMS, tuple({"group": g, "series": s, "value": v, "word": w} for g, v in (("A claim", 70.0), ("Another", 30.0)) for s, w in (("One side", "6.3 km/s"), ("The other", "decision 0 s\ntrack 10 s")))),
    "map": map_chart(Window(45.0, 60.0, -10.0, 25.0), MAP),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    figures = tuple(Figure(name, f"A chart of {name}.", chart=chart) for name, chart in CHARTS.items())
    sections = (Section("charts", "Charts", figures=figures),)
    made = tmp_path_factory.mktemp("charts") / "report.html"
    made.write_text(
        document("Every kind", sections, Writer({}, Provenance()), Provenance()), encoding="utf-8"
    )
    return made


@pytest.mark.parametrize("size", [(1100, 700), (390, 844)])
def test_every_kind_of_chart_is_drawn_within_the_window_and_accessible(chromium, drawn, size):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport=dict(zip(("width", "height"), size, strict=True)))
    tab = context.new_page()
    said = []
    tab.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else None)
    tab.on("pageerror", lambda e: said.append(str(e)))
    tab.goto(drawn.as_uri())
    for name in CHARTS:
        figure = tab.locator(f"figure#{name}")
        figure.scroll_into_view_if_needed()
        picture = figure.locator(".panels > div").first
        picture.wait_for()
        assert (
            picture.evaluate("each => each.querySelectorAll('path, rect, circle, line, .line').length") > 1
        ), name
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(tab).response["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert tab.locator("figure#map text", has_text="the site").count() == 1
    heights = tab.locator("figure#claims .line").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height)"
    )
    assert heights == pytest.approx([24.7, 12.3], abs=0.1)
    words, cells = (
        tab.locator(f"figure#verdicts g[aria-label={label}] > *").evaluate_all(
            "all => all.map(e => e.getBoundingClientRect().width)"
        )
        for label in ("text", "cell")
    )
    assert len(words) == len(cells) == 4
    assert max(words) < min(cells)
    assert said == []
    context.close()
