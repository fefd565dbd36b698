//! Intervals of doubles with outward rounding.
//!
//! An `Interval` encloses a real number. Each operation returns an interval that encloses the result for every real number in its
//! arguments. IEEE 754 rounds `+ - * /` and the square root to nearest, so a double beyond the rounded result bounds the exact one.
//! Whatever has no bound (a quotient by an interval around zero, a NaN) is the whole line, about which no comparison is certain.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// All reals from `lo` to `hi`, which may be infinite.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    pub lo: f64,
    pub hi: f64,
}

/// The double above 2^-53, and the smallest double above zero.
const STEP: f64 = 1.1102230246251568e-16;
const TINY: f64 = 5e-324;

/// A double above `x`: the next one, or the one after it. Infinities and NaN give infinities or NaN.
///
/// Let 2^k <= |x| < 2^(k + 1), so that the next double is 2^(k - 52) away at most. The product is at least 2^(k - 53) (1 + 2^-52), a double, and
/// rounding keeps order; where that is below the normal range, TINY makes up for what rounding takes away. So more than half the way to
/// the next double is added, and the sum is rounded to that one or beyond.
pub fn up(x: f64) -> f64 {
    x + (x.abs() * STEP + TINY)
}

/// A double below `x`, in the same way.
pub fn down(x: f64) -> f64 {
    -up(-x)
}

fn least(values: [f64; 4]) -> f64 {
    values.iter().fold(f64::INFINITY, |a, &b| if b < a { b } else { a })
}

impl Interval {
    pub const WHOLE: Interval = Interval { lo: f64::NEG_INFINITY, hi: f64::INFINITY };
    pub const ZERO: Interval = Interval { lo: 0.0, hi: 0.0 };
    pub const ONE: Interval = Interval { lo: 1.0, hi: 1.0 };

    /// The interval from `lo` to `hi`, or the whole line if they are out of order or NaN.
    pub fn new(lo: f64, hi: f64) -> Interval {
        if lo <= hi {
            Interval { lo, hi }
        } else {
            Interval::WHOLE
        }
    }

    /// The interval that holds `x` alone.
    pub const fn point(x: f64) -> Interval {
        Interval { lo: x, hi: x }
    }

    /// Whether every number here is below every number of `other`.
    pub fn below(self, other: Interval) -> bool {
        self.hi < other.lo
    }

    /// Whether no number here is above any number of `other`.
    pub fn at_most(self, other: Interval) -> bool {
        self.hi <= other.lo
    }

    pub fn min(self, other: Interval) -> Interval {
        let smaller = |a: f64, b: f64| if b < a { b } else { a };
        Interval::new(smaller(self.lo, other.lo), smaller(self.hi, other.hi))
    }

    pub fn max(self, other: Interval) -> Interval {
        -(-self).min(-other)
    }

    /// The number brought into [`lo`, `hi`].
    pub fn clamp(self, lo: f64, hi: f64) -> Interval {
        self.max(Interval::point(lo)).min(Interval::point(hi))
    }

    pub fn abs(self) -> Interval {
        self.max(-self).max(Interval::ZERO)
    }

    /// The square, never below zero.
    pub fn squared(self) -> Interval {
        let a = self.abs();
        let square = a * a;
        Interval::new(if square.lo > 0.0 { square.lo } else { 0.0 }, square.hi)
    }

    /// The square root of the part of the interval that is not negative; the whole line if there is none.
    pub fn sqrt(self) -> Interval {
        if self.hi < 0.0 {
            return Interval::WHOLE;
        }
        let low = if self.lo > 0.0 { down(self.lo.sqrt()) } else { 0.0 };
        Interval::new(low, up(self.hi.sqrt()))
    }

    /// Half the number.
    pub fn halved(self) -> Interval {
        Interval::new(down(0.5 * self.lo), up(0.5 * self.hi))
    }

    /// A double in the middle.
    pub fn near(self) -> f64 {
        0.5 * (self.lo + self.hi)
    }
}

impl Neg for Interval {
    type Output = Interval;
    fn neg(self) -> Interval {
        Interval { lo: -self.hi, hi: -self.lo }
    }
}

impl Add for Interval {
    type Output = Interval;
    fn add(self, other: Interval) -> Interval {
        Interval::new(down(self.lo + other.lo), up(self.hi + other.hi))
    }
}

impl Sub for Interval {
    type Output = Interval;
    fn sub(self, other: Interval) -> Interval {
        self + -other
    }
}

impl Mul for Interval {
    type Output = Interval;
    fn mul(self, other: Interval) -> Interval {
        if self.lo > 0.0 && other.lo > 0.0 {
            return Interval::new(down(self.lo * other.lo), up(self.hi * other.hi));
        }
        let products = [self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi];
        if products.iter().any(|p| p.is_nan()) {
            return Interval::WHOLE;
        }
        Interval::new(down(least(products)), up(-least(products.map(|p| -p))))
    }
}

impl Div for Interval {
    type Output = Interval;
    fn div(self, other: Interval) -> Interval {
        if !(other.lo > 0.0 || other.hi < 0.0) {
            return Interval::WHOLE;
        }
        if self.lo > 0.0 && other.lo > 0.0 {
            return Interval::new(down(self.lo / other.hi), up(self.hi / other.lo));
        }
        let quotients = [self.lo / other.lo, self.lo / other.hi, self.hi / other.lo, self.hi / other.hi];
        if quotients.iter().any(|q| q.is_nan()) {
            return Interval::WHOLE;
        }
        Interval::new(down(least(quotients)), up(-least(quotients.map(|q| -q))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_enclose() {
        for x in [0.0, -0.0, 1.0, -1.0, 1e300, -1e-300, f64::MAX] {
            assert!(down(x) < x && x < up(x));
            assert!(up(x) - x <= 4.5e-16 * x.abs() + 1e-323 || x == f64::MAX);
        }
        let mut bits = 0x243f_6a88_85a3_08d3u64;
        for _ in 0..1_000_000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let x = f64::from_bits(bits);
            assert!(!x.is_finite() || (down(x) < x && x < up(x)));
        }
    }

    #[test]
    fn a_third_times_three_holds_one() {
        let third = Interval::ONE / Interval::point(3.0);
        let one = third + third + third;
        assert!(third.lo < third.hi && one.lo < 1.0 && 1.0 < one.hi && one.hi - one.lo < 1e-15);
    }

    #[test]
    fn nothing_is_certain_of_what_has_no_bound() {
        let unknown = Interval::ONE / Interval::new(-1.0, 1.0);
        for other in [Interval::ZERO, Interval::point(1e308), Interval::point(-1e308)] {
            assert!(!unknown.below(other) && !other.below(unknown));
        }
        let nan = Interval::point(f64::INFINITY) - Interval::point(f64::INFINITY);
        assert!(nan.lo == f64::NEG_INFINITY && nan.hi == f64::INFINITY);
    }

    #[test]
    fn products_of_every_sign_enclose() {
        let ends = [-3.0, -0.5, 0.0, 0.25, 2.0];
        for &a in &ends {
            for &b in ends.iter().filter(|b| **b >= a) {
                for &c in &ends {
                    for &d in ends.iter().filter(|d| **d >= c) {
                        let p = Interval::new(a, b) * Interval::new(c, d);
                        for x in [a, b, (a + b) / 2.0] {
                            for y in [c, d, (c + d) / 2.0] {
                                assert!(p.lo <= x * y && x * y <= p.hi);
                            }
                        }
                    }
                }
            }
        }
    }
}
