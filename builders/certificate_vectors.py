"""Make the test vectors of docs/certificate.md: small certificates with no real base, accepted and rejected, with reasons.

``python builders/certificate_vectors.py`` writes ``tests/data/certificates``; the search decides the trees, the statement's
values are written here. Rejected files are resealed after each change, so that the hash alone explains none but its own.
"""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from equipoise.analysis.guarantees.search import EARTH, certify, grow_all, sealed
from equipoise.checkers.certificate.statement import ASSUMPTIONS, NOT_COVERED
from equipoise.physics.permitted.cover import DONE

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "certificates"
SPEEDS_M_S = tuple(range(8000, 1900, -100))
MOST_LEAVES = 500
Table = dict[str, Any]


def statement() -> Table:
    """Return the statement that the vectors start from: a zone to the side of the arcs."""
    clause = {"name": "A clause", "text": "", "binds": "party blue"}
    return {
        "name": "Vector",
        "question": {
            "scenario": "vector", "scenario_sha256": "0" * 64, "sha256": "f" * 64, "party": "blue", "days": ["2030-01-01"],
        },
        "clauses": [
            {"id": "speed", "kind": "limit", "use": "speed", **clause},
            {"id": "zone", "kind": "location", "use": "place", **clause},
        ],
        "families": ["minimum_energy", "lofted", "depressed"],
        "earth": dict(EARTH),
        "interceptor": {"speed_m_s": "4500", "burn_time_s": ["60", "90"], "boost_share": "0.5"},
        "launch": {"after_launch_s": "15", "after_burnout_s": "30"},
        "sites": {
            "area_deg": [["40", "0", "60", "30"]], "within": [["47", "20", "49", "24"]], "outside": [], "discs": [],
        },
        "slack_s": "0",
        "margin": {"constant_m": "30000", "growth_m_s": "30", "basis": "none: a test vector"},
        "threats": [threat()],
        "assumptions": list(ASSUMPTIONS),
        "not_covered": list(NOT_COVERED),
    }  # fmt: skip


def threat(**changed: Any) -> Table:
    """Return the threat that the vectors start from."""
    cell = {
        "azimuth_deg": ["-40", "-30"], "range_deg": ["60", "75"], "loft_deg": ["-3", "-1"],
        "burnout_altitude_m": ["180000", "260000"], "burnout_downrange_m": ["300000", "500000"],
    }  # fmt: skip
    found = {
        "base": "north", "family": "minimum_energy", "missile": "heavy", "place_deg": ["54.2", "40"], "burn_time_s": "240",
        "origin_deg": ["54", "39.6", "54", "39.6"], "cells": [cell],
    }  # fmt: skip
    return found | changed


def _set(*path: Any) -> Callable[[Table], None]:
    """Return a change that sets the value at a path: keys and indices, then the value."""

    def change(table: Table) -> None:
        target: Any = table
        for step in path[:-2]:
            target = target[step]
        target[path[-2]] = path[-1]

    return change


def _cell(name: str, low: str, high: str) -> Callable[[Table], None]:
    return _set("threats", 0, "cells", 0, name, [low, high])


def _both(*changes: Callable[[Table], None]) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        for one in changes:
            one(table)

    return change


