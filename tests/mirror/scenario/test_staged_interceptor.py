"""Interceptors given by stages: flown as the law laid through their fly-out, with what it errs in the range of their speed."""

from math import log

import numpy as np
import pytest

import equipoise as eq
from equipoise.catalogue import load_catalogue
from equipoise.physics.environment.earth import STILL_SPHERE
from equipoise.physics.interceptor.flyout import Law
from equipoise.physics.interceptor.staged_flyout import flyout_time, staged_table
from equipoise.scenario.kernel_vehicle import staged
from equipoise.scenario.staged_interceptor import _ideal_speed_m_s, fitted_law, still_arrival_s

STAGES = """
[scenario]
extends = "epaa"
name = "own"
[interceptor.own]
name = "Three stages"
source = "notional"
confidence = "assumption"
kill_vehicle_life_s = 300
payload_kg = 60
drag = "large-solid"
vertical_rise_m = 100
stages = [
  { burn_time_s = 6, propellant_kg = 470, dry_kg = 250, specific_impulse_s = 240, diameter_m = 0.53 },
  { burn_time_s = 40, propellant_kg = 360, dry_kg = 120, specific_impulse_s = 260, diameter_m = 0.34 },
  { burn_time_s = 30, propellant_kg = 90, dry_kg = 20, specific_impulse_s = 280, diameter_m = 0.34 },
]
[site.deveselu]
interceptor = "own"
"""


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Read a scenario from text, with what it extends."""

    def made(text):
        path = tmp_path_factory.mktemp("staged") / "s.toml"
        path.write_text(text, encoding="utf-8")
        return eq.Scenario.load(str(path))

    return made


@pytest.fixture(scope="module")
def own(read):
    return read(STAGES)


def test_a_scenario_takes_an_interceptor_by_its_stages_and_says_how_far_the_law_errs(own):
    found = own.find("interceptor", "own")
    speed = found.burnout_speed_km_s
    assert speed.low <= speed.value <= speed.high
    assert speed.low > 3.5
    assert speed.high < 4.6
    assert found.burn_time_s.value == 76.0
    assert "root mean square" in speed.source
    assert speed.confidence == "computed"
    assert eq.Scenario.from_toml(own.to_toml()).hash == own.hash


@pytest.mark.identity
def test_the_ends_hold_the_ranges_of_payload_and_stages(read, own):
    loose = STAGES.replace(
        "payload_kg = 60",
        'payload_kg = { value = 60, low = 40, high = 90, source = "notional", confidence = "assumption" }',
    ).replace(
        "propellant_kg = 90",
        'propellant_kg = { value = 90, low = 80, high = 95, source = "notional", confidence = "assumption" }',
    )
    speed, plain = (s.find("interceptor", "own").burnout_speed_km_s for s in (read(loose), own))
    assert speed.value == plain.value
    light, heavy = (
        read(
            STAGES.replace("payload_kg = 60", f"payload_kg = {mass}").replace(
                "propellant_kg = 90", f"propellant_kg = {fuel}"
            )
        )
        for mass, fuel in ((40, 95), (90, 80))
    )
    ends = [s.find("interceptor", "own").burnout_speed_km_s for s in (heavy, light)]
    assert (speed.low, speed.high) == (ends[0].low, ends[1].high)
    assert speed.low < plain.low < plain.high < speed.high
    assert "the ends hold the ranges" in speed.source


@pytest.mark.second_method
def test_the_ends_are_early_or_late_almost_nowhere():
    """Against the staged fan at 400 random places, which the fit did not see."""
    record, life_s = load_catalogue().vehicles["orion-two-stage"], 600.0
    found = fitted_law(record, life_s, 100.0)
    table = staged_table(staged(record), earth=STILL_SPHERE, life_s=life_s, vertical_height_m=300.0)
    rng = np.random.default_rng(7)
    places = np.column_stack([rng.uniform(0.0, 2500.0, 400), rng.uniform(100.0, 1200.0, 400)])
    places = places[np.hypot(*places.T) > 450.0]
    fan = np.array([flyout_time(table, 1e3 * r, 1e3 * h)[0] for r, h in places])
    burn = record.burn_time_s.value
    for speed, burn_s, sign in ((found.low_km_s, burn, -1.0), (found.high_km_s, found.shortest_burn_s, 1.0)):
        law = Law(1e3 * speed, burn_s, life_s + burn - burn_s)
        times = np.array([still_arrival_s(law, *place) for place in places])
        either = np.isfinite(fan) | np.isfinite(times)
        assert (sign * np.subtract(times[either], fan[either]) > 1.0).mean() < 0.08


@pytest.mark.textbook
def test_the_ideal_speed_is_that_of_the_rocket_equation():
    record = load_catalogue().vehicles["wright-v2"]
    expected = 9.80665 * 210.0 * log((8900 + 4000 + 975) / (4000 + 975))
    assert _ideal_speed_m_s(staged(record)) == pytest.approx(expected, rel=1e-9)


def test_what_is_wrong_with_the_stages_is_told_with_its_place(read):
    with pytest.raises(eq.InputError, match=r"interceptor\.own\.stages"):
        read(STAGES.replace("burn_time_s = 6,", "burn_tim_s = 6,"))
    with pytest.raises(eq.InputError, match=r"interceptor\.own\.drag.*either drag"):
        read(STAGES.replace('drag = "large-solid"\n', ""))
    with pytest.raises(eq.InputError, match=r"interceptor\.own\.stages.*no place above 100 km"):
        read(STAGES.replace("payload_kg = 60", "payload_kg = 3000"))
    with pytest.raises(eq.InputError, match=r"interceptor\.own\.kill_vehicle_life_s.*missing"):
        read(STAGES.replace("kill_vehicle_life_s = 300\n", ""))


def test_a_system_of_the_catalogue_is_flown_by_the_staged_vehicle_that_it_names(read):
    text = '[scenario]\nextends = "third-site"\nname = "s"\n[interceptor.gbi-2-stage]\nof = "orion-two-stage"\n[missile.icbm-solid]\nof = "minuteman-style"\n'
    found = read(text)
    flown, known = found.find("interceptor", "gbi-2-stage"), load_catalogue().interceptors["gbi-2-stage"]
    assert known.staged == "orion-two-stage"
    assert flown.kill_vehicle_life_s == known.kill_vehicle_life_s
    assert flown.burn_time_s.value == pytest.approx(138.1)
    assert found.find("missile", "icbm-solid").kind == "strategic"


def test_a_fast_end_beyond_what_is_flown_is_cut_and_told(read):
    text = '[scenario]\nextends = "thaad-korea"\nname = "s"\n[interceptor.gbi-3-stage]\nof = "orion-three-stage"\n'
    speed = read(text).find("interceptor", "gbi-3-stage").burnout_speed_km_s
    assert speed.low < speed.value < speed.high == 10.5
    assert "would be 11.1 km/s and is cut at 10.5" in speed.source


@pytest.mark.parametrize("kind", ["missiles", "interceptors"])
def test_every_system_names_its_staged_vehicle_or_says_that_there_is_none(kind):
    known = load_catalogue()
    for entry in getattr(known, kind).values():
        assert entry.staged in known.vehicles or entry.staged == "kinematic only: no public masses"
