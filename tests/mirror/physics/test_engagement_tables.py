"""The reasons of the engagement tables, and rows without an engagement."""

import numpy as np
import pytest

from equipoise.foundation.status import Reason
from equipoise.physics.engagement import tables
from equipoise.physics.engagement.tables import OUTCOME, nothing


@pytest.mark.identity
def test_every_reason_has_the_number_of_its_status():
    known = [r for r in Reason if r is not Reason.NOT_OWN_AREA]  # said of whole commands, outside the kernels
    assert [getattr(tables, r.name) for r in known] == [int(r) for r in known]


@pytest.mark.identity
def test_a_row_of_nothing_has_a_reason_no_shots_and_no_times():
    row = np.zeros(1, OUTCOME)[0]
    nothing(row, tables.OUT_OF_RANGE)
    assert (row.reason, row.shots) == (Reason.OUT_OF_RANGE, 0)
    assert (row.case, row.slack_case, row.detected_by, row.tracked_by) == (-1, -1, -1, -1)
    assert all(np.isnan(row[name]) for name in OUTCOME.names if name.endswith("_s"))
