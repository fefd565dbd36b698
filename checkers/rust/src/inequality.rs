//! Whether no permitted interceptor can engage anything in a box: sections 3 to 5 of the specification.
//!
//! Letters are those of the specification. Every quantity is an interval that encloses the specification's number.

use crate::circular::{angle, arc_sine, arc_tangent, cosine, sine, sine_cosine, PI};
use crate::interval::Interval;
use crate::statement::{Statement, Threat};

const R: Interval = Interval::point(6_371_000.0);
const GM: Interval = Interval::point(398_600_441_800_000.0);

/// Halvings of burn times and of altitudes: eight parts each, as the specification asks.
const DEEPEST: u32 = 3;

fn number(x: f64) -> Interval {
    Interval::point(x)
}

fn radians(degrees: Interval) -> Interval {
    degrees * PI / number(180.0)
}

/// The Earth's turn in rad/s.
fn omega() -> Interval {
    number(7_292_115.0) / number(1e11)
}

/// A side of a box, in rad or m.
#[derive(Clone, Copy)]
pub struct Side {
    pub low: Interval,
    pub high: Interval,
}

impl Side {
    fn middle(self) -> Interval {
        (self.low + self.high).halved()
    }

    fn half(self) -> Interval {
        (self.high - self.low).halved()
    }
}

/// A box of sites and arcs: the ten sides of the specification, in rad and m.
pub struct Region {
    pub lat: Side,
    pub lon: Side,
    azimuth: Side,
    range: Side,
    loft: Side,
    flown: Side,
    altitude: Side,
    downrange: Side,
    origin_lat: Side,
    origin_lon: Side,
}

impl Region {
    /// The region of a tree's ten sides, in degrees and m.
    pub fn of(sides: &[[Interval; 2]; 10]) -> Region {
        let side = |n: usize| Side { low: sides[n][0], high: sides[n][1] };
        let turned = |n: usize| Side { low: radians(sides[n][0]), high: radians(sides[n][1]) };
        Region {
            lat: turned(0),
            lon: turned(1),
            azimuth: turned(2),
            range: turned(3),
            loft: turned(4),
            flown: turned(5),
            altitude: side(6),
            downrange: side(7),
            origin_lat: turned(8),
            origin_lon: turned(9),
        }
    }
}

/// What the statement and one threat say, as intervals.
pub struct Rules {
    v: Interval,
    b_low: Interval,
    b_high: Interval,
    share: Interval,
    start: Interval,
    constant: Interval,
    growth: Interval,
    /// Latitude, longitude and radius of each disc, in rad.
    discs: Vec<[Interval; 3]>,
}

/// What a leaf came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leaf {
    /// Free because nothing in it is a permitted site, an arc or a flight that lasts until a launch.
    Empty,
    /// Free because no interceptor arrives in time.
    TooSlow,
    NotFree,
}

/// The bounds of section 4 that do not depend on the site.
struct Arc {
    r1: Interval,
    r2: Interval,
    t2: Interval,
}

/// What the steps on coasting need.
struct Chase {
    r1: Interval,
    d: Interval,
    climb: Interval,
    /// d' cos(climb).
    level: Interval,
    tau: Interval,
    nearing: Interval,
    fastest: Interval,
    /// What d' must exceed by step 6.
    reach: Interval,
}

impl Rules {
    pub fn of(statement: &Statement, threat: &Threat) -> Rules {
        let mut launch = statement.after_launch_s.minus(threat.burn_time_s);
        if let Some(after) = statement.after_burnout_s {
            launch = launch.max(after);
        }
        let disc =
            |d: &crate::statement::Disc| [radians(d.lat_deg.enclosure()), radians(d.lon_deg.enclosure()), d.radius_m.enclosure() / R];
        Rules {
            v: statement.speed_m_s.enclosure(),
            b_low: statement.burn_time_s[0].enclosure(),
            b_high: statement.burn_time_s[1].enclosure(),
            share: statement.boost_share.enclosure(),
            start: launch.plus(statement.slack_s).enclosure(),
            constant: statement.constant_m.enclosure(),
            growth: statement.growth_m_s.enclosure(),
            discs: statement.discs.iter().map(disc).collect(),
        }
    }

