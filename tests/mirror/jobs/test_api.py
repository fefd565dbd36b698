"""The analyses as Python calls them: results that carry their scenario, make themselves again, and can be opened and compared."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equipoise as eq
from equipoise.foundation.output_folder import seal

SPEED = "interceptor.sm3-iia.burnout_speed_km_s"


@pytest.fixture(scope="module")
def coarse():
    settings = ["scenario.aim_step_deg=10", "scenario.map_step_deg=8"]
    return eq.Scenario.load("epaa", settings).at("2018", mode="independent")


@pytest.fixture(scope="module")
def shot(coarse):
    return eq.engage(coarse, "irbm-notional", aim=(44.4, 26.1))


def test_public_names_are_those_that_are_declared():
    for name in eq.__all__:
        assert getattr(eq, name) is not None, name
    assert set(eq.__all__) == set(dir(eq))


def test_an_unknown_public_name_is_refused_by_name():
    with pytest.raises(AttributeError, match="no public name 'defend'"):
        eq.defend  # noqa: B018


def test_a_shot_names_its_site_and_tells_its_story(shot):
    assert int(shot.data.shots.max()) > 0
    story = shot.explain()
    assert story.kind == "engagement"
    assert story.data.attrs["slack_s"] == pytest.approx(float(shot.data.slack_s.max()), abs=1e-9)
    with pytest.raises(eq.UnknownNameError, match="phase"):
        shot.explain(phase="Phase 9")


def test_a_result_carries_its_scenario_and_makes_itself_again(shot, coarse, tmp_path):
    assert shot.scenario.hash == coarse.hash
    stored = eq.load(shot.save(tmp_path / "shot.nc"))
    assert stored.provenance == shot.provenance
    again = stored.reproduce()
    assert eq.diff(stored, again) == []
    assert again.provenance == shot.provenance


def test_a_result_made_by_nobody_says_what_it_lacks(shot):
    import dataclasses

    from equipoise.results.record import Provenance

    bare = dataclasses.replace(shot, provenance=Provenance())
    with pytest.raises(eq.StoredResultError, match="no scenario"):
        _ = bare.scenario


def test_diff_names_what_differs_and_by_how_much(coarse, shot):
    moved = eq.engage(coarse.with_({SPEED: 3.0}), "irbm-notional", aim=(44.4, 26.1))
    lines = eq.diff(shot, moved)
    assert any("slack_s" in line for line in lines)
    assert eq.diff(shot, moved, tolerance=1e9) != lines


def test_a_sweep_of_samples_equals_its_scenarios_one_by_one(coarse):
    samples = pd.DataFrame({SPEED: [2.5, 4.0, 5.25], "assumption.decision_s": [10.0, 30.0, 60.0]})
    swept = eq.sweep(coarse, samples, measures=["largest_slack_s", "engageable_share"])
    from equipoise.analysis.measures import task

    alone = task("exposure").evaluate([coarse.with_(row.to_dict()) for _, row in samples.iterrows()])
    np.testing.assert_array_equal(swept.data.largest_slack_s, [one["largest_slack_s"] for one in alone])
    np.testing.assert_array_equal(swept.data.engageable_share, [one["engageable_share"] for one in alone])
    assert eq.diff(swept, swept.reproduce()) == []


def test_a_sweep_of_ranges_and_values_crosses_them_and_makes_itself_again(coarse, tmp_path):
    swept = eq.sweep(
        coarse,
        {SPEED: [3.0, 4.5], "assumption.decision_s": (10.0, 60.0)},
        measures=["exposed_bases"],
        samples=4,
    )
    assert dict(swept.data.exposed_bases.sizes) == {"interceptor_sm3_iia_burnout_speed_km_s": 2, "sample": 4}
    assert eq.diff(swept, swept.reproduce()) == []
    assert eq.Scenario.from_result(swept.save(tmp_path / "sweep.nc")) == coarse


@pytest.mark.parametrize(
    ("axes", "options", "said"),
    [
        ({"interceptor.sm3-iia.burnout_speed": [3.0]}, {}, "burnout_speed_km_s"),
        ({SPEED: [3.0, 99.0]}, {}, "10.5"),
        ({SPEED: (3.0, 4.0)}, {}, "samples"),
        (pd.DataFrame({SPEED: [3.0, np.nan]}), {}, "array of numbers"),
        ({SPEED: [3.0]}, {"analysis": "exposur"}, "exposure"),
        ({SPEED: [3.0]}, {"measures": ["share"]}, "measure"),
    ],
)
def test_a_wrong_sweep_is_one_line(coarse, axes, options, said):
    with pytest.raises(eq.EquipoiseError, match=said):
        eq.sweep(coarse, axes, **options)


def test_an_array_of_values_is_crossed_as_a_list_is_and_made_again(coarse):
    # An array in the mapping was taken as samples, and the sweep made again from its result was another one.
    lists = eq.sweep(coarse, {SPEED: [3.0, 4.5]}, measures=["exposed_bases"])
    arrays = eq.sweep(coarse, {SPEED: np.array([3.0, 4.5])}, measures=["exposed_bases"])
    assert eq.diff(lists, arrays) == []
    assert eq.diff(arrays, arrays.reproduce()) == []


def test_a_sweep_that_decides_no_statement_is_drawn_and_claims_no_even_spread(coarse):
    samples = pd.DataFrame({SPEED: [3.0, 4.5, 5.5]})
    swept = eq.sweep(coarse, samples, measures=["engageable_share"])
    drawn = swept.plot().axes[0]
    assert "share of all strategic paths" in drawn.get_xlabel()
    assert not any("drawn evenly" in note for note in swept.notes)
    assert SPEED not in swept._repr_html_()  # an input that was sampled is no measure


def test_a_shot_and_a_flight_are_drawn_also_after_loading(shot, tmp_path):
    stored = eq.load(shot.save(tmp_path / "shot.nc"))
    assert isinstance(stored, type(shot))
    assert stored.plot().axes[0].get_ylabel() == "altitude (km)"
    assert [words.get_text() for words in stored.plot().axes[0].texts] == [
        "burnout",
        "track good enough to shoot on",
        "earliest launch",
    ]
    flight = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0))
    assert [axes.get_ylabel() for axes in flight.plot().axes] == [
        "",
        "altitude (km)",
        "speed over ground (km/s)",
    ]
    assert "Events" in flight._repr_html_()


def test_a_new_scenario_takes_a_staged_missile_of_ones_own():
    region = eq.Scenario.new("own", defenders=["JP"], deterrer="CN", threat_from=["KP"], day="2027")
    assert [phase.date.isoformat() for phase in region.phases] == ["2027-12-31"]
    said = {"source": "notional", "confidence": "assumption"}
    stage = eq.Stage(
        burn_time_s=62, propellant_kg=12_500, dry_kg=1_700, specific_impulse_s=250, diameter_m=1.25
    )
    missile = eq.StagedMissile(
        id="own", name="Own", stages=(stage,), payload_kg=850, drag="v2", vertical_rise_m=300, **said
    )
    case = region.with_entries(missile, region.threats[0].but(id="own-threat", missile="own"))
    assert case.find("missile", "own").stages == (stage,)
    assert eq.Scenario.from_toml(case.to_toml()).hash == case.hash
    with pytest.raises(eq.InputError, match="two-letter code"):
        eq.Scenario.new("own", defenders=["Japan"], deterrer="CN", threat_from=["KP"])


def test_scenarios_and_results_are_one_line_in_a_terminal(shot, coarse):
    assert repr(coarse).startswith("<Scenario epaa: European")
    assert repr(shot).startswith("<Engagement of kind engagements: ")
    assert len(repr(coarse)) < 120
    assert "\n" not in repr(shot) + repr(coarse)


def test_an_own_missile_and_threat_join_a_scenario(coarse):
    known = next(m for m in coarse.missiles if m.id == "irbm-notional")
    own = known.but(id="own", name="Own missile")
    threat = coarse.find("threat", "irbm-notional").but(id="own-threat", missile="own")
    more = coarse.with_entries(own, threat)
    assert eq.engage(more, "own-threat", aim=(44.4, 26.1)).data.shots.values.tolist() == (
        eq.engage(coarse, "irbm-notional", aim=(44.4, 26.1)).data.shots.values.tolist()
    )
    assert more.hash != coarse.hash
    with pytest.raises(eq.DomainError, match="not an entry of a scenario"):
        coarse.with_entries(coarse.head)


def test_load_opens_each_kind_of_file_and_refuses_the_rest(tmp_path, coarse):
    file = tmp_path / "case.toml"
    file.write_text(coarse.to_toml(), encoding="utf-8")
    assert eq.load(file).hash == coarse.hash
    table = tmp_path / "table.csv"
    table.write_text("\ufeffa,b\n1,2\n", encoding="utf-8")
    assert eq.load(table).b.values.tolist() == [2]
    for name, text in (
        ("x.nc", "nothing"),
        ("x.json", "{"),
        ("x.docx", ""),
        ("x.csv", ""),
        ("y.csv", 'a,b\n1,"2'),
        ("profile.toml", "[fields]\ntext = true"),  # the exchange's own
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(eq.StoredResultError) as refused:
            eq.load(tmp_path / name)
        assert "\n" not in str(refused.value)
    with pytest.raises(eq.StoredResultError, match="no such file"):
        eq.load(tmp_path / "nowhere.nc")


EARLIER = Path(__file__).parents[2] / "data/earlier"


def test_load_opens_what_an_earlier_version_wrote_or_says_in_one_line_why_not():
    assert eq.load(EARLIER / "flight.nc").plot().axes
    with pytest.raises(
        eq.StoredResultError, match="Early versions wrote none; compute their results again"
    ) as refused:
        eq.load(EARLIER / "flight-unsealed.nc")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["report.html", "path.kml", "path.czml", "path.oem", "area.geojson"])
def test_load_says_of_an_export_that_it_is_for_other_programs(tmp_path, name):
    (tmp_path / name).write_text("{}")
    with pytest.raises(eq.StoredResultError, match="exports for other programs"):
        eq.load(tmp_path / name)


def test_load_refuses_a_table_that_is_not_as_its_folder_lists_it(tmp_path):
    # A changed digit of a report's table was read as it stood.
    table = tmp_path / "out" / "tables" / "t.csv"
    table.parent.mkdir(parents=True)
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    seal(tmp_path / "out", {})
    assert eq.load(table).b.values.tolist() == [2]
    table.write_text("a,b\n1,3\n", encoding="utf-8")
    with pytest.raises(eq.StoredResultError, match="is not as it was written"):
        eq.load(table)
    table.write_bytes(b"a,b\n1,\xff\n")
    with pytest.raises(eq.EquipoiseError):
        eq.load(table)


def test_options_of_a_call_are_plain_json(shot):
    name, options = json.loads(shot.provenance.call)
    assert (name, options["aim"]) == ("engage", [44.4, 26.1])
