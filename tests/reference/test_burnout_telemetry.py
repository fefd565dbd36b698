"""The burnout estimator against real telemetry (public domain, see validation/data/README.md)."""

import json

import pytest
from validation.telemetry import rows


@pytest.mark.outside
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
def test_the_public_record_of_a_launch_is_recovered(row):
    assert row["holds"], row
    json.dumps(row)
