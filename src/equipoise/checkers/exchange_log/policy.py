"""The release rules that a log records, asked again: would they have decided as the log says?"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from .coarsening import Coarsening, Sites
from .log import signed_bytes

MANY = 1_000  # approvals that stand for as many as one likes
LONGEST = 16_384  # bytes of a policy: some texts cost its engine the square of their length
DEEPEST = 32  # brackets of a policy within each other: its engine ends the process at some hundreds
_WORD = re.compile(r'"(?:[^"\\]|\\[\s\S])*(?:"|\\?\Z)|//[^\r\n]*|[A-Za-z_][A-Za-z0-9_]*|[(\[{]|[)\]}]')
STREAMS = frozenset(("notice", "launch", "track", "text", "heartbeat", "key"))
SENSITIVITIES = frozenset(("releasable", "withhold", "hold"))
_NOT_SENT = None, "", ""  # decision, its rule, that of the message
COARSE = {
    "track": ("position_ecef_m", "velocity_ecef_m_s", "sigma_m", "sigma_m_s"),
    "launch": ("launch_point", "impact_point", "launched_at_ms", "impact_at_ms"),
}


class Rules:
    """The policy, the profile and the operators of one ``rules`` leaf."""

    def __init__(self, leaf: dict[str, Any], *, party: str, secret: bytes | None) -> None:
        """Parse the policy that the leaf holds; ``secret`` is the party's, if it has been opened."""
        import cedarpy

        self.leaf, self.party = leaf, party
        self.profile, self.operators = leaf["profile"], leaf["operators"]
        how = self.profile["coarsen"]
        self.coarsening = Coarsening(how, secret=secret) if how else None
        if problem := problem_with_policy(leaf["policy"]):
            raise ValueError(f"a policy {problem}")
        self._policies = cedarpy.PolicySet.from_str(leaf["policy"])
        # the same few builds of items and the same few decisions come again and again
        self._fields = lru_cache(maxsize=256)(self._fields_of)
        self._outcome = lru_cache(maxsize=256, typed=True)(self._problem_with_outcome)  # 1 is not true

    def _permits(self, stream: str, sensitivity: str, exercise: bool, approvals: int) -> tuple[bool, str]:
        import cedarpy

        attributes = {
            "stream": stream,
            "sensitivity": sensitivity,
            "exercise": exercise,
            "approvals": approvals,
        }
        request = {
            "principal": {"type": "Party", "id": self.party},
            "action": 'Action::"release"',
            "resource": 'Item::"item"',
            "context": {},
        }
        item = [{"uid": {"type": "Item", "id": "item"}, "attrs": attributes, "parents": []}]
        answer = cedarpy.is_authorized(request, self._policies, json.dumps(item))
        names = answer.diagnostics.id_annotations_by_reason
        rules = sorted(names.get(reason) or reason for reason in answer.diagnostics.reasons)
        if answer.diagnostics.errors:
            return False, "policy-error"
        return bool(answer.allowed), ", ".join(rules) or "default-deny"

    @property
    def least_error_m(self) -> float | None:
        """Return the least error that the rules state; none when nothing is coarsened."""
        return self.coarsening.least_m if self.coarsening else None

    def approvals(self, leaf: dict[str, Any]) -> int:
        """Return how many people signed for the item of a leaf: enrolled ones, a key under two names once."""
        if not leaf["approvals"]:
            return 0
        data = b"equipoise exchange approval 1\n" + leaf["item_hash"].encode()
        keys = {
            self.operators[name]
            for name, signature in leaf["approvals"].items()
            if name in self.operators and signed_bytes(self.operators[name], data, signature)
        }
        return len(keys)

    def problem_with(self, leaf: dict[str, Any], payload: bytes, sites: Sites) -> str:
        """Return what the rules of release say against a release, a refusal or a wait, or an empty string.

        ``payload`` are the bytes of the item's payload, where they are at hand.
        """
        item, kind, sent = leaf["item"], leaf["kind"], _NOT_SENT
        extra = leaf.get("correlation")
        if extra and (set(extra) != {"notice_id"} or item["stream"] != "launch"):
            return "a correlation adds what no notice gives"
        if kind != "held":
            decision, body = leaf["decision"], leaf["message"]["body"]
            sent = decision["allowed"], decision["rule"], body["rule"]
        names = item["stream"], item["sensitivity"], item["exercise"]
        marks = item["stream"] in STREAMS and item["sensitivity"] in SENSITIVITIES
        if not marks or type(item["exercise"]) is not bool:
            return "an item says of its stream, its sensitivity or the exercise what no item can say"
        clash = self._coarsens(item["stream"]) and sites.clash(item)
        problem = self._outcome(kind, *names, min(self.approvals(leaf), MANY), clash, *sent)
        return problem if problem or kind != "release" else self._problem_with_fields(leaf, payload, sites)

    def _problem_with_outcome(
        self,
        kind: str,
        stream: str,
        sensitivity: str,
        exercise: bool,
        approvals: int,
        clash: bool,
        decided: bool | None,
        named: str,
        said: str,
    ) -> str:
        """Return what is wrong with what became of an item: policy, then profile, then one site alone decide.

        ``clash`` is whether its names speak for two sites, ``decided`` whether its decision permits it, ``named`` the rule
        of the decision, ``said`` that of the message; the last three are of no matter where it waits.
        """
        lets = not clash and stream in self.profile["fields"]
        allowed, rule = self._permits(stream, sensitivity, exercise, approvals)
        may_leave = allowed and lets
        if kind == "held":
            if may_leave:
                return f"an item waits although the policy in force permits it ({rule})"
            let_go = lets and self._permits(stream, sensitivity, exercise, MANY)[0]
            return "" if let_go else "an item waits that no approval would let go"
        released = kind == "release"
        if decided is not released:
            return "left without a decision that permits it" if released else "withheld without its decision"
        if released and not may_leave:
            return f"left against the policy in force ({rule})"
        if not rule == named == said:
            return f"the log names rule '{named}', the policy in force decides by '{rule}'"
        return (
            f"withheld although the policy in force permits it ({rule})" if may_leave and not released else ""
        )

    def _coarsens(self, stream: str) -> bool:
        return self.coarsening is not None and stream in COARSE

    def _problem_with_fields(self, leaf: dict[str, Any], payload: bytes, sites: Sites) -> str:
        item, body, dropped = leaf["item"], leaf["message"]["body"], leaf["decision"]["dropped"]
        known, left = item["payload"], body["payload"]
        if correlation := leaf.get("correlation"):
            known = {**known, **correlation}
        if body["stream"] != item["stream"]:
            return "a field left that the profile in force does not allow"
        problem, stayed, as_it_is = self._fields(item["stream"], tuple(known), tuple(left), tuple(dropped))
        if problem:
            return problem
        source = {key: value for key, value in known.items() if key not in stayed} if stayed else known
        for key in as_it_is:
            if left[key] != source[key]:
                return "what left is not what the item says"
        if self.coarsening and self._coarsens(item["stream"]):
            data = payload if source is item["payload"] else b""
            return self.coarsening.problem_with(item, source, data, left, sites)
        return ""

    def _fields_of(
        self, stream: str, known: tuple[str, ...], left: tuple[str, ...], dropped: tuple[str, ...]
    ) -> tuple[str, frozenset[str], tuple[str, ...]]:
        """Return what is wrong with the names of the fields that left, those that stay, and those that leave unchanged."""
        allowed = set(self.profile["fields"][stream])
        source = [key for key in known if key in allowed]
        stayed = frozenset(known) - allowed
        problem = ""
        if set(left) - allowed:
            problem = "a field left that the profile in force does not allow"
        elif set(left) - set(known):
            problem = "a field left that the item does not have"
        elif set(source) - set(left) or sorted(stayed) != list(dropped):
            problem = "a field stayed that the profile in force lets go"
        coarse = COARSE[stream] if self._coarsens(stream) else ()
        return problem, stayed, tuple(key for key in source if key not in coarse)


def problem_with_policy(policy: str) -> str:
    """Return why a Cedar policy is not put to its engine, or an empty string: no policy may hold the verifier up or end it.

    What stands before ``has`` and ``is`` is evaluated again for each name behind them; one within the other double the time.
    """
    if (size := len(policy.encode())) > LONGEST:
        return f"is {size:,} bytes long, more than {LONGEST:,}"
    depth = braces = 0
    for word in _WORD.findall(policy):
        depth += (word in "([{") - (word in ")]}")
        braces = max(0, braces + (word == "{") - (word == "}"))
        if depth > DEEPEST:
            return f"nests more than {DEEPEST} deep"
        if braces and word in ("has", "is"):
            return f"asks in a condition with '{word}', which every item answers alike"
    return ""
