"""Modes and sectors in files: a fifth mode works, and each fault is told in one line."""

import pytest

from command_line import invoke
from equipoise.engagement import order_of_battle
from equipoise.scenario.load import load_scenario

HEAD = '[scenario]\nname = "mine"\nextends = "epaa"\n'
ASK = 'modes = ["independent", "mine"]\n'
MODE = """
[mode.mine]
name = "Warning only"
command = "own"
engages = "own_area"
sharing = [{ giver = "russia", receiver = "nato", sensors = ["armavir"], latency_s = 20.0, withheld = ["strategic"] }]
source = "made up for the test"
confidence = "assumption"
"""
SECTOR = """
[sector.{name}]
name = "{name}"
party = "{party}"
polygon_deg = {corners}
source = "made up for the test"
confidence = "assumption"
"""
SQUARE, SHIFTED, BOW = (
    "[[40.0, 20.0], [40.0, 30.0], [50.0, 30.0], [50.0, 20.0]]",
    "[[45.0, 25.0], [45.0, 35.0], [55.0, 35.0], [55.0, 25.0]]",
    "[[40.0, 20.0], [50.0, 30.0], [40.0, 30.0], [50.0, 20.0]]",
)
BOUND = MODE.replace("sharing", 'sectors = ["a", "b"]\nsharing')


def two_sectors(first, second):
    return (
        HEAD + ASK + BOUND + SECTOR.format(name="a", party="nato", corners=first)
        + SECTOR.format(name="b", party="russia", corners=second)
    )  # fmt: skip


FAN = """
[sector.b]
name = "b"
party = "russia"
lat_deg = 45.0
lon_deg = 32.0
azimuth_from_deg = 225.0
azimuth_to_deg = 315.0
radius_km = 600.0
source = "made up for the test"
confidence = "assumption"
"""
BAD = {
    "overlapping sectors": (two_sectors(SQUARE, SHIFTED), "sector.a: overlaps sector 'b' of 'russia'"),
    "overlapping fan": (
        HEAD + ASK + BOUND + SECTOR.format(name="a", party="nato", corners=SQUARE) + FAN,
        "sector.a: overlaps sector 'b' of 'russia'",
    ),
    "self-crossing sector": (two_sectors(BOW, SHIFTED), "sector.a.polygon_deg: the polygon crosses itself"),
    "unknown party in a mode": (
        HEAD + ASK + MODE.replace('giver = "russia"', 'giver = "rusia"'),
        "mode.mine.sharing: no party 'rusia' commands anything here. Did you mean 'russia'?",
    ),
    "unknown sensor in a mode": (HEAD + ASK + MODE.replace('"armavir"', '"armawir"'), "Did you mean 'armavir'?"),
    "unknown class in a mode": (HEAD + ASK + MODE.replace('"strategic"', '"tactical"'), "no class of missile"),
    "unknown key in sharing": (HEAD + ASK + MODE.replace("latency_s", "latency_ms"), "Did you mean 'latency_s'?"),
    "negative latency": (HEAD + ASK + MODE.replace("20.0", "-20.0"), "latency_s"),
    "sharing is not a list": (HEAD + ASK + MODE.replace("[{ giver", "{ giver").replace("}]", "}"), "expected sharing"),
    "unknown mode": (HEAD + 'modes = ["jiont"]\n', "scenario.modes: no mode 'jiont'. Did you mean 'joint'?"),
    "unknown sector": (HEAD + ASK + MODE.replace("sharing", 'sectors = ["russia-2013"]\nsharing'), "no sector 'russia-2013'"),
    "unknown word for a command": (HEAD + ASK + MODE.replace('"own"', '"shared"'), "mode.mine.command"),
    "a party without sensors": (
        HEAD + 'modes = ["independent"]\n' + "".join(
            f'[radar.{name}]\nparty = "nato"\n' for name in ("armavir", "gabala", "pionersky", "lekhtusi", "don2n")
        ) + '[satellite.oko-heo]\nparty = "nato"\n',
        "mode.independent: 'russia' has interceptors and no sensor",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_each_fault_is_one_clear_line(kind, tmp_path):
    content, told = BAD[kind]
    path = tmp_path / "mine.toml"
    path.write_text(content)
    answer = invoke(["check", str(path)])
    assert answer.exit_code == 2, answer.output
    lines = answer.output.strip().splitlines()
    assert any(told in line for line in lines), lines
    assert all(str(path) in line for line in lines)


def test_sectors_that_only_touch_are_accepted(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(two_sectors(SQUARE, "[[40.0, 30.0], [40.0, 40.0], [50.0, 40.0], [50.0, 30.0]]"))
    assert invoke(["check", str(path)]).exit_code == 0


def test_a_fifth_mode_is_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + ASK + MODE)
    scenario = load_scenario(str(path))
    day = scenario.phases[1].date
    alone, russia = order_of_battle.commands(scenario, day, "independent")
    nato, _ = order_of_battle.commands(scenario, day, "mine")
    added = [use for use in nato.uses if use not in alone.uses]
    assert [(use.sensor.id, use.latency_s, use.withheld) for use in added] == [
        ("armavir", 20.0, frozenset({"strategic"}))
    ]
    assert added[0].sensor in [use.sensor for use in russia.uses]


def test_a_raw_joint_picture_holds_every_sensor_once():
    scenario = load_scenario("epaa")
    day = scenario.phases[3].date
    parts = order_of_battle.commands(scenario, day, "independent")
    (joint,) = order_of_battle.commands(scenario, day, "joint")
    assert sorted(u.sensor.id for u in joint.uses) == sorted(u.sensor.id for part in parts for u in part.uses)
    assert all(use.latency_s == 0.0 for use in joint.uses)
    assert len(joint.batteries) == sum(len(part.batteries) for part in parts)
