"""The figure that every plot is: matplotlib's own, which a notebook shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.text import Text


class Picture(Figure):
    """A figure of matplotlib that says how it is shown where no window is opened for it.

    matplotlib registers its figures with a notebook when ``pyplot`` is imported, which nothing here does: without this a
    cell that ends in a plot showed ``<Figure size ...>`` in words.
    """

    def _repr_png_(self) -> bytes:
        """Return the picture as PNG, for a notebook (IPython's display protocol)."""
        made = BytesIO()
        with as_written(self):
            self.savefig(made, format="png")
        return made.getvalue()


@contextmanager
def as_written(figure: Figure) -> Iterator[None]:
    """Draw every text of a figure letter by letter: a dollar sign in a name begins no formula."""
    for text in figure.findobj(Text):
        text.set_parse_math(False)
    with rc_context({"text.parse_math": False}):  # for ticks that are made while the figure is drawn
        yield
