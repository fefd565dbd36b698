"""Charts of a flight test, from its results only: map, flight, sight, places of an observer, estimates, evidence."""

from __future__ import annotations

import numpy as np
import xarray as xr

from equipoise.foundation.sphere import circle_deg
from equipoise.geography.window import Window
from equipoise.present.chart import Chart, Mark, Row, rows
from equipoise.present.map_chart import area, fields, map_chart, path, place

SINCE = "time after the interceptor's launch (s)"
AREAS = {
    "stage": "drop zone of a spent stage",
    "debris": "debris of the intercept",
    "miss": "bodies if the intercept fails",
}
"""Each kind of hazard area in words."""
UNSEEN_M_S = 300.0
"""An expected error above this says that next to nothing is learnt; maps end their scale there."""
LONGITUDES = ("target_lon", "interceptor_lon", "area_lon", "observer_lon", "keep_lon", "best_lon")


def plan_map(data: xr.Dataset) -> Chart:
    """Return both paths, hazard areas, places kept clear, and observers with what they see and how far."""
    window = plan_window(data)
    data = into_window(window, data)
    made: list[Row] = [
        *path("target", data.target_lat, data.target_lon),
        *path("interceptor", data.interceptor_lat, data.interceptor_lon),
    ]
    for i, name in enumerate(data.area.values):
        made += area(AREAS[str(data.area_kind.values[i])], data.area_lat[i], data.area_lon[i], str(name))
    for k in np.flatnonzero(np.isfinite(data.keep_lat.values)):
        made += area(
            "kept clear, with margin", *circle_deg(*kept_clear(data, int(k))), str(data.place.values[k])
        )
    for i, name in enumerate(map(str, data.observer.values)):
        made += _observer(data.isel(observer=i), name, float(data.interceptor_time[0]))
    burnout, meeting = (
        (data.attrs[f"{what}_lat_deg"], data.attrs[f"{what}_lon_deg"]) for what in ("burnout", "intercept")
    )
    return map_chart(
        window, [*made, *place("burnout", *burnout, "burnout"), *place("intercept", *meeting, "intercept")]
    )


def _observer(data: xr.Dataset, name: str, launch_s: float) -> list[Row]:
    """Return an observer, the part of the path that it sees as a fan, and its reach at the altitude of burnout."""
    lat, lon, since = float(data.observer_lat), float(data.observer_lon), data.interceptor_time - launch_s
    seen = ((since >= data.seen_from) & (since <= data.seen_to)).values
    fan = area(
        "what an observer sees of the flight",
        [lat, *data.interceptor_lat.values[seen], lat],
        [lon, *data.interceptor_lon.values[seen], lon],
        f"{name} sees",
    )
    reach = path(
        "its reach at the altitude of burnout",
        *circle_deg(lat, lon, float(data.observer_reach)),
        f"{name} reaches",
    )
    kind = "observer, optical" if int(data.observer_optical) else "observer, radar"
    return [*(fan if seen.any() else []), *reach, *place(kind, lat, lon, name)]


def flight(data: xr.Dataset) -> Chart:
    """Return altitude and speed of the interceptor over time, a panel for each."""
    since = (data.interceptor_time - float(data.interceptor_time[0])).values
    of = {
        "altitude (km)": data.interceptor_altitude,
        "speed relative to the Earth (km/s)": data.interceptor_speed,
    }
    made: tuple[Row, ...] = tuple(
        {"panel": panel, "x": round(float(t), 2), "value": float(f"{float(v):.5g}")}
        for panel, values in of.items()
        for t, v in zip(since, values.values, strict=True)
        if np.isfinite(v)
    )
    return Chart(Mark.LINES, made, x=SINCE, rules=((float(data.attrs["burnout_s"]), "burnout"),))


def sight(data: xr.Dataset) -> Chart:
    """Return when each observer sees the interceptor."""
    made = rows({"low": data.seen_from, "high": data.seen_to}, group="observer")
    return Chart(Mark.SPANS, made, x=SINCE, rules=((float(data.attrs["burnout_s"]), "burnout"),))


