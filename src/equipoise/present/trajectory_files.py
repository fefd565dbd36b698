"""One flight in other programs' formats: KML, CZML, GeoJSON, CCSDS OEM and CSV, from its saved result alone.

Formats that need a date take the launch time as an argument; nothing here reads a clock.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from equipoise.foundation.json_text import json_text
from equipoise.foundation.sphere import continuous_deg, cut_line, wrapped_deg
from equipoise.results.record import Result

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The launch time of flights that have none."""
CREATED = "2000-01-01T00:00:00"
"""The creation date that OEM files carry, so that the same flight gives the same bytes."""


def _rows(result: Result) -> np.ndarray:
    """Return time (s), longitude (deg), latitude (deg), altitude (m), shape (n, 4)."""
    d = result.data
    return np.stack((d.time.values, d.lon.values, d.lat.values, d.altitude_km.values * 1e3), axis=1)


def _pieces(result: Result) -> list[np.ndarray]:
    """Return longitude, latitude and altitude of the path, cut at 180 degrees."""
    _, lon, lat, altitude = _rows(result).T
    return cut_line(lon, lat, altitude)


def events_of(result: Result) -> list[tuple[str, np.ndarray]]:
    """Return the events, each with its time (s), longitude (deg), latitude (deg) and altitude (m)."""
    rows = _rows(result)
    unwrapped = np.column_stack((rows[:, 0], continuous_deg(rows[:, 1]), rows[:, 2:]))
    found = []
    for name, t in zip(result.data.event.values, result.data.event_time_s.values, strict=True):
        at = np.array([np.interp(t, rows[:, 0], column) for column in unwrapped.T])
        at[1] = wrapped_deg(at[1])
        found.append((str(name), at))
    return found


