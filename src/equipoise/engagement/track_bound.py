"""How well one path can be known by some sensors: the Cramer-Rao bound on position, now and predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.engagement.engage import Paths
from equipoise.engagement.kernel_tables import compile_world
from equipoise.engagement.records import Battery, Command, Interceptor, Timing, Use
from equipoise.physics.engagement.tables import World
from equipoise.physics.flight.trajectory import Path
from equipoise.physics.sensing import tracking as kernels
from equipoise.physics.sensing.track_picture import USE
from equipoise.physics.sensing.visibility import ARCS, arcs


@dataclass(frozen=True)
class Bound:
    """Along the samples of one path from burnout on (n,): times, covariance at burnout from the data so far, transition.

    ``covariance`` (n, 6, 6) is of the inertial state at burnout, in axes that coincide with ECEF then; ``phi`` (n, 6, 6) carries
    it to each sample. ``states`` (n, 6) are the path itself.
    """

    time_s: np.ndarray
    states: np.ndarray
    phi: np.ndarray
    covariance: np.ndarray

    def position_sigma_m(self, data: int, at: int | None = None) -> float:
        """Return the 1-sigma error of position (root of the summed variances) at a sample, from data up to another."""
        at = data if at is None else at
        return float(kernels.position_sigma_m(self.covariance[data], self.phi[at]))


def bound(paths: Paths, uses: Sequence[Use]) -> Bound:
    """Return the bound for the first path of ``paths`` under sensors as they are released."""
    timing = Timing(track_s=0.0, decision_s=0.0, reaction_s=0.0, assessment_s=0.0, handover_m=1.0)
    anything = Battery("none", ((0.0, 0.0),), Interceptor(1e3, 10.0, 10.0, 0.0), stock=0.0)
    command = Command("track", (anything,), tuple(uses), timing)
    world = compile_world([command], missile_class=paths.missile_class, earth=paths.earth).world
    path = paths.sampled()
    spells, counts = _spells(world, path)
    n = path.filled
    states, phi, info = np.empty((n, 6)), np.empty((n, 6, 6)), np.empty((n, 6, 6))
    kernels.transitions(path.burnout_state, path, paths.earth, states, phi)
    listed = np.array(
        [(i, u.latency_s, True, False, u.position_sigma_m, u.velocity_sigma_m_s) for i, u in enumerate(uses)],
        dtype=USE,
    )
    kernels.gather(
        world.looks,
        listed,
        world.sensors.place,
        spells,
        counts,
        path,
        states,
        phi,
        paths.earth.omega_rad_s,
        info,
    )
    kept = slice(path.burnout, n)
    return Bound(path.time_s[kept], states[kept], phi[kept], np.linalg.inv(info[kept]))


def _spells(world: World, path: Path) -> tuple[np.ndarray, np.ndarray]:
    m = world.sensors.row.size
    spells, counts = np.empty((m, ARCS, 2)), np.zeros(m, dtype=np.int64)
    for s in range(m):
        counts[s] = arcs(world.sensors, s, path, world.earth, spells[s])
    return spells, counts
