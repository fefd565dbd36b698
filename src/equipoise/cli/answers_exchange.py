"""What ``equipoise exchange`` prints under ``--json``."""

from __future__ import annotations

from equipoise.cli.answers_base import Answer, Row


class Keys(Answer):
    """A party's public file, and the digits that both sides compare."""

    public: str
    fingerprint: str


class Filed(Answer):
    """The file in the inbox."""

    filed: str


class Note(Answer):
    """A text of an open format, its line ends in it; or why a witness refuses, with exit code 1."""

    text: str


class Trusted(Answer):
    """How many verifier keys were added."""

    keys: int


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
