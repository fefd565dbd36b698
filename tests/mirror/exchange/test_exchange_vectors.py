"""The test vectors of docs/exchange-format.md: the verifier says of each what is written beside it."""

import json
from pathlib import Path

import pytest
from builders.exchange_vectors import FOLDER, vectors

from equipoise.checkers.exchange_log import Pins, parse_key, verify
from equipoise.model.notices import instruments

TABLE = json.loads((FOLDER / "vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["name"])
def test_the_verifier_says_what_the_vector_says(row):
    pins = Pins(
        row.get("parties", {}), frozenset(map(parse_key, row.get("witness_keys", ()))), row.get("quorum")
    )
    how = {"checkpoints": tuple(row.get("checkpoints", ())), "opened": tuple(row.get("opened", ()))}
    report = verify(FOLDER / row["a"], FOLDER / row["b"], duties=instruments(), pins=pins, **how)
    assert report.holds is row["holds"]
    names = {Path(row[party]).name for party in "ab"}
    lines = [*report.unreadable, *report.breaches]
    for name in names:
        lines = [line.replace(name, "log") for line in lines]
    assert (row["reason"] in lines) is not row["holds"]


def test_there_are_sixty_that_do_not_hold_and_the_nodes_still_write_them():
    assert sum(not row["holds"] for row in TABLE) >= 60
    made = {name: logs for name, logs, _ in vectors()}
    assert list(made) == [row["name"] for row in TABLE], "run python -m builders.exchange_vectors"
    for row in TABLE:
        for party in "AB":
            data = b"".join(line + b"\n" for line in made[row["name"]][party])
            assert (FOLDER / Path(row[party.lower()])).read_bytes() == data, (
                "run python -m builders.exchange_vectors"
            )
