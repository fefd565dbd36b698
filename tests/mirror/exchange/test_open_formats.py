"""Logs in the open: Go's sumdb, the Python reader tlog-scales and pymerkle judge what we write, and we judge what they do."""

import asyncio
import json
import random
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from exchange_pair import text
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import PlainEd25519Signer, Vkey
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from validation.exchange_formats import build, judged, mutate, ours, write

from equipoise.checkers.exchange_log import BadNoteError, Pins, parse_key, verify
from equipoise.checkers.exchange_log.notes import parse_note
from equipoise.checkers.exchange_log.tiles import check_proof, check_tiles
from equipoise.exchange.node import archive
from equipoise.exchange.node.tiles import TileFolder, tile_path
from equipoise.exchange.node.witness import Witness, application
from equipoise.exchange.protocol.note import (
    Checkpoint,
    NoteError,
    NoteSigner,
    open_note,
    read_key,
    signed_note,
)
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments


@pytest.fixture(autouse=True)
def _no_sync(monkeypatch):
    monkeypatch.setattr("os.fsync", lambda handle: None)


@pytest.mark.outside
def test_go_accepts_our_logs_and_refuses_what_we_refuse(tmp_path):
    # source: golang.org/x/mod v0.7.0, sumdb/note and sumdb/tlog, as Debian 12 packages it
    judge = build(tmp_path / "tlog_check")
    if judge is None:
        pytest.skip("did not run: it needs the Debian packages golang-go and golang-golang-x-mod-dev")
    names = {write(tmp_path / "logs" / f"{seed:03d}", seed) for seed in range(60)}
    assert judged(judge, tmp_path / "logs") == names
    assert all(ours(tmp_path / "logs" / name) for name in names)
    for name in names:
        mutate(tmp_path / "logs" / name, random.Random(name))
    assert judged(judge, tmp_path / "logs") == set()
    assert not any(ours(tmp_path / "logs" / name) for name in names)


@pytest.mark.outside
@pytest.mark.parametrize("seed", range(100, 112))
def test_a_python_reader_of_others_verifies_signatures_and_proofs(tmp_path, seed):
    # source: tlog-scales 0.0.3 from PyPI
    write(tmp_path / "log", seed)
    reader = TilesReader(LocalBackend(tmp_path / "log"))
    checkpoint = reader.get_checkpoint()
    keys = [Vkey.from_string(line) for line in (tmp_path / "log" / "vkeys").read_text().split()]
    assert sorted(key.sig_type for key in keys) == [1, 4, 6, 6]
    for key in keys:
        checkpoint.verify(key)
    tiles = TileFolder(tmp_path / "log")
    assert reader.calculate_root_hash() == checkpoint.root_hash == tiles.root()
    rng = random.Random(seed)
    for _ in range(5):
        index, old = rng.randrange(tiles.size), rng.randrange(1, tiles.size + 1)
        steps = archive.inclusion_proof(tiles.node, index, tiles.size)
        assert reader.get_inclusion_proof(index, tiles.size).node_hashes == steps
        assert reader.get_entry(index) == tiles.entry(index)
        ours_too = archive.consistency_proof(tiles.node, old, tiles.size)
        assert reader.get_consistency_proof(old, tiles.size).node_hashes == ours_too


@pytest.mark.outside
def test_a_checkpoint_that_others_signed_is_read():
    # source: tlog-scales 0.0.3 from PyPI
    signer = PlainEd25519Signer("their.example/log", Ed25519PrivateKey.from_private_bytes(b"t" * 32))
    note = TheirCheckpoint.make_signed("their.example/log", 7, b"r" * 32, [signer]).serialize()
    key = read_key(signer.vkey.serialize())
    assert open_note(note, [key])[0] == Checkpoint("their.example/log", 7, b"r" * 32)
    assert parse_note(note).signed_by(parse_key(signer.vkey.serialize()))


def test_the_example_of_the_specification_has_our_key_ids():
    # source: C2SP signed-note, the note of quasimodo.example/salvatore: a signature line of 4 + 64 bytes
    signer = NoteSigner("quasimodo.example/salvatore", b"q" * 32, witness=False)
    assert read_key(signer.keys[0].text) == signer.keys[0]
    assert len(signer.keys[1].public) == 1312


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (0, "tile/0/000"),
        (999, "tile/0/999"),
        (1_000, "tile/0/x001/000"),
        (1_234_067, "tile/0/x001/x234/067"),  # source: C2SP tlog-tiles
    ],
)
def test_tiles_lie_where_the_specification_says(number, path):
    assert tile_path(0, number) == path
    assert tile_path(0, number, 5) == path + ".p/5"


