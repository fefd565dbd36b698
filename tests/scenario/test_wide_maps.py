"""Maps of 10,000 km across the Pacific and over the pole, in the formats of other programs."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree

import geojson
import numpy as np
import pytest
from fastkml.validator import validate
from pyproj import Geod
from shapely import LinearRing, Point, Polygon, union_all
from shapely.geometry import shape

from equipoise.analysis.defence.defended_area import defended_area
from equipoise.flights.fly import fly
from equipoise.present.exports import export
from equipoise.present.trajectory_files import WRITERS
from equipoise.scenario.load import Scenario

LAUNCH = datetime(2020, 1, 1, tzinfo=UTC)
WORLD = """
[scenario]
name = "{name}"
title = "A wide map"
earth = "wgs84"
families = ["minimum_energy"]
modes = ["independent"]
required_shots = 1
{window}
aim_south_deg = 40.0
aim_north_deg = 50.0
aim_west_deg = -120.0
aim_east_deg = -110.0
aim_step_deg = 5.0
[[phase]]
name = "now"
date = "2020-01-01"
[[threat]]
missile = "icbm-notional"
launch_area = "there"
[launch_area.there]
name = "There"
lat_deg = {launch[0]}
lon_deg = {launch[1]}
source = "notional"
confidence = "assumption"
[site.here]
name = "Here"
party = "us"
lat_deg = {site[0]}
lon_deg = {site[1]}
interceptor = "gbi-2-stage"
count = 10
sensors = ["eye"]
source = "notional"
confidence = "assumption"
[radar.eye]
name = "Eye"
party = "us"
azimuth_from_deg = 0
azimuth_to_deg = 360
elevation_from_deg = 0
elevation_to_deg = 90
band = "X"
range_max_km = 5000
source = "notional"
confidence = "assumption"
"""
ACROSS = """map_south_deg = 15.0
map_north_deg = 65.0
map_west_deg = 125.0
map_east_deg = -115.0
map_step_deg = 2.5"""
POLAR = """map_south_deg = 60.0
map_north_deg = 90.0
map_west_deg = -180.0
map_east_deg = 180.0
map_step_deg = 5.0
grid = "equal_area"
map_step_km = 250.0"""
WORLDS = {
    "across": WORLD.format(name="across", window=ACROSS, launch=(40.0, 126.0), site=(30.0, 179.0)),
    "polar": WORLD.format(name="polar", window=POLAR, launch=(35.0, 60.0), site=(84.0, -150.0)),
}


@pytest.fixture(scope="module", params=WORLDS)
def world(request, tmp_path_factory):
    """Name, defended area and the files of its outlines."""
    result = defended_area(Scenario.from_toml(WORLDS[request.param]))
    folder = tmp_path_factory.mktemp(request.param)
    files = export({"defended_area": result}, ["geojson", "kml"], folder)
    return request.param, result.data, {path.suffix: path for path in files}


def measured_km2(polygons):
    geod = Geod(ellps="sphere")
    return sum(abs(geod.geometry_area_perimeter(part)[0]) for part in polygons) / 1e6


def holds_what_it_should(name, outline):
    site = {"across": Point(179.0, 30.0), "polar": Point(-150.0, 84.0)}[name]
    assert outline.contains(site)
    west, _, east, north = outline.bounds
    assert (west, east) == (-180.0, 180.0)  # on both sides of the cut
    if name == "polar":
        assert north == 90.0
        assert all(outline.contains(Point(lon, 89.9)) for lon in (-179.9, -90.0, 0.0, 90.0, 179.9))


@pytest.mark.outside  # the packages geojson and shapely, and areas by pyproj
def test_outlines_are_geojson_by_rfc_7946(world):
    name, data, files = world
    read = geojson.loads(files[".geojson"].read_text())
    assert read.is_valid
    assert read.features
    for feature in read.features:
        outline = shape(feature.geometry)
        assert outline.is_valid
        parts = list(getattr(outline, "geoms", [outline]))
        for part in parts:
            assert LinearRing(
                part.exterior.coords
            ).is_ccw  # section 3.1.6: to the right of a shell lies what is outside
            assert not any(LinearRing(hole.coords).is_ccw for hole in part.interiors)
            assert np.abs(np.array(part.exterior.coords)[:, 0]).max() <= 180.0
        assert measured_km2(parts) == pytest.approx(feature.properties["area_km2"], rel=0.02)
    first = next(f for f in read.features if f.properties["shots"] == 1)
    holds_what_it_should(name, shape(first.geometry))
    assert first.properties["area_km2"] == round(
        float(data.area.values[data.shots.values[0, 0, 0] >= 1].sum())
    )


@pytest.mark.outside  # the OGC schema, by fastkml
def test_outlines_are_kml_with_the_same_areas(world):
    name, _, files = world
    assert validate(file_to_validate=files[".kml"])
    space = "{http://www.opengis.net/kml/2.2}"
    place = next(ElementTree.parse(files[".kml"]).iter(f"{space}Placemark"))
    polygons = []
    for polygon in place.iter(f"{space}Polygon"):
        rings = [
            [tuple(map(float, point.split(",")[:2])) for point in ring.text.split()]
            for ring in polygon.iter(f"{space}coordinates")
        ]
        polygons.append(Polygon(rings[0], rings[1:]))
    stated = float(place.findtext(f"{space}name").split("more, ")[1].removesuffix(" km2").replace(",", ""))
    assert measured_km2(polygons) == pytest.approx(stated, rel=0.02)
    holds_what_it_should(name, union_all(polygons))


@pytest.mark.outside  # the package geojson, czml3 and the OGC schema
@pytest.mark.parametrize(
    ("start", "aim"),
    [((36.0, 118.0), (34.0, -118.0)), ((50.0, 100.0), (40.0, -81.0))],
    ids=["pacific", "polar"],
)
def test_flights_of_ten_thousand_kilometres_are_cut_and_whole(start, aim, tmp_path):
    from czml3 import Document, Packet

    flight = fly("icbm-solid", start=start, aim=aim)
    assert float(flight.data.range_km) > 9_900.0
    made = {
        kind: WRITERS[kind](flight, launch)
        for kind, launch in ((k, LAUNCH) for k in ("geojson", "kml", "czml"))
    }
    line = geojson.loads(made["geojson"])
    assert line.is_valid
    pieces = line.features[0].geometry.coordinates
    pieces = pieces if isinstance(pieces[0][0], list) else [pieces]
    (tmp_path / "flight.kml").write_text(made["kml"])
    assert validate(file_to_validate=tmp_path / "flight.kml")
    Document(packets=[Packet.model_validate(p) for p in json.loads(made["czml"])])
    points = np.array([point for piece in pieces for point in piece])
    assert np.abs(points[:, 0]).max() <= 180.0
    for piece in pieces:
        steps = np.abs(np.diff(np.array(piece)[:, 0]))
        assert steps[np.array(piece)[1:, 1] < 85.0].max(initial=0.0) < 15.0
    samples = np.stack([flight.data.lon.values, flight.data.lat.values], axis=1)
    nearest = np.abs(samples[:, None] - points[None, :, :2]).max(axis=2).min(axis=1)
    assert nearest.max() < 1e-6  # degrees: nothing of the path is lost
