"""Whose is what: by the roles that a scenario states, never by what its parties are called."""

import re

import numpy as np
import pytest
from validation.relabelled import TASKS, found, labels, told_apart
from validation.relabelled import relabelled as relabelled_as

from equipoise.analysis.balance.forces import counted_for, declarer, methods_of
from equipoise.analysis.balance.study import balance
from equipoise.analysis.cooperation.deterrents import deterrents
from equipoise.analysis.defence.defended_area import defended_area
from equipoise.analysis.exposure.study import exposure
from equipoise.foundation.errors import InputError
from equipoise.results.statistics import shares
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario, load_scenario

COARSE = ["scenario.map_step_deg=8", "scenario.aim_step_deg=10"]
OTHER = {"nato": "alpha", "russia": "beta", "us": "gamma", "iran": "delta"}


@pytest.fixture(scope="module")
def coarse():
    return load_scenario("epaa", COARSE).at("2020-12-31").in_modes(["independent", "joint"])


@pytest.fixture(scope="module")
def relabelled(coarse):
    """The same scenario with every party under another identifier."""
    text = coarse.to_toml()
    for old, new in OTHER.items():
        text = re.sub(rf"(?m)^\[(\[?)party\.{old}\]", rf"[\1party.{new}]", text)
        text = re.sub(rf'(?m)^((?!counted_as).*)"{old}"', rf'\1"{new}"', text)
    return Scenario.from_toml(text)


def test_the_built_in_scenario_says_who_is_who(coarse):
    assert roles.defenders(coarse) == ("nato",)
    assert roles.deterrer(coarse) == "russia"
    assert roles.commander(coarse, "us") == "nato"
    assert {"PL", "US"} <= set(roles.countries_of(coarse, "nato"))
    assert roles.owners_of(coarse, ["PL", "RU", "CH"]).tolist() == ["nato", "russia", ""]
    assert deterrents(coarse) == {"russia": ("nato",), "nato": ("russia",)}


def test_other_labels_are_the_same_parties(relabelled):
    assert roles.defenders(relabelled) == ("alpha",)
    assert roles.deterrer(relabelled) == "beta"
    assert roles.commander(relabelled, "gamma") == "alpha"
    assert declarer(relabelled) == "russia"
    assert len(counted_for(relabelled)) > 20


def same_numbers(a, b):
    """Every number of two results is the same to the bit."""
    assert set(a.data.data_vars) == set(b.data.data_vars)
    for name, variable in a.data.data_vars.items():
        if variable.dtype.kind in "fiu":
            assert np.array_equal(
                variable.values, b.data[name].values, equal_nan=variable.dtype.kind == "f"
            ), name


@pytest.mark.identity
def test_no_number_of_any_analysis_hangs_on_what_parties_are_called(coarse):
    """All analyses of a run, what decides and the lives of instruments; ``make validate`` adds the worst system and the rest."""
    away = [f"threat.{t.id}" for t in coarse.threats if t.id not in ("sajjil-2", "irbm-notional")]
    away += ["raid.forty", *(f"base.{b.id}" for b in coarse.bases[3:])]
    small = coarse.without(*away).with_({"scenario.families": ["minimum_energy"]})
    names = labels(small)
    assert sorted(names) != [old for old, _ in sorted(names.items(), key=lambda both: both[1])]
    tasks = [task for task in TASKS if task.name not in ("worst", "negotiation")]
    left, right = found(small, tasks), found(relabelled_as(small, names), tasks)
    assert {*left} == {task.name for task in tasks} - {"radar_exposure"}
    assert told_apart(left, right, names) == []


@pytest.mark.identity
@pytest.mark.parametrize(
    ("file", "asked"),
    [("tests/data/cases/regions/korea-us.toml", "launch_policies"), ("thaad-korea", "radar_exposure")],
)
def test_parties_of_other_regions_may_be_called_anything(file, asked):
    settings = ["scenario.map_step_deg=4", "scenario.aim_step_deg=10", "scenario.families=['minimum_energy']"]
    korea = load_scenario(file, settings).at("2025-12-31")
    names = labels(korea)
    tasks = [task for task in TASKS if task.name not in ("worst", "negotiation", "uncertainty")]
    results = found(korea, tasks)
    assert asked in results
    assert told_apart(results, found(relabelled_as(korea, names), tasks), names) == []


def test_whoever_owns_the_sites_the_balance_counts_them(coarse):
    """The same interceptors were 0.0 or 99.2 per cent of the deterrent, as their sites belonged to one ally or another."""
    other = coarse.with_({f"site.{s.id}.party": "us" for s in coarse.sites if s.party == "nato"})
    assert other.hash != coarse.hash
    same_numbers(balance(coarse, exposure(coarse)), balance(other, exposure(other)))


def test_forces_without_declared_totals_are_counted_as_their_own_data_say(coarse):
    alone = coarse.with_({"party.russia.counted_as": "nobody"})
    assert declarer(alone) == ""
    assert methods_of(alone) == ("by_base", "by_system")
    data = balance(alone, exposure(alone)).data
    assert "declared" not in data.counted.values
    assert "russia" not in data.party.values


def test_people_of_nobody_s_party_have_a_denominator(coarse):
    """Where the defenders have no land on the map, everybody on it is the denominator, not nobody."""
    elsewhere = coarse.with_({"scenario.protects": ["us"]})
    share = shares(defended_area(elsewhere).data)
    assert not np.isnan(share.values).any()


@pytest.mark.parametrize(
    ("key", "value"), [("defenders", ["natto"]), ("deterrer", "rusia"), ("protects", ["nobody"])]
)
def test_a_role_of_a_party_that_is_not_there_is_one_line(coarse, key, value):
    with pytest.raises(InputError, match=f"scenario.{key}"):
        coarse.with_({f"scenario.{key}": value})
