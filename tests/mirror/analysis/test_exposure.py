"""Exposure of the European scenario: identities between its parts, and orders that any right answer keeps."""

from dataclasses import replace

import numpy as np
import pytest

from equipoise.analysis.exposure import defender, strategic_arcs
from equipoise.analysis.exposure.flips import DELAYS_S, SPEEDS_KM_S, flip_speed
from equipoise.analysis.exposure.limit import largest_number, shot_windows
from equipoise.analysis.exposure.site_map import site_map
from equipoise.analysis.exposure.study import _rests_on_memory, exposure
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import engage
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.geography.borders import countries, country_at
from equipoise.present.exposure import section
from equipoise.results.record import load_result
from equipoise.scenario.aims import aims
from equipoise.scenario.load import load_scenario

COARSE = ("scenario.aim_step_deg=8",)


@pytest.fixture(scope="module")
def scenario():
    return load_scenario("epaa", COARSE).at("2020-12-31")


@pytest.fixture(scope="module")
def result(scenario):
    return exposure(scenario)


@pytest.fixture(scope="module")
def data(result):
    return result.data


def test_ranges_quoted_from_memory_are_known_and_sourced_ones_are_not():
    scenario = load_scenario("epaa")
    assert _rests_on_memory(scenario, "interceptor burnout speed")
    assert not _rests_on_memory(scenario, "decision time")
    assert not _rests_on_memory(scenario, "launch in the boost phase")


def test_aims_lie_on_the_other_sides_land(scenario):
    cells = aims(scenario)
    known = countries("50m")
    assert {known[i].iso2 for i in country_at(cells[:, 0], cells[:, 1])} == {"US"}


@pytest.mark.identity
@pytest.mark.parametrize("end", ["against", "nominal", "favourable"])
def test_the_defender_is_its_command_without_what_hinders_it(scenario, end):
    at, day = scenario.at_end(end), scenario.phases[-1].date
    whole = order_of_battle.commands(at, day, "independent", speed_m_s=5000.0)
    mine = replace(next(command for command in whole if command.name == "nato"), name=order_of_battle.DEFENCE)
    assert defender(at, day, 5000.0) == order_of_battle.unhindered(mine)


@pytest.mark.identity
def test_the_rule_for_tracks_by_sensors_does_not_hinder_the_unhindered(scenario):
    day = scenario.phases[-1].date
    exact = load_scenario("epaa", ("scenario.track_rule=accuracy",))
    assert defender(exact, day) == defender(scenario, day)


