//! Whether an interceptor that coasts can still arrive: `after` and `slow` of section 5, in any kind of number.

use crate::interval::Interval;
use crate::real::Real;

/// What the steps on coasting need. Letters are those of the specification; `d` is d', and `r1` is r'.
#[derive(Clone, Copy)]
pub struct Chase<N> {
    pub r1: N,
    pub d: N,
    pub climb: N,
    /// d' cos(climb).
    pub level: N,
    /// N, the greatest nearing speed.
    pub nearing: N,
    /// V', the greatest inertial speed.
    pub fastest: N,
}

fn radius<N: Real>() -> N {
    N::exact(6_371_000.0)
}

fn gravity<N: Real>() -> N {
    N::exact(398_600_441_800_000.0)
}

impl<N: Real> Chase<N> {
    /// Whether no coast from anywhere up to `l` away, at altitudes up to `l`, is over within `left`.
    pub fn direct(&self, l: N, left: N) -> bool {
        self.slow(self.d - l, N::exact(0.0), l, left)
    }

    /// The same of motor-out points at altitudes from `q1` to `q2`.
    pub fn climbing(&self, l: N, q1: N, q2: N, left: N) -> bool {
        self.slow(self.after(l, q1), q1, q2, left)
    }

    /// after(q) of section 5.
    fn after(&self, l: N, q: N) -> N {
        if !l.below(self.level) {
            return self.d - l;
        }
        let two = N::exact(2.0);
        let elevation = ((q - l.squared() / (two * radius())) / l).arc_sine();
        let p = (elevation - self.climb).max(N::exact(0.0));
        (self.d.squared() + l.squared() - two * self.d * l * p.cosine()).sqrt()
    }

    /// slow(chord, low, high, left) of section 5.
    ///
    /// Where 2 / (R + high) - V'^2 / GM cannot be told from 10^-9 the straight line decides, which bounds every coast.
    fn slow(&self, chord: N, low: N, high: N, left: N) -> bool {
        let (zero, one, two, four) = (N::exact(0.0), N::exact(1.0), N::exact(2.0), N::exact(4.0));
        if left.below(zero) {
            return true;
        }
        let top = radius::<N>() + high;
        let energy = self.fastest.squared();
        let f = two / top - energy / gravity();
        if !(one / N::exact(1e9)).below(f) {
            let fall = two * gravity() * (one / radius() - one / top);
            return (left * (energy + fall).sqrt()).below(chord);
        }
        let a = one / f;
        let s = radius::<N>() + low + self.r1;
        let rise = (self.r1 - top).max(zero);
        if (four * a).below(s + rise) {
            return true;
        }
        let c = chord.max(rise).min(s - a).max(zero);
        let n = self.nearing.max(one);
        let flat = (N::exact(9.0) / N::exact(10.0) * (gravity::<N>() / a).sqrt() / n).squared();
        let q0 = flat / (one + flat);
        // The specification lets any lower value stand for C0: the lower end, one number throughout.
        let c0 = c.min((four * a * q0 - s).max(rise)).lowest().max(zero);
        left.below(coast_at_least(a, s, c0, c, n))
    }
}

/// Step 5 of slow: the least time of a coast over `c` or more, from the tangent at `c0`.
fn coast_at_least<N: Real>(a: N, s: N, c0: N, c: N, n: N) -> N {
    let (one, two) = (N::exact(1.0), N::exact(2.0));
    let half = |q: N| {
        let q = q.share();
        let (sine, cosine) = (q.sqrt(), (one - q).sqrt());
        (N::angle(sine, cosine) - sine * cosine, sine / cosine)
    };
    let perimeter = N::exact(4.0) * a;
    let ((long, steep), (short, mild)) = (half((s + c0) / perimeter), half((s - c0) / perimeter));
    let pace = (a / gravity()).sqrt();
    let slope = pace * (steep + mild) / two;
    two * a * pace * (long - short) + slope.min(one / n) * (c - c0)
}

impl Chase<Interval> {
    /// The same in doubles, from the middles.
    pub fn near(&self) -> Chase<f64> {
        Chase {
            r1: self.r1.near(),
            d: self.d.near(),
            climb: self.climb.near(),
            level: self.level.near(),
            nearing: self.nearing.near(),
            fastest: self.fastest.near(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(x: Interval, value: f64, tolerance: f64) {
        assert!(x.lo <= value + tolerance && x.hi >= value - tolerance && x.hi - x.lo < tolerance, "{x:?} is not {value}");
    }

    #[test]
    fn a_coast_takes_as_long_as_kepler_s_equation_says() {
        // Lambert's time on a parabola-like long chord against the same chord on a fast straight line: never quicker.
        let (a, s, c) = (Interval::point(8.0e6), Interval::point(1.35e7), Interval::point(2.0e6));
        let t = coast_at_least(a, s, c, c, Interval::ONE);
        let q = |x: f64| (x / 3.2e7).sqrt().asin() * 2.0;
        let (long, short) = (q(1.55e7), q(1.15e7));
        let expected = (5.12e20f64 / 398_600_441_800_000.0).sqrt() * ((long - long.sin()) - (short - short.sin()));
        near(t, expected, 1e-6);
    }
}
