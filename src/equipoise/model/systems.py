"""Missiles, interceptors, sensors and places as a scenario has them; the catalogue's records add what is known besides."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple, get_args

from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import (
    Azimuth,
    Elevation,
    Favours,
    Flag,
    Latitude,
    Longitude,
    Measured,
    NameList,
    Number,
    Text,
    one_of,
)
from equipoise.model.record import Entry, Service
from equipoise.model.shapes import Boxes, Polygon

MissileClass = Literal["regional", "strategic"]
Placement = Literal["worst", "best"]
Basing = Literal["land", "sea", "air", "space"]
BASINGS: tuple[str, ...] = get_args(Basing)
Leg = Literal["ICBM", "SLBM", "bomber"]
BURNOUT_SPEEDS_KM_S = (0.5, 10.5)
"""What the speed of an interceptor at burnout may be, wherever one is stated: of a type, of a proposal, of a claim about a test."""
BurnoutSpeed = Annotated[Quantity, Measured(*BURNOUT_SPEEDS_KM_S, "high")]
BurnTime = Annotated[Quantity, Measured(1.0, 600.0, "either")]
KillVehicleLife = Annotated[Quantity, Measured(1.0, 3600.0, "high")]
InterceptorCount = Annotated[Quantity, Measured(0.0, 10_000.0, "high", whole=True)]
Channels = Annotated[Quantity, Measured(1.0, 1000.0, "high", whole=True)]
WarheadCount = Annotated[Quantity, Measured(0.0, 100_000.0, "low", whole=True)]
WarheadsEach = Annotated[Quantity, Measured(1.0, 20.0, whole=True)]
DetectionRange = Annotated[Quantity, Measured(10.0, 40_000.0, "high")]
NearestRange = Annotated[Quantity, Measured(0.0, 40_000.0, "low")]
CrossSection = Annotated[Quantity, Measured(1e-4, 100.0, "low")]
ReportDelay = Annotated[Quantity, Measured(0.0, 3600.0, "low")]
RangeSigma = Annotated[Quantity, Measured(0.01, 1e5, "low")]
AngleSigma = Annotated[Quantity, Measured(1e-5, 10.0, "low")]
UpdateTime = Annotated[Quantity, Measured(0.01, 600.0, "low")]


class Missile(Entry):
    """A threat as public studies know it: its range and boost, flown as a kinematic vehicle.

    Which end of a range helps the defence is that of a strategic missile, met on its way out. A regional one is met high or
    coming down, and which end of the ``MIXED`` fields helps depends on the path.

    >>> import equipoise as eq
    >>> known = eq.Scenario.load("epaa").find("missile", "ghadr-1")
    >>> longer = known.but(id="longer", name="Of longer range", max_range_km=known.max_range_km.at("high"))
    >>> longer.max_range_km.value
    2000.0
    """

    MIXED: ClassVar[tuple[str, ...]] = ("max_range_km", "burnout_altitude_km", "ballistic_coefficient_kg_m2")

    kind: Annotated[MissileClass, one_of(MissileClass)] = "regional"
    """Regional or strategic."""
    max_range_km: Annotated[Quantity, Measured(100.0, 19_000.0, "high")]
    """Greatest range over the ground, at minimum energy on a sphere at rest. A place farther off is out of range; the
    turning Earth adds to the range eastward and takes from it westward."""
    burn_time_s: Annotated[Quantity, Measured(1.0, 900.0, "high")]
    """Time from launch to burnout."""
    burnout_altitude_km: Annotated[Quantity, Measured(1.0, 600.0, "low")]
    """Altitude at burnout on a full-range flight."""
    burnout_downrange_km: Annotated[Quantity, Measured(1.0, 2000.0, "either")]
    """Ground distance at burnout on a full-range flight."""
    ballistic_coefficient_kg_m2: Annotated[Quantity, Measured(50.0, 50_000.0, "high")]
    """Mass over drag area of the re-entry body."""

    def favours(self, key: str) -> Favours:
        """Return which end of the range of a field helps the defence against this missile."""
        if self.kind == "regional" and key in self.MIXED:
            return "either"
        return super().favours(key)


class LaunchArea(Entry):
    """A notional place from which a regional missile is flown.

    >>> import equipoise as eq
    >>> eq.LaunchArea(id="north", name="North", lat_deg=38.0, lon_deg=46.5, source="notional", confidence="assumption").radius_km is None
    True
    """

    lat_deg: Latitude
    """Latitude of the centre."""
    lon_deg: Longitude
    """Longitude of the centre."""
    radius_km: Annotated[float, Number(1.0, 3000.0)] | None = None
    """Radius of an area in which the launcher may be anywhere; absent for a point."""
    polygon_deg: Polygon = ()
    """Corners [lat, lon] of such an area, in place of the radius."""


class KillLimits(Entry):
    """Where and how an interceptor can kill, where anything is known of it."""

    ORDERED: ClassVar[tuple[tuple[str, str], ...]] = (("kill_floor_km", "kill_ceiling_km"),)

    max_range_km: Annotated[Quantity, Measured(1.0, 20_000.0, "high")] | None = None
    """Greatest ground range that is stated, which clauses on range judge; engagements reach as far as speed and life of
    the kill vehicle carry."""
    kill_floor_km: Annotated[Quantity, Measured(0.0, 500.0, "low")] | None = None
    """Lowest kill altitude; absent for the scenario's exo-atmospheric floor."""
    kill_ceiling_km: Annotated[Quantity, Measured(1.0, 5000.0, "high")] | None = None
    """Highest kill altitude; absent for no limit."""
    min_closing_speed_km_s: Annotated[Quantity, Measured(0.0, 30.0, "low")] | None = None
    """Least closing speed of a kill; absent for no limit."""
    max_crossing_angle_deg: Annotated[Quantity, Measured(0.0, 180.0, "high")] | None = None
    """Greatest angle off head on of a kill; absent for no limit."""
    kill_probability: Annotated[Quantity, Measured(0.0, 1.0, "high")] | None = None
    """Single-shot kill probability in raids; absent for the balance's."""


