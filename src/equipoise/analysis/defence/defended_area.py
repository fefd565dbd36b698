"""Which cells are defended against which missile, by phase and mode, and why not; how much land and how many people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from equipoise.engagement import cooperation_modes, kernel_inputs, order_of_battle
from equipoise.engagement.bounds import NOMINAL_MISSILES
from equipoise.engagement.engage import NOBODY, Outcomes, Paths, better, engage
from equipoise.engagement.records import Command
from equipoise.engagement.territory import owners_at
from equipoise.foundation.sphere import middle_deg
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.geography.borders import countries
from equipoise.geography.grids import Grid, equal_area_grid, ground, lat_lon_grid
from equipoise.geography.people import people, uncounted
from equipoise.geography.window import Window
from equipoise.model.scenario import Threat
from equipoise.model.systems import LaunchArea
from equipoise.results.record import Result
from equipoise.results.schema import dataset
from equipoise.scenario import roles
from equipoise.scenario.load import Scenario

NO_SITE = 255
EVERYBODY = "everybody"
"""Stands for those who are protected where no party is named."""
_RULES = (Reason.NOT_PERMITTED, Reason.NOT_OWN_AREA, Reason.NO_OWN_RADAR)
Engage = Callable[[Paths, Sequence[Command]], Outcomes]
LEVELS = (1, 2)
"""Numbers of shots for which land and people are counted."""
TIMES = {
    "detect": "detect_s",
    "track": "track_s",
    "launch": "ready_s",
    "first_intercept": "first_intercept_s",
    "last_intercept": "last_intercept_s",
}
"""The engagement that a cell's outcome comes from, in s after the missile's launch: name here, name in an outcome, words."""


def map_grid(scenario: Scenario) -> Grid:
    """Return the scenario's map: cells of latitude and longitude, or of equal area."""
    head = scenario.head
    window = Window(*head.map_edges_deg)
    if head.grid == "equal_area":
        return equal_area_grid(window, head.map_step_km)
    return lat_lon_grid(window, head.map_step_deg)


def defended_area(
    scenario: Scenario, *, tell: Callable[[], None] = lambda: None, engaged: Engage = engage
) -> Result:
    """Return shots, slack, reason and site per phase, mode, threat and cell; land and people defended, by country.

    Each is the worst over launch points and path families. A cell is out of range when no minimum-energy path reaches
    it; other families and points that do not reach it are left out. Where several parties command batteries, the one with
    more shots counts. ``tell`` is called once per threat and family; ``engaged`` computes the engagements.
    """
    grid, phases, modes, threats = map_grid(scenario), scenario.phases, scenario.head.modes, scenario.threats
    all_sites = [e.id for e in scenario.sites]
    shape = (len(phases) * len(modes), len(threats), grid.lat_deg.size)
    shots, reason = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    slack, site = np.full(shape, np.nan, dtype=np.float32), np.full(shape, NO_SITE, dtype=np.int16)
    slack_site = site.copy()
    times = {name: np.full(shape, np.nan, dtype=np.float32) for name in TIMES}
    for k, worst in enumerate(_worst_by_threat(scenario, grid, tell, engaged)):
        shots[:, k], slack[:, k], reason[:, k] = worst.shots.T, worst.slack_s.T, worst.reason.T
        index = np.array([*(all_sites.index(name) for name in worst.sites), NO_SITE])
        site[:, k] = np.where(worst.shots > 0, index[worst.site], NO_SITE).T
        slack_site[:, k] = index[worst.slack_site].T
        for name, source in TIMES.items():
            shown = (
                np.where(worst.shots > 0, getattr(worst, source), np.nan)
                if name == "launch"
                else getattr(worst, source)
            )
            times[name][:, k] = shown.T
    by_case: dict[str, np.ndarray] = {
        "shots": shots,
        "slack": slack,
        "reason": reason,
        "site": site,
        "slack_site": slack_site,
        **times,
    }
    full = (len(phases), len(modes), len(threats), *grid.shape)
    data = dataset(
        "defended_area",
        {name: a.reshape(full) for name, a in by_case.items()}
        | _ground_variables(grid)
        | _totals(grid, shots.reshape(*full[:3], -1), reason.reshape(*full[:3], -1)),
        _coordinates(scenario, grid),
        {
            "reasons": "; ".join(f"{int(r)} {r.name}" for r in Reason),
            "sites": "; ".join(all_sites),
            "grid": grid.kind,
            "step": grid.step,
            "middle_deg": grid.window.middle,
            "required_shots": int(scenario.head.required_shots),
            "protected": json.dumps(protected(scenario)),
            "protected_name": roles.protected_name(scenario, ground(grid).codes),
            "people": people().note,
        },
    )
    return Result(
        kind="defended_area",
        title="Defended area",
        data=data,
        notes=_notes(dict(zip(data.country.values, data.country_name.values, strict=True))),
    )


