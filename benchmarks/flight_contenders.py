"""The same three-stage flights by four integrators in one run: ours, scipy's DOP853, heyoka, a plain numba RK4.

What is fair: one vehicle, one drag coefficient at all speeds, J2, the turning Earth, the geodetic ground; each
impact is compared with a tight integration (scipy at 1e-12) of the contender's own formulas. What is not: heyoka takes
formulas, not tables, so its air is a fitted exponential of a polynomial, and it flies one vehicle at a time, because a flight that lands
would stop its whole batch; scipy's forces are plain Python; RK4's steps are fixed, chosen for about the accuracy of a few
metres. Speeds are flights per second of processor time on one thread; heyoka is an optional dependency (group ``compare``).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from math import cos, exp, pi, radians, sin, sqrt
from typing import Any

import numba
import numpy as np
from validation.full_flight import (
    AREA_M2,
    BETA,
    PLACE,
    RISE_M,
    STEERING,
    Air,
    events,
    independent_flight,
    modelled_air,
    vehicle,
)

from equipoise.foundation.status import FlightStatus
from equipoise.physics.environment import atmosphere
from equipoise.physics.environment.atmosphere import AIR_TOP_M
from equipoise.physics.environment.drag import constant_drag
from equipoise.physics.environment.earth import (
    WGS84,
    destination,
    enu_basis,
    geodetic_to_ecef,
    gravity_and_altitude,
    mean_radius_m,
)
from equipoise.physics.flight.flight import fly_staged
from equipoise.physics.flight.targeting import Family, solve_batch

COEFFICIENT = 0.2
BATCH = 4000
HELD, FREE = True, False
"""Whether thrust keeps an axis or follows the velocity."""
RANGES_KM, BEARINGS_DEG = (1000, 3000, 6000, 10_000), (20, 110, 200, 290)
Wishes = list[tuple[float, float, float]]
Places = list[np.ndarray]


def drag(_mach: float) -> float:
    """Return the one coefficient of this comparison."""
    return COEFFICIENT


@lru_cache(maxsize=1)
def wishes() -> Wishes:
    """Return azimuth, kick and cut-off of flights of minimum energy over all ranges and bearings."""
    pairs = [(d, b) for d in RANGES_KM for b in BEARINGS_DEG]
    aims = np.array([destination(*PLACE, radians(b), d * 1e3 / mean_radius_m(WGS84)) for d, b in pairs])
    found = solve_batch(
        vehicle(constant_drag(COEFFICIENT)), start_lat_rad=PLACE[0], start_lon_rad=PLACE[1], aim_lat_rad=aims[:, 0],
        aim_lon_rad=(aims[:, 1] + pi) % (2.0 * pi) - pi, family=Family.MINIMUM_ENERGY, earth=WGS84, steering=STEERING,
    )  # fmt: skip
    assert np.all(found.status == FlightStatus.OK)
    return list(zip(found.azimuth_rad.tolist(), found.shape_rad.tolist(), found.energy.tolist(), strict=True))


def truth(air: Air) -> Places:
    """Return the impacts of the tight integration."""
    return [independent_flight(*PLACE, *wish, air=air, drag=drag)[1] for wish in wishes()]


def timed(fly: Callable[[], Places], count: int) -> tuple[Places, float]:
    """Return the second call's impacts and flights per second of processor time."""
    fly()
    start = time.thread_time()
    found = fly()
    return found, count / (time.thread_time() - start)


