"""The tables of a scenario file, and the record of an entry of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from equipoise.foundation.provenance import Quantity
from equipoise.model.claim import Claim
from equipoise.model.clause import Clause
from equipoise.model.cooperation import Latency, Mode, PositionSigma, Sector, VelocitySigma
from equipoise.model.fields import (
    DrawnDay,
    Flag,
    Latitude,
    Longitude,
    Measured,
    Name,
    NameList,
    Names,
    Number,
    Share,
    SomeNames,
    Text,
    one_of,
)
from equipoise.model.path_family import path_families
from equipoise.model.record import Entry, Record, Sourced, Spec, spec_of
from equipoise.model.shapes import Boxes, PlaceList
from equipoise.model.systems import (
    BURNOUT_SPEEDS_KM_S,
    AngleSigma,
    Base,
    Interceptor,
    LaunchArea,
    Missile,
    Party,
    Radar,
    RangeSigma,
    Satellite,
    Site,
    UpdateTime,
)
from equipoise.model.vehicle import StagedMissile

FAMILIES = tuple(path_families())
"""Families of trajectory that a missile can fly."""
Earth = Literal["wgs84", "sphere", "still_sphere"]
TrackRule = Literal["duration", "accuracy"]
Grid = Literal["lat_lon", "equal_area"]
Whose = Literal["own", "any"]
Wait = Annotated[Quantity, Measured(0.0, 600.0, "low")]
Delay = Annotated[Quantity, Measured(0.0, 3600.0, "low")]
Section = Annotated[Quantity, Measured(1e-4, 100.0, "high")]
Families = Annotated[tuple[str, ...], Names(FAMILIES, least=1)]


class Head(Record):
    """What a scenario is called, what it extends, and how it is computed."""

    name: Name
    """Name of the scenario, kebab-case."""
    title: Text
    """Title for people."""
    extends: Text = ""
    """Scenario that gives everything that this file does not say."""
    remove: NameList = ()
    """Entries TABLE.ID of the scenario that is extended which this one leaves out."""
    earth: Annotated[Earth, one_of(Earth)]
    """Shape and rotation of the Earth."""
    families: Families
    """Families of trajectory that the missiles fly."""
    modes: SomeNames
    """Modes of cooperation that are computed."""
    required_shots: Annotated[int, Number(1, 32, whole=True)]
    """Shots that count as a defence of a place."""
    track_rule: Annotated[TrackRule, one_of(TrackRule)] = "duration"
    """What makes a track good enough: its duration, or its accuracy."""
    map_south_deg: Latitude
    """Southern edge of the map."""
    map_north_deg: Latitude
    """Northern edge of the map."""
    aim_south_deg: Latitude
    """Southern edge of the area at which strategic missiles aim."""
    aim_north_deg: Latitude
    """Northern edge of that area."""
    map_west_deg: Longitude
    """Western edge of the map."""
    map_east_deg: Longitude
    """Eastern edge of the map."""
    aim_west_deg: Longitude
    """Western edge of the area at which strategic missiles aim."""
    aim_east_deg: Longitude
    """Eastern edge of that area."""
    map_step_deg: Annotated[float, Number(0.1, 10.0)]
    """Step of the map's cells."""
    grid: Annotated[Grid, one_of(Grid)] = "lat_lon"
    """Cells of equal steps in latitude and longitude, or of equal area."""
    map_step_km: Annotated[float, Number(5.0, 1000.0)] | None = None
    """Step of cells of equal area."""
    aim_step_deg: Annotated[float, Number(0.5, 10.0)]
    """Step of the aim points."""
    aim_countries: NameList = ()
    """Two-letter codes of the countries aimed at; absent for all land in the area."""
    studies: NameList = ()
    """Published studies that a run recomputes."""
    radars_asked: NameList = ()
    """Radars of which it is asked what each alone adds to the deterrent's exposure."""
    defenders: NameList = ()
    """Parties whose defence is asked about; absent for all with interceptors but the deterrer."""
    protects: NameList = ()
    """Parties whose people count as protected; absent for the defenders."""
    deterrer: Text = ""
    """Party whose strategic missiles are at stake; absent for that of the bases."""

    @property
    def map_edges_deg(self) -> tuple[float, float, float, float]:
        """South, north, west and east of the map."""
        return self.map_south_deg, self.map_north_deg, self.map_west_deg, self.map_east_deg

    @property
    def aim_edges_deg(self) -> tuple[float, float, float, float]:
        """South, north, west and east of the area at which strategic missiles aim."""
        return self.aim_south_deg, self.aim_north_deg, self.aim_west_deg, self.aim_east_deg


class Phase(Record):
    """One date at which the scenario is computed."""

    name: Text
    """Name for people."""
    date: DrawnDay
    """The date."""


