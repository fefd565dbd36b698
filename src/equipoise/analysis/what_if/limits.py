"""How far the plan is from each clause that is a limit, as a function of the numbers that a question may change.

Found by asking :mod:`equipoise.analysis.guarantees.margins` with each number moved, so that what a clause counts is said there alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isclose, isnan

from equipoise.analysis.guarantees.margin import Margin
from equipoise.analysis.guarantees.margins import margin
from equipoise.analysis.guarantees.verdicts import SPENT, status_of
from equipoise.analysis.what_if.parameters import Alternative, Parameter
from equipoise.model.clause import Clause
from equipoise.scenario.clauses import clauses_of
from equipoise.scenario.load import Scenario
from equipoise.scenario.vary import place, with_numbers, with_words

PRECISION = 1e-9
NEAR = 0.9
"""Where on the way from its easy to its hard end a slider is looked at a second time, to know the slope where it decides."""
MIXES = 6
"""Mixtures of numbers on which what was found must hold."""


@dataclass(frozen=True)
class Term:
    """A margin that moves with numbers: ``constant`` and the sum of each ``factor`` times the number of that key."""

    constant: float
    factors: tuple[tuple[str, float], ...] = ()

    def at(self, values: Mapping[str, float]) -> float:
        """Return the margin with these values of the keys."""
        return self.constant + sum(factor * values[key] for key, factor in self.factors)


@dataclass(frozen=True)
class Limit:
    """A clause that is a limit, by id: its nominal margin is the smallest of the terms, in its unit; below zero it is broken.

    So it is while the alternatives of the keys ``under`` are as in the scenario.
    """

    clause: str
    name: str
    unit: str
    terms: tuple[Term, ...]
    under: tuple[str, ...] = ()

    def margin(self, values: Mapping[str, float]) -> float:
        """Return the nominal margin with these values of the keys."""
        return min(term.at(values) for term in self.terms)


def limit_margins(scenario: Scenario, day: date) -> dict[str, float]:
    """Return the nominal margin of every clause that is a limit and counts on ``day``; nan where it finds nothing."""
    return {clause.id: margin(scenario, clause, day).nominal for clause in _limits(scenario, day)}


def limits(
    scenario: Scenario, day: date, offered: Sequence[Parameter], alternatives: Sequence[Alternative]
) -> list[Limit]:
    """Return the limits whose margin on ``day`` follows from the offered numbers; those that nothing here foretells are left out.

    ``alternatives`` are words that a question may change: each limit names those on which its margin hangs.
    """
    sliders = [p for p in offered if not p.axis]
    plans: dict[frozenset[tuple[str, float]], Scenario] = {}

    def plan(values: Mapping[str, float]) -> Scenario:
        key = frozenset(values.items())
        if key not in plans:
            moved = {place(k, scenario, label="question"): v for k, v in values.items()}
            plans[key] = with_numbers(scenario, moved) if moved else scenario
        return plans[key]

    found = []
    for clause in _limits(scenario, day):
        terms = find_terms(sliders, lambda values, of=clause: margin(plan(values), of, day).nominal)  # type: ignore[misc]
        if terms:
            own = margin(scenario, clause, day)
            under = [
                c.key
                for c in alternatives
                if any(m.nominal != own.nominal for m in _under(scenario, clause, day, c))
            ]
            found.append(Limit(clause.id, clause.name, own.unit, terms, tuple(under)))
    return found


def _under(scenario: Scenario, clause: Clause, day: date, alternative: Alternative) -> Iterator[Margin]:
    """Yield the margin of a clause under each option of an alternative."""
    where = place(alternative.key, scenario, label="question")
    for word in alternative.options:
        yield margin(with_words(scenario, {where: word}), clause, day)


def _limits(scenario: Scenario, day: date) -> list[Clause]:
    return [c for c in clauses_of(scenario) if c.kind == "limit" and status_of(c, day) not in SPENT]


Ask = Callable[[Mapping[str, float]], float]
"""The margin with some values of keys, all else as in the scenario."""


@dataclass(frozen=True)
class _Mover:
    """A slider that moves a margin; ``upwards`` says that its high end makes the clause harder to keep."""

    slider: Parameter
    upwards: bool

    def at(self, share: float) -> float:
        """Return the slider's step that is nearest to a share of the way from its easy to its hard end."""
        p = self.slider
        way = share if self.upwards else 1.0 - share
        return min(p.high, round(p.low + round(way * (p.high - p.low) / p.step) * p.step, 6))


def find_terms(sliders: Sequence[Parameter], ask: Ask) -> tuple[Term, ...]:
    """Return the terms of a margin, one sum or the least of several; none where it is neither, or not known throughout."""
    movers = _movers(sliders, ask)
    start = {m.slider.key: m.slider.value for m in movers}
    mixes = [{m.slider.key: m.at((n >> i) & 1) for i, m in enumerate(movers)} for n in range(MIXES)]
    mixes += [{m.slider.key: m.at(share) for m in movers} for share in (0.5, 1.0)]
    known = [(start | values, ask(values)) for values in (*mixes, {})]
    if any(isnan(margin) for _, margin in known):
        return ()
    for terms in ((_sum(movers, ask),), _least(movers, ask)):
        if all(
            isclose(min(t.at(v) for t in terms), m, rel_tol=PRECISION, abs_tol=PRECISION) for v, m in known
        ):
            return terms
    return ()


def _movers(sliders: Sequence[Parameter], ask: Ask) -> list[_Mover]:
    """Return the sliders that move a margin, those included that show only when others stand at their easy ends."""
    found: list[_Mover] = []
    while True:
        easy = {m.slider.key: m.at(0.0) for m in found}
        base, known = ask(easy), {m.slider.key for m in found}
        ends = [
            (p, ask(easy | {p.key: p.low}), ask(easy | {p.key: p.high}))
            for p in sliders
            if p.key not in known
        ]
        new = [_Mover(p, low >= high) for p, low, high in ends if not low == high == base and p.low < p.high]
        if not new:
            return found
        found += new


def _sum(movers: Sequence[_Mover], ask: Ask) -> Term:
    """Return the term that has the slope of each mover between its ends, all else as in the scenario."""
    factors = []
    for p in (m.slider for m in movers):
        factors.append((p.key, (ask({p.key: p.high}) - ask({p.key: p.low})) / (p.high - p.low)))
    return Term(
        ask({}) - sum(f * m.slider.value for m, (_, f) in zip(movers, factors, strict=True)), tuple(factors)
    )


def _least(movers: Sequence[_Mover], ask: Ask) -> tuple[Term, ...]:
    """Return one term for each mover, from two places near its hard end with all others at their easy ones, and what is left."""
    easy = {m.slider.key: m.at(0.0) for m in movers}
    found = [Term(ask(easy))]
    for mover in movers:
        key, hard = mover.slider.key, mover.at(1.0)
        near = mover.at(NEAR) if mover.at(NEAR) != hard else mover.at(0.0)
        a, b = (ask(easy | {key: value}) for value in (near, hard))
        factor = (b - a) / (hard - near)
        found.append(Term(b - factor * hard, ((key, factor),)))
    return tuple(found)
