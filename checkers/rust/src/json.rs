//! A strict reader of JSON, and the canonical bytes that the hash is taken of.

/// Deepest nesting that is read; a certificate has seven levels.
const DEEPEST: usize = 32;

/// A JSON value. Numbers have no place in the format, so they are none of its kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Text(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
    Word(&'static str),
}

impl Value {
    /// Whether both are the same, whatever the order of keys.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Table(a), Value::Table(b)) => {
                a.len() == b.len() && a.iter().all(|(key, value)| b.iter().any(|(k, v)| k == key && value.same(v)))
            }
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.same(y)),
            _ => self == other,
        }
    }
}

/// The value that the bytes spell, or what is wrong with them and where.
pub fn parse(bytes: &[u8]) -> Result<Value, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| format!("byte {}: not UTF-8", e.valid_up_to()))?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return reader.wrong("nothing more was expected");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong<T>(&self, what: &str) -> Result<T, String> {
        Err(format!("byte {}: {what}", self.at))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Whether the next byte after white space is `mark`, which is then read.
    fn take(&mut self, mark: u8) -> bool {
        self.space();
        let found = self.peek() == Some(mark);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        self.space();
        if depth > DEEPEST {
            return self.wrong("nested too deep");
        }
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.table(depth),
            Some(b'-' | b'0'..=b'9') => self.wrong("a number without quotes; decimals are strings"),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Value, String> {
        for word in ["true", "false", "null"] {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(Value::Word(word));
            }
        }
        self.wrong("a value was expected")
    }

    fn list(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return self.wrong("',' or ']' was expected");
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Value, String> {
        self.at += 1;
        let mut entries: Vec<(String, Value)> = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Table(entries));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return self.wrong("a key was expected");
            }
            let key = self.string()?;
            if entries.iter().any(|(other, _)| *other == key) {
                return self.wrong(&format!("the key {key:?} is given twice"));
            }
            if entries.len() == 64 {
                return self.wrong("a table with more than 64 keys");
            }
            if !self.take(b':') {
                return self.wrong("':' was expected");
            }
            entries.push((key, self.value(depth + 1)?));
            if self.take(b'}') {
                return Ok(Value::Table(entries));
            }
            if !self.take(b',') {
                return self.wrong("',' or '}' was expected");
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return self.wrong("a control character in a string"),
                None => return self.wrong("the string does not end"),
            }
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        self.at += 1;
        let mark = self.peek();
        self.at += 1;
        Ok(match mark {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => {
                self.at -= 1;
                return self.wrong("an unknown escape");
            }
        })
    }

    fn code_point(&mut self) -> Result<char, String> {
        let mut units = vec![self.four_digits()?];
        if (0xD800..0xDC00).contains(&units[0]) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            units.push(self.four_digits()?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(c)) => Ok(c),
            _ => self.wrong("half of a surrogate pair"),
        }
    }

    fn four_digits(&mut self) -> Result<u16, String> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or(&[]);
        if digits.len() < 4 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return self.wrong("four hexadecimal digits were expected");
        }
        self.at += 4;
        Ok(digits.iter().fold(0, |n, d| n * 16 + (*d as char).to_digit(16).unwrap_or(0) as u16))
    }
}

/// Appends the canonical bytes of a value.
pub fn canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Word(word) => out.extend_from_slice(word.as_bytes()),
        Value::Text(text) => canonical_text(text, out),
        Value::List(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                canonical(item, out);
            }
            out.push(b']');
        }
        Value::Table(entries) => {
            let mut sorted: Vec<&(String, Value)> = entries.iter().collect();
            sorted.sort_by(|a, b| a.0.chars().cmp(b.0.chars()));
            out.push(b'{');
            for (n, (key, item)) in sorted.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                canonical_text(key, out);
                out.push(b':');
                canonical(item, out);
            }
            out.push(b'}');
        }
    }
}

fn canonical_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            ' '..='~' => out.push(c as u8),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        let mut out = Vec::new();
        canonical(&parse(text.as_bytes()).unwrap(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn canonical_bytes() {
        assert_eq!(
            round("\t{ \"b\" : [ \"\\u00e9\", true ,null], \"a\":\"\\/\\n\u{7f}\u{1F600}\\\"\" } \n"),
            r#"{"a":"/\n\u007f\ud83d\ude00\"","b":["\u00e9",true,null]}"#
        );
        assert_eq!(round("[{},[],\"\\ud83d\\ude00\"]"), r#"[{},[],"\ud83d\ude00"]"#);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = "[".repeat(40) + &"]".repeat(40);
        for text in [
            "",
            "[",
            "[1]",
            "[\"a\",]",
            "{\"a\":\"b\",}",
            "{\"a\":\"1\",\"a\":\"2\"}",
            "{\"a\":\"1\",\"\\u0061\":\"2\"}",
            "\"a",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"\\ud800\"",
            "\"\\ud800\\u0041\"",
            "\"a\nb\"",
            "nul",
            "NaN",
            "{} {}",
            "\u{feff}{}",
            "'a'",
            "{a:\"b\"}",
            &deep,
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(parse(b"\"\xff\"").is_err());
    }
}
