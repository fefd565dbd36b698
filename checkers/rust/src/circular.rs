//! Enclosures of sine, cosine, arc sine and arc tangent, from polynomials of our own.
//!
//! With u = 2^-53 every operation on doubles is off by at most u times its result. The bounds below are sums of such errors over the steps
//! taken, each rounded up generously; no library function but the square root (exact to rounding by IEEE 754) takes part.

use crate::interval::{down, up, Interval};

/// pi lies between its double and the next one.
pub const PI: Interval = Interval { lo: std::f64::consts::PI, hi: 3.1415926535897936 };

/// The 33 leading bits of pi / 2: a product with a whole number below 2^20 is exact.
const HALF_PI_HEAD: f64 = 1.5707963267341256;
/// The double next to pi / 2 less its head.
const HALF_PI_TAIL: f64 = 6.077100506506192e-11;

/// Arguments beyond this many radians are not reduced: their sine is somewhere in [-1, 1].
const REDUCED_RAD: f64 = 64.0;

/// Bound on the error of `sine_cosine_near`.
///
/// Reduction: |x - k head| is exact (Sterbenz's lemma), the tail's product and the difference cost 2 u, the tail's own rounding 41 * 2^-87.
/// Polynomials: with z = r^2 < 0.62 each step of Horner's rule is off by u for its sum and 2 u z for its product, all before
/// multiplied by z: below 4 u in all. Remainders of the series: 0.786^19 / 19! < 10^-19 and 0.786^18 / 18! < 3 * 10^-18. Sum: below 8 u.
const SINE_ERROR: f64 = 16.0 * f64::EPSILON / 2.0;

/// Bound on the error of `angle_near`, in rad.
///
/// Quotient: u. Two halvings of the angle: each four operations, below 5 u of the tangent, and the arc tangent's relative condition is at most 1. Series of
/// thirteen terms at t < 0.199: 4 u, its remainder 0.199^27 / 27 < 10^-20. The sum with a multiple of pi / 2: 4 u. All below 20 u.
const ANGLE_ERROR: f64 = 32.0 * f64::EPSILON / 2.0;

/// 1 / 3!, 1 / 5!, ... with signs; and 1 / 2!, 1 / 4!, ...
const SINE: [f64; 9] = [
    1.0,
    -1.0 / 6.0,
    1.0 / 120.0,
    -1.0 / 5040.0,
    1.0 / 362880.0,
    -1.0 / 39916800.0,
    1.0 / 6227020800.0,
    -1.0 / 1307674368000.0,
    1.0 / 355687428096000.0,
];
const COSINE: [f64; 9] = [
    1.0,
    -1.0 / 2.0,
    1.0 / 24.0,
    -1.0 / 720.0,
    1.0 / 40320.0,
    -1.0 / 3628800.0,
    1.0 / 479001600.0,
    -1.0 / 87178291200.0,
    1.0 / 20922789888000.0,
];

/// 1, 1 / 3, 1 / 5, ...: the arc tangent's, in -t^2.
const ARC_TANGENT: [f64; 13] = [
    1.0,
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
    1.0 / 23.0,
    1.0 / 25.0,
];

fn horner<const N: usize>(coefficients: &[f64; N], z: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| c + z * sum)
}

/// Sine and cosine of `x` (rad, at most `REDUCED_RAD`), each within `SINE_ERROR`.
pub fn sine_cosine_near(x: f64) -> (f64, f64) {
    let quarter = (x * std::f64::consts::FRAC_2_PI + if x < 0.0 { -0.5 } else { 0.5 }) as i32;
    let k = f64::from(quarter);
    let r = (x - k * HALF_PI_HEAD) - k * HALF_PI_TAIL;
    let z = r * r;
    let (s, c) = (r * horner(&SINE, z), horner(&COSINE, z));
    match quarter & 3 {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    }
}

/// Sine and cosine over an interval (rad): the value at the middle, which half the width moves by no more than itself.
pub fn sine_cosine(x: Interval) -> (Interval, Interval) {
    let unknown = Interval { lo: -1.0, hi: 1.0 };
    let middle = 0.5 * (x.lo + x.hi);
    if !(x.lo >= -REDUCED_RAD && x.hi <= REDUCED_RAD) {
        return (unknown, unknown);
    }
    let (before, behind) = (up(middle - x.lo), up(x.hi - middle));
    let reach = up(SINE_ERROR + if before > behind { before } else { behind });
    let (s, c) = sine_cosine_near(middle);
    let around = |v: f64| Interval::new(down(v - reach), up(v + reach)).clamp(-1.0, 1.0);
    (around(s), around(c))
}

pub fn sine(x: Interval) -> Interval {
    sine_cosine(x).0
}

pub fn cosine(x: Interval) -> Interval {
    sine_cosine(x).1
}

