"""Where and how soon a kinematic interceptor arrives: the one fly-out law of engagements, solved in inertial axes.

The interceptor leaves at any azimuth, at any elevation from the horizon to the zenith, on an inertially straight line:
constant net acceleration, relative to the moving launch point, until the burnout speed is reached at the burn time. The
ground's speed at the launch point is added. Then it coasts through the field of the Earth model (point mass and J2) and is
never slowed by air, neither before burnout (the burnout speed is net of it) nor after. Where the Earth model turns, the
launch point is carried and the target is met where it has been turned to.

After burnout the burnout speed fixes the energy, so that one number describes the arc to a given place: x of Lambert's
problem, x^2 = 1 - s/2a with s half the perimeter of the triangle of centre, start and place (Izzo, Revisiting Lambert's problem,
2015; Battin, An Introduction to the Mathematics and Methods of Astrodynamics, sections 6.6 and 7.6). The speed that an arc
needs is all but a quadratic in x with two roots: the direct arc and the lofted one. Where they meet the reach ends.

Error against an integration of the same flight with J2 (benchmarks/engagement.py: every interceptor of the catalogue at nominal
values, 600 random places each up to 2,000 km, all azimuths, 70 S to 70 N, three Earth models): at most 0.4 s, 0.02 s or less
on the median. With lives of 1,500 s it is up to 2 s beside the edge of the reach, where arrival times change without limit.
"""

from __future__ import annotations

from math import asinh, atan, inf, sqrt
from typing import NamedTuple

from equipoise.numerics.jit import kernel
from equipoise.physics.environment.earth import EarthModel

NONE, DIRECT, LOFTED = 0, 1, 2
"""Branches: no arrival, the direct arc, the lofted one (up and over, where the direct arc is not allowed)."""
SETTLED_S = 0.05
"""A time of flight is taken when one more step changes it by less."""
_EDGE, _STEEP_SHARE, _CALM_SHARE = 0.1, 0.4, 10.0
"""It is when the last step has changed it by so much, times the square of how far x is from the edge of the reach over the first.

Beside the edge steps contract by two or more; from twice that on by ten, from four times on by twenty. The others are the least and most.
"""
_STEPS = 40
_FRESH_S = 0.5
"""What J2 does to a coast is worked out again when the time of flight has changed by more."""
_NEAR_PARABOLA = 0.02
_SERIES = 24
"""Terms of the hypergeometric series near the parabola: enough for 1e-16 there."""
_AIM = 0.05
"""A start is taken for the answer only where it errs in direction by less, in rad, or the first round would agree by chance."""
_MISSES = 3
"""An arc that is missing in so many rounds in a row (twice as many if they are not calm) is out of reach."""
_ALIKE, _NOTABLE = 0.2, 0.002
"""An arc that lacks as much speed in two rounds running, to this share of it, is out of reach; if it lacks the second share
of the burnout speed: smaller lacks take more rounds.
"""
LACK_SHARE, LATE_SHARE = 0.5, 0.25
"""Shares of what lacks in speed times the time of flight, and of speed times the life exceeded, claimed as lacking distance.

The wholes are up to 2.0 and 2.7 times the distance to the nearest place in reach (1,400 random places, ten interceptors).
"""
_LATE = 5.0
"""An arc is too late for certain when it is by so many times what its time of flight may still change by."""
_CALM_S = 10.0
"""A round is calm that changes the time of flight by no more."""


class Law(NamedTuple):
    """Burnout speed relative to the launch point (m/s), burn time (s), and life of the kill vehicle after burnout (s)."""

    speed_m_s: float
    burn_time_s: float
    life_s: float


class Guess(NamedTuple):
    """Where the search starts: time of flight (s), x of the arc, its reserve, and the velocities at its ends.

    ``reserve`` is the square of how far x lies from where the direct arc and the lofted one meet. Beyond the reach it is negative, and
    ``arc`` is the x that lacks least. Along a missile's path it changes evenly, also across the edge of the reach.
    ``launch_m_s`` is the interceptor's velocity at burnout relative to the launch point, ``arrival_m_s`` that at the place, in
    the axes of :class:`Arrival`. What is 0 is unknown.
    """

    time_s: float
    arc: float
    reserve: float
    launch_m_s: tuple[float, float, float]
    arrival_m_s: tuple[float, float, float]


UNKNOWN = Guess(0.0, 0.0, 0.0, (0.0, 0.0, 0.0), (0.0, 0.0, 0.0))


