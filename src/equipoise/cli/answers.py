"""What each command prints under ``--json``, declared once: the published JSON Schemas are made from it.

Numbers that are not defined are null. Objects hold the keys that are listed and no others, but for rows of tables and records
of the catalogue, whose keys their own pages list.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter

from equipoise.cli import answers_exchange as exchange
from equipoise.cli import answers_guarantee as guarantee
from equipoise.cli.answers_base import Answer, Row


class Good(Answer):
    """A file without a fault, and the hash of what it says."""

    ok: Literal[True]
    name: str
    hash: str


class Faulty(Answer):
    """A file with faults, one line each."""

    ok: Literal[False]
    problems: list[str]


class ClauseVerdict(Answer):
    """The verdict of a run on a clause in a phase; a margin that is null has its reason in ``note``."""

    clause: str
    phase: str
    verdict: Literal["kept", "broken", "undetermined"]
    margin_at_nominal: float | None
    note: str
    unit: str
    covered: str
    what_decides: str


class Written(Answer):
    """The file that was written."""

    file: str


class Told(Answer):
    """Sentences and tables of a report, and where it is."""

    sentences: list[str]
    tables: dict[str, list[Row]]
    report: str


class Reported(Answer):
    """Where a report is."""

    report: str


class Redrawn(Answer):
    """Where a report and its exports are."""

    report: str
    exports: list[str]


class Outcome(Answer):
    """What comes of one missile in a phase and mode; times in s since its launch."""

    phase: str
    mode: str
    command: str
    outcome: str
    shots: int
    slack_s: float | None
    slack_site: str
    track_s: float | None
    ready_s: float | None
    first_intercept_s: float | None
    site: str


class Outcomes(Answer):
    """Outcomes of one missile."""

    title: str
    outcomes: list[Outcome]


class Explained(Answer):
    """The timeline of one missile: times in s since its launch, with what happens."""

    title: str
    timeline: list[tuple[float, str]]
    conclusion: list[str]


class Raid(Answer):
    """What is expected of a raid at the low, nominal and high kill probability."""

    title: str
    sentences: list[str]
    seed: int
    independent: bool
    expected: list[Any]
    chance: list[Any]


class Event(Answer):
    """One event of a flight."""

    event: str
    time_s: float
    lat_deg: float
    lon_deg: float
    altitude_km: float
    speed_km_s: float


class Flown(Answer):
    """A flight: its numbers by name, with the unit in it, and its events."""

    status: Literal["OK"]
    title: str
    notes: list[str]
    numbers: dict[str, float | None]
    events: list[Event]
    files: list[str]


class NoFlight(Answer):
    """Why there is no flight: the name of a status and a sentence."""

    status: str
    message: str


class Replicated(Answer):
    """Printed statements beside ours, those that agree less than is kept, and the page."""

    statements: list[Row]
    worse: list[Row]
    page: str


class Served(Answer):
    """Where a page is served, and whether it has an engine, else why not."""

    address: str
    engine: bool
    detail: str


class Swept(Answer):
    """How far a sweep is, and what this client did."""

    folder: str
    complete: bool
    rows: int
    rows_done: int
    chunks: int
    chunk_rows: int
    chunks_computed_here: int
    wall_time_s: float
    rows_per_s: float
    computing_s: float
    recording_s: float
    finishing_s: float
    peak_worker_mb: dict[str, float]


class Stored(Answer):
    """One stored result or sweep, or why it cannot be read."""

    path: str
    title: str
    kinds: list[str]
    version: str
    command: str
    state: str
    problem: str


class Variable(Answer):
    """A variable of a result; ends are given of numbers."""

    axes: dict[str, int]
    unit: str
    what: str
    least: float | None = None
    most: float | None = None


class OneResult(Answer):
    """One result of a file."""

    title: str
    provenance: Row
    variables: dict[str, Variable]
    notes: list[str]
    sources: int


class Shown(Answer):
    """Results by kind, and the chunks of a sweep whose parts are damaged."""

    results: dict[str, OneResult]
    damaged_parts: list[str]


class ShownTable(Answer):
    """A table: its header, its columns and how many rows it has."""

    header: Row
    columns: list[str]
    rows: int


class Difference(Answer):
    """Where two results differ in numbers, and in what made them."""

    differences: list[str]
    origins: list[str]


class Verified(Answer):
    """Whether a folder is as it was written, and what is not."""

    whole: bool
    changes: list[str]


class Noticed(Answer):
    """Whether a notice is good, and what was found in it."""

    good: bool
    findings: list[str]


ANSWERS: dict[str, Any] = {
    "balance": Told,
    "check": Good | Faulty,
    "cite": list[Row],
    "compare": Told,
    "crux": Told,
    "defend": Told,
    "engage": Outcomes | Explained | Raid,
    "exchange approve": exchange.Filed,
    "exchange cosign": exchange.Cosigned,
    "exchange demo": exchange.Exercised,
    "exchange export": exchange.Exported,
    "exchange fingerprint": exchange.Fingerprint,
    "exchange held": list[exchange.Held],
    "exchange ingest": exchange.Items,
    "exchange init": exchange.Keys,
    "exchange notice": exchange.Filed,
    "exchange open-secret": exchange.Opened,
    "exchange operator": exchange.Enrolled,
    "exchange proof": exchange.Note,
    "exchange renew": exchange.Keys,
    "exchange request": exchange.Note,
    "exchange revoke": exchange.Revoked,
    "exchange rotate": exchange.Rotated,
    "exchange tiles": exchange.Tiles,
    "exchange verify": exchange.Judged,
    "exchange vkey": exchange.Note,
    "exchange witness init": exchange.Note,
    "exchange witness sign": exchange.Note,
    "exchange witness trust": exchange.Trusted,
    "expose": Told,
    "flight-test check": Good | Faulty,
    "flight-test evidence": Told | dict[str, Told],
    "flight-test notice": Noticed,
    "flight-test plan": Told,
    "flight-test simulate": Told,
    "fly": Flown | NoFlight,
    "guarantee certify": guarantee.Certified,
    "guarantee check": list[guarantee.GuaranteeVerdict],
    "guarantee classify": list[guarantee.Classified],
    "guarantee question": Written,
    "guarantee report": Reported,
    "guarantee space": guarantee.Space,
    "guarantee timeline": list[Row],
    "guarantee verify": guarantee.Accepted | guarantee.Rejected,
    "guarantee watch": list[guarantee.Watched],
    "guarantee worst": guarantee.Worst,
    "list": list[Row],
    "new": Written,
    "page": Served,
    "replicate": Replicated | dict[str, str],
    "report": Redrawn,
    "results diff": Difference,
    "results list": list[Stored],
    "results query": list[Row],
    "results show": Shown | ShownTable,
    "results verify": Verified,
    "run": list[ClauseVerdict],
    "show": Row,
    "sweep": Swept,
}
"""The type of what each command prints under ``--json``."""


def schema(command: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of what a command prints under ``--json``."""
    made = TypeAdapter(ANSWERS[command]).json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"equipoise {command} --json"}
    return {**head, **{key: value for key, value in made.items() if key != "title"}}
