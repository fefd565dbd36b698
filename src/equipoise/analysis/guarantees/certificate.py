"""Write a certificate: cover the permitted systems and the arcs with boxes in which no engagement exists.

The inequality is the one of docs/certificate.md. Nothing here is trusted: the checker, which shares no code
with this module, evaluates every box again.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from math import pi
from typing import Any, NamedTuple

from flint import arb, ctx, fmpq

FORMAT = "equipoise-certificate-1"
EARTH = {"radius_m": "6371000", "gm_m3_s2": "398600441800000", "omega_rad_s": "0.00007292115"}
ARC_AXES = ("azimuth_deg", "range_deg", "loft")
SMALLEST_SHARE = 2.0**-60
LOOSENESS = 1.3
PROBES = 1000
DEGREE = pi / 180.0


class Interval(NamedTuple):
    """One side of a box, as exact rationals."""

    low: fmpq
    high: fmpq

    def middle(self) -> fmpq:
        """Return the point halfway."""
        return (self.low + self.high) / 2

    def ball(self) -> arb:
        """Return a ball around the middle that contains both ends."""
        return arb(self.middle(), arb((self.high - self.low) / 2).upper())

    def half(self) -> float:
        """Return half the width, for choosing where to split."""
        return float(arb((self.high - self.low) / 2).mid())


Box = tuple[Interval, ...]


@dataclass(frozen=True)
class Outcome:
    """The end of a search: ``certificate`` is None unless every box was proved.

    ``decided`` is the share of the region proved; ``witness`` is a point that the reach curve does not exclude
    (axis name to value), or None.
    """

    certificate: dict[str, Any] | None
    decided: float
    boxes: int
    seconds: float
    witness: dict[str, float] | None


def decimal(text: str) -> fmpq:
    """Return the exact value of a plain decimal."""
    whole, _, part = text.partition(".")
    return fmpq(int(whole + part), 10 ** len(part))


def loose(value: arb) -> arb:
    """Return the ball widened, so that a checker that orders its operations otherwise still proves the box."""
    return arb(value.mid(), value.rad() * LOOSENESS)


class Inequality:
    """Lower bound of (distance minus reach) over a box, for one threat of a statement."""

    def __init__(self, statement: dict[str, Any], threat: dict[str, Any]) -> None:
        """Take the constants of the inequality from the statement."""
        number = {k: arb(decimal(v)) for k, v in {**EARTH, **statement["interceptor"]}.items()}
        self.earth_m, self.gm, self.spin = number["radius_m"], number["gm_m3_s2"], number["omega_rad_s"]
        self.speed, self.near = number["speed_m_s"], number["burnout_distance_m"]
        self.wait = number["delay_s"] + arb(decimal(statement["slack_s"]))
        self.margin = arb(decimal(statement["model_margin_m"]))
        highest = self.earth_m + number["burnout_altitude_m"]
        twice_energy = (self.speed + self.spin * highest) ** 2 - 2 * self.gm / highest
        self.focal_sum = -4 * self.gm / twice_energy if twice_energy < 0 else None
        degree = arb.pi() / 180
        self.base_lat = arb(decimal(threat["lat_deg"])) * degree
        self.base_lon = arb(decimal(threat["lon_deg"])) * degree
        self.start_m = self.earth_m + arb(decimal(threat["burnout_altitude_m"]))
        self.lead = arb(decimal(threat["burnout_downrange_m"])) / self.earth_m

    def kepler(self, arc: arb, loft: arb, share: arb) -> tuple[arb, arb] | None:
        """Return radius and time since burnout at a share of the arc's angle; None outside bound arcs."""
        e = ((arb.pi() - arc) / 4).tan() + loft
        if not (e > 0 and e < 1):
            return None
        p = self.start_m * (1 - e * (arc / 2).cos())
        nu = arc * (share - fmpq(1, 2))
        ratio = ((1 + e) / (1 - e)).sqrt()
        u, start = (2 * (ratio * (x / 2).tan()).atan() for x in (nu, arc / 2))
        rate = (self.gm / (p / (1 - e * e)) ** 3).sqrt()
        return loose(p / (1 - e * nu.cos())), loose((u + start + e * (u.sin() + start.sin())) / rate)

    def angle(self, point: tuple[arb, ...], elapsed: arb) -> arb:
        """Return the central angle between site and threat by spherical triangles."""
        lat, lon, azimuth, arc, _, share = point
        travelled = self.lead + arc * share
        along, across = travelled.cos(), travelled.sin()
        dlon = lon + self.spin * elapsed - self.base_lon
        to_up = self.base_lat.sin() * lat.sin() + self.base_lat.cos() * lat.cos() * dlon.cos()
        to_north = self.base_lat.cos() * lat.sin() - self.base_lat.sin() * lat.cos() * dlon.cos()
        to_east = lat.cos() * dlon.sin()
        return (along * to_up + across * (azimuth.cos() * to_north + azimuth.sin() * to_east)).acos()

    def proves(self, box: Box) -> bool:
        """Tell whether no engagement exists in the box."""
        degree = arb.pi() / 180
        arc, loft, share = box[3].ball() * degree, box[4].ball(), box[5].ball()
        enclosed = self.kepler(arc, loft, share)
        if enclosed is None:
            return False
        radius, elapsed = enclosed
        flight = (elapsed - self.wait).upper()
        if flight < 0:
            return True
        if not radius.is_finite() or not elapsed.is_finite():
            return False
        lowest = radius.lower()
        lowest = lowest if lowest > self.start_m else self.start_m
        apart = self._apart(box, arc, share, elapsed, lowest)
        if apart > self.speed * flight + self.margin:
            return True
        if self.focal_sum is None or not apart > self.near + self.margin:
            return False
        loose = self.near + self.spin * self.earth_m * flight + self.margin
        return bool(apart + lowest + self.earth_m > self.focal_sum + loose)

    def _apart(self, box: Box, arc: arb, share: arb, elapsed: arb, lowest: arb) -> arb:
        degree = arb.pi() / 180
        middle = [arb(side.middle()) * (degree if k < 4 else 1) for k, side in enumerate(box)]
        at_middle = self.kepler(middle[3], middle[4], middle[5])
        if at_middle is None:
            return lowest - self.earth_m
        central = self.angle(tuple(middle), at_middle[1])
        if not central.is_finite():
            return lowest - self.earth_m
        half = [arb((side.high - side.low) / 2) * degree for side in box[:3]]
        turn = half[0] + (box[0].ball() * degree).cos().abs_upper() * half[1]
        turn += (self.lead + arc * share).sin().abs_upper() * half[2]
        turn += (arc * share - middle[3] * middle[5]).abs_upper()
        turn += self.spin * (elapsed - at_middle[1]).abs_upper()
        least = (central - turn).lower()
        if not least > 0:
            return lowest - self.earth_m
        return ((lowest - self.earth_m) ** 2 + 4 * lowest * self.earth_m * (least / 2).sin() ** 2).sqrt()


