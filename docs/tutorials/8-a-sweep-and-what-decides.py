# %% [markdown]
# # A sweep, and what decides
# Every input has a range. Which inputs matter? First they are moved all at once, then one at a time, then two against each other.

# %%
import equipoise as eq

plan = eq.Scenario.load("epaa", ["scenario.aim_step_deg=10"]).at("2020", mode="independent")
found = eq.deciding(plan, ["exposure"])
found

# %% [markdown]
# The bars above move one input at a time. A sweep moves many together: here 512 points spread evenly over the ranges that the
# scenario itself states for three inputs (`"known"`).

# %%
inputs = (
    "interceptor.sm3-iib.burnout_speed_km_s",
    "assumption.reaction_s",
    "assumption.decision_s",
)
spread = eq.sweep(
    plan, dict.fromkeys(inputs, "known"), measures=["engageable_share", "largest_slack_s"], samples=512
)
spread

# %% [markdown]
# Two inputs crossed show where the answer turns. Along the line marked 0 the first path comes within reach.

# %%
import numpy as np

speed, _, delay = inputs
crossed = eq.sweep(
    plan,
    {speed: np.linspace(4.5, 7.0, 26), delay: np.linspace(0.0, 120.0, 25)},
    measures=["largest_slack_s"],
)
lines = crossed.data.largest_slack_s.plot.contour(levels=[-60, -30, 0, 30, 60], cmap="coolwarm")
lines.axes.clabel(lines)
lines.axes.figure

# %% [markdown]
# The table of a sweep is ordinary data. In how many of the 512 scenarios can some path be engaged?

# %%
float((spread.data.largest_slack_s > 0).mean())
