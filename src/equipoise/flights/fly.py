"""Flights for people: degrees and kilometres outside, one :class:`~equipoise.results.record.Result` inside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import copysign, isfinite, nan
from typing import TYPE_CHECKING, Any

import numpy as np

from equipoise import __version__
from equipoise.engagement.kernel_inputs import EARTHS, FAMILIES
from equipoise.flights.flight_events import flight_events, flight_inputs, sample_times
from equipoise.flights.vehicles import Flown, Flyer, flyer, published_range_km
from equipoise.foundation.constants import STANDARD_GRAVITY_M_S2
from equipoise.foundation.errors import DomainError, EquipoiseError, unknown_name
from equipoise.foundation.status import FlightStatus
from equipoise.model.path_family import PathFamily, path_family, to_the_end
from equipoise.physics.environment.earth import EarthModel, ecef_to_geodetic
from equipoise.physics.flight import dense_output as dense
from equipoise.physics.flight import flight as kernels
from equipoise.physics.flight.kinematic import Kinematic
from equipoise.physics.flight.targeting import Solution, solve_batch
from equipoise.physics.flight.vehicle import Steering
from equipoise.results.record import Provenance, Result
from equipoise.results.schema import dataset, kind

if TYPE_CHECKING:
    import xarray as xr

KM, DEG = 1e3, np.pi / 180.0
NOTES: tuple[str, ...] = (
    "point mass; J2 gravity, US Standard Atmosphere 1976 that turns with the Earth",
    "the vehicle's numbers are nominal; their ranges are in the catalogue",
)

VARIABLES = {
    "time_of_flight_s": ("time_of_flight_s", 1.0),
    "impact_lat": ("impact_lat_rad", DEG),
    "impact_lon": ("impact_lon_rad", DEG),
    "range_km": ("range_m", KM),
    "apogee_km": ("apogee_m", KM),
    "apogee_time_s": ("apogee_time_s", 1.0),
    "burnout_time_s": ("burnout_time_s", 1.0),
    "burnout_altitude_km": ("burnout_altitude_m", KM),
    "burnout_downrange_km": ("burnout_downrange_m", KM),
    "burnout_speed_km_s": ("burnout_speed_m_s", KM),
    "burnout_path_angle": ("burnout_path_angle_rad", DEG),
    "burnout_mass_kg": ("burnout_mass_kg", 1.0),
    "peak_deceleration_g": ("peak_deceleration_m_s2", STANDARD_GRAVITY_M_S2),
    "peak_deceleration_altitude_km": ("peak_deceleration_altitude_m", KM),
    "impact_speed_km_s": ("impact_speed_m_s", KM),
}
"""What a flight reports: name outside, field of the kernels' result, unit factor."""


class NoFlightError(EquipoiseError):
    """The vehicle cannot fly as asked; ``status`` is the :class:`FlightStatus`, the message its sentence.

    >>> import equipoise as eq
    >>> try:
    ...     eq.fly("ghadr-1", start=(38.0, 46.5), aim=(44.4, 26.1))
    ... except eq.NoFlightError as error:
    ...     print(error.status.name, error)
    OUT_OF_RANGE The vehicle cannot reach the aim point. It reaches 1566 km on a path of the family minimum energy.
    """

    def __init__(self, status: FlightStatus, reached_km: float = nan, how: str = "") -> None:
        """Keep the status and, out of range, the range that is reached and on what path."""
        self.status = status
        far = f" It reaches {reached_km:.0f} km on a {how}." if isfinite(reached_km) else ""
        super().__init__(status.sentence + far)


@dataclass(frozen=True)
class Shape:
    """What fixes the shape of a path: one of loft angle (°), apogee (km), time of flight (s), thrust to the end.

    Without any of them the family's own loft holds (:mod:`equipoise.model.path_family`).
    """

    family: str = "minimum_energy"
    loft_deg: float | None = None
    apogee_km: float | None = None
    time_s: float | None = None
    full_burn: bool = False


def earth_of(name: str | EarthModel) -> EarthModel:
    """Return an Earth model: by name (wgs84, sphere, still_sphere), or as it is given."""
    if isinstance(name, EarthModel):
        return name
    if name not in EARTHS:
        raise unknown_name("Earth model", name, EARTHS)
    return EARTHS[name]


