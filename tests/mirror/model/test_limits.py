"""A quantity has one limit, whichever table states it."""

import pytest

from equipoise.model import flight_test, scenario
from equipoise.model.catalogue import Claim
from equipoise.model.record import specs
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
