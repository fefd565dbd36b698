"""Bearing footprints: against the engagement core on a still sphere, symmetry, nesting, islands by brute force."""

from math import inf, pi, radians

import numpy as np
import pytest

from equipoise.engagement.engage import Paths, engage
from equipoise.engagement.records import Battery, Command, Interceptor, Timing
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.errors import DomainError, UnknownNameError
from equipoise.physics.engagement import bearing_footprint as kernels
from equipoise.physics.environment.earth import (
    STILL_SPHERE,
    central_angle_rad,
    destination,
    ecef_to_geodetic,
    initial_bearing_rad,
)
from equipoise.physics.flight import targeting
from equipoise.physics.flight.trajectory import Flights, empty_path, sample_path
from equipoise.physics.flight.vehicle import gravity_turn, stage, staged
from equipoise.physics.interceptor.flyout import DIRECT, Law
from equipoise.physics.interceptor.reach import arrival_times
from equipoise.physics.interceptor.staged_flyout import FlyoutTable, Sheet, flyout_time, staged_table
from equipoise.published.bearing_footprint import (
    STUDY_EARTH,
    after_burnout,
    bearing_footprint,
    centred,
    missile_path,
    radar_at_launcher,
)

NODONG = staged(
    stages=[
        stage(burn_time_s=110.0, propellant_kg=12912.0, dry_kg=1780.0, specific_impulse_s=226.0, reference_area_m2=1.37)
    ],
    payload_kg=500.0,
    ballistic_coefficient_kg_m2=3000.0,
)  # fmt: skip
TURN = gravity_turn(kick_rad=radians(2.5), vertical_time_s=5.0)
SMALL = staged(
    stages=[
        stage(burn_time_s=6.0, propellant_kg=470.0, dry_kg=250.0, specific_impulse_s=240.0, reference_area_m2=0.22),
        stage(burn_time_s=40.0, propellant_kg=360.0, dry_kg=120.0, specific_impulse_s=260.0, reference_area_m2=0.09),
        stage(burn_time_s=30.0, propellant_kg=90.0, dry_kg=20.0, specific_impulse_s=280.0, reference_area_m2=0.09),
    ],
    payload_kg=60.0,
)  # fmt: skip
INTERCEPTOR = Interceptor(burnout_speed_m_s=3000.0, burn_time_s=65.0, life_s=400.0, floor_m=100e3)


def print_of(**changes):
    options = {
        "kill_vehicle_life_s": 250.0,
        "cue": after_burnout(30.0),
        "farthest_m": 2e6,
        "rays": 24,
    } | changes
    return bearing_footprint(NODONG, TURN, SMALL, **options)


