"""Exports of a run, read back by other people's programs."""

import json
import sys
from pathlib import Path

import geojson
import pytest
from shapely import from_wkt, make_valid
from shapely.geometry import shape

from equipoise.foundation.errors import UnknownNameError
from equipoise.present.exports import export
from equipoise.present.outline import outline

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
