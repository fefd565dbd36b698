"""Burnout speeds of interceptors as the public record of their tests allows them, by the fly-out law of the engagements.

Before the record all speeds from 1 to 9 km/s are equally likely, and so are all burn times in the catalogue's range (from memory),
and heights and ground ranges between what the reports leave open. A time of day, or of flight, is rounded as it is printed. Earth:
still sphere; turning where an apogee and a range were printed. A record bounds the speed from below: a slower interceptor would come late. It bounds it from above only as far as the flight
was straight at full power, so that each band stands twice: for straight flights, and where up to half of the speed may have been
given away (a bend, a pause between stages, a climb above the straight line), each share equally likely in each test.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, degrees, nan, radians, sin
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.catalogue import load_catalogue
from equipoise.foundation.constants import MEAN_RADIUS_M
from equipoise.foundation.provenance import Confidence
from equipoise.model.vehicle import Vehicle
from equipoise.numerics.sampling import sample_rows
from equipoise.physics.environment.earth import STILL_SPHERE, destination
from equipoise.physics.flight.flight import fly_staged
from equipoise.physics.flight.vehicle import straight as straight_line
from equipoise.physics.interceptor.flyout import Law
from equipoise.published.kinds.arcs import arc
from equipoise.published.statement import Statement, compared
from equipoise.scenario.kernel_vehicle import staged
from equipoise.scenario.staged_interceptor import still_arrival_s

TITLE = "Speeds of interceptors from their reported tests"
PLACE = "the sentences that give times, heights and places"
PRIOR_KM_S = (1.0, 9.0)
MOST_WASTED = 0.5
"""Greatest share of the burnout speed that a flight may have given away, where it need not be straight."""
BAND = (0.05, 0.5, 0.95)
SAME = 0.9
"""A band at least this share of the prior's as wide says that the record cannot tell."""
SPEEDS_KM_S = np.linspace(*PRIOR_KM_S, 81)
FLOWN_KM_S = np.linspace(PRIOR_KM_S[0] * (1.0 - MOST_WASTED), PRIOR_KM_S[1], 58)
BURNS, PLACES = 3, 32
"""Burn times, and pairs of height and ground range, at which a test is flown."""
LIFE_S = 3600.0


@dataclass(frozen=True)
class ReportedTest:
    """One flight as reports print it; ranges are what they leave open."""

    interceptor: str
    what: str
    printed: str
    time: Literal["clock", "duration", "arc"]
    altitude_km: tuple[float, float]
    ground_range_km: tuple[float, float]
    source: str
    time_s: float = nan
    rounding_s: float = nan
    launch_deg: tuple[float, float] = (nan, nan)
    azimuth_deg: float = nan

    def weights(self, flown_s: NDArray[np.float64], printed_s: float) -> NDArray[np.float64]:
        """Return how likely ``printed_s`` is, but for a factor, when a flight takes ``flown_s`` (any shape; inf is out of reach)."""
        off = np.abs(flown_s - printed_s) / self.rounding_s
        if self.time == "clock":
            return np.maximum(1.0 - off, 0.0)
        return np.where(off < 0.5, 1.0, 0.0)


@dataclass(frozen=True)
class Inferred:
    """What the record says of one interceptor: ``density`` over :data:`SPEEDS_KM_S` (its integral is 1) and the band in km/s.

    ``with_burn`` is the correlation of speed and burn time that the record leaves; nan where it leaves one of either.
    """

    interceptor: str
    density: NDArray[np.float64]
    band_km_s: tuple[float, float, float]
    with_burn: float

    @property
    def tells(self) -> bool:
        """Whether the record says more than was supposed before it."""
        low, _, high = self.band_km_s
        return not high - low >= SAME * (BAND[2] - BAND[0]) * (PRIOR_KM_S[1] - PRIOR_KM_S[0])


@cache
def tests_of(interceptor: str) -> tuple[ReportedTest, ...]:
    """Return the reported tests of an interceptor of the catalogue, in the order of the record."""
    return tuple(_test(each) for each in record()["test"] if each["interceptor"] == interceptor)


def _test(raw: dict[str, Any]) -> ReportedTest:
    read: dict[str, Any] = {key: tuple(v) if isinstance(v, list) else v for key, v in raw.items()}
    return ReportedTest(**read)


