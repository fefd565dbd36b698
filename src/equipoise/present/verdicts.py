"""Verdicts on a clause in words: the same on the first screen, in the story, in figures, tables and the terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import xarray as xr

from equipoise.foundation.status import Truth


def verdict_words(truth: Truth, *, acts: bool) -> str:
    """Return a verdict in words; a clause that does not act, being only proposed or not yet in force, only would be kept or broken."""
    word = truth.name.lower()
    return word if acts or truth == Truth.UNDETERMINED else f"would be {word}"


@dataclass(frozen=True)
class Verdict:
    """What is said of a clause in ``phases`` that follow one another (their places in the result)."""

    phases: tuple[int, ...]
    label: str
    truth: Truth
    words: str


def by_phase(clause: xr.Dataset) -> list[str]:
    """Return the words of one clause's verdict in each phase; ``clause`` has ``truth`` and ``acts`` over ``phase``."""
    pairs = zip(clause.truth.values, clause.acts.values, strict=True)
    return [verdict_words(Truth.of(truth), acts=bool(acts)) for truth, acts in pairs]


def in_runs(clause: xr.Dataset) -> tuple[Verdict, ...]:
    """Return one clause's verdicts, those of phases that follow one another and agree as one."""
    said, names = by_phase(clause), [str(p) for p in clause.phase.values]
    runs = [tuple(run) for _, run in groupby(range(len(said)), key=said.__getitem__)]
    return tuple(
        Verdict(run, _from_to([names[p] for p in run]), Truth.of(clause.truth.values[run[0]]), said[run[0]])
        for run in runs
    )


_COUNTED = re.compile(r"(\w*[^\Wshxyz\d]) (\d+)")
"""A phase that is called by a word and its number; an s makes the word's plural."""


def _from_to(names: Sequence[str]) -> str:
    ends = names if len(names) < 3 else (names[0], names[-1])
    between = " and " if len(names) < 3 else " to "
    counted = [found for name in ends if (found := _COUNTED.fullmatch(name))]
    if len(ends) == len(counted) == 2 and counted[0][1] == counted[1][1]:
        return f"{counted[0][1]}s {counted[0][2]}{between}{counted[1][2]}"
    return between.join(ends)
