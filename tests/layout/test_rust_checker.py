"""The kept checker in WebAssembly was built from the sources beside it, is small, and gives the vectors their verdicts."""

import json
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILDER = runpy.run_path(str(ROOT / "builders" / "rust_checker.py"))
MODULE = BUILDER["BUILT"] / BUILDER["MODULE"]
JUDGE = """
const fs = require("fs"), [file, ...certificates] = process.argv.slice(1);
const page = { boxes_checked() {} };
const { memory, equipoise_room, equipoise_check } = new WebAssembly.Instance(new WebAssembly.Module(fs.readFileSync(file)), { page }).exports;
for (const name of certificates) {
  const bytes = fs.readFileSync(name), room = equipoise_room(bytes.length);
  new Uint8Array(memory.buffer, room, bytes.length).set(bytes);
  const at = equipoise_check(room, bytes.length); // may grow the memory, which takes another buffer
  console.log(new Uint8Array(memory.buffer)[at]);
}
"""


def test_the_kept_module_is_current():
    kept = (BUILDER["BUILT"] / BUILDER["STAMP"]).read_text().strip()
    assert kept == BUILDER["source_hash"](), "checkers/rust/src changed: run builders/rust_checker.py build"


def test_the_kept_module_is_small():
    assert MODULE.stat().st_size < 300_000


def test_the_kept_module_s_verdicts_on_the_vectors():
    if shutil.which("node") is None:
        pytest.skip("Node is not installed: the checker in WebAssembly was not run")
    folder = ROOT / "tests/data/certificates"
    names = sorted(json.loads((folder / "reasons.json").read_text()))
    files = [str(folder / name) for name in names]
    done = subprocess.run(
        ["node", "-e", JUDGE, str(MODULE), *files], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(int(name.startswith("accepted/"))) for name in names]
