"""Certificates: what is proved is true, and nothing else is accepted."""

import ast
import copy
import json
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from guarantee_proof import small_certificate, small_question

import equipoise.checkers.certificate
from command_line import invoke
from equipoise.analysis.guarantees.pool import slack_s
from equipoise.analysis.guarantees.search import certify, sealed
from equipoise.analysis.guarantees.worst import attained, random_designs, thinned
from equipoise.checkers.certificate.reading import ARC_AXES
from equipoise.checkers.certificate.statement import sentences
from equipoise.checkers.certificate.verify import Rejected, check, read


@pytest.fixture(scope="module")
def proof():
    # 5 km/s is near the largest speed that can be certified here, so that an error of a tenth would show.
    return small_certificate(speed_m_s=5000.0)


def reseal(document):
    return sealed({k: document[k] for k in ("format", "statement", "trees")})


@pytest.mark.second_method  # the engagement model: boosts, fly-outs, flights with J2 and air
def test_no_engagement_among_5_000_random_systems_and_flights_of_a_certified_region(proof):
    # validation/guarantee.py tries 100,000, and flights between the grid's
    certificate, system, pool = proof
    check(certificate)
    few = thinned(pool, 250)
    designs = random_designs(system, np.random.default_rng(7), 5_000 // len(few) + 1)
    assert slack_s(few, designs, system).max() < 0.0


def test_the_search_for_the_worst_is_not_beaten_by_random_systems(proof):
    # validation/guarantee.py tries 10,000 on every draft
    _, system, pool = proof
    found = attained(pool, system)
    designs = random_designs(system, np.random.default_rng(11), 60)
    few = thinned(pool, 25)
    assert slack_s(few, designs, system).max() <= found.slack_s < 0.0


def test_a_region_with_a_planted_violation_is_never_certified():
    rng = np.random.default_rng(5)
    _, system, pool, said = small_question(speed_m_s=5500.0, zone=(55.0, 10.0, 70.0, 25.0))
    found = attained(
        pool, system
    )  # somewhere in the north a system engages; any zone around it must be refused
    design = found.design
    assert found.slack_s > 0.0
    for _ in range(2):
        south, west = design.lat_deg - rng.uniform(0.1, 3.0), design.lon_deg - rng.uniform(0.1, 3.0)
        said["sites"]["within"] = [
            [f"{south:.3f}", f"{west:.3f}", f"{design.lat_deg:.3f}", f"{design.lon_deg + 0.2:.3f}"]
        ]
        outcome = certify(said, limit_s=1.0)
        assert outcome.certificate is None
        assert outcome.witness is not None
        assert outcome.free < 1.0


def test_1000_mutated_files_are_all_rejected(proof, tmp_path):
    text, rng, path = json.dumps(proof[0]), random.Random(3), tmp_path / "mutated.json"
    accepted = 0
    for k in range(1000):
        place = rng.randrange(len(text) - 1)
        other = chr(33 + (ord(text[place]) - 33 + rng.randrange(1, 94)) % 94)
        tail = ("", text[place + 1 :], other + text[place + 1 :])[k % 3]
        changed = text[:place] + tail
        if _same(changed, proof[0]):
            continue  # white space outside strings carries nothing
        path.write_text(changed, encoding="utf-8")
        try:
            check(read(path))
            accepted += 1
        except Rejected:
            pass
    assert accepted == 0


def _same(text, document):
    try:
        return json.loads(text) == document
    except ValueError:
        return False


def test_resealed_trees_that_lack_a_part_are_rejected(proof):
    # The seal is no defence against a forger: the trees themselves must be whole.
    certificate = proof[0]
    assert check(reseal(certificate)).boxes > 100
    widest = max(range(len(certificate["trees"][0])), key=lambda k: len(certificate["trees"][0][k][0]))
    tree = certificate["trees"][0][widest][0]
    for place in range(0, len(tree), 1 + len(tree) // 25):
        for forged_tree in (tree[:place] + tree[place + 1 :], tree[:place] + "." + tree[place + 1 :]):
            if forged_tree == tree:
                continue
            forged = copy.deepcopy(certificate)
            forged["trees"][0][widest][0] = forged_tree
            with pytest.raises(Rejected):
                check(reseal(forged))
    for part in (certificate["trees"], certificate["trees"][0], certificate["trees"][0][widest]):
        forged = copy.deepcopy(certificate)
        where = {0: forged["trees"], 1: forged["trees"][0], 2: forged["trees"][0][widest]}
        next(w for w in where.values() if w == part).pop()
        with pytest.raises(Rejected):
            check(reseal(forged))


FALSE = {
    "a faster interceptor": lambda s: s["interceptor"].update(speed_m_s="7500"),
    "a negative speed": lambda s: s["interceptor"].update(speed_m_s="-1"),
    "a launch during boost": lambda s: s["launch"].update(after_burnout_s="none"),
    "a launch of 1e20 s": lambda s: s["launch"].update(after_burnout_s="100000000000000000000"),
    "a launch after every flight": lambda s: s["launch"].update(after_burnout_s="3600"),
    "a speed of 0": lambda s: s["interceptor"].update(speed_m_s="0"),
    "a motor that saves its thrust for the end": lambda s: s["interceptor"].update(boost_share="0.1"),
    "a slack of 1e20 s": lambda s: s.update(slack_s="100000000000000000000"),
    "every place excluded": lambda s: s["sites"].update(outside=[["-90", "-180", "90", "180"]]),
    "every place in a disc": lambda s: s["sites"].update(
        discs=[{"lat_deg": "45", "lon_deg": "23", "radius_m": "9000000"}]
    ),
    "a point instead of an area of sites": lambda s: s["sites"].update(within=[["44", "23", "44", "23"]]),
    "a base beyond the pole": lambda s: s["threats"][0].update(place_deg=["91", "35.8"]),
    "a base far from its planes": lambda s: s["threats"][0].update(place_deg=["54", "60"]),
    "a missile that burns for 0 s": lambda s: s["threats"][0].update(burn_time_s="0"),
    "a cell without width": lambda s: s["threats"][0]["cells"][0].update(range_deg=["60", "60"]),
    "a threat twice": lambda s: s["threats"].append(s["threats"][0]),
    "an assumption reworded": lambda s: s["assumptions"].__setitem__(0, "The Earth is flat."),
    "an assumption dropped": lambda s: s["assumptions"].pop(),
    "what is not covered, dropped": lambda s: s["not_covered"].pop(),
    "no clauses": lambda s: s.update(clauses=[]),
    "no days": lambda s: s["question"].update(days=[]),
    "sites farther north": lambda s: s["sites"].update(within=[["43.5", "20", "62", "26"]]),
    "sites upside down": lambda s: s["sites"].update(within=[["46", "20", "43.5", "26"]]),
    "no sites": lambda s: s["sites"].update(within=[]),
    "another Earth": lambda s: s["earth"].update(gm_m3_s2="1"),
    "a negative margin": lambda s: s["margin"].update(constant_m="-50000"),
    "a smaller slack": lambda s: s.update(slack_s="-900"),
    "a range of ranges backwards": lambda s: s["threats"][0]["cells"][0].update(range_deg=["80", "60"]),
    "no cells": lambda s: s["threats"][0].update(cells=[]),
    "a number without quotes": lambda s: s["interceptor"].update(speed_m_s=5000),
    "an exponent": lambda s: s["interceptor"].update(speed_m_s="5e3"),
    "a line of the checker's own": lambda s: s.update(name="x\nACCEPTED: 1 boxes checked."),
    "an unknown key": lambda s: s.update(sufficient="yes"),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_false_statement_with_a_good_seal_is_rejected(proof, name):
    forged = copy.deepcopy(proof[0])
    FALSE[name](forged["statement"])
    with pytest.raises(Rejected):
        check(reseal(forged))


def test_a_disc_in_which_no_site_may_stand_needs_no_proof():
    # A zone that reaches far north is certified once everything in it but the south is excluded.
    _, _, _, said = small_question(speed_m_s=4500.0, zone=(43.5, 20.0, 60.0, 26.0))
    assert certify(said, limit_s=2.0).certificate is None
    said["sites"]["outside"] = [["45.5", "19", "61", "27"]]
    outcome = certify(said, limit_s=20.0)
    assert outcome.certificate is not None
    check(outcome.certificate)
    said["sites"]["outside"] = []
    said["sites"]["discs"] = [{"lat_deg": "60", "lon_deg": "23", "radius_m": "1650000"}]
    outcome = certify(said, limit_s=20.0)
    assert outcome.certificate is not None
    check(outcome.certificate)


def test_the_checker_stands_alone_and_is_short():
    # A sceptic must be able to read it in an hour, and it must share nothing with the search.
    sources = [p.read_text() for p in Path(equipoise.checkers.certificate.__file__).parent.glob("*.py")]
    names = set()
    for node in (n for source in sources for n in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            names |= {a.name.split(".")[0] for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module.split(".")[0]} if node.level == 0 else set()
    assert names <= sys.stdlib_module_names | {"flint"}
    assert sum(len(source.splitlines()) for source in sources) < 1400


def test_the_commands_certify_verify_and_refuse(proof, tmp_path):
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(proof[0]))
    shown = invoke(["guarantee", "verify", path])
    assert shown.exit_code == 0
    assert shown.stdout.startswith('CERTIFIED for the statement below: "Draft B')
    assert shown.stdout.count("  cell: ") == sum(len(t["cells"]) for t in proof[0]["statement"]["threats"])
    assert "The question was NOT compared" in shown.stdout
    assert "Not covered: " in shown.stdout
    assert "ACCEPTED" in shown.stdout
    path.write_text(path.read_text()[:-40])
    assert invoke(["guarantee", "verify", path]).exit_code == 1
    weak = tmp_path / "weak.toml"
    weak.write_text('[scenario]\nname = "weak"\nextends = "too-weak"\naim_step_deg = 10.0\n')
    done = invoke(["guarantee", "certify", weak, "--out", path, "--limit", "2"])
    assert done.exit_code == 1
    assert "No certificate" in done.stdout


def test_every_cell_of_the_file_is_printed(proof):
    said = sentences(proof[0]["statement"])
    for threat in proof[0]["statement"]["threats"]:
        for cell in threat["cells"]:
            line = "  cell: " + "; ".join(f"{k} {cell[k][0]} to {cell[k][1]}" for k in ARC_AXES)
            assert line in said