GOOD = Checkpoint("log.example/x", 12, b"h" * 32)
SIGNER = NoteSigner("log.example/x", b"s" * 32, witness=False)
NOTE = signed_note(GOOD, SIGNER.lines(GOOD, time_s=1_700_000_000))


def held(note, keys):
    try:
        return all(parse_note(note).signed_by(key) for key in keys)
    except BadNoteError:
        return False


@pytest.mark.parametrize(
    "change",
    [
        lambda note: note.replace("\n12\n", "\n012\n"),
        lambda note: note.replace("\n12\n", "\n-1\n"),
        lambda note: note.replace("\n12\n", "\n13\n"),
        lambda note: note.replace("log.example/x\n", "log.example/y\n", 1),
        lambda note: note.replace("\u2014 log", "- log", 1),
        lambda note: note.replace("\n\n", "\n"),
        lambda note: note[:-1],
        lambda note: note + "\x07\n",
        lambda note: note.replace("\u2014 log.example/x ", "\u2014 log.example/x  ", 1),
        lambda note: note[: note.rindex("\n\u2014") + 1][:-9] + "AAAAAAA=\n",
    ],
)
def test_a_changed_note_is_refused_by_node_and_verifier(change):
    assert open_note(NOTE, SIGNER.keys)[0] == GOOD
    keys = [parse_key(key.text) for key in SIGNER.keys]
    assert all(parse_note(NOTE).signed_by(key) for key in keys)
    with pytest.raises(NoteError):
        open_note(change(NOTE), SIGNER.keys)
    assert not held(change(NOTE), keys)


def party(tmp_path, pair):
    """Return a folder as 'equipoise exchange init' makes it, whose log is the pair's."""
    folder = tmp_path / "party"
    folder.mkdir()
    (folder / "evidence.log").symlink_to(pair.path("A"))
    seeds = [(b"A" * 32).hex(), (b"C" * 32).hex()]
    (folder / "secret.json").write_text(json.dumps({"seeds": seeds, "gate": "00" * 32, "link": ""}))
    return folder


def witness_of(folder, name="w.example"):
    keys = [read_key(line) for line in archive.verifier_keys(folder).split()]
    logs = {keys[0].name: {"keys": [key.text for key in keys], "size": 0, "root": "", "note": ""}}
    kept = []
    signer = NoteSigner(name, name.encode().ljust(32), witness=True)
    return Witness(signer, logs=logs, keep=kept.append, time_s=lambda: 1_700_000_000), kept


def test_a_log_grows_into_tiles_that_both_verifiers_take(pair, tmp_path):
    folder = party(tmp_path, pair)
    for number in range(3):
        filings = [Filing(text(f"message {number} {words}")) for words in range(120)]
        pair.a.receive(pair.b.receive(pair.a.ingest_many(filings).frames))
        tiles = archive.archive(folder, time_s=1)
    assert tiles.size == pair.a.tree.size
    assert tiles.root() == pair.a.tree.root()
    keys = [parse_key(line) for line in archive.verifier_keys(folder).split()][:2]
    assert check_tiles(folder / "tiles", keys).size == tiles.size
    report = verify(folder / "tiles", pair.path("B"), duties=instruments())
    assert report.breaches == []
    note = (folder / "tiles" / "checkpoint").read_text("utf-8")
    assert verify(pair.path("A"), pair.path("B"), duties=instruments(), checkpoints=(note,)).holds
    index = 77
    assert check_proof(archive.proof_of(tiles, index), tiles.entry(index), keys).size == tiles.size
    with pytest.raises(BadNoteError):
        check_proof(archive.proof_of(tiles, index), tiles.entry(index + 1), keys)


