# %% [markdown]
# # Your own region, in sixty lines
# Here are a region that nobody has modelled, a missile that is in no list, thousands of assumptions, and every question of the report. All
# places and numbers are notional. Every cell runs as it is; together they are fewer than sixty lines.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import equipoise as eq

region = eq.Scenario.new("two-straits", defenders=["KR", "JP"], deterrer="CN", threat_from=["KP"], day="2027")
region = region.with_({"scenario.map_step_deg": 2.0, "scenario.aim_step_deg": 4.0})
[site.name for site in region.sites], [threat.id for threat in region.threats]

# %% [markdown]
# This staged missile is made from masses and thrust. It replaces the threats that come with a new scenario.

# %%
said = {"source": "notional", "confidence": "assumption"}
first = eq.Stage(burn_time_s=62, propellant_kg=12_500, dry_kg=1_700, specific_impulse_s=250, diameter_m=1.25)
second = eq.Stage(burn_time_s=48, propellant_kg=3_900, dry_kg=560, thrust_vacuum_kn=209, diameter_m=1.25)
missile = eq.StagedMissile(
    id="own", name="Own missile", stages=(first, second), payload_kg=850, vertical_rise_m=300, drag="forden", **said
)  # fmt: skip
threat = region.threats[0].but(id="own-threat", missile="own")
others = [f"{table}.{one.id}" for table in ("raid", "threat") for one in region.table(table)]
case = region.with_entries(missile, threat).without(*others)
eq.fly(missile, start=(40.0, 127.0), aim=(35.7, 139.7)).plot()

# %% [markdown]
# Who is defended if each defends for itself, and who if they act as one?

# %%
area = eq.defended_area(case)
area.plot()

# %% [markdown]
# What does each of them gain by acting as one?

# %%
shared = eq.cooperation(case)
shared.plot()

# %% [markdown]
# Whose deterrent is exposed, what does that do to the balance, and does the promise hold?

# %%
promised = eq.guarantee(case)
eq.Truth.of(promised.data.truth.values.item()).sentence, promised.data.margin.values.item()

# %% [markdown]
# How many warheads would arrive, as the deterrent shrinks, with the defence and without it:

# %%
balance = eq.balance(case)
balance.plot("balance-drawdown")

# %% [markdown]
# Five thousand scenarios: fifty burnout speeds and a hundred decision times.

# %%
speed, delay = "interceptor.regional.burnout_speed_km_s", "assumption.decision_s"
alone = case.in_mode("independent")
grid = {speed: np.linspace(2.0, 5.0, 50), delay: np.linspace(10.0, 604.0, 100)}
swept = eq.sweep(alone, grid, measures=["engageable_share", "largest_slack_s"])
swept.data.engageable_share.plot.contourf(levels=11).figure

# %% [markdown]
# Monte Carlo with distributions of your own: the samples can come from any source of random numbers.

# %%
rng = np.random.default_rng(1)
drawn = pd.DataFrame(
    {speed: rng.normal(3.0, 0.4, 1000).clip(2.0, 4.0), delay: 30.0 + rng.gamma(2.0, 60.0, 1000)}
)
sampled = eq.sweep(alone, drawn, measures=["engageable_share", "largest_slack_s"])
{f"{q:.0%}": round(float(sampled.data.largest_slack_s.quantile(q)), 1) for q in (0.05, 0.5, 0.95)}

# %% [markdown]
# The results are saved, loaded and computed again, bit for bit. Each file contains the scenario that made it.

# %%
with TemporaryDirectory() as folder:
    for result in (area, shared, promised, balance, swept, sampled):
        kept = eq.load(result.save(Path(folder) / "result.nc"))
        print(f"{result.kind:14} {len(eq.diff(kept, kept.reproduce()))} differences")