class Assumptions(Record):
    """Delays, accuracies and cross-sections that hold for the whole scenario."""

    track_s: Wait
    """Time for which a missile must be tracked after its burnout."""
    decision_s: Delay
    """Time from a track to the decision to launch."""
    reaction_s: Delay
    """Time from the decision to the launch."""
    assessment_s: Delay
    """Time after an intercept until its success is known."""
    early_track_s: Wait
    """Time of boost-phase track that an early launch needs."""
    guide_s: Wait
    """Time before an intercept for which a battery's own radar must hold the missile."""
    handover_km: Annotated[Quantity, Measured(0.01, 1000.0, "high")]
    """Largest error of the predicted intercept at handover, by the rule of accuracy."""
    range_sigma_m: RangeSigma
    """Standard error of a radar's range at its detection range."""
    angle_sigma_deg: AngleSigma
    """Standard error of a radar's angles at its detection range."""
    update_s: UpdateTime
    """Time between two measurements of a radar."""
    satellite_position_km: Annotated[Quantity, Measured(0.01, 1000.0, "low")]
    """Standard error of the position at burnout that satellites report."""
    satellite_velocity_m_s: Annotated[Quantity, Measured(0.1, 5000.0, "low")]
    """Standard error of the velocity at burnout that satellites report."""
    satellite_report_s: Delay
    """Time from the launch to the satellites' report."""
    cloud_break_km: Annotated[Quantity, Measured(0.0, 30.0, "low")]
    """Altitude above which satellites see a burning missile."""
    cross_section_m2: Section
    """Radar cross-section of a re-entry body at wavelengths shorter than it."""
    low_band_cross_section_m2: Section
    """Radar cross-section of a re-entry body at wavelengths of its own size."""
    boost_cross_section_m2: Annotated[Quantity, Measured(1e-4, 1000.0, "high")]
    """Radar cross-section of the burning missile."""
    exchange_latency_s: Latency
    """Delay of data released to a partner."""
    exchange_position_km: PositionSigma
    """Standard deviation added to positions released to a partner."""
    exchange_velocity_m_s: VelocitySigma
    """Standard deviation added to velocities released to a partner."""
    kill_floor_km: Annotated[Quantity, Measured(0.0, 500.0, "low")]
    """Lowest altitude of an exo-atmospheric kill."""


class Balance(Record):
    """What the strategic balance assumes."""

    kill_probability: Annotated[Quantity, Measured(0.0, 1.0, "high")]
    """Single-shot kill probability."""
    objects_per_warhead: Annotated[Quantity, Measured(1.0, 1000.0, "low")]
    """Credible objects that come with each warhead, itself included."""
    launch_interval_s: Annotated[Quantity, Measured(0.0, 600.0, "low")]
    """Time between two launches from one site."""
    neutralised_share: Share
    """Share of arriving warheads taken that counts as neutralised."""
    counted_share: Share
    """Share of the interceptors without an exposed path that the deterrer counts all the same."""
    uploadable_warheads: Annotated[Quantity, Measured(0.0, 100_000.0, whole=True)]
    """Warheads that fit on missiles that are there."""
    matched_share: Share
    """Share of its effect that the defender restores when the deterrer has added warheads."""
    regional_growth_per_year: Annotated[Quantity, Measured(0.0, 1000.0)]
    """Growth of the regional threat, missiles a year."""
    interceptors_per_missile: Annotated[Quantity, Measured(0.0, 100.0)]
    """Interceptors that the defender buys for each regional missile."""
    saved_by_cooperation: Share
    """Share of interceptors that cooperation makes needless."""
    more_when_slower: Annotated[Quantity, Measured(0.0, 10.0)]
    """Interceptors needed more, as a share, when fast ones are barred."""


class Threat(Record):
    """A regional missile flown from one launch area.

    >>> import equipoise as eq
    >>> scenario = eq.Scenario.load("epaa")
    >>> threat = eq.Threat(id="south", missile="ghadr-1", launch_area=scenario.launch_areas[-1].id)
    >>> scenario.with_entries(threat).threats[-1].id
    'south'
    """

    id: Name
    """Name of the threat; absent for that of its missile."""
    missile: Text
    """Missile that is flown."""
    launch_area: Text
    """Launch area from which it is flown."""


class Policy(Entry):
    """On whose track a battery may launch, on whose it must be guided, and how it shoots."""

    launch: Annotated[Whose, one_of(Whose)]
    """Launch on the battery's own track, or on any in the picture."""
    guide: Annotated[Whose, one_of(Whose)]
    """Guide to the intercept on the battery's own track, or on any in the picture."""
    early: Flag = False
    """Whether a boost-phase track is enough for a launch."""
    salvo: Annotated[int, Number(1, 100, whole=True)] = 1
    """Interceptors launched at a time."""
    looks: Annotated[int, Number(1, 32, whole=True)] = 32
    """Times that a battery may shoot, each after an assessment of the one before."""


MOST_MISSILES = 5000
"""Missiles of one raid."""
DAY_S = 86_400.0


class Raid(Entry):
    """Missiles that come within a day; its volleys say which, from where, when and whither."""


class Volley(Record):
    """Missiles of one threat launched evenly over a span of time, at several places in turn; part of a raid."""

    id: Name
    """Name of the volley; absent for that of its raid."""
    raid: Text
    """Raid that it is part of."""
    threat: Text
    """Threat that is flown."""
    missiles: Annotated[int, Number(1, MOST_MISSILES, whole=True)]
    """Number of missiles."""
    first_s: Annotated[float, Number(0.0, DAY_S)] = 0.0
    """First launch, counted from the beginning of the raid."""
    span_s: Annotated[float, Number(0.0, DAY_S)]
    """Time from the first launch to the last."""
    aims_deg: PlaceList
    """Aim points [lat, lon], taken in turn."""


