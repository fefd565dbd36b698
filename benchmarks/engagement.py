"""Speed of engagement: maps of Europe, the whole scenario, a bearing footprint, how cost grows, memory."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import replace
from math import log, pi, radians
from statistics import median
from typing import Any

import numpy as np

from equipoise.analysis.defence.defended_area import defended_area, threat_paths
from equipoise.engagement import kernel_inputs, order_of_battle
from equipoise.engagement.engage import engage
from equipoise.engagement.records import Command
from equipoise.geography.grids import lat_lon_grid
from equipoise.geography.window import Window
from equipoise.numerics.threads import thread_count, using
from equipoise.scenario.load import load_scenario

EUROPE = Window(35.0, 71.0, -10.0, 31.5)
OPEN_CODE_S = 200.0
"""What the one open footprint code takes for an interceptor's reach table on one core, as its users report."""


def _median_s(function: Callable[[], Any], repeats: int = 3) -> float:
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return median(times)


def _row(
    name: str, what: str, value: float, unit: str, bar: Any, holds: bool | None, source: str
) -> dict[str, Any]:
    return {
        "id": f"engagement.{name}",
        "what": what,
        "value": value,
        "unit": unit,
        "bar": bar,
        "holds": holds,
        "source": source,
    }


def rows() -> list[dict[str, Any]]:
    """Return all rows."""
    with using(min(2, thread_count())):
        return [*_maps(), *_footprint(), *_flyout(), *_growth()]


def _one_command() -> tuple[Any, Command]:
    scenario = load_scenario("epaa")
    nato = order_of_battle.commands(scenario, scenario.phases[2].date, "independent")[0]
    return scenario, replace(nato, batteries=nato.batteries[1:2])


def _maps() -> list[dict[str, Any]]:
    scenario, command = _one_command()
    threat = scenario.find("threat", "irbm-notional")
    grid = lat_lon_grid(EUROPE, 0.25)
    cells = grid.cells_rad
    single = replace(scenario, head=scenario.head.but(families=("minimum_energy",)))

    def europe() -> None:
        kernel_inputs._solve.forget()
        ((paths,),) = threat_paths(single, threat, cells)
        engage(paths, [command])

    europe_s = _median_s(europe)
    fine = load_scenario("epaa", ["scenario.map_step_deg=0.5"])

    def whole() -> None:
        kernel_inputs._solve.forget()
        defended_area(fine)

    whole_s = _median_s(whole, 1)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    head = fine.head
    what = (
        f"epaa: {len(fine.phases)} phases x {len(head.modes)} modes x {len(fine.threats)} threats x "
        f"{len(head.families)} families, 0.5 deg, paths solved anew"
    )
    return [
        _row("europe", f"Europe, 0.25 deg, {len(cells)} cells, one missile, one site, paths solved", europe_s, "s", "< 1",
             europe_s < 1.0, "two threads, warm"),
        _row("epaa", what, whole_s, "s", "< 10", whole_s < 10.0, "two threads, warm"),
        _row("memory", "largest resident memory of this process", peak_gb, "GB", "< 1.5", peak_gb < 1.5, "getrusage"),
    ]  # fmt: skip


def _footprint() -> list[dict[str, Any]]:
    from equipoise.physics.flight.vehicle import gravity_turn, stage, staged
    from equipoise.published.bearing_footprint import after_burnout, bearing_footprint

    missile = staged(
        stages=[stage(burn_time_s=110.0, propellant_kg=12912.0, dry_kg=1780.0, specific_impulse_s=226.0, reference_area_m2=1.37)],
        payload_kg=500.0, ballistic_coefficient_kg_m2=3000.0,
    )  # fmt: skip
    interceptor = staged(
        stages=[
            stage(burn_time_s=6.0, propellant_kg=470.0, dry_kg=250.0, specific_impulse_s=240.0, reference_area_m2=0.22),
            stage(burn_time_s=40.0, propellant_kg=360.0, dry_kg=120.0, specific_impulse_s=260.0, reference_area_m2=0.09),
            stage(burn_time_s=30.0, propellant_kg=90.0, dry_kg=20.0, specific_impulse_s=280.0, reference_area_m2=0.09),
        ],
        payload_kg=60.0,
    )  # fmt: skip
    with using(1):
        spent = _median_s(
            lambda: bearing_footprint(
                missile, gravity_turn(kick_rad=radians(2.5), vertical_time_s=5.0), interceptor, kill_vehicle_life_s=300.0,
                cue=after_burnout(30.0), farthest_m=1.5e6,
            ),
            5,
        )  # fmt: skip
    return [
        _row("footprint", "bearing footprint, 72 rays, 1 km, reach table included", spent, "s", "< 0.2", spent < 0.2, "one thread"),
        _row("footprint_ratio", "the open code's reported time over ours", OPEN_CODE_S / spent, "ratio", 1000,
             OPEN_CODE_S / spent >= 1000.0, "200 s reported for its reach table alone; not run here"),
    ]  # fmt: skip


