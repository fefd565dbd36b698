"""Retaliation as an exact distribution: what survives an abstract first strike, is launched, and passes the defence.

A launcher delivers all its warheads or none. Which part of a group flies where the defence can engage is settled before
the strike; the defence takes from what then arrives there, up to what its stock allows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

import numpy as np

from equipoise.analysis.balance.leakage import kill_by
from equipoise.numerics import counting

MOST_SHOTS = 4
"""Most shots that the defence plans for one warhead."""


@dataclass(frozen=True)
class Group:
    """Launchers of one system at one place; ``delivers`` is the chance that one survives, is ready and reliable."""

    id: str
    launchers: int
    warheads_each: int
    delivers: float
    exposed: float = 0.0

    @property
    def warheads(self) -> int:
        """Warheads on all its launchers."""
        return self.launchers * self.warheads_each


@dataclass(frozen=True)
class Defence:
    """Interceptors that can be brought to bear, their kill probability, and credible objects that fly with each warhead.

    ``objects_per_warhead`` counts the warhead itself: 1 means that nothing is mistaken for one.
    """

    interceptors: int
    kill_probability: float
    objects_per_warhead: float = 1.0

    def engaged(self, shots: int) -> int:
        """Return how many warheads the stock allows with ``shots`` at each credible object."""
        return int(self.interceptors / (shots * self.objects_per_warhead))


NO_DEFENCE = Defence(0, 0.0)


def arrivals(groups: list[Group], defence: Defence = NO_DEFENCE) -> counting.Pmf:
    """Return the distribution of arriving warheads, not to be written on; the defence plans the number of shots that takes most."""
    return _arrivals(tuple(groups), defence)


@lru_cache(maxsize=2048)
def _arrivals(groups: tuple[Group, ...], defence: Defence) -> counting.Pmf:
    exposed: list[counting.Pmf] = []
    free: list[counting.Pmf] = []
    for group in groups:
        # a part of a launcher counts as a whole one, in favour of the defence
        within = min(ceil(group.exposed * group.launchers - 1e-9), group.launchers)
        for count, into in ((within, exposed), (group.launchers - within, free)):
            if count:
                into.append(counting.in_steps(counting.binomial(count, group.delivers), group.warheads_each))
    at_risk = counting.total(exposed)
    shots = range(1, MOST_SHOTS + 1)
    tried = dict.fromkeys((defence.engaged(n), kill_by(n, defence.kill_probability)) for n in shots)
    plans = [counting.after_removal(at_risk, most=most, chance=chance) for most, chance in tried]
    found = counting.total([min(plans, key=counting.mean), *free])
    found.flags.writeable = False
    return found


def scaled(groups: list[Group], warheads: float) -> list[Group]:
    """Return the groups with launchers cut (or raised) in proportion, to come as near to ``warheads`` as whole ones can."""
    now = sum(group.warheads for group in groups)
    wanted = np.array([group.launchers * warheads / now for group in groups])
    count = np.floor(wanted).astype(int)
    each = np.array([group.warheads_each for group in groups])
    for i in np.argsort(count - wanted, kind="stable"):
        if (count * each).sum() + each[i] <= warheads + 0.5 * each[i]:
            count[i] += 1
    return [replace(group, launchers=int(n)) for group, n in zip(groups, count, strict=True)]
