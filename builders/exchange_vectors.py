"""Make the test vectors of docs/exchange-format.md: pairs of small logs that hold and 60 that do not, with reasons.

``python -m builders.exchange_vectors`` writes ``tests/data/exchange_logs``. Edited logs are honest ones changed afterwards;
the others come from nodes that lie, so that every signature in them holds.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from builders.exchange_world import POLICY, SECRETS, SIGNERS, Leaf, World, text

from equipoise.exchange.protocol.encoding import canonical
from equipoise.exchange.protocol.gate import Decision
from equipoise.exchange.protocol.note import Checkpoint, NoteSigner, signed_note
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.exchange.protocol.tree import leaf_hash
from equipoise.model.notices import instruments

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "exchange_logs"


# --- logs that were changed afterwards ----------------------------------------------------------------------------------


def at(kind: str, number: int, change: Callable[[Leaf], Any]) -> Callable[[list[bytes]], list[bytes]]:
    """Return an edit of the ``number``-th leaf of a kind; the change works on the leaf, or returns another or bytes."""

    def edit(lines: list[bytes]) -> list[bytes]:
        places = [index for index, line in enumerate(lines) if json.loads(line)["kind"] == kind]
        leaf = json.loads(lines[places[number]])
        other = change(leaf)
        lines[places[number]] = (
            other if isinstance(other, bytes) else canonical(leaf if other is None else other)
        )
        return lines

    return edit


def put(*path: str | int, value: Any) -> Callable[[Leaf], None]:
    def change(leaf: Leaf) -> None:
        for key in path[:-1]:
            leaf = leaf[key]
        leaf[path[-1]] = value

    return change


def drop(kind: str, number: int) -> Callable[[list[bytes]], list[bytes]]:
    def edit(lines: list[bytes]) -> list[bytes]:
        places = [index for index, line in enumerate(lines) if json.loads(line)["kind"] == kind]
        return [line for index, line in enumerate(lines) if index != places[number]]

    return edit


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[4], lines[3], *lines[5:]]


EDITS: dict[str, tuple[str, Callable[[list[bytes]], list[bytes]]]] = {
    "empty": ("A", lambda lines: []),
    "no-first-leaf": ("A", lambda lines: lines[1:]),
    "first-leaf-not-genesis": ("A", at("genesis", 0, put("kind", value="rules"))),
    "not-json": ("A", at("release", 0, lambda leaf: b"{")),
    "not-an-object": ("A", at("genesis", 0, lambda leaf: b"[]")),
    "first-leaf-twice": ("A", lambda lines: [lines[0], *lines]),
    "cut": ("A", lambda lines: lines[:8]),
    "cut-of-the-receiver": ("B", lambda lines: lines[:6]),
    "leaf-missing": ("A", drop("release", 1)),
    "receipt-missing": ("A", drop("receipt", 0)),
    "received-missing": ("B", drop("received", 1)),
    "leaves-swapped": ("A", swapped),
    "time-changed": ("A", at("release", 0, put("at_ms", value=1_600_000_000_000))),
    "item-changed": ("A", at("release", 0, put("item", "payload", "text", value="goodbye"))),
    "payload-changed": ("A", at("release", 0, put("message", "body", "payload", "text", value="goodbye"))),
    "sequence-changed": ("A", at("release", 1, put("message", "body", "seq", value=7))),
    "signature-changed": ("A", at("release", 0, put("message", "sig", value="00" * 64))),
    "key-changed": ("A", at("release", 0, put("message", "key", value=SIGNERS["C"].public))),
    "head-changed": ("A", at("release", 3, put("message", "body", "head", "root", value="00" * 32))),
    "nonce-changed": ("A", at("withheld", 0, put("nonce", value="00" * 32))),
    "approval-removed": ("A", at("release", 2, put("approvals", value={}))),
    "approval-forged": ("A", at("release", 2, put("approvals", "two", value="11" * 64))),
    "rule-renamed": ("A", at("release", 0, put("decision", "rule", value="friendship"))),
    "policy-changed": (
        "A",
        at("rules", 0, put("policy", value=POLICY.replace("approvals < 2", "approvals < 1"))),
    ),
    "profile-changed": ("A", at("rules", 0, put("profile", "coarsen", "noise_m", value=0.0))),
    "operator-added": ("A", at("rules", 0, put("operators", "three", value=SIGNERS["C"].public))),
    "received-changed": ("B", at("received", 0, put("message", "body", "payload", "text", value="bye"))),
    "received-twice": ("B", lambda lines: [*lines[:3], lines[2], *lines[3:]]),
    "receipt-forged": ("A", at("receipt", 0, put("receipt", "sig", value="22" * 64))),
    "receipt-for-more": ("A", at("receipt", 0, put("receipt", "body", "ack", value=2))),
    "spaces": ("A", at("release", 0, lambda leaf: json.dumps(leaf, sort_keys=True).encode())),
    "keys-unsorted": (
        "A",
        at(
            "release",
            0,
            lambda leaf: json.dumps(dict(sorted(leaf.items(), reverse=True)), separators=(",", ":")).encode(),
        ),
    ),
    "key-twice": (
        "A",
        at("release", 0, lambda leaf: canonical(leaf).replace(b'"item":', b'"item":{},"item":')),
    ),
    "number-in-another-form": (
        "A",
        at("release", 1, lambda leaf: canonical(leaf).replace(b"4500000.0", b"4.5e6")),
    ),
    "escaped-letters": (
        "A",
        at("release", 0, lambda leaf: canonical(leaf).replace(b'"hello"', b'"\\u0068ello"')),
    ),
    "kind-unknown": ("A", at("receipt", 0, put("kind", value="note"))),
    "item-hash-of-another": ("A", at("release", 0, put("item_hash", value="ab" * 32))),
}


# --- nodes that lie -------------------------------------------------------------------------------------------------------


def lie(world: World, change: Callable[[Leaf, Decision], Leaf]) -> None:
    """Let A decide as its gate does, and then change what leaves."""
    honest = world.nodes["A"].gate.decide

    def decide(what: Leaf, **how: Any) -> Decision:
        decision = honest(what, **how)
        return Decision(**{**decision.__dict__, **change(what, decision)})

    world.nodes["A"]._decide = decide  # type: ignore[method-assign]


def on(stream: str, **fields: Any) -> Callable[[World], None]:
    """Return a lie about every item of a stream: these fields leave instead."""

    def change(what: Leaf, decision: Decision) -> Leaf:
        return (
            {"payload": {**(decision.payload or {}), **fields}}
            if what["stream"] == stream and decision.allowed
            else {}
        )

    return lambda world: lie(world, change)


def withholding(what: Leaf, decision: Decision) -> Leaf:
    return {"allowed": False, "payload": None} if what["payload"].get("text") == "hello" else {}


def releasing(what: Leaf, decision: Decision) -> Leaf:
    return {"allowed": True, "payload": what["payload"]} if what["sensitivity"] == "withhold" else {}


def alone(world: World) -> None:
    honest = world.nodes["A"].gate.decide
    world.nodes["A"]._decide = lambda what, **how: honest(what, **{**how, "approvals": 2 * how["approvals"]})  # type: ignore[method-assign]


def other_secret(world: World) -> None:
    world.nodes["A"].gate._secret = b"other" * 6


def not_rounded(world: World) -> None:
    """Let A state its sensors' own errors to a metre."""
    world.nodes["A"].gate.profile["coarsen"]["sigma_step_m"] = 1.0


