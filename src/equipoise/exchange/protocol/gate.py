"""The release gate: policy (default deny), allowed fields, coarsening; every outcome is a decision to log."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.exchange.protocol.coarsen import Place, SiteError, Sites, coarsen_launch, coarsen_track
from equipoise.exchange.protocol.forms import FORMS, REQUIRED, ItemError, is_number, problem_with_payload
from equipoise.foundation.errors import InputError, Problem, misuse, nearest

LONGEST_POLICY = (
    16_384  # bytes: a leaf holds 65,535, and some texts cost the policy engine the square of their length
)
DEEPEST_POLICY = 32  # brackets within each other: the policy engine ends the process at some hundreds
_WORD = re.compile(r'"(?:[^"\\]|\\[\s\S])*(?:"|\\?\Z)|//[^\r\n]*|[A-Za-z_][A-Za-z0-9_]*|[(\[{]|[)\]}]')
MANY = 1_000  # approvals that no rule asks for: what is refused even then is refused for good
COARSENING = {  # least and largest value: places leave with 6 digits, times in ms
    "least_error_m": (1.0, 1e6),
    "noise_m": (0.0, 1e5),
    "sigma_step_m": (1.0, 1e6),
    "grid_deg": (1e-6, 45.0),
    "step_s": (1e-3, 86_400.0),
}
SECRET_DOMAIN = b"equipoise exchange gate 1\n"
# What a policy may speak of; a rule that names anything else is an error when the node starts, not a rule that
# silently never fires.
SCHEMA = """
entity Party;
entity Item = { stream: String, sensitivity: String, exercise: Bool, approvals: Long };
action release appliesTo { principal: [Party], resource: [Item], context: {} };
"""


@cache
def packaged(name: str) -> str:
    """Return a text file of the package: ``release.cedar`` or ``profile.toml``."""
    return files("equipoise.exchange").joinpath("data", name).read_text("utf-8")


def problem_with_policy(policy: str) -> str:
    """Return why a Cedar policy is not put to the policy engine, or an empty string.

    A policy is at most ``LONGEST_POLICY`` bytes of UTF-8 long, and its brackets nest at most ``DEEPEST_POLICY`` deep. Its
    conditions do without ``has`` and ``is``, which every item answers alike: the engine evaluates what stands before
    them once for each name behind them, so that one within the other double its time with every 20 bytes.
    """
    if (size := len(policy.encode())) > LONGEST_POLICY:
        return f"is {size:,} bytes long, more than {LONGEST_POLICY:,}"
    depth = braces = 0
    for word in _WORD.findall(policy):
        depth += (word in "([{") - (word in ")]}")
        braces = max(0, braces + (word == "{") - (word == "}"))
        if depth > DEEPEST_POLICY:
            return f"nests more than {DEEPEST_POLICY} deep"
        if braces and word in ("has", "is"):
            return f"asks in a condition with '{word}', which every item answers alike"
    return ""


@dataclass(frozen=True)
class Decision:
    """What the gate decided about one item, with the payload that may leave (``None``: withheld)."""

    allowed: bool
    rule: str
    reason: str
    dropped: tuple[str, ...]
    payload: dict[str, Any] | None

    def record(self) -> dict[str, Any]:
        """Return the form that goes into the log."""
        kept = {"allowed": self.allowed, "rule": self.rule, "reason": self.reason}
        return {**kept, "dropped": list(self.dropped)}


class Gate:
    """A policy, a profile and the secret from which the displacement of every site is drawn."""

    def __init__(
        self, secret: bytes, *, party: str, policy: str = "", profile: str = "", folder: str = "package"
    ) -> None:
        """Read and check both texts; what is wrong with them is an ``InputError`` that names ``folder``."""
        import cedarpy

        self._secret, self._party = secret, party
        self.policy, self.profile_text = (
            policy or packaged("release.cedar"),
            profile or packaged("profile.toml"),
        )
        self.profile = read_profile(self.profile_text, file=f"{folder}/profile.toml")
        if problem := problem_with_policy(self.policy):
            raise misuse(f"{folder}/release.cedar", "", f"{problem}.", "Write the policy more simply.")
        checked = cedarpy.validate_policies(self.policy, SCHEMA)
        if not checked.validation_passed:
            raise InputError(Problem(f"{folder}/release.cedar", "", str(error)) for error in checked.errors)
        self._ask = cache(_Asker(party, cedarpy.PolicySet.from_str(self.policy)))

    @property
    def commitment(self) -> str:
        """Return what the log holds of the secret, so that it can be opened once the exercise is over."""
        return hashlib.sha256(SECRET_DOMAIN + self._secret).hexdigest()

    def decide(self, item: dict[str, Any], *, approvals: int, sites: Sites) -> Decision:
        """Return the decision on one item ``{stream, sensitivity, payload, exercise}``; ``sites`` stays as it is."""
        rule, allowed = self._ask(item["stream"], item["sensitivity"], item["exercise"], min(approvals, MANY))
        if not allowed:
            return self._no(rule, "no rule permits it")
        fields = self.profile["fields"].get(item["stream"])
        if fields is None:
            return self._no(rule, "the profile lists no field of this stream")
        payload = {key: value for key, value in item["payload"].items() if key in fields}
        dropped = tuple(sorted(set(item["payload"]) - set(payload)))
        try:
            coarse = self._coarsened(item, payload, sites)
        except SiteError as error:
            return self._no(rule, str(error))
        if problem := problem_with_payload(item["stream"], coarse):
            raise ItemError(f"what the profile leaves is not a valid payload: {problem}")
        return Decision(allowed=True, rule=rule, reason="released", dropped=dropped, payload=coarse)

    def would_wait(self, item: dict[str, Any], *, sites: Sites) -> bool:
        """Return whether more people's approval would let this item leave."""
        return self.decide(item, approvals=MANY, sites=sites).allowed

    @staticmethod
    def _no(rule: str, reason: str) -> Decision:
        return Decision(allowed=False, rule=rule, reason=reason, dropped=(), payload=None)

    def _coarsened(self, item: dict[str, Any], payload: dict[str, Any], sites: Sites) -> dict[str, Any]:
        how = self.profile["coarsen"]
        if not how or item["stream"] not in ("track", "launch"):
            return payload
        site, least_m = sites.site_of(item), how["least_error_m"]
        where = Place(self._secret, site, sites.anchor_of(item, site), least_m)
        if item["stream"] == "launch":
            return coarsen_launch(payload, where, grid_deg=how["grid_deg"], step_s=how["step_s"])
        return coarsen_track(payload, where, noise_m=how["noise_m"], sigma_step_m=how["sigma_step_m"])


