"""Navigational warnings as files: told from JSON, read, and shown back on standard error."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import misuse
from equipoise.foundation.reading import read_input_text
from equipoise.model.navigational_warning import WarningTextError, read_warning


def is_text(file: Path) -> bool:
    """Return whether the file is free text: neither its name nor its first letter is that of JSON."""
    return file.suffix != ".json" and not read_input_text(file).lstrip().startswith(("{", "["))


def shown_back(file: Path, *, instrument: str, window: int) -> dict[str, Any]:
    """Return the item that a warning gives, after its windows, areas and unread words were shown on standard error."""
    try:
        warning = read_warning(read_input_text(file))
        payload = warning.payload(instrument=instrument, window=window)
    except WarningTextError as error:
        raise misuse(str(file), "", f"{error}.") from None
    for line in warning.lines():
        print(line, file=sys.stderr)
    return {"stream": "notice", "exercise": True, "sensitivity": "hold", "payload": payload}
