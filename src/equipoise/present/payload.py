"""What the interactive page reads: one JSON value with its arrays packed beside it; what a run lacks is left out.

Arrays go, one after another, into one block that is deflated and written as base64; the JSON value holds
``{"at": byte, "n": length, "as": type}`` in their places. ``page/src/data.ts`` is the reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from pyproj import Proj

from equipoise.foundation.json_text import json_text
from equipoise.foundation.status import Reason
from equipoise.geography.borders import Line, country_labels, lines
from equipoise.geography.cities import cities
from equipoise.geography.window import Window
from equipoise.present import exposure_tables
from equipoise.present import payload_flights as flights
from equipoise.present.basemap import clipped_lines, land, land_in
from equipoise.present.figures import REASONS, SHOTS
from equipoise.present.first_screen import brief, promise, seen_in_mode
from equipoise.present.names import Names, shortened
from equipoise.present.pack import Pack
from equipoise.present.verdicts import by_phase
from equipoise.results.page_arrays import TIMES, layer
from equipoise.results.record import Result
from equipoise.results.statistics import shares

MARGIN_DEG = 6.0
"""How far the fine coasts go beyond the cells."""
REGION_TOLERANCE_DEG = 0.03
EDGE_STEP_DEG = 1.0
"""Longest side of a ring: where land is cut at a parallel, the page, which draws great circles, then keeps to it."""


def payload(results: Mapping[str, Result]) -> str:
    """Return the JSON text; empty when the run has nothing that a map could show."""
    if not {"defended_area", "places", "trajectories"} & set(results):
        return ""
    pack = Pack()
    area = on_latitudes(results["defended_area"].data) if "defended_area" in results else None
    if area is not None and "lat" not in area.dims:  # the map draws cells of latitude and longitude
        area = None
    window = None if area is None else _window(area)
    names = Names.of(results)
    axes = _axes(results, area, names)
    value = {
        "axes": axes,
        "layers": _layers(area, pack) if area is not None else {},
        "reasons": [_reason(r) for r in Reason],
        "shotColours": [SHOTS[n] for n in range(4)],
        "sites": [names("site", s) for s in area.attrs.get("sites", "").split("; ")]
        if area is not None
        else [],
        "places": _places(results["places"].data, names) if "places" in results else [],
        "zones": json.loads(results["places"].data.attrs.get("sectors", "[]")) if "places" in results else [],
        "tracks": [
            *(flights.tracks(results["trajectories"].data, pack) if "trajectories" in results else ()),
            *(
                flights.counterexamples(results["guarantee"].data, axes, pack)
                if "guarantee" in results
                else ()
            ),
        ],
        "world": _world(pack, window),
        "countries": country_labels(None if area is None else Window.of_cells(area.lat, area.lon)),
        "cities": cities(),
    }
    if area is not None and window is not None:
        value |= {
            "grid": cells_of(area),
            "window": (window.west, window.east, window.south, window.north),
            "region": _region(pack, window),
            "shares": _shares(area, names),
        }
    if "one_shot" in results:
        value["shot"] = flights.shot(results["one_shot"].data, names, pack)
    made = promise(results["guarantee"].data) if "guarantee" in results else None
    if made is not None:
        value["promise"] = {"name": str(made.name.values), "verdicts": by_phase(made)}
    if "exposure" in results:
        value["exposure"] = _exposure(results["exposure"].data, names)
    text = json_text(value | {"packed": pack.text()})
    return text.replace("<", "\\u003c")


def on_latitudes(area: xr.Dataset) -> xr.Dataset:
    """Return a map of equal-area cells on cells of latitude and longitude of about their size, each taking the nearest.

    A map that has latitudes and longitudes comes back as it is.
    """
    if "lat" in area.dims:
        return area
    inside = area.area.values > 0
    step = float(area.attrs["step"]) / 111.2
    south, west = (float(area[name].values[inside].min()) for name in ("latitude", "longitude"))
    north, east = (float(area[name].values[inside].max()) for name in ("latitude", "longitude"))
    lat, lon = np.arange(south, north + step, step), np.arange(west, east + step, step)
    middle_lat, middle_lon = area.attrs["middle_deg"]
    project = Proj(proj="laea", ellps="WGS84", lat_0=middle_lat, lon_0=middle_lon)
    metres = dict(zip(("x", "y"), project(*np.meshgrid(lon, lat)), strict=True))
    index = {
        n: np.round((at / 1e3 - float(area[n][0])) / area.attrs["step"]).astype(int)
        for n, at in metres.items()
    }
    known = np.logical_and.reduce([(i >= 0) & (i < area.sizes[n]) for n, i in index.items()])
    pointers = {n: xr.DataArray(np.where(known, i, 0), dims=("lat", "lon")) for n, i in index.items()}
    moved = area.drop_vars(["latitude", "longitude"]).isel(pointers).drop_vars(["x", "y"])
    there = xr.DataArray(known, dims=("lat", "lon")) & (moved.area > 0)
    return moved.assign_coords(lat=lat, lon=lon).assign(
        shots=moved.shots.where(there, 0), reason=moved.reason.where(there, int(Reason.OUT_OF_RANGE))
    )


def _shares(area: xr.Dataset, names: Names) -> dict[str, Any]:
    """Return the people of the first party in range who are defended, percent by phase, mode and threat, and its name."""
    share = 100 * shares(area).transpose("phase", "mode", "threat").values
    rows = [[[None if np.isnan(v) else float(v) for v in r] for r in mode] for mode in share]
    return {"party": area.attrs["protected_name"], "people": rows}


def _axes(
    results: Mapping[str, Result], area: xr.Dataset | None, names: Names
) -> dict[str, list[dict[str, str]]]:
    if area is not None:
        phases, modes, threats = (list(map(str, area[name].values)) for name in ("phase", "mode", "threat"))
    else:
        phases, modes, threats = [str(p) for p in results["places"].data.phase.values], [], []
    dates = {}
    if "scenario" in results and "date" in results["scenario"].data:
        known = results["scenario"].data
        dates = {str(p): {"date": str(known.date.sel(phase=p).values)} for p in known.phase.values}
    return {
        "phase": [{"id": p, "name": p} | dates.get(p, {}) for p in phases],
        "mode": [{"id": m, "name": names("mode", m)} for m in modes],
        "threat": [{"id": t, "name": names.short("threat", t)} for t in threats],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    colour, label = REASONS.get(reason, ("#ffffff", reason.name.lower().replace("_", " ")))
    return {"code": int(reason), "label": label, "sentence": reason.sentence, "colour": colour}


def _window(area: xr.Dataset) -> Window:
    """Return the window of the fine coasts: the cells and a margin around them."""
    return Window.of_cells(area.lat, area.lon).widened(MARGIN_DEG, most_lat_deg=85.0)


def cells_of(area: xr.Dataset) -> dict[str, Any]:
    """Return the cells of a map of latitude and longitude, as the page takes them: south-west corner, step, columns, rows."""
    cells = Window.of_cells(area.lat, area.lon)
    step = float(area.lat[1] - area.lat[0])
    return {
        "west": cells.west,
        "south": cells.south,
        "step": step,
        "nx": area.sizes["lon"],
        "ny": area.sizes["lat"],
    }


def _layers(area: xr.Dataset, pack: Pack) -> dict[str, dict[str, Any]]:
    sizes = [range(area.sizes[name]) for name in ("phase", "mode", "threat")]
    shown = area[["shots", "reason", "site", "slack_site", "slack", *sorted(TIMES & set(area.data_vars))]]
    return {
        f"{p}.{m}.{t}": layer(shown.isel(phase=p, mode=m, threat=t), pack.add)
        for p in sizes[0]
        for m in sizes[1]
        for t in sizes[2]
    }


def _places(places: xr.Dataset, names: Names) -> list[dict[str, Any]]:
    return [_place(places.isel(place=i), names) for i in range(places.sizes["place"])]


def _place(one: xr.Dataset, names: Names) -> dict[str, Any]:
    kind, name = str(one.place_kind.values), str(one.name.values)
    place: dict[str, Any] = {
        "id": str(one.place.values),
        "kind": kind,
        "name": name,
        "label": _label(name, kind),
        "party": names("party", str(one.party.values)),
        "lat": float(one.lat),
        "lon": float(one.lon),
        "phases": [int(i) for i in np.flatnonzero(one.active.values > 0)],
    }
    if kind == "site":
        place |= {"interceptor": names("interceptor", str(one.interceptor.values))}
        place |= {} if np.isnan(one["count"]) else {"count": int(one["count"])}
    if kind == "radar" and not np.isnan(one.range):
        ends = {"from": float(one.azimuth_from), "to": float(one.azimuth_to)}
        place["sector"] = ends | {"range_km": float(one.range)}
    return place


def _label(name: str, kind: str) -> str:
    """Return the short form of a name that fits beside a mark."""
    short = shortened(name).split(",")[-1 if kind == "radar" else 0].strip()
    return short.removeprefix("Naval Support Facility ") or name


def _exposure(data: xr.Dataset, names: Names) -> dict[str, Any]:
    share = data.share.sel(family="any")
    percent = 100 * share.transpose("phase", "base", "end").sel(end=["against", "nominal", "favourable"])
    best = data.slack.max(("path_family", "aim"))
    return {
        "bases": [str(b) for b in data.base.values],
        "most": [exposure_tables.most_exposed(share.isel(phase=p)) for p in range(data.sizes["phase"])],
        "speeds": [round(float(v), 2) for v in (data.speed.min(), data.speed.max())],
        "fastest": [None if np.isnan(v) else round(float(v), 2) for v in data.actual_speed.values],
        "share": np.sort(percent.values, axis=-1).tolist(),
        "said": [brief(data, base) for base in range(data.sizes["base"])],
        "in_mode": [
            [
                vars(seen) if (seen := seen_in_mode(data.isel(phase=p, mode=m), names)) else None
                for m in range(data.sizes["mode"])
            ]
            for p in range(data.sizes["phase"])
        ],
        "slack": [[None if np.isnan(v) else float(v) for v in row] for row in best.values],
    }


def _shapes(parts: Sequence[Line], pack: Pack) -> dict[str, Any]:
    """Return lines or rings in hundredths of a degree; those that shrink to a point are left out."""
    whole = [np.round(part * 100).astype(np.int16) for part in parts]
    kept = [w[np.r_[True, np.any(np.diff(w, axis=0) != 0, axis=1)]] for w in whole if len(w)]
    kept = [k for k in kept if len(k) > 1]
    joined = np.concatenate(kept) if kept else np.empty((0, 2), dtype=np.int16)
    return {"coordinates": pack.add(joined.ravel(), "i2"), "lengths": pack.add([len(k) for k in kept], "u2")}


def _world(pack: Pack, window: Window | None) -> dict[str, Any]:
    """Return the world at 1:110 million; lines stop where the fine ones begin."""
    outside = [_outside(lines(kind, "110m"), window) for kind in ("coasts", "borders")]
    return {
        "land": _shapes(land("110m"), pack),
        "coasts": _shapes(outside[0], pack),
        "borders": _shapes(outside[1], pack),
    }


def _outside(parts: Sequence[Line], window: Window | None) -> list[Line]:
    from shapely import LineString, box, difference, get_coordinates, get_parts
    from shapely.ops import unary_union

    if window is None:
        return list(parts)
    hole = unary_union([box(w.west, w.south, w.east, w.north) for w, _ in window.pieces()])
    left = difference([LineString(part) for part in parts], hole)
    return [get_coordinates(piece) for piece in get_parts(left)]


def _region(pack: Pack, window: Window | None) -> dict[str, Any] | None:
    """Return the window at 1:50 million, cut at its edges."""
    if window is None:
        return None
    pieces = [piece for piece, _ in window.pieces()]
    rings = [
        ring for piece in pieces for ring in land_in(piece, REGION_TOLERANCE_DEG, step_deg=EDGE_STEP_DEG)
    ]
    coasts, borders = (
        [line for piece in pieces for line in clipped_lines(lines(kind, "50m"), piece, REGION_TOLERANCE_DEG)]
        for kind in ("coasts", "borders")
    )
    return {"land": _shapes(rings, pack), "coasts": _shapes(coasts, pack), "borders": _shapes(borders, pack)}
