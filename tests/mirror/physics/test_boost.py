"""Powered flight against an independent integration, exact identities, and its guards."""

from math import atan2, degrees, inf, nan, radians, sqrt

import numpy as np
import pytest
from generic_vehicles import three_stages
from scipy.integrate import solve_ivp

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment import atmosphere, earth
from equipoise.physics.environment.drag import DRAG_TABLES, drag_coefficient, drag_table
from equipoise.physics.environment.earth import STILL_SPHERE, WGS84
from equipoise.physics.flight.dense_output import positions
from equipoise.physics.flight.flight import NODES, fly_staged
from equipoise.physics.flight.vehicle import (
    gravity_turn,
    stage,
    staged,
    straight,
)  # fmt: skip

FAST = {
    "stages": [
        stage(
            burn_time_s=60.0, propellant_kg=1e4, dry_kg=100.0, specific_impulse_s=900.0, reference_area_m2=0.1
        )
    ]
}


def launch(vehicle, steering, earth_model=WGS84, azimuth_deg=50.0, **more):
    return fly_staged(
        vehicle, steering, lat_rad=radians(48.0), lon_rad=radians(40.0), azimuth_rad=np.radians(azimuth_deg),
        earth=earth_model, **more,
    )  # fmt: skip


@pytest.mark.identity
def test_mass_is_followed_through_every_event():
    rows = three_stages().segments
    assert rows[0].mass_kg == 20000 + 2500 + 6200 + 1000 + 3300 + 400 + 900 + 150
    left = rows["mass_kg"] - rows["flow_kg_s"] * (rows["end_s"] - rows["start_s"])
    dropped = left[:-1] - rows["mass_kg"][1:]
    assert list(rows["start_s"]) == [0.0, 60.0, 62.0, 80.0, 127.0]
    assert np.allclose(dropped, [2500.0, 0.0, 150.0, 1000.0], atol=1e-9)
    assert left[-1] == pytest.approx(900.0 + 400.0, abs=1e-9)
    assert list(rows["thrust_n"] > 0) == [True, False, True, True, True]
    end = launch(three_stages(), gravity_turn(kick_rad=0.1, vertical_height_m=300.0))
    assert end.burnout_mass_kg[0] == pytest.approx(1300.0, abs=1e-6)
    cut = launch(three_stages(), gravity_turn(kick_rad=0.1, vertical_height_m=300.0, cutoff_s=157.0))
    assert cut.burnout_mass_kg[0] == pytest.approx(1300.0 + 1650.0, abs=1e-6)


@pytest.mark.identity
def test_tsiolkovsky_without_gravity_and_air():
    still = earth.EarthModel(1e-6, 6.371e6, 0.0, 0.0, 0.0)
    vehicle = three_stages(drag=np.full((401, 4), 0.0), ballistic_coefficient_kg_m2=1e9)
    vehicle.segments["exit_area_m2"] = 0.0
    end = np.full((1, NODES, 10), np.nan)
    launch(vehicle, gravity_turn(kick_rad=0.0, vertical_time_s=20.0), still, nodes=end)
    ideal = 0.0
    for start, stop, mass, flow, thrust, *_ in vehicle.segments:
        if flow > 0:
            ideal += thrust / flow * np.log(mass / (mass - flow * (stop - start)))
    burnout = end[0][end[0, :, 0] == vehicle.burn_time_s][0]
    assert np.linalg.norm(burnout[4:7]) == pytest.approx(ideal, abs=0.005)


