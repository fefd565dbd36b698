"""Docstrings as the documentation site shows them: examples as code, and references as plain names."""

from __future__ import annotations

import re
from typing import Any

import griffe

ROLE = re.compile(r":(?:class|func|meth|mod|data|attr|exc):`~?([\w.]+)`")
FIGURE = re.compile(r"  # doctest: \+ELLIPSIS\n<(?:Figure|Picture) size \.\.\.>")
"""How an example draws; the page shows the figure itself."""
EXAMPLE = re.compile(r"(?:^>>> .*\n?(?:^(?!\s*$).*\n?)*)+", re.MULTILINE)


class AsMarkdown(griffe.Extension):
    """Turns what Python's docstrings write their own way into Markdown."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of one object."""
        if obj.docstring is not None:
            named = ROLE.sub(lambda found: f"`{found.group(1).rsplit('.', 1)[-1]}`", obj.docstring.value)
            obj.docstring.value = EXAMPLE.sub(
                lambda found: f"```pycon\n{found.group(0).rstrip()}\n```\n", FIGURE.sub("", named)
            )
