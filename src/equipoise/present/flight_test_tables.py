"""Tables of a flight test, from its results only."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equipoise.present.section import Cells, Column, Number, Table

HALF_WIDTH = 1.959963984540054
"""Half a 95 % interval in standard deviations of the normal distribution."""
BOUND = "information of all measurements of the planned flight (Cramer-Rao), nominal instruments"
FIT = "maximum a posteriori fit of the last seconds of boost and the coast; interval from its information"


def spot(lat: float, lon: float) -> str:
    """Return a place in words."""
    return f"{abs(lat):.1f}°{'N' if lat >= 0 else 'S'} {abs(lon):.1f}°{'E' if lon >= 0 else 'W'}"


def areas(data: xr.Dataset) -> Table:
    """Return the hazard areas."""
    rows = tuple(
        (
            str(data.area.values[i]),
            float(data.area_long[i]),
            float(data.area_short[i]),
            float(data.area_first[i]),
            float(data.area_last[i]),
        )
        for i in range(data.sizes["area"])
    )
    heads = (
        Column("What comes down"),
        Column("Longer semi-axis", "km", 1),
        Column("Shorter semi-axis", "km", 1),
        Column("First impact", "s", 0),
        Column("Last impact", "s", 0),
    )
    return Table("flight-test-areas", "Hazard areas; times after the target's launch", heads, rows)


def clearances(data: xr.Dataset) -> Table:
    """Return the distances of places and observers from the hazard areas."""
    rows = tuple(
        (
            str(place),
            float(data.clear_distance[i]),
            float(data.clear_spare[i]),
            str(data.clear_from.values[i]),
        )
        for i, place in enumerate(data.place.values)
    )
    heads = (
        Column("Place"),
        Column("Distance", "km", 0),
        Column("Beyond the margin", "km", 0),
        Column("Nearest hazard area"),
    )
    return Table("flight-test-clearances", "Distances from the hazard areas", heads, rows)


def observers(data: xr.Dataset) -> Table:
    """Return who sees what, when."""
    rows: tuple[Cells, ...] = tuple(
        (
            str(name),
            str(data.observer_party.values[i]),
            *(float(data[key][i]) for key in ("seen_from", "seen_to", "seen_nearest", "seen_highest")),
        )
        for i, name in enumerate(data.observer.values)
    )
    heads = (
        Column("Observer"),
        Column("Party"),
        Column("Sees from", "s", 0),
        Column("to", "s", 0),
        Column("Nearest range", "km", 0),
        Column("Greatest elevation", "°", 1),
    )
    return Table("flight-test-observers", "Observers; times after the interceptor's launch", heads, rows)


def best_places(data: xr.Dataset) -> Table:
    """Return the best place of each option and what it needs."""
    rows = tuple(
        (
            str(name),
            spot(float(data.best_lat[k]), float(data.best_lon[k])),
            float(data.best_speed_error[k]),
            float(data.best_time_error[k]),
            float(data.best_force_error[k]),
            _count(float(data.tests_needed[k])),
            _count(float(data.tests_flown[k])),
        )
        for k, name in enumerate(data.option.values)
    )
    heads = (
        Column("Option"),
        Column("Best place"),
        Column("Error of speed", "m/s", 2, method=BOUND),
        Column("of burnout time", "s", 3, method=BOUND),
        Column("of acceleration", "m/s²", 2, method=BOUND),
        Column("Usable tests needed"),
        Column("Tests flown, clouds counted"),
    )
    return Table("flight-test-best-places", "Where to stand, one standard deviation each", heads, rows)


def _count(value: float) -> str:
    return f"{value:.0f}" if np.isfinite(value) else "never"


def notices(data: xr.Dataset) -> Table:
    """Return the notices and their faults."""
    rows = tuple(
        (
            str(data.notice_title.values[i]),
            str(data.notice_standing.values[i]),
            f"no: {data.notice_none.values[i]}" if str(data.notice_none.values[i]) else f"yes, given {data.notice_given.values[i][:16]} UTC",
            str(data.notice_findings.values[i]).replace("\n", "; ") or ("" if str(data.notice_none.values[i]) else "nothing"),
        )
        for i in range(data.sizes["notice"])
    )  # fmt: skip
    heads = (
        Column("Instrument"),
        Column("Its standing"),
        Column("Asks for a notice"),
        Column("What is wrong with it"),
    )
    return Table("flight-test-notices", "Notices", heads, rows)


def notice_texts(data: xr.Dataset) -> Table:
    """Return the notices line by line."""
    rows = []
    for i, name in enumerate(data.notice.values):
        for line in str(data.notice_text.values[i]).split("\n"):
            head, _, said = line.partition(": ")
            if said:
                rows.append((str(name), head, said))
            elif line.startswith("  ("):
                rows.append((str(name), "", line.strip()))
    heads = (Column("Notice"), Column("Field"), Column("Content"))
    return Table("flight-test-notice-texts", "The notices in full", heads, tuple(rows), folded=True)


def interval(value: float, sigma: float, unit: str, digits: int) -> Number:
    """Return a value with its 95 % interval."""
    half = HALF_WIDTH * sigma
    return Number(value, value - half, value + half, unit=unit, digits=digits, method=FIT)


def estimates(data: xr.Dataset) -> Table:
    """Return every estimate with its interval."""
    rows: list[Cells] = []
    for k, name in enumerate(data.setup.values):
        for t, number in enumerate(data.test.values):
            one = data.isel(setup=k, test=t)
            true = float(one.true_speed)
            if not np.isfinite(float(one.speed)):
                rows.append((str(name), int(number), true, "nothing seen", "", "", ""))
                continue
            rows.append(
                (
                    str(name),
                    int(number),
                    true,
                    interval(float(one.speed), float(one.speed_error), "", 1),
                    interval(float(one.burnout), float(one.burnout_error), "", 2),
                    interval(float(one.force), float(one.force_error), "", 1),
                    float(one.height),
                )
            )
    heads = (
        Column("Set-up"),
        Column("Test", digits=0),
        Column("True speed", "m/s", 1),
        Column("Estimated speed", "m/s", 1, method=FIT),
        Column("Burnout time", "s", 2, method=FIT),
        Column("Acceleration", "m/s²", 1, method=FIT),
        Column("Burnout altitude", "km", 1),
    )
    return Table(
        "flight-test-estimate-table", "Estimates with 95 % intervals", heads, tuple(rows), folded=True
    )


def posterior(data: xr.Dataset) -> Table:
    """Return the posterior after each test."""
    rows: tuple[Cells, ...] = tuple(
        (
            f"{float(belief):.0%}",
            str(setup),
            *(100 * float(v) for v in data.posterior.isel(restraint=b, setup=s).values),
            100 * float(data.ceiling[b]),
        )
        for b, belief in enumerate(data.restraint.values)
        for s, setup in enumerate(data.setup.values)
    )
    counts = tuple(Column(f"{int(n)} tests", "%", 1) for n in data.tests.values)
    heads = (Column("Restraint"), Column("Set-up"), *counts, Column("Settles at", "%", 1))
    title = f"Probability that the full speed is at most {data.attrs['limit_km_s']:g} km/s"
    return Table("flight-test-posterior", title, heads, rows, folded=True)


def ratios(data: xr.Dataset) -> Table:
    """Return the weight between the two claims after each test."""
    rows = tuple(
        (
            int(n),
            *(
                float(data.log10_ratio.isel(restraint=b, setup=0, tests=k))
                for b in range(data.sizes["restraint"])
            ),
        )
        for k, n in enumerate(data.tests.values)
    )
    beliefs = tuple(
        Column(f"log10 of the ratio, restraint {float(b):.0%}", "", 2) for b in data.restraint.values
    )
    return Table(
        "flight-test-ratios", "Weight between the two claims", (Column("Tests", digits=0), *beliefs), rows
    )


def restraint(data: xr.Dataset) -> Table:
    """Return the signs of a restrained system."""
    rows: tuple[Cells, ...] = tuple(
        (
            f"{float(share):.0%}",
            float(data.hidden_speed[k]),
            *(_or_not(float(data[key][k]), form) for key, form in _SIGNS),
        )
        for k, share in enumerate(data.shown_share.values)
    )
    heads = (
        Column("Shown share of the full speed"),
        Column("Full speed", "km/s", 2),
        Column("Part-loaded: last burn shorter by"),
        Column("Ballasted: last acceleration lower by"),
        Column("Wasted across: push off the velocity by"),
    )
    title = f"What would hide behind {data.attrs['first_km_s']:g} km/s, and its signs (last stage restrained)"
    return Table("flight-test-restraint", title, heads, rows)


_SIGNS = (("hidden_shorter", "{:.1f} s"), ("hidden_lower", "{:.0%}"), ("hidden_off_axis", "{:.0f}°"))


def _or_not(value: float, form: str) -> str:
    return form.format(value) if np.isfinite(value) else "cannot hide so much"
