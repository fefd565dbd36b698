"""Search for a certificate: cover the permitted systems and the arcs with boxes in which no engagement exists.

The inequality is that of docs/certificate.md, here in floating point. Nothing of it is trusted: the checker,
which shares no code with this search, evaluates every box again in ball arithmetic.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from equipoise.physics.permitted.box import AXES
from equipoise.physics.permitted.cover import DONE, MORE, WITNESS, cover, probe, refine
from equipoise.physics.permitted.reach_curve import Permitted

FORMAT = "equipoise-certificate-3"
EARTH = {"radius_m": "6371000", "gm_m3_s2": "398600441800000", "omega_rad_s": "0.00007292115"}
ARC_AXES = ("azimuth_deg", "range_deg", "loft_deg", "burnout_altitude_m", "burnout_downrange_m")
AXIS_NAMES = (
    "site_lat_deg", "site_lon_deg", "azimuth_deg", "range_deg", "loft_deg", "flown_deg", "burnout_altitude_m",
    "burnout_downrange_m", "origin_lat_deg", "origin_lon_deg",
)  # fmt: skip
DEEPEST = 190
SMALLEST_SHARE = 2.0**-DEEPEST
CHUNK = 20_000
"""Marks made between two looks at the clock: some 50 ms."""
PROBES = 2**13
WIDEST_FRONT = 400_000
"""Boxes that a survey holds at once: 50 MB."""
Statement = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """The end of a search: ``certificate`` is None unless every box was found free.

    ``free`` is the share of the region that is free of engagements (mean over threats and areas of sites);
    ``witness`` is a point that the reach curve does not exclude, by axis name, with the threat's name, or None.
    """

    certificate: dict[str, Any] | None
    free: float
    boxes: int
    seconds: float
    witness: dict[str, Any] | None


@dataclass
class _Tree:
    """One tree in the making: what is left to halve, and what was found."""

    threat: dict[str, Any]
    limits: Permitted
    root: np.ndarray
    marks: list[np.ndarray] = field(default_factory=list)
    state: int = MORE
    free: float = 0.0
    witness: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.stack = np.empty((DEEPEST + 10, AXES, 2))
        self.shares = np.empty(DEEPEST + 10)
        self.stack[0], self.shares[0], self.top = self.root, 1.0, 1

    def text(self) -> str:
        """Return the tree in preorder."""
        return np.concatenate(self.marks).tobytes().decode("ascii")

    def leaves(self) -> int:
        """Return how many boxes it has so far."""
        return sum(int((part == ord(".")).sum()) for part in self.marks)


def number(text: str) -> float:
    """Return the value of a plain decimal.

    ``text`` is that decimal.
    """
    return float(Fraction(text))


def permitted(statement: Statement, threat: dict[str, Any]) -> Permitted:
    """Return the limits of a statement against one threat as floats."""
    i, margin, earth, launch = (statement[k] for k in ("interceptor", "margin", "earth", "launch"))
    start = number(launch["after_launch_s"]) - number(threat["burn_time_s"])
    if launch["after_burnout_s"] != "none":
        start = max(start, number(launch["after_burnout_s"]))
    return Permitted(
        speed_m_s=number(i["speed_m_s"]),
        burn_low_s=number(i["burn_time_s"][0]),
        burn_high_s=number(i["burn_time_s"][1]),
        boost_share=number(i["boost_share"]),
        start_s=start + number(statement["slack_s"]),
        margin_m=number(margin["constant_m"]),
        growth_m_s=number(margin["growth_m_s"]),
        radius_m=number(earth["radius_m"]),
        gm_m3_s2=number(earth["gm_m3_s2"]),
        omega_rad_s=number(earth["omega_rad_s"]),
    )


def exclusions(statement: Statement) -> tuple[np.ndarray, np.ndarray]:
    """Return excluded boxes (k, 4) and discs (k, 3) in rad."""
    sites, radius = statement["sites"], number(statement["earth"]["radius_m"])
    outside = np.radians([[number(x) for x in box] for box in sites["outside"]]).reshape(-1, 4)
    discs = [
        (*np.radians([number(d["lat_deg"]), number(d["lon_deg"])]), number(d["radius_m"]) / radius)
        for d in sites["discs"]
    ]
    return outside, np.array(discs, dtype=float).reshape(-1, 3)


def root_box(area: list[str], cell: dict[str, Any], origin: list[str]) -> np.ndarray:
    """Return the region that one tree covers, (10, 2): angles in rad, lengths in m.

    ``area`` and ``origin`` are the sides of sites and launch points in degrees, ``cell`` the ends of the arcs by axis.
    """
    ends = {name: [number(x) for x in cell[name]] for name in ARC_AXES}
    places = [_sides(area), _sides(origin)]
    angles = [*places[0], *(ends[name] for name in ARC_AXES[:3]), (0.0, ends["range_deg"][1])]
    return np.concatenate([np.radians(angles), [ends[name] for name in ARC_AXES[3:]], np.radians(places[1])])


def _sides(box: list[str]) -> list[tuple[float, float]]:
    south, west, north, east = (number(x) for x in box)
    return [(south, north), (west, east)]


def plant(statement: Statement) -> list[_Tree]:
    """Return one tree to grow for each threat, cell and area of sites, in the order of the certificate."""
    return [
        _Tree(threat, permitted(statement, threat), root_box(area, cell, threat["origin_deg"]))
        for threat in statement["threats"]
        for cell in threat["cells"]
        for area in statement["sites"]["within"]
    ]


def grow(tree: _Tree, statement: Statement, *, until: float, most: int = 20_000_000) -> None:
    """Grow a tree until it is whole or refuted, until the clock reads ``until``, or to ``most`` marks."""
    places = exclusions(statement)
    made = 0
    while tree.state == MORE and time.monotonic() < until and made < most:
        marks = np.empty(CHUNK, dtype=np.uint8)
        tree.state, tree.top, used, free = cover(
            tree.limits, *places, tree.stack, tree.shares, tree.top, marks, SMALLEST_SHARE
        )
        tree.marks.append(marks[:used])
        tree.free += free
        if tree.state == WITNESS:
            tree.witness = named(tree.threat, tree.stack[tree.top - 1].mean(axis=1))
        elif tree.state == MORE and made == 0:  # what is not soon found free may be soon refuted
            point = np.empty((AXES, 2))
            if probe(tree.limits, *places, tree.root, _points(), point):
                tree.state, tree.witness = WITNESS, named(tree.threat, point[:, 0])
        made += used


def survey(tree: _Tree, statement: Statement, *, until: float) -> float:
    """Return the share of a tree's region that is found free by then, the largest boxes first.

    ``until`` is a moment of the monotonic clock, in s.
    """
    places = exclusions(statement)
    boxes, shares, free = tree.root[None].copy(), np.ones(1), 0.0
    while 0 < len(boxes) <= WIDEST_FRONT and time.monotonic() < until:
        halves, half_shares = np.empty((2 * len(boxes), AXES, 2)), np.empty(2 * len(boxes))
        used, found = refine(tree.limits, *places, boxes, shares, halves, half_shares)
        boxes, shares, free = halves[:used], half_shares[:used], free + found
    return free


@lru_cache(maxsize=1)
def _points() -> np.ndarray:
    """Return evenly spread points of the unit cube."""
    from scipy.stats.qmc import Sobol

    return np.asarray(Sobol(AXES, scramble=False).random(PROBES))


def named(threat: dict[str, Any], point: np.ndarray) -> dict[str, Any]:
    """Return a point of a region by the names of its axes.

    ``threat`` is its entry in the statement, ``point`` (10,) in rad and m.
    """
    values = [*np.degrees(point[:6]), *point[6:8], *np.degrees(point[8:])]
    return {"threat": f"{threat['base']} {threat['family']}"} | dict(
        zip(AXIS_NAMES, map(float, values), strict=True)
    )


def grow_all(
    statement: Statement, *, limit_s: float, most: int = 20_000_000, workers: int = 2
) -> list[_Tree]:
    """Grow every tree; the rest is left as soon as one cannot be finished.

    ``most`` limits the boxes of a tree; ``workers`` is how many grow at once.
    """
    until = time.monotonic() + limit_s
    trees = plant(statement)
    stop = threading.Event()

    def one(tree: _Tree) -> None:
        if not stop.is_set():
            grow(tree, statement, until=until, most=most)
            if tree.state != DONE:
                stop.set()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, trees))
    return trees


def grow_bases(statement: Statement, *, limit_s: float, most: int = 60_000) -> tuple[str, ...]:
    """Return the bases for which some box cannot be found free in the time given.

    ``most`` limits the boxes of a tree.
    """
    until = time.monotonic() + limit_s
    found: dict[str, bool] = {}
    for tree in plant(statement):
        base = tree.threat["base"]
        if not found.setdefault(base, False):
            grow(tree, statement, until=until, most=most)
            found[base] = tree.state != DONE
    return tuple(name for name, left in found.items() if left)


def certify(statement: Statement, *, limit_s: float = 60.0) -> Outcome:
    """Search for a certificate for at most ``limit_s`` seconds; when one point refutes it, survey the rest in that time."""
    began = time.monotonic()
    trees = grow_all(statement, limit_s=limit_s)
    witness = next((tree.witness for tree in trees if tree.witness), None)
    certificate, free = None, [tree.free for tree in trees]
    if all(tree.state == DONE for tree in trees):
        texts = [tree.text() for tree in trees]
        certificate = sealed({"format": FORMAT, "statement": statement, "trees": by_threat(statement, texts)})
    elif witness is not None:
        each = (limit_s - (time.monotonic() - began)) / len(trees)
        free = [survey(tree, statement, until=time.monotonic() + each) for tree in trees]
    boxes = sum(tree.leaves() for tree in trees)
    return Outcome(certificate, float(np.mean(free)), boxes, time.monotonic() - began, witness)


def by_threat(statement: Statement, texts: list[str]) -> list[list[list[str]]]:
    """Return the trees as the certificate lists them: per threat, per cell, per area of sites.

    ``texts`` are the trees in the order in which they were planted.
    """
    left = iter(texts)
    areas = range(len(statement["sites"]["within"]))
    return [[[next(left) for _ in areas] for _ in threat["cells"]] for threat in statement["threats"]]


def sealed(body: dict[str, Any]) -> dict[str, Any]:
    """Return the body with its SHA-256."""
    return {**body, "sha256": digest(body)}


def digest(body: Any) -> str:
    """Return the SHA-256 of data in the canonical form of docs/certificate.md.

    ``body`` is the data.
    """
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
