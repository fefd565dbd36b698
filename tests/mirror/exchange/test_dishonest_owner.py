"""An owner who runs a node of their own making: every lie that the log can show is shown by the verifier."""

import json
import math

import pytest
from exchange_pair import OPERATORS, SIGNERS, Pair, forged, launch, leaves, notice, text, track

from equipoise.checkers.exchange_log import Pins, report, verify
from equipoise.exchange.node import party_node
from equipoise.exchange.protocol import outgoing
from equipoise.exchange.protocol.encoding import MESSAGE_DOMAIN, Written, canonical, digest, written
from equipoise.exchange.protocol.forms import ItemError
from equipoise.exchange.protocol.gate import Decision, Gate
from equipoise.exchange.protocol.keys import Ed25519Signer, approval
from equipoise.exchange.protocol.outgoing import Filing
from equipoise.model.notices import instruments

OPENED = ({"party": "A", "secret": (b"A" * 32).hex()}, {"party": "B", "secret": (b"B" * 32).hex()})
FIELDS = {
    "track_id", "launch_id", "time_s", "position_ecef_m", "velocity_ecef_m_s", "sigma_m", "sigma_m_s", "lineage",
}  # fmt: skip
NO_LIST = "a proof in it is no list of hashes"


def judge(pair, **how):
    return verify(pair.path("A"), pair.path("B"), duties=instruments(), **how)


def found(pair, words, **how):
    lines = judge(pair, **how).breaches
    assert any(words in line for line in lines), lines


def lie(pair, change):
    """Let A decide as its gate does and then change what leaves."""
    honest = pair.a.gate.decide

    def decide(item, *, approvals, sites):
        decision = honest(item, approvals=approvals, sites=sites)
        return Decision(**{**decision.__dict__, **change(item, decision)})

    pair.a._decide = decide


def moved(payload, metres):
    x, y, z = payload["position_ecef_m"]
    angle = metres / 7e6
    c, s = math.cos(angle), math.sin(angle)
    return {**payload, "position_ecef_m": [round(x * c - y * s, 1), round(x * s + y * c, 1), z]}


def places(count=3):
    for number in range(count):
        yield track(
            f"t{number}",
            position_ecef_m=[4.5e6, 1e6 + number * 1e4, 4.6e6],
            velocity_ecef_m_s=[1e3, 3e3, 4e3],
        )


@pytest.mark.parametrize("opened", [(), OPENED])
def test_an_honest_owner_passes(pair, opened):
    for what in places(20):
        pair.send(what)
        pair.answer(what | {"site": f"site {what['payload']['track_id']}"})
    pair.send(
        launch("l", 1_234_567, "A", "releasable", launch_point=[62.9, 40.6], impact_point=[57.1, 162.0])
    )
    pair.send(track("u") | {"site": "north"})
    pair.send(track("u") | {"site": "south"})
    assert judge(pair, opened=opened).breaches == []


@pytest.mark.parametrize("opened", [(), OPENED])
@pytest.mark.parametrize(
    "change",
    [
        lambda item, decision: {
            "payload": {key: item["payload"][key] for key in item["payload"] if key in FIELDS}
        },
        lambda item, decision: {
            "payload": {**decision.payload, "position_ecef_m": item["payload"]["position_ecef_m"]}
        },
        lambda item, decision: {"payload": moved(decision.payload, 1e6)},
        lambda item, decision: {"payload": {**decision.payload, "position_ecef_m": [-4.5e6, 1e6, 4.6e6]}},
    ],
    ids=["exact", "exact-place", "1000-km-off", "mirrored"],
)
def test_a_track_that_left_past_its_coarsening_is_found(pair, change, opened):
    lie(pair, change)
    for what in places():
        pair.send(what)
    found(pair, "A: message 1: a p", opened=opened)


@pytest.mark.parametrize("opened", [(), OPENED])
@pytest.mark.parametrize("point", [[62.9, 40.6], [62.9, 60.0], [10.0, 40.6]])
def test_a_launch_that_left_past_its_coarsening_is_found(pair, point, opened):
    lie(pair, lambda item, decision: {"payload": {**decision.payload, "launch_point": point}})
    pair.send(launch("l", 1_234_567, "A", "releasable", launch_point=[62.9, 40.6]))
    found(pair, "A: message 1: a ", opened=opened)


