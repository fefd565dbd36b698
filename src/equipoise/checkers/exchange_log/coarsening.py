"""What the logged coarsening makes of an item, computed again: exactly once the secret is open, within bounds before."""

from __future__ import annotations

import hashlib
import math
from statistics import NormalDist
from typing import Any, NamedTuple

from .log import to_bytes

RADIUS_M = 6_371_000.0
SIGMAS = (
    7.0  # of the noise of one update, beyond which chance is no explanation in any log that fits on a disk
)
ROUNDING_M = 0.3
TURNS = 4_096  # of sites, remembered: a log with a site for each item fills no memory
_QUANTILE = NormalDist().inv_cdf


class Sites:
    """Which site each track and launch left under first, and where that site was first seen."""

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        """Start with nothing released, or with what :meth:`kept` gave."""
        kept = kept or {"of": {}, "anchors": {}, "seen": {}}
        self.of: dict[str, str] = dict(kept["of"])
        self.anchors: dict[str, tuple[int, int]] = {name: (a, b) for name, (a, b) in kept["anchors"].items()}
        self.seen: dict[str, tuple[float, float, int]] = {
            n: (a, b, c) for n, (a, b, c) in kept["seen"].items()
        }

    def kept(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"of": self.of, "anchors": self.anchors, "seen": self.seen}

    def candidates(self, item: dict[str, Any]) -> set[str]:
        """Return every site that the item's names and its own word speak for; two of them may not leave."""
        keys = _names(item)
        found = {self.of[key] for key in keys if key in self.of}
        return found | ({item["site"]} if "site" in item else set())

    def release(self, item: dict[str, Any]) -> tuple[str, tuple[int, int]]:
        """Freeze the site of an item that left; return it with its anchor (degrees)."""
        site = min(self.candidates(item), default="")
        for key in _names(item):
            self.of.setdefault(key, site)
        anchor = self.anchors.get(site) or _cell(item)
        if item["stream"] == "track" or "launch_point" in item["payload"]:
            self.anchors.setdefault(site, anchor)
        return site, anchor


def _names(item: dict[str, Any]) -> list[str]:
    return [f"{key}/{item['payload'][key]}" for key in ("track_id", "launch_id") if key in item["payload"]]


def _cell(item: dict[str, Any]) -> tuple[int, int]:
    """Return where an item is, in steps of 5 degrees: latitude without sign, towards the pole, at most 80."""
    payload = item["payload"]
    if item["stream"] == "track":
        x, y, z = payload["position_ecef_m"]
        lat, lon = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
    else:
        lat, lon = payload.get("launch_point") or payload.get("impact_point") or (0.0, 0.0)
    return min(80, 5 * math.ceil(abs(lat) / 5)), 5 * round(lon / 5)


class Draws:
    """Numbers between 0 and 1 from a secret: the first 8 bytes of HMAC-SHA-256 (RFC 2104) over label and index."""

    def __init__(self, secret: bytes) -> None:
        """Hash the secret's two pads once: most of the work of a short HMAC."""
        key = (secret if len(secret) <= 64 else hashlib.sha256(secret).digest()).ljust(64, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

    def __call__(self, label: str, count: int) -> list[float]:
        """Return the first ``count`` numbers of a label."""
        begun, out = self._inner.copy(), []
        begun.update(f"{label}/".encode())
        for index in range(count):
            inner, outer = begun.copy(), self._outer.copy()
            inner.update(b"%d" % index)
            outer.update(inner.digest())
            out.append((int.from_bytes(outer.digest()[:8], "big") + 0.5) / 2.0**64)
        return out


class Turn:
    """The rotation of a site: to the north about the horizontal west of its meridian, then about the Earth's axis."""

    def __init__(self, east_rad: float, north_rad: float, lon_rad: float) -> None:
        """Work out the rows of the matrix (Rodrigues' formula; the first axis lies in the equator's plane)."""
        u, v = math.sin(lon_rad), -math.cos(lon_rad)
        s, c = math.sin(north_rad), math.cos(north_rad)
        x = c + u * u * (1.0 - c), u * v * (1.0 - c), v * s
        y = x[1], c + v * v * (1.0 - c), -u * s
        e, f = math.sin(east_rad), math.cos(east_rad)
        self._rows = (
            tuple(f * a - e * b for a, b in zip(x, y, strict=True)),
            tuple(e * a + f * b for a, b in zip(x, y, strict=True)),
            (-s * v, s * u, c),
        )

    def of(self, vector: list[float]) -> list[float]:
        """Return the vector turned."""
        x, y, z = vector
        return [a * x + b * y + c * z for a, b, c in self._rows]


def _unit(point: list[float]) -> list[float]:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    return [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)]


