"""Rows whose values are known, with the accidents that a test asks for. Imported by worker processes."""

import os
import signal
import time
from pathlib import Path

import numpy as np


def prepare(spec):
    def rows(start, stop):
        time.sleep(spec.get("sleep_s", 0.0) * (stop - start))
        accident = Path(spec.get("once", "/nonexistent"))
        if start <= spec.get("deadly_row", -1) < stop and not accident.exists():
            if "once" in spec:
                accident.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        if start <= spec.get("defect_row", -1) < stop:
            raise ZeroDivisionError("a defect")
        row = np.arange(start, stop)
        return {"row": row, "y": np.sin(row * spec["scale"])}

    return rows
