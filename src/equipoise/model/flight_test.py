"""The tables of a flight-test file, and the record of an entry of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

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

    name: Name = Field(description="Name of the test, kebab-case.")
    title: Text = Field(description="Title for people.")
    extends: Text = Field("", description="Flight test that gives everything that this file does not say.")
    remove: NameList = Field((), description="Entries TABLE.ID of that test which this one leaves out.")
    note: Text = Field("", description="Anything a reader should know.")
    range: Text = Field(description="Site of the catalogue from which the test is run.")
    host: Text = Field(description="Party that flies the test.")
    invited: Text = Field(description="Party that is invited to observe.")
    window_start: Moment = Field(description="Start of the launch window.")
    window_end: Moment = Field(description="End of the launch window.")


class Target(Sourced):
    """The target, flown as a kinematic vehicle."""

    name: Text = Field(description="Name for people.")
    vehicle_class: Annotated[VehicleClass, one_of(VehicleClass)] = Field(
        description="Class of vehicle, as notices name it."
    )
    lat_deg: Latitude = Field(description="Latitude of the launch point.")
    lon_deg: Longitude = Field(description="Longitude of the launch point.")
    aim_lat_deg: Latitude = Field(description="Latitude of the aim point.")
    aim_lon_deg: Longitude = Field(description="Longitude of the aim point.")
    loft_deg: Annotated[float, Number(0.0, 60.0)] = Field(
        description="Path angle at burnout above that of least energy."
    )
    max_range_km: Annotated[Quantity, Measured(50.0, 6000.0)] = Field(
        description="Greatest range over the ground."
    )
    burn_time_s: Annotated[Quantity, Measured(1.0, 400.0)] = Field(description="Time from launch to burnout.")
    burnout_altitude_km: Annotated[Quantity, Measured(1.0, 400.0)] = Field(
        description="Altitude at burnout on a full-range flight."
    )
    burnout_downrange_km: Annotated[Quantity, Measured(0.0, 1500.0)] = Field(
        description="Ground distance at burnout on a full-range flight."
    )
    ballistic_coefficient_kg_m2: Annotated[Quantity, Measured(50.0, 50_000.0)] = Field(
        description="Mass over drag area of what is hit."
    )
    spent_ballistic_coefficient_kg_m2: SpentCoefficient = Field(
        description="Mass over drag area of the spent motor."
    )


class FlownInterceptor(Sourced):
    """The interceptor that is tested."""

    system: Text = Field(description="Interceptor of the catalogue.")
    lat_deg: Latitude = Field(description="Latitude of the launch point.")
    lon_deg: Longitude = Field(description="Longitude of the launch point.")
    launch_after_s: Annotated[Quantity, Measured(0.0, 3600.0)] = Field(
        description="Time from the target's launch to the interceptor's."
    )
    intercept_floor_km: Margin = Field(description="Lowest altitude of the intercept.")
    burnout_speed_km_s: BurnoutSpeed = Field(description="Speed at burnout; absent for the catalogue's.")
    burn_time_s: BurnTime = Field(description="Time from launch to burnout; absent for the catalogue's.")


class FlownStage(Sourced):
    """One stage of the interceptor, as shares of its burn time and speed."""

    id: Name = Field(description="Name of the stage.")
    ignition_share: Part = Field(description="Ignition, as a share of the burn time.")
    end_share: Part = Field(description="Burnout, as a share of the burn time.")
    speed_share: Part = Field(description="Share of the burnout speed that it gives.")
    mass_ratio: Annotated[float, Number(1.05, 10.0)] = Field(
        description="Mass at ignition over that at burnout."
    )
    above_deg: Annotated[float, Number(-30.0, 60.0)] = Field(
        description="Direction of its thrust above that of the last stage."
    )
    ballistic_coefficient_kg_m2: Annotated[float, Number(200.0, 50_000.0)] = Field(
        description="Mass over drag area of the burning vehicle."
    )
    spent_ballistic_coefficient_kg_m2: SpentCoefficient = Field(
        description="Mass over drag area of the spent stage."
    )


class ObservingSensor(Entry):
    """A class of instrument that observers bring."""

    kind: Annotated[SensorKind, one_of(SensorKind)] = Field(description="Radar or optical.")
    mount: Annotated[Mount, one_of(Mount)] = Field(description="On a ship or on land.")
    lowest_elevation_deg: Annotated[float, Number(0.0, 45.0)] = Field(description="Lowest elevation.")
    farthest_km: Range = Field(description="Farthest range.")
    reference_range_km: Range = Field(description="Range at which the standard errors hold.")
    measurements_per_s: Annotated[float, Number(0.02, 100.0)] = Field(description="Measurements in a second.")
    range_sigma_m: Annotated[float, Number(0.0, 1e5)] = Field(
        description="Standard error of range; 0 for an instrument that measures none."
    )
    angle_sigma_deg: Annotated[float, Number(1e-5, 10.0)] = Field(description="Standard error of angles.")
    range_rate_sigma_m_s: RangeRate = Field(
        description="Standard error of range rate; 0 for an instrument that measures none."
    )
    range_floor_m: RangeFloor = Field(description="Least standard error of range, however near.")
    angle_floor_deg: AngleFloor = Field(description="Least standard error of angles, however near.")
    range_rate_floor_m_s: RangeRate = Field(description="Least standard error of range rate, however near.")
    range_bias_m: RangeFloor = Field(description="Standard deviation of the constant error of range.")
    angle_bias_deg: AngleFloor = Field(description="Standard deviation of the constant error of angles.")
    cutoff_sigma_s: Annotated[float, Number(0.0, 60.0)] = Field(
        description="Standard error of the time of burnout that it sees."
    )
    clear_share: Annotated[float, Number(0.01, 1.0)] = Field(
        description="Share of days on which the weather lets it see."
    )


class Observer(Entry):
    """An instrument at a place."""

    party: Text = Field(description="Party that observes.")
    sensor: Text = Field(description="Class of instrument.")
    lat_deg: Latitude = Field(description="Latitude.")
    lon_deg: Longitude = Field(description="Longitude.")
    height_m: Annotated[float, Number(0.0, 6000.0)] = Field(description="Height above sea level.")


class Setup(Named):
    """Observers who watch a test together."""

    observers: NameList = Field(description="The observers.")


class KeepOut(Entry):
    """A place that hazard areas keep clear of."""

    lat_deg: Latitude = Field(description="Latitude of the centre.")
    lon_deg: Longitude = Field(description="Longitude of the centre.")
    radius_km: Kilometre = Field(description="Radius.")


class Safety(Sourced):
    """How far things may fall from where they are planned to."""

    margin_km: Margin = Field(description="Distance that a hazard area keeps from land and from places.")
    contained_share: Annotated[float, Number(0.5, 0.9999)] = Field(
        description="Share of the simulated falls that a hazard area holds."
    )
    speed_spread_share: Annotated[float, Number(0.0, 0.5)] = Field(
        description="Standard deviation of a stage's speed, as a share of it."
    )
    direction_spread_deg: Annotated[float, Number(0.0, 30.0)] = Field(
        description="Standard deviation of a stage's direction."
    )
    drag_spread_share: Annotated[float, Number(0.0, 2.0)] = Field(
        description="Standard deviation of the logarithm of the ballistic coefficients."
    )
    fragment_speed_m_s: Annotated[float, Number(0.0, 5000.0)] = Field(
        description="Standard deviation of the speed of fragments, along each axis."
    )
    fragment_drag_low_kg_m2: Coefficient = Field(description="Least mass over drag area of a fragment.")
    fragment_drag_high_kg_m2: Coefficient = Field(description="Greatest mass over drag area of a fragment.")


class Notification(Sourced):
    """Under which instruments notice is given, and when."""

    instruments: NameList = Field(description="Instruments under which notice is given.")
    given: Moment = Field(description="When notice of the launch is given.")
    range_given: Moment = Field(description="When notice of the closed areas is given.")
    launch_radius_km: Annotated[float, Number(0.1, 500.0)] = Field(
        description="Radius of the launch area that a notice states."
    )


class SpeedClaim(Sourced):
    """The statement about burnout speed that the test is to show."""

    limit_km_s: Speed = Field(description="Speed that the interceptor is said not to exceed.")
    first_km_s: Speed = Field(description="Lower of two speeds that the test should tell apart.")
    second_km_s: Speed = Field(description="Higher of those two.")
    prior_low_km_s: Speed = Field(description="Lowest speed that is thought possible before any test.")
    prior_high_km_s: Speed = Field(description="Highest speed that is thought possible before any test.")
    spread_share: Annotated[float, Number(0.001, 0.2)] = Field(
        description="Standard deviation of the speed from test to test, as a share of it."
    )
    certainty_share: Annotated[float, Number(0.5, 0.999)] = Field(
        description="Probability at which a statement counts as shown."
    )
    tests: Annotated[int, Number(1, 50, whole=True)] = Field(description="Tests that are flown.")


class Restraint(Sourced):
    """How far the tested side may hold the interceptor back."""

    probability_share: Share = Field(description="Probability that a test is held back.")
    least_share: Annotated[float, Number(0.3, 1.0)] = Field(
        description="Least speed of a test that is held back, as a share of the greatest."
    )


class Estimate(Sourced):
    """How much of the flight the observers use."""

    boost_used_s: Annotated[float, Number(1.0, 300.0)] = Field(
        description="Time before burnout of which measurements are used."
    )
    coast_used_s: Annotated[float, Number(1.0, 600.0)] = Field(
        description="Time after burnout of which measurements are used."
    )


class Planner(Sourced):
    """Where an observer might be put."""

    south_deg: Latitude = Field(description="Southern edge of the box.")
    north_deg: Latitude = Field(description="Northern edge of the box.")
    west_deg: Longitude = Field(description="Western edge of the box.")
    east_deg: Longitude = Field(description="Eastern edge of the box.")
    step_deg: Annotated[float, Number(0.05, 5.0)] = Field(description="Step between two places.")
    keep_clear_km: Margin = Field(description="Distance that an observer keeps from hazard areas.")


class Option(Named):
    """An instrument that might be put anywhere in the planner's box."""

    sensor: Text = Field(description="Class of instrument.")
    beside: NameList = Field((), description="Observers who watch besides.")


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
