"""Print the reading grade of pages: the years of school that their prose asks for.

    builders/reading_grade.py [PAGE ...]

The formula is that of J. P. Kincaid and others, Derivation of New Readability Formulas, Naval Technical Training Command,
Research Branch Report 8-75 (1975): 0.39 words a sentence + 11.8 syllables a word - 15.59. Syllables are counted as groups of
vowels, less a silent e at the end; code, tables, headings, pictures and addresses of links are no prose.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGINNERS = ("docs/index.md", "docs/start.md")
"""The pages that a newcomer reads first."""
MOST = 10.0
"""The highest grade that these may have."""


def prose(markdown: str) -> str:
    """Return the running text of a page; each item of a list ends a sentence."""
    text = re.sub(r"^```.*?^```$", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^[|#].*$|!\[[^\]]*\]\([^)]*\)|`[^`]*`", "", text, flags=re.MULTILINE)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^(?:-|\d+\.) ", ". ", text, flags=re.MULTILINE)
    return re.sub(r"[*_]", "", text)


def syllables(word: str) -> int:
    """Return about how many syllables an English word has."""
    bare = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$|(?<=[^aeiouycgsxz])es$", "", word.lower())
    return max(len(re.findall(r"[aeiouy]+", bare)), 1)


def grade(markdown: str) -> float:
    """Return the grade of the prose of a page; nan where it has none."""
    sentences = [re.findall(r"[A-Za-z']+", one) for one in re.split(r"[.!?]+\s", prose(markdown))]
    sentences = [words for words in sentences if words]
    words = [word for one in sentences for word in one]
    if not words:
        return float("nan")
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def main(pages: list[str]) -> None:
    """Print the grade of each page."""
    for page in pages:
        print(f"{grade((ROOT / page).read_text(encoding='utf-8')):5.1f}  {page}")


if __name__ == "__main__":
    main(sys.argv[1:] or [*BEGINNERS, "README.md"])
