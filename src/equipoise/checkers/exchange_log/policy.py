"""The release rules that a log records, asked again: would they have decided as the log says?"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from equipoise.checkers.exchange_log.log import sha, signed_bytes


class Rules:
    """The policy, the profile and the operators of one ``rules`` leaf."""

    def __init__(self, leaf: dict[str, Any], *, party: str) -> None:
        """Parse the policy that the leaf holds."""
        import cedarpy

        self.party, self.profile, self.operators = party, leaf["profile"], leaf["operators"]
        self._policies = cedarpy.PolicySet.from_str(leaf["policy"])
        self.permits = cache(self._permits)

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

    def approvals(self, leaf: dict[str, Any]) -> int:
        """Return how many enrolled operators signed for the item of a leaf."""
        data = b"equipoise exchange approval 1\n" + sha(leaf["item"]).hex().encode()
        return sum(
            signed_bytes(self.operators.get(name, ""), data, signature)
            for name, signature in leaf["approvals"].items()
        )

    def problem_with(self, leaf: dict[str, Any]) -> str:
        """Return what the rules of release say against a release or a refusal, or an empty string."""
        item, decision, body = leaf["item"], leaf["decision"], leaf["message"]["body"]
        released = leaf["kind"] == "release"
        if bytes.fromhex(leaf["item_hash"]) != sha(item) or decision["allowed"] is not released:
            return "left without a decision that permits it" if released else "withheld without its decision"
        allowed, rule = self.permits(
            item["stream"], item["sensitivity"], item["exercise"], min(self.approvals(leaf), 1000)
        )
        if released and not allowed:
            return f"left against the policy in force ({rule})"
        if rule != decision["rule"] or rule != body["rule"]:
            return f"the log names rule '{decision['rule']}', the policy in force decides by '{rule}'"
        return self._problem_with_fields(item, body, leaf.get("correlation", {})) if released else ""

    def _problem_with_fields(
        self, item: dict[str, Any], body: dict[str, Any], correlation: dict[str, Any]
    ) -> str:
        known, allowed = {**item["payload"], **correlation}, self.profile["fields"].get(item["stream"], [])
        if body["stream"] != item["stream"] or set(body["payload"]) - set(allowed):
            return "a field left that the profile in force does not allow"
        if set(body["payload"]) - set(known):
            return "a field left that the item does not have"
        if item["stream"] not in self.profile["coarsen"] and any(
            known[key] != value for key, value in body["payload"].items()
        ):
            return "what left is not what the item says"
        return ""
