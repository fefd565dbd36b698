"""Misuse of the exchange's commands: one line that says what and where, exit code 2, never a trace."""

import json
import socket

import pytest

from command_line import invoke
from equipoise.exchange.node.party_files import create


@pytest.fixture
def folder(tmp_path):
    for name in "ab":
        create(tmp_path / name, party=name)
    (tmp_path / "odd.json").write_text('{"party": "b"}')
    notice = {"notice_id": "n", "instrument": "plns-200", "type": "pre-launch"}
    item = {"stream": "notice", "exercise": True, "sensitivity": "releasable", "payload": notice}
    (tmp_path / "notice.json").write_text(json.dumps(item))
    return tmp_path


def exchange(folder, line):
    words = [str(folder / word[1:]) if word.startswith("@") else word for word in line.split()]
    return invoke(["exchange", *words])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("init @c --party Big", "1 to 32 lower-case letters"),
        ("init @a --party a", "holds a party already"),
        ("serve @a --peer @none.json --listen 127.0.0.1:7000", "cannot be read"),
        ("serve @a --peer @odd.json --listen 127.0.0.1:7000", "is not a public.json of a party"),
        ("serve @a --peer @b/public.json", "give exactly one"),
        ("serve @a --peer @b/public.json --listen 127.0.0.1:70000", "is not host:port"),
        ("serve @none --peer @b/public.json --listen 127.0.0.1:7000", "none/public.json: cannot be read"),
        ("notice @a @odd.json", "an item is an object with a stream out of"),
        ("notice @a @notice.json", "'plns-200' is not one of"),
        ("notice @a @none.json", "cannot be read"),
        ("ingest @a @odd.kml", "is not one of .csv"),
        ("held @a", "there is no log yet"),
        ("tiles @a", "there is no log yet"),
        ("vkey @a", "there is no log yet"),
        ("cosign @a --key @odd.json", "give exactly one"),
        ("export @a @out.log", "there is no log yet"),
        ("rotate @none", "cannot be read"),
        ("revoke @a zz", "is not 64 hex digits"),
        ("witness init @w --name w.example --key @odd.json", "holds no verifier keys"),
        ("witness sign @none @odd.json", "cannot be read"),
        ("verify @none @odd.json", "is neither a file"),
        ("verify @odd.json @odd.json --instruments @odd.json", "is not TOML"),
        ("operator @a Ann --out @ann.key", "cannot be enrolled under this name"),
        ("operator @a ann --out @odd.json", "a key is never written over"),
    ],
)
def test_misuse_is_one_line_and_code_2(folder, line, says):
    done = exchange(folder, line)
    assert done.exit_code == 2
    assert says in done.output
    assert "Traceback" not in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_two_files_that_are_no_logs_are_unreadable_and_not_in_breach(folder):
    done = exchange(folder, "verify @odd.json @notice.json")
    assert (done.exit_code, done.output.partition(":")[0]) == (3, "UNREADABLE")
    assert done.output.count("damaged or no log") == 2


def test_a_port_that_is_taken_is_one_line(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = exchange(folder, f"serve @a --peer @b/public.json --listen 127.0.0.1:{port}")
    assert done.exit_code == 2
    assert "address already in use" in done.output.lower()


def test_an_edited_rule_that_could_not_fire_ends_the_start(folder):
    path = folder / "a" / "release.cedar"
    path.write_text(path.read_text().replace("resource.exercise", "resource.exercis"))
    done = exchange(folder, "serve @a --peer @b/public.json --listen 127.0.0.1:7000")
    assert done.exit_code == 2
    assert "attribute `exercis`" in done.output


def test_a_name_that_is_taken_is_said_to_be(folder):
    # The refusal spoke of letters, digits and hyphens.
    assert exchange(folder, "operator @a ann --out @first.key").exit_code == 0
    done = exchange(folder, "operator @a ann --out @second.key")
    assert done.exit_code == 2
    assert "ann: is enrolled already. Choose another name." in done.output


def test_what_cannot_be_written_is_one_line_and_code_3(folder):
    # The exchange's own files, unlike all others, ended with 2, as wrong input does.
    for line in (
        "init @odd.json/c --party c",
        "operator @a ann --out @odd.json/key",
        "open-secret @a --out @odd.json/s",
    ):
        done = exchange(folder, line)
        assert done.exit_code == 3, done.output
        assert done.output.strip().endswith("odd.json is not a folder.")
