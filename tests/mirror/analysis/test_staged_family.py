"""Certificates of a staged strategic missile: cells that hold its flights, and a checker that accepts them."""

import json
from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
from validation.question_pairs import judged, seal_both

import equipoise as eq
from equipoise.analysis.guarantees.arcs import groups
from equipoise.analysis.guarantees.question_file import question_file
from equipoise.analysis.guarantees.staged_family import as_flown, staged_paths
from equipoise.analysis.guarantees.verdicts import families
from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus

STAGED = """
[scenario]
extends = "sufficient"
name = "sufficient-staged"
aim_step_deg = 10
[missile.icbm-solid]
of = "minuteman-style"
ends_thrust = true
"""


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    path = tmp_path_factory.mktemp("staged") / "s.toml"
    path.write_text(STAGED, encoding="utf-8")
    scenario = eq.Scenario.load(str(path))
    return replace(scenario, bases=tuple(b for b in scenario.bases if b.id == "ru-irkutsk"))


@pytest.mark.identity
def test_the_cells_hold_every_flight_of_the_stages(one):
    flown = 0
    for group in groups(one, families(one)):
        paths = staged_paths(one, one.bases[0], group.family)
        good = np.flatnonzero(paths.status == FlightStatus.OK)
        flown += good.size
        assert not good.size or group.holds(paths[good]).all()
    assert flown > 3


@pytest.fixture(scope="module")
def certified(one):
    """Return the certificate of the draft against the staged missile of one base, and the question that it answers."""
    found = eq.certify(one, limit_s=60.0)
    assert found.refused == ""
    assert found.outcome.free == 1.0
    return json.loads(json.dumps(found.certificate)), question_file(one)


@pytest.mark.second_method
def test_both_checkers_accept_the_certificate_of_a_staged_missile(rust_checker, certified):
    assert judged(rust_checker, *certified) == (0, 0)


def faster(statement, question):
    statement["interceptor"]["speed_m_s"] = "9000"


def narrower_cells(statement, question):
    for cell in statement["threats"][0]["cells"]:
        low, high = map(float, cell["burnout_altitude_m"])
        cell["burnout_altitude_m"][1] = f"{low + 0.1 * (high - low):.0f}"


def higher_burnouts(statement, question):
    low, high = question["bases"][0]["ranges"]["burnout_altitude_km"]
    question["bases"][0]["ranges"]["burnout_altitude_km"] = [low, f"{3.0 * float(high):.0f}"]


@pytest.mark.second_method
@pytest.mark.parametrize("change", [faster, narrower_cells, higher_burnouts])
def test_both_checkers_refuse_a_changed_certificate_of_a_staged_missile(rust_checker, certified, change):
    certificate, question = deepcopy(certified)
    change(certificate["statement"], question)
    seal_both(certificate, question)
    assert judged(rust_checker, certificate, question) == (1, 1)


def test_the_ranges_of_the_box_are_those_of_its_flights_and_a_kinematic_missile_stays_itself(one):
    made = as_flown(one, one.bases[0], families(one))
    assert made.burn_time_s.low <= 188.0 * 1.05
    assert made.max_range_km.low < made.max_range_km.value < made.max_range_km.high
    assert "hull" in made.burnout_altitude_km.source
    plain = eq.Scenario.load("sufficient")
    assert as_flown(plain, plain.bases[0], families(plain)) is plain.find("missile", plain.bases[0].missile)


def test_a_staged_missile_that_falls_whole_is_refused_with_the_cure(one):
    whole = tuple(
        m.but(ballistic_coefficient_kg_m2=None) if m.id == "icbm-solid" else m for m in one.missiles
    )
    with pytest.raises(DomainError, match="give 'icbm-solid' a ballistic_coefficient_kg_m2"):
        groups(replace(one, missiles=whole), families(one))


def test_a_staged_missile_whose_stages_have_ranges_is_refused_with_the_cure(one):
    found = one.find("missile", "icbm-solid")
    payload = replace(found.payload_kg, low=800.0)
    loose = replace(one, missiles=tuple(m.but(payload_kg=payload) if m is found else m for m in one.missiles))
    with pytest.raises(DomainError, match="stages of 'icbm-solid' at their values; give payload_kg no range"):
        groups(loose, families(one))