DISC = {"lat_deg": "54", "lon_deg": "40", "radius_m": "1000000"}
SECOND = threat(base="south", origin_deg=["-20", "100", "-20", "100"], place_deg=["-20", "100"])
SECOND["cells"][0]["azimuth_deg"] = ["140", "150"]
ACCEPTED: dict[str, tuple[str, Callable[[Table], None]]] = {
    "plain": ("the statement that all others change", lambda s: None),
    "slow": ("2 km/s", _set("interceptor", "speed_m_s", "2000")),
    "escape": ("12 km/s, faster than escape, against arcs on the other side of the globe", _both(
        _set("interceptor", "speed_m_s", "12000"), _set("launch", "after_burnout_s", "1100"), _set("sites", "within", [["-50", "-160", "-48", "-154"]]))),
    "one-burn-time": ("a burn time known exactly", _set("interceptor", "burn_time_s", ["70", "70"])),
    "long-burns": ("burn times from 20 to 150 s", _set("interceptor", "burn_time_s", ["20", "150"])),
    "thrust-first": ("a boost share of 1", _set("interceptor", "boost_share", "1")),
    "launch-at-burnout": ("a launch at burnout", _set("launch", "after_burnout_s", "0")),
    "launch-in-boost": ("no clause on the launch: 225 s before burnout", _set("launch", "after_burnout_s", "none")),
    "launch-negative": ("a launch up to 60 s before burnout", _set("launch", "after_burnout_s", "-60")),
    "launch-late": ("a launch 300 s after burnout", _set("launch", "after_burnout_s", "300")),
    "slack-20": ("slack of 20 s excluded", _set("slack_s", "20")),
    "slack-negative": ("nobody comes even 30 s too late", _set("slack_s", "-30")),
    "minus-zero": ("a slack of minus zero, which is zero", _set("slack_s", "-0.0")),
    "no-margin": ("no model margin", _set("margin", {"constant_m": "0", "growth_m_s": "0", "basis": ""})),
    "wide-margin": ("80 km and 60 m/s of margin", _set("margin", {"constant_m": "80000", "growth_m_s": "60", "basis": "x"})),
    "fractions": ("decimals with twenty places", _set("interceptor", "speed_m_s", "4499.99999999999999999999")),
    "two-zones": ("two areas of sites", _set("sites", "within", [["47", "20", "48", "22"], ["41", "10", "42", "12"]])),
    "zones-overlap": ("sites that lie in two areas", _set("sites", "within", [["47", "20", "48", "22"], ["47.5", "21", "49", "24"]])),
    "outside": ("half of a zone in the north is excluded by a box", _both(
        _set("sites", "within", [["45", "20", "60", "24"]]), _set("sites", "outside", [["47.5", "19", "61", "27"]]))),
    "disc": ("the north-east of a zone is excluded by a disc", _both(
        _set("sites", "within", [["45", "20", "52", "30"]]), _set("sites", "discs", [DISC]))),
    "mobile": ("an origin that may lie anywhere in a box", _set("threats", 0, "origin_deg", ["53.5", "39", "54.5", "41"])),
    "two-threats": ("a second base in the southern hemisphere", lambda s: s["threats"].append(copy.deepcopy(SECOND))),
    "two-cells": ("two cells of one threat", lambda s: s["threats"][0]["cells"].append(
        s["threats"][0]["cells"][0] | {"azimuth_deg": ["-30", "-20"]})),
    "lofted": ("a lofted family", _both(_cell("loft_deg", "12", "15"), _set("threats", 0, "family", "lofted"))),
    "depressed": ("a depressed family", _both(_cell("loft_deg", "-20", "-17"), _cell("range_deg", "60", "66"), _set("threats", 0, "family", "depressed"))),
    "short": ("ranges of 15 to 20 degrees", _cell("range_deg", "15", "20")),
    "over-the-pole": ("azimuths about north", _cell("azimuth_deg", "-5", "5")),
    "azimuth-355": ("the same direction counted from 0 to 360", _cell("azimuth_deg", "320", "330")),
    "date-line": ("everything moved to 170 degrees east", _both(
        _set("sites", "within", [["47", "163", "49", "167"]]), _set("threats", 0, "origin_deg", ["54", "182.6", "54", "182.6"]),
        _set("threats", 0, "place_deg", ["54.2", "180"]))),
    "southern": ("everything mirrored at the equator", _both(
        _set("sites", "within", [["-49", "20", "-47", "24"]]), _set("threats", 0, "origin_deg", ["-54", "39.6", "-54", "39.6"]),
        _set("threats", 0, "place_deg", ["-54.2", "40"]), _cell("azimuth_deg", "-150", "-140"))),
    "antipode": ("a zone near the antipode of the arcs", _set("sites", "within", [["-50", "-160", "-48", "-154"]])),
    "polar-sites": ("sites at the south pole", _set("sites", "within", [["-90", "-180", "-88", "180"]])),
}  # fmt: skip

