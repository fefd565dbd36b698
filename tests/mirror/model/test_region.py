"""Where a site may stand: boxes, discs and corridors against independent formulas and each other."""

import numpy as np
import pytest

from equipoise.model.region import Corridor, Disc, Region, corridor_distance_km, distance_km, joined

EUROPE = (34.0, -11.0, 71.0, 45.0)


@pytest.mark.outside  # reference table: great circles computed by another program, mean radius 6371 km
@pytest.mark.parametrize(
    ("a", "b", "km"),
    [((57.88, 33.70), (54.48, 17.10), 1091.0), ((54.03, 35.77), (54.48, 17.10), 1210.0), ((51.1, 59.85), (54.48, 17.10), 2854.0)],
)  # fmt: skip
def test_great_circle_distances(a, b, km):
    assert distance_km(np.array(a[0]), np.array(a[1]), *b) == pytest.approx(km, abs=2.0)


@pytest.mark.outside  # the same table: distance of Redzikowo from the great circle to Washington
@pytest.mark.parametrize(
    ("base", "km"), [((57.88, 33.70), 847.0), ((54.03, 35.77), 613.0), ((51.67, 45.57), 859.0)]
)
def test_distance_from_a_corridor(base, km):
    found = corridor_distance_km(np.array([54.48]), np.array([17.10]), (base, (38.9, -77.0)))
    assert found[0] == pytest.approx(km, abs=4.0)


@pytest.mark.identity
def test_beyond_its_ends_a_corridor_is_as_far_as_the_nearer_end():
    line = ((50.0, 10.0), (50.0, 20.0))
    found = corridor_distance_km(np.array([50.0, 50.0]), np.array([0.0, 40.0]), line)
    assert found[0] == pytest.approx(float(distance_km(np.array(50.0), np.array(0.0), 50.0, 10.0)))
    assert found[1] == pytest.approx(float(distance_km(np.array(50.0), np.array(40.0), 50.0, 20.0)))


def test_a_region_is_empty_only_when_nothing_is_left():
    assert Region(((EUROPE,), ((10.0, 0.0, 20.0, 10.0),))).is_empty()
    assert not Region(((EUROPE,),)).is_empty()
    assert Region(((EUROPE,),), discs=(Disc(52.0, 17.0, 9000.0),)).is_empty()
    assert (
        Region(
            (((50.0, 10.0, 52.0, 12.0),),), outside=((49.0, 9.0, 51.0, 13.0), (51.0, 9.0, 53.0, 13.0))
        ).is_empty()
        is False
    )
    assert Region(
        (((50.0, 10.0, 52.0, 12.0),),), outside=((49.0, 9.0, 51.5, 13.0), (51.0, 9.0, 53.0, 13.0))
    ).is_empty()
    assert Region(((EUROPE,),), corridors=(Corridor(((30.0, 10.0), (75.0, 10.0)), 6000.0),)).is_empty()


def test_sampled_and_grid_points_are_permitted():
    region = Region(((EUROPE,),), discs=(Disc(54.0, 35.8, 1300.0),), outside=((40.0, 0.0, 45.0, 10.0),))
    points = region.sample(np.random.default_rng(1), 500)
    assert len(points) == 500
    assert region.contains(points[:, 0], points[:, 1]).all()
    grid = region.grid(2.0)
    assert region.contains(grid[:, 0], grid[:, 1]).all()
    near = region.nearest(54.0, 35.8)
    assert near is not None
    assert 1300.0 <= float(distance_km(np.array(54.0), np.array(35.8), *near)) < 1400.0


@pytest.mark.identity
def test_a_region_across_180_degrees_has_no_edge_there():
    """Turned from 10 to 20 degrees east to both sides of 180, it has the same places, however their longitude is written."""
    plain = Region((((50.0, 0.0, 60.0, 30.0),),), outside=((52.0, 5.0, 58.0, 20.0),))
    split = {
        "within": (((50.0, 170.0, 60.0, 180.0), (50.0, -180.0, 60.0, -160.0)),),
        "outside": ((52.0, 175.0, 58.0, 180.0), (52.0, -180.0, 58.0, -170.0)),
    }
    across = Region(**split)
    lat, lon = (a.ravel() for a in np.meshgrid(np.arange(49.0, 62.0), np.arange(-2.0, 33.0)))
    for turn in (170.0, -190.0):
        assert np.array_equal(plain.contains(lat, lon), across.contains(lat, lon + turn))
    assert not across.contains(
        np.array([55.0, 55.0]), np.array([180.0, -180.0])
    ).any()  # inside what is left out
    assert joined(split["outside"]) == ((52.0, 175.0, 58.0, 190.0),)
    assert joined(split["outside"][::-1]) == ((52.0, 175.0, 58.0, 190.0),)
    assert joined(((50.0, 170.0, 60.0, 180.0), (51.0, -180.0, 60.0, -160.0))) == (
        (50.0, 170.0, 60.0, 180.0),
        (51.0, -180.0, 60.0, -160.0),
    )
