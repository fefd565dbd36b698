//! Decimals as the file writes them: exact, for domains and for edges that touch.

use crate::interval::{down, up, Interval};

/// Twenty places behind the point.
const SCALE: i128 = 100_000_000_000_000_000_000;

/// The number `whole` + `places` / 10^20 with 0 <= places < 10^20.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal {
    whole: i128,
    places: i128,
}

impl Decimal {
    /// `thousandths` / 1000.
    pub const fn thousandths(thousandths: i128) -> Decimal {
        Decimal { whole: thousandths.div_euclid(1000), places: thousandths.rem_euclid(1000) * (SCALE / 1000) }
    }

    pub const fn whole(whole: i128) -> Decimal {
        Decimal { whole, places: 0 }
    }

    /// The decimal that a text spells: `-?[0-9]{1,20}(\.[0-9]{1,20})?`.
    pub fn parse(text: &str) -> Option<Decimal> {
        let (negative, size) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, places) = match size.split_once('.') {
            Some((whole, places)) => (digits(whole)?, digits(places)? * 10i128.pow(20 - places.len() as u32)),
            None => (digits(size)?, 0),
        };
        Some(match (negative, places) {
            (false, _) => Decimal { whole, places },
            (true, 0) => Decimal { whole: -whole, places: 0 },
            (true, _) => Decimal { whole: -whole - 1, places: SCALE - places },
        })
    }

    pub fn plus(self, other: Decimal) -> Decimal {
        let places = self.places + other.places;
        Decimal { whole: self.whole + other.whole + places / SCALE, places: places % SCALE }
    }

    pub fn minus(self, other: Decimal) -> Decimal {
        let places = self.places - other.places;
        Decimal { whole: self.whole - other.whole + places.div_euclid(SCALE), places: places.rem_euclid(SCALE) }
    }

    /// The number in units of 10^-20, if it is below 10^17 in size.
    pub fn units(self) -> Option<i128> {
        let limit = 100_000_000_000_000_000;
        (self.whole > -limit && self.whole < limit).then(|| self.whole * SCALE + self.places)
    }

    /// A double near the number.
    pub fn near(self) -> f64 {
        self.whole as f64 + self.places as f64 / 1e20
    }

    /// An interval that encloses the number: one point for a whole number below 2^53.
    pub fn enclosure(self) -> Interval {
        let near = |n: i128| {
            let x = n as f64;
            if n.abs() < (1 << 53) {
                Interval::point(x)
            } else {
                Interval::new(down(x), up(x))
            }
        };
        if self.places == 0 {
            near(self.whole)
        } else {
            near(self.whole) + near(self.places) / Interval::point(1e20)
        }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let (sign, whole, places) = match (self.whole < 0, self.places) {
            (true, 0) => ("-", -self.whole, 0),
            (true, places) => ("-", -self.whole - 1, SCALE - places),
            (false, places) => ("", self.whole, places),
        };
        let places = format!(".{places:020}");
        write!(f, "{sign}{whole}{}", places.trim_end_matches('0').trim_end_matches('.'))
    }
}

fn digits(text: &str) -> Option<i128> {
    if text.is_empty() || text.len() > 20 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn only_the_form_of_the_format_is_read() {
        for text in ["", "-", "+1", "1.", ".5", "1e3", " 1", "1\n", "1.2.3", "--1", "123456789012345678901", "0.123456789012345678901", "٣"]
        {
            assert!(Decimal::parse(text).is_none(), "{text:?}");
        }
        for text in ["0", "-0", "007", "99999999999999999999.99999999999999999999", "-99999999999999999999.5"] {
            assert!(Decimal::parse(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn order_and_difference_are_exact() {
        assert!(of("-0") == of("0.000"));
        assert!(of("-1.5") < of("-1.4") && of("-0.1") < of("0") && of("0.3") == of("0.1").plus(of("0.2")));
        assert!(of("-1.5").minus(of("0.25")) == of("-1.75") && of("0.1").minus(of("0.3")) == of("-0.2"));
        assert!(Decimal::thousandths(-1500) == of("-1.5"));
        assert_eq!(of("-1.5").units(), Some(-150_000_000_000_000_000_000));
        assert_eq!(of("99999999999999999999").units(), None);
    }

    #[test]
    fn written_as_read() {
        for text in ["0", "-1.5", "47.00000000000000000001", "-12", "0.25", "-0.25"] {
            assert_eq!(of(text).to_string(), text);
        }
    }

    #[test]
    fn enclosures_hold_the_number() {
        let third = of("-0.33333333333333333333").enclosure();
        assert!(third.lo <= -1.0 / 3.0 && third.hi >= -0.3333333333333333 && third.hi - third.lo < 1e-15);
        let seven = of("7").enclosure();
        assert!(seven.lo == 7.0 && seven.hi == 7.0);
    }
}
