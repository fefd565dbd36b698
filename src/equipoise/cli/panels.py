"""How the commands are shown: grouped by what a person wants, each with an example that can be typed."""

from __future__ import annotations

from collections.abc import Iterator
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

EXAMPLES: dict[str, str] = {
    "guarantee check": "epaa",
    "guarantee worst": "epaa --limit 60",
    "guarantee certify": "sufficient --out promise.json",
    "guarantee verify": "promise.json --scenario sufficient",
    "guarantee question": "epaa --out question.json",
    "guarantee classify": "",
    "guarantee timeline": "epaa",
    "guarantee watch": "epaa",
    "guarantee space": "epaa",
    "guarantee report": "epaa --out out/guarantee",
    "flight-test plan": "ftm-16-like",
    "flight-test simulate": "ftm-16-like --tests 5",
    "flight-test evidence": "ftm-16-like --estimates speeds.csv",
    "flight-test check": "my-test.toml",
    "flight-test notice": "notice.json --given 2011-08-20T12:00:00Z",
    "results list": "out",
    "results show": "out/epaa",
    "results verify": "out/epaa",
    "results diff": "out/epaa out/epaa-faster",
    "results query": "out/epaa 'select * from verdicts'",
    "exchange init": "west --party west",
    "exchange serve": "west --peer east-public.json --listen 127.0.0.1:7400",
    "exchange notice": "west notice.json",
    "exchange ingest": "west tracks.csv --releasable",
    "exchange verify": "west.log east.log --party west/public.json --party east-public.json",
    "exchange export": "west west.log",
    "exchange demo": "--out out/exchange",
    "exchange operator": "west duty-officer --out officer.key",
    "exchange held": "west",
    "exchange approve": "west 3f9a --operator-key officer.key",
    "exchange fingerprint": "east-public.json",
    "exchange renew": "west",
    "exchange rotate": "west",
    "exchange revoke": "west 3f9a --peer east-public.json",
    "exchange open-secret": "west --out opened.json",
    "exchange vkey": "west",
    "exchange tiles": "west",
    "exchange request": "west",
    "exchange cosign": "west --witness http://127.0.0.1:7500 --key w.vkey",
    "exchange proof": "west 0",
    "exchange witness": "serve w --listen 127.0.0.1:7500",
    "exchange witness init": "w --name w.example --key west.vkey",
    "exchange witness trust": "w --key east.vkey",
    "exchange witness sign": "w request.txt",
    "exchange witness serve": "w --listen 127.0.0.1:7500",
}
"""What follows each command of a group in its example; a command without one does not start."""

BEGIN = ("run", "engage", "expose", "guarantee", "replicate")
"""What somebody who has just installed the program tries first."""


def put_in_panels(app: typer.Typer) -> None:
    """Give every command of ``app`` its panel, and each below it its example; :class:`KeyError` names one that has none."""
    where = {name: (panel, example) for panel, names in PANELS.items() for name, example in names.items()}
    for name, command in _commands(app):
        panel, example = where[name]
        command.rich_help_panel, command.epilog = panel, f"Example: {example}"
    for group in app.registered_groups:
        _put_examples(group.typer_instance, str(group.name))


def _put_examples(app: typer.Typer | None, path: str) -> None:
    """Give every command of a group, and of the groups in it, its example; ``path`` is what is typed before them."""
    assert app is not None
    for name, command in _commands(app):
        command.epilog = f"Example: equipoise {path} {name} {EXAMPLES[f'{path} {name}']}".rstrip()
        if hasattr(command, "typer_instance"):
            _put_examples(command.typer_instance, f"{path} {name}")


def _commands(app: typer.Typer) -> Iterator[tuple[str, Any]]:
    for command in app.registered_commands:
        yield command.name or command.callback.__name__.replace("_", "-"), command  # type: ignore[union-attr]  # a command has a callback
    for group in app.registered_groups:
        yield str(group.name), group


def begin(app: typer.Typer) -> str:
    """Return what ``equipoise`` alone prints: five commands to begin with, and where the others are."""
    known = dict(_commands(app))
    examples = {name: example for names in PANELS.values() for name, example in names.items()}
    wide = max(len(examples[name]) for name in BEGIN)
    lines = [f"  {examples[name]:{wide}}  {_first_line(known[name])}" for name in BEGIN]
    head = "Equipoise models missile defence, deterrence and the guarantees between them. To begin with:"
    return "\n".join(
        [head, "", *lines, "", "equipoise --help lists every command; each has --help and an example."]
    )


def _first_line(command: Any) -> str:
    text = getattr(command, "help", None)
    if not isinstance(text, str):
        source = command.callback if getattr(command, "callback", None) else command.typer_instance.info
        text = source.__doc__ if callable(source) else str(source.help)
    return text.strip().splitlines()[0].split(":")[0].split(";")[0].rstrip(".") + "."
