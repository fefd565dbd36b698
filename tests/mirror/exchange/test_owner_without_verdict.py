"""An owner who would rather have no verdict: logs that end the verifier, fill its memory or hold it up."""

import sqlite3
import time
import tracemalloc
from contextlib import closing

import pytest
from exchange_pair import SIGNERS, launch, leaves, text, track

from equipoise.checkers.exchange_log import verify
from equipoise.checkers.exchange_log.coarsening import Sites
from equipoise.checkers.exchange_log.policy import Rules
from equipoise.exchange.protocol import outgoing
from equipoise.exchange.protocol.coarsen import Sites as GateSites
from equipoise.exchange.protocol.encoding import canonical, written
from equipoise.exchange.protocol.gate import Decision, Gate
from equipoise.foundation.errors import InputError
from equipoise.model.notices import instruments

OPENED = ({"party": "A", "secret": (b"A" * 32).hex()}, {"party": "B", "secret": (b"B" * 32).hex()})


def judge(pair, **how):
    return verify(pair.path("A"), pair.path("B"), duties=instruments(), **how)


def test_leaves_that_all_name_another_rule_fill_no_memory(pair):
    rules = Rules(leaves(pair.a.storage)[1], party="A", secret=None)
    tracemalloc.start()
    for number in range(600):
        rule = f"{number}" + 20_000 * "x"
        decided = {"decision": {"allowed": True, "rule": rule}, "message": {"body": {"rule": rule}}}
        leaf = {"kind": "release", "item": text(), "item_hash": "", "approvals": {}, **decided}
        assert "the log names rule" in rules.problem_with(leaf, b"", Sites())
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 16e6


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stream", "a" * 30_000),
        ("sensitivity", "a" * 30_000),
        ("exercise", "a" * 30_000),
        ("exercise", 1),
    ],
)
def test_an_item_asks_the_policy_nothing_that_takes_it_long(pair, monkeypatch, name, value):
    """A pattern of the owner's policy and a text of the owner's item take half a second a leaf."""
    pair.send(text("first"))
    monkeypatch.setattr(outgoing, "check_item", written)
    monkeypatch.setattr(
        pair.a,
        "_decide",
        lambda item, **_: Decision(True, "exercise-traffic", "released", (), item["payload"]),
    )
    pair.send(text("second") | {name: value})
    assert any("what no item can say" in line for line in judge(pair).breaches)


@pytest.mark.parametrize(
    ("name", "value"),
    [("grid_deg", 0), ("step_s", 0), ("step_s", 1e-9), ("sigma_step_m", 1e-322), ("noise_m", 1e308)],
)
def test_rules_by_which_nothing_can_be_computed_are_a_breach(pair, name, value):
    """The verifier divides by what a log says: it must end with a verdict on that log, never with a trace."""
    pair.send(launch("l0", 1_234_567, "A", "releasable", launch_point=[62.9, 40.6]))
    profile = pair.a.rules["profile"]
    pair.a._record(
        [
            {
                "kind": "rules",
                **pair.a.rules,
                "profile": {**profile, "coarsen": {**profile["coarsen"], name: value}},
            }
        ]
    )
    pair.send(launch("l1", 1_234_567, "A", "releasable", launch_point=[62.9, 40.6]))
    pair.send(track("t1"))
    for opened in ((), OPENED):
        assert judge(pair, opened=opened).breaches


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS number, x AS data FROM c WHERE x < 0"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ("CREATE VIEW leaf AS SELECT 0 AS number, zeroblob(900000000) AS data", "no plain table"),
        (f"CREATE VIEW leaf AS {ENDLESS}", "no plain table"),
        (
            f"CREATE TABLE other (a); CREATE VIEW leaf AS {ENDLESS}; PRAGMA writable_schema = 1; "
            "UPDATE sqlite_master SET name = 'leaf', sql = 'CREATE TABLE leaf_ (a)' WHERE name = 'other'",
            "leaf",
        ),
        (
            "CREATE TABLE leaf (number INTEGER PRIMARY KEY, data BLOB); INSERT INTO leaf VALUES (0, zeroblob(70000))",
            "too big",
        ),
        (
            "CREATE TABLE leaf (number INTEGER PRIMARY KEY, data BLOB); INSERT INTO leaf VALUES (1, 'x')",
            "leaf 0 is missing",
        ),
    ],
)
def test_a_database_made_to_hold_the_verifier_up_is_no_log(pair, schema, words):
    """Rows without end, or one that fills the memory: SQLite computes what a file tells it to."""
    pair.send(text())
    path = pair.folder / "made.log"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(schema)
    report = verify(path, pair.path("B"), duties=instruments())
    assert report.breaches == []
    assert words in report.unreadable[0]


