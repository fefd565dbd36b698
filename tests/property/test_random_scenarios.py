"""Random scenarios made from the records' own metadata: what ``check`` takes, a run computes, and neither ends in a traceback.

Each takes a coarse scenario of one date, one mode and one threat, and changes some numbers, words, dates and names of its entries,
within the limits that the records state or a little beside them. ``EQUIPOISE_FUZZ`` is the number of scenarios, and the seed of
each stands in the name of its test.
"""

import os
import random
import time

import pytest

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError
from equipoise.model.fields import Date, Identifier, Limits, Names, Switch, Words
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES
from equipoise.numerics.threads import using
from equipoise.run.tasks import chosen
from equipoise.scenario.load import load_scenario, resolve
from equipoise.scenario.read import SCENARIOS

COUNT = int(os.environ.get("EQUIPOISE_FUZZ", "40"))
SEED = int(os.environ.get("EQUIPOISE_FUZZ_SEED", "1"))
ANALYSES = ("scenario", "places", "defended_area", "exposure", "guarantee", "balance")
LIMIT_S = 60.0
COARSE = """
[scenario]
name = "coarse"
extends = "epaa"
families = ["minimum_energy"]
modes = ["independent"]
map_south_deg = 40.0
map_north_deg = 60.0
map_west_deg = 10.0
map_east_deg = 30.0
map_step_deg = 10.0
aim_step_deg = 10.0
studies = []
remove = [REMOVED]
[[phase]]
name = "only"
date = "2018-12-31"
"""
KEPT = (
    "scenario.map_step_deg",
    "scenario.aim_step_deg",
    "scenario.map_step_km",
    "scenario.extends",
    "scenario.remove",
)
WORDS = ("Шахты", "$x_{$", "[north]", "a b", "x", "nato", "russia", "", "\x1b[2J", "sm3-iia", "<b>")


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    epaa = load_scenario("epaa")
    bases = [f"base.{base.id}" for base in epaa.bases[3:]]
    threats = [f"threat.{threat.id}" for threat in epaa.threats[1:]]
    raids = [f"raid.{raid.id}" for raid in epaa.raids]
    removed = ", ".join(f'"{name}"' for name in (*bases, *threats, *raids))
    path = tmp_path_factory.mktemp("fuzz") / "coarse.toml"
    path.write_text(COARSE.replace("REMOVED", removed))
    return SCENARIOS.parse(load_scenario(str(path)).to_toml(), "coarse")


def places(raw):
    """Return every place of the file with what its record says of it."""
    found = []
    for name, table in TABLES.items():
        entries = raw.get(name, {} if table.single else [])
        for entry in [entries] if table.single else entries:
            own = "" if table.single else f"{entry[table.identity]}."
            found += [(f"{name}.{own}{key}", spec.kind) for key, spec in specs(table.record).items()]
    return [(at, kind) for at, kind in found if at not in KEPT]


def value(kind, rng):
    """Return a value that the kind takes, or now and then one beside it."""
    if isinstance(kind, Limits):
        low, high = kind.minimum, kind.maximum
        number = rng.choice(
            [low, high, rng.uniform(low, high), low + (high - low) * rng.random() ** 4, 0, -1, 10**400]
        )
        return int(number) if kind.whole and abs(number) < 1e18 else number
    if isinstance(kind, Switch):
        return rng.random() < 0.5
    if isinstance(kind, Date):
        return rng.choice(["0001-01-01", "1900-01-01", "2018-12-31", "2100-02-28", "9999-12-31", "spring"])
    if isinstance(kind, Names):
        return rng.sample(kind.words or WORDS, rng.randint(0, 2))
    if isinstance(kind, Identifier):
        return rng.choice(["a", "a-b", "A_b", "a/b", "x" * 61])
    return rng.choice(kind.words if isinstance(kind, Words) and kind.words else WORDS)


def changes(raw, rng):
    known = [
        (at, kind) for at, kind in places(raw) if kind is not None and at.count(".") == len(at.split(".")) - 1
    ]
    return {at: value(kind, rng) for at, kind in rng.sample(known, rng.randint(1, 3))}


@pytest.mark.parametrize("seed", range(SEED * 1_000_000, SEED * 1_000_000 + COUNT))
def test_what_a_check_takes_is_computed(seed, raw):
    load_catalogue()
    rng = random.Random(seed)
    moved = changes(raw, rng)
    started, found = time.process_time(), {}
    try:
        scenario = resolve(SCENARIOS.with_values(raw, list(moved.items())), "fuzz")
    except InputError:
        return
    with using(1):
        for task in chosen(ANALYSES):
            found[task.name] = task.run(scenario, found, lambda: None)
    assert time.process_time() - started < LIMIT_S, moved