def place_maps(data: xr.Dataset) -> Chart:
    """Return the expected error of the burnout speed by place of the observer, a panel for each kind, with the best place."""
    window = Window.of_cells(data.grid_lat, data.grid_lon)
    data = into_window(window, data)
    lat, lon = data.grid_lat.values, window.into(data.grid_lon.values)
    made: list[Row] = []
    for k, option in enumerate(map(str, data.option.values)):
        error = np.minimum(data.map_speed_error.values[k], UNSEEN_M_S)
        one = [
            *fields("expected error", lat, lon, error),
            *path("interceptor", data.interceptor_lat, data.interceptor_lon),
            *place("burnout", data.attrs["burnout_lat_deg"], data.attrs["burnout_lon_deg"], "burnout"),
            *place("best place", float(data.best_lat[k]), float(data.best_lon[k]), "best place"),
        ]
        made += [{"panel": option} | dict(row) for row in one]
    return map_chart(
        window, made, "stronger: smaller expected error of the burnout speed, one standard deviation (m/s)"
    )


def estimates(data: xr.Dataset) -> Chart:
    """Return each test's estimate less the truth with its 95 % interval, a panel for each set-up."""
    error, half = data.speed - data.true_speed, 1.96 * data.speed_error
    made = rows(
        {"value": error, "low": error - half, "high": error + half}, ("setup",), x="test", series="setup"
    )
    return Chart(Mark.POINTS, made, x="test", y="estimated less true burnout speed (m/s)")


def evidence(data: xr.Dataset) -> Chart:
    """Return the probability that the limit is kept over tests: a panel for each belief in restraint, a line for each set-up."""
    made = [row for b in range(data.sizes["restraint"]) for row in _belief(data.isel(restraint=b))]
    limit = f"probability that the full speed is at most {data.attrs['limit_km_s']:g} km/s"
    return Chart(Mark.LINES, tuple(made), x="tests observed; band: 5 to 95 % of simulated campaigns", y=limit)


def _belief(one: xr.Dataset) -> list[Row]:
    """Return the lines for one belief in restraint, the first set-up's with its band, and what they are held against."""
    made: list[Row] = []
    for s, setup in enumerate(map(str, one.setup.values)):
        band = one.posterior_band.isel(setup=s)
        ends = (
            {} if s else {"low": band.isel(quantile=0, drop=True), "high": band.isel(quantile=-1, drop=True)}
        )
        made += [
            {"series": setup} | dict(row)
            for row in rows({"value": one.posterior.isel(setup=s)} | ends, x="tests")
        ]
    level = {
        "certainty asked for": one.attrs["certainty_share"],
        "where it settles, however many tests": one.ceiling,
    }
    for name, value in level.items():
        made += [{"series": name, "x": float(n), "value": float(value)} for n in one.tests.values[[0, -1]]]
    panel = f"belief in restraint {float(one.restraint):.0%}"
    return [{"panel": panel} | dict(row) for row in made]


def ratio(data: xr.Dataset) -> Chart:
    """Return the power of ten of the likelihood ratio of the two claimed speeds over tests, a line for each belief in restraint."""
    one = data.log10_ratio.isel(setup=0, drop=True)
    named = one.assign_coords(restraint=[f"belief in restraint {float(v):.0%}" for v in one.restraint.values])
    claims = f"{data.attrs['first_km_s']:g} over {data.attrs['second_km_s']:g} km/s"
    return Chart(
        Mark.LINES,
        rows({"value": named}, x="tests", series="restraint"),
        x="tests observed",
        y=f"weight for {claims}, as a power of ten",
    )


def plan_window(data: xr.Dataset) -> Window:
    """Return the window that holds paths, hazard areas and observers, with a margin."""
    lat = np.concatenate([data.target_lat, data.area_lat.values.ravel(), data.observer_lat])
    lon = np.concatenate([data.target_lon, data.area_lon.values.ravel(), data.observer_lon])
    return Window.around(lat, lon, margin_deg=1.2)


def kept_clear(data: xr.Dataset, place: int) -> tuple[float, float, float]:
    """Return latitude, longitude (degrees) and radius (km), its margin included, of a circle to be kept clear."""
    radius = float(data.keep_radius[place]) + float(data.attrs["margin_km"])
    return float(data.keep_lat[place]), float(data.keep_lon[place]), radius


def into_window(window: Window, data: xr.Dataset) -> xr.Dataset:
    """Return the plan with its longitudes as the numbers that lie in the window, which may cross 180 degrees."""
    moved = {
        name: data[name].copy(data=window.into(data[name].values)) for name in LONGITUDES if name in data
    }
    points = {key: float(window.into(data.attrs[key])) for key in ("intercept_lon_deg", "burnout_lon_deg")}
    return data.assign(moved).assign_attrs(points)
