"""Where to start the fit: positions from single looks, and the moment at which they stop being pushed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analysis.flight_test.observe import Station
from equipoise.physics.environment.earth import WGS84, enu_basis, geodetic_to_ecef
from equipoise.physics.sensing.burnout_model import FORCE, TIME
from equipoise.physics.sensing.observation import AZIMUTH, CUTOFF, ELEVATION, RANGE

BEFORE_S, AFTER_S = 10.0, 15.0
"""Seconds before and after a supposed burnout that are compared with a push that ends there."""
GRAVITY_M_S2 = 9.3
SEARCHED_S = 25.0
"""Burnout is looked for so far on both sides of the plan: three standard deviations of its prior."""


@dataclass(frozen=True)
class Fixes:
    """Positions in ECI axes (n, 3) with times (n) and one error each along the line of sight and across it."""

    times_s: np.ndarray
    eci_m: np.ndarray
    line: np.ndarray
    along_m: np.ndarray
    across_m: np.ndarray


def guess_burnout(rows: np.ndarray, posts: Sequence[Station], mean: np.ndarray) -> tuple[float, np.ndarray]:
    """Return a first burnout time and the model's fourteen numbers to start from; ``mean`` where nothing is learnt.

    ``rows`` are observations, ``mean`` (14,) the numbers expected before any was made; so are those of the answer.
    """
    start = mean.copy()
    fixes = _radar_fixes(rows, posts) or _crossed_rays(rows, posts)
    cut = rows["value"][rows["kind"] == CUTOFF]
    if fixes is None or len(fixes.times_s) < 8:
        return (float(cut.mean()) if len(cut) else float(mean[TIME])), start
    if len(cut):
        time, (state, push, _gain) = float(cut.mean()), _pushed_fit(fixes, float(cut.mean()))
    else:
        time, (state, push, gain) = _where_the_push_ends(fixes, float(mean[TIME]))
        if gain < 30.0:  # no push is visible: only the coast was seen, and the plan must say when it began
            return float(mean[TIME]), start
    if state is None:
        return time, start
    start[:6] = state
    start[TIME] = time
    start[FORCE] = min(max(push, 5.0), 300.0)
    return time, start


def _where_the_push_ends(
    fixes: Fixes, planned_s: float
) -> tuple[float, tuple[np.ndarray | None, float, float]]:
    """Return the time, near the plan, at which an end of the push explains the fixes best; first coarse, then fine."""
    low = max(fixes.times_s[0] + 3.0, planned_s - SEARCHED_S)
    high = min(fixes.times_s[-1] - 3.0, planned_s + SEARCHED_S)
    best: tuple[float, tuple[np.ndarray | None, float, float]] = (planned_s, (None, 0.0, 0.0))
    for step, reach in ((2.0, None), (0.5, 1.5)):
        grid = (
            np.arange(low, high, step) if reach is None else best[0] + np.arange(-reach, reach + step, step)
        )
        for time in grid:
            fit = _pushed_fit(fixes, float(time))
            if fit[2] > best[1][2]:
                best = float(time), fit
    return best


def _pushed_fit(fixes: Fixes, time_s: float) -> tuple[np.ndarray | None, float, float]:
    """Fit a constant push that ends at ``time_s``: return state there, its size, the gain in chi-square.

    The gain is over a push that goes on: it is nil in the coast, negative in mid-boost, and peaks at burnout.
    """
    t = fixes.times_s - time_s
    near = (t >= -BEFORE_S) & (t <= AFTER_S)
    if near.sum() < 8 or not np.any(t[near] < -1.0):
        return None, 0.0, 0.0
    t, p = t[near], fixes.eci_m[near]
    middle = p.mean(axis=0)
    fall = -GRAVITY_M_S2 * middle / np.linalg.norm(middle)
    y = p - 0.5 * t[:, None] ** 2 * fall
    design = np.column_stack([np.ones_like(t), t, 0.5 * np.minimum(t, 0.0) ** 2])
    going_on = np.column_stack([np.ones_like(t), t, 0.5 * t**2])
    axes = _axes(fixes.line[near].mean(axis=0))
    weights = np.stack([1.0 / fixes.along_m[near], *(2 * [1.0 / fixes.across_m[near]])], axis=1)
    turned = y @ axes.T
    found, gain = np.empty((3, 3)), 0.0
    for axis in range(3):
        w = weights[:, axis]
        found[:, axis], size = _weighted(design, turned[:, axis], w)
        gain += _weighted(going_on, turned[:, axis], w)[1] - size
    back = found @ axes
    return np.concatenate([back[0], back[1]]), float(np.linalg.norm(back[2])), gain


def _weighted(design: np.ndarray, values: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, float]:
    found, *_ = np.linalg.lstsq(design * w[:, None], values * w, rcond=None)
    return found, float(np.sum(((values - design @ found) * w) ** 2))


def _axes(line: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (3, 3) whose first row is the line of sight."""
    first = line / np.linalg.norm(line)
    other = np.eye(3)[np.argmin(np.abs(first))]
    second = np.cross(first, other)
    second /= np.linalg.norm(second)
    return np.array([first, second, np.cross(first, second)])