def _stamp(moment: datetime) -> str:
    """Return a moment to the microsecond: at 7 km/s, a millisecond cut away would be 7 m."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")


def csv_text(result: Result, launch: datetime = EPOCH) -> str:
    """Return the sampled path as CSV."""
    d = result.data
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        ["time_s", "lat_deg", "lon_deg", "altitude_km", "speed_km_s", "x_ecef_m", "y_ecef_m", "z_ecef_m"]
    )
    columns = (d.time, d.lat, d.lon, d.altitude_km, d.speed_km_s)
    for values in zip(*(c.values for c in columns), *d.position_ecef_m.values.T, strict=True):
        writer.writerow([f"{v:.10g}" for v in values])
    return out.getvalue()


def geojson_text(result: Result, launch: datetime = EPOCH) -> str:
    """Return a GeoJSON collection (RFC 7946): the path, cut at the date line, and the events as points; altitudes in m."""
    parts = [
        [
            [round(float(lon), 7), round(float(lat), 7), round(float(altitude), 2)]
            for lon, lat, altitude in piece
        ]
        for piece in _pieces(result)
    ]
    features: list[dict[str, Any]] = [
        {"type": "Feature", "properties": {"name": result.title, "launch": _stamp(launch) + "Z"},
         "geometry": {"type": "MultiLineString", "coordinates": parts}}
    ]  # fmt: skip
    for name, at in events_of(result):
        where = [round(float(v), 7) for v in at[1:3]] + [round(float(at[3]), 2)]
        features.append(
            {"type": "Feature", "properties": {"name": name, "time_s": round(float(at[0]), 6)},
             "geometry": {"type": "Point", "coordinates": where}}
        )  # fmt: skip
    return json_text({"type": "FeatureCollection", "features": features}, indent=1) + "\n"


def kml_text(result: Result, launch: datetime = EPOCH) -> str:
    """Return KML 2.2: the path as lines in space, cut at 180 degrees, the events as points with their time."""
    lines = "".join(
        "<LineString><altitudeMode>absolute</altitudeMode><coordinates>"
        + " ".join(f"{lon:.7f},{lat:.7f},{altitude:.2f}" for lon, lat, altitude in piece)
        + "</coordinates></LineString>"
        for piece in _pieces(result)
    )
    title = escape(result.title)
    points = "".join(
        f"<Placemark><name>{escape(name)}</name><TimeStamp><when>{_stamp(launch + timedelta(seconds=float(at[0])))}Z</when>"
        f"</TimeStamp><Point><altitudeMode>absolute</altitudeMode><coordinates>{at[1]:.7f},{at[2]:.7f},{at[3]:.2f}"
        "</coordinates></Point></Placemark>\n"
        for name, at in events_of(result)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">\n<Document>'
        f"<name>{title}</name>\n"
        '<Style id="path"><LineStyle><color>ff005ed5</color><width>2</width></LineStyle></Style>\n'
        f"<Placemark><name>{title}</name><styleUrl>#path</styleUrl><MultiGeometry>{lines}</MultiGeometry>"
        f"</Placemark>\n{points}</Document>\n</kml>\n"
    )


def czml_text(result: Result, launch: datetime = EPOCH) -> str:
    """Return CZML: the moving vehicle with its path, and the events as labelled points."""
    rows = _rows(result)
    start, stop = _stamp(launch) + "Z", _stamp(launch + timedelta(seconds=float(rows[-1, 0]))) + "Z"
    samples = [round(float(v), 7) for row in rows for v in row]
    packets: list[dict[str, Any]] = [
        {"id": "document", "name": result.title, "version": "1.0",
         "clock": {"interval": f"{start}/{stop}", "currentTime": start, "multiplier": 30}},
        {"id": "flight", "name": result.title, "availability": f"{start}/{stop}",
         "point": {"pixelSize": 8, "color": {"rgba": [213, 94, 0, 255]}},
         "path": {"width": 2, "leadTime": 0, "material": {"solidColor": {"color": {"rgba": [213, 94, 0, 255]}}}},
         "position": {"epoch": start, "interpolationAlgorithm": "LAGRANGE", "interpolationDegree": 3,
                      "cartographicDegrees": samples}},
    ]  # fmt: skip
    for number, (name, at) in enumerate(events_of(result)):
        packets.append(
            {"id": f"event-{number}", "name": f"{name}, {at[0]:.1f} s",
             "point": {"pixelSize": 6, "color": {"rgba": [0, 114, 178, 255]}},
             "label": {"text": name, "font": "12px sans-serif", "pixelOffset": {"cartesian2": [8, -8]},
                       "horizontalOrigin": "LEFT"},
             "position": {"cartographicDegrees": [round(float(v), 7) for v in at[1:]]}}
        )  # fmt: skip
    return json_text(packets, indent=1) + "\n"


def oem_text(result: Result, launch: datetime = EPOCH) -> str:
    """Return a CCSDS orbit ephemeris message (OEM 2.0, KVN) in the Earth-fixed frame: km and km/s."""
    d = result.data
    moments = [_stamp(launch + timedelta(seconds=float(t))) for t in d.time.values]
    head = [
        "CCSDS_OEM_VERS = 2.0", f"CREATION_DATE = {CREATED}", "ORIGINATOR = EQUIPOISE", "", "META_START",
        f"OBJECT_NAME = {d.attrs['vehicle'].upper()}", "OBJECT_ID = 0000-000A", "CENTER_NAME = EARTH",
        "REF_FRAME = ITRF2000", "TIME_SYSTEM = UTC", f"START_TIME = {moments[0]}", f"STOP_TIME = {moments[-1]}",
        "INTERPOLATION = HERMITE", "INTERPOLATION_DEGREE = 3", "META_STOP", "",
    ]  # fmt: skip
    states = np.hstack((d.position_ecef_m.values, d.velocity_ecef_m_s.values)) / 1e3
    lines, last = [], ""
    for moment, state in zip(moments, states, strict=True):
        if moment != last:  # two events of one microsecond would repeat an epoch
            lines.append(f"{moment} " + " ".join(f"{v:.9f}" for v in state))
        last = moment
    return "\n".join(head + lines) + "\n"


WRITERS: dict[str, Callable[[Result, datetime], str]] = {
    "kml": kml_text,
    "czml": czml_text,
    "geojson": geojson_text,
    "oem": oem_text,
    "csv": csv_text,
}
"""Formats by the ending of their files."""
