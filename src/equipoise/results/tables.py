"""Tables on disk: Parquet files written by DuckDB, each with the header that says what made it.

A table is a mapping from column name to a one-dimensional array. The file's bytes depend on the table and
the header alone, so a hash of the file is a hash of the result.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from equipoise.foundation.errors import StoredResultError
from equipoise.foundation.hashing import file_hash
from equipoise.foundation.writing import complete_file, publish, settle

if TYPE_CHECKING:
    import duckdb

TABLE_FORMAT: Final = 1
"""Version of the table layout; a reader refuses any other and names the version that wrote it."""

Columns = Mapping[str, NDArray[Any]]


def engine() -> duckdb.DuckDBPyConnection:
    """Return a fresh in-memory DuckDB connection on one thread, which never fetches extensions."""
    import duckdb

    settings: dict[str, Any] = {
        "threads": 1,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    return duckdb.connect(config=settings)


@lru_cache(maxsize=1)
def _shared(process: int) -> duckdb.DuckDBPyConnection:
    """Return the connection of one process; opening one takes longer than writing a small table."""
    return engine()


@contextmanager
def interruptible() -> Iterator[None]:
    """Let an interrupt during a query within be one: DuckDB swallows it and raises an error of its own."""
    import duckdb

    try:
        yield
    except (RuntimeError, duckdb.InterruptException) as error:
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from None
        raise


@contextmanager
def _cursor() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a cursor of this process's connection."""
    with interruptible(), _shared(os.getpid()).cursor() as connection:
        yield connection


def quoted(text: object) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def write_table(path: Path, columns: Columns, *, header: Mapping[str, Any]) -> str:
    """Write one Parquet file durably and return its SHA-256; ``path`` appears only when it is complete.

    ``header`` is plain JSON data (kind, units, provenance); the format number is added to it.
    """
    with complete_file(path) as temporary:
        _copy_to_parquet(temporary, columns, header=header)
    return file_hash(path)


def write_addressed_table(
    folder: Path, stem: str, columns: Columns, *, header: Mapping[str, Any]
) -> tuple[str, str]:
    """Write one Parquet file whose name ends in its own hash; return (name, SHA-256).

    Two writers of the same name write the same bytes, so neither can damage what the other has finished.
    """
    temporary = folder / f".{stem}.{secrets.token_hex(4)}.part"
    try:
        _copy_to_parquet(temporary, columns, header=header)
        digest = settle(temporary)
        name = f"{stem}-{digest[:16]}.parquet"
        publish(temporary, folder / name)
    finally:
        temporary.unlink(missing_ok=True)
    return name, digest


def read_header(path: Path) -> dict[str, Any]:
    """Return the header of one table; :class:`StoredResultError` says why it cannot be read."""
    import duckdb

    if not path.is_file():
        raise StoredResultError(f"{path}: there is no such table")
    try:
        with _cursor() as connection:
            rows = connection.execute(
                f"SELECT value FROM parquet_kv_metadata({quoted(path)}) WHERE key::VARCHAR = 'equipoise'"  # noqa: S608 (quoted)
            ).fetchall()
        header: dict[str, Any] = json.loads(rows[0][0]) if rows else {}
    except (duckdb.Error, json.JSONDecodeError) as error:
        raise StoredResultError(f"{path}: not a readable Parquet table ({_first_line(error)})") from None
    if not header:
        raise StoredResultError(f"{path}: a Parquet file, but not one that Equipoise wrote")
    check_format(path, header, expected=TABLE_FORMAT, what="table")
    return header


def check_format(path: Path, header: Mapping[str, Any], *, expected: int, what: str) -> None:
    """Refuse a file of another format, saying whether it is older or newer and what to do."""
    found = header.get("format")
    if found == expected:
        return
    made_by = header.get("provenance") or {}
    program = made_by.get("version") or "unknown"
    command = made_by.get("command") or ""
    if isinstance(found, int) and found > expected:
        cure = "read it with that version or a later one"
    else:
        cure = f"make it again with this version{f' ({command})' if command else ''}"
    raise StoredResultError(
        f"{path}: {what} format {found}, written by Equipoise {program}; "
        f"this version reads format {expected}: {cure}"
    )


def read_table(path: Path) -> dict[str, NDArray[Any]]:
    """Return the columns of one table, after its header has been checked."""
    import duckdb

    read_header(path)
    try:
        with _cursor() as connection:
            found = connection.execute(f"SELECT * FROM read_parquet({quoted(path)})").fetchnumpy()  # noqa: S608 (quoted)
    except duckdb.Error as error:
        raise StoredResultError(f"{path}: the table is damaged ({_first_line(error)})") from None
    return {name: plain(column) for name, column in found.items()}


def plain(column: Any) -> NDArray[Any]:
    """Return a column without DuckDB's mask; a missing number becomes nan."""
    if isinstance(column, np.ma.MaskedArray):
        return np.asarray(column.filled(np.nan) if column.dtype.kind == "f" else column.filled())
    return np.asarray(column)


def _copy_to_parquet(path: Path, columns: Columns, *, header: Mapping[str, Any]) -> None:
    text = json.dumps({**header, "format": TABLE_FORMAT}, sort_keys=True)
    options = (
        f"FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false, KV_METADATA {{equipoise: {quoted(text)}}}"
    )
    table = {name: np.ascontiguousarray(column) for name, column in columns.items()}
    with _cursor() as connection:
        connection.register("part", table)
        connection.execute(f"COPY (SELECT * FROM part) TO {quoted(path)} ({options})")  # noqa: S608 (quoted)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
