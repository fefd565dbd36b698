"""Difference plots as plain SVG: how far our numbers lie from printed ones, in per cent; narrow enough for a phone.

Written by hand because every report carries the evidence page and must not wait for a hundred drawings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from math import isfinite
from textwrap import wrap

WIDTH, ROW, HEAD, FOOT, SIDE = 480, 36, 12, 44, 16
LEAST_LIMIT, MOST_LIMIT = 7.0, 60.0
"""The axis reaches at least and at most so many per cent to either side; what lies farther is drawn at the edge as an arrow."""
EXPLAINED = 5.0
KINDS = {
    "agrees": "agrees",
    "differs": "differs",
    "cannot tell": "open",
    "unverified": "unread",
    "not read yet": "unread",
}
LABEL_LETTERS, LINE = 60, 15
STYLE = """:root{color-scheme:light dark;--paper:#fff;--ink:#1c2024;--grid:#d5dade;--near:#eef3f7;--printed:#c9ccd0;
--agrees:#0072b2;--differs:#c2560a;--open:#7a5c9e;--unread:#6b6b6b}
@media(prefers-color-scheme:dark){:root{--paper:#14181c;--ink:#e6e8ea;--grid:#46505a;--near:#20303c;--printed:#55606a;
--agrees:#6db3f2;--differs:#ff9d5c;--open:#c9a6f0;--unread:#a9b1b8}}
text{font:13px system-ui,sans-serif;fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px}
line{stroke:var(--grid)}.zero{stroke:var(--ink)}.paper{fill:var(--paper)}.near{fill:var(--near)}.printed{fill:var(--printed)}
.agrees{fill:var(--agrees);stroke:var(--agrees)}.differs{fill:var(--differs);stroke:var(--differs)}
.open{fill:var(--open);stroke:var(--open)}.unread{fill:var(--unread);stroke:var(--unread)}circle.unread{fill:none}line.own{stroke-width:2}"""
"""The colours of a report, light and dark; a picture has a style of its own, since that of the page does not reach it."""


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
    return _document([(mark.label, partial(_mark, mark, reach)) for mark in marks], reach)


def strips(groups: Sequence[tuple[str, Sequence[Mark]]]) -> bytes:
    """Return one strip per study with all its numbers."""
    reach = limit([m for _, marks in groups for m in marks])

    def dots(marks: Sequence[Mark], y: float) -> str:
        return "".join(_dot(m.verdict, _x(m.value, reach), y, clipped=abs(m.value) > reach) for m in marks)

    return _document([(name, partial(dots, marks)) for name, marks in groups], reach)


def _x(percent: float, reach: float) -> float:
    middle, half = WIDTH / 2, WIDTH / 2 - SIDE
    return middle + half * max(-1.0, min(1.0, percent / reach))


def _axis(reach: float, height: int) -> str:
    step = next(s for s in (1, 2, 5, 10, 20) if reach / s <= 4.0)
    bottom = height - FOOT
    left, right = _x(-EXPLAINED, reach), _x(EXPLAINED, reach)
    parts = [f'<rect x="{left:.1f}" y="4" width="{right - left:.1f}" height="{bottom - 4}" class="near"/>']
    ticks = range(-int(reach / step), int(reach / step) + 1)
    for tick in ticks:
        x = _x(tick * step, reach)
        parts.append(
            f'<line class="{"grid" if tick else "zero"}" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{bottom}"/>'
        )
        words = f"{tick * step:+d}" if tick else "0"
        parts.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{words}</text>')
    words = "ours less printed, % of printed; shaded: within 5 %"
    parts.append(f'<text x="{WIDTH / 2}" y="{bottom + 34}" text-anchor="middle">{words}</text>')
    return "".join(parts)


def _mark(mark: Mark, reach: float, y: float) -> str:
    parts = []
    if mark.printed_high > mark.printed_low:
        left, right = _x(mark.printed_low, reach), _x(mark.printed_high, reach)
        parts.append(
            f'<rect x="{left:.1f}" y="{y - 4}" width="{right - left:.1f}" height="8" class="printed"/>'
        )
    if mark.high > mark.low:
        left, right = _x(mark.low, reach), _x(mark.high, reach)
        parts.append(
            f'<line x1="{left:.1f}" x2="{right:.1f}" y1="{y}" y2="{y}" class="own {KINDS[mark.verdict]}"/>'
        )
    clipped = abs(mark.value) > reach
    parts.append(_dot(mark.verdict, _x(mark.value, reach), y, clipped=clipped))
    if clipped:
        inward = -12 if mark.value > 0 else 12
        anchor = "end" if mark.value > 0 else "start"
        parts.append(
            f'<text x="{_x(mark.value, reach) + inward:.1f}" y="{y + 4}" text-anchor="{anchor}">{mark.value:+.0f} %</text>'
        )
    return "".join(parts)


def _dot(verdict: str, x: float, y: float, *, clipped: bool) -> str:
    """Return a disc, square, diamond or ring by verdict, so that it can be told without colour; an arrow at the edge."""
    kind = KINDS[verdict]
    if clipped:
        out = 6 if x > WIDTH / 2 else -6
        return f'<path d="M{x:.1f} {y - 6}L{x + out:.1f} {y}L{x:.1f} {y + 6}Z" class="{kind}"/>'
    if verdict == "differs":
        return f'<rect x="{x - 5:.1f}" y="{y - 5}" width="10" height="10" class="{kind}" fill-opacity="0.8"/>'
    if verdict == "cannot tell":
        return f'<path d="M{x:.1f} {y - 7}L{x + 7:.1f} {y}L{x:.1f} {y + 7}L{x - 7:.1f} {y}Z" class="{kind}" fill-opacity="0.8"/>'
    return f'<circle cx="{x:.1f}" cy="{y}" r="5" class="{kind}" fill-opacity="0.8"/>'


def _document(entries: Sequence[tuple[str, Callable[[float], str]]], reach: float) -> bytes:
    """Return the picture of rows, each words and what draws its marks at a height; words are folded and never cut."""
    parts, y = [], HEAD
    for label, marks in entries:
        folded = wrap(label, LABEL_LETTERS) or [""]
        parts += [
            f'<text x="{SIDE}" y="{y + 12 + LINE * n}">{escape(line)}</text>' for n, line in enumerate(folded)
        ]
        y += LINE * (len(folded) - 1)
        parts.append(marks(y + 24))
        y += ROW
    height = y + FOOT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">'
        f'<style>{STYLE}</style><rect class="paper" width="{WIDTH}" height="{height}"/>{_axis(reach, height)}{"".join(parts)}</svg>'
    ).encode()