def test_a_small_lie_is_found_once_the_secret_is_open(pair):
    lie(pair, lambda item, decision: {"payload": moved(decision.payload, 700.0)})
    pair.send(next(places()))
    assert judge(pair).holds
    assert any("its secret is not opened" in line for line in judge(pair).advisories)
    found(pair, "not what the opened secret makes of the true one", opened=OPENED)


@pytest.mark.parametrize(
    "change",
    [{"sigma_m": 5.0}, {"sigma_m_s": 0.1}, {"time_s": 7.0}, {"track_id": "x"}],
)
def test_other_fields_of_a_track_are_checked_too(pair, change):
    lie(pair, lambda item, decision: {"payload": {**decision.payload, **change}})
    pair.send(next(places()))
    assert not judge(pair).holds


def test_a_second_secret_on_the_way_is_found_before_any_is_opened(pair):
    """Two displacements of one site average: the owner, or whoever has the node, gives the true place away."""
    for number, what in enumerate(places(12)):
        pair.a.gate._secret = bytes([number]) * 32
        pair.send(what)
    found(pair, "under another displacement than its site had before")


def test_a_secret_that_is_not_the_committed_one_is_found(pair):
    pair.send(next(places()))
    found(pair, "not the one that its log committed to", opened=({"party": "A", "secret": "11" * 32},))


def test_a_text_withheld_although_the_policy_permits_it_is_found(pair):
    lie(pair, lambda item, decision: {"allowed": False, "payload": None, "reason": "no rule permits it"})
    pair.a.gate.would_wait = lambda what, **_: False
    pair.send(text("said"))
    found(pair, "withheld although the policy in force permits it (exercise-traffic)")


def test_a_text_that_waits_for_nobody_is_found(pair):
    lie(pair, lambda item, decision: {"allowed": False, "payload": None})
    pair.send(text("said"))
    found(pair, "an item waits although the policy in force permits it")


def test_an_item_that_waits_for_ever_is_found(pair):
    pair.a.gate.would_wait = lambda what, **_: True
    pair.send(text("said", "withhold"))
    found(pair, "an item waits that no approval would let go")


def test_a_field_kept_back_is_found(pair):
    lie(pair, lambda item, decision: {"payload": {"text": decision.payload["text"]}})
    pair.send(text("see", refers_to="l"))
    found(pair, "a field stayed that the profile in force lets go")


def test_one_key_under_two_names_is_one_person(pair):
    one = OPERATORS["one"].public
    pair.a.enrol({"one": one, "two": one})
    what = text("x", "hold")
    signature = approval(OPERATORS["one"], item_hash=digest(what))
    pair.a.ingest(what, operator="one", signature=signature)
    with pytest.raises(ItemError):  # an honest node counts one person
        pair.a.ingest(what, operator="two", signature=signature)
    pair.a._standing = lambda approvals, name: dict(approvals)
    pair.a.receive(pair.b.receive(pair.a.ingest(what, operator="two", signature=signature)))
    found(pair, "left against the policy in force (second-person)")


def test_a_leaf_that_holds_its_item_twice_is_found(pair, monkeypatch):
    def twice(value):
        data = canonical(value)
        if value.get("kind") == "release":
            data = data.replace(b'"item":', b'"item":{"stream":"text"},"item":')
        return Written(value, data)

    monkeypatch.setattr(party_node, "written", twice)
    pair.a.ingest(text("said"))
    found(pair, "not in the one form that a leaf has")


def test_a_correlation_that_brings_more_than_a_notice_is_found(pair):
    what = launch("l", 1_234_567, "A", "releasable")
    batch = pair.a._batch()
    leaf = batch.leaf(party_node.Filing(what))
    leaf = batch_again(pair, leaf | {"correlation": {"impact_point": [1.0, 2.0]}})
    pair.a._record([leaf])
    found(pair, "a correlation adds what no notice gives")


def batch_again(pair, leaf):
    batch = pair.a._batch()
    kept = {key: leaf[key] for key in ("item", "item_hash", "approvals", "ingest_id", "correlation")}
    seen = {**leaf["item"], "payload": {**leaf["item"]["payload"], **leaf["correlation"]}}
    return batch.message_leaf(kept, pair.a._decide(seen, approvals=0, sites=pair.a.sites))


def test_a_least_error_that_changes_on_the_way_is_found(pair):
    pair.send(next(places()))
    profile = pair.a.gate.profile_text.replace("least_error_m = 4000.0", "least_error_m = 8000.0")
    pair.a.gate = Gate(b"A" * 32, party="A", profile=profile)
    pair.a._record(
        [{"kind": "rules", "policy": pair.a.gate.policy, "profile": pair.a.gate.profile, "operators": {}}]
    )
    found(pair, "the least error of its coarsening changed")


