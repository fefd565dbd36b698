"""Maps on paper: every cell is coloured where it lies, in degrees and on equal areas."""

import numpy as np
import pytest
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.geography.window import Window
from equipoise.present.defended_area import COLOURS, map_panels
from equipoise.present.figures import SHOTS
from equipoise.present.map_plane import EqualArea


def sea(shots):
    """A map of 5 by 10 cells at sea, so that no coast lies over a cell, in two modes and two phases; out of range but where there are shots."""
    lat, lon = np.arange(40.5, 45), np.arange(-39.5, -30)
    reason = np.where(shots > 0, int(Reason.ENGAGED), int(Reason.OUT_OF_RANGE))
    axes = ("phase", "mode", "threat", "lat", "lon")
    return xr.Dataset(
        {
            "shots": (axes, shots),
            "reason": (axes, reason),
            "area": (("lat", "lon"), np.ones(shots.shape[3:])),
        },
        {"phase": ["x", "y"], "mode": ["a", "b"], "threat": ["t"], "lat": lat, "lon": lon},
        {"step": 1.0},
    )


@pytest.mark.identity
def test_every_cell_has_its_colour_and_those_out_of_range_none():
    shots = np.random.default_rng(1).integers(0, 5, (2, 2, 1, 5, 10))
    _, maps = map_panels(sea(shots), "t", ["a", "b"], ["x", "y"], title="t")
    for (mode, phase), axes in np.ndenumerate(maps):
        (image,) = axes.images
        own = shots[phase, mode, 0]
        np.testing.assert_array_equal(np.ma.getmaskarray(image.get_array()), own == 0)
        rgba = image.to_rgba(image.get_array(), bytes=True)[own > 0]
        wanted = [SHOTS[min(n, 3)] for n in own[own > 0]]
        assert ["#{:02x}{:02x}{:02x}".format(*colour[:3]) for colour in rgba] == wanted
        assert image.get_extent() == [-40.0, -30.0, 40.0, 45.0]
        assert image.origin == "lower"


@pytest.mark.second_method
def test_a_cell_is_seen_on_its_own_map():
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    shots = np.zeros((2, 2, 1, 5, 10), dtype=int)
    shots[0, 1, 0, 3, 7] = 1
    figure, maps = map_panels(sea(shots), "t", ["a", "b"], ["x", "y"], title="t")
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba())[:, :, :3]
    rows, columns = np.nonzero(np.all(picture == [int(COLOURS[0][i : i + 2], 16) for i in (1, 3, 5)], axis=2))
    middle = maps[1, 0].transData.transform((-32.5, 43.5))
    np.testing.assert_allclose((columns.mean() + 0.5, len(picture) - rows.mean() - 0.5), middle, atol=1.0)


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
