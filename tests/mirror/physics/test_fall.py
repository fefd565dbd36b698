"""Parts of the fall: polynomials inside a step, and the rate of a state under gravity and drag."""

import numpy as np
import pytest

from equipoise.physics.environment import atmosphere
from equipoise.physics.environment.drag import constant_drag
from equipoise.physics.environment.earth import STILL_SPHERE, WGS84, gravity
from equipoise.physics.flight.fall import Body, cubic_root, quintic, rate

RNG = np.random.default_rng(1)


@pytest.mark.identity  # a quintic is known by its value, rate and second rate at both ends
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_a_quintic_comes_back_from_its_ends(share):
    p = np.polynomial.Polynomial(RNG.normal(size=6))
    first, second, step = p.deriv(), p.deriv(2), 1.7
    ends = (p(0.0), first(0.0), second(0.0), p(step), first(step), second(step))
    assert quintic(*ends, step, share) == pytest.approx(p(share * step), abs=1e-10)


@pytest.mark.identity  # (zero - x) (x^2 - 4 x + 5)
@pytest.mark.parametrize("zero", [0.05, 0.4, 0.93])
def test_the_root_of_a_falling_cubic(zero):
    p = -(np.polynomial.Polynomial([-zero, 1.0]) * np.polynomial.Polynomial([5.0, -4.0, 1.0]))
    d, length = p.deriv(), 3.0
    found = cubic_root(p(0.0), d(0.0) / length, p(1.0), d(1.0) / length, length)
    assert found == pytest.approx(zero, abs=1e-9)


@pytest.mark.identity
def test_above_the_air_only_gravity_acts():
    state = (6.9e6, 2e5, -3e5, 100.0, 6500.0, 2000.0)
    body = Body(1e-3, constant_drag(1.0), WGS84)
    assert rate(0.0, state, body) == (*state[3:], *gravity(*state[:3], WGS84))


@pytest.mark.identity  # half the density times the squared speed over the ballistic coefficient
def test_drag_brakes_against_the_motion_through_the_air():
    speed, height, beta = 3000.0, 30e3, 5000.0
    state = (STILL_SPHERE.equatorial_radius_m + height, 0.0, 0.0, 0.0, speed, 0.0)
    got = rate(0.0, state, Body(1.0 / beta, constant_drag(1.0), STILL_SPHERE))
    density = atmosphere.density(height)
    assert got[4] == pytest.approx(-0.5 * density * speed**2 / beta, rel=1e-3)
    assert got[5] == 0.0
    assert got[3] == gravity(*state[:3], STILL_SPHERE)[0]
