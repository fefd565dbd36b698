"""Every command that reads a file, given a pipe nobody writes to, a device without end, and a folder: one line, at once."""

import os

import pytest

from command_line import invoke
from equipoise.checkers.command import main as verify
from equipoise.exchange.node.keyring import read_public
from equipoise.exchange.node.party_files import open_node

COMMANDS = (
    "check FILE",
    "run FILE --out OUT",
    "defend FILE --out OUT",
    "expose FILE --out OUT",
    "balance FILE --out OUT",
    "compare FILE --out OUT",
    "engage FILE",
    "sweep FILE --out OUT",
    "guarantee check FILE",
    "guarantee worst FILE",
    "guarantee certify FILE --out OUT",
    "guarantee question FILE --out OUT",
    "guarantee verify FILE",
    "guarantee report FILE --out OUT",
    "guarantee space FILE",
    "guarantee timeline FILE",
    "guarantee watch FILE",
    "flight-test check FILE",
    "flight-test plan FILE --out OUT",
    "flight-test evidence ftm-16-like --estimates FILE --out OUT",
    "flight-test notice FILE --given 2011-08-20T12:00:00Z",
    "results show FILE",
    "results diff FILE FILE",
    "results query FILE",
    "report FILE",
    "page FILE",
    "cite FILE",
    "exchange notice PARTY FILE",
    "exchange ingest PARTY FILE.json",
    "exchange ingest PARTY FILE.jsonl",
    "exchange ingest PARTY FILE.csv",
    "exchange ingest PARTY FILE.oem",
    "exchange ingest PARTY FILE.xml",
    "exchange serve PARTY --peer FILE --listen 127.0.0.1:0",
    "exchange fingerprint FILE",
    "exchange revoke PARTY KEY --peer FILE",
    "exchange cosign PARTY --key FILE --lines FILE",
    "exchange witness trust WITNESS --key FILE",
    "exchange witness sign WITNESS FILE",
    "exchange verify FILE FILE",
    "exchange verify LOG LOG --party FILE",
    "exchange verify LOG LOG --opened FILE",
    "exchange verify LOG LOG --checkpoint FILE",
    "exchange verify LOG LOG --witness-key FILE",
    "exchange verify LOG LOG --instruments FILE",
)
LOG = "tests/data/exchange_logs/logs/holds-a.jsonl"


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    here = tmp_path_factory.mktemp("strange")
    said("exchange", "init", here / "party", "--party", "east")
    said("exchange", "init", here / "peer", "--party", "west")
    open_node(here / "party", peer=read_public(here / "peer" / "public.json"))
    (here / "keys").write_text(said("exchange", "vkey", here / "party").stdout)
    said("exchange", "witness", "init", here / "witness", "--name", "witness.example", "--key", here / "keys")
    for ending in ("", ".json", ".jsonl", ".csv", ".oem", ".xml"):
        os.mkfifo(here / f"pipe{ending}")
        (here / f"folder{ending}").mkdir()
        (here / f"device{ending}").symlink_to("/dev/zero")
    return here


def said(*words):
    return invoke(words)


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_refuses_what_is_no_file(command, kind, places, request):
    here = {
        "PARTY": places / "party", "WITNESS": places / "witness", "OUT": places / "out", "KEY": "0" * 64,
        "LOG": request.config.rootpath / LOG,
    }  # fmt: skip
    words = [
        w.replace("FILE", str(places / kind)) if "FILE" in w else here.get(w, w) for w in command.split()
    ]
    done = said(*words)
    assert isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (1, 2, 3)
    assert len(done.output.strip().splitlines()) == 1, done.output
    assert str(places / kind) in done.output or kind in done.output
    assert not (places / "out").exists()


@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize(
    "command",
    ["certificate FILE", "log FILE LOG", "log LOG LOG --duties FILE", "log LOG LOG --party FILE", "log LOG LOG --checkpoint FILE"],
)  # fmt: skip
def test_the_checkers_alone_refuse_it_too(command, kind, places, request, capsys):
    here = {"FILE": str(places / kind), "LOG": str(request.config.rootpath / LOG)}
    assert verify([here.get(word, word) for word in command.split()]) in (
        1,
        2,
        3,
    )  # 3: a log that cannot be read
    said = capsys.readouterr()
    assert "not a file" in said.out + said.err
