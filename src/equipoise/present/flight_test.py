"""The report on a flight test: the plan and its notices, a simulated campaign, and what it says about the clause."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from equipoise.present import flight_test_charts as charts
from equipoise.present import flight_test_tables as tables
from equipoise.present.flight_test_tables import BOUND, FIT, HALF_WIDTH
from equipoise.present.inputs import input_table
from equipoise.present.names import NO_NAMES
from equipoise.present.section import Figure, Number, Section, Sentence
from equipoise.results.record import Result


def section(result: Result, beside: Mapping[str, Result]) -> Section:
    """Return the section of a plan, of a campaign, of the evidence or of the inputs, by the result's kind."""
    kinds = {
        "flight_test_plan": plan_section,
        "flight_test_campaign": campaign_section,
        "flight_test_evidence": evidence_section,
        "flight_test_inputs": inputs_section,
    }
    return kinds[result.kind](result)


def plan_section(result: Result) -> Section:
    """Return the section on the plan."""
    data = result.data
    areas, clear = tables.areas(data), tables.clearances(data)
    seen, places = tables.observers(data), tables.best_places(data)
    return Section(
        anchor="flight-test-plan",
        title="The test as planned",
        sentences=(_flight(data), _safety(data), _notified(data), _learnt(data), *_best(data)),
        figures=(
            Figure(
                "flight-test-map", "Paths, hazard areas with the stated share of impacts, places kept clear, and what each observer sees.",
                areas, chart=charts.plan_map(data),
            ),
            Figure(
                "flight-test-flight", "Altitude and speed of the interceptor.",
                chart=charts.flight(data),
            ),
            Figure(
                "flight-test-sight", "When each observer sees the interceptor.",
                seen, chart=charts.sight(data),
            ),
            Figure(
                "flight-test-places", "Expected error of the burnout speed by place of the observer, and the best place; where there is none no observer may "
                f"stand, and from {charts.UNSEEN_M_S:.0f} m/s on next to nothing is learnt.",
                places, chart=charts.place_maps(data),
            ),
        ),
        tables=(tables.notices(data), tables.notice_texts(data), areas, clear, seen, places),
        notes=result.notes,
    )  # fmt: skip


def campaign_section(result: Result) -> Section:
    """Return the section on a simulated campaign."""
    data = result.data
    table = tables.estimates(data)
    return Section(
        anchor="flight-test-campaign",
        title="What the observers would have learnt",
        sentences=tuple(_setup_said(data.isel(setup=k), lead=k == 0) for k in range(data.sizes["setup"])),
        figures=(
            Figure(
                "flight-test-estimates", "Estimated less true burnout speed with 95 % intervals, test by test. Note the scales.",
                table, chart=charts.estimates(data),
            ),
        ),
        tables=(table,),
        notes=(
            "Truth is flown from the pad with stages, drag, steering and tail-off drawn anew for each test; the fit knows only "
            "the last stage, and that from a plan. Instrument biases are drawn for each test and fitted with their priors.",
            "Optical observers are out of use in the share of tests in which their sky is not clear.",
        ),
    )  # fmt: skip


def evidence_section(result: Result) -> Section:
    """Return the section on the evidence."""
    data = result.data
    table, hidden = tables.posterior(data), tables.restraint(data)
    return Section(
        anchor="flight-test-evidence",
        title="What it proves about the clause",
        sentences=(_verdict(data), _ceiling(data), _ratio(data)),
        figures=(
            Figure(
                "flight-test-evidence-curve", "Probability that the full burnout speed keeps to the limit, after each test, for three beliefs in restraint.",
                table, chart=charts.evidence(data),
            ),
            Figure(
                "flight-test-ratio", "Likelihood ratio of the two claimed speeds, for three beliefs in restraint.", tables.ratios(data), chart=charts.ratio(data),
            ),
        ),
        tables=(table, hidden),
        notes=(
            "A restrained system (throttled, part-loaded, ballasted, or wasting energy across its path) that shows a speed "
            "cannot be told from a slower system that shows its all: the likelihoods are the same. The probability of "
            "restraint is therefore the reader's, and it bounds what tests can show.",
            "The signs of restraint in the table are visible only against a baseline: a declared burn time or acceleration, or "
            "a test that is known to have been at full energy.",
            "The prior of the full speed is flat over the stated range; the speed varies from test to test by the stated share.",
        ),
    )  # fmt: skip


def inputs_section(result: Result) -> Section:
    """Return the section on what everything rests on."""
    table = input_table(
        "flight-test-inputs", "Every input and its source", result.data, NO_NAMES, folded=True
    )
    return Section(anchor="flight-test-inputs-section", title="Inputs and sources", tables=(table,))


