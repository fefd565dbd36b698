"""Leakage through a defence after Wilkening, Science & Global Security 8 (1999) 183-215: Bernoulli trials.

The paper was not read; this is the algebra that its readers quote. ``kill`` is the single-shot kill probability,
``track`` the probability that a warhead is detected, tracked and classified.
"""

from __future__ import annotations

from math import log

from equipoise.numerics import counting


def kill_by(shots: int, kill: float, track: float = 1.0) -> float:
    """Return the probability that ``shots`` shots take one warhead: track (1 - (1 - kill)**shots)."""
    return track * (1.0 - (1.0 - kill) ** shots)


def leakage(warheads: int, *, shots: int, kill: float, track: float = 1.0) -> counting.Pmf:
    """Return the distribution of leaking warheads when each is shot at and tracked independently of the others.

    ``shots`` are fired at each; ``kill`` and ``track`` are probabilities, of one shot's kill and of a track.
    """
    return counting.binomial(warheads, 1.0 - kill_by(shots, kill, track))


def none_leaks(
    warheads: int, *, shots: int, kill: float, track: float = 1.0, common_mode: bool = False
) -> float:
    """Return the probability that nothing leaks; with ``common_mode`` all warheads are tracked or none is.

    ``shots`` are fired at each; ``kill`` and ``track`` are probabilities, of one shot's kill and of a track.
    """
    if common_mode:
        return float(track * kill_by(shots, kill) ** warheads)
    return float(kill_by(shots, kill, track) ** warheads)


def shots_needed(warheads: int, *, kill: float, track: float = 1.0, none_leaks: float = 0.8) -> float:
    """Return the shots per warhead, not rounded, that make ``none_leaks`` the chance of no leak; inf if none do.

    ``warheads`` is their number; ``kill`` and ``track`` are probabilities, of one shot's kill and of a track.
    """
    each = none_leaks ** (1.0 / warheads) / track
    return log(1.0 - each) / log(1.0 - kill) if each < 1.0 else float("inf")
