"""A run's maps in the formats of other programs: outlines of the defended areas as GeoJSON and as KML."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import unknown_name
from equipoise.foundation.json_text import json_text
from equipoise.present.figures import SHOTS
from equipoise.present.outline import features, geojson
from equipoise.results.record import Result


def geojson_text(result: Result) -> str:
    """Return the outlines as one GeoJSON collection (RFC 7946), longitude and latitude in degrees."""
    return json_text(geojson(result)) + "\n"


def kml_text(result: Result) -> str:
    """Return the outlines as KML 2.2: one folder per phase, mode and threat, one area per number of shots."""
    folders: dict[str, list[str]] = {}
    for feature in features(result):
        p = feature["properties"]
        folders.setdefault(f"{p['phase']}, {p['mode']}, {p['threat']}", []).append(_placemark(feature))
    styles = "".join(
        f'<Style id="shots-{n}"><LineStyle><width>1</width></LineStyle><PolyStyle><color>99{colour[5:7] + colour[3:5] + colour[1:3]}</color></PolyStyle></Style>\n'
        for n, colour in SHOTS.items()
        if n > 0
    )
    body = "".join(
        f"<Folder><name>{escape(n)}</name>\n{''.join(parts)}</Folder>\n" for n, parts in folders.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>'
        f"<name>{escape(result.title)}</name>\n{styles}{body}</Document>\n</kml>\n"
    )


def _placemark(feature: Mapping[str, Any]) -> str:
    p, shape = feature["properties"], feature["geometry"]
    parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    name = f"{p['shots']} shot{'s' if p['shots'] > 1 else ''} or more, {p['area_km2']:,} km2"
    return (
        f"<Placemark><name>{name}</name><styleUrl>#shots-{min(p['shots'], 3)}</styleUrl>"
        f"<MultiGeometry>{''.join(map(_polygon, parts))}</MultiGeometry></Placemark>\n"
    )


def _polygon(rings: Any) -> str:
    lines = [" ".join(f"{lon:.4f},{lat:.4f},0" for lon, lat in ring) for ring in rings]
    shell, *holes = (f"<LinearRing><coordinates>{line}</coordinates></LinearRing>" for line in lines)
    inner = "".join(f"<innerBoundaryIs>{hole}</innerBoundaryIs>" for hole in holes)
    return f"<Polygon><outerBoundaryIs>{shell}</outerBoundaryIs>{inner}</Polygon>"


WRITERS: dict[str, Callable[[Result], str]] = {"geojson": geojson_text, "kml": kml_text}


def export(results: Mapping[str, Result], kinds: Sequence[str], folder: Path) -> list[Path]:
    """Write the outlines of a run in each format into ``folder``; return the files."""
    written = []
    for kind in kinds:
        if kind not in WRITERS:
            raise unknown_name("export", kind, WRITERS)
        if "defended_area" not in results:
            raise unknown_name("result", "defended_area", results)
        folder.mkdir(exist_ok=True)
        path = folder / f"outlines.{kind}"
        path.write_text(WRITERS[kind](results["defended_area"]), encoding="utf-8")
        written.append(path)
    return written
