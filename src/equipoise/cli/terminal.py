"""The one way to the terminal for tables, for lines that hold text of a scenario, and for JSON."""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Mapping, Sequence
from io import BufferedWriter, FileIO, TextIOWrapper
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from equipoise.foundation.errors import WriteError
from equipoise.foundation.json_text import json_text
from equipoise.foundation.writing import FULL

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from rich.console import Console

Row = Sequence[str]
BESIDE = 3
"""Columns of a terminal between two columns of a table: a space each side, and the line."""
NARROWEST = 14
"""Letters that a column of running text keeps when others need the room; its words go on in the next line."""


class Output(FileIO):
    """A standard stream whose reader may go: standard output then ends the command, standard error falls silent.

    Its own exception, because libraries take a broken pipe for a reason to end with exit code 1 and without a word.
    """

    def __init__(self, descriptor: int) -> None:
        """Write to an open descriptor, which stays open."""
        super().__init__(descriptor, "w", closefd=False)
        self._gone = False

    def write(self, data: ReadableBuffer, /) -> int:
        """Write ``data``; the first failure on standard output is a :class:`WriteError`, and what follows goes nowhere."""
        if not self._gone:
            try:
                return super().write(data)
            except OSError as error:
                self._gone = True
                if self.fileno() != STANDARD_ERROR:
                    full = "the disk is full" if error.errno in FULL else "nobody reads it any more"
                    why = (
                        full if error.errno in (*FULL, errno.EPIPE) else os.strerror(error.errno or errno.EIO)
                    )
                    raise WriteError(f"Standard output: cannot be written: {why}.") from None
        return memoryview(data).nbytes


STANDARD_ERROR = 2


def text_to(descriptor: int, encoding: str, *, by_lines: bool) -> TextIOWrapper:
    """Return a stream of text to a standard descriptor; a letter that its encoding lacks is replaced, not a fault."""
    raw = BufferedWriter(Output(descriptor))
    return TextIOWrapper(raw, encoding, errors="replace", line_buffering=by_lines)


def open_standard_streams() -> bool:
    """Make standard output and error outlive their readers; return whether there is a standard output at all.

    A stream that was closed before the program began leads nowhere, so that no file of ours gets its number, and with it
    what libraries print.
    """
    closed = [descriptor for descriptor in (0, 1, STANDARD_ERROR) if _is_closed(descriptor)]
    for _ in closed:
        os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for name, descriptor in (("stdout", 1), ("stderr", STANDARD_ERROR)):
        stream = getattr(sys, name)
        encoding = stream.encoding if stream else "utf-8"
        by_lines = descriptor == STANDARD_ERROR or not stream or stream.line_buffering or stream.write_through
        setattr(sys, name, text_to(descriptor, encoding, by_lines=by_lines))
    return 1 not in closed


def _is_closed(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints text as it is: ``[north]`` in a name is no markup, ``:ship:`` no picture."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def print_rows(title: str, heads: Sequence[str], rows: Sequence[Row], *, telling: int = 1) -> None:
    """Print rows as a table that fits the terminal: no word of it is cut.

    The first ``telling`` columns tell rows apart and always stand there; of the others as many as there is room for,
    from the left. A line below names those that are left out.
    """
    from rich.table import Table

    out = console()
    shown = columns_that_fit(heads, rows, out.width, telling)
    table = Table(title=title)
    widths = column_widths(heads[:shown], rows, out.width)
    for k, head in enumerate(heads[:shown]):
        numbers = all(_is_number(row[k]) for row in rows)
        table.add_column(head, overflow="fold", justify="right" if numbers else "left", width=widths[k])
    for row in rows:
        table.add_row(*row[:shown])
    out.print(table)
    if left_out := heads[shown:]:
        say(f"Not shown at this width, but with --json: {', '.join(left_out)}.")


def say(text: str, *, under: int | None = None) -> None:
    """Print running text: on a terminal, what a line has no room for goes on below, ``under`` so many letters.

    By default that is two letters further in than the line begins.
    Elsewhere, as in a file or for another program, every line stays one line.
    """
    for line in text.splitlines():
        print("\n".join(_wrapped(line, under)))


def _wrapped(line: str, under: int | None) -> list[str]:
    if not (sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()):
        return [line]
    below = " " * (len(line) - len(line.lstrip()) + 2 if under is None else under)
    found = wrap(
        line, console().width, subsequent_indent=below, break_long_words=False, break_on_hyphens=False
    )
    return found or [""]


def _is_number(cell: str) -> bool:
    return not cell or re.fullmatch(r"[-+]?[\d,]*\.?\d+(e[-+]?\d+)?", cell) is not None


def columns_that_fit(heads: Sequence[str], rows: Sequence[Row], width: int, telling: int) -> int:
    """Return how many columns, from the left, a terminal of ``width`` columns has room for; at least ``telling``.

    A column needs the longest word in it, and a column of running text at least :data:`NARROWEST` letters.

    >>> columns_that_fit(["a", "b", "c"], [["northern", "4", "a long sentence"]], 20, 1)
    2
    """
    needed = 1
    for k in range(len(heads)):
        needed += _least_width(heads, rows, k) + BESIDE
        if needed > width and k >= telling:
            return k
    return len(heads)


def column_widths(heads: Sequence[str], rows: Sequence[Row], width: int) -> list[int | None]:
    """Return the width of each column in a terminal of ``width`` columns: no word is cut, and what is left goes to long text.

    Where even the longest words do not fit, nothing is said, and words are folded.

    >>> column_widths(["id", "what"], [["northern", "a sentence of some length"]], 30)
    [8, 15]
    """
    least = [_least_width(heads, rows, k) for k in range(len(heads))]
    spare = width - 1 - sum(one + BESIDE for one in least)
    if spare < 0:
        return [None] * len(heads)
    more = [max(map(len, _cells(heads, rows, k))) - least[k] for k in range(len(heads))]
    share = min(1.0, spare / max(sum(more), 1))
    return [one + int(share * wanted) for one, wanted in zip(least, more, strict=True)]


def _cells(heads: Sequence[str], rows: Sequence[Row], k: int) -> list[str]:
    return [heads[k], *(row[k] for row in rows)]


def _least_width(heads: Sequence[str], rows: Sequence[Row], k: int) -> int:
    """Return the letters that a column needs: its longest word, and of running text :data:`NARROWEST`."""
    cells = _cells(heads, rows, k)
    longest_word = max((len(word) for cell in cells for word in cell.split()), default=0)
    return max(longest_word, min(max(map(len, cells)), NARROWEST))


def print_json(value: Any) -> None:
    r"""Print a value as strict JSON, at once; a letter that the stream lacks is written as ``\u0448``, so that nothing is lost."""
    text = json_text(value, indent=1)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json_text(value, indent=1, ascii_only=True)
    print(text, flush=True)


def tell(answer: Mapping[str, Any], line: str, *, as_json: bool) -> None:
    """Print an answer in one of its two forms."""
    if as_json:
        print_json(answer)
    else:
        print(line)
