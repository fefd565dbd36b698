"""Read a certificate, accept or reject it, and say exactly what is proved.

Run it alone: ``python -m equipoise.checker.verify FILE``. It needs the standard library and python-flint.
The mathematics is in docs/certificate.md; the names here follow it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from flint import arb, ctx, fmpq

FORMAT = "equipoise-certificate-1"
AXES = ("site_lat_deg", "site_lon_deg", "azimuth_deg", "range_deg", "loft", "fraction")
THREAT_AXES = AXES[2:5]
INTERCEPTOR_KEYS = ("speed_m_s", "burnout_altitude_m", "burnout_distance_m", "delay_s")
EARTH = {"radius_m": "6371000", "gm_m3_s2": "398600441800000", "omega_rad_s": "0.00007292115"}
DECIMAL = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?", re.ASCII)
PLAIN = re.compile(r"[ -~]{1,120}")
MAX_DEPTH = 90
MAX_NODES = 20_000_000

Box = list[tuple[fmpq, fmpq]]


class Rejected(Exception):  # noqa: N818 - a verdict, spoken as one
    """The certificate proves nothing; the message says where it fails."""


@dataclass(frozen=True)
class Proved:
    """What an accepted certificate proves: the sentences, and how many boxes carry the proof."""

    sentences: tuple[str, ...]
    boxes: int


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


def plain(name: object) -> None:
    """Refuse a name that could be mistaken for the checker's own lines."""
    if not isinstance(name, str) or not PLAIN.fullmatch(name):
        raise Rejected("name: expected one line of plain text, at most 120 characters")


def keys(table: object, names: tuple[str, ...], where: str) -> dict[str, Any]:
    """Return the table if it has exactly these keys."""
    if not isinstance(table, dict) or set(table) != set(names):
        raise Rejected(f"{where}: expected exactly the keys {', '.join(names)}")
    return table


def interval(value: object, name: str, least: int, most: int) -> tuple[fmpq, fmpq]:
    """Return an ordered pair inside the axis's domain."""
    if not isinstance(value, list) or len(value) != 2:
        raise Rejected(f"{name}: expected two decimals")
    low, high = rational(value[0], name), rational(value[1], name)
    if not least <= low <= high <= most:
        raise Rejected(f"{name}: expected {least} <= low <= high <= {most}")
    return low, high


def ball(pair: tuple[fmpq, fmpq]) -> arb:
    """Return a ball that contains the interval."""
    return arb(pair[0]).union(arb(pair[1]))


def radians(value: Any) -> arb:
    """Return degrees as radians."""
    return arb(value) * arb.pi() / 180


def not_less(value: arb, floor: arb) -> arb:
    """Return a lower bound of value, or the floor (itself a valid bound) where that is larger."""
    low = value.lower()
    return low if low > floor else floor