def _worst_by_threat(
    scenario: Scenario,
    grid: Grid,
    tell: Callable[[], None] = lambda: None,
    engaged: Engage = engage,
    cells: np.ndarray | slice = slice(None),
) -> Iterator[Outcomes]:
    """Yield the outcomes of each threat (cells, phases times modes), the worst over its launch points and path families.

    ``cells`` picks those of the grid that are asked about.
    """
    how = [cooperation_modes.mode(scenario, name) for name in scenario.head.modes]
    asked = [(m, order_of_battle.commands(scenario, p.date, m)) for p in scenario.phases for m in how]
    owners = owners_at(scenario, grid.lat_deg[cells], grid.lon_deg[cells])
    serving = [order_of_battle.serves(m, case, owners) for m, case in asked]
    for threat in scenario.threats:
        points = threat_paths(scenario, threat, grid.cells_rad[cells])
        yield worst_of(points, [case for _, case in asked], serving, tell, engaged=engaged)


def people_shares(scenario: Scenario) -> np.ndarray:
    """Return the shares of the protected people in range who get a shot (threats, phases times modes); NaN where none is in range.

    They are those of :func:`equipoise.results.statistics.shares` for the result of :func:`defended_area`, without all else that it holds;
    no cell is asked about where no such people live.
    """
    grid = map_grid(scenario)
    under, wanted = ground(grid), next(iter(protected(scenario).values()))
    own = [k for k, code in enumerate(under.codes) if code in wanted]
    lived = people_by_cell(scenario, grid) > 0
    cells, found = np.flatnonzero(lived | (np.arange(lived.size) == 0)), []  # one where nobody lives at all
    for worst in _worst_by_threat(scenario, grid, cells=cells):
        in_range, defended = np.zeros(lived.size), np.zeros((worst.shots.shape[1], lived.size))
        in_range[cells] = worst.reason[:, 0] != Reason.OUT_OF_RANGE
        defended[:, cells] = worst.shots.T >= 1
        reached, shot = in_range @ under.people, defended @ under.people
        with np.errstate(invalid="ignore"):
            found.append(shot[:, own].sum(axis=-1) / reached[own].sum())
    return np.array(found)


def people_by_cell(scenario: Scenario, grid: Grid) -> np.ndarray:
    """Return the people of the protected countries in every cell of a grid, (n,)."""
    under, wanted = ground(grid), next(iter(protected(scenario).values()))
    found: np.ndarray = under.people[:, [code in wanted for code in under.codes]].sum(axis=1)
    return found


def protected(scenario: Scenario) -> dict[str, list[str]]:
    """Return the two-letter codes of the countries of those that are protected first, then of each other party with interceptors."""
    codes = ground(map_grid(scenario)).codes
    names = roles.protected(scenario)
    found = {" and ".join(names) or EVERYBODY: sorted(roles.protected_countries(scenario, codes))}
    for party in dict.fromkeys(roles.commander(scenario, e.party) for e in scenario.sites):
        own = sorted(set(roles.countries_of(scenario, party)) & set(codes))
        if own and party not in names:
            found[party] = own
    return found


def _notes(called: Mapping[str, str]) -> tuple[str, ...]:
    """Return the notes on a map that shows countries of these names, by code."""
    empty = [called[code] for code in uncounted(called)]
    lacking = (
        [f"No people are known for {', '.join(empty)}: shares of people leave them out."] if empty else []
    )
    return (
        *lacking,
        "Nominal assumptions; the worst over launch points and path families of each threat.",
        NOMINAL_MISSILES,
        "Track: the radars that the mode permits hold the missile after burnout for the track time (rule 'duration').",
        "Shots of several sites under one command are counted in turn, each after the last one's assessment.",
        f"People: {people().note}",
        "A cell's land belongs to the country at its middle; its people are counted by their own country.",
    )


def threat_paths(scenario: Scenario, threat: Threat, cells_rad: np.ndarray) -> list[list[Paths]]:
    """Return the paths from each of a threat's launch points to the cells (n, 2): per point, one set per family."""
    head = scenario.head
    record = scenario.find("missile", threat.missile)
    earth = kernel_inputs.EARTHS[head.earth]
    points = launch_points(scenario.find("launch_area", threat.launch_area))
    by_family = kernel_inputs.solve_each(record, points, cells_rad, head.families, earth)
    return [list(families) for families in zip(*by_family, strict=True)]


def launch_points(area: LaunchArea) -> np.ndarray:
    """Return the launch points (n, 2) in rad: a point; the centre and eight points of a circle; corners and middle."""
    if area.polygon_deg:
        corners = np.array(area.polygon_deg)
        return np.radians(np.vstack([middle_deg(*corners.T), corners]))
    centre = np.radians([area.lat_deg, area.lon_deg])
    if area.radius_km is None:
        return centre[None, :]
    return np.vstack([centre, kernel_inputs.circle(centre, area.radius_km * 1e3, 8)])