def _looks(rows: np.ndarray, n: int) -> dict[int, np.ndarray]:
    mine = rows[rows["observer"] == n]
    return {kind: mine[mine["kind"] == kind] for kind in (RANGE, AZIMUTH, ELEVATION)}


def _lines(azimuth: np.ndarray, elevation: np.ndarray, post: Station) -> tuple[np.ndarray, np.ndarray]:
    """Return the ECEF place (3) and unit vectors (n, 3) of lines of sight."""
    o = post.observer
    basis = np.array(enu_basis(o.lat_rad, o.lon_rad))
    flat = np.cos(elevation)
    local = np.column_stack([flat * np.sin(azimuth), flat * np.cos(azimuth), np.sin(elevation)])
    return np.array(geodetic_to_ecef(o.lat_rad, o.lon_rad, o.height_m, WGS84)), local @ basis


def _to_eci(ecef: np.ndarray, times_s: np.ndarray) -> np.ndarray:
    c, s = np.cos(WGS84.omega_rad_s * times_s), np.sin(WGS84.omega_rad_s * times_s)
    return np.column_stack([ecef[:, 0] * c - ecef[:, 1] * s, ecef[:, 0] * s + ecef[:, 1] * c, ecef[:, 2]])


def _radar_fixes(rows: np.ndarray, posts: Sequence[Station]) -> Fixes | None:
    """Return the positions that the radar with most looks gives."""
    best: Fixes | None = None
    for n, post in enumerate(posts):
        looks = _looks(rows, n)
        ranges = looks[RANGE]
        if len(ranges) == 0 or (best is not None and len(ranges) <= len(best.times_s)):
            continue
        place, lines = _lines(looks[AZIMUTH]["value"], looks[ELEVATION]["value"], post)
        times = ranges["time_s"]
        eci = _to_eci(place + ranges["value"][:, None] * lines, times)
        across = ranges["value"] * looks[ELEVATION]["sigma"]
        best = Fixes(times, eci, _to_eci(lines, times), ranges["sigma"], across)
    return best


def _crossed_rays(rows: np.ndarray, posts: Sequence[Station]) -> Fixes | None:
    """Return the positions midway between two optical lines of sight taken at the same times."""
    seen = [(n, _looks(rows, n)) for n in range(len(posts))]
    seen = [(n, looks) for n, looks in seen if len(looks[AZIMUTH])]
    if len(seen) < 2:
        return None
    (n, a), (m, b) = seen[:2]
    times, i, j = np.intersect1d(a[AZIMUTH]["time_s"], b[AZIMUTH]["time_s"], return_indices=True)
    if len(times) == 0:
        return None
    p, u = _lines(a[AZIMUTH]["value"][i], a[ELEVATION]["value"][i], posts[n])
    q, w = _lines(b[AZIMUTH]["value"][j], b[ELEVATION]["value"][j], posts[m])
    cosine = np.sum(u * w, axis=1)
    gap = q - p
    sine2 = np.maximum(1.0 - cosine**2, 1e-9)
    s = (u @ gap - cosine * (w @ gap)) / sine2
    r = (cosine * (u @ gap) - w @ gap) / sine2
    middle = 0.5 * ((p + s[:, None] * u) + (q + r[:, None] * w))
    error = np.maximum(np.abs(s), np.abs(r)) * a[ELEVATION]["sigma"][i] / np.sqrt(sine2)
    return Fixes(times, _to_eci(middle, times), _to_eci(u, times), error, error)
