"""Records of the catalogue: those of a scenario with what else is known, and what no scenario has."""

from __future__ import annotations

from typing import Annotated, Literal

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


class Correlated(Tie):
    """Two of a system's quantities that go together wherever both are taken from here."""

    keys: Annotated[tuple[str, ...], Names(least=2)]
    """The two keys of the system."""


Launchers = Annotated[Quantity, Measured(0.0, 20_000.0, whole=True)]
Altitude = Annotated[Quantity, Measured(0.0, 100_000.0)]


class Missile(systems.Missile, Noted):
    """A missile of a scenario, with who has it and what it carries."""

    party: Prose = ""
    """Who has it."""
    staged: Prose = ""
    """Staged vehicle of the catalogue that stands for it (`of` of a scenario takes it), or why there is none."""
    correlated: tuple[Correlated, ...] = ()
    """Quantities that go together; a scenario that takes both from here has the correlation."""
    basing: Literal["land", "sea"] = "land"
    """Land or sea."""
    stages: Stages | None = None
    """Number of stages."""
    propellant: Prose = ""
    """liquid, solid, or both where unknown."""
    payload_kg: Mass | None = None
    """Payload."""
    status_2011: Prose = ""
    """Status at the end of 2011."""


class Claim(Record):
    """One of several values in dispute."""

    value_km_s: systems.BurnoutSpeed
    """The value that this party to the dispute states."""
    by: Prose
    """Who states it."""


class Interceptor(systems.KillLimits, Noted):
    """A defensive missile; its speed is absent where no source prints one, and it cannot then be flown."""

    owner: Prose = ""
    """Who makes or fields it."""
    staged: Prose = ""
    """Staged vehicle of the catalogue that stands for it (`of` of a scenario takes it), or why there is none."""
    correlated: tuple[Correlated, ...] = ()
    """Quantities that go together; a scenario that takes both from here has the correlation."""
    stages: Stages | None = None
    """Number of stages."""
    burnout_speed_km_s: systems.BurnoutSpeed | None = None
    """Speed at burnout; absent where no source."""
    burn_time_s: systems.BurnTime | None = None
    """Time from launch to burnout."""
    boost_distance_km: Annotated[Quantity, Measured(0.0, 20_100.0)] | None = None
    """Path length flown until burnout."""
    kill_region: Literal["exo", "endo", "both"]
    """Where it can kill."""
    kill_vehicle_life_s: systems.KillVehicleLife | None = None
    """Life of the kill vehicle after burnout."""
    release_altitude_km: Altitude | None = None
    """Lowest release altitude of the kill vehicle."""
    basing: Prose = ""
    """Ship, silo, road-mobile, Aegis Ashore."""
    in_service: Prose = ""
    """Year of service, as the source prints it."""
    speed_claims: tuple[Claim, ...] = ()
    """Values in dispute, each with its author."""


class Sensor(Entry, Noted):
    """A radar or an infrared satellite."""

    kind: Literal["radar", "infrared"]
    """Radar or infrared."""
    type: Prose = ""
    """Type in words."""
    party: Text
    """Who may use its data without asking."""
    owner: Prose = ""
    """Who owns it."""
    lat_deg: Latitude | None = None
    """Latitude; absent for a sensor that goes with a site."""
    lon_deg: Longitude | None = None
    """Longitude."""
    altitude_km: Altitude | None = None
    """Height of the antenna or of the orbit."""
    orbit: Literal["geo", "heo", "leo", ""] = ""
    """Orbit of a satellite."""
    coverage_deg: Boxes = ()
    """Boxes [south, west, north, east] that a satellite watches; empty is everywhere."""
    azimuth_from_deg: Azimuth = 0.0
    """Left edge of the sector, clockwise from north."""
    azimuth_to_deg: Azimuth = 360.0
    """Right edge of the sector, clockwise."""
    elevation_from_deg: Elevation = 0.0
    """Lowest elevation."""
    elevation_to_deg: Elevation = 90.0
    """Highest elevation."""
    range_min_km: systems.NearestRange | None = None
    """Nearest range."""
    range_max_km: systems.DetectionRange | None = None
    """Detection range at the reference cross-section."""
    reference_cross_section_m2: systems.CrossSection | None = None
    """Radar cross-section for which the range holds; absent where no source states one, for the nominal one of the file
    in the radar's band."""
    band: Prose = ""
    """Radar band."""
    tracks: Flag = True
    """Whether its data make an engagement-quality track (else a cue)."""
    report_delay_s: systems.ReportDelay | None = None
    """Delay of its reports."""
    active_from: Day | None = None
    """First day in service."""
    active_to: Day | None = None
    """Last day in service."""
    needs: NameList = ()
    """Instruments that must be in force."""
    status_2011: Prose = ""
    """Status at the end of 2011."""


