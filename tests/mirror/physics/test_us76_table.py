"""The atmosphere's table against figures printed in U.S. Standard Atmosphere, 1976 (NASA-TM-X-74335), tables I and VIII."""

from math import exp

import numpy as np
import pytest

from equipoise.physics.environment.us76_table import LOG_DENSITY, LOG_PRESSURE, SOUND_SPEED, STEP_M

PRINTED = (
    (0, 1.2250, 101325.0), (86, 6.958e-6, 0.37338), (100, 5.604e-7, 3.2011e-2), (115, 4.289e-8, 4.0096e-3),
    (130, 8.152e-9, 1.2505e-3), (150, 2.076e-9, 4.5422e-4), (175, 6.339e-10, 1.7936e-4), (200, 2.541e-10, 8.4736e-5),
    (250, 6.073e-11, 2.4767e-5), (300, 1.916e-11, 8.7704e-6), (400, 2.803e-12, 1.4518e-6), (500, 5.215e-13, 3.0236e-7),
    (600, 1.137e-13, 8.2130e-8), (700, 3.070e-14, 3.1908e-8), (800, 1.136e-14, 1.7036e-8), (900, 5.759e-15, 1.0873e-8),
    (1000, 3.561e-15, 7.5138e-9),
)  # fmt: skip
"""Height (km), density (kg/m3) and pressure (Pa) as printed, rounded to four or five figures."""


@pytest.mark.outside
@pytest.mark.parametrize(("height_km", "density", "pressure"), PRINTED)
def test_printed_density_and_pressure(height_km, density, pressure):
    row = round(height_km * 1e3 / STEP_M)
    assert exp(LOG_DENSITY[row]) == pytest.approx(density, rel=1e-3)
    assert exp(LOG_PRESSURE[row]) == pytest.approx(pressure, rel=1e-3)


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
