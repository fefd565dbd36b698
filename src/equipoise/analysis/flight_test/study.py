"""A simulated campaign of a flight test, and the evidence that it gives, as results."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from equipoise.analysis.flight_test import evidence as ev
from equipoise.analysis.flight_test.campaign import Watched, campaign
from equipoise.analysis.flight_test.plan import NOTES, Plan
from equipoise.analysis.flight_test.restraint import as_array, signs
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.flight_test import FlightTest

CAMPAIGN, EVIDENCE = "flight_test_campaign", "flight_test_evidence"
BANDS = (0.05, 0.5, 0.95)
SIMULATED_CAMPAIGNS = 200


def campaign_result(
    made: Plan,
    *,
    tests: int,
    seed: int,
    speed_m_s: float,
    tell: Callable[[], None],
) -> Result:
    """Return a simulated campaign as a result: truth and estimate with error for each set-up and test.

    ``tests`` is their number, ``seed`` starts the draws, ``tell`` is called after each flight.
    """
    test = made.test
    views = campaign(test, made.meeting, tests=tests, seed=seed, speed_m_s=speed_m_s, tell=tell)
    table = np.array([[_row(w) for w in views[s.id]] for s in test.setups])
    flights = next(iter(views.values()))
    truth = np.array(
        [(w.flown.burnout_speed_m_s, w.flown.burnout_s, w.flown.full_force_m_s2) for w in flights]
    )
    names = ("speed", "speed_error", "burnout", "burnout_error", "force", "force_error", "height", "looks")
    variables = {name: table[:, :, k] for k, name in enumerate(names)}
    variables |= {"true_speed": truth[:, 0], "true_burnout": truth[:, 1], "true_force": truth[:, 2]}
    data = dataset(
        CAMPAIGN, variables, {"setup": [s.name for s in test.setups], "test": np.arange(1, tests + 1)}
    ).assign_attrs(seed=seed, speed_m_s=speed_m_s, spread_share=test.claim.spread_share)
    return Result(kind=CAMPAIGN, title=f"{test.title}: simulated campaign", data=data, notes=NOTES)


def _row(watched: Watched) -> tuple[float, ...]:
    e = watched.found
    if e is None:
        return (np.nan,) * 7 + (0.0,)
    height = e.altitude_m / 1e3
    return (
        e.speed_m_s, e.speed_sigma_m_s, e.time_s, e.time_sigma_s, e.force_m_s2, e.force_sigma_m_s2, height, float(e.rows)
    )  # fmt: skip


def observed_campaign(estimates: Sequence[tuple[float, float]]) -> Result:
    """Return real estimates of speed and error (m/s) in the form of a campaign; the truth is not known."""
    speed, error = (np.array(column)[None, :] for column in zip(*estimates, strict=True))
    data = dataset(
        CAMPAIGN,
        {"speed": speed, "speed_error": error},
        {"setup": ["observed"], "test": np.arange(1, len(estimates) + 1)},
    ).assign_attrs(speed_m_s=float(np.average(speed[0], weights=error[0] ** -2.0)))
    return Result(kind=CAMPAIGN, title="Observed campaign", data=data, notes=NOTES)


def clause_of(test: FlightTest, restraint_share: float) -> ev.Clause:
    """Return the clause of a test for one probability of restraint.

    ``restraint_share`` is that probability.
    """
    claim = test.claim
    return ev.Clause(
        limit_m_s=1e3 * claim.limit_km_s,
        prior_low_m_s=1e3 * claim.prior_low_km_s,
        prior_high_m_s=1e3 * claim.prior_high_km_s,
        spread_share=claim.spread_share,
        restraint_share=restraint_share,
        least_share=test.restraint.least_share,
    )


def evidence_result(made: Plan, flown: Result) -> Result:
    """Return what a campaign's estimates say about the clause, for each probability of restraint."""
    test = made.test
    claim, q = test.claim, test.restraint.probability_share
    clauses = [clause_of(test, b) for b in (q.low, q.value, q.high)]
    data, facts = flown.data, flown.data.attrs
    tests = data.sizes["test"]
    two = {"first_m_s": 1e3 * claim.first_km_s, "second_m_s": 1e3 * claim.second_km_s}
    shape = (len(clauses), data.sizes["setup"], tests + 1)
    posterior, ratio = np.empty(shape), np.empty(shape)
    bands = np.empty((len(BANDS), *shape))
    for s in range(data.sizes["setup"]):
        speed, error = data.speed.values[s], data.speed_error.values[s]
        posterior[:, s], ratio[:, s] = _weighed(speed, error, clauses, two)
        bands[:, :, s] = _bands(error, tests, clauses, two, true_m_s=float(facts["speed_m_s"]), seed=1000 + s)
    ceilings = [ev.ceiling(clause, float(facts["speed_m_s"])) for clause in clauses]
    found = as_array(signs(test, shown_m_s=1e3 * claim.first_km_s))
    out = dataset(
        EVIDENCE,
        {
            "posterior": posterior,
            "posterior_band": bands,
            "log10_ratio": ratio,
            "ceiling": ceilings,
            "hidden_speed": found[:, 1] / 1e3,
            "hidden_shorter": found[:, 2],
            "hidden_lower": found[:, 3],
            "hidden_off_axis": found[:, 4],
        },
        {
            "restraint": [clause.restraint_share for clause in clauses],
            "setup": data.setup.values,
            "tests": np.arange(tests + 1),
            "quantile": list(BANDS),
            "shown_share": found[:, 0],
        },
    ).assign_attrs(
        limit_km_s=claim.limit_km_s,
        first_km_s=claim.first_km_s,
        second_km_s=claim.second_km_s,
        certainty_share=claim.certainty_share,
        prior_low_km_s=claim.prior_low_km_s,
        prior_high_km_s=claim.prior_high_km_s,
        least_share=test.restraint.least_share,
        shown_km_s=float(flown.data.attrs["speed_m_s"]) / 1e3,
    )
    return Result(kind=EVIDENCE, title=f"{test.title}: evidence", data=out, notes=NOTES)


def _weighed(
    speed: np.ndarray, error: np.ndarray, clauses: list[ev.Clause], two: dict[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Return posterior and ratio (clauses, tests + 1) after none, one, two ... tests; nan is a test without estimate."""
    out = np.empty((2, len(clauses), len(speed) + 1))
    for n in range(len(speed) + 1):
        good = np.isfinite(speed[:n])
        weighed = ev.weigh(speed[:n][good], error[:n][good], clauses[0], tuple(two.values()))
        for c, clause in enumerate(clauses):
            out[:, c, n] = ev.probability_kept(weighed, clause), ev.log10_ratio(weighed, clause, **two)
    return out[0], out[1]


def _bands(
    error: np.ndarray,
    tests: int,
    clauses: list[ev.Clause],
    two: dict[str, float],
    *,
    true_m_s: float,
    seed: int,
) -> np.ndarray:
    """Return quantiles (3, clauses, tests + 1) of the posterior over campaigns of the same quality.

    Errors, and tests without an estimate, are drawn from those of the campaign that was flown.
    """
    rng = np.random.default_rng(seed)
    curves = []
    for _ in range(SIMULATED_CAMPAIGNS):
        drawn = rng.choice(error, size=tests)
        shown = true_m_s * (1.0 + clauses[0].spread_share * rng.standard_normal(tests))
        curves.append(_weighed(shown + drawn * rng.standard_normal(tests), drawn, clauses, two)[0])
    return np.quantile(np.array(curves), BANDS, axis=0)
