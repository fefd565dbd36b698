"""``list``, ``show`` and ``cite`` over the whole catalogue."""

import json

import pytest

from command_line import invoke
from equipoise.catalogue import KINDS, load_catalogue
from equipoise.cli.listing import COLUMNS

WIDE = {"COLUMNS": "240"}


def out(*words):
    answer = invoke(words, env=WIDE)
    assert answer.exit_code == 0, answer.output
    return answer.output


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_names_every_record_with_its_values(kind):
    rows = json.loads(out("list", kind, "--json"))
    assert [row["id"] for row in rows] == list(getattr(load_catalogue(), kind))
    assert all(set(COLUMNS[kind]) < set(row) for row in rows)
    assert rows[0]["id"] in out("list", kind.replace("_", "-"))


def test_studies_are_listed_as_replicate_lists_them():
    rows = json.loads(out("list", "studies", "--json"))
    assert {row["id"]: row["title"] for row in rows} == json.loads(out("replicate", "--list", "--json"))
    assert "speed-dispute" in out("list", "studies")


def test_scenarios_are_listed_with_their_dates():
    rows = {row["id"]: row for row in json.loads(out("list", "scenarios", "--json"))}
    assert rows["epaa"]["dates"] == "2011-12-31, 2015-12-31, 2018-12-31, 2020-12-31"


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_can_be_shown_and_cited(kind):
    for name, entry in getattr(load_catalogue(), kind).items():
        shown = out("show", name)
        assert "Claim(" not in shown
        assert "Quantity(" not in shown
        assert "[1]" in shown
        assert json.loads(out("show", name, "--json"))["id"] == name
        assert entry.source in {row["source"] for row in json.loads(out("cite", name, "--json"))}


def test_a_value_is_shown_with_unit_range_and_source():
    shown = out("show", "gbi-2-stage")
    assert "6.3 km/s" in shown
    assert "5.4 to 8.3" in shown
    assert "8 (7.7 to 8.3) km/s · T. Postol" in shown


def test_a_name_that_is_not_there():
    for words, told in ((["show", "sm3-iaa"], "did you mean"), (["list", "planes"], "no list is called")):
        answer = invoke(words)
        assert answer.exit_code == 2
        assert told in answer.output
