"""Broken scenario files: one clear line each, exit code 2, never a traceback."""

import os
import subprocess
import sys
from importlib.resources import files

import pytest

from equipoise.foundation.errors import InputError
from equipoise.scenario.load import load_scenario

GOOD = (files("equipoise.scenario") / "data" / "epaa.toml").read_text()


def swap(old: str, new: str) -> bytes:
    assert old in GOOD
    return GOOD.replace(old, new, 1).encode()


BROKEN = {
    "unknown table": (GOOD.encode() + b"\n[treat]\na = 1\n", "Did you mean 'threat'"),
    "unknown key": (swap('id = "ghadr-1"', 'id = "ghadr-1"\nburn_tme_s = 4'), "Did you mean 'burn_time_s'"),
    "wrong unit": (swap("decision_s =", "decision_min ="), "decision_min"),
    "missing key": (swap('launch = "ir-nw"\n', ""), "launch: this key is missing"),
    "missing table": (swap("[assumption]", "[assumptions]"), "Did you mean 'assumption'"),
    "text for number": (swap("map_step_deg = 1.0", 'map_step_deg = "fine"'), "expected a number"),
    "boolean for number": (swap("map_step_deg = 1.0", "map_step_deg = true"), "expected a number"),
    "not a number": (swap("map_step_deg = 1.0", "map_step_deg = nan"), "outside"),
    "infinite": (swap("map_step_deg = 1.0", "map_step_deg = inf"), "outside"),
    "negative": (swap("decision_s = { value = 15.0", "decision_s = { value = -15.0"), "outside"),
    "negative mass": (swap("_kg_m2 = { value = 2000.0", "_kg_m2 = { value = -2000.0"), "outside"),
    "count too large": (swap("count = 24", "count = 1000000000"), "outside"),
    "count not whole": (swap("count = 24", "count = 2.5"), "whole number"),
    "latitude off the globe": (swap("lat_deg = 44.08", "lat_deg = 94.08"), "outside -90 to 90"),
    "longitude off the globe": (swap("lon_deg = 24.41", "lon_deg = 424.41"), "outside -180 to 180"),
    "bad date": (swap('date = "2015-12-31"', 'date = "2015-13-31"'), "expected a date"),
    "dates reversed": (swap('date = "2011-12-31"', 'date = "2031-12-31"'), "must not run backwards"),
    "service reversed": (swap('active_to = "2014-12-31"', 'active_to = "2001-12-31"'), "before active_from"),
    "unknown interceptor": (
        swap('interceptor = "sm3-ia"', 'interceptor = "sm3-1a"'),
        "Did you mean 'sm3-ia'",
    ),
    "unknown launch area": (swap('launch = "ir-nw"', 'launch = "ir-nv"'), "Did you mean 'ir-nw'"),
    "unknown mode": (swap('"joint"]', '"jiont"]'), "expected a list of words"),
    "empty families": (swap('["minimum_energy", "lofted"]', "[]"), "expected a list of words"),
    "unknown earth": (swap('"wgs84"', '"flat"'), "not one of wgs84"),
    "duplicate id": (swap('id = "ghadr-1"', 'id = "shahab-3"'), "occurs twice"),
    "low above value": (swap("value = 30.0, low = 10.0", "value = 30.0, low = 40.0"), "low <= value <= high"),
    "quantity without source": (
        swap(
            "track_s = { value = 30.0, low = 10.0, high = 60.0, source",
            "track_s = { value = 30.0, low = 10.0, high = 60.0, sauce",
        ),
        "unknown key 'sauce'",
    ),
    "unknown confidence": (
        swap('confidence = "assumption" }', 'confidence = "sure" }'),
        "confidence must be one of",
    ),
    "map reversed": (swap("map_south_deg = 34.0", "map_south_deg = 80.0"), "reversed"),
    "clause without limit": (swap("limit_km_s = 3.0\n", ""), "needs limit_km_s"),
    "table for list": (swap("[[clause]]", "[clause]"), "TOML"),
    "empty file": (b"", "this table is missing"),
    "binary file": (bytes(range(256)) * 4, "not a text file"),
    "not TOML": (b"scenario = {", "not valid TOML"),
    "deep nesting": (b"a = " + b"[" * 5000, "not valid TOML"),
    "large file": (b"#" + b"x" * 50_000_000, "larger than 5 MB"),
    "unknown base": (b'[scenario]\nextends = "epa"\n', "Did you mean 'epaa'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file(tmp_path, name):
    content, expected = BROKEN[name]
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_scenario(str(path))
    lines = str(caught.value).splitlines()
    assert any(expected in line for line in lines), lines
    assert all(len(line) < 400 for line in lines)


def test_cyclic_extends(tmp_path):
    a, b = tmp_path / "a.toml", tmp_path / "b.toml"
    a.write_text(f'[scenario]\nextends = "{b}"\n')
    b.write_text(f'[scenario]\nextends = "{a}"\n')
    with pytest.raises(InputError, match="a cycle"):
        load_scenario(str(a))


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_scenario(str(tmp_path / "none.toml"))
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario(str(tmp_path))


def test_a_file_that_extends_changes_one_key_of_one_entry(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('[scenario]\nextends = "epaa"\nname = "mine"\n[[site]]\nid = "redzikowo"\ncount = 3\n')
    mine, base = load_scenario(str(path)), load_scenario("epaa")
    changed = [e for e in mine.tables["site"] if e not in base.tables["site"]]
    assert [e["id"] for e in changed] == ["redzikowo"]
    assert changed[0]["count"] == 3
    assert mine.hash != base.hash


def command(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-m", "equipoise", *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ,
        timeout=120,
    )


def test_the_command_says_it_in_lines_and_exits_2(tmp_path):
    (tmp_path / "bad.toml").write_bytes(BROKEN["unknown key"][0])
    done = command("check", "bad.toml", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("bad.toml: threat.ghadr-1.burn_tme_s")
    assert "Traceback" not in done.stderr
    assert command("check", "epaa", cwd=tmp_path).returncode == 0
    assert command("chekc", cwd=tmp_path).returncode == 2
