"""Raids: the plan against the stock, exact leakage against simulation, and what looking after each shot saves."""

from dataclasses import replace
from math import radians

import numpy as np
import pytest

from equipoise.engagement import kernel_inputs, raids
from equipoise.engagement.records import Battery, Command, Interceptor, Sensor, Timing, Use
from equipoise.physics.environment.earth import WGS84
from equipoise.present.raid import alt, draw, sentences
from equipoise.scenario.load import load_scenario

EYE = Sensor("eye", places=((radians(40.0), radians(36.0)),), range_m=4e6, boost_range_m=4e6)
BATTERY = Battery(
    "site", ((radians(44.08), radians(24.41)),), Interceptor(4500.0, 80.0, 600.0, 100e3), stock=6.0
)
COMMAND = Command(
    "one", (BATTERY,), (Use(EYE),), Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
)


@pytest.fixture(scope="module")
def paths():
    record = load_scenario("epaa").find("missile", "sajjil-2")
    aims = np.radians([[45.8, 24.0], [46.5, 26.0], [47.5, 24.0], [44.4, 26.1]])
    return kernel_inputs.solve(record, np.radians([38.0, 46.5]), aims, "minimum_energy", WGS84)


def found(paths, stock=6.0):
    command = replace(COMMAND, batteries=(replace(BATTERY, stock=stock),))
    return raids.raid(paths, [0.0, 20.0, 40.0, 60.0], command)


def test_the_plan_engages_every_missile_before_it_doubles_up(paths):
    assert raids.planned_shots(found(paths, 2.0)).tolist().count(1) == 2
    four, many = raids.planned_shots(found(paths, 4.0)), raids.planned_shots(found(paths, 50.0))
    assert four.tolist() == [1, 1, 1, 1]
    assert many.sum() > 4
    assert np.all(many >= four)
    assert raids.planned_shots(found(paths, 0.0)).sum() == 0


@pytest.mark.identity
def test_the_mean_of_simulated_leakage_is_the_exact_one_within_its_standard_error(paths):
    shots = raids.planned_shots(found(paths))
    for p in (0.1, 0.5, 0.9):
        exact = raids.planned_leakage(shots, p)
        assert exact.sum() == pytest.approx(1.0)
        mean = float(exact @ np.arange(exact.size))
        simulated = raids.simulate_planned(shots, p, runs=20_000, rng=np.random.default_rng(5))
        error = simulated.std() / np.sqrt(simulated.size)
        assert abs(simulated.mean() - mean) < 3.0 * error


@pytest.mark.identity
def test_with_stock_to_spare_looking_gives_the_plan_s_leakage_and_spends_less(paths):
    rich = found(paths, 50.0)
    shots = np.array([sum(1 for _ in _chain(a)) for a in rich.attackers])
    exact = raids.planned_leakage(shots, 0.5)
    through, spent = raids.simulate_adaptive(rich, 0.5, runs=2000, rng=np.random.default_rng(7))
    error = through.std() / np.sqrt(through.size)
    assert abs(through.mean() - exact @ np.arange(exact.size)) < 3.5 * error
    assert spent.mean() < shots.sum()
    always = raids.simulate_adaptive(rich, 1.0, runs=3, rng=np.random.default_rng(1))
    assert always[0].max() == 0
    assert always[1].max() == 4


def _chain(attacker):
    (b,) = attacker.batteries
    ready, after = b.ready_s, -np.inf
    while (t := b.shot(ready, after)) < np.inf:
        yield t
        ready, after = t + b.assess_s, t


def test_more_stock_and_better_interceptors_let_fewer_through(paths):
    result = raids.raid_result(found(paths), (0.1, 0.7, 0.9), runs=100, seed=3)
    expected = result.data.expected.values
    assert np.all(np.diff(expected[:, 0]) < 0)
    poor = raids.raid_result(found(paths, 2.0), (0.1, 0.7, 0.9), runs=100, seed=3)
    assert np.all(poor.data.expected.values[:, 0] > expected[:, 0])
    assert "get through" in " ".join(sentences(result))
    assert draw(result) is not None
    assert alt(result)
    again = raids.raid_result(found(paths), (0.1, 0.7, 0.9), runs=100, seed=3)
    assert again.data.identical(result.data)


def test_a_scenario_s_raids_are_told_exactly_and_by_simulation():
    from equipoise.analysis.defence.raid_study import raids
    from equipoise.present.raids import section
    from equipoise.scenario.load import load_scenario

    small = load_scenario("epaa", ["raid.forty.missiles=3"]).at("2018", mode="independent")
    result = raids(small)
    assert result is not None
    chance = result.data.chance
    np.testing.assert_allclose(chance.sum("through"), 1.0, atol=1e-12)
    exact, simulated = (result.data.expected.isel(method=i) for i in (0, 1))
    spread = np.sqrt((chance.isel(method=0) * (chance.through - exact) ** 2).sum("through") / 5000)
    assert np.all(np.abs(exact - simulated) <= 4.0 * spread + 1e-9)
    assert np.all(np.diff(exact.values, axis=-1) <= 0.0)  # a better interceptor lets fewer through
    shown = section(result, {})
    assert len(shown.figures) == 2
    assert len(shown.tables[0].rows) == 2


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
