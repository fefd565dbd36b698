"""A scenario's raids: missiles of several threats within a day, against what each phase and mode has in stock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import xarray as xr

from equipoise.analysis.defence.one_missile import paths_to
from equipoise.engagement import cooperation_modes, order_of_battle
from equipoise.engagement.bounds import NOMINAL_MISSILES
from equipoise.engagement.engage import Paths
from equipoise.engagement.raids import ENDS, METHODS, Missiles, Side, facing, launchers, layers, leakage
from equipoise.engagement.territory import owners_at
from equipoise.foundation.errors import DomainError, Problem
from equipoise.foundation.remember import fingerprint
from equipoise.foundation.sphere import distance_km
from equipoise.foundation.status import FlightStatus
from equipoise.model.scenario import Raid, Volley
from equipoise.results.record import Result
from equipoise.results.schema import dataset, kind
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import deterrer


def raids(scenario: Scenario, *, seed: int = 0, tell: Callable[[], None] = lambda: None) -> Result | None:
    """Return the leakage and the stocks of every raid by phase and mode; None without a raid.

    Each command engages what heads for the area that is its own in the mode; the deterrer's own command takes no part.
    Missiles fly minimum-energy paths. ``tell`` is called once per raid and phase.
    ``seed`` starts the draws.
    """
    if not scenario.raids:
        return None
    rows = []
    for entry in scenario.raids:
        missiles, aims = raid_missiles(scenario, entry)
        phases, known = [], dict[bytes, xr.Dataset]()
        for phase in scenario.phases:
            asked = [raid_sides(scenario, missiles, aims, phase.date, how) for how in scenario.head.modes]
            keys = [fingerprint(sides) for sides in asked]  # modes that engage alike are fought once
            for key, sides in zip(keys, asked, strict=True):
                if key not in known:
                    known[key] = leakage(sides, len(missiles), layers(scenario), seed=seed)
            phases.append(xr.concat([known[key] for key in keys], "mode"))
            tell()
        rows.append(xr.concat(phases, "phase"))
    data = xr.concat(_as_long(rows), "raid").drop_vars(("end", "method", "through", "layer"))
    stood = np.flatnonzero((data.stock > 0.0).any(("raid", "phase", "mode")))
    data = data.isel(layer=stood)
    volleys = [_volleys(scenario, e) for e in scenario.raids]
    values = {
        str(name): data[name].transpose(*kind("raids").variables[str(name)].axes).values
        for name in data.data_vars
    }
    values |= {
        "missiles": np.array([sum(v.missiles for v in own) for own in volleys], dtype=float),
        "span": np.array([_last_s(own) for own in volleys]),
    }
    axes = {
        "raid": [e.id for e in scenario.raids],
        "raid_name": [e.name for e in scenario.raids],
        "threats": [", ".join(dict.fromkeys(v.threat for v in own)) for own in volleys],
        "phase": [p.name for p in scenario.phases],
        "mode": list(scenario.head.modes),
        "end": list(ENDS),
        "method": list(METHODS),
        "through": np.arange(data.sizes["through"]),
        "layer": [layers(scenario)[i] for i in stood],
    }
    data = dataset("raids", values, axes)
    return Result(kind="raids", title="Raids", data=data, notes=NOTES)


NOTES = (
    NOMINAL_MISSILES,
    "Each command launches as early as it can, the layer of longest reach first, a salvo at a time and with the scenario's "
    "interval between launches, and looks before it shoots again; it looks for no better plan.",
    "Exact where no missile's shots hang on another's; elsewhere a simulation, whose mean has the standard error given.",
    "Kill probabilities at their low, nominal and high value, by layer where an interceptor has its own; shots are independent.",
    "A raid is notional: numbers, times and aim points are assumptions of the scenario.",
)


def raid_sides(scenario: Scenario, missiles: Missiles, aims: np.ndarray, day: date, mode: str) -> list[Side]:
    """Return the commands that take part against a raid on ``day`` in the ``mode``, each with what it engages; ``aims`` (n, 2) are in degrees."""
    how = cooperation_modes.mode(scenario, mode)
    found = [c for c in order_of_battle.commands(scenario, day, how) if c.name != deterrer(scenario)]
    serves = order_of_battle.serves(how, found, owners_at(scenario, *aims.T))
    order = layers(scenario)
    return [
        facing(missiles, command, launchers(scenario, command), order, serves[:, c])
        for c, command in enumerate(found)
        if command.batteries
    ]


def _as_long(rows: list[xr.Dataset]) -> list[xr.Dataset]:
    """Return the raids with room for as many missiles as the largest has."""
    most = max(row.sizes["through"] for row in rows)
    long = [row.reindex(through=np.arange(most), fill_value=0.0) for row in rows]
    return [row.assign(chance=row.chance.where(row.expected.notnull())) for row in long]


def _volleys(scenario: Scenario, entry: Raid) -> list[Volley]:
    return [volley for volley in scenario.volleys if volley.raid == entry.id]


def _last_s(volleys: list[Volley]) -> float:
    return max(v.first_s + v.span_s for v in volleys)


def raid_missiles(scenario: Scenario, entry: Raid) -> tuple[Missiles, np.ndarray]:
    """Return the missiles of a raid in order of launch, and their aim points (n, 2) in degrees."""
    own = _volleys(scenario, entry)
    aims = [np.array(v.aims_deg)[np.arange(v.missiles) % len(v.aims_deg)] for v in own]
    paths = [_paths(scenario, v, a) for v, a in zip(own, aims, strict=True)]
    missiles = Missiles.of(paths, [v.first_s + np.linspace(0.0, v.span_s, v.missiles) for v in own])
    starts = np.cumsum([0, *(len(a) for a in aims)])
    return missiles, np.concatenate(aims)[starts[missiles.volley] + missiles.row]


def out_of_range(scenario: Scenario, label: str) -> list[Problem]:
    """Return a problem for each aim point of a raid that the missiles of its volley cannot reach; ``label`` names the file."""
    found = []
    for volley in scenario.volleys:
        flown = paths_to(scenario, volley.threat, volley.aims_deg)
        for said in _unreached(scenario, volley, flown):
            found.append(Problem(label, f"volley.{volley.id}.aims_deg", said))
    return found


def _paths(scenario: Scenario, volley: Volley, aims_deg: np.ndarray) -> Paths:
    paths = paths_to(scenario, volley.threat, aims_deg)
    for said in _unreached(scenario, volley, paths):
        raise DomainError(f"volley.{volley.id}.aims_deg: {said}")
    return paths


def _unreached(scenario: Scenario, volley: Volley, paths: Paths) -> list[str]:
    """Return in words each aim point of a volley to which its paths, in the order of the aim points, do not come."""
    threat = scenario.find("threat", volley.threat)
    missile, area = scenario.find("missile", threat.missile), scenario.find("launch_area", threat.launch_area)

    def said(lat: float, lon: float, status: int) -> str:
        if status != FlightStatus.OUT_OF_RANGE:
            return f"{missile.id} does not come to the aim point {lat:g}, {lon:g}: {FlightStatus(status).sentence}"
        away = float(distance_km(area.lat_deg, area.lon_deg, lat, lon))
        return (
            f"{missile.id} cannot reach the aim point {lat:g}, {lon:g} from {area.id}, {away:.0f} km away: its greatest range is "
            f"{missile.max_range_km.value:g} km."
        )

    return [
        said(lat, lon, int(status))
        for (lat, lon), status in zip(volley.aims_deg, paths.status, strict=False)
        if status != FlightStatus.OK
    ]
