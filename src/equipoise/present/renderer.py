"""One pass over a figure that draws it twice: as a drawing (SVG) and as a picture (pixels).

Walking over a figure's artists and laying out its words takes longer than drawing what they ask for. So it is done once,
in points, and every request goes to both of matplotlib's own renderers, to the one of the pictures at its scale.
"""

from __future__ import annotations

from typing import Any, TextIO

import numpy as np
from matplotlib.backend_bases import FigureCanvasBase, GraphicsContextBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.transforms import Affine2D, Bbox, TransformedPath

POINTS_PER_INCH = 72


class DrawingAndPicture(RendererBase):
    """Sends what a figure draws to an SVG stream and to a picture.

    The methods are those that matplotlib's artists call, with its names and arguments; a figure has to be set to
    :data:`POINTS_PER_INCH` before it is drawn.
    """

    def __init__(self, width_in: float, height_in: float, stream: TextIO, *, dpi: int) -> None:
        """Take the figure's size, where the SVG goes, and the picture's pixels per inch."""
        super().__init__()
        self._size = width_in * POINTS_PER_INCH, height_in * POINTS_PER_INCH
        self._drawing: Any = RendererSVG(*self._size, stream, image_dpi=dpi, metadata={"Date": None})
        width, height = (int(round(size_in * dpi, 6)) for size_in in (width_in, height_in))
        self._picture: Any = RendererAgg(width, height, dpi)
        self._scale = dpi / POINTS_PER_INCH
        self._enlarge = np.diag([self._scale, self._scale, 1.0])

    def finish(self) -> np.ndarray:
        """End the SVG; return the picture (rows, columns, 4)."""
        self._drawing.finalize()
        return np.asarray(self._picture.buffer_rgba())

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size in points."""
        return self._size

    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        """Return the size of words, in points."""
        size: tuple[float, float, float] = self._drawing.get_text_width_height_descent(s, prop, ismath)
        return size

    def get_image_magnification(self) -> float:
        """Ask for images in the picture's pixels."""
        return self._scale

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Begin a group of the SVG."""
        self._drawing.open_group(s, gid)

    def close_group(self, s: str) -> None:
        """End a group of the SVG."""
        self._drawing.close_group(s)

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:
        """Draw a path."""
        self._drawing.draw_path(gc, path, transform, rgbFace)
        self._picture.draw_path(self._clipped(gc), path, self._large(transform), rgbFace)

    def draw_markers(
        self, gc: Any, marker_path: Any, marker_trans: Any, path: Any, trans: Any, rgbFace: Any = None
    ) -> None:
        """Draw a marker at every point of a path."""
        self._drawing.draw_markers(gc, marker_path, marker_trans, path, trans, rgbFace)
        self._picture.draw_markers(
            self._clipped(gc), marker_path, self._large(marker_trans), path, self._large(trans), rgbFace
        )

    def draw_path_collection(
        self, gc: Any, master_transform: Any, paths: Any, all_transforms: Any, offsets: Any, offset_trans: Any,
        *style: Any, **more: Any,
    ) -> None:  # fmt: skip
        """Draw paths at offsets."""
        self._drawing.draw_path_collection(
            gc, master_transform, paths, all_transforms, offsets, offset_trans, *style, **more
        )
        self._picture.draw_path_collection(
            self._clipped(gc), self._large(master_transform), paths, all_transforms, offsets,
            self._large(offset_trans), *style, **more,
        )  # fmt: skip

    def draw_quad_mesh(
        self, gc: Any, master_transform: Any, meshWidth: int, meshHeight: int, coordinates: Any, offsets: Any,
        offsetTrans: Any, *style: Any,
    ) -> None:  # fmt: skip
        """Draw a mesh, as of a colour bar."""
        mesh = meshWidth, meshHeight, coordinates, offsets
        self._drawing.draw_quad_mesh(gc, master_transform, *mesh, offsetTrans, *style)
        self._picture.draw_quad_mesh(
            self._clipped(gc), self._large(master_transform), *mesh, self._large(offsetTrans), *style
        )

    def draw_image(self, gc: Any, x: float, y: float, im: Any, transform: Any = None) -> None:
        """Draw an image made with :meth:`get_image_magnification`."""
        self._drawing.draw_image(gc, x, y, im)
        self._picture.draw_image(self._clipped(gc), round(x * self._scale), round(y * self._scale), im)

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:  # fmt: skip
        """Draw words."""
        self._drawing.draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        self._picture.draw_text(
            self._clipped(gc), x * self._scale, y * self._scale, s, prop, angle, ismath, mtext
        )

    def _large(self, transform: Any) -> Affine2D:
        return Affine2D(self._enlarge @ transform.get_matrix())

    def _clipped(self, gc: Any) -> Any:
        """Return the graphics context with its clip at the picture's scale."""
        rectangle, (path, transform) = gc.get_clip_rectangle(), gc.get_clip_path()
        if rectangle is None and path is None:
            return gc
        large: Any = GraphicsContextBase()
        large.copy_properties(gc)
        if rectangle is not None:
            large.set_clip_rectangle(Bbox(rectangle.get_points() * self._scale))
        if path is not None:
            large.set_clip_path(TransformedPath(path, self._large(transform)))
        return large


class Canvas(FigureCanvasBase):
    """Ties a figure to its renderer, so that its layout measures words as they will be drawn."""

    def __init__(self, figure: Any, renderer: DrawingAndPicture) -> None:
        """Take over the figure."""
        super().__init__(figure)
        self._renderer = renderer

    def get_renderer(self) -> DrawingAndPicture:
        """Return the renderer."""
        return self._renderer
