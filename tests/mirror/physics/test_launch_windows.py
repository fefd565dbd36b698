"""Launch windows against the law evaluated densely: no launch after the meeting, no invented intercept, edges resolved."""

from dataclasses import replace
from math import cos, inf, radians, sin

import numpy as np
import pytest

from equipoise.analysis.defence.defended_area import threat_paths
from equipoise.engagement.engage import engage
from equipoise.engagement.explain import look
from equipoise.engagement.kernel_inputs import solve
from equipoise.engagement.order_of_battle import commands
from equipoise.engagement.records import Battery, Command, Interceptor, Timing
from equipoise.physics.engagement.launch_segments import value
from equipoise.physics.engagement.shooters import law_of
from equipoise.physics.environment.earth import WGS84, altitude
from equipoise.physics.flight.trajectory import position_at, sample_before
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN, arrival
from equipoise.scenario.load import load_scenario

EPAA = load_scenario("epaa")
MISSILE = EPAA.find("missile", "irbm-notional")
TIMING = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0)
CASES = (
    ((44.08, 24.41), (4500.0, 90.0, 600.0, 100e3), (53.73, 18.09), "lofted"),
    ((54.48, 17.10), (4500.0, 90.0, 1500.0, 100e3), (53.73, 18.09), "lofted"),
    ((54.48, 17.10), (3000.0, 65.0, 600.0, 100e3), (52.0, 13.0), "minimum_energy"),
    ((44.08, 24.41), (5500.0, 90.0, 250.0, 100e3), (48.0, 11.0), "minimum_energy"),
    ((50.0, 19.0), (2100.0, 12.0, 22.6, 500.0), (50.05, 19.05), "minimum_energy"),
)  # fmt: skip


def seen_by(site, kind, aim, family, missile=MISSILE, start=(35.0, 48.0)):
    paths = solve(missile, np.radians(start), np.radians([aim]), family, WGS84)
    battery = Battery("site", (tuple(np.radians(site)),), Interceptor(*kind), stock=9.0)
    return look(paths, Command("one", (battery,), (), TIMING))


def dense(seen, times=None):
    """Return times (every quarter second unless given) and the latest launch by the law at each, -inf for none."""
    path, kind = seen.path, seen.compiled.world.shooters.kind[0]
    place, point = seen.compiled.world.shooters.place[0, 0], np.empty(3)
    if times is None:
        times = np.arange(path.time_s[path.burnout], path.time_s[path.filled - 1], 0.25)
    latest, k = np.full(len(times), -inf), path.burnout
    for i, t in enumerate(times):
        k = int(sample_before(path, k, t))
        position_at(path, k, t, point)
        allowed = kind["floor_m"] - 1.0 <= altitude(*point, WGS84) <= kind["ceiling_m"] + 1.0
        found = arrival(law_of(kind), WGS84, place, point, UNKNOWN, 1e-3)
        if found.branch != NONE and allowed:
            latest[i] = t - found.time_s
    return times, latest


@pytest.mark.identity
@pytest.mark.parametrize(("site", "kind", "aim", "family"), CASES)
def test_the_stretches_are_the_law_evaluated_densely(site, kind, aim, family):
    seen = seen_by(site, kind, aim, family)
    rows = seen.work.segment[0, : seen.work.segment_count[0]]
    times, latest = dense(seen)
    ours = np.full(times.size, -inf)
    for row in rows:
        inside = (times >= row["start_s"]) & (times <= row["end_s"])
        ours[inside] = [value(row, t) for t in times[inside]]
    both = np.isfinite(ours) & np.isfinite(latest)
    assert both.sum() > 20
    edges = np.count_nonzero(np.diff(np.isfinite(latest)))
    assert np.count_nonzero(np.isfinite(ours) != np.isfinite(latest)) <= edges
    # where the value runs away its time is what counts: a tenth of a second
    with np.errstate(invalid="ignore"):
        slope = np.abs(np.gradient(latest, times))
        error = np.abs(ours - latest)[both] / np.maximum(1.0, np.nan_to_num(slope[both], nan=1.0, posinf=1e9))
    assert np.quantile(error, 0.99) < 0.1
    assert error.max() < 0.3
    top = max(rows, key=lambda row: row["peak_s"])
    assert top["peak_s"] >= latest.max() - 0.1
    (_, (there,)) = dense(seen, [top["peak_at_s"]])
    assert top["peak_s"] == pytest.approx(there, abs=0.1)