def solve(
    missile: Flown,
    *,
    start: Any,
    aim: Any,
    family: str = "minimum_energy",
    loft_deg: float | None = None,
    apogee_km: float | None = None,
    time_s: float | None = None,
    full_burn: bool | None = None,
    earth: str | EarthModel = "wgs84",
    steering: Steering | None = None,
    threads: int | None = None,
) -> xr.Dataset:
    """Return the paths from ``start`` to ``aim``, each (latitude, longitude) in degrees or arrays (n, 2), as a dataset.

    ``family`` is minimum_energy, lofted or depressed, by ``loft_deg`` if given, else by the family's own angle; or give ``apogee_km`` or ``time_s``. A vehicle that
    cannot end its thrust flies to the end of it (``full_burn``), lofted unless the family says depressed. ``status`` says,
    path by path, why there is none: ``FlightStatus(int(status)).sentence``.

    >>> import equipoise as eq
    >>> found = eq.solve("ghadr-1", start=(38.0, 46.5), aim=[(41.0, 29.0), (39.9, 32.9)])
    >>> found.apogee_km.round().values.tolist()
    [389.0, 306.0]
    """
    import xarray as xr

    what = flyer(missile, steering)
    shape = Shape(family, loft_deg, apogee_km, time_s, _burns_on(what, full_burn, apogee_km, time_s))
    found = _solve(what, _points(start, "start"), _points(aim, "aim"), shape, earth_of(earth), threads)
    columns = {
        "status": (found.status, "1", "how the search ended: see equipoise.foundation.status.FlightStatus"),
        "azimuth": (found.azimuth_rad / DEG % 360.0, "degrees", "launch azimuth, clockwise from north"),
        "path_angle": (found.path_angle_rad / DEG, "degrees", "path angle at thrust end"),
        "speed_km_s": (found.speed_m_s / KM, "km s-1", "speed over ground at thrust end"),
        "burn_time_s": (found.burn_time_s, "s", "time of thrust end"),
        "time_of_flight_s": (found.time_of_flight_s, "s", "time from launch to impact"),
        "apogee_km": (found.apogee_m / KM, "km", "greatest altitude"),
        "miss_m": (found.miss_m, "m", "distance of the impact from the aim point"),
        "reached_range_km": (found.reached_range_m / KM, "km", "range that is reached"),
        "peak_deceleration_g": (found.peak_deceleration_m_s2 / STANDARD_GRAVITY_M_S2, "1", "greatest deceleration by air, in g"),
        "shape": (found.shape_rad / DEG, "degrees", "path angle (kinematic) or tilt (staged) that flies it"),
    }  # fmt: skip
    return xr.Dataset(
        {
            name: ("path", values, {"units": unit, "long_name": text})
            for name, (values, unit, text) in columns.items()
        }
    )


def fly_batch(
    missile: Flown,
    *,
    start: Any,
    azimuth_deg: Any,
    angle_deg: Any,
    speed_km_s: Any = None,
    cutoff_s: Any = None,
    earth: str | EarthModel = "wgs84",
    steering: Steering | None = None,
    threads: int | None = None,
) -> xr.Dataset:
    """Return many flights of one vehicle, with what each was flown from, over ``flight``; positions, angles and cut-offs broadcast.

    ``angle_deg`` is the path angle at burnout (kinematic) or the tilt from the vertical (staged); thrust ends at
    ``speed_km_s`` (kinematic) or ``cutoff_s`` (staged), or when it is spent.

    >>> import equipoise as eq
    >>> flown = eq.fly_batch("ghadr-1", start=(38.0, 46.5), azimuth_deg=290.0, angle_deg=[30.0, 40.0, 50.0])
    >>> flown.plot.scatter(x="angle", y="range_km").figure  # doctest: +ELLIPSIS
    <Figure size ...>
    """
    import xarray as xr

    what, begin = flyer(missile, steering), _points(start, "start")
    flown = _fly(
        what, begin, np.asarray(azimuth_deg) * DEG, np.asarray(angle_deg) * DEG,
        _energy(what, speed_km_s, cutoff_s), earth_of(earth), threads=threads,
    )  # fmt: skip
    said = kind("flight").variables
    data = {
        name: ("flight", getattr(flown, field) / factor, said[name].attributes())
        for name, (field, factor) in VARIABLES.items()
    }
    about = {"units": "1", "long_name": "how the flight ended: see equipoise.foundation.status.FlightStatus"}
    made = xr.Dataset({"status": ("flight", flown.status, about)} | data)
    return made.assign_coords(flight_inputs(flown.status.size, begin / DEG, azimuth_deg, angle_deg))


