"""Counts, test records, notices, radars: what a claim about numbers comes to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from scipy.stats import beta

from equipoise.analysis.balance.arrivals import Defence, Group, arrivals
from equipoise.catalogue import load_catalogue
from equipoise.catalogue.counts import declared_on
from equipoise.model.notices import instruments, why_not_covered
from equipoise.numerics import counting
from equipoise.physics.sensing.radar import detection_range_m
from equipoise.published.kinds import Words, kind
from equipoise.scenario.load import load_scenario

BAND = (0.05, 0.95)
FEW_PER_CENT = 6.0
"""What "does not threaten a force" is taken to mean: at most so many per cent of it are taken."""
Tests = Sequence[Sequence[Any]]
"""Tests in the order of their days: day, name, hits, shots."""


@kind("hits")
def hits_until(*, tests: Tests, until: str) -> float:
    """Return the hits of the tests up to a day."""
    return float(sum(hits for day, _, hits, _ in tests if day <= until))


@kind("shots")
def shots_until(*, tests: Tests, until: str) -> float:
    """Return the attempts of the tests up to a day."""
    return float(sum(shots for day, *_, shots in tests if day <= until))


@kind("%")
def hit_rate(*, hits: float, shots: float) -> tuple[float, float, float]:
    """Return hits over shots, with the 90 % band of the chance of a hit that Jeffreys' prior leaves."""
    low, high = (100.0 * float(beta.ppf(q, hits + 0.5, shots - hits + 0.5)) for q in BAND)
    return low, 100.0 * hits / shots, high


@kind("")
def record_after(*, tests: Tests, test: str, said: Literal["hit", "miss", "one of two"]) -> Words:
    """Return the record up to and with a test, and whether the kill probability that a scenario assumes lies in what it leaves open.

    It differs where the list has another outcome than ``said``.
    """
    at = next(i for i, row in enumerate(tests) if row[1] == test)
    _, _, one, tried = tests[at]
    outcome = "hit" if one == tried else "miss" if one == 0 else "one of two"
    hits, shots = (sum(row[k] for row in tests[: at + 1]) for k in (2, 3))
    low, _, high = hit_rate(hits=hits, shots=shots)
    assumed = load_scenario("epaa").balance.kill_probability.value
    place = "within" if low <= 100.0 * assumed <= high else "outside"
    said_ours = f"{outcome}; {hits} of {shots} so far leave {low:.0f} to {high:.0f} % for a shot; the {100.0 * assumed:.0f} % assumed lie {place}"
    return Words(said_ours, "agrees" if outcome == said else "differs")


@kind("%")
def most_taken(*, warheads: int, interceptors: int, kill: float) -> float:
    """Return the share of arriving warheads that interceptors take on the mean when all are seen and in reach, shared out best."""
    left = counting.mean(arrivals([Group("all", warheads, 1, 1.0, 1.0)], Defence(interceptors, kill)))
    return 100.0 * (1.0 - float(left) / warheads)


@kind("")
def little_threat(
    *, warheads: int, interceptors: int, kill: float, claim: Literal["little", "some"] = "little"
) -> Words:
    """Return the share taken, in words, against the claim that it is little (at most a few per cent) or some."""
    taken = most_taken(warheads=warheads, interceptors=interceptors, kill=kill)
    little = taken <= FEW_PER_CENT
    said = f"of {warheads:,} arriving, {interceptors:,} interceptors of {100 * kill:.0f} % take {taken:.1f} %, if all are seen and in reach"
    return Words(said, "agrees" if little == (claim == "little") else "differs")


@kind("warheads")
def declared_warheads(*, party: str, day: str) -> float:
    """Return the deployed warheads that a party last declared on or before a day."""
    return float(declared_on(party, date.fromisoformat(day)).warheads)


@kind("warheads")
def icbm_warheads(*, party: str) -> float:
    """Return the warheads on a party's land-based missiles, as the catalogue's forces sum up."""
    forces = load_catalogue().forces.values()
    return float(
        sum(
            f.warheads.value
            for f in forces
            if f.party == party and f.warheads and "icbm" in (f.missile or "")
        )
    )


@kind("")
def notice_rule(*, instrument: str, key: str) -> float:
    """Return a deadline (h) or a threshold (km) to which notices are held, by its key in the file of instruments."""
    return float(instruments()[instrument][key]["value"])


@kind("")
def notice_due(
    *,
    instrument: str,
    vehicle_class: str,
    range_km: float,
    apogee_km: float,
    said: Literal["owed", "not owed"],
) -> Words:
    """Return whether an instrument asks for a notice of a launch, against what is said."""
    why = why_not_covered(instrument, vehicle_class=vehicle_class, range_km=range_km, apogee_km=apogee_km)
    ours = "not owed" if why else "owed"
    return Words(f"{ours}: {why}" if why else ours, "agrees" if ours == said else "differs")


@kind("US$ million")
def price(*, entry: str) -> tuple[float, float, float]:
    """Return a price of the catalogue with its range."""
    amount = load_catalogue().prices[entry].amount_usd_m
    return amount.low, amount.value, amount.high


@kind("1")
def price_ratio(*, entry: str, over: str, end: Literal["low", "high"]) -> float:
    """Return the ratio of the same end of two prices of the catalogue."""
    prices = load_catalogue().prices
    return float(getattr(prices[entry].amount_usd_m, end) / getattr(prices[over].amount_usd_m, end))


@kind("km")
def radar_range(
    *,
    average_power_w: float,
    aperture_m2: float,
    wavelength_m: float,
    cross_section_m2: float,
    noise_temperature_k: float,
    losses_db: float,
    dwell_s: float,
    signal_to_noise: float,
    efficiency: float = 0.8,
) -> float:
    """Return the range at which a radar sees a cross-section, by the radar equation."""
    return float(
        detection_range_m(
            average_power_w=average_power_w, aperture_m2=aperture_m2, wavelength_m=wavelength_m, cross_section_m2=cross_section_m2,
            noise_temperature_k=noise_temperature_k, losses_db=losses_db, dwell_s=dwell_s, signal_to_noise=signal_to_noise,
            efficiency=efficiency,
        )
    ) / 1e3  # fmt: skip


@kind("%")
def speed_gain(*, faster: str, slower: str) -> tuple[float, float, float]:
    """Return by how much one interceptor's catalogue speed exceeds another's, over both ranges."""
    found = load_catalogue().interceptors
    fast, slow = found[faster].burnout_speed_km_s, found[slower].burnout_speed_km_s
    if fast is None or slow is None:
        raise ValueError("no speed is known")
    return tuple(
        100.0 * (a / b - 1.0)
        for a, b in ((fast.low, slow.high), (fast.value, slow.value), (fast.high, slow.low))
    )  # type: ignore[return-value]
