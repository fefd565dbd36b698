"""The geometry of a kill: closing speed and crossing angle, and whether they lie within an interceptor's limits.

The crossing angle is that between the interceptor's velocity and the missile's turned round: 0 is head on, pi a chase
from behind. Both velocities are over the turning Earth at the place and time of the kill.
"""

from __future__ import annotations

from math import acos, cos, pi, sin, sqrt

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel
from equipoise.physics.interceptor.flyout import Arrival


@kernel
def closing(arrived: Arrival, earth: EarthModel, target, velocity):
    """Return closing speed (m/s) and crossing angle (rad) of a kill.

    ``arrived`` is the interceptor's arrival at ``target`` (3), ECEF, m; ``velocity`` (3) is the missile's there, ECEF, m/s,
    relative to the ground.
    """
    turn, omega, v = earth.omega_rad_s * arrived.time_s, earth.omega_rad_s, arrived.velocity_eci_m_s
    c, s = cos(turn), sin(turn)
    own = (v[0] * c + v[1] * s + omega * target[1], v[1] * c - v[0] * s - omega * target[0], v[2])
    square = dot = mine = its = 0.0
    for a in range(3):
        square += (velocity[a] - own[a]) ** 2
        dot -= velocity[a] * own[a]
        mine += own[a] * own[a]
        its += velocity[a] * velocity[a]
    cosine = dot / max(sqrt(mine * its), 1e-9)
    return sqrt(square), acos(max(-1.0, min(1.0, cosine)))


@kernel
def limited(kind) -> bool:
    """Return whether a battery's interceptor sets a limit to the geometry of a kill.

    ``kind`` is its row of :data:`equipoise.physics.engagement.shooters.SHOOTER`.
    """
    return kind.least_closing_m_s > 0.0 or kind.most_crossing_rad < pi


@kernel
def suits(kind, arrived: Arrival, earth: EarthModel, target, velocity) -> bool:
    """Return whether the geometry of a kill lies within an interceptor's limits.

    ``kind`` is the battery's row of :data:`equipoise.physics.engagement.shooters.SHOOTER`, ``arrived`` the
    interceptor's arrival, ``target`` (3) the missile's place (m) and ``velocity`` (3) its velocity relative to the ground
    (m/s), ECEF.
    """
    speed, angle = closing(arrived, earth, target, velocity)
    return speed >= kind.least_closing_m_s and angle <= kind.most_crossing_rad
