"""Scenarios of other regions: they run whole, and a scenario that says little runs too."""

import html
import re

import pytest
from read_report import identifiers

from command_line import invoke
from equipoise.present import raids as present_raids
from equipoise.present.first_screen import first_screen
from equipoise.results.record import load_results
from equipoise.scenario.load import load_scenario

KOREA = "tests/data/cases/regions/korea-us.toml"
COARSE = {
    "gulf-2024": ("scenario.map_step_deg=3",),
    "thaad-korea": (
        "scenario.map_step_deg=4",
        "scenario.aim_step_deg=10",
        "scenario.families=['minimum_energy']",
    ),
    "third-site": (
        "scenario.map_step_deg=8",
        "scenario.aim_step_deg=10",
        "scenario.families=['minimum_energy']",
    ),
}


COARSE[KOREA] = COARSE["thaad-korea"]


def run(folder, name, *settings):
    words = [w for setting in settings for w in ("--set", setting)]
    done = invoke(["run", str(name), "--quiet", "--out", str(folder), *words])
    assert done.exit_code == 0, done.output
    return load_results(folder / "results.nc")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Folders of coarse runs of the three scenarios, each run when it is first asked for."""
    folders = {}

    def of(name):
        if name not in folders:
            folders[name] = tmp_path_factory.mktemp("region") / "o"
            run(folders[name], name, *COARSE[name])
        return folders[name]

    return of


def test_the_gulf_counts_what_a_raid_takes_of_each_layer(ran):
    folder = ran("gulf-2024")
    found = load_results(folder / "results.nc")
    assert "exposure" not in found  # without strategic missiles nobody's deterrent is at stake
    data = found["raids"].data.isel(phase=0).sel(mode="independent", end="nominal")
    assert data.layer.values.tolist() == ["thaad", "pac-3"]
    assert data.missiles.values.tolist() == [20.0, 60.0, 200.0, 600.0]
    spent = (data.spent / data.stock).values
    assert (spent[1:] > spent[:-1]).all()
    assert data.emptied.sel(layer="thaad").values.tolist() == [0.0, 0.0, 0.0, 1.0]
    assert (folder / "verdicts.json").read_text() == "[]\n"
    chart = present_raids.section(found["raids"], {}).figures[0].chart
    simulated = [row["value"] for row in chart.rows if row["series"] == "simulated"]
    assert simulated[0] == 1.0
    assert simulated == sorted(simulated, reverse=True)  # at least so many, in which few runs make no waves
    assert simulated[-1] == 0.0


BARE = """
[scenario]
name = "bare"
title = "Nothing but a site and a missile"
earth = "wgs84"
families = ["minimum_energy"]
modes = ["independent"]
required_shots = 1
map_south_deg = -42.0
map_north_deg = -28.0
map_west_deg = 140.0
map_east_deg = 154.0
map_step_deg = 2.0
aim_south_deg = -42.0
aim_north_deg = -28.0
aim_west_deg = 140.0
aim_east_deg = 154.0
aim_step_deg = 5.0
[[phase]]
name = "now"
date = "2020-01-01"
[[threat]]
missile = "ghadr-1"
launch_area = "sea"
[launch_area.sea]
name = "At sea"
lat_deg = -30.0
lon_deg = 160.0
source = "notional"
confidence = "assumption"
[site.here]
name = "Here"
party = "us"
lat_deg = -34.0
lon_deg = 151.0
interceptor = "sm3-iia"
count = 10
sensors = ["spy1d"]
source = "notional"
confidence = "assumption"
[radar.spy1d]
range_max_km = 1500
"""


def test_a_scenario_without_bases_clauses_policies_raids_and_assumptions_runs(tmp_path):
    (tmp_path / "bare.toml").write_text(BARE)
    found = run(tmp_path / "o", tmp_path / "bare.toml")
    assert float(found["defended_area"].data.shots.max()) >= 1.0


def read(page):
    """Return the lines of a report as they are read: without scripts, styles, pictures and tags."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page, flags=re.DOTALL)
    text = re.sub(r"</(p|h\d|li|tr|div|figcaption|summary|section|dt|dd)>", "\n", text)
    return [html.unescape(re.sub(r"<[^>]+>", " ", line)) for line in text.splitlines()]


