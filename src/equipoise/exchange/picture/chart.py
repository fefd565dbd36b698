"""The map of a party's picture as SVG: coasts, own, received and fused tracks, notified areas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Any

from equipoise.exchange.picture.board import Picture, lon_lat_deg
from equipoise.exchange.picture.tracks import Fused

EUROPE = (-12.0, 66.0, 22.0, 70.0)  # west, east, south, north
MARGIN_DEG = 4.0
WIDTH = 960.0
EARTH_RADIUS_M = 6_371_000.0


class Frame:
    """A plate carrée window, widened in longitude by the cosine of its middle latitude."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        """Take in Europe and every point (lon, lat) given."""
        west, east, south, north = EUROPE
        for lon, lat in points:
            west, east = min(west, lon - MARGIN_DEG), max(east, lon + MARGIN_DEG)
            south, north = min(south, lat - MARGIN_DEG), max(north, lat + MARGIN_DEG)
        self.west, self.east = max(-180.0, west), min(180.0, east)
        self.south, self.north = max(-85.0, south), min(85.0, north)
        self.x_scale = WIDTH / (self.east - self.west)
        self.y_scale = self.x_scale / math.cos(math.radians((self.south + self.north) / 2.0))
        self.height = (self.north - self.south) * self.y_scale

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return x and y on the drawing."""
        return (lon - self.west) * self.x_scale, (self.north - lat) * self.y_scale

    def path(self, points: Iterable[Sequence[float]]) -> str:
        """Return the path through points (lon, lat); it is lifted where it would cross the whole map."""
        out, last = "", None
        for lon, lat in points:
            x, y = self.at(lon, lat)
            out += f"{'M' if last is None or abs(lon - last) > 180.0 else 'L'}{x:.1f},{y:.1f}"
            last = lon
        return out

    def holds(self, lon: float, lat: float) -> bool:
        """Return whether the place is in the window."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def radius(self, distance_m: float) -> float:
        """Return a length on the ground in units of the drawing, north-south."""
        return math.degrees(distance_m / EARTH_RADIUS_M) * self.y_scale


class Coasts:
    """Lines of longitude and latitude in degrees, and the last drawing of them: the window seldom moves."""

    def __init__(self, lines: Sequence[Sequence[Sequence[float]]] = ()) -> None:
        """Take the lines."""
        self._lines, self._window, self._path = lines, "", ""

    def path(self, frame: Frame) -> str:
        """Return the lines in the window as one path."""
        window = f"{frame.west} {frame.east} {frame.south} {frame.north}"
        if window != self._window:
            self._window, self._path = window, "".join(self._runs(frame))
        return f'<path class="land" d="{self._path}"/>'

    def _runs(self, frame: Frame) -> Iterable[str]:
        for line in self._lines:
            for inside, run in groupby(line, key=lambda point: frame.holds(point[0], point[1])):
                if inside:
                    yield frame.path(run)


def draw(picture: Picture, *, fused: Sequence[Fused], land: Coasts) -> str:
    """Return the map with its key and a text that says what is on it."""
    trails = {
        key: [*((lon, lat) for _, lon, lat in trail.points), lon_lat_deg(trail.last["position_ecef_m"])]
        for key, trail in picture.tracks.items()
    }
    areas = [
        (origin, name, entry)
        for origin, board in picture.boards.items()
        for name, entry in board.entries.items()
        if entry.state != "cancelled"
    ]
    frame = Frame(point for trail in trails.values() for point in trail)
    shapes = [land.path(frame), _graticule(frame)]
    shapes += [_areas(frame, origin == picture.party, name, entry.fields) for origin, name, entry in areas]
    order = {"released": 0, picture.peer: 1, picture.party: 2}
    for (origin, name), points in sorted(trails.items(), key=lambda pair: order[pair[0][0]]):
        kind = {picture.party: "own", picture.peer: "peer"}.get(origin, "told")
        sigma_m = picture.tracks[origin, name].last["sigma_m"]
        shapes.append(_trail(frame, kind, name, points, sigma_m))
    shapes += [_fused(frame, one) for one in fused]
    counts = {kind: sum(key[0] == kind for key in trails) for kind in order}
    alt = (
        f"Map: {counts[picture.party]} own tracks, {counts[picture.peer]} received, {len(fused)} seen by both sides, "
        f"{len(areas)} notices."
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(shapes)}</svg><figcaption>{_key()}</figcaption></figure>"
    )


def _key() -> str:
    marks = (
        ("own", '<path d="M2 8H22"/><circle cx="22" cy="8" r="4"/>', "own track"),
        ("told", '<path d="M2 8H26"/>', "own track as released"),
        (
            "peer",
            '<path d="M2 8H22"/><rect x="18" y="4" width="8" height="8"/>',
            "received, circle: stated error",
        ),
        ("both", '<path d="M14 1l7 7-7 7-7-7z"/>', "fused"),
        ("area", '<circle cx="14" cy="8" r="6"/>', "notified area"),
    )
    return " ".join(
        f'<span class="key"><svg width="28" height="16" class="{kind}" aria-hidden="true">{shape}</svg>{text}</span>'
        for kind, shape, text in marks
    )


def _graticule(frame: Frame) -> str:
    out = []
    for lon in range(math.ceil(frame.west / 15) * 15, math.floor(frame.east) + 1, 15):
        x, y = frame.at(lon, frame.south)
        out.append(f'<path class="grid" d="M{x:.1f},0V{y:.1f}"/>')
        if 20.0 < x < WIDTH - 40.0:
            out.append(_text(x, y - 4.0, _degrees(lon, "E", "W")))
    for lat in range(math.ceil(frame.south / 10) * 10, math.floor(frame.north) + 1, 10):
        _, y = frame.at(frame.west, lat)
        out.append(
            f'<path class="grid" d="M0,{y:.1f}H{WIDTH:.0f}"/>' + _text(4.0, y - 4.0, _degrees(lat, "N", "S"))
        )
    return "".join(out)


def _text(x: float, y: float, words: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _degrees(value: int, positive: str, negative: str) -> str:
    return f"{abs(value)}°{positive if value > 0 else negative if value < 0 else ''}"


def _trail(frame: Frame, kind: str, name: str, points: Sequence[tuple[float, float]], sigma_m: float) -> str:
    path = f'<path class="line" d="{frame.path(points)}"/>'
    if kind == "told":
        return f'<g class="told">{path}</g>'
    x, y = frame.at(*points[-1])
    mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
    if kind == "peer":
        radius = max(7.0, frame.radius(sigma_m))
        mark = f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"/>'
        mark += f'<circle class="error" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
    near_edge = x > WIDTH - 90.0
    anchor, aside = ("end", -9.0) if near_edge else ("start", 9.0)
    label = _text(x + aside, y + (16.0 if kind == "peer" else -6.0), name, anchor=anchor)
    return f'<g class="{kind}">{path}{mark}{label}</g>'


def _fused(frame: Frame, one: Fused) -> str:
    x, y = frame.at(*lon_lat_deg(one.estimate.state[:3].tolist()))
    return f'<path class="both" d="M{x:.1f},{y - 8.0:.1f}l8,8 -8,8 -8,-8z"/>'


def _circles(fields: dict[str, Any]) -> list[tuple[float, float, float]]:
    """Return the circles (lon, lat, radius in m) among a notice's areas."""
    found = []
    for key in ("launch_area", "impact_area"):
        area = fields.get(key)
        for part in area if isinstance(area, list) else [area]:
            if isinstance(part, dict) and "radius_km" in part:
                found.append((part["lon_deg"], part["lat_deg"], part["radius_km"] * 1e3))
    return found


def _areas(frame: Frame, own: bool, name: str, fields: dict[str, Any]) -> str:
    shapes = []
    for lon, lat, radius_m in _circles(fields):
        x, y = frame.at(lon, lat)
        radius = frame.radius(radius_m)
        squeeze = frame.x_scale / frame.y_scale / math.cos(math.radians(min(80.0, abs(lat))))
        shapes.append(f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{radius * squeeze:.1f}" ry="{radius:.1f}"/>')
        shapes.append(_text(x, y + radius + 12.0, name, anchor="middle"))
    for key in ("launch_area", "impact_area"):
        area = fields.get(key)
        for part in area if isinstance(area, list) else [area]:
            if isinstance(part, dict) and "corners_deg" in part:
                corners = frame.path((lon, lat) for lat, lon in part["corners_deg"])
                shapes.append(f'<path d="{corners}z"/>')
    return f'<g class="area {"ours" if own else "theirs"}">{"".join(shapes)}</g>'
