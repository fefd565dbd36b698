"""One engagement step by step: the path, who sees it when, what each battery could do, and why.

The same kernels as in a batch; their scratch arrays are read instead of thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equipoise.engagement.engage import Outcomes, Paths, engage, engage_batteries
from equipoise.engagement.kernel_tables import Compiled, compiled_world
from equipoise.engagement.records import Command
from equipoise.engagement.speed_margin import speed_share
from equipoise.foundation.errors import DomainError
from equipoise.foundation.status import FlightStatus
from equipoise.physics.engagement import tables as kernels
from equipoise.physics.engagement.engage import engage as engage_path
from equipoise.physics.engagement.kill_geometry import closing, limited
from equipoise.physics.engagement.launch_segments import value
from equipoise.physics.engagement.launch_windows import shortest
from equipoise.physics.environment.earth import central_angle_rad, ecef_to_geodetic, mean_radius_m
from equipoise.physics.flight.trajectory import Path, position_at, sample_before, velocity_at
from equipoise.physics.interceptor.flyout import NONE, UNKNOWN
from equipoise.physics.sensing.visibility import ARCS
from equipoise.results.record import Result
from equipoise.results.schema import dataset

WINDOW_STEP_S = 0.5
TIMES = ("detect_s", "track_s", "first_intercept_s", "last_intercept_s")


@dataclass(frozen=True)
class Looked:
    """One path as the kernel saw it: samples, the compiled world, and the scratch arrays it left."""

    path: Path
    compiled: Compiled
    work: kernels.Work


def look(paths: Paths, command: Command) -> Looked:
    """Return the first path of ``paths`` under one command, with everything that the kernel worked out."""
    compiled = compiled_world([command], missile_class=paths.missile_class, earth=paths.earth)
    path = paths.sampled()
    work, out = kernels.work_for(compiled.world), np.empty(1, kernels.OUTCOME)
    engage_path(compiled.world, path, work, out)
    return Looked(path, compiled, work)


def explain(paths: Paths, command: Command, *, title: str) -> Result:
    """Return the timeline of the first path of ``paths`` against one command, as a result of kind ``engagement``.

    ``title`` is the result's title for people.
    """
    if paths.status[0] != FlightStatus.OK:
        raise DomainError(FlightStatus(int(paths.status[0])).sentence)
    seen = look(paths, command)
    together, alone = engage(paths, [command]), engage_batteries(paths, command)
    data = dataset(
        "engagement",
        _path_variables(seen.path, paths)
        | _sensor_variables(seen)
        | _battery_variables(seen, command, alone)
        | _geometry_variables(seen, alone)
        | _window_variables(seen, alone),
        {"battery": [b.site for b in command.batteries], "sensor": list(seen.compiled.sensors)},
        attrs={
            "command": command.name,
            "burnout_s": float(seen.path.time_s[seen.path.burnout]),
            "reason": int(together.reason[0, 0]),
            "shots": int(together.shots[0, 0]),
            "wanted_shots": command.wanted_shots,
            "slack_s": float(together.slack_s[0, 0]),
            "speed_share": float(speed_share(paths[:1], command)[0]),
            **{name: float(getattr(together, name)[0, 0]) for name in TIMES},
            "detected_by": _name(seen.compiled.sensors, int(together.detected_by[0, 0])),
            "tracked_by": _name(seen.compiled.sensors, int(together.tracked_by[0, 0])),
            "site": _name(together.sites, int(together.site[0, 0])),
            "decision_s": command.timing.decision_s,
            "reaction_s": command.timing.reaction_s,
            "needed_track_s": command.timing.track_s,
        },
    )
    return Result(kind="engagement", title=title, data=data)


def _name(names: tuple[str, ...], index: int) -> str:
    return names[index] if index >= 0 else ""


def _path_variables(path: Path, paths: Paths) -> dict[str, Any]:
    places = np.array([ecef_to_geodetic(*p, paths.earth) for p in path.position_ecef_m[: path.filled]])
    start = places[0]
    angle = [central_angle_rad(start[0], start[1], lat, lon) for lat, lon, _ in places]
    return {
        "altitude": path.height_m[: path.filled] / 1e3,
        "latitude": np.degrees(places[:, 0]),
        "longitude": np.degrees(places[:, 1]),
        "distance": np.array(angle) * mean_radius_m(paths.earth) / 1e3,
        "path_time": path.time_s[: path.filled],
    }


def _sensor_variables(seen: Looked) -> dict[str, Any]:
    n = len(seen.compiled.sensors)
    spells = np.full((n, ARCS, 2), np.nan)
    for s in range(n):
        spells[s, : seen.work.spell_count[s]] = seen.work.spells[s, : seen.work.spell_count[s]]
    return {"spells": spells}


def _battery_variables(seen: Looked, command: Command, alone: Outcomes) -> dict[str, Any]:
    times = ("slack_s", "ready_s", "latest_s", "first_intercept_s", "last_intercept_s")
    found = {name.removesuffix("_s"): getattr(alone, name)[0] for name in ("reason", "shots", *times)}
    return found | {"policy": [b.policy.id for b in command.batteries]}


def _geometry_variables(seen: Looked, alone: Outcomes) -> dict[str, Any]:
    """Return closing speed and crossing angle of each battery's first intercept, from the place that decides."""
    world, path = seen.compiled.world, seen.path
    found = np.full((2, alone.reason.shape[1]), np.nan)
    for b, case in enumerate(seen.compiled.cases_of[0]):
        at = float(alone.first_intercept_s[0, b])
        if not np.isfinite(at):
            continue
        s = int(world.cases.row[case].shooter)
        kind, k = world.shooters.kind[s], int(sample_before(path, path.burnout, at))
        there = np.empty((2, 3))
        position_at(path, k, at, there[0])
        velocity_at(path, k, at, there[1])
        place, velocity = tuple(there[0].tolist()), tuple(there[1].tolist())
        met, _by, _short = shortest(
            kind, world.shooters.place[s], world.earth, place, velocity, UNKNOWN, limited(kind)
        )
        if met.branch != NONE:
            found[:, b] = closing(met, world.earth, place, velocity)
    return {"closing_speed": found[0] / 1e3, "crossing_angle": np.degrees(found[1])}


def _window_variables(seen: Looked, alone: Outcomes) -> dict[str, Any]:
    """Return the latest launch against the time of intercept, nan where the battery may not kill."""
    times = np.arange(0.0, seen.path.time_s[seen.path.filled - 1], WINDOW_STEP_S)
    latest = np.full((alone.reason.shape[1], times.size), np.nan)
    for b, case in enumerate(seen.compiled.cases_of[0]):
        s = int(seen.compiled.world.cases.row[case].shooter)
        allowed = seen.work.allowed[case, : seen.work.allowed_count[case]]
        for row in seen.work.segment[s, : seen.work.segment_count[s]]:
            for i in np.flatnonzero((times >= row["start_s"]) & (times <= row["end_s"])):
                if np.any((allowed[:, 0] <= times[i]) & (times[i] <= allowed[:, 1])):
                    latest[b, i] = value(row, times[i])
    return {"intercept_time": times, "latest_launch": latest}
