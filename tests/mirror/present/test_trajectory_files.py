"""A flight in other programs' formats, read back by other people's readers."""

import csv
import io
import json
from datetime import UTC, datetime

import numpy as np
import pytest

from equipoise.flights.fly import fly
from equipoise.present import flight as drawn
from equipoise.present.trajectory_files import WRITERS
from equipoise.results.record import load_result

LAUNCH = datetime(2011, 12, 31, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def west():
    """A flight that crosses the date line."""
    return fly("minuteman-style", start=(34.75, -120.62), aim=(9.4, 167.47), family="lofted")


@pytest.fixture(scope="module")
def north():
    return fly("sajjil-2", start=(38.0, 46.5), aim=(44.4, 26.1))


def degrees_apart(a, b):
    return np.abs((np.asarray(a) - np.asarray(b) + 180.0) % 360.0 - 180.0).max()


@pytest.mark.outside  # fastkml, and the OGC schema that it carries
def test_kml_is_valid_and_holds_the_path(west, tmp_path):
    from fastkml import kml
    from fastkml.validator import validate

    path = tmp_path / "flight.kml"
    path.write_text(WRITERS["kml"](west, LAUNCH))
    assert validate(file_to_validate=path)
    document = kml.KML.parse(str(path)).features[0]
    line, *events = document.features
    pieces = [np.array(piece.coords) for piece in line.geometry.geoms]
    assert [len(pieces), pieces[0][-1, 0], pieces[1][0, 0]] == [2, -180.0, 180.0]
    points = np.vstack([pieces[0][:-1], pieces[1][1:]])
    assert degrees_apart(points[:, 0], west.data.lon.values) < 1e-6
    assert np.allclose(points[:, 1], west.data.lat.values, atol=1e-6)
    assert np.allclose(points[:, 2], west.data.altitude_km.values * 1e3, atol=0.01)
    assert [e.name for e in events] == list(west.data.event.values)
    seconds = (events[-1].times.timestamp.dt - LAUNCH).total_seconds()
    assert seconds == pytest.approx(float(west.data.time_of_flight_s), abs=1e-6)


@pytest.mark.outside  # czml3
def test_czml_is_read_by_czml3(north):
    from czml3 import Document, Packet

    packets = [Packet.model_validate(p) for p in json.loads(WRITERS["czml"](north, LAUNCH))]
    document = Document(packets=packets)
    assert document.packets[0].version == "1.0"
    moving = json.loads(document.packets[1].position.to_json())
    samples = np.array(moving["cartographicDegrees"]).reshape(-1, 4)
    assert moving["epoch"] == "2011-12-31T12:00:00.000000Z"
    assert np.allclose(samples[:, 0], north.data.time.values, atol=1e-6)
    assert np.allclose(samples[:, 3], north.data.altitude_km.values * 1e3, atol=0.01)
    assert len(document.packets) == 2 + north.data.sizes["happening"]


@pytest.mark.outside  # geojson
def test_geojson_is_valid_and_cut_at_the_date_line(west):
    import geojson

    collection = geojson.loads(WRITERS["geojson"](west, LAUNCH))
    assert collection.is_valid
    parts = collection.features[0].geometry.coordinates
    assert len(parts) == 2
    assert parts[0][-1][0] == -180.0
    assert parts[1][0][0] == 180.0
    assert parts[0][-1][1:] == parts[1][0][1:]
    for part in parts:
        assert np.abs(np.diff([point[0] for point in part])).max() < 5.0
    assert sum(len(part) for part in parts) == west.data.sizes["time"] + 2


@pytest.mark.outside  # oem, which checks the CCSDS rules
def test_oem_gives_back_states_and_its_own_interpolation(north, tmp_path):
    from oem import OrbitEphemerisMessage

    path = tmp_path / "flight.oem"
    path.write_text(WRITERS["oem"](north, LAUNCH))
    message = OrbitEphemerisMessage.open(path)
    states = message.states
    assert states[0].frame == "ITRF2000"
    position = np.array([s.position for s in states]) * 1e3
    velocity = np.array([s.velocity for s in states]) * 1e3
    assert np.allclose(position[0], north.data.position_ecef_m.values[0], atol=1e-3)
    assert np.allclose(position[-1], north.data.position_ecef_m.values[-1], atol=1e-3)
    assert np.allclose(velocity[-1], north.data.velocity_ecef_m_s.values[-1], atol=1e-3)
    # velocities are the rates of the positions, above the air where they change slowly
    d = north.data
    high = np.flatnonzero(np.diff(d.time.values) == 5.0)[1:-1]
    middle = (position[high + 1] - position[high]) / 5.0
    assert np.abs(middle - 0.5 * (velocity[high] + velocity[high + 1])).max() < 0.05


@pytest.mark.identity
def test_csv_gives_back_every_sample(north):
    rows = list(csv.DictReader(io.StringIO(WRITERS["csv"](north, LAUNCH))))
    assert len(rows) == north.data.sizes["time"]
    for key, name in (
        ("time_s", "time"),
        ("lat_deg", "lat"),
        ("altitude_km", "altitude_km"),
        ("speed_km_s", "speed_km_s"),
    ):
        assert np.allclose([float(r[key]) for r in rows], north.data[name].values, rtol=1e-9, atol=1e-9)


@pytest.mark.identity
def test_a_saved_flight_is_drawn_and_told_again(west, tmp_path):
    again = load_result(west.save(tmp_path / "flight.nc"))
    assert drawn.events(again) == drawn.events(west)
    assert drawn.numbers(again) == drawn.numbers(west)
    assert WRITERS["czml"](again, LAUNCH) == WRITERS["czml"](west, LAUNCH)
    (figure,) = drawn.section(again, {}).figures
    assert [axes.get_ylabel() for axes in figure.draw().axes] == [
        "",
        "altitude (km)",
        "speed over ground (km/s)",
    ]
    assert [chart.x for chart in figure.charts] == [
        "",
        "distance over ground from the launch (km)",
        "time since launch (s)",
    ]
    assert f"apogee at {float(west.data.apogee_time_s):.4g}" in figure.told
    launch = drawn.events(west)[0]
    assert f"launch at {launch['lat_deg']:.1f}" in figure.told
