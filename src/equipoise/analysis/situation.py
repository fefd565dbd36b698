"""From a scenario to the commands that face its missiles: date, mode of cooperation, and the end of each range.

A mode is data: who gives whom its sensors' reports, how late and coarse, about which missiles; whether the parties' sectors
bind; and whether there is one command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from math import inf, radians
from typing import Any

from equipoise.analysis.command import Battery, Command, Interceptor, Policy, Region, Sensor, Timing, Use
from equipoise.analysis.setup import NOMINAL, Stance, pick
from equipoise.catalogue import load_catalogue
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.provenance import Quantity
from equipoise.scenario.load import Scenario

MICROWAVE = ("S", "C", "X")
"""Bands in which a warhead is much larger than the wave."""
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Release:
    """What a giver releases to a receiver: its sensors' reports, this late and coarse, except about some missiles."""

    giver: str
    receiver: str
    latency_s: float = 0.0
    position_sigma_m: float = 0.0
    velocity_sigma_m_s: float = 0.0
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mode:
    """A mode of cooperation: releases, whether sectors bind, whether all batteries are under one command."""

    name: str
    releases: tuple[Release, ...] = ()
    sectors_bind: bool = False
    one_command: bool = False


def mode(scenario: Scenario, name: str, stance: Stance = NOMINAL) -> Mode:
    """Return one of the four discussed modes with the scenario's latency and coarsening."""
    a = scenario.tables["assumption"]
    parties = fielding(scenario)
    pairs = [(giver, receiver) for giver in parties for receiver in parties if giver != receiver]
    late = {
        "latency_s": pick(a["exchange_latency_s"], stance.exchange, larger_helps=False),
        "position_sigma_m": pick(a["exchange_position_km"], stance.exchange, larger_helps=False),
        "velocity_sigma_m_s": pick(a["exchange_velocity_m_s"], stance.exchange, larger_helps=False),
    }
    exchanged = tuple(Release(*pair, **late) for pair in pairs)
    modes = (
        Mode("independent"),
        Mode("exchange", exchanged),
        Mode("sectoral", exchanged, sectors_bind=True),
        Mode("joint", tuple(Release(*pair) for pair in pairs), one_command=True),
    )
    return next(m for m in modes if m.name == name)


def fielding(scenario: Scenario) -> tuple[str, ...]:
    """Return the parties that command something of their own, in the order of the scenario."""
    tables = [scenario.tables[name] for name in ("site", "radar", "satellite")]
    return tuple(dict.fromkeys(commander(e["party"]) for table in tables for e in table))


def commander(party: str) -> str:
    """Return the party under whose command another's systems act: the United States' act under NATO's."""
    for name, record in load_catalogue().parties.items():
        if party in record.includes:
            return name
    return party


def commands(
    scenario: Scenario,
    day: date,
    how: Mode | str,
    stance: Stance = NOMINAL,
    *,
    speed_m_s: float | None = None,
) -> tuple[Command, ...]:
    """Return the commands of all parties on ``day``, each with what the mode lets it use; some may have no battery.

    ``speed_m_s`` replaces the burnout speed of every interceptor.
    """
    how = mode(scenario, how, stance) if isinstance(how, str) else how
    timing = timing_of(scenario, stance)
    sites = scenario.active("site", day)
    owned = {party: _uses(scenario, day, party, sites, stance) for party in fielding(scenario)}
    wanted = int(scenario.tables["scenario"]["required_shots"])
    found = []
    for party in fielding(scenario):
        batteries = tuple(
            battery(scenario, e, stance, speed_m_s) for e in sites if commander(e["party"]) == party
        )
        uses = owned[party] + tuple(
            replace(
                use,
                latency_s=use.latency_s + r.latency_s,
                position_sigma_m=r.position_sigma_m,
                velocity_sigma_m_s=r.velocity_sigma_m_s,
                withheld=r.withheld,
            )
            for r in how.releases
            if r.receiver == party
            for use in owned[r.giver]
        )
        permit, forbid = _sectors(scenario, party) if how.sectors_bind else ((), ())
        found.append(Command(party, batteries, uses, timing, permit, forbid, wanted))
    if how.one_command and found:
        found = [replace(found[0], name="joint", batteries=tuple(b for c in found for b in c.batteries))]
    return tuple(found)


