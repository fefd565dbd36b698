"""The catalogue against the reference tables that it is made from."""

import csv
import runpy
from datetime import date
from pathlib import Path

import pytest

from equipoise.catalogue import KINDS, load_catalogue
from equipoise.foundation.provenance import Confidence
from equipoise.model.record import quantities

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "builders" / "reference"
BUILDER, BALANCE, VEHICLES, COUPLINGS = (
    runpy.run_path(str(ROOT / "builders" / f"{name}.py"))
    for name in ("catalogue", "balance", "vehicles", "couplings")
)
TABLES = {"threats": "missiles", "interceptors": "interceptors", "sensors": "sensors", "sites": "sites",
          "forces": "forces", "launch_areas": "launch_areas"}  # fmt: skip


BY_HAND = ("modes", "parties", "sectors")
"""Kinds that no table holds."""


def reference(table):
    with (REFERENCE / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.outside  # the project's reference tables
@pytest.mark.parametrize("table", TABLES)
def test_every_reference_row_is_in_the_catalogue(table):
    known = getattr(load_catalogue(), TABLES[table])
    assert [row["id"] for row in reference(table) if BUILDER["key_of"](row["id"]) not in known] == []


@pytest.mark.outside  # the project's reference tables
def test_every_provision_keeps_its_printed_number_and_source():
    kept = {
        (p.article, p.parameter, p.value, p.source)
        for i in load_catalogue().instruments.values()
        for p in i.provisions
    }
    rows = reference("instruments")
    assert {(r["clause"], r["parameter"], r["value"], r["source"]) for r in rows} == kept
    assert len(rows) == 56


@pytest.mark.outside  # SpaceNews 2007; Lewis and Postol 2008, through the reference table
def test_the_disputed_speeds_of_the_two_stage_gbi():
    gbi = load_catalogue().interceptors["gbi-2-stage"]
    assert [claim.value_km_s.value for claim in gbi.speed_claims] == [5.4, 6.3, 8.0]
    assert (gbi.burnout_speed_km_s.low, gbi.burnout_speed_km_s.high) == (5.4, 8.3)


@pytest.mark.second_method  # the powers as they were flown, against the same flights now
@pytest.mark.parametrize(
    ("design", "vehicles", "fly"),
    [
        ("liquid", ("forden-scud-b", "wright-nodong-a"), "burnout"),
        (2, ("orion-two-stage",), "flown_straight"),
        (3, ("orion-three-stage",), "flown_straight"),
    ],
)
def test_what_goes_with_a_slower_burn_is_what_staged_vehicles_do(design, vehicles, fly):
    known = load_catalogue().vehicles
    flown = [COUPLINGS["powers"](known[name], COUPLINGS[fly]) for name in vehicles]
    for key, power in BUILDER["SLOWER_BURN"][design].items():
        what = key.rsplit("_km", 1)[0].replace("_", " ")
        assert sum(one[what] for one in flown) / len(flown) == pytest.approx(power, abs=0.02)


def test_ties_are_of_quantities_with_a_range():
    tied = [e for kind in ("missiles", "interceptors") for e in getattr(load_catalogue(), kind).values()]
    for entry in tied:
        for tie in entry.correlated:
            assert [getattr(entry, key).is_certain for key in tie.keys] == [False, False], entry.id
    assert sum(bool(entry.correlated) for entry in tied) == 10


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_without_source_and_no_memory_without_range(kind):
    for entry in getattr(load_catalogue(), kind).values():
        for key, value in quantities(entry).items():
            assert value.source, (entry.id, key)
            assert value.source != "given in the scenario file", (entry.id, key)
            if value.confidence == Confidence.MEMORY and value.value:
                assert value.low < value.high, (entry.id, key)


def test_the_files_are_what_the_builder_makes(tmp_path):
    for builder in (BUILDER, BALANCE, VEHICLES):
        builder["main"](REFERENCE, tmp_path)
    kept = ROOT / "src" / "equipoise" / "catalogue" / "data"
    made = {path.relative_to(tmp_path): path.read_text() for path in tmp_path.rglob("*.*")}
    written = {path.relative_to(kept): path.read_text() for path in kept.rglob("*.*")}
    assert made == {path: text for path, text in written.items() if path.parts[0] not in BY_HAND}


def test_an_instrument_acts_only_while_it_is_in_force():
    treaty = load_catalogue().instruments["abm-treaty"]
    days = [date(1972, 10, 2), date(1972, 10, 3), date(2002, 6, 12), date(2002, 6, 13)]
    assert [treaty.in_force(day) for day in days] == [False, True, True, False]
    assert load_catalogue().instruments["us-romania-2011"].status_on(date(2011, 10, 1)) == "signed"


def test_a_count_that_was_read_in_print_is_not_widened():
    count = load_catalogue().sites["deveselu"].count
    assert (count.low, count.value, count.high) == (24, 24, 24)


@pytest.mark.parametrize("name", ["51t6", "s-500"])
def test_a_speed_that_nobody_has_published_is_left_out(name):
    assert load_catalogue().interceptors[name].burnout_speed_km_s is None
