# %% [markdown]
# # Your own case, saved and drawn again
# A file states only what differs; everything else comes from the scenario that it extends and from the catalogue.

# %%
from pathlib import Path
from tempfile import TemporaryDirectory

import equipoise as eq

folder = TemporaryDirectory()
mine = Path(folder.name) / "later.toml"
mine.write_text(
    """
[scenario]
extends = "epaa"
name = "later"
title = "The same, with a slow decision"
map_step_deg = 4.0

[assumption]
decision_s = { value = 120.0, low = 60.0, high = 300.0, source = "a slow political release", confidence = "assumption" }
"""
)
scenario = eq.load_scenario(str(mine)).at("2018", mode="independent")
scenario.name, scenario.assumptions.decision_s.value

# %% [markdown]
# If you make a mistake, the message says where it is and names the nearest known name:

# %%
try:
    eq.load_scenario("epaa", ["interceptor.sm3-iia.burnout_sped_km_s=5"])
except ValueError as error:
    print(error)

# %% [markdown]
# A result is one file that other programs can read too; a report is made from the file alone.

# %%
area = eq.defended_area(scenario, threat="ghadr-1")
saved = area.save(Path(folder.name) / "area.nc")
again = eq.load(saved)
report = eq.write_report({again.kind: again}, Path(folder.name))
size_mb = report.stat().st_size / 1e6
folder.cleanup()
again.summary(), f"{size_mb:.1f} MB"
