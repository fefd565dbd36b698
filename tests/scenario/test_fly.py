"""``equipoise fly`` on the command line."""

import errno
import json
import os
import subprocess
import sys

import pytest

import equipoise as eq
from command_line import invoke
from equipoise.flights import fly
from equipoise.present.trajectory_files import WRITERS

EXAMPLE = ("fly", "ghadr-1", "--from", "38.0,46.5", "--to", "44.4,26.1", "--family", "lofted", "--loft", "10")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_one_flight_leaves_table_figure_and_exports(tmp_path):
    done = invoke([*EXAMPLE, "--export", "kml,czml", "--export", "geojson,oem,csv"])
    assert done.exit_code == 0, done.stderr
    for words in ("apogee", "impact", "miss of the aim point", "far end of what is", "published"):
        assert words in done.stdout
    folder = tmp_path / "out" / "fly-ghadr-1"
    names = {
        "events.csv",
        "results.nc",
        "run.json",
        *(f"flight.{e}" for e in ("svg", "png", "kml", "czml", "geojson", "oem", "csv")),
    }
    assert {p.name for p in folder.iterdir()} == names
    cited = invoke(["cite", str(folder)]).stdout.splitlines()[0]
    assert cited.endswith(
        ": equipoise fly ghadr-1 --from 38.0,46.5 --to 44.4,26.1 --family lofted --loft 10.0"
        " --export kml,czml --export geojson,oem,csv"
    )
    assert "[flight]" in invoke(["results", "list", "out"]).stdout
    assert "apogee" in invoke(["results", "show", str(folder)]).stdout
    assert eq.load(folder)["flight"].provenance.command == cited.partition(": ")[2]
    again = invoke([*EXAMPLE, "--json"])
    said = json.loads(again.stdout)
    assert said["numbers"]["miss_m"] < 10.0
    assert said["events"][-1]["event"] == "impact"


def test_a_folder_that_is_not_ours_is_refused_before_anything_flies(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("kept")
    monkeypatch.setattr(fly, "fly_as_published", lambda *given, **wish: pytest.fail("it flew"))
    done = invoke([*EXAMPLE, "--out", "mine"])
    assert done.exit_code == 2
    assert "letter.txt" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("fly", "scud-b", "--from", "38,46.5", "--to", "44.4,26.1"), 1, "cannot reach"),
        (("fly", "gadr-1", "--from", "38,46.5", "--to", "44.4,26.1"), 2, "ghadr-1"),
        (("fly", "ghadr-1", "--from", "38;46.5", "--to", "44.4,26.1"), 2, "--from"),
        (("fly", "ghadr-1", "--from", "38,46.5", "--to", "44.4,26.1", "--export", "kmz"), 2, "kml"),
        (("fly", "ghadr-1", "--from", "38,46.5"), 2, "aim"),
        (("fly", "ghadr-1", "--from", "38,46.5", "--to", "44.4,26.1", "--launch", "noon"), 2, "--launch"),
    ],
)  # fmt: skip
def test_what_cannot_be_flown_says_why(words, code, said):
    done = invoke(words)
    assert done.exit_code == code
    assert isinstance(done.exception, SystemExit)
    assert said in done.stdout + done.stderr


def scud(*words, to="39,47"):
    return invoke(["fly", "scud-b", "--from", "38,46", "--to", to, *words])


def test_no_export_of_another_flight_stays_beside_a_new_result(tmp_path):
    assert scud("--export", "oem,kml").exit_code == 0
    assert scud("--export", "kml", to="38,47").exit_code == 0
    folder = tmp_path / "out" / "fly-scud-b"
    assert not (folder / "flight.oem").exists()
    assert "38." in (folder / "flight.kml").read_text()
    (folder / "notes.txt").write_text("mine")
    refused = scud()
    assert refused.exit_code == 2
    assert "'notes.txt' in it was not written by Equipoise" in refused.stderr
    assert (folder / "flight.kml").exists()


def test_a_full_disk_is_one_line_and_leaves_no_half_file(tmp_path, monkeypatch):
    def full(_result, _moment):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(WRITERS, "oem", full)
    words = ["fly", "scud-b", "--from", "38,46", "--to", "39,47", "--export", "kml,oem"]
    done = invoke([*words, "--out", str(tmp_path / "fly")])
    assert done.exit_code == 3
    assert done.output.startswith(f"{tmp_path / 'fly'}: cannot be written: the disk is full")
    assert done.output.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_letter_that_the_terminal_lacks_is_replaced():
    done = subprocess.run(
        [sys.executable, "-m", "equipoise", "fly", "scud-b", "--from", "38,46", "--to", "39,47"],
        env=os.environ | {"PYTHONIOENCODING": "ascii"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "latitude ?" in done.stdout
