"""From a scenario to the commands that face its missiles: date and mode of cooperation.

A mode is data: who gives whom its sensors' reports, how late and coarse, about which missiles; whether the parties' sectors
bind; and whether there is one command.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from math import inf, pi, radians

import numpy as np

from equipoise.engagement.cooperation_modes import JOINT, NO_OUTAGE, Mode, Outage, mode
from equipoise.engagement.records import Battery, Command, Interceptor, Policy, Region, Sensor, Timing, Use
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.remember import Same
from equipoise.model.cooperation import Sector
from equipoise.model.systems import Radar, RadarEquation, Satellite, Site
from equipoise.physics.sensing.radar import detection_range_m
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import NOBODY, commander, defenders, defends, fielding


def commands(
    scenario: Scenario,
    day: date,
    how: Mode | str,
    *,
    speed_m_s: float | None = None,
    outage: Outage = NO_OUTAGE,
) -> tuple[Command, ...]:
    """Return the commands of all parties on ``day``, each with what the mode lets it use; some may have no battery.

    ``speed_m_s`` replaces the burnout speed of every interceptor.
    ``how`` is the mode of cooperation, or its id.
    """
    how = mode(scenario, how) if isinstance(how, str) else how
    this, parties = Same(scenario), fielding(scenario)
    owned = {p: () if p in outage.blind else _uses(this, day, p) for p in parties}
    found = []
    for party in parties:
        alone = _alone(this, None if party in outage.disarmed else day, party, speed_m_s)
        permit, forbid = _sectors(scenario, party, how.sectors)
        uses = owned[party] + _received(how, party, owned)
        found.append(replace(alone, uses=uses, permit=permit, forbid=forbid))
    return (as_one(found),) if how.one_command and found else tuple(found)


@lru_cache(maxsize=128)
def _alone(this: Same[Scenario], day: date | None, party: str, speed_m_s: float | None) -> Command:
    """Return what :func:`unaided` does with the sites of a day, of none without one; modes ask the same of one scenario."""
    sites = this.held[0].active("site", day) if day else ()
    return unaided(this.held[0], sites, party, speed_m_s)


def unaided(scenario: Scenario, sites: Sequence[Site], party: str, speed_m_s: float | None = None) -> Command:
    """Return a party's batteries at ``sites`` and its delays, without any sensor or sector."""
    own = [e for e in sites if commander(scenario, e.party) == party]
    return _command(scenario, party, own, speed_m_s)


def _command(scenario: Scenario, name: str, own: Sequence[Site], speed_m_s: float | None) -> Command:
    wanted = scenario.head.required_shots
    batteries = tuple(battery(scenario, e, speed_m_s) for e in own)
    return Command(name, batteries, (), timing_of(scenario), (), (), wanted)


DEFENCE = "defence"
"""Name of the command of all defenders."""


def defence(scenario: Scenario, day: date, speed_m_s: float | None = None) -> Command:
    """Return the batteries of all defenders on ``day`` under one command, without any sensor or sector."""
    own = [e for e in scenario.active("site", day) if defends(scenario, e.party)]
    return _command(scenario, DEFENCE, own, speed_m_s)


def defence_in_mode(scenario: Scenario, day: date, how: Mode | str) -> Command:
    """Return the defenders' command on ``day`` with what a mode lets them use; allies are taken to share one picture.

    Under a joint command the partner's own batteries are left out: they would not engage its missiles.
    ``how`` is the mode of cooperation, or its id.
    """
    found = commands(scenario, day, how)
    joint = next((c for c in found if c.name == JOINT), None)
    own = {e.id for e in scenario.active("site", day) if defends(scenario, e.party)}
    if joint is None:
        allied = [c for c in found if c.name in defenders(scenario)]
        if not allied:
            return defence(scenario, day)
        joint = allied[0] if len(allied) == 1 else as_one(allied)
    return replace(joint, batteries=tuple(b for b in joint.batteries if b.site in own))


def _received(how: Mode, party: str, owned: Mapping[str, tuple[Use, ...]]) -> tuple[Use, ...]:
    """Return the uses of others' sensors that a mode gives to a party."""
    return tuple(
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
        if r.covers(use.sensor.id)
    )


def as_one(found: list[Command]) -> Command:
    """Return one command with all batteries, and each sensor as the party that gets it soonest does."""
    soonest: dict[str, Use] = {}
    for use in (u for command in found for u in command.uses):
        known = soonest.setdefault(use.sensor.id, use)
        if use.latency_s < known.latency_s:
            soonest[use.sensor.id] = use
    batteries = tuple(b for command in found for b in command.batteries)
    return replace(found[0], name=JOINT, batteries=batteries, uses=tuple(soonest.values()))