def ours() -> tuple[Places, float]:
    azimuth, kick, cutoff = np.array(wishes()).T
    times = -(-BATCH // azimuth.size)
    missile, many = vehicle(constant_drag(COEFFICIENT)), [np.tile(v, times) for v in (azimuth, kick, cutoff)]

    def fly() -> Places:
        end = fly_staged(
            missile, STEERING, lat_rad=PLACE[0], lon_rad=PLACE[1], azimuth_rad=many[0], kick_rad=many[1], cutoff_s=many[2],
            earth=WGS84, threads=1,
        )  # fmt: skip
        ends = zip(end.impact_lat_rad[: azimuth.size], end.impact_lon_rad[: azimuth.size], strict=True)
        return [np.array(geodetic_to_ecef(lat, lon, 0.0, WGS84)) for lat, lon in ends]

    return timed(fly, times * azimuth.size)


def scipy() -> tuple[Places, float]:
    few = wishes()[:: len(BEARINGS_DEG)]
    return timed(lambda: [independent_flight(*PLACE, *w, drag=drag, rtol=1e-9)[1] for w in few], len(few))


@numba.njit(error_model="numpy")
def _rate(t, y, part, axis, fixed, out):
    gx, gy, gz, height = gravity_and_altitude(y[0], y[1], y[2], WGS84)
    omega = WGS84.omega_rad_s
    gx += omega * (2.0 * y[4] + omega * y[0])
    gy += omega * (omega * y[1] - 2.0 * y[3])
    speed = sqrt(y[3] * y[3] + y[4] * y[4] + y[5] * y[5])
    density, pressure = 0.0, 0.0
    if height < AIR_TOP_M:
        density, _, pressure = atmosphere.air(height)
    if part[2] > 0.0:
        mass = part[2] - part[3] * (t - part[0])
        held = 0.5 * density * speed * COEFFICIENT * AREA_M2 / mass
        push = (part[4] - pressure * part[5]) / mass if part[4] > 0.0 else 0.0
    else:
        held, push = 0.5 * density * speed / BETA, 0.0
    for a in range(3):
        out[a] = y[3 + a]
        along = axis[a] if fixed else y[3 + a] / speed
        out[3 + a] = (gx if a == 0 else gy if a == 1 else gz) - held * y[3 + a] + push * along
    return height


@numba.njit(error_model="numpy")
def _rk4(t, h, y, part, axis, fixed, k, z):
    """Advance ``y`` by one step; return the height at its start."""
    height = _rate(t, y, part, axis, fixed, k[0])
    for i in range(1, 4):
        w = h if i == 3 else 0.5 * h
        for c in range(6):
            z[c] = y[c] + w * k[i - 1, c]
        _rate(t + w, z, part, axis, fixed, k[i])
    for c in range(6):
        y[c] += h / 6.0 * (k[0, c] + 2.0 * k[1, c] + 2.0 * k[2, c] + k[3, c])
    return height


@numba.njit(error_model="numpy")
def _height(y):
    return gravity_and_altitude(y[0], y[1], y[2], WGS84)[3]


@numba.njit(error_model="numpy")
def _plain(lat, lon, azimuth, kick, cutoff, parts, boost_h, entry_h, coast_h, y):
    east, north, up = enu_basis(lat, lon)
    k, z, axis, body = np.empty((4, 6)), np.empty(6), np.array(up), np.zeros(6)
    y[0], y[1], y[2] = geodetic_to_ecef(lat, lon, 0.0, WGS84)
    y[3:] = 1e-9 * axis
    t = 0.0
    while _height(y) < RISE_M:
        left = RISE_M - _height(y)
        rise = y[3] * up[0] + y[4] * up[1] + y[5] * up[2]
        h = boost_h
        if rise > 1.0 and left < 1.5 * rise * h:
            h = max(left / rise * 0.98, 1e-6)
        _rk4(t, h, y, parts[0], axis, HELD, k, z)
        t += h
    speed = sqrt(y[3] ** 2 + y[4] ** 2 + y[5] ** 2)
    for a in range(3):
        y[3 + a] = speed * (
            cos(kick) * up[a] + sin(kick) * (sin(azimuth) * east[a] + cos(azimuth) * north[a])
        )
    for n in range(parts.shape[0]):
        end = min(parts[n, 1], cutoff)
        if end <= t:
            continue
        count = int(np.ceil((end - t) / boost_h))
        h = (end - t) / count
        for i in range(count):
            _rk4(t + i * h, h, y, parts[n], axis, FREE, k, z)
        t = end
    while True:
        height = _height(y)
        sink = -(y[0] * y[3] + y[1] * y[4] + y[2] * y[5]) / sqrt(y[0] ** 2 + y[1] ** 2 + y[2] ** 2)
        h = coast_h if height > 130e3 and height - sink * coast_h > 120e3 else entry_h
        if sink > 0.0 and height < sink * h:
            for _ in range(3):
                sink = -(y[0] * y[3] + y[1] * y[4] + y[2] * y[5]) / sqrt(y[0] ** 2 + y[1] ** 2 + y[2] ** 2)
                _rk4(t, _height(y) / sink, y, body, axis, FREE, k, z)
            return
        _rk4(t, h, y, body, axis, FREE, k, z)
        t += h


def plain_numba(boost_s: float = 0.4, entry_s: float = 0.4, coast_s: float = 12.0) -> tuple[Places, float]:
    parts = np.array(events())

    def fly() -> Places:
        found = []
        for wish in wishes():
            y = np.empty(6)
            _plain(*PLACE, *wish, parts, boost_s, entry_s, coast_s, y)
            found.append(y[:3])
        return found

    return timed(fly, len(wishes()))


@lru_cache(maxsize=1)
def _fits() -> tuple[np.ndarray, np.ndarray]:
    """Return polynomials in (height - 100 km) / 100 km of the logarithms of density and pressure, to 200 km."""
    heights = np.linspace(0.0, AIR_TOP_M, 801)
    s = heights / 1e5 - 1.0
    air = np.array([modelled_air(min(h, AIR_TOP_M - 1.0)) for h in heights])
    return tuple(np.polyfit(s, np.log(air[:, c]), 9) for c in (0, 2))  # type: ignore[return-value]


def fitted_air(height_m: float) -> tuple[float, float, float]:
    """Return the air of heyoka's formulas."""
    if height_m > AIR_TOP_M:
        return 0.0, 1.0 / 340.0, 0.0
    density, pressure = (exp(np.polyval(f, height_m / 1e5 - 1.0)) for f in _fits())
    return float(density), 1.0 / 340.0, float(pressure)


def _formulas(hy: Any, names: Any) -> tuple[Any, ...]:
    """Return speed, acceleration without push and drag, altitude, density and pressure as heyoka's expressions."""
    x, y, z, u, v, w = names
    gm, a, j2, omega, f = (
        WGS84.gm_m3_s2,
        WGS84.equatorial_radius_m,
        WGS84.j2,
        WGS84.omega_rad_s,
        WGS84.flattening,
    )
    r2 = x * x + y * y + z * z
    r = hy.sqrt(r2)
    s2 = z * z / r2
    k = 1.5 * j2 * a * a / r2
    g = -gm / (r2 * r)
    gx = g * x * (1.0 + k * (1.0 - 5.0 * s2)) + 2.0 * omega * v + omega * omega * x
    gy = g * y * (1.0 + k * (1.0 - 5.0 * s2)) - 2.0 * omega * u + omega * omega * y
    gz = g * z * (1.0 + k * (3.0 - 5.0 * s2))
    b2 = (1.0 - f) ** 2
    q = (1.0 - b2) / b2 * s2
    ground = a * (1.0 - q * (0.5 - q * (0.375 - q * (0.3125 - q * (35.0 / 128.0)))))
    slope2 = ((1.0 - b2) / b2) ** 2 * s2 * (1.0 - s2) * (1.0 - 2.0 * q)
    height = (r - ground) * (1.0 - 0.5 * slope2 * ground / r)
    s = height / 1e5 - 1.0
    air = []
    for fit in _fits():
        total = float(fit[0]) + 0.0 * s
        for c in fit[1:]:
            total = total * s + float(c)
        air.append(hy.exp(total))
    return hy.sqrt(u * u + v * v + w * w), (gx, gy, gz), height, air[0], air[1]


def _integrators(hy: Any, tolerance: float) -> list[Any]:
    """Return heyoka's integrators of the vertical rise (to its height), of powered flight, of the fall in air and above it."""
    names = hy.make_vars("x", "y", "z", "u", "v", "w")
    speed, gravity, height, density, pressure = _formulas(hy, names)
    mass = hy.par[0] - hy.par[1] * (hy.time - hy.par[4])
    push, held = (
        (hy.par[2] - pressure * hy.par[3]) / mass,
        0.5 * density * speed * COEFFICIENT * AREA_M2 / mass,
    )
    fall = 0.5 * density * speed / BETA
    speeds = names[3:]
    ways = [
        [g - held * q + push * hy.par[5 + i] for i, (g, q) in enumerate(zip(gravity, speeds, strict=True))],
        [g - held * q + push * q / speed for g, q in zip(gravity, speeds, strict=True)],
        [g - fall * q for g, q in zip(gravity, speeds, strict=True)],
        list(gravity),
    ]
    ends = [
        [hy.t_event(height - RISE_M, direction=hy.event_direction.positive)],
        [],
        # a Taylor step does not see that the air ends: it has to stop there, and go on with other formulas
        [
            hy.t_event(height, direction=hy.event_direction.negative),
            hy.t_event(height - AIR_TOP_M, direction=hy.event_direction.positive),
        ],
        [hy.t_event(height - AIR_TOP_M, direction=hy.event_direction.negative)],
    ]
    start = [6.4e6, 0.0, 0.0, 1.0, 1.0, 1.0]
    return [
        hy.taylor_adaptive(
            list(zip(names, [*speeds, *way], strict=True)), start, tol=tolerance, t_events=end, pars=[1e4] * count,
            compact_mode=True,
        )
        for way, end, count in zip(ways, ends, (8, 5, 0, 0), strict=True)
    ]  # fmt: skip


def heyoka(hy: Any, tolerance: float = 1e-10) -> tuple[Places, float]:
    rise, powered, fall, above = _integrators(hy, tolerance)
    ground = hy.taylor_outcome(-1)  # the first event of the leg
    parts = events()
    east, north, up = (np.array(v) for v in enu_basis(*PLACE))
    pad = np.concatenate((geodetic_to_ecef(*PLACE, 0.0, WGS84), 1e-9 * up))

    def one(azimuth: float, kick: float, cutoff: float) -> np.ndarray:
        for integrator in (rise, fall, above):
            integrator.reset_cooldowns()
        start, _, mass, flow, thrust, area = parts[0]
        rise.time, rise.state[:] = 0.0, pad
        rise.pars[:] = [mass, flow, thrust, area, start, *up]
        rise.propagate_until(60.0)
        time, state = rise.time, rise.state.copy()
        speed = np.linalg.norm(state[3:])
        state[3:] = speed * (cos(kick) * up + sin(kick) * (sin(azimuth) * east + cos(azimuth) * north))
        powered.time, powered.state[:] = time, state
        for start, end, mass, flow, thrust, area in parts:
            if min(end, cutoff) > powered.time:
                powered.pars[:5] = [mass, flow, thrust, area if thrust > 0.0 else 0.0, start]
                powered.propagate_until(min(end, cutoff))
        before, leg = powered, fall if _altitude(powered.state) < AIR_TOP_M else above
        while True:
            leg.time, leg.state[:] = before.time, before.state
            if leg.propagate_until(leg.time + 6000.0)[0] == ground and leg is fall:
                break
            before, leg = leg, above if leg is fall else fall
        return fall.state[:3].copy()

    return timed(lambda: [one(*wish) for wish in wishes()], len(wishes()))


def _altitude(state: np.ndarray) -> float:
    return float(gravity_and_altitude(*state[:3], WGS84)[3])


def _apart(found: Places, expected: Places) -> float:
    return max(float(np.linalg.norm(a - b)) for a, b in zip(found, expected, strict=True))


def _rows_of(
    name: str, what: str, found: tuple[Places, float], expected: Places, ours_per_s: float, notes: str
) -> list[dict[str, Any]]:
    places, rate = found
    ratio = ours_per_s / rate
    return [
        {"id": f"contenders.{name}_per_s", "what": f"{what}: flights per second per core", "value": rate, "unit": "1/s", "bar": "",
         "holds": None, "source": notes},
        {"id": f"contenders.{name}_error_m", "what": f"{what}: greatest error of the impact, {len(places)} flights of 1,000 to 10,000 km",
         "value": _apart(places, expected), "unit": "m", "bar": "", "holds": None, "source": notes},
        {"id": f"contenders.{name}_ratio", "what": f"our speed over that of {what}", "value": ratio, "unit": "ratio", "bar": "above 1" if name != "ours" else "",
         "holds": None if name == "ours" else ratio > 1.0, "source": "same run"},
    ]  # fmt: skip


def rows() -> list[dict[str, Any]]:
    """Return three rows per contender: speed, error, ratio; one row says so when heyoka is not installed."""
    expected = truth(modelled_air)
    mine = ours()
    found = _rows_of("ours", "our kernel", mine, expected, mine[1], f"batch of {BATCH:,}, one thread")
    found += _rows_of(
        "scipy", "scipy DOP853", scipy(), expected[:: len(BEARINGS_DEG)], mine[1], "relative tolerance 1e-9, forces in Python",
    )  # fmt: skip
    found += _rows_of(
        "rk4",
        "plain numba RK4",
        plain_numba(),
        expected,
        mine[1],
        "steps of 0.4 s in boost, 0.4 s in air, 12 s above",
    )
    try:
        import heyoka as hy
    except ImportError:
        absent = {"id": "contenders.heyoka", "what": "heyoka is not installed: uv pip install --group compare", "value": "absent",
                  "unit": "", "bar": "", "holds": None, "source": "optional"}  # fmt: skip
        return [*found, absent]
    notes = f"heyoka {hy.__version__}, tolerance 1e-10, one flight at a time, fitted air"
    return found + _rows_of("heyoka", "heyoka", heyoka(hy), truth(fitted_air), mine[1], notes)


if __name__ == "__main__":
    for line in rows():
        print(f"{line['id']:30} {line['value']:>12.6g} {line['unit']:6} {line['what']} ({line['source']})")
