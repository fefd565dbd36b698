"""Launch notices as a state machine; instruments, fields and deadlines are data."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

# state -> type of notice -> next state
TRANSITIONS: dict[str, dict[str, str]] = {
    "none": {"pre-launch": "announced", "other": "recorded", "post-launch": "launched-unannounced"},
    "announced": {"window-extension": "announced", "post-launch": "launched", "cancel": "cancelled"},
}


@cache
def instruments() -> dict[str, Any]:
    """Return the instruments by name: types, required fields, deadlines with confidence and source."""
    return tomllib.loads(files("equipoise.exchange").joinpath("data/instruments.toml").read_text("utf-8"))


def problem_with(notice: dict[str, Any], *, state: str) -> str:
    """Return why the notice cannot follow ``state``, or an empty string."""
    instrument = instruments().get(str(notice.get("instrument")))
    if instrument is None:
        return f"instrument '{notice.get('instrument')}' is not one of {', '.join(sorted(instruments()))}"
    kind = str(notice.get("type"))
    if kind not in instrument["types"]:
        return f"type '{kind}' is not one of {', '.join(instrument['types'])}"
    if kind not in TRANSITIONS.get(state, {}):
        return f"a notice of type '{kind}' cannot follow state '{state}'"
    needed = {
        "pre-launch": instrument["required"],
        "window-extension": ["window_end_ms"],
        "post-launch": ["launched_at_ms"],
    }
    missing = [key for key in needed.get(kind, []) if notice.get(key) is None]
    return f"missing field {', '.join(missing)}" if missing else ""


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
