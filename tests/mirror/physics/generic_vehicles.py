"""Generic vehicles of the flight tests; the numbers are of no particular missile."""

from math import pi

from equipoise.physics.flight.targeting import kinematic_for_range
from equipoise.physics.flight.vehicle import gravity_turn, stage, staged

AREA_M2 = pi * 1.7**2 / 4.0
RISE = gravity_turn(kick_rad=0.1, vertical_height_m=300.0)


def three_stages(**changes):
    """Return a solid three-stage vehicle."""
    return staged(
        **{
            "stages": [
                stage(burn_time_s=60.0, propellant_kg=20000.0, dry_kg=2500.0, thrust_vacuum_n=880e3,
                      exit_area_m2=1.0, reference_area_m2=AREA_M2),
                stage(burn_time_s=65.0, propellant_kg=6200.0, dry_kg=1000.0, specific_impulse_s=287.0,
                      reference_area_m2=AREA_M2, coast_s=2.0),
                stage(burn_time_s=60.0, propellant_kg=3300.0, dry_kg=400.0, specific_impulse_s=285.0,
                      reference_area_m2=AREA_M2),
            ],
            "payload_kg": 900.0, "shroud_kg": 150.0, "shroud_drop_s": 80.0, "drag": "large-solid",
            "ballistic_coefficient_kg_m2": 8000.0,
        } | changes
    )  # fmt: skip


def one_stage(**changes):
    """Return a liquid single-stage vehicle whose body stays whole."""
    return staged(
        **{
            "stages": [
                stage(burn_time_s=75.0, propellant_kg=3699.0, dry_kg=1198.0, specific_impulse_s=230.0,
                      reference_area_m2=0.554)
            ],
            "payload_kg": 1000.0,
        } | changes
    )  # fmt: skip


def kinematic_missile(range_m=1.1e7):
    """Return a kinematic missile."""
    return kinematic_for_range(
        max_range_m=range_m,
        burn_time_s=180.0,
        burnout_altitude_m=250e3,
        burnout_downrange_m=400e3,
        ballistic_coefficient_kg_m2=5000.0,
    )
