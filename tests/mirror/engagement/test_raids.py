"""Raids: exact leakage against simulation, simulation against enumeration, and what stock, salvo and span do to it."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

from equipoise.engagement import kernel_inputs
from equipoise.engagement.raids import Launcher, Missiles, facing, leakage
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.foundation.errors import InputError
from equipoise.physics.environment.earth import WGS84
from equipoise.scenario.load import Scenario, load_scenario

EYE = Sensor("eye", places=((radians(40.0), radians(36.0)),), range_m=4e6, boost_range_m=4e6)
BATTERY = Battery(
    "site", ((radians(44.08), radians(24.41)),), Interceptor(4500.0, 80.0, 600.0, 100e3), stock=6.0
)
COMMAND = Command(
    "one", (BATTERY,), (Use(EYE),), Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
)
PLENTY = Launcher("site", "upper", 50, 1, 32, 0, 0.0, (0.1, 0.5, 0.9))


@pytest.fixture(scope="module")
def paths():
    record = load_scenario("epaa").find("missile", "sajjil-2")
    aims = np.radians([[45.8, 24.0], [46.5, 26.0], [47.5, 24.0], [44.4, 26.1]])
    return kernel_inputs.solve(record, np.radians([38.0, 46.5]), aims, "minimum_energy", WGS84)


def fought(paths, launcher, launches=(0.0, 20.0, 40.0, 60.0), seed=0):
    """Return the leakage of missiles at the aim points in turn, against one launcher."""
    rows = np.arange(len(launches)) % len(paths)
    missiles = Missiles.of([paths[rows]], [np.array(launches)])
    side = facing(missiles, COMMAND, [launcher], [launcher.layer], np.ones(len(launches), dtype=bool))
    return leakage([side], len(launches), [launcher.layer], seed=seed)


def mean(paths, launcher, launches=(0.0, 20.0, 40.0, 60.0)):
    return float(fought(paths, launcher, launches).expected.sel(end="nominal").isel(method=1))


@pytest.mark.identity
def test_where_shots_are_independent_the_simulated_mean_is_the_exact_one(paths):
    data = fought(paths, PLENTY)
    assert data.independent == 1.0
    exact, simulated = (data.expected.isel(method=m).values for m in (0, 1))
    assert np.all(np.abs(exact - simulated) < 4.0 * data.error.values + 1e-12)
    assert np.all(np.diff(exact) < 0.0)  # better interceptors let fewer through
    np.testing.assert_allclose(data.chance.sum("through"), 1.0)
    # looking first spends less than every shot that there is time for
    assert np.all(np.diff(data.spent.isel(layer=0)) < 0.0)


@pytest.mark.identity
def test_leakage_falls_with_stock_and_with_a_salvo_that_stock_allows(paths):
    by_stock = [mean(paths, replace(PLENTY, stock=n)) for n in (0, 1, 2, 4, 8, 50)]
    assert by_stock[0] == 4.0
    assert np.all(np.diff(by_stock) <= 0.0)
    assert by_stock[-1] < by_stock[1]
    by_salvo = [mean(paths, replace(PLENTY, looks=1, salvo=n)) for n in (1, 2, 3)]
    assert np.all(np.diff(by_salvo) < 0.0)
    poor = [mean(paths, replace(PLENTY, stock=4, looks=1, salvo=n)) for n in (1, 4)]
    assert poor[1] > poor[0]  # four at the first missile leave none for the others


@pytest.mark.identity
def test_leakage_rises_with_shorter_spans_longer_intervals_and_fewer_channels(paths):
    tight = replace(PLENTY, stock=80, interval_s=20.0, looks=1, channels=3)
    by_span = [mean(paths, tight, np.linspace(0.0, span, 40)) for span in (0.0, 300.0, 1800.0, 7200.0)]
    assert np.all(np.diff(by_span) <= 0.0)
    assert by_span[0] > by_span[-1] + 5.0
    at_once = np.zeros(40)
    by_interval = [mean(paths, replace(PLENTY, interval_s=s), at_once) for s in (0.0, 5.0, 60.0, 600.0)]
    assert np.all(np.diff(by_interval) >= 0.0)
    assert by_interval[-1] > by_interval[0] + 5.0
    by_channels = [mean(paths, replace(PLENTY, channels=n), at_once) for n in (1, 2, 8)]
    assert np.all(np.diff(by_channels) < 0.0)
    shots = [float(fought(paths, replace(PLENTY, looks=n)).expected[0, 0]) for n in (1, 2, 32)]
    assert shots[1] < shots[0]
    assert shots[2] <= shots[1]  # there is time for two looks


def test_a_layer_that_is_empty_says_when(paths):
    data = fought(paths, replace(PLENTY, stock=2))
    assert data.emptied.item() == 1.0
    assert 0.0 < data.emptied_s.item() < float(data.time_s[-1])
    assert data.left.isel(layer=0, step=0) == 2.0
    assert data.left.isel(layer=0, step=-1) == 0.0
    assert fought(paths, replace(PLENTY, stock=2)).identical(data)
    assert np.isnan(data.chance.isel(method=0)).all()


def test_a_raid_of_several_threats_and_launch_areas_is_told(tmp_path):
    from equipoise.analysis.defence.raid_study import raids as study
    from equipoise.present.raids import section

    path = tmp_path / "mine.toml"
    path.write_text(
        """