@cache
def record() -> dict[str, list[dict[str, Any]]]:
    """Return the record as it is written: tests (``test``), interceptors of which it tells nothing (``silent``), reports
    that are left out (``unused``).
    """
    return tomllib.loads(files("equipoise.published").joinpath("reported_tests.toml").read_text("utf-8"))


def flight_time_s(speed_km_s: float, burn_s: float, altitude_km: float, ground_range_km: float) -> float:
    """Return the time in s after launch at which a straight flight is at a place; inf where it never is."""
    return still_arrival_s(Law(1e3 * speed_km_s, burn_s, LIFE_S), ground_range_km, altitude_km)


def burn_times_s(interceptor: str) -> NDArray[np.float64]:
    """Return the burn times in s that stand for the catalogue's range: the middles of its equal parts."""
    burn = load_catalogue().interceptors[interceptor].burn_time_s
    assert burn is not None
    return burn.low + (burn.high - burn.low) * (np.arange(BURNS) + 0.5) / BURNS


@cache
def flown_s(test: ReportedTest) -> NDArray[np.float64]:
    """Return times of straight flights in s: over :data:`FLOWN_KM_S`, burn times and places that the reports allow."""
    shares = sample_rows("sobol", total=PLACES, dimensions=2, seed=1)
    (low, high), (near, far) = test.altitude_km, test.ground_range_km
    places = [(low + a * (high - low), near + b * (far - near)) for a, b in shares]
    burns = burn_times_s(test.interceptor)
    return np.array([[[flight_time_s(v, t, *p) for p in places] for t in burns] for v in FLOWN_KM_S])


def straight(test: ReportedTest, printed_s: float) -> NDArray[np.float64]:
    """Return how likely a printed time is over speeds flown and burn times, (speeds, burns)."""
    if test.time == "arc":
        return _on_arc(test)
    found: NDArray[np.float64] = test.weights(flown_s(test), printed_s).mean(axis=2)
    return found


@cache
def _on_arc(test: ReportedTest) -> NDArray[np.float64]:
    """Return 1 for the speeds at burnout that reach an apogee and a ground range as they are rounded, else 0."""
    found = np.zeros((FLOWN_KM_S.size, BURNS))
    for j, burn in enumerate(burn_times_s(test.interceptor)):
        speeds = [
            _arc_speed_km_s(test, far, top, float(burn))
            for far in test.ground_range_km
            for top in test.altitude_km
        ]
        found[:, j] = _overlap(min(speeds), max(speeds))
    return found


def _overlap(low: float, high: float) -> NDArray[np.float64]:
    """Return the share of each cell around :data:`FLOWN_KM_S` that lies between two speeds."""
    half = 0.5 * float(FLOWN_KM_S[1] - FLOWN_KM_S[0])
    inside: NDArray[np.float64] = np.minimum(FLOWN_KM_S + half, high) - np.maximum(FLOWN_KM_S - half, low)
    return np.maximum(inside, 0.0) / (2.0 * half)


def _arc_speed_km_s(test: ReportedTest, ground_range_km: float, apogee_km: float, burn_s: float) -> float:
    """Return the speed at burnout of a flight over the turning Earth with this apogee (km) and ground range (km)."""
    start = test.launch_deg
    aim = destination(*np.radians(start), radians(test.azimuth_deg), 1e3 * ground_range_km / MEAN_RADIUS_M)
    return arc(
        start,
        (degrees(aim[0]), degrees(aim[1])),
        burn_time_s=burn_s,
        burnout_km=lambda speed, angle: (
            0.5 * speed * burn_s * sin(angle),
            0.5 * speed * burn_s * cos(angle),
        ),
        earth="wgs84",
        apogee_km=apogee_km,
        first_speed_km_s=5.7,
    )["speed_km_s"]


def infer(interceptor: str, *, wasted: float = 0.0, printed_s: tuple[float, ...] = ()) -> Inferred | None:
    """Return what the record says of an interceptor's burnout speed; None where no speed meets all of its tests.

    Up to the share ``wasted`` of the speed may be given away in each test. ``printed_s`` takes the place of the printed times
    (s, in the order of the record), for who simulates them.
    """
    tests = tests_of(interceptor)
    times = printed_s or tuple(t.time_s for t in tests)
    likely = np.ones((SPEEDS_KM_S.size, BURNS))
    for test, time_s in zip(tests, times, strict=True):
        likely *= _given_away(straight(test, time_s), wasted)
    if not likely.any():
        return None
    density = likely.sum(axis=1)
    density /= np.trapezoid(density, SPEEDS_KM_S)
    return Inferred(interceptor, density, _band(density), _correlation(likely, burn_times_s(interceptor)))