class Flown(Entry):
    """How an interceptor flies, as a kinematic vehicle."""

    burnout_speed_km_s: BurnoutSpeed
    """Speed at burnout."""
    burn_time_s: BurnTime
    """Time from launch to burnout."""
    kill_vehicle_life_s: KillVehicleLife
    """Life of the kill vehicle after burnout."""


class Interceptor(KillLimits, Flown):
    """A defensive missile, flown as a kinematic vehicle.

    >>> import equipoise as eq
    >>> said = {"source": "notional", "confidence": "assumption"}
    >>> own = eq.Interceptor(
    ...     id="own", name="Own interceptor", burnout_speed_km_s={"value": 4.0, "low": 3.5, "high": 4.5, **said},
    ...     burn_time_s=70, kill_vehicle_life_s=500, **said)
    >>> own.burnout_speed_km_s.low
    3.5
    """

    tested_speed_km_s: Annotated[Quantity, Measured(0.1, 20.0, "high")] | None = None
    """Speed of the fastest target that it was tested against; absent where no source states one."""
    tested_range_km: Annotated[Quantity, Measured(1.0, 20_000.0, "high")] | None = None
    """Range of the farthest-flying target that it was tested against; absent where no source states one."""


class Site(Entry, Service):
    """A place with interceptors, on land or a ship.

    >>> import equipoise as eq
    >>> said = {"source": "notional", "confidence": "assumption"}
    >>> site = eq.Site(
    ...     id="new-site", name="A new site", party="us", lat_deg=47.0, lon_deg=20.0, interceptor="sm3-iia", count=24,
    ...     sensors=["spy1d"], **said)
    >>> len(eq.Scenario.load("epaa").with_entries(site).sites) - len(eq.Scenario.load("epaa").sites)
    1
    """

    party: Text
    """Party that commands it."""
    lat_deg: Latitude
    """Latitude."""
    lon_deg: Longitude
    """Longitude."""
    box_deg: Boxes = ()
    """Boxes [south, west, north, east] in which a ship may be when it is needed."""
    patrol_deg: Boxes = ()
    """Boxes [south, west, north, east] in which a ship may patrol; notional."""
    basing: Annotated[Basing, one_of(Basing)] = "land"
    """land, sea, air or space: what a clause on basing asks; sites in air or space are judged, not flown."""
    placement: Annotated[Placement, one_of(Placement)] = "worst"
    """worst: a shot counts that every place in the box allows. best: that any allows."""
    interceptor: Text
    """Interceptor type."""
    count: InterceptorCount
    """Number of interceptors."""
    channels: Channels | None = None
    """Missiles that it can engage at a time, from a launch to the intercept; absent for no limit."""
    sensors: NameList = ()
    """Sensors that stand at the site (types without a place)."""
    policy: Text = ""
    """Launch policy; absent for engage on remote."""


