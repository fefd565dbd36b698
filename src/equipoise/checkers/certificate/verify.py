"""Read a certificate, accept or reject it, and say exactly what is proved.

Run it alone: ``python -m equipoise.checkers.certificate.verify FILE``. It needs the standard library and python-flint.
The mathematics is in docs/certificate.md; the names here follow it. Every comparison is made between balls that
hold the true values and counts only when it is certain.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

FORMAT = "equipoise-certificate-2"
ARC_AXES = ("azimuth_deg", "range_deg", "loft_deg", "burnout_altitude_m", "burnout_downrange_m")
LIMITS = {
    "azimuth_deg": (-360, 360),
    "range_deg": (1, 170),
    "loft_deg": (-45, 45),
    "burnout_altitude_m": (0, 10**6),
    "burnout_downrange_m": (0, 3 * 10**6),
}
EARTH = {"radius_m": "6371000", "gm_m3_s2": "398600441800000", "omega_rad_s": "0.00007292115"}
DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
PLAIN = re.compile(r"[ -~]{0,400}")
MAX_DEPTH = 200
MAX_NODES = 20_000_000
BURN_PARTS, ALTITUDE_PARTS = 8, 8
WAIT_SHARE = fmpq(9, 10)

Side = tuple[fmpq, fmpq]
Box = list[Side]


class Rejected(Exception):  # noqa: N818 - a verdict, spoken as one
    """The certificate proves nothing; the message says where it fails."""


@dataclass(frozen=True)
class Proved:
    """What an accepted certificate proves: the sentences, and how many boxes carry the proof."""

    sentences: tuple[str, ...]
    boxes: int


# ---------------------------------------------------------------- reading


def seal(body: dict[str, Any]) -> str:
    """Return the SHA-256 of the statement and the trees in canonical form."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def rational(value: object, name: str) -> fmpq:
    """Return the exact value of a decimal written as a string."""
    if not isinstance(value, str) or not DECIMAL.fullmatch(value):
        raise Rejected(f"{name}: expected a plain decimal in quotes")
    exact = Fraction(value)
    return fmpq(exact.numerator, exact.denominator)


def plain(text: object, name: str) -> str:
    """Refuse a text that could be mistaken for the checker's own lines."""
    if not isinstance(text, str) or not PLAIN.fullmatch(text):
        raise Rejected(f"{name}: expected one line of plain text, at most 400 characters")
    return text


def keys(table: object, names: tuple[str, ...], where: str) -> dict[str, Any]:
    """Return the table if it has exactly these keys."""
    if not isinstance(table, dict) or set(table) != set(names):
        raise Rejected(f"{where}: expected exactly the keys {', '.join(names)}")
    return table


def listed(value: object, name: str) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        raise Rejected(f"{name}: expected a list")
    return value


def interval(value: object, name: str, least: int, most: int) -> Side:
    """Return an ordered pair inside the axis's domain."""
    pair = listed(value, name)
    if len(pair) != 2:
        raise Rejected(f"{name}: expected two decimals")
    low, high = rational(pair[0], name), rational(pair[1], name)
    if not least <= low <= high <= most:
        raise Rejected(f"{name}: expected {least} <= low <= high <= {most}")
    return low, high


def area(value: object, name: str) -> tuple[Side, Side]:
    """Return the sides of a box of sites written as south, west, north, east."""
    edges = [rational(x, name) for x in listed(value, name)]
    if len(edges) != 4 or not (-90 <= edges[0] <= edges[2] <= 90 and -360 <= edges[1] <= edges[3] <= 360):
        raise Rejected(f"{name}: expected south, west, north, east in degrees")
    return (edges[0], edges[2]), (edges[1], edges[3])


def radians(value: Any) -> arb:
    """Return degrees as radians."""
    return arb(value) * arb.pi() / 180


def middle(side: Side) -> fmpq:
    """Return the point halfway."""
    return (side[0] + side[1]) / 2


