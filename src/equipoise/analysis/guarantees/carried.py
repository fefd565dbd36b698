"""A certificate that a scenario's report carries: judged by the independent checker, against the scenario's own question."""

from __future__ import annotations

import json
from pathlib import Path

from equipoise.analysis.guarantees.question_file import question_file
from equipoise.checkers.certificate.verify import Certified, Rejected, check, read
from equipoise.foundation.errors import InputError, Problem
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario

CURE = "`equipoise guarantee certify` writes one that answers this scenario."


def carried(scenario: Scenario, file: Path) -> Result:
    """Return what the certificate in ``file`` is certified for, and the certificate itself for the page to check again.

    :class:`~equipoise.foundation.errors.InputError` where the checker rejects it, or where its statement is not what the
    scenario's clauses, bases, flights and dates ask.
    """
    try:
        document = read(file)
        found = check(document, question_file(scenario))
    except Rejected as error:
        raise InputError(
            [Problem(str(file), "", f"is no certificate for this scenario: {error}.", CURE)]
        ) from error
    return _result(found, json.dumps(document, separators=(",", ":")))


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
