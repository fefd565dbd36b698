"""Made-up results of any size, in the form that a run saves: what the page and the report are tested with."""

import json

import numpy as np
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.results import schema
from equipoise.results.record import Provenance, Result, Source

PHASES = ["Phase 1", "Phase 2", "Phase 3", "Phase 4"]
MODES, THREATS = ["independent", "joint"], ["ghadr-1", "irbm-notional"]
BASES = {"ru-a": ("Northern base", 60.0, 40.0), "ru-b": ("Eastern base, Topol", 52.0, 60.0)}
SECTORS = [
    {
        "name": "Northern sector",
        "party": "russia",
        "ring": [[20.0, 55.0], [45.0, 55.0], [45.0, 70.0], [20.0, 70.0], [20.0, 55.0]],
    },
    {
        "name": "Southern wedge",
        "party": "nato",
        "lat": 44.0,
        "lon": 24.0,
        "sector": {"from": 100.0, "to": 200.0, "range_km": 900.0},
    },
]
PROVENANCE = Provenance(
    version="0.1.0", scenario="made-up", scenario_hash="0" * 64, command="equipoise run made-up"
)


def results(
    *, rows: int = 24, columns: int = 36, paths: int = 12, threats: tuple[str, ...] = tuple(THREATS)
) -> dict[str, Result]:
    """Return one result of each kind over a map of ``rows`` by ``columns`` cells."""
    made = {
        "scenario": ("A made-up <case> & its report", scenario()),
        "places": ("Places", places()),
        "defended_area": ("Defended area", area(rows, columns, threats)),
        "exposure": ("Exposure", exposure()),
        "trajectories": ("Paths", trajectories(paths, threats)),
        "one_shot": ("One shot", one_shot(threats[-1])),
        "guarantee": ("Guarantee", guarantee()),
        "negotiation": ("Negotiation space", space()),
    }
    sources = (Source("1", "A made-up source", "assumption"),)
    return {
        kind: Result(kind=kind, title=title, data=declared(kind, data), provenance=PROVENANCE, sources=sources, notes=(f"A limit of {kind}.",))
        for kind, (title, data) in made.items()
    }  # fmt: skip


def declared(kind: str, data: xr.Dataset) -> xr.Dataset:
    """Return data with the units and meanings that their kind declares."""
    for name, variable in data.data_vars.items():
        variable.attrs = schema.kind(kind).variables[name].attributes()
    return data


def _texts(values) -> np.ndarray:
    return np.array(values, dtype=object)


def scenario() -> xr.Dataset:
    rows = [("assumption", "assumption", "decision_s", 15.0, 0.0, 60.0, "s"), ("missile", "ghadr-1", "max_range_km", 1950.0, 1800.0, 2000.0, "km")]  # fmt: skip
    names = ("table", "entry", "key", "value", "low", "high", "unit")
    columns = {n: ("input", _texts([r[i] for r in rows]) if n in ("table", "entry", "key", "unit") else [r[i] for r in rows]) for i, n in enumerate(names)}  # fmt: skip
    columns["source"] = ("input", _texts(["made up", "made up <b>"]))
    columns["confidence"] = ("input", _texts(["assumption", "memory"]))
    columns["date"] = (
        "phase",
        _texts(["2011-12-31", "2015-12-31", "2018-12-31", "2020-12-31"]),
    )
    names = {
        "mode": {"independent": "Two independent systems", "joint": "One joint system"},
        "threat": {"ghadr-1": "Ghadr-1", "irbm-notional": "Notional IRBM (three stages), notional"},
        "interceptor": {"sm3-ib": "SM-3 Block IB", "sm3-iia": "SM-3 Block IIA"},
        "site": {"deveselu": "Deveselu", "redzikowo": "Redzikowo"},
        "party": {"nato": "NATO", "russia": "Russia"},
        "base": {name: words for name, (words, *_) in BASES.items()},
    }
    return xr.Dataset(columns, coords={"phase": PHASES}, attrs={"names": json.dumps(names)})