@pytest.mark.second_method
def test_time_to_spare_agrees_with_the_engagement_core_on_a_still_sphere():
    missile = targeting.kinematic_for_range(
        max_range_m=1.6e6, burn_time_s=110.0, burnout_altitude_m=105e3, burnout_downrange_m=126e3,
        ballistic_coefficient_kg_m2=2500.0,
    )  # fmt: skip
    aim = (radians(45.0), radians(25.0))
    s = targeting.solve_batch(
        missile, start_lat_rad=radians(38.0), start_lon_rad=radians(40.0), aim_lat_rad=aim[0], aim_lon_rad=aim[1],
        family=targeting.Family.MINIMUM_ENERGY, earth=STILL_SPHERE,
    )  # fmt: skip
    flights = Flights(
        np.array([radians(38.0)]), np.array([radians(40.0)]), s.status, s.azimuth_rad, s.path_angle_rad, s.speed_m_s,
        s.burn_time_s,
    )  # fmt: skip
    path = sample_path(missile, flights, 0, STILL_SPHERE, empty_path())
    end = path.position_ecef_m[path.filled - 1]
    lat, lon, _ = ecef_to_geodetic(*end, STILL_SPHERE)
    places = [ecef_to_geodetic(*p, STILL_SPHERE) for p in path.position_ecef_m[: path.filled]]
    left = np.array([central_angle_rad(lat, lon, a, b) for a, b, _ in places])
    arrival = kernels.Arrival(
        path.time_s[: path.filled], path.height_m[: path.filled], left, path.burnout, MEAN_RADIUS_M
    )
    back = initial_bearing_rad(lat, lon, places[0][0], places[0][1])
    times, step = arrival_times(Law(3000.0, 65.0, 400.0))
    none = (
        np.zeros((times.shape[0] - 1) * (times.shape[1] - 1) + 1, dtype=np.int64),
        np.empty(0, dtype=np.int64),
    )
    sheets = Sheet(times, *none), Sheet(np.full_like(times, inf), *none)
    table = FlyoutTable(*sheets, np.empty((0, 3, 3)), step, step)
    doctrine = kernels.Doctrine(kernels.AFTER_BURNOUT, 55.0, 0.0, 1, 30.0, 100e3, 1e9)
    timing = Timing(track_s=30.0, decision_s=15.0, reaction_s=10.0, assessment_s=30.0, burnout_cue_s=30.0)
    for bearing, distance in ((0.0, 100e3), (0.7, 250e3), (2.0, 50e3), (-1.2, 300e3), (0.3, 600e3)):
        ours = kernels.spare_s(arrival, doctrine, table, bearing, distance, kernels.scratch_for(arrival))
        place = destination(lat, lon, back + bearing, distance / MEAN_RADIUS_M)
        battery = Battery("site", (place,), INTERCEPTOR, stock=9.0)
        found = engage(
            Paths(missile, flights, STILL_SPHERE, "regional"), [Command("one", (battery,), (), timing)]
        )
        assert ours == pytest.approx(found.slack_s[0, 0], abs=0.2)


@pytest.mark.identity
def test_a_footprint_is_symmetric_about_the_path():
    d = np.nan_to_num(print_of().data.distance.values)
    np.testing.assert_allclose(d[1:], d[:0:-1], atol=0.6)


@pytest.mark.identity
def test_both_centres_say_the_same_and_have_the_same_area():
    about_impact, about_launcher = print_of(), print_of(about="launcher")
    assert float(about_launcher.data.area) == float(about_impact.data.area)
    for bearing in (0.0, 45.0, 150.0):
        np.testing.assert_array_equal(
            about_launcher.data.distance.sel(bearing=(bearing + 180.0) % 360.0).values,
            about_impact.data.distance.sel(bearing=bearing).values,
        )
    back = centred(about_launcher, "impact_point")
    np.testing.assert_array_equal(back.data.distance.values, about_impact.data.distance.values)
    with pytest.raises(UnknownNameError, match="launcher"):
        centred(about_impact, "launchr")


def test_the_release_of_the_kill_vehicle_is_said_and_an_earlier_one_gives_more():
    near = {"floor_m": 20e3, "cue": radar_at_launcher(250e3, 10.0)}
    usual, early = print_of(**near), print_of(**near, release_s=46.0, kill_vehicle_life_s=280.0)
    assert usual.data.attrs["release_s"] == 76.0
    assert any("76 s after the interceptor's launch (its last burnout)" in note for note in usual.notes)
    assert float(early.data.area) > float(usual.data.area)
    with pytest.raises(DomainError, match="release_s is -1"):
        print_of(release_s=-1.0)


def test_a_vertical_rise_that_the_first_stage_cannot_fly_is_refused_by_its_name():
    with pytest.raises(DomainError, match="vertical_height_m is 25000: The vertical rise"):
        print_of(vertical_height_m=25e3)


@pytest.mark.second_method
@pytest.mark.parametrize("life_s", [100.0, 250.0])
def test_cells_partly_within_reach_count_so_that_the_cell_hardly_matters(life_s):
    wide, fine = (
        float(print_of(kill_vehicle_life_s=life_s, cell_m=m, rays=12).data.area) for m in (20e3, 2.5e3)
    )
    assert wide == pytest.approx(fine, rel=1e-3)


