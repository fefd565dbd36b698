"""Draw the picture of each page that explains a model into docs/figures, by the names of `import equipoise`.

builders/concept_figures.py [NAME ...]
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

import equipoise as eq

FIGURES = Path(__file__).resolve().parent.parent / "docs/figures"


def phase_three(step_deg: int = 10) -> eq.Scenario:
    """Return the built-in scenario in 2018, each defence by itself, with coarse cells."""
    settings = [f"scenario.aim_step_deg={step_deg}", f"scenario.map_step_deg={step_deg}"]
    return eq.Scenario.load("epaa", settings).at("2018", mode="independent")


def cooperation() -> Any:
    two = eq.Scenario.load("epaa", ["scenario.map_step_deg=4"]).at("2018")
    return eq.cooperation(two.in_modes(["independent", "exchange", "joint"])).plot()


PICTURES: dict[str, Callable[[], Any]] = {
    "flight": lambda: eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0)).plot(),
    "engagement": lambda: eq.engage(phase_three(), "irbm-notional", aim=(44.4, 26.1)).plot(),
    "exposure": lambda: eq.exposure(eq.Scenario.load("epaa", ["scenario.aim_step_deg=6"])).plot(
        "exposure-by-speed"
    ),
    "balance": lambda: eq.balance(phase_three()).plot("balance-drawdown"),
    "cooperation": cooperation,
    "guarantees": lambda: eq.guarantee(eq.Scenario.load("epaa").in_mode("independent")).plot(),
}


def main(names: list[str]) -> None:
    """Write the named pictures, all without a name, as WebP."""
    for name in names or PICTURES:
        drawn = io.BytesIO()
        PICTURES[name]().savefig(drawn, format="png", dpi=110, facecolor="white", bbox_inches="tight")
        Image.open(drawn).convert("RGB").save(FIGURES / f"{name}.webp", quality=82, method=6)
        print(FIGURES / f"{name}.webp")


if __name__ == "__main__":
    main(sys.argv[1:])