    /// Section 5, but for the boxes of step 1, which the caller has compared exactly.
    pub fn judge(&self, g: &Region) -> Leaf {
        if self.in_a_disc(g) || g.range.high.below(g.flown.low) {
            return Leaf::Empty;
        }
        let arc = match arc_bounds(g) {
            Some(arc) => arc,
            None => return Leaf::NotFree,
        };
        let tau = arc.t2 - self.start;
        if tau.below(Interval::ZERO) {
            return Leaf::Empty;
        }
        if self.too_slow(&self.chase(g, &arc, tau)) {
            Leaf::TooSlow
        } else {
            Leaf::NotFree
        }
    }

    fn in_a_disc(&self, g: &Region) -> bool {
        let spread = g.lat.half() + g.lon.half();
        self.discs.iter().any(|[lat, lon, radius]| (between(*lat, *lon, g.lat.middle(), g.lon.middle()) + spread).below(*radius))
    }

    /// The second half of section 4, and step 5 of section 5.
    fn chase(&self, g: &Region, arc: &Arc, tau: Interval) -> Chase {
        let turning = omega();
        let far = self.share * self.v * self.b_high;
        let burn = (self.b_low + self.b_high).halved();
        let lat = g.lat.middle();
        let (sin_lat, cos_lat) = sine_cosine(lat);
        let y = g.flown.middle() + g.downrange.middle() / R;
        let mu = g.lon.middle() + turning * (self.start + burn);
        let (east, c) = place_seen(sin_lat, cos_lat, g.azimuth.middle(), y, g.origin_lat.middle(), mu - g.origin_lon.middle());

        let moved = g.flown.half() + g.downrange.half() / R;
        let cap = (cos_lat + g.lat.half()).min(Interval::ONE);
        let slip = turning * (self.b_high - self.b_low).halved();
        let swing = (sine(y).abs() + moved).min(Interval::ONE);
        let turn =
            g.lat.half() + cap * (g.lon.half() + slip) + swing * g.azimuth.half() + moved + g.origin_lat.half() + g.origin_lon.half();
        let c1 = (c - turn).max(Interval::ZERO);
        let d = ((arc.r1 - R).squared() + number(4.0) * arc.r1 * R * sine(c1.halved()).squared()).sqrt();

        let w = far / R + turning * tau;
        let drift = turning * (R + far) * (cap + far / R).min(Interval::ONE);
        let eastward = east + turn + g.lon.half() + slip;
        let nearing = drift * eastward_share(eastward, w, c1, c + turn + w, cos_lat - g.lat.half());
        let margin = self.constant + self.growth * arc.t2;
        let (r1, r2, d) = (arc.r1 - margin, arc.r2 + margin, d - margin);
        let climb = arc_sine((r2.squared() - R.squared() - d.squared()) / (number(2.0) * R * d));
        Chase {
            r1,
            d,
            climb,
            level: d * cosine(climb),
            tau,
            nearing,
            fastest: self.v + nearing,
            reach: far + nearing * tau + drift * self.b_high,
        }
    }

    /// Steps 6 and 7 of section 5.
    fn too_slow(&self, chase: &Chase) -> bool {
        chase.reach.below(chase.d) && self.burns_too_slow(chase, self.b_low, self.b_high, DEEPEST)
    }