def places() -> xr.Dataset:
    nan = np.nan
    rows = [
        (
            "deveselu",
            "Deveselu (Aegis Ashore)",
            "site",
            "nato",
            "sm3-ib",
            44.1,
            24.4,
            24.0,
            nan,
            nan,
            nan,
            (0, 1, 1, 1),
        ),
        ("redzikowo", "Redzikowo", "site", "nato", "sm3-iia", 54.5, 17.1, 24.0, nan, nan, nan, (0, 0, 1, 1)),
        (
            "kurecik",
            "Radar, Kurecik",
            "radar",
            "nato",
            "",
            38.3,
            37.8,
            nan,
            40.0,
            160.0,
            1500.0,
            (1, 1, 1, 1),
        ),
        (
            "ir-nw",
            "North-western launch area",
            "launch_area",
            "",
            "",
            38.0,
            46.5,
            nan,
            nan,
            nan,
            nan,
            (1, 1, 1, 1),
        ),
        *(
            (k, n, "base", "russia", "", la, lo, nan, nan, nan, nan, (1, 1, 1, 1))
            for k, (n, la, lo) in BASES.items()
        ),
    ]
    names = (
        "name",
        "place_kind",
        "party",
        "interceptor",
        "lat",
        "lon",
        "count",
        "azimuth_from",
        "azimuth_to",
        "range",
    )
    data = {n: ("place", _texts([r[i] for r in rows]) if i < 5 else [r[i] for r in rows]) for i, n in enumerate(names, start=1)}  # fmt: skip
    data["defends"] = ("place", [int(r[2] in ("site", "radar")) for r in rows])
    data["active"] = (("place", "phase"), np.array([r[-1] for r in rows], dtype=np.int8))
    return xr.Dataset(
        data, coords={"place": [r[0] for r in rows], "phase": PHASES}, attrs={"sectors": json.dumps(SECTORS)}
    )


def area(rows: int, columns: int, threats: tuple[str, ...]) -> xr.Dataset:
    step = 37.0 / rows
    lat = 34.0 + step * (np.arange(rows) + 0.5)
    lon = -11.0 + step * (np.arange(columns) + 0.5)
    shape = (len(PHASES), len(MODES), len(threats), rows, columns)
    p, m, t, la, lo = np.ogrid[tuple(slice(n) for n in shape)]
    distance = np.hypot((lat[la] - 47.0), (lon[lo] - 24.0) * 0.68)
    reach = 4.0 + 3.0 * p + 1.5 * m + 2.0 * t
    shots = np.broadcast_to(np.clip(np.ceil((reach - distance) / 2.5), 0, 4), shape).astype(np.int16)
    reason = np.where(
        shots > 0,
        int(Reason.ENGAGED),
        np.where(distance < reach + 3, int(Reason.NO_TIME), int(Reason.OUT_OF_REACH)),
    )
    reason = np.where(np.broadcast_to(distance > 28.0, shape), int(Reason.OUT_OF_RANGE), reason).astype(
        np.int16
    )
    shots = np.where(reason == int(Reason.OUT_OF_RANGE), 0, shots)
    slack = np.where(
        reason >= int(Reason.OUT_OF_REACH), np.nan, np.broadcast_to(20.0 * (reach - distance), shape)
    )
    axes = ("phase", "mode", "threat", "lat", "lon")
    data = {
        "shots": (axes, shots),
        "reason": (axes, reason),
        "site": (axes, np.where(shots > 0, 0, 255).astype(np.int16)),
        "slack_site": (
            axes,
            np.where(np.isfinite(slack), 1, 255).astype(np.int16),
        ),
        "slack": (axes, slack),
        "track": (axes, np.where(shots > 0, 200.0, np.nan)),
        "launch": (axes, np.where(shots > 0, 225.0, np.nan)),
        "first_intercept": (axes, np.where(shots > 0, 420.0, np.nan)),
    }
    cell_km2 = np.broadcast_to((111.2 * step) ** 2 * np.cos(np.radians(lat))[:, None], (rows, columns))
    people = np.where((np.arange(rows)[:, None] + np.arange(columns)) % 3 == 0, 2e5, 0.0)
    data |= {
        "area": (("lat", "lon"), cell_km2),
        "owner": (
            ("lat", "lon"),
            np.broadcast_to(np.arange(columns) % 2, (rows, columns)).astype(np.int16),
        ),
        "people": (("lat", "lon"), people),
        "country_name": (("country",), ["Poland", "Romania"]),
        **_totals(shots, reason, {"people": people, "land": cell_km2}),
    }
    coords = {
        "phase": PHASES, "mode": MODES, "threat": list(threats), "lat": lat, "lon": lon, "level": [1, 2],
        "country": ["PL", "RO"],
    }  # fmt: skip
    attrs = {
        "sites": "deveselu; redzikowo", "grid": "lat_lon", "step": step, "middle_deg": (52.5, 17.0), "required_shots": 1,
        "protected": json.dumps({"nato": ["PL", "RO"]}), "protected_name": "NATO", "people": "Made-up people.",
    }  # fmt: skip
    return xr.Dataset(data, coords=coords, attrs=attrs)


