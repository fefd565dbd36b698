"""Make the reference pages from the records and the catalogue, and the schemas of what commands print: ``python builders/reference_pages.py DOCS``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from answers import COMMANDS
from answers import schema as answer_schema
from equipoise.catalogue import KINDS, load_catalogue
from equipoise.foundation.units import unit_of_key
from equipoise.model import flight_test, scenario
from equipoise.model.record import Record, Spec, meanings, quantities, specs
from equipoise.model.scenario import Table
from equipoise.model.vehicle import Stage
from equipoise.results import schema

SCENARIO_HEAD = """# Scenario files

A scenario is a TOML file. With `extends` it takes from another scenario everything that it does not state itself. An entry
with the same `id` is overridden key by key; an entry with a new `id` is added. `[site.deveselu]` is short for `[[site]]` with that id. A threat
without an `id` takes that of its missile. A phase is known by its `name`: `[[phase]]` entries replace all phases of the extended scenario,
`[phase."Phase 2"]` changes one. `remove = ["threat.sajjil-2-north", "phase.Phase 4"]` in `[scenario]` leaves entries out.

What an entry does not state comes from the catalogue record with its id, or with the id given by `of` (with `of = ""` nothing is taken). A
missile, interceptor or launch area that another entry names is added automatically, so no entry need repeat what is in the catalogue.

A missile may name a staged vehicle of the catalogue with `of`, or state `stages` itself; it then flies as in `equipoise fly`. The
ranges of its stages are inputs like those of other missiles; in a sweep or a correlation `missile.ID.stages.1.propellant_kg` names one. A
certificate covers stages without ranges, by the box of burnouts that the missile's flights to the aim cells fill, and is refused for others. An interceptor may be staged too:
it flies by the law fitted to its fly-out ([flight](flight.md)), unless it states a burnout speed.

What `[assumption]` and `[balance]` do not state is the same in every scenario (`src/equipoise/scenario/defaults.toml`). `needs` lists
instruments: the entry acts only while all of them are in force. A quantity is a number, or `{ value, low, high, source, confidence }`. Unknown
keys are errors. `equipoise check FILE` lists every fault.

A [[correlation]] ties two inputs with ranges wherever values are drawn: for `--samples`, in sweeps, and in the response over twenty years. Each
input stays evenly spread over its range; `rank` is Spearman's correlation of their ranks. All correlations that are stated make one Gaussian
copula, in which a pair for which nothing is stated has none. Correlations that cannot hold together are refused. The catalogue ties the burn time
of missiles of one design to their place of burnout, and that of interceptors to their speed ([catalogue](catalogue.md)). Such a correlation is
added with an entry that states neither of the two inputs itself, under a name such as `sm3-iia-burn-time-and-burnout-speed`;
`[correlation.sm3-iia-burn-time-and-burnout-speed]` overrides it. Bounds over ranges, verdicts and certificates ignore correlations: they hold for
the whole box ([bounds](development/bounds.md)).

In Python `Scenario.load("epaa")` returns a frozen scenario, with `scenario.assumptions.decision_s.value` and
`scenario.find("site", "deveselu").count`. `scenario.with_({"assumption.decision_s": 30})` and
`scenario.without("threat.sajjil-2-north")` return other scenarios with other hashes, `scenario.to_toml()` the text of a complete
file, and `Scenario.from_result("results")` the scenario from which a saved result was made.

The column "helps the defence" says which end of a range does so; where it is empty, neither end does, or either may.
This page is made from the records of `equipoise.model` by `builders/reference_pages.py`.
"""
CATALOGUE_HEAD = """# Catalogue

The catalogue has one TOML file for each system, under `src/equipoise/catalogue/data`. The files are made from the tables in
`builders/reference`: by `builders/catalogue.py`, by `builders/balance.py` (prices, postures and the counts in `counts/`) and by
`builders/vehicles.py` (staged vehicles); modes, sectors and parties are written by hand. `equipoise show ID` prints an entry with all its
sources. Confidence is `sourced` (read in a public copy), `secondary` (read in a compilation), `mixed` (the note says which part is which),
`memory` (unverified) or `assumption` (ours).

**Ranges.** If the source table has a range, so does the file. A single value that rests on memory, in whole or in
part, is widened when the file is made: speeds by 10 %, ranges and ceilings by 30 %, the rest by 20 %; its source
then says so. Burnout altitude and downrange of missiles are assumptions: 0.4 of speed times burn time, with a mean climb of
40 degrees (30 for strategic classes), and 30 and 40 % either way. The boost path of interceptors is
half of speed times burn time, 20 % either way. No public source states the cross-section for which the ranges of these radars
are given, so none is stated here, and a scenario applies them to its nominal cross-section. An interceptor without a published speed has none
here and cannot fly. Reaction times are an assumption of the scenario, not a property of the interceptor.

**What goes together** (`correlated`). If the same propellant burns more slowly in a missile that is loaded so that it keeps its range, burnout
comes higher and farther away: altitude varies as the burn time to the power 0.64 (liquid) or 0.67 (solid), downrange to the power 0.60 or 0.84.
An interceptor flown straight at 45 degrees loses speed to gravity: the power is -0.13 (two stages) or -0.18 (three). `builders/couplings.py`
flies two liquid missiles, one solid and two sets of Orion motors to find these powers. The rank correlation then follows from the range of the
burn time as a share of the other range, the rest being independent: 0.3 to 0.45 for missiles, -0.11 to -0.44 for interceptors. Classes span
several designs, and short-range interceptors burn out in the air; for neither is anything stated. A missile's range is published apart from its
masses, and is tied to nothing.
"""


FLIGHT_TEST_HEAD = """# Flight-test files

