"""Modes of cooperation and sectors: who gives whom which reports, who commands, and who may shoot where."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import Measured, Text, Word, Words
from equipoise.model.record import Entry, Record

EVERYBODY = "all"
"""As giver or receiver of reports: every party that commands something."""
MISSILE_CLASSES = ("regional", "strategic")


class Sharing(Record):
    """Reports that one party gives another: of which sensors, how late and how coarse, and about which missiles."""

    giver: Word = Field(description="Party that gives, or 'all'.")
    receiver: Word = Field(description="Party that receives, or 'all'.")
    sensors: Words = Field(
        (), description="Sensors whose reports are given; all of the giver's when left out."
    )
    terms: Literal["raw", "released"] = Field(
        "released",
        description="raw: at once and exact. released: as late and coarse as the scenario's assumptions say.",
    )
    latency_s: Annotated[Quantity, Measured(0.0, 86_400.0)] | None = Field(
        None, description="Delay, in place of the one that the terms imply."
    )
    position_km: Annotated[Quantity, Measured(0.0, 1000.0)] | None = Field(
        None, description="Standard deviation added to positions, in place of the terms'."
    )
    velocity_m_s: Annotated[Quantity, Measured(0.0, 5000.0)] | None = Field(
        None, description="Standard deviation added to velocities, in place of the terms'."
    )
    withheld: Words = Field((), description="Classes of missile about which nothing is given.")


class Mode(Entry):
    """One way for parties to defend side by side."""

    sharing: tuple[Sharing, ...] = Field((), description="Reports that are given; none are without an entry.")
    command: Literal["own", "joint"] = Field(
        "own", description="own: each party commands its batteries. joint: one command for all."
    )
    engages: Literal["own_area", "all"] = Field(
        "own_area",
        description="own_area: a command engages what heads for its party's area, or for nobody's. all: whatever comes.",
    )
    sectors: Words = Field(
        (), description="Sectors that bind: their party engages inside, the others outside."
    )


class Sector(Entry):
    """A part of the map in which a party engages: a polygon, or a fan of azimuths around a point."""

    party: Text = Field(description="Whose sector.")
    polygon_deg: tuple[tuple[float, float], ...] = Field((), description="Corners [lat, lon].")
    lat_deg: float | None = Field(None, description="Latitude of a fan's centre.")
    lon_deg: float | None = Field(None, description="Longitude of a fan's centre.")
    azimuth_from_deg: float | None = Field(None, description="First azimuth of a fan, clockwise from north.")
    azimuth_to_deg: float | None = Field(None, description="Last azimuth of a fan, clockwise.")
    radius_km: float | None = Field(None, description="Radius of a fan.")
