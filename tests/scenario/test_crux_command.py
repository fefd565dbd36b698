"""``equipoise crux``: exit codes, one line for what cannot be read, the same answer from Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import equipoise as eq
from command_line import invoke, schema

SMALL = """[scenario]
name = "{name}"
title = "{title}"
extends = "{base}"
aim_step_deg = 10
map_step_deg = 8
remove = ["raid.twelve", "raid.forty", "threat.shahab-3", "threat.ghadr-1", "threat.sajjil-2", "threat.sajjil-2-north", "threat.irbm-notional"]
"""


def write(folder: Path, name: str, more: str = "", *, base: str = "third-site") -> str:
    """Write a small scenario and return its path."""
    path = folder / f"{name}.toml"
    path.write_text(SMALL.format(name=name, title=f"Side {name}", base=base) + more, encoding="utf-8")
    return str(path)


@pytest.mark.identity
def test_equal_files_agree_with_exit_code_0(tmp_path: Path) -> None:
    one, other = write(tmp_path, "one"), write(tmp_path, "other")
    said = invoke(["crux", one, other, "--stated", "--quiet", "--out", str(tmp_path / "out")])
    assert said.exit_code == 0
    assert "agree: all" in said.output


@pytest.mark.identity
def test_sides_that_differ_give_1_and_python_the_same(tmp_path: Path) -> None:
    one, other = (
        write(tmp_path, "one"),
        write(tmp_path, "other", "[interceptor.gbi-2-stage]\nburnout_speed_km_s = 9.0\n"),
    )
    folder = tmp_path / "out"
    said = invoke(["crux", one, other, "--stated", "--json", "--quiet", "--out", str(folder)])
    assert said.exit_code == 1
    answer = json.loads(said.output)
    Draft202012Validator(schema("crux")).validate(answer)
    rows = answer["tables"]["crux-claims"]
    assert [row["Claim"] for row in rows] == ["GBI, 2-stage (third-site variant)"]
    kept = eq.load(folder)["crux"]
    found = eq.crux(eq.Scenario.load(one), eq.Scenario.load(other), over_ranges=False)
    assert found.data.drop_attrs().equals(kept.data.drop_attrs())
    assert kept.data.attrs["theirs"] == "Side other"


@pytest.mark.identity
@pytest.mark.parametrize(
    ("name", "more", "line"),
    [
        ("missing", None, "no such file or built-in scenario"),
        ("torn", "[site", "not valid TOML"),
        ("claim", '[claim.a]\nname = "A"\ninputs = ["assumption.trak_s"]\nsource = "s"\nconfidence = "memory"\n', "no key 'trak_s' in [assumption]."),
        ("table", '[claim.a]\nname = "A"\ninputs = ["radars.emr"]\nsource = "s"\nconfidence = "memory"\n', "'radars.emr' names no input."),
        ("entry", '[claim.a]\nname = "A"\ninputs = ["radar.emrr"]\nsource = "s"\nconfidence = "memory"\n', "neither scenario has radar 'emrr'."),
    ],
)  # fmt: skip
def test_what_cannot_be_resolved_gives_one_line(
    tmp_path: Path, name: str, more: str | None, line: str
) -> None:
    path = str(tmp_path / "missing.toml") if more is None else write(tmp_path, name, more)
    said = invoke(["crux", "third-site", path, "--stated", "--quiet", "--out", str(tmp_path / "out")])
    assert said.exit_code == 2
    assert line in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()
