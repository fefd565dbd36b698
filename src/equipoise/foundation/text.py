"""Text that people wrote, on its way to a terminal, a file or a picture."""

from __future__ import annotations

import unicodedata

TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of the text after them, so that a line reads as another one."""
UNSEEN = frozenset(("Cc", "Cs", "Zl", "Zp"))
"""Unicode's categories of control codes, halves of a pair, and breaks of lines and paragraphs."""


def is_unseen(letter: str) -> bool:
    """Return whether a letter controls a terminal, breaks a line, or turns the direction of writing."""
    return letter in TURNS or unicodedata.category(letter) in UNSEEN


def printable(text: str, *, kept: str = "\n") -> str:
    r"""Return ``text`` with every unseen letter but those in ``kept`` written out, as in ``\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter.encode("unicode_escape").decode("ascii")
        if letter not in kept and is_unseen(letter)
        else letter
        for letter in text
    )


def with_article(name: str) -> str:
    """Return a name as it stands within a sentence: that of a union, a republic or a kingdom with its article.

    >>> with_article("United Arab Emirates"), with_article("Republic of Korea"), with_article("Japan")
    ('the United Arab Emirates', 'the Republic of Korea', 'Japan')
    """
    return f"the {name}" if name.startswith(("United ", "Republic of ", "Kingdom of ")) else name


def whole_number(text: str, *, most: int) -> int | None:
    """Return the number that plain digits write; None for any other text, and for a number above ``most``.

    >>> whole_number("12", most=99), whole_number("²", most=99), whole_number("9" * 5000, most=99)
    (12, None, None)
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None


def shortened(value: object, most: int = 60) -> str:
    """Return what a person may see of a value in a message: its Python form, cut to ``most`` letters."""
    try:
        return repr(value)[:most]
    except (ValueError, RecursionError):  # an integer of thousands of digits, or lists without end
        return f"a very long {type(value).__name__}"
