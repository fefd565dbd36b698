"""Make the catalogue's TOML files from the reference tables: ``python builders/catalogue.py IN OUT``.

A value that the tables give without a range gets one here, and its source then says so: no number that
rests on memory leaves without a range.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
import tomllib
from pathlib import Path

RENAMED = {
    "scud_b": "scud-b", "shahab3": "shahab-3", "ghadr1": "ghadr-1", "sajjil2": "sajjil-2", "bm25": "bm-25", "pac3": "pac-3",
    "gbi2": "gbi-2-stage", "gbi3": "gbi-3-stage", "sm3_ia": "sm3-ia", "aster30": "aster-30",
    "s300v": "s-300v", "s300pmu2": "s-300pmu-2", "s400": "s-400", "s500": "s-500",
}  # fmt: skip
PARTY = {
    "NATO": "nato",
    "US": "us",
    "Russia": "russia",
    "RU": "russia",
    "NRC": "nrc",
    "US-Russia": "us-russia",
}
LABELS = ("sourced", "secondary", "mixed", "memory")
KILL = {"thaad": "both", "pac-3": "endo", "aster-30": "endo", "53t6": "endo", "s-300v": "endo",
        "s-300pmu-2": "endo", "s-400": "endo", "s-500": "both"}  # fmt: skip
INTERCEPTOR_OF = {
    "SM-3 IA": "sm3-ia", "SM-3 IB": "sm3-ib", "SM-3 IIA": "sm3-iia", "SM-3 IIB": "sm3-iib",
    "GBI 2-stage": "gbi-2-stage", "GBI 3-stage": "gbi-3-stage", "53T6": "53t6", "S-400": "s-400", "S-300V": "s-300v",
}  # fmt: skip
SITE_SENSORS = {"deveselu": ["spy1d"], "redzikowo": ["spy1d"], "epaa4": ["spy1d"], "med-patrol": ["spy1d"],
                "black-sea-patrol": ["spy1d"], "kurecik": ["tpy2-kurecik"], "brdy-emr": ["emr"]}  # fmt: skip
PATROL_DEG = {"med-patrol": [[33, 24, 36, 34]], "black-sea-patrol": [[42.5, 29, 44.5, 37]]}
"""Notional boxes of ships' patrols; no station was published."""
STAND_IN = {"UR-100NUTTH": "icbm-liquid", "R-36M2": "icbm-liquid", "Topol-M": "icbm-solid", "RS-24 Yars": "icbm-solid",
            "Topol": "icbm-solid", "Minuteman III": "icbm-solid", "R-29RM Sineva": "slbm", "R-29R": "slbm",
            "Trident II D5": "slbm"}  # fmt: skip
PATROLS = {"ru-ssbn-n": (72.0, 38.0), "ru-ssbn-p": (55.0, 150.0)}
CLAIMS = [(5.4, 5.4, 5.4, "MDA slides"), (6.3, 6.3, 6.3, "H. Obering, MDA"), (8.0, 7.7, 8.3, "T. Postol")]
OURS = "; range widened here, see docs/catalogue.md"
UNTOLD = "no reported test tells it"
TESTS = {
    "sm3-ia": "its reported tests allow 2.2 to 3.5 km/s flown straight, 2.8 to 5.2 with up to half of the speed unused",
    "gbi-3-stage": "its reported tests allow 5.6 to 5.9 km/s flown straight, 5.8 to 8.5 with up to half of the speed unused",
} | dict.fromkeys(("sm3-ib", "sm3-iia", "gbi-2-stage", "thaad"), UNTOLD)
"""What the study interceptor-speed finds; a test holds the numbers to it."""
STAGED = {"scud-b": "forden-scud-b", "shahab-3": "wright-nodong-a", "icbm-solid": "minuteman-style",
          "gbi-3-stage": "orion-three-stage", "gbi-2-stage": "orion-two-stage"}  # fmt: skip
