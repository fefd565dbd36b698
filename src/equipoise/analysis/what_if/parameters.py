"""What a what-if may change in one phase: numbers (speeds, delays, radars, places, stocks, kill probabilities) and alternatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from equipoise.foundation.errors import misuse
from equipoise.foundation.provenance import Quantity
from equipoise.foundation.units import UNITS, unit_of_key
from equipoise.model.systems import Radar, Site
from equipoise.scenario.load import Scenario
from equipoise.scenario.roles import defends
from equipoise.scenario.vary import Place, place, value_at

SPEED_RANGE_KM_S = (2.0, 8.0)
DELAYS = {"decision_s": "Decision time", "reaction_s": "Reaction time", "track_s": "Track time after burnout"}
LONGEST_DELAY_S = 300.0
SITE_STEP_DEG = 12.0
"""How far a site may be moved either way."""
RADAR_RANGE_KM = (100.0, 4000.0)
MOST_INTERCEPTORS = 100.0
SECTIONS = {
    "cross_section_m2": "Cross-section of the missile",
    "low_band_cross_section_m2": "Cross-section of the missile in low bands",
}
SMALLEST_SECTION_M2 = 0.001
TRACK_RULE = "scenario.track_rule"
TRACK_RULES = {"duration": "its duration", "accuracy": "its accuracy"}
NO_POLICY = "None stated: any track"


@dataclass(frozen=True)
class Parameter:
    """A number that a question may change: its key in the scenario, words, unit, value, and the range of the slider.

    ``axis`` is set where the number is a coordinate of ``site``.
    """

    key: str
    label: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    site: str = ""
    axis: Literal["", "lat", "lon"] = ""


@dataclass(frozen=True)
class Alternative:
    """A word that a question may change: its key in the scenario, what it is called, its value, and the options by their words.

    ``site`` is set where it is the launch policy of that site.
    """

    key: str
    label: str
    value: str
    options: Mapping[str, str]
    site: str = ""


def alternatives(scenario: Scenario, day: date) -> list[Alternative]:
    """Return the words that a question about ``day`` may change: what makes a track good enough, and sites' launch policies."""
    rule = Alternative(TRACK_RULE, "A track is good enough by", scenario.head.track_rule, TRACK_RULES)
    policies = {policy.id: policy.name for policy in scenario.policies}
    found = [rule]
    for site in _sites(scenario, day) if policies else ():
        options = policies if site.policy else {"": NO_POLICY, **policies}
        found.append(
            Alternative(
                f"site.{site.id}.policy", f"Launch policy, {site.name}", site.policy, options, site.id
            )
        )
    return found


def _sites(scenario: Scenario, day: date) -> list[Site]:
    return [s for s in scenario.active("site", day) if defends(scenario, s.party)]


def kill_places(scenario: Scenario, day: date) -> list[str]:
    """Return where the kill probabilities of the interceptors in service on ``day`` stand: the scenario's, or their own."""
    names = dict.fromkeys(site.interceptor for site in scenario.active("site", day))
    own = [name for name in names if scenario.find("interceptor", name).kill_probability]
    common = ["balance.kill_probability"] if len(own) < len(names) else []
    return common + [f"interceptor.{name}.kill_probability" for name in own]


def parameters(scenario: Scenario, day: date) -> list[Parameter]:
    """Return what a question about ``day`` may change, each within the range that its slider has."""
    sites = _sites(scenario, day)
    radars = _radars(scenario, day, sites)
    found = [_speed(scenario, name) for name in dict.fromkeys(s.interceptor for s in sites)]
    found += [_delay(scenario, key, words) for key, words in DELAYS.items()]
    found += [_range(scenario, radar) for radar in radars]
    found += [_section(scenario, key) for key in sorted({radar.section for radar in radars})]
    for site in sites:
        if site.lat_deg is not None and not site.box_deg:
            found += [_coordinate(scenario, site, "lat"), _coordinate(scenario, site, "lon")]
        found.append(_stock(scenario, site))
    return found + [_kill(scenario, key) for key in kill_places(scenario, day)]


def asked(
    scenario: Scenario, day: date, settings: Mapping[str, float | str]
) -> tuple[dict[Place, float], dict[Place, str]]:
    """Return the places of the numbers and of the words in ``settings`` (key to either) of a question about ``day``.

    :class:`InputError` where one is not offered, out of its range or none of the options.
    """
    sliders = {p.key: p for p in parameters(scenario, day)}
    words = {c.key: c for c in alternatives(scenario, day)}
    for key, value in settings.items():
        if key in sliders:
            _check_number(sliders[key], value)
        elif key not in words:
            raise misuse("question", key, "is not among the parameters of this phase.")
        elif value not in words[key].options:
            raise misuse(
                "question",
                key,
                f"expected one of {', '.join(map(repr, words[key].options))}, got {value!r:.80}.",
            )
    where = {key: place(key, scenario, label="question") for key in settings}
    numbers = {where[key]: float(value) for key, value in settings.items() if key in sliders}
    return numbers, {where[key]: str(value) for key, value in settings.items() if key in words}


