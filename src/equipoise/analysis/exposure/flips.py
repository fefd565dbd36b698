"""Where exposure begins: curves over burnout speed and launch delay, and where a site would have to stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from equipoise.analysis.exposure.paths import Arcs
from equipoise.engagement.engage import engage
from equipoise.engagement.records import Battery, Command
from equipoise.geography.borders import country_at

SPEEDS_KM_S = np.arange(3.0, 9.01, 0.5)
DELAYS_S = np.arange(-120.0, 301.0, 20.0)
"""Times of launch after the missile's burnout; before it for a launch on a boost-phase track."""


def flip_speed(slack_s: np.ndarray, speeds: np.ndarray) -> np.ndarray:
    """Return the speed (...,) at which the slack (..., speeds) reaches zero, linear between neighbours.

    Equal to the lowest speed where that is enough, inf where the highest is not; a slack of nan is out of reach.
    ``slack_s`` is in s, ``speeds`` (speeds,) rise in the unit of the answer; where no speed will do the answer is inf.
    """
    slack = np.where(np.isfinite(slack_s), slack_s, -np.inf)
    enough = slack >= 0.0
    first = np.argmax(enough, axis=-1)
    flat = slack.reshape(-1, speeds.size)
    k = np.maximum(first.ravel(), 1)
    row = np.arange(flat.shape[0])
    below, above = flat[row, k - 1], flat[row, k]
    # out of reach below the step: the flip lies somewhere in it, and the upper end is certain
    crossed = np.isfinite(below) & (below < 0.0) & (above >= 0.0)
    part = np.ones(below.size)
    part[crossed] = -below[crossed] / (above[crossed] - below[crossed])
    found = speeds[k - 1] + part * (speeds[k] - speeds[k - 1])
    found = np.where(first.ravel() == 0, speeds[0], found)
    return np.where(enough.any(axis=-1).ravel(), found, np.inf).reshape(slack.shape[:-1])


def sites_that_expose(
    arcs: Arcs, command: Command, batteries: Sequence[Battery], lat_deg: np.ndarray, lon_deg: np.ndarray
) -> np.ndarray:
    """Return the largest slack (batteries, bases, lat, lon) in s over the paths of each base, were one of the batteries at each place.

    nan at sea, where a site on land cannot stand, and -inf where no path of the base comes within reach.
    """
    places = np.array([(x, y) for x in lat_deg for y in lon_deg])
    land = np.flatnonzero(country_at(places[:, 0], places[:, 1], "110m") >= 0)
    commands = [
        replace(command, batteries=(replace(battery, site=str(i), places=(tuple(np.radians(places[i])),)),))
        for battery in batteries
        for i in land
    ]
    slack = engage(arcs.paths, commands).slack_s.reshape(*arcs.shape, len(batteries), land.size)
    best = np.nanmax(np.where(np.isfinite(slack), slack, -np.inf), axis=(0, 2))
    found = np.full((len(batteries), len(arcs.bases), len(places)), np.nan)
    found[:, :, land] = np.moveaxis(best, 1, 0)
    return found.reshape(len(batteries), len(arcs.bases), lat_deg.size, lon_deg.size)