class Arrival(NamedTuple):
    """An arrival: branch, time of flight (s, inf for :data:`NONE`), velocity, and what to start the next search from.

    ``velocity_eci_m_s`` is the interceptor's at the place, in axes that are inertial and coincide with ECEF at launch.
    ``short_m`` is what is at least lacking to the edge of the reach; 0 where that is not known. ``swing_s`` is
    the odd part of the change of the time of flight with the root of the reserve, where the arc is direct and not close to a parabola, else 0.
    """

    branch: int
    time_s: float
    short_m: float
    velocity_eci_m_s: tuple[float, float, float]
    guess: Guess
    swing_s: float


class _Arc(NamedTuple):
    found: bool
    time_s: float
    arc: float
    reserve: float
    swing_s: float
    elevation_sine: float
    lack_m: float
    launch_m_s: tuple[float, float, float]
    velocity: tuple[float, float, float]


@kernel
def _time_on_arc(x: float, lam: float, y: float, unit: float) -> float:
    """Return the time over the arc x in s; ``lam`` is Lambert's parameter, y = sqrt(1 - lam^2 (1 - x^2)).

    ``unit`` is sqrt(s^3 / 2 GM) in s, with s half the perimeter.
    """
    e = 1.0 - x * x
    if abs(e) < _NEAR_PARABOLA:
        eta = y - lam * x
        argument, total, term = 0.5 * (1.0 - lam - x * eta), 1.0, 1.0
        for k in range(_SERIES):
            term *= (3.0 + k) / (2.5 + k) * argument
            total += term
        return 0.5 * unit * (4.0 / 3.0 * eta**3 * total + 4.0 * lam * eta)
    root = sqrt(abs(e))
    sine = (y - x * lam) * root
    angle = 2.0 * atan(sine / (1.0 + x * y + lam * e)) if e > 0.0 else asinh(sine)
    return unit * (angle - (x - lam * y) * root) / (e * root)


@kernel
def _quickening(arc_s: float, x: float, cube: float, unit: float) -> float:
    """Return 1 - x^2 times the change (s) of the time ``arc_s`` over the arc x with x; ``cube`` is lam^3 / y of :func:`_time_on_arc`."""
    return 3.0 * arc_s * x - 2.0 * unit * (1.0 - cube * x)


@kernel
def _back(x, y, z, vx, vy, vz, gm: float, t: float):
    """Return place and velocity ``t`` earlier (series in time, terms up to the fourth order; 10 m at 120 s)."""
    inverse2 = 1.0 / (x * x + y * y + z * z)
    pull, out = gm * inverse2 * sqrt(inverse2), (x * vx + y * vy + z * vz) * inverse2
    bend = (
        pull * (1.0 / 24.0) * (3.0 * (vx * vx + vy * vy + vz * vz) * inverse2 - 15.0 * out * out - 2.0 * pull)
    )
    t2 = t * t
    f = 1.0 - t2 * (0.5 * pull * (1.0 + out * t) - bend * t2)
    g = -t * (1.0 - t2 * pull * (1.0 / 6.0 + 0.25 * out * t))
    fd = t * (pull * (1.0 + 1.5 * out * t) - 4.0 * bend * t2)
    gd = 1.0 - t2 * pull * (0.5 + out * t)
    return (
        f * x + g * vx,
        f * y + g * vy,
        f * z + g * vz,
        fd * x + gd * vx,
        fd * y + gd * vy,
        fd * z + gd * vz,
    )


@kernel
def _oblateness(x, y, z, earth: EarthModel):
    """Return the part of gravity (m/s2) that J2 adds to the point mass's, and the point mass's over the distance (1/s2)."""
    inverse2 = 1.0 / (x * x + y * y + z * z)
    pull = earth.gm_m3_s2 * inverse2 * sqrt(inverse2)
    k = -1.5 * earth.j2 * earth.equatorial_radius_m * earth.equatorial_radius_m * inverse2 * pull
    z2 = 5.0 * z * z * inverse2
    return k * (1.0 - z2) * x, k * (1.0 - z2) * y, k * (3.0 - z2) * z, pull