def lesser(a: arb, b: arb) -> arb:
    """Return a ball below both, equal to one of them unless they overlap."""
    return a if a <= b else b if b <= a else a.min(b)


def greater(a: arb, b: arb) -> arb:
    """Return the larger of two balls, a ball above both where they overlap."""
    return a if a >= b else b if b >= a else a.max(b)


def arcsine(value: arb) -> arb:
    """Return the arcsine; of a value above 1 or below -1 that of 1 or -1."""
    return lesser(greater(value, arb(-1)), arb(1)).asin()


# ---------------------------------------------------------------- the interceptor


class Reach:
    """The least time in which a permitted interceptor can be at a place."""

    def __init__(self, earth: dict[str, Any], table: dict[str, Any], slack: fmpq) -> None:
        """Take the limits; refuse an Earth of another kind."""
        if any(rational(earth[k], k) != rational(v, k) for k, v in EARTH.items()):
            raise Rejected("earth: only the sphere of docs/certificate.md is proved about")
        self.radius, self.gm, self.omega = (arb(rational(earth[k], k)) for k in EARTH)
        speed, share = (
            rational(table["speed_m_s"], "speed_m_s"),
            rational(table["boost_share"], "boost_share"),
        )
        burn = interval(table["burn_time_s"], "burn_time_s", 0, 10_000)
        if speed < 0 or not 0 <= share <= 1:
            raise Rejected("interceptor: a negative speed, or a boost share outside 0 to 1")
        self.speed, self.share, self.burn = arb(speed), arb(share), burn
        self.start = arb(rational(table["delay_s"], "delay_s") + slack)
        self.far = self.share * self.speed * burn[1]

    def lambert(self, chord: arb, total: arb, axis: arb) -> tuple[arb, arb]:
        """Return time and slope (s/m) of the direct arc over a chord; not finite when it may be out of reach."""
        q, m = (total + chord) / (4 * axis), (total - chord) / (4 * axis)
        alpha, beta = 2 * q.sqrt().asin(), 2 * m.sqrt().asin()
        time = (axis**3 / self.gm).sqrt() * ((alpha - alpha.sin()) - (beta - beta.sin()))
        slope = (axis / self.gm).sqrt() * ((q / (1 - q)).sqrt() + (m / (1 - m)).sqrt()) / 2
        return time, slope

    def too_slow(
        self, chord: arb, radius: arb, nearing: arb, speed: arb, low: arb, high: arb, left: arb
    ) -> bool:
        """Tell whether the coast from a burnout altitude between ``low`` and ``high`` takes longer than ``left``."""
        if left < 0:
            return True
        energy = 2 / (self.radius + high) - speed**2 / self.gm
        if not energy > arb("1e-9"):
            top = speed**2 + 2 * self.gm * (1 / self.radius - 1 / (self.radius + high))
            return bool(chord > left * top.sqrt())
        axis, total = 1 / energy, self.radius + low + radius
        rise = greater(radius - self.radius - high, arb(0))
        if total + rise >= 4 * axis:
            return True
        chord = greater(lesser(greater(chord, rise), total - axis), arb(0))
        steep = 2 * WAIT_SHARE * (self.gm / axis).sqrt() / greater(nearing, arb(1))
        knee = steep**2 / (1 + steep**2)
        at = lesser(chord, greater(4 * axis * knee - total, rise)).lower()
        time, slope = self.lambert(at, total, axis)
        if slope * nearing <= 1:
            return bool(time + slope * (chord - at) > left)
        return bool(self.lambert(lesser(at, rise).lower(), total, axis)[0] > left)

    def out_of_time(self, chord: arb, radius: arb, highest: arb, drift: arb, east: arb, time: arb) -> bool:
        """Tell whether no permitted interceptor can be at a place within ``time`` of the earliest launch."""
        nearing, speed = drift * east, self.speed + drift * east
        if not chord > self.far + nearing * time + drift * self.burn[1]:
            return False
        if self.too_slow(chord - self.far, radius, nearing, speed, arb(0), self.far, time - self.burn[0]):
            return True
        upward = (highest**2 - self.radius**2 - chord**2) / (2 * self.radius * chord)
        climb = arcsine(upward)
        width = (self.burn[1] - self.burn[0]) / BURN_PARTS
        for i in range(BURN_PARTS):
            burn_low = self.burn[0] + i * width
            boost, left = self.share * self.speed * (burn_low + width), time - burn_low
            ends = [boost * j / ALTITUDE_PARTS for j in range(ALTITUDE_PARTS + 1)]
            if self.too_slow(chord - boost, radius, nearing, speed, ends[0], ends[-1], left):
                continue
            for low, high in itertools.pairwise(ends):
                after = self.chord_after(chord, boost, low, climb)
                if not self.too_slow(after, radius, nearing, speed, low, high, left):
                    return False
        return True

    def chord_after(self, chord: arb, boost: arb, low: arb, climb: arb) -> arb:
        """Return the least distance to the place from a burnout point at altitude ``low`` or more, ``boost`` away."""
        if not boost > 0:
            return chord
        apart = greater(arcsine((low - boost**2 / (2 * self.radius)) / boost) - climb, arb(0))
        return greater(chord**2 + boost**2 - 2 * chord * boost * apart.cos(), arb(0)).sqrt()