class Proposal(Entry):
    """Limits that somebody proposed, or that would follow from a plan: a point in the space of a negotiation."""

    burnout_speed_km_s: Annotated[Quantity, Measured(*BURNOUT_SPEEDS_KM_S)]
    """Fastest interceptor permitted."""
    number: Annotated[Quantity, Measured(0.0, 20_000.0, whole=True)]
    """Interceptors permitted."""
    area_deg: Boxes = ()
    """Boxes in which sites may stand; absent for the area of application."""


class Tie(Sourced):
    """How closely the ranks of two inputs go together."""

    id: Name
    """Name of the correlation."""
    rank: Annotated[float, Number(-1.0, 1.0)]
    """Spearman's correlation of their ranks: 1 both always rise together, 0 neither tells of the other, -1 one falls as
    the other rises."""


class Correlation(Tie):
    """How two inputs with ranges go together where their values are drawn; bounds over the ranges ignore it.

    >>> import equipoise as eq
    >>> told = eq.Correlation(
    ...     id="life-and-ceiling", inputs=["interceptor.sm3-iia.kill_vehicle_life_s", "interceptor.sm3-iia.kill_ceiling_km"], rank=0.5,
    ...     source="notional", confidence="assumption")
    >>> eq.Scenario.load("epaa").with_entries(told).find("correlation", "life-and-ceiling").rank
    0.5
    """

    inputs: Annotated[tuple[str, ...], Names(least=2)]
    """The two inputs, each TABLE.ID.KEY or TABLE.KEY; where one has no range there is nothing to tie, and the
    correlation is left out."""


class Guarantee(Record):
    """Which clauses make up the guarantee, and where it applies."""

    title: Text = ""
    """Title for people."""
    clauses: NameList = ()
    """Clauses, in order; absent for all of the scenario."""
    area_deg: Boxes = ()
    """Boxes of the area of application; absent for the map."""
    families: Annotated[tuple[str, ...], Names(FAMILIES, least=1)] = ()
    """Families of trajectory that it covers; absent for all."""


@dataclass(frozen=True)
class Table:
    """One table of a file: the attribute that holds it, the record of an entry, and whether it stands once.

    ``optional`` tables may be left out; ``identity`` is the key that names an entry, and ``named_by`` the one whose
    value names it when it does not say a name. ``part`` is the table of which an entry may state one entry itself,
    under its own name; the ``named_by`` of that table says whose part an entry is. An entry that states the key ``told_by``
    is of the record ``other``. The key ``about`` lists inputs TABLE.ID.KEY: an entry goes with the entries that it names.
    """

    attribute: str
    record: type[Record]
    single: bool = False
    optional: bool = False
    identity: str = "id"
    named_by: str = ""
    part: str = ""
    told_by: str = ""
    other: type[Record] | None = None
    about: str = ""

    def record_of(self, entry: object) -> type[Record]:
        """Return the record of an entry of a file."""
        return self.other if self.other and isinstance(entry, dict) and self.told_by in entry else self.record

    @property
    def records(self) -> tuple[type[Record], ...]:
        """Every record of which an entry may be."""
        return (self.record, self.other) if self.other else (self.record,)

    def spec(self, key: str) -> Spec | None:
        """Return what the records say of a key, or of that of a part (``stages.1.burn_time_s``); None where none has it."""
        return next((spec for record in self.records if (spec := spec_of(record, key))), None)


TABLES: Mapping[str, Table] = {
    "scenario": Table("head", Head, single=True),
    "phase": Table("phases", Phase, identity="name"),
    "assumption": Table("assumptions", Assumptions, single=True),
    "balance": Table("balance", Balance, single=True),
    "threat": Table("threats", Threat, named_by="missile"),
    "party": Table("parties", Party, optional=True),
    "missile": Table("missiles", Missile, told_by="stages", other=StagedMissile),
    "launch_area": Table("launch_areas", LaunchArea),
    "interceptor": Table("interceptors", Interceptor),
    "site": Table("sites", Site),
    "radar": Table("radars", Radar),
    "satellite": Table("satellites", Satellite, optional=True),
    "policy": Table("policies", Policy, optional=True),
    "sector": Table("sectors", Sector, optional=True),
    "mode": Table("modes", Mode),
    "raid": Table("raids", Raid, optional=True, part="volley"),
    "volley": Table("volleys", Volley, optional=True, named_by="raid"),
    "base": Table("bases", Base, optional=True),
    "proposal": Table("proposals", Proposal, optional=True),
    "clause": Table("clauses", Clause, optional=True),
    "guarantee": Table("guarantee", Guarantee, single=True, optional=True),
    "claim": Table("claims", Claim, optional=True),
    "correlation": Table("correlations", Correlation, optional=True, about="inputs"),
}
"""Every table of a scenario file, by its name there."""
