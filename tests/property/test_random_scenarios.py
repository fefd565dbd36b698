"""Random scenarios made from the records' own metadata: what ``check`` takes, a run computes, and neither ends in a traceback.

Each takes a coarse scenario of one date, one mode and one threat, gives some of its keys other values that their records
allow, and leaves out some of its tables. ``EQUIPOISE_FUZZ`` is the number of scenarios, ``EQUIPOISE_FUZZ_SEED`` the first seed; the seed stands in the name of the
test, and a failure is shrunk to the fewest changes that still fail.
"""

import os
import pathlib
import string
import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from equipoise.catalogue import load_catalogue
from equipoise.foundation.errors import InputError
from equipoise.foundation.provenance import Confidence
from equipoise.jobs.tasks import chosen
from equipoise.model.fields import (
    Column,
    Date,
    Identifier,
    Limits,
    Measured,
    Names,
    Sure,
    Switch,
    Time,
    Words,
)
from equipoise.model.record import specs
from equipoise.model.scenario import TABLES
from equipoise.model.shapes import Corners, Path, Rectangle
from equipoise.numerics.threads import using
from equipoise.scenario.load import load_scenario, resolve
from equipoise.scenario.read import SCENARIOS

COUNT = int(os.environ.get("EQUIPOISE_FUZZ", "300"))
SEED = int(os.environ.get("EQUIPOISE_FUZZ_SEED", "1"))
ROUND = 150
"""Scenarios with one seed."""
ANALYSES = ("scenario", "places", "defended_area", "exposure", "guarantee", "balance")
LIMIT_S, LIMIT_BYTES = 60.0, 2_000_000_000
PROCESS = pathlib.Path("/proc/self")
PEAK_ANEW = "5"
"""Written to ``clear_refs``, it sets the peak of the process's resident memory to what it holds (Linux, proc(5))."""
MOST_CHANGES = 5
NEEDED = ("phase", "threat", "missile", "launch_area", "interceptor", "site")
BASES = 2
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
TEXTS = ("Шахты", "$x_{$", "[north]", "a b", "<b>", "'; --", "%s {x}", "a" * 300)


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    epaa = load_scenario("epaa")
    bases = [f"base.{base.id}" for base in epaa.bases[BASES:]]
    threats = [f"threat.{threat.id}" for threat in epaa.threats[1:]]
    raids = [f"{t}.{e.id}" for t in ("raid", "volley") for e in epaa.table(t)]
    removed = ", ".join(f'"{name}"' for name in (*bases, *threats, *raids))
    path = tmp_path_factory.mktemp("fuzz") / "coarse.toml"
    path.write_text(COARSE.replace("REMOVED", removed))
    return SCENARIOS.parse(load_scenario(str(path)).to_toml(), "coarse")


def places(raw):
    """Return every key of the file with the kind of value that its record says it holds."""
    found = {}
    for name, table in TABLES.items():
        entries = raw.get(name, {} if table.single else [])
        for entry in [entries] if table.single else entries:
            own = "" if table.single else f"{entry[table.identity]}."
            found |= {f"{name}.{own}{key}": spec.kind for key, spec in specs(table.record).items()}
    return {
        at: kind
        for at, kind in found.items()
        if at not in KEPT and not at.endswith(".id") and kind is not None
    }


def number(kind):
    low, high = kind.minimum, kind.maximum
    if kind.whole:
        return st.integers(int(low), int(high))
    return (
        st.sampled_from((low, high))
        | st.floats(low, high)
        | st.floats(0.0, 1.0).map(
            lambda u: (
                low + (high - low) * u**4
            )  # where the lower end is small, most of the interest is near it
        )
    )


def quantity(kind):
    """Return a number, or a table with its range."""
    table = (
        st.lists(number(kind), min_size=3, max_size=3)
        .map(sorted)
        .map(
            lambda x: {
                "low": x[0],
                "value": x[1],
                "high": x[2],
                "source": "random",
                "confidence": "assumption",
            }
        )
    )
    return number(kind) | table


LATITUDES, LONGITUDES = st.floats(-90.0, 90.0), st.floats(-180.0, 180.0)
BOX = st.tuples(LATITUDES, LONGITUDES, LATITUDES, LONGITUDES).map(
    lambda b: [min(b[0], b[2]), b[1], max(b[0], b[2]), b[3]]
)
POINT = st.tuples(LATITUDES, LONGITUDES).map(list)
DAYS = st.dates(date(2011, 1, 1), date(2021, 1, 1))