AT_ITS_SPEED = ("slow", "fractions", "escape")
Change = Callable[[Table], None]
STATED: dict[str, tuple[str, Change]] = {
    "speed-7": ("7 km/s reach the arcs", _set("interceptor", "speed_m_s", "7000")),
    "speed-0": ("a speed outside its domain", _set("interceptor", "speed_m_s", "0")),
    "speed-negative": ("a speed outside its domain", _set("interceptor", "speed_m_s", "-4500")),
    "speed-number": ("a number without quotes", _set("interceptor", "speed_m_s", 4500)),
    "speed-exponent": ("an exponent", _set("interceptor", "speed_m_s", "45e2")),
    "speed-plus": ("a plus sign", _set("interceptor", "speed_m_s", "+4500")),
    "speed-point": ("a point without a digit behind it", _set("interceptor", "speed_m_s", "4500.")),
    "speed-long": ("more than twenty digits", _set("interceptor", "speed_m_s", "000000000000000004500")),
    "burn-reversed": ("a burn time from high to low", _set("interceptor", "burn_time_s", ["90", "60"])),
    "burn-three": ("three burn times", _set("interceptor", "burn_time_s", ["60", "70", "90"])),
    "burn-0": ("a burn time outside its domain", _set("interceptor", "burn_time_s", ["0", "90"])),
    "share-low": ("a boost share under one half", _set("interceptor", "boost_share", "0.49")),
    "share-high": ("a boost share above 1", _set("interceptor", "boost_share", "1.01")),
    "launch-900": ("a launch 900 s before burnout lets them in", _both(
        _set("launch", "after_burnout_s", "-900"), _set("launch", "after_launch_s", "0"), _set("threats", 0, "burn_time_s", "900"),
        _set("interceptor", "speed_m_s", "6000"))),
    "launch-late": ("a launch outside its domain", _set("launch", "after_burnout_s", "1201")),
    "launch-word": ("a word other than none", _set("launch", "after_burnout_s", "never")),
    "launch-soon": ("a launch before the missile's", _set("launch", "after_launch_s", "-1")),
    "slack-huge": ("a slack outside its domain", _set("slack_s", "100000000000000000000")),
    "slack-hour": ("an hour of lateness cannot be excluded", _set("slack_s", "-3600")),
    "margin-negative": ("a negative margin", _set("margin", "constant_m", "-1")),
    "margin-growth": ("a growth outside its domain", _set("margin", "growth_m_s", "1001")),
    "margin-wide": ("a margin of 990 km lets them in", _set("margin", "constant_m", "990000")),
    "earth-still": ("another Earth", _set("earth", "omega_rad_s", "0")),
    "earth-form": ("the same number in another form", _set("earth", "radius_m", "6371000.0")),
    "zone-north": ("an area among the arcs", _set("sites", "within", [["62", "20", "70", "26"]])),
    "zone-reversed": ("an area upside down", _set("sites", "within", [["45", "20", "43", "26"]])),
    "zone-point": ("an area without width", _set("sites", "within", [["43", "20", "43", "20"]])),
    "zone-pole": ("an area beyond the pole", _set("sites", "within", [["43", "20", "91", "26"]])),
    "zone-none": ("no area", _set("sites", "within", [])),
    "area-none": ("no area of application", _set("sites", "area_deg", [])),
    "vacuous-box": ("every place excluded by a box", _set("sites", "outside", [["-90", "-180", "90", "180"]])),
    "vacuous-disc": ("every place excluded by a disc", _set("sites", "discs", [DISC | {"radius_m": "9000000"}])),
    "disc-huge": ("a disc outside its domain", _set("sites", "discs", [DISC | {"radius_m": "10000001"}])),
    "disc-keys": ("a disc with a key too many", _set("sites", "discs", [DISC | {"note": "x"}])),
    "threats-none": ("no threat", _set("threats", [])),
    "threat-twice": ("a threat twice", lambda s: s["threats"].append(copy.deepcopy(s["threats"][0]))),
    "family-unlisted": ("a family that the statement does not list", _set("families", ["lofted"])),
    "family-unknown": ("an unknown family", _set("families", ["minimum_energy", "flat"])),
    "base-91": ("a base beyond the pole", _set("threats", 0, "place_deg", ["91", "40"])),
    "base-far": ("planes that pass far from the base", _set("threats", 0, "place_deg", ["54.2", "50"])),
    "burn-missile": ("a missile that burns for 0 s", _set("threats", 0, "burn_time_s", "0")),
    "cells-none": ("no cell", _set("threats", 0, "cells", [])),
    "cell-thin": ("a cell narrower than a range of flights", _cell("range_deg", "60", "60.05")),
    "cell-range": ("a range outside its domain", _cell("range_deg", "60", "171")),
    "cell-reversed": ("a cell from high to low", _cell("azimuth_deg", "-30", "-40")),
    "clauses-none": ("no clause", _set("clauses", [])),
    "clause-key": ("a clause without its text", lambda s: s["clauses"][0].pop("text")),
    "days-order": ("days that run backwards", _set("question", "days", ["2030-01-02", "2030-01-01"])),
    "day-unreal": ("a day that does not exist", _set("question", "days", ["2030-02-30"])),
    "hash-short": ("a hash of 63 digits", _set("question", "sha256", "f" * 63)),
    "name-lines": ("two lines of text", _set("name", "Vector\nACCEPTED")),
    "name-accent": ("a letter outside ASCII", _set("name", "Vect\u00f6r")),
    "assumption": ("an assumption reworded", _set("assumptions", 0, "The Earth is flat.")),
    "not-covered": ("a sentence missing from what is not covered", lambda s: s["not_covered"].pop()),
    "clause-twice": ("two clauses of one id, the second with another text", lambda s: s["clauses"].append(
        s["clauses"][0] | {"text": "at most 2 km/s"})),
    "day-no-leap": ("29 February of 1900", _set("question", "days", ["1900-02-29"])),
    "slack-nan": ("a number that is none", _set("slack_s", "NaN")),
    "digits-arabic": ("digits of another script", _set("slack_s", "\u0663")),
    "base-look-alike": ("a letter of another alphabet in a base's name", _set("threats", 0, "base", "n\u043erth")),
    "zone-west-of-itself": ("an area whose east lies west of its west", _set("sites", "within", [["47", "170", "49", "-170"]])),
    "missile-null": ("a missile that is null", _set("threats", 0, "missile", None)),
    "key-unknown": ("an unknown key", _set("proved", "yes")),
}  # fmt: skip