def _given_away(flown: NDArray[np.float64], wasted: float) -> NDArray[np.float64]:
    """Return likelihoods over burnout speeds from those over speeds flown: the mean over all shares that were used."""
    shares = 1.0 - wasted * (np.arange(32) + 0.5) / 32
    used = SPEEDS_KM_S[:, None] * shares
    return np.stack(
        [np.interp(used, FLOWN_KM_S, column, left=0.0).mean(axis=1) for column in flown.T], axis=1
    )


def _band(density: NDArray[np.float64]) -> tuple[float, float, float]:
    steps = 0.5 * (density[1:] + density[:-1]) * np.diff(SPEEDS_KM_S)
    below = np.concatenate([[0.0], np.cumsum(steps)])
    low, middle, high = np.interp(BAND, below / below[-1], SPEEDS_KM_S)
    return float(low), float(middle), float(high)


def _correlation(likely: NDArray[np.float64], burns: NDArray[np.float64]) -> float:
    weight = likely / likely.sum()
    v = SPEEDS_KM_S - (weight.sum(axis=1) * SPEEDS_KM_S).sum()
    b = burns - (weight.sum(axis=0) * burns).sum()
    spread = np.sqrt((weight.sum(axis=1) * v**2).sum() * (weight.sum(axis=0) * b**2).sum())
    return float((weight * np.outer(v, b)).sum() / spread) if spread else nan


def statements() -> list[Statement]:
    """Return the catalogue's speeds beside what the record of tests allows: straight, and with speed given away."""
    made = []
    for name in dict.fromkeys(each["interceptor"] for each in record()["test"]):
        tests = tests_of(name)
        why = f"Ours is what 90 % of the speeds that meet {', '.join(t.what for t in tests)} lie in."
        sources = "; ".join(t.source for t in tests)
        made += [
            _beside(f"{name}: flown straight at full power", name, 0.0, sources, why),
            _beside(f"{name}: up to half of the speed unused", name, MOST_WASTED, sources, why),
        ]
    for each in record()["silent"]:
        why = f"The record cannot tell, and the band is the one supposed before it. {each['why']}"
        made.append(_beside(each["interceptor"], each["interceptor"], 0.0, each["source"], why))
    return [*made, *_from_masses()]


def _from_masses() -> list[Statement]:
    """Return the speeds in dispute beside what the published masses of two motors give, over the payloads supposed."""
    record = load_catalogue().vehicles["orion-two-stage"]
    load = record.payload_kg
    speeds = sorted(
        _straight_speed_km_s(record.but(payload_kg=q)) for q in (load.at("low"), load, load.at("high"))
    )
    why = f"Two Orion motors under {load.low:g} to {load.high:g} kg (ours), straight at 45 degrees; whoever is right about the speed says how heavy the payload is."
    return [
        compared(f"burnout speed of the two-stage GBI ({claim.by}), from the published masses of two Orion motors",
                 printed=(claim.value_km_s.low, claim.value_km_s.high), ours=(speeds[0], speeds[1], speeds[2]), unit="km/s", digits=1,
                 rounding=0.05, source=claim.value_km_s.source, why=why)
        for claim in load_catalogue().interceptors["gbi-2-stage"].speed_claims
    ]  # fmt: skip


def _straight_speed_km_s(record: Vehicle) -> float:
    rise = straight_line(elevation_rad=radians(45.0), vertical_height_m=record.vertical_rise_m.si)
    flown = fly_staged(staged(record), rise, lat_rad=0.0, lon_rad=0.0, azimuth_rad=0.0, earth=STILL_SPHERE)
    return float(flown.burnout_speed_m_s[0]) / 1e3


def _beside(what: str, interceptor: str, wasted: float, source: str, why: str) -> Statement:
    speed, found = (
        load_catalogue().interceptors[interceptor].burnout_speed_km_s,
        infer(interceptor, wasted=wasted),
    )
    assert speed is not None
    return compared(
        f"burnout speed in the catalogue, {what}", printed=(speed.low, speed.high),
        ours=found.band_km_s if found else (nan, nan, nan), unit="km/s", digits=1, rounding=0.0,
        source=f"the catalogue's own; the record: {source}", label=Confidence.MEMORY, why=why,
    )  # fmt: skip