def unhindered(command: Command) -> Command:
    """Return the command with a track from burnout on whatever its sensors see, and no policy or sector in its way.

    What it cannot engage, no sensor that sees a missile from burnout on can help it to engage.
    """
    return replace(
        command,
        batteries=tuple(replace(b, policy=Policy()) for b in command.batteries),
        uses=(),
        timing=replace(command.timing, burnout_cue_s=command.timing.track_s),
        permit=(),
        forbid=(),
        wanted_shots=1,
    )


def timing_of(scenario: Scenario, stance: Stance = NOMINAL) -> Timing:
    """Return the delays of every command."""
    a = scenario.tables["assumption"]

    def least(key: str, name: str) -> float:
        return pick(a[key], getattr(stance, name), larger_helps=False)

    return Timing(
        track_s=least("track_s", "track"),
        decision_s=least("decision_s", "decision"),
        reaction_s=least("reaction_s", "reaction"),
        assessment_s=least("assessment_s", "assessment"),
        early_track_s=least("early_track_s", "track"),
        guide_s=least("guide_s", "guide"),
    )


def interceptor(
    scenario: Scenario, name: str, stance: Stance = NOMINAL, speed_m_s: float | None = None
) -> Interceptor:
    """Return what decides the reach of an interceptor, at another burnout speed when one is given."""
    record = scenario.find("interceptor", name)
    floor = record.get("kill_floor_km", scenario.tables["assumption"]["kill_floor_km"])
    ceiling = record.get("kill_ceiling_km")
    return Interceptor(
        burnout_speed_m_s=speed_m_s or pick(record["burnout_speed_km_s"], stance.speed, larger_helps=True),
        burn_time_s=pick(record["burn_time_s"], stance.burn, larger_helps=False),
        life_s=pick(record["kill_vehicle_life_s"], stance.life, larger_helps=True),
        floor_m=pick(floor, stance.floor, larger_helps=False),
        ceiling_m=pick(ceiling, stance.ceiling, larger_helps=True) if ceiling else inf,
    )


def battery(
    scenario: Scenario, entry: Entry, stance: Stance = NOMINAL, speed_m_s: float | None = None
) -> Battery:
    """Return the interceptors of a site or ship."""
    return Battery(
        site=entry["id"],
        places=_places(entry),
        interceptor=interceptor(scenario, entry["interceptor"], stance, speed_m_s),
        stock=entry["count"].value,
        policy=policy(scenario, entry.get("policy", "")),
        own_sensors=tuple(_own_id(entry, name) for name in entry.get("sensors", ())),
        sure=entry.get("placement", "worst") == "worst",
    )


def policy(scenario: Scenario, name: str) -> Policy:
    """Return a launch policy of the scenario; without a name, engage on remote."""
    if not name:
        return Policy()
    record = scenario.find("policy", name)
    return Policy(
        id=name,
        launch=record["launch"],
        guide=record["guide"],
        early=record.get("early", False),
        salvo=int(record.get("salvo", 1)),
        looks=int(record.get("looks", 32)),
    )


def radar(scenario: Scenario, entry: Entry, stance: Stance = NOMINAL) -> Sensor:
    """Return a radar with its detection range against the re-entry body and the burning missile.

    A declared range is taken to hold for the nominal cross-section in the radar's band, and goes with its fourth root.
    """
    a = scenario.tables["assumption"]
    microwave = entry.get("band", "X").startswith(MICROWAVE)
    section = a["cross_section_m2" if microwave else "low_band_cross_section_m2"]
    boost = a["boost_cross_section_m2"]
    declared = pick(entry["range_max_km"], stance.radar, larger_helps=True)

    def at(actual: Quantity) -> float:
        return declared * (pick(actual, stance.cross_section, larger_helps=True) / section.value) ** 0.25

    width = (entry["azimuth_to_deg"] - entry["azimuth_from_deg"]) % 360.0 or 360.0
    return Sensor(
        id=entry["id"],
        places=_places(entry),
        sure=entry.get("placement", "worst") == "worst",
        height_m=entry["altitude_km"].si if "altitude_km" in entry else 0.0,
        azimuth_from_rad=radians(entry["azimuth_from_deg"]),
        width_rad=radians(width),
        low_rad=radians(entry["elevation_from_deg"]),
        high_rad=radians(entry["elevation_to_deg"]),
        nearest_m=entry["range_min_km"].si if "range_min_km" in entry else 0.0,
        range_m=at(section),
        boost_range_m=max(at(boost), at(section)),
        delay_s=entry["report_delay_s"].si if "report_delay_s" in entry else 0.0,
    )


