"""Made-up kinds of results, for tests of how results are stored and compared."""

import pytest

from equipoise.results import record
from equipoise.results.schema import KINDS, Kind, kind


@pytest.fixture
def any_kind(monkeypatch):
    """Let a result be of a kind that nothing declares."""
    monkeypatch.setattr(record, "check", lambda kind, data: None)
    undeclared = Kind("undeclared", "anything", {}, {})
    monkeypatch.setattr(record, "kind", lambda name: kind(name) if name in KINDS else undeclared)
