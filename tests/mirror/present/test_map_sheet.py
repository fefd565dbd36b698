"""A sheet of many maps: every cell is coloured once and where it lies."""

import numpy as np
import pytest

from equipoise.geography.window import Window
from equipoise.present.map_plane import Degrees, EqualArea
from equipoise.present.map_sheet import Cells, Sheet


@pytest.mark.identity
def test_runs_cover_every_coloured_cell_once():
    lat, lon = np.arange(40.5, 45), np.arange(10.5, 18)
    colour = np.random.default_rng(1).integers(-1, 3, (lat.size, lon.size))
    found = np.full(colour.shape, -1)
    for value, quads in Cells.around(lat, lon).runs(colour).items():
        for (west, south), _, (east, north), _ in quads:
            part = np.s_[round(south - 40) : round(north - 40), round(west - 10) : round(east - 10)]
            assert np.all(found[part] == -1)
            found[part] = value
    np.testing.assert_array_equal(found, colour)


@pytest.mark.second_method
def test_a_cell_is_seen_on_its_own_map():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    sheet = Sheet(Degrees(Window(40, 45, -40, -30)), ("a", "b"), ("x", "y"), title="t")
    cells = Cells.around(np.arange(40.5, 45), np.arange(-39.5, -30))  # at sea: no coast over the cell
    colour = np.full((5, 10), -1)
    colour[3, 7] = 0
    sheet.fill([(1, 0, cells.runs(colour))], ["#3182bd"])
    canvas = FigureCanvasAgg(sheet.figure)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba())[:, :, :3]
    high, wide = picture.shape[:2]
    rows, columns = np.nonzero(np.all(picture == (0x31, 0x82, 0xBD), axis=2))
    middle_in = sheet.inches(1, 0, np.array([-32.5, 43.5]))
    inches = np.array([columns.mean() + 0.5, high - rows.mean() - 0.5]) / sheet.figure.dpi
    np.testing.assert_allclose(inches, middle_in, atol=1.0 / sheet.figure.dpi)
    assert wide == int(sheet.figure.get_figwidth() * sheet.figure.dpi)


@pytest.mark.identity
def test_a_map_of_equal_areas_about_the_pole_is_round():
    """A parallel is a circle about the pole, whose area is that of the cap within it."""
    plane = EqualArea(Window(60.0, 90.0, -180.0, 180.0), (90.0, 0.0), (-4e3, -4e3, 4e3, 4e3))
    lon = np.linspace(-180.0, 180.0, 73)
    for lat in (60.0, 80.0):
        distance = np.linalg.norm(plane.at(np.stack([lon, np.full(73, lat)], axis=1)), axis=1)
        assert np.ptp(distance) < 1e-6
        assert np.pi * distance[0] ** 2 == pytest.approx(
            2.0 * np.pi * 6371.0**2 * (1.0 - np.sin(np.radians(lat))), rel=0.01
        )
    lines, marks = plane.net()
    assert len(lines) == len(marks) == 12 + 3
    assert {words for _, words in marks} >= {"0°", "180°", "90°W", "150°E", "60°N", "80°N"}
