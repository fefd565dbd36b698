"""Standard output that nobody reads, that is closed, or that is full: one line and exit code 3 from every command."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from closed_output import GONE, said_to_nobody
from test_json_output import TO_NOBODY, commands

from command_line import invoke, tree
from equipoise.exchange.node.keyring import read_public
from equipoise.exchange.node.party_files import open_node
from equipoise.foundation.output_folder import seal
from equipoise.results.record import save_results
from equipoise.results.tables import write_table

sys.path.insert(0, str(Path(__file__).parents[1] / "page"))
from synthetic import results

LOGS = "tests/data/exchange_logs/logs"
LINES = (
    "",
    "--help",
    "--version",
    "list scenarios",
    "show deveselu",
    "cite deveselu",
    "check epaa",
    "new novel --defender JP --deterrer CN --threat-from KP",
    "page HERE/out --port 0",
    "results list HERE",
    "results show HERE/out",
    "results query HERE/out",
    "results diff HERE/out HERE/out",
    "results verify HERE/out",
    "engage epaa --threat ghadr-1 --to 39.9,32.9 --at 2018",
    "fly scud-b --from 38,46 --to 39,47 --out HERE/fly",
    "replicate --list",
    "guarantee verify tests/data/certificates/accepted/plain.json",
    "guarantee question sufficient --out HERE/question.json",
    "guarantee classify",
    "guarantee timeline epaa",
    "guarantee watch sufficient",
    "flight-test check ftm-16-like",
    "flight-test notice HERE/notice.json --given 2011-08-20T12:00:00Z",
    "exchange init HERE/north --party north",
    "exchange operator HERE/east anna --out HERE/anna.json",
    "exchange fingerprint HERE/east/public.json",
    "exchange held HERE/east",
    "exchange ingest HERE/east tests/data/cases/bom/tracks.csv",
    "exchange notice HERE/east HERE/item.json",
    "exchange renew HERE/east",
    "exchange open-secret HERE/east --out HERE/secret.json",
    "exchange vkey HERE/east",
    "exchange tiles HERE/east",
    "exchange request HERE/east",
    "exchange export HERE/east HERE/leaves.jsonl",
    f"exchange verify {LOGS}/holds-a.jsonl {LOGS}/holds-b.jsonl",
    "exchange witness init HERE/witness --name witness.example --key HERE/keys",
    "exchange revoke HERE/east " + "0" * 64,
    "exchange rotate HERE/east",
)  # fmt: skip
ELSEWHERE = {
    "run", "report", "expose", "sweep", "guarantee check", "guarantee certify", "crux", "flight-test evidence",  # hours or seconds of work, then one print
    "exchange serve", "exchange witness serve", "exchange witness trust",  # print nothing
    "exchange demo", "exchange approve", "exchange cosign", "exchange proof", "exchange witness sign",  # need two nodes
}  # fmt: skip


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("closed")
    (folder / "tests").symlink_to(Path(__file__).parents[1])
    (folder / "out" / "tables").mkdir(parents=True)
    save_results(folder / "out" / "results.nc", results())
    write_table(folder / "out" / "tables" / "rows.parquet", {"row": np.arange(3)}, header={"kind": "rows"})
    (folder / "out" / "report.html").write_text("a report")
    seal(folder / "out", {})
    (folder / "notice.json").write_text('{"type": "pre-launch"}')
    item = {"stream": "text", "exercise": True, "sensitivity": "releasable", "payload": {"text": "words"}}
    (folder / "item.json").write_text(json.dumps(item))
    for party in ("east", "west"):
        invoke(["exchange", "init", str(folder / party), "--party", party])
    open_node(folder / "east", peer=read_public(folder / "west" / "public.json"))
    (folder / "keys").write_text(invoke(["exchange", "vkey", str(folder / "east")]).stdout)
    return folder


@pytest.mark.parametrize("line", LINES)
def test_a_reader_that_has_gone_ends_a_command_in_one_line(line, here, monkeypatch):
    monkeypatch.chdir(here)
    code, text, errors = said_to_nobody(*line.replace("HERE", str(here)).split())
    assert text, errors
    assert (code, errors.splitlines()) == (3, [GONE])


def test_every_command_is_tried():
    leaves = set(commands(tree(), of_all=True))
    lines = {line for line in (*LINES, *TO_NOBODY) if line and not line.startswith("-")}
    assert {
        name for name in leaves if not any(f"{line} ".startswith(f"{name} ") for line in lines)
    } == ELSEWHERE


@pytest.mark.parametrize(
    ("tail", "line"),
    [
        ("| true", GONE),
        (">&-", "Standard output is closed; send it somewhere, for instance to /dev/null."),
        ("> /dev/full", "Standard output: cannot be written: the disk is full."),
    ],
)
def test_a_shell_hears_of_it(tail, line):
    command = f"set -o pipefail; sleep 0.2 | '{sys.executable}' -m equipoise --version {tail}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()) == (3, [line])
