"""The radar equation against worked values, and its scaling laws; the effect of a cross-section in a scenario."""

from math import pi

import pytest

from equipoise.engagement import order_of_battle
from equipoise.foundation.errors import DomainError
from equipoise.model.systems import RadarEquation
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.sensing.radar import detection_range_m
from equipoise.physics.sensing.visibility import bending_rad
from equipoise.scenario.load import load_scenario

FORWARD = {
    "average_power_w": 81e3, "aperture_m2": 9.2, "wavelength_m": 0.0316, "cross_section_m2": 0.01,
    "noise_temperature_k": 500.0, "losses_db": 8.0, "dwell_s": 0.1, "signal_to_noise": 20.0,
}  # fmt: skip


@pytest.mark.second_method
@pytest.mark.parametrize(("signal_to_noise", "km"), [(20.0, 796.0), (100.0, 532.0)])
def test_published_inputs_give_the_range_worked_out_by_hand(signal_to_noise, km):
    # efficiency 0.8, 20 pulses of 1 ms at 200 Hz in 100 ms are Lewis and Postol's (2012); the rest is an open estimate
    assert detection_range_m(**FORWARD | {"signal_to_noise": signal_to_noise}) == pytest.approx(
        km * 1e3, rel=2e-3
    )


@pytest.mark.textbook
def test_a_pulse_of_the_textbook_radar():
    # Mahafza's 5.6 GHz example, from its peak power, bandwidth and gain: 85.8 km with unrounded decibels
    wavelength, gain = 299792458.0 / 5.6e9, 10**4.5
    got = detection_range_m(
        average_power_w=1.5e6, dwell_s=1.0 / 5e6, aperture_m2=gain * wavelength**2 / (4 * pi), efficiency=1.0,
        wavelength_m=wavelength, cross_section_m2=0.1, noise_temperature_k=290.0, losses_db=3.0, signal_to_noise=100.0,
    )  # fmt: skip
    assert got == pytest.approx(85.8e3, rel=3e-3)


@pytest.mark.identity
def test_range_goes_with_the_fourth_root():
    base = detection_range_m(**FORWARD)
    for factor in (0.1, 3.0, 16.0):
        more = detection_range_m(**FORWARD | {"cross_section_m2": 0.01 * factor})
        assert more / base == pytest.approx(factor**0.25)
    both = detection_range_m(**FORWARD | {"average_power_w": 162e3, "aperture_m2": 18.4})
    assert both / base == pytest.approx(1.682, abs=1e-3)
    with pytest.raises(DomainError, match="aperture_m2"):
        detection_range_m(**FORWARD | {"aperture_m2": 0.0})


def test_a_scenario_radar_follows_its_cross_section_or_its_equation():
    plain = load_scenario("epaa")
    entry = plain.find("radar", "tpy2-kurecik")
    assert order_of_battle.radar(plain, entry).range_m == pytest.approx(1.5e6)
    small = plain.at_end("against", "assumption.cross_section_m2")
    assert order_of_battle.radar(small, entry).range_m == pytest.approx(1.5e6 * 0.1**0.25)
    stated = RadarEquation(81.0, 9.2, 3.16, 500.0, 8.0, 0.1, 13.0103)
    worked = entry.but(**stated._asdict())
    found = order_of_battle.radar(plain, worked)
    assert found.range_m == pytest.approx(796e3 * 3.0**0.25, rel=3e-3)  # 0.03 instead of 0.01 m2


def test_refraction_is_largest_at_the_horizon_and_left_out_above_three_degrees():
    level = bending_rad(elevation_rad=0.0, height_m=0.0, earth=WGS84)
    assert 0.5 < level * 57.2958 < 0.9
    assert bending_rad(elevation_rad=0.0523, height_m=0.0, earth=WGS84) < 0.4 * level
    assert bending_rad(elevation_rad=0.1, height_m=0.0, earth=WGS84) == 0.0


@pytest.mark.identity
@pytest.mark.parametrize("name", ["tpy2-kurecik", "armavir"])
def test_a_range_declared_for_no_cross_section_follows_a_sweep_as_it_follows_the_end_of_a_range(name):
    plain = load_scenario("epaa")
    key = plain.find("radar", name).section
    low = getattr(plain.assumptions, key).low
    swept = plain.with_({f"assumption.{key}": low})
    told = load_scenario("epaa", [f"assumption.{key}={low}"])
    at_end = plain.at_end("against", f"assumption.{key}")
    ranges = [order_of_battle.radar(s, s.find("radar", name)).range_m for s in (plain, swept, told, at_end)]
    shrunk = (low / getattr(plain.assumptions, key).value) ** 0.25
    assert ranges[1:] == pytest.approx([ranges[0] * shrunk] * 3, rel=1e-12)


@pytest.mark.identity
def test_a_range_holds_for_the_cross_section_stated_with_it():
    said = ["radar.tpy2-kurecik.reference_cross_section_m2=1.0"]
    plain, stated = (load_scenario("epaa", settings) for settings in ([], said))
    ranges = [order_of_battle.radar(s, s.find("radar", "tpy2-kurecik")).range_m for s in (plain, stated)]
    nominal = plain.assumptions.cross_section_m2.value
    assert ranges[1] == pytest.approx(ranges[0] * nominal**0.25, rel=1e-12)
