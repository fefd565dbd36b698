"""Gather the comparisons with the outside world: build/validate.json; exit 1 when a bar does not hold."""

from __future__ import annotations

import sys

from benchmarks.run import gather

import validation

if __name__ == "__main__":
    sys.exit(gather(validation, "build/validate.json"))
