"""What the logged coarsening makes of an item, computed again: exactly once the secret is open, within bounds before."""

from __future__ import annotations

import hashlib
import math
import struct
from statistics import NormalDist
from typing import Any

from .log import to_bytes

RADIUS_M = 6_371_000.0
SIGMAS = (
    7.0  # of the noise of one update, beyond which chance is no explanation in any log that fits on a disk
)
ROUNDING_M = 0.3
SPOTS = 4_096  # sites, remembered: a log with a site for each item fills no memory
EAST_RMS, NORTH_RMS = math.sqrt(13.0 / 3.0), math.sqrt(3.0)  # of the two draws, in least errors
_QUANTILE = NormalDist().inv_cdf
_WORDS = struct.Struct(">6Q16x").unpack
_CELL = 1e-5  # deg: how far from a step of the grid a number that was rounded to 6 digits may lie

# Sums over the updates of a site: its turns (east, north), what its velocities show beside them (3), how many, their speeds.
Seen = list[float]


class Sites:
    """Which site each track and launch left under first, and where that site was first seen."""

    def __init__(self, kept: dict[str, Any] | None = None) -> None:
        """Start with nothing released, or with what :meth:`kept` gave."""
        kept = kept or {"of": {}, "anchors": {}, "seen": {}}
        self.of: dict[str, str] = dict(kept["of"])
        self.anchors: dict[str, tuple[int, int]] = {name: (a, b) for name, (a, b) in kept["anchors"].items()}
        self.seen: dict[str, Seen] = dict(kept["seen"])

    def kept(self) -> dict[str, Any]:
        """Return everything as plain data."""
        return {"of": self.of, "anchors": self.anchors, "seen": self.seen}

    def clash(self, item: dict[str, Any]) -> bool:
        """Return whether the item's names and its own word speak for more than one site, so that it may not leave."""
        if "site" not in item and "launch_id" not in item["payload"]:
            return False
        return len(self._candidates(item)) > 1

    def _candidates(self, item: dict[str, Any]) -> set[str]:
        found = {self.of[key] for key in _names(item["payload"]) if key in self.of}
        if "site" in item:
            found.add(item["site"])
        return found

    def release(self, item: dict[str, Any]) -> tuple[str, tuple[int, int]]:
        """Freeze the site of an item that left; return it with its anchor (degrees)."""
        names = _names(item["payload"])
        site = self.of.get(names[0]) if names else ""
        if site is None or len(names) > 1:
            site = min(self._candidates(item), default="")
            for key in names:
                self.of.setdefault(key, site)
        anchor = self.anchors.get(site)
        if anchor is None:
            anchor = _cell(item)
            if item["stream"] == "track" or {"launch_point", "impact_point"} & item["payload"].keys():
                self.anchors[site] = anchor
        return site, anchor


