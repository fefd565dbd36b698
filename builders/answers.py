"""Make the JSON Schema of what a command prints under ``--json`` from ``builders/answers.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SAID = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
COMMANDS: dict[str, Any] = SAID["commands"]
OPEN = {"row": {"type": "object"}, "any": {}}


def schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema of what ``equipoise COMMAND --json`` prints."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"equipoise {command} --json"}
    named = dict.fromkeys(objects(COMMANDS[command]))
    return (
        head
        | ({"$defs": {name: of_object(SAID[name]) for name in named}} if named else {})
        | of(COMMANDS[command])
    )


def objects(said: Any) -> Iterator[str]:
    """Give the objects that a type names, with those that their own keys name."""
    if isinstance(said, str):
        for name in said.split(" | "):
            if name in SAID:
                yield from (name, *objects(list(SAID[name].values())))
    elif isinstance(said, dict | list):
        for inner in said.values() if isinstance(said, dict) else said:
            yield from objects(inner)


def of_object(said: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object with these keys and no others."""
    keys = {key: kind for key, kind in said.items() if key != "description"}
    return {
        "description": said["description"],
        "type": "object",
        "properties": {key.removesuffix("?"): of(kind) for key, kind in keys.items()},
        "required": [key for key in keys if not key.endswith("?")],
        "additionalProperties": False,
    }


def of(said: Any) -> dict[str, Any]:
    """Return the schema of a type."""
    if isinstance(said, list):
        if len(said) == 1:
            return {"type": "array", "items": of(said[0])}
        return {
            "type": "array",
            "prefixItems": [of(kind) for kind in said],
            "minItems": len(said),
            "maxItems": len(said),
        }
    if isinstance(said, dict):
        if "each" in said:
            return {"type": "object", "additionalProperties": of(said["each"])}
        return {"anyOf": [of(kind) for kind in said["anyOf"]]} if "anyOf" in said else said
    if " | " in said:
        return {"anyOf": [of(kind) for kind in said.split(" | ")]}
    return {"$ref": f"#/$defs/{said}"} if said in SAID else OPEN.get(said, {"type": said})
