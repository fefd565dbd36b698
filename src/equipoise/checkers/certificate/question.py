"""Rebuild a certificate's statement from the question file, by the rules of docs/certificate.md, and refuse what differs.

Nothing here is shared with the code that wrote the statement. What a scenario fixes must be equal; where the statement rounds
outwards it must contain what is rebuilt, and by no more than a stated amount; cells must hold every arc that is flown again here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import atan2, cos, degrees, radians, sin
from typing import Any

from .asked import SCOPES, checked_question
from .flown import MEAN_RADIUS_M, Box, Missile, Place, State, axes, ground_m, solved
from .reading import Rejected, seal

SPARE = {
    "azimuth_deg": 0.1, "range_deg": 0.2, "loft_deg": 0.2, "burnout_altitude_m": 1e3, "burnout_downrange_m": 2e3,
}  # fmt: skip
"""How far a flight that is flown again here, without air and J2, may lie outside its cell."""
OFF_PLANE_DEG = 0.25
"""How far a flight's plane may pass from the point of the origin's box."""
FASTEST_M_S = 10500.0
SPENT = {"suspended", "withdrawn", "ended", "outside_its_dates"}
EDGE_DEG = 1e-5
"""How much farther out an area of sites may reach than the one that is rebuilt."""
FEWEST_SHRINK, MOST_SHRINK = 0.98, 0.99331
"""A disc of the statement has this much of a clause's radius: at most the square of one less the Earth's flattening."""


def compare(statement: dict[str, Any], document: object) -> None:
    """Refuse a statement that differs from what the question file says."""
    asked = checked_question(document)
    quoted = {key: asked[key] for key in ("scenario", "scenario_sha256", "party", "days")}
    _same("question", statement["question"], quoted | {"sha256": seal(asked)})
    _same("name", statement["name"], asked["title"])
    _same("families", statement["families"], asked["families"])
    uses = [_use(c, asked) for c in asked["clauses"]]
    _same("clauses", statement["clauses"], [_told(c, u) for c, u in zip(asked["clauses"], uses, strict=True)])
    used = {
        word: [c for c, u in zip(asked["clauses"], uses, strict=True) if u == word]
        for word in ("speed", "launch", "place", "slack")
    }
    _interceptor(statement, asked, used)
    _places(statement["sites"], asked, used["place"])
    _margin(statement, float(asked["flattening"]))
    _threats(statement["threats"], asked)


def _same(what: str, found: object, expected: object) -> None:
    if found != expected:
        raise Rejected(f"{what}: the statement differs from the question")


def _near(what: str, found: str, expected: float) -> None:
    if abs(float(found) - expected) > 1e-6 * max(1.0, abs(expected)):
        raise Rejected(f"{what}: the statement says {found}, the question {expected:g}")


def _use(clause: dict[str, Any], asked: dict[str, Any]) -> str:
    """Return which limit a clause sets, or why it sets none."""
    if clause["party"] != asked["party"]:
        return "none, it binds another party"
    if any(clause[scope] for scope in SCOPES):
        return "none, it binds only what it names"
    states = set(clause["statuses"])
    if states & SPENT or (asked["only_in_force"] and states != {"in_force"}):
        return "none, it is not in force on every day"
    kind, quantity = clause["kind"], clause["quantity"]
    if kind == "limit" and quantity in ("burnout_speed", "launch_delay"):
        return "speed" if quantity == "burnout_speed" else "launch"
    if kind == "limit":
        return "none, its quantity is no part of the claim"
    if kind == "location":
        if clause["within_deg"] or clause["outside_deg"] or clause["of"] == "strategic_base":
            return "place"
        return "none, a corridor is left out, which permits more"
    return "slack" if kind == "function" else "none, its kind is no part of the claim"


def _told(clause: dict[str, Any], use: str) -> dict[str, str]:
    scope = "".join(f"; {key} {', '.join(clause[key])}" for key in SCOPES if clause[key])
    said = {key: clause[key] for key in ("id", "kind", "name", "text")}
    return said | {"binds": f"party {clause['party']}{scope}", "use": use}


def _interceptor(statement: dict[str, Any], asked: dict[str, Any], used: dict[str, list[Any]]) -> None:
    given, launch = statement["interceptor"], statement["launch"]
    _near(
        "speed_m_s", given["speed_m_s"], min([FASTEST_M_S, *(1e3 * float(c["limit"]) for c in used["speed"])])
    )
    burns = [[float(x) for x in record["burn_time_s"]] for record in asked["interceptors"]]
    _near("burn_time_s", given["burn_time_s"][0], min(b[0] for b in burns))
    _near("burn_time_s", given["burn_time_s"][1], max(b[1] for b in burns))
    _same("boost_share", given["boost_share"], "0.5")
    _near("after_launch_s", launch["after_launch_s"], sum(float(x) for x in asked["delays_s"].values()))
    if used["launch"] and launch["after_burnout_s"] != "none":
        _near("after_burnout_s", launch["after_burnout_s"], max(float(c["limit"]) for c in used["launch"]))
    elif used["launch"] or launch["after_burnout_s"] != "none":
        raise Rejected("launch: the statement and the clauses differ on the launch after burnout")
    _near(
        "slack_s",
        statement["slack_s"],
        min([float(c["slack_at_most_s"]) for c in used["slack"]], default=0.0),
    )


def _places(sites: dict[str, Any], asked: dict[str, Any], clauses: list[Any]) -> None:
    """Compare the areas of sites: the statement's may be larger by an edge, its exclusions smaller."""
    _same("area_deg", sites["area_deg"], asked["area_deg"])
    squash = (1.0 - float(asked["flattening"])) ** 2
    unions = [asked["area_deg"], *(c["within_deg"] for c in clauses if c["within_deg"])]
    boxes = [_numbers(box) for box in unions[0]]
    for union in unions[1:]:
        cut = [_common(a, _numbers(b)) for a in boxes for b in union]
        boxes = [box for box in cut if box is not None]
    _matched("within", sites["within"], boxes, squash, inward=False)
    outside = [_numbers(box) for c in clauses for box in c["outside_deg"]]
    _matched("outside", sites["outside"], outside, squash, inward=True)
    discs = {
        (float(b["place_deg"][0]), float(b["place_deg"][1]), 1e3 * float(c["at_least_km"]))
        for c in clauses
        if c["of"] == "strategic_base" and c["at_least_km"]
        for b in asked["bases"]
    }
    if len(sites["discs"]) != len(discs):
        raise Rejected("discs: the statement differs from the question")
    for disc in sites["discs"]:
        lat, lon, radius = (float(disc[key]) for key in ("lat_deg", "lon_deg", "radius_m"))
        fits = (
            abs(lat - _geocentric(d[0], squash)) < EDGE_DEG
            and abs(lon - d[1]) < EDGE_DEG
            and FEWEST_SHRINK * d[2] <= radius <= MOST_SHRINK * d[2]
            for d in discs
        )
        if not any(fits):
            raise Rejected("discs: the statement differs from the question")