class Site(Entry, Noted):
    """A place with interceptors, a radar, a command or an exchange centre; ships are notional points."""

    country: Prose = ""
    """Two-letter country code."""
    party: Text
    """Who commands it."""
    role: Prose = "interceptor_site"
    """interceptor_site, ship_patrol, radar_site, command ..."""
    lat_deg: Latitude
    """Latitude."""
    lon_deg: Longitude
    """Longitude."""
    patrol_deg: Boxes = ()
    """Boxes [south, west, north, east] in which a ship may patrol; notional."""
    place: Prose = ""
    """Catalogue site that gives what is not said here."""
    interceptor: Prose = ""
    """Interceptor type."""
    count: systems.InterceptorCount | None = None
    """Number of interceptors."""
    sensors: NameList = ()
    """Sensors that stand at the site (types without a place)."""
    active_from: Day | None = None
    """First day in service."""
    active_to: Day | None = None
    """Last day in service."""
    needs: NameList = ()
    """Instruments that must be in force."""
    phase: Prose = ""
    """Phase of the programme."""
    planned: Prose = ""
    """Date planned, as the source prints it."""
    operational: Prose = ""
    """Date reached, as the source prints it."""
    status_2011: Prose = ""
    """Status at the end of 2011."""


class Force(Entry, Noted):
    """Strategic launchers of one system at one base; bases are known to 0.1 degree."""

    party: Text
    """Whose force."""
    leg: Annotated[systems.Leg, one_of(systems.Leg)]
    """Leg of the triad."""
    base: Prose = ""
    """Base or division."""
    lat_deg: Latitude | None = None
    """Latitude of the base, to 0.1 degree."""
    lon_deg: Longitude | None = None
    """Longitude of the base, to 0.1 degree."""
    launch_lat_deg: Latitude | None = None
    """Notional patrol area, where it differs."""
    launch_lon_deg: Longitude | None = None
    """Notional patrol area, where it differs."""
    system: Prose = ""
    """System in the owner's words."""
    reporting_name: Prose = ""
    """Name by which others report it."""
    missile: Prose = ""
    """Catalogue missile that stands for it."""
    launchers: Launchers | None = None
    """Launchers."""
    warheads_per_launcher: systems.WarheadsEach | None = None
    """Warheads on each."""
    warheads: systems.WarheadCount | None = None
    """Warheads in all."""
    basing: Prose = ""
    """Silo, mobile, submarine."""
    as_of: Prose = ""
    """Date of the count."""

    @property
    def launch_point_deg(self) -> tuple[float, float] | None:
        """Latitude and longitude from which it flies, or None where no place is given."""
        lat = self.lat_deg if self.launch_lat_deg is None else self.launch_lat_deg
        lon = self.lon_deg if self.launch_lon_deg is None else self.launch_lon_deg
        return None if lat is None or lon is None else (lat, lon)


class LaunchArea(systems.LaunchArea, Noted):
    """A launch area of a scenario, with how loosely it is known."""

    precision_deg: Annotated[float, Number(0.0, 90.0)] = 0.5
    """How loosely the place is meant."""


class Party(systems.Party, Noted):
    """A party, with a note."""


class Mode(cooperation.Mode, Noted):
    """A mode of cooperation, with a note."""


class Sector(cooperation.Sector, Noted):
    """A sector, with a note."""


class Price(Entry, Noted):
    """What one thing costs, in millions of US dollars of its source's year; prices are not inflated."""

    per: Text
    """What the amount buys: interceptor, site, warhead, programme, year ..."""
    amount_usd_m: Money
    """The amount."""


Retaliating = Annotated[Quantity, Measured(0.0, 1.0, "low")]


class Posture(Entry, Noted):
    """Shares of the deployed launchers of one basing; survival is that of an abstract first strike."""

    basing: Text
    """silo, mobile, submarine or air base."""
    ready: Retaliating
    """Could be launched at all."""
    reliable: Retaliating
    """Of those launched, deliver their warheads."""
    survives_day_to_day: Retaliating
    """Survives when the strike comes without warning."""
    survives_generated: Retaliating
    """Survives after dispersal in a crisis."""
    survives_launch_under_attack: Retaliating
    """Survives when what can be launched on warning is launched."""