def satellite(scenario: Scenario, entry: Entry, stance: Stance = NOMINAL) -> Sensor:
    """Return an infrared satellite; without a delay of its own it reports at the scenario's time after launch."""
    a = scenario.tables["assumption"]
    own_delay = entry.get("report_delay_s")
    return Sensor(
        id=entry["id"],
        kind="infrared",
        cloud_m=pick(a["cloud_break_km"], stance.report, larger_helps=False),
        boxes_rad=tuple(
            (radians(s), radians(w), radians(n), radians(e)) for s, w, n, e in entry.get("coverage_deg", ())
        ),
        delay_s=own_delay.si if own_delay else 0.0,
        report_s=0.0 if own_delay else pick(a["satellite_report_s"], stance.report, larger_helps=False),
    )


def _uses(scenario: Scenario, day: date, party: str, sites, stance: Stance) -> tuple[Use, ...]:
    """Return the sensors that a party owns on ``day``, those of its sites included."""
    found = [
        Use(radar(scenario, e, stance), tracks=e.get("tracks", True), cued=e.get("cued", False))
        for e in scenario.active("radar", day)
        if "lat_deg" in e and commander(e["party"]) == party
    ]
    for site in sites:
        if commander(site["party"]) != party:
            continue
        for name in site.get("sensors", ()):
            kind = scenario.find("radar", name)
            placed = {key: site[key] for key in ("lat_deg", "lon_deg", "box_deg", "placement") if key in site}
            sensor = radar(scenario, {**kind, **placed, "id": _own_id(site, name)}, stance)
            found.append(Use(sensor, tracks=kind.get("tracks", True), cued=kind.get("cued", False)))
    found += [
        Use(satellite(scenario, e, stance), tracks=False)
        for e in scenario.active("satellite", day)
        if commander(e["party"]) == party
    ]
    return tuple(found)


def _own_id(site: Entry, sensor: str) -> str:
    return f"{sensor} at {site['id']}"


def _places(entry: Entry) -> tuple[tuple[float, float], ...]:
    """Return the position, or the corners and the middle of a patrol box, in rad."""
    if "box_deg" not in entry:
        return ((radians(entry["lat_deg"]), radians(entry["lon_deg"])),)
    found = []
    for south, west, north, east in entry["box_deg"]:
        middle = ((south + north) / 2, (west + east) / 2)
        found += [middle, (south, west), (south, east), (north, west), (north, east)]
    return tuple((radians(lat), radians(lon)) for lat, lon in found)


def _sectors(scenario: Scenario, party: str) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return the sectors in which a party may shoot, or, when it has none, those of others in which it may not."""
    own = tuple(region(e) for e in scenario.tables["sector"] if commander(e["party"]) == party)
    others = tuple(region(e) for e in scenario.tables["sector"] if commander(e["party"]) != party)
    return (own, ()) if own else ((), others)


def region(entry: Entry) -> Region:
    """Return a sector of the scenario as a region of the map."""
    if "polygon_deg" in entry:
        return Region(entry["id"], tuple((radians(lat), radians(lon)) for lat, lon in entry["polygon_deg"]))
    return Region(
        entry["id"],
        centre_rad=(radians(entry["lat_deg"]), radians(entry["lon_deg"])),
        azimuth_from_rad=radians(entry["azimuth_from_deg"]),
        width_rad=radians((entry["azimuth_to_deg"] - entry["azimuth_from_deg"]) % 360.0 or 360.0),
        radius_rad=entry["radius_km"] * 1e3 / MEAN_RADIUS_M,
    )
