"""Records of the catalogue: those of a scenario with what else is known, and what no scenario has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.foundation.provenance import Quantity
from equipoise.model import cooperation, systems
from equipoise.model.fields import (
    Azimuth,
    Day,
    Elevation,
    Flag,
    Latitude,
    Longitude,
    Mass,
    Measured,
    Money,
    NameList,
    Names,
    Number,
    Prose,
    Stages,
    Text,
    one_of,
)
from equipoise.model.record import Entry, Noted, Record
from equipoise.model.scenario import Tie
from equipoise.model.shapes import Boxes

StagedAs = Annotated[
    Prose,
    Field(
        description="Staged vehicle of the catalogue that stands for it (`of` of a scenario takes it), or why there is none."
    ),
]


class Correlated(Tie):
    """Two of a system's quantities that go together wherever both are taken from here."""

    keys: Annotated[tuple[str, ...], Names(least=2)] = Field(description="The two keys of the system.")


Ties = Annotated[
    tuple[Correlated, ...],
    Field(
        description="Quantities that go together; a scenario that takes both from here has the correlation."
    ),
]
Launchers = Annotated[Quantity, Measured(0.0, 20_000.0, whole=True)]
Altitude = Annotated[Quantity, Measured(0.0, 100_000.0)]


class Missile(systems.Missile, Noted):
    """A missile of a scenario, with who has it and what it carries."""

    party: Prose = Field("", description="Who has it.")
    staged: StagedAs = ""
    correlated: Ties = ()
    basing: Literal["land", "sea"] = Field("land", description="Land or sea.")
    stages: Stages | None = Field(None, description="Number of stages.")
    propellant: Prose = Field("", description="liquid, solid, or both where unknown.")
    payload_kg: Mass | None = Field(None, description="Payload.")
    status_2011: Prose = Field("", description="Status at the end of 2011.")


class Claim(Record):
    """One of several values in dispute."""

    value_km_s: systems.BurnoutSpeed = Field(description="The value that this party to the dispute states.")
    by: Prose = Field(description="Who states it.")


class Interceptor(systems.KillLimits, Noted):
    """A defensive missile; its speed is absent where no source prints one, and it cannot then be flown."""

    owner: Prose = Field("", description="Who makes or fields it.")
    staged: StagedAs = ""
    correlated: Ties = ()
    stages: Stages | None = Field(None, description="Number of stages.")
    burnout_speed_km_s: systems.BurnoutSpeed | None = Field(
        None, description="Speed at burnout; absent where no source."
    )
    burn_time_s: systems.BurnTime | None = Field(None, description="Time from launch to burnout.")
    boost_distance_km: Annotated[Quantity, Measured(0.0, 20_100.0)] | None = Field(
        None, description="Path length flown until burnout."
    )
    kill_region: Literal["exo", "endo", "both"] = Field(description="Where it can kill.")
    kill_vehicle_life_s: systems.KillVehicleLife | None = Field(
        None, description="Life of the kill vehicle after burnout."
    )
    release_altitude_km: Altitude | None = Field(
        None, description="Lowest release altitude of the kill vehicle."
    )
    basing: Prose = Field("", description="Ship, silo, road-mobile, Aegis Ashore.")
    in_service: Prose = Field("", description="Year of service, as the source prints it.")
    speed_claims: tuple[Claim, ...] = Field((), description="Values in dispute, each with its author.")


class Sensor(Entry, Noted):
    """A radar or an infrared satellite."""

    kind: Literal["radar", "infrared"] = Field(description="Radar or infrared.")
    type: Prose = Field("", description="Type in words.")
    party: Text = Field(description="Who may use its data without asking.")
    owner: Prose = Field("", description="Who owns it.")
    lat_deg: Latitude | None = Field(None, description="Latitude; absent for a sensor that goes with a site.")
    lon_deg: Longitude | None = Field(None, description="Longitude.")
    altitude_km: Altitude | None = Field(None, description="Height of the antenna or of the orbit.")
    orbit: Literal["geo", "heo", "leo", ""] = Field("", description="Orbit of a satellite.")
    coverage_deg: Boxes = Field(
        (), description="Boxes [south, west, north, east] that a satellite watches; empty is everywhere."
    )
    azimuth_from_deg: Azimuth = Field(0.0, description="Left edge of the sector, clockwise from north.")
    azimuth_to_deg: Azimuth = Field(360.0, description="Right edge of the sector, clockwise.")
    elevation_from_deg: Elevation = Field(0.0, description="Lowest elevation.")
    elevation_to_deg: Elevation = Field(90.0, description="Highest elevation.")
    range_min_km: systems.NearestRange | None = Field(None, description="Nearest range.")
    range_max_km: systems.DetectionRange | None = Field(
        None, description="Detection range at the reference cross-section."
    )
    reference_cross_section_m2: systems.CrossSection | None = Field(
        None,
        description="Radar cross-section for which the range holds; absent where no source states one, for the nominal one of the "
        "file in the radar's band.",
    )
    band: Prose = Field("", description="Radar band.")
    tracks: Flag = Field(
        default=True, description="Whether its data make an engagement-quality track (else a cue)."
    )
    report_delay_s: systems.ReportDelay | None = Field(None, description="Delay of its reports.")
    active_from: Day | None = Field(None, description="First day in service.")
    active_to: Day | None = Field(None, description="Last day in service.")
    needs: NameList = Field((), description="Instruments that must be in force.")
    status_2011: Prose = Field("", description="Status at the end of 2011.")


