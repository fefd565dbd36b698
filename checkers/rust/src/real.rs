//! What the formulas of section 5 need of a number, so that they can be computed in intervals, and beforehand in plain doubles.

use std::ops::{Add, Div, Mul, Sub};

use crate::circular;
use crate::interval::Interval;

pub trait Real: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> {
    fn exact(x: f64) -> Self;
    fn sqrt(self) -> Self;
    fn min(self, other: Self) -> Self;
    fn max(self, other: Self) -> Self;
    /// The number brought into [0, 1].
    fn share(self) -> Self;
    /// A number at or below this one.
    fn lowest(self) -> Self;
    fn below(self, other: Self) -> bool;
    /// The angle in [0, pi] of the point (`x`, `y`) from the x axis, `y` not negative.
    fn angle(y: Self, x: Self) -> Self;
    fn cosine(self) -> Self;
    /// The arc sine of the number brought into [-1, 1].
    fn arc_sine(self) -> Self;

    fn squared(self) -> Self {
        self * self
    }
}

impl Real for Interval {
    fn exact(x: f64) -> Interval {
        Interval::point(x)
    }
    fn sqrt(self) -> Interval {
        Interval::sqrt(self)
    }
    fn min(self, other: Interval) -> Interval {
        Interval::min(self, other)
    }
    fn max(self, other: Interval) -> Interval {
        Interval::max(self, other)
    }
    fn share(self) -> Interval {
        self.clamp(0.0, 1.0)
    }
    fn lowest(self) -> Interval {
        Interval::point(self.lo)
    }
    fn below(self, other: Interval) -> bool {
        Interval::below(self, other)
    }
    fn angle(y: Interval, x: Interval) -> Interval {
        circular::angle(y, x)
    }
    fn cosine(self) -> Interval {
        circular::cosine(self)
    }
    fn arc_sine(self) -> Interval {
        circular::arc_sine(self)
    }
    fn squared(self) -> Interval {
        Interval::squared(self)
    }
}

/// By how much of the greater number a comparison of doubles errs towards yes: far more than they are rounded by.
const SPARE: f64 = 1e-9;

/// Doubles guess what intervals would say, towards yes, and nothing is accepted on their word.
impl Real for f64 {
    fn exact(x: f64) -> f64 {
        x
    }
    fn sqrt(self) -> f64 {
        f64::sqrt(self)
    }
    fn min(self, other: f64) -> f64 {
        f64::min(self, other)
    }
    fn max(self, other: f64) -> f64 {
        f64::max(self, other)
    }
    fn share(self) -> f64 {
        f64::max(0.0, f64::min(1.0, self))
    }
    fn lowest(self) -> f64 {
        self
    }
    fn below(self, other: f64) -> bool {
        self < other + SPARE * other.abs()
    }
    fn angle(y: f64, x: f64) -> f64 {
        circular::angle_near(y, x)
    }
    fn cosine(self) -> f64 {
        circular::sine_cosine_near(self).1
    }
    fn arc_sine(self) -> f64 {
        let s = f64::max(-1.0, f64::min(1.0, self));
        std::f64::consts::FRAC_PI_2 - circular::angle_near(f64::sqrt((1.0 - s) * (1.0 + s)), s)
    }
}
