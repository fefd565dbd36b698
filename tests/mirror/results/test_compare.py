"""What differs between two results is said with its place; equal results have nothing to say."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from equipoise.results.compare import differences, origins
from equipoise.results.record import Provenance, Result

pytestmark = pytest.mark.usefixtures("any_kind")


def result(values, names=("a", "b"), **origin):
    data = xr.Dataset(
        {"slack": (("base", "t"), np.array(values, dtype=float), {"units": "s", "long_name": "slack"})},
        coords={"base": list(names), "t": [0.5, 1.5]},
    )
    return {"demo": Result(kind="demo", title="t", data=data, provenance=Provenance(**origin))}


BASE = [[1.0, np.nan], [3.0, 4.0]]


def test_the_same_numbers_have_no_difference_whatever_made_them():
    left, right = result(BASE, command="x", seed=1), result(BASE, command="y", seed=1)
    assert differences(left, right) == []
    assert origins(left, right) == ["command: x against y"]


@pytest.mark.parametrize(
    ("right", "line"),
    [
        (
            {"values": [[1.0, np.nan], [3.0, 9.0]]},
            "demo: slack: 1 of 4 values differ, most 4 against 9 s at base b, t 1.5",
        ),
        (
            {"values": [[1.0, 0.0], [3.0, 4.5]]},
            "demo: slack: 2 of 4 values differ, most nan against 0 s at base a, t 1.5",
        ),
        ({"values": BASE, "names": ("a", "c")}, "demo: base: 1 of 2 texts differ"),
        (None, "demo: only in the first"),
    ],
)
def test_a_difference_names_its_place(right, line):
    assert differences(result(BASE), result(**right) if right else {}) == [line]


def test_a_tolerance_is_absolute():
    near = result([[1.0, np.nan], [3.0, 4.0 + 1e-6]])
    assert len(differences(result(BASE), near)) == 1
    assert differences(result(BASE), near, tolerance=2e-6) == []


def test_other_axes_are_said():
    left = result(BASE)
    cut = {"demo": replace(left["demo"], data=left["demo"].data.isel(t=[0]))}
    assert (
        differences(left, cut)
        == [
            "demo: t has the axes {'t': 2} against {'t': 1}",
            "demo: slack has the axes {'base': 2, 't': 2} against {'base': 2, 't': 1}",
        ]
        or len(differences(left, cut)) == 2
    )