/// The arc tangent of `t`, 0 <= t <= 1.
fn arc_tangent_near(t: f64) -> f64 {
    let halved = |t: f64| t / (1.0 + (1.0 + t * t).sqrt());
    let t = halved(halved(t));
    let z = -t * t;
    4.0 * t * horner(&ARC_TANGENT, z)
}

/// The angle of the point (x, y), y >= 0, from the x axis: 0 to pi, within `ANGLE_ERROR`.
pub fn angle_near(y: f64, x: f64) -> f64 {
    let (pi, width) = (PI.lo, x.abs());
    if y == 0.0 && x == 0.0 {
        0.0
    } else if y <= width {
        let angle = arc_tangent_near(y / width);
        if x >= 0.0 {
            angle
        } else {
            pi - angle
        }
    } else {
        let beyond = arc_tangent_near(width / y);
        if x >= 0.0 {
            0.5 * pi - beyond
        } else {
            0.5 * pi + beyond
        }
    }
}

/// The angle in [0, pi] of the point (x, y) from the x axis, for the part of `y` that is not negative.
///
/// The value at the middle of the box; its gradient is one by the distance from the origin, which is at least the greater of the least |x| and
/// the least y, and no point of the box is farther from the middle than the sum of the widths.
pub fn angle(y: Interval, x: Interval) -> Interval {
    let floor = if y.lo > 0.0 { y.lo } else { 0.0 };
    let least = if x.lo > floor {
        x.lo
    } else if -x.hi > floor {
        -x.hi
    } else {
        floor
    };
    let (across, along) = (0.5 * (floor + y.hi), 0.5 * (x.lo + x.hi));
    let spread = up(up(up(y.hi - floor) + up(x.hi - x.lo)) / least);
    if !(y.hi >= floor && least > 0.0 && spread < 4.0) {
        return Interval { lo: 0.0, hi: PI.hi };
    }
    let (middle, reach) = (angle_near(across, along), up(ANGLE_ERROR + spread));
    Interval::new(down(middle - reach), up(middle + reach)).clamp(0.0, PI.hi)
}

/// The arc tangent, any sign.
pub fn arc_tangent(t: Interval) -> Interval {
    PI.halved() - angle(Interval::ONE, t)
}

/// The arc sine of the part of `s` in [-1, 1].
pub fn arc_sine(s: Interval) -> Interval {
    let s = s.clamp(-1.0, 1.0);
    PI.halved() - angle(((Interval::ONE - s) * (Interval::ONE + s)).sqrt(), s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(name: &str, x: f64, enclosure: Interval, value: f64) {
        assert!(
            enclosure.lo <= value && value <= enclosure.hi && enclosure.hi - enclosure.lo < 4e-14,
            "{name}({x}) = {value} not within {enclosure:?}"
        );
    }

    #[test]
    fn enclosures_hold_the_library_s_values() {
        for n in -60000..=60000 {
            let x = f64::from(n) * 0.001 + f64::from(n % 7) * 1e-9;
            let (s, c) = sine_cosine(Interval::point(x));
            holds("sin", x, s, x.sin());
            holds("cos", x, c, x.cos());
            holds("atan", x, arc_tangent(Interval::point(x)), x.atan());
            let v = f64::from(n) / 60000.0;
            holds("asin", v, arc_sine(Interval::point(v)), v.asin());
        }
    }

    #[test]
    fn the_errors_stay_within_half_of_their_bounds() {
        let mut worst: f64 = 0.0;
        for n in 0..200000 {
            let x = f64::from(n) * 1e-4;
            let (s, c) = sine_cosine_near(x);
            worst = worst.max((s - x.sin()).abs()).max((c - x.cos()).abs());
        }
        assert!(worst <= 0.5 * SINE_ERROR, "{worst}");
        let mut worst: f64 = 0.0;
        for n in 0..200000 {
            let phi = f64::from(n) * std::f64::consts::PI / 200000.0;
            let (y, x) = (phi.sin() * 3.0, phi.cos() * 3.0);
            worst = worst.max((angle_near(y, x) - y.atan2(x)).abs());
        }
        assert!(worst <= 0.5 * ANGLE_ERROR, "{worst}");
    }

    #[test]
    fn known_values() {
        let sixth = arc_sine(Interval::point(0.5)) * Interval::point(6.0);
        assert!(sixth.lo <= PI.lo && PI.hi <= sixth.hi);
        let (s, c) = sine_cosine(PI);
        assert!(s.lo <= 0.0 && s.hi >= 0.0 && c.lo == -1.0);
        let wide = sine(Interval::new(1.0, 2.0));
        assert!(wide.hi == 1.0 && wide.lo <= 1f64.sin());
        let far = sine(Interval::point(1e9));
        assert!(far.lo == -1.0 && far.hi == 1.0);
        assert!(angle(Interval::ZERO, Interval::new(-1.0, 1.0)).hi >= PI.hi);
    }
}