def test_later_cues_and_second_shots_only_take_away():
    wide = float(print_of().data.area)
    assert 0.0 < float(print_of(cue=after_burnout(120.0)).data.area) < wide
    assert float(print_of(shots=2).data.area) < wide
    near = float(print_of(cue=radar_at_launcher(500e3, 30.0)).data.area)
    far = float(print_of(cue=radar_at_launcher(900e3, 30.0)).data.area)
    assert near < far <= wide + 1e-6


@pytest.mark.second_method
def test_all_intervals_of_a_ray_are_found():
    path = missile_path(NODONG, TURN)
    table = staged_table(SMALL, earth=STUDY_EARTH, life_s=200.0, most_range_m=1.6e6, most_altitude_m=5e5)
    doctrine = kernels.Doctrine(kernels.RADAR_AT_LAUNCHER, 40.0, 700e3, 1, 30.0, 100e3, 1e9)
    ray = kernels.Ray(1.4e6, 10e3, 1e3, 500.0)
    out = np.empty((kernels.MOST_INTERVALS, 2))
    for bearing in (0.0, 0.6, 1.5, 2.4, 3.1):
        count = kernels.intervals_along(path, doctrine, table, bearing, ray, out)
        fine = np.arange(0.0, 1.4e6, 1e3)
        inside = [
            kernels.spare_s(path, doctrine, table, bearing, d, kernels.scratch_for(path)) >= 0.0 for d in fine
        ]
        ours = np.zeros(fine.size, dtype=bool)
        for low, high in out[:count]:
            ours |= (fine >= low) & (fine <= high)
        assert np.count_nonzero(ours != inside) <= 2 * count


@pytest.mark.second_method
def test_every_defended_point_has_an_instant_at_which_a_launch_in_time_meets_the_missile():
    """By a fine scan of times over the table, branch by branch: no point lives on a curve drawn across a jump."""
    path = missile_path(NODONG, TURN)
    table = staged_table(SMALL, earth=STUDY_EARTH, life_s=600.0, most_range_m=1.6e6, most_altitude_m=5e5)
    doctrine = kernels.Doctrine(kernels.AFTER_BURNOUT, 150.0, 0.0, 1, 30.0, 100e3, 1e9)
    times = np.arange(path.time_s[path.burnout], path.time_s[-1], 0.25)
    left, height = (np.interp(times, path.time_s, a) for a in (path.left_rad, path.height_m))
    rng, defended = np.random.default_rng(2), 0
    for bearing, distance in zip(rng.uniform(0.0, 2 * pi, 150), rng.uniform(0.0, 1.2e6, 150), strict=True):
        spare = kernels.spare_s(path, doctrine, table, bearing, distance, kernels.scratch_for(path))
        away = distance / path.radius_m
        ahead = np.cos(left) * np.cos(away) + np.sin(left) * np.sin(away) * np.cos(bearing)
        reached = [
            t - flyout_time(table, a * path.radius_m, h)[0]
            for t, a, h in zip(times, np.arccos(np.clip(ahead, -1.0, 1.0)), height, strict=True)
            if h >= doctrine.floor_m
        ]
        best = max(reached) - path.time_s[path.burnout] - doctrine.delay_s
        if spare >= 0.0:
            defended += 1
            assert best >= -0.5
        elif best < inf:
            assert best < 3.0
    assert defended > 10


@pytest.mark.second_method
def test_the_staged_table_straight_up_is_the_vertical_flight():
    table = staged_table(SMALL, earth=STUDY_EARTH, life_s=250.0, most_altitude_m=5e5)
    times = [flyout_time(table, 0.0, h)[0] for h in (200e3, 250e3, 300e3)]
    assert all(t < inf for t in times)
    assert np.all(np.diff(times) > 0.0)
    finer = staged_table(
        SMALL,
        earth=STUDY_EARTH,
        life_s=250.0,
        most_altitude_m=5e5,
        lines=361,
        range_step_m=5e3,
        altitude_step_m=5e3,
    )
    for x, h in ((50e3, 200e3), (200e3, 250e3), (350e3, 200e3)):
        assert flyout_time(table, x, h) == (pytest.approx(flyout_time(finer, x, h)[0], abs=0.7), DIRECT)
