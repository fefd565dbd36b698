"""What a file says is laid over what it extends, entry by entry, by the name that each has."""

import pytest

from equipoise.foundation.errors import InputError
from equipoise.scenario.flight_test import load_flight_test
from equipoise.scenario.load import Scenario, load_scenario

HEAD = '[scenario]\nname = "mine"\nextends = "epaa"\n'
EPAA = load_scenario("epaa")
ORIGIN = 'source = "test"\nconfidence = "assumption"\n'


@pytest.fixture
def mine(tmp_path):
    def load(body, head=HEAD, settings=()):
        (tmp_path / "mine.toml").write_text(head + body)
        return load_scenario(str(tmp_path / "mine.toml"), settings)

    return load


def names(entries):
    return [entry.id for entry in entries]


def test_a_threat_that_is_added_keeps_all_inherited_ones(mine):
    found = mine('[[threat]]\nid = "scud-w"\nmissile = "scud-b"\nlaunch_area = "ir-w"\n')
    assert names(found.threats) == [*names(EPAA.threats), "scud-w"]


def test_a_threat_without_a_name_of_its_own_is_named_by_its_missile(mine):
    found = mine('[[threat]]\nmissile = "ghadr-1"\nlaunch_area = "ir-w"\n')
    assert names(found.threats) == names(EPAA.threats)
    assert found.find("threat", "ghadr-1").launch_area == "ir-w"


@pytest.mark.parametrize("name", [threat.id for threat in EPAA.threats])
def test_every_threat_can_be_moved_by_the_name_that_is_listed(mine, name):
    for found in (
        mine(f'[threat.{name}]\nlaunch_area = "ir-w"\n'),
        load_scenario("epaa", [f"threat.{name}.launch_area=ir-w"]),
    ):
        assert names(found.threats) == names(EPAA.threats)
        assert [t.id for t in found.threats if t.launch_area == "ir-w"] == [name]
        assert found.find("threat", name).missile == EPAA.find("threat", name).missile


def test_an_entry_of_any_table_can_be_left_out(mine):
    removed = [
        "threat.sajjil-2-north",
        "site.redzikowo",
        "policy.own-sensor",
        "base.ru-kozelsk",
        "clause.test-notice",
    ]
    found = mine("", HEAD + f"remove = {removed}\n".replace("'", '"'))
    for text in removed:
        table, name = text.split(".")
        assert name not in names(found.table(table))
        assert len(found.table(table)) == len(EPAA.table(table)) - 1
    assert load_scenario("epaa", [f"scenario.remove={removed}".replace("'", '"')]).sites == found.sites


def test_what_was_left_out_can_be_said_anew(mine):
    body = "[radar.armavir]\nrange_max_km = 3000\n"
    found = mine(body, HEAD + 'remove = ["radar.gabala", "radar.armavir"]\n')
    assert "gabala" not in names(found.radars)
    assert found.find("radar", "armavir").range_max_km.value == 3000


def test_phases_are_given_whole_or_changed_one_by_one(mine):
    assert [p.name for p in mine('[[phase]]\nname = "Only"\ndate = "2012-01-01"\n').phases] == ["Only"]
    moved = mine('[phase."Phase 2"]\ndate = "2016-06-30"\n').phases
    assert [p.name for p in moved] == [p.name for p in EPAA.phases]
    assert moved[1].date.isoformat() == "2016-06-30"
    left = mine("", HEAD + 'remove = ["phase.Phase 4"]\n').phases
    assert [p.name for p in left] == ["Phase 1", "Phase 2", "Phase 3"]


@pytest.mark.parametrize(
    ("removed", "words"),
    [
        (
            '["threat.ghadr-2"]',
            "'threat.ghadr-2' is not an entry that is there. Did you mean 'threat.ghadr-1'",
        ),
        ('["assumption.track_s"]', "is not an entry that is there"),
        ('["ghadr-1"]', "is not an entry that is there"),
        ('"threat.ghadr-1"', "scenario.remove: expected a list of names"),
        ('["threat.sajjil-2"]', "volley.twelve.threat: no threat 'sajjil-2'"),
    ],
)
def test_a_wrong_removal_is_one_line_each(mine, removed, words):
    with pytest.raises(InputError) as caught:
        mine("", HEAD + f"remove = {removed}\n")
    assert any(words in line for line in str(caught.value).splitlines()), str(caught.value)


