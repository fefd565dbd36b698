"""The frozen record that every analysis returns, and its one-file form on disk (netCDF 4).

A result carries its data with units, the sources of its numbers, and what is needed to make it again.

>>> from equipoise.results.schema import dataset
>>> data = dataset("launch_policies", {"share": [[[0.0, 0.2]]]}, {"threat": ["one", "other"]})
>>> Result(kind="launch_policies", title="A demonstration", data=data).summary()
'A demonstration: share (variant 1, phase 1, threat 2)'
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from equipoise.foundation.errors import StoredResultError
from equipoise.foundation.hashing import file_hash
from equipoise.foundation.writing import complete_file, writing_to
from equipoise.results.schema import check, kind
from equipoise.results.tables import check_format

if TYPE_CHECKING:
    import netCDF4
    import xarray as xr

_DRAWN_BY = "equipoise.present.show"
"""Results know who draws them by name alone: nothing of it is imported before somebody looks."""
_SCENARIOS = "equipoise.scenario.load"
_AGAIN = "equipoise.jobs.api"
RESULTS = "results.nc"
"""The file of a run's folder that holds its results."""
FORMAT = 1
"""Version of the file layout; a reader refuses another one and names the version that wrote it."""
SEAL = b"\nequipoise sha256 "
SEALED_BYTES = len(SEAL) + 65
"""What ends a file: these words and the hash of all bytes before them, which netCDF readers pass over."""


@dataclass(frozen=True)
class Provenance:
    """What makes a result again: program, inputs, seed, command. Empty strings mean 'not applicable'."""

    version: str = ""
    scenario: str = ""
    scenario_hash: str = ""
    catalogue_hash: str = ""
    seed: int = 0
    command: str = ""
    scenario_toml: str = ""
    """The scenario (or flight test) that the result was made from, as a file that says everything."""
    call: str = ""
    """The function of the Python interface and its options, as JSON; empty for a result of the main job."""


@dataclass(frozen=True)
class Source:
    """One entry of the bibliography: where numbers came from, how far that was checked, and for what."""

    id: str
    text: str
    confidence: str
    used_for: str = ""