def _check_number(slider: Parameter, value: float | str) -> None:
    if isinstance(value, str):
        raise misuse("question", slider.key, f"expected a number, got {value!r:.80}.")
    if not slider.low <= value <= slider.high:
        raise misuse("question", slider.key, f"{value:g} lies outside {slider.low:g} to {slider.high:g}.")


def _radars(scenario: Scenario, day: date, sites: Sequence[Site]) -> list[Radar]:
    """Return the defender's radars on ``day``: those that stand alone, then the kinds that its sites have."""
    alone = [r for r in scenario.active("radar", day) if r.lat_deg is not None and defends(scenario, r.party)]
    kinds = [scenario.find("radar", name) for site in sites for name in site.sensors]
    return list({radar.id: radar for radar in [*alone, *kinds]}.values())


def _speed(scenario: Scenario, name: str) -> Parameter:
    record = scenario.find("interceptor", name)
    value = record.burnout_speed_km_s.value
    low, high = SPEED_RANGE_KM_S
    return Parameter(
        key=f"interceptor.{name}.burnout_speed_km_s", label=f"Burnout speed, {record.name}", unit="km/s",
        value=value, low=min(low, value), high=max(high, value), step=0.1,
    )  # fmt: skip


def _delay(scenario: Scenario, key: str, words: str) -> Parameter:
    value = getattr(scenario.assumptions, key).value
    return Parameter(
        key=f"assumption.{key}", label=words, unit="s", value=value, low=0.0,
        high=_most(scenario, f"assumption.{key}", max(LONGEST_DELAY_S, value)), step=1.0,
    )  # fmt: skip


def _range(scenario: Scenario, radar: Radar) -> Parameter:
    value = radar.range_max_km.value
    low, high = RADAR_RANGE_KM
    return Parameter(
        key=f"radar.{radar.id}.range_max_km", label=f"Range, {radar.name}", unit="km", value=value, low=min(low, value),
        high=_most(scenario, f"radar.{radar.id}.range_max_km", max(high, value)), step=10.0,
    )  # fmt: skip


def _section(scenario: Scenario, key: str) -> Parameter:
    """Return a cross-section, at most that of the burning missile: beyond it a larger body would look like one that burns."""
    a = scenario.assumptions
    value = getattr(a, key).value
    return Parameter(
        key=f"assumption.{key}", label=SECTIONS[key], unit="m²", value=value, low=min(SMALLEST_SECTION_M2, value),
        high=max(min(1.0, a.boost_cross_section_m2.value), value), step=0.001,
    )  # fmt: skip


def _stock(scenario: Scenario, site: Site) -> Parameter:
    value = site.count.value
    return Parameter(
        key=f"site.{site.id}.count", label=f"Interceptors, {site.name}", unit="", value=value, low=0.0,
        high=_most(scenario, f"site.{site.id}.count", max(MOST_INTERCEPTORS, value)), step=1.0,
    )  # fmt: skip


def _kill(scenario: Scenario, key: str) -> Parameter:
    where = place(key, scenario, label="question")
    of = f", {scenario.find('interceptor', where.id).name}" if where.id else ""
    return Parameter(
        key=key, label=f"Kill probability of a shot{of}", unit="", value=value_at(scenario, where).value, low=0.0, high=1.0, step=0.01,
    )  # fmt: skip


def _coordinate(scenario: Scenario, site: Site, axis: Literal["lat", "lon"]) -> Parameter:
    key = f"site.{site.id}.{axis}_deg"
    value = value_at(scenario, place(key, scenario, label="question"))
    limit = 89.0 if axis == "lat" else 179.0
    plain = float(value.value if isinstance(value, Quantity) else value)
    unit = unit_of_key(key)
    return Parameter(
        key=key, label=f"{'Latitude' if axis == 'lat' else 'Longitude'}, {site.name}",
        unit=UNITS[unit.suffix].symbol if unit else "", value=plain,
        low=max(-limit, round(plain - SITE_STEP_DEG, 1)), high=min(limit, round(plain + SITE_STEP_DEG, 1)),
        step=0.1, site=site.id, axis=axis,
    )  # fmt: skip


def _most(scenario: Scenario, key: str, wanted: float) -> float:
    """Return the wanted end of a slider, or the largest value that the key may have."""
    limits = place(key, scenario, label="question").spec.limits
    return min(wanted, limits.maximum) if limits else wanted
