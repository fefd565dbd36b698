"""Published studies: each a fixed set of choices under its name, with its printed numbers beside ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module

from equipoise import __version__
from equipoise.foundation.errors import InputError, Problem, unknown_name
from equipoise.model.fields import known_names
from equipoise.results.record import Provenance, Result

STUDIES = {
    "demarcation-1997": "equipoise.published.demarcation",
    "textbook-1971": "equipoise.published.textbook",
    "standard-air-1976": "equipoise.published.standard_air",
    "closed-forms": "equipoise.published.closed_forms",
    "secular-rates": "equipoise.published.secular",
    "announced-flights": "equipoise.published.announced_flights",
    "announced-ranges": "equipoise.published.announced_ranges",
    "rotation-2017": "equipoise.published.rotation",
    "depressed-1992": "equipoise.published.depressed",
    "staged-presets": "equipoise.published.staged_presets",
    "early-flights": "equipoise.published.early_flights",
    "reentry": "equipoise.published.reentry",
    "interceptor-tests": "equipoise.published.interceptor_tests",
    "speed-dispute": "equipoise.published.speed_dispute",
    "crux-2007": "equipoise.published.crux_2007",
    "phase-four": "equipoise.published.phase_four",
    "site-ranking": "equipoise.published.site_ranking",
    "exercise-2012": "equipoise.published.exercise_2012",
    "radar-dispute": "equipoise.published.radar_dispute",
    "invitation-2012": "equipoise.published.invitation",
    "kent-thaler-1989": "equipoise.published.kent_thaler",
    "leakage": "equipoise.published.leaks",
    "balance-cases": "equipoise.published.balance_cases",
    "seongju": "equipoise.published.seongju",
}
"""Name of a study and its module, whose ``statements()`` compares whose ``TITLE`` names it, and whose docstring says what it chooses."""


def titles() -> dict[str, str]:
    """Return the title of every study by its name."""
    return {name: str(import_module(module).TITLE) for name, module in STUDIES.items()}


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

    unknown = [name for name in names if name not in STUDIES]
    if unknown:
        raise unknown_name("study", unknown[0], STUDIES)
    made, studies = [], {}
    for name in names:
        study = import_module(STUDIES[name])
        studies[name] = (study.TITLE, " ".join((study.__doc__ or "").split(">>>")[0].split()))
        tell(study.TITLE)
        made += study.statements()
    return as_result(made, studies)


def replicate(*names: str) -> Result:
    """Return the printed numbers of the named studies (all without a name) beside ours, with a verdict on each.

    >>> import equipoise as eq
    >>> beside = eq.replicate("demarcation-1997")
    >>> beside.kind
    'published'
    """
    found = published(names or tuple(STUDIES))
    return replace(found, provenance=Provenance(version=__version__))
