"""Entity State PDUs of DIS 7 (IEEE 1278.1-2012) for exercise staff: read into track items, and written for tests."""

from __future__ import annotations

import struct
from typing import Any

HEADER = struct.Struct(">BBBBIHBB")
ENTITY = struct.Struct(">HHHBBBBHBBBBBBHBBBB3f3d3fI")
PDU_BYTES = 144
ENTITY_STATE = 1
DIS_7 = 7
DEAD_RECKONING_AT = 88  # first octet of the dead reckoning parameters
BODY_AXES = (6, 7, 8, 9)  # algorithms FPB, RPB, RVB, FVB: velocity in the entity's own axes


class PduError(ValueError):
    """Bytes that are no Entity State PDU of this exercise."""


def _timestamp(time_s: float) -> int:
    """Return relative time past the hour in units of 3600 s / (2^31 - 1), low bit zero."""
    return round((time_s % 3600.0) / 3600.0 * (2**31 - 1)) << 1


def write_entity_state(
    *,
    exercise: int,
    entity: tuple[int, int, int],
    time_s: float,
    position_ecef_m: tuple[float, float, float],
    velocity_ecef_m_s: tuple[float, float, float],
) -> bytes:
    """Return the 144 bytes of an Entity State PDU without variable parameters."""
    header = HEADER.pack(DIS_7, exercise, ENTITY_STATE, 1, _timestamp(time_s), PDU_BYTES, 0, 0)
    kind = (2, 1, 0, 0, 0, 0, 0)  # munition, anti-air domain, country and category unstated
    body = ENTITY.pack(
        *entity,
        0,
        0,
        *kind,
        *kind,
        *velocity_ecef_m_s,
        *position_ecef_m,
        0.0,
        0.0,
        0.0,
        0,
    )
    return (header + body).ljust(PDU_BYTES, b"\x00")


def read_entity_state(
    data: bytes, *, exercise: int, now_s: float, sigma_m: float, sigma_m_s: float, source: str
) -> dict[str, Any]:
    """Return a track item, withheld unless the operator says otherwise; bad bytes are a ``PduError``.

    A PDU gives its time past the hour alone; the hour is the one that brings it nearest to the own clock ``now_s``.
    """
    if len(data) < PDU_BYTES:
        raise PduError("shorter than an Entity State PDU")
    version, number, kind, family, stamp, size, _, _ = HEADER.unpack_from(data)
    if (version, kind, family) != (DIS_7, ENTITY_STATE, 1) or size != len(data):
        raise PduError("not an Entity State PDU of DIS 7")
    if number != exercise:
        raise PduError(f"of exercise {number}, not {exercise}")
    if data[DEAD_RECKONING_AT] in BODY_AXES:
        raise PduError("velocity in body axes: the dead reckoning algorithm must be one of the world frame")
    fields = ENTITY.unpack_from(data, HEADER.size)
    velocity, position = fields[19:22], fields[22:25]
    if not all(abs(value) < 1e8 for value in (*velocity, *position)):
        raise PduError("a position or velocity out of range")
    past_hour_s = (stamp >> 1) / (2**31 - 1) * 3600.0
    hours = round((now_s - past_hour_s) / 3600.0)
    name = "-".join(str(part) for part in fields[:3])
    payload = {
        "track_id": name,
        "time_s": round(hours * 3600.0 + past_hour_s, 3),
        "position_ecef_m": list(position),
        "velocity_ecef_m_s": list(velocity),
        "sigma_m": sigma_m,
        "sigma_m_s": sigma_m_s,
        "lineage": [f"{source}/dis-{name}/{round(1000.0 * (hours * 3600.0 + past_hour_s))}"],
    }
    return {"stream": "track", "exercise": True, "sensitivity": "withhold", "payload": payload}
