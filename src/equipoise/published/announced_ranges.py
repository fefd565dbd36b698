"""Announced ranges against great circles, and what the flights say of full range and speed."""

from __future__ import annotations

from math import cos, inf, radians, sin

import numpy as np

from equipoise.flights.fly import fly_batch
from equipoise.physics.environment.earth import WGS84
from equipoise.physics.flight.kinematic import kinematic
from equipoise.published.announced_flights import FLIGHTS, SHARE, Announced, flown
from equipoise.published.arcs import distance_km, span
from equipoise.published.statement import Statement, compared

NAME = "announced-ranges"
TITLE = "Announced ranges and speeds"
VANDENBERG, KWAJALEIN, GUAM, KODIAK = (34.75, -120.62), (9.40, 167.47), (13.44, 144.79), (57.44, -152.34)
KAUAI = (22.02, -159.78)
JUPITER = next(f for f in FLIGHTS if f.name.startswith("Jupiter-C"))
NAUTICAL = "Printed as miles and turned into kilometres as statute miles; 4,200 nautical miles are 7,778 km."
RANGES = (
    ("Vandenberg to Kwajalein, as press agencies print it", VANDENBERG, KWAJALEIN, 6760.0, 5.0, "AP, CSIS", NAUTICAL),
    ("Vandenberg to Kwajalein, 4,190 nautical miles", VANDENBERG, KWAJALEIN, 4190 * 1.852, 20.0, "USAF releases", ""),
    ("Vandenberg to Kwajalein, 4,800 statute miles", VANDENBERG, KWAJALEIN, 4800 * 1.609344, 80.0, "Berkeley Daily Planet, 15 Oct 2002", ""),
    ("Vandenberg to Kwajalein, IFT-10", VANDENBERG, KWAJALEIN, 7700.0, 100.0, "strategypage, 14 Dec 2002", ""),
    ("Vandenberg to the sea near Guam, 5,100 nautical miles", VANDENBERG, GUAM, 5100 * 1.852, 150.0, "af.mil, article 131391", ""),
    ("White Sea to Kura", (65.5, 38.0), (57.33, 161.83), 6000.0, 50.0, "AFP 2010", "The announced number is a round one; the places are read off maps."),
    ("Kwajalein to Hawaii, 2,300 statute miles", KWAJALEIN, KAUAI, 2300 * 1.609344, 80.0, "Hawaii Independent, 2011 (FTM-15)", ""),
    ("Kwajalein to Hawaii, over 4,000 km", KWAJALEIN, KAUAI, (4000.0, inf), 0.0, "press on FTM-44, Nov 2020",
     "Said of the distance to the ship, which lay north-east of Hawaii, beyond the range whose great circle is compared."),
)  # fmt: skip


def full_range_km(name: str, burn_s: float, share: float = SHARE[0]) -> float:
    """Return the greatest range, still sphere without air, of the missile that a lofted flight shows; nan when unknown."""
    shot = flown(_flight(name), burn_s, share)
    along = share * burn_s * shot.speed_km_s
    # the same burn on a flat path loses less to gravity; the place of burnout is that of a 45 degree climb
    vehicle = kinematic(
        burnout_speed_m_s=1e3 * shot.speed_km_s, burn_time_s=burn_s, burnout_altitude_m=707.0 * along,
        burnout_downrange_m=707.0 * along,
    )  # fmt: skip
    flown_all = fly_batch(
        vehicle, start=(39.0, 126.0), azimuth_deg=0.0, angle_deg=np.arange(20.0, 46.0, 1.0), earth=WGS84._replace(omega_rad_s=0.0),
        threads=1,
    )  # fmt: skip
    return float(np.nanmax(flown_all.range_km))


def _inferred() -> list[Statement]:
    """Full ranges that analysts inferred from lofted flights."""
    why = "The lofted climb loses more speed to gravity than the flat one, which our fixed burnout speed leaves out."
    made = []
    for name, printed, rounding, source in (
        ("Hwasong-12, 14 May 2017", 4500.0, 250.0, "D. Wright (about 2,800 miles), cnc3"),
        (
            "Hwasong-14, 4 Jul 2017, US time",
            (6000.0, 7000.0),
            0.0,
            "analysts, strategicstudyindia.com and CSIS",
        ),
        ("Pukguksong-3, 2 Oct 2019", 1900.0, 100.0, "D. Wright, quoted in nagix/nk-missile-tests"),
    ):
        burn = _flight(name).burn_s
        every = [full_range_km(name, b, s) for b in burn for s in SHARE]
        low, high = span(every)
        made.append(
            compared(NAME, f"full range that {name} shows", printed=printed, ours=(low, every[0], high), unit="km", digits=0,
                     rounding=rounding, source=source, why=why)
        )  # fmt: skip
    return made


def _speeds() -> list[Statement]:
    """Jupiter-C's speed over ground, and in inertial axes at the far end: which is meant is not printed."""
    low, value, high = _speeds_km_s(JUPITER.name)
    lat, _ = JUPITER.launch_deg
    east = (
        WGS84.omega_rad_s
        * WGS84.equatorial_radius_m
        * cos(radians(lat))
        * sin(radians(JUPITER.bearing_deg))
        / 1e3
    )
    return [
        compared(NAME, "Jupiter-C, 20 Sep 1956: speed at burnout", printed=(12800 * 0.44704e-3, 15000 * 0.44704e-3),
                 ours=(low, value, high + east), unit="km/s", rounding=0.05,
                 source="what-when-how (12,800 mph); Time (15,000 mph)"),
        compared(NAME, "Hwasong-12 class, 4 Oct 2022: greatest speed, Mach 17", printed=(17 * 0.295, 17 * 0.3403),
                 ours=_speeds_km_s("Hwasong-12 class, 4 Oct 2022"), unit="km/s", rounding=0.1, source="ROK JCS",
                 why="Which speed of sound is meant is not printed; both ends are taken."),
        compared(NAME, "Hwasong-17, 18 Nov 2022: greatest speed, Mach 22", printed=(22 * 0.295, 22 * 0.3403),
                 ours=_speeds_km_s("Hwasong-17, 18 Nov 2022"), unit="km/s", rounding=0.1, source="ROK JCS",
                 why="Which speed of sound is meant is not printed, and a radar may not have seen burnout; ours is the speed there."),
    ]  # fmt: skip


def _speeds_km_s(name: str) -> tuple[float, float, float]:
    """Return least, nominal and greatest speed over ground at burnout, over burn time and place of burnout."""
    flight = _flight(name)
    every = [flown(flight, burn, share).speed_km_s for burn in flight.burn_s for share in SHARE]
    low, high = span(every)
    return low, every[0], high


def _flight(name: str) -> Announced:
    return next(f for f in FLIGHTS if f.name == name)


def statements() -> list[Statement]:
    """Return great circles, inferred ranges and speeds."""
    circles = [
        compared(NAME, what, printed=printed, ours=distance_km(start, end), unit="km", digits=0, rounding=rounding,
                 source=source, why=why)
        for what, start, end, printed, rounding, source, why in RANGES
    ]  # fmt: skip
    return [*circles, *_inferred(), *_speeds()]
