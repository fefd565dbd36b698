"""What a verifier is asked with besides two logs, checked before it judges anything: a fault in it is no fault of a log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_HOURS = ("before_h", "earliest_h", "after_h", "validity_h")
_HEX = re.compile("(?:[0-9a-f]{2})+").fullmatch


def check_opened(opened: Sequence[dict[str, Any]]) -> None:
    """Raise ``ValueError`` unless each is a secret that a party opened: ``party``, and ``secret`` in hex."""
    for one in opened:
        if not isinstance(one.get("party"), str) or not _HEX(str(one.get("secret"))):
            raise ValueError("expected an opened secret: a party and a secret in hex digits")


def check_parties(parties: Mapping[Any, Any]) -> None:
    """Raise ``ValueError`` unless each is the name of a party with its Ed25519 key in hex."""
    for name, key in parties.items():
        if not isinstance(name, str) or not isinstance(key, str) or len(key) != 64 or not _HEX(key):
            raise ValueError("expected a party with an Ed25519 key of 64 hex digits")


def check_duties(duties: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` unless each is an instrument: the fields that each type of notice requires, deadlines in h."""
    for name, duty in duties.items():
        if not isinstance(duty, dict) or not isinstance(duty.get("required"), dict):
            raise ValueError(f"instrument '{name}': expected a table with what each type of notice requires")
        if not all(_are_names(fields) for fields in duty["required"].values()):
            raise ValueError(f"instrument '{name}': expected a list of fields for each type of notice")
        for hours in _HOURS:
            if hours in duty and not _is_deadline(duty[hours]):
                raise ValueError(
                    f"instrument '{name}': {hours}: expected a value in hours and its confidence"
                )


def _are_names(fields: Any) -> bool:
    return isinstance(fields, list) and all(isinstance(field, str) for field in fields)


def _is_deadline(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and type(value.get("value")) in (int, float)
        and isinstance(value.get("confidence"), str)
    )