MICROWAVE = ("S", "C", "X")
"""Bands in which a warhead is much larger than the wave."""


class RadarEquation(NamedTuple):
    """What the radar equation needs; the fields are keys of a radar."""

    average_power_kw: float
    aperture_m2: float
    wavelength_cm: float
    noise_temperature_k: float
    losses_db: float
    dwell_s: float
    snr_db: float


class Radar(Entry, Service):
    """A radar; without a place it stands at each site that names it.

    >>> import equipoise as eq
    >>> said = {"source": "notional", "confidence": "assumption"}
    >>> radar = eq.Radar(
    ...     id="new-radar", name="A new radar", party="us", lat_deg=38.0, lon_deg=38.0, azimuth_from_deg=30, azimuth_to_deg=150,
    ...     elevation_from_deg=3, elevation_to_deg=85, range_max_km={"value": 1500, "low": 1000, "high": 2000, **said}, **said)
    >>> eq.Scenario.load("epaa").with_entries(radar).find("radar", "new-radar").range_max_km.high
    2000.0
    """

    ORDERED: ClassVar[tuple[tuple[str, str], ...]] = (
        *Service.ORDERED,
        ("elevation_from_deg", "elevation_to_deg"),
        ("range_min_km", "range_max_km"),
    )

    party: Text
    """Party that may use its data without asking."""
    lat_deg: Latitude | None = None
    """Latitude; absent for a type that stands at sites."""
    lon_deg: Longitude | None = None
    """Longitude; absent for a type that stands at sites."""
    altitude_km: Annotated[Quantity, Measured(0.0, 10.0, "high")] | None = None
    """Height of the antenna; absent for sea level."""
    azimuth_from_deg: Azimuth
    """Left edge of the sector, clockwise from north."""
    azimuth_to_deg: Azimuth
    """Right edge of the sector, clockwise."""
    elevation_from_deg: Elevation
    """Lowest elevation."""
    elevation_to_deg: Elevation
    """Highest elevation."""
    range_min_km: NearestRange | None = None
    """Nearest range; absent for none."""
    range_max_km: DetectionRange
    """Detection range at the reference cross-section."""
    reference_cross_section_m2: CrossSection | None = None
    """Radar cross-section for which the range holds; absent where no source states one, for the nominal one of the file
    in the radar's band."""
    band: Text = ""
    """Radar band."""
    report_delay_s: ReportDelay | None = None
    """Delay of its reports; absent for none."""
    range_sigma_m: RangeSigma | None = None
    """Standard error of range at the detection range; absent for the scenario's."""
    angle_sigma_deg: AngleSigma | None = None
    """Standard error of angle at the detection range; absent for the scenario's."""
    update_s: UpdateTime | None = None
    """Time between two measurements; absent for the scenario's."""
    average_power_kw: Annotated[float, Number(0.001, 1e5, "high")] | None = None
    """Average power, for the radar equation."""
    aperture_m2: Annotated[float, Number(0.01, 1e4, "high")] | None = None
    """Area of the antenna, for the radar equation."""
    wavelength_cm: Annotated[float, Number(0.1, 1000.0)] | None = None
    """Wavelength, for the radar equation."""
    noise_temperature_k: Annotated[float, Number(1.0, 1e5, "low")] | None = None
    """System noise temperature, for the radar equation."""
    losses_db: Annotated[float, Number(0.0, 60.0, "low")] | None = None
    """Losses, for the radar equation."""
    dwell_s: Annotated[float, Number(1e-6, 60.0, "high")] | None = None
    """Time on target, for the radar equation."""
    snr_db: Annotated[float, Number(0.0, 60.0, "low")] | None = None
    """Signal-to-noise ratio that a detection needs, for the radar equation."""
    tracks: Flag = True
    """Whether its data make an engagement-quality track (else a cue)."""
    cued: Flag = False
    """Whether it sees only what another sensor points it at."""

    @property
    def section(self) -> str:
        """The assumption that is the cross-section of a re-entry body in the radar's band."""
        microwave = (self.band or "X").startswith(MICROWAVE)
        return "cross_section_m2" if microwave else "low_band_cross_section_m2"

    @property
    def equation(self) -> RadarEquation | None:
        """What the radar equation needs, from which the detection range then follows; None where it is not stated."""
        if self.average_power_kw is None:
            return None
        return RadarEquation(*(getattr(self, key) for key in RadarEquation._fields))


