"""Reading a certificate: exact decimals, closed lists of keys, and the bounds beyond which a value is refused."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import fmpq

from ..files import read_bytes

FORMAT = "equipoise-certificate-3"
ARC_AXES = ("azimuth_deg", "range_deg", "loft_deg", "burnout_altitude_m", "burnout_downrange_m")
LIMITS = {
    "azimuth_deg": (-360, 360),
    "range_deg": (1, 170),
    "loft_deg": (-45, 45),
    "burnout_altitude_m": (0, 10**6),
    "burnout_downrange_m": (0, 3 * 10**6),
}
NARROWEST = {
    "azimuth_deg": "0.1",
    "range_deg": "0.1",
    "loft_deg": "0.01",
    "burnout_altitude_m": "100",
    "burnout_downrange_m": "100",
}
"""A cell narrower than this holds no range of flights."""
NARROWEST_SITES_DEG = "0.001"
EARTH = {"radius_m": "6371000", "gm_m3_s2": "398600441800000", "omega_rad_s": "0.00007292115"}
FAMILIES = ("minimum_energy", "lofted", "depressed")
DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
PLAIN = re.compile(r"[ -~]{0,400}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
FARTHEST_ORIGIN_DEG = 3
"""The point through which a base's planes pass lies within this of the base, along each of the two coordinates."""

Side = tuple[fmpq, fmpq]
Box = list[Side]


class Rejected(Exception):  # noqa: N818 - a verdict, spoken as one
    """The certificate proves nothing; the message says where it fails."""


def canonical(body: object) -> bytes:
    """Return the canonical bytes: JSON with sorted keys, no white space, and ASCII alone."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def seal(body: object) -> str:
    """Return the SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(body)).hexdigest()


def rational(value: object, name: str, least: int | None = None, most: int | None = None) -> fmpq:
    """Return the exact value of a decimal written as a string, between two bounds where they are given."""
    if not isinstance(value, str) or not DECIMAL.fullmatch(value):
        raise Rejected(f"{name}: expected a plain decimal in quotes")
    exact = Fraction(value)
    if (least is not None and exact < least) or (most is not None and exact > most):
        raise Rejected(f"{name}: expected {least} to {most}, found {value}")
    return fmpq(exact.numerator, exact.denominator)


def plain(text: object, name: str) -> str:
    """Refuse a text that could be mistaken for the checker's own lines."""
    if not isinstance(text, str) or not PLAIN.fullmatch(text):
        raise Rejected(f"{name}: expected one line of plain text, at most 400 characters")
    return text


def day(text: object, name: str) -> date:
    """Return a day written as 2018-12-31."""
    try:
        if DAY.fullmatch(plain(text, name)):
            return date.fromisoformat(str(text))
    except ValueError:
        pass
    raise Rejected(f"{name}: expected a day such as 2018-12-31")


def keys(table: object, names: tuple[str, ...], where: str) -> dict[str, Any]:
    """Return the table if it has exactly these keys."""
    if not isinstance(table, dict) or set(table) != set(names):
        raise Rejected(f"{where}: expected exactly the keys {', '.join(names)}")
    return table


def each_once(names: list[str], where: str) -> None:
    """Refuse a name that stands twice."""
    if len(set(names)) < len(names):
        raise Rejected(f"{where}: a name twice")


def listed(value: object, name: str, *, least: int = 0) -> list[Any]:
    """Return a list of at least so many entries."""
    if not isinstance(value, list) or len(value) < least:
        raise Rejected(f"{name}: expected a list" + (f" of at least {least}" if least else ""))
    return value


def interval(value: object, name: str, least: int, most: int, narrowest: str = "0") -> Side:
    """Return an ordered pair inside the axis's domain, no narrower than is allowed."""
    pair = listed(value, name)
    if len(pair) != 2:
        raise Rejected(f"{name}: expected two decimals")
    low, high = rational(pair[0], name), rational(pair[1], name)
    if not least <= low <= high <= most:
        raise Rejected(f"{name}: expected {least} <= low <= high <= {most}")
    if high - low < rational(narrowest, name):
        raise Rejected(f"{name}: narrower than {narrowest}, which is no range")
    return low, high


def area(value: object, name: str, narrowest: str = "0") -> tuple[Side, Side]:
    """Return the sides of a box written as south, west, north, east in degrees."""
    edges = [rational(x, name) for x in listed(value, name)]
    if len(edges) != 4 or not (-90 <= edges[0] <= edges[2] <= 90 and -360 <= edges[1] <= edges[3] <= 360):
        raise Rejected(f"{name}: expected south, west, north, east in degrees")
    least = rational(narrowest, name)
    if edges[2] - edges[0] < least or edges[3] - edges[1] < least:
        raise Rejected(f"{name}: narrower than {narrowest} degrees, which is no area")
    return (edges[0], edges[2]), (edges[1], edges[3])


def read(path: Path) -> object:
    """Return the document in a file; a key given twice and a byte-order mark are refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            raise Rejected("a key is given twice")
        return table

    try:
        return json.loads(read_bytes(path).decode(), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        raise Rejected(f"{path.name}: not readable ({error})") from error
