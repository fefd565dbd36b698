"""What all figures share: colours that survive print and colour blindness, and how a figure is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from equipoise.foundation.status import Reason

SHOTS = {0: "#f4f1ea", 1: "#9ecae1", 2: "#3182bd", 3: "#08306b"}
"""Sequential blues: they stay apart in grey print and for colour-blind readers."""
REASONS = {
    Reason.OUT_OF_RANGE: ("#ffffff", "missile cannot reach"),
    Reason.NO_TIME: ("#fdae6b", "too late"),
    Reason.OUT_OF_REACH: ("#d9d9d9", "out of the interceptor's reach"),
    Reason.BELOW_FLOOR: ("#ffda59", "below the kill floor"),
    Reason.NOT_SEEN: ("#725665", "not seen"),
    Reason.NO_TRACK: ("#bf8fa3", "no track in time"),
    Reason.NO_INTERCEPTORS: ("#720b11", "no interceptors"),
    Reason.ABOVE_CEILING: ("#bf3213", "above the kill ceiling"),
    Reason.NOT_PERMITTED: ("#989972", "a rule forbids it"),
    Reason.TOO_FEW_SHOTS: ("#e08316", "fewer shots than required"),
    Reason.CLOSING_GEOMETRY: ("#3c1830", "closing speed or angle"),
}
"""Warm colours and greys: blue is for shots alone, to colour-blind readers too (tested)."""
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Okabe and Ito's colours for lines, to be used with styles of their own."""


PAGE_WIDTH = 1100
"""Pixels; no figure is shown wider on the page."""
LARGE_DRAWING_BYTES = 120_000


def for_page(drawing: Path, picture: Path) -> tuple[str, bytes]:
    """Return the type and bytes that the page carries: the SVG, or a small picture where the drawing is large."""
    from io import BytesIO

    from PIL import Image

    if drawing.stat().st_size < LARGE_DRAWING_BYTES:
        return "image/svg+xml", drawing.read_bytes()
    with Image.open(picture) as opened:
        plain = opened.convert("RGB")
    if plain.width > PAGE_WIDTH:
        plain = plain.resize(
            (PAGE_WIDTH, round(plain.height * PAGE_WIDTH / plain.width)), Image.Resampling.LANCZOS
        )
    small = BytesIO()
    plain.save(small, "WEBP", quality=60, method=2)  # a third of the time for 3 % more bytes
    return "image/webp", small.getvalue()


def save(figure: Any, folder: Path, name: str) -> tuple[Path, Path]:
    """Write SVG and PNG (in 256 colours); return both paths. The same figure gives the same bytes."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from PIL import Image

    paths = folder / f"{name}.svg", folder / f"{name}.png"
    layout = figure.get_layout_engine()
    if layout is not None:  # once for both files
        layout.execute(figure)
        figure.set_layout_engine("none")
    with rc_context({"svg.hashsalt": name}):
        FigureCanvasSVG(figure).print_svg(paths[0], metadata={"Date": None})  # savefig draws twice
    figure.set_dpi(130)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = pixels.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(paths[1])
    return paths
