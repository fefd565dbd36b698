"""The simulation of a sweep against what queues must do in their limits."""

from dataclasses import replace

import pytest
from benchmarks.forecast import Costs, forecast

FREE = Costs(row_s=0.01, dispatch_s=0.0, record_s=0.0, start_s=0.0, spread=0.0)


@pytest.mark.identity
def test_without_overhead_workers_share_the_work_evenly():
    plan = forecast(FREE, rows=100_000, workers=10, chunk_s=5.0)
    assert plan.wall_s == pytest.approx(100.0)
    assert plan.useful == pytest.approx(1.0)
    assert plan.chunks == 200


@pytest.mark.identity
@pytest.mark.parametrize("cost", ["dispatch_s", "record_s"])
def test_what_is_done_one_after_the_other_bounds_the_pace(cost):
    plan = forecast(replace(FREE, **{cost: 0.1}), rows=1_000_000, workers=1000, chunk_s=5.0)
    assert plan.wall_s == pytest.approx(2000 * 0.1 + 5.0, rel=0.02)
    more = forecast(replace(FREE, **{cost: 0.1}), rows=1_000_000, workers=1000, clients=10, chunk_s=5.0)
    assert more.wall_s < plan.wall_s / 5


@pytest.mark.identity
def test_failures_cost_their_share():
    # time to a failure is exponential, so a chunk of t takes (exp(rate t) - 1) / rate in all
    plan = forecast(replace(FREE, failures_per_hour=360.0), rows=2_000_000, workers=10, chunk_s=5.0)
    expected = (2.718281828**0.5 - 1.0) / 0.1 / 5.0
    assert 1.0 / plan.useful == pytest.approx(expected, rel=0.05)


def test_the_same_seed_is_the_same_plan():
    costs = replace(FREE, spread=0.3)
    assert forecast(costs, rows=10_000, workers=3) == forecast(costs, rows=10_000, workers=3)
    assert forecast(costs, rows=10_000, workers=3) != forecast(costs, rows=10_000, workers=3, seed=2)
