"""User text leaves by one function for each kind of sink."""

from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[2] / "src" / "equipoise"
SINKS = {
    "json.dumps(": ("cli", "present", "jobs"),
    "Console(": ("cli",),
    "set_parse_math": ("present",),
}
HOME = {"json.dumps(": "", "Console(": "cli/terminal.py", "set_parse_math": "present/picture.py"}


@pytest.mark.parametrize("call", SINKS)
def test_one_function_writes_to_each_sink(call):
    """The exchange's commands print messages that its own canonical encoding made."""
    found = {
        str(path.relative_to(SOURCES))
        for room in SINKS[call]
        for path in (SOURCES / room).rglob("*.py")
        if call in path.read_text(encoding="utf-8") and not path.name.startswith("exchange")
    }
    assert found == ({HOME[call]} if HOME[call] else set())