def _flyout() -> list[dict[str, Any]]:
    """Return how far the fly-out law errs from an integration of the same flight with J2, at random places of the reach."""
    from equipoise.catalogue import load_catalogue
    from equipoise.physics.environment.earth import SPHERE, STILL_SPHERE, WGS84, geodetic_to_ecef
    from equipoise.physics.interceptor.flyout import DIRECT, UNKNOWN, Law, arrival

    rows, rng = [], np.random.default_rng(1)
    for name, record in load_catalogue().interceptors.items():
        fields = (record.burnout_speed_km_s, record.burn_time_s, record.kill_vehicle_life_s)
        if not all(fields):
            continue
        law, errors = Law(*(float(field.si) for field in fields if field)), []
        for earth in (WGS84, SPHERE, STILL_SPHERE):
            for _ in range(200):
                site = np.array(geodetic_to_ecef(radians(rng.uniform(-70.0, 70.0)), 0.0, 0.0, earth))
                time_s = law.burn_time_s + rng.uniform(0.0, 1.0) * law.life_s
                place = _flown(
                    law, earth, site, rng.uniform(0.0, 2.0 * pi), np.arcsin(rng.uniform(0.02, 1.0)), time_s
                )
                if 0.0 < np.linalg.norm(place) - earth.equatorial_radius_m < 2e6:
                    found = arrival(law, earth, site, place, UNKNOWN)
                    errors.append(found.time_s - time_s if found.branch == DIRECT else 0.0)
        late = np.abs(
            [e for e in errors if e > -1.0]
        )  # earlier: the place lies on a lofted arc, and the direct one is faster
        what = (
            f"{name}: fly-out against an integration with J2, {late.size} places, all azimuths, 70 S to 70 N, three Earth models: largest "
            f"error; median {np.median(late):.4f} s, 99 % below {np.quantile(late, 0.99):.3f} s"
        )
        worst = float(late.max())
        rows.append(
            _row(
                f"flyout.{name}", what, worst, "s", "<= 0.5", worst <= 0.5, "DOP853, relative tolerance 1e-9"
            )
        )
    return rows


def _flown(
    law: Any, earth: Any, site: np.ndarray, azimuth: float, elevation: float, time_s: float
) -> np.ndarray:
    """Return an interceptor's ECEF place after ``time_s``: a straight boost, then an integration with J2."""
    from scipy.integrate import solve_ivp

    from equipoise.physics.environment.earth import gravity

    up = site / np.linalg.norm(site)
    east = np.cross([0.0, 0.0, 1.0], up)
    east /= np.linalg.norm(east)
    level = np.sin(azimuth) * east + np.cos(azimuth) * np.cross(up, east)
    carried = np.cross([0.0, 0.0, earth.omega_rad_s], site)
    own = law.speed_m_s * (np.cos(elevation) * level + np.sin(elevation) * up)
    start = np.concatenate([site + (carried + 0.5 * own) * law.burn_time_s, carried + own])
    end = solve_ivp(
        lambda _t, y: np.concatenate([y[3:], gravity(y[0], y[1], y[2], earth)]), (law.burn_time_s, time_s), start,
        method="DOP853", rtol=1e-9, atol=1e-3,
    ).y[:, -1]  # fmt: skip
    c, s = np.cos(earth.omega_rad_s * time_s), np.sin(earth.omega_rad_s * time_s)
    return np.array([c * end[0] + s * end[1], c * end[1] - s * end[0], end[2]])


def _growth() -> list[dict[str, Any]]:
    """Return how the time of the engagement kernel grows with cells, sites and sensors: exponents of a log-log line."""
    scenario, command = _one_command()
    threat = scenario.find("threat", "irbm-notional")
    single = replace(scenario, head=scenario.head.but(families=("minimum_energy",)))
    ((paths,),) = threat_paths(single, threat, lat_lon_grid(EUROPE, 0.5).cells_rad)
    battery = command.batteries[0]

    def many(n: int) -> Command:
        spread = tuple(
            replace(
                battery,
                site=f"{battery.site}-{i}",
                places=((battery.places[0][0] + 0.002 * i, battery.places[0][1]),),
            )
            for i in range(n)
        )
        return replace(command, batteries=spread)

    def eyes(n: int) -> Command:
        first = command.uses[0]
        more = tuple(
            replace(first, sensor=replace(first.sensor, id=f"eye-{i}", places=((0.65 + 0.002 * i, 0.66),)))
            for i in range(n)
        )
        return replace(command, uses=more)

    def cells(n: int) -> Callable[[], Any]:
        part = paths[np.arange(n) % len(paths)]
        return lambda: engage(part, [command])

    sizes = (1, 4, 16)
    series = {
        "cells": ((1000, 4000, 16000), [_median_s(cells(n)) for n in (1000, 4000, 16000)]),
        "sites": (sizes, [_median_s(lambda n=n: engage(paths, [many(n)])) for n in sizes]),
        "sensors": (sizes, [_median_s(lambda n=n: engage(paths, [eyes(n)])) for n in sizes]),
    }
    rows = []
    for name, (counts, spent) in series.items():
        slope = log(spent[-1] / spent[0]) / log(counts[-1] / counts[0])
        listed = ", ".join(f"{n}: {1e3 * s:.0f} ms" for n, s in zip(counts, spent, strict=True))
        rows.append(
            _row(
                f"growth.{name}",
                f"exponent of the time in {name} ({listed})",
                slope,
                "1",
                "<= 1.1",
                slope <= 1.1,
                "paths given",
            )
        )
    return rows
