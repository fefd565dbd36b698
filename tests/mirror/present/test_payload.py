"""What the page is given: arrays that come back as they were, shapes in their window, maps of any grid."""

import base64
import json
import zlib

import numpy as np
import xarray as xr

from equipoise.foundation.status import Reason
from equipoise.geography.grids import equal_area_grid
from equipoise.geography.window import Window as GridWindow
from equipoise.present.pack import Pack
from equipoise.present.payload import on_latitudes, payload
from equipoise.results.page_arrays import NONE, layer
from equipoise.results.record import Result
from equipoise.results.schema import dataset

TYPES = {"u1": "u1", "i2": "<i2", "u2": "<u2", "f4": "<f4"}


def unpacked(ref, block):
    return np.frombuffer(block, TYPES[ref["as"]], count=ref["n"], offset=ref["at"])


def test_packed_arrays_come_back():
    pack = Pack()
    refs = [pack.add([1, 2, 255], "u1"), pack.add([-3, 9], "i2"), pack.add([0.5, -2.0], "f4")]
    block = zlib.decompress(base64.b64decode(pack.text()))
    assert [unpacked(r, block).tolist() for r in refs] == [[1, 2, 255], [-3, 9], [0.5, -2.0]]
    assert all(r["at"] % 4 == 0 for r in refs)


def test_times_are_whole_seconds_and_none_is_marked():
    cells = xr.Dataset(
        {n: ("cell", [1, 2]) for n in ("shots", "reason", "site", "slack_site")}
        | {"slack": ("cell", [12.6, np.nan])}
    )
    found = layer(cells, lambda values, kind: (np.asarray(values).tolist(), kind))
    assert found["slack"] == ([13.0, NONE], "i2")
    assert set(found) == {"shots", "reason", "site", "slack_site", "slack"}


def test_a_map_of_equal_areas_is_shown_where_it_lies():
    grid = equal_area_grid(GridWindow(35.0, 70.0, -10.0, 44.0), 100.0)
    (_, y), (_, x) = grid.axes
    square = {n: (("y", "x"), v.reshape(grid.shape)) for n, v in (("lat_of", grid.lat_deg), ("lon_of", grid.lon_deg), ("area", grid.area_km2))}  # fmt: skip
    shots = (("y", "x"), np.ones(grid.shape, dtype=np.int16))
    reason = (("y", "x"), np.zeros(grid.shape, dtype=np.int16))
    area = xr.Dataset(
        square | {"shots": shots, "reason": reason},
        coords={"y": y, "x": x, "latitude": square["lat_of"], "longitude": square["lon_of"]},
        attrs={"step": 100.0, "middle_deg": grid.window.middle},
    )
    moved = on_latitudes(area)
    there = (moved.reason != int(Reason.OUT_OF_RANGE)).values
    assert there.mean() > 0.8
    tolerance_km = 100.0 / np.sqrt(2.0) + 1.0
    north = 111.2 * np.abs(moved.lat_of - moved.lat).values[there]
    east = 111.2 * (np.cos(np.radians(moved.lat)) * np.abs(moved.lon_of - moved.lon)).values[there]
    assert np.hypot(north, east).max() < tolerance_km
    assert not moved.shots.values[~there].any()


def test_a_run_without_a_map_has_no_page():
    assert payload({}) == ""


def test_nothing_in_the_payload_can_end_its_script():
    name = np.array(["</script><script>alert(1)</script>"], dtype=object)
    one = {"lat": [50.0], "lon": [10.0], "count": [np.nan], "range": [np.nan], "active": [[1]]}
    texts = {n: name if n == "name" else ["site"] for n in ("name", "place_kind", "party", "interceptor")}
    data = dataset("places", one | texts, {"place": ["a"], "phase": ["p"]})
    text = payload({"places": Result(kind="places", title="t", data=data)})
    assert "<" not in text
    assert json.loads(text)["places"][0]["name"] == name[0]


def test_the_label_of_a_place_holds_no_half_of_a_bracket():
    name = ["A regiment (in the east, notional point), at rest"]
    one = {"lat": [50.0], "lon": [10.0], "count": [np.nan], "range": [np.nan], "active": [[1]]}
    texts = {n: name if n == "name" else ["site"] for n in ("name", "place_kind", "party", "interceptor")}
    data = dataset("places", one | texts, {"place": ["a"], "phase": ["p"]})
    told = json.loads(payload({"places": Result(kind="places", title="t", data=data)}))
    assert told["places"][0]["label"] == "A regiment"
