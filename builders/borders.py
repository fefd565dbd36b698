"""Remake the bundled countries and borders from Natural Earth (public domain).

    builders/borders.py countries-110m.json countries-50m.json codes.json

The first two are the TopoJSON files of the world-atlas package (2.0.2: Natural Earth 4.1.0), the third the table of
ISO 3166-1 codes of the i18n-iso-countries package. The source's shapes run on over the date line; here every polygon
is cut there, so that a plane map has no bands across it, and a line that crosses ends on both sides of it.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

from shapely import MultiPolygon, Polygon, box, make_valid
from shapely.affinity import translate

OUT = Path(__file__).resolve().parent.parent / "src/equipoise/geography/data"
UNIT_DEG = {"110m": 0.01, "50m": 0.005}
NO_CODE = {"Kosovo": ("XK", "XKX")}
"""Codes in use where ISO 3166 has none; other disputed areas keep empty codes and their own names."""

Line = list[tuple[float, float]]


def decoded(topology: dict[str, Any]) -> list[Line]:
    """Return the arcs as lines of (lon, lat) in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        lines.append(line)
    return lines


def ring(arcs: list[Line], indices: list[int]) -> Line:
    """Return one ring; a negative index means the arc backwards."""
    points: Line = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc if not points else arc[1:]
    return points


def unrolled(line: Line) -> Line:
    """Return the ring without jumps of longitude; one that goes round a pole is closed over the pole."""
    out = [line[0]]
    for (before, _), (lon, lat) in pairwise(line):
        step = (lon - before + 180.0) % 360.0 - 180.0
        out.append((out[-1][0] + step, lat))
    if abs(out[-1][0] - out[0][0]) > 180.0:
        pole = -90.0 if out[0][1] < 0 else 90.0
        out += [(out[-1][0], pole), (out[0][0], pole), out[0]]
    return out


def cut_polygon(arcs: list[Line], rings: list[list[int]]) -> list[Polygon]:
    """Return the parts of one polygon between 180 W and 180 E."""
    shells = [unrolled(ring(arcs, r)) for r in rings]
    whole = make_valid(Polygon(shells[0], [near(hole, shells[0]) for hole in shells[1:]]))
    parts = []
    for turn in (-360.0, 0.0, 360.0):
        piece = whole.intersection(box(turn - 180.0, -90.0, turn + 180.0, 90.0))
        for part in getattr(piece, "geoms", [piece]):
            if isinstance(part, Polygon) and part.area > 1e-9:
                parts.append(translate(part, xoff=-turn))
    return parts


def near(hole: Line, shell: Line) -> Line:
    """Return the hole on the same turn of longitude as its shell."""
    middle = sum(x for x, _ in shell) / len(shell)
    turn = 360.0 * round((middle - hole[0][0]) / 360.0)
    return [(x + turn, y) for x, y in hole]


def cut_line(line: Line) -> list[Line]:
    """Return the parts of a line between 180 W and 180 E, ending on the date line where it crosses."""
    parts: list[Line] = [[line[0]]]
    for (x0, y0), (x1, y1) in pairwise(line):
        if abs(x1 - x0) > 180.0:
            edge = 180.0 if x0 > 0 else -180.0
            across = x1 + 2 * edge
            y = y0 + (y1 - y0) * (edge - x0) / (across - x0) if across != x0 else y0
            parts[-1].append((edge, y))
            parts.append([(-edge, y)])
        parts[-1].append((x1, y1))
    return [part for part in parts if len(part) > 1]


def coded(line: Line, unit: float) -> list[int]:
    """Return a line as whole units: first point, then steps; points that do not move are left out."""
    whole = [(round(x / unit), round(y / unit)) for x, y in line]
    flat, (px, py) = list(whole[0]), whole[0]
    for x, y in whole[1:]:
        if (x, y) != (px, py):
            flat += [x - px, y - py]
            px, py = x, y
    return flat


def coded_polygon(polygon: Polygon, unit: float) -> list[list[int]]:
    """Return shell and holes, rings too small for the unit left out."""
    rings = [coded(list(r.coords), unit) for r in (polygon.exterior, *polygon.interiors)]
    return [rings[0], *(r for r in rings[1:] if len(r) >= 8)] if len(rings[0]) >= 8 else []


def build(topology: dict[str, Any], codes: dict[str, tuple[str, str]], unit: float) -> dict[str, Any]:
    """Return the file's content."""
    arcs = decoded(topology)
    uses = [0] * len(arcs)
    countries = []
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        for index in (i for polygon in polygons for r in polygon for i in r):
            uses[index if index >= 0 else ~index] += 1
        name = shape["properties"]["name"]
        iso2, iso3 = codes.get(shape.get("id", ""), NO_CODE.get(name, ("", "")))
        parts = [p for polygon in polygons for p in cut_polygon(arcs, polygon)]
        assert MultiPolygon(parts).bounds[0] >= -180.0
        rings = [rings for rings in (coded_polygon(p, unit) for p in parts) if rings]
        countries.append({"iso2": iso2, "iso3": iso3, "name": name, "polygons": rings})
    lines: dict[str, list[list[int]]] = {"coasts": [], "borders": []}
    for arc, use in zip(arcs, uses, strict=True):
        pieces = [coded(part, unit) for part in cut_line(arc)]
        lines["coasts" if use < 2 else "borders"] += [p for p in pieces if len(p) >= 4]
    countries.sort(key=lambda c: (c["iso3"] or "ZZZ", c["name"]))
    source = "Natural Earth 4.1.0, public domain; from the npm package world-atlas 2.0.2, cut at 180 degrees"
    return {"source": source, "unit_deg": unit, "countries": countries, **lines}


def main(paths: list[str]) -> None:
    """Write one file per scale."""
    codes = {row[2]: (row[0], row[1]) for row in json.loads(Path(paths[2]).read_text())}
    for (scale, unit), path in zip(UNIT_DEG.items(), paths[:2], strict=True):
        content = build(json.loads(Path(path).read_text()), codes, unit)
        (OUT / f"countries-{scale}.json").write_text(
            json.dumps(content, separators=(",", ":"), ensure_ascii=False)
        )


if __name__ == "__main__":
    main(sys.argv[1:])