def _of(data: xr.Dataset, name: str, unit: str, digits: int = 0, method: str = "") -> Number:
    return Number(float(data.attrs[name]), unit=unit, digits=digits, method=method)


def _claimed(data: xr.Dataset) -> Number:
    a = data.attrs
    value, low, high = (float(a[f"claimed_{end}km_s"]) for end in ("", "low_", "high_"))
    said = {"source": str(a["claimed_source"]), "confidence": str(a["claimed_confidence"])}
    return Number(value, low, high, unit="km/s", digits=1, **said)


def _flight(data: xr.Dataset) -> Sentence:
    return Sentence(
        "The target flies {range} and would rise to {apogee}. The interceptor, launched {after} after it, burns for {burn} "
        "to the speed taken for it, {speed}, and meets the target {high} up, {met} after the target's launch.",
        {
            "range": _of(data, "target_range_km", "km"),
            "apogee": _of(data, "target_apogee_km", "km"),
            "after": _of(data, "launch_after_s", "s"),
            "burn": _of(data, "burnout_s", "s"),
            "speed": _claimed(data),
            "high": _of(data, "intercept_altitude_km", "km"),
            "met": _of(data, "intercept_after_s", "s"),
        },
        figure="flight-test-map",
    )


def _safety(data: xr.Dataset) -> Sentence:
    bad = [str(p) for p, s in zip(data.place.values, data.clear_spare.values, strict=True) if s < 0.0]
    margin = _of(data, "margin_km", "km")
    share = Number(100 * float(data.attrs["contained_share"]), unit="%")
    if bad:
        return Sentence(
            "Range safety: the margin of {margin} about the areas that hold {share} of all impacts is broken at {places}.",
            {"margin": margin, "share": share},
            {"places": "; ".join(bad)},
            figure="flight-test-map",
            lead=True,
        )
    least = int(np.argmin(data.clear_spare.values))
    return Sentence(
        "Range safety: every place and observer keeps the margin of {margin} about the areas that hold {share} of all impacts; "
        "the nearest, {place}, has {spare} to spare.",
        {"margin": margin, "share": share, "spare": Number(float(data.clear_spare[least]), unit="km")},
        {"place": str(data.place.values[least])},
        figure="flight-test-map",
        lead=True,
    )


def _notified(data: xr.Dataset) -> Sentence:
    asked = data.notice_none.values == ""
    wrong = [str(n) for n, text in zip(data.notice.values, data.notice_findings.values, strict=True) if text]
    numbers = {"asked": Number(float(asked.sum())), "all": Number(float(data.sizes["notice"]))}
    words = "Of {all} instruments looked at, {asked} ask for a notice of this test; "
    if wrong:
        return Sentence(
            words + "something is wrong under {names}.",
            numbers,
            {"names": ", ".join(wrong)},
            "flight-test-notices",
            lead=True,
        )
    return Sentence(words + "each is complete and in time.", numbers, figure="flight-test-notices", lead=True)


def _learnt(data: xr.Dataset) -> Sentence:
    parts, numbers, names = [], {}, {}
    for k, name in enumerate(data.setup.values):
        key = "abcdefghijklmnopqrstuvwxyz"[k % 26]  # a template holds no digits
        parts.append(f"{{name_{key}}}: {{speed_{key}}}")
        names[f"name_{key}"] = str(name)
        numbers[f"speed_{key}"] = Number(
            HALF_WIDTH * float(data.setup_speed_error[k]),
            unit="m/s",
            digits=1,
            method=f"half a 95 % interval; {BOUND}",
        )
    return Sentence(
        f"In one test, from where it stands in the plan, each set-up would learn the burnout speed to within (half an interval of {{level}}): {'; '.join(parts)}.",
        numbers | {"level": Number(95.0, unit="%")},
        names,
        figure="flight-test-sight",
    )


