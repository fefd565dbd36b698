"""Where a missile can be engaged: the four phases side by side."""

import equipoise as eq

scenario = eq.load_scenario("epaa", ["scenario.map_step_deg=2"]).in_mode("independent")
figure = eq.defended_area(scenario, threat="irbm-notional").plot()
