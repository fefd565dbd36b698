# %% [markdown]
# # Whose deterrent is exposed, and at which speed
# "Exposed" means that an interceptor could reach a permitted point of the path in time. It says nothing about the chance of a hit.

# %%
import equipoise as eq

scenario = eq.load_scenario("epaa", ["scenario.aim_step_deg=8"])
exposed = eq.exposure(scenario)
exposed

# %% [markdown]
# The share of all paths that could be engaged, if every interceptor had a given burnout speed:

# %%
exposed.plot("exposure-by-speed")

# %% [markdown]
# The lowest speed in the table at which any path of any family could be engaged, by phase, at nominal delays:

# %%
curve = exposed.data.share_at_speed.max(["family", "base"])
{
    str(p): float(curve.speed[int((curve.sel(phase=p) > 0).argmax("speed"))])
    for p in curve.phase.values
    if (curve.sel(phase=p) > 0).any()
}

# %% [markdown]
# Change one assumption and look again: an interceptor of 6 km/s.

# %%
faster = eq.load_scenario("epaa", ["scenario.aim_step_deg=8", "interceptor.sm3-iia.burnout_speed_km_s=6.0"])
after = eq.exposure(faster).data.share.sel(end="nominal").max(["family", "base"])
before = exposed.data.share.sel(end="nominal").max(["family", "base"])
{
    str(p): (f"{100 * float(before.sel(phase=p)):.0f} %", f"{100 * float(after.sel(phase=p)):.0f} %")
    for p in before.phase.values
}
