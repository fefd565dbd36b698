"""Kinds of value that are lists: boxes, lines and polygons of a map, and the axes of a study."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, ClassVar

from equipoise.model.fields import Kind, fault

Points = tuple[tuple[float, float], ...]
Rectangles = tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True)
class Rectangle(Kind):
    """Boxes [south, west, north, east] in degrees; one whose east lies west of its west crosses 180 degrees."""

    HOLDS: ClassVar[str] = "boxes [south, west, north, east]"

    def read(self, value: Any, key: str) -> Rectangles:
        """Return the boxes, one that crosses 180 degrees as its two halves."""
        rows = _rows(value, 4)
        if rows is None:
            raise fault(f"expected {key} = [[south, west, north, east], ...] in degrees.")
        for south, west, north, east in rows:
            if not (-90 <= south < north <= 90 and abs(west) <= 180 and abs(east) <= 180 and west != east):
                said = f"[{south:g}, {west:g}, {north:g}, {east:g}]: expected south < north and west to east"
                raise fault(f"{said}, within 90 and 180 degrees; east below west crosses 180 degrees.")
        return tuple(part for south, west, north, east in rows for part in halves(south, west, north, east))


def halves(south: float, west: float, north: float, east: float) -> Rectangles:
    """Return a box, or the two parts of one that crosses 180 degrees; a part without width is left out."""
    if west < east:
        return ((south, west, north, east),)
    parts = ((south, west, north, 180.0), (south, -180.0, north, east))
    return tuple(part for part in parts if part[1] < part[3])


@dataclass(frozen=True)
class Path(Kind):
    """A line of [lat, lon] points in degrees, or a list of places where one is enough."""

    least: int = 2

    @property
    def holds(self) -> str:
        """What the reference page says that the key holds."""
        return "line of [lat, lon]" if self.least > 1 else "list of [lat, lon]"

    def read(self, value: Any, key: str) -> Points:
        """Return the points."""
        rows = _rows(value, 2)
        if rows is None or len(rows) < self.least or any(abs(a) > 90 or abs(b) > 180 for a, b in rows):
            most = "[[lat, lon], [lat, lon], ...] in degrees, two points or more"
            wanted = most if self.least > 1 else "[[lat, lon], ...] in degrees"
            raise fault(f"expected {key} = {wanted}.")
        return rows  # type: ignore[return-value]  # _rows counted the columns


@dataclass(frozen=True)
class Corners(Kind):
    """The corners [lat, lon] of a region whose edges are straight on a plain map."""

    HOLDS: ClassVar[str] = "polygon of [lat, lon]"

    def read(self, value: Any, key: str) -> Points:
        """Return the corners."""
        from shapely import Polygon

        rows = _rows(value, 2)
        if rows is None or len(rows) < 3 or any(abs(a) > 90 or abs(b) > 180 for a, b in rows):
            raise fault(f"expected {key} = [[lat, lon], [lat, lon], ...] in degrees, three corners or more.")
        turned = [(lon % 360.0, lat) for lat, lon in rows]
        outlines = (Polygon([(lon, lat) for lat, lon in rows]), Polygon(turned))
        if not any(outline.is_valid and outline.area > 0.0 for outline in outlines):
            raise fault("the polygon crosses itself or has no area.")
        return rows  # type: ignore[return-value]  # _rows counted the columns


@dataclass(frozen=True)
class DragCurve(Kind):
    """Points [Mach, drag coefficient], Mach rising from zero."""

    HOLDS: ClassVar[str] = "points [Mach, drag coefficient]"

    def read(self, value: Any, key: str) -> Points:
        """Return the points."""
        rows = _rows(value, 2)
        rising = rows is not None and all(a[0] < b[0] for a, b in pairwise(rows))
        if rows is None or len(rows) < 2 or rows[0][0] != 0.0 or not rising or any(c <= 0 for _, c in rows):
            raise fault(f"expected {key} = [[0, C], [Mach, C], ...], Mach rising from 0, every C above 0.")
        return rows  # type: ignore[return-value]  # _rows counted the columns


@dataclass(frozen=True)
class Listed(Kind):
    """The values of an axis: all numbers or all texts, no two the same."""

    HOLDS: ClassVar[str] = "values"

    def read(self, value: Any, key: str) -> tuple[Any, ...]:
        """Return the values; a date becomes its text."""
        wrong = f"expected {key} = [...], all numbers or all texts."
        if not isinstance(value, list | tuple) or not value:
            raise fault(wrong)
        plain = [v.isoformat() if type(v) is date else v for v in value]
        texts = all(isinstance(v, str) and v for v in plain)
        numbers = all(_is_number(v) for v in plain)
        if not texts and not numbers:
            raise fault(wrong)
        if len(set(plain)) < len(plain):
            raise fault("the same value stands there twice.")
        return tuple(plain)


@dataclass(frozen=True)
class Span(Kind):
    """The ends of a range, or the word ``known`` for the range of the input itself."""

    HOLDS: ClassVar[str] = "[low, high] or 'known'"

    def read(self, value: Any, key: str) -> Any:
        """Return the two ends, or the word."""
        if value == "known":
            return value
        rows = _rows([value], 2)
        if rows is None or rows[0][0] >= rows[0][1]:
            raise fault(f'expected {key} = [low, high], or {key} = "known" for the range that the input has.')
        return rows[0]


@dataclass(frozen=True)
class Choices(Kind):
    """Lists of settings by the name of the variant."""

    HOLDS: ClassVar[str] = "variants"

    def read(self, value: Any, key: str) -> dict[str, tuple[str, ...]]:
        """Return the settings of each variant."""
        good = isinstance(value, dict) and value
        if not good or not all(
            isinstance(v, list) and all(isinstance(t, str) for t in v) for v in value.values()
        ):
            raise fault(f'expected {key} = {{ name = ["TABLE.ID.KEY=VALUE", ...], other = [] }}.')
        return {name: tuple(settings) for name, settings in value.items()}


Boxes = Annotated[Rectangles, Rectangle()]
DragPoints = Annotated[Points, DragCurve()]
Line = Annotated[Points, Path()]
PlaceList = Annotated[Points, Path(1)]
Polygon = Annotated[Points, Corners()]
Values = Annotated[tuple[Any, ...], Listed()]
Range = Annotated[Any, Span()]
Variants = Annotated[dict[str, tuple[str, ...]], Choices()]


def _rows(value: Any, width: int) -> tuple[tuple[float, ...], ...] | None:
    if not isinstance(value, list | tuple) or not value:
        return None
    found = []
    for row in value:
        if not isinstance(row, list | tuple) or len(row) != width:
            return None
        if not all(_is_number(x) for x in row):
            return None
        found.append(tuple(float(x) for x in row))
    return tuple(found)


def _is_number(value: object) -> bool:
    """Return whether a value is a number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= sys.float_info.max
