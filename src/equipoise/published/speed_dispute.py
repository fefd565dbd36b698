"""The dispute of 2007 over the third site: at which interceptor speed could a western Russian ICBM be caught?

Printed: burnout speed 6.3 km/s (MDA) against "closer to nine" (Postol); 5.4 against 7.7-8.3 km/s on slides; the Russian
missile at 5.8 against 5.1 km/s; both sides agreed that at 6.3 km/s it "wouldn't be able to engage an ICBM from Russia".

Ours: minimum-energy paths from six western bases to Washington against the third-site scenario's interceptor, burnout speeds from
4.5 to 9.5 km/s, delays from burnout to launch at their nominal values and at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.analysis.exposure import defender
from equipoise.analysis.exposure.flips import flip_speed
from equipoise.engagement import kernel_inputs
from equipoise.engagement.engage import Paths, engage
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.published.statement import Statement, Verdict
from equipoise.scenario.load import Scenario, load_scenario

TITLE = "The speed dispute of 2007 over the third site"
PLACE = "the paragraphs and slides that print the speeds"
NUMBER = "gbi-speed"
BY, ON = "the exchange of 2007", "2007"
WASHINGTON_DEG = (38.9, -77.0)
WESTERN = (
    "ru-vypolzovo",
    "ru-kozelsk",
    "ru-teykovo-m",
    "ru-yoshkarola",
    "ru-tatishchevo-27",
    "ru-dombarovsky",
)
MDA_KM_S, POSTOL_KM_S = 6.3, (7.7, 8.3, 9.0)
SLIDES_KM_S = 5.4
MISSILE_KM_S = {"MDA": 5.8, "Postol": 5.1}
SPEEDS_KM_S = np.arange(4.5, 9.51, 0.25)
SOURCES = {
    "afp": "AFP 2007 (defencetalk.com 13218)",
    "slides": "SpaceNews 2007 (spacenews.com, MDA, critic reverse roles in debate over 3rd site)",
}


@dataclass(frozen=True)
class Found:
    """Per base, in km/s: the threshold speed at the nominal and at both ends of the delay, the missile's mean speeds over
    the ground and along its path, and the threshold with the time gained by the slower missile."""

    base: str
    nominal: float
    short_delay: float
    long_delay: float
    ground_speed_km_s: float
    path_speed_km_s: float
    with_gain: float


def thresholds(scenario: Scenario) -> list[Found]:
    """Return the threshold speed against the minimum-energy path of each western base to Washington."""
    day = scenario.phases[-1].date
    commands = [defender(scenario, day, speed_m_s=1e3 * v) for v in SPEEDS_KM_S]
    a = scenario.assumptions
    ends = [sum(getattr(getattr(a, f"{name}_s"), end) for name in ("track", "decision", "reaction")) for end in ("low", "value", "high")]  # fmt: skip
    earth = kernel_inputs.EARTHS[scenario.head.earth]
    found = []
    for name in WESTERN:
        base = scenario.find("base", name)
        start = np.radians([base.lat_deg, base.lon_deg])
        record = scenario.find("missile", base.missile)
        path = kernel_inputs.solve(record, start, np.radians([WASHINGTON_DEG]), "minimum_energy", earth)
        outcome = engage(path, commands)
        slack = np.where(np.isfinite(outcome.slack_s[0]), outcome.slack_s[0], -np.inf)
        # the slower of MDA's and Postol's missile needs more time over the same ground to where it is met
        where_m = _ground_to_intercept_m(outcome.first_intercept_s[0], path)
        gain_s = where_m / 1e3 * (1 / MISSILE_KM_S["Postol"] - 1 / MISSILE_KM_S["MDA"])
        nominal, short, long = (_threshold(slack + ends[1] - delay) for delay in (ends[1], ends[0], ends[2]))
        ground, along = (speed / 1e3 for speed in _mean_speeds_m_s(path))
        found.append(Found(name, nominal, short, long, ground, along, _threshold(slack + gain_s)))
    return found


def _threshold(slack: np.ndarray) -> float:
    return float(flip_speed(np.maximum.accumulate(slack), SPEEDS_KM_S))


def _mean_speeds_m_s(path: Paths) -> tuple[float, float]:
    """Return the mean speeds over the ground (sphere of the mean radius) and along the path, from burnout to impact."""
    sampled = path.sampled()
    free = slice(sampled.burnout, sampled.filled)
    flown_s = sampled.time_s[sampled.filled - 1] - sampled.time_s[sampled.burnout]
    steps = np.diff(sampled.position_ecef_m[free], axis=0)
    up = sampled.position_ecef_m[free] / np.linalg.norm(sampled.position_ecef_m[free], axis=1)[:, None]
    turned = np.arccos(np.clip((up[1:] * up[:-1]).sum(axis=1), -1.0, 1.0)).sum()
    return MEAN_RADIUS_M * float(turned) / flown_s, float(np.linalg.norm(steps, axis=1).sum()) / flown_s


def _ground_to_intercept_m(first_intercept_s: np.ndarray, path: Paths) -> float:
    """Return the ground that the missile covers from burnout to the first intercept of the slowest speed that has one."""
    caught = first_intercept_s[np.isfinite(first_intercept_s)]
    return (
        float((caught[0] - path.flights.burn_time_s[0]) * _mean_speeds_m_s(path)[0]) if caught.size else 0.0
    )


def statements(scenario: Scenario | None = None) -> list[Statement]:
    """Return what was printed beside what we find."""
    found = thresholds(scenario or load_scenario("third-site"))
    return [
        _bracket(found),
        *_at_mda_speed(found),
        _at_postol_speed(found),
        _missile_speed(found),
        _ground_speed(found),
    ]


def _spoken(found: list[Found], key: str = "nominal") -> str:
    return ", ".join(f"{f.base.removeprefix('ru-')} {getattr(f, key):.1f}" for f in found)


def _bracket(found: list[Found]) -> Statement:
    inside = [f for f in found if MDA_KM_S <= f.nominal <= POSTOL_KM_S[-1]]
    verdict: Verdict = "agrees" if inside else "differs"
    low, high = min(f.short_delay for f in found), max(f.long_delay for f in found)
    return Statement(
        "threshold speed against a western Russian ICBM to Washington",
        "between 6.3 and 9 km/s for at least one western base",
        f"{_spoken(found)} km/s; {low:.1f} to {high:.1f} over bases and delays",
        verdict,
        "Bases farther to the south and east are caught at lower speeds than the two nearest to the site: their missiles "
        "come by later."
        if len(inside) < len(found)
        else "",
        SOURCES["afp"],
    )


def _at_mda_speed(found: list[Found]) -> list[Statement]:
    """Return the statements that nothing is caught at 5.4 and at 6.3 km/s; firm only if the longest delays say the same."""
    rows = []
    for speed, source, who in ((SLIDES_KM_S, "slides", "MDA"), (MDA_KM_S, "afp", "both sides")):
        caught = [f.base.removeprefix("ru-") for f in found if f.nominal <= speed]
        always = [f for f in found if f.long_delay <= speed]
        verdict: Verdict = "agrees" if not caught else "differs" if always else "cannot tell"
        names = f" ({', '.join(caught)})" if caught else ""
        why = (
            "No delay was printed; ours is 55 s from burnout to launch. The bases that we catch lie to the south and east; "
            "the two nearest to the site, Vypolzovo and Kozelsk, are not caught."
            if not {"vypolzovo", "kozelsk"} & set(caught)
            else "No delay was printed; ours is 55 s from burnout to launch."
        )
        rows.append(
            Statement(
                what=f"an interceptor of {speed} km/s in Poland against ICBMs from western Russia to Washington",
                printed=f"no catch ({who})",
                ours=f"{len(caught)} of {len(found)} bases caught at nominal delays{names}; with the longest delays "
                f"{len(always)}",
                verdict=verdict,
                why=why if caught else "",
                source=SOURCES[source],
                label="sourced",
            )
        )
    return rows


def _at_postol_speed(found: list[Found]) -> Statement:
    counts = [sum(f.nominal <= speed for f in found) for speed in POSTOL_KM_S]
    return Statement(
        "interceptors of 7.7, 8.3 and 9 km/s against the same",
        "some catch (Postol)",
        ", ".join(f"{n} of {len(found)} at {v} km/s" for n, v in zip(counts, POSTOL_KM_S, strict=True)),
        "agrees" if counts[0] > 0 else "differs",
        "",
        SOURCES["slides"],
    )


def _missile_speed(found: list[Found]) -> Statement:
    lower = all(f.with_gain <= f.nominal for f in found)
    return Statement(
        "a Russian missile at 5.1 instead of 5.8 km/s",
        "enlarges the set that can be caught (Postol against MDA)",
        f"threshold falls to {_spoken(found, 'with_gain')} km/s",
        "agrees" if lower else "differs",
        "Taken as time gained over the ground to the first intercept at the two printed speeds; what the speeds mean (burnout, "
        "mean, ground) is not printed.",
        SOURCES["slides"],
    )


def _ground_speed(found: list[Found]) -> Statement:
    ground, along = ([getattr(f, key) for f in found] for key in ("ground_speed_km_s", "path_speed_km_s"))
    return Statement(
        "speed of the Russian missile on the slides",
        "5.8 km/s (MDA), 5.1 km/s (Postol)",
        f"means from burnout to impact: {min(along):.1f} to {max(along):.1f} km/s along the path, {min(ground):.1f} to "
        f"{max(ground):.1f} km/s over the ground (minimum energy)",
        "cannot tell",
        "Neither slide says which speed is meant.",
        SOURCES["slides"],
    )
