"""Charts on paper show the rows that the page shows: every mark, its numbers, its names, its scale."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgba

from equipoise.present.chart import Chart, Ground, Mark
from equipoise.present.print_chart import HUES, draw, draw_together

GROUND = Ground((10.0, 30.0, 40.0, 55.0), ())


def chart(mark, rows, **more):
    return Chart(mark, tuple(rows), x="speed (km/s)", y="share (%)", **more)


def key_of(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_lines_run_through_their_rows_and_keep_their_colour_on_every_panel():
    rows = [
        {"panel": panel, "series": series, "x": x, "value": x * k, "low": 0.0, "high": 2.0 * x * k}
        for panel, names in (("first", ("a", "b")), ("second", ("b",)))
        for k, series in enumerate(names, 1)
        for x in (1.0, 2.0, 3.0)
    ]
    figure = draw(chart(Mark.LINES, rows, rules=((2.0, "nominal"),)))
    left, right = figure.axes
    assert [line.get_ydata().tolist() for line in left.lines[:2]] == [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]
    assert to_rgba(right.lines[0].get_color()) == to_rgba(HUES[1])
    assert key_of(figure) == ["a", "b"]
    assert "nominal" in [text.get_text() for text in left.texts]
    assert (left.get_ylabel(), right.get_ylabel()) == ("share (%)", "")


def test_a_row_without_a_number_leaves_a_gap_and_an_axis_may_fall():
    rows = [{"x": 1.0, "value": 1.0}, {"x": 2.0, "value": None}, {"x": 3.0, "value": 3.0}]
    (axes,) = draw(chart(Mark.LINES, rows, falling=True)).axes
    assert np.isnan(axes.lines[0].get_ydata()[1])
    assert axes.get_xlim()[0] > axes.get_xlim()[1]


def test_bars_have_the_length_of_their_values_and_nothing_at_all_begins_at_zero():
    rows = [
        {"group": g, "series": s, "value": v}
        for g, s, v in (("x", "a", 3.0), ("x", "b", 0.0), ("y", "a", 5.0))
    ]
    (axes,) = draw(chart(Mark.BARS, rows)).axes
    assert sorted(bar.get_width() for bar in axes.patches) == [0.0, 3.0, 5.0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["x", "y"]
    (empty,) = draw(chart(Mark.BARS, [{"group": "x", "value": 0.0}])).axes
    assert empty.get_xlim() == (0.0, 1.0)


def test_ranges_and_spans_reach_from_low_to_high():
    row = {"group": "x", "series": "a", "value": 2.0, "low": 1.0, "high": 4.0}
    for mark in (Mark.RANGES, Mark.SPANS):
        (axes,) = draw(chart(mark, [row])).axes
        assert [(bar.get_x(), bar.get_width()) for bar in axes.patches] == [(1.0, 3.0)]
    (ratio,) = draw(chart(Mark.RANGES, [row], logarithmic=True)).axes
    assert ratio.get_xscale() == "log"


def test_points_stand_on_bars_over_their_range():
    (axes,) = draw(chart(Mark.POINTS, [{"x": 1, "value": 0.5, "low": -1.0, "high": 2.0, "series": "a"}])).axes
    assert axes.collections[0].get_segments()[0][:, 1].tolist() == [-1.0, 2.0]


def test_cells_share_one_scale_and_a_missing_one_stays_empty():
    rows = [
        {"panel": p, "x": x, "y": y, "value": v}
        for p in "ab"
        for x, y, v in ((0, 0, 0.0), (1, 0, 7.0), (1, 1, 2.0))
    ]
    figure = draw(chart(Mark.CELLS, rows))
    meshes = figure.findobj(QuadMesh)
    assert {mesh.get_clim() for mesh in meshes} == {(0.0, 7.0)}
    assert np.ma.getmaskarray(np.ma.masked_invalid(meshes[0].get_array())).sum() == 1


def test_verdicts_have_their_words_in_their_fields():
    rows = [
        {"group": "clause", "x": p, "series": v, "word": f"{v}!"} for p, v in (("1", "kept"), ("2", "broken"))
    ]
    (axes,) = draw(chart(Mark.VERDICTS, rows)).axes
    assert [text.get_text() for text in axes.texts] == ["kept!", "broken!"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2"]


def test_a_map_holds_paths_areas_places_and_fields_within_its_window():
    rows = [
        *({"kind": "path", "series": "path", "group": "path", "x": x, "y": 45.0} for x in (12.0, 28.0)),
        *({"kind": "area", "series": "area", "group": "one", "x": x, "y": y} for x, y in ((12.0, 42.0), (14.0, 42.0), (13.0, 44.0))),
        *({"kind": "place", "series": "site", "x": 20.0 + 0.01 * k, "y": 50.0, "word": f"a long name {k}"} for k in range(4)),
        *({"kind": "field", "series": "error", "x": x, "y": 53.0, "value": v} for x, v in ((12.0, 1.0), (13.0, 100.0))),
    ]  # fmt: skip
    figure = draw(chart(Mark.MAP, rows, ground=GROUND))
    axes = figure.axes[0]
    assert (*axes.get_xlim(), *axes.get_ylim()) == GROUND.window
    named = [text for text in axes.texts if text.get_text().startswith("a long name")]
    assert len(named) == 2, "one right, one left of the mark; others would lie on them"
    assert figure.findobj(QuadMesh)[0].norm.vmax == pytest.approx(100.0)
    assert key_of(figure) == ["path", "area", "site"]


def test_charts_drawn_together_share_the_axis_that_they_are_over_and_have_keys_of_their_own():
    line = [{"series": s, "x": x, "value": x} for s in "ab" for x in (0.0, 9.0)]
    span = [{"group": "radar", "low": 2.0, "high": 20.0}]
    upper, lower = draw_together([chart(Mark.LINES, line), chart(Mark.SPANS, span)]).axes
    assert upper.get_xlim() == lower.get_xlim()
    assert upper.get_xlim()[1] > 20.0
    assert [text.get_text() for text in upper.get_legend().get_texts()] == ["a", "b"]
    assert lower.get_legend() is None