class Satellite(Entry, Service):
    """An infrared satellite that sees a missile burn.

    >>> import equipoise as eq
    >>> watch = eq.Satellite(id="watch", name="A satellite", party="own", source="notional", confidence="assumption")
    >>> watch.party
    'own'
    """

    party: Text
    """Party that may use its data without asking."""
    coverage_deg: Boxes = ()
    """Boxes [south, west, north, east] that it watches; absent for everywhere."""
    report_delay_s: ReportDelay | None = None
    """Delay of its reports; absent for the scenario's time after launch."""


class Party(Entry):
    """A state or an alliance that defends, is protected, deters or cooperates.

    >>> import equipoise as eq
    >>> eq.Party(id="neighbour", name="A neighbour", countries=["TR"], source="notional", confidence="assumption").countries
    ('TR',)
    """

    adjective: Text = ""
    """Adjective for people, such as 'Norwegian'; absent for the name's possessive."""
    includes: NameList = ()
    """Parties whose systems act under its command."""
    counted_as: Text = ""
    """Party of the catalogue whose forces and declared totals are its own; absent for none."""
    countries: NameList = ()
    """Two-letter codes of the countries that are its own area."""


class Base(Entry):
    """A base of strategic missiles; a submarine is flown from its notional patrol area.

    >>> import equipoise as eq
    >>> base = eq.Scenario.load("epaa").bases[0]
    >>> base.missile in {missile.id for missile in eq.Scenario.load("epaa").missiles}
    True
    """

    lat_deg: Latitude
    """Latitude from which its missiles fly."""
    lon_deg: Longitude
    """Longitude from which its missiles fly."""
    area_deg: Boxes = ()
    """Boxes in which its missiles may be when they are launched; a certificate covers them all."""
    warheads: WarheadCount
    """Warheads in all."""
    warheads_per_launcher: WarheadsEach | None = None
    """Warheads on each launcher; absent for one."""
    leg: Annotated[str, one_of(Leg)] = ""
    """Leg of the triad."""
    basing: Text = "silo"
    """Silo, mobile, submarine."""
    system: Text = ""
    """System in the owner's words."""
    missile: Text
    """Missile that stands for it."""
    party: Text = ""
    """Party whose missiles they are; absent for the deterrer."""
