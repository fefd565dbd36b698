"""How much of each base's paths could be engaged: nominal, and the whole range of the assumptions."""

import equipoise as eq

figure = eq.exposure(eq.load_scenario("epaa", ["scenario.aim_step_deg=6"])).plot("exposure-by-base")
