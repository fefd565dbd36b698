"""No party, country or place is named in code: they are data, so that another region is another file."""

import io
import re
import tokenize
from pathlib import Path

import pytest

from equipoise.catalogue import load_catalogue

PACKAGE = Path(__file__).parents[2] / "src/equipoise"
DATA_OF_WORDS = ("published", "exchange/exercise", "checkers")
"""Studies under their names, the script of the built-in exercise, and checkers, which hold no party at all."""
PLACES = (
    "poland",
    "romania",
    "turkey",
    "redzikowo",
    "deveselu",
    "kurecik",
    "moscow",
    "europe",
    "european",
    "warsaw",
    "tabriz",
)
COMMON = {"us"}
"""Identifiers that are words of code too; they count only as a whole string."""


def code_files():
    return [
        f
        for f in sorted(PACKAGE.rglob("*.py"))
        if not f.relative_to(PACKAGE).as_posix().startswith(DATA_OF_WORDS)
    ]


def strings_and_names(path):
    """Yield the words of code and of its strings; docstrings and comments are prose."""
    text = path.read_text(encoding="utf-8")
    previous = tokenize.NEWLINE
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.STRING and previous in (
            tokenize.NEWLINE,
            tokenize.INDENT,
            tokenize.NL,
            tokenize.DEDENT,
        ):
            continue  # a docstring
        if token.type in (tokenize.NAME, tokenize.STRING):
            yield token.string
        if token.type != tokenize.COMMENT:
            previous = token.type


@pytest.mark.parametrize("path", code_files(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_party_or_place_is_named(path):
    catalogue = load_catalogue()
    names = {*catalogue.parties, *PLACES} - COMMON
    words = re.compile(rf"(?i)(?<![a-z])({'|'.join(names)})(?![a-z])")
    exact = {f'"{name}"' for name in COMMON}
    found = [said for said in strings_and_names(path) if words.search(said) or said in exact]
    assert found == []