def fly(
    missile: Flown,
    *,
    start: tuple[float, float],
    aim: tuple[float, float] | None = None,
    family: str = "minimum_energy",
    loft_deg: float | None = None,
    apogee_km: float | None = None,
    time_s: float | None = None,
    full_burn: bool | None = None,
    azimuth_deg: float | None = None,
    angle_deg: float | None = None,
    speed_km_s: float | None = None,
    cutoff_s: float | None = None,
    max_range_km: float | None = None,
    earth: str | EarthModel = "wgs84",
    steering: Steering | None = None,
) -> Result:
    """Return one flight: its path, events and numbers, as a result of kind ``flight``.

    Give ``aim`` and the path's shape as in :func:`solve`, or ``azimuth_deg`` and ``angle_deg`` as in :func:`fly_batch`.
    ``max_range_km`` replaces the nominal range of a catalogue missile. :class:`NoFlightError` says why there is no such
    flight.

    >>> import equipoise as eq
    >>> flight = eq.fly("ghadr-1", start=(38.0, 46.5), aim=(41.0, 29.0))
    >>> round(float(flight.data.range_km)), round(float(flight.data.apogee_km))
    (1535, 389)
    >>> flight.plot()  # doctest: +ELLIPSIS
    <Picture size ...>
    """
    what, model = flyer(missile, steering, max_range_km=max_range_km), earth_of(earth)
    begin = _points(start, "start")
    miss, notes = nan, NOTES
    if (aim is None) == (azimuth_deg is None):
        raise DomainError("give either an aim point, or an azimuth and an angle")
    if aim is not None:
        shape = Shape(family, loft_deg, apogee_km, time_s, _burns_on(what, full_burn, apogee_km, time_s))
        found = _solve(what, begin, _points(aim, "aim"), shape, model, 1)
        if found.status[0] != FlightStatus.OK:
            reached_km = float(found.reached_range_m[0]) / KM
            raise NoFlightError(FlightStatus(int(found.status[0])), reached_km, _said(shape))
        azimuth, angle, energy = found.azimuth_rad, found.shape_rad, found.energy
        miss = float(found.miss_m[0])
        notes = (_said(shape), *NOTES)
    else:
        if angle_deg is None or azimuth_deg is None:
            raise DomainError("with an azimuth, give the angle too: path angle (kinematic) or tilt (staged)")
        azimuth, angle = np.array([azimuth_deg * DEG]), np.array([angle_deg * DEG])
        energy = _energy(what, speed_km_s, cutoff_s)
    nodes = np.full((1, kernels.NODES, 10), np.nan)
    flown = _fly(what, begin, azimuth, angle, energy, model, nodes=nodes, threads=1)
    if flown.status[0] != FlightStatus.OK:
        raise NoFlightError(FlightStatus(int(flown.status[0])))
    made = _result(what, begin[0], aim, flown, nodes[0], model, float(azimuth[0]), miss)
    return replace(made, notes=notes)


def fly_as_published(missile: Flown, **wish: Any) -> Result:
    """Return :func:`fly`; when only the far end of the published range reaches the aim point, fly that and say so."""
    try:
        return fly(missile, **wish)
    except NoFlightError as error:
        span = published_range_km(missile)
        if error.status != FlightStatus.OUT_OF_RANGE or span is None or wish.get("max_range_km") is not None:
            raise
        nominal, far = span
        if not far > nominal:
            raise
        made = fly(missile, **wish | {"max_range_km": far})
    note = f"at its nominal range of {nominal:.0f} km it does not reach the aim point; flown at {far:.0f} km, the far end of what is published"
    return replace(made, notes=(note, *made.notes))


def _burns_on(what: Flyer, full_burn: bool | None, apogee_km: float | None, time_s: float | None) -> bool:
    if full_burn is not None:
        return full_burn
    return not what.ends_thrust and apogee_km is None and time_s is None


def _points(value: Any, name: str) -> np.ndarray:
    """Return points (n, 2) in rad of (latitude, longitude) in degrees."""
    points = np.atleast_2d(np.asarray(value, dtype=float))
    if points.ndim != 2 or points.shape[1] != 2 or not np.all(np.isfinite(points)):
        raise DomainError(f"{name} is (latitude, longitude) in degrees, or an array (n, 2) of them")
    if np.any(np.abs(points[:, 0]) > 90.0) or np.any(np.abs(points[:, 1]) > 360.0):
        raise DomainError(f"{name}: latitude goes to 90 degrees, longitude to 360")
    return points * DEG


def _family(shape: Shape) -> PathFamily:
    """Return the family that a shape flies, with the loft (deg, of either sign) that holds for it."""
    own = path_family(to_the_end(shape.family) if shape.full_burn else shape.family)
    if shape.loft_deg is None or own.loft_deg == 0.0:
        return own
    return replace(own, loft_deg=copysign(shape.loft_deg, own.loft_deg))


