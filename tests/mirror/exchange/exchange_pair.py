import json
import random

from equipoise.exchange.encoding import MESSAGE_DOMAIN, canonical
from equipoise.exchange.gate import Gate
from equipoise.exchange.keys import Ed25519Signer
from equipoise.exchange.node import Node, Party
from equipoise.exchange.store import SqliteStorage

SIGNERS = {name: Ed25519Signer(name.encode() * 32) for name in "ABC"}


class Pair:
    """Two nodes on real log files and a link that is a function call."""

    def __init__(self, folder, revoked=frozenset()):
        self.folder, self.revoked, self.now_ms = folder, revoked, 1_300_000_000_000
        self.a, self.b = self.open("A"), self.open("B")

    def path(self, name):
        return self.folder / f"{name}.log"

    def open(self, name):
        peer = "B" if name == "A" else "A"
        return Node(
            Party(name, peer, SIGNERS[peer].public, self.revoked),
            signers=[SIGNERS[name], SIGNERS["C"]],
            gate=Gate(name.encode() * 32),
            storage=SqliteStorage(self.path(name)),
            clock_ms=self.clock,
            random_bytes=random.Random(1).randbytes,
        )

    def clock(self):
        self.now_ms += 1
        return self.now_ms

    def send(self, item, operator="auto"):
        frames = self.a.ingest(item, operator=operator)
        self.a.receive(self.b.receive(frames))
        return frames

    def close(self):
        self.a.storage.close()
        self.b.storage.close()


def text(words="hello", sensitivity="releasable", **payload):
    return {
        "stream": "text",
        "exercise": True,
        "sensitivity": sensitivity,
        "payload": {"text": words, **payload},
    }


def forged(frame, signer="A", **changes):
    body = json.loads(frame)["body"] | changes
    return canonical(
        {
            "body": body,
            "key": SIGNERS[signer].public,
            "sig": SIGNERS[signer].sign(MESSAGE_DOMAIN + canonical(body)),
        }
    )
