"""Kent and Thaler, First-Strike Stability (RAND R-3765-AF, 1989), as a public implementation quotes and computes it.

The report's own indices were not found. The cost function is checked against its exact values, the index against a run of the
public implementation with notional postures.
"""

from __future__ import annotations

from dataclasses import replace

from equipoise.analysis.balance.stability import Side, cost, stability
from equipoise.published.statement import Statement, compared

NAME = "kent-thaler-1989"
TITLE = "First-strike stability (Kent and Thaler 1989)"
FORMULA = "R-3765, App. C, p. 61, as a public implementation quotes it; values worked by hand"
RUN = "a public implementation (R-3765 pp. 22-35), run on notional postures"
COSTS = (
    (0.0, 0.0, 0.3), (0.0, 1.0, 0.0), (1.0, 0.0, 1.3), (1.0, 1.0, 1.0),
    (0.8, 0.8, 0.8921), (0.5, 0.9, 0.6174), (0.25, 0.5, 0.4752), (0.1, 0.9, 0.2006),
)  # fmt: skip
"""Share of value lost by oneself and by the enemy, cost."""
A = Side(((400, 1),), ((70, 16, 0.6),))
B = Side(((150, 6),), ((40, 16, 0.4),))
SILOS = Side(((150, 10),))
CASES = (
    ("400 silos and 70 x 16 against 150 x 6 and 40 x 16", A, B, 0.489),
    ("the same, launch under attack", replace(A, launch_under_attack=True), replace(B, launch_under_attack=True), 0.906),
    ("both as the first", A, A, 0.849),
    ("150 silos with 10 warheads each on both sides", SILOS, SILOS, 0.032),
)  # fmt: skip


def statements() -> list[Statement]:
    """Return costs, the four costs of the first case, and the indices."""
    costs = [
        _row(
            f"cost of losing {own:g} while the enemy loses {enemy:g}",
            printed,
            float(cost(own, enemy)),
            5e-5,
            FORMULA,
        )
        for own, enemy, printed in COSTS
    ]
    s = stability(A, B)
    words = ("A strikes first", "A is struck first", "B strikes first", "B is struck first")
    first = [
        _row(f"first case: cost when {w}", printed, ours, 5e-4, RUN)
        for w, printed, ours in zip(
            words,
            (0.5588, 0.9351, 0.8411, 1.0278),
            (s.first_a, s.second_a, s.first_b, s.second_b),
            strict=True,
        )
    ]
    indices = [_row(f"index: {w}", printed, stability(a, b).index, 0.005, RUN) for w, a, b, printed in CASES]
    return [*costs, *first, *indices]


def _row(what: str, printed: float, ours: float, rounding: float, source: str) -> Statement:
    return compared(
        NAME, what, printed=printed, ours=ours, unit="1", rounding=rounding, source=source, label="computed"
    )
