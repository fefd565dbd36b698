"""Exposure of a deterrent: which strategic paths could be engaged, from which bases, with what time to spare.

The whole analysis is :func:`equipoise.analysis.exposure.study.exposure`; here is what others build on, which needs
no result and loads quickly.
"""

from equipoise.analysis.exposure.cases import DECIDING, defender, engageable
from equipoise.analysis.exposure.paths import ARCS_READ, Arcs, strategic_arcs
from equipoise.analysis.exposure.ranges import Engaged, OverRange, engaged_in, over_range

__all__ = [
    "ARCS_READ", "DECIDING", "Arcs", "Engaged", "OverRange", "defender", "engageable", "engaged_in",
    "over_range", "strategic_arcs",
]  # fmt: skip
