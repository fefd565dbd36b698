"""The reference pages are those that the schema and the catalogue make."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = runpy.run_path(str(ROOT / "builders" / "reference_pages.py"))["PAGES"]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_current(name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name]()
