"""Notices: the checker agrees with JSON Schema; each fault is named; deadlines agree with the catalogue."""

import json
from itertools import product

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.catalogue import load_catalogue
from equipoise.model.notices import (
    FIELDS,
    HOUR_MS,
    form_faults,
    instruments,
    schema,
    time_faults,
    why_not_covered,
)

START = 1_336_600_000_000
GOOD = {
    "notice_id": "n-1",
    "vehicle": "ballistic missile",
    "window_start_ms": START,
    "window_end_ms": START + 4 * HOUR_MS,
    "launch_area": {"lat_deg": 22.0, "lon_deg": -159.8, "radius_km": 20},
    "impact_area": [{"corners_deg": [[24, -162], [24, -160], [25, -161]]}],
    "azimuth_deg": 300.5,
    "range_name": "a range",
    "launched_at_ms": START + HOUR_MS,
    "refers_to": "n-0",
}
TYPES = [(name, kind) for name, rule in instruments().items() for kind in rule["required"]]


def notice(name, kind, **more):
    return {**GOOD, "instrument": name, "type": kind, **more}


def accepted(item):
    return jsonschema.Draft202012Validator(schema(item["instrument"])).is_valid(item)


@pytest.mark.outside
@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_a_schema_is_a_schema_and_a_good_notice_holds(name, kind):
    jsonschema.Draft202012Validator.check_schema(schema(name))
    assert accepted(notice(name, kind))
    assert form_faults(notice(name, kind)) == []


@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_each_missing_field_is_named(name, kind):
    for key in instruments()[name]["required"][kind]:
        item = {k: v for k, v in notice(name, kind).items() if k != key}
        assert [f.kind for f in form_faults(item)] == ["missing field"]
        assert key in form_faults(item)[0].text
        assert not accepted(item)


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 400),
    st.floats(-400, 400),
    st.text(max_size=3),
    st.lists(st.integers(-100, 100), max_size=3),
    st.fixed_dictionaries(
        {"lat_deg": st.integers(-99, 99), "lon_deg": st.just(0), "radius_km": st.integers(-1, 2)}
    ),
    st.fixed_dictionaries(
        {"corners_deg": st.lists(st.lists(st.integers(-120, 120), min_size=1, max_size=3), max_size=4)}
    ),
)


@pytest.mark.outside  # jsonschema, an independent validator
@settings(max_examples=400)
@given(st.sampled_from(TYPES), st.sampled_from(sorted(set(FIELDS) - {"instrument", "type"})), values, values)
def test_the_checker_agrees_with_json_schema(case, key, value, area):
    item = {
        k: v for k, v in notice(*case, **{key: value, "launch_area": [area, area]}).items() if v is not None
    }
    assert (form_faults(item) == []) == accepted(json.loads(json.dumps(item)))


def test_unknown_and_malformed_fields_are_named():
    faults = form_faults(notice("plns-2000", "pre-launch", azimut_deg=3, azimuth_deg=370))
    assert [str(f) for f in faults] == [
        "malformed field: azimuth_deg: expected a number from 0 to 360",
        "unknown field: azimut_deg; did you mean 'azimuth_deg'?",
    ]
    assert form_faults({"instrument": "plns"})[0].kind == "unknown instrument"
    assert form_faults({"instrument": "plns-2000", "type": []})[0].kind == "unknown type"


@pytest.mark.parametrize(
    ("name", "lead_h", "kinds"),
    [
        ("launch-notification-1988", 24.5, []),
        ("launch-notification-1988", 23.5, ["missed deadline"]),
        ("plns-2000", 23.5, ["missed deadline"]),
        ("plns-2000", 721.0, ["too early"]),
        ("cbm-1997-launch", 239.0, ["missed deadline"]),
        ("cbm-1997-launch", 241.0, []),
        ("hcoc-2002", 0.1, []),
        ("hcoc-2002", -9.0, ["window in the past"]),
    ],
)
def test_deadlines_and_past_windows(name, lead_h, kinds):
    given_at = START - round(lead_h * HOUR_MS)
    faults = time_faults(notice(name, "pre-launch"), given_at_ms=given_at)
    assert [f.kind for f in faults] == kinds
    assert all(f.advisory == (name == "plns-2000") for f in faults)


def test_a_late_post_launch_notice_and_a_reversed_window():
    late = time_faults(notice("plns-2000", "post-launch"), given_at_ms=START + 50 * HOUR_MS)
    assert [f.kind for f in late] == ["missed deadline"]
    item = notice("hcoc-2002", "pre-launch", window_end_ms=START - 1)
    assert [f.kind for f in time_faults(item, given_at_ms=START - HOUR_MS)] == ["reversed window"]


def test_coverage():
    launch = {"range_km": 600.0, "apogee_km": 150.0}
    assert "class 'ballistic-missile'" in why_not_covered(
        "launch-notification-1988", vehicle_class="ballistic-missile", **launch
    )
    assert why_not_covered("plns-2000", vehicle_class="ballistic-missile", **launch) == ""
    launch = {"range_km": 400.0, "apogee_km": 150.0}
    assert "500 km" in why_not_covered("plns-2000", vehicle_class="ballistic-missile", **launch)


@pytest.mark.outside  # the catalogue's provisions, made from the reference tables
def test_deadlines_are_those_of_the_catalogue():
    hours = {"hours": 1.0, "days": 24.0, "km": 1.0}
    for rule, key in product(
        instruments().values(), ("before_h", "earliest_h", "after_h", "validity_h", "over_km")
    ):
        if key in rule:
            known = {
                (float(p.value) * hours[p.unit], p.confidence)
                for p in load_catalogue().instruments[rule["instrument"]].provisions
                if p.unit in hours
            }
            assert (rule[key]["value"], rule[key]["confidence"]) in known
