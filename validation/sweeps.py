"""Sobol indices against the closed form of Ishigami and Homma's function at 4096 samples."""

from __future__ import annotations

from typing import Any

import numpy as np

from equipoise.analysis.uncertainty.sensitivity import saltelli_design, sobol_indices

A, B = 7.0, 0.1
V1, V2, V13 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8, B**2 * np.pi**8 * (1 / 18 - 1 / 50)


def rows() -> list[dict[str, Any]]:
    """Return the worst error over twenty seeds; the third first-order index is zero and judged by its size."""
    total = V1 + V2 + V13
    first, whole = np.array([V1, V2]) / total, np.array([V1 + V13, V2, V13]) / total
    worst = [0.0, 0.0, 0.0]
    for seed in range(20):
        x = 2 * np.pi * saltelli_design(4096, 3, seed=seed) - np.pi
        y = np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])
        found = sobol_indices(y, 3)
        errors = (
            np.abs(found.first[:2] / first - 1).max(),
            np.abs(found.total / whole - 1).max(),
            abs(found.first[2]),
        )
        worst = [max(a, float(b)) for a, b in zip(worst, errors, strict=True)]
    names = (
        ("first", "relative error, first order"),
        ("total", "relative error, total"),
        ("zero", "the index that is zero"),
    )
    return [
        {
            "id": f"sobol.ishigami_{name}",
            "what": f"Ishigami at 4096 samples, worst of 20 seeds: {what}",
            "value": value,
            "unit": "1",
            "bar": 0.02,
            "holds": value <= 0.02,
            "source": "textbook: Ishigami and Homma 1990",
        }
        for (name, what), value in zip(names, worst, strict=True)
    ]