def test_logs_that_one_process_made_do_not_hold_against_known_keys(tmp_path):
    forged = Pair(tmp_path)
    forged.send(text("never said"))
    forged.answer(text("never answered"))
    assert any("anybody may have made this log" in line for line in judge(forged).advisories)
    known = {name: Ed25519Signer(name.lower().encode() * 32).public for name in "AB"}
    report = judge(forged, pins=Pins(known))
    assert {f"{name}: the key that was given for it signed nothing in this log" for name in "AB"} <= set(
        report.breaches
    )
    forged.a._record([{"kind": "own-key", "key": known["A"], "revoked": forged.a.own_key}])
    found(forged, "A: the key that was given for it signed nothing in this log", pins=Pins(known))
    forged.close()


@pytest.mark.parametrize("rotate", [False, True])
def test_known_keys_are_found_in_honest_logs(pair, rotate):
    if rotate:
        pair.b.receive(pair.a.rotate(SIGNERS["C"]))
    pair.send(text())
    pair.answer(text())
    pins = Pins({"A": pair.a.own_key, "B": pair.b.own_key})
    assert judge(pair, pins=pins).holds
    assert not any("anybody" in line for line in judge(pair, pins=pins).advisories)


def test_a_notice_still_covers_its_launch(pair):
    start = pair.now_ms + 25 * 3_600_000
    pair.send(notice("n", start))
    pair.a.receive(pair.b.receive(pair.a.ingest(launch("l", start + 5, "A", "releasable"))))
    assert leaves(pair.a.storage)[-2]["message"]["body"]["payload"]["notice_id"] == "n"
    assert judge(pair, opened=OPENED).breaches == []


@pytest.mark.parametrize("opened", [(), OPENED])
def test_a_velocity_that_no_coarsening_makes_is_found_in_one_update(pair, opened):
    lie(pair, lambda item, decision: {"payload": {**decision.payload, "velocity_ecef_m_s": [-1e3, 3e3, 4e3]}})
    pair.send(next(places()))
    found(pair, "A: message 1: a velocity left", opened=opened)


def test_exact_velocities_are_found_before_any_secret_is_open(pair):
    lie(
        pair,
        lambda item, decision: {
            "payload": {**decision.payload, "velocity_ecef_m_s": item["payload"]["velocity_ecef_m_s"]}
        },
    )
    fast = [1e3, 3e3, 6e3]
    filings = [Filing(track(time_s=1000.0 + number, velocity_ecef_m_s=fast)) for number in range(900)]
    pair.b.receive(pair.a.ingest_many(filings).frames)
    found(pair, "velocities left that are not turned as the places of their site are")


@pytest.mark.parametrize("opened", [(), OPENED])
@pytest.mark.parametrize("off_deg", [0.03, 1e-4])
def test_a_launch_place_off_the_grid_is_found(pair, off_deg, opened):
    def change(item, decision):
        lat, lon = decision.payload["launch_point"]
        return {"payload": {**decision.payload, "launch_point": [lat, round(lon + off_deg, 6)]}}

    lie(pair, change)
    pair.send(launch("l", 1_234_567, "A", "releasable", launch_point=[62.9, 40.6]))
    found(pair, "a launch_point left that is not on the grid in force", opened=opened)


