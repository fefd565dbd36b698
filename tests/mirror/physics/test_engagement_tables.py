"""The names of the engagement tables' columns, and rows without an engagement."""

import numpy as np
import pytest

from equipoise.foundation.status import Reason
from equipoise.physics.engagement import tables
from equipoise.physics.engagement.tables import FIELDS, Outcome, nothing

NAMES = {"slack_s": "SLACK", "detect_s": "DETECT", "track_s": "TRACK", "ready_s": "READY", "latest_s": "LATEST",
         "first_intercept_s": "FIRST", "last_intercept_s": "LAST"}  # fmt: skip


@pytest.mark.identity
def test_every_column_has_the_place_of_its_field():
    for place, field in enumerate(Outcome._fields):
        assert getattr(tables, NAMES.get(field, field.upper())) == place
    assert len(Outcome._fields) == FIELDS


@pytest.mark.identity
def test_every_reason_has_the_number_of_its_status():
    known = [r for r in Reason if r is not Reason.NOT_OWN_AREA]  # said of whole commands, outside the kernels
    assert [getattr(tables, r.name) for r in known] == [int(r) for r in known]


@pytest.mark.identity
def test_a_row_of_nothing_has_a_reason_no_shots_and_no_times():
    out = np.zeros(FIELDS)
    nothing(out, tables.OUT_OF_RANGE)
    row = Outcome(*out)
    assert (row.reason, row.shots, row.case, row.detected_by, row.tracked_by) == (
        Reason.OUT_OF_RANGE,
        0,
        -1,
        -1,
        -1,
    )
    assert row.slack_case == -1
    assert np.isnan(out).sum() == FIELDS - 6
