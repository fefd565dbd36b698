"""Draw the rooms of the house and who imports whom, from the import graph: builders/architecture.py.

Writes docs/development/architecture.svg. Needs grimp, which import-linter brings.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs/development/architecture.svg"
WIDE, TALL, STEP, GAP, LEFT = 180, 46, 84, 40, 24
PURPOSE = {
    "cli": "commands", "server": "results over HTTP", "published": "studies by name", "jobs": "plan of work, Python names",
    "exchange": "two party nodes", "analysis": "one folder a question", "engagement": "records to kernel tables",
    "flights": "flight laboratory", "compute": "where work runs", "present": "figures, maps, page", "scenario": "load, vary, check",
    "catalogue": "built-in data", "physics": "kernels in SI units", "model": "records: the schema", "results": "stored results",
    "numerics": "compilation, roots", "geography": "borders, people, grids", "foundation": "units, sphere, errors",
    "checkers": "stand alone",
}  # fmt: skip


ROWS = (
    ("cli", "server"),
    ("published", "jobs"),
    ("exchange", "analysis", "present"),
    ("flights", "engagement", "compute"),
    ("scenario", "catalogue"),
    ("physics", "model", "results"),
    ("numerics", "geography"),
    ("checkers", "foundation"),
)
"""Rooms from top to bottom, so that arrows run down; what a room may import is held by the contracts of pyproject.toml."""


def lines_of(room: str) -> int:
    """Return how many lines of Python a room holds."""
    return sum(len(path.read_text().splitlines()) for path in (ROOT / "src/equipoise" / room).rglob("*.py"))


def imports() -> Counter[tuple[str, str]]:
    """Return how many modules of one room import from another."""
    graph = grimp.build_graph("equipoise", exclude_type_checking_imports=True)
    found: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        parts = module.split(".")
        if len(parts) < 2:
            continue
        targets = {m.split(".")[1] for m in graph.find_modules_directly_imported_by(module) if m.count(".")}
        found.update((parts[1], target) for target in targets - {parts[1]})
    return found


def drawing() -> str:
    """Return the picture as SVG: a box for each room, and an arrow for each pair with at least one import."""
    place = {
        room: (LEFT + j * (WIDE + GAP) + (3 - len(row)) * (WIDE + GAP) / 2, 16 + i * STEP)
        for i, row in enumerate(ROWS)
        for j, room in enumerate(row)
    }
    width, height = 2 * LEFT + 3 * (WIDE + GAP) - GAP, 16 + len(ROWS) * STEP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" font-size="12">'
        "<title>Rooms of the package from top to bottom; an arrow runs from a room to one that it imports</title>"
        "<style>rect{fill:#eef3f8;stroke:#5a6b7b}text{fill:#1c2024;text-anchor:middle}.q{fill:#555c63;font-size:10px}path{fill:none;stroke:#7d97b0}"
        "@media(prefers-color-scheme:dark){rect{fill:#22303c;stroke:#8aa0b4}text{fill:#e6e8ea}.q{fill:#a9b1b8}path{stroke:#5f7f9c}}</style>"
    ]
    for (a, b), count in sorted(imports().items()):
        if a in place and b in place and place[a][1] != place[b][1]:
            (x, y), (u, v) = place[a], place[b]
            bend = (v - y - TALL) / 2
            parts.append(
                f'<path stroke-width="{min(0.6 + count / 12, 4):.1f}" opacity=".55" d="M{x + WIDE / 2:.0f} {y + TALL} '
                f'C{x + WIDE / 2:.0f} {y + TALL + bend:.0f} {u + WIDE / 2:.0f} {v - bend:.0f} {u + WIDE / 2:.0f} {v}"/>'
            )
    for room, (x, y) in place.items():
        parts.append(
            f'<rect x="{x:.0f}" y="{y}" width="{WIDE}" height="{TALL}" rx="5"/>'
            f'<text x="{x + WIDE / 2:.0f}" y="{y + 18}" font-weight="600">{room}</text>'
            f'<text class="q" x="{x + WIDE / 2:.0f}" y="{y + 34}">{escape(PURPOSE.get(room, ""))} · {lines_of(room):,}</text>'
        )
    return "\n".join([*parts, "</svg>\n"])


if __name__ == "__main__":
    OUT.write_text(drawing(), encoding="utf-8")
