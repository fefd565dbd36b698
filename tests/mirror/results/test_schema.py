"""Kinds of results: what each declares, and that nothing else is written or read."""

import ast
from pathlib import Path

import numpy as np
import pytest

from equipoise.foundation.errors import StoredResultError
from equipoise.results import record, schema
from equipoise.results.record import Result, load_result
from equipoise.results.schema import KINDS, TYPES, dataset, kind

PACKAGE = Path(schema.__file__).parents[1]


@pytest.mark.parametrize("name", KINDS)
def test_every_variable_says_unit_type_and_meaning_over_axes_that_are_named(name):
    said = kind(name)
    assert said.meaning.endswith(".")
    for one in (*said.variables.values(), *said.axes.values()):
        assert one.type in TYPES
        assert one.meaning
        assert (one.unit == "") == (one.type == "text"), one.name
        assert one.unit.removeprefix("see ") in said.variables or not one.unit.startswith("see ")
        assert not (one.missing and one.type == "text")


def test_every_kind_that_the_program_makes_is_declared_and_no_other():
    made = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "dataset":
                made.add(ast.unparse(node.args[0]).strip("'"))
    named = {"PLAN": "flight_test_plan", "INPUTS": "flight_test_inputs", "CAMPAIGN": "flight_test_campaign", "EVIDENCE": "flight_test_evidence"}  # fmt: skip
    assert {named.get(name, name) for name in made} | {"sweep"} == set(
        KINDS
    )  # a sweep's columns are its study's


def share(values=((0.0, 0.5),)):
    return dataset("launch_policies", {"share": [values]}, {"phase": ["a"], "threat": ["x", "y"]})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.rename(share="shares"), "'shares' is none of its variables; nearest: share"),
        (lambda d: d.transpose("threat", "phase", "variant"), r"'share' has the axes \(threat, phase, variant\) instead of"),
        (lambda d: d.share.attrs.update(units="km") or d, "'share' is in 'km' instead of '1'"),
        (lambda d: d.assign(share=d.share.astype(str).assign_attrs(d.share.attrs)), "'share' holds <U.* instead of type number"),
        (lambda d: d.assign(share=d.share.where(d.share > 0).assign_attrs(d.share.attrs)), "'share' has values that are not numbers"),
        (lambda d: d.assign_coords(base=("phase", ["b"])), "'base' is none of its variables"),
    ],
)  # fmt: skip
def test_what_a_kind_does_not_declare_is_neither_made_nor_read(tmp_path, monkeypatch, change, said):
    data = change(share())
    with pytest.raises(ValueError, match=f"'launch_policies': {said}"):
        Result(kind="launch_policies", title="t", data=data)
    with monkeypatch.context() as unchecked:
        unchecked.setattr(record, "check", lambda name, data: None)
        path = Result(kind="launch_policies", title="t", data=data).save(tmp_path / "r.nc")
    with pytest.raises(StoredResultError, match=f"not a result of this version .*{said}"):
        load_result(path)


@pytest.mark.parametrize("lost", ["share", "step"])
def test_a_stored_result_that_lacks_what_its_kind_needs_is_refused(tmp_path, lost):
    whole = share().assign_attrs(dict.fromkeys(kind("launch_policies").attributes, 1.0))
    assert (
        load_result(Result(kind="launch_policies", title="t", data=whole).save(tmp_path / "a.nc")).title
        == "t"
    )
    whole = whole.drop_vars(lost) if lost in whole else whole.assign_attrs(step=None)
    whole.attrs = {name: value for name, value in whole.attrs.items() if value is not None}
    path = Result(kind="launch_policies", title="t", data=whole).save(tmp_path / "b.nc")
    with pytest.raises(
        StoredResultError, match=f"not a whole result of kind 'launch_policies': it lacks {lost}$"
    ):
        load_result(path)


def test_numbers_in_the_place_of_words_are_refused():
    data = dataset("flight", {"event": [0.0, 1.5]}, {})
    with pytest.raises(ValueError, match="'event' holds object instead of type text"):
        Result(kind="flight", title="t", data=data)


def test_an_unknown_kind_names_the_nearest():
    with pytest.raises(
        ValueError, match="no kind of result is called 'launch_policy'; nearest: launch_policies"
    ):
        Result(kind="launch_policy", title="t", data=share())


def test_an_axis_of_two_forms_is_the_one_that_has_values():
    flat = dataset("defended_area", {"area": np.ones((2, 3))}, {"lat": [1.0, 2.0], "lon": [1.0, 2.0, 3.0]})
    even = dataset("defended_area", {"area": np.ones((2, 3))}, {"y": [1.0, 2.0], "x": [1.0, 2.0, 3.0]})
    assert (flat.area.dims, even.area.dims) == (("lat", "lon"), ("y", "x"))
    assert even.x.attrs == {"units": "km", "long_name": "map coordinate to the east"}
    schema.check("defended_area", even)
