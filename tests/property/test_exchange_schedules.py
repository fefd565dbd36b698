"""Both nodes under seeded faults: no guarantee breaks, and every planted bug is found within 50 seeds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.exchange.gate import Gate, default_profile
from equipoise.exchange.simulation import PLANTED, World


def test_no_schedule_breaks_a_guarantee():
    assert {seed: found for seed in range(300) if (found := World(seed).run())} == {}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found_within_50_seeds(bug):
    assert any(World(seed, PLANTED[bug]).run() for seed in range(50))


VALUES = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.lists(st.text()))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["notice", "launch", "text", "heartbeat"]), st.dictionaries(st.text(), VALUES))
def test_no_field_outside_the_profile_leaves(stream, payload):
    item = {"stream": stream, "exercise": True, "sensitivity": "releasable", "payload": payload}
    decision = Gate(b"k").decide(item, party="A", approvals=1)
    assert decision.payload is not None
    assert set(decision.payload) <= set(default_profile()["fields"][stream])
    assert set(decision.payload) | set(decision.dropped) == set(payload)
