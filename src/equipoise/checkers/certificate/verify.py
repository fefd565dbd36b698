"""Read a certificate, accept or reject it, and say exactly what is certified.

Run it alone: ``equipoise-verify certificate FILE``. It needs the standard library and python-flint. The mathematics is
in docs/certificate.md; the names here follow it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import ctx

from .bound import Bound, Reach
from .question import compare
from .reading import FORMAT, Box, Rejected, keys, listed, read, seal
from .statement import checked, sentences

__all__ = ["Certified", "Rejected", "check", "read"]

PRECISION_BITS = 64
MAX_DEPTH = 200
MAX_NODES = 20_000_000
AXES = "0123456789"
COMPARED = "The statement was rebuilt from the scenario's question file and agrees with it."
UNCOMPARED = "The question was NOT compared with a scenario: nothing here says that clauses, bases and flights are all there are."


@dataclass(frozen=True)
class Certified:
    """What an accepted certificate certifies: the sentences, the statement, and how many boxes carry it.

    ``decided`` counts the boxes that the inequality decided: not as places or as flights that end too soon.
    """

    sentences: tuple[str, ...]
    statement: dict[str, Any]
    boxes: int
    decided: int


def walk(bound: Bound, root: Box, tree: object, name: str) -> int:
    """Check every leaf of a preorder tree; return how many there are."""
    if not isinstance(tree, str) or len(tree) > MAX_NODES:
        raise Rejected(f"{name}: the tree is not text, or too long")
    stack, leaves = [(root, 0)], 0
    for place, mark in enumerate(tree):
        if not stack:
            raise Rejected(f"{name}: text after the tree's end at {place}")
        box, depth = stack.pop()
        if mark == ".":
            if not bound.holds(box):
                raise Rejected(f"{name}: the box at {place} is not free of engagements")
            leaves += 1
            continue
        if mark not in AXES or depth >= MAX_DEPTH:
            raise Rejected(f"{name}: unreadable mark or too deep at {place}")
        axis = int(mark)
        low, high = box[axis]
        half = (low + high) / 2
        upper, lower = list(box), list(box)
        lower[axis], upper[axis] = (low, half), (half, high)
        stack += [(upper, depth + 1), (lower, depth + 1)]
    if stack:
        raise Rejected(f"{name}: incomplete, {len(stack)} boxes are missing")
    return leaves


def check(document: object, asked: object = None) -> Certified:
    """Return what the certificate certifies, or raise Rejected; ``asked`` is the question file that it must answer."""
    outer = keys(document, ("format", "statement", "trees", "sha256"), "certificate")
    if outer["format"] != FORMAT:
        raise Rejected(f"format: expected {FORMAT}")
    if outer["sha256"] != seal({k: outer[k] for k in ("format", "statement", "trees")}):
        raise Rejected("sha256: the content was changed after it was written")
    ctx.prec = PRECISION_BITS
    statement, within, threats = checked(outer["statement"])
    if asked is not None:
        compare(statement, asked)
    trees = listed(outer["trees"], "trees")
    if len(trees) != len(threats):
        raise Rejected("trees: expected one list for each threat")
    reach, leaves, decided = Reach(statement["interceptor"]), 0, 0
    for threat, grove in zip(threats, trees, strict=True):
        bound = Bound(reach, statement, threat.start_s)
        if len(listed(grove, threat.name)) != len(threat.cells):
            raise Rejected(f"{threat.name}: expected one list of trees for each cell")
        for cell, parts in zip(threat.cells, grove, strict=True):
            if len(listed(parts, threat.name)) != len(within):
                raise Rejected(f"{threat.name}: expected one tree for each area of sites")
            leaves += sum(
                walk(bound, [*box, *cell], tree, threat.name) for box, tree in zip(within, parts, strict=True)
            )
        decided += bound.decided
    if not decided:
        raise Rejected("vacuous: every place is excluded, or every flight over before a launch is permitted")
    last = COMPARED if asked is not None else UNCOMPARED
    return Certified((*sentences(statement), last), statement, leaves, decided)
