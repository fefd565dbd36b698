"""Keys of a party: for the owner alone, sealed under a passphrase, renewed apart from rotation, compared by people."""

import datetime
import json
import os
import ssl
import stat
from pathlib import Path

import pytest

from command_line import invoke
from equipoise.exchange.node import files, keyring
from equipoise.exchange.node.keyring import days_left, fingerprint, read_public, renew, signers, tls, warning
from equipoise.exchange.node.party_files import create, open_node, seal
from equipoise.foundation.errors import InputError


@pytest.fixture
def passphrase(tmp_path, monkeypatch):
    path = tmp_path / "passphrase"
    path.write_text("correct horse battery\n")
    monkeypatch.setenv(keyring.PASSPHRASE_FILE, str(path))
    keyring._asked.cache_clear()
    yield path
    keyring._asked.cache_clear()


def command(*words):
    return invoke(["exchange", *words])


def test_every_file_is_for_its_owner_alone(tmp_path):
    old = os.umask(0o000)
    try:
        for name in "ab":
            create(tmp_path / name, party=name)
        node = open_node(tmp_path / "a", peer=read_public(tmp_path / "b" / "public.json"))
        seal(tmp_path / "a", node)()
        modes = {
            path.relative_to(tmp_path): stat.S_IMODE(path.stat().st_mode)
            for path in (tmp_path / "a").rglob("*")
        }
        node.storage.close()
    finally:
        os.umask(old)
    assert {name.name for name in modes} >= {
        "evidence.log",
        "evidence.log-wal",
        "seal.json",
        "secret.json",
        "inbox",
    }
    assert {mode for name, mode in modes.items() if name.name != "inbox"} == {0o600}
    assert stat.S_IMODE((tmp_path / "a" / "inbox").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700


def test_a_sealed_keyring_opens_with_its_passphrase_alone(tmp_path, passphrase):
    done = command("init", tmp_path / "a", "--party", "a", "--sealed", "--json")
    assert done.exit_code == 0, done.output
    create(tmp_path / "b", party="b")
    kept = (tmp_path / "a" / "secret.json").read_text()
    assert set(json.loads(kept)) == {"salt", "nonce", "sealed"}
    assert "ENCRYPTED" in (tmp_path / "a" / "tls.key").read_text()
    assert signers(tmp_path / "a")[0].public == read_public(tmp_path / "a" / "public.json")["key"]
    assert tls(tmp_path / "a", peer=read_public(tmp_path / "b" / "public.json"), server=True)
    assert command("rotate", tmp_path / "a", "--json").exit_code == 0
    assert len(signers(tmp_path / "a")) == 2
    passphrase.write_text("wrong horse battery\n")
    keyring._asked.cache_clear()
    keyring._opened.cache_clear()
    with pytest.raises(InputError, match="does not open with this passphrase"):
        signers(tmp_path / "a")


def test_a_sealed_keyring_that_nobody_can_open_is_one_line(tmp_path, passphrase, monkeypatch):
    create(tmp_path / "a", party="a", passphrase="correct horse battery")
    monkeypatch.delenv(keyring.PASSPHRASE_FILE)
    keyring._asked.cache_clear()
    keyring._opened.cache_clear()
    done = command("rotate", tmp_path / "a")
    assert done.exit_code == 2
    assert "is sealed and nobody can be asked" in done.output
    (tmp_path / "short").write_text("short")
    monkeypatch.setenv(keyring.PASSPHRASE_FILE, str(tmp_path / "short"))
    keyring._asked.cache_clear()
    assert "at least 12 letters" in command("init", tmp_path / "c", "--party", "c", "--sealed").output


def test_a_damaged_sealed_keyring_is_said(tmp_path, passphrase):
    create(tmp_path / "a", party="a", passphrase="correct horse battery")
    path = tmp_path / "a" / "secret.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "salt": 5}))
    with pytest.raises(InputError, match="is not a keyring"):
        signers(tmp_path / "a")


def test_a_certificate_is_renewed_and_the_signing_key_stays(tmp_path):
    before = read_public(create(tmp_path / "a", party="a"))
    after = read_public(renew(tmp_path / "a"))
    assert (after["party"], after["key"]) == (before["party"], before["key"])
    assert after["certificate"] != before["certificate"]
    assert days_left(after) == pytest.approx(365.0, abs=0.1)


def test_a_certificate_of_a_version_that_does_not_exist_is_refused(tmp_path):
    path = create(tmp_path / "a", party="a")
    public = json.loads(path.read_text())
    der = bytearray(ssl.PEM_cert_to_DER_cert(public["certificate"]))
    der[der.index(bytes.fromhex("a003020102")) + 4] = 28  # the tagged version: 2 stands for version 3
    path.write_text(json.dumps(public | {"certificate": ssl.DER_cert_to_PEM_cert(bytes(der))}))
    with pytest.raises(InputError, match="not a certificate in PEM form"):
        read_public(path)


@pytest.mark.parametrize(
    ("content", "reason"), [('{"party": "a\\ud800"}', "surrogate"), ("[" * 40, "cannot be read")]
)
def test_a_file_of_a_party_holds_plain_json(tmp_path, content, reason):
    (tmp_path / "public.json").write_text(content)
    with pytest.raises(InputError, match=reason):
        read_public(tmp_path / "public.json")


def test_people_are_warned_thirty_days_before_a_certificate_ends(tmp_path, monkeypatch):
    assert warning(read_public(create(tmp_path / "a", party="a"))) == ""
    monkeypatch.setattr(keyring, "CERTIFICATE_DAYS", 20)
    assert "ends in 20 days" in warning(read_public(renew(tmp_path / "a")))
    real = datetime.timedelta(days=-1)
    monkeypatch.setattr(keyring, "days_left", lambda _: real.days)
    assert "has ended" in warning(read_public(tmp_path / "a" / "public.json"))


def test_both_sides_see_the_same_digits_and_any_change_alters_them(tmp_path):
    path = create(tmp_path / "a", party="a")
    said = json.loads(command("fingerprint", path, "--json").stdout)["fingerprint"]
    assert said == fingerprint(read_public(path))
    assert len(said.split()) == 16
    assert fingerprint({**read_public(path), "key": "ab" * 32}) != said
    done = command("init", tmp_path / "b", "--party", "b")
    assert fingerprint(read_public(tmp_path / "b" / "public.json")) in done.output


@pytest.mark.parametrize(
    "line", ["init NEW --party north", "renew OLD", "rotate OLD", "operator OLD anna --out OUT"]
)
def test_a_command_that_was_stopped_after_any_file_is_run_again(line, tmp_path, monkeypatch):
    whole = files.sync_folder
    for kept in range(9):
        places = {name: str(tmp_path / f"{name}{kept}") for name in ("NEW", "OLD", "OUT")}
        words = [places.get(word, word) for word in line.split()]
        assert command(*["init", places["OLD"], "--party", "east"]).exit_code == 0
        written = iter(range(kept))

        def stop(folder, written=written):
            whole(folder)
            if next(written, None) is None:
                raise KeyboardInterrupt

        monkeypatch.setattr(files, "sync_folder", stop)
        first = command(*words)
        monkeypatch.setattr(files, "sync_folder", whole)
        if first.exit_code == 0:
            return
        again = command(*[word.replace("OUT", "again") for word in words])
        done = ("holds a party already", "is enrolled already")  # after the last file nothing is left to make
        assert again.exit_code == 0 or any(line in again.output for line in done), again.output
        folder = Path(words[1])
        own = read_public(folder / "public.json")
        assert own["key"] in {signer.public for signer in signers(folder)}
        tls(folder, peer=own, server=True)
    raise AssertionError("never whole")


def test_a_peer_of_the_own_name_is_refused(tmp_path):
    """Its tracks and notices would stand among one's own; nor is the own public.json a peer's."""
    for folder in "ab":
        create(tmp_path / folder, party="west")
    for folder in "ab":
        with pytest.raises(InputError, match="is the name of this party itself"):
            open_node(tmp_path / "a", peer=read_public(tmp_path / folder / "public.json"))
    assert not (tmp_path / "a" / "evidence.log").exists()


def test_a_key_of_another_party_takes_no_peers_place(tmp_path):
    """One's own public.json in the place of the peer's new one would have ended the exchange for good."""
    for party in ("west", "east", "north"):
        create(tmp_path / party, party=party)
    public = {party: tmp_path / party / "public.json" for party in ("west", "east", "north")}
    open_node(tmp_path / "west", peer=read_public(public["east"])).storage.close()
    old = read_public(public["east"])["key"]
    for party in ("west", "north"):
        done = command("revoke", str(tmp_path / "west"), old, "--peer", str(public[party]))
        assert done.exit_code == 2
        assert f"{party}: is another party; the peer of this log is 'east'" in done.output
    assert not [*(tmp_path / "west" / "inbox").iterdir()]
    again = command("revoke", str(tmp_path / "west"), old, "--peer", str(public["east"]))
    assert again.exit_code == 0
