"""Countries and borders: known places, known areas, another point-in-polygon, nothing across the date line."""

import doctest

import numpy as np
import pytest
from shapely import Polygon, contains_xy

from equipoise.geography import borders
from equipoise.geography.borders import code_meant, countries, country_at, lines

CAPITALS = {
    "POL": (52.23, 21.01), "ROU": (44.43, 26.10), "TUR": (39.93, 32.86), "ESP": (40.42, -3.70), "RUS": (55.75, 37.62),
    "IRN": (35.69, 51.39), "USA": (38.90, -77.04), "FRA": (48.86, 2.35), "CZE": (50.08, 14.44), "DEU": (52.52, 13.40),
}  # fmt: skip
AREA_KM2 = {"POL": 312.7e3, "ROU": 238.4e3, "TUR": 783.6e3, "DEU": 357.6e3, "CZE": 78.9e3, "RUS": 17.10e6}


def test_the_documentation_s_example_holds():
    assert doctest.testmod(borders).failed == 0


@pytest.mark.outside
def test_capitals_lie_in_their_countries():
    lat, lon = np.array(list(CAPITALS.values())).T
    assert [countries("50m")[i].iso3 for i in country_at(lat, lon)] == list(CAPITALS)


@pytest.mark.outside
@pytest.mark.parametrize("name", AREA_KM2)
def test_areas_are_those_of_the_yearbooks(name):
    one = next(c for c in countries("50m") if c.iso3 == name)
    total = sum(_area_km2(ring) * (1 if i == 0 else -1) for p in one.polygons for i, ring in enumerate(p))
    tolerance_km2 = (
        0.04 * AREA_KM2[name]
    )  # inland waters count in some yearbooks, and the crest of a coast is smoothed
    assert abs(total - AREA_KM2[name]) < tolerance_km2


def _area_km2(ring):
    """Area on the authalic sphere by the line integral of sin(lat) d(lon), points densified."""
    lon, lat = np.radians(ring).T
    return abs(np.sum(np.diff(lon) * (np.sin(lat[1:]) + np.sin(lat[:-1])) / 2)) * 6371.007**2


@pytest.mark.parametrize("scale", ["110m", "50m"])
def test_nothing_crosses_the_date_line(scale):
    shapes = [ring for c in countries(scale) for p in c.polygons for ring in p]
    for line in (*shapes, *lines("coasts", scale), *lines("borders", scale)):
        assert np.abs(line[:, 0]).max() <= 180.0
        assert np.abs(line[:, 1]).max() <= 90.0
    inland = [line for line in lines("coasts", scale) if np.abs(line[:, 1]).max() < 80.0]
    assert max(np.abs(np.diff(line[:, 0])).max() for line in inland) < 40.0
    assert {c.iso3 for c in countries(scale)} >= {"RUS", "FJI", "USA"}


def test_another_program_finds_the_same_country():
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(34.0, 71.0, 300), rng.uniform(-11.0, 45.0, 300)
    ours = country_at(lat, lon)
    for index, country in enumerate(countries("50m")):
        inside = np.zeros(lat.size, dtype=bool)
        for shell, *holes in country.polygons:
            inside |= contains_xy(Polygon(shell, holes), lon, lat)
        assert np.array_equal(inside, ours == index)


@pytest.mark.parametrize(
    ("text", "code"), [("UK", "GB"), ("uae", "AE"), ("JPN", "JP"), ("Germany", "DE"), ("Jp", "JP")]
)
def test_a_code_is_offered_for_a_longer_one_a_name_or_its_initials(text, code):
    assert code_meant(text) == f"Did you mean '{code}'?"
