"""Exports of a run, read back by other people's programs."""

import json
import sys
from pathlib import Path

import geojson
import pytest
import xarray as xr
from pyproj import Geod
from shapely import Point, from_wkt, make_valid
from shapely.geometry import mapping, shape

from equipoise.foundation.errors import UnknownNameError
from equipoise.geography.grids import equal_area_grid, lat_lon_grid
from equipoise.geography.window import Window
from equipoise.present.exports import export
from equipoise.present.outline import joined, outline
from equipoise.present.payload import on_latitudes

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import results

WHICH = {"phase": "Phase 4", "mode": "joint", "threat": "irbm-notional"}


@pytest.fixture(scope="module")
def made():
    return results()


@pytest.fixture
def files(made, tmp_path):
    return {path.suffix: path for path in export(made, ["geojson", "kml"], tmp_path)}


@pytest.mark.outside  # the geojson package
def test_geojson_is_valid_and_holds_the_outline(made, files):
    read = geojson.loads(files[".geojson"].read_text())
    assert read.is_valid
    wanted, area_km2 = outline(made["defended_area"].data, **WHICH)
    one = next(
        f for f in read.features if WHICH.items() <= f.properties.items() and f.properties["shots"] == 1
    )
    assert one.properties["area_km2"] == round(area_km2)
    found = shape(one.geometry)
    tolerance_deg2 = 1e-2
    assert found.symmetric_difference(wanted).area < tolerance_deg2


@pytest.mark.outside  # fastkml, and the OGC schema that it carries
def test_kml_is_valid_and_holds_the_outline(made, files):
    from fastkml import kml
    from fastkml.validator import validate

    assert validate(file_to_validate=files[".kml"])
    document = kml.KML.parse(str(files[".kml"])).features[0]
    name = ", ".join(WHICH.values())
    folder = next(f for f in document.features if f.name == name)
    first = folder.features[0]
    assert first.name.startswith("1 shot or more")
    wanted, _ = outline(made["defended_area"].data, **WHICH)
    found = make_valid(from_wkt(first.geometry.wkt))
    tolerance_deg2 = 1e-2
    assert found.symmetric_difference(wanted).area < tolerance_deg2


def test_an_unknown_format_and_a_run_without_a_map_are_refused(made, tmp_path):
    with pytest.raises(UnknownNameError, match="'kml'"):
        export(made, ["kmz"], tmp_path)
    with pytest.raises(UnknownNameError, match="defended_area"):
        export({"exposure": made["exposure"]}, ["kml"], tmp_path)
    assert json.loads(export(made, ["geojson"], tmp_path)[0].read_text())["features"]


PACIFIC, BERING, ARCTIC = (
    Window(60.0, 72.0, 160.0, -160.0),
    Window(60.0, 90.0, 160.0, -160.0),
    Window(65.0, 90.0, -180.0, 180.0),
)


@pytest.mark.parametrize(
    ("grid", "window"),
    [("lat_lon", PACIFIC), ("equal_area", PACIFIC), ("equal_area", BERING), ("equal_area", ARCTIC)],
)
def test_an_outline_across_180_degrees_or_over_a_pole_is_cut_there(grid, window):
    cells = equal_area_grid(window, 200.0) if grid == "equal_area" else lat_lon_grid(window, 1.0)
    (rows, y), (columns, x) = cells.axes
    area = cells.area_km2.reshape(cells.shape)
    data = xr.Dataset(
        {"area": ((rows, columns), area)},
        coords={rows: y, columns: x},
        attrs={"step": cells.step, "grid": grid, "middle_deg": window.middle},
    )
    found = joined(data, area > 0)
    west, _, east, top = found.bounds
    assert (west, east) == (-180.0, 180.0)
    assert found.is_valid
    assert geojson.loads(json.dumps(mapping(found))).is_valid
    assert top <= 90.0
    parts = getattr(found, "geoms", [found])
    if window is ARCTIC:
        assert all(found.contains(Point(lon, 89.9)) for lon in (-179.9, -90.0, 0.0, 90.0, 179.9))
    else:
        assert all(abs(lon) > 145.0 for part in parts for lon, lat in part.exterior.coords if lat < 85.0)
    geod = Geod(ellps="sphere")
    measured = sum(abs(geod.geometry_area_perimeter(part)[0]) for part in parts) / 1e6
    assert measured == pytest.approx(area.sum(), rel=0.02)


def test_a_map_of_equal_areas_across_180_degrees_is_no_wider_on_latitudes():
    cells = equal_area_grid(PACIFIC, 100.0)
    (rows, y), (columns, x) = cells.axes
    there = (cells.area_km2 > 0).reshape(cells.shape)
    data = xr.Dataset(
        {name: ((rows, columns), there.astype(int)) for name in ("area", "shots", "reason")},
        coords={rows: y, columns: x}
        | {
            name: ((rows, columns), values.reshape(cells.shape))
            for name, values in (("latitude", cells.lat_deg), ("longitude", cells.lon_deg))
        },
        attrs={"step": cells.step, "grid": "equal_area", "middle_deg": PACIFIC.middle},
    )
    moved = on_latitudes(data)
    assert PACIFIC.west - 5.0 < moved.lon.min() < moved.lon.max() < PACIFIC.east + 5.0
    assert moved.shots.mean() > 0.8
