"""Exposure of a deterrent: which strategic paths could be engaged, from which bases, with what time to spare."""

from equipoise.analysis.exposure.cases import DEFENDER, defender, engageable
from equipoise.analysis.exposure.paths import ARCS_READ, Arcs, aim_axes, aims, strategic_arcs
from equipoise.analysis.exposure.study import exposure

__all__ = [
    "ARCS_READ", "DEFENDER", "Arcs", "aim_axes", "aims", "defender", "engageable", "exposure", "strategic_arcs",
]  # fmt: skip