[scenario]
name = "mine"
title = "Two volleys"
extends = "epaa"
remove = ["raid.twelve"]
[volley.forty]
missiles = 3
[volley.later]
raid = "forty"
threat = "irbm-north"
missiles = 2
first_s = 900.0
span_s = 30.0
aims_deg = [[44.4, 26.1]]
[interceptor.sm3-ib]
kill_probability = { value = 0.9, low = 0.9, high = 0.9, source = "test", confidence = "assumption" }
"""
    )
    scenario = load_scenario(str(path)).at("2018", mode="independent")
    result = study(scenario)
    one = result.data.squeeze()
    assert one.missiles == 5.0
    assert one.span == 930.0
    assert one.threats.item() == "sajjil-2, irbm-north"
    assert one.layer.values.tolist() == ["sm3-iia", "sm3-ib"]  # the longest reach first
    np.testing.assert_allclose(one.chance.isel(method=1).sum("through"), 1.0)
    shown = section(result, {})
    assert [f.stem for f in shown.figures] == ["raid-forty", "raid-forty-stock"]
    assert all(figure.draw() is not None for figure in shown.figures)
    assert "get through on average" in shown.sentences[0].text


def test_a_raid_may_state_one_volley_itself_and_takes_its_volleys_along_when_it_is_removed():
    one = load_scenario("epaa", ["raid.twelve.threat=irbm-north", "raid.twelve.missiles=5"])
    assert (
        one.hash
        == load_scenario("epaa", ["volley.twelve.threat=irbm-north", "volley.twelve.missiles=5"]).hash
    )
    assert [v.id for v in one.without("raid.forty").volleys] == ["twelve"]
    assert [r.id for r in one.without("raid.forty", "volley.forty").raids] == ["twelve"]
    with pytest.raises(InputError, match=r"raid\.twelve\.spam: unknown key"):
        load_scenario("epaa", ["raid.twelve.spam=1"])
    both = one.to_toml().replace("[[raid]]", "[[raid]]\nthreat = 'irbm-north'", 1)
    with pytest.raises(InputError, match=r"volley\.twelve: this id occurs twice"):
        Scenario.from_toml(both)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("volley.forty.missiles=5001", "volley.forty.missiles: 5001 lies outside 1 to 5000"),
        ("volley.twelve.raid=forty", "raid.twelve: has no volley"),
        ("volley.forty.raid=fourty", "volley.forty.raid: no raid 'fourty'"),
        ("volley.forty.first_s=86000", "volley.forty.span_s: its last launch comes 86600 s after"),
    ],
)
def test_a_wrong_raid_is_one_line(setting, said):
    with pytest.raises(InputError) as caught:
        load_scenario("epaa", [setting])
    assert said in str(caught.value)


def test_policies_that_ask_more_defend_less_and_ships_do_no_worse_at_their_best_place():
    from equipoise.analysis.defence.launch_policies import launch_policies
    from equipoise.present.launch_policies import section
    from equipoise.scenario.load import load_scenario

    coarse = load_scenario("epaa", ["scenario.map_step_deg=4"]).at("2015-12-31", mode="independent")
    result = launch_policies(coarse)
    assert result is not None
    share = {str(name): result.data.share.sel(variant=name).values for name in result.data["variant"].values}
    assert np.all(share["own sensor only"] <= share["launch on remote"])
    assert np.all(share["launch on remote"] <= share["engage on remote"])
    assert np.all(share["engage on remote"] <= share["early launch"])
    worst, best = (share[f"ships at the {how} place of their box"] for how in ("worst", "best"))
    assert np.all(worst <= share["as the scenario states"])
    assert np.all(share["as the scenario states"] <= best)
    assert best.max() > worst.max()
    shown = section(result, {})
    assert shown.figures[0].draw() is not None
    assert "as on the maps" in shown.sentences[0].text  # 4 degrees, as asked
    finer = replace(result, data=result.data.assign_attrs(map_step=1.5))
    assert "coarser than those of the maps" in section(finer, {}).sentences[0].text
