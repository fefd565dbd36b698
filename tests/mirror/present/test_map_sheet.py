"""A sheet of many maps: every cell is coloured once and where it lies."""

import numpy as np
import pytest

from equipoise.geography.window import Window
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

    sheet = Sheet(Window(40, 45, -40, -30), ("a", "b"), ("x", "y"), title="t")
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
