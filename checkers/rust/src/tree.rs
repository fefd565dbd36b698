//! Walks a tree of halvings and judges its leaves.

use crate::decimal::Decimal;
use crate::inequality::{Leaf, Rules};
use crate::interval::Interval;
use crate::reading::Area;
use crate::region::{radians, Region, Side, Sides};
use crate::statement::{Cell, Statement, Threat};

const DEEPEST: usize = 200;
const LONGEST: usize = 20_000_000;

/// How many leaves were judged, and how many of them needed more than emptiness.
#[derive(Default, Clone, Copy)]
pub struct Count {
    pub leaves: u64,
    pub chased: u64,
}

/// After so many boxes it is told how many there were.
const TOLD: u64 = 1000;

/// Checks the tree over one box of sites and one cell, and returns `count` with its leaves added.
pub fn check(
    tree: &str,
    within: &Area,
    cell: &Cell,
    threat: &Threat,
    statement: &Statement,
    count: Count,
    tell: &mut dyn FnMut(u64),
) -> Result<Count, String> {
    if tree.len() > LONGEST {
        return Err(format!("longer than {LONGEST} characters"));
    }
    let mut walk = Walk {
        marks: tree.as_bytes(),
        at: 0,
        rules: Rules::of(statement, threat),
        within,
        outside: &statement.outside,
        paths: [Halvings::default(); 2],
        count,
        tell,
    };
    walk.node(&root(within, cell, threat), 0)?;
    if walk.at < tree.len() {
        return Err(format!("character {}: the tree has ended", walk.at));
    }
    Ok(walk.count)
}

/// The sides of the root, in rad and m.
fn root(within: &Area, cell: &Cell, threat: &Threat) -> Sides {
    let [azimuth, range, loft, altitude, downrange] = cell.0;
    let length = |[low, high]: [Decimal; 2]| Side { low: low.enclosure(), high: high.enclosure() };
    let turned = |[low, high]: [Decimal; 2]| Side { low: radians(low.enclosure()), high: radians(high.enclosure()) };
    let flown = Side { low: Interval::ZERO, high: turned(range).high };
    [
        turned(within.lat_deg),
        turned(within.lon_deg),
        turned(azimuth),
        turned(range),
        turned(loft),
        flown,
        length(altitude),
        length(downrange),
        turned(threat.origin.lat_deg),
        turned(threat.origin.lon_deg),
    ]
}

struct Walk<'a> {
    marks: &'a [u8],
    at: usize,
    rules: Rules,
    within: &'a Area,
    outside: &'a [Area],
    /// Halvings of the sides of the sites.
    paths: [Halvings; 2],
    count: Count,
    tell: &'a mut dyn FnMut(u64),
}

impl Walk<'_> {
    fn node(&mut self, sides: &Sides, depth: usize) -> Result<(), String> {
        let at = self.at;
        let mark = *self.marks.get(at).ok_or_else(|| format!("character {at}: the tree ends early"))?;
        self.at += 1;
        let side = match mark {
            b'.' => return self.leaf(sides, at),
            b'0'..=b'9' if depth < DEEPEST => usize::from(mark - b'0'),
            b'0'..=b'9' => return Err(format!("character {at}: more than {DEEPEST} halvings")),
            _ => return Err(format!("character {at}: neither a digit nor a leaf")),
        };
        let Side { low, high } = sides[side];
        let middle = sides[side].middle();
        for (part, upper) in [(Side { low, high: middle }, false), (Side { low: middle, high }, true)] {
            let mut halved = *sides;
            halved[side] = part;
            if side < 2 {
                self.paths[side].push(upper);
            }
            self.node(&halved, depth + 1)?;
            if side < 2 {
                self.paths[side].pop();
            }
        }
        Ok(())
    }

    fn leaf(&mut self, sides: &Sides, at: usize) -> Result<(), String> {
        self.count.leaves += 1;
        if self.count.leaves % TOLD == 0 {
            (self.tell)(self.count.leaves);
        }
        if self.outside.iter().any(|area| self.excluded(area)) {
            return Ok(());
        }
        match self.rules.judge(&Region::of(sides)) {
            Leaf::Empty => Ok(()),
            Leaf::TooSlow => {
                self.count.chased += 1;
                Ok(())
            }
            Leaf::NotFree => Err(format!("character {at}: this box is not free")),
        }
    }

    /// Whether the box of sites lies inside `area`, edges included.
    fn excluded(&self, area: &Area) -> bool {
        let sides = [(self.within.lat_deg, area.lat_deg), (self.within.lon_deg, area.lon_deg)];
        sides.iter().zip(&self.paths).all(|((whole, part), path)| {
            let units = |end: Decimal| end.units();
            match (units(whole[0]), units(whole[1]), units(part[0]), units(part[1])) {
                (Some(low), Some(high), Some(from), Some(to)) => path.inside(high - low, from - low, to - low),
                _ => false,
            }
        })
    }
}