@kernel
def _carried_off(bx, by, bz, mx, my, mz, coast: float, earth: EarthModel):
    """Return how far J2 carries a coast of ``coast`` s off (m), and the velocity that it adds (m/s).

    The coast starts at b and is half over at m. Simpson's rule for the twice integrated acceleration has no share of the
    end; the gravity gradient acts on what has gathered by then.
    """
    ax, ay, az, _ = _oblateness(bx, by, bz, earth)
    cx, cy, cz, pull = _oblateness(mx, my, mz, earth)
    t2 = coast * coast
    gx, gy, gz = t2 * (ax + 2.0 * cx) / 6.0, t2 * (ay + 2.0 * cy) / 6.0, t2 * (az + 2.0 * cz) / 6.0
    along = 3.0 * (gx * mx + gy * my + gz * mz) / (mx * mx + my * my + mz * mz)
    w = pull * t2 / 12.0
    off = (gx + w * (along * mx - gx), gy + w * (along * my - gy), gz + w * (along * mz - gz))
    return off, (cx * coast, cy * coast, cz * coast)


@kernel
def _turning(c, i, w, q, a, b, along, across, y, lam2, e, inverse):
    """Return the rate (m2/s3) at which what an arc lacks changes when its end moves by q m/s, and that of its time.

    The end keeps its distance from the centre, as a place on the turning Earth does. c, i, w and q are the first two
    axes of chord, start, virtual start's velocity and motion, the other letters those of :func:`_arc`; ``across`` are the shares
    of w along chord and start, ``inverse`` are 1 over perimeter, chord and lam y. The rate of the time is in parts of 1.5 times that time and :func:`_time_on_arc`'s unit
    times lam (1 + lam^2) / y: the time goes with the perimeter to 3/2, and by -2 lam^2 / y units with lam.
    """
    (wc, wr), stretch = across, c[0] * q[0] + c[1] * q[1]
    aside, drift = i[0] * q[0] + i[1] * q[1], w[0] * q[0] + w[1] * q[1]
    part = 0.25 * stretch * inverse[0]
    ap, bp = -part * a, part * b * ((1.0 + lam2) * (e * lam2 + y * y) * inverse[2] * inverse[2] - 1.0)
    rate = (
        (bp + ap) * (b + a + (b - a) * along - wc)
        + (bp - ap) * ((b + a) * along + b - a - wr)
        + (b + a) * ((b - a) * (aside - along * stretch) - drift + wc * stretch) * inverse[1]
    )
    return 2.0 * rate, 2.0 * part


