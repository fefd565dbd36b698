"""Shots and warheads: leakage, salvos, first-strike stability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from equipoise.analysis.balance import leakage
from equipoise.analysis.balance.arrivals import Defence, Group, arrivals
from equipoise.analysis.balance.stability import Side, cost, stability
from equipoise.numerics import counting
from equipoise.published.kinds import Words, kind


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
    return float(counting.mean(_past(survivors, interceptors, kill)))


@kind("")
def all_destroyed(*, survivors: int, interceptors: int, kill: Sequence[float]) -> Words:
    """Return with which chance interceptors destroy every survivor of a first strike; it agrees with a claim that they could above 50 %."""
    none = float(_past(survivors, interceptors, kill)[0])
    said = f"{interceptors} interceptors with the test record of {_share(kill):.0%} destroy all {survivors} with a chance of {100 * none:.0f} %, if all are seen and in reach"
    return Words(said, "agrees" if none > 0.5 else "differs")


@kind("")
def threatens_below(
    *,
    force: int,
    fewer: int,
    interceptors: int,
    many: int,
    kill: Sequence[float],
    few_percent: float,
) -> Words:
    """Return what interceptors take of a force and of a smaller one, against the claim that they threaten the smaller alone.

    A force is threatened where more than ``few_percent`` of it is taken; ``many`` interceptors are told besides.
    """
    share, of_many, of_fewer = (
        _taken_percent(*pair, kill) for pair in ((force, interceptors), (force, many), (fewer, interceptors))
    )
    said = f"of {force:,} arriving, {interceptors} interceptors take {share:.1f} % and {many} take {of_many:.0f} %; of {fewer}, {interceptors} take {of_fewer:.0f} %"
    return Words(said, "agrees" if share <= few_percent < of_fewer else "differs")


@kind("")
def taken_of_two(*, force: int, fewer: int, interceptors: int, kill: Sequence[float]) -> Words:
    """Return what interceptors take of a force and of a small one, against words on a reaction that no number of ours measures."""
    large, small = (_taken_percent(n, interceptors, kill) for n in (force, fewer))
    return Words(f"of {force:,} arriving it takes {large:.1f} %, of {fewer} {small:.0f} %", "cannot tell")


def _taken_percent(survivors: int, interceptors: int, kill: Sequence[float]) -> float:
    return 100.0 * (1.0 - counting.mean(_past(survivors, interceptors, kill)) / survivors)


def _past(survivors: int, interceptors: int, kill: float | Sequence[float]) -> counting.Pmf:
    return arrivals([Group("all", survivors, 1, 1.0, 1.0)], Defence(interceptors, _share(kill)))


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
