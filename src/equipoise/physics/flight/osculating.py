"""Flights as the Kepler arcs that their burnout states start, and how far they stray from such an arc."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from equipoise.foundation.status import FlightStatus
from equipoise.numerics.jit import kernel
from equipoise.numerics.threads import in_shares
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.environment.kepler import kepler_propagate
from equipoise.physics.flight.free_flight import POSITION_TOLERANCE_M, descend
from equipoise.physics.flight.targeting import Kinematic, burnout_state
from equipoise.physics.flight.trajectory import Flights

NODES = 600
SHARE = 64
"""Flights that a thread takes at a time."""
_OK = int(FlightStatus.OK)


@kernel
def burnout_states(vehicle: Kinematic, flights: Flights, earth: EarthModel, out) -> None:
    """Fill ``out`` (n, 6) with inertial states at cut-off, in axes that coincide with ECEF then; nan without flight."""
    for i in range(flights.status.size):
        out[i, :] = np.nan
        if flights.status[i] == _OK:
            burnout_state(
                vehicle,
                flights.lat_rad[i],
                flights.lon_rad[i],
                flights.azimuth_rad[i],
                flights.path_angle_rad[i],
                flights.speed_m_s[i],
                earth,
                out[i],
            )


@kernel
def _departures(
    states, models, last_s, beta_kg_m2, earth: EarthModel, gm_m3_s2, times, out, start, stop
) -> None:
    for i in range(start, stop):
        times[i, :] = np.nan
        out[i, :] = np.nan
        if states[i, 0] != states[i, 0]:
            continue
        nodes = np.empty((NODES, 7))
        descend(states[i].copy(), beta_kg_m2, earth, POSITION_TOLERANCE_M, nodes)
        m = models[i]
        k, least = 0, -inf
        for j in range(NODES):
            t = nodes[j, 0]
            if not t <= last_s[i] or k >= out.shape[1]:
                break
            if t <= least:
                continue
            p, _ = kepler_propagate((m[0], m[1], m[2]), (m[3], m[4], m[5]), t, gm_m3_s2)
            x, y, z = nodes[j, 1] - p[0], nodes[j, 2] - p[1], nodes[j, 3] - p[2]
            times[i, k], out[i, k] = t, sqrt(x * x + y * y + z * z)
            k, least = k + 1, t


def departures(
    states: np.ndarray,
    models: np.ndarray,
    last_s: np.ndarray,
    beta_kg_m2: float,
    earth: EarthModel,
    gm_m3_s2: float,
    times: np.ndarray,
    out: np.ndarray,
) -> None:
    """Fill ``times`` and ``out`` (n, m) with how far each flight is from its model arc at the integrator's own steps.

    ``states`` and ``models`` (n, 6) are the true and the modelled state at burnout, ``last_s`` (n,) the end of the
    comparison. Unused entries are nan.
    """
    in_shares(
        lambda a, b: _departures(states, models, last_s, beta_kg_m2, earth, gm_m3_s2, times, out, a, b),
        len(states),
        share=SHARE,
    )