/// The halvings of one side from its root, first to last: the part [k, k + 1] / 2^n of it, k having the bits `upper`.
#[derive(Clone, Copy, Default)]
struct Halvings {
    upper: [u64; 4],
    n: usize,
}

impl Halvings {
    fn push(&mut self, upper: bool) {
        let (word, bit) = (self.n / 64, 1u64 << (self.n % 64));
        if upper {
            self.upper[word] |= bit;
        } else {
            self.upper[word] &= !bit;
        }
        self.n += 1;
    }

    fn pop(&mut self) {
        self.n -= 1;
    }

    /// Whether the part lies between `from` and `to`, all counted from the root's lower end, the root being `width` wide. Exact.
    fn inside(&self, width: i128, from: i128, to: i128) -> bool {
        self.reaches(width, from) && self.mirrored().reaches(width, width - to)
    }

    /// The same part counted from the upper end.
    fn mirrored(&self) -> Halvings {
        Halvings { upper: self.upper.map(|word| !word), n: self.n }
    }

    /// Whether k / 2^n * `width` is at least `edge`: k's bits against those of edge / width, by long division.
    fn reaches(&self, width: i128, edge: i128) -> bool {
        if edge <= 0 || edge >= width {
            return edge <= 0;
        }
        let mut rest = edge;
        for n in 0..self.n {
            rest *= 2;
            let digit = rest >= width;
            if digit {
                rest -= width;
            }
            let bit = self.upper[n / 64] >> (n % 64) & 1 == 1;
            if bit != digit {
                return bit;
            }
        }
        rest == 0
    }
}

#[cfg(test)]
mod tests {
    use super::Halvings;

    fn part(bits: &str) -> Halvings {
        let mut path = Halvings::default();
        bits.bytes().for_each(|b| path.push(b == b'1'));
        path
    }

    #[test]
    fn parts_against_edges_that_touch() {
        // Sixteenths of a side 16 wide: 0110 is [6, 7].
        let path = part("0110");
        assert!(path.inside(16, 6, 7) && path.inside(16, -5, 7) && path.inside(16, 6, 99));
        assert!(!path.inside(16, 7, 9) && !path.inside(16, 5, 6) && !path.inside(1600, 601, 700) && !path.inside(1600, 600, 699));
        assert!(part("").inside(10, 0, 10) && !part("").inside(10, 1, 10) && !part("").inside(10, 0, 9));
        assert!(part("11").inside(4, 3, 4) && !part("11").inside(4, 4, 5) && !part("00").inside(4, -2, 0));
        // A third is no dyadic number.
        assert!(part("011").inside(3, 1, 3) && !part("010").inside(3, 1, 3));
    }

    #[test]
    fn two_hundred_halvings() {
        let path = part(&"01".repeat(100));
        assert!(path.inside(3, 0, 2) && !path.inside(3, 1, 2));
    }
}
