# %% [markdown]
# # A missile and a study of your own
# A staged missile from masses and thrust, a scenario in which it is the threat, a thousand variants of that scenario with
# distributions of your own, and the same numbers again from what was saved.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import equipoise as eq

said = {"source": "notional", "confidence": "assumption"}
first = {
    "burn_time_s": 62,
    "propellant_kg": 12_500,
    "dry_kg": 1_700,
    "specific_impulse_s": 250,
    "diameter_m": 1.25,
}
second = {
    "burn_time_s": 48,
    "propellant_kg": 3_900,
    "dry_kg": 560,
    "specific_impulse_s": 262,
    "diameter_m": 1.25,
}
vehicle = eq.Vehicle(
    id="two-stage", name="Two-stage missile", stages=(first, second), payload_kg=850, drag="large-solid",
    vertical_rise_m=300, **said,
)  # fmt: skip
flight = eq.fly(vehicle, start=(35.0, 50.0), azimuth_deg=300.0, angle_deg=2.0)
flight.summary()

# %% [markdown]
# Scenarios fly missiles that are known by their burnout. These are the numbers of the flight above, with ranges around them:

# %%
got = {
    name: float(flight.data[name])
    for name in ("burnout_time_s", "burnout_altitude_km", "burnout_downrange_km", "range_km")
}
spread = {"burnout_altitude_km": 0.15, "burnout_downrange_km": 0.2}
about = {
    k: {"value": v, "low": v * (1 - spread.get(k, 0.05)), "high": v * (1 + spread.get(k, 0.05)), **said}
    for k, v in got.items()
}
missile = eq.Missile(
    id="two-stage", name="Two-stage missile", max_range_km=about["range_km"], burn_time_s=about["burnout_time_s"],
    burnout_altitude_km=about["burnout_altitude_km"], burnout_downrange_km=about["burnout_downrange_km"],
    ballistic_coefficient_kg_m2={"value": 3000, "low": 1500, "high": 6000, **said}, **said,
)  # fmt: skip
plan = eq.Scenario.load("epaa", ["scenario.map_step_deg=6", "scenario.aim_step_deg=10"]).at(
    "2018", mode="independent"
)
threat = plan.threats[0].but(id="own-threat", missile="two-stage")
others = [f"{table}.{one.id}" for table in ("raid", "threat") for one in plan.table(table)]
case = plan.with_entries(missile, threat).without(*others)
round(got["range_km"]), [t.id for t in case.threats]

# %%
area = eq.defended_area(case)
area.plot()

# %% [markdown]
# A thousand variants. The speed of the interceptor and the delay of the decision have distributions of your own:

# %%
rng = np.random.default_rng(1)
samples = pd.DataFrame(
    {
        "interceptor.sm3-iia.burnout_speed_km_s": rng.normal(4.5, 0.3, 1000).clip(3.5, 5.5),
        "assumption.decision_s": rng.uniform(10.0, 60.0, 1000),
    }
)
swept = eq.sweep(case, samples, measures=["exposed_bases", "largest_slack_s"])
{f"{q:.0%}": round(float(swept.data.largest_slack_s.quantile(q)), 1) for q in (0.05, 0.5, 0.95)}

# %% [markdown]
# What the same system does to the balance, what cooperation would gain, and whether the promises hold:

# %%
print(eq.balance(case).summary()[:90], "...")
two = eq.Scenario.load("epaa", ["scenario.map_step_deg=8"]).at("2018").in_modes(["independent", "exchange"])
print(eq.cooperation(two).title)
promises = eq.guarantee(case).data.isel(phase=0)
{
    str(c): eq.Truth.of(code).name.lower()
    for c, code in zip(promises.clause.values, promises.truth.values, strict=True)
}

# %% [markdown]
# Saved, opened and computed again, bit for bit:

# %%
with TemporaryDirectory() as folder:
    kept = eq.load(swept.save(Path(folder) / "sweep.nc"))
    differences = eq.diff(kept, kept.reproduce())
kept.scenario.hash == case.hash, differences
