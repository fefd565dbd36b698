"""Which cells are defended against which missile, by phase and mode, and why not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import xarray as xr

from equipoise.analysis import setup
from equipoise.foundation.status import FlightStatus, Reason
from equipoise.physics import engagement
from equipoise.results.record import Result
from equipoise.scenario.load import Scenario

_ORDER = [Reason.ENGAGED, Reason.NO_TIME, Reason.BELOW_FLOOR, Reason.ABOVE_CEILING, Reason.OUT_OF_REACH]
"""Of several sites, the reason of the one that came closest is given."""
NO_SITE = 255


def grid(scenario: Scenario, area: str) -> tuple[np.ndarray, np.ndarray]:
    """Return latitudes and longitudes (deg) of the cell centres of ``area``, map or aim."""
    head = scenario.tables["scenario"]
    step = head[f"{area}_step_deg"]
    lat = np.arange(head[f"{area}_south_deg"] + step / 2, head[f"{area}_north_deg"], step)
    lon = np.arange(head[f"{area}_west_deg"] + step / 2, head[f"{area}_east_deg"], step)
    return lat, lon


def cell_area_km2(lat_deg: np.ndarray, step_deg: float) -> np.ndarray:
    """Return the area of latitude-longitude cells on the mean sphere."""
    half = np.radians(step_deg) / 2
    lat = np.radians(lat_deg)
    return np.radians(step_deg) * (np.sin(lat + half) - np.sin(lat - half)) * 6371.0**2


def best_of_sites(outcomes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return shots, slack, reason and site index of the best site; ``outcomes`` is (sites, n, 6)."""
    sites, n, _ = outcomes.shape
    if sites == 0:
        return (
            np.zeros(n, dtype=np.int16),
            np.full(n, np.nan),
            np.full(n, int(Reason.NO_INTERCEPTORS), dtype=np.int16),
            np.full(n, NO_SITE, dtype=np.int16),
        )
    rank = np.array([_ORDER.index(r) if r in _ORDER else 9 for r in Reason])
    key = (
        outcomes[:, :, 1] * 1e5
        + np.nan_to_num(outcomes[:, :, 2], nan=-9e3)
        - 1e4 * rank[outcomes[:, :, 0].astype(int)]
    )
    best = np.argmax(key, axis=0)
    chosen = outcomes[best, np.arange(n)]
    site = np.where(chosen[:, 1] > 0, best, NO_SITE)
    return chosen[:, 1].astype(np.int16), chosen[:, 2], chosen[:, 0].astype(np.int16), site.astype(np.int16)


def defended_area(scenario: Scenario, *, tell: Callable[[], None] = lambda: None) -> Result:
    """Return shots, slack, reason and site per phase, mode, threat and cell, the worst over path families.

    A cell is out of range when the minimum-energy path does not reach it; other families that do not reach
    it are left out. ``tell`` is called once per threat, phase and mode.
    """
    t = scenario.tables
    earth = setup.EARTHS[t["scenario"]["earth"]]
    lat, lon = grid(scenario, "map")
    cells = np.radians(np.array([(a, b) for a in lat for b in lon]))
    phases, modes, threats = t["phase"], t["scenario"]["modes"], t["threat"]
    shape = (len(phases), len(modes), len(threats), lat.size * lon.size)
    shots, reason = np.zeros(shape, dtype=np.int16), np.zeros(shape, dtype=np.int16)
    slack, site = np.full(shape, np.nan), np.full(shape, NO_SITE, dtype=np.int16)
    all_sites = [e["id"] for e in t["site"]]
    for k, threat in enumerate(threats):
        area = scenario.find("launch_area", threat["launch_area"])
        start = np.tile(np.radians([area["lat_deg"], area["lon_deg"]]), (cells.shape[0], 1))
        vehicle = setup.missile(scenario.find("missile", threat["missile"]))
        families = [setup.fly_paths(vehicle, start, cells, f, earth) for f in t["scenario"]["families"]]
        for i, phase in enumerate(phases):
            sites = [e for e in scenario.active("site", phase["date"]) if e["party"] == "nato"]
            for j, mode in enumerate(modes):
                parties = ("nato",) if mode == "independent" else ("nato", "russia")
                radars = setup.radar_rows(
                    [e for e in scenario.active("radar", phase["date"]) if e["party"] in parties],
                    setup.NOMINAL,
                )
                worst = None
                for paths in families:
                    found = _engage(scenario, paths, radars, sites, earth)
                    if worst is None:
                        worst = found
                        continue
                    reached = paths.status == FlightStatus.OK
                    better = found[0] * 1e5 + np.nan_to_num(found[1], nan=-9e4)
                    held = worst[0] * 1e5 + np.nan_to_num(worst[1], nan=-9e4)
                    take = reached & (better < held)
                    worst = tuple(np.where(take, new, old) for new, old in zip(found, worst, strict=True))
                out = families[0].status != FlightStatus.OK
                assert worst is not None
                shots[i, j, k] = np.where(out, 0, worst[0])
                slack[i, j, k] = np.where(out, np.nan, worst[1])
                reason[i, j, k] = np.where(out, int(Reason.OUT_OF_RANGE), worst[2])
                index = np.array([all_sites.index(e["id"]) for e in sites] + [NO_SITE])
                site[i, j, k] = np.where(
                    worst[3] == NO_SITE, NO_SITE, index[np.minimum(worst[3], len(sites))]
                )
                tell()
    axes = ("phase", "mode", "threat", "lat", "lon")
    full = (len(phases), len(modes), len(threats), lat.size, lon.size)
    data = xr.Dataset(
        {
            "shots": (axes, shots.reshape(full), {"units": "1", "long_name": "shots in sequence"}),
            "slack": (axes, slack.reshape(full), {"units": "s", "long_name": "largest time to spare"}),
            "reason": (axes, reason.reshape(full), {"units": "1", "long_name": "reason code"}),
            "site": (
                axes,
                site.reshape(full),
                {"units": "1", "long_name": "index of the site, 255 for none"},
            ),
        },
        coords={
            "phase": [p["name"] for p in phases],
            "mode": list(modes),
            "threat": [e["id"] for e in threats],
            "lat": ("lat", lat, {"units": "degrees_north"}),
            "lon": ("lon", lon, {"units": "degrees_east"}),
        },
        attrs={"reasons": "; ".join(f"{int(r)} {r.name}" for r in Reason), "sites": "; ".join(all_sites)},
    )
    return Result(
        kind="defended_area",
        title="Defended area",
        data=data,
        notes=(
            "Nominal assumptions; worst over path families from one launch area per threat.",
            "Track: one permitted radar holds the missile after burnout for the track time (rule 'duration').",
            "The radars of the ships and sites themselves are not used as cues.",
        ),
    )


def _engage(scenario, paths, radars, sites, earth):
    n = paths.counts.size
    seen = np.empty((n, 2))
    track_s = setup.track_needed_s(scenario, setup.NOMINAL)
    engagement.track_all(paths.samples, paths.counts, paths.burn_time_s, radars, track_s, earth, seen)
    outcomes = np.empty((len(sites), n, 6))
    for s, entry in enumerate(sites):
        table = setup.table_for(scenario, entry["interceptor"], setup.NOMINAL)
        engagement.engage_all(
            paths.samples,
            paths.counts,
            paths.burn_time_s,
            seen,
            setup.position(entry, earth),
            table,
            setup.rules(scenario, setup.NOMINAL, entry["interceptor"]),
            earth,
            outcomes[s],
        )
    return best_of_sites(outcomes)