def _apart(one: list[float], other: list[float]) -> float:
    return max([abs(a - b) for a, b in zip(one, other, strict=True)])


class Spot(NamedTuple):
    """A site with its circle of latitude (m), its meridian, and the sums of the turns that its places showed so far."""

    site: str
    circle_m: float
    lon_deg: int
    seen: dict[str, tuple[float, float, int]]


class Coarsening:
    """The ``coarsen`` table of the rules in force, with the secret if it has been opened."""

    def __init__(self, how: dict[str, Any], *, secret: bytes | None) -> None:
        """Take the table as it is in the log."""
        self.least_m, self.noise_m = how["least_error_m"], how["noise_m"]
        self.grid_deg, self.step_ms = how["grid_deg"], round(how["step_s"] * 1000.0)
        self._draws = None if secret is None else Draws(secret)
        self._turns: dict[tuple[str, float, int], Turn] = {}

    def problem_with(
        self, item: dict[str, Any], source: dict[str, Any], left: dict[str, Any], sites: Sites
    ) -> str:
        """Return what is wrong with the coarsened fields of a payload that left, or an empty string.

        ``source`` holds the true values of the fields that may leave.
        """
        site, (lat_deg, lon_deg) = sites.release(item)
        circle_m = RADIUS_M * math.cos(math.radians(lat_deg))
        if self._draws is None:
            problem = self._bounds(item, source, left, Spot(site, circle_m, lon_deg, sites.seen))
        else:
            turn = self._turn(self._draws, site, circle_m, lon_deg)
            if item["stream"] == "track":
                problem = self._track(source, left, turn, self._noise(self._draws, source, site))
            else:
                problem = self._launch(source, left, turn)
        return problem or self._rest(item, source, left, circle_m)

    def _turn(self, draws: Draws, site: str, circle_m: float, lon_deg: int) -> Turn:
        """Return the turn of a site, worked out once while the site's names come again and again."""
        found = self._turns.get((site, circle_m, lon_deg))
        if found is None:
            if len(self._turns) >= TURNS:
                self._turns.clear()
            size, side, north = draws(f"site/{site}", 3)
            east_m = self.least_m * (1.0 + 2.0 * size) * (1.0 if side < 0.5 else -1.0)
            north_m = 3.0 * self.least_m * (2.0 * north - 1.0)
            found = Turn(east_m / circle_m, north_m / RADIUS_M, math.radians(lon_deg))
            self._turns[site, circle_m, lon_deg] = found
        return found

    def _noise(self, draws: Draws, source: dict[str, Any], site: str) -> list[float]:
        fresh = hashlib.sha256(to_bytes(source)).hexdigest()
        return [_QUANTILE(value) * self.noise_m for value in draws(f"noise/{site}/{fresh}", 6)]

    def _track(self, source: dict[str, Any], left: dict[str, Any], turn: Turn, noise: list[float]) -> str:
        place = [a + b for a, b in zip(turn.of(source["position_ecef_m"]), noise[:3], strict=True)]
        speed = [a + b / 100.0 for a, b in zip(turn.of(source["velocity_ecef_m_s"]), noise[3:], strict=True)]
        if _apart(place, left["position_ecef_m"]) > ROUNDING_M:
            return "a position left that is not what the opened secret makes of the true one"
        if _apart(speed, left["velocity_ecef_m_s"]) > ROUNDING_M / 100.0:
            return "a velocity left that is not what the opened secret makes of the true one"
        return ""

    def _launch(self, source: dict[str, Any], left: dict[str, Any], turn: Turn) -> str:
        for name in ("launch_point", "impact_point"):
            if name not in source:
                continue
            x, y, z = turn.of(_unit(source[name]))
            lat, lon = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
            off = abs(left[name][0] - lat), abs((left[name][1] - lon + 180.0) % 360.0 - 180.0)
            if max(off) > 0.5 * self.grid_deg + 1e-5:
                return f"a {name} left that is not what the opened secret makes of the true one"
        return ""

    def _bounds(self, item: dict[str, Any], source: dict[str, Any], left: dict[str, Any], spot: Spot) -> str:
        """Return what is wrong with the places under any secret: too near, too far, or other than the site's before."""
        if item["stream"] == "track":
            noise_m = SIGMAS * self.noise_m + ROUNDING_M
            return self._pair(source["position_ecef_m"], left["position_ecef_m"], spot, noise_m=noise_m)
        for name in ("launch_point", "impact_point"):
            if name in source:
                true, out = _unit(source[name]), _unit(left[name])
                if problem := self._pair(true, out, spot, slack_rad=math.radians(0.5 * self.grid_deg)):
                    return problem
        return ""

    def _pair(
        self, true: list[float], out: list[float], spot: Spot, *, noise_m: float = 0.0, slack_rad: float = 0.0
    ) -> str:
        """Judge one displaced place: noise (m, in each axis) averages over a site, a grid's slack does not."""
        lon, across, radius = math.radians(spot.lon_deg), math.hypot(*true[:2]), math.hypot(*true)
        if abs(math.hypot(*out) - radius) > 2.0 * noise_m + 1e-9:
            return "a place left at another height than the true one"
        cos_lon, sin_lon = math.cos(lon), math.sin(lon)
        ahead = true[0] * cos_lon + true[1] * sin_lon
        if abs(ahead) < 0.3 * radius or across < 0.2 * radius:
            return ""  # so far from the site's meridian or near the pole, one place does not tell both turns
        north = math.asin(max(-1.0, min(1.0, (out[2] - true[2]) / ahead)))
        aside = true[1] * cos_lon - true[0] * sin_lon
        along = ahead * math.cos(north) - true[2] * math.sin(
            north
        )  # the place turned to the north, towards the meridian
        turned = lon + math.atan2(aside, along)
        east = (math.atan2(out[1], out[0]) - turned + math.pi) % math.tau - math.pi
        north_slack = noise_m / abs(ahead) + slack_rad * across / abs(ahead)
        east_slack = noise_m / across + slack_rad + abs(aside * true[2]) / across**2 * north_slack
        return self._judged(east, north, (east_slack, north_slack), spot, averages=slack_rad == 0.0)

    def _judged(
        self, east: float, north: float, slack: tuple[float, float], spot: Spot, *, averages: bool
    ) -> str:
        least, most_north = self.least_m / spot.circle_m, 3.0 * self.least_m / RADIUS_M
        rough = 2e-3 * (abs(north) + most_north) + 1e-9  # what the two turns' order and curvature leave out
        if averages:
            east_sum, north_sum, count = spot.seen.get(spot.site, (0.0, 0.0, 0))
            if count:
                wide = 1.0 + 1.0 / math.sqrt(count)
                apart = abs(east - east_sum / count), abs(north - north_sum / count)
                if any(gap > wide * part + rough for gap, part in zip(apart, slack, strict=True)):
                    return "a place left under another displacement than its site had before"
            spot.seen[spot.site] = (east_sum + east, north_sum + north, count + 1)
            east, north = (east_sum + east) / (count + 1), (north_sum + north) / (count + 1)
            slack = slack[0] / math.sqrt(count + 1), slack[1] / math.sqrt(count + 1)
        if not least - slack[0] - rough <= abs(east) <= 3.0 * least + slack[0] + rough:
            return "a place left nearer to the true one, or farther, than the coarsening in force allows"
        if abs(north) > most_north + slack[1] + rough:
            return "a place left farther from the true one than the coarsening in force allows"
        return ""

    def _rest(
        self, item: dict[str, Any], source: dict[str, Any], left: dict[str, Any], circle_m: float
    ) -> str:
        """Check the fields that no secret decides: stated errors and times."""
        if item["stream"] == "launch":
            for name in ("launched_at_ms", "impact_at_ms"):
                if name in source and left[name] != round(source[name] / self.step_ms) * self.step_ms:
                    return f"{name} left that is not on the step in force"
            return ""
        east = math.sqrt(13.0 / 3.0) * self.least_m / circle_m
        x, y, z = left["position_ecef_m"]
        arm_m = max(east * math.hypot(x, y), math.sqrt(3.0) * self.least_m / RADIUS_M * math.hypot(x, y, z))
        speed = east * math.hypot(*left["velocity_ecef_m_s"])
        stated = (
            math.hypot(source["sigma_m"], arm_m, self.noise_m),
            math.hypot(source["sigma_m_s"], speed, self.noise_m / 100.0),
        )
        if abs(left["sigma_m"] - stated[0]) > 0.2 or abs(left["sigma_m_s"] - stated[1]) > 0.02:
            return "a stated error left that is not that of the coarsening in force"
        return ""
