"""Remake the bundled borders from Natural Earth 110m (public domain): builders/borders.py countries-110m.json.

The input is the TopoJSON of the world-atlas package. Arcs are delta-decoded, shared borders kept once.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "src/equipoise/present/data/borders-110m.json"


def main(path: str) -> None:
    """Write every arc as a list of [lon, lat] in degrees, rounded to 0.01."""
    topology = json.loads(Path(path).read_text())
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append([round(x * sx + tx, 2), round(y * sy + ty, 2)])
        cut = [line[0]]
        for before, point in pairwise(line):
            if abs(point[0] - before[0]) > 180:  # an arc that crosses the date line is cut there
                lines.append(cut)
                cut = []
            cut.append(point)
        lines.append(cut)
    OUT.write_text(json.dumps([line for line in lines if len(line) > 1], separators=(",", ":")))


if __name__ == "__main__":
    main(sys.argv[1])
