"""What each command prints under ``--json``, declared once: the published JSON Schemas are made from it.

Numbers that are not defined are null. Objects hold the keys that are listed and no others, but for rows of tables and records
of the catalogue, whose keys their own pages list.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

Row = dict[str, Any]
"""A row of a table by its heads, or a record."""
Triple = tuple[float, float, float]
"""Low, nominal, high."""


class Answer(BaseModel):
    """An object with these keys and no others."""

    model_config = ConfigDict(extra="forbid")


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
    what_decides: str


class Told(Answer):
    """Sentences and tables of a report, and where it is."""

    sentences: list[str]
    tables: dict[str, list[Row]]
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
    flight: str | None
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


class Keys(Answer):
    """A party's public file, and the digits that both sides compare."""

    public: str
    fingerprint: str


class Filed(Answer):
    """The file in the inbox."""

    filed: str


class Items(Answer):
    """How many items were filed."""

    items: int


class Judged(Answer):
    """What two logs prove."""

    holds: bool
    parties: list[str]
    unreadable: list[str]
    breaches: list[str]
    advisories: list[str]
    timeline: list[Row]
    notices: list[Row]
    launches: list[Row]
    logs: list[Row]
    forks: list[Row]
    witnesses: list[Row]


class Exercised(Judged):
    """What the logs of an exercise prove, and its pages."""

    pages: list[str]


class Exported(Answer):
    """How many leaves were written, and where."""

    leaves: int
    file: str


class Enrolled(Answer):
    """An operator and their public key."""

    operator: str
    key: str


class Held(Answer):
    """An item that waits for a second person."""

    item_hash: str
    item: Row
    approved_by: list[str]


class Fingerprint(Answer):
    """Whose public file it is, its digits, and for how many days its certificate is good."""

    party: str
    fingerprint: str
    days_left: int


class Rotated(Answer):
    """A party's new key, and whether it is announced under the old one."""

    key: str
    announced: bool


class Revoked(Answer):
    """The peer's key that counts no more, and the one in its place, or an empty text."""

    revoked: str
    key: str


class Opened(Answer):
    """Where an opened secret is."""

    file: str


class Tiles(Answer):
    """How many leaves the tiles hold, the head of the tree in hex, and where they are."""

    leaves: int
    root: str
    folder: str
    moved: int | None = None
    """Full bundles that were moved to a colder folder, where one was named."""


class Cosigned(Answer):
    """How many leaves were countersigned, and by whom."""

    leaves: int
    witnesses: list[str]


ANSWERS: dict[str, Any] = {
    "balance": Told,
    "check": Good | Faulty,
    "cite": list[Row],
    "compare": Told,
    "defend": Told,
    "engage": Outcomes | Explained | Raid,
    "exchange approve": Filed,
    "exchange cosign": Cosigned,
    "exchange demo": Exercised,
    "exchange export": Exported,
    "exchange fingerprint": Fingerprint,
    "exchange held": list[Held],
    "exchange ingest": Items,
    "exchange init": Keys,
    "exchange notice": Filed,
    "exchange open-secret": Opened,
    "exchange operator": Enrolled,
    "exchange renew": Keys,
    "exchange revoke": Revoked,
    "exchange rotate": Rotated,
    "exchange tiles": Tiles,
    "exchange verify": Judged,
    "expose": Told,
    "flight-test check": Good | Faulty,
    "flight-test evidence": Told | dict[str, Told],
    "flight-test notice": Noticed,
    "flight-test plan": Told,
    "flight-test simulate": Told,
    "fly": Flown | NoFlight,
    "guarantee certify": Certified,
    "guarantee check": list[GuaranteeVerdict],
    "guarantee classify": list[Classified],
    "guarantee space": Space,
    "guarantee timeline": list[Row],
    "guarantee verify": Accepted | Rejected,
    "guarantee watch": list[Watched],
    "guarantee worst": Worst,
    "list": list[Row],
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
