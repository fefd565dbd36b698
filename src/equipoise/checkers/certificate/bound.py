"""The inequality of docs/certificate.md in ball arithmetic: whether a box of sites and arcs is free of engagements.

Every comparison is made between balls that hold the true values and counts only when it is certain.
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from .reading import EARTH, Box, Side, area, rational

HALVINGS = 3
"""How often the ranges of burn time and of burnout altitude are halved: into eight parts each."""
WAIT_SHARE = fmpq(9, 10)


def radians(value: Any) -> arb:
    """Return degrees as radians."""
    return arb(value) * arb.pi() / 180


def middle(side: Side) -> fmpq:
    """Return the point halfway."""
    return (side[0] + side[1]) / 2


def lesser(a: arb, b: arb) -> arb:
    """Return a ball below both, equal to one of them unless they overlap."""
    return a if a <= b else b if b <= a else a.min(b)


def greater(a: arb, b: arb) -> arb:
    """Return the larger of two balls, a ball above both where they overlap."""
    return a if a >= b else b if b >= a else a.max(b)


def arcsine(value: arb) -> arb:
    """Return the arcsine; of a value above 1 or below -1 that of 1 or -1."""
    return lesser(greater(value, arb(-1)), arb(1)).asin()


# ---------------------------------------------------------------- the interceptor


class Reach:
    """The least time in which a permitted interceptor can be at a place."""

    def __init__(self, interceptor: dict[str, Any]) -> None:
        """Take the limits, already checked; the Earth is that of the specification."""
        self.radius, self.gm, self.omega = (arb(rational(value, key)) for key, value in EARTH.items())
        low, high = (rational(x, "burn_time_s") for x in interceptor["burn_time_s"])
        self.speed = arb(rational(interceptor["speed_m_s"], "speed_m_s"))
        self.share = arb(rational(interceptor["boost_share"], "boost_share"))
        self.burn = (low, high)
        self.far = self.share * self.speed * high

    def lambert(self, chord: arb, total: arb, axis: arb) -> tuple[arb, arb]:
        """Return time and slope (s/m) of the direct arc over a chord; not finite when it may be out of reach."""
        q, m = (total + chord) / (4 * axis), (total - chord) / (4 * axis)
        alpha, beta = 2 * q.sqrt().asin(), 2 * m.sqrt().asin()
        time = (axis**3 / self.gm).sqrt() * ((alpha - alpha.sin()) - (beta - beta.sin()))
        slope = (axis / self.gm).sqrt() * ((q / (1 - q)).sqrt() + (m / (1 - m)).sqrt()) / 2
        return time, slope

    def too_slow(
        self, chord: arb, radius: arb, nearing: arb, speed: arb, low: arb, high: arb, left: arb
    ) -> bool:
        """Tell whether the coast from a burnout altitude between ``low`` and ``high`` takes longer than ``left``."""
        if left < 0:
            return True
        energy = 2 / (self.radius + high) - speed**2 / self.gm
        if not energy > arb("1e-9"):
            top = speed**2 + 2 * self.gm * (1 / self.radius - 1 / (self.radius + high))
            return bool(chord > left * top.sqrt())
        axis, total = 1 / energy, self.radius + low + radius
        rise = greater(radius - self.radius - high, arb(0))
        if total + rise >= 4 * axis:
            return True
        chord = greater(lesser(greater(chord, rise), total - axis), arb(0))
        nearest = greater(nearing, arb(1))
        steep = WAIT_SHARE * (self.gm / axis).sqrt() / nearest
        knee = steep**2 / (1 + steep**2)
        at = lesser(chord, greater(4 * axis * knee - total, rise)).lower()
        time, slope = self.lambert(at, total, axis)
        return bool(time + lesser(slope, 1 / nearest) * (chord - at) > left)

    def out_of_time(self, chord: arb, radius: arb, highest: arb, drift: arb, east: arb, time: arb) -> bool:
        """Tell whether no permitted interceptor can be at a place within ``time`` of the earliest launch."""
        nearing, speed = drift * east, self.speed + drift * east
        if not chord > self.far + nearing * time + drift * self.burn[1]:
            return False
        if self.too_slow(chord - self.far, radius, nearing, speed, arb(0), self.far, time - self.burn[0]):
            return True
        upward = (highest**2 - self.radius**2 - chord**2) / (2 * self.radius * chord)
        climb = arcsine(upward)
        place = (chord, radius, nearing, speed, climb)
        return self.burns_too_slow(self.burn, HALVINGS, place, time)

    def burns_too_slow(self, burn: Side, halvings: int, place: tuple[arb, ...], time: arb) -> bool:
        """Tell whether no burn time in a range leaves time enough, halving the range where the whole is not decided."""
        chord, radius, nearing, speed, _ = place
        boost, left = self.share * self.speed * burn[1], time - burn[0]
        if self.too_slow(chord - boost, radius, nearing, speed, arb(0), boost, left):
            return True
        if self.altitudes_too_slow(boost, (fmpq(0), fmpq(1)), HALVINGS, place, left):
            return True
        if not halvings:
            return False
        half = middle(burn)
        return self.burns_too_slow((burn[0], half), halvings - 1, place, time) and self.burns_too_slow(
            (half, burn[1]), halvings - 1, place, time
        )

    def altitudes_too_slow(
        self, boost: arb, share: Side, halvings: int, place: tuple[arb, ...], left: arb
    ) -> bool:
        """Tell the same of the burnout altitudes between two shares of the boost's length."""
        chord, radius, nearing, speed, climb = place
        low, high = boost * share[0], boost * share[1]
        after = self.chord_after(chord, boost, low, climb)
        if self.too_slow(after, radius, nearing, speed, low, high, left):
            return True
        half = middle(share)
        return (
            halvings > 0
            and self.altitudes_too_slow(boost, (share[0], half), halvings - 1, place, left)
            and self.altitudes_too_slow(boost, (half, share[1]), halvings - 1, place, left)
        )

    def chord_after(self, chord: arb, boost: arb, low: arb, climb: arb) -> arb:
        """Return the least distance to the place from a burnout point at altitude ``low`` or more, ``boost`` away."""
        if not boost > 0:
            return chord
        if not chord * climb.cos() > boost:
            return chord - boost
        apart = greater(arcsine((low - boost**2 / (2 * self.radius)) / boost) - climb, arb(0))
        return greater(chord**2 + boost**2 - 2 * chord * boost * apart.cos(), arb(0)).sqrt()


