"""Draw ``docs/figures/burnout-telemetry.svg``: the fit of the first burn's end beside the withheld record."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from validation.telemetry import BOOST_S, COAST_S, EVENT_S, NO_OBSERVER, SPEED, TWO_SIDED_95, burnout, read

from equipoise.physics.environment.earth import WGS84
from equipoise.physics.sensing.burnout_model import predict
from equipoise.physics.sensing.observation import MEASUREMENT


def draw(path: Path) -> None:
    record, found = read(), burnout()
    seconds = np.arange(BOOST_S[0], COAST_S[1] + 0.01, 0.1)
    rows = np.array([(t, SPEED, 0, 0.0, 1.0, -1) for t in seconds], MEASUREMENT)
    speeds = np.empty(len(rows))
    predict(found.x, rows, NO_OBSERVER, WGS84, speeds)
    used = record.between(*BOOST_S) | record.between(*COAST_S)
    withheld = record.between(BOOST_S[1] + 1.0, COAST_S[0] - 1.0)
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.subplots()
    axes.plot(seconds, speeds, "-", color="#0072b2", lw=1.8, label="fit")
    axes.plot(record.time_s[used], record.speed_m_s[used], "o", color="#0072b2", ms=4, label="record, used")
    axes.plot(
        record.time_s[withheld],
        record.speed_m_s[withheld],
        "s",
        mfc="none",
        mec="#d55e00",
        ms=5,
        label="record, withheld",
    )
    axes.errorbar(
        found.time_s, found.speed_m_s, xerr=TWO_SIDED_95 * found.time_sigma_s, yerr=TWO_SIDED_95 * found.speed_sigma_m_s,
        fmt="D", color="black", ms=4, capsize=3, label="burnout with 95 % intervals",
    )  # fmt: skip
    axes.axvline(EVENT_S, color="#777777", lw=0.9, ls=":", label="event of the data set (140 s)")
    axes.set_xlabel("time after launch (s)")
    axes.set_ylabel("speed relative to the Earth (m/s)")
    axes.legend(fontsize=8)
    axes.grid(visible=True, color="#eeeeee")
    with rc_context({"svg.hashsalt": "burnout-telemetry"}):
        figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
