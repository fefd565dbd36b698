"""The invitation of 2011 and 2012 to watch an SM-3 test, as a flight-test case: what would an observer have learnt?

The test is the built-in one like FTM-16; which test was meant was not printed. Instruments are notional.
"""

from __future__ import annotations

import numpy as np

from equipoise.analysis.flight_test import evidence as ev
from equipoise.analysis.flight_test.estimate import TWO_SIDED_95
from equipoise.analysis.flight_test.observe import stations
from equipoise.analysis.flight_test.paths import meeting, target_path
from equipoise.analysis.flight_test.planner import expected, thinned
from equipoise.analysis.flight_test.study import clause_of
from equipoise.published.statement import Statement
from equipoise.scenario.flight_test import FlightTest, load_flight_test

TITLE = "The invitation to an SM-3 test (O'Reilly 2011, Tauscher and Ryabkov 2012)"
PLACE = "the sentences on the offer and on the reply"
OREILLY = "P. O'Reilly, Atlantic Council, 18 Oct 2011 (Reuters; rferl.org 24363890)"
MOSCOW_TIMES = "Moscow Times, 3 Apr 2012"
SETUPS = ("own-radar", "two-optical", "frigate")


def statements() -> list[Statement]:
    """Return what the two sides said beside what one test and many would show."""
    test = load_flight_test("ftm-16-like")
    planned = meeting(test, target_path(test))
    claim = test.claim
    first, second = 1e3 * claim.first_km_s, 1e3 * claim.second_km_s
    half = {
        name: TWO_SIDED_95
        * expected(test, planned, tuple(thinned(p) for p in stations(test, test.find("setup", name).observers))).speed_m_s
        for name in SETUPS
    }  # fmt: skip
    names = {name: test.find("setup", name).name for name in SETUPS}
    widest = max(half.values())
    apart = widest < 0.5 * (second - first)
    return [
        Statement(
            "speed of the missile, watched with the guest's own instruments and without telemetry",
            "Russia may use its own radars and other sensors on one or more tests; the missiles are smaller and 'can't reach that far'",
            f"one test gives the burnout speed at 95 % to "
            f"{', '.join(f'±{h:.0f} m/s ({names[n]})' for n, h in half.items())}: {first / 1e3:g} and {second / 1e3:g} km/s are told apart",
            "agrees" if apart else "cannot tell",
            "" if apart else "The intervals of the weakest set-up are wider than the two claimed speeds lie apart.",
            OREILLY, "sourced",
        ),
        _one_look(test, first, widest / TWO_SIDED_95),
    ]  # fmt: skip


def _one_look(test: FlightTest, true_m_s: float, sigma_m_s: float) -> Statement:
    """The refusal: one test against many, each with no restraint and with restraint at its nominal probability."""
    share = test.restraint.probability_share.value
    certainty = test.claim.certainty_share
    kept = []
    for restraint in (0.0, share):
        clause = clause_of(test, restraint)
        one = ev.weigh(np.array([true_m_s]), np.array([sigma_m_s]), clause)
        kept.append((ev.probability_kept(one, clause), ev.ceiling(clause, true_m_s)))
    (open_one, _), (hidden_one, most) = kept
    needed = ev.tests_needed(
        sigma_m_s=sigma_m_s, spread_share=clause.spread_share, true_m_s=true_m_s, limit_m_s=clause.limit_m_s, certainty=certainty
    )  # fmt: skip
    enough = open_one >= certainty
    return Statement(
        "one test as proof of a speed limit",
        "declined: not a one-off look, but the means to 'evaluate independently' (Ryabkov)",
        f"after one test the limit of {clause.limit_m_s / 1e3:g} km/s is kept with {100 * open_one:.0f} % (test to test it varies by "
        f"{100 * clause.spread_share:.0f} %), and {100 * certainty:.0f} % needs {needed:.0f} tests; if a test may have been restrained with "
        f"{100 * share:.0f} %, one gives {100 * hidden_one:.0f} % and no number of tests more than {100 * most:.0f} %",
        "differs" if enough and most >= certainty else "agrees",
        "One test settles it by our measure." if enough and most >= certainty else "",
        MOSCOW_TIMES, "sourced",
    )  # fmt: skip
