"""Simulated campaigns: the same test flown several times, watched by each set-up, estimated each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from equipoise.analysis.flight_test.estimate import Estimate, estimate, prior_about
from equipoise.analysis.flight_test.observe import Station, fly_one, rows_of, stations, with_noise
from equipoise.analysis.flight_test.paths import Interceptor, Meeting
from equipoise.scenario.flight_test import FlightTest


@dataclass(frozen=True)
class Watched:
    """One test as one set-up saw it: the flight, and the estimate, or None when nothing was learnt."""

    flown: Interceptor
    found: Estimate | None


def watch(
    test: FlightTest, planned: Meeting, flown: Interceptor, posts: Sequence[Station], rng: np.random.Generator
) -> Estimate | None:
    """Return what stations make of one flight; None when they saw nothing.

    ``rng`` draws noise and biases.
    """
    window = test.estimate
    rows = with_noise(rows_of(flown, posts), posts, rng)
    return estimate(
        rows,
        posts,
        prior_about(planned.interceptor, posts),
        boost_s=window.boost_used_s,
        coast_s=window.coast_used_s,
    )


def campaign(
    test: FlightTest,
    planned: Meeting,
    *,
    tests: int,
    seed: int,
    speed_m_s: float,
    tell: Callable[[], None] = lambda: None,
) -> dict[str, list[Watched]]:
    """Return each set-up's view of the same ``tests`` flights; flight and set-up have seeds of their own.

    The speed varies from test to test by the claim's share. An optical station is out of use in the
    share of tests that its sky is not clear.
    ``seed`` starts the draws; ``tell`` is called after each flight.
    """
    share = test.claim.spread_share
    flights = []
    for number in range(tests):
        rng = np.random.default_rng([seed, number])
        speed = speed_m_s * (1.0 + share * rng.standard_normal())
        flights.append(fly_one(test, planned, rng, speed_m_s=speed))
    views: dict[str, list[Watched]] = {}
    for place, setup in enumerate(test.setups):
        posts = stations(test, setup.observers)
        seen = []
        for number, flown in enumerate(flights):
            rng = np.random.default_rng([seed, number, place + 1])
            clear = rng.random(len(posts)) < [post.clear_share for post in posts]
            usable = tuple(post for post, good in zip(posts, clear, strict=True) if good)
            found = watch(test, planned, flown, usable, rng) if usable else None
            seen.append(Watched(flown, found))
            tell()
        views[setup.id] = seen
    return views