def value(kind, names):
    """Return the strategy of the values that a kind takes; ``names`` are what a text may say."""
    if isinstance(kind, Measured):
        return quantity(kind)
    if isinstance(kind, Limits):
        return number(kind)
    if isinstance(kind, Names):
        return st.lists(st.sampled_from(kind.words or names), min_size=kind.least, max_size=3, unique=True)
    if isinstance(kind, Date):
        return (DAYS | st.dates(date(kind.first_year, 1, 1), date(kind.last_year, 12, 31))).map(
            date.isoformat
        )
    if isinstance(kind, Words) and not isinstance(kind, Identifier | Column):
        return st.sampled_from(kind.words or (*names, *TEXTS))
    return {
        Switch: st.booleans(),
        Time: st.datetimes().map(lambda moment: moment.isoformat()),
        Sure: st.sampled_from(tuple(Confidence)),
        Identifier: st.sampled_from(names) | st.text(string.ascii_lowercase, min_size=1, max_size=60),
        Rectangle: st.lists(BOX, max_size=3),
        Path: st.lists(POINT, min_size=2, max_size=5),
        Corners: st.lists(POINT, min_size=3, max_size=4),
    }[type(kind)]


def changes(raw):
    """Return the strategy of the values that are laid over the file; a key that is called as a table names one of its entries."""
    found = places(raw)
    ids = {
        name: [entry[t.identity] for entry in raw.get(name, [])] for name, t in TABLES.items() if not t.single
    }
    known = sorted({name for names in ids.values() for name in names})

    def one(at):
        key = at.rsplit(".", 1)[1]
        return st.tuples(
            st.just(at), value(found[at], ids.get(key) or ids.get(key.removesuffix("s")) or known)
        )

    change = st.sampled_from(sorted(found)).flatmap(one)
    return st.lists(change, min_size=1, max_size=MOST_CHANGES, unique_by=lambda change: change[0])


def absences(raw):
    """Return the strategy of the tables that are left out: mostly none, and none of those that nothing works without."""
    may_lack = sorted(
        name for name, table in TABLES.items() if not table.single and name in raw and name not in NEEDED
    )
    one = st.sampled_from(may_lack)
    return st.just(()) | st.just(()) | one.map(lambda name: (name,)) | st.tuples(one, one)


def run(raw, moved, absent=()):
    """Compute a scenario without its ``absent`` tables; return whether ``check`` takes it."""
    found = {}
    try:
        left = {name: table for name, table in raw.items() if name not in absent}
        scenario = resolve(SCENARIOS.with_values(left, moved), "fuzz")
    except InputError:
        return False
    with using(1):
        for task in chosen(ANALYSES):
            value = task.run(scenario, found, lambda: None)
            found |= {} if value is None else {task.name: value}
    return True


def computed(raw, moved, absent=()):
    """Return what :func:`run` does, and hold it to its limits of time and memory."""
    started = time.process_time()
    PROCESS.joinpath("clear_refs").write_text(PEAK_ANEW)
    taken = run(raw, moved, absent)
    assert time.process_time() - started < LIMIT_S
    assert peak_bytes() < LIMIT_BYTES
    return taken


def peak_bytes():
    """Return the most memory that this process has held at a time since its peak was set back."""
    lines = PROCESS.joinpath("status").read_text().splitlines()
    (peak_kb,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak_kb) * 1024


def test_the_peak_of_memory_is_that_of_one_scenario():
    PROCESS.joinpath("clear_refs").write_text(PEAK_ANEW)
    before = peak_bytes()
    held = b"x" * 200_000_000
    assert peak_bytes() > before + 0.9 * len(held)
    del held
    PROCESS.joinpath("clear_refs").write_text(PEAK_ANEW)
    assert peak_bytes() < before + 100_000_000


@pytest.mark.parametrize("first", range(SEED, SEED + max(1, COUNT // ROUND)))
def test_what_a_check_takes_is_computed(first, raw):
    load_catalogue()
    run(raw, [])  # kernels are compiled, and tables remembered, outside the limit of time
    taken = []

    @seed(first)
    @settings(
        max_examples=min(COUNT, ROUND), database=None, print_blob=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(changes(raw), absences(raw))
    def one(moved, absent):
        taken.append(computed(raw, moved, absent))

    one()
    print(f"seed {first}: {sum(taken)} of {len(taken)} computed")
    assert sum(taken) > len(taken) / 3  # else most are refused, and little is tried


def test_a_burn_time_of_a_second_is_refused_or_computed_at_once(raw):
    for at in ("interceptor.sm3-iia.burn_time_s", "missile.irbm-notional.burn_time_s"):
        computed(raw, [(at, 1.0)])
