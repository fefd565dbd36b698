"""Results on disk: what comes back, and what a damaged file says."""

import json

import netCDF4
import numpy as np
import pytest
import xarray as xr

from equipoise.foundation.errors import StoredResultError
from equipoise.results.record import Provenance, Result, Source, load_result


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
    record = sample()
    back = load_result(record.save(tmp_path / "r.nc"))
    xr.testing.assert_identical(back.data, record.data)
    assert (back.kind, back.title, back.provenance, back.sources, back.notes) == (
        record.kind,
        record.title,
        record.provenance,
        record.sources,
        record.notes,
    )
    assert [p.name for p in tmp_path.iterdir()] == ["r.nc"]


def test_somebody_elses_reader_sees_units(tmp_path):
    path = sample().save(tmp_path / "r.nc")
    with netCDF4.Dataset(path) as file:
        assert file["slack"].units == "s"
        assert file["slack"][1, 1] == 4.5


def test_groups_share_a_file(tmp_path):
    record = sample()
    record.save(tmp_path / "r.nc", group="first")
    record.save(tmp_path / "r.nc", group="second")
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


def test_another_format_version_says_which_program_wrote_it(tmp_path):
    path = sample().save(tmp_path / "r.nc")
    with netCDF4.Dataset(path, "a") as file:
        header = json.loads(file.equipoise)
        header["format"] = 99
        file.equipoise = json.dumps(header)
    with pytest.raises(StoredResultError, match=r"format 99, written by Equipoise 0\.1\.0"):
        load_result(path)


def test_a_stranger_s_file_is_refused(tmp_path):
    xr.Dataset({"x": ("a", [1.0])}).to_netcdf(tmp_path / "s.nc")
    with pytest.raises(StoredResultError, match="not one that Equipoise wrote"):
        load_result(tmp_path / "s.nc")
