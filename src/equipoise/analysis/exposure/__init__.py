"""Exposure of a deterrent: which strategic paths could be engaged, from which bases, with what time to spare."""

from equipoise.analysis.exposure.cases import DEFENDER, defender, engageable
from equipoise.analysis.exposure.paths import Arcs, aim_axes, aims, strategic_arcs
from equipoise.analysis.exposure.study import exposure

__all__ = ["DEFENDER", "Arcs", "aim_axes", "aims", "defender", "engageable", "exposure", "strategic_arcs"]
