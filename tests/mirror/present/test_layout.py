"""Panels of one grid leave room for their words, and each other."""

import io
import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from equipoise.present.figures import panels
from equipoise.present.layout import remember_ticks
from equipoise.present.renderer import POINTS_PER_INCH, Canvas, DrawingAndPicture


def drawn(figure):
    figure.set_dpi(POINTS_PER_INCH)
    Canvas(figure, DrawingAndPicture(*figure.get_size_inches(), io.StringIO(), dpi=130))
    remember_ticks(figure)
    figure.draw(figure.canvas.get_renderer())
    return figure


def made(figure, grid):
    for ax in grid.ravel():
        ax.plot([0, 1], [0, 123456], label="a line")
        ax.set_title("A title")
        ax.set_xlabel("a name (unit)")
    for ax in grid[:, 0]:
        ax.set_ylabel("another name (unit)")
    figure.suptitle("Over all")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center")
    return drawn(figure)


@pytest.mark.identity
@pytest.mark.parametrize(("rows", "columns", "options"), [(1, 1, {}), (2, 3, {"sharex": True, "sharey": "row"}), (1, 2, {"width_ratios": (3, 1)})])  # fmt: skip
def test_nothing_is_cut_or_overlaps(rows, columns, options):
    figure, grid = panels((3.0 * columns, 2.5 * rows), rows, columns, **options)
    made(figure, grid)
    parts = [artist.get_tightbbox() for artist in (*grid.ravel(), *figure.legends, *figure.texts)]
    width, height = figure.bbox.size
    for box in parts:
        assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0
    for one, other in itertools.combinations(parts, 2):
        apart = max(one.x0 - other.x1, other.x0 - one.x1, one.y0 - other.y1, other.y0 - one.y1)
        assert apart > 0


@pytest.mark.second_method
def test_one_pass_finds_what_the_constrained_layout_finds():
    figure, grid = panels((9.0, 5.0), 2, 3)
    other = Figure(figsize=(9.0, 5.0), layout="constrained")
    ours, theirs = made(figure, grid), made(other, other.subplots(2, 3))
    for a, b in zip(ours.axes, theirs.axes, strict=True):
        points = np.array([9.0, 5.0, 9.0, 5.0]) * POINTS_PER_INCH
        np.testing.assert_allclose(
            a.get_position().extents * points, b.get_position().extents * points, atol=6.0
        )
