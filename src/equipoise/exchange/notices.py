"""The life of a launch notice as a state machine; what an instrument asks of it is in ``equipoise.model.notices``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from equipoise.model.notices import form_faults, instruments

# state -> type of notice -> next state
TRANSITIONS: dict[str, dict[str, str]] = {
    "none": {
        "pre-launch": "announced",
        "test-range": "announced",
        "other": "recorded",
        "post-launch": "launched-unannounced",
    },
    "announced": {"window-extension": "announced", "post-launch": "launched", "cancel": "cancelled"},
}


def problem_with(notice: dict[str, Any], *, state: str) -> str:
    """Return why the notice cannot follow ``state``, or an empty string.

    A field that no instrument knows is no fault here: the release gate keeps it in, and a party may note more for itself.
    """
    kind = str(notice.get("type"))
    faults = [fault for fault in form_faults(notice) if fault.kind != "unknown field"]
    known = instruments().get(str(notice.get("instrument")), {"required": {}})["required"]
    if kind in known and kind not in TRANSITIONS.get(state, {}):
        return f"a notice of type '{kind}' cannot follow state '{state}'"
    return "; ".join(map(str, faults))


@dataclass(frozen=True)
class Board:
    """The notices of one origin: current state and fields by notice id."""

    states: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)

    def after(self, notice: dict[str, Any]) -> Board:
        """Return the board after a valid notice; an invalid one is a ``ValueError``."""
        name = str(notice.get("notice_id"))
        state = self.states.get(name, "none")
        if problem := problem_with(notice, state=state):
            raise ValueError(f"notice {name}: {problem}")
        return replace(
            self,
            states={**self.states, name: TRANSITIONS[state][notice["type"]]},
            fields={**self.fields, name: {**self.fields.get(name, {}), **notice}},
        )