class Bound:
    """The inequality of one base: holds(box) is True only when no engagement exists anywhere in the box."""

    def __init__(self, statement: dict[str, Any], threat: dict[str, Any]) -> None:
        """Take the constants of the inequality from the statement; refuse an Earth of another kind."""
        earth = {k: rational(v, k) for k, v in keys(statement["earth"], tuple(EARTH), "earth").items()}
        if any(earth[k] != rational(v, k) for k, v in EARTH.items()):
            raise Rejected("earth: only the sphere of docs/certificate.md is proved about")
        self.radius, self.gm, self.omega = (arb(earth[k]) for k in EARTH)
        self._interceptor(keys(statement["interceptor"], INTERCEPTOR_KEYS, "interceptor"))
        self.slack = arb(rational(statement["slack_s"], "slack_s"))
        margin = rational(statement["model_margin_m"], "model_margin_m")
        if margin < 0:
            raise Rejected("model_margin_m: negative")
        self.margin = arb(margin)
        self._threat(threat)

    def _interceptor(self, table: dict[str, Any]) -> None:
        values = {k: rational(v, k) for k, v in table.items()}
        if any(values[k] < 0 for k in INTERCEPTOR_KEYS[:3]):
            raise Rejected("interceptor: negative speed, altitude or distance")
        self.speed, height, self.burn_distance, self.delay = (arb(values[k]) for k in INTERCEPTOR_KEYS)
        top = self.radius + height
        energy = (self.speed + self.omega * top) ** 2 / 2 - self.gm / top
        self.bound_orbit = bool(energy < 0)
        if self.bound_orbit:
            self.ellipse = -2 * self.gm / energy + self.burn_distance - self.radius

    def _threat(self, threat: dict[str, Any]) -> None:
        lat = radians(rational(threat["lat_deg"], "lat_deg"))
        lon = radians(rational(threat["lon_deg"], "lon_deg"))
        height = rational(threat["burnout_altitude_m"], "burnout_altitude_m")
        downrange = rational(threat["burnout_downrange_m"], "burnout_downrange_m")
        if height < 0 or downrange < 0:
            raise Rejected("threat: negative burnout altitude or downrange")
        self.burnout_radius = self.radius + arb(height)
        self.burnout_angle = arb(downrange) / self.radius
        sin_lat, cos_lat, sin_lon, cos_lon = lat.sin(), lat.cos(), lon.sin(), lon.cos()
        self.up = (cos_lat * cos_lon, cos_lat * sin_lon, sin_lat)
        self.north = (-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat)
        self.east = (-sin_lon, cos_lon, arb(0))

    def arc(self, range_rad: arb, loft: arb, fraction: arb) -> tuple[arb, arb, arb]:
        """Return radius, time since burnout and angle travelled since burnout."""
        half = range_rad / 2
        e = ((arb.pi() - range_rad) / 4).tan() + loft
        if not (e > 0 and e < 1):
            return arb("nan"), arb("nan"), range_rad * fraction
        p = self.burnout_radius * (1 - e * half.cos())
        from_apogee = range_rad * (fraction - arb(1) / 2)
        radius = p / (1 - e * from_apogee.cos())
        stretch = ((1 + e) / (1 - e)).sqrt()
        u1 = 2 * (stretch * (from_apogee / 2).tan()).atan()
        u0 = 2 * (stretch * (half / 2).tan()).atan()
        a = p / (1 - e * e)
        time = (a**3 / self.gm).sqrt() * (u1 + e * u1.sin() + u0 + e * u0.sin())
        return radius, time, range_rad * fraction

    def separation(self, middle: list[fmpq]) -> tuple[arb, arb, arb]:
        """Return the central angle between site and threat at the middle of a box, with time and angle there."""
        site_lat, site_lon, azimuth = (radians(x) for x in middle[:3])
        _, time, travelled = self.arc(radians(middle[3]), arb(middle[4]), arb(middle[5]))
        angle = self.burnout_angle + travelled
        heading = [azimuth.cos() * n + azimuth.sin() * e for n, e in zip(self.north, self.east, strict=True)]
        x, y, z = (angle.cos() * u + angle.sin() * h for u, h in zip(self.up, heading, strict=True))
        spin = site_lon + self.omega * time
        dot = site_lat.cos() * (spin.cos() * x + spin.sin() * y) + site_lat.sin() * z
        return dot.acos(), time, travelled

    def holds(self, box: Box) -> bool:
        """Tell whether the box is free of engagements."""
        radius, time, travelled = self.arc(radians(ball(box[3])), ball(box[4]), ball(box[5]))
        if not (radius.is_finite() and time.is_finite()):
            return False
        flight = (time - self.delay - self.slack).upper()
        if flight < 0:
            return True
        low_radius = not_less(radius, self.burnout_radius)
        distance = self._distance(box, time, travelled, low_radius)
        if distance > self.speed * flight + self.margin:
            return True
        if not self.bound_orbit or not distance > self.burn_distance + self.margin:
            return False
        reach = self.ellipse + self.omega * self.radius * flight - low_radius
        return bool(distance > reach + self.margin)

    def _distance(self, box: Box, time: arb, travelled: arb, low_radius: arb) -> arb:
        """Return a lower bound of the distance over the box: the middle's angle less what the box can turn."""
        middle = [(low + high) / 2 for low, high in box]
        angle, middle_time, middle_travelled = self.separation(middle)
        if not angle.is_finite():
            return low_radius - self.radius
        lat, lon, azimuth = (radians((high - low) / 2) for low, high in box[:3])
        swing = (self.burnout_angle + travelled).sin().abs_upper()
        turn = lat + radians(ball(box[0])).cos().abs_upper() * lon + swing * azimuth
        turn += (travelled - middle_travelled).abs_upper() + self.omega * (time - middle_time).abs_upper()
        least = (angle - turn).lower()
        if not least > 0:
            return low_radius - self.radius
        chord = 4 * low_radius * self.radius * (least / 2).sin() ** 2
        return ((low_radius - self.radius) ** 2 + chord).sqrt()


