"""``equipoise-verify``: the checkers as one command, for a machine that has nothing else of this project."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .certificate.reading import Rejected
from .files import read_text


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 0 accepted or holds, 1 rejected or breached, 2 not understood, 3 logs that cannot be read."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except (OSError, ValueError, ImportError) as error:
        line = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in str(error))
        sys.stderr.write(f"equipoise-verify: {line}\n")
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="equipoise-verify", description="Check a certificate, or two logs of an exchange."
    )
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("certificate", help="Accept or reject a certificate of a guarantee.")
    one.add_argument("file", type=Path)
    one.add_argument("--question", type=Path, help="The question file of the scenario that it is to answer.")
    one.set_defaults(run=_certificate)
    two = commands.add_parser("log", help="Say what the logs of two parties prove about each other.")
    two.add_argument("log_a", type=Path)
    two.add_argument("log_b", type=Path)
    two.add_argument(
        "--duties", type=Path, help="Instruments with their deadlines, as TOML; none are judged without."
    )
    two.add_argument(
        "--party", type=Path, action="append", default=[], help="A party's public.json, got from that party."
    )
    two.add_argument("--checkpoint", type=Path, action="append", default=[], help="A signed checkpoint.")
    two.add_argument(
        "--witness-key",
        type=Path,
        action="append",
        default=[],
        help="Verifier keys of witnesses, one a line.",
    )
    two.add_argument(
        "--quorum", type=_count, help="Witnesses that each checkpoint needs; all that are known without it."
    )
    two.add_argument("--opened", type=Path, action="append", default=[], help="A party's opened secret.")
    two.add_argument(
        "--keep",
        type=Path,
        help="A folder of your own: what was verified is kept there, and next time only new leaves are read.",
    )
    two.add_argument(
        "--every-signature",
        action="store_true",
        help="Check also those that a later one covers by the chain.",
    )
    two.set_defaults(run=_log)
    return parser


def _certificate(asked: argparse.Namespace) -> int:
    from .certificate.verify import check, read

    try:
        found = check(read(asked.file), read(asked.question) if asked.question else None)
    except Rejected as error:
        sys.stdout.write(f"REJECTED: {error}\n")
        return 1
    sys.stdout.write("\n".join(found.sentences) + f"\nACCEPTED: {found.boxes} boxes checked.\n")
    return 0


def _log(asked: argparse.Namespace) -> int:
    from .exchange_log import STRIDE, Pins, parse_key, verify

    lines = [line for path in asked.witness_key for line in read_text(path).splitlines() if line.strip()]
    report = verify(
        asked.log_a,
        asked.log_b,
        duties=_duties(asked.duties) if asked.duties else {},
        checkpoints=tuple(read_text(path) for path in asked.checkpoint),
        pins=Pins(dict(map(_party, asked.party)), frozenset(map(parse_key, lines)), asked.quorum),
        opened=tuple(map(_opened, asked.opened)),
        folder=asked.keep,
        stride=1 if asked.every_signature else STRIDE,
    )
    sys.stdout.write(json.dumps(report.as_dict(), indent=1) + "\n")
    return {"HOLDS": 0, "BREACHED": 1, "UNREADABLE": 3}[report.verdict]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError("expected a count from 0 on")
    return int(text)


def _party(path: Path) -> tuple[str, str]:
    from .exchange_log.asked import check_parties

    found = _json(path)
    name, key = found.get("party"), found.get("key")
    _checked(path, check_parties, {name if isinstance(name, str) else None: key})
    return str(name), str(key)


def _opened(path: Path) -> dict[str, Any]:
    from .exchange_log.asked import check_opened

    found = _json(path)
    _checked(path, check_opened, [found])
    return found


def _duties(path: Path) -> dict[str, Any]:
    from .exchange_log.asked import check_duties

    found = tomllib.loads(read_text(path))
    _checked(path, check_duties, found)
    return found


def _checked(path: Path, check: Callable[[Any], None], found: Any) -> None:
    """Raise the ``ValueError`` of a check with the name of the file."""
    try:
        check(found)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _json(path: Path) -> dict[str, Any]:
    found = json.loads(read_text(path))
    if not isinstance(found, dict):
        raise ValueError(f"{path}: expected a table")
    return found
