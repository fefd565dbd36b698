"""By how much interceptors could be slower, or would have to be faster, for the answer to turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Battery, Command

LADDER = np.geomspace(0.4, 2.5, 25)
"""Burnout speeds that are tried, over the actual ones."""
FINE = 12


def at_speed(battery: Battery, share: float) -> Battery:
    """Return the battery with its interceptors' burnout speed multiplied.

    ``share`` is the factor, a pure number.
    """
    speed = battery.interceptor.burnout_speed_m_s * share
    return replace(battery, interceptor=replace(battery.interceptor, burnout_speed_m_s=speed))


def speed_share(paths: Paths, command: Command) -> np.ndarray:
    """Return the burnout speed over the actual one at which each path's answer turns, (n,).

    All batteries move together. Below 1 for what is engaged: no interceptor so slow would do. Above 1 for what is
    not; inf where the fastest tried does not do either, 0 where the slowest tried still does.
    """
    able = _able(paths, command, LADDER)
    now = engage(paths, [command]).shots[:, 0] > 0
    share = np.empty(len(paths))
    for i in range(len(paths)):
        tried = LADDER < 1.0 if now[i] else LADDER > 1.0
        turned = np.flatnonzero(tried & (able[i] != now[i]))
        if turned.size == 0:
            share[i] = 0.0 if now[i] else np.inf
            continue
        k = turned[-1] if now[i] else turned[0]
        low, high = (LADDER[k], min(LADDER[k + 1], 1.0)) if now[i] else (max(LADDER[k - 1], 1.0), LADDER[k])
        fine = np.linspace(low, high, FINE)
        yes = _able(paths[i : i + 1], command, fine)[0]
        yes[0], yes[-1] = False, True  # known from the ladder and the present
        share[i] = fine[np.flatnonzero(~yes)[-1] + 1]
    return share


def _able(paths: Paths, command: Command, shares: np.ndarray) -> np.ndarray:
    """Return whether the command engages each path at each speed, (n, speeds)."""
    moved = [replace(command, batteries=tuple(at_speed(b, s) for b in command.batteries)) for s in shares]
    return engage(paths, moved).shots > 0