def _totals(shots, reason, weights) -> dict:
    """People and land by country: even columns are Poland's, odd ones Romania's."""
    found = {}
    columns = shots.shape[-1]
    own = [np.arange(columns) % 2 == k for k in (0, 1)]
    for name, weight in weights.items():
        total = [weight[:, mine].sum() for mine in own]
        reached = [
            [(weight * (r != int(Reason.OUT_OF_RANGE)))[:, mine].sum() for mine in own] for r in reason[0, 0]
        ]
        hit = [
            [(weight * (shots >= level))[..., mine].sum(axis=(-2, -1)) for mine in own] for level in (1, 2)
        ]
        found |= {
            f"{name}_total": ("country", total),
            f"{name}_in_range": (("threat", "country"), reached),
            f"{name}_defended": (
                ("phase", "mode", "threat", "level", "country"), np.moveaxis(np.array(hit), (0, 1), (3, 4)),
            ),
        }  # fmt: skip
    return found


FAMILIES, POLICIES = ["minimum_energy", "lofted", "depressed"], ["remote", "early"]
ENDS = ["against", "nominal", "favourable"]


def _share_in_mode():
    """Return what sensors expose: more with each phase after the first, each mode, the second policy and the second base."""
    phase, mode, policy, base = np.ogrid[0:4, 1 : len(MODES) + 1, 0:2, 1:3]
    share = 0.05 * phase * mode * policy * base
    return np.repeat(share[:, :, :, None, :], 4, axis=3)


def exposure() -> xr.Dataset:
    share = np.zeros((4, 3, 4, 2))
    share[2:, 1, :, 1], share[2:, 2] = 0.04, 0.35
    slack = np.full((4, 3, 2, 9), np.nan)
    slack[2:, :, 1] = np.linspace(-80.0, 12.0, 9)
    flip = np.where(np.isfinite(slack), 5.5 - slack / 100.0, np.inf)
    axes = ("phase", "path_family", "base", "aim")
    rising = np.broadcast_to(np.linspace(0, 0.6, 7)[None, :, None, None], (4, 7, 4, 2))
    limits = np.broadcast_to(np.array([0.0, 3.0, 9.0]), (4, 3))
    site = np.where(
        np.arange(24).reshape(1, 1, 4, 6) % 5 == 0, np.nan, np.linspace(-90, 40, 24).reshape(1, 1, 4, 6)
    )
    return xr.Dataset(
        {
            "slack": (axes, slack),
            "reason": (axes, np.where(slack > 0, 0, 4).astype(np.int16)),
            "flip_speed": (axes, flip),
            "actual_speed": ("phase", [3.0, 3.0, 4.5, 5.5]),
            "share": (("phase", "end", "family", "base"), share),
            "share_in_mode": (("phase", "mode", "policy", "family", "base"), _share_in_mode()),
            "slack_in_mode": (("phase", "mode", "policy", "path_family", "base"), np.full((4, len(MODES), 2, 3, 2), -20.0)),
            "flip_at_delay": (("phase", "delay"), np.broadcast_to(np.linspace(4.0, 9.0, 7), (4, 7))),
            "share_at_speed": (("phase", "speed", "family", "base"), rising),
            "share_at_delay": (("phase", "delay", "family", "base"), rising[:, ::-1]),
            "truth": ("phase", np.array([1, 1, 2, 2], dtype=np.int8)),
            "deciding": ("phase", _texts(["", "", "speed", "speed"])),
            "slack_at_site": (("interceptor", "base", "site_lat", "site_lon"), np.repeat(site, 2, axis=1)),
            **dict.fromkeys(("inventory", "exposed_warheads", "most_taken", "expected_taken"), (("phase", "end"), limits)),
            "most_at_number": (("phase", "end", "number"), np.repeat(limits[..., None], 2, axis=2)),
        },
        coords={
            "phase": PHASES, "base": list(BASES), "base_name": ("base", _texts([name for name, *_ in BASES.values()])),
            "warheads": ("base", [18.0, 300.0]), "base_lat": ("base", [57.9, 51.1]), "base_lon": ("base", [33.6, 59.8]), "end": ENDS, "family": [*FAMILIES, "any"],
            "path_family": FAMILIES, "mode": MODES, "policy": POLICIES, "speed": np.arange(3.0, 9.1, 1.0),
            "delay": np.linspace(-120.0, 300.0, 7), "interceptor": ["fast"], "site_lat": np.linspace(40.0, 70.0, 4),
            "site_lon": np.linspace(0.0, 50.0, 6), "number": [0, 10],
            "aim_lat": ("aim", np.repeat([30.0, 38.0, 46.0], 3)), "aim_lon": ("aim", np.tile([-120.0, -96.0, -72.0], 3)),
        },
        attrs={"nominal_delay_s": 55.0},
    )  # fmt: skip


