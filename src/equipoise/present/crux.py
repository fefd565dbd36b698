"""The report on why two scenarios disagree: the answer in a few words, a picture of two columns, the sets, the shares, what would settle it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import xarray as xr

from equipoise.present import crux_figures as figures
from equipoise.present.section import Column, Figure, Number, Section, Sentence, Table
from equipoise.present.table_rows import Columns, percent, show, table_over
from equipoise.results.record import Result

SHAPLEY = "Shapley value over the claims, the mean over the disputed verdicts"
WORDS = 80
"""Words that the answer has at most (tested)."""
LONGEST_NAME = 8
"""Words of a side or claim that the answer names; one with more is pointed to in the picture, so that no name is cut."""
ON_TOP = "the claim on top of the picture"
FIGURE = "crux-columns"


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section; its sentences are what a minister reads, its tables what an adviser does."""
    data = result.data
    figure = Figure(
        FIGURE,
        _caption(data),
        chart=figures.chart(data),
    )
    disputed = bool(data.differs.any())
    return Section(
        anchor="crux",
        title="The crux",
        sentences=answer(data),
        figures=(figure,) if disputed else (),
        tables=(_claims(data), *_sets(data), _turns(data), _verdicts(data), _inputs(data))
        if data.sizes["input"]
        else (),
        notes=result.notes,
    )


def _caption(data: xr.Dataset) -> str:
    left = data.sizes["claim"] - figures.MOST_LINES
    more = f" {left} more in the table below." if left > 0 else ""
    return f"One line for each claim, as thick as its share of the disagreement; the crux is on top and in colour.{more}"


def answer(data: xr.Dataset) -> tuple[Sentence, ...]:
    """Return the answer: whether the sides agree, on what claims it hangs, where it turns and what would settle it."""
    named = {
        key: _named(str(data.attrs[key]), f"the {which} side")
        for key, which in (("ours", "first"), ("theirs", "second"))
    }
    count = int(data.differs.sum())
    all_of_them = Number(float(data.sizes["verdict"]), method="verdicts that both scenarios ask for")
    if not count:
        least = " though they differ on some inputs" if data.sizes["input"] else ""
        words = f"{{ours}} and {{theirs}} agree: all {{count}} verdicts are the same{least}."
        return (Sentence(words, {"count": all_of_them}, _opening(named), lead=True),)
    disputed = Number(float(count), method="verdicts that differ with every input as each side states it")
    found = [
        Sentence(
            "{ours} and {theirs} differ on {disputed} of {count} verdicts.",
            {"disputed": disputed, "count": all_of_them},
            _opening(named),
            figure=FIGURE,
            lead=True,
        ),
        *_open(int(((data.differs.values == 1) & _undetermined(data)).sum()), count),
    ]
    carriers = [name for name in figures.shown(data) if float(data.carried.sel(claim=name)) > 0.0][:2]
    if carriers:
        found.append(_carriers(data, carriers))
        last = _settled(data, carriers[0])
        found += [one for one in _turn(data, carriers[0]) if words_of((*found, one, last)) <= WORDS]
        found.append(last)
    return tuple(found)


def words_of(sentences: Sequence[Sentence]) -> int:
    """Return how many words some sentences have."""
    return sum(len(sentence.text.split()) for sentence in sentences)


def _named(name: str, otherwise: str) -> str:
    return name if len(name.split()) <= LONGEST_NAME else otherwise


def _opening(named: Mapping[str, str]) -> dict[str, str]:
    """Return the names of both sides, the first of which opens a sentence and the second does not."""
    ours, theirs = named["ours"], named["theirs"]
    return {"ours": ours[0].upper() + ours[1:], "theirs": re.sub("^The ", "the ", theirs)}


def _open(count: int, disputed: int) -> list[Sentence]:
    """Return how many of the disputed verdicts are undetermined, if any."""
    if not count:
        return []
    why = "undetermined: over their ranges neither side's inputs decide."
    if disputed == 1:
        return [Sentence(f"It is {why}", figure=FIGURE)]
    method = "verdicts that stand over the ranges of neither side"
    number = {"open": Number(float(count), method=method)}
    return [Sentence(f"Of these {{open}} {'is' if count == 1 else 'are'} {why}", number, figure=FIGURE)]


def _undetermined(data: xr.Dataset) -> np.ndarray:
    unsaid = (data.is_share.values == 0) & (
        (data.value_ours.values == 0.5) | (data.value_theirs.values == 0.5)
    )
    return np.asarray(unsaid | ((data.firm_ours.values == 0) & (data.firm_theirs.values == 0)))


def _carriers(data: xr.Dataset, claims: list[str]) -> Sentence:
    names = [str(data.name.sel(claim=name).values) for name in claims]
    if any(_named(name, ON_TOP) != name for name in names):
        names = [_named(names[0], ON_TOP)]
    letters = "ab"[: len(names)]
    numbers = {
        f"share_{letter}": Number(100.0 * float(data.carried.sel(claim=claim)), unit="%", method=SHAPLEY)
        for letter, claim in zip(letters, claims, strict=False)
    }
    said = "; ".join(f"{{claim_{letter}}}, {{share_{letter}}}" for letter in letters)
    named = {f"claim_{letter}": name for letter, name in zip(letters, names, strict=True)}
    return Sentence(f"The crux: {said}.", numbers, named, figure=FIGURE, lead=True)