def domain(statement: dict[str, Any], threat: dict[str, Any]) -> Box:
    """Return the region that one tree must cover."""
    site = keys(statement["site"], AXES[:2], "site")
    limits = {"azimuth_deg": (-360, 360), "range_deg": (1, 170), "loft": (-1, 1)}
    return [
        interval(site["site_lat_deg"], "site_lat_deg", -90, 90),
        interval(site["site_lon_deg"], "site_lon_deg", -360, 360),
        *(interval(threat[name], name, *limits[name]) for name in THREAT_AXES),
        (fmpq(0), fmpq(1)),
    ]


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
        if mark not in "012345" or depth >= MAX_DEPTH:
            raise Rejected(f"{name}: unreadable mark or too deep at {place}")
        axis = int(mark)
        low, high = box[axis]
        middle = (low + high) / 2
        upper, lower = list(box), list(box)
        lower[axis], upper[axis] = (low, middle), (middle, high)
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
    top = ("name", "earth", "interceptor", "site", "slack_s", "model_margin_m", "threats")
    statement = keys(outer["statement"], top, "statement")
    threats, trees = statement["threats"], outer["trees"]
    if not isinstance(threats, list) or not threats or not isinstance(trees, list):
        raise Rejected("threats: expected at least one, and a list of trees")
    if len(threats) != len(trees):
        raise Rejected("trees: expected one for each threat")
    names = ("name", "lat_deg", "lon_deg", "burnout_altitude_m", "burnout_downrange_m", *THREAT_AXES)
    boxes, ctx.prec = 0, 64
    plain(statement["name"])
    for threat, tree in zip(threats, trees, strict=True):
        plain(keys(threat, names, "threat")["name"])
        boxes += walk(Bound(statement, threat), domain(statement, threat), tree, str(threat["name"]))
    return Proved(tuple(sentences(statement)), boxes)


def sentences(statement: dict[str, Any]) -> list[str]:
    """Say what is proved, and under which assumptions."""
    i, site = statement["interceptor"], statement["site"]
    found = [
        f"PROVED: {statement['name']}: no interceptor permitted below reaches any arc below with slack of "
        f"{statement['slack_s']} s or more, even if every distance is wrong by {statement['model_margin_m']} m.",
        f"Sites: latitude {' to '.join(site['site_lat_deg'])}, longitude {' to '.join(site['site_lon_deg'])} deg.",
        f"Interceptor: never faster than {i['speed_m_s']} m/s relative to the ground in any part of its flight; "
        f"motor out within {i['burnout_distance_m']} m of its site and below {i['burnout_altitude_m']} m; "
        f"launched no sooner than {i['delay_s']} s after the threat's burnout. Any burn time, any steering.",
        f"Reach curve: distance <= {i['speed_m_s']} m/s x time, and the two-focus energy bound of docs/certificate.md.",
        "Earth: rotating sphere, point-mass gravity; the model margin stands for what that leaves out.",
    ]
    for t in statement["threats"]:
        found.append(
            f"Arcs: {t['name']} ({t['lat_deg']}, {t['lon_deg']}), inertial azimuth {' to '.join(t['azimuth_deg'])} deg, "
            f"range from burnout {' to '.join(t['range_deg'])} deg, eccentricity above minimum energy "
            f"{' to '.join(t['loft'])}; burnout at {t['burnout_altitude_m']} m, {t['burnout_downrange_m']} m downrange; "
            "from burnout until the arc is back at that altitude, and no further."
        )
    return found


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
        sys.stderr.write("usage: python -m equipoise.checker.verify FILE\n")
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