def waiting(world: World) -> None:
    lie(world, withholding)
    world.nodes["A"].gate.would_wait = lambda what, **_: True  # type: ignore[method-assign]


def never_waiting(world: World) -> None:
    lie(world, withholding)
    world.nodes["A"].gate.would_wait = lambda what, **_: False  # type: ignore[method-assign]


def recorded(world: World, leaf: Leaf) -> None:
    world.nodes["A"]._record([leaf])


def rules_of(world: World, **changed: Any) -> Leaf:
    return {"kind": "rules", **world.nodes["A"].rules, **changed}


def added_to_policy(world: World, more: str) -> None:
    recorded(world, rules_of(world, policy=POLICY + more))


def second_history(world: World) -> None:
    """Let A tell B another story under the number of its last message."""
    node, peer = world.nodes["A"], world.nodes["B"]
    body = dict(json.loads(node.storage.leaf(2))["message"]["body"], payload={"text": "another story"})
    peer.receive([canonical(node._signed(body, b"equipoise exchange message 1\n"))])


def off_the_grid(what: Leaf, decision: Decision) -> Leaf:
    if what["stream"] != "launch" or not decision.payload:
        return {}
    lat, lon = decision.payload["launch_point"]
    return {"payload": {**decision.payload, "launch_point": [lat, round(lon + 0.03, 6)]}}


