"""Random scenarios and random damage, many more than the tests try: no traceback, no silent change."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TRIED = {
    "scenarios": ("EQUIPOISE_FUZZ", 5100, ["tests/property/test_random_scenarios.py"], "random scenarios, checked and computed"),
    "damages": (
        "EQUIPOISE_DAMAGES",
        2000,
        ["tests/property/test_damaged_files.py", "tests/mirror/results/test_record.py"],
        "changes of bytes each in results, certificates, logs and sweeps",
    ),
}  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return how many tests of each kind failed; their seeds and reasons are printed."""
    tried = [
        _row(name, f"of {count:,} {what}", tests, {variable: str(count)})
        for name, (variable, count, tests, what) in TRIED.items()
    ]
    seed = str(secrets.randbelow(2**31))
    asked = ["tests", "-m", "hypothesis", f"--hypothesis-seed={seed}"]
    return [*tried, _row("examples", f"of all property tests, with new examples of seed {seed}", asked, {})]


def _row(name: str, what: str, tests: list[str], environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=7200", *tests]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:])
    failed = re.search(r"(\d+) failed", done.stdout)
    value = int(failed[1]) if failed else 0 if done.returncode == 0 else 1
    return {
        "id": f"faults.{name}",
        "what": f"{what}: tests that failed",
        "value": value,
        "unit": "1",
        "bar": 0,
        "holds": value == 0,
        "source": ", ".join(tests),
    }
