import doctest
from itertools import pairwise

import numpy as np
import pytest

from equipoise.foundation import sphere
from equipoise.foundation.sphere import (
    cut_line,
    distance_km,
    middle_deg,
    narrowest_deg,
    near_deg,
    turn_deg,
    wrapped_deg,
)
from equipoise.physics.environment.earth import central_angle_rad


def test_the_examples_hold():
    assert doctest.testmod(sphere).failed == 0


@pytest.mark.identity
def test_what_lies_within_180_degrees_keeps_its_bits():
    lon = np.random.default_rng(1).uniform(-180.0, 180.0, 10_000)
    assert np.array_equal(wrapped_deg(lon), lon)


@pytest.mark.identity
@pytest.mark.parametrize("turn", [180.0, 37.5, -360.0, 720.0])
def test_turning_the_globe_turns_every_answer_with_it(turn):
    rng = np.random.default_rng(2)
    lat, lon = rng.uniform(-80, 80, 50), rng.uniform(-20, 60, 50)
    a_lat, a_lon = middle_deg(lat, lon)
    b_lat, b_lon = middle_deg(lat, wrapped_deg(lon + turn))
    assert b_lat == pytest.approx(a_lat, abs=1e-9)
    assert float(turn_deg(a_lon + turn, b_lon)) == pytest.approx(0.0, abs=1e-9)
    west, east = narrowest_deg(wrapped_deg(lon + turn))
    assert east - west == pytest.approx(np.ptp(lon), abs=1e-9)
    assert float(turn_deg(lon.min() + turn, west)) == pytest.approx(0.0, abs=1e-9)
    assert np.allclose(distance_km(10.0, 20.0 + turn, lat, lon + turn), distance_km(10.0, 20.0, lat, lon))
    assert np.allclose(turn_deg(0.0, near_deg(lon, 400.0) - lon), 0.0)


@pytest.mark.second_method
def test_distances_are_those_of_the_kernels():
    rng = np.random.default_rng(3)
    for a, b, c, d in rng.uniform([-90, -180, -90, -180], [90, 180, 90, 180], (200, 4)):
        kernel = central_angle_rad(*np.radians([a, b, c, d])) * sphere.MEAN_RADIUS_KM
        assert float(distance_km(a, b, c, d)) == pytest.approx(kernel, abs=1e-5)


def test_points_all_around_the_globe_have_no_middle():
    with pytest.raises(ValueError, match="no middle"):
        middle_deg([0.0, 0.0], [0.0, 180.0])


@pytest.mark.identity
def test_a_cut_line_loses_nothing_and_stays_within_180_degrees():
    lon = np.cumsum(np.full(60, 17.0)) + 100.0
    lat = np.linspace(-60.0, 60.0, 60)
    pieces = cut_line(wrapped_deg(lon), lat)
    assert len(pieces) == 4
    assert all(np.abs(piece[:, 0]).max() <= 180.0 for piece in pieces)
    assert all(np.abs(np.diff(piece[:, 0])).max() < 18.0 for piece in pieces)
    assert sum(np.ptp(piece[:, 0]) for piece in pieces) == pytest.approx(np.ptp(lon))
    for before, after in pairwise(pieces):
        assert before[-1, 0] == 180.0
        assert after[0, 0] == -180.0
        assert before[-1, 1] == after[0, 1]


def test_a_vertex_on_the_cut_is_not_doubled():
    assert [len(piece) for piece in cut_line([170.0, 180.0, -170.0], [0.0, 1.0, 2.0])] == [2, 2]
    assert [len(piece) for piece in cut_line([-170.0, -180.0, 170.0], [0.0, 1.0, 2.0])] == [2, 2]