    /// Whether no interceptor whose burn lasts from `b1` to `b2` arrives in time, by parts of the burn times halved `deeper` times more.
    fn burns_too_slow(&self, chase: &Chase, b1: Interval, b2: Interval, deeper: u32) -> bool {
        let l = self.share * self.v * b2;
        let left = chase.tau - b1;
        if chase.slow(chase.d - l, Interval::ZERO, l, left) {
            return true;
        }
        // Over all burn times at once the altitudes decide one box in eight, so they are not tried there.
        if deeper < DEEPEST && chase.climbs_too_slow(l, Interval::ZERO, l, left, DEEPEST) {
            return true;
        }
        let middle = (b1 + b2).halved();
        deeper > 0 && self.burns_too_slow(chase, b1, middle, deeper - 1) && self.burns_too_slow(chase, middle, b2, deeper - 1)
    }
}

/// The angle between two directions given by latitude and longitude.
fn between(lat: Interval, lon: Interval, other_lat: Interval, other_lon: Interval) -> Interval {
    let ((s1, c1), (s2, c2), (sl, cl)) = (sine_cosine(lat), sine_cosine(other_lat), sine_cosine(other_lon - lon));
    let across = ((c2 * sl).squared() + (c1 * s2 - s1 * c2 * cl).squared()).sqrt();
    angle(across, s1 * s2 + c1 * c2 * cl)
}

/// Y and c of section 4: the eastward component of the place's direction at the site, and the angle between the two.
///
/// c is taken from its sine (eastward and northward components) and cosine together, which is exact where an arc cosine is not.
fn place_seen(sin_lat: Interval, cos_lat: Interval, azimuth: Interval, y: Interval, f: Interval, ahead: Interval) -> (Interval, Interval) {
    let ((sf, cf), (sy, cy), (sa, ca), (sm, cm)) = (sine_cosine(f), sine_cosine(y), sine_cosine(azimuth), sine_cosine(ahead));
    let u1 = cf * cy - sf * sy * ca;
    let u2 = sy * sa;
    let u3 = sf * cy + cf * sy * ca;
    let x = u1 * cm + u2 * sm;
    let east = u2 * cm - u1 * sm;
    let north = cos_lat * u3 - sin_lat * x;
    (east, angle((east.squared() + north.squared()).sqrt(), cos_lat * x + sin_lat * u3))
}

/// j of section 4; `farthest` is c + turn + w and `parallel` is cos(mid lat) - half(lat).
fn eastward_share(eastward: Interval, w: Interval, c1: Interval, farthest: Interval, parallel: Interval) -> Interval {
    if !(w.below(c1) && farthest.below(number(3.1)) && Interval::ZERO.below(parallel)) {
        return Interval::ONE;
    }
    let v = number(105.0) / number(100.0) * w / parallel;
    let least = sine(c1 - w).min(sine(farthest));
    if !(v.below(number(4.0) / number(10.0)) && Interval::ZERO.below(least)) {
        return Interval::ONE;
    }
    ((eastward + v) / least).clamp(0.0, 1.0)
}

/// Radii and time of section 4, or `None` where they do not exist.
fn arc_bounds(g: &Region) -> Option<Arc> {
    let (h1, h2) = (g.range.low, g.range.high);
    let x2 = g.flown.high.min(h2);
    let (least, most) = ((PI - h2) / number(4.0) + g.loft.low, (PI - h1) / number(4.0) + g.loft.high);
    if !(Interval::ZERO.at_most(least) && most.below(PI.halved())) {
        return None;
    }
    let tangent = |(s, c): (Interval, Interval)| s / c;
    let (t1, t2) = (tangent(sine_cosine(least)), tangent(sine_cosine(most)));
    let share = |t: Interval, h: Interval, x: Interval| {
        Interval::ONE - number(2.0) * t * sine(x.halved()) * sine((h - x).halved()) / sine(h.halved())
    };
    let lowest = share(t1, h1, g.flown.low).max(share(t1, h1, x2));
    let y = h2.halved().max(g.flown.low).min(x2);
    let highest = share(t2, h2, y);
    if !(Interval::ZERO.below(lowest) && Interval::ZERO.below(highest)) {
        return None;
    }
    let b = R + g.altitude.high;
    let stretch = (shape(t2, h1) / shape(t2, h2)).sqrt();
    Some(Arc { r1: (R + g.altitude.low) / lowest.min(Interval::ONE), r2: b / highest, t2: time_flown(t2, h2, x2, b)? * stretch })
}

