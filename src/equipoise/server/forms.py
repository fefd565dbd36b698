"""The questions and answers of the what-if interface, typed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e6, le=1e6)]


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


class Case(Form):
    """One phase, with numbers put in their places."""

    phase: Name = Field(examples=["Phase 3"])
    settings: dict[Name, Number] = Field(
        default={}, max_length=40, examples=[{"assumption.decision_s": 60.0}]
    )


class AreaCase(Case):
    """One phase, mode and missile, with numbers put in their places."""

    mode: Name = Field(examples=["independent"])
    threat: Name = Field(examples=["ghadr-1"])


class Area(Form):
    """One map: base64 of bytes (shots, reason, sites) and of 16-bit little-endian seconds (-32768: none)."""

    arrays: dict[str, str]
    share_percent: float | None
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


class Refusal(Form):
    """Why a question was not answered."""

    detail: str
