"""What all figures share: colours that survive print and colour blindness, and how a figure is saved."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import misuse
from equipoise.foundation.status import Reason
from equipoise.foundation.writing import complete_file, writing_to

SHOTS = {0: "#f4f1ea", 1: "#2f6eb5", 2: "#0f4a86", 3: "#04244a"}
"""Sequential blues: apart in grey print and for colour-blind readers, and darker by 15 of lightness than any reason."""
REASONS = {
    Reason.OUT_OF_RANGE: ("#ffffff", "missile cannot reach"),
    Reason.NO_TIME: ("#fdae6b", "too late"),
    Reason.OUT_OF_REACH: ("#d9d9d9", "out of the interceptor's reach"),
    Reason.BELOW_FLOOR: ("#ffda59", "below the kill floor"),
    Reason.NOT_SEEN: ("#dcb9dc", "not seen"),
    Reason.NO_TRACK: ("#bf8fa3", "no track in time"),
    Reason.NO_INTERCEPTORS: ("#0adca5", "no interceptors"),
    Reason.ABOVE_CEILING: ("#fa6946", "above the kill ceiling"),
    Reason.NOT_PERMITTED: ("#989972", "a sector forbids it"),
    Reason.NOT_OWN_AREA: ("#94fdaf", "nobody's own area to defend"),
    Reason.NO_OWN_RADAR: ("#ff74f9", "no own radar on it"),
    Reason.TOO_FEW_SHOTS: ("#e08316", "fewer shots than required"),
    Reason.CLOSING_GEOMETRY: ("#aafa0f", "closing speed or angle"),
}
"""Light colours: dark and blue are for shots alone, to colour-blind readers and in grey print too (tested)."""
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Okabe and Ito's colours for lines, to be used with styles of their own."""


PICTURE_DPI = 130


def panels(size_in: tuple[float, float], rows: int = 1, columns: int = 1, **options: Any) -> tuple[Any, Any]:
    """Return a figure and its panels (rows, columns); ``options`` are those of matplotlib's ``Figure.subplots``."""
    from equipoise.present.picture import Picture

    figure = Picture(figsize=size_in, layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def halo() -> list[Any]:
    """Return the path effects that keep words legible on lines."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=2.2, foreground="white")]


def save(figure: Any, folder: Path, name: str) -> tuple[Path, Path]:
    """Write SVG and PNG; return both paths. The same figure gives the same bytes."""
    from matplotlib import rc_context

    from equipoise.present.picture import as_written

    drawing, picture = folder / f"{name}.svg", folder / f"{name}.png"
    svg = StringIO()
    with as_written(figure), rc_context({"svg.hashsalt": name}):
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(picture, dpi=PICTURE_DPI)
    drawing.write_text(_compact(svg.getvalue()), encoding="utf-8")
    return drawing, picture


def save_picture(figure: Any, path: Path) -> None:
    """Write a figure to the one file that a person named; its suffix says in which format."""
    from equipoise.present.picture import as_written

    kind = path.suffix.removeprefix(".").lower()
    known = figure.canvas.get_supported_filetypes()
    if kind not in known:
        cure = f"Known: {', '.join(known)}."
        raise misuse(str(path), "", f"no format of a picture is called '{kind}'.", cure)
    with writing_to(path), complete_file(path) as temporary, as_written(figure):
        figure.savefig(temporary, format=kind, dpi=PICTURE_DPI)


def _compact(svg: str) -> str:
    """Drop an eighth of an SVG's bytes: comments, indents, and line breaks within paths."""
    lines = (line.strip() for line in svg.splitlines())
    kept = "\n".join(line for line in lines if not line.startswith("<!--"))
    return kept.replace("\nL ", "L").replace("\nM ", "M").replace("\nz", "z")
