"""A second process delivers what the first would have found; what it does not deliver the first finds itself."""

import os
import signal

import pytest

from equipoise.cli.progress import Meter, progress
from equipoise.foundation.errors import InputError, Problem
from equipoise.jobs import executor, tasks
from equipoise.jobs.board import Board
from equipoise.jobs.executor import execute
from equipoise.jobs.job import run
from equipoise.jobs.tasks import Task, Where
from equipoise.numerics.threads import using
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario.load import Scenario


class Counted:
    """Stands for the progress bar."""

    def __init__(self):
        self.steps, self.names, self.announced = [], [], {}

    def begin(self, steps, step_s):
        assert list(steps) == list(step_s)
        self.announced = steps

    def step(self, name):
        self.steps.append(name)

    def done(self, name):
        self.names.append(name)

    def say(self, label):
        pass


def result(kind, value):
    """Return a result whose one number is the process that made it."""
    return Result(kind="flight", title=kind, data=dataset("flight", {"miss_m": float(value)}, {}))


def who(_scenario, _found, tell):
    tell()
    return result("who", os.getpid())


def after(_scenario, found, _tell):
    return result("after", (found.get("who") or found["own kernels"]).data.miss_m.item())


def nothing(_scenario, _found, _tell):
    return None


def fault(scenario, _found, _tell):
    raise InputError([Problem(str(scenario), "", "is wrong.", "")])


def killed_there(scenario, _found, _tell):
    if os.getpid() != int(scenario):
        os.kill(os.getpid(), signal.SIGKILL)
    return result("killed", os.getpid())


@pytest.fixture(params=["fresh", "copied"])
def ran(monkeypatch, request):
    """Return a function that runs tasks on two threads with warm kernels: the processes by task, and what was told."""
    folder = str(request.path.parent)
    monkeypatch.setenv("PYTHONPATH", folder + os.pathsep + os.environ.get("PYTHONPATH", ""))
    monkeypatch.setattr(executor, "is_compiled", lambda: True)
    monkeypatch.setattr(executor, "may_copy", lambda: request.param == "copied")
    monkeypatch.setattr(executor, "load", lambda _scenario, *, kernels: None)

    def run(*given, scenario="here"):
        told = Counted()
        with using(2):
            found = execute(given, scenario, progress=told)
        return {kind: r.data.miss_m.item() for kind, r in found.items()}, told

    return run


def test_both_run_at_once_and_the_order_is_kept(ran):
    found, told = ran(
        Task("own", "", who),
        Task("who", "", who, where=Where.BESIDE),
        Task("after", "", after, needs=("who",), where=Where.BESIDE),
        Task("nothing", "", nothing, where=Where.BESIDE),
        Task("last", "", after, needs=("who", "nothing", "absent")),
    )
    assert list(found) == ["own", "who", "after", "last"]
    assert found["own"] == os.getpid() != found["who"] == found["after"] == found["last"]
    assert sorted(told.steps) == ["own", "who"]
    assert sorted(told.names) == ["after", "last", "nothing", "own", "who"]


def test_a_fault_there_is_reported_from_here(ran):
    with pytest.raises(InputError, match=r"here.* is wrong"):
        ran(Task("fault", "", fault, where=Where.BESIDE), Task("own", "", who))


def test_what_a_killed_process_owes_is_found_here_and_said_in_one_line(ran, capfd):
    found, _ = ran(
        Task("who", "", who, where=Where.BESIDE),
        Task("killed", "", killed_there, where=Where.BESIDE),
        Task("after", "", after, needs=("who",), where=Where.BESIDE),
        Task("later", "", who, needs=("killed",)),
        scenario=str(os.getpid()),
    )
    assert list(found) == ["who", "killed", "after", "later"]
    assert found["killed"] == found["later"] == os.getpid() != found["who"] == found["after"]
    assert capfd.readouterr().err == "A worker process was lost; its work is done again here.\n"


def test_without_a_second_process_to_be_had_the_first_does_everything(ran, monkeypatch):
    def refused(*_args, **_kwargs):
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(executor, "WorkerProcess", refused)
    monkeypatch.setattr(executor, "CopiedProcess", refused)
    found, _ = ran(Task("own", "", who), Task("who", "", who, where=Where.BESIDE))
    assert found == {"own": os.getpid(), "who": os.getpid()}


def test_what_cannot_be_sent_is_done_here(ran):
    found, _ = ran(Task("own", "", lambda *given: who(*given), where=Where.BESIDE))
    assert found == {"own": os.getpid()}


def test_a_fault_here_ends_the_second_process_too(ran):
    with pytest.raises(InputError):
        ran(Task("who", "", who, where=Where.BESIDE), Task("fault", "", fault, needs=("who",)))


def test_a_first_run_compiles_in_both_processes_before_it_analyses(ran, monkeypatch):
    monkeypatch.setattr(executor, "is_compiled", lambda: False)
    monkeypatch.setattr(tasks, "COMPILING", (
        Task("own kernels", "", who),
        *(Task(f"kernels {k}", "", who, where=Where.EITHER) for k in range(3)),
        Task("root", "", after, needs=("own kernels", "kernels 0", "kernels 1", "kernels 2")),
    ))  # fmt: skip
    found, told = ran(Task("own", "", who), Task("who", "", who, where=Where.BESIDE))
    assert found["own"] == found["own kernels"] == os.getpid() != found["who"]
    assert max(map(told.names.index, ("root", "kernels 1"))) < min(map(told.names.index, ("own", "who")))
    assert set(told.announced) == set(told.names)


def test_what_either_process_can_do_they_take_from_its_two_ends():
    board = Board([Task(str(k), "", who, where=Where.EITHER) for k in range(3)], beside=True)
    assert [board.next(where).name for where in (Where.BESIDE, Where.HERE, Where.BESIDE)] == ["0", "2", "1"]


def test_a_bar_goes_by_time_and_not_by_steps():
    with progress(quiet=True) as bar:
        meter = Meter(bar)
        meter.begin({"long": 1, "many": 500}, {"long": 12.0, "many": 0.01})
        for _ in range(600):  # more than it announced
            meter.step("many")
        assert (bar.tasks[0].completed, bar.tasks[0].total) == pytest.approx((5.0, 17.0))
        meter.done("long")
        assert bar.finished


def test_the_time_left_counts_the_report_too(tmp_path):
    # The bar stood at its end, with no time left, while the report was drawn: a sixth of a run.
    told = Counted()
    given = tasks.chosen(["scenario", "places"])
    report = run(Scenario.load("epaa"), tmp_path / "out", command="", tasks=given, progress=told)
    assert report.is_file()
    assert told.names == list(told.announced) == ["scenario", "places", "results.nc", "report"]