def serves(how: Mode, found: Sequence[Command], owners: np.ndarray) -> np.ndarray:
    """Return which command engages what heads for which cell, (cells, commands), by the cells' owners.

    Where each defends its own area, what heads for nobody's is engaged by all.
    """
    names = np.array([command.name for command in found])
    return (owners[:, None] == names) | (owners == NOBODY)[:, None] | (not how.own_area)


def unhindered(command: Command) -> Command:
    """Return the command with a track from burnout on whatever its sensors see, and no policy or sector in its way.

    The track is good enough after the track time, whatever rule the scenario has for tracks by sensors.
    What it cannot engage, no sensor that sees a missile from burnout on can help it to engage.
    """
    return replace(
        command,
        batteries=tuple(replace(b, policy=Policy()) for b in command.batteries),
        uses=(),
        timing=replace(command.timing, burnout_cue_s=command.timing.track_s, handover_m=inf),
        permit=(),
        forbid=(),
        wanted_shots=1,
    )


def timing_of(scenario: Scenario) -> Timing:
    """Return the delays of every command."""
    a = scenario.assumptions
    accurate = scenario.head.track_rule == "accuracy"
    return Timing(
        track_s=a.track_s.si,
        decision_s=a.decision_s.si,
        reaction_s=a.reaction_s.si,
        assessment_s=a.assessment_s.si,
        early_track_s=a.early_track_s.si,
        guide_s=a.guide_s.si,
        handover_m=a.handover_km.si if accurate else inf,
    )


def interceptor(scenario: Scenario, name: str, speed_m_s: float | None = None) -> Interceptor:
    """Return what decides the reach of an interceptor, at another burnout speed when one is given.

    ``name`` is its id in the scenario.
    """
    record = scenario.find("interceptor", name)
    floor = record.kill_floor_km or scenario.assumptions.kill_floor_km
    ceiling = record.kill_ceiling_km
    closing, crossing = record.min_closing_speed_km_s, record.max_crossing_angle_deg
    return Interceptor(
        burnout_speed_m_s=speed_m_s or record.burnout_speed_km_s.si,
        burn_time_s=record.burn_time_s.si,
        life_s=record.kill_vehicle_life_s.si,
        floor_m=floor.si,
        ceiling_m=ceiling.si if ceiling else inf,
        least_closing_m_s=closing.si if closing else 0.0,
        most_crossing_rad=crossing.si if crossing else pi,
    )


def battery(scenario: Scenario, entry: Site, speed_m_s: float | None = None) -> Battery:
    """Return the interceptors of a site or ship."""
    return Battery(
        site=entry.id,
        places=_places(entry),
        interceptor=interceptor(scenario, entry.interceptor, speed_m_s),
        stock=entry.count.value,
        policy=policy(scenario, entry.policy),
        own_sensors=tuple(_own_id(entry, name) for name in entry.sensors),
        sure=entry.placement == "worst",
    )


def policy(scenario: Scenario, name: str) -> Policy:
    """Return a launch policy of the scenario; without a name, engage on remote."""
    if not name:
        return Policy()
    record = scenario.find("policy", name)
    return Policy(**{field.name: getattr(record, field.name) for field in fields(Policy)})


def radar(scenario: Scenario, entry: Radar, *, stands_at: Site | None = None) -> Sensor:
    """Return a radar, where it stands or at a site, with its detection range against the re-entry body and the burning missile.

    A declared range holds for the radar's reference cross-section, and goes with the fourth root of the actual one; where
    the radar states what the radar equation needs, that gives the range and the declared one is its limit.
    """
    a = scenario.assumptions
    section: Quantity = getattr(a, entry.section)
    declared = entry.range_max_km.si

    def at(size: float) -> float:
        if entry.equation:
            return min(_by_equation(entry.equation, size), declared)
        assert entry.reference_cross_section_m2, (
            f"{entry.id} states neither a reference nor the radar equation"
        )
        return declared * (size / entry.reference_cross_section_m2.value) ** 0.25

    width = (entry.azimuth_to_deg - entry.azimuth_from_deg) % 360.0 or 360.0
    return Sensor(
        id=_own_id(stands_at, entry.id) if stands_at else entry.id,
        places=_places(stands_at or entry),
        sure=stands_at is None or stands_at.placement == "worst",
        height_m=entry.altitude_km.si if entry.altitude_km else 0.0,
        azimuth_from_rad=radians(entry.azimuth_from_deg),
        width_rad=radians(width),
        low_rad=radians(entry.elevation_from_deg),
        high_rad=radians(entry.elevation_to_deg),
        nearest_m=entry.range_min_km.si if entry.range_min_km else 0.0,
        range_m=at(section.si),
        boost_range_m=max(at(a.boost_cross_section_m2.si), at(section.si)),
        delay_s=entry.report_delay_s.si if entry.report_delay_s else 0.0,
        range_sigma=(entry.range_sigma_m or a.range_sigma_m).si,
        angle_sigma=(entry.angle_sigma_deg or a.angle_sigma_deg).si,
        update_s=(entry.update_s or a.update_s).si,
    )


