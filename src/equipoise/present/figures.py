"""What all figures share: colours that survive print and colour blindness, and how a figure is saved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from equipoise.foundation.status import Reason

SHOTS = {0: "#f4f1ea", 1: "#9ecae1", 2: "#3182bd", 3: "#08306b"}
"""Sequential blues: they stay apart in grey print and for colour-blind readers."""
REASONS = {
    Reason.OUT_OF_RANGE: ("#ffffff", "missile cannot reach"),
    Reason.NO_TIME: ("#fdae6b", "too late"),
    Reason.OUT_OF_REACH: ("#d9d9d9", "out of the interceptor's reach"),
    Reason.BELOW_FLOOR: ("#c7e9c0", "below the kill floor"),
    Reason.NOT_SEEN: ("#bcbddc", "not seen"),
    Reason.NO_TRACK: ("#756bb1", "no track in time"),
    Reason.NO_INTERCEPTORS: ("#969696", "no interceptors"),
    Reason.ABOVE_CEILING: ("#f7b6d2", "above the kill ceiling"),
    Reason.NOT_PERMITTED: ("#e7cb94", "a rule forbids it"),
    Reason.TOO_FEW_SHOTS: ("#9edae5", "fewer shots than required"),
}
LINES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Okabe and Ito's colours for lines, to be used with styles of their own."""


def save(figure: Any, folder: Path, name: str) -> tuple[Path, Path]:
    """Write SVG and PNG (in 128 colours); return both paths. The same figure gives the same bytes."""
    from io import BytesIO

    from matplotlib import rc_context
    from PIL import Image

    paths = folder / f"{name}.svg", folder / f"{name}.png"
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(paths[0], metadata={"Date": None})
    pixels = BytesIO()
    figure.savefig(pixels, format="png", dpi=130)
    Image.open(pixels).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(paths[1], optimize=True)
    return paths
