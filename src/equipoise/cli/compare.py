"""``equipoise compare``: scenarios and modes of cooperation side by side."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from equipoise.cli.app import Quiet, Settings, TablesAsJson, app
from equipoise.foundation.errors import misuse

if TYPE_CHECKING:
    from equipoise.jobs.tasks import Found, Task, Tell
    from equipoise.results.record import Result
    from equipoise.scenario.load import Scenario


@app.command()
def compare(
    context: typer.Context,
    references: Annotated[
        list[str],
        typer.Argument(metavar="SCENARIO@MODE...", help="For instance epaa@independent epaa@joint."),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder for the result; out/compare by default.")] = None,
    settings: Settings = None,
    as_json: TablesAsJson = False,
    quiet: Quiet = False,
) -> None:
    """Compare modes of cooperation: who is defended, what each side depends on, what each shared sensor gives."""
    from equipoise.cli.part import show
    from equipoise.cli.progress import command_line, run_with_progress
    from equipoise.jobs.tasks import chosen

    scenarios = scenarios_of(references, settings or [])
    report = run_with_progress(
        scenarios[0],
        out or Path("out/compare"),
        command=command_line(context),
        quiet=quiet,
        tasks=[*chosen(("scenario", "places", "defended_area")), _comparison(scenarios)],
    )
    show(report, "cooperation", as_json=as_json)


def scenarios_of(references: list[str], settings: list[str]) -> list[Scenario]:
    """Return each scenario that the references name, once, with the modes that they ask for, in their order."""
    from equipoise.scenario.load import load_scenario

    modes: dict[str, list[str]] = {}
    for reference in references:
        name, at, mode = reference.rpartition("@")
        if not at or not name or not mode:
            said = "expected SCENARIO@MODE."
            raise misuse(reference, "", said, "For instance epaa@joint.")
        wanted = modes.setdefault(name, [])
        if mode in wanted:
            raise misuse(reference, "", "is named twice.", "Name each mode once.")
        wanted.append(mode)
    return [
        load_scenario(name, settings, keep_ranges=True).in_modes(wanted) for name, wanted in modes.items()
    ]


def _comparison(scenarios: list[Scenario]) -> Task:
    """Return the task that studies every scenario and joins what it finds."""
    from equipoise.jobs.tasks import Task

    def steps(_first: Scenario) -> int:
        each = [len(s.threats) * len(s.head.families) for s in scenarios]
        return sum(each) + each[0]

    def study(_first: Scenario, _found: Found, tell: Tell) -> Result:
        from equipoise.analysis.cooperation.study import cooperation

        results = []
        for scenario in scenarios:
            result = cooperation(scenario, late_and_coarse=scenario is scenarios[0], tell=tell)
            if result is None:
                said = "of the parties that command anything fewer than two have land on the map."
                cure = "Compare scenarios of two parties that both have something to defend there."
                raise misuse(scenario.name, "", said, cure)
            results.append(result)
        return joined(results, [scenario.name for scenario in scenarios])

    return Task("cooperation", "Cooperation", study, steps)


def joined(results: list[Result], names: list[str]) -> Result:
    """Return the studies of several scenarios as one; a mode is then called SCENARIO@MODE.

    What does not depend on the mode (sensors, late data) is the first scenario's.
    """
    import xarray as xr

    if len(results) == 1:
        return results[0]
    first = results[0].data
    for result, name in zip(results, names, strict=True):
        for axis in ("phase", "party", "threat"):
            if list(result.data[axis].values) != list(first[axis].values):
                said = f"its {axis} axis differs from that of '{names[0]}'."
                cure = "Compare scenarios that extend the same one."
                raise misuse(name, axis, said, cure)
    parts = [
        result.data[[v for v in result.data.data_vars if "mode" in result.data[v].dims]].assign_coords(
            mode=[f"{name}@{mode}" for mode in result.data["mode"].values]
        )
        for result, name in zip(results, names, strict=True)
    ]
    rest = first[[v for v in first.data_vars if "mode" not in first[v].dims]]
    data = xr.concat(parts, dim="mode", combine_attrs="override").merge(
        rest.drop_vars("mode", errors="ignore")
    )
    return replace(results[0], data=data)
