"""Gather the timings that matter: build/bench.json; exit 1 when a bar does not hold."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

import benchmarks


def gather(package: ModuleType, target: str) -> int:
    """Print and write the rows of every module of ``package``; return the exit code."""
    rows = []
    for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.name != "run"):
        rows += importlib.import_module(f"{package.__name__}.{module}").rows()
    out = Path(target)
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")
    for row in rows:
        mark = {True: "holds", False: "FAILS", None: ""}[row["holds"]]
        value = f"{row['value']:.6g}" if isinstance(row["value"], int | float) else str(row["value"])
        print(f"{row['id']:34} {value:>12} {row['unit']:10} {row['bar'] or '':22} {mark:6} {row['what']}")
    print(out)
    return int(any(row["holds"] is False for row in rows))


if __name__ == "__main__":
    sys.exit(gather(benchmarks, "build/bench.json"))
