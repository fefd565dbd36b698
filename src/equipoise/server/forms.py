"""The questions and answers of the what-if interface, typed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from equipoise.analysis.what_if.answers import Leak

Name = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]
Word = Annotated[str, Field(max_length=80)]


class Form(BaseModel):
    """A form that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Health(Form):
    """Whether the engine is there, and why not."""

    version: str
    engine: Literal["ready", "warming", "absent"]
    detail: str


class Parameter(Form):
    """A number that a question may change: its place in the scenario, words, unit, value and the range of the slider."""

    key: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    site: str | None = None
    axis: Literal["lat", "lon"] | None = None


class Alternative(Form):
    """A word that a question may change: its place in the scenario, what it is called, its value, and the options in words."""

    key: str
    label: str
    value: str
    options: dict[str, str]
    site: str | None = None


class Offer(Form):
    """All that a question about a phase may change."""

    parameters: list[Parameter]
    alternatives: list[Alternative]


class Case(Form):
    """One phase, with numbers and words put in their places."""

    phase: Name = Field(examples=["Phase 3"])
    settings: dict[Name, Number | Word] = Field(
        default={},
        max_length=40,
        examples=[{"assumption.decision_s": 60.0, "scenario.track_rule": "accuracy"}],
    )


class ModeCase(Case):
    """One phase and mode, with numbers and words put in their places."""

    mode: Name = Field(examples=["independent"])


class AreaCase(ModeCase):
    """One phase, mode and missile, with numbers and words put in their places."""

    threat: Name = Field(examples=["ghadr-1"])


class Area(Form):
    """One map: base64 of bytes (shots, reason, sites) and of 16-bit little-endian seconds (-32768: none).

    ``stopped_percent`` says of how many of one missile at each person in range the shots stop on average, with the lowest and
    the highest kill probability in service.
    """

    arrays: dict[str, str]
    share_percent: float | None
    stopped_percent: tuple[float, float] | None
    took_ms: float


class BaseExposure(Form):
    """One base: share of its paths that could be engaged, largest time to spare (none: out of reach)."""

    base: str
    share_percent: float
    slack_s: float | None


class ClauseMargin(Form):
    """How far the plan is from a clause that is a limit, in the clause's unit: below zero it is broken; null finds nothing."""

    clause: str
    margin: float | None


class Exposure(Form):
    """All bases and the clauses that are limits, nominal values but for the changed ones."""

    bases: list[BaseExposure]
    clauses: list[ClauseMargin]
    took_ms: float


class Raids(Form):
    """Every raid of the scenario in one phase and mode, at nominal values but for the changed ones."""

    raids: list[Leak]
    took_ms: float


class Refusal(Form):
    """Why a question was not answered."""

    detail: str
