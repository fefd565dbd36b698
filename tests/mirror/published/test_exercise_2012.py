"""The exercise of March 2012: which measures agree that full integration scores best."""

from equipoise.published.exercise_2012 import ARCHITECTURES, statements
from equipoise.scenario.load import load_scenario


def test_integration_is_best_for_the_party_that_gains_and_worst_for_its_independence():
    coarse = load_scenario("epaa", ["scenario.map_step_deg=3.0", "scenario.aim_step_deg=8.0"])
    found = {s.what: s for s in statements(coarse)}
    assert found["people of Russia with at least one shot"].verdict == "agrees"
    assert found["people of Russia who depend on the partner"].verdict == "differs"
    assert found["people of NATO with at least one shot"].verdict in ("agrees", "cannot tell")
    assert all(mode in s.ours for s in found.values() for mode in ARCHITECTURES)
    assert all(s.why for s in found.values() if s.verdict != "agrees")