A flight test is a TOML file for `equipoise flight-test`. With `extends` it takes from another one (`ftm-16-like`, `asd-15-like`) everything
that it does not state itself; entries with the same `id` are overridden key by key, and the stages are replaced as a whole.
If `[interceptor]` does not state speed or burn time, the catalogue does; the classes of sensor in
`src/equipoise/scenario/data/observers/sensors.toml` need not be repeated. A moment is a time such as
2011-09-01T13:53:00Z, in UTC unless it says otherwise. Unknown keys are errors. This page is made from the records of
`equipoise.model` by `builders/reference_pages.py`.
"""


def scenario_page() -> str:
    return tables_page(SCENARIO_HEAD, scenario.TABLES)


def flight_test_page() -> str:
    return tables_page(FLIGHT_TEST_HEAD, flight_test.TABLES)


def tables_page(head: str, tables: Mapping[str, Table]) -> str:
    parts = [head]
    for name, table in tables.items():
        parts.append(f"\n## {f'[{name}]' if table.single else f'[[{name}]]'}\n")
        parts.append(f"{(table.record.__doc__ or '').splitlines()[0]}\n")
        if table.part:
            part = tables[table.part]
            parts.append(
                f"An entry may state one `[[{table.part}]]` itself, with the keys of that table other than "
                f"`{part.identity}` and `{part.named_by}`: it has the entry's name, and lies over an inherited one of "
                f"this name. Removing the entry removes all its `[[{table.part}]]`.\n"
            )
        parts += keys_of(table.record)
        if table.other:
            parts.append(
                f"\nAn entry with `{table.told_by}`: {(table.other.__doc__ or '').splitlines()[0]}\n"
            )
            parts += keys_of(table.other)
            parts.append("\nEach of `stages`:\n")
            parts += keys_of(Stage)
    return "\n".join(parts) + "\n"


def keys_of(record: type[Record]) -> list[str]:
    """Return the lines of the table of a record's keys."""
    return [
        "| key | meaning | holds | helps the defence | needed |\n|---|---|---|---|---|",
        *(
            f"| `{key}` | {said} | {holds(key, spec)} | {favours(spec)} | {'yes' if spec.required else 'no'} |"
            for (key, spec), said in zip(specs(record).items(), meanings(record).values(), strict=True)
        ),
    ]


def holds(key: str, spec: Spec) -> str:
    if spec.kind is None:
        return "list of tables"
    if not spec.is_number:
        return spec.kind.holds
    unit = unit_of_key(key)
    symbol = f" {unit.symbol}" if unit else ""
    return f"{spec.kind.holds}, {spec.limits.minimum:g} to {spec.limits.maximum:g}{symbol}"


def favours(spec: Spec) -> str:
    return spec.limits.favours if spec.is_number else ""


def catalogue_page() -> str:
    parts = [CATALOGUE_HEAD]
    for kind in KINDS:
        parts.append(
            f"\n## {kind.replace('_', ' ').capitalize()}\n\n| id | name | main values | confidence |\n|---|---|---|---|"
        )
        for entry in getattr(load_catalogue(), kind).values():
            parts.append(f"| `{entry.id}` | {entry.name} | {main_values(entry)} | {entry.confidence} |")
    return "\n".join(parts) + "\n"


def main_values(entry: object) -> str:
    shown = []
    for key, value in quantities(entry).items():
        if key in (
            "max_range_km",
            "burnout_speed_km_s",
            "burn_time_s",
            "range_max_km",
            "count",
            "warheads",
            "amount_usd_m",
            "survives_day_to_day",
            "survives_generated",
        ):
            span = "" if value.is_certain else f" ({value.low:g} to {value.high:g})"
            shown.append(f"{key} {value.value:g}{span}")
    if staged := getattr(entry, "staged", ""):
        shown.append(f"staged: `{staged}`" if staged in load_catalogue().vehicles else staged)
    return "; ".join(shown)


RESULTS_HEAD = """# Results

This page lists what each kind of result contains. A run keeps one result of each kind in `results.nc`, each in a group of its own. `equipoise
results show FOLDER` lists them, and in Python `load` returns them. Units are spelled as in UDUNITS; `1` is a pure number, and `see x`
means that the variable `x` gives the unit. Text has no unit. What is not declared here is neither written nor read. This page is made from
`src/equipoise/results/data/kinds` by `builders/reference_pages.py`.
"""


def results_page() -> str:
    parts = [RESULTS_HEAD]
    for name in schema.KINDS:
        kind = schema.kind(name)
        parts.append(f"\n## {name}\n\n{kind.meaning}" + (f" Besides: {kind.more}." if kind.more else ""))
        for title, said in (("variable", kind.variables), ("axis", kind.axes)):
            if said:
                parts.append(
                    f"\n| {title} | over | unit | type | meaning | where it is missing |\n|---|---|---|---|---|---|"
                )
            parts += [
                f"| `{v.name}` | {', '.join(a.replace('|', ' or ') for a in v.axes)} | {v.unit} | {v.type} | {v.meaning} | {v.missing} |"
                for v in said.values()
            ]
        if kind.attributes:
            parts.append("\n| attribute | meaning |\n|---|---|")
            parts += [f"| `{attribute}` | {meaning} |" for attribute, meaning in kind.attributes.items()]
    return "\n".join(parts) + "\n"


def _schema_page(command: str) -> str:
    return json.dumps(answer_schema(command), indent=1) + "\n"


PAGES = {
    "results-reference.md": results_page,
    "scenario-reference.md": scenario_page,
    "flight-test-reference.md": flight_test_page,
    "catalogue.md": catalogue_page,
    **{f"schemas/{name.replace(' ', '-')}.json": partial(_schema_page, name) for name in COMMANDS},
}


def main(folder: Path) -> None:
    for name, make in PAGES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
