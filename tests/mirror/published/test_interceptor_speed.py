"""Speeds inferred from reported tests: bands that hold the truth as often as they say, and no more than the record tells."""

from pathlib import Path

import numpy as np
import pytest
from validation.interceptor_speed import coverage

from equipoise.catalogue import load_catalogue
from equipoise.published import interceptor_speed as study
from equipoise.published import replicate
from equipoise.results.record import load_result

PAGE = Path(__file__).parents[3] / "docs/interceptor-speeds.md"


@pytest.mark.identity
@pytest.mark.parametrize("wasted", [0.0, study.MOST_WASTED])
def test_ninety_per_cent_bands_hold_the_simulated_truth_in_ninety_per_cent(wasted):
    assert coverage("sm3-ia", wasted=wasted, trials=200) == pytest.approx(0.9, abs=0.04)


@pytest.mark.identity
def test_where_no_test_is_reported_the_band_is_the_one_supposed_before():
    found = study.infer("sm3-iia")
    low, high = study.PRIOR_KM_S
    assert found.band_km_s == pytest.approx([low + share * (high - low) for share in study.BAND])
    assert not found.tells
    assert study.infer("sm3-ia").tells


@pytest.mark.identity
def test_a_later_hit_means_a_slower_interceptor_and_wasted_speed_a_faster_one():
    usual, later = (
        study.infer("sm3-ia", printed_s=times) for times in ((180, 120, 240, 180), (240, 180, 300, 240))
    )
    assert all(np.array(later.band_km_s) < usual.band_km_s)
    assert all(np.array(study.infer("sm3-ia", wasted=0.3).band_km_s) > usual.band_km_s)


@pytest.mark.identity
def test_times_that_no_speed_meets_are_no_band():
    assert study.infer("sm3-ia", printed_s=(60, 420, 60, 420)) is None


@pytest.mark.textbook
def test_a_vertical_flight_takes_its_burn_and_then_coasts_against_gravity():
    """Constant acceleration, then height = v t - g t^2 / 2, with gravity falling off by less than 5 % on the way."""
    speed, burn, height = 3.0, 60.0, 150.0
    rest = 1e3 * (height - 0.5 * speed * burn)
    coast = (1e3 * speed - np.sqrt(1e6 * speed**2 - 2.0 * 9.6 * rest)) / 9.6
    assert study.flight_time_s(speed, burn, height, 0.1) == pytest.approx(burn + coast, abs=0.2)


@pytest.mark.textbook
def test_the_published_masses_give_the_speed_that_the_page_says():
    """With 300 kg below the rocket equation's 9.1 km/s by what gravity and air take in 138 s: g t sin 45, 0.96 km/s, and some drag."""
    rows = study._from_masses()
    low, value, high = rows[0].ours_low, rows[0].ours_value, rows[0].ours_high
    assert f"{low:.1f} to {high:.1f} km/s ({value:.1f} with 300 kg)" in PAGE.read_text("utf-8")
    assert 0.9 < 9.11 - value < 1.4
    assert [row.verdict for row in rows] == ["differs", "differs", "agrees"]


def test_the_catalogue_and_the_page_say_what_the_study_finds():
    known = load_catalogue().interceptors
    page = PAGE.read_text("utf-8")
    for name in ("sm3-ia", "gbi-3-stage"):
        straight, spent = (study.infer(name, wasted=w).band_km_s for w in (0.0, study.MOST_WASTED))
        said = f"{straight[0]:.1f} to {straight[2]:.1f} km/s flown straight, {spent[0]:.1f} to {spent[2]:.1f} with"
        assert said in known[name].burnout_speed_km_s.source
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        cells = [f"{low:.1f} to {high:.1f} ({middle:.1f})" for low, middle, high in (straight, spent)]
        assert all(cell in row for cell in cells)
    for each in study.record()["silent"]:
        assert "no reported test tells it" in known[each["interceptor"]].burnout_speed_km_s.source
        assert each["why"] in page


def test_every_reported_test_has_a_source_and_a_flown_interceptor():
    record = study.record()
    assert all(each["source"] for kind in record.values() for each in kind)
    assert all(
        load_catalogue().interceptors[each["interceptor"]].burn_time_s
        for kind in record.values()
        for each in kind
    )


def test_what_the_study_says_is_saved_beside_what_others_say(tmp_path):
    found = replicate("interceptor-speed", "closed-forms")
    assert load_result(found.save(tmp_path / "published.nc")).data.label.dtype.kind in "OUT"
