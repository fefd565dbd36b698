"""What one party sees, as a bounded fold over the leaves of its own log: boards, launches, tracks, traffic, refusals."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from equipoise.exchange.protocol.encoding import digest
from equipoise.exchange.protocol.forms import TEXT_LETTERS
from equipoise.exchange.protocol.notices import Board

ROWS = 300
POINTS = 240  # points that a trail keeps
SPACING_S = 5.0  # the least time between two of them
TRACKS = 1_500  # own, received, and own as released, together
LAUNCHES = 500
LISTS = ("texts", "sent", "received", "irregular", "refused")
AHEAD_S = 60.0  # a track dated later than the own clock by more than this is not believed


def lon_lat_deg(position_m: list[float]) -> tuple[float, float]:
    """Return geocentric longitude and latitude of an Earth-fixed position."""
    x, y, z = position_m
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


@dataclass
class Trail:
    """One track: its latest update whole, and where it came along (time in s, longitude and latitude in degrees)."""

    last: dict[str, Any]
    points: deque[tuple[float, float, float]] = field(default_factory=lambda: deque(maxlen=POINTS))

    def add(self, update: dict[str, Any]) -> None:
        """Take an update; one that is older than the last is late, and the last one stays."""
        if self.points and update["time_s"] <= self.last["time_s"]:
            return
        self.last = update
        if not self.points or update["time_s"] - self.points[-1][0] >= SPACING_S:
            self.points.append((update["time_s"], *lon_lat_deg(update["position_ecef_m"])))


class Picture:
    """Own and received side by side; nothing of the peer's is taken for one's own, its clock least of all."""

    def __init__(self, *, party: str, peer: str, instruments: dict[str, Any]) -> None:
        """Start with nothing seen."""
        self.party, self.peer, self.instruments = party, peer, instruments
        self.boards = {name: Board(instruments) for name in (party, peer)}
        self.tracks: dict[tuple[str, str], Trail] = {}
        self.launches: dict[tuple[str, str], dict[str, Any]] = {}
        self.texts: deque[dict[str, Any]] = deque(maxlen=ROWS)
        self.sent: deque[dict[str, Any]] = deque(maxlen=ROWS)
        self.received: deque[dict[str, Any]] = deque(maxlen=ROWS)
        self.irregular: deque[dict[str, Any]] = deque(maxlen=ROWS)
        self.refused: deque[dict[str, Any]] = deque(maxlen=ROWS)
        self.held: dict[str, dict[str, Any]] = {}
        self.unlogged: dict[str, dict[str, Any]] = {}
        self.heard_at_ms: int | None = None

    def copy(self) -> Picture:
        """Return a copy to draw from while the picture goes on: tables and trails are its own, what they hold is shared."""
        other = Picture(party=self.party, peer=self.peer, instruments=self.instruments)
        other.boards = {name: board.copy() for name, board in self.boards.items()}
        other.tracks = {key: Trail(trail.last, trail.points.copy()) for key, trail in self.tracks.items()}
        other.launches, other.held = dict(self.launches), dict(self.held)
        other.unlogged, other.heard_at_ms = dict(self.unlogged), self.heard_at_ms
        for name in LISTS:
            setattr(other, name, getattr(self, name).copy())
        return other

    def kept(self) -> dict[str, Any]:
        """Return what the log's leaves made of the picture, as plain data; what is not logged yet is filed again."""
        return {
            "boards": {name: board.kept() for name, board in self.boards.items()},
            "tracks": [[*key, trail.last, list(trail.points)] for key, trail in self.tracks.items()],
            "launches": [[*key, payload] for key, payload in self.launches.items()],
            "held": self.held,
            "heard_at_ms": self.heard_at_ms,
            **{name: list(getattr(self, name)) for name in LISTS},
        }

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from what :meth:`kept` gave."""
        for name, entries in kept["boards"].items():
            self.boards[name].take_up(entries)
        for origin, name, last, points in kept["tracks"]:
            self.tracks[origin, name] = Trail(last, deque(map(tuple, points), maxlen=POINTS))
        self.launches = {(origin, name): payload for origin, name, payload in kept["launches"]}
        self.held, self.heard_at_ms = kept["held"], kept["heard_at_ms"]
        for name in LISTS:
            getattr(self, name).extend(kept[name])

    def show_unlogged(self, item: dict[str, Any]) -> None:
        """Show an own item at once, whatever becomes of gate, disk and link."""
        self.unlogged[digest(item)] = item
        _trim(self.unlogged, ROWS)

    def show(self, leaf: dict[str, Any]) -> None:
        """Show one durable leaf; what cannot be shown is listed as irregular with its reason, and the rest goes on."""
        try:
            self._show_leaf(leaf)
        except Exception as error:  # noqa: BLE001 - a person's picture never ends the node
            origin = self.peer if leaf["kind"] in ("received", "receipt") else self.party
            problem = f"cannot be shown ({type(error).__name__}: {error})"
            self._irregular(origin, str(leaf["kind"]), problem[:TEXT_LETTERS], leaf["at_ms"])

    def _show_leaf(self, leaf: dict[str, Any]) -> None:
        kind = leaf["kind"]
        if kind in ("release", "withheld"):
            self._fold_sent(leaf)
        elif kind == "received":
            self._fold_received(leaf)
        elif kind == "held":
            self.unlogged.pop(leaf["item_hash"], None)
            self.held[leaf["item_hash"]] = leaf
        elif kind == "receipt":
            self.heard_at_ms = leaf["at_ms"]
        elif kind in ("refused", "fork"):
            self.refused.append(leaf)

    def _fold_sent(self, leaf: dict[str, Any]) -> None:
        body, item = leaf["message"]["body"], leaf["item"]
        name = leaf["item_hash"]
        self.unlogged.pop(name, None)
        self.held.pop(name, None)
        payload = {**item["payload"], **leaf.get("correlation", {})}
        self._show_payload(self.party, item["stream"], payload, at_ms=leaf["at_ms"])
        if body["stream"] == "track":
            self._trail("released", body["payload"])
        if item["stream"] != "heartbeat":
            row = {"seq": body["seq"], "at_ms": leaf["at_ms"], "stream": item["stream"], "rule": body["rule"]}
            self.sent.append({**row, "payload": payload, "withheld": leaf["kind"] == "withheld"})

    def _fold_received(self, leaf: dict[str, Any]) -> None:
        body = leaf["message"]["body"]
        self.heard_at_ms = leaf["at_ms"]
        self._show_payload(self.peer, body["stream"], body["payload"], at_ms=leaf["at_ms"])
        if body["stream"] != "heartbeat":
            row = {"seq": body["seq"], "at_ms": leaf["at_ms"], "stream": body["stream"], "rule": body["rule"]}
            self.received.append(
                {**row, "payload": body["payload"], "withheld": body["stream"] == "withheld"}
            )

    def _show_payload(self, origin: str, stream: str, payload: dict[str, Any], *, at_ms: int) -> None:
        if stream == "notice":
            try:
                self.boards[origin].take(payload, at_ms=at_ms)
            except ValueError as problem:
                self._irregular(origin, payload["notice_id"], str(problem), at_ms)
        elif stream == "track":
            if payload["time_s"] > at_ms / 1000.0 + AHEAD_S:
                self._irregular(origin, payload["track_id"], "a track dated ahead of the own clock", at_ms)
            else:
                self._trail(origin, payload)
        elif stream == "launch":
            self.launches[origin, payload["launch_id"]] = payload
            _trim(self.launches, LAUNCHES)
            launched_by = payload.get("launched_by")
            if launched_by in self.boards and launched_by != origin and "notice_id" in payload:
                self.boards[launched_by].claim(payload["notice_id"], payload["launch_id"])
        elif stream == "text":
            self.texts.append({"origin": origin, "at_ms": at_ms, **payload})

    def _trail(self, origin: str, payload: dict[str, Any]) -> None:
        trail = self.tracks.setdefault((origin, payload["track_id"]), Trail(payload))
        trail.add(payload)
        _trim(self.tracks, TRACKS)

    def _irregular(self, origin: str, name: str, problem: str, at_ms: int) -> None:
        self.irregular.append({"origin": origin, "name": name, "problem": problem, "at_ms": at_ms})


def _trim(table: dict[Any, Any], limit: int) -> None:
    while len(table) > limit:
        del table[next(iter(table))]