@pytest.mark.parametrize("name", COARSE)
def test_reports_speak_of_parties_sites_and_missiles_by_name(ran, name):
    scenario = load_scenario(name)
    tables = (
        "party",
        "site",
        "radar",
        "satellite",
        "interceptor",
        "missile",
        "threat",
        "launch_area",
        "base",
    )
    known = {entry.id for table in tables for entry in scenario.table(table)}
    known -= {entry.name for table in tables[:-3] for entry in scenario.table(table)}
    identifier = re.compile(rf"(?<![\w./-])(?:{'|'.join(map(re.escape, known))})(?![\w/-])")
    lines = read((ran(name) / "report.html").read_text("utf-8"))
    assert [line.strip() for line in lines if identifier.search(line)] == []


@pytest.mark.parametrize("name", COARSE)
def test_no_identifier_is_read_or_heard_in_a_report(ran, name):
    assert identifiers((ran(name) / "report.html").read_text("utf-8"), load_scenario(name)) == set()


@pytest.mark.parametrize("name", COARSE)
def test_the_first_screen_of_a_region_takes_at_most_ninety_words(ran, name):
    first = first_screen(load_results(ran(name) / "results.nc"))
    verdicts = [f"{v.label} {v.words}" for key in first.keys for v in key.verdicts]
    shares = [key.number.text for key in first.keys if key.number]
    said = [*first.headline, first.chosen, *(key.words for key in first.keys)]
    text = " ".join([*(s.text for s in said if s), *(key.label for key in first.keys), *shares, *verdicts])
    assert len(re.findall(r"[\w./'-]*\w[\w./'-]*", text)) <= 90


@pytest.mark.parametrize("name", COARSE)
def test_reports_compare_nothing_with_itself(ran, name):
    """A sentence such as "between 100 % and 100 %" or "36.7 % against 36.7 %" says that something differs, and nothing does."""
    twice = re.compile(
        r"([\d.]+ %)\s+(?:\(against [^)]*\)\s+)?(?:and|to|, against|against)\s+\1|('[^']*') ?, [\d.]+ %\s+with \2"
    )
    lines = read((ran(name) / "report.html").read_text("utf-8"))
    assert [line.strip() for line in lines if twice.search(re.sub(r"\s+", " ", line))] == []


def test_names_of_unions_and_republics_have_their_article(ran):
    bare = re.compile(r"(?:of|by|and|from) (?:United (?:States|Arab)|Republic of)")
    for name in ("gulf-2024", "thaad-korea"):
        lines = read((ran(name) / "report.html").read_text("utf-8"))
        assert [line.strip() for line in lines if bare.search(line)] == []


def test_a_defence_of_others_than_its_own_says_whose_people_are_counted(ran):
    """The parties of this case have no land on its map: shares are of everybody there, and were said to be of one party's people."""
    text = " ".join(read((ran(KOREA) / "report.html").read_text("utf-8")))
    assert "of the people of all countries on the map in range" in text
    assert "people of United States" not in text
    assert "not defined" not in text
    assert "European" not in text
    assert "Neither the launch policies nor the place of ships change who is defended" in text
    assert "from DF-31A-like, " in text


TWO = """
[scenario]
name = "two"
extends = "thaad-korea"
families = ["minimum_energy"]
modes = ["independent", "joint"]
map_step_deg = 4.0
aim_step_deg = 10.0
defenders = ["us", "japan"]
remove = ["party.alliance", "clause.no-engagement"]
"""
KOREAN = """
[site.seongju]
party = "korea"
[radar.tpy2-seongju]
party = "korea"
"""


def test_two_parties_of_another_region_are_compared(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.toml").write_text(TWO)
    (tmp_path / "two.toml").write_text(TWO + KOREAN)
    refused = invoke(["compare", "one.toml@independent", "one.toml@joint", "--quiet"])
    assert (refused.exit_code, len(refused.stderr.splitlines())) == (2, 1)
    assert "fewer than two have land on the map" in refused.stderr
    done = invoke(["compare", "two.toml@independent", "two.toml@joint", "--out", "o", "--quiet"])
    assert done.exit_code == 0, done.output
    found = load_results(tmp_path / "o" / "results.nc")["cooperation"].data
    assert sorted(found.party.values.tolist()) == ["japan", "korea"]
    text = " ".join(read((tmp_path / "o" / "report.html").read_text("utf-8")))
    assert "Republic of Korea" in text
    assert not re.findall(r"NATO|Russia|European (area|people|map)", text)
