"""The tables of a flight-test file, and the record of an entry of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from equipoise.foundation.provenance import Quantity
from equipoise.model.fields import (
    Latitude,
    Longitude,
    Measured,
    Moment,
    Name,
    NameList,
    Number,
    Share,
    Text,
    one_of,
)
from equipoise.model.record import Entry, Named, Sourced
from equipoise.model.scenario import Table
from equipoise.model.systems import BURNOUT_SPEEDS_KM_S, BurnoutSpeed, BurnTime

VehicleClass = Literal["ballistic-missile", "icbm", "slbm", "space-launch-vehicle"]
SensorKind = Literal["radar", "optical"]
Mount = Literal["ship", "land"]
SpentCoefficient = Annotated[Quantity, Measured(20.0, 5000.0)]
Range = Annotated[float, Number(1.0, 6000.0)]
Speed = Annotated[float, Number(*BURNOUT_SPEEDS_KM_S)]
Margin = Annotated[float, Number(0.0, 500.0)]
Kilometre = Annotated[float, Number(0.0, 1000.0)]
Part = Annotated[float, Number(0.0, 1.0)]
AngleFloor = Annotated[float, Number(0.0, 5.0)]
RangeRate = Annotated[float, Number(0.0, 1000.0)]
RangeFloor = Annotated[float, Number(0.0, 10_000.0)]
Coefficient = Annotated[float, Number(1.0, 10_000.0)]


class Head(Sourced):
    """What a test is called, where it is flown, and who is invited."""

    name: Name
    """Name of the test, kebab-case."""
    title: Text
    """Title for people."""
    extends: Text = ""
    """Flight test that gives everything that this file does not say."""
    remove: NameList = ()
    """Entries TABLE.ID of that test which this one leaves out."""
    note: Text = ""
    """Anything a reader should know."""
    range: Text
    """Site of the catalogue from which the test is run."""
    host: Text
    """Party that flies the test."""
    invited: Text
    """Party that is invited to observe."""
    window_start: Moment
    """Start of the launch window."""
    window_end: Moment
    """End of the launch window."""


class Target(Sourced):
    """The target, flown as a kinematic vehicle."""

    name: Text
    """Name for people."""
    vehicle_class: Annotated[VehicleClass, one_of(VehicleClass)]
    """Class of vehicle, as notices name it."""
    lat_deg: Latitude
    """Latitude of the launch point."""
    lon_deg: Longitude
    """Longitude of the launch point."""
    aim_lat_deg: Latitude
    """Latitude of the aim point."""
    aim_lon_deg: Longitude
    """Longitude of the aim point."""
    loft_deg: Annotated[float, Number(0.0, 60.0)]
    """Path angle at burnout above that of least energy."""
    max_range_km: Annotated[Quantity, Measured(50.0, 6000.0)]
    """Greatest range over the ground."""
    burn_time_s: Annotated[Quantity, Measured(1.0, 400.0)]
    """Time from launch to burnout."""
    burnout_altitude_km: Annotated[Quantity, Measured(1.0, 400.0)]
    """Altitude at burnout on a full-range flight."""
    burnout_downrange_km: Annotated[Quantity, Measured(0.0, 1500.0)]
    """Ground distance at burnout on a full-range flight."""
    ballistic_coefficient_kg_m2: Annotated[Quantity, Measured(50.0, 50_000.0)]
    """Mass over drag area of what is hit."""
    spent_ballistic_coefficient_kg_m2: SpentCoefficient
    """Mass over drag area of the spent motor."""


class FlownInterceptor(Sourced):
    """The interceptor that is tested."""

    system: Text
    """Interceptor of the catalogue."""
    lat_deg: Latitude
    """Latitude of the launch point."""
    lon_deg: Longitude
    """Longitude of the launch point."""
    launch_after_s: Annotated[Quantity, Measured(0.0, 3600.0)]
    """Time from the target's launch to the interceptor's."""
    intercept_floor_km: Margin
    """Lowest altitude of the intercept."""
    burnout_speed_km_s: BurnoutSpeed
    """Speed at burnout; absent for the catalogue's."""
    burn_time_s: BurnTime
    """Time from launch to burnout; absent for the catalogue's."""