/// k of section 3: 1 + T cot(h / 2).
fn shape(t: Interval, h: Interval) -> Interval {
    let (s, c) = sine_cosine(h.halved());
    Interval::ONE + t * c / s
}

/// The time since burnout of section 3, or `None` unless the orbit is certainly an ellipse.
///
/// 1 - e^2 = (2 k - 1 - T^2) / k^2, so A = b k / (2 k - 1 - T^2) and sqrt((1 + e) / (1 - e)) = (1 + e) / sqrt(1 - e^2).
fn time_flown(t: Interval, h: Interval, x: Interval, b: Interval) -> Option<Interval> {
    let k = shape(t, h);
    let closed = k + k - Interval::ONE - t.squared();
    if !Interval::ZERO.below(closed) {
        return None;
    }
    let e = ((k - Interval::ONE).squared() + t.squared()).sqrt() / k;
    let stretch = (Interval::ONE + e) * k / closed.sqrt();
    let axis = b * k / closed;
    let flown = |y: Interval| {
        let (s, c) = sine_cosine(y.halved());
        let anomaly = number(2.0) * arc_tangent(stretch * s / c);
        anomaly + e * sine(anomaly)
    };
    Some((axis.squared() * axis / GM).sqrt() * (flown(h.halved()) + flown(x - h.halved())))
}

impl Chase {
    /// Whether, for motor-out points at most `l` away at altitudes from `q1` to `q2`, no coast is over within `left`, by parts of the
    /// altitudes halved `deeper` times more. The high ones are tried first, as they fail more often.
    fn climbs_too_slow(&self, l: Interval, q1: Interval, q2: Interval, left: Interval, deeper: u32) -> bool {
        if self.slow(self.after(l, q1), q1, q2, left) {
            return true;
        }
        let middle = (q1 + q2).halved();
        deeper > 0 && self.climbs_too_slow(l, middle, q2, left, deeper - 1) && self.climbs_too_slow(l, q1, middle, left, deeper - 1)
    }

    /// after(q) of section 5.
    fn after(&self, l: Interval, q: Interval) -> Interval {
        if !l.below(self.level) {
            return self.d - l;
        }
        let two = number(2.0);
        let elevation = arc_sine((q - l.squared() / (two * R)) / l);
        let p = (elevation - self.climb).max(Interval::ZERO);
        (self.d.squared() + l.squared() - two * self.d * l * cosine(p)).sqrt()
    }

    /// slow(chord, low, high, left) of section 5.
    fn slow(&self, chord: Interval, low: Interval, high: Interval, left: Interval) -> bool {
        if left.below(Interval::ZERO) {
            return true;
        }
        let (two, four) = (number(2.0), number(4.0));
        let f = two / (R + high) - self.fastest.squared() / GM;
        if f.at_most(number(1.0) / number(1e9)) {
            let fall = two * GM * (Interval::ONE / R - Interval::ONE / (R + high));
            return (left * (self.fastest.squared() + fall).sqrt()).below(chord);
        }
        let a = Interval::ONE / f;
        let s = R + low + self.r1;
        let rise = (self.r1 - R - high).max(Interval::ZERO);
        if (four * a).at_most(s + rise) {
            return true;
        }
        let c = chord.max(rise).min(s - a).max(Interval::ZERO);
        let n = self.nearing.max(Interval::ONE);
        let flat = (number(9.0) / number(10.0) * (GM / a).sqrt() / n).squared();
        let q0 = flat / (Interval::ONE + flat);
        // The specification lets any lower value stand for C0: the lower end, one number throughout.
        let c0 = number(c.min((four * a * q0 - s).max(rise)).lo).max(Interval::ZERO);
        left.below(coast_at_least(a, s, c0, c, n))
    }
}

