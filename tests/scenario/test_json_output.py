"""What commands print under ``--json``: strict JSON, of the published schema, through any encoding."""

import json
import os
import subprocess
import sys
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from closed_output import GONE, said_to_nobody
from jsonschema import Draft202012Validator
from nasty import COARSE, NASTY, REFUSED, ROCKET

from command_line import SCHEMAS, command_of, invoke, schema, tree
from equipoise.analysis.guarantees import negotiation
from equipoise.exchange.node.keyring import read_public
from equipoise.exchange.node.party_files import open_node
from equipoise.scenario.load import load_scenario

sys.path.insert(0, str(Path(__file__).parents[1] / "page"))
from synthetic import results

STUDY = """
[study]
name = "small"
scenario = "coarse.toml"
analysis = "exposure"
[axis.decision_s]
key = "assumption.decision_s"
values = [0, 60]
"""
WEAK = """
[scenario]
name = "weak"
extends = "too-weak"
aim_step_deg = 10.0
remove = [BASES]
"""
NOTICE = '{"type": "pre-launch"}'
ELSEWHERE = {
    "run", "report", "crux", "guarantee certify", "new", "flight-test evidence", "page", "exchange demo", "exchange cosign", "exchange approve",
}  # fmt: skip
"""Commands that a test of their own subject runs, and holds to their schema."""
PLAN = "ftm-16-like --set planner.step_deg=1 --set planner.south_deg=18 --set planner.north_deg=19 --set planner.west_deg=-164 --set planner.east_deg=-163"
COMMANDS = (
    ("check FILE", 0),
    ("check HERE/broken.toml", 2),
    ("cite deveselu", 0),
    ("expose FILE --out HERE/expose --quiet", 0),
    ("engage FILE --threat irbm-north", 0),
    ("engage FILE --threat irbm-north --explain", 0),
    ("engage FILE --threat irbm-north --missiles 3", 0),
    ("fly HERE/rocket.toml --from 38,46 --to 44,38 --out HERE/fly --export kml,czml,oem,geojson,csv", 0),
    ("fly scud-b --from 38,46.5 --to 44.4,26.1 --out HERE/fly", 1),
    ("replicate --list", 0),
    ("replicate rotation-2017 --out HERE/evidence --quiet", 0),
    ("sweep HERE/study.toml --out HERE/sweep --workers 1 --quiet", 0),
    ("list scenarios", 0),
    ("list interceptors", 0),
    ("show deveselu", 0),
    ("results list HERE", 0),
    ("results show HERE/sweep", 0),
    ("results query HERE/sweep", 0),
    ("results show HERE/expose", 0),
    ("results diff HERE/expose HERE/expose", 0),
    ("results verify HERE/expose", 0),
    ("cite HERE/expose", 0),
    ("guarantee check FILE", 1),
    ("guarantee verify tests/data/certificates/accepted/plain.json", 0),
    ("guarantee verify tests/data/certificates/rejected/speed-0.json", 1),
    ("guarantee classify", 0),
    ("guarantee timeline FILE", 0),
    ("guarantee watch FILE", 0),
    ("flight-test check ftm-16-like", 0),
    ("flight-test notice HERE/notice.json --given 2011-08-20T12:00:00Z", 1),
    ("exchange init HERE/new --party north", 0),
    ("exchange operator HERE/east anna --out HERE/anna.json", 0),
    ("exchange fingerprint HERE/east/public.json", 0),
    ("exchange held HERE/east", 0),
    ("exchange ingest HERE/east tests/data/cases/bom/tracks.csv", 0),
    ("exchange notice HERE/east HERE/item.json", 0),
    ("exchange renew HERE/east", 0),
    ("exchange rotate HERE/east", 0),
    (f"exchange revoke HERE/east {'0' * 64}", 0),
    ("exchange open-secret HERE/east --out HERE/secret.json", 0),
    ("exchange tiles HERE/east", 0),
    ("exchange vkey HERE/east", 0),
    ("exchange request HERE/east", 0),
    ("exchange proof HERE/east 0", 0),
    ("exchange witness init HERE/w --name w.example --key HERE/east.vkey", 0),
    ("exchange witness trust HERE/witness --key HERE/east.vkey", 0),
    ("exchange witness sign HERE/witness HERE/request.txt", 0),
    ("guarantee question FILE --out HERE/question.json", 0),
    ("exchange export HERE/east HERE/leaves.jsonl", 0),
    (
        "exchange verify tests/data/exchange_logs/logs/holds-a.jsonl tests/data/exchange_logs/logs/holds-b.jsonl",
        0,
    ),
)

TO_NOBODY = (
    "defend FILE --out HERE/defend --quiet",
    "balance FILE --out HERE/balance --quiet",
    "compare FILE@independent FILE@joint --out HERE/compare --quiet",
    "guarantee worst HERE/weak.toml --limit 0.1",
    "guarantee space FILE",
    "guarantee report HERE/weak.toml --limit 0.1 --out HERE/guarantee --quiet",
    f"flight-test plan {PLAN} --out HERE/plan --quiet",
    f"flight-test simulate {PLAN} --tests 1 --out HERE/simulate --quiet",
)
"""Commands that take seconds: that nobody reads what they print is tried at the same time."""