def widest(box: Box) -> int:
    """Return the axis whose width loosens the bound most (radians of turn, roughly)."""
    arc, share = float(arb(box[3].middle()).mid()) * DEGREE, float(arb(box[5].middle()).mid())
    weight = (DEGREE, DEGREE * 0.7, DEGREE * 0.7, DEGREE * (0.4 + share), 1.5, 1.3 * arc)
    sizes = [side.half() * w for side, w in zip(box, weight, strict=True)]
    return sizes.index(max(sizes))


def region(statement: dict[str, Any], threat: dict[str, Any]) -> Box:
    """Return the box that one tree covers."""
    ends = [statement["site"][k] for k in ("site_lat_deg", "site_lon_deg")] + [threat[k] for k in ARC_AXES]
    return (*(Interval(decimal(low), decimal(high)) for low, high in ends), Interval(fmpq(0), fmpq(1)))


def certify(statement: dict[str, Any], *, limit_s: float = 60.0) -> Outcome:
    """Search for a proof of the statement for at most ``limit_s`` seconds; stop at the first witness."""
    ctx.prec = 64
    began = time.monotonic()
    trees, boxes, decided = [], 0, 0.0
    for threat in statement["threats"]:
        tree, leaves, share, witness = _cover(statement, threat, began + limit_s)
        boxes, decided = boxes + leaves, decided + share / len(statement["threats"])
        if tree is None:
            return Outcome(None, decided, boxes, time.monotonic() - began, witness)
        trees.append(tree)
    body = {"format": FORMAT, "statement": statement, "trees": trees}
    return Outcome(sealed(body), 1.0, boxes, time.monotonic() - began, None)


def sealed(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body with its SHA-256."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return {**body, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _named(point: Box) -> dict[str, float]:
    names = ("site_lat_deg", "site_lon_deg", *ARC_AXES, "fraction")
    return {k: float(arb(side.low).mid()) for k, side in zip(names, point, strict=True)}


def _witness(inequality: Inequality, box: Box) -> dict[str, float] | None:
    """Return the first of ``PROBES`` evenly mixed points that the reach curve does not exclude."""
    for k in range(PROBES):
        shares = (fmpq((k * step) % PROBES, PROBES) for step in (37, 101, 173, 269, 389, 1))
        values = [side.low + (side.high - side.low) * s for side, s in zip(box, shares, strict=True)]
        point = tuple(Interval(x, x) for x in values)
        if not inequality.proves(point):
            return _named(point)
    return None


def _cover(
    statement: dict[str, Any], threat: dict[str, Any], until: float
) -> tuple[str | None, int, float, dict[str, float] | None]:
    inequality = Inequality(statement, threat)
    found = _witness(inequality, region(statement, threat))
    if found is not None:
        return None, 0, 0.0, found
    stack, marks, leaves, decided = [(region(statement, threat), 1.0)], [], 0, 0.0
    while stack:
        box, share = stack.pop()
        if inequality.proves(box):
            marks.append(".")
            leaves, decided = leaves + 1, decided + share
            continue
        point = tuple(Interval(side.middle(), side.middle()) for side in box)
        if not inequality.proves(point):
            return None, leaves, decided, _named(point)
        if time.monotonic() > until or share < SMALLEST_SHARE:
            return None, leaves, decided, None
        axis = widest(box)
        side = box[axis]
        marks.append(str(axis))
        lower, upper = (
            (*box[:axis], part, *box[axis + 1 :])
            for part in (Interval(side.low, side.middle()), Interval(side.middle(), side.high))
        )
        stack += [(upper, share / 2), (lower, share / 2)]
    return "".join(marks), leaves, decided, None
