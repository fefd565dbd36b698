"""Entity State PDUs of DIS for exercise staff: read into track items, and written for tests.

Versions 7 (IEEE 1278.1-2012) and 6 (IEEE 1278.1A-1998) are taken: this PDU has one layout in both.
"""

from __future__ import annotations

import math
import struct
from typing import Any

HEADER = struct.Struct(">BBBBIHBB")
ENTITY = struct.Struct(">HHHBBBBHBBBBBBHBBBB3f3d3fI")
PDU_BYTES = 144
ENTITY_STATE = 1
VERSIONS = (6, 7)
DEAD_RECKONING_AT = 88  # first octet of the dead reckoning parameters
BODY_AXES = (6, 7, 8, 9)  # algorithms FPB, RPB, RVB, FVB: velocity in the entity's own axes


ABSOLUTE = (
    1  # low bit of a timestamp: past the hour of UTC; without it past an hour that only the sender knows
)


class PduError(ValueError):
    """Bytes that are no Entity State PDU of this exercise."""


def _timestamp(time_s: float, *, absolute: bool) -> int:
    """Return time past the hour in units of 3600 s / (2^31 - 1), and the low bit that says whose hour it is."""
    return round((time_s % 3600.0) / 3600.0 * (2**31 - 1)) << 1 | absolute


def split(datagram: bytes) -> list[bytes]:
    """Return the PDUs of a datagram, by the length that each states; an empty rest has no PDU, a torn one is kept."""
    pdus, at = [], 0
    while at < len(datagram):
        size = HEADER.unpack_from(datagram, at)[5] if len(datagram) - at >= HEADER.size else 0
        end = at + size if HEADER.size <= size <= len(datagram) - at else len(datagram)
        pdus.append(datagram[at:end])
        at = end
    return pdus


def write_entity_state(
    *,
    exercise: int,
    entity: tuple[int, int, int],
    time_s: float,
    position_ecef_m: tuple[float, float, float],
    velocity_ecef_m_s: tuple[float, float, float],
    absolute: bool = True,
) -> bytes:
    """Return the 144 bytes of an Entity State PDU without variable parameters."""
    header = HEADER.pack(
        VERSIONS[-1], exercise, ENTITY_STATE, 1, _timestamp(time_s, absolute=absolute), PDU_BYTES, 0, 0
    )
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

    A PDU gives its time past the hour alone. Where it is UTC the hour is the one nearest to the own clock ``now_s``;
    where it is the sender's own the PDU is dated by its arrival, which is ``now_s``.
    """
    if len(data) < HEADER.size:
        raise PduError("shorter than a PDU's header")
    version, number, kind, family, stamp, size, _, _ = HEADER.unpack_from(data)
    if version not in VERSIONS:
        raise PduError(f"of DIS version {version}; versions 6 and 7 are taken")
    if (kind, family) != (ENTITY_STATE, 1):
        raise PduError(f"a PDU of type {kind}, not an Entity State PDU")
    if size != len(data) or size < PDU_BYTES:
        raise PduError(
            f"states {size} octets and has {len(data)}; an Entity State PDU has {PDU_BYTES} or more"
        )
    if number != exercise:
        raise PduError(f"of exercise {number}, not {exercise}")
    if data[DEAD_RECKONING_AT] in BODY_AXES:
        raise PduError("velocity in body axes: the dead reckoning algorithm must be one of the world frame")
    fields = ENTITY.unpack_from(data, HEADER.size)
    velocity, position = fields[19:22], fields[22:25]
    if not all(map(math.isfinite, (*velocity, *position))):
        raise PduError("a position or velocity that is not a number")
    past_hour_s = (stamp >> 1) / (2**31 - 1) * 3600.0
    hours = round((now_s - past_hour_s) / 3600.0)
    time_s = hours * 3600.0 + past_hour_s if stamp & ABSOLUTE else now_s
    name = "-".join(str(part) for part in fields[:3])
    payload = {
        "track_id": name,
        "time_s": round(time_s, 3),
        "position_ecef_m": list(position),
        "velocity_ecef_m_s": list(velocity),
        "sigma_m": sigma_m,
        "sigma_m_s": sigma_m_s,
        "lineage": [f"{source}/dis-{name}/{round(1000.0 * time_s)}"],
    }
    return {"stream": "track", "exercise": True, "sensitivity": "withhold", "payload": payload}
