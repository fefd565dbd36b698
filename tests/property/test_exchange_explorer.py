"""Every order of events of two real nodes within small bounds; larger ones are in validation."""

import pytest
from validation.exchange_explore import Bounds, explore
from validation.simulated_exchange.faults import PLANTED

SMALL = Bounds({"A": 1, "B": 0}, crashes=1, rotations=1, resends=1)
PAIR = Bounds({"A": 1, "B": 1}, crashes=0, rotations=0, resends=0)


@pytest.mark.parametrize(("bounds", "states"), [(SMALL, 853), (PAIR, 36)])
def test_no_order_of_events_breaks_a_guarantee(bounds, states):
    found = explore(bounds)
    assert (found.found, found.states) == ([], states)


@pytest.mark.parametrize("bug", ["ack-before-sync", "send-before-sync", "dedup-off"])
def test_a_planted_bug_of_the_sequence_is_found(bug):
    assert explore(SMALL, kind=PLANTED[bug]).found