def worst_of(
    points: Sequence[Sequence[Paths]],
    cases: Sequence[Sequence[Command]],
    serving: Sequence[np.ndarray] = (),
    tell: Callable[[], None] = lambda: None,
    *,
    engaged: Engage = engage,
) -> Outcomes:
    """Return the worst outcome over launch points and families, one column per case (the commands of one situation).

    Of the commands of a case the best one counts, among those that serve the cell (cells, commands; all if not said).
    ``serving`` has an array (cells, commands) for each case; ``tell`` is called after each set of paths.
    """
    commands = [command for case in cases for command in case]
    ends = np.cumsum([0, *(len(case) for case in cases)])
    cells = len(points[0][0])
    unserved = ~np.concatenate(serving, axis=1) if serving else np.zeros((cells, len(commands)), dtype=bool)
    worst: Outcomes | None = None
    for families in points:
        for paths in families:
            flown = np.flatnonzero(paths.status == FlightStatus.OK)
            barred = _barred(engaged(paths[flown], commands), unserved[flown])
            found = _best_commands(barred, ends, unserved[flown])
            tell()
            if worst is None:
                worst = Outcomes.out_of_range(cells, len(cases), found.sites, found.sensors)
                worst.put(flown, found)
                continue
            before = worst.rows(flown)
            first = paths is families[0]  # only minimum energy brings a cell into range
            take = np.where(before.reason == Reason.OUT_OF_RANGE, first, better(before, found))
            worst.put(flown, found.where(take, before))
    assert worst is not None
    return worst


def _barred(found: Outcomes, where: np.ndarray) -> Outcomes:
    """Return the outcomes without shots ``where`` a command may not engage what it could."""
    if not where.any():
        return found
    barred = where & (found.shots > 0)
    return replace(
        found,
        reason=np.where(barred, int(Reason.NOT_OWN_AREA), found.reason),
        shots=np.where(barred, 0, found.shots),
        slack_site=np.where(where, NOBODY, found.slack_site),
        slack_s=np.where(where, np.nan, found.slack_s),
        latest_s=np.where(where, np.nan, found.latest_s),
        first_intercept_s=np.where(where, np.nan, found.first_intercept_s),
        last_intercept_s=np.where(where, np.nan, found.last_intercept_s),
    )


def _best_commands(found: Outcomes, ends: np.ndarray, unserved: np.ndarray) -> Outcomes:
    """Return one column per case: of its commands, the one with most shots or else most slack.

    Where none has either, one with only a rule in its way tells most, and else one that serves the cell.
    """
    best, foreign = found.columns(ends[:-1]), unserved[:, ends[:-1]]
    for step in range(1, int(np.max(np.diff(ends)))):
        at = np.minimum(ends[:-1] + step, ends[1:] - 1)
        other = found.columns(at)
        silent = (best.shots == 0) & np.isnan(best.slack_s) & (other.shots == 0) & np.isnan(other.slack_s)
        ruled = np.isin(best.reason, _RULES)
        tells_more = np.isin(other.reason, _RULES) | (foreign & ~unserved[:, at])
        take = better(other, best) | (silent & ~ruled & tells_more)
        best, foreign = other.where(take, best), np.where(take, unserved[:, at], foreign)
    return best


def _coordinates(scenario: Scenario, grid: Grid) -> dict[str, Any]:
    coordinates: dict[str, Any] = {
        "phase": [p.name for p in scenario.phases],
        "mode": list(scenario.head.modes),
        "threat": [e.id for e in scenario.threats],
        "country": list(ground(grid).codes),
        "level": list(LEVELS),
    } | dict(grid.axes)
    if grid.kind == "equal_area":
        coordinates["latitude"] = grid.lat_deg.reshape(grid.shape)
        coordinates["longitude"] = grid.lon_deg.reshape(grid.shape)
    return coordinates


def _ground_variables(grid: Grid) -> dict[str, Any]:
    under = ground(grid)
    return {
        "area": grid.area_km2.reshape(grid.shape),
        "owner": under.owner.reshape(grid.shape).astype(np.int16),
        "people": under.people.sum(axis=1).reshape(grid.shape),
    }


def _totals(grid: Grid, shots: np.ndarray, reason: np.ndarray) -> dict[str, Any]:
    """Return land and people in range and defended, by threat and country; the arrays are (phase, mode, threat, cell)."""
    under = ground(grid)
    land = np.zeros_like(under.people)
    on_land = under.owner >= 0
    land[on_land, under.owner[on_land]] = grid.area_km2[on_land]
    in_range = (reason[0, 0] != Reason.OUT_OF_RANGE).astype(float)
    names = {country.iso2: country.name for country in countries("50m")}
    found: dict[str, Any] = {"country_name": [names.get(str(code), str(code)) for code in under.codes]}
    for name, weight in (("land", land), ("people", under.people)):
        flat = shots.reshape(
            -1, shots.shape[-1]
        )  # one product of matrices instead of one for every phase and mode
        defended = np.stack(
            [((flat >= level).astype(float) @ weight).reshape(*shots.shape[:3], -1) for level in LEVELS],
            axis=3,
        )
        found |= {
            f"{name}_total": weight.sum(axis=0),
            f"{name}_in_range": in_range @ weight,
            f"{name}_defended": defended,
        }
    return found
