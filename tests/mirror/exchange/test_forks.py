"""A peer that keeps two histories is found by the node itself, and what it signed is kept and shown."""

import json

import pytest
from exchange_pair import forged, kinds, leaves, text

from equipoise.checkers.exchange_log import verify
from equipoise.exchange.node.refusals import LATE
from equipoise.exchange.picture.chart import Land
from equipoise.exchange.picture.display import party_body
from equipoise.exchange.protocol.growth import Growth
from equipoise.exchange.protocol.tree import (
    Frontier,
    consistency_proof,
    consistent,
    leaf_hash,
    node_hash,
    root_of,
)
from equipoise.model.notices import instruments

NOT_EXTENDED = "fork: the log does not extend the one that was signed before"


@pytest.mark.second_method
@pytest.mark.parametrize("old", range(40))
def test_the_proof_of_growth_is_that_of_rfc_6962(old):
    data, tree = [bytes([number]) * 3 for number in range(75)], Frontier()

    def node(level, index):
        if level == 0:
            return leaf_hash(data[index])
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    for one in data[:old]:
        tree.append(one)
    growth = Growth(tree)
    for new in range(old, len(data)):
        expected = consistency_proof(node, old, new)
        assert growth.proof() == [step.hex() for step in expected]
        if old:
            roots = {"old_root": root_of(node, old), "new_root": root_of(node, new)}
            assert consistent(old_size=old, new_size=new, proof=expected, **roots)
        growth.append(leaf_hash(data[new]))
    assert len(growth._new) <= 14


def test_heads_of_an_honest_exchange_extend_each_other(pair):
    for number in range(40):
        pair.send(text(f"a {number}"))
        pair.answer(text(f"b {number}"))
    bodies = [leaf["message"]["body"] for leaf in leaves(pair.a.storage) if leaf["kind"] == "received"]
    assert any(len(body["proof"]) > 2 for body in bodies)
    pair.a.storage.close()
    pair.a = pair.open("A")
    pair.send(text("after a restart"))
    pair.answer(text("answer"))
    assert (pair.a.refusals, pair.b.refusals) == ({}, {})
    assert not pair.a.outbox
    assert not pair.b.outbox


def kept(pair, reason):
    assert pair.a.refusals == {reason: 1}
    leaf = leaves(pair.a.storage)[-1]
    assert leaf["message"]["body"]["from"] == "B"
    assert "the peer signed two histories" in party_body(pair.a.picture, now_ms=pair.now_ms, land=Land())
    report = verify(pair.path("A"), pair.path("B"), duties=instruments())
    assert any("fork: B signed" in line for line in report.breaches)


def test_a_message_whose_head_does_not_extend_the_last_one_is_a_fork(pair):
    frame = pair.answer(text())[0]
    changes = {"seq": 2, "prev": pair.a.heard.digest, "head": {"size": 9, "root": "ab" * 32}}
    for proof in ([], json.loads(frame)["body"]["proof"], ["cd" * 32] * 3):
        pair.a.refusals.clear()
        pair.a.receive([forged(frame, "B", **changes, proof=proof)])
        kept(pair, NOT_EXTENDED)
    assert pair.a.heard.seq == 1


@pytest.mark.parametrize("name", ["proof", "last_proof"])
def test_a_receipt_that_does_not_extend_what_was_signed_is_a_fork_and_evidence(pair, name):
    pair.answer(text("one"))
    pair.send(text("first"))
    receipt = pair.b.receive(pair.a.ingest(text("second")))[0]
    body = json.loads(receipt)["body"]
    other = {"size": body["head"]["size"] + 1, "root": "ab" * 32}
    pair.a.receive([forged(receipt, "B", head=other)])
    kept(pair, NOT_EXTENDED)
    assert len(pair.a.outbox) == 1
    assert body[name] or body["since"]


def test_receipts_of_one_history_and_messages_of_another_cannot_go_on(pair):
    """Each line alone looks whole; the next receipt would have to extend both."""
    pair.answer(text("one"))
    pair.send(text("first"))
    shadow = Growth(Frontier())
    tree = Frontier()
    for data in [*pair.b.storage.read()][:-1]:
        tree.append(data)
    assert shadow.proof() == []
    receipt = pair.b.receive(pair.a.ingest(text("second")))[0]
    body = json.loads(receipt)["body"]
    # a second history of B's: the same leaves up to its last message, another one after
    heads = [leaf["message"]["body"]["head"] for leaf in leaves(pair.a.storage) if leaf["kind"] == "received"]
    fork, base = Frontier(), Frontier()
    for data in [*pair.b.storage.read()][: heads[-1]["size"]]:
        fork.append(data)
        base.append(data)
    growth = Growth(base)
    for data in (b"another", b"history", b"of the same", b"length"):
        fork.append(data)
        growth.append(leaf_hash(data))
    head = {"size": fork.size, "root": fork.root().hex()}
    pair.a.receive([forged(receipt, "B", head=head, proof=growth.proof(), last=0, last_proof=[])])
    assert pair.a.refusals == {}  # its line is whole so far
    pair.a.receive(pair.b.ingest(text("two")))  # the message that goes on with the true history
    honest = pair.b.receive(pair.a.ingest(text("third")))[0]
    lie = json.loads(honest)["body"]
    pair.a.receive([forged(honest, "B", last=head["size"], last_proof=lie["last_proof"])])
    assert next(iter(pair.a.refusals)).startswith("fork")
    assert body["ack"] == 2


def test_a_receipt_that_refers_to_a_message_yet_to_come_is_judged_when_it_comes(pair):
    pair.answer(text("one"))
    pair.send(text("first"))
    late = pair.b.ingest(text("two"))
    receipt = pair.b.receive(pair.a.ingest(text("second")))[0]
    size = json.loads(receipt)["body"]["head"]["size"]
    pair.a.receive([forged(receipt, "B", head={"size": size, "root": "ab" * 32}, last=0, last_proof=[])])
    assert pair.a.refusals == {}
    pair.a.receive(late)
    kept(pair, "fork: a receipt that the log does not extend")
    assert pair.a.heard.seq == 2  # the message itself is in its place


def test_receipts_that_pass_over_the_last_messages_count_for_nothing(pair):
    """A peer that says with each receipt that it signed nothing before could keep a second history for its receipts."""
    pair.answer(text("one"))
    pair.send(text("first"))
    for number in range(3):
        pair.answer(text(f"b {number}"))
        receipt = pair.b.receive(pair.a.ingest(text(f"a {number}")))[0]
        size = json.loads(receipt)["body"]["head"]["size"]
        other = {"size": size + 1, "root": f"{number:02x}" * 32}
        pair.a.receive([forged(receipt, "B", head=other, since=0, proof=[], last=0, last_proof=[])])
    assert (len(pair.a.outbox), pair.a.refusals) == (3, {LATE: 3})
    assert kinds(pair.a.storage)[-1] == "release"  # a late receipt is no offence
    pair.a.receive(pair.b.receive(pair.a.resend()))
    assert not pair.a.outbox
