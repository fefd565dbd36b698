"""One log by itself: its chain of messages, its keys, its decisions, its clock."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

from .coarsening import Sites
from .columns import Lines
from .heard import Again, Heard
from .leaves import leaves_of
from .log import MESSAGE, Log, Signed, signed_bytes, to_bytes
from .policy import Rules
from .report import Report
from .sent import Sent, usual
from .shape import KEYS, problem_with_leaf

SUBJECTS = {
    "notice": "notice_id",
    "launch": "launch_id",
    "track": "track_id",
    "text": "text",
    "heartbeat": "status",
    "key": "new_key",
}
# The start of a leaf that is the peer's word: the walk over the other log judges all of it but its time.
PEERS_WORD = re.compile(rb'\{"at_ms":(0|[1-9][0-9]{0,15}),"kind":"(received|receipt)",')
STRIDE = 256  # messages after which a signature is checked: it covers those before it, each of which names the one before
_quoted = lru_cache(maxsize=4_096)(json.JSONEncoder().encode)
TELLING = frozenset({"key", "notice"})  # streams of which a message changes how the verifier reads on


def subject_of(item: dict[str, Any]) -> str:
    """Return what an item is about, in a few words."""
    found = str(item["payload"].get(SUBJECTS[item["stream"]], ""))
    return found if len(found) <= 60 else found[:57] + "..."


@lru_cache(maxsize=256)
def _listed(*values: str | bool) -> str:
    return json.dumps(values)[1:-1]


class OwnSide:
    """Walks a log once and judges what its own party did; ``kept`` is all that a later walk over what is new needs."""

    def __init__(
        self, log: Log, report: Report, *, rows: Lines, secret: bytes | None = None, stride: int = STRIDE
    ) -> None:
        """Start before the first leaf.

        ``rows`` takes a line for each message; ``secret`` is the one from which the party coarsened, if it was opened;
        every ``stride``-th signature of a chain is checked, and the last one under each key.
        """
        self.log, self.report, self.secret, self.stride = log, report, secret, stride
        self.rows, self.sites, self.proven = rows, Sites(), set[str]()
        self.key, self.previous = log.key, ""
        self.announced = {
            log.key
        }  # the keys that lead to the one in force, each announced under the one before
        self.rules: Rules | None = None
        self.waiting: dict[str, str] = {}
        self.launches: dict[str, dict[str, Any]] = {}
        self.withheld = self.back_ms = self.last_ms = self.jumps = 0
        self.resumed = False
        self._chained: list[int] = []  # leaves whose signatures the last one of them covers
        self._last: tuple[dict[str, Any], bytes] | None = None  # the last frame of them with its body's bytes
        self._breaches = len(report.breaches)

    def kept(self) -> dict[str, Any]:
        """Return the state after the last leaf, as plain data."""
        names = ("key", "previous", "waiting", "launches", "withheld", "back_ms", "last_ms", "jumps")
        rules = self.rules.leaf if self.rules else None
        state = {name: getattr(self, name) for name in names}
        return {
            **state,
            "proven": sorted(self.proven),
            "keys": sorted(self.log.keys),
            "announced": sorted(self.announced),
            "rules": rules,
            "sites": self.sites.kept(),
        }

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from a state that was kept."""
        self.resumed = True
        self.proven, self.sites = set(kept.pop("proven")), Sites(kept.pop("sites"))
        self.log.keys, self.announced = set(kept.pop("keys")), set(kept.pop("announced"))
        rules = kept.pop("rules")
        self.rules = Rules(rules, party=self.log.party, secret=self.secret) if rules else None
        for name, value in kept.items():
            setattr(self, name, value)

    def walk(self) -> Heard:
        """Check every leaf that is new and grow the tree with it; return what they hold of the other party."""
        heard = Heard()
        for number, data in enumerate(self._new_leaves(), start=self.log.tree.size):
            self.log.tree.append(data)
            if found := PEERS_WORD.match(data):
                at_ms = int(found[1])
                self._clock(at_ms)
                heard.word(number, data, at_ms=at_ms, at=found.end(), kind=found[2])
            elif sent := usual(data):
                self._clock(sent.leaf["at_ms"])
                self._notice_launch(sent.leaf["item"])
                self._message(sent, number)
            else:
                heard.leaf(number, data, self._leaf(json.loads(data), data, number))
        self._prove()
        self._close()
        return heard

    def _new_leaves(self) -> Any:
        tree = self.log.tree
        if not tree.size:
            return leaves_of(self.log.path)
        leaves = leaves_of(self.log.path, first=tree.size - 1)
        last = hashlib.sha256(b"\x00" + next(leaves, b"")).digest()
        if last != tree.node(0, tree.size - 1):
            self._breach(f"leaf {tree.size - 1} is another than when this log was verified last, or is gone")
            return iter(())
        return leaves

    def _leaf(self, leaf: dict[str, Any], data: bytes, number: int) -> str:
        """Check a leaf of any form; return its kind."""
        kind: str = leaf["kind"]
        if to_bytes(leaf) != data:
            self._breach(f"leaf {number}: not in the one form that a leaf has")
        if kind not in KEYS or (kind == "genesis") != (number == 0):
            self._breach(f"leaf {number}: '{kind}' has no place there")
        elif problem := problem_with_leaf(leaf):
            self._breach(f"leaf {number}: {problem}")
        self._clock(leaf["at_ms"])
        if kind == "rules":
            self._change_rules(Rules(leaf, party=self.log.party, secret=self.secret))
        elif kind == "own-key":
            self._prove()
            self._take_key(leaf["key"], f"leaf {number}")
            self.announced = {leaf["key"]}
        elif kind == "held":
            self._notice_launch(leaf["item"])
            if problem := self._problem_with_release(leaf, to_bytes(leaf["item"]), b""):
                self._breach(f"leaf {number}: {problem}")
            self.waiting[leaf["item_hash"]] = f"{leaf['item']['stream']} '{subject_of(leaf['item'])}'"
        elif kind in ("release", "withheld"):
            self._notice_launch(leaf["item"])
            frame = leaf["message"]
            self._message(
                Sent(leaf, to_bytes(leaf["item"]), b"", to_bytes(frame["body"]), to_bytes(frame)), number
            )
        return kind

    def _breach(self, line: str) -> None:
        self.report.breach(f"{self.log.party}: {line}")

    def _change_rules(self, rules: Rules) -> None:
        if self.rules is not None and rules.least_error_m != self.rules.least_error_m:
            self._breach("the least error of its coarsening changed: two displacements give each other away")
        self.rules = rules

    def _clock(self, at_ms: int) -> None:
        if at_ms < self.last_ms:
            self.jumps, self.back_ms = self.jumps + 1, max(self.back_ms, self.last_ms - at_ms)
        self.last_ms = at_ms

    def _notice_launch(self, item: dict[str, Any]) -> None:
        """Remember what this party detected of the peer's launches."""
        if item["stream"] == "launch" and item["payload"].get("launched_by") == self.log.peer:
            self.launches[item["payload"]["launch_id"]] = item["payload"]

    def _message(self, sent: Sent, number: int) -> None:
        leaf, log = sent.leaf, self.log
        frame = leaf["message"]
        body, body_hash = frame["body"], hashlib.sha256(sent.body).digest()
        name = f"message {body['seq']}"
        if body["seq"] != log.sent + 1 or body["prev"] != self.previous:
            self._breach(f"{name}: gap in its own sequence")
        if (body["from"], body["to"], body["log"]) != (log.party, log.peer, log.name):
            self._breach(f"{name}: not between these parties, or of another log")
        if frame["key"] != self.key:
            self._breach(f"{name}: signature does not hold in its own log")
        else:
            self._chain(number, frame, sent.body)
        head = body["head"]
        problem = log.problem_with_head(head) if head["size"] <= number else "signs leaves that came later"
        if problem:
            self._breach(f"{name}: {problem}")
        if why := self._problem_with_release(leaf, sent.item, sent.payload):
            self._breach(f"{name}: {why}")
        self.waiting.pop(leaf["item_hash"], None)
        self.previous = body_hash.hex()
        log.add_message(
            body_hash, sent.frame, 0 if problem else head["size"], tells=body["stream"] in TELLING
        )
        if body["stream"] == "key":
            self._prove()
            self._succession(body["payload"], name)
        self._row(leaf, body)

    def _chain(self, number: int, frame: dict[str, Any], body: bytes) -> None:
        self._chained.append(number)
        self._last = frame, body
        if len(self._chained) >= self.stride:
            self._prove()

    def _prove(self) -> None:
        """Check the last signature of the chain: it covers the others, unless something is wrong with it or with them."""
        sound = len(self.report.breaches) == self._breaches
        if self._last and sound and Signed(self._last[0], MESSAGE, body=self._last[1]).holds():
            self.proven.add(self.key)
        elif self._chained:
            again = Again(self.log, first=self._chained[0])
            for number in self._chained:
                frame = json.loads(again.leaf(number))["message"]
                if Signed(frame, MESSAGE).holds():
                    self.proven.add(self.key)
                else:
                    self._breach(f"message {frame['body']['seq']}: signature does not hold in its own log")
        self._chained.clear()
        self._last = None
        self._breaches = len(self.report.breaches)

    def _problem_with_release(self, leaf: dict[str, Any], item: bytes, payload: bytes) -> str:
        if leaf["item_hash"] != hashlib.sha256(item).hexdigest():
            return "the leaf names another item than it holds"
        if self.rules is None:
            return "left before any rule of release was recorded"
        if problem := self.rules.problem_with(leaf, payload, self.sites):
            return problem
        if leaf["kind"] != "withheld":
            return ""
        opening = hashlib.sha256(bytes.fromhex(leaf["nonce"]) + item).hexdigest()
        if leaf["message"]["body"]["payload"] != {"commitment": opening}:
            return "the commitment does not open to the item that was withheld"
        return ""

    def _succession(self, payload: dict[str, Any], name: str) -> None:
        statement = {"party": self.log.party, "old_key": payload["old_key"], "new_key": payload["new_key"]}
        proof = b"equipoise exchange key 1\n" + to_bytes(statement)
        if payload["old_key"] != self.key or not signed_bytes(payload["new_key"], proof, payload["proof"]):
            self._breach(f"{name}: a new key without proof that its holder announced it")
        self._take_key(payload["new_key"], name)
        self.announced.add(payload["new_key"])

    def _take_key(self, key: str, name: str) -> None:
        if key in self.log.keys:
            self._breach(f"{name}: a key that it used before")
        self.log.keys.add(key)
        self.key = key

    def _close(self) -> None:
        if self.jumps:
            self.report.advisories.append(
                f"{self.log.party}: its clock went back {self.jumps} times, at most by {self.back_ms / 1000.0:.1f} s"
            )
        for what in self.waiting.values():
            self.report.advisories.append(f"{self.log.party}: {what} still waits for a second person")

    def _row(self, leaf: dict[str, Any], body: dict[str, Any]) -> None:
        withheld, item = leaf["kind"] == "withheld", leaf["item"]
        self.withheld += withheld
        words = _listed(item["stream"], body["rule"], leaf["decision"]["reason"], withheld)
        subject = _quoted(subject_of(item))  # a list written by hand: an encoder takes ten times as long
        self.rows.append(f"[{body['seq']:d},{leaf['at_ms']:d},{subject},{words}]")
