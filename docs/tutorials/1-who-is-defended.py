# %% [markdown]
# # Who is defended, and why not the others
# A scenario is checked when it is loaded. This one uses coarse cells, so that the tutorial runs in seconds.

# %%
import equipoise as eq

scenario = eq.load_scenario("epaa", ["scenario.map_step_deg=3"]).at("2018-12-31", mode="independent")
scenario.title

# %% [markdown]
# An analysis returns one result, which shows its sentences, its first map and its tables; each number has its range, unit and method.

# %%
area = eq.defended_area(scenario, threat="irbm-notional")
area

# %% [markdown]
# The data are an `xarray.Dataset`. Where no shot is possible, how often is each reason given?

# %%
from collections import Counter

from equipoise.foundation.status import Reason

reasons = area.data.reason.where(area.data.shots == 0).values.ravel()
Counter(Reason.of(code).sentence for code in reasons if code == code)

# %% [markdown]
# `cite` says where the numbers come from, and how far each source was checked:

# %%
print("\n".join(area.cite().splitlines()[:6]))