def _said(shape: Shape) -> str:
    """Return in words what fixes the shape of a path."""
    if shape.apogee_km is not None:
        return f"path with an apogee of {shape.apogee_km:g} km"
    if shape.time_s is not None:
        return f"path with a time of flight of {shape.time_s:g} s"
    family = _family(shape)
    if shape.full_burn:
        return f"{family.id} path, flown to the end of the thrust"
    return f"path of the family {family.words}"


def _solve(
    what: Flyer, start: np.ndarray, aim: np.ndarray, shape: Shape, earth: EarthModel, threads: int | None
) -> Solution:
    family = _family(shape)
    return solve_batch(
        what.vehicle,
        start_lat_rad=start[:, 0],
        start_lon_rad=start[:, 1],
        aim_lat_rad=aim[:, 0],
        aim_lon_rad=aim[:, 1],
        family=FAMILIES[family.id],
        earth=earth,
        loft_rad=abs(family.loft_deg) * DEG,
        apogee_m=None if shape.apogee_km is None else shape.apogee_km * KM,
        time_of_flight_s=shape.time_s,
        full_burn=shape.full_burn,
        steering=what.steering,
        threads=threads,
    )


def _energy(what: Flyer, speed_km_s: Any, cutoff_s: Any) -> Any:
    if what.is_staged:
        if speed_km_s is not None:
            raise DomainError("a staged vehicle ends its thrust at cutoff_s; it has no speed_km_s")
        return cutoff_s
    if cutoff_s is not None:
        raise DomainError("a kinematic missile ends its thrust at speed_km_s; it has no cutoff_s")
    return None if speed_km_s is None else np.asarray(speed_km_s) * KM


def _fly(
    what: Flyer,
    start: np.ndarray,
    azimuth: Any,
    angle: Any,
    energy: Any,
    earth: EarthModel,
    *,
    nodes: np.ndarray | None = None,
    threads: int | None = None,
) -> kernels.Flight:
    place: dict[str, Any] = {
        "lat_rad": start[:, 0],
        "lon_rad": start[:, 1],
        "azimuth_rad": azimuth,
        "earth": earth,
    }
    more: dict[str, Any] = {"nodes": nodes, "threads": threads}
    if isinstance(what.vehicle, Kinematic):
        return kernels.fly_kinematic(what.vehicle, **place, path_angle_rad=angle, speed_m_s=energy, **more)
    assert what.steering is not None
    return kernels.fly_staged(what.vehicle, what.steering, **place, kick_rad=angle, cutoff_s=energy, **more)


def _geodetic(ecef: np.ndarray, earth: EarthModel) -> np.ndarray:
    """Return latitude (deg), longitude (deg), altitude (km) of positions (n, 3)."""
    rows = np.array([ecef_to_geodetic(*p, earth) for p in ecef])
    return rows / np.array([DEG, DEG, KM])


def _result(
    what: Flyer,
    start: np.ndarray,
    aim: tuple[float, float] | None,
    flown: kernels.Flight,
    nodes: np.ndarray,
    earth: EarthModel,
    azimuth: float,
    miss_m: float,
) -> Result:
    events = flight_events(what, flown, nodes, earth)
    times = sample_times(nodes, flown, [t for t, _ in events], earth)
    state = dense.to_ecef(dense.states(nodes, times), times, earth.omega_rad_s)
    place = _geodetic(state[:, :3], earth)
    values: dict[str, Any] = {
        "lat": place[:, 0],
        "lon": place[:, 1],
        "altitude_km": place[:, 2],
        "speed_km_s": np.linalg.norm(state[:, 3:], axis=1) / KM,
        "position_ecef_m": state[:, :3],
        "velocity_ecef_m_s": state[:, 3:],
        "event": [name for _, name in events],
        "event_time_s": [t for t, _ in events],
        "azimuth": azimuth / DEG % 360.0,
        "miss_m": miss_m,
    }
    for name, (field, factor) in VARIABLES.items():
        values[name] = float(getattr(flown, field)[0]) / factor
    data = dataset("flight", values, {"time": times, "axis": list("xyz")})
    begin = start / DEG
    data.attrs = {"start_lat": begin[0], "start_lon": begin[1], "vehicle": what.name}
    where = f"on azimuth {azimuth / DEG % 360.0:.0f}°"
    if aim is not None:
        where = f"to {aim[0]:.1f}, {aim[1]:.1f}"
        data.attrs |= {"aim_lat": float(aim[0]), "aim_lon": float(aim[1])}
    return Result(
        kind="flight",
        title=f"{what.name} from {begin[0]:.1f}, {begin[1]:.1f} {where}",
        data=data,
        provenance=Provenance(version=__version__),
        sources=what.sources,
    )
