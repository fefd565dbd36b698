"""How the commands are shown: grouped by what a person wants, each with an example that can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

PANELS: dict[str, dict[str, str]] = {
    "See": {
        "run": "equipoise run epaa",
        "page": "equipoise page out/epaa",
        "report": "equipoise report out/epaa --export geojson",
        "fly": "equipoise fly ghadr-1 --from 38.0,46.5 --to 44.4,26.1",
    },
    "Ask": {
        "engage": "equipoise engage epaa --threat irbm-notional --to 52.5,13.4 --explain",
        "defend": "equipoise defend epaa --at 2018 --mode independent",
        "expose": "equipoise expose third-site",
        "balance": "equipoise balance epaa --at 2020",
        "compare": "equipoise compare epaa@independent epaa@joint",
        "crux": "equipoise crux third-site-agency third-site-critics",
        "sweep": "equipoise sweep exposure",
        "replicate": "equipoise replicate speed-dispute",
    },
    "Negotiate": {
        "guarantee": "equipoise guarantee check epaa",
        "flight-test": "equipoise flight-test plan ftm-16-like",
    },
    "Exchange": {"exchange": "equipoise exchange demo"},
    "Data": {
        "new": "equipoise new my-case --defender JP,US --deterrer CN --threat-from KP",
        "check": "equipoise check my-case.toml",
        "list": "equipoise list interceptors",
        "show": "equipoise show sm3-iia",
        "cite": "equipoise cite out/epaa",
        "results": "equipoise results diff out/epaa out/epaa-faster",
    },
}
"""Commands by panel, each with an example; a command without one does not start."""

BEGIN = ("run", "engage", "expose", "guarantee", "replicate")
"""What somebody who has just installed the program tries first."""


def put_in_panels(app: typer.Typer) -> None:
    """Give every command of ``app`` its panel and example; :class:`KeyError` names one that has none."""
    where = {name: (panel, example) for panel, names in PANELS.items() for name, example in names.items()}
    for name, command in _commands(app):
        panel, example = where[name]
        command.rich_help_panel, command.epilog = panel, f"Example: {example}"


def _commands(app: typer.Typer) -> Iterator[tuple[str, Any]]:
    for command in app.registered_commands:
        yield command.name or command.callback.__name__.replace("_", "-"), command  # type: ignore[union-attr]  # a command has a callback
    for group in app.registered_groups:
        yield str(group.name), group


def begin(commands: Mapping[str, Any]) -> str:
    """Return what ``equipoise`` alone prints: five of its commands to begin with, and where the others are."""
    examples = {name: example for names in PANELS.values() for name, example in names.items()}
    wide = max(len(examples[name]) for name in BEGIN)
    firsts = {
        name: re.split("[:;\n]", commands[name].help.strip(), maxsplit=1)[0].rstrip(".") for name in BEGIN
    }
    lines = [f"  {examples[name]:{wide}}  {firsts[name]}." for name in BEGIN]
    head = "Equipoise models missile defence, deterrence and the guarantees between them. To begin with:"
    return "\n".join(
        [head, "", *lines, "", "equipoise --help lists every command; each has --help and an example."]
    )
