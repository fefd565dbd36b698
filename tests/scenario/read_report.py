"""What a person reads or hears in a report, and the identifiers and keys that stand in it."""

import json
import re

from equipoise.catalogue.load import load_catalogue

TABLES = (
    "party", "threat", "missile", "interceptor", "site", "radar", "satellite", "launch_area", "policy", "sector", "mode", "raid", "volley",
    "base", "proposal", "clause",
)  # fmt: skip


def heard(html):
    """Return all text of a report: folded, in a popover, in a chart's data, and what is said of pictures and controls.

    Commands to type are left out: they hold the keys of files.
    """
    charts = re.findall(
        r'<script type="application/json" class=(?:chart|live)[^>]*>(.*?)</script>', html, re.DOTALL
    )
    said = re.findall(r'(?:alt|aria-label|data-alt|title|content)="([^"]*)"', html)
    text = re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style|code)\b.*?</\1>", " ", html, flags=re.DOTALL))
    return " ".join([text, *said, *(word for chart in charts for word in _texts(json.loads(chart)))])


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        yield from _texts(list(value.values()))


def identifiers(html, scenario=None):
    """Return the identifiers of a scenario's entries and of instruments, and the keys of files, that are read or heard in a report.

    An identifier that is a plain word, or that a name of the scenario holds, cannot be told from the word.
    """
    text = heard(html)
    known = set(load_catalogue().instruments)
    names = set()
    if scenario is not None:
        entries = [entry for table in TABLES for entry in scenario.table(table)]
        known |= {entry.id for entry in entries}
        names = {str(getattr(entry, "name", "")) for entry in entries} | {
            scenario.head.name,
            scenario.head.title,
        }
    told = {i for i in known if re.search(r"[-\d]", i) and not any(i in name for name in names)}
    found = {i for i in told if re.search(rf"(?<![\w./-]){re.escape(i)}(?![\w./-])", text)}
    return found | set(re.findall(r"(?<![\w./-])[a-z]+_[a-z_]+(?![\w./-])", text))