SLOWER_BURN = {
    "liquid": {"burnout_altitude_km": 0.64, "burnout_downrange_km": 0.60},
    "solid": {"burnout_altitude_km": 0.67, "burnout_downrange_km": 0.84},
    2: {"burnout_speed_km_s": -0.13},
    3: {"burnout_speed_km_s": -0.18},
}
"""Powers of the burn time with which quantities go when the same propellant burns slower, as ``builders/couplings.py`` prints them: of
missiles by propellant, at the same range (liquid is the mean of two); of interceptors by stages, flown straight at 45 degrees."""
TYPES = (
    "scud-b",
    "shahab-3",
    "ghadr-1",
    "sajjil-2",
    "bm-25",
    "sm3-ia",
    "sm3-ib",
    "sm3-iia",
    "sm3-iib",
    "gbi-2-stage",
    "gbi-3-stage",
)
"""Missiles of one design, and interceptors that burn out above most of the air; a class spans designs, of which the powers say nothing."""
NO_MASSES = "kinematic only: no public masses"


def key_of(name: str) -> str:
    return RENAMED.get(name, name.replace("_", "-"))


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def label(row: dict[str, str]) -> str:
    return row["confidence"] if row["confidence"] in LABELS else "memory"


def given(row: dict[str, str], text: str, *, low: str = "", high: str = "", spread: float = 0.2,
          whole: bool = False, most: float = 1e9) -> dict[str, object] | None:  # fmt: skip
    """Return the quantity for a cell; one that rests on memory and has no range gets ``spread``."""
    if not text:
        return None
    value, source, confidence = float(text), row["source"], label(row)
    least, greatest = float(low or text), float(high or text)
    if least == greatest and confidence in ("memory", "mixed") and value:
        least, greatest = value * (1 - spread), min(value * (1 + spread), most)
        if whole:
            least, greatest = float(int(least)), float(-int(-greatest // 1))
        source += OURS
    return quantity(value, least, greatest, source, confidence)


def quantity(value: float, low: float, high: float, source: str, confidence: str) -> dict[str, object]:
    return {
        "value": round(value, 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "source": source,
        "confidence": confidence,
    }


def assumed(value: float, low: float, high: float, why: str) -> dict[str, object]:
    return quantity(value, low, high, f"assumption: {why}", "assumption")


def correlated(record: dict[str, object], powers: dict[str, float]) -> list[dict[str, object]]:
    """Return the rank correlations with the burn time: the share of a quantity's range that follows from that of the burn time."""
    if record["id"] not in TYPES or not record.get("burn_time_s"):
        return []
    made = []
    for key, power in powers.items():
        rank = round(power * half(record["burn_time_s"]) / half(record[key]), 2)
        if not rank:
            continue
        what = key.rsplit("_km", 1)[0].replace("_", " ")
        why = f"computed: {what} goes with burn time to the power {power:g} when the same propellant burns slower (builders/couplings.py); the rest of both ranges is independent"
        made.append({"id": f"burn-time-and-{what.replace(' ', '-')}", "keys": ["burn_time_s", key], "rank": rank,
                     "source": why, "confidence": "computed"})  # fmt: skip
    return made


def half(ranged: dict[str, float]) -> float:
    """Return half of a range, as a share of its value."""
    return (ranged["high"] - ranged["low"]) / (2.0 * ranged["value"])


def common(row: dict[str, str]) -> dict[str, object]:
    return {"id": key_of(row["id"]), "name": row.get("name", ""), "note": row.get("note", ""),
            "source": row["source"], "confidence": label(row)}  # fmt: skip


def missiles(folder: Path) -> list[dict[str, object]]:
    made = []
    for row in rows(folder, "threats"):
        range_km, burn = float(row["range_km_nominal"]), float(row["burn_time_s"])
        made.append(common(row) | {
            "kind": "strategic" if row["id"] == "icbm_notional" else "regional", "party": "iran",
            "stages": float(row["stages"]), "propellant": row["propellant"], "status_2011": row["status_2011"],
            "payload_kg": given(row, row["payload_kg"]),
            "max_range_km": given(row, row["range_km_nominal"], low=row["range_km_low"], high=row["range_km_high"]),
            "burn_time_s": given(row, row["burn_time_s"]),
        } | boost(float(row["ideal_min_energy_speed_kms_for_nominal_range"]), burn) | {
            "ballistic_coefficient_kg_m2": assumed(2500 if range_km < 5000 else 5000, 1000, 10000, "open literature spans this"),
        })  # fmt: skip
    for name, title, propellant, burn_s, basing, range_km in (
        (
            "icbm-liquid",
            "Strategic ICBM class, liquid fuel",
            "liquid",
            (280, 240, 320),
            "land",
            (11000, 10000, 16000),
        ),
        (
            "icbm-solid",
            "Strategic ICBM class, solid fuel",
            "solid",
            (180, 160, 200),
            "land",
            (11000, 10000, 12000),
        ),
        ("slbm", "Strategic SLBM class", "liquid or solid", (180, 140, 240), "sea", (8300, 6500, 11000)),
    ):
        made.append({"id": name, "name": title, "note": "a class, not a type: public studies use such values",
                     "source": "assumption: classes of the open literature", "confidence": "assumption",
                     "kind": "strategic", "party": "russia", "basing": basing, "stages": 3.0, "propellant": propellant,
                     "max_range_km": assumed(*range_km, "class value, swept"), "burn_time_s": assumed(*burn_s, "class value, swept")}
                    | boost(7.0, burn_s[0])
                    | {"ballistic_coefficient_kg_m2": assumed(5000, 2500, 10000, "open literature spans this")})  # fmt: skip
    return [
        record | {"staged": STAGED.get(str(record["id"]), NO_MASSES),
                  "correlated": correlated(record, SLOWER_BURN[str(record["propellant"]).split()[0]])}
        for record in made
    ]  # fmt: skip


def boost(speed_km_s: float, burn_s: float) -> dict[str, object]:
    """Return burnout altitude and downrange of a boost whose acceleration grows as the mass falls."""
    climb_deg = 30 if speed_km_s > 6.5 else 40
    path = 0.4 * speed_km_s * burn_s
    why = f"0.4 of speed times burn time, path climbing at {climb_deg} degrees on the mean"
    up, along = (round(path * part(math.radians(climb_deg))) for part in (math.sin, math.cos))
    return {"burnout_altitude_km": assumed(up, round(up * 0.7), round(up * 1.3), why),
            "burnout_downrange_km": assumed(along, round(along * 0.6), round(along * 1.4), why)}  # fmt: skip


def interceptors(folder: Path) -> list[dict[str, object]]:
    made = []
    for row in rows(folder, "interceptors"):
        name = key_of(row["id"])
        region = KILL.get(name, "exo")
        record = common(row) | {
            "owner": row["owner"], "stages": float(row["stages"]) if row["stages"] else None, "basing": row["basing"],
            "in_service": row["in_service"], "kill_region": region,
            "burnout_speed_km_s": given(row, row["burnout_speed_kms_nominal"], low=row["burnout_speed_kms_low"], high=row["burnout_speed_kms_high"], spread=0.1),
            "burn_time_s": given(row, row["burn_time_s"]), "max_range_km": given(row, row["max_range_km"], low="1200" if name == "sm3-iia" else "", spread=0.3),
            "kill_ceiling_km": given(row, row["max_altitude_km"], spread=0.3),
            "kill_floor_km": None if region == "exo" else given(row, row["min_intercept_altitude_km"]),
        }  # fmt: skip
        record["staged"] = STAGED.get(name, NO_MASSES)
        if name in TESTS:
            record["burnout_speed_km_s"]["source"] += f"; {TESTS[name]} (study interceptor-speed)"
        if row["burn_time_s"] and row["burnout_speed_kms_nominal"]:
            path = 0.5 * float(row["burnout_speed_kms_nominal"]) * float(row["burn_time_s"])
            record["boost_distance_km"] = assumed(
                path, 0.8 * path, 1.2 * path, "half of speed times burn time"
            )
        if region == "exo":
            record["release_altitude_km"] = assumed(80, 60, 100, "the kill vehicle is released above the air")
            record["kill_vehicle_life_s"] = assumed(600, 200, 1500, "no public value")
        elif row["burnout_speed_kms_nominal"] and row["max_range_km"]:
            speed, reach = float(row["burnout_speed_kms_nominal"]), float(row["max_range_km"])
            life = max((reach - path) / speed, 1.0)
            record["kill_vehicle_life_s"] = assumed(
                round(life, 1),
                round(0.7 * life, 1),
                round(1.3 * life, 1),
                "coasts at burnout speed to its greatest range",
            )
        if name == "gbi-2-stage":
            source = (
                "spacenews.com, MDA, critic reverse roles (2007); Lewis and Postol, Bulletin 2008 (repost)"
            )
            record["speed_claims"] = [
                {"value_km_s": quantity(v, lo, hi, source, "sourced"), "by": by} for v, lo, hi, by in CLAIMS
            ]
        record["correlated"] = correlated(record, SLOWER_BURN[2 if record["stages"] == 2 else 3])
        made.append(record)
    return made


def sensors(folder: Path) -> list[dict[str, object]]:
    made = []
    for row in rows(folder, "sensors"):
        name, infrared = key_of(row["id"]), "IR" in row["type"]
        record = common(row) | {
            "kind": "infrared" if infrared else "radar", "type": row["type"], "party": PARTY[row["side"]], "owner": row["owner"],
            "lat_deg": float(row["lat_deg"]) if row["lat_deg"] else None, "lon_deg": float(row["lon_deg"]) if row["lon_deg"] else None,
            "altitude_km": given(row, row["alt_km"]), "azimuth_from_deg": float(row["az_min_deg"]), "azimuth_to_deg": float(row["az_max_deg"]),
            "band": row["band"], "status_2011": row["status_2011"], "tracks": not infrared,
        }  # fmt: skip
        if infrared:
            record["orbit"] = next(
                kind for kind in ("geo", "heo", "leo") if kind.upper() in row["type"] + row["name"]
            )
        else:
            record |= {"elevation_from_deg": float(row["el_min_deg"]), "elevation_to_deg": float(row["el_max_deg"]),
                       "range_min_km": given(row, row["range_min_km"]), "range_max_km": radar_range(row)}  # fmt: skip
        record |= service(name)
        made.append(record)
    return made


def radar_range(row: dict[str, str]) -> dict[str, object] | None:
    """Return the range with the spread that the table's own notes print."""
    low = {"tpy2_kurecik": "1500", "tpy2_israel": "1500", "armavir": "4000", "lekhtusi": "4000", "pionersky": "4200",
           "don2n": "1500"}.get(row["id"], "")  # fmt: skip
    high = {"fylingdales": "5000", "spy1d": "600", "emr": "4500"}.get(row["id"], "")
    return given(row, row["range_max_km"], low=low, high=high)


def service(name: str) -> dict[str, object]:
    """Return the days in service that the tables state; a sensor without them is always there."""
    known = {"tpy2-kurecik": ("2011-12-31", ""), "armavir": ("2009-02-26", ""), "pionersky": ("2011-11-29", ""),
             "lekhtusi": ("2006-12-22", ""), "gabala": ("1985-01-01", "2012-12-31"), "mukachevo": ("", "2009-02-28"),
             "sevastopol": ("", "2009-02-28"), "oko-geo": ("2012-03-30", "2014-04-30"), "sbirs-geo1": ("2013-01-01", ""),
             "spy6": ("2023-01-01", ""), "smartl": ("2017-01-01", "")}.get(name, ("", ""))  # fmt: skip
    azimuth = {"armavir": {"azimuth_from_deg": 175.0}}.get(name, {})
    return {key: day for key, day in zip(("active_from", "active_to"), known, strict=True) if day} | azimuth


def sites(folder: Path) -> list[dict[str, object]]:
    made = []
    for row in rows(folder, "sites"):
        name = key_of(row["id"])
        record = common(row) | {
            "country": "" if row["country"] == "INT" else row["country"], "party": PARTY[row["side"]], "role": row["role"],
            "lat_deg": float(row["lat_deg"]), "lon_deg": float(row["lon_deg"]), "phase": row["phase"], "planned": row["date_planned"],
            "operational": row["date_operational"], "interceptor": INTERCEPTOR_OF.get(row["interceptor_type"], ""),
            "patrol_deg": PATROL_DEG.get(name, []), "sensors": SITE_SENSORS.get(name, []), "status_2011": row["status_2011"],
        }  # fmt: skip
        if record["interceptor"] and row["interceptor_count"]:
            record["count"] = given(
                row,
                row["interceptor_count"],
                whole=True,
                spread=0.2
                if "split from memory" in row["source"]
                else 0.5
                if row["confidence"] == "memory"
                else 0.0,
            )
        record["note"] = "; ".join(
            x
            for x in (
                row["note"],
                f"interceptors: {row['interceptor_type']}",
                f"coordinates: {row['coord_confidence']}",
            )
            if x
        )
        made.append(record)
    return made


def forces(folder: Path) -> list[dict[str, object]]:
    made = []
    for row in rows(folder, "forces"):
        name = key_of(row["id"])
        record = common(row) | {
            "name": f"{row['base']}, {row['system']}", "party": "russia" if row["country"] == "RU" else "us", "leg": row["leg"],
            "base": row["base"], "system": row["system"], "reporting_name": row["reporting_name"], "missile": STAND_IN.get(row["system"], ""),
            "lat_deg": float(row["lat_deg"]) if row["lat_deg"] else None, "lon_deg": float(row["lon_deg"]) if row["lon_deg"] else None,
            "launchers": given(row, row["launchers_2011"], whole=True),
            "warheads_per_launcher": {**given(row, row["warheads_per_launcher"]), "low": 1.0, "high": float(row["warheads_per_launcher"]) + 1} if row["warheads_per_launcher"] else None,
            "warheads": given(row, row["warheads_2011"], whole=True), "basing": row["basing"], "as_of": row["as_of"],
        }  # fmt: skip
        if name in PATROLS:
            record["launch_lat_deg"], record["launch_lon_deg"] = PATROLS[name]
        made.append(record)
    return made


def launch_areas(folder: Path) -> list[dict[str, object]]:
    return [common(row) | {"lat_deg": float(row["lat_deg"]), "lon_deg": float(row["lon_deg"]), "note": row["use"],
                           "precision_deg": float(row["precision_deg"])} for row in rows(folder, "launch_areas")]  # fmt: skip


def instruments(folder: Path) -> list[dict[str, object]]:
    facts = tomllib.loads((folder / "instruments.toml").read_text("utf-8"))
    made: dict[str, dict[str, object]] = {}
    for row in rows(folder, "instruments"):
        name = re.sub(r"[^a-z0-9]+", "-", row["instrument"].lower()).strip("-")
        fact = facts.get(name, {})
        record = made.setdefault(name, {
            "id": name, "name": row["instrument"], "year": int(row["year"]), "status": row["status"], "source": row["source"],
            "confidence": "mixed", "parties": fact.get("parties", []), "events": fact.get("events", []), "provisions": []})  # fmt: skip
        record["provisions"].append({"article": row["clause"], "status": row["status"]} | {
            key: row[key] for key in ("parameter", "operator", "value", "unit", "applies_to", "source", "confidence")})  # fmt: skip
    for name, fact in facts.items():
        if name not in made:
            made[name] = {"id": name, "name": fact["name"], "year": fact["year"], "parties": fact["parties"], "events": fact["events"],
                          "source": fact["source"], "confidence": "mixed", "laws": fact.get("laws")}  # fmt: skip
    return list(made.values())


def text_of(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {text_of(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(text_of(item) for item in value) + "]"
    if isinstance(value, float):
        return f"{value:.10g}" if value != int(value) else str(int(value))
    return json.dumps(value, ensure_ascii=False)


def write(folder: Path, kind: str, records: list[dict[str, object]]) -> None:
    place = folder / kind
    place.mkdir(parents=True, exist_ok=True)
    for old in place.glob("*.toml"):
        old.unlink()
    for record in records:
        lines = [f"{key} = {text_of(value)}" for key, value in record.items() if value not in (None, "", [])]
        (place / f"{record['id']}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


KINDS = {"missiles": missiles, "interceptors": interceptors, "sensors": sensors, "sites": sites, "forces": forces,
         "launch_areas": launch_areas, "instruments": instruments}  # fmt: skip


def main(source: Path, target: Path) -> None:
    for kind, make in KINDS.items():
        write(target, kind, make(source))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
