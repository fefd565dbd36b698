"""The burnout estimator against real telemetry (public domain, see validation/data/README.md)."""

import json

import pytest
from validation.telemetry import rows


@pytest.mark.outside
def test_the_public_record_of_a_launch_is_recovered():
    found = rows()  # within the test: at its collection, each worker would compile the fit and fit anew
    assert len(found) > 1
    assert [row for row in found if not row["holds"]] == []
    json.dumps(found)
