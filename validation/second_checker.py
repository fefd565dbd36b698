"""Mutated and forged certificates, judged by the checker in Python and by the one in Rust."""

from __future__ import annotations

import contextlib
import io
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from equipoise.analysis.guarantees.search import sealed
from equipoise.checkers.command import main

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests/data/certificates/accepted"
FILES = 10_000
SMALL_LEAVES = 60
"""Three mutants in four are made from vectors with at most so many boxes, which the checker in Python judges in some 0.05 s."""


def rows() -> list[dict[str, Any]]:
    """Return how many mutants get one verdict from both; without cargo, one row that says so."""
    checker = build()
    if checker is None:
        return [_row("cargo", "cargo is not installed: nothing was compared", 0, None, None)]
    verdicts = list(compare(checker, FILES))
    alike = sum(ours == theirs for _, ours, theirs in verdicts)
    accepted = sum(ours and theirs for _, ours, theirs in verdicts)
    return [
        _row(
            "alike", f"of {FILES} mutated and forged certificates, one verdict", alike, FILES, alike == FILES
        ),
        _row("accepted", "of these, accepted by both", accepted, None, None),
    ]


def _row(name: str, what: str, value: float, bar: float | None, holds: bool | None) -> dict[str, Any]:
    source = "checkers/rust, mutants of the accepted vectors, seeds from 0"
    kept = {"value": value, "unit": "1", "bar": bar, "holds": holds, "source": source}
    return {"id": f"second_checker.{name}", "what": what, **kept}


def build() -> Path | None:
    """Return the checker in Rust, compiled under build/rust; none where cargo is not installed."""
    if shutil.which("cargo") is None:
        return None
    target = ROOT / "build/rust"
    command = ["cargo", "build", "--release", "--quiet", "--offline", "--locked", "--target-dir", str(target)]
    subprocess.run(command, cwd=ROOT / "checkers/rust", check=True)
    return target / "release/equipoise-check"


def compare(checker: Path, count: int, small_only: bool = False) -> Iterator[tuple[str, bool, bool]]:
    """Yield for each of ``count`` mutants what was done to it, and whether Python and Rust accept it."""
    texts = {path.name: path.read_text() for path in sorted(VECTORS.glob("*.json"))}
    small = [name for name, text in texts.items() if text.count(".") < SMALL_LEAVES]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mutant.json"
        for seed in range(count):
            dice = random.Random(seed)
            name = dice.choice(small if small_only or dice.random() < 0.75 else sorted(texts))
            change = dice.choice(CHANGES)
            file.write_bytes(change(texts[name], dice))
            yield (
                f"{seed} {name} {change.__name__}",
                accepted_in_python(file),
                accepted_in_rust(checker, file),
            )


