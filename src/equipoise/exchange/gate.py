"""The release gate: policy (default deny), allowed fields, coarsening; every outcome is a decision to log."""

from __future__ import annotations

import hashlib
import hmac
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from scipy.special import ndtri

from equipoise.exchange.encoding import canonical, digest

EARTH_ROTATION_RAD_S = 7.292115e-5
EARTH_RADIUS_M = 6_371_000.0


def _data(name: str) -> str:
    return files("equipoise.exchange").joinpath("data", name).read_text("utf-8")


@cache
def default_profile() -> dict[str, Any]:
    """Return the profile of the package: fields by stream, coarsening."""
    return tomllib.loads(_data("profile.toml"))


@dataclass(frozen=True)
class Decision:
    """What the gate decided about one item, with the payload that may leave (``None``: withheld)."""

    allowed: bool
    rule: str
    reason: str
    dropped: tuple[str, ...]
    payload: dict[str, Any] | None

    def record(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the form that goes into the log."""
        return {
            "allowed": self.allowed,
            "rule": self.rule,
            "reason": self.reason,
            "dropped": list(self.dropped),
            "item_hash": digest(item),
        }


@dataclass(frozen=True)
class Gate:
    """A policy, a profile and the secret from which every track's coarsening is drawn."""

    secret: bytes
    policy: str = ""
    profile: dict[str, Any] | None = None

    def decide(self, item: dict[str, Any], *, party: str, approvals: int) -> Decision:
        """Return the decision on one item ``{stream, sensitivity, payload, exercise}``."""
        rule, allowed = self._ask(item, party=party, approvals=approvals)
        profile = self.profile or default_profile()
        fields = profile["fields"].get(item["stream"])
        if fields is None or not allowed:
            reason = "no profile" if allowed else "no rule permits it"
            return Decision(allowed=False, rule=rule, reason=reason, dropped=(), payload=None)
        payload = {key: value for key, value in item["payload"].items() if key in fields}
        dropped = tuple(sorted(set(item["payload"]) - set(payload)))
        if item["stream"] == "track":
            payload = coarsen_track(payload, secret=self.secret, **profile["coarsen"]["track"])
        return Decision(allowed=True, rule=rule, reason="released", dropped=dropped, payload=payload)

    def _ask(self, item: dict[str, Any], *, party: str, approvals: int) -> tuple[str, bool]:
        import cedarpy

        policy = self.policy or _data("release.cedar")
        attributes = {
            "stream": item["stream"],
            "sensitivity": item.get("sensitivity", "withhold"),
            "exercise": item.get("exercise") is True,
            "approvals": approvals,
        }
        entities = [{"uid": {"type": "Item", "id": "item"}, "attrs": attributes, "parents": []}]
        request = {
            "principal": f'Party::"{party}"',
            "action": 'Action::"release"',
            "resource": 'Item::"item"',
            "context": {},
        }
        answer = cedarpy.is_authorized(request, policy, entities)
        rules = [_rule_name(policy, reason) for reason in answer.diagnostics.reasons]
        return ", ".join(sorted(rules)) or "default-deny", bool(answer.allowed)


def _rule_name(policy: str, reason: str) -> str:
    names = [line.split('"')[1] for line in policy.splitlines() if line.startswith("@id(")]
    number = reason.removeprefix("policy")
    return names[int(number)] if number.isdigit() and int(number) < len(names) else reason


def _uniform(secret: bytes, label: str, count: int) -> np.ndarray:
    words = [hmac.new(secret, f"{label}/{i}".encode(), hashlib.sha256).digest() for i in range(count)]
    return np.array([(int.from_bytes(word[:8]) + 0.5) / 2.0**64 for word in words])


def _rotation(axis: np.ndarray, angle_rad: float) -> np.ndarray:
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn: np.ndarray = np.eye(3) + math.sin(angle_rad) * cross + (1.0 - math.cos(angle_rad)) * cross @ cross
    return turn


def coarsen_track(
    payload: dict[str, Any], *, secret: bytes, shift_m: float, time_shift_s: float, noise_m: float
) -> dict[str, Any]:
    """Return the update turned about the Earth's centre and moved in time, alike for every update of the track.

    A turn and a time shift map ballistic arcs on ballistic arcs, so a fit to all updates finds a perfect arc in the
    wrong place and no residual that gives the shift away (a constant offset of 10 km would: gravity changes by
    0.3 %). The noise, drawn per update, hides what the oblateness of the Earth still reveals. ``shift_m`` is the
    arc's displacement on the ground 90 degrees from the turn's axis.
    """
    name = str(payload.get("track_id"))
    u = _uniform(secret, f"track/{name}", 4)
    position = np.asarray(payload["position_ecef_m"], dtype=float)
    velocity = np.asarray(payload["velocity_ecef_m_s"], dtype=float)
    time_s = float(payload["time_s"])
    spin = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])
    day = _rotation(np.array([0.0, 0.0, 1.0]), EARTH_ROTATION_RAD_S * time_s)
    turn = _rotation(_turn_axis(secret, name, first_u=u), shift_m / EARTH_RADIUS_M)
    shifted_time_s = time_s + time_shift_s * (2.0 * u[3] - 1.0)
    back = _rotation(np.array([0.0, 0.0, 1.0]), -EARTH_ROTATION_RAD_S * shifted_time_s)
    inertial_velocity = turn @ day @ (velocity + np.cross(spin, position))
    new_position = back @ turn @ day @ position
    new_velocity = back @ inertial_velocity - np.cross(spin, new_position)
    fresh = f"noise/{name}/" + hashlib.sha256(canonical(payload)).hexdigest()
    noise = ndtri(_uniform(secret, fresh, 6)) * noise_m
    total = math.sqrt(float(payload.get("sigma_m", 0.0)) ** 2 + shift_m**2 + noise_m**2)
    return {
        **payload,
        "time_s": round(shifted_time_s, 2),
        "position_ecef_m": [round(float(value), 1) for value in new_position + noise[:3]],
        "velocity_ecef_m_s": [round(float(value), 3) for value in new_velocity + noise[3:] * 1e-2],
        "sigma_m": round(total, 1),
    }


def _turn_axis(secret: bytes, name: str, *, first_u: np.ndarray) -> np.ndarray:
    axis = ndtri(first_u[:3])
    unit: np.ndarray = axis / np.linalg.norm(axis)
    return unit
