"""Coarsening with a stated least error: one displacement per site, frozen in the Earth's frame, drawn from a secret.

Every track and launch event of one site is turned by the same two small rotations, so no number of updates or tracks
averages anything out. The turn about the Earth's own axis is a symmetry of gravity (its zonal part), of the Earth's
rotation and of the air: what is released is exactly what another object, east or west of the true one, would have
given. The least error is that of this turn alone. The second turn, north or south, is no symmetry of ballistic flight
(the Coriolis force tells): it hides places at rest, and for flights it counts for nothing in the bound.

Times are released as they are and taken for known; nothing here rests on their being hidden.
"""

from __future__ import annotations

import hmac
import math
import struct
from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import NormalDist
from typing import Any, NamedTuple

from equipoise.exchange.protocol.encoding import canonical

EARTH_ROTATION_RAD_S = 7.292115e-5
EARTH_RADIUS_M = 6_371_000.0
EARTH_GM_M3_S2 = 3.986004418e14
NORMAL = NormalDist()
NAMES = ("track_id", "launch_id")  # what freezes the site of an object
PLACES = {
    "launch_point",
    "impact_point",
}  # of a launch event: the first place that leaves freezes its site's anchor
STEP_DEG = (
    5  # anchors are whole steps of latitude and longitude: the stated error gives no more of a place away
)
HIGHEST_DEG = (
    80  # anchors nearer to a pole count as this far: the bound there falls with the cosine of latitude
)
# Root mean squares of the two draws in units of the least error: 1 to 3 with either sign, and -3 to 3.
EAST_RMS, NORTH_RMS = math.sqrt(13.0 / 3.0), math.sqrt(3.0)

Vector = tuple[float, float, float]


class Anchor(NamedTuple):
    """Where a site was first seen, in whole steps of degrees; the latitude is the step's edge towards the pole."""

    lat_deg: int
    lon_deg: int


class Place(NamedTuple):
    """What decides the displacement of an item: the secret, its site, the site's anchor, and the least error in m."""

    secret: bytes
    site: str
    anchor: Anchor
    least_error_m: float


class Displacement(NamedTuple):
    """What the secret draws for one site: a turn about the Earth's axis, and one to the north at the anchor."""

    east_rad: float
    north_rad: float
    lon_rad: float


class SiteError(ValueError):
    """An item that would leave under two sites, or under another than before: its displacements would average."""


@dataclass
class Sites:
    """Under which site every track and launch left first, and each site's anchor; a fold over what was released."""

    names: MutableMapping[str, str] = field(default_factory=dict)
    anchors: MutableMapping[str, Anchor] = field(default_factory=dict)

    def draft(self) -> Sites:
        """Return a layer on top that leaves this one as it is."""
        return Sites(ChainMap({}, self.names), ChainMap({}, self.anchors))

    def kept(self) -> dict[str, Any]:
        """Return both tables as plain data."""
        return {"names": dict(self.names), "anchors": dict(self.anchors)}

    @classmethod
    def taken_up(cls, kept: dict[str, Any]) -> Sites:
        """Return the tables that :meth:`kept` gave."""
        return cls(kept["names"], {site: Anchor(*anchor) for site, anchor in kept["anchors"].items()})

    def site_of(self, item: dict[str, Any]) -> str:
        """Return the site of a track or launch event: the one it left under before, else the one the item names.

        Without either it is the common site, ``""``, which everything unnamed shares. A ``SiteError`` says that the
        names disagree.
        """
        known = {self.names[key] for key in _keys(item["payload"]) if key in self.names}
        named = {item["site"]} if "site" in item else set()
        if len(known | named) > 1:
            sites = ", ".join(repr(site) for site in sorted(known | named))
            raise SiteError(f"it would leave under more than one site: {sites}")
        return next(iter(known | named), "")

    def anchor_of(self, item: dict[str, Any], site: str) -> Anchor:
        """Return the anchor of a site, which is where this item is when nothing of the site has left yet."""
        return self.anchors.get(site) or _anchor(item)

    def take(self, item: dict[str, Any]) -> None:
        """Freeze the site of an item that leaves."""
        if item["stream"] not in ("track", "launch"):
            return
        site, payload = self.site_of(item), item["payload"]
        for key in _keys(payload):
            self.names.setdefault(key, site)
        if site not in self.anchors and (item["stream"] == "track" or PLACES & payload.keys()):
            self.anchors[site] = _anchor(item)


def _keys(payload: dict[str, Any]) -> list[str]:
    return [f"{name}/{payload[name]}" for name in NAMES if name in payload]


def _anchor(item: dict[str, Any]) -> Anchor:
    payload = item["payload"]
    if item["stream"] == "track":
        x, y, z = payload["position_ecef_m"]
        lat_deg, lon_deg = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
    else:
        lat_deg, lon_deg = payload.get("launch_point") or payload.get("impact_point") or (0.0, 0.0)
    edge = min(HIGHEST_DEG, STEP_DEG * math.ceil(abs(lat_deg) / STEP_DEG))
    return Anchor(edge, STEP_DEG * round(lon_deg / STEP_DEG))


