"""Sentences and pictures of guarantees from made-up results: sufficient, not sufficient, undetermined."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from equipoise.analysis.guarantees.timeline import timeline
from equipoise.foundation.status import Truth
from equipoise.present import guarantee, negotiation, worst
from equipoise.present import timeline as life
from equipoise.present.pack import Pack
from equipoise.present.payload_flights import counterexamples
from equipoise.results import schema
from equipoise.results.record import Result
from equipoise.scenario.load import load_scenario

sys.path.insert(0, str(Path(__file__).parents[2] / "page"))
from synthetic import space


def made(kind, data):
    for name, variable in data.data_vars.items():
        variable.attrs = schema.kind(kind).variables[name].attributes()
    return Result(kind=kind, title=kind, data=data)


def _worst(attained, bound):
    one = {
        "attained": attained, "bound": bound, "allowed": 0.0, "site_lat": 46.0, "site_lon": 30.0, "speed": 4.5, "meeting_lat": 54.0,
        "meeting_lon": 40.0, "meeting_height": 2e5, "warheads_found": 0.0, "warheads_bound": 40.0, "tried": 100.0,
    }  # fmt: skip
    path = {
        name: ("sample", np.linspace(*ends, 9))
        for name, ends in (
            ("time", (0.0, 900.0)),
            ("lat", (52.0, 60.0)),
            ("lon", (45.0, 0.0)),
            ("height", (0.0, 5e5)),
        )
    }
    steps = {
        "step_time": ("step", [0.0, 200.0]),
        "step_what": ("step", np.array(["missile launch", "first intercept"], dtype=object)),
    }
    attrs = {
        "base": "ru-a", "family": "depressed", "boost": "value", "engaged": int(attained > 0), "title": "Draft", "zones": "[[34, 10, 46, 30]]",
        "discs": "[[60.0, 40.0, 1300.0]]", "limited_by": '{"speed": "b-speed"}', "margin": "measured",
    }  # fmt: skip
    certificate = {"certificate": ((), np.array('{"trees": []}' if attained < -100 else "", dtype=object))}
    data = xr.Dataset({k: ((), v) for k, v in one.items()} | path | steps | certificate, attrs=attrs)
    return made("worst", data)


@pytest.mark.parametrize(
    ("attained", "bound", "said"),
    [
        (-253.0, -134.0, "'Draft' is sufficient: certified for the flights, areas and launch rule that its certificate lists, and accepted by the independent checker, it says that no system"),
        (213.0, 423.0, "'Draft' is not sufficient: a system that it permits engages a depressed flight from ru-a with 213 s"),
        (-10.0, 40.0, "Whether 'Draft' is sufficient is undetermined"),
        (-np.inf, -2400.0, "come at least 2,400 s too late"),
    ],
)  # fmt: skip
def test_the_worst_system_in_words(attained, bound, said):
    section = worst.section(_worst(attained, bound), {})
    assert said in section.sentences[0].text
    if np.isfinite(attained):
        assert f"optimality gap: {bound - attained:,.0f} s" in section.sentences[1].text
    assert all(figure.draw() is not None for figure in section.figures)
    drawn = section.figures[0].chart
    assert {row["series"] for row in drawn.rows} >= {
        "sites permitted",
        "no site permitted",
        "missile over the ground",
        "worst site found",
    }
    west, east, south, north = drawn.ground.window
    assert west < 10 < 46 < east  # the zone as well as the flight
    assert south < 46 < 60 < north
    assert [row["value"] for row in section.figures[1].chart.rows][-1] == 500.0
    assert "any strategic flight" not in section.sentences[0].text
    assert bool(section.certificate) == ("certified for" in said or np.isinf(attained))


def test_the_space_names_the_best_sufficient_point_and_carries_every_point():
    section = negotiation.section(made("negotiation", space()), {})
    assert (
        "300 million people can get a shot where the search, in floating point, finds no warhead within reach: at most 4.5 km/s, 100 interceptors, south of 46 N"
        in section.sentences[0].text
    )
    assert "The cheapest change that would make it sufficient" in section.sentences[1].text
    assert (
        "sufficient as it stands"
        in negotiation.section(made("negotiation", space().assign_attrs(already=1)), {}).sentences[1].text
    )
    live = section.figures[0].live
    assert [p["high"] for p in live["points"]] == [100.0, 0.0, 24.0]
    assert [p["proposal"] for p in live["points"]] == [False, False, True]
    assert section.figures[0].draw() is not None


def test_lives_of_instruments_have_a_lane_for_each_party():
    result = timeline(load_scenario("epaa"))
    section = life.section(result, {})
    assert "2011-11-15" in section.sentences[0].text
    assert "in force since 2011-12-23" in section.sentences[0].text
    figure = section.figures[0].draw()
    below = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert any(label.endswith("romania") for label in below)
    assert any(label.endswith("russia") for label in below)
    spans = section.figures[0].chart.rows
    assert all(2007 <= row["low"] <= row["high"] < 2022 for row in spans)
    assert any(
        row["group"].endswith(": romania") and row["series"] == "in force" and row["low"] == 2011.975
        for row in spans
    )


def _verdicts():
    shown = {
        "features": [
            {"geometry": {"coordinates": [[45.0, 51.0, 0], [20.0, 60.0, 5e5], [-60.0, 50.0, 0]]},
             "properties": {"name": "missile from ru-a, depressed", "time_s": [0.0, 600.0, 1200.0]}},
            {"geometry": {"coordinates": [[17.0, 54.0, 0], [20.0, 60.0, 5e5]]}, "properties": {"name": "interceptor", "time_s": [380.0, 600.0]}},
            {"geometry": {"coordinates": [17.0, 54.0, 0]}, "properties": {"name": "interceptor site: north"}},
            {"geometry": {"coordinates": [20.0, 60.0, 5e5]}, "properties": {"name": "intercept", "time_s": 600.0}},
        ]
    }  # fmt: skip
    two = lambda a, b: (("clause", "phase"), np.array([[a, b]], dtype=object))  # noqa: E731
    one = lambda a: ("clause", np.array([a], dtype=object))  # noqa: E731
    data = xr.Dataset(
        {
            "truth": (("clause", "phase"), [[int(Truth.KEPT), int(Truth.UNDETERMINED)]]), "acts": (("clause", "phase"), [[0, 0]]),
            "margin": (("clause", "phase"), [[np.inf, 59.0]]), "margin_low": (("clause", "phase"), [[np.inf, -60.0]]),
            "margin_high": (("clause", "phase"), [[np.inf, 190.0]]), "unit": two("s", "s"), "status": two("proposed", "proposed"),
            "deciding": two("", "speed"), "covered": two("ends", "ends"), "note": two("", ""), "element": two("{}", '{"base": "ru-a"}'),
            "engagement": two("{}", json.dumps(shown)), "name": one("No engagement"), "clause_kind": one("function"), "text": one(""),
            "instrument": one(""), "article": one(""), "source": one("test"), "confidence": one("assumption"),
            "bears": (("clause", "means"), np.array([["directly"]], dtype=object)), "breakout": one("send ships"), "breakout_steps": one("passage (5 days)"),
            "breakout_days": (("clause", "end"), [[2.0, 5.0, 14.0]]),
        },
        coords={"clause": ["c"], "phase": ["Phase 1", "Phase 3"], "means": ["inspection"], "end": ["low", "nominal", "high"]},
    )  # fmt: skip
    return made("guarantee", data)


def test_a_counterexample_names_its_view_of_the_map_and_is_on_it():
    section = guarantee.section(_verdicts(), {})
    assert (
        section.sentences[0].text
        == "The clause 'No engagement' would be kept in Phase 1 and is undetermined in Phase 3."
    )
    assert [(said.text, said.lead) for said in section.sentences[1:2]] == [("What was covered: ends.", False)]
    said = section.sentences[2]
    assert (
        said.text
        == "In Phase 3 this may break 'No engagement': a missile from ru-a on a path of the family 'depressed', met by an interceptor from north 600 s after its launch."
    )
    assert said.figure.startswith("view:phase=Phase+3&map=globe&at=60.00%2C20.00")
    assert "place=ru-a" in said.figure
    axes = {"phase": [{"id": "Phase 1"}, {"id": "Phase 3"}], "mode": [{"id": "joint"}, {"id": "independent"}]}
    track = counterexamples(_verdicts().data, axes, Pack())[0]
    assert (track["base"], track["step_s"], track["engageable"]) == ("ru-a", 600.0, [0, 1])
    assert track["meet_s"] == [[None, None], [600.0, 600.0]]
    assert track["interceptor"]["times_s"] == [380.0, 600.0]
    assert section.figures[0].draw() is not None