/// Step 5 of slow: the least time of a coast over `c` or more, from the tangent at `c0`.
fn coast_at_least(a: Interval, s: Interval, c0: Interval, c: Interval, n: Interval) -> Interval {
    let half = |q: Interval| {
        let q = q.clamp(0.0, 1.0);
        let (sine, cosine) = (q.sqrt(), (Interval::ONE - q).sqrt());
        (angle(sine, cosine) - sine * cosine, sine / cosine)
    };
    let perimeter = number(4.0) * a;
    let ((long, steep), (short, mild)) = (half((s + c0) / perimeter), half((s - c0) / perimeter));
    let pace = (a / GM).sqrt();
    let slope = pace * (steep + mild).halved();
    number(2.0) * a * pace * (long - short) + slope.min(Interval::ONE / n) * (c - c0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(x: Interval, value: f64, tolerance: f64) {
        assert!(x.lo <= value + tolerance && x.hi >= value - tolerance && x.hi - x.lo < tolerance, "{x:?} is not {value}");
    }

    #[test]
    fn half_a_turn_of_a_circular_orbit() {
        // With path angle 0 and range pi the arc is a circle; a range close to it stands for that.
        let b = 7.0e6;
        let t = time_flown(Interval::ZERO, number(2.9), number(2.9), number(b)).unwrap();
        near(t, 2.9 * (b * b * b / 398_600_441_800_000.0f64).sqrt(), 1e-6);
    }

    #[test]
    fn time_agrees_with_the_integral_over_the_arc() {
        let (t, h, x, b) = (0.6f64, 1.4f64, 1.1f64, 6.6e6f64);
        let ratio = |y: f64| 1.0 - 2.0 * t * (y / 2.0).sin() * ((h - y) / 2.0).sin() / (h / 2.0).sin();
        let steps = 200_000;
        let sum: f64 = (0..steps).map(|n| ratio((f64::from(n) + 0.5) * x / f64::from(steps)).powi(-2)).sum();
        let k = 1.0 + t / (h / 2.0).tan();
        let expected = (b * b * b * k / 398_600_441_800_000.0).sqrt() * sum * x / f64::from(steps);
        near(time_flown(number(t), number(h), number(x), number(b)).unwrap(), expected, 1e-5);
    }

    #[test]
    fn angle_east_and_north_of_a_site() {
        // From the origin (0, 0) a quarter turn east ends above (0, 90): a site there, turned by nothing, has it overhead.
        let quarter = PI.halved();
        let (sin, cos) = sine_cosine(Interval::ZERO);
        let (east, c) = place_seen(sin, cos, quarter, quarter, Interval::ZERO, quarter);
        near(east, 0.0, 1e-13);
        near(c, 0.0, 1e-13);
        let (east, c) = place_seen(sin, cos, quarter, number(0.5), Interval::ZERO, Interval::ZERO);
        near(east, 0.5f64.sin(), 1e-13);
        near(c, 0.5, 1e-13);
        near(between(number(0.2), number(6.0), number(0.2), number(-0.2831853)), 0.0, 1e-6);
    }

    #[test]
    fn a_coast_takes_as_long_as_kepler_s_equation_says() {
        // Lambert's time on a parabola-like long chord against the same chord on a fast straight line: never quicker.
        let (a, s, c) = (number(8.0e6), number(1.35e7), number(2.0e6));
        let t = coast_at_least(a, s, c, c, Interval::ONE);
        let q = |x: f64| (x / 3.2e7).sqrt().asin() * 2.0;
        let (long, short) = (q(1.55e7), q(1.15e7));
        let expected = (5.12e20f64 / 398_600_441_800_000.0).sqrt() * ((long - long.sin()) - (short - short.sin()));
        near(t, expected, 1e-6);
    }
}
