"""``equipoise fly`` on the command line."""

import json
import subprocess
import sys

import pytest

EXAMPLE = ("fly", "ghadr-1", "--from", "38.0,46.5", "--to", "44.4,26.1", "--family", "lofted", "--loft", "10")


def run(*words, cwd):
    return subprocess.run(
        [sys.executable, "-m", "equipoise", *words], cwd=cwd, capture_output=True, text=True, check=False
    )


def test_one_flight_leaves_table_figure_and_exports(tmp_path):
    done = run(*EXAMPLE, "--export", "kml,czml", "--export", "geojson,oem,csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("apogee", "impact", "miss of the aim point", "far end of what is", "published"):
        assert words in done.stdout
    folder = tmp_path / "out" / "fly-ghadr-1"
    names = {
        "events.csv",
        *(f"flight.{e}" for e in ("nc", "svg", "png", "kml", "czml", "geojson", "oem", "csv")),
    }
    assert {p.name for p in folder.iterdir()} == names
    again = run(*EXAMPLE, "--json", cwd=tmp_path)
    said = json.loads(again.stdout)
    assert said["numbers"]["miss_m"] < 10.0
    assert said["events"][-1]["event"] == "impact"


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
def test_what_cannot_be_flown_says_why(words, code, said, tmp_path):
    done = run(*words, cwd=tmp_path)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
