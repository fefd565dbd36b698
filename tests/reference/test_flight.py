"""Flight against what we did not make: official tables, closed forms, and an independent integration."""

from math import asin, cos, degrees, inf, radians, sin, sqrt

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment import atmosphere, earth
from equipoise.physics.environment.earth import STILL_SPHERE, WGS84
from equipoise.physics.flight import targeting

# Height (km), pressure (Pa), density (kg/m3), speed of sound (m/s): US Standard Atmosphere 1976.
US76 = [
    (0, 1.01325e5, 1.22500, 340.294),
    (5, 5.40483e4, 7.36429e-1, 320.545),
    (10, 2.64999e4, 4.13510e-1, 299.532),
    (20, 5.52930e3, 8.89098e-2, 295.069),
    (30, 1.19703e3, 1.84101e-2, 301.709),
    (50, 7.97786e1, 1.02687e-3, 329.799),
    (70, 5.22085, 8.28280e-5, 297.061),
    (80, 1.05246, 1.84579e-5, 282.538),
    (86, 3.73376e-1, 6.95775e-6, 274.096),
]
# Range (km), speed (km/s), angle (deg), apogee (km), time (s): impulsive minimum energy on a sphere, 6371 km.
MINIMUM_ENERGY = [
    (300, 1.696, 44.33, 74.1, 251),
    (500, 2.173, 43.88, 122.5, 327),
    (1000, 3.016, 42.75, 239.9, 474),
    (1500, 3.627, 41.63, 352.1, 595),
    (2000, 4.113, 40.50, 458.8, 702),
    (3000, 4.865, 38.26, 655.2, 895),
    (4000, 5.433, 36.01, 828.0, 1071),
    (5000, 5.883, 33.76, 976.0, 1237),
    (5500, 6.075, 32.63, 1040.5, 1316),
    (6000, 6.249, 31.51, 1098.5, 1393),
    (7000, 6.552, 29.26, 1194.6, 1540),
    (7400, 6.658, 28.36, 1225.5, 1597),
    (8000, 6.805, 27.01, 1263.7, 1679),
    (9000, 7.018, 24.77, 1305.4, 1810),
    (10000, 7.198, 22.52, 1319.5, 1931),
    (11000, 7.351, 20.27, 1305.8, 2042),
    (12000, 7.480, 18.02, 1264.5, 2143),
    (13000, 7.588, 15.77, 1195.8, 2233),
]
# Places (deg) and great circle (km) on the sphere, from announced test ranges.


@pytest.mark.outside
@pytest.mark.parametrize(("height_km", "pressure", "density", "sound"), US76)
def test_air_equals_the_standard(height_km, pressure, density, sound):
    assert atmosphere.pressure(height_km * 1e3) == pytest.approx(pressure, rel=2e-4)
    assert atmosphere.density(height_km * 1e3) == pytest.approx(density, rel=5e-4)
    assert atmosphere.sound_speed(height_km * 1e3) == pytest.approx(sound, abs=0.05)


@pytest.mark.textbook
@pytest.mark.parametrize(("range_km", "speed", "angle", "apogee", "time"), MINIMUM_ENERGY)
def test_minimum_energy_closed_forms(range_km, speed, angle, apogee, time):
    rocket = targeting.kinematic(
        burnout_speed_m_s=8000.0, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0
    )
    lat, lon = earth.destination(0.3, 1.0, 0.7, range_km / 6371.0)
    path = targeting.solve(
        rocket,
        start_lat_rad=0.3,
        start_lon_rad=1.0,
        aim_lat_rad=lat,
        aim_lon_rad=lon,
        family=targeting.Family.MINIMUM_ENERGY,
        earth=STILL_SPHERE,
    )
    assert path.status == FlightStatus.OK
    assert path.speed_m_s == pytest.approx(speed * 1e3, abs=0.6)
    assert degrees(path.path_angle_rad) == pytest.approx(angle, abs=0.006)
    assert path.apogee_m == pytest.approx(apogee * 1e3, abs=60.0)
    assert path.time_of_flight_s == pytest.approx(time, abs=0.6)