def _matched(
    what: str, found: list[list[str]], expected: list[list[float]], squash: float, *, inward: bool
) -> None:
    """Compare boxes one by one, those of the statement geocentric and rounded inwards or outwards."""
    if len(found) != len(expected):
        raise Rejected(f"{what}: the statement differs from the question")
    for edges, (south, west, north, east) in zip(found, expected, strict=True):
        held = [_geocentric(south, squash), west, _geocentric(north, squash), east]
        outs = [(a - b) * sign for a, b, sign in zip(held, _numbers(edges), (1, 1, -1, -1), strict=True)]
        reach = [-x if inward else x for x in outs]
        if any(not -1e-9 <= x <= EDGE_DEG for x in reach):
            raise Rejected(f"{what}: the statement differs from the question")


def _numbers(box: list[str]) -> list[float]:
    return [float(x) for x in box]


def _common(a: list[float], b: list[float]) -> list[float] | None:
    found = [max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])]
    return found if found[0] <= found[2] and found[1] <= found[3] else None


def _geocentric(lat_deg: float, squash: float) -> float:
    return degrees(atan2(squash * sin(radians(lat_deg)), cos(radians(lat_deg))))


def _margin(statement: dict[str, Any], flattening: float) -> None:
    """Refuse a margin below what the sphere alone is wrong by at the areas of sites."""
    edges = [_numbers(box) for box in statement["sites"]["within"]]
    lats = [lat for south, _, north, _ in edges for lat in (south, north, min(max(0.0, south), north))]
    least = max(abs(ground_m(radians(lat), flattening) - MEAN_RADIUS_M) for lat in lats)
    if float(statement["margin"]["constant_m"]) < least:
        raise Rejected(f"margin: below {least:.0f} m, by which the sphere is wrong at the sites")