@kernel
def _arc(law: Law, earth: EarthModel, site, target, branch: int, guess: Guess, settled_s: float) -> _Arc:
    """Return the direct or lofted arc from a site to a target, both ECEF, the target at arrival.

    Each round turns the target to the time of flight, takes the burn off (the coast is continued back to the middle of the
    burn, where it starts almost at the launch point whatever the direction), and takes one step of a quadratic in x, which
    heeds that the target turns on with the time of flight. J2 and the direction lag by a round.
    """
    speed, omega, gm = law.speed_m_s, earth.omega_rad_s, earth.gm_m3_s2
    half, sign, per_gm = 0.5 * law.burn_time_s, 1.0 if branch == DIRECT else -1.0, 1.0 / gm
    until_s = law.burn_time_s + law.life_s
    sx, sy, sz = site[0], site[1], site[2]
    ux, uy = -omega * sy, omega * sx
    fx, fy = sx + 2.0 * half * ux, sy + 2.0 * half * uy
    radius = sqrt(sx * sx + sy * sy + sz * sz)
    flown, x = guess.time_s, guess.arc
    dx, dy, dz = target[0] - sx, target[1] - sy, target[2] - sz
    if flown == 0.0:
        flown = half + sqrt(dx * dx + dy * dy + dz * dz) / speed
    ex, ey, ez = guess.launch_m_s
    aimed, ahead = ex * ex + ey * ey + ez * ez > 0.0, False
    if aimed:
        dx, dy, dz = ex, ey, ez
    else:
        coast = max(flown - law.burn_time_s, 0.0)
        fall = 4.5 * coast * coast / radius
        dx, dy, dz = dx + fall * sx, dy + fall * sy, dz + fall * sz
    found, settled, misses = False, False, 0
    known_s, ox, oy, oz = -inf, 0.0, 0.0, 0.0
    last, vx = flown, 0.0
    vy = vz = ex = ey = ez = lack = reserve = swing = slower = unit = lam2 = y = 0.0
    for step in range(_STEPS):
        m = speed / sqrt(dx * dx + dy * dy + dz * dz)
        dx, dy, dz = m * dx, m * dy, m * dz
        turn = omega * flown
        t2 = turn * turn  # series, good to 1e-9 for an hour of flight
        c = 1.0 - t2 * (0.5 - t2 * (1.0 / 24.0 - t2 * (1.0 / 720.0)))
        s = turn * (1.0 - t2 * (1.0 / 6.0 - t2 * (1.0 / 120.0)))
        px, py, pz = target[0] * c - target[1] * s, target[0] * s + target[1] * c, target[2]
        bx, by, bz = fx + half * dx, fy + half * dy, sz + half * dz
        if earth.j2 > 0.0 and ((step == 1 and not aimed) or abs(flown - known_s) > _FRESH_S):
            known_s, coast = flown, max(flown - 2.0 * half, 0.0)
            if step == 0 and aimed:
                ex, ey, ez = guess.arrival_m_s
            elif step == 0:  # as if both ends fell alike
                fall = 9.0 * coast / radius
                ex, ey, ez = ux + dx - fall * sx, uy + dy - fall * sy, dz - fall * sz
            part = 0.125 * coast  # the middle of the coast from both its ends and the velocities there
            mx, my, mz = (
                0.5 * (bx + px) + part * (ux + dx - ex),
                0.5 * (by + py) + part * (uy + dy - ey),
                0.5 * (bz + pz) + part * (dz - ez),
            )
            (ox, oy, oz), (vx, vy, vz) = _carried_off(bx, by, bz, mx, my, mz, coast, earth)
        px, py, pz = px - ox, py - oy, pz - oz
        ax, ay, az, wx, wy, wz = _back(bx, by, bz, ux + dx, uy + dy, dz, gm, half)
        wx, wy, wz = (
            wx - dx,
            wy - dy,
            wz - dz,
        )  # what the virtual start adds to the interceptor's own velocity
        r1, r2 = sqrt(ax * ax + ay * ay + az * az), sqrt(px * px + py * py + pz * pz)
        cx, cy, cz = px - ax, py - ay, pz - az
        chord = sqrt(cx * cx + cy * cy + cz * cz)
        m, n = 1.0 / chord, 1.0 / r1
        cx, cy, cz, ix, iy, iz = m * cx, m * cy, m * cz, n * ax, n * ay, n * az
        perimeter = 0.5 * (r1 + r2 + chord)
        over = 1.0 / perimeter
        lam2 = 1.0 - chord * over
        lam, k = sqrt(lam2), sqrt(0.5 * gm * over)
        if x == 0.0:
            x = sign * sqrt(max(1.0 - 0.5 * perimeter * (2.0 * n - speed * speed / gm), 1e-4))
        y = sqrt(1.0 - lam2 + lam2 * x * x)
        per_lam, per_y = 1.0 / lam, 1.0 / y
        # velocity at the start: (b + a) along the chord and (b - a) along the radius (Battin, section 6.6)
        a, b, along = k * x, k * y * per_lam, cx * ix + cy * iy + cz * iz
        wc, wr = wx * cx + wy * cy + wz * cz, wx * ix + wy * iy + wz * iz
        excess = (
            2.0 * a * (a * (1.0 - along) - wc + wr)
            + 2.0 * b * (b * (1.0 + along) - wc - wr)
            + (wx * wx + wy * wy + wz * wz - speed * speed)
        )
        db, bow = k * lam * x * per_y, 4.0 * b * (1.0 + along) - 2.0 * (wc + wr)
        first = k * (4.0 * a * (1.0 - along) - 2.0 * (wc - wr)) + db * bow
        unit, e, longer, slower = perimeter * perimeter * k * per_gm, 1.0 - x * x, 0.0, 1.0
        if e > _NEAR_PARABOLA:
            rate, longer = _turning(
                (cx, cy), (ix, iy), (wx, wy), (-omega * py, omega * px), a, b, along, (wc, wr), y, lam2, e,
                (over, m, per_lam * per_y),
            )  # fmt: skip
            arc_s = flown - half
            longer *= 1.5 * arc_s + unit * lam * (1.0 + lam2) * per_y
            longer = min(max(longer, -0.5), 0.5)
            part = 1.0 / (e * (1.0 - longer))
            slower = e * part
            first += rate * _quickening(arc_s, x, lam2 * lam * per_y, unit) * part
        second = (
            4.0 * (k * k * (1.0 - along) + db * db * (1.0 + along))
            + k * lam * (1.0 - lam2) * per_y * per_y * per_y * bow
        )
        square, part = first * first - 2.0 * excess * second, 1.0 / second
        found, reserve = square >= 0.0, square * part * part
        change = (sign * sqrt(square) - first if found else -first) * part
        x += change
        y = sqrt(1.0 - lam2 + lam2 * x * x)
        a, b = k * x, k * y * per_lam
        last, flown = flown, flown + (half + _time_on_arc(x, lam, y, unit) - flown) * slower
        out, radial = b + a, b - a
        dx, dy, dz = out * cx + radial * ix - wx, out * cy + radial * iy - wy, out * cz + radial * iz - wz
        if step == 0 and aimed:
            gx, gy, gz = guess.launch_m_s
            ahead = (dx - gx) ** 2 + (dy - gy) ** 2 + (dz - gz) ** 2 < (_AIM * speed) ** 2
        radial /= r2
        ex, ey, ez = out * cx - radial * px, out * cy - radial * py, out * cz - radial * pz
        moved = abs(flown - last)
        misses, calm = 0 if found else misses + 1, moved <= _CALM_S
        if step == 0 and aimed:
            lack = max(-0.25 * guess.reserve * second / speed, 0.0)
        lacked, lack = lack, 0.0 if found else 0.5 * (excess - 0.5 * first * first * part) / speed
        # how far x was from the root: a time alike by chance would settle anything
        off = 2.0 * abs(excess) / (abs(first) + sqrt(first * first + 2.0 * abs(excess) * second))
        error = max(moved, off * flown) if found else moved
        settled = error < settled_s * min(max((x / _EDGE) ** 2, _STEEP_SHARE), _CALM_SHARE)
        if found and (step > 0 or ahead) and flown - until_s > _LATE * error:
            break
        if step > 0 and (settled or misses >= (_MISSES if calm else 2 * _MISSES)):
            break
        if (ahead and found and settled) or (lack > _NOTABLE * speed and abs(lack - lacked) < _ALIKE * lack):
            break
    e = 1.0 - x * x
    if found and e > _NEAR_PARABOLA:
        arc_s, cube = flown - half, lam2 * sqrt(lam2) / y
        rate = _quickening(arc_s, x, cube, unit) / e
        bend = (3.0 * arc_s + 5.0 * x * rate + 2.0 * unit * (1.0 - lam2) * cube / (y * y)) / e
        swing = (rate - bend * sign * sqrt(reserve)) * slower
    rise = (dx * sx + dy * sy + dz * sz) / (speed * radius)
    return _Arc(
        found and (settled or flown > until_s),
        flown,
        x,
        reserve,
        swing,
        rise,
        lack * min(flown, last),
        (dx, dy, dz),
        (ex + vx, ey + vy, ez + vz),
    )