def strict(text):
    def refuse(word):
        raise ValueError(f"{word} is no JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("json")
    (folder / "coarse.toml").write_text(COARSE)
    (folder / "rocket.toml").write_text(ROCKET)
    (folder / "study.toml").write_text(STUDY)
    removed = ", ".join(f'"base.{base.id}"' for base in load_scenario("too-weak").bases[1:])
    (folder / "weak.toml").write_text(WEAK.replace("BASES", removed))
    (folder / "broken.toml").write_text(COARSE.replace("map_step_deg", '"Шахты"'))
    (folder / "notice.json").write_text(NOTICE)
    item = {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": {"text": NASTY}}
    (folder / "item.json").write_text(json.dumps(item))
    for party in ("east", "west"):
        invoke(["exchange", "init", str(folder / party), "--party", party])
    open_node(folder / "east", peer=read_public(folder / "west" / "public.json"))
    (folder / "east.vkey").write_text(invoke(["exchange", "vkey", str(folder / "east")]).stdout)
    (folder / "request.txt").write_text(invoke(["exchange", "request", str(folder / "east")]).stdout)
    key = ["--key", str(folder / "east.vkey")]
    invoke(["exchange", "witness", "init", str(folder / "witness"), "--name", "w.example", *key])
    return folder


def words_of(line, here):
    """Return the words of a command line, after the command that makes what it reads, where that has not been run."""
    for name in ("expose", "sweep"):
        if f"HERE/{name}" in line and "--out" not in line and not (here / name).exists():
            (maker,) = (made for made, _ in COMMANDS if f"--out HERE/{name}" in made)
            invoke(words_of(maker, here))
    return line.replace("FILE", "HERE/coarse.toml").replace("HERE", str(here)).split()


SHOWN = {(name, "report.html") for name in ("expose", "defend")}
"""Pages that show the names of the scenario's parts."""


def check_files(folder):
    """Hold what a command wrote to its format, with the nasty name in it as it was written and no script of a name's."""
    for path in sorted(folder.rglob("*.*")):
        if path.suffix in (".nc", ".png", ".parquet"):
            continue
        text = path.read_text("utf-8")
        if path.suffix in (".json", ".geojson", ".czml"):
            strict(text)
        elif path.suffix in (".kml", ".svg"):
            ElementTree.fromstring(text)
        elif path.suffix == ".html":
            assert "<script>alert(1)" not in text
            assert escape(NASTY) in text or (folder.name, path.name) not in SHOWN
        assert not any(letter in text for letter in "\x1b\x07\u202e\u2028")


@pytest.mark.parametrize(("line", "code"), COMMANDS)
def test_what_is_printed_is_strict_json_of_the_published_schema(line, code, here, request, monkeypatch):
    monkeypatch.chdir(request.config.rootpath)
    words = words_of(line, here)
    done = invoke([*words, "--json"])
    assert done.exit_code == code, (done.output, done.exception)
    Draft202012Validator(schema(command_of(words))).validate(strict(done.stdout))
    if "--out" in words and (folder := Path(words[words.index("--out") + 1])).is_dir():
        check_files(folder)


@pytest.mark.parametrize("line", TO_NOBODY)
def test_what_nobody_reads_is_of_the_schema_too_and_ends_with_3(line, here, monkeypatch):
    monkeypatch.setattr(negotiation, "negotiation", lambda scenario: results()["negotiation"])
    words = words_of(line, here)
    code, text, errors = said_to_nobody(*words, "--json")
    assert (code, GONE in errors.splitlines()) == (3, True)
    Draft202012Validator(schema(command_of(words))).validate(strict(text))
    if "--out" in words:
        check_files(Path(words[words.index("--out") + 1]))


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("file", ["coarse", "rocket", "study"])
def test_a_letter_that_controls_a_terminal_is_refused_and_written_out(file, kind, here, tmp_path):
    """By every command alike: each reads a file by the one reader of its kind."""
    old, new = {
        "coarse": (NASTY, REFUSED[kind]),
        "rocket": (NASTY, REFUSED[kind]),
        "study": ("small", REFUSED[kind]),
    }[file]
    path = tmp_path / f"{file}.toml"
    path.write_text(
        (here / path.name)
        .read_text("utf-8")
        .replace(f"'''{old}'''", json.dumps(new))
        .replace(f'"{old}"', json.dumps(new)),
        "utf-8",
    )
    words = {
        "coarse": ["check", path],
        "rocket": ["fly", path, "--from", "38,46", "--to", "44,38", "--out", tmp_path / "out"],
        "study": ["sweep", path, "--out", tmp_path / "out"],
    }[file]
    done = invoke(words)
    assert done.exit_code == 2, done.output
    assert all(line.isprintable() for line in done.output.splitlines())
    assert "letter" in done.output or "expected" in done.output


def commands(group, before=(), *, of_all=False):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name), of_all=of_all)
        elif of_all or any("--json" in option.opts for option in command.params):
            yield " ".join((*before, name))


def test_every_command_with_json_has_a_schema_and_is_tried():
    with_json = set(commands(tree()))
    everything = set(commands(tree(), of_all=True))
    assert everything - with_json == {
        "exchange serve",
        "exchange witness serve",
    }  # they serve, and have no answer
    assert {name.replace(" ", "-") for name in with_json} == {path.stem for path in SCHEMAS.glob("*.json")}
    tried = {command_of(line.split()) for line in (*(line for line, _ in COMMANDS), *TO_NOBODY)}
    assert with_json == tried | ELSEWHERE
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parents[1].rglob("test_*.py"))
    assert [name for name in ELSEWHERE if f'("{name}"' not in tests] == []
    for name in with_json:
        Draft202012Validator.check_schema(schema(name))


def test_a_letter_that_the_stream_lacks_is_written_as_its_code(here):
    command = [sys.executable, "-m", "equipoise", "check", str(here / "broken.toml"), "--json"]
    said = [
        subprocess.run(
            command, capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": encoding}
        )
        for encoding in ("utf-8", "ascii")
    ]
    whole, plain = (strict(one.stdout.decode()) for one in said)
    assert whole == plain
    assert not said[0].stdout.isascii()
