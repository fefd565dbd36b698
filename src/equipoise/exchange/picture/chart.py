"""The map of a party's picture as SVG: land, own, received and fused tracks, notified areas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from equipoise.exchange.picture.board import Picture, lon_lat_deg
from equipoise.exchange.picture.tracks import STALE_S, Fused
from equipoise.foundation.printable import printable

WORLD = (-180.0, 180.0, -60.0, 85.0)
"""West, east, south and north of a picture in which nothing is seen yet."""
MARGIN_DEG = 4.0
LEAST_WIDTH_DEG = 30.0
"""A picture is never narrower, so that land and sea say where it is."""
LEAST_HEIGHT, MOST_HEIGHT = 0.4, 0.6
"""Of the width: things far apart in longitude or in latitude alone are not drawn on a strip."""
WIDTH = 960.0
LABEL_STEPS_DEG = (10, 15, 30, 45, 60, 90)
LABEL_APART = (110.0, 56.0)  # across and down: room for a label in the letters of a narrow screen
LETTER, LINE = 16.0, 30.0  # what a name takes on the drawing in the large letters of a narrow screen
NEAR_LINES = (0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 2.0, -2.0, 3.0, -3.0)  # where else a name may stand
EARTH_RADIUS_M = 6_371_000.0
Points = Sequence[Sequence[float]]
"""Longitude and latitude of each, in degrees."""


class Frame:
    """A plate carrée window, widened in longitude by the cosine of its middle latitude."""

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        """Take in every point (lon, lat) given; the world where there is none."""
        seen = list(points)
        west, east, south, north = WORLD
        if seen:
            lons, lats = zip(*seen, strict=True)
            spare = max(0.0, LEAST_WIDTH_DEG - (max(lons) - min(lons))) / 2.0
            west, east = min(lons) - max(MARGIN_DEG, spare), max(lons) + max(MARGIN_DEG, spare)
            south, north = min(lats) - max(MARGIN_DEG, spare / 2.0), max(lats) + max(MARGIN_DEG, spare / 2.0)
            level = math.cos(math.radians((south + north) / 2.0))
            lower = max(0.0, LEAST_HEIGHT * (east - west) * level - (north - south)) / 2.0
            south, north = south - lower, north + lower
            wider = max(0.0, (north - south) / (MOST_HEIGHT * level) - (east - west)) / 2.0
            west, east = west - wider, east + wider
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


class Land:
    """Land, its borders and names in longitude and latitude in degrees, and the last drawing of them: the window seldom moves."""

    def __init__(
        self,
        rings: Sequence[Points] = (),
        borders: Sequence[Points] = (),
        names: Sequence[tuple[str, float, float]] = (),
    ) -> None:
        """Take the outer rings of land, lines, and names with their places (lon, lat), those to write first standing first."""
        self._rings, self._borders, self._window, self._drawn = rings, borders, "", ""
        self.names = names

    def path(self, frame: Frame) -> str:
        """Return the land in the window as one filled path, and the borders as another."""
        window = f"{frame.west} {frame.east} {frame.south} {frame.north}"
        if window != self._window:
            land = "".join(f"{frame.path(ring)}Z" for ring in _within(frame, self._rings, closed=True))
            borders = "".join(map(frame.path, _within(frame, self._borders, closed=False)))
            self._window = window
            self._drawn = f'<path class="land" d="{land}"/><path class="border" d="{borders}"/>'
        return self._drawn


def _within(frame: Frame, lines: Sequence[Points], *, closed: bool) -> Iterator[Points]:
    """Yield what of rings or lines lies in the window."""
    from shapely import LineString, Polygon, clip_by_rect, get_coordinates, get_exterior_ring, get_parts

    shapes = [Polygon(line) if closed else LineString(line) for line in lines]
    parts = get_parts(clip_by_rect(shapes, frame.west, frame.south, frame.east, frame.north))
    for part in parts:
        if not part.is_empty:
            yield get_coordinates(get_exterior_ring(part) if closed else part).tolist()


def draw(picture: Picture, *, fused: Sequence[Fused], land: Land, now_s: float) -> str:
    """Return the map with its key and a text that says what is on it; tracks that are old at ``now_s`` are pale."""
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
    launches = [
        (name, launch["launch_point"][1], launch["launch_point"][0])
        for (_, name), launch in picture.launches.items()
        if "launch_point" in launch
    ]
    frame = Frame(
        [
            *(point for trail in trails.values() for point in trail),
            *(point for _, _, entry in areas for point in _extent(entry.fields)),
            *((lon, lat) for _, lon, lat in launches),
        ]
    )
    labels = Labels(frame.height)
    shapes = [land.path(frame), _graticule(frame, labels)]
    shapes += [
        _areas(frame, origin == picture.party, name, entry.fields, labels) for origin, name, entry in areas
    ]
    shapes += [_launch(frame, lon, lat, name, labels) for name, lon, lat in launches]
    order = {"released": 0, picture.peer: 1, picture.party: 2}
    for (origin, name), points in sorted(trails.items(), key=lambda pair: order[pair[0][0]]):
        kind = {picture.party: "own", picture.peer: "peer"}.get(origin, "told")
        last = picture.tracks[origin, name].last
        kind += " old" if now_s - last["time_s"] > STALE_S else ""
        shapes.append(_trail(frame, kind, name, points, last["sigma_m"], labels))
    shapes += [_fused(frame, one) for one in fused]
    for words, lon, lat in land.names:
        if frame.holds(lon, lat):
            labels.put(*frame.at(lon, lat), words, kind="country", needed=False)
    shapes.append(labels.drawn())
    counts = {kind: sum(key[0] == kind for key in trails) for kind in order}
    alt = (
        f"Map: {counts[picture.party]} own tracks, {counts[picture.peer]} received, {len(fused)} seen by both sides, "
        f"{len(areas)} notices, {len(launches)} launches."
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH:.0f} {frame.height:.0f}" role="img" aria-label="{escape(alt)}">'
        f'<rect class="sea" width="{WIDTH:.0f}" height="{frame.height:.1f}"/>{"".join(shapes)}</svg>'
        f"<figcaption>{_key()}</figcaption></figure>"
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
        ("launch", '<path d="M8 2L20 14M20 2L8 14"/>', "launch seen"),
        ("own old", '<path d="M2 8H26"/>', "pale: no word for two minutes"),
    )
    return " ".join(
        f'<span class="key"><svg width="28" height="16" class="{kind}" aria-hidden="true">{shape}</svg>{text}</span>'
        for kind, shape, text in marks
    )


def _step_deg(scale: float, apart: float) -> int:
    """Return the least step of degrees whose labels lie so far apart."""
    return next((step for step in LABEL_STEPS_DEG if step * scale >= apart), LABEL_STEPS_DEG[-1])


def _graticule(frame: Frame, labels: Labels) -> str:
    out = []
    across, down = _step_deg(frame.x_scale, LABEL_APART[0]), _step_deg(frame.y_scale, LABEL_APART[1])
    for lon in range(math.ceil(frame.west / across) * across, math.floor(frame.east) + 1, across):
        x, y = frame.at(lon, frame.south)
        out.append(f'<path class="grid" d="M{x:.1f},0V{y:.1f}"/>')
        if LABEL_APART[0] / 2.0 < x < WIDTH - LABEL_APART[0]:
            labels.put(x, y - 4.0, _degrees(lon, "E", "W"), aside=2.0)
    for lat in range(math.ceil(frame.south / down) * down, math.floor(frame.north) + 1, down):
        _, y = frame.at(frame.west, lat)
        out.append(f'<path class="grid" d="M0,{y:.1f}H{WIDTH:.0f}"/>')
        if LABEL_APART[1] < y < frame.height - 2.0 * LINE:
            labels.put(0.0, y - 4.0, _degrees(lat, "N", "S"), aside=4.0)
    return "".join(out)


def _degrees(value: int, positive: str, negative: str) -> str:
    return f"{abs(value)}°{positive if value > 0 else negative if value < 0 else ''}"


class Labels:
    """Names beside marks, as near as there is room for them, and drawn over everything else."""

    def __init__(self, height: float) -> None:
        """Start with an empty drawing of this height."""
        self._height, self._taken, self._texts = height, set[tuple[int, int]](), list[str]()

    def put(
        self, x: float, y: float, words: str, *, aside: float = 0.0, kind: str = "", needed: bool = True
    ) -> None:
        """Put the name, in the colour of its kind, ``aside`` of a mark or below its middle, or else a few lines off.

        It stands to the right where there is room, else to the left. Without room anywhere near it lies on others, or is left
        out where it is not ``needed``.
        """
        places = [
            (x + side * aside, y + lines * LINE, side if aside else 0)
            for lines in NEAR_LINES
            for side in ((1, -1) if aside else (0,))
        ]
        free = (place for place in places if self._free(self._cells(*place, words)))
        place = next(free, places[0] if needed else None)
        if place is None:
            return
        self._taken |= self._cells(*place, words)
        anchor = {1: "start", 0: "middle", -1: "end"}[place[2]]
        where = f'x="{place[0]:.1f}" y="{place[1]:.1f}" text-anchor="{anchor}"'
        self._texts.append(f'<text class="{kind}" {where}>{escape(printable(words))}</text>')

    @staticmethod
    def _cells(x: float, y: float, side: int, words: str) -> set[tuple[int, int]]:
        """Return the cells, a letter wide and a quarter of a line high, under a name."""
        first = int(x // LETTER) - (0, len(words) // 2, len(words))[(1, 0, -1).index(side)]
        rows = range(int(4.0 * y / LINE) - 3, int(4.0 * y / LINE) + 1)
        return {(first + column, row) for column in range(len(words) + 1) for row in rows}

    def _free(self, cells: set[tuple[int, int]]) -> bool:
        inside = all(0 <= x * LETTER < WIDTH and 0 <= y * LINE / 4.0 < self._height for x, y in cells)
        return inside and not cells & self._taken

    def drawn(self) -> str:
        """Return all names."""
        return "".join(self._texts)


def _trail(
    frame: Frame, kind: str, name: str, points: Sequence[tuple[float, float]], sigma_m: float, labels: Labels
) -> str:
    path = f'<path class="line" d="{frame.path(points)}"/>'
    if kind.startswith("told"):
        return f'<g class="{kind}">{path}</g>'
    x, y = frame.at(*points[-1])
    mark = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    if kind.startswith("peer"):  # hollow and larger, so that an own mark in the same place stays in sight
        radius = max(9.0, frame.radius(sigma_m))
        mark = f'<rect class="error" x="{x - 6.5:.1f}" y="{y - 6.5:.1f}" width="13" height="13"/>'
        mark += f'<circle class="error" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'
    labels.put(x, y + (16.0 if kind.startswith("peer") else -6.0), name, aside=11.0, kind=kind)
    return f'<g class="{kind}">{path}{mark}</g>'


def _launch(frame: Frame, lon: float, lat: float, name: str, labels: Labels) -> str:
    x, y = frame.at(lon, lat)
    cross = f'<path d="M{x - 6.0:.1f},{y - 6.0:.1f}l12,12m0,-12l-12,12"/>'
    labels.put(x, y + 4.0, name, aside=9.0, kind="launch")
    return f'<g class="launch">{cross}</g>'


def _fused(frame: Frame, one: Fused) -> str:
    x, y = frame.at(*lon_lat_deg(one.estimate.state[:3].tolist()))
    return f'<path class="both ring" d="M{x:.1f},{y - 12.0:.1f}l12,12 -12,12 -12,-12z"/>'


def _extent(fields: dict[str, Any]) -> Iterable[tuple[float, float]]:
    """Return places (lon, lat) that a notice's areas reach: corners, and the four ends of circles."""
    for lon, lat, radius_m in _circles(fields):
        reach = math.degrees(min(radius_m / EARTH_RADIUS_M, math.pi / 2.0))
        wide = reach / max(0.1, math.cos(math.radians(lat)))
        yield from ((lon - wide, lat), (lon + wide, lat), (lon, lat - reach), (lon, lat + reach))
    for corners in _outlines(fields):
        yield from ((lon, lat) for lat, lon in corners)


