"""Gather the rows of every module here, print them, write build/validate.json; exit 1 when a bar does not hold."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import validation


def main() -> int:
    """Return the exit code."""
    rows = []
    for module in sorted(m.name for m in pkgutil.iter_modules(validation.__path__) if m.name != "run"):
        rows += importlib.import_module(f"validation.{module}").rows()
    out = Path("build/validate.json")
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")
    for row in rows:
        mark = {True: "holds", False: "FAILS", None: ""}[row["holds"]]
        print(
            f"{row['id']:34} {row['value']:>12.6g} {row['unit']:10} {row['bar'] or '':22} {mark:6} {row['what']}"
        )
    print(out)
    return int(any(row["holds"] is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
