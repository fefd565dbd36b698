"""A plot at the end of a notebook's cell is seen there, as the kernel of a notebook asks for it."""

import equipoise as eq
from equipoise.present.picture import Picture


def test_a_notebook_is_given_the_picture_of_every_plot():
    # matplotlib's own figure has a picture for a notebook only once pyplot was imported: cells showed it in words.
    drawn = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0)).plot()
    assert isinstance(drawn, Picture)
    assert drawn._repr_png_().startswith(b"\x89PNG\r\n")
    assert drawn._repr_png_() == drawn._repr_png_()


def test_no_figure_is_drawn_that_a_notebook_cannot_show(request):
    for path in (request.config.rootpath / "src/equipoise").rglob("*.py"):
        if path.name != "picture.py":
            assert "from matplotlib.figure import" not in path.read_text("utf-8"), path
