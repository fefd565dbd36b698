"""The worst system that a draft permits, with a bound from above; and the speed limit that would suffice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from equipoise.analysis.guarantees.certificate import certify

SLACK_ENDS_S = (-4000, 4000)
SPEED_ENDS_M_S = (0, 12000)


@dataclass(frozen=True)
class Bracket:
    """The quantity lies between ``attained`` and ``bound``; ``witness`` attains the first under the reach curve."""

    attained: float
    bound: float
    witness: dict[str, float] | None

    @property
    def gap(self) -> float:
        """Return the optimality gap."""
        return abs(self.bound - self.attained)


def worst_slack(statement: dict[str, Any], *, gap_s: int = 5, limit_s: float = 3.0) -> Bracket:
    """Bracket the largest slack (s) of any permitted system; each trial may take ``limit_s`` seconds.

    The model margin and the reach curve both favour the defence, so that the true worst slack is not above ``bound``.
    A trial that is neither proved nor refuted ends the search with the gap as it stands.
    """
    low, high, witness = *SLACK_ENDS_S, None
    while high - low > gap_s:
        middle = (low + high) // 2
        outcome = certify({**statement, "slack_s": str(middle)}, limit_s=limit_s)
        if outcome.certificate is not None:
            high = middle
        elif outcome.witness is not None:
            low, witness = middle, outcome.witness
        else:
            break
    return Bracket(low, high, witness)


def sufficient_speed(statement: dict[str, Any], *, gap_m_s: int = 25, limit_s: float = 3.0) -> Bracket:
    """Bracket the largest speed limit (m/s) that makes the draft sufficient: ``bound`` is proved sufficient."""
    good, bad, witness = *SPEED_ENDS_M_S, None
    while bad - good > gap_m_s:
        middle = (good + bad) // 2
        limited = {**statement, "interceptor": {**statement["interceptor"], "speed_m_s": str(middle)}}
        outcome = certify(limited, limit_s=limit_s)
        if outcome.certificate is not None:
            good = middle
        elif outcome.witness is not None:
            bad, witness = middle, outcome.witness
        else:
            break
    return Bracket(bad, good, witness)
