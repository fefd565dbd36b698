"""A folder of results is put in its place whole, and never in the place of somebody's work."""

import json
import os
import subprocess
import sys

import pytest

from equipoise.foundation.errors import InputError, StoredResultError, WriteError
from equipoise.foundation.output_folder import (
    additions_to,
    changes_in,
    new_folder,
    refuse_changed,
    seal,
    verify,
)

HOLD = """
import sys
from pathlib import Path
from equipoise.foundation.output_folder import new_folder
with new_folder(Path(sys.argv[1])) as folder:
    (folder / "half").write_text("half")
    print(flush=True)
    sys.stdin.read()
"""


def write(out, text="result"):
    with new_folder(out) as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "a.csv").write_text(text)
        seal(folder, {"version": "9"})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_of_ours_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    for text in ("first", "second"):
        write(tmp_path / "out", text)
    assert (tmp_path / "out" / "tables" / "a.csv").read_text() == "second"
    assert names(tmp_path) == ["out"]
    assert list(json.loads((tmp_path / "out" / "run.json").read_text())["files"]) == ["tables/a.csv"]


@pytest.mark.parametrize("name", ["thesis.tex", "tables/b.csv", ".git/HEAD", "run.json"])
def test_a_folder_with_a_file_that_is_not_ours_is_left_alone(tmp_path, name):
    out = tmp_path / "out"
    out.mkdir()
    if name != "run.json":
        out.rmdir()
        write(out)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("{}")
    (out / "mine").write_text("mine")
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="was not written by Equipoise"):
        write(out)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("text", ["{}", "[]", "no JSON", '{"mine": 1}'])
def test_a_list_of_another_program_is_left_alone(tmp_path, text):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text(text)
    with pytest.raises(InputError, match=r"'run.json' in it was not written by Equipoise"):
        write(tmp_path / "out")
    assert (tmp_path / "out" / "run.json").read_text() == text


def test_a_file_that_was_edited_is_kept(tmp_path):
    write(tmp_path / "out")
    (tmp_path / "out" / "tables" / "a.csv").write_text("edited")
    with pytest.raises(InputError, match=r"'tables/a.csv' in it is not as Equipoise wrote it"):
        write(tmp_path / "out")


def test_what_came_in_while_the_folder_was_made_is_kept(tmp_path):
    out = tmp_path / "out"

    def overtaken():
        with new_folder(out) as folder:
            seal(folder, {})
            out.mkdir()
            (out / "mine").write_text("mine")

    with pytest.raises(InputError, match="mine"):
        overtaken()
    assert names(out) == ["mine"]


def test_a_link_is_neither_followed_nor_replaced(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    with pytest.raises(WriteError, match="symbolic link"):
        write(tmp_path / "out")
    assert names(tmp_path / "real") == []


def test_what_the_file_system_refuses_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    for out, why in (
        (tmp_path / "file" / "below", "is not a folder"),
        (tmp_path / ("n" * 300), "too long"),
        (tmp_path.__class__("/proc/none/out"), "No such file"),
    ):
        with pytest.raises(WriteError, match=f"cannot be written: .*{why}"):
            write(out)


def test_a_fault_leaves_what_was_there(tmp_path):
    write(tmp_path / "out", "first")

    def failing():
        with new_folder(tmp_path / "out") as folder:
            (folder / "half").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert names(tmp_path) == ["out"]
    assert (tmp_path / "out" / "tables" / "a.csv").read_text() == "first"


def test_a_second_command_is_refused_while_the_first_writes_and_clears_up_when_it_was_killed(tmp_path):
    out = tmp_path / "out"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLD, str(out)], **pipes) as other:
        other.stdout.readline()
        with pytest.raises(InputError, match="another command is writing it"):
            write(out)
        other.kill()
    assert names(tmp_path) == [".out.part"]
    write(out)
    assert names(tmp_path) == ["out"]
    assert names(out) == ["run.json", "tables"]


def test_a_swap_that_was_cut_in_two_is_made_good(tmp_path):
    write(tmp_path / "out", "first")
    os.replace(tmp_path / "out", tmp_path / ".out.old")
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "out"):
        raise ZeroDivisionError
    assert names(tmp_path) == ["out"]


def test_additions_are_listed_and_replace_only_what_is_ours(tmp_path):
    out = tmp_path / "out"
    write(out)
    for text in ("first", "second"):
        with additions_to(out) as folder:
            (folder / "report.html").write_text(text)
    write(out)  # they are ours: the folder may be replaced
    (out / "report.html").write_text("mine")

    def added():
        with additions_to(out) as folder:
            (folder / "report.html").write_text("third")

    with pytest.raises(InputError, match=r"report.html"):
        added()
    assert (out / "report.html").read_text() == "mine"


def test_every_change_of_a_folder_is_named(tmp_path):
    out = tmp_path / "out"
    write(out)
    assert changes_in(out) == []
    refuse_changed(out)
    (out / "mine").write_text("mine")
    assert changes_in(out) == ["mine: was not written by Equipoise"]
    refuse_changed(out)
    table = out / "tables" / "a.csv"
    table.write_text("edited")
    assert "tables/a.csv: is not as it was written" in changes_in(out)
    with pytest.raises(
        StoredResultError, match=r"out/tables/a\.csv: is not as it was written; make it again"
    ):
        refuse_changed(out)
    table.unlink()
    assert "tables/a.csv: is gone" in changes_in(out)
    record = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**record, "command": "another"}))
    assert "run.json: is not as it was written" in changes_in(out)
    (out / "run.json").unlink()
    with pytest.raises(StoredResultError, match=r"holds no run\.json"):
        changes_in(out)


def test_a_listed_file_is_checked_and_another_is_not(tmp_path):
    write(tmp_path / "out")
    table = tmp_path / "out" / "tables" / "a.csv"
    verify(table)
    table.write_text("changed")
    with pytest.raises(StoredResultError, match="is not as it was written"):
        verify(table)
    (tmp_path / "loose.csv").write_text("x")
    verify(tmp_path / "loose.csv")
