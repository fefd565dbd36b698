"""Doubts about the areas of a notice that a machine can name: crossed outlines, latitude and longitude exchanged."""

from __future__ import annotations

from typing import Any

from equipoise.foundation.sphere import distance_km, wrapped_deg
from equipoise.model.notices import Finding

POLAR_DEG = 75.0  # nearer to a pole than any notified area that a source shows
FAR_KM = 10_000.0

Corner = tuple[float, float]


def area_doubts(notice: dict[str, Any]) -> list[Finding]:
    """Return what is doubtful about the areas of a notice whose form is good."""
    found = []
    for key, other in (("launch_area", "impact_area"), ("impact_area", "launch_area")):
        for part in _parts(notice.get(key)):
            if "corners_deg" in part:
                corners = [(float(lat), float(lon)) for lat, lon in part["corners_deg"]]
                found += _exchanged(key, corners, _centres(notice.get(other)))
                found += _crossed(key, corners)
    return found


def _parts(area: Any) -> list[dict[str, Any]]:
    return [part for part in (area if isinstance(area, list) else [area]) if isinstance(part, dict)]


def _centres(area: Any) -> list[Corner]:
    """Return the centre of each circle and the first corner of each outline."""
    return [
        (part["lat_deg"], part["lon_deg"]) if "radius_km" in part else tuple(part["corners_deg"][0])
        for part in _parts(area)
    ]


def _exchanged(key: str, corners: list[Corner], others: list[Corner]) -> list[Finding]:
    """Return the doubt that corners are [longitude, latitude]: they lie at a pole, or far off, and not so exchanged."""
    if any(abs(lon) > 90.0 for _, lon in corners):
        return []
    polar = all(abs(lat) > POLAR_DEG for lat, _ in corners) and all(
        abs(lon) < POLAR_DEG for _, lon in corners
    )
    lat, lon = corners[0]
    far = any(
        float(distance_km(lat, lon, *other)) > FAR_KM
        and float(distance_km(lon, lat, *other)) < 0.5 * float(distance_km(lat, lon, *other))
        for other in others
    )
    if not polar and not far:
        return []
    here, there = _place(lat, lon), _place(lon, lat)
    return [
        Finding(
            "doubtful corners",
            f"{key}: [latitude, longitude] puts them at {here}; are they exchanged ({there})?",
        )
    ]


def _place(lat: float, lon: float) -> str:
    return f"{abs(lat):.1f} {'S' if lat < 0 else 'N'} {abs(lon):.1f} {'W' if lon < 0 else 'E'}"


def _crossed(key: str, corners: list[Corner]) -> list[Finding]:
    """Return the first two sides of an outline that cross: its corners are not in their order around the area."""
    first = corners[0][1]
    flat = [(lat, first + float(wrapped_deg(lon - first))) for lat, lon in corners]
    sides = [(flat[number], flat[(number + 1) % len(flat)]) for number in range(len(flat))]
    for one in range(len(sides)):
        for two in range(one + 2, len(sides)):
            if (two + 1) % len(sides) != one and _cross(*sides[one], *sides[two]):
                names = f"sides {one + 1}-{one + 2} and {two + 1}-{(two + 1) % len(sides) + 1}"
                what = f"{key}: {names} cross; give the corners in their order around the area"
                return [Finding("crossed outline", what)]
    return []


def _cross(a: Corner, b: Corner, c: Corner, d: Corner) -> bool:
    """Return whether two sides cross inside both."""
    return _turn(a, b, c) * _turn(a, b, d) < 0.0 and _turn(c, d, a) * _turn(c, d, b) < 0.0


def _turn(a: Corner, b: Corner, c: Corner) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
