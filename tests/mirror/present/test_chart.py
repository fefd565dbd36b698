"""Charts are rows: every element of an array is one, under the names of its channels, and says what its table says."""

import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from equipoise.present import exposure_charts, exposure_tables
from equipoise.present.chart import MOST_TOLD, Chart, Mark, rows
from equipoise.present.compose import compose

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results


@pytest.fixture(scope="module")
def data():
    return results()


def test_rows_name_their_channels_and_panels_and_leave_out_what_is_no_number():
    value = xr.DataArray(
        [[1.0, np.inf], [3.0, 4.0]],
        dims=("phase", "speed"),
        coords={"phase": ["a", "b"], "speed": [3.0, 4.5]},
    )
    assert rows({"value": value, "low": value.T - 1}, ("phase",), x="speed") == (
        {"x": 3.0, "panel": "a", "value": 1.0, "low": 0.0},
        {"x": 4.5, "panel": "a", "value": None, "low": None},
        {"x": 3.0, "panel": "b", "value": 3.0, "low": 2.0},
        {"x": 4.5, "panel": "b", "value": 4.0, "low": 3.0},
    )


def test_names_stand_in_every_text_of_a_chart():
    chart = Chart(Mark.BARS, ({"group": "x", "value": 1.0},), x="x", rules=((1.0, "x"),)).named(
        lambda text: text.replace("x", "name")
    )
    assert (chart.rows[0]["group"], chart.x, chart.rules) == ("name", "name", ((1.0, "name"),))


def test_a_chart_tells_its_rows_in_words_for_who_does_not_see_it():
    line = [{"series": "a", "x": x, "value": y} for x, y in ((0.0, -0.0), (5.25, 12345.6), (10.0, 1e-9))]
    bars = [{"group": "b", "value": 1.5, "low": 1.0, "high": 2.0}, {"group": "c", "value": np.nan}]
    many = [{"group": str(i), "low": 0.0, "high": 1.0} for i in range(MOST_TOLD + 3)]
    place = {"kind": "place", "series": "site", "word": "here", "x": 10.0, "y": 54.04}
    paths = [{"kind": "path", "series": "flight", "group": g, "x": 0.0, "y": 0.0} for g in "ppq"]
    fields = [{"kind": "field", "x": 0.0, "y": 0.0, "value": value} for value in (3.0, None, 1.0)]
    verdict = {"group": "clause", "x": "2012", "series": "kept", "word": "would be\nkept"}
    assert [
        Chart(Mark.LINES, tuple(line), "time (s)", "height (m)", rules=((2.5, "burnout"),)).told,
        Chart(Mark.BARS, tuple(bars), "share (%)").told,
        Chart(Mark.SPANS, tuple(many)).told.rpartition("; ")[2],
        Chart(Mark.MAP, (place, *paths, *fields)).told,
        Chart(Mark.VERDICTS, (verdict,)).told,
    ] == [
        "Lines, height (m) over time (s). a: 0 at 0, 12350 at 5.25, 0 at 10. Marked: burnout at 2.5.",
        "Bars, share (%). b: 1.5 (1 to 2); c: none.",
        "3 more in the table.",
        "Map. site, here at 54.0, 10.0 degrees; flight, path (2); 1 to 3.",
        "Fields. clause, 2012: would be kept.",
    ]


def test_the_chart_of_bases_says_what_its_table_says(data):
    exposure = data["exposure"].data
    table = exposure_tables.by_base(exposure)
    last = str(exposure.phase.values[-1])
    drawn = {
        r["group"]: r
        for r in exposure_charts.by_base(exposure).rows
        if r["panel"] == last and r["series"] == "minimum energy"
    }
    column = [c.name for c in table.columns].index(f"{last}, minimum energy")
    for row in table.rows:
        one = drawn[row[0]]
        assert (one["value"], one["low"], one["high"]) == pytest.approx(
            (row[column].value, row[column].low, row[column].high)
        )


def test_every_figure_of_the_main_job_is_drawn_by_the_page_or_shown_on_its_map(data):
    for section in compose(data):
        for figure in section.figures:
            assert figure.chart or figure.view or figure.live, figure.stem
