"""A picture in 256 colours: a quarter of the bytes, where flat areas and lines keep their exact colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

MOST = 256
GROUPS = 1 << 15
"""Colours are grouped by the upper five bits of red, green and blue."""
ROWS = 32
"""Taken at a time, for which a processor's near memory is large enough."""
SAMPLE = np.s_[::4, ::4]
"""Pixels that say which colour of a group is the commonest."""


def few_colours(pixels: np.ndarray) -> Image:
    """Return a picture of pixels (rows, columns, 4) with a palette; their alpha is dropped.

    Each group becomes the commonest of its colours. Beyond 256 groups the rarest, as at the edges of letters, become the
    nearest. That takes a third of the time of Pillow's ways to a palette of such fidelity.
    """
    from PIL import Image

    colour = pixels.view("<u4")[:, :, 0]
    group, count = np.empty(colour.shape, dtype=np.uint16), np.zeros(GROUPS, dtype=int)
    for first in range(0, len(colour), ROWS):
        some = _group(colour[first : first + ROWS])
        group[first : first + ROWS] = some
        count += np.bincount(some.ravel(), minlength=GROUPS)
    there = np.flatnonzero(count)
    order = there[np.argsort(-count[there], kind="stable")]
    rgb = _commonest(colour[SAMPLE])[order]
    palette, rest = rgb[:MOST], rgb[MOST:]
    index = np.zeros(GROUPS, dtype=np.uint8)
    index[order[:MOST]] = np.arange(len(palette))
    less_own_square = (palette**2).sum(axis=1) - 2 * rest @ palette.T  # squared distances but for that
    index[order[MOST:]] = less_own_square.argmin(axis=1)
    picture = Image.fromarray(index[group])
    picture.putpalette(palette.astype(np.uint8).tobytes())
    return picture


def _group(colour: np.ndarray) -> np.ndarray:
    """Return the group of each colour, 0xBBGGRR."""
    return (colour >> 3) & 0x1F | (colour >> 6) & 0x3E0 | (colour >> 9) & 0x7C00


def _commonest(colour: np.ndarray) -> np.ndarray:
    """Return red, green and blue (groups, 3) of the commonest colour of every group; its middle where there is none."""
    group = np.arange(GROUPS)
    rgb = 8 * np.stack([group & 0x1F, (group >> 5) & 0x1F, group >> 10], axis=-1) + 4
    found, times = np.unique(colour, return_counts=True)
    found = found[np.argsort(times, kind="stable")]
    channels = [found & 0xFF, (found >> 8) & 0xFF, (found >> 16) & 0xFF]
    rgb[_group(found)] = np.stack(channels, axis=-1)  # the last of a group stays
    return rgb
