"""A second opinion on engagements: another author's brute force, sharing no kernel with the engine.

Written from docs/engagement.md and docs/flight.md and plain physics. Rules on which these were silent were read off the
engine's answers; docs/engagement.md lists them. A missile's path is solved and integrated anew from the
pad to the ground, sensors are tried instant by instant, interceptors are shot in the inertial frame until they hit, and
launches are tried in turn. The engine answers as a closed box; both answers are set side by side on random cases.
"""

from validation.brute_force.rows import rows

__all__ = ["rows"]