@dataclass(frozen=True, repr=False)
class Result:
    """Values with axes and units, and where they come from; ``data`` is never changed after construction.

    ``kind`` names the analysis, ``title`` is what a figure of it says, ``notes`` are plain sentences on
    limits. ``data`` hold what :mod:`equipoise.results.schema` declares for the kind, with the attributes ``units`` and
    ``long_name``; :class:`ValueError` where they do not.

    >>> import equipoise as eq
    >>> flight = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0))
    >>> flight.kind, flight.data.apogee_km.attrs["units"]
    ('flight', 'km')
    """

    kind: str
    title: str
    data: xr.Dataset
    provenance: Provenance = Provenance()
    sources: tuple[Source, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        """Refuse data that are not what the kind declares, and a variable that does not say its unit and its name."""
        for name, variable in self.data.data_vars.items():
            missing = [key for key in ("units", "long_name") if key not in variable.attrs]
            if missing:
                raise ValueError(f"result '{self.kind}': variable '{name}' lacks {' and '.join(missing)}")
        check(self.kind, self.data)

    def __repr__(self) -> str:
        """Return the kind and the summary, in one line."""
        return f"<{type(self).__name__} of kind {self.kind}: {self.summary()}>"

    def summary(self) -> str:
        """Return one line: the title, the variables and their axes."""
        parts = [
            f"{name} ({', '.join(f'{axis} {size}' for axis, size in variable.sizes.items())})"
            for name, variable in self.data.data_vars.items()
        ]
        return f"{self.title}: {', '.join(parts)}"

    def cite(self) -> str:
        """Return the bibliography, one source a line, with its confidence."""
        return "\n".join(
            f"[{s.id}] {s.text} ({s.confidence}){': ' + s.used_for if s.used_for else ''}"
            for s in self.sources
        )

    def plot(self, figure: str = "") -> Any:
        """Return a matplotlib figure of the result: its first, or the one of the report with this stem."""
        return import_module(_DRAWN_BY).plot(self, figure)

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        shown: str = import_module(_DRAWN_BY).html(self)
        return shown

    @property
    def scenario(self) -> Any:
        """The scenario that the result was made from, with the same hash; :class:`StoredResultError` where it has none."""
        made = self.provenance
        if not made.scenario_toml:
            raise StoredResultError(f"'{self.title}' holds no scenario that it was made from")
        return import_module(_SCENARIOS).Scenario.from_toml(made.scenario_toml, made.scenario)

    def reproduce(self) -> Result:
        """Return the same result computed again from what it carries; equal but for the version that made it."""
        again: Result = import_module(_AGAIN).reproduce(self)
        return again

    def save(self, path: Path | str) -> Path:
        """Write one netCDF file; the name appears only when the file is complete and on disk."""
        return _write(Path(path), {"": self})


def save_results(path: Path, results: Mapping[str, Result]) -> Path:
    """Write several results as the groups of one netCDF file, named by their keys; else as :meth:`Result.save`.

    The same results give the same bytes, whichever process, thread or earlier file they come from.
    """
    return _write(path, results)


def _write(path: Path, groups: Mapping[str, Result]) -> Path:
    import netCDF4

    with writing_to(path), complete_file(path) as temporary:
        try:
            with netCDF4.Dataset(temporary, "w") as file:
                for group, result in groups.items():
                    _put(result, file.createGroup(group) if group else file)
        except RuntimeError as error:  # what the library makes of a file that may not grow, or a failing disk
            raise OSError(str(error)) from None
        with temporary.open("ab") as stream:
            stream.write(SEAL + file_hash(temporary).encode() + b"\n")
    return path


def _put(result: Result, place: netCDF4.Dataset) -> None:
    """Write a result into an open file, or into one of its groups."""
    from xarray.backends import NetCDF4DataStore

    data = _bare(result.data).assign_attrs(equipoise=_header(result), Conventions="CF-1.11")
    encoding = {
        name: {"zlib": True, "complevel": 4} for name, v in data.data_vars.items() if v.dtype.kind in "fiub"
    }
    store = NetCDF4DataStore(place)  # type: ignore[no-untyped-call]  # xarray says no types there
    data.dump_to_store(store, encoding=encoding)


def _bare(data: xr.Dataset) -> xr.Dataset:
    """Return the data without what a file that they were read from chose for itself, coordinates and attributes sorted."""
    import xarray as xr

    bare = data.drop_encoding()
    for variable in bare.variables.values():
        variable.attrs = dict(sorted(variable.attrs.items()))
    coordinates = {name: bare[name].variable for name in sorted(bare.coords, key=str)}
    return xr.Dataset(
        {name: variable.variable for name, variable in bare.data_vars.items()}, coordinates, bare.attrs
    )


def _header(result: Result) -> str:
    header = {
        "format": FORMAT,
        "kind": result.kind,
        "title": result.title,
        "provenance": asdict(result.provenance),
        "sources": [asdict(source) for source in result.sources],
        "notes": list(result.notes),
    }
    return json.dumps(header, sort_keys=True)


def _check_seal(path: Path) -> None:
    """Compare a file with the hash at its end, before a library takes it apart."""
    if not path.is_file():
        raise StoredResultError(f"{path}: there is no such result file")
    try:
        whole = path.read_bytes()
    except OSError as error:
        raise StoredResultError(f"{path}: cannot be read ({error.strerror})") from None
    body, seal = whole[:-SEALED_BYTES], whole[-SEALED_BYTES:]
    if not seal.startswith(SEAL):
        raise StoredResultError(
            f"{path}: damaged, cut short, or no result file of this version: it does not end with the hash of its content. "
            "Early versions wrote none; compute their results again."
        )
    if seal != SEAL + hashlib.sha256(body).hexdigest().encode() + b"\n":
        raise StoredResultError(f"{path}: damaged: the hash at its end is not that of its content.")


def load_result(path: Path | str, *, group: str | None = None) -> Result:
    """Return the result stored in ``path``; :class:`StoredResultError` says why a file cannot be read."""
    path = Path(path)
    _check_seal(path)
    return _read(path, group)


def _read(path: Path, group: str | None) -> Result:
    import xarray as xr

    try:
        with xr.open_dataset(path, group=group, engine="netcdf4", decode_timedelta=False) as opened:
            data = opened.load()
    except (OSError, ValueError, RuntimeError) as error:
        place = f"{path} (group '{group}')" if group else str(path)
        raise StoredResultError(f"{place}: not a readable netCDF result ({error})") from None
    return _from_header(path, data)


@contextmanager
def _opened(path: Path) -> Iterator[netCDF4.Dataset]:
    """Open a file that is as it was written; :class:`StoredResultError` for any other."""
    import netCDF4

    _check_seal(path)
    try:
        with netCDF4.Dataset(path) as file:
            yield file
    except OSError as error:
        raise StoredResultError(f"{path}: not a readable netCDF result ({error})") from None


def load_results(path: Path | str) -> dict[str, Result]:
    """Return every result stored in one file of a run, by kind."""
    with _opened(Path(path)) as file:
        groups = list(file.groups)
    return {group: _read(Path(path), group) for group in groups}


def load_provenance(path: Path | str) -> Provenance:
    """Return what makes the result in a file again, of the first one where it holds several, without reading its data."""
    with _opened(Path(path)) as file:
        holder = next(iter(file.groups.values()), file)
        text = holder.getncattr("equipoise") if "equipoise" in holder.ncattrs() else None
    return Provenance(**_header_of(Path(path), text)["provenance"])


def _header_of(path: Path, text: object) -> dict[str, Any]:
    """Return the header of a result; :class:`StoredResultError` when it is none, or of a newer format."""
    if not isinstance(text, str):
        raise StoredResultError(f"{path}: a netCDF file, but not one that Equipoise wrote")
    try:
        header: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        raise StoredResultError(f"{path}: its header is damaged ({error!r})") from None
    check_format(path, header, expected=FORMAT, what="result")
    return header


def _from_header(path: Path, data: xr.Dataset) -> Result:
    header = _header_of(path, data.attrs.pop("equipoise", None))
    try:
        data.attrs.pop("Conventions", None)
        found = Result(
            kind=header["kind"],
            title=header["title"],
            data=data,
            provenance=Provenance(**header["provenance"]),
            sources=tuple(Source(**source) for source in header["sources"]),
            notes=tuple(header["notes"]),
        )
    except (KeyError, TypeError) as error:
        raise StoredResultError(f"{path}: its header is damaged ({error!r})") from None
    except ValueError as error:
        raise StoredResultError(f"{path}: not a result of this version ({error})") from None
    if lacks := kind(found.kind).lacks(found.data):
        said = f"not a whole result of kind '{found.kind}': it lacks {', '.join(lacks)}"
        raise StoredResultError(f"{path}: {said}")
    return found
