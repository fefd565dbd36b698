"""At which burnout speed would the deterrent be exposed?"""

import equipoise as eq

figure = eq.exposure(eq.load_scenario("epaa", ["scenario.aim_step_deg=6"])).plot("exposure-by-speed")
