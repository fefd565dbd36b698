"""A small statement and its certificate: two bases, three families, a zone in the Balkans."""

from dataclasses import replace

from equipoise.analysis.guarantees.arcs import groups
from equipoise.analysis.guarantees.permitted import permitted_system
from equipoise.analysis.guarantees.pool import pool_of
from equipoise.analysis.guarantees.question_file import question_file
from equipoise.analysis.guarantees.search import certify
from equipoise.analysis.guarantees.statement import statement
from equipoise.model.region import Region
from equipoise.scenario.load import load_scenario

BASES = ("ru-kozelsk", "ru-tatishchevo-27")
ZONE = (43.5, 20.0, 46.0, 26.0)


def small_scenario(name="sufficient", bases=BASES):
    scenario = load_scenario(name)
    kept = tuple(b for b in scenario.bases if b.id in bases)
    return replace(scenario, head=scenario.head.but(aim_step_deg=8.0), bases=kept)


def small_question(speed_m_s=4500.0, zone=ZONE, slack_s=0.0):
    scenario = small_scenario()
    flights = groups(scenario)
    system = replace(
        permitted_system(scenario), region=Region(((zone,),)), speed_m_s=speed_m_s, slack_s=slack_s
    )
    said = statement(scenario, question_file(scenario), system, flights=flights)
    return scenario, system, pool_of(flights), said


def small_certificate(**options):
    _, system, pool, said = small_question(**options)
    outcome = certify(said, limit_s=60.0)
    assert outcome.certificate is not None, outcome
    return outcome.certificate, system, pool
