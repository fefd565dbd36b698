"""Vehicles, sensors, places and forces."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.model.fields import (
    Altitude,
    Angle,
    Azimuth,
    Count,
    CrossSection,
    Day,
    Distance,
    Duration,
    Elevation,
    Flag,
    Latitude,
    Longitude,
    Mass,
    Speed,
    Stages,
    Text,
    Words,
)
from equipoise.model.record import Entry, Record


class Missile(Entry):
    """A threat as public studies know it: its range and boost, flown as a kinematic vehicle."""

    kind: Literal["regional", "strategic"] = Field(description="Regional or strategic.")
    party: Text = Field("", description="Who has it.")
    basing: Literal["land", "sea"] = Field("land", description="Land or sea.")
    stages: Stages | None = Field(None, description="Number of stages.")
    propellant: Text = Field("", description="liquid, solid, or both where unknown.")
    payload_kg: Mass | None = Field(None, description="Payload.")
    max_range_km: Distance = Field(description="Greatest range over the ground.")
    burn_time_s: Duration = Field(description="Time from launch to burnout.")
    burnout_altitude_km: Altitude = Field(description="Altitude at burnout on a full-range flight.")
    burnout_downrange_km: Distance = Field(description="Ground distance at burnout on a full-range flight.")
    ballistic_coefficient_kg_m2: Mass = Field(description="Mass over drag area of the re-entry body.")
    status_2011: Text = Field("", description="Status at the end of 2011.")


class Claim(Record):
    """One of several values in dispute."""

    value_km_s: Speed = Field(description="The value that this party to the dispute states.")
    by: Text = Field(description="Who states it.")


class Interceptor(Entry):
    """A defensive missile, flown as a kinematic vehicle."""

    owner: Text = Field("", description="Who makes or fields it.")
    stages: Stages | None = Field(None, description="Number of stages.")
    burnout_speed_km_s: Speed | None = Field(None, description="Speed at burnout; absent where no source.")
    burn_time_s: Duration | None = Field(None, description="Time from launch to burnout.")
    boost_distance_km: Distance | None = Field(None, description="Path length flown until burnout.")
    max_range_km: Distance | None = Field(None, description="Greatest ground range of an engagement.")
    kill_region: Literal["exo", "endo", "both"] = Field(description="Where it can kill.")
    kill_floor_km: Altitude | None = Field(
        None, description="Lowest kill altitude; absent for the scenario's exo-atmospheric floor."
    )
    kill_ceiling_km: Altitude | None = Field(None, description="Highest kill altitude.")
    min_closing_speed_km_s: Speed | None = Field(
        None, description="Least closing speed of a kill; absent for no limit."
    )
    max_crossing_angle_deg: Angle | None = Field(
        None, description="Greatest angle off head on of a kill; absent for no limit."
    )
    kill_vehicle_life_s: Duration | None = Field(None, description="Life of the kill vehicle after burnout.")
    release_altitude_km: Altitude | None = Field(
        None, description="Lowest release altitude of the kill vehicle."
    )
    basing: Text = Field("", description="Ship, silo, road-mobile, Aegis Ashore.")
    in_service: Text = Field("", description="Year of service, as the source prints it.")
    speed_claims: tuple[Claim, ...] = Field((), description="Values in dispute, each with its author.")

    @property
    def can_fly(self) -> bool:
        """Whether enough is known to fly it."""
        return self.burnout_speed_km_s is not None and self.burn_time_s is not None


class Sensor(Entry):
    """A radar or an infrared satellite."""

    kind: Literal["radar", "infrared"] = Field(description="Radar or infrared.")
    type: Text = Field("", description="Type in words.")
    party: Text = Field(description="Who may use its data without asking.")
    owner: Text = Field("", description="Who owns it.")
    lat_deg: Latitude | None = Field(None, description="Latitude; absent for a sensor that goes with a site.")
    lon_deg: Longitude | None = Field(None, description="Longitude.")
    altitude_km: Altitude | None = Field(None, description="Height of the antenna or of the orbit.")
    orbit: Literal["geo", "heo", "leo", ""] = Field("", description="Orbit of a satellite.")
    coverage_deg: tuple[tuple[Latitude, Longitude, Latitude, Longitude], ...] = Field(
        (), description="Boxes [south, west, north, east] that a satellite watches; empty is everywhere."
    )
    azimuth_from_deg: Azimuth = Field(0.0, description="Left edge of the sector, clockwise from north.")
    azimuth_to_deg: Azimuth = Field(360.0, description="Right edge of the sector, clockwise.")
    elevation_from_deg: Elevation = Field(0.0, description="Lowest elevation.")
    elevation_to_deg: Elevation = Field(90.0, description="Highest elevation.")
    range_min_km: Distance | None = Field(None, description="Nearest range.")
    range_max_km: Distance | None = Field(None, description="Detection range at the reference cross-section.")
    reference_cross_section_m2: CrossSection | None = Field(
        None,
        description="Radar cross-section for which the range holds; absent where no source states one, for the scenario's.",
    )
    band: Text = Field("", description="Radar band.")
    tracks: Flag = Field(
        default=True, description="Whether its data make an engagement-quality track (else a cue)."
    )
    report_delay_s: Duration | None = Field(None, description="Delay of its reports.")
    active_from: Day | None = Field(None, description="First day in service.")
    active_to: Day | None = Field(None, description="Last day in service.")
    needs: Words = Field((), description="Instruments that must be in force.")
    status_2011: Text = Field("", description="Status at the end of 2011.")


class Site(Entry):
    """A place with interceptors, a radar, a command or an exchange centre; ships are notional points."""

    country: Text = Field("", description="Two-letter country code.")
    party: Text = Field(description="Who commands it.")
    role: Text = Field(
        "interceptor_site", description="interceptor_site, ship_patrol, radar_site, command ..."
    )
    lat_deg: Latitude = Field(description="Latitude.")
    lon_deg: Longitude = Field(description="Longitude.")
    patrol_deg: tuple[tuple[Latitude, Longitude, Latitude, Longitude], ...] = Field(
        (), description="Boxes [south, west, north, east] in which a ship may patrol; notional."
    )
    place: Text = Field("", description="Catalogue site that gives what is not said here.")
    interceptor: Text = Field("", description="Interceptor type.")
    count: Count | None = Field(None, description="Number of interceptors.")
    sensors: Words = Field((), description="Sensors that stand at the site (types without a place).")
    active_from: Day | None = Field(None, description="First day in service.")
    active_to: Day | None = Field(None, description="Last day in service.")
    needs: Words = Field((), description="Instruments that must be in force.")
    phase: Text = Field("", description="Phase of the programme.")
    planned: Text = Field("", description="Date planned, as the source prints it.")
    operational: Text = Field("", description="Date reached, as the source prints it.")
    status_2011: Text = Field("", description="Status at the end of 2011.")


class Force(Entry):
    """Strategic launchers of one system at one base; bases are known to 0.1 degree."""

    party: Text = Field(description="Whose force.")
    leg: Literal["ICBM", "SLBM", "bomber"] = Field(description="Leg of the triad.")
    base: Text = Field("", description="Base or division.")
    lat_deg: Latitude | None = Field(None, description="Latitude of the base, to 0.1 degree.")
    lon_deg: Longitude | None = Field(None, description="Longitude of the base, to 0.1 degree.")
    launch_lat_deg: Latitude | None = Field(None, description="Notional patrol area, where it differs.")
    launch_lon_deg: Longitude | None = Field(None, description="Notional patrol area, where it differs.")
    system: Text = Field("", description="System in the owner's words.")
    nato_name: Text = Field("", description="NATO name.")
    missile: Text = Field("", description="Catalogue missile that stands for it.")
    launchers: Count | None = Field(None, description="Launchers.")
    warheads_per_launcher: Count | None = Field(None, description="Warheads on each.")
    warheads: Count | None = Field(None, description="Warheads in all.")
    basing: Text = Field("", description="Silo, mobile, submarine.")
    as_of: Text = Field("", description="Date of the count.")

    @property
    def launch_point_deg(self) -> tuple[float, float] | None:
        """Latitude and longitude from which it flies, or None where no place is given."""
        lat = self.lat_deg if self.launch_lat_deg is None else self.launch_lat_deg
        lon = self.lon_deg if self.launch_lon_deg is None else self.launch_lon_deg
        return None if lat is None or lon is None else (lat, lon)


class LaunchArea(Entry):
    """A notional place from which a regional missile is flown."""

    lat_deg: Latitude = Field(description="Latitude of the centre.")
    lon_deg: Longitude = Field(description="Longitude of the centre.")
    precision_deg: Elevation = Field(0.5, description="How loosely the place is meant.")


class Party(Entry):
    """A party to the cooperation or to an instrument."""

    includes: Words = Field((), description="Parties whose systems count as its own.")
    countries: Words = Field((), description="Two-letter codes of the area it defends.")
