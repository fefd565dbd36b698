"""What is computed: a number of rows, each a pure function of one description and of the row's index.

The description is plain JSON data and holds everything that the rows depend on, so that a worker on another
machine needs no file. A runner is named, never sent: ``package.module:function``.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from equipoise.foundation.hashing import hash_of_files, source_files
from equipoise.results.tables import Columns

JOB_FORMAT: Final = 1
"""Version of the folder layout; another one is refused with the version that wrote it."""

Rows = Callable[[int, int], Columns]
"""From the first row and the one after the last to equally long columns by name."""

LIBRARIES: Final = ("numpy", "scipy", "numba", "llvmlite", "shapely", "pyproj", "xarray", "duckdb")
"""Libraries whose versions a row's numbers can depend on."""


@dataclass(frozen=True)
class Job:
    """Rows to compute. ``chunk_rows`` says how they are cut and does not change what they hold.

    ``runner`` names a function that takes ``spec`` and returns :data:`Rows`; ``provenance`` goes into every file.
    """

    kind: str
    title: str
    runner: str
    spec: Mapping[str, Any]
    rows: int
    chunk_rows: int = 0
    provenance: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""

    @property
    def identity(self) -> str:
        """The hash of everything that the rows depend on."""
        parts = {"runner": self.runner, "spec": self.spec, "rows": self.rows, "code": self.code}
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()

    @property
    def chunks(self) -> int:
        """The number of chunks."""
        return -(-self.rows // self.chunk_rows)

    def bounds(self, chunk: int) -> tuple[int, int]:
        """Return the first row of a chunk and the one after its last."""
        start = chunk * self.chunk_rows
        return start, min(start + self.chunk_rows, self.rows)

    def payload(self) -> bytes:
        """Return what a worker needs, compressed."""
        parts = {"runner": self.runner, "spec": self.spec, "code": self.code}
        return zlib.compress(json.dumps(parts, sort_keys=True).encode())


class StrangeCodeError(RuntimeError):
    """A worker runs other sources than the client, so its rows must not be mixed in."""


@lru_cache(maxsize=4)
def rows_of(payload: bytes) -> Rows:
    """Return the function that computes rows, prepared once per process and job."""
    parts = json.loads(zlib.decompress(payload))
    if parts["code"] and parts["code"] != code_hash():
        raise StrangeCodeError(
            f"this worker runs Equipoise {version('equipoise')} from other sources than the client; "
            "install the same version on both"
        )
    module, _, name = parts["runner"].partition(":")
    prepared: Rows = getattr(importlib.import_module(module), name)(parts["spec"])
    return prepared


@lru_cache(maxsize=1)
def code_hash() -> str:
    """Return a hash of every file of the package, data included, and of the libraries that numbers can depend on."""
    package = Path(__file__).resolve().parent.parent
    libraries = (f"{library} {version(library)}" for library in LIBRARIES)
    return hash_of_files(package, source_files(package), libraries)


def values_hash(columns: Columns) -> str:
    """Return a hash of what a chunk holds, whatever file it is kept in."""
    digest = hashlib.sha256()
    for name in sorted(columns):
        column = columns[name]
        plain = column.astype("U") if column.dtype.hasobject else column
        digest.update(f"{name} {plain.dtype.str} {plain.shape};".encode())
        digest.update(plain.tobytes())
    return digest.hexdigest()
