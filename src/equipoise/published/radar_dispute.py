"""How far the forward radar sees: 1,500 km (National Academies 2012) or 580 to 870 km (Lewis and Postol); what hangs on it.

Lewis and Postol's terms were read in part (aperture efficiency 0.8, twenty pulses of 1 ms in 100 ms); power, aperture, noise,
losses and cross-section, and their results, are from memory. What each range implies is computed in two ways: for the
European scenario, and for one launcher with its own radar by the footprint calculation of the literature.
"""

from __future__ import annotations

import numpy as np

from equipoise.analysis.defence.defended_area import defended_area
from equipoise.physics.flight.vehicle import Staged, gravity_turn, stage, staged
from equipoise.physics.sensing.radar import detection_range_m
from equipoise.published.bearing_footprint import bearing_footprint, radar_at_launcher
from equipoise.published.kinds.staged import farthest
from equipoise.published.statement import Statement, compared
from equipoise.scenario.load import load_scenario

NAME = "radar-dispute"
TITLE = "The range of the forward radar (National Academies, Lewis and Postol 2012)"
PLACE = "the post on figure 5-8 and its worked ranges"
NUMBER = "radar-range"
BY, ON = "National Academies; G. Lewis and T. Postol", "2012"
POST = "G. Lewis and T. Postol, mostlymissiledefense.com, 21 Sep 2012"
RADAR = {
    "average_power_w": 81e3, "aperture_m2": 9.2, "wavelength_m": 0.0316, "cross_section_m2": 0.01, "noise_temperature_k": 500.0,
    "losses_db": 8.0, "dwell_s": 0.1,
}  # fmt: skip
WAVE_M = 299792458.0 / 5.6e9
"""Wavelength of the worked example."""
RANGES_KM = (580.0, 870.0, 1500.0, 2000.0)
MAP_STEP_DEG = 3.0
PHASES = ("Phase 1", "Phase 3")
NOT_SETTLED = "Which range holds against a warhead was not settled in print, and no cross-section was stated with 1,500 km."
TURN = gravity_turn(kick_rad=float(np.radians(2.5)), vertical_time_s=5.0)
# round numbers near 3 km/s
INTERCEPTOR = staged(
    stages=[
        stage(burn_time_s=6.0, propellant_kg=470.0, dry_kg=250.0, specific_impulse_s=240.0, reference_area_m2=0.22),
        stage(burn_time_s=40.0, propellant_kg=360.0, dry_kg=120.0, specific_impulse_s=260.0, reference_area_m2=0.09),
        stage(burn_time_s=30.0, propellant_kg=90.0, dry_kg=20.0, specific_impulse_s=280.0, reference_area_m2=0.09),
    ],
    payload_kg=60.0,
)  # fmt: skip
COMPUTE_S, LIFE_S, RAYS, SHORT_MISSILE_KM = 30.0, 250.0, 24, (1000.0, 1300.0)


def _single_stage(payload_kg: float) -> Staged:
    """Return the missile of the footprints, as a public file lists it."""
    boost = stage(
        burn_time_s=110.0,
        propellant_kg=12912.0,
        dry_kg=1780.0,
        specific_impulse_s=226.0,
        reference_area_m2=1.37,
    )
    return staged(stages=[boost], payload_kg=payload_kg, ballistic_coefficient_kg_m2=3000.0)


def statements() -> list[Statement]:
    """Return the radar equation's ranges, the ratio of the stacked radar, and what each range implies."""
    return [*_equation(), _stacked(), _europe(), _launcher(), _nodong()]


def _equation() -> list[Statement]:
    why = "Power, aperture, noise, losses and cross-section are from memory."
    made = []
    for ratio, memory, computed in ((20.0, 870.0, 796.0), (100.0, 580.0, 532.0)):
        ours = detection_range_m(**RADAR, signal_to_noise=ratio) / 1e3
        what = f"range against 0.01 m2 at a signal-to-noise ratio of {ratio:g}"
        made += [
            compared(NAME, what, printed=memory, ours=ours, unit="km", digits=0, rounding=30.0, source=POST, label="memory", why=why),
            compared(NAME, f"{what}, worked by hand", printed=computed, ours=ours, unit="km", digits=0, rounding=2.0,
                     source="the radar equation by hand with the same terms", label="computed"),
        ]  # fmt: skip
    mahafza = detection_range_m(
        average_power_w=1.5e6, aperture_m2=10**4.5 * WAVE_M**2 / (4.0 * np.pi), wavelength_m=WAVE_M, cross_section_m2=0.1,
        noise_temperature_k=290.0, losses_db=3.0, dwell_s=1.0 / 5e6, signal_to_noise=100.0, efficiency=1.0,
    ) / 1e3  # fmt: skip
    return [
        *made,
        compared(NAME, "worked example: 1.5 MW, 5.6 GHz, 45 dB, 0.1 m2, 20 dB", printed=86.2, ours=mahafza, unit="km", rounding=0.5,
                 source="Mahafza, Radar Systems Analysis and Design", label="memory", why="The book was not opened."),
    ]  # fmt: skip


