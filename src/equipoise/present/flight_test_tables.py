"""Tables of a flight test, from its results only."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equipoise.present.section import Column, Number, Table
from equipoise.present.table_rows import Columns, Shown, percent, show, table_over

HALF_WIDTH = 1.959963984540054
"""Half a 95 % interval in standard deviations of the normal distribution."""
BOUND = "information of all measurements of the planned flight (Cramer-Rao), nominal instruments"
FIT = "maximum a posteriori fit of the last seconds of boost and the coast; interval from its information"


def spot(lat: float, lon: float) -> str:
    """Return a place in words."""
    return f"{abs(lat):.1f}°{'N' if lat >= 0 else 'S'} {abs(lon):.1f}°{'E' if lon >= 0 else 'W'}"


def areas(data: xr.Dataset) -> Table:
    """Return the hazard areas."""
    columns: Columns = {
        Column("What comes down"): "area",
        Column("Longer semi-axis", "km", 1): "area_long",
        Column("Shorter semi-axis", "km", 1): "area_short",
        Column("First impact", "s", 0): "area_first",
        Column("Last impact", "s", 0): "area_last",
    }
    title = "Hazard areas; times after the target's launch"
    return table_over(data, ("area",), "flight-test-areas", title, columns)


def clearances(data: xr.Dataset) -> Table:
    """Return the distances of places and observers from the hazard areas."""
    columns: Columns = {
        Column("Place"): "place",
        Column("Distance", "km", 0): "clear_distance",
        Column("Beyond the margin", "km", 0): "clear_spare",
        Column("Nearest hazard area"): "clear_from",
    }
    title = "Distances from the hazard areas"
    return table_over(data, ("place",), "flight-test-clearances", title, columns)


def observers(data: xr.Dataset) -> Table:
    """Return who sees what, when."""
    columns: Columns = {
        Column("Observer"): "observer",
        Column("Party"): "observer_party",
        Column("Sees from", "s", 0): "seen_from",
        Column("to", "s", 0): "seen_to",
        Column("Nearest range", "km", 0): "seen_nearest",
        Column("Greatest elevation", "°", 1): "seen_highest",
    }
    title = "Observers; times after the interceptor's launch"
    return table_over(data, ("observer",), "flight-test-observers", title, columns)


def best_places(data: xr.Dataset) -> Table:
    """Return the best place of each option and what it needs."""
    columns: Columns = {
        Column("Option"): "option",
        Column("Best place"): show("best_lat", "best_lon", how=spot),
        Column("Error of speed", "m/s", 2, method=BOUND): "best_speed_error",
        Column("of burnout time", "s", 3, method=BOUND): "best_time_error",
        Column("of acceleration", "m/s²", 2, method=BOUND): "best_force_error",
        Column("Usable tests needed"): show("tests_needed", how=_count),
        Column("Tests flown, clouds counted"): show("tests_flown", how=_count),
    }
    title = "Where to stand, one standard deviation each"
    return table_over(data, ("option",), "flight-test-best-places", title, columns)


def _count(value: float) -> str:
    return f"{value:.0f}" if np.isfinite(value) else "never"


def notices(data: xr.Dataset) -> Table:
    """Return the notices and their faults."""

    def asked(none: str, given: str) -> str:
        return f"no: {none}" if none else f"yes, given {given[:16]} UTC"

    def wrong(findings: str, none: str) -> str:
        return findings.replace("\n", "; ") or ("" if none else "nothing")

    columns: Columns = {
        Column("Instrument"): "notice_title",
        Column("Its standing"): "notice_standing",
        Column("Asks for a notice"): show("notice_none", "notice_given", how=asked),
        Column("What is wrong with it"): show("notice_findings", "notice_none", how=wrong),
    }
    return table_over(data, ("notice",), "flight-test-notices", "Notices", columns)


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

    def fitted(name: str, digits: int) -> Shown:
        def told(value: float, sigma: float, speed: float) -> Number | str:
            if np.isfinite(speed):
                return interval(float(value), float(sigma), "", digits)
            return "nothing seen" if name == "speed" else ""

        return show(name, f"{name}_error", "speed", how=told)

    columns: Columns = {
        Column("Set-up"): "setup",
        Column("Test", digits=0): show("test", how=int),
        Column("True speed", "m/s", 1): "true_speed",
        Column("Estimated speed", "m/s", 1, method=FIT): fitted("speed", 1),
        Column("Burnout time", "s", 2, method=FIT): fitted("burnout", 2),
        Column("Acceleration", "m/s²", 1, method=FIT): fitted("force", 1),
        Column("Burnout altitude", "km", 1): show(
            "height", "speed", how=lambda h, speed: float(h) if np.isfinite(speed) else ""
        ),
    }
    title = "Estimates with 95 % intervals"
    return table_over(data, ("setup", "test"), "flight-test-estimate-table", title, columns, folded=True)


def posterior(data: xr.Dataset) -> Table:
    """Return the posterior after each test."""
    columns: Columns = {
        Column("Restraint"): show("restraint", how="{:.0%}".format),
        Column("Set-up"): "setup",
    }
    columns |= {
        Column(f"{int(n)} tests", "%", 1): show("posterior", how=percent, tests=n) for n in data.tests.values
    }
    columns |= {Column("Settles at", "%", 1): show("ceiling", how=percent)}
    title = f"Probability that the full speed is at most {data.attrs['limit_km_s']:g} km/s"
    return table_over(data, ("restraint", "setup"), "flight-test-posterior", title, columns, folded=True)


def ratios(data: xr.Dataset) -> Table:
    """Return the weight between the two claims after each test."""
    first = data.isel(setup=0)
    columns: Columns = {Column("Tests", digits=0): show("tests", how=int)}
    columns |= {
        Column(f"log10 of the ratio, restraint {float(b):.0%}", "", 2): show("log10_ratio", restraint=b)
        for b in data.restraint.values
    }
    return table_over(first, ("tests",), "flight-test-ratios", "Weight between the two claims", columns)


def restraint(data: xr.Dataset) -> Table:
    """Return the signs of a restrained system."""

    def sign(name: str, form: str) -> Shown:
        return show(
            name, how=lambda value: form.format(value) if np.isfinite(value) else "cannot hide so much"
        )

    columns: Columns = {
        Column("Shown share of the full speed"): show("shown_share", how="{:.0%}".format),
        Column("Full speed", "km/s", 2): "hidden_speed",
        Column("Part-loaded: last burn shorter by"): sign("hidden_shorter", "{:.1f} s"),
        Column("Ballasted: last acceleration lower by"): sign("hidden_lower", "{:.0%}"),
        Column("Wasted across: push off the velocity by"): sign("hidden_off_axis", "{:.0f}°"),
    }
    title = f"What would hide behind {data.attrs['first_km_s']:g} km/s, and its signs (last stage restrained)"
    return table_over(data, ("shown_share",), "flight-test-restraint", title, columns)