def _turn(data: xr.Dataset, claim: str) -> list[Sentence]:
    """Return where the first verdict turns while the crux alone moves, if it turns one alone."""
    alone = np.flatnonzero((data.turn_claim.values == claim) & (data.turn_taken.values == ""))
    if not alone.size:
        return []
    order = np.argsort(data.turn_share.values[alone], kind="stable")
    first = data.isel(turn=int(alone[order[0]]))
    names = {"values": str(first.turn_values.values), "verdict": _words(data, str(first.turn_verdict.values))}
    return [
        Sentence(
            "The first to turn is \N{LEFT SINGLE QUOTATION MARK}{verdict}\N{RIGHT SINGLE QUOTATION MARK}, at {values}.",
            names=names,
            figure=FIGURE,
        )
    ]


def _settled(data: xr.Dataset, claim: str) -> Sentence:
    short = re.split("[:;]", str(data.observation.sel(claim=claim).values))[0]
    return Sentence(
        "What would settle it: {observation}.",
        names={"observation": short[0].lower() + short[1:]},
        figure=FIGURE,
    )


def _claims(data: xr.Dataset) -> Table:
    order = np.argsort(-np.abs(data.carried.values), kind="stable")
    ours, theirs = _heads(data)
    columns: Columns = {
        Column("Claim"): "name",
        ours: "ours",
        theirs: "theirs",
        Column("Share of the disagreement", "%", 0, method=SHAPLEY): show("carried", how=percent),
        Column("What would settle it"): "observation",
    }
    title = "What the sides claim, and what would settle it"
    return table_over(data.isel(claim=order), ("claim",), "crux-claims", title, columns)


def _heads(data: xr.Dataset) -> tuple[Column, Column]:
    """Return the heads of columns with what either side states."""
    ours, theirs = figures.sides(data)
    return Column(ours), Column(theirs)


def _names(data: xr.Dataset, listed: str) -> str:
    """Return the claims of a set in words."""
    return " and ".join(str(data.name.sel(claim=name).values) for name in listed.split(", ") if name)


def _sets(data: xr.Dataset) -> tuple[Table, ...]:
    """Return how many verdicts of a side each minimal set turns, and one row for each set and verdict; nothing where none differ."""
    side = {"ours": data.attrs["ours"], "theirs": data.attrs["theirs"]}
    rows = [
        (
            _names(data, str(one.set_claims.values)),
            side[str(one.set_side.values)],
            _words(data, str(one.set_verdict.values)),
        )
        for one in (data.isel(set=k) for k in range(data.sizes["set"]))
    ]
    if not rows:
        return ()
    counted = sorted(Counter(row[:2] for row in rows).items(), key=lambda item: -item[1])
    heads = (Column("Claims exchanged"), Column("Whose verdicts turn"))
    return (
        Table(
            "crux-sets",
            "Smallest sets of claims whose exchange turns a verdict",
            (*heads, Column("Verdicts")),
            tuple((*key, count) for key, count in counted),
        ),
        Table(
            "crux-verdicts-turned",
            "The verdicts that each set turns",
            (*heads, Column("Verdict")),
            tuple(rows),
            folded=True,
        ),
    )


def _words(data: xr.Dataset, verdict: str) -> str:
    return str(data.words.sel(verdict=verdict).values)


def _turns(data: xr.Dataset) -> Table:
    names, words = partial(_names, data), partial(_words, data)
    columns: Columns = {
        Column("Verdict"): show("turn_verdict", how=words),
        Column("Claim that moves"): show("turn_claim", how=names),
        Column("Turns at"): "turn_values",
        Column("Of the way from the first side", "%", 1, method="found by halving"): show(
            "turn_share", how=percent
        ),
        Column("Other claims taken from the second side"): show(
            "turn_taken", how=lambda taken: names(taken) or "none"
        ),
    }
    title = "Where a verdict turns between the two sides' values"
    return table_over(data, ("turn",), "crux-turns", title, columns, folded=True)


def _verdicts(data: xr.Dataset) -> Table:
    def state(differs: int, undetermined: bool) -> str:
        return "undetermined" if undetermined else "they differ" if differs else "they agree"

    ours, theirs = _heads(data)
    columns: Columns = {
        Column("Verdict"): "words",
        ours: show("value_ours", "is_share", "firm_ours", how=_value),
        theirs: show("value_theirs", "is_share", "firm_theirs", how=_value),
        Column("State"): show("differs", "undetermined", how=state),
    }
    known = data.assign(undetermined=("verdict", _undetermined(data)))
    return table_over(
        known, ("verdict",), "crux-verdicts", "Every verdict that both ask for", columns, folded=True
    )


def _value(value: float, is_share: int, firm: int) -> str:
    if is_share:
        return f"{100 * value:.1f} %"
    word = "no input says" if value == 0.5 else "holds" if value == 1.0 else "does not hold"
    return word + {0: ", not over all its ranges", 1: " over all its ranges"}.get(int(firm), "")


def _inputs(data: xr.Dataset) -> Table:
    columns: Columns = {
        Column("Input"): "input",
        Column("Claim"): show("input_claim", how=partial(_names, data)),
        Column("First"): "input_ours",
        Column("Source of the first"): "input_source_ours",
        Column("Second"): "input_theirs",
        Column("Source of the second"): "input_source_theirs",
    }
    return table_over(
        data, ("input",), "crux-inputs", "Every input on which they differ", columns, folded=True
    )