def test_old_tiles_go_to_a_cold_folder_that_is_a_log_by_itself(pair, tmp_path):
    folder, cold = party(tmp_path, pair), tmp_path / "cold"
    keys = None
    for _ in range(2):
        filings = [Filing(text(f"message {pair.now_ms} {words}")) for words in range(300)]
        pair.a.receive(pair.b.receive(pair.a.ingest_many(filings).frames))
        tiles = archive.archive(folder, time_s=1)
        assert archive.to_cold(folder, tiles, cold) == 1
        keys = keys or [parse_key(line) for line in archive.verifier_keys(folder).split()][:2]
        assert check_tiles(cold, keys).size == tiles.size
    assert verify(cold, pair.path("B"), duties=instruments()).holds
    assert not list((folder / "tiles" / "tile" / "entries").glob("[0-9]??")), "full bundles are gone here"
    cold.rename(tmp_path / "away")
    assert check_proof(archive.proof_of(tiles, 3), list(pair.a.storage.read())[3], keys).size == tiles.size
    pair.send(text("after"))
    grown = archive.archive(folder, time_s=2)
    assert archive.to_cold(folder, grown, tmp_path / "second") == 0
    assert check_tiles(tmp_path / "second", keys).size == grown.size, "made again from the log"


def test_a_cold_folder_of_another_log_or_with_damage_is_refused(pair, tmp_path):
    folder, cold = party(tmp_path, pair), tmp_path / "cold"
    for number in range(300):
        pair.a.ingest(text(f"message {number}"))
    tiles = archive.archive(folder, time_s=1)
    archive.to_cold(folder, tiles, cold)
    bundle = cold / "tile" / "entries" / "000"
    bundle.write_bytes(bundle.read_bytes().replace(b"message 7", b"message 8"))
    with pytest.raises(InputError, match="does not hold what was signed"):
        archive.to_cold(folder, tiles, cold)
    write(tmp_path / "other", 5)
    with pytest.raises(InputError, match="that this log does not continue"):
        archive.to_cold(folder, tiles, tmp_path / "other")


def test_a_key_that_changed_signs_the_next_checkpoint(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text())
    archive.archive(folder, time_s=1)
    from exchange_pair import SIGNERS

    pair.b.receive(pair.a.rotate(SIGNERS["C"]))
    tiles = archive.archive(folder, time_s=2)
    keys = [read_key(line) for line in archive.verifier_keys(folder).split()]
    assert open_note(archive.note_of(tiles), keys[2:])[0].size == tiles.size
    pair.send(text("after"))
    note = archive.note_of(archive.archive(folder, time_s=3))
    assert verify(pair.path("A"), pair.path("B"), duties=instruments(), checkpoints=(note,)).holds


def test_tiles_of_another_history_are_not_signed_again(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text("true story"))
    archive.archive(folder, time_s=1)
    (tmp_path / "other").mkdir()
    other = type(pair)(tmp_path / "other")
    for words in ("another story", "more"):
        other.send(text(words))
    (folder / "evidence.log").unlink()
    (folder / "evidence.log").symlink_to(other.path("A"))
    with pytest.raises(InputError, match=r"do not continue into|does not hold|no key that is known"):
        archive.archive(folder, time_s=2)
    other.close()


def test_a_witness_countersigns_and_a_quorum_is_counted(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text())
    witnesses = [witness_of(folder, name)[0] for name in ("w.example", "v.example")]
    keys = [key for one in witnesses for key in one.signer.keys]
    since = 0
    for words in ("one", "two"):
        tiles = archive.archive(folder, time_s=1)
        answers = [one.add_checkpoint(archive.request_of(tiles, since=since)) for one in witnesses]
        assert [answer.status for answer in answers] == [200, 200]
        for answer in answers:
            archive.countersigned(tiles, answer.text, keys=keys)
        since = tiles.size
        pair.send(text(words))
    note = (folder / "tiles" / "checkpoint").read_text("utf-8")
    known = frozenset(parse_key(key.text) for key in keys)

    def judge(note, **how):
        return verify(
            pair.path("A"), pair.path("B"), duties=instruments(), checkpoints=(note,), pins=Pins(**how)
        )

    assert judge(note, witnesses=known).witnesses[0]["witnesses"] == ["v.example", "w.example"]
    own = frozenset(parse_key(key.text) for key in NoteSigner("w.example", b"o" * 32, witness=True).keys)
    assert any("0 known witnesses; 1 are asked for" in line for line in judge(note, witnesses=own).breaches)
    without = "".join(line for line in note.splitlines(keepends=True) if "v.example" not in line)
    assert any("1 known witnesses; 2 are asked" in line for line in judge(without, witnesses=known).breaches)
    assert judge(without, witnesses=known, quorum=1).holds
    # a log's own key under a witness's name, or the log as its own witness, is no witness
    assert any(
        "0 known" in line
        for line in judge(
            note, witnesses=frozenset({parse_key(archive.verifier_keys(folder).split()[1])})
        ).breaches
    )


