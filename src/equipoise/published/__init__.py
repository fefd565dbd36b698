"""Published studies: each a fixed set of choices under its name, with its printed numbers beside ours."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from equipoise import __version__
from equipoise.foundation.errors import InputError, Problem, unknown_name
from equipoise.model.fields import known_names
from equipoise.published.study_file import read_study
from equipoise.results.record import Provenance, Result

if TYPE_CHECKING:
    from equipoise.published.statement import Statement

_TABLES = tomllib.loads((files("equipoise.published") / "disputes.toml").read_text(encoding="utf-8"))
DISPUTES: tuple[dict[str, Any], ...] = tuple(_TABLES["dispute"])
"""What the evidence is grouped by: id, title and studies, in the order of the page."""
NUMBERS: tuple[dict[str, str], ...] = tuple(_TABLES["number"])
"""Disputed numbers: id, title, how this project takes each, and why the sides differ."""
STUDIES: tuple[str, ...] = tuple(name for dispute in DISPUTES for name in dispute["studies"])
"""Studies by name: a file of ``published/data``, or a module of :data:`CODE`."""
CODE = {
    "interceptor-speed": "interceptor_speed",
    "speed-dispute": "speed_dispute",
    "crux-2007": "crux_2007",
    "phase-four": "phase_four",
    "site-ranking": "site_ranking",
    "exercise-2012": "exercise_2012",
    "invitation-2012": "invitation",
}
"""Studies whose computation is their own, and the module of each: ``statements()`` compares whose ``TITLE`` names it, its docstring
says what it chooses, ``PLACE`` where in its source the statements stand, and ``NUMBER``, ``BY`` and ``ON``,
if any, which disputed number they are about, and who said them and when."""


@dataclass(frozen=True)
class Made:
    """A study as it is compared: title, choices, and what makes its statements when called."""

    title: str
    choices: str
    statements: Callable[[], list[Statement]]


def study(name: str) -> Made:
    """Return a built-in study, or that of a file (``name`` ends in ``.toml``); nothing is computed yet."""
    if name in CODE:
        module = import_module(f"equipoise.published.{CODE[name]}")
        choices = " ".join((module.__doc__ or "").split(">>>")[0].split())
        return Made(module.TITLE, choices, lambda: [_placed(s, name, module) for s in module.statements()])
    if name not in STUDIES and not name.endswith(".toml"):
        raise unknown_name("study", name, STUDIES)
    found = read_study(name)

    def statements() -> list[Statement]:
        from equipoise.published import compute

        compute.check(found)
        return compute.statements(found)

    return Made(found.title, found.choices, statements)


def _placed(statement: Statement, study: str, module: ModuleType) -> Statement:
    inputs = "computed by a module of its own; see the choices above"
    number, by, on = (getattr(module, key, "") for key in ("NUMBER", "BY", "ON"))
    return replace(
        statement,
        study=study,
        place=module.PLACE,
        read_by="this project",
        inputs=inputs,
        number=number,
        by=by,
        on=on,
    )


def titles() -> dict[str, str]:
    """Return the title of every study by its name."""
    return {name: study(name).title for name in STUDIES}


def refuse_unknown(names: Sequence[str], label: str) -> None:
    """Raise :class:`InputError` for names in ``scenario.studies`` that no study has; ``label`` is the file."""
    problems = [
        Problem(label, "scenario.studies", f"no study '{name}'.", known_names(STUDIES, name))
        for name in names
        if name not in STUDIES
    ]
    if problems:
        raise InputError(problems)


def published(names: Sequence[str], tell: Callable[[str], None] = lambda _: None) -> Result:
    """Return the statements of the named studies as one result; ``tell`` is told the title of each before it starts."""
    from equipoise.published.statement import as_result

    chosen = {Path(name).stem if name.endswith(".toml") else name: study(name) for name in names}
    made = []
    for one in chosen.values():
        tell(one.title)
        made += one.statements()
    return as_result(
        made, {name: (one.title, one.choices) for name, one in chosen.items()}, DISPUTES, NUMBERS
    )


def replicate(*names: str) -> Result:
    """Return the printed numbers of the named studies (all without a name) beside ours, with a verdict on each.

    A name that ends in ``.toml`` is a study file of your own.

    >>> import equipoise as eq
    >>> beside = eq.replicate("demarcation-1997")
    >>> beside.kind
    'published'
    """
    found = published(names or STUDIES)
    return replace(found, provenance=Provenance(version=__version__))
