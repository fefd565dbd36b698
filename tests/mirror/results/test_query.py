"""SQL over stored tables: it sees the given tables and can do nothing else."""

import numpy as np
import pytest

from equipoise.results.query import QueryError, query, view_name, views_in
from equipoise.results.tables import write_table


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tables").mkdir()
    header = {"kind": "t", "provenance": {"version": "1"}}
    for k in range(2):
        columns = {"row": np.arange(3) + 3 * k, "slack_s": np.array([1.0, -2.0, np.nan]) + k}
        write_table(tmp_path / "tables" / f"part-{k}.parquet", columns, header=header)
    (tmp_path / "tables" / "share.csv").write_text("base,share\nx,0.5\ny,0.25\n")
    (tmp_path / "tables" / "part-0.csv").write_text("wrong\n1\n")
    (tmp_path / "secret.csv").write_text("secret\n42\n")
    return tmp_path


def test_the_tables_of_a_folder_are_there_under_plain_names(folder):
    views = views_in(folder)
    assert sorted(views) == ["part_0", "part_1", "share"]
    assert views["part_0"][0].suffix == ".parquet", "the table with types is taken"
    columns, rows = query(views, "SELECT base, share FROM share ORDER BY share")
    assert (columns, list(rows)) == (("base", "share"), [("y", 0.25), ("x", 0.5)])


def test_several_files_are_one_table_where_a_number_that_is_not_defined_is_null(folder):
    parts = {"sweep": tuple(sorted((folder / "tables").glob("*.parquet")))}
    _, rows = query(parts, "SELECT count(*), max(row) FROM sweep WHERE slack_s > 0 OR slack_s IS NULL")
    assert list(rows) == [(4, 5)]


@pytest.mark.parametrize(
    "sql",
    [
        "COPY share TO '{folder}/out.csv'",
        "COPY share TO '{folder}/tables/share.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/out.db' AS other",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "PRAGMA enable_profiling",
        "CREATE TABLE t AS SELECT 1",
        "DROP VIEW share",
        "SELECT 1; COPY share TO '{folder}/out.csv'",
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "SELECT * FROM '{folder}/secret.csv'",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_parquet('https://127.0.0.1:9/x.parquet')",
        "SELECT * FROM query('COPY share TO ''{folder}/out.csv''')",
        "",
        "SELEKT 1",
        "SELECT no_such_column FROM share",
        "SELECT * FROM no_such_table",
    ],
)
def test_everything_but_a_select_over_the_tables_is_refused_in_one_line(folder, sql):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(QueryError) as caught:
        list(query(views_in(folder), sql.format(folder=folder))[1])
    assert "\n" not in str(caught.value)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_missing_table_is_answered_with_those_that_are_there(folder):
    with pytest.raises(QueryError, match="Tables: part_0, part_1, share"):
        query(views_in(folder), "SELECT * FROM shares")


@pytest.mark.parametrize(("stem", "name"), [("a-b.c", "a_b_c"), ("1st", "t_1st"), ("x", "x")])
def test_names_need_no_quotes(stem, name):
    assert view_name(stem) == name
