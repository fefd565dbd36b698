"""Shots and warheads: leakage, salvos, first-strike stability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from equipoise.analysis.balance import leakage
from equipoise.analysis.balance.arrivals import Defence, Group, arrivals
from equipoise.analysis.balance.stability import Side, cost, stability
from equipoise.numerics import counting
from equipoise.published.kinds import kind


@kind("%")
def kill_percent(*, shots: int, kill: float | Sequence[float]) -> float:
    """Return the chance that at least one of ``shots`` hits; ``kill`` is a probability, or hits and shots of a record."""
    return 100.0 * leakage.kill_by(shots, _share(kill))


@kind("1")
def kill_share(*, shots: int, kill: float) -> float:
    """Return the chance, from 0 to 1, that at least one of ``shots`` hits."""
    return leakage.kill_by(shots, kill)


@kind("1")
def leak_of_one(*, shots: int, kill: float) -> float:
    """Return the chance that one warhead passes ``shots``."""
    return 1.0 - leakage.kill_by(shots, kill)


@kind("1")
def engaged(*, interceptors: int, shots: int) -> float:
    """Return how many warheads an inventory engages with ``shots`` at each."""
    return float(Defence(interceptors, 0.25).engaged(shots))


@kind("1")
def no_leak(*, warheads: int, shots: int, kill: float, track: float = 1.0) -> float:
    """Return the chance that no warhead leaks; ``track`` is the chance that one is tracked at all."""
    return float(leakage.none_leaks(warheads, shots=shots, kill=kill, track=track))


@kind("1")
def expected_leaks(*, warheads: int, shots: int, kill: float, track: float = 1.0) -> float:
    """Return how many warheads leak on the mean."""
    return float(counting.mean(leakage.leakage(warheads, shots=shots, kill=kill, track=track)))


@kind("1")
def shots_needed(*, warheads: int, kill: float) -> float:
    """Return the shots at each warhead for a chance of 80 % that none leaks."""
    return float(leakage.shots_needed(warheads, kill=kill))


@kind("warheads")
def expected_arrivals(*, survivors: int, interceptors: int, kill: float | Sequence[float]) -> float:
    """Return how many of ``survivors`` arrive on the mean past the interceptors, shared out so that fewest do."""
    pmf = arrivals([Group("all", survivors, 1, 1.0, 1.0)], Defence(interceptors, _share(kill)))
    return float(counting.mean(pmf))


@kind("1")
def first_strike_cost(*, own: float, enemy: float) -> float:
    """Return Kent and Thaler's cost of a share of value lost by oneself and by the enemy."""
    return float(cost(own, enemy))


@kind("1")
def stability_index(*, a: dict[str, Any], b: dict[str, Any]) -> float:
    """Return Kent and Thaler's index of two postures: ``silos`` and ``mobile`` as lists of groups, ``launch_under_attack``."""
    return float(stability(_side(a), _side(b)).index)


@kind("1")
def stability_cost(
    *, a: dict[str, Any], b: dict[str, Any], of: Literal["first_a", "second_a", "first_b", "second_b"]
) -> float:
    """Return one of the four costs of which the index is made: A or B strikes first, or is struck first."""
    return float(getattr(stability(_side(a), _side(b)), of))


def _side(posture: dict[str, Any]) -> Side:
    silos, mobile = (tuple(map(tuple, posture.get(key, ()))) for key in ("silos", "mobile"))
    return Side(silos, mobile, launch_under_attack=posture.get("launch_under_attack", False))


def _share(kill: float | Sequence[float]) -> float:
    return kill if isinstance(kill, int | float) else kill[0] / kill[1]