def rotating_frame_impact(state_ecef: np.ndarray, beta: float) -> tuple[np.ndarray, float]:
    """Integrate in ECEF with Coriolis and centrifugal terms written out; J2 from its potential's gradient."""
    gm, omega, j2, a = WGS84.gm_m3_s2, WGS84.omega_rad_s, WGS84.j2, WGS84.equatorial_radius_m

    def right_side(_t, s):
        r, v = s[:3], s[3:]
        d = np.linalg.norm(r)
        sine = r[2] / d
        g = -gm * r / d**3
        g += 1.5 * j2 * gm * a**2 / d**4 * ((5 * sine**2 - 1) * r / d - 2 * sine * np.array([0, 0, 1]))
        spin = np.array([0.0, 0.0, omega])
        g = g - 2 * np.cross(spin, v) - np.cross(spin, np.cross(spin, r))
        height = earth.ecef_to_geodetic(*r, WGS84)[2]
        if height < 2e5:
            g = g - 0.5 * atmosphere.density(height) * np.linalg.norm(v) * v / beta
        return np.concatenate([v, g])

    def ground(_t, s):
        return earth.ecef_to_geodetic(*s[:3], WGS84)[2]

    ground.terminal, ground.direction = True, -1
    run = solve_ivp(
        right_side, (0, 4000), state_ecef, method="DOP853", rtol=1e-11, atol=1e-4, events=ground, max_step=20
    )
    return run.y_events[0][0][:3], run.t_events[0][0]


@pytest.mark.second_method
@pytest.mark.parametrize("range_m", [2.5e5, 1.6e6, 5e6, 1.0e7])
@pytest.mark.parametrize("azimuth_deg", [0, 77, 200, 290])
def test_full_flight_agrees_with_an_integration_in_the_rotating_frame(range_m, azimuth_deg):
    rocket = targeting.kinematic_for_range(
        max_range_m=range_m,
        burn_time_s=100.0,
        burnout_altitude_m=60e3,
        burnout_downrange_m=50e3,
        ballistic_coefficient_kg_m2=3000.0,
    )
    lat, lon, azimuth, gamma = radians(50.0), radians(170.0), radians(azimuth_deg), radians(38.0)
    state = np.empty(6)
    targeting.burnout_state(rocket, lat, lon, azimuth, gamma, rocket.burnout_speed_m_s, WGS84, state)
    from equipoise.physics.flight.free_flight import POSITION_TOLERANCE_M, descend

    end = descend(state, 3000.0, WGS84, POSITION_TOLERANCE_M, np.empty((0, 7)))
    ecef = state.copy()
    ecef[3] += WGS84.omega_rad_s * state[1]
    ecef[4] -= WGS84.omega_rad_s * state[0]
    position, time = rotating_frame_impact(ecef, 3000.0)
    turn = WGS84.omega_rad_s * end.time_s
    c, s = cos(turn), sin(turn)
    mine = np.array([end.x_m * c + end.y_m * s, -end.x_m * s + end.y_m * c, end.z_m])
    assert np.linalg.norm(mine - position) < 10.0
    assert end.time_s == pytest.approx(time, abs=0.05)


def missile(range_m=2.2e6):
    return targeting.kinematic_for_range(
        max_range_m=range_m,
        burn_time_s=110.0,
        burnout_altitude_m=60e3,
        burnout_downrange_m=60e3,
        ballistic_coefficient_kg_m2=2000.0,
    )


@pytest.mark.identity
def test_every_azimuth_both_hemispheres_and_the_date_line():
    rng = np.random.default_rng(7)
    lat0, lon0 = np.arcsin(rng.uniform(-1, 1, 400)), rng.uniform(-np.pi, np.pi, 400)
    aim = [
        earth.destination(a, b, c, d)
        for a, b, c, d in zip(lat0, lon0, rng.uniform(0, 6.3, 400), rng.uniform(0.05, 0.28, 400), strict=True)
    ]
    lat1, lon1 = np.array(aim).T
    for family in targeting.Family:
        paths = targeting.solve_batch(
            missile(),
            start_lat_rad=lat0,
            start_lon_rad=lon0,
            aim_lat_rad=lat1,
            aim_lon_rad=np.clip(lon1, -2 * np.pi, 2 * np.pi),
            family=family,
            earth=WGS84,
            loft_rad=radians(10.0),
        )
        good = paths.status == FlightStatus.OK
        assert good.mean() > 0.9
        assert np.all(paths.miss_m[good] < 10.0)
        assert set(paths.status[~good]) <= {FlightStatus.OUT_OF_RANGE}
        assert np.all(paths.reached_range_m[~good] > 0)