def _uniform(secret: bytes, label: bytes) -> list[float]:
    """Return eight numbers between 0 and 1: the words of HMAC-SHA-512 over the label."""
    keyed = _begun(secret).copy()
    keyed.update(label)
    return [(word + 0.5) / 2.0**64 for word in struct.unpack(">8Q", keyed.digest())]


@lru_cache(maxsize=8)
def _begun(secret: bytes) -> hmac.HMAC:
    """Return the HMAC of a secret before any data: its key schedule is half of the work."""
    return hmac.new(secret, digestmod="sha512")


@lru_cache(maxsize=4096)
def displacement(where: Place) -> Displacement:
    """Return the displacement of everything of one site.

    East or west by one to three times the least error at the anchor's latitude; north or south by up to three times.
    """
    size, side, north, *_ = _uniform(where.secret, f"site/{where.site}".encode())
    east_m = where.least_error_m * (1.0 + 2.0 * size) * (1.0 if side < 0.5 else -1.0)
    circle_m = EARTH_RADIUS_M * math.cos(math.radians(where.anchor.lat_deg))
    north_m = 3.0 * where.least_error_m * (2.0 * north - 1.0)
    return Displacement(east_m / circle_m, north_m / EARTH_RADIUS_M, math.radians(where.anchor.lon_deg))


def displaced(vector: Vector, moved: Displacement) -> Vector:
    """Return an Earth-fixed vector turned to the north about the anchor's west, then about the Earth's axis."""
    x, y, z = vector
    s, c = math.sin(moved.north_rad), math.cos(moved.north_rad)
    a, b = math.cos(moved.lon_rad), math.sin(moved.lon_rad)
    ahead, aside = x * a + y * b, y * a - x * b
    ahead, z = ahead * c - z * s, z * c + ahead * s
    s, c = math.sin(moved.lon_rad + moved.east_rad), math.cos(moved.lon_rad + moved.east_rad)
    return ahead * c - aside * s, ahead * s + aside * c, z


def coarsen_track(
    payload: dict[str, Any], where: Place, *, noise_m: float, sigma_step_m: float
) -> dict[str, Any]:
    """Return a track update with position and velocity (Earth-fixed) displaced as everything of its site is.

    ``noise_m`` (m; a hundredth of it in m/s) is drawn for each update; the bound does not count it. ``sigma_m`` and
    ``sigma_m_s`` of the result are standard errors of the worst axis, with the displacement, computed from what is
    released, the anchor and the sensor's own errors alone. The sensor's own count rounded up to ``sigma_step_m`` (m; a
    hundredth of it in m/s), so that the statement tells them to that step and no better.
    """
    moved = displacement(where)
    place = displaced(tuple(payload["position_ecef_m"]), moved)
    velocity = displaced(tuple(payload["velocity_ecef_m_s"]), moved)
    fresh = f"noise/{where.site}/".encode() + canonical(payload)
    noise = [NORMAL.inv_cdf(value) * noise_m for value in _uniform(where.secret, fresh)[:6]]
    out = {
        **payload,
        "position_ecef_m": [round(a + b, 1) for a, b in zip(place, noise[:3], strict=True)],
        "velocity_ecef_m_s": [round(a + b * 1e-2, 3) for a, b in zip(velocity, noise[3:], strict=True)],
    }
    east_rad, north_rad = stated_turns(where)
    (x, y, z), speed_m_s = out["position_ecef_m"], math.hypot(*out["velocity_ecef_m_s"])
    arm_m = max(east_rad * math.hypot(x, y), north_rad * math.hypot(x, y, z))
    return out | {
        "sigma_m": round(math.hypot(_up(payload["sigma_m"], sigma_step_m), arm_m, noise_m), 1),
        "sigma_m_s": round(
            math.hypot(_up(payload["sigma_m_s"], sigma_step_m / 100.0), east_rad * speed_m_s, noise_m * 1e-2),
            2,
        ),
    }


def _up(sigma: float, step: float) -> float:
    """Return an error rounded up to whole steps: before anything known is added, else crossings would tell it."""
    return math.ceil(sigma / step) * step


def stated_turns(where: Place) -> tuple[float, float]:
    """Return the root mean squares of both turns in rad, over all secrets."""
    circle_m = EARTH_RADIUS_M * math.cos(math.radians(where.anchor.lat_deg))
    return EAST_RMS * where.least_error_m / circle_m, NORTH_RMS * where.least_error_m / EARTH_RADIUS_M


def coarsen_launch(
    payload: dict[str, Any], where: Place, *, grid_deg: float, step_s: float
) -> dict[str, Any]:
    """Return a launch event with its places displaced as the site's tracks are, then on a grid; times on a step."""
    moved, out = displacement(where), dict(payload)
    for name in ("launch_point", "impact_point"):
        if name in out:
            out[name] = [round(round(value / grid_deg) * grid_deg, 6) for value in _place(out[name], moved)]
            out[name] = [max(-90.0, min(90.0, out[name][0])), (out[name][1] + 180.0) % 360.0 - 180.0]
    for name in ("launched_at_ms", "impact_at_ms"):
        if name in out:
            step_ms = round(step_s * 1000.0)
            out[name] = round(out[name] / step_ms) * step_ms
    return out


def _place(point: list[float], moved: Displacement) -> tuple[float, float]:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    x, y, z = displaced((math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)), moved)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