def test_places_at_the_date_line_and_the_poles_are_on_the_grid(pair):
    for number, point in enumerate(
        [[0.0, 180.0], [-90.0, 0.0], [90.0, -180.0], [64.98, -179.99], [-0.01, 179.97]]
    ):
        pair.send(
            launch(f"l{number}", 1_234_567, "A", "releasable", launch_point=point) | {"site": f"s{number}"}
        )
    for opened in ((), OPENED):
        assert judge(pair, opened=opened).breaches == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda leaf: leaf["message"]["body"].update(more="exact"), "its frame has other keys"),
        (lambda leaf: leaf["message"]["body"]["head"].update(more="exact"), "a head in it has other keys"),
        (lambda leaf: leaf["message"]["body"].update(proof=["exact place"]), NO_LIST),
        (lambda leaf: leaf["message"]["body"].update(proof=["0" * 64] * 129), NO_LIST),
        (lambda leaf: leaf["decision"].update(more="exact"), "its decision has other keys"),
        (lambda leaf: leaf["item"].update(more="exact"), "its item has other keys"),
        (lambda leaf: leaf.update(more="exact"), "its keys are not those"),
        (lambda leaf: leaf["item"]["payload"].update(more=nested(13)), "it nests more than 16 deep"),
    ],
)
def test_a_key_that_no_leaf_has_carries_nothing_past_the_rules(pair, change, words):
    """The owner signs it, and a peer that is a friend would take it: the verifier is the only one left to say no."""
    pair.send(text())
    leaf = leaves(pair.a.storage)[2]
    change(leaf)
    body, item = leaf["message"]["body"], leaf["item"]
    leaf["item_hash"] = digest(item)
    leaf["message"]["sig"] = SIGNERS["A"].sign(MESSAGE_DOMAIN + canonical(body))
    lines = [*[*pair.a.storage.read()][:2], canonical(leaf)]
    path = pair.folder / "lie.log"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    lines = verify(path, pair.path("B"), duties=instruments()).breaches
    assert any(f"leaf 2: {words}" in line for line in lines), lines


def nested(depth):
    return json.loads("[" * depth + "[]" + "]" * depth)


@pytest.mark.parametrize(
    ("exercise", "allowed", "words"),
    [
        (1, True, "an item says of its stream, its sensitivity or the exercise what no item can say"),
        (True, 1, "left without a decision that permits it"),
    ],
)
def test_a_one_in_the_place_of_a_truth_is_judged_for_itself(pair, monkeypatch, exercise, allowed, words):
    """One equals true, so what was found for true must not be remembered for it."""
    pair.send(text("first"))
    monkeypatch.setattr(outgoing, "check_item", written)
    lie(pair, lambda item, decision: {"allowed": allowed})
    pair.send(text("second") | {"exercise": exercise})
    found(pair, f"A: message 2: {words}")


def test_a_key_that_only_the_accuser_names_proves_nothing(pair):
    """A revokes B's key for one of its own making and has it say what B never said."""
    pair.send(text())
    pair.answer(text("mine"))
    pair.a.revoke_peer(revoked=SIGNERS["B"].public, key=SIGNERS["C"].public)
    honest = pair.b.ingest(text("mine too"))[0]
    pair.a.receive([forged(honest, "C", payload={"text": "never said"})])
    pair.a._record(
        [{"kind": "fork", "message": json.loads(forged(honest, "C", payload={"text": "nor this"}))}]
    )
    report = judge(pair)
    assert not report.holds
    assert report.forks == []
    assert not any("B signed" in line for line in report.breaches)
    assert "B message 2 in A's log: signature does not hold" in report.breaches
    assert any("whose log does not name it" in line for line in report.advisories)


def test_a_key_that_is_taken_up_again_is_found(pair):
    pair.send(text())
    pair.a.receive(pair.b.receive(pair.a.rotate(SIGNERS["C"])))
    pair.a._record([{"kind": "own-key", "key": SIGNERS["A"].public, "revoked": SIGNERS["C"].public}])
    found(pair, "A: leaf 6: a key that it used before")


def test_an_honest_beginning_does_not_vouch_for_what_another_key_went_on_with(pair):
    """Whoever has the first leaves of an honest log could go on with it under a key of their own making."""
    pair.send(text("honest"))
    pair.answer(text("honest too"))
    known = Pins({name: SIGNERS[name].public for name in "AB"})
    assert judge(pair, pins=known).holds
    pair.a.replace_key(SIGNERS["C"])
    pair.b.revoke_peer(revoked=SIGNERS["A"].public, key=SIGNERS["C"].public)
    pair.send(text("never said"))
    assert judge(pair).holds
    found(
        pair, "A: the key that was given for it does not announce the one by which this log ends", pins=known
    )
    assert judge(pair, pins=Pins({"A": SIGNERS["C"].public, "B": SIGNERS["B"].public})).holds


def test_a_log_that_is_wrong_everywhere_fills_no_memory(pair, monkeypatch):
    monkeypatch.setattr(report, "MOST_BREACHES", 20)
    lie(pair, lambda item, decision: {"payload": {"text": "something else"}})
    pair.b.receive(pair.a.ingest_many([Filing(text(f"{number}")) for number in range(40)]).frames)
    lines = judge(pair).breaches
    assert len(lines) == 21
    assert lines[-1] == "20 breaches: the rest of both logs is not read"
