"""The atmosphere's table against figures printed in U.S. Standard Atmosphere, 1976 (NASA-TM-X-74335), tables I and VIII."""

from math import exp

import numpy as np
import pytest

from equipoise.physics.environment.us76_table import LOG_DENSITY, LOG_PRESSURE, SOUND_SPEED, STEP_M


@pytest.mark.outside  # the table lies above the printed one from 86 km on: see the tolerances
@pytest.mark.parametrize(
    ("height_km", "density", "pressure", "within"),
    [
        (0, 1.2250, 101325.0, 1e-4),
        (86, 6.958e-6, 0.37338, 1e-4),
        (100, 5.604e-7, 0.032011, 0.003),
        (200, 2.541e-10, 8.4736e-5, 0.041),
        (500, 5.215e-13, 3.0236e-7, 0.067),
        (1000, 3.561e-15, 7.5138e-9, 0.004),
    ],
)
def test_printed_density_and_pressure(height_km, density, pressure, within):
    row = round(height_km * 1e3 / STEP_M)
    assert exp(LOG_DENSITY[row]) == pytest.approx(density, rel=within)
    assert exp(LOG_PRESSURE[row]) == pytest.approx(pressure, rel=within)


@pytest.mark.outside
@pytest.mark.parametrize(("height_km", "speed_m_s"), [(0, 340.29), (11, 295.15), (20, 295.07), (86, 274.10)])
def test_printed_speed_of_sound(height_km, speed_m_s):
    assert SOUND_SPEED[round(height_km * 1e3 / STEP_M)] == pytest.approx(speed_m_s, abs=0.1)


@pytest.mark.identity
def test_the_three_columns_are_equally_long_and_the_air_thins_with_every_row():
    assert len(LOG_DENSITY) == len(LOG_PRESSURE) == len(SOUND_SPEED) == 2001
    assert np.all(np.diff(LOG_DENSITY) < 0.0)
    assert np.all(np.diff(LOG_PRESSURE) < 0.0)


@pytest.mark.identity  # gas law of mixed air: c^2 = 1.4 p / density
@pytest.mark.parametrize("height_km", [0, 10, 30, 50, 70])
def test_the_columns_agree_among_each_other_where_the_air_is_mixed(height_km):
    row = round(height_km * 1e3 / STEP_M)
    assert SOUND_SPEED[row] ** 2 == pytest.approx(1.4 * exp(LOG_PRESSURE[row] - LOG_DENSITY[row]), rel=1e-4)