@pytest.mark.identity
def test_bases_and_parts_taken_together_are_what_each_is_alone(scenario):
    families, some = ("minimum_energy", "lofted"), slice(None, None, 3)
    arcs = strategic_arcs(scenario, families, some)
    assert strategic_arcs(scenario, families, some).paths[0].flights is arcs.paths[0].flights
    earth, aim = arcs.paths[0].earth, np.radians(arcs.aim_deg)
    commands = [defender(scenario, scenario.phases[0].date)]
    alone = []
    for k, paths in enumerate(arcs.paths):
        base, family = scenario.bases[k % len(arcs.bases)], families[k // len(arcs.bases)]
        start, missile = np.radians([base.lat_deg, base.lon_deg]), scenario.find("missile", base.missile)
        one = kernel_inputs.solve(missile, start, aim, family, earth)
        for a, b in zip(one.flights, paths.flights, strict=True):
            assert np.array_equal(a, b, equal_nan=True)
        alone.append(engage(one, commands))
    found = engage(arcs.paths, commands)
    for name in ("shots", "slack_s", "ready_s", "site"):
        each = np.concatenate([getattr(one, name) for one in alone])
        assert np.array_equal(getattr(found, name), each, equal_nan=True)


@pytest.mark.identity
def test_any_family_is_at_least_each_family_where_all_reach(scenario, data):
    arcs = strategic_arcs(scenario, ("minimum_energy", "lofted"))
    reached = arcs.reached.reshape(arcs.shape)
    everywhere = reached.all(axis=(0, 2))
    share = data.share.isel(phase=0)
    each = share.sel(family=["minimum_energy", "lofted"]).max("family")
    assert np.all((share.sel(family="any") >= each - 1e-12)[:, everywhere])


@pytest.mark.identity
def test_helping_the_defence_never_lowers_a_share(data):
    share = data.share.values
    assert np.all(np.diff(share, axis=1) >= 0)
    assert np.all(np.diff(data.share_at_speed.values, axis=1) >= 0)
    assert np.all(np.diff(data.share_at_delay.values, axis=1) <= 0)


@pytest.mark.second_method  # the engine with another delay, in place of the shift of the slack
def test_the_curve_over_delay_is_what_the_engine_says_at_that_delay(scenario, data):
    arcs = strategic_arcs(scenario)
    command = defender(scenario, scenario.phases[0].date)
    for delay in (0.0, 100.0):
        timing = replace(command.timing, track_s=0.0, burnout_cue_s=0.0, decision_s=delay, reaction_s=0.0)
        hit = engage(arcs.paths, [replace(command, timing=timing)]).reason[:, 0] == Reason.ENGAGED
        shape = (len(arcs.bases), -1)
        share = hit.reshape(shape).sum(axis=1) / arcs.reached.reshape(shape).sum(axis=1)
        curve = data.share_at_delay.isel(phase=0).sel(family="minimum_energy", delay=delay)
        np.testing.assert_allclose(curve, share, atol=1e-12)
    assert 0.0 in DELAYS_S


@pytest.mark.second_method  # bisection with the engine
def test_the_flip_speed_is_where_the_engine_flips(scenario, data):
    arcs = strategic_arcs(scenario)
    day = scenario.phases[0].date
    flip = data.flip_speed.isel(phase=0).sel(path_family="minimum_energy").values
    base = list(arcs.bases).index("ru-tatishchevo-27")
    aim = int(np.nanargmin(flip[base]))
    path = arcs.paths[base][[aim]]
    low, high = 3.0, 9.0
    while high - low > 0.01:
        middle = (low + high) / 2
        hit = engage(path, [defender(scenario, day, speed_m_s=1e3 * middle)]).reason[0, 0] == Reason.ENGAGED
        low, high = (low, middle) if hit else (middle, high)
    assert flip[base, aim] == pytest.approx(high, abs=0.1)  # tried speeds lie 0.5 km/s apart


@pytest.mark.identity
def test_interpolated_flip_speeds():
    speeds = np.array([3.0, 4.0, 5.0])
    slack = np.array([[-5.0, 15.0, 20.0], [5.0, 6.0, 7.0], [np.nan, np.nan, 3.0], [np.nan, -5.0, -1.0]])
    np.testing.assert_allclose(flip_speed(slack, speeds), [3.25, 3.0, 5.0, np.inf])


@pytest.mark.identity
def test_the_limit_stays_under_stock_and_exposed_warheads(data):
    assert np.all(data.most_taken <= data.inventory)
    assert np.all(data.most_taken <= data.exposed_warheads)
    assert np.all(data.expected_taken <= data.most_taken + 1e-9)
    assert np.all(np.diff(data.most_at_number.values, axis=-1) >= 0)


@pytest.mark.identity
def test_the_limit_with_room_for_all_is_the_number_of_exposed_warheads(scenario):
    arcs = strategic_arcs(scenario)
    command = defender(scenario.at_end("favourable"), scenario.phases[0].date)
    (windows,) = shot_windows(arcs, [command], dict.fromkeys(arcs.bases, 7))
    plan = largest_number(windows, np.full(len(command.batteries), 1000), 0.0)
    assert plan.engaged == np.unique(windows.warhead).size > 0


@pytest.mark.identity
def test_the_limit_grows_with_speed_and_with_shots(scenario):
    arcs = strategic_arcs(scenario)
    day = scenario.phases[0].date
    commands = [defender(scenario, day, speed_m_s=v) for v in (5.5e3, 6e3, 6.5e3, 7e3)]
    windows = shot_windows(arcs, commands, dict.fromkeys(arcs.bases, 7))
    counts = np.full(len(commands[0].batteries), 30)
    plans = [largest_number(each, counts, 5.0) for each in windows]
    taken = [plan.engaged for plan in plans]
    assert taken == sorted(taken)
    assert taken[-1] > taken[0]
    one, more = (largest_number(windows[-1], counts * many, 5.0) for many in (1, 2))
    assert more.kills(0.5) >= one.kills(0.5)
    for plan in plans:
        single = plan.engaged * 0.5
        assert single <= plan.kills(0.5) <= 0.5 * counts.sum()


@pytest.mark.identity
def test_the_flip_speed_at_the_nominal_delay_is_that_of_the_paths(data):
    curve = data.flip_at_delay.isel(phase=0)
    at = float(np.interp(data.attrs["nominal_delay_s"], data.delay, curve))
    assert at == pytest.approx(float(data.flip_speed.min()), abs=0.1)
    assert np.all(np.diff(curve.values) >= 0)


@pytest.mark.identity
def test_a_path_that_does_not_exist_counts_nowhere(scenario, data):
    arcs = strategic_arcs(scenario)
    ok = np.array([part.status == FlightStatus.OK for part in arcs.paths])
    flip = data.flip_speed.isel(phase=0).sel(path_family="minimum_energy").values
    assert np.all(np.isnan(flip[~ok]))
    assert not np.isnan(flip[ok]).any()


def test_early_launch_exposes_more_than_launch_after_burnout(data):
    share = data.share_in_mode.isel(phase=0).sel(family="any", mode="independent").max("base")
    assert float(share.sel(policy="early-launch")) > float(share.sel(policy="engage-on-remote"))


def test_the_section_is_drawn_from_the_saved_result(result, tmp_path):
    saved = load_result(result.save(tmp_path / "exposure.nc"))
    drawn = section(saved, {})
    assert "tracked from burnout" in drawn.sentences[0].text
    for figure in drawn.figures:
        assert figure.told
        figure.draw().savefig(tmp_path / "figure.svg")
    assert SPEEDS_KM_S.size == len(next(t for t in drawn.tables if t.stem == "exposure-at-speed").rows)


def test_a_day_without_interceptors_says_so(tmp_path):
    before = exposure(load_scenario("epaa", COARSE).at("2010-12-31"))
    drawn = section(load_result(before.save(tmp_path / "exposure.nc")), {})
    said = " ".join(sentence.text for sentence in drawn.sentences)
    assert "no strategic path" in said
    assert "no interceptor in place" in said
    for figure in drawn.figures:
        figure.draw()


def test_a_slack_that_does_not_rise_with_speed_warns_of_nothing():
    """Equal slacks at two speeds were divided by their difference."""
    with np.errstate(all="raise"):
        found = flip_speed(np.array([[5.0, 5.0, 5.0], [-5.0, -5.0, -5.0]]), np.array([3.0, 4.0, 5.0]))
    assert found.tolist() == [3.0, np.inf]


@pytest.mark.parametrize(
    ("area", "south", "west", "columns"),
    [([], 30.0, 124.0, 17), ([[0, 150, 30, 180], [0, -180, 30, -150]], 0.0, 150.0, 25)],
)
def test_sites_are_tried_in_the_scenario_s_own_area(area, south, west, columns):
    """They had been tried in Europe, whatever the scenario; the area may cross 180 degrees."""
    settings = ["scenario.aim_step_deg=10", "scenario.families=['minimum_energy']"]
    korea = load_scenario("thaad-korea", settings)
    korea = korea.with_({"guarantee.area_deg": area}) if area else korea
    tried = site_map(korea, strategic_arcs(korea, which=slice(0, 1)))
    assert (float(tried.site_lat[0]), float(tried.site_lon[0])) == (south, west)
    assert tried.sizes["site_lon"] == columns
