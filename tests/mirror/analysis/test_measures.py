"""Measures that do not hang on order, and are defined where nothing threatens."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equipoise.analysis.balance.study import truth_at
from equipoise.analysis.defence import defended_area as area
from equipoise.analysis.measures import TASKS
from equipoise.foundation.status import Truth
from equipoise.results import statistics
from equipoise.scenario.load import load_scenario

NAN = float("nan")


def least(monkeypatch, values):
    shares = xr.DataArray(
        [[values]], dims=("phase", "mode", "threat"), coords={"threat": [f"t{i}" for i in range(len(values))]}
    )
    monkeypatch.setattr(area, "defended_area", lambda _: xr.Dataset())
    monkeypatch.setattr(xr.Dataset, "data", property(lambda self: self), raising=False)
    monkeypatch.setattr(statistics, "shares", lambda _: shares)
    return TASKS["defended_area"].evaluate([load_scenario("epaa")])[0]["least_defended_share"]


@pytest.mark.parametrize("order", list(itertools.permutations([0.4, NAN, 0.7])))
def test_the_least_share_does_not_hang_on_the_order_of_threats(monkeypatch, order):
    assert least(monkeypatch, list(order)) == 0.4


def test_without_a_threat_that_reaches_anybody_nobody_is_undefended(monkeypatch):
    assert least(monkeypatch, [NAN, NAN]) == 1.0


@pytest.mark.parametrize(
    ("lost", "limit", "truth"),
    [
        ([0.0, 0.0, 0.0], 0.0, Truth.BROKEN),
        ([0.0, 0.1, 0.2], 0.0, Truth.UNDETERMINED),
        ([0.1, 0.1, 0.2], 0.0, Truth.KEPT),
        ([0.0, 0.1, 0.2], 0.5, Truth.BROKEN),
    ],
)
def test_a_defence_that_takes_nothing_neutralises_nothing(lost, limit, truth):
    assert truth_at(np.array(lost), limit) is truth


@pytest.mark.identity  # the largest of all families is the largest of any, and minimum energy alone is what exposure asks
def test_families_enter_the_measures_of_exposure():
    scenario = load_scenario("epaa", ["scenario.aim_step_deg=10"]).at("2020", mode="independent")
    few = replace(scenario, bases=scenario.bases[:3])
    families = ("minimum_energy", "lofted", "depressed")
    single = [replace(few, head=few.head.but(families=(family,))) for family in families]
    found = TASKS["exposure_families"].evaluate([*single, replace(few, head=few.head.but(families=families))])
    slacks = [one["largest_slack_s"] for one in found]
    assert len(set(slacks[:3])) == 3
    assert slacks[3] == max(slacks[:3])
    assert TASKS["exposure"].evaluate([few])[0] == found[0]
