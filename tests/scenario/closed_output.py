"""A standard output that nobody reads, and what a command does with it."""

import os
from contextlib import redirect_stderr, redirect_stdout
from io import BufferedWriter, StringIO, TextIOWrapper

from equipoise.cli.main import answered
from equipoise.cli.terminal import Output

GONE = "Standard output: cannot be written: nobody reads it any more."
BUFFER_BYTES = 1 << 26
"""More than any command prints, so that all of it comes at once."""


class Heard(Output):
    """A stream to a pipe whose reader has gone, which keeps what was to be written."""

    def __init__(self):
        reader, self.writer = os.pipe()
        os.close(reader)
        super().__init__(self.writer)
        self.heard = b""

    def write(self, data, /):
        self.heard = self.heard or bytes(data)  # after the failure the buffer brings the same again
        return super().write(data)


def said_to_nobody(*words):
    """Run a command; return its exit code, what it was about to print, and what it said on standard error."""
    raw, errors = Heard(), StringIO()
    stream = TextIOWrapper(BufferedWriter(raw, BUFFER_BYTES), "utf-8", errors="replace")
    with stream, redirect_stdout(stream), redirect_stderr(errors):
        code = answered([str(word) for word in words])
    os.close(raw.writer)
    return code, raw.heard.decode(), errors.getvalue()