class Site(Entry, Noted):
    """A place with interceptors, a radar, a command or an exchange centre; ships are notional points."""

    country: Prose = Field("", description="Two-letter country code.")
    party: Text = Field(description="Who commands it.")
    role: Prose = Field(
        "interceptor_site", description="interceptor_site, ship_patrol, radar_site, command ..."
    )
    lat_deg: Latitude = Field(description="Latitude.")
    lon_deg: Longitude = Field(description="Longitude.")
    patrol_deg: Boxes = Field(
        (), description="Boxes [south, west, north, east] in which a ship may patrol; notional."
    )
    place: Prose = Field("", description="Catalogue site that gives what is not said here.")
    interceptor: Prose = Field("", description="Interceptor type.")
    count: systems.InterceptorCount | None = Field(None, description="Number of interceptors.")
    sensors: NameList = Field((), description="Sensors that stand at the site (types without a place).")
    active_from: Day | None = Field(None, description="First day in service.")
    active_to: Day | None = Field(None, description="Last day in service.")
    needs: NameList = Field((), description="Instruments that must be in force.")
    phase: Prose = Field("", description="Phase of the programme.")
    planned: Prose = Field("", description="Date planned, as the source prints it.")
    operational: Prose = Field("", description="Date reached, as the source prints it.")
    status_2011: Prose = Field("", description="Status at the end of 2011.")


class Force(Entry, Noted):
    """Strategic launchers of one system at one base; bases are known to 0.1 degree."""

    party: Text = Field(description="Whose force.")
    leg: Annotated[systems.Leg, one_of(systems.Leg)] = Field(description="Leg of the triad.")
    base: Prose = Field("", description="Base or division.")
    lat_deg: Latitude | None = Field(None, description="Latitude of the base, to 0.1 degree.")
    lon_deg: Longitude | None = Field(None, description="Longitude of the base, to 0.1 degree.")
    launch_lat_deg: Latitude | None = Field(None, description="Notional patrol area, where it differs.")
    launch_lon_deg: Longitude | None = Field(None, description="Notional patrol area, where it differs.")
    system: Prose = Field("", description="System in the owner's words.")
    reporting_name: Prose = Field("", description="Name by which others report it.")
    missile: Prose = Field("", description="Catalogue missile that stands for it.")
    launchers: Launchers | None = Field(None, description="Launchers.")
    warheads_per_launcher: systems.WarheadsEach | None = Field(None, description="Warheads on each.")
    warheads: systems.WarheadCount | None = Field(None, description="Warheads in all.")
    basing: Prose = Field("", description="Silo, mobile, submarine.")
    as_of: Prose = Field("", description="Date of the count.")

    @property
    def launch_point_deg(self) -> tuple[float, float] | None:
        """Latitude and longitude from which it flies, or None where no place is given."""
        lat = self.lat_deg if self.launch_lat_deg is None else self.launch_lat_deg
        lon = self.lon_deg if self.launch_lon_deg is None else self.launch_lon_deg
        return None if lat is None or lon is None else (lat, lon)


class LaunchArea(systems.LaunchArea, Noted):
    """A launch area of a scenario, with how loosely it is known."""

    precision_deg: Annotated[float, Number(0.0, 90.0)] = Field(
        0.5, description="How loosely the place is meant."
    )


class Party(systems.Party, Noted):
    """A party, with a note."""


class Mode(cooperation.Mode, Noted):
    """A mode of cooperation, with a note."""


class Sector(cooperation.Sector, Noted):
    """A sector, with a note."""


class Price(Entry, Noted):
    """What one thing costs, in millions of US dollars of its source's year; prices are not inflated."""

    per: Text = Field(description="What the amount buys: interceptor, site, warhead, programme, year ...")
    amount_usd_m: Money = Field(description="The amount.")


Retaliating = Annotated[Quantity, Measured(0.0, 1.0, "low")]


class Posture(Entry, Noted):
    """Shares of the deployed launchers of one basing; survival is that of an abstract first strike."""

    basing: Text = Field(description="silo, mobile, submarine or air base.")
    ready: Retaliating = Field(description="Could be launched at all.")
    reliable: Retaliating = Field(description="Of those launched, deliver their warheads.")
    survives_day_to_day: Retaliating = Field(description="Survives when the strike comes without warning.")
    survives_generated: Retaliating = Field(description="Survives after dispersal in a crisis.")
    survives_launch_under_attack: Retaliating = Field(
        description="Survives when what can be launched on warning is launched."
    )