@kernel
def arrival(
    law: Law, earth: EarthModel, site, target, guess: Guess = UNKNOWN, settled_s: float = SETTLED_S
) -> Arrival:
    """Return the earliest arrival of an interceptor from ``site`` at ``target`` (both three ECEF numbers in m).

    The target is where it stands over the turning Earth at arrival. The direct arc is always the faster one; the lofted
    one counts where the direct arc would start below the horizon or meet the target before burnout.
    """
    arc = _arc(law, earth, site, target, DIRECT, guess, settled_s)
    branch = DIRECT
    if arc.found and (arc.time_s < law.burn_time_s or arc.elevation_sine < 0.0):
        branch = LOFTED
        arc = _arc(
            law, earth, site, target, LOFTED, Guess(max(guess.time_s, 2.0 * arc.time_s), 0.0, 0.0, UNKNOWN.launch_m_s, UNKNOWN.arrival_m_s), settled_s
        )  # fmt: skip
    coast, reached = arc.time_s - law.burn_time_s, UNKNOWN
    aimed = branch == DIRECT and arc.time_s < inf  # all is nan at the site itself, in no direction
    if aimed:
        reached = Guess(arc.time_s, arc.arc, arc.reserve, arc.launch_m_s, arc.velocity)
    if arc.found and 0.0 <= coast <= law.life_s and arc.elevation_sine >= 0.0:
        if branch == LOFTED:
            reached = Guess(arc.time_s, 0.0, 0.0, UNKNOWN.launch_m_s, UNKNOWN.arrival_m_s)
        swing = arc.swing_s if branch == DIRECT else 0.0
        return Arrival(branch, arc.time_s, 0.0, arc.velocity, reached, swing)
    short = 0.0
    if aimed and not arc.found:
        short = LACK_SHARE * arc.lack_m
    elif aimed:
        v = arc.velocity
        short = LATE_SHARE * (coast - law.life_s) * sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2])
    return Arrival(NONE, inf, short, arc.velocity, reached, 0.0)
