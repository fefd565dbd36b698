"""Every party under another identifier, in another order: no analysis may give another number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from equipoise.jobs.flight_test import flight_test
from equipoise.jobs.tasks import ANALYSES, Task, guarantee_tasks, uncertainty
from equipoise.results.compare import differences
from equipoise.results.record import Result
from equipoise.scenario.flight_test import load_flight_test
from equipoise.scenario.load import Scenario, load_scenario

TASKS: tuple[Task, ...] = (*ANALYSES, uncertainty(("exposure", "balance"), 0), *guarantee_tasks(0.0)[3:])
"""The analyses of a run, what decides, the worst permitted system, the negotiation space, and the lives of instruments.

The bound on the worst system takes no time here: what it reaches in seconds hangs on the machine, whatever the labels.
"""


def labels(scenario: Scenario) -> dict[str, str]:
    """Return another identifier for each party of a scenario; they sort in the opposite order."""
    known = sorted(party.id for party in scenario.parties)
    return {name: f"side-{chr(ord('z') - k)}" for k, name in enumerate(known)}


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the text of a file with other identifiers of parties; forces are counted as before."""
    for old, new in names.items():
        text = re.sub(rf"(?m)^\[(\[?)party\.{old}\]", rf"[\1party.{new}]", text)
        text = re.sub(rf'(?m)^((?!counted_as).*?)(?<=["])\b{old}(?=")', rf"\1{new}", text)
    return text


def relabelled(scenario: Scenario, names: Mapping[str, str]) -> Scenario:
    """Return the same scenario with every party under another identifier."""
    return Scenario.from_toml(renamed(scenario.to_toml(), names))


def found(scenario: Scenario, tasks: Iterable[Task] = TASKS) -> dict[str, Result]:
    """Return the results of the tasks that have something to do, by name."""
    results: dict[str, Any] = {}
    for task in tasks:
        value = task.run(scenario, {k: results[k] for k in task.needs if k in results}, lambda: None)
        if isinstance(value, Result):
            results[task.name] = value
    return results


def told_apart(
    left: Mapping[str, Result], right: Mapping[str, Result], names: Mapping[str, str]
) -> list[str]:
    """Return what differs between two folders of results once the parties of the first have the names of the second."""
    said = {kind: _said(one, right[kind], names) if kind in right else one for kind, one in left.items()}
    return differences(said, right)


def _said(result: Result, other: Result, names: Mapping[str, str]) -> Result:
    """Return a result whose texts name the parties otherwise, but for texts that are the other's: those of the catalogue."""
    words = re.compile("|".join(rf"(?<![\w.-]){re.escape(old)}(?![\w-])" for old in names))
    data = result.data.copy()
    for name in data.variables:
        values = data[name]
        if values.dtype.kind in "UO" and not np.array_equal(values.values, other.data[name].values):
            texts = [words.sub(lambda old: names[old[0]], str(text)) for text in values.values.ravel()]
            data = data.assign({name: (values.dims, _as_array(texts, values.shape), values.attrs)})
    return replace(result, data=data)


def _as_array(texts: list[str], shape: tuple[int, ...]) -> np.ndarray:
    return np.array(texts, dtype=object).reshape(shape)


def relabelled_test(name: str) -> list[str]:
    """Return what differs in plan, campaign and evidence of a built-in flight test when host and invited are called otherwise."""
    plain = load_flight_test(name)
    names = {plain.head.host: "side-a", plain.head.invited: "side-b"}
    observers = tuple(entry.but(party=names[entry.party]) for entry in plain.observers)
    head = plain.head.but(host=names[plain.head.host], invited=names[plain.head.invited])
    other = replace(plain, head=head, observers=observers)
    return told_apart(flight_test(plain, tests=4), flight_test(other, tests=4), names)


def rows() -> list[dict[str, Any]]:
    """Return the row of the validation table: differences over all analyses of the European scenario."""
    scenario = load_scenario("epaa", ["scenario.map_step_deg=3"])
    names = labels(scenario)
    lines = {
        "roles relabelled": told_apart(found(scenario), found(relabelled(scenario, names)), names),
        "flight test relabelled": relabelled_test("asd-15-like"),
    }
    what = {
        "roles relabelled": "differences in all analyses of epaa when every party has another identifier",
        "flight test relabelled": "differences in plan, campaign and evidence of a flight test when host and invited have another name",
    }
    return [
        {
            "id": name,
            "what": what[name],
            "value": len(apart),
            "unit": "1",
            "bar": 0,
            "holds": not apart,
            "source": "identity",
        }
        for name, apart in lines.items()
    ]
