# %% [markdown]
# # A missile of your own
# Here a staged missile is made from masses and thrust, with a drag table of its own. It is flown alone, flown many times, and used as the threat of
# a scenario.

# %%
import equipoise as eq

said = {"source": "notional", "confidence": "assumption"}
first = eq.Stage(burn_time_s=62, propellant_kg=12_500, dry_kg=1_700, specific_impulse_s=250, diameter_m=1.25)
second = eq.Stage(burn_time_s=48, propellant_kg=3_900, dry_kg=560, thrust_vacuum_kn=209, diameter_m=1.25)
missile = eq.StagedMissile(
    id="two-stage", name="Two-stage missile", stages=(first, second), payload_kg=850, vertical_rise_m=300,
    drag_points=((0.0, 0.2), (0.8, 0.2), (1.2, 0.5), (3.0, 0.3), (20.0, 0.15)), **said,
)  # fmt: skip
flight = eq.fly(missile, start=(35.0, 50.0), aim=(41.0, 29.0))
flight.plot()

# %% [markdown]
# One table shows the whole family of flights. Tilted a little more after its vertical rise, how far does it fly, how high, and how
# fast does it come down?

# %%
flown = eq.fly_batch(missile, start=(35.0, 50.0), azimuth_deg=300.0, angle_deg=[2.0, 4.0, 6.0, 8.0])
flown.to_dataframe().set_index("angle")[["range_km", "apogee_km", "impact_speed_km_s"]].round(1)

# %% [markdown]
# A wrong number is refused with its key and its unit:

# %%
try:
    eq.Stage(burn_time_s=62, propellant_kg=-1, dry_kg=1_700, specific_impulse_s=250, diameter_m=1.25)
except ValueError as error:
    print("\n".join(str(error).splitlines()[1:3]))

# %% [markdown]
# The same record can be the threat of a scenario. Every flight behind the map below is a flight of this missile, stage by stage:

# %%
plan = eq.Scenario.load("epaa", ["scenario.map_step_deg=6"]).at("2018", mode="independent")
threat = plan.threats[0].but(id="own-threat", missile="two-stage")
others = [f"{table}.{one.id}" for table in ("raid", "threat") for one in plan.table(table)]
case = plan.with_entries(missile, threat).without(*others)
eq.defended_area(case).plot()

# %% [markdown]
# A file with the same keys can be used on the command line, `equipoise fly two-stage.toml`, and with `Vehicle.from_toml`.