def accepted_in_python(file: Path) -> bool:
    """Return whether `equipoise-verify certificate FILE` accepts."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return main(["certificate", str(file)]) == 0


def accepted_in_rust(checker: Path, file: Path) -> bool:
    """Return whether `equipoise-check FILE` accepts; any end but accepted (0) or rejected (1) is an error."""
    done = subprocess.run([checker, file], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{checker.name} ended with {done.returncode}: {done.stderr}")
    return done.returncode == 0


def change_bytes(text: str, dice: random.Random) -> bytes:
    """Return the text with one byte changed, left out or put in; the hash stays as it was."""
    data, at = bytearray(text.encode()), dice.randrange(len(text))
    piece = bytes([dice.choice(b'0123456789.-"{}[],: \\abcxyz\x00\x1f\x7f\xc3\xff')])
    data[at : at + dice.choice((0, 1, 1))] = dice.choice((piece, piece, b""))
    return bytes(data)


def change_layout(text: str, dice: random.Random) -> bytes:
    """Return the same document in another layout, at times with a key twice."""
    document = json.loads(text)
    entries = list(document.items())
    dice.shuffle(entries)
    laid_out = json.dumps(dict(entries), indent=dice.choice((None, 1, 3)), sort_keys=dice.random() < 0.5)
    if dice.random() < 0.3:
        key = dice.choice(list(document["statement"]))
        laid_out = laid_out.replace(
            '"name":', f'"{key}": {json.dumps(document["statement"][key])}, "name":', 1
        )
    return laid_out.encode()


def change_number(text: str, dice: random.Random) -> bytes:
    """Return the document, sealed anew, with one to three decimals changed a little, a lot or in form."""
    document = json.loads(text)
    places = list(decimals(document["statement"]))
    for owner, key in dice.sample(places, dice.randint(1, 3)):
        value = float(owner[key])
        owner[key] = dice.choice(
            (
                lambda v: f"{v * dice.uniform(0.97, 1.03):.6f}",
                lambda v: f"{v + dice.gauss(0, 1):.4f}",
                lambda v: f"{dice.uniform(-400, 400):.3f}",
                lambda v: f"{-v:.2f}",
                lambda v: f"{v:.1f}",
                lambda v: f"{v:e}",
                lambda v: f"0{v:.20f}",
                lambda v: dice.choice(("", "none", "nan", "1e3", "+1", "1.", ".5", "٣", "1\n", " 1", "-0", "90", "-90", "360")),
            )
        )(value)  # fmt: skip
    return _sealed(document)


def change_structure(text: str, dice: random.Random) -> bytes:
    """Return the document, sealed anew, with a key or an item left out, given again, added or of another type."""
    document = json.loads(text)
    owner, key = dice.choice(list(places(document["statement"])))
    odd = dice.choice(("", "x", [], {}, None, True, 5, 1.5, ["1", "2"], "é", "a" * 401))
    act = dice.randrange(3)
    if act == 0:
        del owner[key]
    elif act == 1:
        owner[key] = odd
    elif isinstance(owner, list):
        owner.insert(key, owner[dice.randrange(len(owner))])
    else:
        owner[dice.choice(("note", "id", "format"))] = odd
    return _sealed(document)


def change_tree(text: str, dice: random.Random) -> bytes:
    """Return the document, sealed anew, with a tree whose marks are changed, cut, repeated or made one leaf more."""
    document = json.loads(text)
    trees = document["trees"][0][0]
    tree, at = trees[0], dice.randrange(len(trees[0]))
    marks = "0123456789.."
    trees[0] = dice.choice(
        (
            tree[:at] + dice.choice(marks) + tree[at + 1 :],
            tree[:at] + dice.choice("0123456789") + "." + tree[at:],
            tree[:at] + tree[at + 1 :],
            tree[:at] + "." + tree[_end(tree, at) :],
            tree[:at],
            tree + dice.choice((".", "5..", " ", "x", "٣")),
            str(dice.randrange(10)) + tree + tree,
        )
    )
    if dice.random() < 0.05:
        document["trees"] = dice.choice(
            ([], [[]], [[[]]], [[[tree, tree]]], [[tree]], tree, [[[tree]], [[tree]]])
        )
    return _sealed(document)


def change_opening(text: str, dice: random.Random) -> bytes:
    """Return the file with something before its first byte: a byte-order mark, white space, or a list that never ends."""
    return dice.choice((b"\xef\xbb\xbf", b" \n\t", b"[" * 5000, b"\xff", b"\xc2\xa0")) + text.encode()


CHANGES: tuple[Callable[[str, random.Random], bytes], ...] = (
    change_bytes, change_layout, change_number, change_number, change_structure, change_tree, change_opening,
)  # fmt: skip


def _end(tree: str, at: int) -> int:
    """Return where the subtree that begins at ``at`` ends."""
    open_nodes = 1
    while open_nodes:
        open_nodes += -1 if tree[at] == "." else 1
        at += 1
    return at


def _sealed(document: dict[str, Any]) -> bytes:
    """Return the bytes of the document with the hash that belongs to it."""
    rest = {key: value for key, value in document.items() if key != "sha256"}
    return json.dumps(sealed(rest), ensure_ascii=False).encode()


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every table or list with each of its keys or indices."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    for key in keys:
        yield node, key
        yield from places(node[key])


def decimals(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the places that hold a decimal."""
    for owner, key in places(node):
        value = owner[key]
        if isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit() and len(value) < 40:
            yield owner, key
