"""A sweep as a notebook calls it: a scenario and its axes in, one result out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise.analysis.sweeps.cube import cube, fits
from equipoise.analysis.sweeps.read import study_of
from equipoise.analysis.sweeps.rows import Rows, spec_of
from equipoise.analysis.sweeps.study import Study
from equipoise.foundation.errors import misuse
from equipoise.jobs.made import made_by_call
from equipoise.results.record import Provenance, Result
from equipoise.scenario.load import Scenario

if TYPE_CHECKING:
    import pandas as pd


def sweep(
    scenario: Scenario,
    axes: Mapping[str, Any] | pd.DataFrame,
    analysis: str = "exposure",
    measures: Sequence[str] = (),
    *,
    workers: int = 1,
    samples: int = 0,
    method: str = "sobol",
    seed: int = 1,
    out: Path | str | None = None,
) -> Result:
    """Return measures of an analysis over many scenarios, as a result of kind ``sweep``.

    ``axes`` maps places such as ``interceptor.sm3-iia.burnout_speed_km_s`` to lists or arrays of values, which are crossed, or to pairs
    ``(low, high)`` or the word ``"known"``, from which ``samples`` are drawn by ``method`` (sobol, latin_hypercube, random,
    saltelli) with ``seed``; or it is a table of samples, one column for each place, drawn from whatever distribution. The
    scenario is taken at its last date in its first mode. With more than one of ``workers``, processes share the rows; with
    ``out`` everything is kept in that folder as ``equipoise sweep`` keeps it, and an interrupted sweep is resumed.
    :class:`InputError` lists every fault.

    >>> import equipoise as eq
    >>> coarse = eq.Scenario.load("epaa", ["scenario.aim_step_deg=10"]).at("2018", mode="independent")
    >>> speeds = {"interceptor.sm3-iia.burnout_speed_km_s": [3.0, 4.5, 6.0]}
    >>> found = eq.sweep(coarse, speeds, measures=["largest_slack_s"])
    >>> found.data.largest_slack_s.shape
    (3,)
    >>> found.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    table = not isinstance(axes, Mapping)
    columns: dict[str, Any] = {
        str(key): values.tolist() if isinstance(values, np.ndarray) else values
        for key, values in axes.items()
    }
    options: dict[str, Any] = {
        "analysis": analysis,
        "measures": list(measures),
        "samples": samples,
        "method": method,
        "seed": seed,
    }
    given = {key: values.to_numpy(dtype=float) for key, values in columns.items()} if table else columns
    study = study_of(scenario, given, **options)
    if not fits(study):
        raise misuse(
            "axes", "", f"{study.rows:,} scenarios are too many for one result; use equipoise sweep."
        )
    found = _in_process(study) if workers == 1 and out is None else _in_folder(study, workers, out)
    said = options | {"axes": _plain(study, columns), "table": table}
    return made_by_call(scenario, found, "sweep", said, seed=seed)


def again(scenario: Scenario, *, axes: Mapping[str, Any], table: bool, **options: Any) -> Result:
    """Return the sweep that the options of a result describe."""
    import pandas as pd

    given: Any = (
        pd.DataFrame(axes) if table else {k: v if isinstance(v, str) else _axis(v) for k, v in axes.items()}
    )
    return sweep(scenario, given, **options)


def _axis(value: Any) -> Any:
    return tuple(value["range"]) if isinstance(value, dict) else value


def _plain(study: Study, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return the axes as JSON data: a list of values or samples, a pair as ``{"range": [low, high]}``, a word as it is."""
    if study.given:
        names = [axis.key for axis in study.sampled]
        return {name: [row[k] for row in study.given] for k, name in enumerate(names)}
    return {key: {"range": list(v)} if isinstance(v, tuple) else v for key, v in columns.items()}


def _in_process(study: Study) -> Result:
    columns = Rows(spec_of(study))(0, study.rows)
    return cube(study, lambda _chunk: columns, 1, Provenance())


def _in_folder(study: Study, workers: int, out: Path | str | None) -> Result:
    from equipoise.compute.local import LocalWorkers
    from equipoise.jobs.sweep import run_study

    with TemporaryDirectory() as temporary:
        folder = Path(out) if out is not None else Path(temporary) / "sweep"
        outcome = run_study(
            study, folder, lambda job: LocalWorkers(job, workers), command="", resume=out is not None
        )
    assert outcome.result is not None, "a complete sweep that fits has its cube"
    return outcome.result
