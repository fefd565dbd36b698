"""What ``equipoise guarantee`` prints under ``--json``."""

from __future__ import annotations

from typing import Any, Literal

from equipoise.cli.answers_base import Answer, Row, Triple


class GuaranteeVerdict(Answer):
    """The verdict on a clause in a phase, with its margin against the defence, at the value, and in its favour."""

    clause: str
    kind: str
    phase: str
    date: str
    status: str
    acts: bool
    counts: bool
    verdict: Literal["kept", "broken", "undetermined"]
    margin: float | None
    margin_low: float | None
    margin_high: float | None
    unit: str
    covered: str
    deciding: str
    counterexample: Row
    note: str
    instrument: str
    article: str
    source: str
    confidence: str


class Worst(Answer):
    """The worst permitted system that was found, and a bound from above."""

    slack_attained_s: float | None
    slack_bound_s: float | None
    gap_s: float | None
    sufficiency_accepted_by_checker: bool
    slack_allowed_s: float
    design: Row | None
    flight: dict[str, str] | None
    timeline: list[Any]
    warheads_reached: float
    warheads_not_excluded: float
    bases_reached: list[str]
    bases_not_excluded: list[str]
    limited_by: Any
    engagements_tried: int
    on_edge_of_the_area: bool
    seconds: float


class Certified(Answer):
    """A search for a certificate: the file, or why there is none."""

    free_share: float
    boxes: int
    seconds: float
    witness: Row | None
    refused: str
    file: str | None


class Accepted(Answer):
    """An accepted certificate, and exactly what it certifies."""

    accepted: Literal[True]
    boxes: int
    compared: bool
    certified: list[str]


class Rejected(Answer):
    """A rejected certificate, and why."""

    accepted: Literal[False]
    reason: str


class Classified(Answer):
    """An interceptor against the demarcation of 1997: its class, its speed in km/s, and declarations by basing."""

    id: str
    name: str
    kind: str
    speed_km_s: list[float]
    declare: dict[str, str]
    source: str
    confidence: str


class Way(Answer):
    """One way to break a clause: how long it takes and what warning it gives, in days."""

    way: str
    days: Triple
    warning_days: Triple
    steps: list[Row]


class Means(Answer):
    """One means of verification, and how it bears on a clause."""

    means: str
    bears: str
    why: str


class Watched(Answer):
    """Ways to break a clause and means that bear on it."""

    clause: str
    ways: list[Way]
    means: list[Means]


class Point(Answer):
    """One point of the negotiation space."""

    name: str
    speed_km_s: float
    number: float
    people_million: float
    warheads_reached: float
    warheads_not_excluded: float
    proposal: bool
    frontier: bool
    source: str


class Space(Answer):
    """The negotiation space: its frontier, known proposals, and what would suffice, the cheapest first."""

    frontier: list[Point]
    proposals: list[Point]
    changes: list[str]
    sufficient: bool
    cheapest: str | None
