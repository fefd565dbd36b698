"""The scenes of a report: a story in steps on the map, each told by its results in the scenario's own names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equipoise.present import cooperation, defended_area, exposure, guarantee
from equipoise.present.first_screen import shown
from equipoise.present.names import Names
from equipoise.present.section import Number, Sentence
from equipoise.results.record import Result
from equipoise.results.statistics import shares


@dataclass(frozen=True)
class Scene:
    """One step of the story; ``kind`` is what ``page/src/Scene.svelte`` shows on the map: shot, phases, other, together, promise."""

    kind: str
    title: str
    sentences: tuple[Sentence, ...]


def scenes(results: Mapping[str, Result]) -> tuple[Scene, ...]:
    """Return the scenes of the results that are there, in the order of the story; those without data are left out."""
    return tuple(_scenes(results, Names.of(results)))


def _scenes(results: Mapping[str, Result], names: Names) -> Iterator[Scene]:
    if "one_shot" in results:
        yield Scene("shot", "The shot", _shot(results["one_shot"].data, names))
    area = results["defended_area"].data if "defended_area" in results else None
    if area is not None and area.sizes["phase"] > 1:
        yield Scene("phases", "Phase by phase", (_phases(area, names),))
    if "exposure" in results and "trajectories" in results:
        yield Scene("other", "The other side", exposure.story(results["exposure"].data))
    if "cooperation" in results and area is not None and {"independent", "joint"} <= set(area["mode"].values):
        told = tuple(cooperation.story(results["cooperation"].data))
        if told:
            yield Scene("together", "Together", told)
    if "guarantee" in results:
        yield Scene("promise", "The promise", guarantee.story(results["guarantee"].data, names))


def _shot(data: xr.Dataset, names: Names) -> tuple[Sentence, ...]:
    """Return what happens in the engagement that the scene shows, step by step."""
    a = data.attrs

    def after(key: str) -> Number:
        return Number(float(a[key]), unit="s", method="engagement model, after the missile's launch; nominal")

    first = _first_to_see(data)
    said = {
        "missile": names.short("threat", str(a["threat"])),
        "site": names.short("site", str(a["site"])),
        "phase": str(a["phase"]),
        "mode": names("mode", str(a["mode"])).lower(),
        "sensor": first[0] if first else "",
    }
    at = round(float(a["meet_s"]) / float(a["step_s"]))
    height = Number(
        float(data.missile_altitude.values[at]) / 1e3,
        unit="km",
        method="altitude of the missile at the meeting",
    )
    numbers = {key: after(f"{key}_s") for key in ("burnout", "track", "launch", "meet")}
    spare = Number(
        float(a["slack_s"]), unit="s", method="latest launch that still meets the missile, less the earliest"
    )
    lead = "{missile} in {phase}, {mode}: it burns out {burnout} after launch"
    seen = ", {sensor} sees it from {seen}" if first else ""
    if first:
        numbers["seen"] = Number(first[1], unit="s", method="first time in the sensor's view")
    else:
        del said["sensor"]
    return (
        Sentence(
            f"{lead}{seen}, its track is good enough at {{track}}, {{site}} launches at {{launch}}, and they meet at {{meet}}, {{height}} up.",
            numbers | {"height": height},
            said,
        ),
        Sentence(
            "{spare} were to spare: of the meetings found over the map, this one is the middle one.",
            {"spare": spare},
        ),
    )


def _first_to_see(data: xr.Dataset) -> tuple[str, float] | None:
    """Return the sensor that sees the missile first, and when (s)."""
    starts = np.nan_to_num(data.seen.values, nan=np.inf).min(axis=(1, 2), initial=np.inf)
    if not starts.size or not np.isfinite(starts.min()):
        return None
    return str(data.sensor.values[int(starts.argmin())]), float(starts.min())


def _phases(area: xr.Dataset, names: Names) -> Sentence:
    """Return the share of the people in range with a shot in every phase, for the mode and missile that the map shows first."""
    at = shown(area)
    share = shares(area).sel(mode=at["mode"], threat=at["threat"])
    parts = ", ".join(f"{{n{i}}} in {{p{i}}}" for i in range(area.sizes["phase"]))
    return Sentence(
        "Share of the people of {who} in range of {missile} who get at least one shot, {mode}: "
        + parts
        + ".",
        {
            f"n{i}": Number(100 * float(v), unit="%", method=defended_area.METHOD)
            for i, v in enumerate(share.values)
        },
        {f"p{i}": str(p) for i, p in enumerate(area.phase.values)}
        | {"who": str(area.attrs["protected_name"])}
        | {"missile": names.short("threat", at["threat"]), "mode": names("mode", at["mode"]).lower()},
        figure="defended-share",
    )
