"""From a study's file to statements: each kind asked with its inputs, over what the source leaves open."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from inspect import signature
from typing import Any

import numpy as np

from equipoise.foundation.errors import InputError, Problem, misuse, nearest
from equipoise.published.kinds import Found, Kind, Words, kinds
from equipoise.published.statement import Statement, Verdict, compared, span, spoken
from equipoise.published.study_file import NOT_READ, Asked, Study


def check(study: Study) -> None:
    """Raise :class:`InputError` for kinds, inputs and units of a study that nothing knows; nothing is computed."""
    problems = [p for key, asked in study.statements for p in _faults(study.label, key, asked)]
    seen: dict[str, str] = {}
    for key, asked in study.statements:
        if asked.what in seen:
            problems.append(
                Problem(
                    study.label,
                    f"{key}.what",
                    f"is stated at {seen[asked.what]} already.",
                    "Say what is different.",
                )
            )
        seen[asked.what] = key
    if problems:
        raise InputError(problems)


def _faults(label: str, key: str, asked: Asked) -> Iterator[Problem]:
    known = kinds()
    if asked.kind not in known:
        guess = nearest(asked.kind, known)
        cure = f"Did you mean '{guess}'?" if guess else f"Known: {', '.join(sorted(known))}."
        yield Problem(label, f"{key}.kind", f"no kind of computation is called '{asked.kind}'.", cure)
        return
    one = known[asked.kind]
    takes = signature(one.compute).parameters
    given = {*asked.inputs, *asked.vary}
    for name in sorted(given - {*takes}):
        guess = nearest(name, takes)
        cure = f"Did you mean '{guess}'?" if guess else f"It takes {', '.join(takes)}."
        yield Problem(label, f"{key}.inputs", f"{one.name} takes no '{name}'.", cure)
    needed = {name for name, parameter in takes.items() if parameter.default is parameter.empty}
    if needed - given and given <= {*takes}:
        yield Problem(label, f"{key}.inputs", f"{one.name} needs {', '.join(sorted(needed - given))}.")
    if one.unit and asked.unit != one.unit and not isinstance(asked.printed, str):
        yield Problem(label, f"{key}.unit", f"is '{asked.unit}'; {one.name} returns '{one.unit}'.")
    if any(not values for values in asked.vary.values()):
        yield Problem(label, f"{key}.vary", "an input varies over no value.", "Give the nominal value first.")


def statements(study: Study) -> list[Statement]:
    """Return the statements of a checked study, in the order of its file."""
    return [_stated(study, key, asked) for key, asked in study.statements]


def _stated(study: Study, key: str, asked: Asked) -> Statement:
    one = kinds()[asked.kind]
    try:
        ours = _ours(one, asked)
    except (TypeError, ValueError, KeyError) as error:
        raise misuse(study.label, f"{key}.inputs", f"{one.name} cannot be computed: {error}") from error
    return replace(
        _beside(asked, ours), study=study.id, place=asked.place, read_by=asked.read_by, inputs=inputs_of(asked), number=asked.number,
        by=asked.by, on=asked.on,
    )  # fmt: skip


def _ours(one: Kind, asked: Asked) -> Found:
    """Return our value; where inputs vary, the first of each gives the value and all together its range."""
    if not asked.vary:
        return one.compute(**asked.inputs)
    every = [
        one.compute(**asked.inputs, **dict(zip(asked.vary, values, strict=True)))
        for values in itertools.product(*asked.vary.values())
    ]
    if any(isinstance(v, Words) for v in every):
        raise ValueError(f"{one.name} answers in words and has no range")
    low, high = span(np.ravel(np.array(every, dtype=float)).tolist())
    first = every[0]
    return low, first[1] if isinstance(first, tuple) else float(first), high  # type: ignore[arg-type]


def _beside(asked: Asked, ours: Found) -> Statement:
    if isinstance(ours, Words):
        verdict: Verdict = "unverified" if asked.label == "memory" else ours.verdict
        why = " ".join(w for w in (ours.why, asked.why) if w) if verdict != "agrees" else ours.why
        printed = NOT_READ if asked.printed is None else str(asked.printed)
        return Statement(asked.what, printed, ours.said, NOT_READ if asked.printed is None else verdict, why, asked.source, asked.label)  # fmt: skip
    if asked.printed is None:
        said = spoken(ours, asked.unit, asked.digits)
        low, value, high = ours if isinstance(ours, tuple) else (ours, ours, ours)
        return Statement(asked.what, NOT_READ, said, NOT_READ, asked.why, asked.source, asked.label, asked.unit,
                         ours_low=low, ours_value=value, ours_high=high)  # fmt: skip
    if isinstance(asked.printed, str):
        raise ValueError(f"words are printed, and {asked.kind} answers with a number")
    size = (
        asked.printed
        if isinstance(asked.printed, float)
        else max(abs(p) for p in asked.printed if abs(p) != float("inf"))
    )
    return compared(
        asked.what, printed=asked.printed, ours=ours, unit=asked.unit, rounding=asked.tolerance.of(size), source=asked.source,
        why=asked.why, label=asked.label, digits=asked.digits,
    )  # fmt: skip


def inputs_of(asked: Asked) -> str:
    """Return the computation in one line: its kind, its inputs, and what varies over which values."""
    said = [f"{name} = {_plain(value)}" for name, value in asked.inputs.items()]
    said += [f"{name} over {', '.join(map(_plain, values))}" for name, values in asked.vary.items()]
    return f"{asked.kind}: {'; '.join(said)}" if said else asked.kind


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k} = {_plain(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "(" + ", ".join(map(_plain, value)) + ")"
    return f"{value:g}" if isinstance(value, float) else str(value)