@pytest.mark.identity
def test_the_earth_carries_eastward_shots_farther():
    def reached(azimuth):
        state = np.empty(6)
        rocket = missile(5.5e6)
        targeting.burnout_state(rocket, 0.0, 0.0, azimuth, 0.55, rocket.burnout_speed_m_s, WGS84, state)
        from equipoise.physics.flight.free_flight import descend

        end = descend(state, inf, WGS84, 0.02, np.empty((0, 7)))
        lat, lon, _ = earth.ecef_to_geodetic(end.x_m, end.y_m, end.z_m, WGS84)
        return earth.central_angle_rad(0.0, 0.0, lat, lon - WGS84.omega_rad_s * end.time_s)

    east, west = reached(radians(90)), reached(radians(-90))
    assert 0.05 < (east - west) * 6371 / 5500 < 0.25  # 5883 against 5086-5174 km in the closed form


@pytest.mark.identity
def test_threads_do_not_change_bits():
    lat1, lon1 = np.linspace(0.6, 0.9, 600), np.linspace(0.3, 0.8, 600)
    runs = []
    for threads in (1, 2, 7):
        runs.append(
            targeting.solve_batch(
                missile(),
                start_lat_rad=0.6,
                start_lon_rad=0.8,
                aim_lat_rad=lat1,
                aim_lon_rad=lon1,
                family=targeting.Family.MINIMUM_ENERGY,
                earth=WGS84,
                threads=threads,
            )
        )
    for columns in zip(*runs, strict=True):
        assert len({column.tobytes() for column in columns}) == 1


@pytest.mark.identity
def test_out_of_range_gives_the_range_that_is_reached():
    path = targeting.solve(
        missile(1.0e6),
        start_lat_rad=0.6,
        start_lon_rad=0.8,
        aim_lat_rad=0.9,
        aim_lon_rad=0.6,
        family=targeting.Family.MINIMUM_ENERGY,
        earth=WGS84,
    )
    assert path.status == FlightStatus.OUT_OF_RANGE
    assert 0.8e6 < path.reached_range_m < 1.2e6
    assert np.isnan(path.time_of_flight_s)


@pytest.mark.identity
@pytest.mark.parametrize("max_range_m", [1.0e5, 3.0e5])
def test_far_out_of_range_still_gives_the_range_that_is_reached(max_range_m):
    path = targeting.solve(
        missile(max_range_m),
        start_lat_rad=0.6,
        start_lon_rad=0.8,
        aim_lat_rad=0.6,
        aim_lon_rad=-1.2,
        family=targeting.Family.MINIMUM_ENERGY,
        earth=WGS84,
    )
    assert path.status == FlightStatus.OUT_OF_RANGE
    assert 0.3 * max_range_m < path.reached_range_m < 2.0 * max_range_m


@pytest.mark.parametrize("speed", [-1.0, 0.0, float("nan"), inf])
def test_impossible_vehicles_are_refused(speed):
    with pytest.raises(DomainError, match="burnout_speed_m_s"):
        targeting.kinematic(
            burnout_speed_m_s=speed, burn_time_s=1.0, burnout_altitude_m=1.0, burnout_downrange_m=1.0
        )


@pytest.mark.identity
@pytest.mark.parametrize("lat", [-90.0, -89.999, -45.0, 0.0, 30.0, 89.9999, 90.0])
@pytest.mark.parametrize("height", [-50.0, 0.0, 1e5, 1.2e6])
def test_geodetic_round_trip(lat, height):
    point = earth.geodetic_to_ecef(radians(lat), radians(179.9), height, WGS84)
    back = earth.ecef_to_geodetic(*point, WGS84)
    assert back[0] == pytest.approx(radians(lat), abs=1e-11)
    assert back[2] == pytest.approx(height, abs=1e-4)
    assert earth.altitude(*point, WGS84) == pytest.approx(height, abs=3e-3)


@pytest.mark.textbook
def test_kepler_energy_and_apogee():
    # vertical shot: apogee = v2 r / (2 GM / r - v2) / ... from energy alone
    rocket = targeting.kinematic(
        burnout_speed_m_s=3000.0, burn_time_s=0.0, burnout_altitude_m=0.0, burnout_downrange_m=0.0
    )
    state = np.empty(6)
    targeting.burnout_state(rocket, 0.2, 0.1, 0.0, asin(1.0), 3000.0, STILL_SPHERE, state)
    from equipoise.physics.flight.free_flight import descend

    end = descend(state, inf, STILL_SPHERE, 0.02, np.empty((0, 7)))
    r = STILL_SPHERE.equatorial_radius_m
    top = 1.0 / (1.0 / r - 3000.0**2 / (2.0 * STILL_SPHERE.gm_m3_s2))
    assert end.apogee_m == pytest.approx(top - r, abs=1.0)
    assert sqrt(end.x_m**2 + end.y_m**2 + end.z_m**2) == pytest.approx(r, abs=0.02)
