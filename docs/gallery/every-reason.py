"""Every reason why an engagement can fail, on one map: one missile, seven made-up defences."""

import equipoise as eq

scenario = eq.load_scenario("every-reason")
figure = eq.defended_area(scenario, threat="irbm-notional").plot()