def another_key_in_frames(world: World) -> None:
    """Let A sign a field that no message has; a peer that is a friend would take it."""
    node = world.nodes["A"]
    honest = node._signed
    node._signed = lambda body, domain: honest({**body, "more": "exact"} if "seq" in body else body, domain)  # type: ignore[method-assign]


def key_used_before(world: World) -> None:
    world.nodes["B"].receive(world.nodes["A"].rotate(SIGNERS["C"]))
    recorded(world, {"kind": "own-key", "key": SIGNERS["A"].public, "revoked": SIGNERS["C"].public})


def invented_key(world: World) -> None:
    """Let A make a key, take it for B's, and record under it what B never said."""
    node, honest = world.nodes["A"], world.nodes["B"].ingest(text("true"))[0]
    node.revoke_peer(revoked=SIGNERS["B"].public, key=SIGNERS["C"].public)
    body = {**json.loads(honest)["body"], "payload": {"text": "invented"}}
    sig = SIGNERS["C"].sign(b"equipoise exchange message 1\n" + canonical(body))
    node.receive([canonical({"body": body, "key": SIGNERS["C"].public, "sig": sig})])


AFTER = (
    "second-history",
    "coarsening-changed",
    "operator-key-twice",
    "key-used-before",
    "invented-key-of-the-peer",
    "policy-too-long",
    "policy-with-has",
)
OPENED = ("another-secret", "exact-velocity", "exact-launch-point")  # found once the secret is open
LIES: dict[str, Callable[[World], None]] = {
    "exact-position": on("track", position_ecef_m=[4.5e6, 1.0e6, 4.6e6]),
    "position-1000-km-off": on("track", position_ecef_m=[4.5e6, 2.0e6, 4.253e6]),
    "exact-velocity": on("track", velocity_ecef_m_s=[1.0e3, 3.0e3, 4.0e3]),
    "stated-error-too-small": on("track", sigma_m=100.0),
    "stated-error-not-rounded": not_rounded,
    "velocity-far-off": on("track", velocity_ecef_m_s=[-1.0e3, 3.0e3, 4.0e3]),
    "launch-point-off-the-grid": lambda world: lie(world, off_the_grid),
    "frame-with-another-key": another_key_in_frames,
    "key-used-before": key_used_before,
    "invented-key-of-the-peer": invented_key,
    "exact-launch-point": on("launch", launch_point=[62.9, 40.6]),
    "launch-point-far-off": on("launch", launch_point=[10.0, 40.6]),
    "exact-launch-time": on("launch", launched_at_ms=1_699_999_999_123),
    "text-changed-on-the-way": on("text", text="something else"),
    "field-added": on("text", range_name="north"),
    "field-kept-back": lambda world: lie(
        world,
        lambda what, decision: (
            {"payload": {"text": what["payload"]["text"]}} if "refers_to" in what["payload"] else {}
        ),
    ),
    "withheld-though-permitted": never_waiting,
    "waits-though-permitted": waiting,
    "left-though-marked": lambda world: lie(world, releasing),
    "left-with-one-person": alone,
    "another-secret": other_secret,
    "coarsening-changed": lambda world: recorded(
        world, rules_of(world, profile={**world.nodes["A"].rules["profile"], "coarsen": {}})
    ),
    "policy-too-long": lambda world: added_to_policy(world, f"//{'x' * 16_384}"),
    "policy-with-has": lambda world: added_to_policy(
        world, "forbid (principal, action, resource) when { resource has site };"
    ),
    "second-history": second_history,
    "dropped-not-said": lambda world: lie(world, lambda what, decision: {"dropped": ("time_s",)}),
}


def reasons(name: str, logs: dict[str, list[bytes]], **options: Any) -> list[str]:
    """Return what our verifier says against a pair of logs."""
    import tempfile

    from equipoise.checkers.exchange_log import Pins, parse_key, verify

    with tempfile.TemporaryDirectory() as place:
        paths = []
        for party, lines in logs.items():
            path = Path(place) / party / "log"
            path.parent.mkdir()
            path.write_bytes(b"".join(line + b"\n" for line in lines))
            paths.append(path)
        keys = frozenset(map(parse_key, options.get("witness_keys", ())))
        pins = Pins(options.get("parties", {}), keys, options.get("quorum"))
        how = {
            "checkpoints": tuple(options.get("checkpoints", ())),
            "opened": tuple(options.get("opened", ())),
        }
        report = verify(*paths, duties=instruments(), pins=pins, **how)
        return [*report.unreadable, *report.breaches]


