"""Difference plots as plain SVG: how far our numbers lie from printed ones, in per cent; narrow enough for a phone.

Written by hand because every report carries the evidence page and must not wait for a hundred drawings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite

WIDTH, ROW, HEAD, FOOT, SIDE = 480, 36, 12, 44, 16
LEAST_LIMIT, MOST_LIMIT = 7.0, 60.0
"""The axis reaches at least and at most so many per cent to either side; what lies farther is drawn at the edge as an arrow."""
EXPLAINED = 5.0
COLOURS = {
    "agrees": "#0072b2",
    "differs": "#d55e00",
    "cannot tell": "#7a5c9e",
    "unverified": "#777777",
    "not read yet": "#777777",
}
LABEL_LETTERS = 66


@dataclass(frozen=True)
class Mark:
    """One number: our difference and the ends of our range, and the printed range, all in per cent of the nearest printed value."""

    label: str
    verdict: str
    value: float
    low: float
    high: float
    printed_low: float = 0.0
    printed_high: float = 0.0


def limit(marks: Sequence[Mark]) -> float:
    """Return how far the axis reaches to either side, per cent."""
    seen = [abs(m.value) for m in marks if isfinite(m.value)]
    return min(max([LEAST_LIMIT, *(1.15 * v for v in seen)]), MOST_LIMIT)


def rows(marks: Sequence[Mark]) -> bytes:
    """Return one row per number: its words, our value and range, the printed range."""
    reach = limit(marks)
    height = HEAD + ROW * len(marks) + FOOT
    parts = [_axis(reach, height)]
    for i, mark in enumerate(marks):
        y = HEAD + ROW * i
        parts.append(f'<text x="{SIDE}" y="{y + 12}" font-size="13">{escape(_short(mark.label))}</text>')
        parts.append(_mark(mark, y + 24, reach))
    return _document(parts, height)


def strips(groups: Sequence[tuple[str, Sequence[Mark]]]) -> bytes:
    """Return one strip per study with all its numbers."""
    reach = limit([m for _, marks in groups for m in marks])
    height = HEAD + ROW * len(groups) + FOOT
    parts = [_axis(reach, height)]
    for i, (name, marks) in enumerate(groups):
        y = HEAD + ROW * i
        parts.append(f'<text x="{SIDE}" y="{y + 12}" font-size="13">{escape(_short(name))}</text>')
        parts += [_dot(m.verdict, _x(m.value, reach), y + 24, clipped=abs(m.value) > reach) for m in marks]
    return _document(parts, height)


def _short(words: str) -> str:
    return words if len(words) <= LABEL_LETTERS else f"{words[: LABEL_LETTERS - 1]}…"


def _x(percent: float, reach: float) -> float:
    middle, half = WIDTH / 2, WIDTH / 2 - SIDE
    return middle + half * max(-1.0, min(1.0, percent / reach))


def _axis(reach: float, height: int) -> str:
    step = next(s for s in (1, 2, 5, 10, 20) if reach / s <= 4.0)
    bottom = height - FOOT
    left, right = _x(-EXPLAINED, reach), _x(EXPLAINED, reach)
    parts = [f'<rect x="{left:.1f}" y="4" width="{right - left:.1f}" height="{bottom - 4}" fill="#eef3f7"/>']
    ticks = range(-int(reach / step), int(reach / step) + 1)
    for tick in ticks:
        x = _x(tick * step, reach)
        colour = "#333333" if tick == 0 else "#d5dade"
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{bottom}" stroke="{colour}"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{bottom + 15}" font-size="12" text-anchor="middle">{tick * step:+d}</text>'
            if tick
            else f'<text x="{x:.1f}" y="{bottom + 15}" font-size="12" text-anchor="middle">0</text>'
        )
    words = "ours less printed, % of printed; shaded: within 5 %"
    parts.append(
        f'<text x="{WIDTH / 2}" y="{bottom + 34}" font-size="13" text-anchor="middle">{words}</text>'
    )
    return "".join(parts)


def _mark(mark: Mark, y: float, reach: float) -> str:
    parts = []
    if mark.printed_high > mark.printed_low:
        left, right = _x(mark.printed_low, reach), _x(mark.printed_high, reach)
        parts.append(
            f'<rect x="{left:.1f}" y="{y - 4}" width="{right - left:.1f}" height="8" fill="#c9ccd0"/>'
        )
    if mark.high > mark.low:
        left, right = _x(mark.low, reach), _x(mark.high, reach)
        parts.append(
            f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}" stroke="{COLOURS[mark.verdict]}" stroke-width="2"/>'
        )
    clipped = abs(mark.value) > reach
    parts.append(_dot(mark.verdict, _x(mark.value, reach), y, clipped=clipped))
    if clipped:
        inward = -12 if mark.value > 0 else 12
        anchor = "end" if mark.value > 0 else "start"
        parts.append(
            f'<text x="{_x(mark.value, reach) + inward:.1f}" y="{y + 4}" font-size="12" text-anchor="{anchor}">{mark.value:+.0f} %</text>'
        )
    return "".join(parts)


def _dot(verdict: str, x: float, y: float, *, clipped: bool) -> str:
    """Return a disc, square, diamond or ring by verdict, so that it can be told without colour; an arrow at the edge."""
    colour = COLOURS[verdict]
    if clipped:
        out = 6 if x > WIDTH / 2 else -6
        return f'<path d="M{x:.1f} {y - 6}L{x + out:.1f} {y}L{x:.1f} {y + 6}Z" fill="{colour}"/>'
    if verdict == "differs":
        return (
            f'<rect x="{x - 5:.1f}" y="{y - 5}" width="10" height="10" fill="{colour}" fill-opacity="0.8"/>'
        )
    if verdict == "cannot tell":
        return f'<path d="M{x:.1f} {y - 7}L{x + 7:.1f} {y}L{x:.1f} {y + 7}L{x - 7:.1f} {y}Z" fill="{colour}" fill-opacity="0.8"/>'
    filled = "none" if verdict == "unverified" else colour
    return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{filled}" fill-opacity="0.8" stroke="{colour}"/>'


def _document(parts: Sequence[str], height: int) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui,sans-serif" fill="#1c2024"><style>text{{paint-order:stroke;stroke:#fff;stroke-width:3px}}</style><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        f"{''.join(parts)}</svg>"
    ).encode()