def _names(payload: dict[str, Any]) -> list[str]:
    names = [f"track_id/{payload['track_id']}"] if "track_id" in payload else []
    if "launch_id" in payload:
        names.append(f"launch_id/{payload['launch_id']}")
    return names


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
    """Numbers between 0 and 1 from a secret: the first six of the eight words of HMAC-SHA-512 (RFC 2104) over a label."""

    def __init__(self, secret: bytes) -> None:
        """Hash the secret's two pads once: half of the work of a short HMAC."""
        key = (secret if len(secret) <= 128 else hashlib.sha512(secret).digest()).ljust(128, b"\0")
        self._inner = hashlib.sha512(bytes(byte ^ 0x36 for byte in key))
        self._outer = hashlib.sha512(bytes(byte ^ 0x5C for byte in key))

    def __call__(self, label: bytes) -> list[float]:
        """Return the numbers of a label."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(label)
        outer.update(inner.digest())
        return [(word + 0.5) / 2.0**64 for word in _WORDS(outer.digest())]


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
            *(f * a - e * b for a, b in zip(x, y, strict=True)),
            *(e * a + f * b for a, b in zip(x, y, strict=True)),
            *(-s * v, s * u, c),
        )

    def of(self, vector: list[float]) -> tuple[float, float, float]:
        """Return the vector turned."""
        x, y, z = vector
        a, b, c, d, e, f, g, h, i = self._rows
        return a * x + b * y + c * z, d * x + e * y + f * z, g * x + h * y + i * z


def _unit(point: list[float]) -> tuple[float, float, float]:
    lat, lon = math.radians(point[0]), math.radians(point[1])
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


class Spot:
    """A site with what its anchor decides: circle of latitude, meridian, the ranges of its turns; and what it showed."""

    def __init__(self, site: str, anchor: tuple[int, int], *, least_m: float, seen: Seen) -> None:
        """Work out what is the same for every item of the site."""
        self.site, self.seen = site, seen
        self.circle_m = RADIUS_M * math.cos(math.radians(anchor[0]))
        self.lon_rad = math.radians(anchor[1])
        self.cos_lon, self.sin_lon = math.cos(self.lon_rad), math.sin(self.lon_rad)
        self.least_rad, self.most_north_rad = least_m / self.circle_m, 3.0 * least_m / RADIUS_M
        self.east_rms, self.north_rms = EAST_RMS * self.least_rad, NORTH_RMS * least_m / RADIUS_M
        self.label = f"noise/{site}/".encode()
        self.turn: Turn | None = None

    def open(self, draws: Draws, least_m: float) -> None:
        """Work out the turn that the secret draws."""
        size, side, north, *_ = draws(f"site/{self.site}".encode())
        east_m = least_m * (1.0 + 2.0 * size) * (1.0 if side < 0.5 else -1.0)
        north_m = 3.0 * least_m * (2.0 * north - 1.0)
        self.turn = Turn(east_m / self.circle_m, north_m / RADIUS_M, self.lon_rad)


class Coarsening:
    """The ``coarsen`` table of the rules in force, with the secret if it has been opened."""

    def __init__(self, how: dict[str, Any], *, secret: bytes | None) -> None:
        """Take the table as it is in the log."""
        self.least_m, self.noise_m = how["least_error_m"], how["noise_m"]
        self.grid_deg, self.step_ms = how["grid_deg"], round(how["step_s"] * 1000.0)
        self.sigma_step_m = how["sigma_step_m"]
        self._draws = None if secret is None else Draws(secret)
        self._spots: dict[tuple[str, tuple[int, int]], Spot] = {}
        self._place_slack_m = SIGMAS * self.noise_m + ROUNDING_M
        self._speed_slack_m_s = self._place_slack_m / 100.0

    def problem_with(
        self, item: dict[str, Any], source: dict[str, Any], data: bytes, left: dict[str, Any], sites: Sites
    ) -> str:
        """Return what is wrong with the coarsened fields of a payload that left, or an empty string.

        ``source`` holds the true values of the fields that may leave, ``data`` is its canonical form, where at hand.
        """
        spot = self._spot(*sites.release(item), sites.seen)
        if item["stream"] == "track":
            if spot.turn and self._draws:
                problem = self._track(
                    source, left, spot.turn, self._draws(spot.label + (data or to_bytes(source)))
                )
            else:
                problem = self._track_bounds(source, left, spot)
            return problem or self._stated(source, left, spot)
        problem = (
            self._launch(source, left, spot.turn) if spot.turn else self._launch_bounds(source, left, spot)
        )
        return problem or self._steps(source, left)

    def _spot(self, site: str, anchor: tuple[int, int], seen: dict[str, Seen]) -> Spot:
        """Return a site, worked out once while its names come again and again."""
        found = self._spots.get((site, anchor))
        if found is None:
            if len(self._spots) >= SPOTS:
                self._spots.clear()
            sums = seen.setdefault(site, [0.0] * 7)
            found = self._spots[site, anchor] = Spot(site, anchor, least_m=self.least_m, seen=sums)
            if self._draws:
                found.open(self._draws, self.least_m)
        return found

    def _track(self, source: dict[str, Any], left: dict[str, Any], turn: Turn, draws: list[float]) -> str:
        a, b, c, d, e, f = map(_QUANTILE, draws)
        x, y, z = turn.of(source["position_ecef_m"])
        u, v, w = left["position_ecef_m"]
        noise = self.noise_m
        if max(abs(x + a * noise - u), abs(y + b * noise - v), abs(z + c * noise - w)) > ROUNDING_M:
            return "a position left that is not what the opened secret makes of the true one"
        x, y, z = turn.of(source["velocity_ecef_m_s"])
        u, v, w = left["velocity_ecef_m_s"]
        noise /= 100.0
        if max(abs(x + d * noise - u), abs(y + e * noise - v), abs(z + f * noise - w)) > ROUNDING_M / 100.0:
            return "a velocity left that is not what the opened secret makes of the true one"
        return ""

    def _launch(self, source: dict[str, Any], left: dict[str, Any], turn: Turn) -> str:
        for name in ("launch_point", "impact_point"):
            if name not in source:
                continue
            x, y, z = turn.of([*_unit(source[name])])
            lat, lon = math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
            off = abs(left[name][0] - lat), abs((left[name][1] - lon + 180.0) % 360.0 - 180.0)
            if max(off) > 0.5 * self.grid_deg + _CELL:
                return f"a {name} left that is not what the opened secret makes of the true one"
        return ""

    def _track_bounds(self, source: dict[str, Any], left: dict[str, Any], spot: Spot) -> str:
        """Return what is wrong with a place and a velocity under any secret."""
        true, out = source["position_ecef_m"], left["position_ecef_m"]
        turns = self._turns(true, out, spot, noise_m=self._place_slack_m, slack_rad=0.0)
        if isinstance(turns, str):
            return turns
        problem = self._far_velocity(source["velocity_ecef_m_s"], left["velocity_ecef_m_s"], spot)
        if turns and not problem:
            slack = turns[2] + turns[3]
            problem = self._averaged(turns, spot) or self._averaged_velocity(
                source["velocity_ecef_m_s"], left["velocity_ecef_m_s"], spot, slack_rad=slack
            )
        return problem

    def _launch_bounds(self, source: dict[str, Any], left: dict[str, Any], spot: Spot) -> str:
        """Return what is wrong with the places of a launch event under any secret: too near or too far."""
        for name in ("launch_point", "impact_point"):
            if name not in source:
                continue
            true, out = _unit(source[name]), _unit(left[name])
            turns = self._turns(true, out, spot, noise_m=0.0, slack_rad=math.radians(0.5 * self.grid_deg))
            if isinstance(turns, str):
                return turns
            if turns and (problem := _out_of_range(*turns, spot)):
                return problem
        return ""

    @staticmethod
    def _turns(
        true: Any, out: Any, spot: Spot, *, noise_m: float, slack_rad: float
    ) -> tuple[float, float, float, float] | str | None:
        """Return the turns that one displaced place shows, with the slack of each: noise (m, each axis) and a grid's.

        A place at another height is what is wrong; ``None``: one so far from the site's meridian or so near the pole
        that it does not tell both turns.
        """
        x, y, z = true
        u, v, w = out
        across, radius = math.hypot(x, y), math.hypot(x, y, z)
        if abs(math.hypot(u, v, w) - radius) > 2.0 * noise_m + 1e-9:
            return "a place left at another height than the true one"
        ahead = x * spot.cos_lon + y * spot.sin_lon
        if abs(ahead) < 0.3 * radius or across < 0.2 * radius:
            return None
        north = math.asin(max(-1.0, min(1.0, (w - z) / ahead)))
        aside = y * spot.cos_lon - x * spot.sin_lon
        along = ahead * math.cos(north) - z * math.sin(
            north
        )  # the place turned to the north, to the meridian
        east = (math.atan2(v, u) - spot.lon_rad - math.atan2(aside, along) + math.pi) % math.tau - math.pi
        north_slack = (noise_m + slack_rad * across) / abs(ahead)
        return (
            east,
            north,
            noise_m / across + slack_rad + abs(aside * z) / across**2 * north_slack,
            north_slack,
        )

    def _averaged(self, turns: tuple[float, float, float, float], spot: Spot) -> str:
        """Judge the turns of one update and of all updates of its site together, over which the noise averages."""
        east, north, east_slack, north_slack = turns
        seen, count = spot.seen, spot.seen[5]
        if count:
            wide, rough = 1.0 + 1.0 / math.sqrt(count), _rough(north, spot)
            if (
                abs(east - seen[0] / count) > wide * east_slack + rough
                or abs(north - seen[1] / count) > wide * north_slack + rough
            ):
                return "a place left under another displacement than its site had before"
        seen[0] += east
        seen[1] += north
        seen[5] = count = count + 1.0
        less = 1.0 / math.sqrt(count)
        return _out_of_range(seen[0] / count, seen[1] / count, east_slack * less, north_slack * less, spot)

    def _far_velocity(self, true: Any, out: Any, spot: Spot) -> str:
        """Judge one velocity by itself: no turn and no noise brings it so far."""
        most_rad = 3.0 * spot.least_rad + spot.most_north_rad
        if math.dist(true, out) > most_rad * math.hypot(*true) + 2.0 * self._speed_slack_m_s:
            return "a velocity left farther from the true one than the coarsening in force allows"
        return ""

    def _averaged_velocity(self, true: Any, out: Any, spot: Spot, *, slack_rad: float) -> str:
        """Judge the velocities of a site together: turned as its places are, with noise that averages.

        ``slack_rad`` is that of the two turns of one update. What is left out is of second order in the turns.
        """
        (x, y, z), (u, v, w), seen, count = true, out, spot.seen, spot.seen[5]
        east, north = seen[0] / count, seen[1] / count
        p, q = north * spot.sin_lon, -north * spot.cos_lon  # the axes of both turns together: p, q, east
        seen[2] += u - x - q * z + east * y
        seen[3] += v - y - east * x + p * z
        seen[4] += w - z - p * y + q * x
        seen[6] += math.hypot(x, y, z)
        speed = seen[6] / count
        noise = (self._speed_slack_m_s + 2.0 * slack_rad * speed) / math.sqrt(count)
        slack = noise + (abs(east) + abs(north)) ** 2 * speed
        if max(abs(seen[2]), abs(seen[3]), abs(seen[4])) > slack * count:
            return "velocities left that are not turned as the places of their site are"
        return ""

    def _stated(self, source: dict[str, Any], left: dict[str, Any], spot: Spot) -> str:
        """Check the stated errors, which no secret decides."""
        x, y, z = left["position_ecef_m"]
        across = math.hypot(x, y)
        arm_m = max(spot.east_rms * across, spot.north_rms * math.hypot(across, z))
        speed = spot.east_rms * math.hypot(*left["velocity_ecef_m_s"])
        step_m, step_m_s = self.sigma_step_m, self.sigma_step_m / 100.0
        own_m = math.ceil(source["sigma_m"] / step_m) * step_m
        own_m_s = math.ceil(source["sigma_m_s"] / step_m_s) * step_m_s
        if (
            abs(left["sigma_m"] - math.hypot(own_m, arm_m, self.noise_m)) > 0.2
            or abs(left["sigma_m_s"] - math.hypot(own_m_s, speed, self.noise_m / 100.0)) > 0.02
        ):
            return "a stated error left that is not that of the coarsening in force"
        return ""

    def _steps(self, source: dict[str, Any], left: dict[str, Any]) -> str:
        """Check what no secret decides of a launch event: times on the step, places on the grid."""
        for name in ("launched_at_ms", "impact_at_ms"):
            if name in source and left[name] != round(source[name] / self.step_ms) * self.step_ms:
                return f"{name} left that is not on the step in force"
        for name in ("launch_point", "impact_point"):
            if name not in source:
                continue
            lat, lon = left[name]
            around = lon - math.copysign(360.0, lon)  # the grid does not close at the date line
            if not (self._on_grid(lat) or abs(lat) == 90.0) or not (
                self._on_grid(lon) or self._on_grid(around)
            ):
                return f"a {name} left that is not on the grid in force"
        return ""

    def _on_grid(self, angle_deg: float) -> bool:
        return bool(abs(angle_deg - round(angle_deg / self.grid_deg) * self.grid_deg) <= _CELL)


def _rough(north: float, spot: Spot) -> float:
    """Return what the two turns' order and curvature leave out."""
    return 2e-3 * (abs(north) + spot.most_north_rad) + 1e-9


def _out_of_range(east: float, north: float, east_slack: float, north_slack: float, spot: Spot) -> str:
    """Return what is wrong with two turns by the ranges from which they are drawn, or an empty string."""
    rough, least = _rough(north, spot), spot.least_rad
    if not least - east_slack - rough <= abs(east) <= 3.0 * least + east_slack + rough:
        return "a place left nearer to the true one, or farther, than the coarsening in force allows"
    if abs(north) > spot.most_north_rad + north_slack + rough:
        return "a place left farther from the true one than the coarsening in force allows"
    return ""
