"""A printed statement beside our number: what was said, by whom, what we find, and why we differ where we do.

>>> s = compared("speed of a missile", printed=5.0, ours=5.1, unit="km/s", rounding=0.05, source="A paper", why="no drag")
>>> s.verdict, round(s.difference_percent, 1), s.why
('differs', 2.0, 'no drag')
>>> compared("at least", printed=(4.0, inf), ours=5.1, unit="km/s", rounding=0.0, source="A paper").printed
'at least 4 km/s'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import isfinite, isnan, nan
from typing import Any, Literal, get_args

from equipoise.foundation.provenance import Confidence
from equipoise.results.record import Result
from equipoise.results.schema import dataset

Verdict = Literal["agrees", "differs", "cannot tell", "unverified", "not read yet"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
EXPLAIN_PERCENT = 5.0
"""A difference above this needs a sentence, whatever the verdict."""


@dataclass(frozen=True)
class Statement:
    """One comparison; ``printed`` and ``ours`` are words with their numbers, ``label`` is the confidence of the source:
    ``computed`` marks a kept independent computation, ``memory`` what nobody opened.

    A number has ``unit`` (which may be "1"), the printed value or range and our value with its range; otherwise these are
    nan. One end of the printed range may be infinite: the source then states a bound. ``place`` is where it stands in the source,
    ``read_by`` who read it there, ``inputs`` what was computed from what; ``number`` is the disputed number it is about, and ``by``
    and ``on`` who said it and when; ``study`` is the study that compares it.
    """

    what: str
    printed: str
    ours: str
    verdict: Verdict
    why: str
    source: str
    label: str = "sourced"
    unit: str = ""
    printed_low: float = nan
    printed_high: float = nan
    ours_low: float = nan
    ours_value: float = nan
    ours_high: float = nan
    place: str = ""
    read_by: str = ""
    inputs: str = ""
    number: str = ""
    by: str = ""
    on: str = ""
    study: str = ""

    @property
    def is_number(self) -> bool:
        """Whether a number is compared with a number."""
        return not isnan(self.printed_low)

    @property
    def difference_percent(self) -> float:
        """Our value less the nearest printed one, in per cent of the latter; nan without numbers."""
        if not self.is_number or isnan(self.ours_value):
            return nan
        nearest = min(max(self.ours_value, self.printed_low), self.printed_high)
        gap = self.ours_value - nearest
        return 0.0 if gap == 0.0 else 100.0 * gap / abs(nearest) if nearest else nan

    @property
    def needs_why(self) -> bool:
        """Whether a reader is owed a reason: a difference above 5 %, or anything but agreement."""
        return self.verdict in ("differs", "cannot tell") or abs(self.difference_percent) > EXPLAIN_PERCENT


def compared(
    what: str,
    *,
    printed: float | tuple[float, float],
    ours: float | tuple[float, float, float],
    unit: str,
    rounding: float,
    source: str,
    why: str = "",
    label: str = "sourced",
    digits: int | None = None,
) -> Statement:
    """Return the comparison of two numbers in ``unit``.

    ``rounding`` is how far the printed number may lie from what its author found, in the same unit: half of its last digit,
    or what is said of its making. ``ours`` may be low, value and high over what the source leaves open. The verdict is
    "agrees" when our value reaches it, or our range does while our value lies within 5 %; "cannot tell" when only the range
    does; "unverified" for a number from memory. ``why`` is kept where it is needed.
    """
    low, high = printed if isinstance(printed, tuple) else (printed, printed)
    least, value, most = ours if isinstance(ours, tuple) else (ours, ours, ours)
    verdict: Verdict = "differs"
    if label == Confidence.MEMORY:
        verdict = "unverified"
    elif low - rounding <= value <= high + rounding:
        verdict = "agrees"
    elif least <= high + rounding and most >= low - rounding:
        nearest = min(max(value, low), high)
        near = abs(value - nearest) <= EXPLAIN_PERCENT / 100.0 * abs(nearest)
        verdict = "agrees" if near else "cannot tell"
    made = Statement(
        what, _span(low, high, unit, digits), _range(least, value, most, unit, digits), verdict, why, source, str(label),
        unit, low, high, least, value, most,
    )  # fmt: skip
    if made.needs_why or verdict == "unverified":
        return made
    return replace(made, why="")


def as_result(
    statements: Sequence[Statement],
    studies: Mapping[str, tuple[str, str]],
    disputes: Sequence[Mapping[str, Any]],
    numbers: Sequence[Mapping[str, str]],
) -> Result:
    """Return statements as one result, a row each.

    ``studies`` maps their studies to a title and to the choices made there; ``disputes`` have an id, a title and studies each,
    ``numbers`` an id, a title, how they are taken here, and why the sides differ.
    """
    columns: dict[str, Any] = {f.name: [getattr(s, f.name) for s in statements] for f in fields(Statement)}
    asked = {name: d["title"] for d in disputes for name in d["studies"]}
    columns |= {
        "difference_percent": [s.difference_percent for s in statements],
        "id": list(studies),
        "title": [title for title, _ in studies.values()],
        "choices": [choices for _, choices in studies.values()],
        "dispute": [asked.get(name, "") for name in studies],
    }
    said = {s.number for s in statements}
    spoken_of = [n for n in numbers if n["id"] in said]
    columns |= {f"number_{key}": [n[key] for n in spoken_of] for key in ("title", "ours", "differs")}
    axes = {"of_number": [n["id"] for n in spoken_of]}
    return Result(kind="published", title="Published statements", data=dataset("published", columns, axes))


def spoken(ours: float | tuple[float, float, float], unit: str, digits: int | None) -> str:
    """Return our value in words, with its range where it has one."""
    low, value, high = ours if isinstance(ours, tuple) else (ours, ours, ours)
    return _range(low, value, high, unit, digits)


def span(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the values that exist; nan where none does."""
    found = [v for v in values if isfinite(v)]
    return (min(found), max(found)) if found else (nan, nan)


def _spoken(number: float, digits: int | None) -> str:
    if digits is None and 1e3 <= abs(number) < 1e6:
        digits = 0
    return f"{number:.4g}" if digits is None else f"{number:,.{digits}f}"


def _with_unit(words: str, unit: str) -> str:
    return words if unit in ("", "1") else f"{words} {unit}"


def _span(low: float, high: float, unit: str, digits: int | None) -> str:
    if not isfinite(high):
        return _with_unit(f"at least {_spoken(low, digits)}", unit)
    if not isfinite(low):
        return _with_unit(f"at most {_spoken(high, digits)}", unit)
    said = _spoken(low, digits) if low == high else f"{_spoken(low, digits)} to {_spoken(high, digits)}"
    return _with_unit(said, unit)


def _range(low: float, value: float, high: float, unit: str, digits: int | None) -> str:
    said = _with_unit(_spoken(value, digits), unit)
    if low == high or isnan(low):
        return said
    return f"{said} ({_spoken(low, digits)} to {_spoken(high, digits)})"
