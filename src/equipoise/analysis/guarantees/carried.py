"""A certificate that a scenario's report carries: judged by the independent checker, against the scenario's own question."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from equipoise.analysis.guarantees.question_file import question_file
from equipoise.checkers.certificate.question import compare
from equipoise.checkers.certificate.reading import keys
from equipoise.checkers.certificate.statement import checked
from equipoise.checkers.certificate.verify import Certified, Rejected, check, read
from equipoise.foundation.errors import misuse
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

CURE = "`equipoise guarantee certify` writes one that answers this scenario."


def carried(scenario: Scenario, file: Path) -> Result:
    """Return what the certificate in ``file`` is certified for, and the certificate itself for the page to check again.

    :class:`~equipoise.foundation.errors.InputError` where the checker rejects it, or where its statement is not what the
    scenario's clauses, bases, flights and dates ask.
    """
    document, asked = answering(scenario, file)
    with _refusals(file):
        return _result(check(document, asked), json.dumps(document, separators=(",", ":")))


def answering(scenario: Scenario, file: Path) -> tuple[object, dict[str, Any]]:
    """Return the certificate in ``file`` and the scenario's question, if its statement answers that; its boxes are not judged.

    It takes a second or two, where all of the boxes may take a minute; :class:`~equipoise.foundation.errors.InputError` as above.
    """
    with _refusals(file):
        document, asked = read(file), question_file(scenario)
        said = keys(document, ("format", "statement", "trees", "sha256"), "certificate")["statement"]
        compare(checked(said)[0], asked)
    return document, asked


@contextmanager
def _refusals(file: Path) -> Iterator[None]:
    """Turn the checker's refusal into a fault of the file."""
    try:
        yield
    except Rejected as error:
        raise misuse(str(file), "", f"is not a certificate for this scenario: {error}.", CURE) from error


def _result(found: Certified, text: str) -> Result:
    data = dataset(
        "certificate",
        {"certificate": text, "boxes": found.boxes, "decided": found.decided, "sentence": list(found.sentences)},
        {},
        attrs={"title": found.statement["name"]},
    )  # fmt: skip
    notes = (
        "The checker shares no code with the search that found the certificate; docs/certificate.md is its specification.",
        "The check in the page judges boxes and statement again. That the statement is what this scenario asks was compared when the report "
        "was written, and is not compared again there.",
    )
    return Result(kind="certificate", title="Certificate of the guarantee", data=data, notes=notes)