# ---------------------------------------------------------------- sites, arcs, boxes


class Bound:
    """The inequality of one base: holds(box) is True only when no engagement exists anywhere in the box."""

    def __init__(self, reach: Reach, statement: dict[str, Any], threat: dict[str, Any]) -> None:
        """Take the base, the model margin and the places where no site may stand."""
        self.reach = reach
        margin = keys(statement["margin"], ("constant_m", "growth_m_s", "basis"), "margin")
        values = [rational(margin[k], k) for k in ("constant_m", "growth_m_s")]
        if min(values) < 0:
            raise Rejected("margin: negative")
        self.margin, self.growth = (arb(v) for v in values)
        lat, self.lon = (radians(rational(threat[k], k)) for k in ("lat_deg", "lon_deg"))
        self.sin_lat, self.cos_lat = lat.sin(), lat.cos()
        sites = statement["sites"]
        self.outside = [area(x, "outside") for x in listed(sites["outside"], "outside")]
        self.discs = [self._disc(x) for x in listed(sites["discs"], "discs")]

    def _disc(self, value: object) -> tuple[arb, arb, arb]:
        disc = keys(value, ("lat_deg", "lon_deg", "radius_m"), "disc")
        lat, lon = (radians(rational(disc[k], k)) for k in ("lat_deg", "lon_deg"))
        return lat, lon, arb(rational(disc["radius_m"], "radius_m")) / self.reach.radius

    def excluded(self, box: Box) -> bool:
        """Tell whether no site may stand anywhere in the box."""
        (south, north), (west, east) = box[:2]
        for (low, high), (left, right) in self.outside:
            if low <= south and north <= high and left <= west and east <= right:
                return True
        lat, lon = radians(middle(box[0])), radians(middle(box[1]))
        reach = radians(north - south) / 2 + radians(east - west) / 2
        for at, over, angle in self.discs:
            dot = lat.sin() * at.sin() + lat.cos() * at.cos() * (lon - over).cos()
            if dot.acos() + reach < angle:
                return True
        return False

    def arcs(self, box: Box) -> tuple[arb, arb, arb] | None:
        """Return least and greatest radius and the latest time since burnout over a box of arcs; None without bound."""
        (shortest, longest), (loft_low, loft_high), (first, last) = box[3], box[4], box[5]
        last = min(last, longest)
        low, high = (180 - longest) / 4 + loft_low, (180 - shortest) / 4 + loft_high
        if not (low >= 0 and high < 90):
            return None
        slope, low_range = radians(low).tan(), radians(shortest)
        rise = arb(0)
        for flown in (radians(first), radians(last)):
            bend = (flown / 2).sin() * ((low_range - flown) / 2).sin() / (low_range / 2).sin()
            rise = greater(rise, 1 - 2 * slope * bend)
        lowest = (self.reach.radius + box[6][0]) / lesser(rise, arb(1))
        slope, high_range = radians(high).tan(), radians(longest)
        top = radians(min(max(longest / 2, first), last))
        bend = (top / 2).sin() * ((high_range - top) / 2).sin() / (high_range / 2).sin()
        highest = (self.reach.radius + box[6][1]) / (1 - 2 * slope * bend)
        k = 1 + slope / (high_range / 2).tan()
        k_low = 1 + slope / (low_range / 2).tan()
        e = ((k - 1) ** 2 + slope**2).sqrt() / k
        if not e < 1:
            return None
        stretch = ((1 + e) / (1 - e)).sqrt()
        axis = (self.reach.radius + box[6][1]) / (k * (1 - e * e))
        anomaly = [
            2 * (stretch * (x / 2).tan()).atan() for x in (high_range / 2, radians(last) - high_range / 2)
        ]
        swept = anomaly[0] + e * anomaly[0].sin() + anomaly[1] + e * anomaly[1].sin()
        latest = (axis**3 / self.reach.gm).sqrt() * swept * (k_low / k).sqrt()
        sure = lowest.is_finite() and highest > 0 and highest.is_finite() and latest.is_finite()
        return (lowest, highest, latest) if sure else None

    def holds(self, box: Box) -> bool:
        """Tell whether the box is free of engagements, or holds no permitted site or no arc."""
        if self.excluded(box) or box[5][0] > box[3][1]:
            return True
        bounds = self.arcs(box)
        if bounds is None:
            return False
        reach, (lowest, highest, latest) = self.reach, bounds
        time = latest - reach.start
        if time < 0:
            return True
        half_lat, half_lon, half_azimuth = (radians(side[1] - side[0]) / 2 for side in box[:3])
        along = radians(middle(box[5])) + arb(middle(box[7])) / reach.radius
        half_along = radians(box[5][1] - box[5][0]) / 2 + arb(box[7][1] - box[7][0]) / 2 / reach.radius
        slip = reach.omega * (reach.burn[1] - reach.burn[0]) / 2
        meridian = radians(middle(box[1])) + reach.omega * (reach.start + middle(reach.burn))
        lat = radians(middle(box[0]))
        central, east = self.place(lat, meridian, radians(middle(box[2])), along)
        cos_most = lesser(lat.cos() + half_lat, arb(1))
        swing = lesser(abs(along.sin()) + half_along, arb(1)) * half_azimuth
        turn = half_lat + cos_most * (half_lon + slip) + swing + half_along
        least = greater(central - turn, arb(0)) if central.is_finite() else arb(0)
        chord = ((lowest - reach.radius) ** 2 + 4 * lowest * reach.radius * (least / 2).sin() ** 2).sqrt()
        away = reach.far / reach.radius + reach.omega * time
        share = self.eastward(
            east + turn + half_lon + slip, least, central + turn, away, lat.cos() - half_lat
        )
        over = lesser(cos_most + reach.far / reach.radius, arb(1))
        drift = reach.omega * (reach.radius + reach.far) * over
        margin = self.margin + self.growth * latest
        return reach.out_of_time(chord - margin, lowest - margin, highest + margin, drift, share, time)

    def place(self, lat: arb, meridian: arb, azimuth: arb, along: arb) -> tuple[arb, arb]:
        """Return the central angle between site and threat, and the threat's component towards the site's east."""
        over = along.sin() * azimuth.sin()
        height = self.sin_lat * along.cos() + self.cos_lat * along.sin() * azimuth.cos()
        ahead = self.cos_lat * along.cos() - self.sin_lat * along.sin() * azimuth.cos()
        turned = meridian - self.lon
        x, y = ahead * turned.cos() + over * turned.sin(), over * turned.cos() - ahead * turned.sin()
        return (lat.cos() * x + lat.sin() * height).acos(), y

    @staticmethod
    def eastward(east: arb, least: arb, most: arb, away: arb, cos_least: arb) -> arb:
        """Return an upper bound of the eastward share of the direction from burnout to the place, 0 to 1."""
        shift = arb("1.05") * away / cos_least
        if not (least > away and most + away < arb("3.1") and cos_least > 0 and shift < arb("0.4")):
            return arb(1)
        narrow = lesser((least - away).sin(), (most + away).sin())
        return greater(lesser((east + shift) / narrow, arb(1)), arb(0))