def independent_burnout(vehicle, kick, azimuth_deg, cutoff):
    """Integrate in the rotating frame with Coriolis and centrifugal terms; return ECEF position and velocity."""
    gm, omega, j2, a = WGS84.gm_m3_s2, WGS84.omega_rad_s, WGS84.j2, WGS84.equatorial_radius_m
    spin = np.array([0.0, 0.0, omega])
    lat, lon, azimuth = radians(48.0), radians(40.0), radians(azimuth_deg)
    east, north, up = (np.array(v) for v in earth.enu_basis(lat, lon))
    start = np.array(earth.geodetic_to_ecef(lat, lon, 0.0, WGS84))

    def right_side(t, s, row, axis):
        r, v = s[:3], s[3:]
        d = np.linalg.norm(r)
        sine = r[2] / d
        g = -gm * r / d**3
        g += 1.5 * j2 * gm * a**2 / d**4 * ((5 * sine**2 - 1) * r / d - 2 * sine * np.array([0, 0, 1]))
        g = g - 2 * np.cross(spin, v) - np.cross(spin, np.cross(spin, r))
        height = earth.ecef_to_geodetic(*r, WGS84)[2]
        density, sound, pressure = atmosphere.air(height)
        density = density if height < atmosphere.AIR_TOP_M else 0.0

        speed = np.linalg.norm(v)
        mass = row.mass_kg - row.flow_kg_s * (t - row.start_s)
        along = axis if axis is not None else v / speed
        drag = 0.5 * density * speed * drag_coefficient(vehicle.drag, speed * sound) * row.area_m2
        return np.concatenate(
            [v, g + ((row.thrust_n - pressure * row.exit_area_m2) * along - drag * v) / mass]
        )

    def fly(s, t0, t1, row, axis, event=None):
        return solve_ivp(
            right_side, (t0, t1), s, method="DOP853", rtol=1e-11, atol=1e-6, args=(row, axis), events=event
        )

    def high(_t, s, *_):
        return earth.ecef_to_geodetic(*s[:3], WGS84)[2] - 300.0

    high.terminal = True
    rise = fly(np.concatenate([start, 1e-9 * up]), 0.0, 40.0, vehicle.segments[0], up, high)
    time, state = rise.t[-1], rise.y[:, -1]
    speed = np.linalg.norm(state[3:])
    state[3:] = speed * (
        np.cos(kick) * up + np.sin(kick) * (np.sin(azimuth) * east + np.cos(azimuth) * north)
    )
    for row in vehicle.segments:
        end = min(row.end_s, cutoff)
        if end > max(time, row.start_s):
            state = fly(state, time, end, row, None).y[:, -1]
            time = end
    return state


@pytest.mark.second_method
@pytest.mark.parametrize(("azimuth_deg", "cutoff_s"), [(50.0, inf), (200.0, 150.0), (315.0, 100.0)])
def test_boost_agrees_with_an_integration_in_the_rotating_frame(azimuth_deg, cutoff_s):
    vehicle, kick = three_stages(), radians(6.0)
    nodes = np.full((1, NODES, 10), np.nan)
    programme = gravity_turn(kick_rad=kick, vertical_height_m=300.0, cutoff_s=cutoff_s)
    launch(vehicle, programme, azimuth_deg=azimuth_deg, nodes=nodes)
    expected = independent_burnout(vehicle, kick, azimuth_deg, cutoff_s)
    time = min(vehicle.burn_time_s, cutoff_s)
    mine = nodes[0][nodes[0, :, 0] == time][0]
    turn = WGS84.omega_rad_s * time
    c, s = np.cos(turn), np.sin(turn)
    back = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    position = back @ mine[1:4]
    velocity = back @ mine[4:7] - np.cross([0.0, 0.0, WGS84.omega_rad_s], position)
    assert np.linalg.norm(position - expected[:3]) < 0.5
    assert np.linalg.norm(velocity - expected[3:]) < 0.005


