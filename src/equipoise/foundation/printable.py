"""Text from strangers, made safe for a terminal or a page."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return the text with control characters, line ends, marks of direction and stray surrogates written out."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape", "surrogatepass").decode("ascii")
        for letter in text
    )
