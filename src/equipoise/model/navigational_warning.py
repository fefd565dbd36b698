"""Navigational warnings in free text (NAVAREA, HYDROLANT, HYDROPAC and their like), read into windows and areas.

What is read is shown back to a person before it is filed, and so is every word that was not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from equipoise.foundation.errors import EquipoiseError

NAUTICAL_MILE_KM = 1.852  # by definition (International Hydrographic Conference, 1929)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTH = "|".join(MONTHS)
_TITLE = re.compile(
    r"\b(NAVAREA\s+[IVX]+|HYDRO(?:LANT|PAC|ARC)|[A-Z]+\s+COASTAL\s+WARNING)\s+(\d+)/(\d\d)\b(?:\([\d,\s]*\))?"
)
_CANCEL = re.compile(
    rf"\bCANCEL\s+THIS\s+(?:MSG|MESSAGE)\s+\d{{6}}(?:Z|\s+UTC)\s+(?:{_MONTH})(?:\s+\d{{2,4}})?"
)
_WINDOW = re.compile(
    rf"\b(\d{{6}})(?:Z|\s*UTC)?(?:\s+({_MONTH}))?\s+(?:TO|THRU|UNTIL)\s+(\d{{6}})(?:Z|\s*UTC)?\s+({_MONTH})\b"
)
_DAILY = re.compile(
    rf"\b(?:DAILY\s+)?(\d{{4}})(?:Z|\s*UTC)?\s+TO\s+(\d{{4}})(?:Z|\s*UTC)?\s+(?:DAILY\s+)?"
    rf"(\d{{1,2}})(?:\s+({_MONTH}))?\s+(?:TO|THRU)\s+(\d{{1,2}})\s+({_MONTH})\b"
)
_ANGLE = r"(\d{{{degrees}}})-(\d\d(?:\.\d+)?)(?:-(\d\d(?:\.\d+)?))?\s*([{sides}])"
_PLACE = re.compile(_ANGLE.format(degrees=2, sides="NS") + r"[\s,/]+" + _ANGLE.format(degrees=3, sides="EW"))
_WITHIN = re.compile(r"WITHIN\s+(\d+(?:\.\d+)?)\s*(MILES?|NM|NAUTICAL\s+MILES?|KM|KILOMET(?:RE|ER)S?)\s+OF")
_LETTER = re.compile(r"(?:^|\n)\s*[A-Z]\.\s|\bBOUND(?:ED)?\s+BY:?|(?=\bWITHIN\s+\d)")
_LINE = re.compile(r"\b(TRACKLINE|LINE\s+JOINING|EITHER\s+SIDE\s+OF)\b")


class WarningTextError(EquipoiseError, ValueError):
    """A text that gives no window or no area that can be read without guessing."""


@dataclass(frozen=True)
class NavigationalWarning:
    """What a warning says: its name, windows (start and end in ms since 1970, UTC), areas, and the words not read."""

    name: str
    windows: tuple[tuple[int, int], ...]
    areas: tuple[dict[str, Any], ...]
    unread: str

    def payload(self, *, instrument: str, window: int = 1) -> dict[str, Any]:
        """Return the notice that the warning gives under an instrument, for one of its windows (1 is the first)."""
        if not 1 <= window <= len(self.windows):
            raise WarningTextError(f"has {len(self.windows)} windows; number {window} is none of them")
        start_ms, end_ms = self.windows[window - 1]
        return {
            "notice_id": self.name + (f"-{window}" if len(self.windows) > 1 else ""),
            "instrument": instrument,
            "type": "pre-launch",
            "window_start_ms": start_ms,
            "window_end_ms": end_ms,
            "impact_area": self.areas[0] if len(self.areas) == 1 else list(self.areas),
        }

    def lines(self) -> list[str]:
        """Return what was read, as a person compares it with the text."""
        said = [f"{_moment(start)} to {_moment(end)} UTC" for start, end in self.windows]
        said = [f"window {number}: {words}" for number, words in enumerate(said, start=1)]
        for number, area in enumerate(self.areas, start=1):
            if "radius_km" in area:
                words = f"within {area['radius_km']:g} km of {_place(area['lat_deg'], area['lon_deg'])}"
            else:
                words = ", ".join(_place(lat, lon) for lat, lon in area["corners_deg"])
            said.append(f"area {number}: {words}")
        return [*said, f"not read: {self.unread}"] if self.unread else said


def read_warning(text: str) -> NavigationalWarning:
    """Return what a warning says; what cannot be read without guessing is a :class:`WarningTextError`.

    The year is that of the title (NUMBER/YY). Miles are nautical miles.
    """
    text = text.upper().replace("\r", "")
    title = _TITLE.search(text)
    if title is None:
        raise WarningTextError("has no title such as NAVAREA IV 1177/22, which says the year")
    rest = _CANCEL.sub(" ", _blank(text, title))
    windows, rest = _windows(rest, 2000 + int(title[3]))
    areas, rest = _areas(rest)
    name = "-".join(re.findall(r"[a-z0-9]+", f"{title[1]} {title[2]} {title[3]}".lower()))
    unread = " ".join(re.sub(r"(?<!\w)[\s,.:;\d]+(?!\w)", " ", rest).split())
    return NavigationalWarning(name, tuple(windows), tuple(areas), unread)


def _blank(text: str, found: re.Match[str]) -> str:
    return text[: found.start()] + " " + text[found.end() :]


def _windows(text: str, year: int) -> tuple[list[tuple[int, int]], str]:
    windows = []
    while found := _WINDOW.search(text):
        start, start_month, end, end_month = found.groups()
        first = _day(year, start_month or end_month, start[:2])
        if not start_month and int(start[:2]) > int(end[:2]):  # it began in the month before
            first = _day(first.year if first.month > 1 else year - 1, MONTHS[first.month - 2], start[:2])
        last = _day(first.year, end_month, end[:2])
        last = _day(first.year + 1, end_month, end[:2]) if last < first else last
        windows.append((_at(first, start[2:]), _at(last, end[2:])))
        text = _blank(text, found)
    while found := _DAILY.search(text):
        opens, closes, first_day, month, last_day, last_month = found.groups()
        day, last = _day(year, month or last_month, first_day), _day(year, last_month, last_day)
        if not day <= last <= day + timedelta(days=366):
            raise WarningTextError(f"'{found[0]}' ends before it begins")
        while day <= last:
            over = timedelta(days=1) if closes < opens else timedelta(0)
            windows.append((_at(day, opens), _at(day + over, closes)))
            day += timedelta(days=1)
        text = _blank(text, found)
    if not windows:
        raise WarningTextError("gives no window such as 121606Z TO 121854Z NOV")
    for start_ms, end_ms in windows:
        if end_ms <= start_ms:
            raise WarningTextError(f"has a window that ends at {_moment(end_ms)}, before it begins")
    return sorted(windows), text


def _day(year: int, month: str, day: str) -> datetime:
    try:
        return datetime(year, MONTHS.index(month) + 1, int(day), tzinfo=UTC)
    except ValueError as error:
        raise WarningTextError(f"{day} {month} {year} is not a date") from error


def _at(day: datetime, clock: str) -> int:
    hour, minute = int(clock[:2]), int(clock[2:])
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise WarningTextError(f"{clock} is no time of a day")
    return round((day + timedelta(hours=hour, minutes=minute)).timestamp() * 1e3)


def _areas(text: str) -> tuple[list[dict[str, Any]], str]:
    if found := _LINE.search(text):
        raise WarningTextError(
            f"gives a '{' '.join(found[0].split())}', which is not an area; give corners by hand"
        )
    areas: list[dict[str, Any]] = []
    starts = [0, *(found.end() for found in _LETTER.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        block = text[start:end]
        places = [_degrees(found) for found in _PLACE.finditer(block)]
        within = _WITHIN.search(block)
        if within and len(places) == 1:
            unit = NAUTICAL_MILE_KM if within[2][0] in "MN" else 1.0
            lat, lon = places[0]
            areas.append({"lat_deg": lat, "lon_deg": lon, "radius_km": round(float(within[1]) * unit, 6)})
        elif len(places) >= 3 and not within:
            areas.append({"corners_deg": [list(place) for place in places]})
        elif places:
            raise WarningTextError(
                f"has a part with {len(places)} positions that make no area: '{' '.join(block.split())}'"
            )
    if not areas:
        raise WarningTextError("gives no position such as 28-39.92N 080-38.33W")
    return areas, _LETTER.sub(" ", _WITHIN.sub(" ", _PLACE.sub(" ", text)))


def _degrees(found: re.Match[str]) -> tuple[float, float]:
    lat = _angle(found.groups()[:4], limit=90.0)
    return lat, _angle(found.groups()[4:], limit=180.0)


def _angle(parts: tuple[str | None, ...], *, limit: float) -> float:
    degrees, minutes, seconds = (float(part or 0.0) for part in parts[:3])
    value = degrees + minutes / 60.0 + seconds / 3600.0
    if minutes >= 60.0 or seconds >= 60.0 or value > limit:
        raise WarningTextError(
            f"'{'-'.join(part for part in parts[:3] if part)}{parts[3]}' is not a position"
        )
    return round(-value if parts[3] in ("S", "W") else value, 6)


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1e3, UTC):%Y-%m-%d %H:%M}"


def _place(lat: float, lon: float) -> str:
    return f"{abs(lat):.4f} {'N' if lat >= 0 else 'S'} {abs(lon):.4f} {'E' if lon >= 0 else 'W'}"
