"""Commands run within the test's process, from a tree of commands that is built once: to build it takes longer than most of them."""

import json
import sys
from functools import cache
from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from equipoise.cli.main import app

SCHEMAS = Path(__file__).parents[1] / "docs" / "schemas"


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


def command_of(words):
    """Return the command, such as ``exchange witness sign``, that a line of words begins with; it has a schema."""
    return next(name for k in (3, 2, 1) if schema_file(name := " ".join(words[:k])).exists())


def schema(command):
    """Return the published JSON Schema of what a command prints under ``--json``."""
    return json.loads(schema_file(command).read_text("utf-8"))


def schema_file(command):
    return SCHEMAS / f"{command.replace(' ', '-')}.json"