# ---------------------------------------------------------------- the trees


def walk(bound: Bound, root: Box, tree: object, name: str) -> int:
    """Check every leaf of a preorder tree; return how many there are."""
    if not isinstance(tree, str) or len(tree) > MAX_NODES:
        raise Rejected(f"{name}: the tree is not text, or too long")
    stack, leaves = [(root, 0)], 0
    for place, mark in enumerate(tree):
        if not stack:
            raise Rejected(f"{name}: text after the tree's end at {place}")
        box, depth = stack.pop()
        if mark == ".":
            if not bound.holds(box):
                raise Rejected(f"{name}: the box at {place} is not proved")
            leaves += 1
            continue
        if mark not in "01234567" or depth >= MAX_DEPTH:
            raise Rejected(f"{name}: unreadable mark or too deep at {place}")
        axis = int(mark)
        low, high = box[axis]
        half = (low + high) / 2
        upper, lower = list(box), list(box)
        lower[axis], upper[axis] = (low, half), (half, high)
        stack += [(upper, depth + 1), (lower, depth + 1)]
    if stack:
        raise Rejected(f"{name}: incomplete, {len(stack)} boxes are missing")
    return leaves


def check(document: object) -> Proved:
    """Return what the certificate proves, or raise Rejected."""
    outer = keys(document, ("format", "statement", "trees", "sha256"), "certificate")
    if outer["format"] != FORMAT:
        raise Rejected(f"format: expected {FORMAT}")
    body = {k: outer[k] for k in ("format", "statement", "trees")}
    if outer["sha256"] != seal(body):
        raise Rejected("sha256: the content was changed after it was written")
    top = ("name", "earth", "interceptor", "sites", "slack_s", "margin", "threats")
    statement = keys(outer["statement"], top, "statement")
    threats, trees = listed(statement["threats"], "threats"), listed(outer["trees"], "trees")
    sites = keys(statement["sites"], ("within", "outside", "discs"), "sites")
    within = [area(x, "within") for x in listed(sites["within"], "within")]
    if not threats or not within or len(threats) != len(trees):
        raise Rejected("trees: expected one for each threat, and at least one threat and one area of sites")
    ctx.prec = 64
    interceptor = keys(
        statement["interceptor"], ("speed_m_s", "burn_time_s", "boost_share", "delay_s"), "interceptor"
    )
    reach = Reach(
        keys(statement["earth"], tuple(EARTH), "earth"),
        interceptor,
        rational(statement["slack_s"], "slack_s"),
    )
    boxes, _ = 0, plain(statement["name"], "name")
    for threat, grove in zip(threats, trees, strict=True):
        name = plain(keys(threat, ("name", "lat_deg", "lon_deg", "cells"), "threat")["name"], "name")
        bound = Bound(reach, statement, threat)
        cells = listed(threat["cells"], "cells")
        if not cells or len(listed(grove, name)) != len(cells):
            raise Rejected(f"{name}: expected one list of trees for each cell, and at least one cell")
        for cell, parts in zip(cells, grove, strict=True):
            keys(cell, ARC_AXES, "cell")
            sides = [interval(cell[k], k, *LIMITS[k]) for k in ARC_AXES]
            arcs = [*sides[:3], (fmpq(0), sides[1][1]), *sides[3:]]
            if len(listed(parts, name)) != len(within):
                raise Rejected(f"{name}: expected one tree for each area of sites")
            boxes += sum(
                walk(bound, [*box, *arcs], tree, name) for box, tree in zip(within, parts, strict=True)
            )
    return Proved(tuple(sentences(statement)), boxes)