class _Asker:
    """Asks the policy engine about the attributes of an item, which are all that the policy sees."""

    def __init__(self, party: str, policies: Any) -> None:
        self._party, self._policies = party, policies

    def __call__(
        self,
        stream: str,
        sensitivity: str,
        exercise: bool,
        approvals: int,
    ) -> tuple[str, bool]:
        """Return the names of the deciding rules and whether they permit; a rule that fails denies."""
        import cedarpy

        attributes = {
            "stream": stream,
            "sensitivity": sensitivity,
            "exercise": exercise,
            "approvals": approvals,
        }
        request = {
            "principal": {"type": "Party", "id": self._party},
            "action": 'Action::"release"',
            "resource": 'Item::"item"',
            "context": {},
        }
        entities = json.dumps([{"uid": {"type": "Item", "id": "item"}, "attrs": attributes, "parents": []}])
        answer = cedarpy.is_authorized(request, self._policies, entities)
        if answer.diagnostics.errors:
            return "policy-error", False
        names = answer.diagnostics.id_annotations_by_reason
        rules = sorted(names.get(reason) or reason for reason in answer.diagnostics.reasons)
        return ", ".join(rules) or "default-deny", bool(answer.allowed)


def read_profile(text: str, *, file: str) -> dict[str, Any]:
    """Return a profile: fields that may leave by stream, and coarsening; every fault in it is listed."""
    try:
        profile = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise misuse(file, "", f"is not TOML: {error}") from error
    fields, coarse = profile.get("fields", {}), profile.get("coarsen", {})
    wrong = [
        Problem(file, place, "must be a table.")
        for place, value in (("fields", fields), ("coarsen", coarse))
        if not isinstance(value, dict)
    ]
    if wrong:
        raise InputError(wrong)
    problems = _unknown(file, "", set(profile), {"fields", "coarsen"})
    problems += _unknown(file, "fields.", set(fields), set(FORMS) - {"withheld"})
    for stream in set(fields) & set(FORMS):
        problems += _problems_with_stream(file, stream, fields[stream])
    problems += _unknown(file, "coarsen.", set(coarse), set(COARSENING))
    if coarse:
        problems += _problems_with_coarsening(file, coarse)
    if problems:
        raise InputError(problems)
    return {"fields": fields, "coarsen": coarse}


def _problems_with_coarsening(file: str, coarse: dict[str, Any]) -> list[Problem]:
    return [
        Problem(
            file,
            f"coarsen.{key}",
            f"{'must be' if key in coarse else 'is missing: give'} a number from {least:g} to {largest:g}.",
        )
        for key, (least, largest) in COARSENING.items()
        if not is_number(coarse.get(key), low=least, high=largest)
    ]


def _problems_with_stream(file: str, stream: str, names: Any) -> list[Problem]:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return [Problem(file, f"fields.{stream}", "must be a list of names of fields.")]
    problems = _unknown(file, f"fields.{stream}: ", set(names), set(FORMS[stream]))
    if lacking := [name for name in REQUIRED[stream] if name not in names]:
        line = f"lacks {', '.join(lacking)}."
        problems.append(Problem(file, f"fields.{stream}", line, "Or drop the whole stream."))
    return problems


def _unknown(file: str, place: str, given: set[str], known: set[str]) -> list[Problem]:
    return [
        Problem(
            file,
            f"{place}{key}",
            "is not known.",
            f"Did you mean '{guess}'?" if (guess := nearest(key, known)) else "",
        )
        for key in sorted(given - known)
    ]
