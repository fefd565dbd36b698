"""Both nodes under seeded faults: no guarantee breaks, and every planted bug is found within 200 seeds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from validation.simulated_exchange import feeds
from validation.simulated_exchange.faults import PLANTED
from validation.simulated_exchange.world import World

from equipoise.exchange.node.inbox import Inbox
from equipoise.exchange.protocol.coarsen import Sites
from equipoise.exchange.protocol.forms import FILED, FORMS, ItemError, check_item
from equipoise.exchange.protocol.gate import Gate


def test_no_schedule_breaks_a_guarantee():
    assert {seed: found for seed in range(60) if (found := World(seed).run())} == {}


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found_within_200_seeds(bug):
    assert any(World(seed, PLANTED[bug]).run() for seed in range(200))


@pytest.mark.parametrize("seed", range(12))
def test_the_verifier_finds_no_breach_where_the_oracle_finds_none(seed, tmp_path):
    world = World(seed, real=True, folder=tmp_path)
    assert world.run() == []
    assert world.stopped or world.breaches(tmp_path) == []


class Forgetful(Inbox):
    """Planted bug: a file goes before what it says is in the log."""

    def _file(self, batch):
        for path in batch:
            path.rename(path.with_suffix(".gone"))
        self.node.ingest_many([filing for filings in batch.values() for filing in filings])
        return bool(batch)


def test_an_inbox_that_loses_items_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(feeds, "Inbox", Forgetful)
    assert any(World(seed, folder=tmp_path / str(seed)).run() for seed in range(200))


VALUES = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.lists(st.text()))
GATE = Gate(b"k" * 32, party="A")
GOOD = {
    "notice": {"notice_id": "n", "instrument": "plns-2000", "type": "other"},
    "launch": {"launch_id": "l", "launched_at_ms": 5, "launch_point": [1.0, 2.0]},
    "track": {
        "track_id": "t",
        "time_s": 1_000.0,
        "position_ecef_m": [7e6, 0.0, 1.0],
        "velocity_ecef_m_s": [1.0, 2.0, 3.0],
        "sigma_m": 5.0,
        "sigma_m_s": 1.0,
    },
    "text": {"text": "x"},
}


@settings(max_examples=150)
@given(
    st.sampled_from(FILED),
    st.dictionaries(
        st.one_of(st.text(), st.sampled_from([name for forms in FORMS.values() for name in forms])), VALUES
    ),
    st.sampled_from(["releasable", "withhold", "hold"]),
    st.booleans(),
    st.integers(0, 3),
)
def test_no_field_outside_the_profile_leaves(stream, extra, sensitivity, exercise, approvals):
    item = {
        "stream": stream,
        "exercise": exercise,
        "sensitivity": sensitivity,
        "payload": extra | GOOD[stream],
    }
    try:
        check_item(item)
    except ItemError:
        return
    decision = GATE.decide(item, approvals=approvals, sites=Sites())
    if decision.payload is None:
        assert sensitivity == "withhold" or not exercise or (sensitivity == "hold" and approvals < 2)
        return
    assert exercise
    assert sensitivity == "releasable" or (sensitivity == "hold" and approvals >= 2)
    assert set(decision.payload) <= set(GATE.profile["fields"][stream])
    assert set(decision.payload) | set(decision.dropped) == set(item["payload"])
