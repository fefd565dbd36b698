//! Radii and times of the arcs in a box: the first half of section 4.

use crate::circular::{arc_tangent, sine, sine_cosine, PI};
use crate::interval::Interval;
use crate::region::{Region, GM, R};

fn number(x: f64) -> Interval {
    Interval::point(x)
}

/// The bounds of section 4 that do not depend on the site.
pub struct Arc {
    pub r1: Interval,
    pub r2: Interval,
    pub t2: Interval,
}

/// Radii and time of section 4, or `None` where they do not exist.
pub fn arc_bounds(g: &Region) -> Option<Arc> {
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
}