def trajectories(paths: int, threats: tuple[str, ...]) -> xr.Dataset:
    samples = 64
    s = np.linspace(0.0, 1.0, samples)
    lat, lon, high = (np.empty((paths, samples), dtype=np.float32) for _ in range(3))
    kinds, owners = [], []
    for i in range(paths):
        strategic = i % 2 == 1
        start = (52.0, 60.0) if strategic else (38.0, 46.5)
        end = (30.0 + i % 16, -80.0) if strategic else (36.0 + i % 30, 10.0 + i % 25)
        lat[i] = start[0] + (end[0] - start[0]) * s + (30.0 if strategic else 2.0) * np.sin(np.pi * s)
        lon[i] = (start[1] + (end[1] - start[1]) * s + 180.0) % 360.0 - 180.0
        high[i] = (1.2e6 if strategic else 5e5) * np.sin(np.pi * s)
        kinds.append("strategic" if strategic else "regional")
        owners.append(list(BASES)[i // 2 % 2] if strategic else threats[i // 2 % len(threats)])
    axes = ("path", "sample")
    engageable = np.array([[0, 0, i % 5 == 1, i % 3 == 1] for i in range(paths)], dtype=np.int8)
    flip = np.where(engageable, 4.2, 6.5)  # below and above the speeds in place, see exposure
    flip[[kind == "regional" for kind in kinds]] = np.nan
    return xr.Dataset(
        {
            "lat": (axes, lat), "lon": (axes, lon), "altitude": (axes, high),
            "count": ("path", np.full(paths, samples)), "step": ("path", np.full(paths, 28.0)),
            "label": ("path", _texts([f"path {i}" for i in range(paths)])),
            "path_kind": ("path", _texts(kinds)), "owner": ("path", _texts(owners)),
            "first_intercept": (("path", "phase", "mode"), np.array([np.full((4, 2), 420.0 if k == "regional" else np.nan) for k in kinds])),
            "engageable": (("path", "phase"), engageable), "flip_speed": (("path", "phase"), flip),
        },
        coords={"path": [f"path-{i}" for i in range(paths)], "phase": PHASES, "mode": MODES},
    )  # fmt: skip


def one_shot(threat: str) -> xr.Dataset:
    """Return a missile that flies north-west and an interceptor that meets it at its twentieth sample, 20 km off the straight line."""
    s = np.linspace(0.0, 1.0, 41)
    missile = {"lat": 38.0 + 12.0 * s, "lon": 46.5 - 26.0 * s, "altitude": 5e5 * np.sin(np.pi * s)}
    t = np.clip((s - 0.2) / 0.3, 0.0, 1.0)
    known = (s >= 0.2) & (s <= 0.5)
    start = {"lat": 44.1, "lon": 24.4, "altitude": 0.0}
    interceptor = {k: np.where(known, start[k] + (missile[k][20] - start[k]) * t, np.nan) for k in missile}
    data = {
        f"{who}_{key}": ("sample", values)
        for who, path in (("missile", missile), ("interceptor", interceptor))
        for key, values in path.items()
    }
    seen = [[[60.0, 400.0]], [[np.nan, np.nan]]]
    times = {
        "step_s": 24.0,
        "burnout_s": 120.0,
        "track_s": 160.0,
        "launch_s": 192.0,
        "meet_s": 480.0,
        "slack_s": 90.0,
    }
    at = {"site": "deveselu", "phase": PHASES[-1], "mode": MODES[0], "threat": threat, "command": "nato"}
    return xr.Dataset(
        data | {"seen": (("sensor", "spell", "edge"), seen)},
        coords={"sensor": ["kurecik", "other"]},
        attrs=times | at,
    )


def guarantee() -> xr.Dataset:
    """Return one clause that may be broken in the last phase, by a flight that an interceptor meets after ten minutes."""
    shown = {
        "features": [
            {"geometry": {"coordinates": [[60.0, 52.0, 0], [20.0, 65.0, 5e5], [-60.0, 50.0, 0]]}, "properties": {"name": "missile from ru-b, lofted", "time_s": [0.0, 600.0, 1200.0]}},
            {"geometry": {"coordinates": [[17.1, 54.5, 0], [20.0, 65.0, 5e5]]}, "properties": {"name": "interceptor", "time_s": [380.0, 600.0]}},
            {"geometry": {"coordinates": [17.1, 54.5, 0]}, "properties": {"name": "interceptor site: redzikowo"}},
            {"geometry": {"coordinates": [20.0, 65.0, 5e5]}, "properties": {"name": "intercept", "time_s": 600.0}},
        ]
    }  # fmt: skip
    per = lambda values: (("clause", "phase"), _texts([values]))  # noqa: E731
    one = lambda value: ("clause", _texts([value]))  # noqa: E731
    numbers = lambda values: (("clause", "phase"), [values])  # noqa: E731
    return xr.Dataset(
        {
            "truth": numbers([1, 1, 1, 2]), "acts": numbers([0, 0, 0, 0]), "margin": numbers([300.0, 200.0, 100.0, 20.0]),
            "margin_low": numbers([200.0, 100.0, 50.0, -60.0]), "margin_high": numbers([400.0, 300.0, 200.0, 190.0]), "unit": per(["s"] * 4),
            "status": per(["proposed"] * 4), "deciding": per(["", "", "", "speed"]), "covered": per(["ends"] * 4), "note": per([""] * 4),
            "element": per(["{}", "{}", "{}", json.dumps({"base": "ru-b"})]), "engagement": per(["{}", "{}", "{}", json.dumps(shown)]),
            "name": one("No strategic missile engageable"), "clause_kind": one("function"), "text": one(""), "instrument": one(""), "article": one(""),
            "source": one("made up"), "confidence": one("assumption"), "bears": (("clause", "means"), _texts([["directly"]])),
            "breakout": one("send ships"), "breakout_steps": one("passage (5 days)"), "breakout_days": (("clause", "end"), [[2.0, 5.0, 14.0]]),
        },
        coords={"clause": ["c"], "phase": PHASES, "means": ["inspection"], "end": ["low", "nominal", "high"]},
    )  # fmt: skip


def space() -> xr.Dataset:
    """Return a negotiation space of three points, one of them a proposal."""
    numbers = {
        "speed": [3.0, 4.5, 4.5], "number": [100.0, 100.0, 24.0], "people": [350.0, 300.0, 200.0], "exposed_found": [80.0, 0.0, 0.0],
        "exposed_bound": [100.0, 0.0, 24.0], "proposal": [0.0, 0.0, 1.0], "frontier": [1.0, 1.0, 0.0],
    }  # fmt: skip
    words = {"place": ["anywhere", "south of 46 N", "draft"], "source": ["", "", "a <paper>"]}
    lever = {"change_now": [3.0], "change_value": [2.0], "change_lost": [0.0]}
    lever_words = {
        "change": ["burnout speed: change speed from 3 to 2 km/s; costs nobody a shot."],
        "change_unit": ["km/s"],
        "change_clause": ["speed"],
    }
    return xr.Dataset(
        {k: ("point", v) for k, v in numbers.items()}
        | {k: ("point", _texts(v)) for k, v in words.items()}
        | {k: ("lever", v) for k, v in lever.items()}
        | {k: ("lever", _texts(v)) for k, v in lever_words.items()},
        coords={"point": ["p0", "p1", "p2"], "lever": ["burnout speed"]},
        attrs={"raid": 30, "own": "p2", "already": 0},
    )
