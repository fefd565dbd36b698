//! Whether no permitted interceptor can engage anything in a box: sections 3 to 5 of the specification.
//!
//! Letters are those of the specification. Every quantity is an interval that encloses the specification's number.

use crate::arc::{arc_bounds, Arc};
use crate::chase::Chase;
use crate::circular::{angle, arc_sine, cosine, sine, sine_cosine};
use crate::interval::Interval;
use crate::region::{omega, radians, Region, R};
use crate::statement::{Statement, Threat};

/// Halvings of burn times and of altitudes: eight parts each, as the specification asks.
const DEEPEST: u32 = 3;

fn number(x: f64) -> Interval {
    Interval::point(x)
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
        if self.too_slow(g, &arc, tau) {
            Leaf::TooSlow
        } else {
            Leaf::NotFree
        }
    }

    fn in_a_disc(&self, g: &Region) -> bool {
        let spread = g.lat.half() + g.lon.half();
        self.discs.iter().any(|[lat, lon, radius]| (between(*lat, *lon, g.lat.middle(), g.lon.middle()) + spread).below(*radius))
    }

    /// The second half of section 4, and steps 5 to 7 of section 5.
    fn too_slow(&self, g: &Region, arc: &Arc, tau: Interval) -> bool {
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
        if !(far + nearing * tau + drift * self.b_high).below(d) {
            return false;
        }
        let chase = Chase { r1, d, climb, level: d * cosine(climb), nearing, fastest: self.v + nearing };
        Pursuit { rules: self, tau, near: chase.near(), chase }.burns(self.b_low, self.b_high, DEEPEST)
    }
}

/// Step 7 of section 5. Doubles guess which part of the burn times and altitudes decides, and only that is computed in intervals.
struct Pursuit<'a> {
    rules: &'a Rules,
    tau: Interval,
    chase: Chase<Interval>,
    near: Chase<f64>,
}

impl Pursuit<'_> {
    /// Whether no interceptor whose burn lasts from `b1` to `b2` arrives in time, by parts of the burn times halved `deeper` times more.
    fn burns(&self, b1: Interval, b2: Interval, deeper: u32) -> bool {
        let l = self.rules.share * self.rules.v * b2;
        let left = self.tau - b1;
        if self.near.direct(l.near(), left.near()) && self.chase.direct(l, left) {
            return true;
        }
        // Over all burn times at once the altitudes decide one box in eight, so they are not tried there.
        if deeper < DEEPEST && self.climbs(l, Interval::ZERO, l, left, DEEPEST) {
            return true;
        }
        let middle = (b1 + b2).halved();
        deeper > 0 && self.burns(b1, middle, deeper - 1) && self.burns(middle, b2, deeper - 1)
    }

    /// Whether, for motor-out points at most `l` away at altitudes from `q1` to `q2`, no coast is over within `left`, by parts of the
    /// altitudes halved `deeper` times more. The high ones are tried first, as they fail more often.
    fn climbs(&self, l: Interval, q1: Interval, q2: Interval, left: Interval, deeper: u32) -> bool {
        if self.near.climbing(l.near(), q1.near(), q2.near(), left.near()) && self.chase.climbing(l, q1, q2, left) {
            return true;
        }
        let middle = (q1 + q2).halved();
        deeper > 0 && self.climbs(l, middle, q2, left, deeper - 1) && self.climbs(l, q1, middle, left, deeper - 1)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circular::PI;

    fn near(x: Interval, value: f64, tolerance: f64) {
        assert!(x.lo <= value + tolerance && x.hi >= value - tolerance && x.hi - x.lo < tolerance, "{x:?} is not {value}");
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
}