# ---------------------------------------------------------------- sites, arcs, boxes


class Bound:
    """The inequality of one threat: holds(box) is True only when no engagement exists anywhere in the box.

    A box holds, in this order: site latitude, site longitude, azimuth, range, loft, angle flown (degrees), burnout
    altitude, burnout downrange (m), latitude and longitude of the point through which the arc's plane passes (degrees).
    """

    def __init__(self, reach: Reach, statement: dict[str, Any], start_s: fmpq) -> None:
        """Take the model margin, the places where no site may stand, and the launch's start after burnout."""
        self.reach, self.start, self.decided = reach, arb(start_s), 0
        self.margin, self.growth = (
            arb(rational(statement["margin"][k], k)) for k in ("constant_m", "growth_m_s")
        )
        sites = statement["sites"]
        self.outside = [area(x, "outside") for x in sites["outside"]]
        self.discs = [self._disc(x) for x in sites["discs"]]

    def _disc(self, disc: dict[str, Any]) -> tuple[arb, arb, arb]:
        lat, lon = (radians(rational(disc[k], k)) for k in ("lat_deg", "lon_deg"))
        return lat, lon, arb(rational(disc["radius_m"], "radius_m")) / self.reach.radius

    def excluded(self, box: Box) -> bool:
        """Tell whether no site may stand anywhere in the box."""
        (south, north), (west, east) = box[:2]
        for (low, high), (left, right) in self.outside:
            if low <= south and north <= high and left <= west and east <= right:
                return True
        lat, lon = radians(middle(box[0])), radians(middle(box[1]))
        reach = radians(north - south) / 2 + radians(east - west) / 2
        for at, over, angle in self.discs:
            dot = lat.sin() * at.sin() + lat.cos() * at.cos() * (lon - over).cos()
            if dot.acos() + reach < angle:
                return True
        return False

    def arcs(self, box: Box) -> tuple[arb, arb, arb] | None:
        """Return least and greatest radius and the latest time since burnout over a box of arcs; None without bound."""
        (shortest, longest), (loft_low, loft_high), (first, last) = box[3], box[4], box[5]
        last = min(last, longest)
        low, high = (180 - longest) / 4 + loft_low, (180 - shortest) / 4 + loft_high
        if not (low >= 0 and high < 90):
            return None
        slope, low_range = radians(low).tan(), radians(shortest)
        rise = arb(0)
        for flown in (radians(first), radians(last)):
            bend = (flown / 2).sin() * ((low_range - flown) / 2).sin() / (low_range / 2).sin()
            rise = greater(rise, 1 - 2 * slope * bend)
        lowest = (self.reach.radius + box[6][0]) / lesser(rise, arb(1))
        slope, high_range = radians(high).tan(), radians(longest)
        top = radians(min(max(longest / 2, first), last))
        bend = (top / 2).sin() * ((high_range - top) / 2).sin() / (high_range / 2).sin()
        highest = (self.reach.radius + box[6][1]) / (1 - 2 * slope * bend)
        k = 1 + slope / (high_range / 2).tan()
        k_low = 1 + slope / (low_range / 2).tan()
        e = ((k - 1) ** 2 + slope**2).sqrt() / k
        if not e < 1:
            return None
        stretch = ((1 + e) / (1 - e)).sqrt()
        axis = (self.reach.radius + box[6][1]) / (k * (1 - e * e))
        anomaly = [
            2 * (stretch * (x / 2).tan()).atan() for x in (high_range / 2, radians(last) - high_range / 2)
        ]
        swept = anomaly[0] + e * anomaly[0].sin() + anomaly[1] + e * anomaly[1].sin()
        latest = (axis**3 / self.reach.gm).sqrt() * swept * (k_low / k).sqrt()
        sure = lowest.is_finite() and highest > 0 and highest.is_finite() and latest.is_finite()
        return (lowest, highest, latest) if sure else None

    def holds(self, box: Box) -> bool:
        """Tell whether the box is free of engagements, or holds no permitted site or no arc."""
        if self.excluded(box) or box[5][0] > box[3][1]:
            return True
        bounds = self.arcs(box)
        if bounds is None:
            return False
        reach, (lowest, highest, latest) = self.reach, bounds
        time = latest - self.start
        if time < 0:
            return True
        half_lat, half_lon, half_azimuth = (radians(side[1] - side[0]) / 2 for side in box[:3])
        along = radians(middle(box[5])) + arb(middle(box[7])) / reach.radius
        half_along = radians(box[5][1] - box[5][0]) / 2 + arb(box[7][1] - box[7][0]) / 2 / reach.radius
        slip = reach.omega * (reach.burn[1] - reach.burn[0]) / 2
        meridian = radians(middle(box[1])) + reach.omega * (self.start + middle(reach.burn))
        lat = radians(middle(box[0]))
        base = radians(middle(box[8])), radians(middle(box[9]))
        central, east = self.place(lat, meridian, base, radians(middle(box[2])), along)
        cos_most = lesser(lat.cos() + half_lat, arb(1))
        swing = lesser(abs(along.sin()) + half_along, arb(1)) * half_azimuth
        moved = radians(box[8][1] - box[8][0] + box[9][1] - box[9][0]) / 2
        turn = half_lat + cos_most * (half_lon + slip) + swing + half_along + moved
        least = greater(central - turn, arb(0)) if central.is_finite() else arb(0)
        chord = ((lowest - reach.radius) ** 2 + 4 * lowest * reach.radius * (least / 2).sin() ** 2).sqrt()
        away = reach.far / reach.radius + reach.omega * time
        share = self.eastward(
            east + turn + half_lon + slip, least, central + turn, away, lat.cos() - half_lat
        )
        over = lesser(cos_most + reach.far / reach.radius, arb(1))
        drift = reach.omega * (reach.radius + reach.far) * over
        margin = self.margin + self.growth * latest
        self.decided += 1
        return reach.out_of_time(chord - margin, lowest - margin, highest + margin, drift, share, time)

    @staticmethod
    def place(lat: arb, meridian: arb, base: tuple[arb, arb], azimuth: arb, along: arb) -> tuple[arb, arb]:
        """Return the central angle between site and threat, and the threat's component towards the site's east."""
        sin_base, cos_base = base[0].sin(), base[0].cos()
        over = along.sin() * azimuth.sin()
        height = sin_base * along.cos() + cos_base * along.sin() * azimuth.cos()
        ahead = cos_base * along.cos() - sin_base * along.sin() * azimuth.cos()
        turned = meridian - base[1]
        x, y = ahead * turned.cos() + over * turned.sin(), over * turned.cos() - ahead * turned.sin()
        return (lat.cos() * x + lat.sin() * height).acos(), y

    @staticmethod
    def eastward(east: arb, least: arb, most: arb, away: arb, cos_least: arb) -> arb:
        """Return an upper bound of the eastward share of the direction from burnout to the place, 0 to 1."""
        shift = arb("1.05") * away / cos_least
        if not (least > away and most + away < arb("3.1") and cos_least > 0 and shift < arb("0.4")):
            return arb(1)
        narrow = lesser((least - away).sin(), (most + away).sin())
        return greater(lesser((east + shift) / narrow, arb(1)), arb(0))