@pytest.mark.identity
def test_a_straight_programme_keeps_to_its_line():
    vehicle = staged(
        stages=[
            stage(burn_time_s=30.0, propellant_kg=500.0, dry_kg=200.0, specific_impulse_s=260.0, reference_area_m2=0.1),
            stage(burn_time_s=40.0, propellant_kg=300.0, dry_kg=80.0, specific_impulse_s=280.0, reference_area_m2=0.1),
        ],
        payload_kg=60.0, ballistic_coefficient_kg_m2=1e4, drag=1e-9 * drag_table("constant"),
    )  # fmt: skip
    nodes = np.full((1, NODES, 10), np.nan)
    end = launch(
        vehicle, straight(elevation_rad=radians(40.0), vertical_height_m=100.0), STILL_SPHERE, nodes=nodes
    )
    assert end.status[0] == FlightStatus.OK
    path = positions(nodes[0], np.linspace(12.0, 70.0, 30))
    first, last = path[0], path[-1]
    line = (last - first) / np.linalg.norm(last - first)
    across = np.linalg.norm(np.cross(path - first, line), axis=1)
    up = np.array(earth.enu_basis(radians(48.0), radians(40.0))[2])
    assert across.max() < 0.05
    assert degrees(atan2(line @ up, sqrt(1 - (line @ up) ** 2))) == pytest.approx(40.0, abs=1e-4)


@pytest.mark.identity
@pytest.mark.parametrize(
    ("programme", "changes", "status"),
    [
        (gravity_turn(kick_rad=radians(80.0), vertical_height_m=200.0), {}, FlightStatus.HIT_GROUND_IN_BOOST),
        (gravity_turn(kick_rad=0.1, vertical_height_m=200.0), {"payload_kg": 90000.0}, FlightStatus.NO_LIFTOFF),
        (gravity_turn(kick_rad=0.0, vertical_height_m=200.0), FAST, FlightStatus.ESCAPED),
        (gravity_turn(kick_rad=0.1, vertical_time_s=200.0), {}, FlightStatus.RISE_TOO_LONG),
        (gravity_turn(kick_rad=0.1, vertical_height_m=200e3), {}, FlightStatus.RISE_TOO_LONG),
    ],
)  # fmt: skip
def test_impossible_flights_have_a_status_and_no_numbers(programme, changes, status):
    end = launch(three_stages(**changes), programme)
    assert end.status[0] == status
    assert all(np.isnan(column[0]) for column in end[1:])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"payload_kg": -1.0}, "payload_kg"), ({"payload_kg": nan}, "payload_kg"), ({"stages": []}, "at least one"),
        ({"ballistic_coefficient_kg_m2": -3.0}, "ballistic"), ({"drag": "large-solit"}, "large-solid"),
    ],
)  # fmt: skip
def test_impossible_vehicles_are_refused(changes, word):
    with pytest.raises((DomainError, KeyError), match=word):
        three_stages(**changes)


@pytest.mark.parametrize("value", [0.0, -1.0, nan, inf])
def test_impossible_stages_are_refused(value):
    with pytest.raises(DomainError, match="stage"):
        stage(burn_time_s=10.0, propellant_kg=10.0, dry_kg=1.0, thrust_vacuum_n=value, reference_area_m2=1.0)


@pytest.mark.identity
@pytest.mark.parametrize("name", sorted(DRAG_TABLES))
def test_drag_curves_pass_through_their_points_and_do_not_overshoot(name):
    mach, value = DRAG_TABLES[name]
    table = drag_table(name)
    for m, v in zip(mach, value, strict=True):
        assert drag_coefficient(table, m) == pytest.approx(v, rel=2e-3)
    fine = [drag_coefficient(table, m) for m in np.linspace(0.0, 25.0, 2501)]
    assert min(value) - 1e-12 <= min(fine)
    assert max(fine) <= max(value) + 1e-12


@pytest.mark.identity
def test_threads_and_neighbours_do_not_change_bits():
    kicks = np.radians(np.linspace(1.0, 12.0, 611))
    programme = gravity_turn(kick_rad=0.1, vertical_height_m=300.0)
    runs = []
    for threads in (1, 2, 7):
        runs.append(launch(three_stages(), programme, kick_rad=kicks, threads=threads))
    for one, two, seven in zip(*runs, strict=True):
        assert one.tobytes() == two.tobytes() == seven.tobytes()
    alone = launch(three_stages(), programme, kick_rad=kicks[17])
    assert all(a[0] == b[17] for a, b in zip(alone, runs[0], strict=True))