class FlownStage(Sourced):
    """One stage of the interceptor, as shares of its burn time and speed."""

    id: Name
    """Name of the stage."""
    ignition_share: Part
    """Ignition, as a share of the burn time."""
    end_share: Part
    """Burnout, as a share of the burn time."""
    speed_share: Part
    """Share of the burnout speed that it gives."""
    mass_ratio: Annotated[float, Number(1.05, 10.0)]
    """Mass at ignition over that at burnout."""
    above_deg: Annotated[float, Number(-30.0, 60.0)]
    """Direction of its thrust above that of the last stage."""
    ballistic_coefficient_kg_m2: Annotated[float, Number(200.0, 50_000.0)]
    """Mass over drag area of the burning vehicle."""
    spent_ballistic_coefficient_kg_m2: SpentCoefficient
    """Mass over drag area of the spent stage."""


class ObservingSensor(Entry):
    """A class of instrument that observers bring."""

    kind: Annotated[SensorKind, one_of(SensorKind)]
    """Radar or optical."""
    mount: Annotated[Mount, one_of(Mount)]
    """On a ship or on land."""
    lowest_elevation_deg: Annotated[float, Number(0.0, 45.0)]
    """Lowest elevation."""
    farthest_km: Range
    """Farthest range."""
    reference_range_km: Range
    """Range at which the standard errors hold."""
    measurements_per_s: Annotated[float, Number(0.02, 100.0)]
    """Measurements in a second."""
    range_sigma_m: Annotated[float, Number(0.0, 1e5)]
    """Standard error of range; 0 for an instrument that measures none."""
    angle_sigma_deg: Annotated[float, Number(1e-5, 10.0)]
    """Standard error of angles."""
    range_rate_sigma_m_s: RangeRate
    """Standard error of range rate; 0 for an instrument that measures none."""
    range_floor_m: RangeFloor
    """Least standard error of range, however near."""
    angle_floor_deg: AngleFloor
    """Least standard error of angles, however near."""
    range_rate_floor_m_s: RangeRate
    """Least standard error of range rate, however near."""
    range_bias_m: RangeFloor
    """Standard deviation of the constant error of range."""
    angle_bias_deg: AngleFloor
    """Standard deviation of the constant error of angles."""
    cutoff_sigma_s: Annotated[float, Number(0.0, 60.0)]
    """Standard error of the time of burnout that it sees."""
    clear_share: Annotated[float, Number(0.01, 1.0)]
    """Share of days on which the weather lets it see."""


class Observer(Entry):
    """An instrument at a place."""

    party: Text
    """Party that observes."""
    sensor: Text
    """Class of instrument."""
    lat_deg: Latitude
    """Latitude."""
    lon_deg: Longitude
    """Longitude."""
    height_m: Annotated[float, Number(0.0, 6000.0)]
    """Height above sea level."""


class Setup(Named):
    """Observers who watch a test together."""

    observers: NameList
    """The observers."""


class KeepOut(Entry):
    """A place that hazard areas keep clear of."""

    lat_deg: Latitude
    """Latitude of the centre."""
    lon_deg: Longitude
    """Longitude of the centre."""
    radius_km: Kilometre
    """Radius."""


