"""The fused picture: own and received tracks brought to one time, paired, and joined by covariance intersection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from equipoise.exchange.picture.board import Picture
from equipoise.exchange.picture.fusion import Estimate, fuse, lineage_of
from equipoise.exchange.protocol.coarsen import EARTH_GM_M3_S2, EARTH_ROTATION_RAD_S

GATE = 22.46  # 99.9 % of chi-square with six degrees of freedom: what one object may differ by on both sides
STALE_S = 120.0  # a track is carried forward over a gap no longer than this
PAIRED = 200  # tracks a side that are paired, the freshest ones
LOOKED_AT = 600  # pairs that are compared in full, 2.5 ms each: the nearest ones
STEP_M, STEP_M_S = 100.0, 0.1

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fused:
    """One object as both sides see it: the estimate at the own track's time, and which tracks went in."""

    own_id: str
    peer_id: str
    time_s: float
    estimate: Estimate


def estimate_of(update: dict[str, Any]) -> Estimate:
    """Return a track update as state (6,) in m and m/s, Earth-fixed, with its stated error on the diagonal."""
    state = np.array([*update["position_ecef_m"], *update["velocity_ecef_m_s"]], dtype=float)
    variance = [update["sigma_m"] ** 2] * 3 + [update["sigma_m_s"] ** 2] * 3
    return Estimate(state, np.diag(variance), lineage_of(update.get("lineage", [])))


def carried(estimate: Estimate, *, from_s: float, to_s: float) -> Estimate:
    """Return the estimate after free flight: Kepler motion, covariance by the numerical Jacobian of that motion.

    The oblateness that it leaves out is 1e-3 of gravity: 7 m over 30 s, 110 m over the longest gap.
    """
    if to_s == from_s:
        return estimate
    columns = []
    for axis in range(6):
        step = np.zeros(6)
        step[axis] = STEP_M if axis < 3 else STEP_M_S
        ahead = _flown(estimate.state + step, from_s, to_s)
        columns.append((ahead - _flown(estimate.state - step, from_s, to_s)) / (2.0 * step[axis]))
    jacobian = np.array(columns).T
    return Estimate(
        _flown(estimate.state, from_s, to_s), jacobian @ estimate.covariance @ jacobian.T, estimate.lineage
    )


def warm_up() -> None:
    """Load what the first fusion needs."""
    carried(Estimate(np.array([7e6, 0.0, 0.0, 0.0, 7e3, 0.0]), np.eye(6), {}), from_s=0.0, to_s=1.0)


def _flown(state: Array, from_s: float, to_s: float) -> Array:
    from equipoise.physics.environment.kepler import kepler_propagate

    spin = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])
    velocity = state[3:] + np.cross(spin, state[:3])
    moved = kepler_propagate(tuple(state[:3]), tuple(velocity), to_s - from_s, EARTH_GM_M3_S2)
    angle = EARTH_ROTATION_RAD_S * (to_s - from_s)
    c, s = np.cos(angle), np.sin(angle)
    turn = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    position = turn @ np.array(moved[0])
    return np.concatenate([position, turn @ np.array(moved[1]) - np.cross(spin, position)])


def fused_picture(picture: Picture, *, now_s: float) -> list[Fused]:
    """Return every object of which both sides hold a fresh track, each pair once, the nearest pairs first.

    Only the peer's own words go in (what it released), and only the own sensors': a fused estimate is shown and
    never fed back, so nothing is counted twice however long the exchange runs. Of tracks that are many and near each
    other the nearest ``LOOKED_AT`` pairs are compared; a pair that cannot be compared is none.
    """
    own, peer = _fresh(picture, picture.party, now_s), _fresh(picture, picture.peer, now_s)
    if not own or not peer:
        return []
    joined: dict[tuple[int, int], Estimate] = {}
    cost = np.full((len(own), len(peer)), 10.0 * GATE)
    for i, j in _near(own, peer):
        mine, theirs = own[i], peer[j]
        try:
            joined[i, j] = carried(estimate_of(theirs), from_s=theirs["time_s"], to_s=mine["time_s"])
            distance = _distance(estimate_of(mine), joined[i, j])
        except (ArithmeticError, np.linalg.LinAlgError):
            continue
        cost[i, j] = min(cost[i, j], distance) if np.isfinite(distance) else cost[i, j]
    return [
        Fused(
            own[i]["track_id"],
            peer[j]["track_id"],
            own[i]["time_s"],
            fuse(estimate_of(own[i]), joined[i, j], party=picture.party),
        )
        for i, j in zip(*linear_sum_assignment(cost), strict=True)
        if cost[i, j] <= GATE
    ]


def _near(own: list[dict[str, Any]], peer: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Return the pairs (own, peer) that can be one object at all, the nearest first.

    They lie within straight flight, and what gravity adds to it.
    """
    p, q = (np.array([u["position_ecef_m"] for u in side], dtype=float) for side in (own, peer))
    v = np.array([u["velocity_ecef_m_s"] for u in peer], dtype=float)
    s, t = (np.array([u["sigma_m"] for u in side]) for side in (own, peer))
    gap_s = np.subtract.outer([u["time_s"] for u in own], [u["time_s"] for u in peer])
    apart = np.linalg.norm(p[:, None] - q[None] - v[None] * gap_s[..., None], axis=2)
    share = apart / (6.0 * np.add.outer(s, t) + 6.0 * gap_s**2)
    rows, columns = np.nonzero(share <= 1.0)
    nearest = np.argsort(share[rows, columns], kind="stable")[:LOOKED_AT]
    return list(zip(rows[nearest].tolist(), columns[nearest].tolist(), strict=True))


def _fresh(picture: Picture, origin: str, now_s: float) -> list[dict[str, Any]]:
    latest = [trail.last for (of, _), trail in picture.tracks.items() if of == origin]
    fresh = [update for update in latest if abs(now_s - update["time_s"]) <= STALE_S]
    return sorted(fresh, key=lambda update: update["time_s"])[-PAIRED:]


def _distance(a: Estimate, b: Estimate) -> float:
    """Return the squared Mahalanobis distance, the two errors taken as independent: a wide gate, not a test."""
    apart = a.state - b.state
    return float(apart @ np.linalg.solve(a.covariance + b.covariance, apart))
