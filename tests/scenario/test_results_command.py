"""``equipoise results`` on a folder of a run's kind and on sweep folders, whole, unfinished and damaged."""

import json
import random

import numpy as np
import pytest

from command_line import invoke
from equipoise.compute.folder import JobFolder, create
from equipoise.compute.job import Job
from equipoise.foundation.output_folder import seal
from equipoise.results.record import Provenance, Result, save_results
from equipoise.results.schema import dataset
from equipoise.results.tables import write_table

MADE = {"version": "0.1.0", "command": "equipoise sweep toy"}


def ask(*words, code=0):
    done = invoke(["results", *words])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def root(tmp_path):
    run = tmp_path / "out" / "epaa"
    (run / "tables").mkdir(parents=True)
    data = dataset("exposure", {"share": [[[[0.25, 0.5]]]]}, {"base": ["x", "y"]})
    made = Provenance(
        version="0.1.0", scenario="epaa", scenario_hash="abc" * 20, seed=3, command="equipoise run epaa"
    )
    exposed = Result(kind="exposure", title="Exposure", data=data, provenance=made, notes=("A limit.",))
    save_results(run / "results.nc", {"exposure": exposed})
    write_table(
        run / "tables" / "exposure.parquet",
        {"share": np.array([0.25, 0.5])},
        header={"kind": "exposure", "provenance": MADE},
    )
    job = Job("sweep", "A toy", "toy:rows", {}, rows=10, chunk_rows=4, provenance=MADE)
    create(tmp_path / "out" / "toy", job)
    folder = JobFolder(tmp_path / "out" / "toy", job)
    for chunk in range(2):
        row = np.arange(*job.bounds(chunk))
        folder.record(chunk, {"row": row, "y": row**2.0}, seconds=0.1, worker="w")
    folder.close()
    seal(run, {"version": "0.1.0"})
    return tmp_path / "out"


def test_list_names_everything_below_the_folder_with_its_state(root):
    said = ask("list", root)
    assert "Exposure [exposure]" in said
    assert "A toy [sweep], 2 of 3 chunks finished" in said
    assert "equipoise run epaa (Equipoise 0.1.0)" in said
    rows = json.loads(ask("list", root, "--json"))
    assert [row["title"] for row in rows] == ["Exposure", "A toy"]
    assert "No results below" in ask("list", root / "epaa" / "tables")


def test_show_says_what_a_result_holds_and_where_it_comes_from(root):
    said = ask("show", root / "epaa")
    share = (
        "share (phase 1 x end 1 x family 1 x base 2): share of the paths that can be engaged [1], 0.25 to 0.5"
    )
    for words in ("equipoise run epaa", "seed 3", share, "note: A limit."):
        assert words in said
    plain = json.loads(ask("show", root / "epaa", "--json"))
    assert plain["results"]["exposure"]["variables"]["share"]["most"] == 0.5
    assert "columns: share" in ask("show", root / "epaa" / "tables" / "exposure.parquet")


def test_show_finds_a_damaged_part_of_a_sweep(root):
    assert "every part is whole" in ask("show", root / "toy")
    part = next((root / "toy" / "parts").glob("00000001-*"))
    part.write_bytes(part.read_bytes()[:-3])
    said = ask("show", root / "toy", code=1)
    assert f"damaged: {part.name}" in said


def test_verify_names_what_was_changed(root):
    assert "as it was written" in ask("verify", root / "epaa")
    assert json.loads(ask("verify", root / "toy", "--json")) == {"whole": True, "changes": []}
    (root / "epaa" / "tables" / "exposure.parquet").write_bytes(b"x")
    assert ask("verify", root / "epaa", code=1) == "tables/exposure.parquet: is not as it was written\n"
    part = next((root / "toy" / "parts").iterdir())
    part.write_bytes(b"x")
    assert ask("verify", root / "toy", code=1) == f"parts/{part.name}: is damaged or gone\n"
    assert "holds no run.json" in ask("verify", root, code=2)


def test_query_reads_tables_and_what_a_sweep_has_so_far(root):
    assert json.loads(ask("query", root / "epaa", "SELECT max(share) AS most FROM exposure", "--json")) == [
        {"most": 0.5}
    ]
    assert json.loads(
        ask("query", root / "toy", "SELECT count(*) AS n, max(y) AS y FROM sweep", "--json")
    ) == [{"n": 8, "y": 49.0}]
    assert ask("query", root / "toy", "SELECT row FROM sweep ORDER BY row LIMIT 2", "--csv") == "row\n0\n1\n"
    assert "NULL" in ask("query", root / "toy", "SELECT NULL AS nothing")
    assert "sweep" in ask("query", root / "toy")
    assert "only one SELECT is run, this is COPY" in ask("query", root / "toy", "COPY sweep TO 'x'", code=2)
    assert "holds no tables" in ask("query", root, "SELECT 1", code=2)


def test_diff_ends_with_one_when_numbers_differ(root, tmp_path):
    assert "The same numbers in exposure" in ask("diff", root / "epaa", root / "epaa")
    data = dataset("exposure", {"share": [[[[0.25, 0.75]]]]}, {"base": ["x", "y"]})
    other = tmp_path / "other.nc"
    Result(kind="exposure", title="Exposure", data=data, provenance=Provenance(version="0.2.0")).save(other)
    said = ask("diff", root / "epaa", other, code=1)
    assert (
        "exposure: share: 1 of 2 values differ, most 0.5 against 0.75 at phase 0, end 0, family 0, base y"
        in said
    )
    assert "made differently: version: 0.1.0 against 0.2.0" in said


def test_what_cannot_be_read_is_one_line(root, tmp_path):
    (tmp_path / "bad.nc").write_bytes(b"not a result")
    for path, words in (
        (tmp_path / "bad.nc", "no result file of this version"),
        (tmp_path / "none.nc", "no such result file"),
        (tmp_path, "holds no results.nc"),
    ):
        said = ask("show", path, code=2)
        assert words in said
        assert len(said.strip().splitlines()) == 1


def test_no_changed_bit_of_a_table_or_a_part_is_read_in_silence(root):
    draw = random.Random(3)
    table, parts = root / "epaa" / "tables" / "exposure.parquet", sorted((root / "toy" / "parts").iterdir())
    for path, folder in ((table, root / "epaa"), *((part, root / "toy") for part in parts)):
        whole = path.read_bytes()
        for _ in range(40):
            at = draw.randrange(len(whole))
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << draw.randrange(8)]) + whole[at + 1 :])
            said = ask("query", folder, "SELECT 1", code=2)
            assert path.name in said
            assert said.count("\n") == 1
        path.write_bytes(whole)
        ask("query", folder, "SELECT 1")
    table.write_bytes(table.read_bytes()[:-1])
    assert "is not as it was written" in ask("show", table, code=2)
