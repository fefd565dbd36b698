"""``equipoise new``: a file for any parties, which passes the check and runs."""

import json
import re
import tomllib

import pytest
from jsonschema import Draft202012Validator
from read_report import identifiers

from command_line import invoke, schema
from equipoise.results.record import load_results
from equipoise.scenario.load import load_scenario
from equipoise.scenario.read import defaults

EUROPE = ("europe", "nato", "epaa", "russia", "iran", "deveselu")


def new(name, defender, deterrer, threat_from, code=0):
    words = ["new", name, "--defender", defender, "--deterrer", deterrer, "--threat-from", threat_from]
    result = invoke(words)
    assert result.exit_code == code, result.output
    return result.output


@pytest.mark.parametrize(
    ("name", "defender", "deterrer", "threat_from", "absent"),
    [
        ("pacific", "JP,US", "CN", "KP", EUROPE),
        ("gulf", "SA,AE,QA", "RU", "IR", ("europe", "nato", "epaa")),
        ("south-asia", "IN", "CN", "PK", EUROPE),
    ],
)
def test_a_new_scenario_passes_the_check_and_runs(
    tmp_path, monkeypatch, name, defender, deterrer, threat_from, absent
):
    monkeypatch.chdir(tmp_path)
    assert f"Wrote {name}.toml" in new(name, defender, deterrer, threat_from)
    assert invoke(["check", f"{name}.toml"]).exit_code == 0
    text = (tmp_path / f"{name}.toml").read_text()
    assert not [word for word in absent if word in text.lower()]
    scenario = load_scenario(f"{name}.toml")
    assert not [p.id for p in scenario.parties if p.id in absent]
    assert len(scenario.threats) == len(defender.split(","))
    assert scenario.head.title.count(" and ") <= 2  # one within the defenders, one before the deterrer
    assert not re.search(r"(?:of|and|from) United ", scenario.head.title)
    coarse = [
        "--set",
        "scenario.map_step_deg=8",
        "--set",
        "scenario.aim_step_deg=6",
        "--set",
        "scenario.families=['minimum_energy']",
        "--mode",
        "independent",
    ]
    done = invoke(["run", f"{name}.toml", "--quiet", "--out", "o", *coarse])
    assert done.exit_code == 0, done.output
    found = load_results(tmp_path / "o" / "results.nc")
    assert {"defended_area", "exposure", "guarantee", "balance", "raids"} <= set(found)
    assert float(found["raids"].data.missiles[0]) == 10.0 * len(scenario.threats)
    page = (tmp_path / "o" / "report.html").read_text("utf-8")
    read = re.sub(r"\s+", " ", re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL))
    odd = "missile missile|from deterrent|site: us;|satellites of [^.;]*sees|steps in which the European"
    assert not re.findall(odd, read)
    assert identifiers(page, scenario) == set()


def test_every_assumption_stands_in_the_file_with_range_and_source(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    new("mine", "JP", "CN", "KP")
    text = (tmp_path / "mine.toml").read_text()
    said = tomllib.loads("\n".join(_uncommented(text)))
    for table, assumed in defaults().items():
        assert said[table] == assumed


def test_the_file_that_was_written_is_told_as_json(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ["new", "mine", "--defender", "JP", "--deterrer", "CN", "--threat-from", "KP", "--json"]
    answer = json.loads(invoke(words).stdout)
    Draft202012Validator(schema("new")).validate(answer)
    assert answer == {"file": str((tmp_path / "mine.toml").resolve())}


def _uncommented(text):
    """Yield the lines of the tables of assumptions, each value without its mark."""
    inside = False
    for line in text.splitlines():
        if line.startswith("["):
            inside = line in ("[assumption]", "[balance]")
        if inside and (line.startswith("[") or " = { value" in line):
            yield line.removeprefix("# ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("mine", "JPN", "CN", "KP"),
            "--defender: JPN: is not a two-letter code of a country. Did you mean 'JP'?",
        ),
        (
            ("mine", "JP", "China", "KP"),
            "--deterrer: China: is not a two-letter code of a country. Did you mean 'CN'?",
        ),
        (("My Case", "JP", "CN", "KP"), "Write 'my-case'"),
    ],
)
def test_wrong_words_are_one_line(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    assert said in new(*words, code=2)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text("mine")
    assert "is there already" in new("mine", "JP", "CN", "KP", code=2)
    assert (tmp_path / "mine.toml").read_text() == "mine"
