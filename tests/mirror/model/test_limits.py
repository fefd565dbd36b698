"""A quantity has one limit, whichever table states it."""

import re

import pytest

from equipoise.analysis.sweeps.study import AxisEntry, Head
from equipoise.catalogue import KINDS
from equipoise.model import flight_test, scenario
from equipoise.model.catalogue import Claim
from equipoise.model.record import meanings, specs
from equipoise.model.rules import QUANTITIES
from equipoise.model.systems import BURNOUT_SPEEDS_KM_S

STATED = {
    "interceptor": (scenario.TABLES["interceptor"].record, "burnout_speed_km_s"),
    "proposal": (scenario.TABLES["proposal"].record, "burnout_speed_km_s"),
    "flight test": (flight_test.TABLES["interceptor"].record, "burnout_speed_km_s"),
    "dispute": (Claim, "value_km_s"),
    **{key: (flight_test.SpeedClaim, key) for key in ("limit_km_s", "first_km_s", "second_km_s", "prior_low_km_s", "prior_high_km_s")},
}  # fmt: skip


@pytest.mark.parametrize("where", STATED)
def test_a_speed_at_burnout_lies_between_the_same_limits_wherever_it_is_stated(where):
    record, key = STATED[where]
    kind = specs(record)[key].kind
    assert (kind.minimum, kind.maximum) == BURNOUT_SPEEDS_KM_S


def test_every_key_says_what_it_means_in_a_docstring_under_it():
    records = {t.record for tables in (scenario.TABLES, flight_test.TABLES) for t in tables.values()}
    records |= {*KINDS.values(), Head, AxisEntry}
    for record in records:
        assert list(meanings(record)) == list(specs(record))
        assert all(words.endswith(".") for words in meanings(record).values()), record


def test_the_meaning_of_what_a_limit_bounds_names_every_quantity():
    said = meanings(scenario.TABLES["clause"].record)["quantity"]
    assert re.findall(r"\w+", said.partition(":")[2]) == list(QUANTITIES)