def sentences(statement: dict[str, Any]) -> list[str]:
    """Say what is proved, and under which assumptions."""
    i, sites, margin = statement["interceptor"], statement["sites"], statement["margin"]
    within = "; ".join(f"{s} to {n} N, {w} to {e} E" for s, w, n, e in sites["within"])
    outside = "; ".join(f"{s} to {n} N, {w} to {e} E" for s, w, n, e in sites["outside"])
    discs = "; ".join(f"{d['radius_m']} m around {d['lat_deg']}, {d['lon_deg']}" for d in sites["discs"])
    found = [
        f"PROVED: {statement['name']}: no interceptor permitted below reaches any arc below with slack of "
        f"{statement['slack_s']} s or more, even if every place of the threat is wrong by {margin['constant_m']} m "
        f"and {margin['growth_m_s']} m for each second since burnout.",
        f"Sites (geocentric degrees): {within}" + (f"; not in {outside}" if outside else "")
        + (f"; not within {discs}" if discs else "") + ".",
        f"Interceptor: never faster than {i['speed_m_s']} m/s relative to the ground; motor out {i['burn_time_s'][0]} to "
        f"{i['burn_time_s'][1]} s after launch, having covered at most {i['boost_share']} of speed times burn time; "
        f"then it coasts. Launched no sooner than {i['delay_s']} s after the threat's burnout, at any time after that.",
        "Reach curve: least time of flight on the direct Kepler arc at the greatest permitted energy.",
        "Earth: rotating sphere, point-mass gravity. The model margin stands for what that leaves out; its basis as "
        f"stated by the author, not checked here: {plain(margin['basis'], 'basis') or 'none'}.",
    ]  # fmt: skip
    for t in statement["threats"]:
        spans = "; ".join(f"{k} {span(t['cells'], k, 0)} to {span(t['cells'], k, 1)}" for k in ARC_AXES)
        found.append(
            f"Arcs of {t['name']} from {t['lat_deg']}, {t['lon_deg']}: {len(t['cells'])} cells of the file, inside {spans}."
        )
    found.append(
        "Arcs: inertial azimuth; range angle from burnout back to that altitude, and no further; loft is the path angle at "
        "burnout less that of least energy. Proved is exactly the union of the cells that the file lists."
    )
    return found


def span(cells: list[dict[str, Any]], key: str, end: int) -> str:
    """Return the outermost value of one axis over all cells, as it is written."""
    return str((max if end else min)((cell[key][end] for cell in cells), key=Fraction))


def read(path: Path) -> object:
    """Return the document in a file; a key given twice is refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        table = dict(pairs)
        if len(table) != len(pairs):
            raise Rejected("a key is given twice")
        return table

    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
    except (OSError, ValueError, RecursionError) as error:
        raise Rejected(f"{path.name}: not a readable certificate ({error})") from error


def main(arguments: list[str]) -> int:
    """Check the file named; exit code 0 accepted, 1 rejected, 2 no file named."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m equipoise.checkers.certificate.verify FILE\n")
        return 2
    try:
        proved = check(read(Path(arguments[0])))
    except Rejected as error:
        sys.stdout.write(f"REJECTED: {error}\n")
        return 1
    sys.stdout.write("\n".join(proved.sentences) + f"\nACCEPTED: {proved.boxes} boxes checked.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
