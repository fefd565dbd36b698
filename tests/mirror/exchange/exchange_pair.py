import json
import random

from equipoise.exchange.node.party_node import Node
from equipoise.exchange.node.store import SqliteStorage
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, RECEIPT_DOMAIN, canonical, digest
from equipoise.exchange.protocol.gate import Gate
from equipoise.exchange.protocol.incoming import Party
from equipoise.exchange.protocol.keys import Ed25519Signer, approval
from equipoise.model.notices import instruments

SIGNERS = {name: Ed25519Signer(name.encode() * 32) for name in "ABC"}
OPERATORS = {name: Ed25519Signer(name[0].encode() * 32) for name in ("one", "two")}


class Pair:
    """Two nodes on real log files and a link that is a function call."""

    def __init__(self, folder):
        self.folder, self.now_ms, self.secrets = folder, 1_300_000_000_000, {}
        self.a, self.b = self.open("A"), self.open("B")

    def path(self, name):
        return self.folder / f"{name}.log"

    def open(self, name, signers=None, policy="", profile="", operators=OPERATORS, seal=None, snapshot=None):
        peer = "B" if name == "A" else "A"
        return Node(
            Party(name, peer, SIGNERS[peer].public),
            signers=signers or [SIGNERS[name], SIGNERS["C"]],
            gate=Gate(self.secrets.get(name, name.encode() * 32), party=name, policy=policy, profile=profile),
            storage=SqliteStorage(self.path(name)),
            instruments=instruments(),
            operators={who: signer.public for who, signer in operators.items()},
            seal=seal,
            snapshot=snapshot,
            clock_ms=self.clock,
            random_bytes=random.Random(str(self.folder)).randbytes,
        )

    def clock(self):
        self.now_ms += 1
        return self.now_ms

    def send(self, item, operator=""):
        how = {}
        if operator:
            how = {"operator": operator, "signature": approval(OPERATORS[operator], item_hash=digest(item))}
        frames = self.a.ingest(item, **how)
        self.a.receive(self.b.receive(frames))
        return frames

    def answer(self, item):
        """Send from B to A."""
        frames = self.b.ingest(item)
        self.b.receive(self.a.receive(frames))
        return frames

    def close(self):
        self.a.storage.close()
        self.b.storage.close()


def item(stream, payload, sensitivity="releasable", **more):
    return {"stream": stream, "exercise": True, "sensitivity": sensitivity, "payload": payload, **more}


def text(words="hello", sensitivity="releasable", **payload):
    return item("text", {"text": words, **payload}, sensitivity)


def track(name="t", time_s=1000.0, **payload):
    place = {"position_ecef_m": [7e6, 1e5, 2e5], "velocity_ecef_m_s": [1e3, 3e3, 4e3]}
    return item(
        "track", {"track_id": name, "time_s": time_s, **place, "sigma_m": 100.0, "sigma_m_s": 2.0} | payload
    )


def notice(name, start_ms, **payload):
    kind = {"notice_id": name, "instrument": "launch-notification-1988", "type": "pre-launch"}
    window = {"window_start_ms": start_ms, "window_end_ms": start_ms + 3_600_000}
    return item("notice", {**kind, **window, "launch_area": "Plesetsk", "impact_area": "Kura", **payload})


def launch(name, at_ms, by, sensitivity="withhold", **payload):
    return item(
        "launch", {"launch_id": name, "launched_at_ms": at_ms, "launched_by": by, **payload}, sensitivity
    )


def forged(frame, signer="A", **changes):
    body = json.loads(frame)["body"] | changes
    domain = RECEIPT_DOMAIN if "ack" in body else MESSAGE_DOMAIN
    return canonical(
        {"body": body, "key": SIGNERS[signer].public, "sig": SIGNERS[signer].sign(domain + canonical(body))}
    )


def kinds(storage):
    return [json.loads(leaf)["kind"] for leaf in storage.read()]


def leaves(storage):
    return [json.loads(leaf) for leaf in storage.read()]