class Safety(Sourced):
    """How far things may fall from where they are planned to."""

    margin_km: Margin
    """Distance that a hazard area keeps from land and from places."""
    contained_share: Annotated[float, Number(0.5, 0.9999)]
    """Share of the simulated falls that a hazard area holds."""
    speed_spread_share: Annotated[float, Number(0.0, 0.5)]
    """Standard deviation of a stage's speed, as a share of it."""
    direction_spread_deg: Annotated[float, Number(0.0, 30.0)]
    """Standard deviation of a stage's direction."""
    drag_spread_share: Annotated[float, Number(0.0, 2.0)]
    """Standard deviation of the logarithm of the ballistic coefficients."""
    fragment_speed_m_s: Annotated[float, Number(0.0, 5000.0)]
    """Standard deviation of the speed of fragments, along each axis."""
    fragment_drag_low_kg_m2: Coefficient
    """Least mass over drag area of a fragment."""
    fragment_drag_high_kg_m2: Coefficient
    """Greatest mass over drag area of a fragment."""


class Notification(Sourced):
    """Under which instruments notice is given, and when."""

    instruments: NameList
    """Instruments under which notice is given."""
    given: Moment
    """When notice of the launch is given."""
    range_given: Moment
    """When notice of the closed areas is given."""
    launch_radius_km: Annotated[float, Number(0.1, 500.0)]
    """Radius of the launch area that a notice states."""


class SpeedClaim(Sourced):
    """The statement about burnout speed that the test is to show."""

    limit_km_s: Speed
    """Speed that the interceptor is said not to exceed."""
    first_km_s: Speed
    """Lower of two speeds that the test should tell apart."""
    second_km_s: Speed
    """Higher of those two."""
    prior_low_km_s: Speed
    """Lowest speed that is thought possible before any test."""
    prior_high_km_s: Speed
    """Highest speed that is thought possible before any test."""
    spread_share: Annotated[float, Number(0.001, 0.2)]
    """Standard deviation of the speed from test to test, as a share of it."""
    certainty_share: Annotated[float, Number(0.5, 0.999)]
    """Probability at which a statement counts as shown."""
    tests: Annotated[int, Number(1, 50, whole=True)]
    """Tests that are flown."""


class Restraint(Sourced):
    """How far the tested side may hold the interceptor back."""

    probability_share: Share
    """Probability that a test is held back."""
    least_share: Annotated[float, Number(0.3, 1.0)]
    """Least speed of a test that is held back, as a share of the greatest."""


class Estimate(Sourced):
    """How much of the flight the observers use."""

    boost_used_s: Annotated[float, Number(1.0, 300.0)]
    """Time before burnout of which measurements are used."""
    coast_used_s: Annotated[float, Number(1.0, 600.0)]
    """Time after burnout of which measurements are used."""


class Planner(Sourced):
    """Where an observer might be put."""

    south_deg: Latitude
    """Southern edge of the box."""
    north_deg: Latitude
    """Northern edge of the box."""
    west_deg: Longitude
    """Western edge of the box."""
    east_deg: Longitude
    """Eastern edge of the box."""
    step_deg: Annotated[float, Number(0.05, 5.0)]
    """Step between two places."""
    keep_clear_km: Margin
    """Distance that an observer keeps from hazard areas."""


class Option(Named):
    """An instrument that might be put anywhere in the planner's box."""

    sensor: Text
    """Class of instrument."""
    beside: NameList = ()
    """Observers who watch besides."""


TABLES: Mapping[str, Table] = {
    "test": Table("head", Head, single=True),
    "target": Table("target", Target, single=True),
    "interceptor": Table("interceptor", FlownInterceptor, single=True),
    "stage": Table("stages", FlownStage),
    "sensor": Table("sensors", ObservingSensor),
    "observer": Table("observers", Observer),
    "setup": Table("setups", Setup),
    "keep_out": Table("keep_outs", KeepOut, optional=True),
    "safety": Table("safety", Safety, single=True),
    "notification": Table("notification", Notification, single=True),
    "claim": Table("claim", SpeedClaim, single=True),
    "restraint": Table("restraint", Restraint, single=True),
    "estimate": Table("estimate", Estimate, single=True),
    "planner": Table("planner", Planner, single=True),
    "option": Table("options", Option),
}
"""Every table of a flight-test file, by its name there."""
