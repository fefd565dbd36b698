"""First-strike stability after Kent and Thaler, First-Strike Stability, RAND R-3765-AF (1989).

The report itself was not read; formulas and page numbers are those that a public implementation quotes. Damage is that
implementation's curve, D = 1 - exp(-w ln 5 / w80), in place of the report's hand-drawn figure 7. With a defence, which
the report does not have, the interceptors of the side that is struck take warheads from the strike at value; none
defends the forces.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray

WEIGHT_OF_ENEMY = 0.3
"""Weight of what the enemy does not lose, in units of one's own loss (App. C, p. 61)."""
COST_POWER = 0.75
USED_OF_SURVIVABLE = 0.9
"""Share of the survivable forces that a striker uses; all fixed ones are used (p. 34)."""
SAVED_UNDER_ATTACK = 0.9
"""Share of the fixed force that launch under attack saves (p. 35, note 4)."""


@dataclass(frozen=True)
class Side:
    """One side's forces and defence.

    ``fixed`` holds (launchers, warheads each) per system; ``survivable`` (launchers, warheads each, share on alert): what
    is on alert cannot be struck. ``interceptors`` each take a warhead with ``kill_probability``.
    """

    fixed: tuple[tuple[float, float], ...] = ()
    survivable: tuple[tuple[float, float, float], ...] = ()
    launch_under_attack: bool = False
    interceptors: float = 0.0
    kill_probability: float = 0.0

    @property
    def striking(self) -> float:
        """Warheads that this side uses when it strikes first."""
        return sum(n * m for n, m in self.fixed) + USED_OF_SURVIVABLE * sum(
            n * m for n, m, _ in self.survivable
        )

    def after_defence(self, arriving: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how many of the ``arriving`` warheads this side's defence lets through."""
        return arriving - self.kill_probability * np.minimum(arriving, self.interceptors)


@dataclass(frozen=True)
class Rules:
    """Share of targets that one warhead destroys, warheads for 80 % of the value, most warheads on one target."""

    destroyed_by_one: float = 0.8
    warheads_for_80_percent: float = 900.0
    most_per_target: int = 2


@dataclass(frozen=True)
class Strike:
    """What a first strike that stops where it is best leads to: the costs to both sides."""

    cost_first: float
    cost_second: float


def cost(own_loss: ArrayLike, enemy_loss: ArrayLike) -> NDArray[np.float64]:
    """Return a side's cost from both shares of value lost: own**0.75 + 0.3 (1 - enemy**0.75).

    Shares are from 0 to 1 and broadcast, (n, ...).
    """
    own, enemy = np.asarray(own_loss, dtype=float), np.asarray(enemy_loss, dtype=float)
    return np.asarray(own**COST_POWER + WEIGHT_OF_ENEMY * (1.0 - enemy**COST_POWER))


def damage(warheads: ArrayLike, rules: Rules) -> NDArray[np.float64]:
    """Return the share of value that ``warheads`` destroy; 80 % at ``warheads_for_80_percent``.

    The answer is a share from 0 to 1 in the shape of ``warheads``, (n, ...).
    """
    w = np.asarray(warheads, dtype=float)
    return np.asarray(-np.expm1(-w * log(5.0) / rules.warheads_for_80_percent))


def survivors(side: Side, rules: Rules) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the break points (k,) of warheads spent on ``side``'s forces and what survives (k,), best targets first."""
    safe = sum(n * m * alert for n, m, alert in side.survivable)
    saved = SAVED_UNDER_ATTACK if side.launch_under_attack else 0.0
    safe += saved * sum(n * m for n, m in side.fixed)
    targets = [(n, m * (1.0 - saved)) for n, m in side.fixed]
    targets += [(n * (1.0 - alert), m) for n, m, alert in side.survivable]
    left = 1.0 - rules.destroyed_by_one
    layers = [
        (m * rules.destroyed_by_one * left**k, n)
        for n, m in targets
        if n > 0
        for k in range(rules.most_per_target)
    ]
    layers.sort(key=lambda layer: -layer[0])
    spent = np.cumsum([0.0, *(n for _, n in layers)])
    lost = np.cumsum([0.0, *(gain * n for gain, n in layers)])
    return spent, safe + sum(n * m for n, m in targets) - lost


def first_strike(first: Side, second: Side, rules: Rules = Rules()) -> Strike:
    """Return the strike of ``first`` that stops where its own cost is lowest (p. 22).

    What is not spent on forces goes to value; all that survives retaliates. Among equal costs the enemy's is highest.
    """
    points, alive = survivors(second, rules)
    most = min(first.striking, points[-1])
    spent = np.unique(np.r_[points[points <= most], np.arange(0.0, most), most])
    answer = first.after_defence(np.interp(spent, points, alive))
    at_value = second.after_defence(first.striking - spent)
    own, enemy = damage(answer, rules), damage(at_value, rules)
    costs_first, costs_second = cost(own, enemy), cost(enemy, own)
    ties = np.flatnonzero(costs_first <= costs_first.min() + 1e-12)
    best = ties[np.argmax(costs_second[ties])]
    return Strike(float(costs_first[best]), float(costs_second[best]))


@dataclass(frozen=True)
class Stability:
    """Costs of striking first and of being struck, for both sides; ``index`` near 1 is stable."""

    first_a: float
    second_a: float
    first_b: float
    second_b: float

    @property
    def index(self) -> float:
        """(C1_A / C2_A) (C1_B / C2_B), each ratio at most 1 (pp. 26, 29)."""
        return min(self.first_a / self.second_a, 1.0) * min(self.first_b / self.second_b, 1.0)


def stability(a: Side, b: Side, rules: Rules = Rules()) -> Stability:
    """Return the first-strike stability between two sides."""
    by_a, by_b = first_strike(a, b, rules), first_strike(b, a, rules)
    return Stability(by_a.cost_first, by_b.cost_second, by_b.cost_first, by_a.cost_second)
