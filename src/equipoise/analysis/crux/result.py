"""The crux as a result: claims, verdicts, sets and turns as columns, in the words that a reader knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from equipoise.analysis.crux.differences import REFERRED, Between, Difference, Stated
from equipoise.analysis.crux.lattice import EXACT, LISTED, Side, members
from equipoise.analysis.crux.observation import Observation
from equipoise.analysis.crux.study import Answer, Crux
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.units import UNITS, unit_of_key
from equipoise.model.record import Record
from equipoise.model.scenario import TABLES
from equipoise.results.record import Result
from equipoise.results.schema import dataset

NAMING = {(table, key): target for table, key, target in REFERRED}
"""Table of the entries that an input names, by its own table and key."""
Called = Mapping[tuple[str, str], str]
"""What entries are called, by table and identifier."""
APART = ", "
"""Between the identifiers of the claims of a set."""


def called(between: Between) -> Called:
    """Return what the entries of both scenarios are called, ours where both have one."""
    found = {}
    for scenario in (between.theirs, between.ours):
        for name, table in TABLES.items():
            for entry in () if table.single else scenario.table(name):
                spoken = getattr(entry, "name", None)
                if spoken:
                    found[name, str(getattr(entry, table.identity))] = str(spoken)
    return found


def said_value(d: Difference, value: Any, names: Called) -> str:
    """Return a value in words, with its unit and its range, and entries by their names."""
    if not d.key or isinstance(value, Record):
        return "not there" if value is None else "there" if None in (d.ours, d.theirs) else "another record"
    if isinstance(value, Quantity):
        unit = f" {UNITS[value.unit].symbol}" if value.unit else ""
        ends = "" if value.is_certain else f" ({value.low:g} to {value.high:g})"
        return f"{value.value:g}{unit}{ends}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        unit_known = unit_of_key(d.key)
        return f"{value:g}{f' {unit_known.symbol}' if unit_known else ''}"
    if isinstance(value, tuple):
        return ", ".join(_named(d, each, names) for each in value) or "none"
    if isinstance(value, str) and value:
        return _named(d, value, names)
    return {True: "yes", False: "no", None: "not stated", "": "not stated"}.get(value, str(value))


def _named(d: Difference, value: Any, names: Called) -> str:
    """Return the name of the entry that an input names; of any other text, the text."""
    target = NAMING.get((d.table, d.key))
    return names.get((target, value), str(value).replace("-", " ")) if target else str(value)


def said_input(d: Difference) -> str:
    """Return a key in words, without its unit."""
    unit = unit_of_key(d.key)
    words = d.key.removesuffix(f"_{unit.suffix}") if unit else d.key
    return words.replace("_", " ")


def said_source(d: Difference, value: Any) -> str:
    """Return where a value comes from; empty where no source is stated."""
    return value.source if isinstance(value, Quantity) else str(getattr(value, "source", "") or "")


def _side(claim: Stated, side: Side, names: Called) -> str:
    """Return what a side states of a claim; of several inputs each with its name."""
    values = [(d, d.ours if side is Side.OURS else d.theirs) for d in claim.differences]
    if len(values) == 1:
        return said_value(*values[0], names)
    if not any(d.key for d, _ in values):
        return "; ".join(dict.fromkeys(said_value(d, v, names) for d, v in values))
    entry = [names.get((d.table, d.id), d.id) for d, _ in values]
    plain = [
        f"{said_input(d) if d.key else of} {said_value(d, v, names)}"
        for (d, v), of in zip(values, entry, strict=True)
    ]
    said: dict[str, set[str]] = {}
    for (d, _), words in zip(values, plain, strict=True):
        said.setdefault(d.key, set()).add(words)
    named = [
        f"{of} {words}" if len(said[d.key]) > 1 and d.key else words
        for (d, _), of, words in zip(values, entry, plain, strict=True)
    ]
    return "; ".join(dict.fromkeys(named))


def result(found: Crux, seen: Sequence[Observation]) -> Result:
    """Return the crux of two scenarios as a result; ``seen`` are what would settle each claim."""
    claims, known = found.between.claims, called(found.between)
    names = [claim.id for claim in claims]
    data = dataset(
        "crux",
        _claims(claims, found.carried(), seen, known)
        | _inputs(claims, known)
        | _verdicts(found.answers, len(claims))
        | _sets(found.answers, names)
        | _turns(found.answers, claims, known),
        {
            "claim": names,
            "input": [str(d) for claim in claims for d in claim.differences],
            "verdict": [answer.verdict.id for answer in found.answers],
            "set": [
                str(k) for k in range(sum(len(t.sets) for a in found.answers for t in a.turning.values()))
            ],
            "turn": [str(k) for k in range(sum(len(t.shares) for a in found.answers for t in a.turns))],
        },
        {
            "ours": found.between.ours.title,
            "theirs": found.between.theirs.title,
            "day": found.day.isoformat(),
            "mode": found.mode,
            "theirs_toml": found.between.theirs.to_toml(),
        },
    )
    return Result(
        kind="crux", title=f"{data.attrs['ours']} and {data.attrs['theirs']}", data=data, notes=NOTES
    )


NOTES = (
    "Verdicts are judged with every input at its stated value; whether a side's verdict stands over all its own ranges is said beside it.",
    f"Minimal sets: every set of up to {LISTED} claims is judged from either side, and larger ones until some turn the verdict; nothing is assumed of how claims work together.",
    f"Shares are Shapley values over the claims on which a verdict hangs: exact for up to {EXACT}, sampled with a 95 % interval beyond.",
    "A share of people counts as turned where it lies nearer to the other side's.",
    "A turn is looked for on a grid between the two sides' values and found by halving; two turns within one step of the grid can be missed.",
    "A watched test shows the speed that is flown, not the greatest that the interceptor could have.",
)


def _claims(
    claims: Sequence[Stated], carried: Sequence[float], seen: Sequence[Observation], names: Called
) -> dict[str, Any]:
    places = np.array([o.place_deg or (np.nan, np.nan) for o in seen]).reshape(-1, 2)
    return {
        "name": [c.name for c in claims],
        "ours": [_side(c, Side.OURS, names) for c in claims],
        "theirs": [_side(c, Side.THEIRS, names) for c in claims],
        "carried": np.array(carried, dtype=float),
        "observation": [o.words for o in seen],
        "settles": np.array([o.settles for o in seen], dtype=np.int8),
        "intention": np.array([o.intention for o in seen], dtype=np.int8),
        "tests": np.array([o.tests for o in seen], dtype=np.int32),
        "place_lat": places[:, 0],
        "place_lon": places[:, 1],
    }


def _inputs(claims: Sequence[Stated], names: Called) -> dict[str, Any]:
    rows = [(c.id, d) for c in claims for d in c.differences]
    return {
        "input_claim": [name for name, _ in rows],
        "input_ours": [said_value(d, d.ours, names) for _, d in rows],
        "input_theirs": [said_value(d, d.theirs, names) for _, d in rows],
        "input_source_ours": [said_source(d, d.ours) for _, d in rows],
        "input_source_theirs": [said_source(d, d.theirs) for _, d in rows],
    }


def _verdicts(answers: Sequence[Answer], claims: int) -> dict[str, Any]:
    share, half = np.full((2, len(answers), claims), np.nan)
    for row, answer in enumerate(answers):
        if answer.shares is not None:
            share[row, list(answer.touching)] = answer.shares.share
            half[row, list(answer.touching)] = answer.shares.half_width
    complete = {
        side: [a.turning[side].complete if side in a.turning else 0 for a in answers] for side in Side
    }
    return {
        "words": [a.verdict.words for a in answers],
        "value_ours": np.array([a.ours for a in answers], dtype=float),
        "value_theirs": np.array([a.theirs for a in answers], dtype=float),
        "firm_ours": np.array([a.firm[0] for a in answers], dtype=np.int8),
        "firm_theirs": np.array([a.firm[1] for a in answers], dtype=np.int8),
        "is_share": np.array([a.verdict.is_share for a in answers], dtype=np.int8),
        "differs": np.array([a.differs for a in answers], dtype=np.int8),
        "complete_ours": np.array(complete[Side.OURS], dtype=np.int32),
        "complete_theirs": np.array(complete[Side.THEIRS], dtype=np.int32),
        "share": share,
        "half_width": half,
    }


def _sets(answers: Sequence[Answer], names: Sequence[str]) -> dict[str, Any]:
    rows = [(a, side, one) for a in answers for side, t in a.turning.items() for one in t.sets]
    return {
        "set_verdict": [a.verdict.id for a, _, _ in rows],
        "set_side": [side.value for _, side, _ in rows],
        "set_claims": [APART.join(names[k] for k in one) for _, _, one in rows],
        "set_size": np.array([len(one) for _, _, one in rows], dtype=np.int32),
    }


def _turns(answers: Sequence[Answer], claims: Sequence[Stated], names: Called) -> dict[str, Any]:
    rows = [(a, turn, share) for a in answers for turn in a.turns for share in turn.shares]
    return {
        "turn_verdict": [a.verdict.id for a, _, _ in rows],
        "turn_claim": [claims[turn.claim].id for _, turn, _ in rows],
        "turn_taken": [APART.join(claims[k].id for k in members(turn.taken)) for _, turn, _ in rows],
        "turn_share": np.array([share for _, _, share in rows], dtype=float),
        "turn_values": [_values(claims[turn.claim], share, names) for _, turn, share in rows],
    }


def _values(claim: Stated, share: float, names: Called) -> str:
    found, keys = [], [d.key for d in claim.differences]
    for d in claim.differences:
        ours, theirs = d.numbers
        unit = unit_of_key(d.key)
        spec = TABLES[d.table].spec(d.key)
        whole = spec is not None and spec.is_number and spec.limits.whole
        value = ours + share * (theirs - ours)
        words = f"{value:.0f}" if whole else f"{value:.4g}"
        of = f"{names.get((d.table, d.id), d.id)} " if keys.count(d.key) > 1 else ""
        found.append(f"{of}{said_input(d)} {words}{f' {unit.symbol}' if unit else ''}")
    return "; ".join(found)
