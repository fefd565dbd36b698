"""Results on disk: what comes back, and what a damaged file says."""

import errno
import os
import random
import resource
from dataclasses import replace

import netCDF4
import numpy as np
import pytest
import xarray as xr

from equipoise.foundation.errors import StoredResultError, WriteError
from equipoise.results import record
from equipoise.results.record import Provenance, Result, Source, load_result, load_results, save_results

COUNT = int(os.environ.get("EQUIPOISE_DAMAGES", "400"))
pytestmark = pytest.mark.usefixtures("any_kind")


def sample() -> Result:
    slack = xr.DataArray(
        np.array([[1.0, np.nan], [-3.0, 4.5]]),
        dims=("lat", "lon"),
        coords={"lat": [40.0, 41.0], "lon": [10.0, 11.0]},
        attrs={"units": "s", "long_name": "slack"},
    )
    return Result(
        kind="demo",
        title="Demonstration",
        data=xr.Dataset({"slack": slack}),
        provenance=Provenance(version="0.1.0", scenario="epaa", seed=3, command="equipoise run epaa"),
        sources=(Source("a", "A report, 2011", "sourced"),),
        notes=("A limit.",),
    )


def test_a_result_comes_back_whole(tmp_path):
    made = sample()
    back = load_result(made.save(tmp_path / "r.nc"))
    xr.testing.assert_identical(back.data, made.data)
    assert (back.kind, back.title, back.provenance, back.sources, back.notes) == (
        made.kind,
        made.title,
        made.provenance,
        made.sources,
        made.notes,
    )
    assert [p.name for p in tmp_path.iterdir()] == ["r.nc"]


def test_somebody_elses_reader_sees_units(tmp_path):
    path = sample().save(tmp_path / "r.nc")
    with netCDF4.Dataset(path) as file:
        assert file["slack"].units == "s"
        assert file["slack"][1, 1] == 4.5


def test_groups_share_a_file(tmp_path):
    made = sample()
    save_results(tmp_path / "r.nc", {"first": made, "second": made})
    assert load_result(tmp_path / "r.nc", group="second").title == "Demonstration"
    with pytest.raises(StoredResultError, match="third"):
        load_result(tmp_path / "r.nc", group="third")


def test_a_variable_without_a_unit_is_refused():
    with pytest.raises(ValueError, match="lacks units and long_name"):
        Result(kind="demo", title="t", data=xr.Dataset({"x": ("a", [1.0])}))


@pytest.mark.parametrize("content", [b"", b"not netCDF", b"\x89HDF\r\n\x1a\n" + b"\0" * 100])
def test_a_damaged_file_is_named(tmp_path, content):
    path = tmp_path / "bad.nc"
    path.write_bytes(content)
    with pytest.raises(StoredResultError, match=r"bad\.nc"):
        load_result(path)


def test_another_format_version_says_which_program_wrote_it(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "FORMAT", 99)
    path = sample().save(tmp_path / "r.nc")
    monkeypatch.undo()
    with pytest.raises(StoredResultError, match=r"format 99, written by Equipoise 0\.1\.0"):
        load_result(path)


def test_a_stranger_s_file_is_refused(tmp_path):
    xr.Dataset({"x": ("a", [1.0])}).to_netcdf(tmp_path / "s.nc")
    with pytest.raises(StoredResultError, match="no result file of this version"):
        load_result(tmp_path / "s.nc")


def test_no_change_of_a_file_is_read_in_silence(tmp_path):
    path = save_results(tmp_path / "r.nc", {"first": sample(), "second": sample()})
    whole, draw = path.read_bytes(), random.Random(5)
    for _ in range(COUNT):
        place, how = draw.randrange(len(whole)), draw.choice(("bit", "cut", "gap", "more"))
        flipped = bytes([whole[place] ^ 1 << draw.randrange(8)])
        path.write_bytes(
            {
                "bit": whole[:place] + flipped + whole[place + 1 :],
                "cut": whole[:place],
                "gap": whole[:place] + whole[place + 1 :],
                "more": whole + flipped,
            }[how]
        )
        with pytest.raises(StoredResultError, match=r"^[^\n]*r\.nc: damaged[^\n]*$"):
            load_results(path)


def test_the_bytes_depend_on_the_values_alone(tmp_path):
    result = sample()
    first = save_results(tmp_path / "a.nc", {"one": result, "two": result})
    again = save_results(tmp_path / "b.nc", load_results(first))
    other = replace(result, data=result.data.copy())
    for variable in other.data.variables.values():
        variable.attrs = dict(reversed(variable.attrs.items()))
        variable.encoding = {"zlib": False, "chunksizes": (1,) * variable.ndim, "_FillValue": -1.0}
    third = save_results(tmp_path / "c.nc", {"one": other, "two": other})
    assert first.read_bytes() == again.read_bytes() == third.read_bytes()


def test_a_file_that_may_not_grow_is_one_line_and_leaves_nothing(tmp_path):
    # The library says "HDF error" and no number of it; with room on the disk that was a traceback.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(WriteError, match=r"r\.nc: cannot be written: "):
            sample().save(tmp_path / "r.nc")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_line_and_leaves_no_file(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(xr.Dataset, "dump_to_store", full)
    with pytest.raises(WriteError, match=r"r\.nc: cannot be written: the disk is full"):
        sample().save(tmp_path / "r.nc")
    assert list(tmp_path.iterdir()) == []
