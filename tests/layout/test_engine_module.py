"""The kept engine in WebAssembly was built from the kernels beside it, is small, and asks nothing of who runs it."""

import json
import runpy
from pathlib import Path

from equipoise.physics.engagement.tables import OUTCOME

ROOT = Path(__file__).parents[2]
BUILDER = runpy.run_path(str(ROOT / "builders" / "engine.py"))
MODULE = BUILDER["BUILT"] / BUILDER["MODULE"]
IMPORTS = 2
"""The number of the section of imports in a module."""


def sections(module):
    at = 8
    while at < len(module):
        kind, size, shift = module[at], 0, 0
        at += 1
        while True:
            byte = module[at]
            size |= (byte & 0x7F) << shift
            at, shift = at + 1, shift + 7
            if byte < 0x80:
                break
        yield kind
        at += size


def test_the_kept_module_is_current():
    kept = (BUILDER["BUILT"] / BUILDER["STAMP"]).read_text().strip()
    assert kept == BUILDER["source_hash"](), "the kernels changed: run builders/engine.py build"


def test_the_kept_module_is_small_and_imports_nothing():
    data = MODULE.read_bytes()
    assert len(data) < 300_000
    found = list(sections(data))
    assert IMPORTS not in found
    assert len(found) > 5


def test_the_layout_names_the_rows_that_the_kernels_fill():
    layout = json.loads((BUILDER["BUILT"] / BUILDER["LAYOUT"]).read_text())["arguments"]
    (out,) = (one for one in layout if one["name"] == "out")
    assert [name for name, *_ in out["fields"]] == list(OUTCOME.names)
    assert out["item"] == OUTCOME.itemsize