def test_a_line_longer_than_a_leaf_is_no_log(pair):
    path = pair.folder / "made.log"
    path.write_bytes(b"x" * 65_536 + b"\n")
    assert "longer than any leaf" in verify(path, pair.path("B"), duties=instruments()).unreadable[0]


@pytest.mark.parametrize(
    "policy",
    [
        "permit (principal, action, resource) when { " + "(" * 3_000 + "true" + ")" * 3_000 + " };",
        "permit (principal, action, resource) when { " + "(// )\n" * 1_000 + "true" + ")" * 1_000 + " };",
        "permit (principal, action, resource) when { " + '["\\")", ' * 1_000 + "1" + "]" * 1_000 + " == 1 };",
    ],
)
def test_a_policy_that_nests_too_deep_for_its_engine_is_refused(pair, policy):
    """The engine ends the whole process: in the verifier, a breach would go untold."""
    with pytest.raises(InputError, match="nests more than 32 deep"):
        Gate(b"k", party="A", policy=policy)
    pair.send(text())
    pair.a._record([{"kind": "rules", **pair.a.rules, "policy": policy}])
    assert any("nests more than 32 deep" in line for line in judge(pair).breaches)


def _doubled(times: int) -> str:
    inner = "true"
    for _ in range(times):
        inner = f"{{a: {{}}, z: {inner}}} has a.b"
    return f"permit (principal, action, resource) when {{ {inner} }};"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (f"permit (principal, action, resource) when {{ resource has {'a.' * 30_000}a }};", "bytes long"),
        (f"permit (principal, action, resource) when {{ resource has {'a.' * 7_000}a }};", "with 'has'"),
        (_doubled(24), "with 'has'"),
    ],
)
def test_a_policy_that_takes_its_engine_seconds_is_refused(pair, policy, words):
    """The engine takes the square of a chain's length, and twice the time for each ``has`` within another."""
    with pytest.raises(InputError, match=words):
        Gate(b"k", party="A", policy=policy)
    pair.send(text())
    pair.a._record([{"kind": "rules", **pair.a.rules, "policy": policy}])
    begun = time.process_time()
    assert any(words in line for line in judge(pair).breaches)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize("brackets", ["()", "[]"])
def test_a_policy_at_the_bound_is_asked(brackets):
    inner = brackets[0] * 30 + "1" + brackets[1] * 30
    policy = f'permit (principal, action, resource) when {{ {inner} == {inner} }}; // ((((("\nforbid (principal, action, resource) when {{ resource.stream == "{"(" * 99}\\"" }};'
    assert Gate(b"k", party="A", policy=policy).decide(text(), approvals=0, sites=GateSites()).allowed


def test_two_logs_of_one_name_are_not_judged_as_one(pair):
    """The verifier keeps what it finds by the party's name: one log would have gone unread."""
    paths = []
    for own, peer in (("A", "B"), ("B", "A")):
        names = {"party": "A", "peer": "A", "key": SIGNERS[own].public, "peer_key": SIGNERS[peer].public}
        paths.append(pair.folder / f"{own}.jsonl")
        first = {**leaves(pair.a.storage)[0], **names}
        junk = {"kind": "own-key", "at_ms": 1, "key": "no key", "revoked": ""} if own == "A" else first
        paths[-1].write_bytes(canonical(first) + b"\n" + canonical(junk) + b"\n")
    assert verify(*paths, duties=instruments()).breaches == ["both parties have one name"]