def checkpoints(logs: dict[str, list[bytes]]) -> dict[str, Leaf]:
    """Return checkpoints over A's log that hold, and that do not, with the witness keys that are known."""
    from equipoise.exchange.protocol.tree import Frontier

    origin, tree = f"equipoise-exchange/A/{leaf_hash(logs['A'][0]).hex()[:32]}", Frontier()
    for line in logs["A"]:
        tree.append(line)
    log, witness = (
        NoteSigner(origin, b"A" * 32, witness=False),
        NoteSigner("w.example", b"w" * 32, witness=True),
    )
    stranger = NoteSigner("w.example", b"x" * 32, witness=True)

    def note(checkpoint: Checkpoint, *signers: NoteSigner) -> str:
        # the Ed25519 lines alone: an ML-DSA-44 signature is another one each time
        return signed_note(
            checkpoint,
            "".join(
                signer.lines(checkpoint, time_s=1_700_000_100).partition("\n")[0] + "\n" for signer in signers
            ),
        )

    good, keys = Checkpoint(origin, tree.size, tree.root()), [witness.keys[0].text]
    other, longer = good._replace(root=bytes(32)), good._replace(size=tree.size + 1)
    return {
        "checkpoint-countersigned": {"checkpoints": [note(good, log, witness)], "witness_keys": keys},
        "checkpoint-of-another-history": {"checkpoints": [note(other, log, witness)], "witness_keys": keys},
        "checkpoint-of-a-longer-log": {"checkpoints": [note(longer, log, witness)], "witness_keys": keys},
        "checkpoint-without-witness": {"checkpoints": [note(good, log)], "witness_keys": keys},
        "checkpoint-of-an-unknown-witness": {
            "checkpoints": [note(good, log, stranger)],
            "witness_keys": keys,
        },
        "checkpoint-not-signed-by-its-party": {"checkpoints": [note(good, witness)], "witness_keys": keys},
        "checkpoint-of-no-log-here": {
            "checkpoints": [note(good, log).replace("/A/", "/Z/", 1)],
            "witness_keys": [],
        },
    }


def vectors() -> Iterator[tuple[str, dict[str, list[bytes]], Leaf]]:
    """Return every vector: name, both logs, and what the verifier knows beside them."""
    opened = [{"party": name, "secret": SECRETS[name].hex()} for name in "AB"]
    known = {"parties": {name: SIGNERS[name].public for name in "AB"}}
    world = World()
    world.play()
    logs = world.logs()
    yield "holds", logs, {}
    yield "holds-opened", logs, {"opened": opened, **known}
    for name, options in checkpoints(logs).items():
        yield name, logs, options
    for name, (party, edit) in EDITS.items():
        yield name, {**logs, party: edit(list(logs[party]))}, {}
    for name, hook in LIES.items():
        world = World(log=name)
        if name not in AFTER:
            hook(world)
        world.play()
        if name in AFTER:
            hook(world)
            world.send("A", Filing(text("after")))
            world.send("B", Filing(text("after too")))
        yield name, world.logs(), {"opened": opened} if name in OPENED else {}
    wrong = [{"party": "A", "secret": "33" * 32}]
    yield "opened-secret-of-another", logs, {"opened": wrong}
    yield "key-that-signed-nothing", logs, {"parties": {"A": SIGNERS["C"].public}}
    stranger = World(log="stranger")
    stranger.play()
    yield "another-log-in-its-place", {"A": stranger.logs()["A"], "B": logs["B"]}, {}


def main() -> None:
    """Write all vectors."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "logs").mkdir(parents=True)
    names: dict[bytes, str] = {}
    table = []
    for name, logs, options in vectors():
        breaches = reasons(name, logs, **options)
        files = {}
        for party, lines in logs.items():
            data = b"".join(line + b"\n" for line in lines)
            if data not in names:
                names[data] = f"logs/{name}-{party.lower()}.jsonl"
                (FOLDER / names[data]).write_bytes(data)
            files[party.lower()] = names[data]
        reason = breaches[0] if breaches else ""
        table.append({"name": name, **files, **options, "holds": not breaches, "reason": reason})
    (FOLDER / "vectors.json").write_text(json.dumps(table, indent=1) + "\n", "utf-8")
    broken = sum(not row["holds"] for row in table)
    print(f"{len(table)} vectors, {broken} of them broken, in {FOLDER}")


if __name__ == "__main__":
    main()
