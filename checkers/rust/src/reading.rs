//! Reading values of the file by the domains of the format, with the place of each fault.

use crate::decimal::Decimal;
use crate::json::Value;

/// A value with the path that leads to it.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    value: &'a Value,
    path: Path<'a>,
}

/// The way from the top of the file, written out only for a fault.
#[derive(Clone, Copy)]
enum Path<'a> {
    Top,
    Key(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Path<'_> {
    fn words(&self) -> String {
        match self {
            Path::Top => String::new(),
            Path::Key(Path::Top, key) => key.to_string(),
            Path::Key(above, key) => format!("{}.{key}", above.words()),
            Path::Item(above, n) => format!("{}[{n}]", above.words()),
        }
    }
}

impl<'a> Field<'a> {
    pub fn top(value: &'a Value) -> Field<'a> {
        Field { value, path: Path::Top }
    }

    /// The fault that something else was expected here.
    pub fn expected<T>(&self, what: &str) -> Result<T, String> {
        self.fault(&format!("expected {what}"))
    }

    /// A fault of this value.
    pub fn fault<T>(&self, what: &str) -> Result<T, String> {
        match self.path {
            Path::Top => Err(what.to_string()),
            _ => Err(format!("{}: {what}", self.path.words())),
        }
    }

    /// Reads a table that has exactly `keys` by `read`, which gets a field for each in their order.
    pub fn table<const N: usize, T>(&self, keys: [&str; N], read: impl FnOnce([Field; N]) -> Result<T, String>) -> Result<T, String> {
        let entries = match self.value {
            Value::Table(entries) => entries,
            _ => return self.expected("a table"),
        };
        if let Some((key, _)) = entries.iter().find(|(key, _)| !keys.contains(&key.as_str())) {
            return self.expected(&format!("no key {key:?}; the keys are {}", keys.join(", ")));
        }
        if let Some(key) = keys.iter().find(|key| !entries.iter().any(|(k, _)| k == *key)) {
            return self.expected(&format!("the key {key:?}"));
        }
        let path = self.path;
        read(keys.map(|key| {
            let n = entries.iter().position(|(k, _)| k == key).unwrap_or(0);
            Field { value: &entries[n].1, path: Path::Key(&path, &entries[n].0) }
        }))
    }

    /// Reads a table that has exactly `keys`, each value by `read`, in their order.
    pub fn keyed<T>(&self, keys: &[String], mut read: impl FnMut(Field) -> Result<T, String>) -> Result<Vec<T>, String> {
        match self.value {
            Value::Table(entries) if entries.len() == keys.len() => {
                let path = self.path;
                let entry = |key: &String| entries.iter().find(|(k, _)| k == key);
                keys.iter()
                    .map(|key| match entry(key) {
                        Some((name, value)) => read(Field { value, path: Path::Key(&path, name) }),
                        None => self.expected(&format!("the key {key:?}")),
                    })
                    .collect()
            }
            _ => self.expected(&format!("a table of {}", keys.join(", "))),
        }
    }

    /// A fault if a name stands twice.
    pub fn each_once<'n>(&self, names: impl Iterator<Item = &'n String>) -> Result<(), String> {
        let mut sorted: Vec<&String> = names.collect();
        sorted.sort_unstable();
        match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => self.fault(&format!("{:?} stands twice", pair[0])),
            None => Ok(()),
        }
    }

    /// The value itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// The list's items, each read by `read`.
    pub fn list<T>(&self, mut read: impl FnMut(Field) -> Result<T, String>) -> Result<Vec<T>, String> {
        let items = match self.value {
            Value::List(items) => items,
            _ => return self.expected("a list"),
        };
        let path = self.path;
        items.iter().enumerate().map(|(n, value)| read(Field { value, path: Path::Item(&path, n) })).collect()
    }

    /// The same, with at least one item.
    pub fn some<T>(&self, read: impl FnMut(Field) -> Result<T, String>) -> Result<Vec<T>, String> {
        let items = self.list(read)?;
        if items.is_empty() {
            return self.expected("at least one item");
        }
        Ok(items)
    }

    pub fn string(&self) -> Result<&'a str, String> {
        match self.value {
            Value::Text(text) => Ok(text),
            _ => self.expected("a string"),
        }
    }

    /// A text of the format.
    pub fn text(&self) -> Result<&'a str, String> {
        let text = self.string()?;
        if text.len() > 400 || !text.bytes().all(|b| (0x20..=0x7E).contains(&b)) {
            return self.expected("at most 400 characters from space to tilde");
        }
        Ok(text)
    }

    /// A text that is `value` and nothing else.
    pub fn exactly(&self, value: &str) -> Result<(), String> {
        if self.string()? == value {
            Ok(())
        } else {
            self.expected(&format!("{value:?}"))
        }
    }

    /// A list of exactly the texts `values`.
    pub fn exact_list(&self, values: &[&str]) -> Result<(), String> {
        let items = self.list(|f| f.string().map(str::to_string))?;
        match (0..values.len()).find(|n| items.get(*n).map(String::as_str) != Some(values[*n])) {
            Some(n) => self.expected(&format!("as item {n}: {:?}", values[n])),
            None if items.len() > values.len() => self.expected(&format!("{} items", values.len())),
            None => Ok(()),
        }
    }

    pub fn digest(&self) -> Result<(), String> {
        let text = self.string()?;
        if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(())
        } else {
            self.expected("64 lower-case hexadecimal digits")
        }
    }

    pub fn day(&self) -> Result<&'a str, String> {
        let text = self.text()?;
        if is_day(text) {
            Ok(text)
        } else {
            self.expected("a day such as 2018-12-31")
        }
    }

    /// A decimal from `low` to `high`, both included.
    pub fn decimal(&self, low: Decimal, high: Decimal) -> Result<Decimal, String> {
        let text = self.string()?;
        let number = match Decimal::parse(text) {
            Some(number) => number,
            None => return self.expected("a decimal"),
        };
        if number < low || number > high {
            return self.expected(&format!("a number within its domain, not {text}"));
        }
        Ok(number)
    }

    /// A decimal between two whole numbers.
    pub fn within(&self, low: i128, high: i128) -> Result<Decimal, String> {
        self.decimal(Decimal::whole(low), Decimal::whole(high))
    }

    /// Exactly `N` items.
    pub fn items<const N: usize, T: Copy>(&self, mut read: impl FnMut(usize, Field) -> Result<T, String>) -> Result<[T; N], String> {
        let mut n = 0;
        let read = self.list(|f| {
            n += 1;
            read(n - 1, f)
        })?;
        <[T; N]>::try_from(read.as_slice()).or_else(|_| self.expected(&format!("{N} items")))
    }

    /// A pair low, high inside a domain and no narrower than `least`.
    pub fn pair(&self, low: i128, high: i128, least: Decimal) -> Result<[Decimal; 2], String> {
        let pair = self.items(|_, f| f.within(low, high))?;
        if pair[0] > pair[1] || pair[1].minus(pair[0]) < least {
            return self.expected("low and high, in that order and not closer than the least width");
        }
        Ok(pair)
    }

    /// A box: south, west, north, east in degrees, each side at least `least`.
    pub fn area(&self, least: Decimal) -> Result<Area, String> {
        let [south, west, north, east] = self.items(|n, f| if n % 2 == 0 { f.within(-90, 90) } else { f.within(-360, 360) })?;
        if south > north || west > east || north.minus(south) < least || east.minus(west) < least {
            return self.expected("south, west, north, east, with sides of the least width");
        }
        Ok(Area { lat_deg: [south, north], lon_deg: [west, east] })
    }
}

/// A box of places, in degrees.
#[derive(Clone, Copy, Debug)]
pub struct Area {
    pub lat_deg: [Decimal; 2],
    pub lon_deg: [Decimal; 2],
}

/// Whether the text is a date of the proleptic Gregorian calendar, years 0001 to 9999.
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shape = bytes.len() == 10 && (0..10).all(|n| if n == 4 || n == 7 { bytes[n] == b'-' } else { bytes[n].is_ascii_digit() });
    if !shape {
        return false;
    }
    let number = |range: std::ops::Range<usize>| bytes[range].iter().fold(0u32, |n, d| n * 10 + u32::from(d - b'0'));
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year >= 1 && day >= 1 && day <= length
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days_of_the_calendar() {
        for day in ["2018-12-31", "2000-02-29", "2024-02-29", "0001-01-01", "9999-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for day in
            ["1900-02-29", "2023-02-29", "2023-04-31", "2023-00-01", "2023-13-01", "2023-1-01", "0000-01-01", "2023-01-00", "20230101"]
        {
            assert!(!is_day(day), "{day}");
        }
    }
}
