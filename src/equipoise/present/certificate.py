"""The report on a certificate: for what it is certified, in words, and the certificate for the page to check by itself."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.present.section import Column, Number, Section, Sentence
from equipoise.present.table_rows import Columns, table_over
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section: what was accepted, the page's own check, and the statement line by line."""
    data = result.data
    said = Sentence(
        "The guarantee '{title}' carries a certificate: for the sites, flights, launch rule and margin that its statement lists, and for nothing "
        "else, no system that the clauses permit engages. The independent checker accepts its {boxes} boxes, and the statement is what this "
        "scenario asks.",
        {
            "boxes": Number(
                float(data.boxes), method="boxes that the independent checker found free of engagements"
            )
        },
        {"title": str(data.attrs["title"])},
        figure="certificate-statement",
        lead=True,
    )
    title = "What is certified, assumed and not covered"
    columns: Columns = {Column("Statement"): "sentence"}
    statement = table_over(data, data.sentence.dims, "certificate-statement", title, columns, folded=True)
    return Section(
        anchor="certificate",
        title="Certificate of the guarantee",
        sentences=(said,),
        tables=(statement,),
        notes=result.notes,
        certificate=str(data.certificate.values),
    )