# ---------------------------------------------------------------- threats


def _threats(threats: list[dict[str, Any]], asked: dict[str, Any]) -> None:
    """Compare the threats: every base in every family that reaches an aim, each with one cell that holds its arcs."""
    known = {b["id"]: b for b in asked["bases"]}
    squash = (1.0 - float(asked["flattening"])) ** 2
    listed_ones = {(t["base"], t["family"]): t for t in threats}
    for name, family in listed_ones:
        if name not in known:
            raise Rejected(f"{name} {family}: a base that the question does not have")
    aims = _aims(asked, squash)
    for base in known.values():
        for family in asked["families"]:
            threat = listed_ones.get((base["id"], family))
            flights = _flown(base, aims, radians(float(asked["lofts_deg"][family])), squash)
            if threat is None and next(flights, None) is not None:
                raise Rejected(f"{base['id']} {family}: the question's flights of this base are missing")
            if threat is not None:
                _threat(threat, base, flights)


def _threat(threat: dict[str, Any], base: dict[str, Any], flights: Iterator[tuple[Place, State]]) -> None:
    name = f"{threat['base']} {threat['family']}"
    _same(name, [threat["missile"], threat["place_deg"]], [base["missile"], base["place_deg"]])
    _near(f"{name}: burn_time_s", threat["burn_time_s"], float(base["ranges"]["burn_time_s"][1]))
    south, west, north, east = (radians(x) for x in _numbers(threat["origin_deg"]))
    left = threat["cells"]
    for start, state in flights:
        arc, off_plane = axes(state, start, Box(south, west, north, east))
        if off_plane > radians(OFF_PLANE_DEG):
            raise Rejected(
                f"{name}: the arcs' planes do not pass through the planes' points of the statement"
            )
        left = [cell for cell in left if _holds(cell, arc)]
        if not left:
            said = ", ".join(f"{key} {value:.2f}" for key, value in arc.items())
            raise Rejected(f"{name}: no one cell holds all flights up to that with {said}")


def _holds(cell: dict[str, list[str]], arc: dict[str, float]) -> bool:
    for key, value in arc.items():
        low, high = (float(x) for x in cell[key])
        low, high = low - SPARE[key], high + SPARE[key]
        turned = low + (value - low) % 360.0 if key == "azimuth_deg" else value
        if not low <= turned <= high:
            return False
    return True


def _aims(asked: dict[str, Any], squash: float) -> list[Place]:
    """Return the middles and corners of the aim cells, each once, geocentric in rad."""
    half = 0.5 * float(asked["aim_step_deg"])
    around = ((0.0, 0.0), (-half, -half), (-half, half), (half, -half), (half, half))
    points = {
        (round(min(max(float(lat) + a, -90.0), 90.0), 6), round(float(lon) + b, 6))
        for lat, lon in asked["aims_deg"]
        for a, b in around
    }
    return [(radians(_geocentric(lat, squash)), radians(lon)) for lat, lon in sorted(points)]


def _stands(base: dict[str, Any], squash: float) -> list[Place]:
    """Return the base's place, and the corners of the areas that it may be in, geocentric in rad."""
    corners = [
        (lat, lon) for s, w, n, e in map(_numbers, base["area_deg"]) for lat in (s, n) for lon in (w, e)
    ]
    places = [(float(base["place_deg"][0]), float(base["place_deg"][1])), *corners]
    return [(radians(_geocentric(lat, squash)), radians(lon)) for lat, lon in places]


def _flown(
    base: dict[str, Any], aims: list[Place], loft: float, squash: float
) -> Iterator[tuple[Place, State]]:
    """Yield the flights from every place of a base to every aim, with its ranges at their ends: where each starts, and its burnout."""
    ranges = {key: [float(x) for x in ends] for key, ends in base["ranges"].items()}
    ends = (ranges[key] for key in ("burnout_altitude_km", "burnout_downrange_km", "max_range_km"))
    missiles = [
        Missile(1e3 * altitude, 1e3 * downrange, 1e3 * most) for altitude, downrange, most in product(*ends)
    ]
    for start, missile, aim in product(_stands(base, squash), missiles, aims):
        state = solved(missile, start, aim, loft)
        if state is not None:
            yield start, state
