"""Write tests/data/questions: certificates with the question files that they answer, and pairs of which one lies.

    builders/question_vectors.py

`plain.certificate.json` answers `plain.question.json`, and so on for each name; a name without a question file of its own is to be judged
with that of `plain`. `reasons.json` says for each name whether the pair is accepted, and what it shows.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from math import atan, degrees, radians, tan
from pathlib import Path
from typing import Any

from equipoise.analysis.guarantees.question_file import outward
from equipoise.analysis.guarantees.search import EARTH, certify, digest, sealed
from equipoise.checkers.certificate.flown import Box, Missile, axes, solved
from equipoise.checkers.certificate.statement import ASSUMPTIONS, NOT_COVERED

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "questions"
FLATTENING = 1.0 / 298.257223563
Table = dict[str, Any]
Change = Callable[[Table, Table], None]
"""A change of the statement and the question."""
STEPS = {
    "azimuth_deg": 0.01,
    "range_deg": 0.01,
    "loft_deg": 0.01,
    "burnout_altitude_m": 100.0,
    "burnout_downrange_m": 100.0,
}
WIDER = {
    "azimuth_deg": 0.5,
    "range_deg": 0.3,
    "loft_deg": 0.3,
    "burnout_altitude_m": 2000.0,
    "burnout_downrange_m": 2000.0,
}


def clause(name: str, kind: str, **changed: Any) -> Table:
    """Return a clause of the question that binds all of party blue, in force on both days."""
    found = {
        "id": name, "kind": kind, "name": f"The clause {name}", "text": "", "party": "blue", "interceptors": [], "sites": [],
        "radars": [], "statuses": ["in_force", "in_force"], "quantity": "", "limit": "", "of": "", "at_least_km": "",
        "within_deg": [], "outside_deg": [], "slack_at_most_s": "",
    }  # fmt: skip
    return found | changed


def question() -> Table:
    """Return the question that the vectors start from: one base, two families, two aim cells."""
    base = {
        "id": "north", "place_deg": ["54.2", "40"], "area_deg": [], "missile": "heavy",
        "ranges": {
            "max_range_km": ["10000", "12000"], "burn_time_s": ["180", "240"], "burnout_altitude_km": ["200", "240"],
            "burnout_downrange_km": ["400", "450"],
        },
    }  # fmt: skip
    return {
        "format": "equipoise-question-2", "scenario": "vector", "scenario_sha256": "0" * 64, "title": "Vector", "party": "blue",
        "days": ["2030-01-01", "2031-01-01"], "only_in_force": False, "area_deg": [["30", "0", "60", "30"]],
        "families": ["minimum_energy", "lofted"], "flattening": f"{FLATTENING:.18f}", "aims_deg": [["44", "-92"], ["44", "-96"]],
        "aim_step_deg": "4", "lofts_deg": {"minimum_energy": "0", "lofted": "15"},
        "delays_s": {"early_track_s": "10", "decision_s": "0", "reaction_s": "5"},
        "interceptors": [{"id": "fast", "burn_time_s": ["60", "80"]}, {"id": "slow", "burn_time_s": ["70", "90"]}],
        "bases": [base],
        "clauses": [
            clause("speed", "limit", quantity="burnout_speed", limit="3.5"),
            clause("zone", "location", within_deg=[["36", "6", "40", "12"]]),
            clause("late", "limit", quantity="launch_delay", limit="30"),
            clause("other", "limit", quantity="burnout_speed", limit="2", interceptors=["fast"]),
            clause("function", "function", slack_at_most_s="0"),
        ],
    }  # fmt: skip


def geocentric(lat: float) -> float:
    """Return a geocentric latitude (degrees)."""
    return degrees(atan((1.0 - FLATTENING) ** 2 * tan(radians(lat))))


def box(edges: list[float], sign: float) -> list[str]:
    """Return a box in geocentric degrees, moved outwards (1) or inwards (-1) by a millionth."""
    south, west, north, east = edges
    return [
        f"{geocentric(south) - sign * 1e-6:.6f}",
        f"{west:g}",
        f"{geocentric(north) + sign * 1e-6:.6f}",
        f"{east:g}",
    ]


def statement(asked: Table) -> Table:
    """Return the statement that answers the question."""
    uses = ["speed", "place", "launch", "none, it binds only what it names", "slack"]
    return {
        "name": asked["title"],
        "question": {
            **{key: asked[key] for key in ("scenario", "scenario_sha256", "party", "days")}, "sha256": digest(asked),
        },
        "clauses": [
            {**{key: c[key] for key in ("id", "kind", "name", "text")}, "use": use,
             "binds": f"party {c['party']}" + (f"; interceptors {', '.join(c['interceptors'])}" if c["interceptors"] else "")}
            for c, use in zip(asked["clauses"], uses, strict=True)
        ],
        "families": asked["families"],
        "earth": dict(EARTH),
        "interceptor": {"speed_m_s": "3500", "burn_time_s": ["60", "90"], "boost_share": "0.5"},
        "launch": {"after_launch_s": "15", "after_burnout_s": "30"},
        "sites": {"area_deg": asked["area_deg"], "within": [box([36, 6, 40, 12], 1)], "outside": [], "discs": []},
        "slack_s": "0",
        "margin": {"constant_m": "30000", "growth_m_s": "30", "basis": "none: a test vector"},
        "threats": [threat(asked, base, family) for base in asked["bases"] for family in asked["families"]],
        "assumptions": list(ASSUMPTIONS),
        "not_covered": list(NOT_COVERED),
    }  # fmt: skip


def threat(asked: Table, base: Table, family: str) -> Table:
    """Return the threat of a base in a family: planes through its places, and the hull of its flights a little widened."""
    lat, lon = (float(x) for x in base["place_deg"])
    boxes = [[float(x) for x in edges] for edges in base["area_deg"]]
    places = [(lat, lon), *((y, x) for s, w, n, e in boxes for y in (s, n) for x in (w, e))]
    lats, lons = [geocentric(y) - 0.1 for y, _ in places], [x - 0.3 for _, x in places]
    origin = [min(lats), min(lons), max(lats), max(lons)]
    found = [
        axes(state, start, Box(*(radians(x) for x in origin)))[0]
        for y, x in places
        for start in [(radians(geocentric(y)), radians(x))]
        for missile in missiles(base["ranges"])
        for aim in aims(asked)
        if (state := solved(missile, start, aim, radians(float(asked["lofts_deg"][family]))))
    ]
    cell = {}
    for axis, step in STEPS.items():
        values = [arc[axis] for arc in found]
        cell[axis] = outward(min(values) - WIDER[axis], max(values) + WIDER[axis], step)
    return {
        "base": base["id"], "family": family, "missile": base["missile"], "place_deg": base["place_deg"],
        "burn_time_s": base["ranges"]["burn_time_s"][1], "origin_deg": [f"{x:.6f}" for x in origin], "cells": [cell],
    }  # fmt: skip


def missiles(ranges: Table) -> list[Missile]:
    """Return the missile at every corner of its ranges."""
    ends = {key: [1e3 * float(x) for x in value] for key, value in ranges.items()}
    return [
        Missile(z, q, d)
        for z in ends["burnout_altitude_km"]
        for q in ends["burnout_downrange_km"]
        for d in ends["max_range_km"]
    ]


def aims(asked: Table) -> list[tuple[float, float]]:
    """Return middles and corners of the aim cells, geocentric in rad."""
    half = float(asked["aim_step_deg"]) / 2
    around = [(0.0, 0.0), *((a, b) for a in (-half, half) for b in (-half, half))]
    points = {(float(lat) + a, float(lon) + b) for lat, lon in asked["aims_deg"] for a, b in around}
    return [(radians(geocentric(lat)), radians(lon)) for lat, lon in sorted(points)]


def _moved(axis: str, end: int, by: float) -> Change:
    """Return a change that moves one end of every cell inwards."""

    def change(said: Table, _: Table) -> None:
        for t in said["threats"]:
            t["cells"][0][axis][end] = f"{float(t['cells'][0][axis][end]) + by:.2f}"

    return change


def _split(axis: str) -> Change:
    """Return a change that leaves out the middle of a cell: one part holds some flights, another the others."""

    def change(said: Table, _: Table) -> None:
        for t in said["threats"]:
            low, high = (float(x) for x in t["cells"][0][axis])
            third = (high - low) / 3
            parts = [[f"{low:.2f}", f"{low + third:.2f}"], [f"{high - third:.2f}", f"{high:.2f}"]]
            t["cells"] = [t["cells"][0] | {axis: part} for part in parts]

    return change


def _mobile(said: Table, asked: Table) -> None:
    asked["bases"][0]["area_deg"] = [["53.9", "39.5", "54.5", "40.5"]]
    said["threats"] = statement(asked)["threats"]


def _second(asked: Table, **changed: Any) -> None:
    asked["bases"].append(asked["bases"][0] | changed)


ACCEPTED: dict[str, tuple[str, Change]] = {
    "plain": ("the statement answers the question", lambda s, q: None),
    "mobile": ("a base that may be anywhere in an area", _mobile),
    "disc": ("a disc about the base, shrunk as far as geocentric latitudes need", lambda s, q: (
        q["clauses"].append(clause("away", "location", of="strategic_base", at_least_km="1500")),
        s["clauses"].append({"id": "away", "kind": "location", "name": "The clause away", "text": "", "binds": "party blue", "use": "place"}),
        s["sites"]["discs"].append({"lat_deg": f"{geocentric(54.2):.6f}", "lon_deg": "40", "radius_m": "1489900"}),
    )),
    "suspended": ("a suspended clause is quoted, and limits nothing", lambda s, q: (
        q["clauses"].append(clause("gone", "limit", quantity="burnout_speed", limit="1", statuses=["in_force", "suspended"])),
        s["clauses"].append({"id": "gone", "kind": "limit", "name": "The clause gone", "text": "", "binds": "party blue",
                             "use": "none, it is not in force on every day"}),
    )),
    "out-of-reach": ("a second base reaches no aim and is no threat", lambda s, q: _second(
        q, id="south", place_deg=["-50", "150"], missile="heavy")),
    "far-aim": ("an aim that no flight reaches", lambda s, q: q["aims_deg"].append(["-60", "-120"])),
}  # fmt: skip

REJECTED: dict[str, tuple[str, Change]] = {
    "cell-gap-azimuth": ("two cells with a gap in azimuth between them", _split("azimuth_deg")),
    "cell-gap-altitude": ("two cells with a gap in burnout altitude", _split("burnout_altitude_m")),
    "cell-gap-downrange": ("two cells with a gap in burnout downrange", _split("burnout_downrange_m")),
    "cell-middles": ("cells that hold flights to the middles of aim cells, not to their corners", _moved("azimuth_deg", 0, 1.5)),
    "cell-range": ("the longest flights left out", _moved("range_deg", 1, -1.0)),
    "cell-loft": ("the steepest flights left out", _moved("loft_deg", 1, -0.6)),
    "cell-altitude": ("the lowest burnout left out", _moved("burnout_altitude_m", 0, 8000.0)),
    "cell-downrange": ("the farthest burnout left out", _moved("burnout_downrange_m", 1, -12000.0)),
    "origin-moved": ("planes that pass half a degree beside the base", lambda s, q: [
        t.update(origin_deg=[f"{float(x) + (0, 1.1)[n % 2]:.4f}" for n, x in enumerate(t["origin_deg"])]) for t in s["threats"]]),
    "family-dropped": ("a family's flights left out", lambda s, q: s["threats"].pop()),
    "base-unknown": ("a threat of a base that the question does not have", lambda s, q: s["threats"][0].update(base="south")),
    "base-missing": ("a base that reaches the aims is no threat", lambda s, q: _second(q, id="east", place_deg=["55", "44"])),
    "missile-other": ("another missile", lambda s, q: s["threats"][0].update(missile="light")),
    "place-written": ("the base's place in another form", lambda s, q: s["threats"][0].update(place_deg=["54.20", "40"])),
    "burn-short": ("a missile that burns shorter", lambda s, q: s["threats"][0].update(burn_time_s="180")),
    "margin-none": ("a margin below what the sphere is wrong by", lambda s, q: s["margin"].update(constant_m="1000")),
    "speed": ("a speed below the clause's", lambda s, q: s["interceptor"].update(speed_m_s="3400")),
    "speed-scoped": ("the limit of a clause that binds one interceptor taken for all", lambda s, q: (
        s["interceptor"].update(speed_m_s="2000"), s["clauses"][3].update(use="speed", binds="party blue"))),
    "speed-nan": ("a limit that is no number", lambda s, q: q["clauses"][0].update(limit="nan")),
    "limit-exponent": ("a limit with an exponent", lambda s, q: q["clauses"][0].update(limit="35e-1")),
    "share-written": ("the boost share in another form", lambda s, q: s["interceptor"].update(boost_share="0.50")),
    "launch-later": ("a launch later than the clause's", lambda s, q: s["launch"].update(after_burnout_s="40")),
    "launch-after-launch": ("delays longer than their shortest", lambda s, q: s["launch"].update(after_launch_s="30")),
    "slack": ("more slack than is asked about", lambda s, q: s.update(slack_s="10")),
    "zone-smaller": ("a smaller zone", lambda s, q: s["sites"]["within"][0].__setitem__(0, "36.5")),
    "outside-added": ("a place excluded by no clause", lambda s, q: s["sites"]["outside"].append(["36", "6", "38", "12"])),
    "disc-added": ("a disc that no clause sets", lambda s, q: s["sites"]["discs"].append({"lat_deg": "40", "lon_deg": "12", "radius_m": "200000"})),
    "zone-turned": ("a zone that counts its longitudes from another turn", lambda s, q: q["clauses"][1].update(within_deg=[["36", "-354", "40", "-348"]])),
    "clause-text": ("another text under the same id", lambda s, q: s["clauses"][0].update(text="at most 2 km/s")),
    "clause-dropped": ("a clause left out", lambda s, q: s["clauses"].pop(3)),
    "clause-twice": ("two clauses of one id", lambda s, q: (q["clauses"].append(q["clauses"][4]), s["clauses"].append(s["clauses"][4]))),
    "clause-order": ("the clauses in another order", lambda s, q: s["clauses"].reverse()),
    "party-case": ("a party in capitals", lambda s, q: s["question"].update(party="BLUE")),
    "base-twice": ("two bases of one id: the second stands where it reaches nothing", lambda s, q: _second(q, place_deg=["-50", "150"])),
    "days-dropped": ("a day left out", lambda s, q: s["question"]["days"].pop()),
    "day-no-leap": ("29 February of 2100", lambda s, q: (q.update(days=["2100-02-29", "2101-01-01"]), s["question"].update(days=["2100-02-29", "2101-01-01"]))),
    "status-short": ("a clause without a status for each day", lambda s, q: q["clauses"][0].update(statuses=["in_force"])),
    "status-unknown": ("a status that is none: Suspended, with a capital", lambda s, q: q["clauses"][0].update(statuses=["in_force", "Suspended"])),
    "proposed-counts": ("a clause that is only proposed, where only those in force count", lambda s, q: (
        q.update(only_in_force=True), q["clauses"][0].update(statuses=["in_force", "proposed"]))),
    "only-text": ("only_in_force as a text", lambda s, q: q.update(only_in_force="false")),
    "format-1": ("another format of the question", lambda s, q: q.update(format="equipoise-question-1")),
    "question-key": ("a question with a key too many", lambda s, q: q.update(note="x")),
    "hash": ("the hash of another question", lambda s, q: s["question"].update(sha256="f" * 64)),
    "family-twice": ("a question that names a family twice", lambda s, q: q["families"].append("lofted")),
    "id-look-alike": ("an id with a letter that looks like another", lambda s, q: q["bases"][0].update(id="n\u043erth")),
}  # fmt: skip


def write(folder: Path = FOLDER) -> dict[str, Any]:
    """Write all pairs and their reasons; return the reasons by name."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    reasons: dict[str, Any] = {}
    trees: Any = None
    for name, (why, change) in (ACCEPTED | REJECTED).items():
        asked = question()
        said, before = copy.deepcopy(statement(asked)), digest(asked)
        change(said, asked)
        if digest(asked) != before:
            said["question"]["sha256"] = digest(asked)
        if name == "plain" or digest(asked) != before:
            _save(folder / f"{name}.question.json", asked)
        if name in ACCEPTED:
            outcome = certify(said, limit_s=60.0)
            if outcome.certificate is None:
                raise SystemExit(f"{name}: not certified ({outcome})")
            document = outcome.certificate
            trees = trees or document["trees"]
        else:
            document = sealed(
                {"format": "equipoise-certificate-3", "statement": said, "trees": copy.deepcopy(trees)}
            )
        _save(folder / f"{name}.certificate.json", document)
        reasons[name] = {"accepted": name in ACCEPTED, "shows": why}
    _save(folder / "reasons.json", reasons)
    return reasons


def _save(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


if __name__ == "__main__":
    print(f"{len(write())} pairs in {FOLDER}")