def _stacked() -> Statement:
    """Two apertures, one on the other: power and area both double."""
    double = RADAR | {
        "average_power_w": 2.0 * RADAR["average_power_w"],
        "aperture_m2": 2.0 * RADAR["aperture_m2"],
    }
    ratio = detection_range_m(**double, signal_to_noise=20.0) / detection_range_m(
        **RADAR, signal_to_noise=20.0
    )
    return compared(
        NAME, "range of two stacked radars over that of one", printed=2.0, ours=ratio, unit="1", rounding=0.05,
        source=f"National Academies 2012, fig. 5-8 (about 3,000 and 1,500 km), as read by {POST}",
        why="Twice the power and twice the area, for sending and for receiving, are worth the fourth root of eight; twice the range would "
        "need a sixteenfold product, or a longer dwell.",
    )  # fmt: skip


def _europe() -> Statement:
    shares = {r: _people_percent(r) for r in RANGES_KM}
    said = "; ".join(
        f"{r:,.0f} km: " + ", ".join(f"{p} {share:.0f} %" for p, share in zip(PHASES, shares[r], strict=True))
        for r in RANGES_KM
    )
    return Statement(
        NAME, "people in range whom the European scenario defends, by the range of the radar in Turkey",
        "about 1,500 km; 'much too large', above all for discrimination (Lewis and Postol)",
        said, "cannot tell", NOT_SETTLED, f"National Academies 2012, fig. 5-8; {POST}", "mixed",
    )  # fmt: skip


def _people_percent(range_km: float) -> list[float]:
    """Return, per phase, the share of people in range of a missile with a shot at it, over all missiles."""
    scenario = load_scenario(
        "epaa", [f"radar.tpy2-kurecik.range_max_km={range_km}", f"scenario.map_step_deg={MAP_STEP_DEG}"]
    ).in_mode("independent")
    data = defended_area(scenario).data
    reached = float(data.people_in_range.sum())
    with_shot = data.people_defended.sel(level=1).isel(mode=0).sum(("threat", "country"))
    return [100.0 * float(with_shot.sel(phase=phase)) / reached for phase in PHASES]


def _launcher() -> Statement:
    areas = {
        r: float(
            bearing_footprint(
                _single_stage(500.0), TURN, INTERCEPTOR, kill_vehicle_life_s=LIFE_S, cue=radar_at_launcher(1e3 * r, COMPUTE_S), rays=RAYS
            ).data.area
        )
        for r in RANGES_KM
    }  # fmt: skip
    said = "; ".join(f"{r:,.0f} km: {a / 1e3:,.0f} thousand km2" for r, a in areas.items())
    return Statement(
        NAME, "area from which a launcher with its own radar defends one point against a single-stage missile",
        "about 1,500 km; 'much too large' (Lewis and Postol)", said, "cannot tell",
        NOT_SETTLED, POST, "mixed",
    )  # fmt: skip


def _nodong() -> Statement:
    """The range of the missile of the footprints with the load that official texts print."""
    loads = [farthest(_single_stage(payload))[0] / 1e3 for payload in (800.0, 1000.0, 500.0)]
    return compared(
        NAME, "range of the single-stage missile of these footprints with 800 kg (500 to 1,000)", printed=SHORT_MISSILE_KM,
        ours=(min(loads), loads[0], max(loads)), unit="km", digits=0, rounding=0.0, source="globalsecurity.org 0009p02e (official)",
        why="The missile is a public file's: 12.9 t of propellant in 14.7 t; its structure and load are guesses of that file.",
    )  # fmt: skip