def _tree(change: Callable[[str], str]) -> Change:
    def made(document: Table) -> None:
        document["trees"][0][0][0] = change(document["trees"][0][0][0])

    return made


FILED: dict[str, tuple[str, Change]] = {
    "tree-leaf": ("one leaf for the whole region", _tree(lambda t: ".")),
    "tree-short": ("a tree that ends early", _tree(lambda t: t[:-1])),
    "tree-long": ("text after the tree's end", _tree(lambda t: t + ".")),
    "tree-missing": ("no tree for the area", lambda d: d["trees"][0][0].pop()),
    "format-2": ("another format", _set("format", "equipoise-certificate-2")),
}


WRITTEN: dict[str, tuple[str, str, str]] = {
    "key-twice": ("a key twice, the first with another value", '"slack_s"', '"slack_s": "-3600", "slack_s"'),
    "key-twice-escaped": (
        "a key twice, once with an escape",
        '"slack_s"',
        '"\\u0073lack_s": "-3600", "slack_s"',
    ),
    "slack-nan-number": ("a slack that is not a number, without quotes", '"slack_s": "0"', '"slack_s": NaN'),
    "slack-minus-zero-number": ("a slack of minus zero, without quotes", '"slack_s": "0"', '"slack_s": -0.0'),
}
"""Files that differ from an accepted one in their text alone: what stands there, and what in its place."""


def fastest(said: Table) -> str:
    """Return the greatest speed at which a small certificate is found: near the edge a wrong formula shows."""
    for speed in SPEEDS_M_S:
        trial = {**said, "interceptor": {**said["interceptor"], "speed_m_s": str(speed)}}
        trees = grow_all(trial, limit_s=60.0, most=20_000, workers=1)
        whole = all(tree.state == DONE for tree in trees)
        if whole and sum(tree.leaves() for tree in trees) <= MOST_LEAVES:
            return str(speed)
    raise SystemExit(f"no speed of {SPEEDS_M_S} is certified")


def write(folder: Path = FOLDER) -> dict[str, str]:
    """Write all vectors and their reasons; return the reasons by file."""
    shutil.rmtree(folder, ignore_errors=True)
    reasons: dict[str, str] = {}
    made: dict[str, Table] = {}
    for name, (why, change) in ACCEPTED.items():
        said = statement()
        change(said)
        if name not in AT_ITS_SPEED:
            said["interceptor"]["speed_m_s"] = fastest(said)
        outcome = certify(said, limit_s=60.0)
        if outcome.certificate is None:
            raise SystemExit(f"{name}: not certified ({outcome})")
        made[f"accepted/{name}.json"] = outcome.certificate
        reasons[f"accepted/{name}.json"] = why
    for name, (why, change) in STATED.items():
        document = copy.deepcopy(made["accepted/plain.json"])
        change(document["statement"])
        made[f"rejected/{name}.json"] = document
        reasons[f"rejected/{name}.json"] = why
    for name, (why, change) in FILED.items():
        document = copy.deepcopy(made["accepted/plain.json"])
        change(document)
        made[f"rejected/{name}.json"] = document
        reasons[f"rejected/{name}.json"] = why
    for name, document in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = {key: document[key] for key in ("format", "statement", "trees")}
        path.write_text(json.dumps(sealed(body)) + "\n", encoding="utf-8")
    plain = (folder / "accepted/plain.json").read_text(encoding="utf-8")
    for name, (why, old, new) in WRITTEN.items():
        (folder / f"rejected/{name}.json").write_text(plain.replace(old, new), encoding="utf-8")
        reasons[f"rejected/{name}.json"] = why
    (folder / "reasons.json").write_text(json.dumps(reasons, indent=1) + "\n", encoding="utf-8")
    return reasons


if __name__ == "__main__":
    print(f"{len(write())} vectors in {FOLDER}")
