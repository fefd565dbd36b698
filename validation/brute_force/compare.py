"""The engine's outcomes beside the second opinion's: flips, differences of slack and of track."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from equipoise.engagement.engage import engage
from equipoise.foundation.status import Reason
from validation.brute_force.battle import Answer, judge
from validation.brute_force.cases import Case

ZERO_S = 1.0
"""A flip is explained where either slack is as close as this to zero, or to what one more shot needs."""


@dataclass(frozen=True)
class Pair:
    """One case: what the engine said and what the second opinion found."""

    case: Case
    reason: Reason
    shots: int
    slack_s: float
    detect_s: float
    track_s: float
    first_s: float
    site: str
    own: Answer

    @property
    def flipped(self) -> bool:
        """Whether the two disagree on whether the missile can be engaged at all."""
        return (self.shots > 0) != (self.own.shots > 0)

    @property
    def more_or_fewer(self) -> bool:
        """Whether the two disagree on the number of shots only."""
        return not self.flipped and self.shots != self.own.shots

    @property
    def slack_gap_s(self) -> float:
        """The engine's slack less the second opinion's; nan where either has none."""
        return self.slack_s - self.own.slack_s

    @property
    def explained(self) -> bool:
        """Whether a disagreement lies within the tolerance of a slack of zero, or of a shot only just possible."""
        return min(abs(self.slack_s), self.own.closest_s) < ZERO_S

    def __str__(self) -> str:
        """Return one line of both."""
        mine = self.own
        return (
            f"{self.reason.name}/{mine.reason.name} shots {self.shots}/{mine.shots} slack {self.slack_s:.2f}/{mine.slack_s:.2f} "
            f"detect {self.detect_s:.2f}/{mine.detect_s:.2f} track {self.track_s:.2f}/{mine.track_s:.2f} "
            f"first {self.first_s:.1f}/{mine.first_intercept_s:.1f} {self.site}/{mine.site} | {self.case.words}"
        )


def pair(case: Case) -> Pair:
    """Return both answers to a case."""
    found = engage(case.paths, [case.command])
    values = {
        name: float(getattr(found, name)[0, 0])
        for name in ("slack_s", "detect_s", "track_s", "first_intercept_s")
    }
    site = int(found.site[0, 0])
    return Pair(
        case, Reason(int(found.reason[0, 0])), int(found.shots[0, 0]), values["slack_s"], values["detect_s"],
        values["track_s"], values["first_intercept_s"], found.sites[site] if site >= 0 else "",
        judge(case.command, case.path),
    )  # fmt: skip


def slack_gaps_s(pairs: Iterable[Pair]) -> np.ndarray:
    """Return the absolute differences of slack where both have one."""
    gaps = np.array([abs(p.slack_gap_s) for p in pairs])
    return gaps[np.isfinite(gaps)]
