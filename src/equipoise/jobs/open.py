"""Whatever Equipoise wrote, opened by one function; and what differs between two of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from equipoise.foundation.errors import StoredResultError, misuse
from equipoise.foundation.output_folder import verify
from equipoise.foundation.reading import DATA_BYTES, read_input_text
from equipoise.results.record import RESULTS, Result, load_result, load_results

Results = Mapping[str, Result]


def load(path: Path | str) -> Any:
    """Return what is in a file or folder that Equipoise wrote.

    For a result file this is a :class:`Result`; for the folder of a command, or its ``results.nc``, its results by kind; for a
    table of a sweep or report (``.parquet``, ``.csv``) an :class:`xarray.Dataset` over ``row``; for a certificate its JSON data; for a
    ``.toml`` file the scenario, flight test, study, vehicle or missile. If a file cannot be read, or was changed since it was
    written, an error of one line says so; changes show by the hash within ``.nc``, and for other files by the list in the
    folder's ``run.json``.

    >>> import equipoise as eq, tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> flight = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0))
    >>> again = eq.load(flight.save(pathlib.Path(folder.name) / "flight.nc"))
    >>> eq.diff(flight, again)
    []
    >>> folder.cleanup()
    """
    path = Path(path)
    if path.is_dir():
        return load_results(_results_of(path))
    if not path.is_file():
        raise StoredResultError(f"{path}: there is no such file or folder")
    reader = _READERS.get(path.suffix)
    if reader is None:
        known = ", ".join(_READERS)
        raise StoredResultError(
            f"{path}: not a file that can be loaded, as reports and exports for other programs are not; load reads {known} and the folder of a run"
        )
    verify(path)
    return reader(path)


def diff(a: Any, b: Any, *, tolerance: float = 0.0) -> list[str]:
    """Return one line for each difference in numbers and axes of two results, or of what their paths hold; none if equal.

    ``a`` and ``b`` are results, results by kind, or paths; numbers that are ``tolerance`` apart, in their unit, are equal.

    >>> import equipoise as eq
    >>> low = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0))
    >>> high = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.001))
    >>> len(eq.diff(low, high)) > 0, eq.diff(low, low)
    (True, [])
    """
    from equipoise.results.compare import differences

    return differences(_by_kind(a), _by_kind(b), tolerance=tolerance)


def _by_kind(what: Any) -> Results:
    found = load(what) if isinstance(what, str | Path) else what
    if isinstance(found, Result):
        return {found.kind: found}
    if isinstance(found, Mapping) and all(isinstance(value, Result) for value in found.values()):
        return found
    raise misuse("diff", "", "compares results, results by kind, or the paths of their files.")


def _results_of(folder: Path) -> Path:
    file = folder / RESULTS
    if file.is_file():
        return file
    if (folder / "job.json").is_file():
        raise StoredResultError(f"{folder}: a sweep that is not finished; go on with it first (--resume)")
    raise StoredResultError(
        f"{folder}: holds no {RESULTS}; load reads the folder that a command filled with results, or a single file"
    )


def _netcdf(path: Path) -> Any:
    from equipoise.jobs.api import Engagement

    groups = load_results(path)
    if groups:
        return groups
    found = load_result(path)
    return Engagement.of(found) if found.provenance.call.startswith('["engage"') else found


def _table(path: Path) -> Any:
    import xarray as xr

    from equipoise.results.tables import read_table

    return xr.Dataset({name: ("row", column) for name, column in read_table(path).items()})


def _csv(path: Path) -> Any:
    from io import StringIO

    import pandas as pd

    text = read_input_text(path, most_bytes=DATA_BYTES)
    try:
        return pd.read_csv(StringIO(text)).rename_axis("row").to_xarray()
    except ValueError as error:  # pandas' own are of this kind
        raise StoredResultError(f"{path}: is not a table of values: {' '.join(str(error).split())}") from None


def _json(path: Path) -> Any:
    from equipoise.checkers.certificate.verify import Rejected, read

    try:
        return read(path)
    except Rejected as error:
        raise StoredResultError(f"{path}: {error}") from None


def _toml(path: Path) -> Any:
    from equipoise.analysis.sweeps.read import load_study
    from equipoise.model.systems import Missile
    from equipoise.model.vehicle import Vehicle
    from equipoise.scenario.flight_test import load_flight_test
    from equipoise.scenario.library import read_toml
    from equipoise.scenario.load import load_scenario
    from equipoise.scenario.vehicle_file import read_flyer

    heads: dict[str, Callable[[str], Any]] = {
        "scenario": load_scenario,
        "test": load_flight_test,
        "study": load_study,
    }
    said = read_toml(str(path))
    reader = next((heads[head] for head in heads if head in said), read_flyer)
    if reader is read_flyer and not {*said} & {*Vehicle.model_fields, *Missile.model_fields}:
        raise StoredResultError(
            f"{path}: is neither a scenario, a flight test, a study, a vehicle nor a missile"
        )
    return reader(str(path))


_READERS: Mapping[str, Callable[[Path], Any]] = {
    ".nc": _netcdf,
    ".parquet": _table,
    ".csv": _csv,
    ".json": _json,
    ".toml": _toml,
}
"""How each kind of file is read, by how its name ends."""