def _parts(fields: dict[str, Any]) -> Iterable[dict[str, Any]]:
    for key in ("launch_area", "impact_area"):
        area = fields.get(key)
        yield from (part for part in (area if isinstance(area, list) else [area]) if isinstance(part, dict))


def _outlines(fields: dict[str, Any]) -> list[list[list[float]]]:
    """Return the corners (lat, lon) of the areas that have corners."""
    return [part["corners_deg"] for part in _parts(fields) if "corners_deg" in part]


def _circles(fields: dict[str, Any]) -> list[tuple[float, float, float]]:
    """Return the circles (lon, lat, radius in m) among a notice's areas."""
    return [
        (part["lon_deg"], part["lat_deg"], part["radius_km"] * 1e3)
        for part in _parts(fields)
        if "radius_km" in part
    ]


def _areas(frame: Frame, own: bool, name: str, fields: dict[str, Any], labels: Labels) -> str:
    shapes = []
    for lon, lat, radius_m in _circles(fields):
        x, y = frame.at(lon, lat)
        radius = frame.radius(radius_m)
        squeeze = frame.x_scale / frame.y_scale / math.cos(math.radians(min(80.0, abs(lat))))
        shapes.append(f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{radius * squeeze:.1f}" ry="{radius:.1f}"/>')
        labels.put(x, y + radius + 12.0, name)
    for corners in _outlines(fields):
        outline = frame.path((lon, lat) for lat, lon in corners)
        x, y = frame.at(corners[0][1], corners[0][0])
        shapes.append(f'<path d="{outline}z"/>')
        labels.put(x, y + 12.0, name)
    return f'<g class="area {"ours" if own else "theirs"}">{"".join(shapes)}</g>'
