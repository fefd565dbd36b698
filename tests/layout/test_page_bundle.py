"""The kept page was built from the sources beside it, is small, and its lock names no host."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = runpy.run_path(str(ROOT / "builders" / "page.py"))


def test_the_kept_page_is_current():
    kept = (PAGE["BUNDLE"] / PAGE["STAMP"]).read_text().strip()
    assert kept == PAGE["source_hash"](), "page/ changed: run builders/page.py build"


def test_the_kept_page_is_small():
    assert (
        sum(p.stat().st_size for p in PAGE["BUNDLE"].iterdir()) < 460_000
    )  # a third of it is the library of charts


def test_the_lock_names_no_registry():
    text = (ROOT / "page/package-lock.json").read_text()
    assert '"resolved"' not in text
    assert "registry" not in text
