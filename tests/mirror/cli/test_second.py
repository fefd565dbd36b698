"""A second process delivers what the first would have found; what it does not deliver the first finds itself."""

import os
import signal

import pytest
import xarray as xr

from equipoise.cli.analyses import DETERRENT, TERRITORY, Analysis
from equipoise.cli.second import Second
from equipoise.cli.walk import start_second, walk
from equipoise.foundation.errors import InputError, Problem
from equipoise.numerics.threads import using
from equipoise.results.record import Result


class Counted:
    """Stands for the progress bar."""

    def __init__(self):
        self.steps, self.kinds = [], []

    def step(self, kind):
        self.steps.append(kind)

    def done(self, kind):
        self.kinds.append(kind)

    def say(self, label):
        pass


def result(kind, value):
    where = xr.DataArray([float(value)], dims="x", attrs={"units": "1", "long_name": "process"})
    return Result(kind=kind, title=kind, data=xr.Dataset({"process": where}))


def one_step(_scenario):
    return 1


def who(_scenario, found, tell):
    tell()
    return result("who", os.getpid())


def after(_scenario, found, tell):
    return result("after", found["who"].data.process.values[0])


def nothing(_scenario, _found, _tell):
    return None


def fault(scenario, _found, _tell):
    raise InputError([Problem(str(scenario), "", "is wrong.", "")])


def killed_there(_scenario, _found, _tell):
    if os.getpid() != int(_scenario):
        os.kill(os.getpid(), signal.SIGKILL)
    return result("killed", os.getpid())


def own(_scenario, found, _tell):
    return result("own", os.getpid())


def last(_scenario, found, _tell):
    return result("last", found["after"].data.process.values[0])


def ran(tmp_path, *analyses, scenario="here"):
    told = Counted()
    theirs = [a for a in analyses if a.family == DETERRENT]
    with Second(scenario, theirs, told, figures=tmp_path / "figures", work=tmp_path, threads=1) as second:
        found, _ = walk(scenario, analyses, told, second)
        second.finish()
    return {kind: r.data.process.values[0] for kind, r in found.items()}, told


def test_both_run_at_once_and_the_order_is_kept(tmp_path):
    found, told = ran(
        tmp_path,
        Analysis("own", "", one_step, own, TERRITORY),
        Analysis("who", "", one_step, who, DETERRENT),
        Analysis("after", "", one_step, after, DETERRENT),
        Analysis("nothing", "", one_step, nothing, DETERRENT),
        Analysis("last", "", one_step, last),  # waits for what stands before it
    )
    assert list(found) == ["own", "who", "after", "last"]
    assert found["own"] == os.getpid() != found["who"] == found["after"] == found["last"]
    assert told.steps == ["who"]
    assert sorted(told.kinds) == ["after", "last", "nothing", "own", "who"]


def test_a_fault_there_is_reported_from_here(tmp_path):
    with pytest.raises(InputError, match=r"here.* is wrong"):
        ran(tmp_path, Analysis("fault", "", one_step, fault, DETERRENT))


def test_what_a_killed_process_owes_is_found_here(tmp_path):
    found, _ = ran(
        tmp_path,
        Analysis("who", "", one_step, who, DETERRENT),
        Analysis("killed", "", one_step, killed_there, DETERRENT),
        Analysis("after", "", one_step, after, DETERRENT),
        scenario=str(os.getpid()),
    )
    assert list(found) == ["who", "killed", "after"]
    assert found["killed"] == os.getpid() != found["who"] == found["after"]


def test_without_a_second_process_to_be_had_the_first_does_everything(tmp_path, monkeypatch):
    def refused(*_args, **_kwargs):
        raise BlockingIOError("no more processes")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", refused)
    analyses = [
        Analysis("own", "", one_step, own, TERRITORY),
        Analysis("who", "", one_step, who, DETERRENT),
    ]
    told = Counted()
    with using(2):
        second = start_second("here", analyses, told, figures=tmp_path / "figures", work=tmp_path)
        assert second is None
        found, _ = walk("here", analyses, told, second)
    assert list(found) == ["own", "who"]