def _best(data: xr.Dataset) -> tuple[Sentence, ...]:
    said = []
    for k, name in enumerate(data.option.values):
        error = float(data.best_speed_error[k])
        numbers = {
            "error": Number(error, unit="m/s", digits=1, method=f"one standard deviation; {BOUND}"),
            "certainty": Number(100 * float(data.attrs["certainty_share"]), unit="%"),
        }
        needed, flown = float(data.tests_needed[k]), float(data.tests_flown[k])
        words = (
            "Best place for {name}: {place}, where the error (one standard deviation, one test) is {error}; "
        )
        if not np.isfinite(needed):
            words += "the speed taken for the interceptor lies over the limit, and no number of tests shows that it keeps it to {certainty}."
        else:
            words += "if nothing is hidden, {needed} usable tests give {certainty} certainty in nine campaigns of ten"
            numbers["needed"] = Number(needed, method="((z_c + z_p) s / (L - v)) squared, flat prior")
            if flown > needed:
                words += " ({flown} flown, clouds counted)"
                numbers["flown"] = Number(flown)
            words += "."
        names = {"name": str(name), "place": tables.spot(float(data.best_lat[k]), float(data.best_lon[k]))}
        said.append(Sentence(words, numbers, names, figure="flight-test-places"))
    return tuple(said)


def _setup_said(one: xr.Dataset, *, lead: bool) -> Sentence:
    good = np.isfinite(one.speed.values)
    label = str(one.setup.values)
    name = {"name": label[:1].upper() + label[1:]}
    tests = Number(float(one.sizes["test"]))
    if not good.any():
        return Sentence("{name}: nothing was seen in {tests} tests.", {"tests": tests}, name, lead=lead)
    half = HALF_WIDTH * one.speed_error.values[good]
    inside = np.abs(one.speed.values[good] - one.true_speed.values[good]) <= half
    first = int(np.flatnonzero(good)[0])
    estimate, sigma = float(one.speed[first]) / 1e3, float(one.speed_error[first]) / 1e3
    return Sentence(
        "{name}: in its first usable test the burnout speed is estimated as {speed} and the burnout time as {time}; half of "
        "the interval of {level} is {half} in the median of {tests} tests, and {inside} of {usable} intervals hold the truth.",
        {
            "speed": tables.interval(estimate, sigma, "km/s", 4),
            "time": tables.interval(float(one.burnout[first]), float(one.burnout_error[first]), "s", 2),
            "half": Number(float(np.median(half)), unit="m/s", digits=1, method=FIT),
            "level": Number(95.0, unit="%"),
            "tests": tests,
            "inside": Number(float(inside.sum())),
            "usable": Number(float(good.sum())),
        },
        name,
        figure="flight-test-estimates",
        lead=lead,
    )


def _probability(value: float, method: str = "") -> Number:
    return Number(100 * value, unit="%", digits=1, method=method)


def _verdict(data: xr.Dataset) -> Sentence:
    last = data.isel(tests=-1, setup=0)
    method = "posterior over full speed and restraint, flat prior of the speed"
    return Sentence(
        "After {tests} tests ({setup}) the probability that the full burnout speed is at most {limit} is {open} if restraint "
        "is ruled out, {nominal} if its probability is {belief}, and {high} if it is {most}.",
        {
            "tests": Number(float(data.tests[-1])),
            "limit": _of(data, "limit_km_s", "km/s", 1),
            "open": _probability(float(last.posterior[0]), method),
            "nominal": _probability(float(last.posterior[1]), method),
            "high": _probability(float(last.posterior[2]), method),
            "belief": _probability(float(data.restraint[1])),
            "most": _probability(float(data.restraint[2])),
        },
        {"setup": str(data.setup.values[0])},
        figure="flight-test-evidence-curve",
        lead=True,
    )


def _ceiling(data: xr.Dataset) -> Sentence:
    return Sentence(
        "What no test can show: a system that holds back. With a probability of restraint of {belief} the answer settles at "
        "{top}, however many tests show {shown}; with {most}, at {low}. To go further takes a baseline: a declared "
        "burn time and loading, an inspection, or a test known to be at full energy.",
        {
            "belief": _probability(float(data.restraint[1])),
            "most": _probability(float(data.restraint[2])),
            "shown": _of(data, "shown_km_s", "km/s", 1),
            "top": _probability(float(data.ceiling[1])),
            "low": _probability(float(data.ceiling[2])),
        },
        figure="flight-test-evidence-curve",
        lead=True,
    )


def _ratio(data: xr.Dataset) -> Sentence:
    last = data.log10_ratio.isel(tests=-1, setup=0)
    return Sentence(
        "Between the two claims, {first} and {second}, the tests weigh by a factor whose decimal logarithm is {open} if "
        "restraint is ruled out, and {nominal} if its probability is {belief}.",
        {
            "first": _of(data, "first_km_s", "km/s", 1),
            "second": _of(data, "second_km_s", "km/s", 1),
            "open": Number(float(last[0]), digits=1),
            "nominal": Number(float(last[1]), digits=1),
            "belief": _probability(float(data.restraint[1])),
        },
        figure="flight-test-ratio",
    )