def test_a_name_that_a_file_gives_twice_is_refused(mine):
    twice = '[[threat]]\nmissile = "scud-b"\nlaunch_area = "ir-w"\n'
    with pytest.raises(InputError, match=r"threat\.scud-b: this id occurs twice"):
        mine(twice * 2)


def test_what_a_file_does_not_assume_is_as_in_every_scenario():
    from equipoise.scenario.read import defaults

    epaa = load_scenario("epaa", ["assumption.decision_s=40"])
    assert epaa.assumptions.decision_s.value == 40.0
    assert epaa.assumptions.track_s.value == defaults()["assumption"]["track_s"]["value"]
    assert epaa.balance.kill_probability.low == 0.1
    with pytest.raises(InputError, match=r"assumption\.decisions_s: unknown key"):
        load_scenario("epaa", ["assumption.decisions_s=40"])
    with pytest.raises(InputError, match=r"assumption: expected a table"):
        Scenario.from_toml(load_scenario("epaa").to_toml().replace("[assumption]", "[[assumption]]"))


def test_what_a_file_extends_is_looked_for_beside_it(tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    (tmp_path / "base.toml").write_text(
        '[scenario]\nname = "base"\ntitle = "Base"\nextends = "epaa"\nrequired_shots = 2\n'
    )
    (tmp_path / "inner" / "top.toml").write_text(
        '[scenario]\nname = "top"\ntitle = "Top"\nextends = "../base.toml"\n'
    )
    monkeypatch.chdir("/")
    assert load_scenario(str(tmp_path / "inner" / "top.toml")).head.required_shots == 2
    (tmp_path / "inner" / "top.toml").write_text('[scenario]\nname = "top"\ntitle = "Top"\nextends = "epa"\n')
    with pytest.raises(InputError, match="Did you mean 'epaa'"):
        load_scenario(str(tmp_path / "inner" / "top.toml"))


def test_a_number_that_is_set_keeps_the_range_where_that_is_asked_for():
    speed, count = "interceptor.sm3-iia.burnout_speed_km_s", "site.deveselu.count"
    asked = (f"{speed}=5", f"{count}=30", "scenario.map_step_deg=4", 'scenario.modes=["joint"]')
    exact, found = load_scenario("epaa", asked), load_scenario("epaa", asked, keep_ranges=True)
    one, other = (s.find("interceptor", "sm3-iia").burnout_speed_km_s for s in (exact, found))
    assert (one.low, one.value, one.high) == (5.0, 5.0, 5.0)
    assert (other.low, other.value, other.high) == (4.5, 5.0, 5.5)
    assert found.find("site", "deveselu").count == exact.find("site", "deveselu").count  # it has no range
    assert (found.head, found.clauses) == (exact.head, exact.clauses)
    wider = load_scenario("epaa", [f"{speed}=6.5"], keep_ranges=True)
    assert wider.find("interceptor", "sm3-iia").burnout_speed_km_s.high == 6.5
    assert load_scenario("epaa", keep_ranges=True) == EPAA


def test_every_fault_that_a_setting_brings_in_names_it_and_no_other_does(mine):
    # A new entry's missing keys had been put down to the file, and then each told of: of an id mistyped, none of them says so.
    with pytest.raises(InputError) as fault:
        load_scenario("epaa", ["interceptor.sm9.burnout_speed_km_s=5"])
    assert str(fault.value).startswith(
        "--set: interceptor.sm9: there is no interceptor 'sm9', and a new one needs more keys than are set. "
    )
    for setting, near in (
        ("site.devesel.count=3", "deveselu"),
        ("threat.ghadr-2.missile=ghadr-1", "ghadr-1"),
    ):
        with pytest.raises(InputError, match=f"Did you mean '{near}'") as fault:
            load_scenario("epaa", [setting])
        assert len(fault.value.problems) == 1
    with pytest.raises(InputError, match=r"there is no observer 'ship-rader'.* Did you mean 'ship-radar'"):
        load_flight_test("ftm-16-like", ["observer.ship-rader.lat_deg=3"])
    with pytest.raises(InputError) as fault:
        mine("[assumption]\ntrack_s = -1\ndecison_s = 3\n", settings=["assumption.reaction_s=fast"])
    files = {p.key: p.file for p in fault.value.problems}
    assert files.pop("assumption.reaction_s") == "--set"
    assert len(files) == 2
    assert all(name.endswith("mine.toml") for name in files.values())