def test_a_witness_answers_as_the_specification_asks(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text("first"))
    witness, kept = witness_of(folder)
    tiles = archive.archive(folder, time_s=1)
    first, size = archive.request_of(tiles, since=0), tiles.size
    head, _, note = first.partition("\n\n")
    assert witness.add_checkpoint("old x\n\n" + note).status == 400
    assert witness.add_checkpoint(f"{head}\n\nother{note}").status == 404
    assert witness.add_checkpoint(first.replace(f"\n{size}\n", f"\n{size + 1}\n")).status == 403
    assert witness.add_checkpoint(f"old {size + 1}\n\n{note}").status == 400
    assert kept == []
    assert witness.add_checkpoint(first).status == 200
    assert kept[0][tiles_origin(note)]["size"] == size  # kept before the answer is given
    assert (witness.add_checkpoint(first).status, witness.add_checkpoint(first).text) == (409, f"{size}\n")
    pair.send(text("second"))
    tiles = archive.archive(folder, time_s=2)
    proven = archive.request_of(tiles, since=size)
    bare = f"old {size}\n\n" + proven.partition("\n\n")[2]
    assert witness.add_checkpoint(bare).status == 422
    assert witness.add_checkpoint(proven).status == 200


def tiles_origin(note):
    return note.partition("\n")[0]


def test_a_witness_refuses_a_second_history_and_keeps_both(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text("first story"))
    witness, kept = witness_of(folder)
    tiles = archive.archive(folder, time_s=1)
    assert witness.add_checkpoint(archive.request_of(tiles, since=0)).status == 200
    origin, size = tiles_origin(archive.note_of(tiles)), tiles.size
    signer = NoteSigner(origin, b"A" * 32, witness=False)
    other = Checkpoint(origin, size, b"x" * 32)
    note = signed_note(other, signer.lines(other, time_s=2))
    assert witness.add_checkpoint(f"old {size}\n\n{note}").status == 409
    assert kept[-1][origin]["refused"] == note
    assert kept[-1][origin]["note"] == archive.note_of(tiles)


def test_a_checkpoint_of_another_history_is_a_fork(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text("first story"))
    tiles = archive.archive(folder, time_s=1)
    origin = tiles_origin(archive.note_of(tiles))
    signer, other = NoteSigner(origin, b"A" * 32, witness=False), Checkpoint(origin, tiles.size, b"x" * 32)
    stranger = NoteSigner(origin, b"Z" * 32, witness=False)

    def lines(signer):
        note = signed_note(other, signer.lines(other, time_s=2))
        return verify(pair.path("A"), pair.path("B"), duties=instruments(), checkpoints=(note,)).breaches

    assert any("checkpoint: fork" in line for line in lines(signer))
    assert any("no key of its log signed" in line for line in lines(stranger))


def test_a_witness_answers_over_http(pair, tmp_path):
    folder = party(tmp_path, pair)
    pair.send(text())
    asked = archive.request_of(archive.archive(folder, time_s=1), since=0).encode()

    async def ask():
        transport = httpx.ASGITransport(app=application(witness_of(folder)[0]))
        async with httpx.AsyncClient(transport=transport, base_url="http://w.example") as client:
            return [
                *[
                    await client.post("/add-checkpoint", content=body)
                    for body in (asked, asked, b"x" * 80_000)
                ],
                await client.get("/add-checkpoint"),
            ]

    first, again, long, got = asyncio.run(ask())
    assert (first.status_code, first.text.count("\u2014")) == (200, 2)
    assert (again.status_code, again.headers["content-type"].partition(";")[0]) == (409, "text/x.tlog.size")
    assert (long.status_code, got.status_code) == (400, 405)


def test_the_checkers_alone_read_a_folder_of_tiles(tmp_path):
    """A verifier of others needs no node: only the checkers and cryptography are imported."""
    write(tmp_path / "log", 3)
    code = (
        "import sys, pathlib\n"
        "from equipoise.checkers.exchange_log.tiles import check_tiles\n"
        "check_tiles(pathlib.Path(sys.argv[1]), [])\n"
        "assert not [name for name in sys.modules if name.startswith('equipoise.exchange')]\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "log")], check=True)
    assert Path(tmp_path / "log" / "checkpoint").exists()
