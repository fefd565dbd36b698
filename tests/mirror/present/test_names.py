"""What readers see instead of identifiers, keys and places of inputs."""

import pytest

from equipoise.present.names import Names

NAMES = Names(
    {
        "threat": {"irbm-notional": "Notional IRBM (three stages), notional", "ghadr-1": "Ghadr-1"},
        "site": {"epaa4": "Phase 4 site", "deveselu": "Deveselu"},
        "radar": {"own": "Radar of Deveselu", "far": "Far radar"},
        "mode": {"joint": "One joint system"},
        "party": {"nato": "NATO"},
        "interceptor": {"sm3-iia": "SM-3 Block IIA", "gbi-2": "GBI (third-site variant)"},
        "proposal": {"third-site": "Ten interceptors in the north"},
    }
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("irbm-notional", "Notional IRBM"),
        ("joint", "One joint system"),
        ("a joint command", "a joint command"),
        ("interceptor site: epaa4; ghadr-1 flies", "interceptor site: Phase 4 site; Ghadr-1 flies"),
        ("ghadr-12 and x-ghadr-1", "ghadr-12 and x-ghadr-1"),
        ("Phase 4, nato", "Phase 4, NATO"),
        ("interceptor.sm3-iia.burnout_speed_km_s at 5.3", "burnout speed of SM-3 Block IIA at 5.3"),
        ("assumption.decision_s", "decision"),
        ("range_max_km", "range max"),
        ("the third-site variant", "the third-site variant"),
        ("own at deveselu", "Radar of Deveselu"),
        ("far at epaa4", "Far radar at Phase 4 site"),
    ],
)
def test_identifiers_keys_and_places_are_put_in_words(text, said):
    assert NAMES.said(text) == said


def test_without_names_only_keys_change():
    assert Names().said("epaa4: range_max_km") == "epaa4: range max"
