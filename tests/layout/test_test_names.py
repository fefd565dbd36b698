"""Test modules are imported by their bare names, so that two of one name would stop the whole run."""

from collections import Counter
from pathlib import Path


def test_no_two_test_modules_share_a_name():
    names = Counter(
        path.name for path in Path(__file__).parents[1].rglob("*.py") if path.name != "conftest.py"
    )
    assert [name for name, count in names.items() if count > 1 and name != "__init__.py"] == []
