"""SQL over stored tables, read-only: a query sees the given files and nothing else of the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import EquipoiseError
from equipoise.foundation.output_folder import verify
from equipoise.results.tables import interruptible, quoted

Views = Mapping[str, Sequence[Path]]
"""By the name under which SQL sees it: the Parquet or CSV files of one table."""

MOST_MEMORY = "2GB"


class QueryError(EquipoiseError):
    """A query that is refused or wrong; the message says why, in one line."""


def views_in(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Return the tables of a result folder, checked; where one is there as Parquet and CSV, the Parquet counts."""
    found: dict[str, tuple[Path, ...]] = {
        view_name(path.stem): (path,) for path in sorted((folder / "tables").glob("*.csv"))
    }
    found |= {view_name(path.stem): (path,) for path in sorted((folder / "tables").glob("*.parquet"))}
    for (path,) in found.values():
        verify(path)
    return found


def view_name(stem: str) -> str:
    """Return a name that SQL takes without quotes.

    >>> view_name("defended-share.2")
    'defended_share_2'
    """
    plain = re.sub(r"\W", "_", stem)
    return f"t_{plain}" if plain[:1].isdigit() else plain


def query(views: Views, sql: str) -> tuple[tuple[str, ...], Iterator[tuple[Any, ...]]]:
    """Return the names of the columns and the rows of one SELECT over ``views``.

    The query cannot write, attach, load an extension, reach the network or read another file: external access
    is closed except for the given paths, the configuration is locked, and anything but a SELECT is refused.
    """
    import duckdb

    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    try:
        _only_select(connection, sql)
        paths = [str(path.resolve()) for files in views.values() for path in files]
        listed = ", ".join(map(quoted, paths))
        connection.execute(f"SET allowed_paths = [{listed}]")
        connection.execute("SET temp_directory = ''")
        connection.execute(f"SET memory_limit = '{MOST_MEMORY}'")
        connection.execute("SET enable_external_access = false")
        for name, files in views.items():
            connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {_reader(files)}')  # noqa: S608 (quoted)
        connection.execute("SET lock_configuration = true")
        with interruptible():
            connection.execute(sql)
        columns = tuple(column[0] for column in connection.description or ())
    except duckdb.Error as error:
        known = f" Tables: {', '.join(sorted(views))}." if "does not exist" in str(error) else ""
        raise QueryError(f"query: {' '.join(str(error).split())[:300]}{known}") from None
    return columns, _rows(connection)


def _only_select(connection: Any, sql: str) -> None:
    import duckdb

    kinds = [statement.type for statement in connection.extract_statements(sql)]
    if kinds != [duckdb.StatementType.SELECT]:
        said = ", ".join(kind.name for kind in kinds) or "nothing"
        raise QueryError(f"query: only one SELECT is run, this is {said}.")


def _reader(files: Sequence[Path]) -> str:
    paths = [str(path.resolve()) for path in files]
    kind = "read_csv" if paths[0].endswith(".csv") else "read_parquet"
    return f"{kind}([{', '.join(map(quoted, paths))}])"


def _rows(connection: Any) -> Iterator[tuple[Any, ...]]:
    with interruptible():
        while block := connection.fetchmany(10_000):
            yield from block