@pytest.mark.identity
@pytest.mark.parametrize(("site", "kind", "aim", "family"), CASES)
def test_no_launch_comes_after_the_meeting_less_the_burn(site, kind, aim, family):
    seen = seen_by(site, kind, aim, family)
    impact = seen.path.time_s[seen.path.filled - 1]
    for row in seen.work.segment[0, : seen.work.segment_count[0]]:
        for t in np.linspace(row["start_s"], row["end_s"], 7):
            assert value(row, t) <= t - kind[1] + 0.1
        assert row["peak_s"] < impact


@pytest.mark.identity
@pytest.mark.parametrize(
    ("family", "bearing_deg", "away_deg"),
    [("lofted", 180.0, 0.3809), ("depressed", 100.0, 0.6367), ("depressed", 140.0, 0.5898)],
)
def test_a_second_or_two_in_reach_of_a_short_range_interceptor_is_found(family, bearing_deg, away_deg):
    """Stretches of less than 5 s were passed over; an interceptor that flies for 25 s has no longer ones at its edge."""
    north, east = away_deg * cos(radians(bearing_deg)), away_deg * sin(radians(bearing_deg))
    site = (50.0 + north, 19.0 + east / cos(radians(50.0)))
    seen = seen_by(site, (2000.0, 9.6, 15.8, 600.0), (50.0, 19.0), family)
    end = seen.path.time_s[seen.path.filled - 1]
    _times, latest = dense(seen, np.arange(end - 45.0, end, 0.1))
    assert 1.1 < 0.1 * np.count_nonzero(np.isfinite(latest)) < 3.0
    rows = seen.work.segment[0, : seen.work.segment_count[0]]
    assert max(row["peak_s"] for row in rows) == pytest.approx(latest.max(), abs=0.1)


@pytest.mark.identity
def test_a_peak_that_a_cubic_misses_is_found():
    """Where the curve had bent to its peak, a stretch agreed at one quarter by chance, and the other lay 0.6 s too high."""
    strategic = EPAA.find("missile", "icbm-solid")
    kind = (3000.0, 52.0, 600.0, 100e3, 350e3)
    seen = seen_by((43.953, -81.213), kind, (39.95, -84.843), "depressed", strategic, (53.8, 35.8))
    top = max(seen.work.segment[0, : seen.work.segment_count[0]], key=lambda row: row["peak_s"])
    (_, (there,)) = dense(seen, [top["peak_at_s"]])
    assert top["peak_s"] == pytest.approx(there, abs=0.05)


@pytest.mark.identity
def test_a_long_life_does_not_let_a_battery_launch_after_the_impact():
    """Where the lofted arc takes over, a parabola across the jump allowed launches 42 s after the impact."""
    changed = load_scenario("epaa", ["interceptor.sm3-iia.kill_vehicle_life_s=1500"])
    lofted = replace(changed, head=changed.head.but(families=("lofted",)))
    aim = np.radians([[53.73, 18.09]])
    ((paths, *_rest), *_others) = threat_paths(lofted, lofted.find("threat", "irbm-notional"), aim)
    defence = commands(
        changed,
        next(p.date for p in changed.phases if str(p.date) == "2018-12-31"),
        "independent",
    )
    found, path = engage(paths, defence), look(paths, defence[0]).path
    assert np.nanmax(found.latest_s) < path.time_s[path.filled - 1] - 60.0
    assert found.shots.max() < 10


@pytest.mark.second_method  # the latest launches are those of validation/brute_force
@pytest.mark.parametrize(
    ("threat", "aim", "latest_s"),
    [
        ("irbm-north", (34.5, 15.5), 550.45),
        ("irbm-north", (36.5, 15.5), 500.44),
        ("bm-25", (35.5, 15.5), 355.05),
    ],
)
def test_no_launch_is_invented_where_the_reach_ends(threat, aim, latest_s):
    """Searches that had not settled, or settled by a wrong slope, gave 594.4, 538.0 and 357.5 s within half a second of the edge."""
    (path, *_rest), *_others = threat_paths(EPAA, EPAA.find("threat", threat), np.radians([aim]))
    command = commands(EPAA, EPAA.phases[0].date, "independent")[0]
    ship = replace(command, batteries=tuple(b for b in command.batteries if b.site == "med-patrol-1"))
    seen = look(path, ship)
    rows = seen.work.segment[0, : seen.work.segment_count[0]]
    assert max(row["peak_s"] for row in rows) == pytest.approx(latest_s, abs=0.2)
