//! A box of sites and arcs, and the constants of section 1.

use crate::interval::Interval;

pub const R: Interval = Interval::point(6_371_000.0);
pub const GM: Interval = Interval::point(398_600_441_800_000.0);

/// pi / 180 lies between these neighbours.
const DEGREE: Interval = Interval { lo: 0.017453292519943295, hi: 0.0174532925199433 };

/// The Earth's turn in rad/s.
pub fn omega() -> Interval {
    Interval::point(7_292_115.0) / Interval::point(1e11)
}

pub fn radians(degrees: Interval) -> Interval {
    degrees * DEGREE
}

/// A side of a box, in rad or m.
#[derive(Clone, Copy)]
pub struct Side {
    pub low: Interval,
    pub high: Interval,
}

impl Side {
    pub fn middle(self) -> Interval {
        (self.low + self.high).halved()
    }

    pub fn half(self) -> Interval {
        (self.high - self.low).halved()
    }
}

/// The ten sides of the specification in the order of its marks, in rad and m.
pub type Sides = [Side; 10];

/// The sides by name.
pub struct Region {
    pub lat: Side,
    pub lon: Side,
    pub azimuth: Side,
    pub range: Side,
    pub loft: Side,
    pub flown: Side,
    pub altitude: Side,
    pub downrange: Side,
    pub origin_lat: Side,
    pub origin_lon: Side,
}

impl Region {
    pub fn of(sides: &Sides) -> Region {
        let [lat, lon, azimuth, range, loft, flown, altitude, downrange, origin_lat, origin_lon] = *sides;
        Region { lat, lon, azimuth, range, loft, flown, altitude, downrange, origin_lat, origin_lon }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circular::PI;
    use crate::interval::{down, up};

    #[test]
    fn a_degree_is_the_180th_part_of_half_a_turn() {
        let quotient = PI / Interval::point(180.0);
        assert!(quotient.lo <= DEGREE.lo && DEGREE.hi <= quotient.hi && up(DEGREE.lo) >= DEGREE.hi && down(DEGREE.hi) <= DEGREE.lo);
    }
}
