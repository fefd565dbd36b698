"""Many alike shapes as one artist: an artist for each takes several times as long to add, to lay out and to draw."""

from __future__ import annotations

from typing import Any

import numpy as np


def polygons(corners: np.ndarray) -> Any:
    """Return one matplotlib path of closed polygons (n, corners, 2)."""
    from matplotlib.path import Path

    closed = np.concatenate([corners, corners[:, :1]], axis=1)
    codes = np.full(closed.shape[:2], Path.LINETO, dtype=Path.code_type)
    codes[:, 0], codes[:, -1] = Path.MOVETO, Path.CLOSEPOLY
    return Path(closed.reshape(-1, 2), codes.ravel())


def bars(
    axes: Any, at: Any, values: Any, thickness: float, *, start: Any = 0.0, lying: bool = False, **style: Any
) -> None:
    """Draw bars of ``values`` from ``start`` on, with their middles ``at``; ``style`` is that of a matplotlib patch."""
    from matplotlib.patches import PathPatch

    at, values, start = (np.asarray(v, float) for v in np.broadcast_arrays(at, values, start))
    known = np.isfinite(values)
    side = at[known, None] + 0.5 * thickness * np.array([-1, 1, 1, -1])
    along = start[known, None] + values[known, None] * np.array([0, 0, 1, 1])
    corners = np.stack([along, side] if lying else [side, along], axis=-1)
    patch = PathPatch(polygons(corners), **style)
    (patch.sticky_edges.x if lying else patch.sticky_edges.y).extend(np.unique(start))
    axes.add_artist(patch)
    axes.update_datalim(corners.reshape(-1, 2))
    axes.autoscale_view()
