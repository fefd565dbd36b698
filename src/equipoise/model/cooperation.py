"""Modes of cooperation and sectors: who gives whom which reports, who commands, and who may shoot where."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import Azimuth, Latitude, Longitude, Measured, NameList, Number, Text, one_of
from equipoise.model.record import Entry, Record
from equipoise.model.shapes import Polygon

Terms = Literal["raw", "released"]
Control = Literal["own", "joint"]
Engages = Literal["own_area", "all"]
Latency = Annotated[Quantity, Measured(0.0, 3600.0, "low")]
PositionSigma = Annotated[Quantity, Measured(0.0, 1000.0, "low")]
VelocitySigma = Annotated[Quantity, Measured(0.0, 5000.0, "low")]

EVERYBODY = "all"
"""As giver or receiver of reports: every party that commands something."""
MISSILE_CLASSES = ("regional", "strategic")


class Sharing(Record):
    """Reports that one party gives another: of which sensors, how late and how coarse, and about which missiles."""

    giver: Text
    """Party that gives, or 'all'."""
    receiver: Text
    """Party that receives, or 'all'."""
    sensors: NameList = ()
    """Sensors whose reports are given; all of the giver's when left out."""
    terms: Annotated[Terms, one_of(Terms)] = "released"
    """raw: at once and exact. released: as late and coarse as the scenario's assumptions say."""
    latency_s: Latency | None = None
    """Delay, in place of the one that the terms imply."""
    position_km: PositionSigma | None = None
    """Standard deviation added to positions, in place of the terms'."""
    velocity_m_s: VelocitySigma | None = None
    """Standard deviation added to velocities, in place of the terms'."""
    withheld: NameList = ()
    """Classes of missile about which nothing is given."""


class Mode(Entry):
    """One way for parties to defend side by side."""

    sharing: tuple[Sharing, ...] = ()
    """Reports that are given; none are without an entry."""
    command: Annotated[Control, one_of(Control)]
    """own: each party commands its batteries. joint: one command for all."""
    engages: Annotated[Engages, one_of(Engages)]
    """own_area: a command engages what heads for its party's area, or for nobody's. all: whatever comes."""
    sectors: NameList = ()
    """Sectors that bind: their party engages inside, the others outside."""


class Fan(NamedTuple):
    """Azimuths around a point, out to a radius."""

    lat_deg: float
    lon_deg: float
    azimuth_from_deg: float
    azimuth_to_deg: float
    radius_km: float


class Sector(Entry):
    """A part of the map in which a party engages: a polygon, or a fan of azimuths around a point."""

    party: Text
    """Whose sector."""
    polygon_deg: Polygon = ()
    """Corners [lat, lon]."""
    lat_deg: Latitude | None = None
    """Latitude of a fan's centre."""
    lon_deg: Longitude | None = None
    """Longitude of a fan's centre."""
    azimuth_from_deg: Azimuth | None = None
    """First azimuth of a fan, clockwise from north."""
    azimuth_to_deg: Azimuth | None = None
    """Last azimuth of a fan, clockwise."""
    radius_km: Annotated[float, Number(1.0, 10_000.0)] | None = None
    """Radius of a fan."""

    @property
    def fan(self) -> Fan:
        """The fan of a sector that is not a polygon."""
        assert not self.polygon_deg, f"sector '{self.id}' is a polygon"
        return Fan(*(getattr(self, key) for key in Fan._fields))