def _by_equation(stated: RadarEquation, cross_section_m2: float) -> float:
    """Return the detection range of a radar that states power, aperture and the rest."""
    return detection_range_m(
        average_power_w=stated.average_power_kw * 1e3,
        aperture_m2=stated.aperture_m2,
        wavelength_m=stated.wavelength_cm * 1e-2,
        cross_section_m2=cross_section_m2,
        noise_temperature_k=stated.noise_temperature_k,
        losses_db=stated.losses_db,
        dwell_s=stated.dwell_s,
        signal_to_noise=10.0 ** (stated.snr_db / 10.0),
    )


def satellite(scenario: Scenario, entry: Satellite) -> Sensor:
    """Return an infrared satellite; without a delay of its own it reports at the scenario's time after launch."""
    a = scenario.assumptions
    own_delay = entry.report_delay_s
    return Sensor(
        id=entry.id,
        kind="infrared",
        cloud_m=a.cloud_break_km.si,
        boxes_rad=tuple(
            (radians(s), radians(w), radians(n), radians(e)) for s, w, n, e in entry.coverage_deg
        ),
        delay_s=own_delay.si if own_delay else 0.0,
        report_s=0.0 if own_delay else a.satellite_report_s.si,
        range_sigma=a.satellite_position_km.si,
        angle_sigma=a.satellite_velocity_m_s.si,
        update_s=0.0,
    )


@lru_cache(maxsize=128)
def _uses(this: Same[Scenario], day: date, party: str) -> tuple[Use, ...]:
    """Return the sensors that a party owns on ``day``, those of its sites included."""
    scenario = this.held[0]
    found = [
        Use(radar(scenario, e), tracks=e.tracks, cued=e.cued)
        for e in scenario.active("radar", day)
        if e.lat_deg is not None and commander(scenario, e.party) == party
    ]
    for site in scenario.active("site", day):
        if commander(scenario, site.party) != party:
            continue
        for name in site.sensors:
            kind = scenario.find("radar", name)
            sensor = radar(scenario, kind, stands_at=site)
            found.append(Use(sensor, tracks=kind.tracks, cued=kind.cued))
    found += [
        Use(satellite(scenario, e), tracks=False)
        for e in scenario.active("satellite", day)
        if commander(scenario, e.party) == party
    ]
    return tuple(found)


def _own_id(site: Site, sensor: str) -> str:
    return f"{sensor} at {site.id}"


def _places(entry: Site | Radar) -> tuple[tuple[float, float], ...]:
    """Return the position, or the corners and the middle of a patrol box, in rad."""
    if isinstance(entry, Radar) or not entry.box_deg:
        assert entry.lat_deg is not None
        assert entry.lon_deg is not None
        return ((radians(entry.lat_deg), radians(entry.lon_deg)),)
    found = []
    for south, west, north, east in entry.box_deg:
        middle = ((south + north) / 2, (west + east) / 2)
        found += [middle, (south, west), (south, east), (north, west), (north, east)]
    return tuple((radians(lat), radians(lon)) for lat, lon in found)


def _sectors(
    scenario: Scenario, party: str, binding: tuple[str, ...]
) -> tuple[tuple[Region, ...], tuple[Region, ...]]:
    """Return the sectors in which a party may shoot, or, when it has none, those of others in which it may not."""
    sectors = [e for e in scenario.sectors if e.id in binding]
    own = tuple(region(e) for e in sectors if commander(scenario, e.party) == party)
    others = tuple(region(e) for e in sectors if commander(scenario, e.party) != party)
    return (own, ()) if own else ((), others)


def region(entry: Sector) -> Region:
    """Return a sector of the scenario as a region of the map."""
    if entry.polygon_deg:
        return Region(entry.id, tuple((radians(lat), radians(lon)) for lat, lon in entry.polygon_deg))
    fan = entry.fan
    return Region(
        entry.id,
        centre_rad=(radians(fan.lat_deg), radians(fan.lon_deg)),
        azimuth_from_rad=radians(fan.azimuth_from_deg),
        width_rad=radians((fan.azimuth_to_deg - fan.azimuth_from_deg) % 360.0 or 360.0),
        radius_rad=fan.radius_km * 1e3 / MEAN_RADIUS_M,
    )
