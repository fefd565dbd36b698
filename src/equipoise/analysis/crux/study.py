"""Two scenarios compared: the verdicts on which they differ, the claims that make the difference, and what would settle them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from equipoise.analysis.crux.differences import Between, claims
from equipoise.analysis.crux.firmness import OuterEnds, firm
from equipoise.analysis.crux.lattice import (
    EXACT,
    Judged,
    Shares,
    Side,
    Turning,
    judge_all,
    members,
    set_of,
    shapley,
    turning_sets,
)
from equipoise.analysis.crux.turns import Turn, turns
from equipoise.analysis.crux.verdicts import UNDETERMINED, Values, Verdict, verdicts
from equipoise.foundation.errors import misuse
from equipoise.scenario.load import Scenario

NOT_ASKED = -1
"""Whether a verdict stands over a side's ranges was not looked at."""


@dataclass(frozen=True)
class Answer:
    """One verdict with both sides' values; what follows is there only where they differ and both state what it hangs on.

    ``touching`` are the claims on which the verdict may hang; shares are in their order. ``firm`` says of ours and theirs whether it stands over
    all of that side's ranges: 1, 0, or :data:`NOT_ASKED`.
    """

    verdict: Verdict
    ours: float
    theirs: float
    touching: tuple[int, ...]
    turning: dict[Side, Turning]
    shares: Shares | None
    turns: tuple[Turn, ...]
    firm: tuple[int, int] = (NOT_ASKED, NOT_ASKED)

    @property
    def undetermined(self) -> bool:
        """Whether the inputs of neither side say which way the verdict goes: one of them states nothing, or both could go either way."""
        return self.is_unsaid or self.firm == (0, 0)

    @property
    def is_unsaid(self) -> bool:
        """Whether no input of one side says which way the verdict goes."""
        return not self.verdict.is_share and UNDETERMINED in (self.ours, self.theirs)

    @property
    def differs(self) -> bool:
        """Whether the two sides' verdicts differ."""
        return self.verdict.differs(self.ours, self.theirs)


@dataclass(frozen=True)
class Crux:
    """What two scenarios disagree on, and why: at one date, in one mode."""

    between: Between
    day: date
    mode: str
    answers: tuple[Answer, ...]

    @property
    def disputed(self) -> tuple[Answer, ...]:
        """The verdicts on which the sides differ."""
        return tuple(answer for answer in self.answers if answer.differs)

    def carried(self) -> list[float]:
        """Return what each claim carries on average over the disputed verdicts; nothing where none has shares."""
        total = [0.0] * len(self.between.claims)
        shared = [(a, a.shares) for a in self.disputed if a.shares is not None]
        for answer, shares in shared:
            for claim, share in zip(answer.touching, shares.share, strict=True):
                total[claim] += float(share) / len(shared)
        return total


def asked_together(
    ours: Scenario, theirs: Scenario, *, at: str = "", mode: str = ""
) -> tuple[Scenario, Scenario]:
    """Return both scenarios at one date in one mode: the last date and the first mode that both have, unless others are asked for.

    :class:`InputError` says what they do not share.
    """
    dates = {p.date for p in ours.phases} & {p.date for p in theirs.phases}
    if not (at or dates):
        raise misuse(theirs.name, "phase", f"has no date in common with '{ours.name}'.", "Give one by --at.")
    modes = [name for name in ours.head.modes if name in theirs.head.modes]
    if not (mode or modes):
        raise misuse(
            theirs.name, "scenario.modes", f"has none in common with '{ours.name}'.", "Give one by --mode."
        )
    day = at or max(dates)
    wanted = mode or modes[0]
    return ours.at(day, mode=wanted), theirs.at(day, mode=wanted)


def expected_steps(ours: Scenario, theirs: Scenario) -> int:
    """Return about how many scenarios the parts of the verdicts will look at, for a progress bar."""
    between = Between(ours, theirs, claims(ours, theirs))
    values = Values(between)
    parts = {part.name: part for verdict in verdicts(ours, theirs) for part in verdict.parts}
    return sum(1 << min(values.read_by(part).bit_count(), EXACT) for part in parts.values())


def crux(
    ours: Scenario,
    theirs: Scenario,
    *,
    over_ranges: bool = True,
    tell: Callable[[int], None] = lambda _done: None,
) -> Crux:
    """Return what turns every verdict on which two scenarios differ, each at one date in one mode; see :func:`asked_together`.

    Inputs are at their stated values; with ``over_ranges`` each side's verdicts are also looked at over all of its ranges.
    ``tell`` hears how many scenarios were just looked at.
    """
    between = Between(ours, theirs, claims(ours, theirs))
    values = Values(between, tell)
    every = (1 << len(between.claims)) - 1
    answers = [_answer(values, verdict, every) for verdict in verdicts(ours, theirs)]
    if over_ranges and between.claims:
        answers = _over_ranges(answers, (ours, theirs), tell)
    return Crux(between, ours.phases[-1].date, ours.head.modes[0], tuple(answers))


def _over_ranges(
    answers: Sequence[Answer], sides: tuple[Scenario, Scenario], tell: Callable[[int], None]
) -> list[Answer]:
    """Return the answers with whether each stands over each side's ranges; what takes long is asked of disputed verdicts alone."""
    known, ends = [firm(side) for side in sides], [OuterEnds(side, tell) for side in sides]

    def stands(answer: Answer, side: int) -> int:
        verdict = answer.verdict
        if verdict.id in known[side]:
            return int(known[side][verdict.id])
        if not answer.differs or not verdict.parts:
            return NOT_ASKED
        value = (answer.ours, answer.theirs)[side]
        return int(ends[side].stands(verdict, value, answer.ours, answer.theirs))

    return [replace(a, firm=(stands(a, 0), stands(a, 1))) for a in answers]


def _answer(values: Values, verdict: Verdict, every: int) -> Answer:
    ours, theirs = values.at(verdict, [0, every])
    touching = values.touching(verdict)
    answer = Answer(verdict, ours, theirs, touching, {}, None, ())
    if not answer.differs or answer.is_unsaid:
        return answer

    def judge(sets: Sequence[int]) -> list[float]:
        found = values.at(verdict, [_whole(touching, s) for s in sets])
        return [verdict.stands(value, ours, theirs) for value in found]

    judged, count = Judged(judge), len(touching)
    judge_all(judged, count)
    turning = {side: turning_sets(judged, count, side) for side in Side}
    turning = {side: _in_claims(found, touching) for side, found in turning.items()}
    shares = (
        shapley(_ways(values, verdict, touching, ours, theirs), count)
        if verdict.is_share
        else shapley(judged, count)
    )
    return Answer(
        verdict, ours, theirs, touching, turning, shares, turns(values, verdict, turning, ours, theirs)
    )


def _whole(touching: Sequence[int], compact: int) -> int:
    """Return a set of the claims that touch a verdict as a set of all claims."""
    return set_of([touching[k] for k in members(compact)])


def _in_claims(found: Turning, touching: Sequence[int]) -> Turning:
    return Turning(tuple(tuple(touching[k] for k in one) for one in found.sets), found.complete)


def _ways(values: Values, verdict: Verdict, touching: Sequence[int], ours: float, theirs: float) -> Judged:
    """Return how far of the way from our share to theirs each set of claims brings a share."""

    def judge(sets: Sequence[int]) -> list[float]:
        found = values.at(verdict, [_whole(touching, s) for s in sets])
        return [(value - ours) / (theirs - ours) for value in found]

    return Judged(judge)
