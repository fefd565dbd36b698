"""The ``equipoise`` command."""

from __future__ import annotations

import typer

app = typer.Typer(name="equipoise", no_args_is_help=True, add_completion=False, help=__doc__)


def main() -> None:
    """Run the command line."""
    app()
