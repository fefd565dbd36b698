"""Statements on what a defence does to retaliation: Lieber and Press 2006, Wilkening 2000 and 2001."""

from __future__ import annotations

from equipoise.analysis.balance.arrivals import Defence, Group, arrivals
from equipoise.numerics import counting
from equipoise.published.statement import Statement, Verdict, compared

NAME = "balance-cases"
TITLE = "Six survivors and twelve hundred weapons (Lieber and Press, Wilkening)"
PLACE = "the sentences that are quoted"
LIEBER_PRESS = "K. Lieber and D. Press, International Security 30:4 (2006), pp. 31-33, quoted at ininet.org"
ADELPHI = "D. Wilkening, Adelphi Paper 334 (2000), abstract of a chapter (taylorfrancis.com)"
ISSUES = "D. Wilkening, Issues in Science and Technology 18:2 (2001/02)"
ATTRITION = "bounded attrition, worked by hand: survivors less interceptors times kill probability"
KILL = 12 / 21
"""The test record of the ground-based interceptor to 2023 as a public note counts it; a shot in a test is not a shot in war."""
FEW_PER_CENT = 6.0
"""What 'does not threaten a force' is taken to mean: at most so many per cent of the survivors are taken."""


def _pmf(survivors: int, interceptors: int) -> counting.Pmf:
    return arrivals([Group("all", survivors, 1, 1.0, 1.0)], Defence(interceptors, KILL))


def _taken_percent(survivors: int, interceptors: int) -> float:
    return 100.0 * (1.0 - counting.mean(_pmf(survivors, interceptors)) / survivors)


def statements() -> list[Statement]:
    """Return the statements, and two expected values that bounded attrition gives by hand."""
    return [
        _six(),
        _threshold(),
        _twenty(),
        compared(NAME, "expected arrivals of six survivors against 44 interceptors", printed=0.20, ours=counting.mean(_pmf(6, 44)),
                 unit="warheads", rounding=0.005, source=ATTRITION, label="computed",
                 why="By hand four shots at each; ours takes the number of shots that leaves fewest, and here finds more shots for each."),
        compared(NAME, "expected arrivals of 1,200 survivors against 44 interceptors", printed=1189.0, digits=0,
                 ours=counting.mean(_pmf(1200, 44)), unit="warheads", rounding=0.5, source=ATTRITION, label="computed",
                 why="By hand eleven salvos of four; ours fires one at each of 44, which takes more."),
    ]  # fmt: skip


def _six() -> Statement:
    none = float(_pmf(6, 44)[0])
    return Statement(
        NAME, "a small ragged retaliation against a small defence",
        "after a first strike Russia would be 'lucky if a half-dozen warheads survived'; a defence 'could conceivably destroy six'",
        f"44 interceptors with the test record of {KILL:.0%} destroy all six with a chance of {100 * none:.0f} %, if all are seen and in reach",
        "agrees" if none > 0.5 else "differs", "", LIEBER_PRESS, "sourced",
    )  # fmt: skip


def _threshold() -> Statement:
    taken = {n: _taken_percent(1200, n) for n in (20, 100, 250)}
    fewer = _taken_percent(300, 100)
    verdict: Verdict = "agrees" if taken[100] <= FEW_PER_CENT < fewer else "differs"
    return Statement(
        NAME, "a national defence against a force of 1,200 weapons",
        "'would not pose a threat to Russia's strategic nuclear force unless this force drops below approximately 1,200 weapons'",
        f"of 1,200 arriving, 100 interceptors take {taken[100]:.1f} % and 250 take {taken[250]:.0f} %; of 300, 100 take {fewer:.0f} %",
        verdict,
        "" if verdict == "agrees" else "The size of the defence and what counts as a threat are not in the abstract.",
        ADELPHI, "sourced",
    )  # fmt: skip


def _twenty() -> Statement:
    taken = _taken_percent(1200, 20)
    return Statement(
        NAME, "a defence of twenty interceptors",
        "'only about 20 interceptors' to limit Russian and Chinese reaction",
        f"of 1,200 arriving it takes {taken:.1f} %, of twenty {_taken_percent(20, 20):.0f} %",
        "cannot tell",
        "No measure of reaction was printed. By ours a force of 1,200 loses next to nothing, one of twenty much.",
        ISSUES, "sourced",
    )  # fmt: skip
