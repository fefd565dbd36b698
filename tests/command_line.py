"""Commands run within the test's process, from a tree of commands that is built once: to build it takes longer than most of them."""

import sys
from functools import cache

import typer
from typer.testing import CliRunner, Result

from equipoise.cli.main import app


@cache
def tree():
    """Return the command ``equipoise`` with all below it."""
    return typer.main.get_command(app)


def invoke(words, *, env=None, catch_exceptions=True):
    """Return what ``equipoise WORDS`` prints, its exit code, and the exception that it ends with, as typer's runner does."""
    runner, code, ended = CliRunner(), 0, None
    wide = {"COLUMNS": None}  # not that of the terminal in which tests run
    with runner.isolation(env=wide | (env or {})) as (stdout, stderr, output):
        try:
            tree().main([str(word) for word in words], prog_name="equipoise")
        except SystemExit as end:
            code, ended = end.code or 0, end if end.code else None
        except Exception as error:
            if not catch_exceptions:
                raise
            code, ended = 1, error
        sys.stdout.flush()
        sys.stderr.flush()
        said = [stream.getvalue() for stream in (stdout, stderr, output)]
    trace = (type(ended), ended, ended.__traceback__) if ended else None
    return Result(runner, *said, return_value=None, exit_code=code, exception=ended, exc_info=trace)
