//! JSON texts to values, natively.
//!
//! The engine's own `JSON.parse` makes a script of the text and runs it, which is slow, keeps every
//! string for ever, and refuses escapes of lone surrogates.
//!
//! <https://tc39.es/ecma262/#sec-json.parse>, without a reviver.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::object::OrdinaryObject,
    property::{PropertyDescriptor, PropertyKey},
};
use taipan_webidl::convert;

use crate::encoding::utf8_decode_without_bom;

/// How many keys are remembered, so that the objects of a list share them. A power of two.
const KEYS: usize = 64;

/// The value of a JSON text.
///
/// <https://infra.spec.whatwg.org/#parse-a-json-string-to-a-javascript-value>
///
/// # Errors
/// A `SyntaxError` if the text is not JSON.
pub fn parse(text: &str, context: &mut Context) -> JsResult<JsValue> {
    Parser {
        text,
        position: 0,
        keys: [const { None }; KEYS],
    }
    .parse(context)
}

/// The value of a JSON text in UTF-8, which may start with a byte order mark.
///
/// <https://infra.spec.whatwg.org/#parse-json-bytes-to-a-javascript-value>
///
/// # Errors
/// A `SyntaxError` if the text is not JSON.
pub fn parse_bytes(bytes: &[u8], context: &mut Context) -> JsResult<JsValue> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    parse(&String::from_utf8_lossy(bytes), context)
}

/// An array or object that is not finished.
enum Open {
    Array(Vec<JsValue>),
    /// With the key of the member that is being read.
    Object(JsObject, PropertyKey),
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    keys: [Option<(&'a str, PropertyKey)>; KEYS],
}

impl<'a> Parser<'a> {
    /// Nesting is kept in a list: a text may be nested deeper than the stack is.
    fn parse(mut self, context: &mut Context) -> JsResult<JsValue> {
        let mut open: Vec<Open> = Vec::new();
        'value: loop {
            self.skip_space();
            let mut value = match self.peek() {
                Some(b'[') => {
                    self.position += 1;
                    self.skip_space();
                    if !self.take(b']') {
                        open.push(Open::Array(Vec::new()));
                        continue 'value;
                    }
                    convert::array([], context).into()
                }
                Some(b'{') => {
                    self.position += 1;
                    let object = JsObject::new(
                        context.root_shape(),
                        context.intrinsics().constructors().object().prototype(),
                        OrdinaryObject,
                    )
                    .upcast();
                    self.skip_space();
                    if !self.take(b'}') {
                        let key = self.key()?;
                        open.push(Open::Object(object, key));
                        continue 'value;
                    }
                    object.into()
                }
                Some(b'"') => {
                    self.position += 1;
                    self.string()?.into()
                }
                Some(b't') => self.literal(b"true", true.into())?,
                Some(b'f') => self.literal(b"false", false.into())?,
                Some(b'n') => self.literal(b"null", JsValue::null())?,
                Some(b'-' | b'0'..=b'9') => self.number()?,
                _ => return Err(self.unexpected()),
            };
            // The value may be the last one of what it is in, and that of what it is in.
            loop {
                self.skip_space();
                match open.pop() {
                    None if self.position == self.text.len() => return Ok(value),
                    None => return Err(self.unexpected()),
                    Some(Open::Array(mut values)) => {
                        values.push(value);
                        if self.take(b',') {
                            open.push(Open::Array(values));
                            continue 'value;
                        }
                        self.expect(b']')?;
                        value = convert::array(values, context).into();
                    }
                    Some(Open::Object(object, key)) => {
                        object.insert_property(
                            key,
                            PropertyDescriptor::builder()
                                .value(value)
                                .writable(true)
                                .enumerable(true)
                                .configurable(true),
                        );
                        if self.take(b',') {
                            self.skip_space();
                            let key = self.key()?;
                            open.push(Open::Object(object, key));
                            continue 'value;
                        }
                        self.expect(b'}')?;
                        value = object.into();
                    }
                }
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    /// What was read since `start`, without the last `less` bytes.
    fn read_since(&self, start: usize, less: usize) -> &'a str {
        let end = self.position.saturating_sub(less);
        self.text.get(start..end).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.position += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.position += usize::from(taken);
        taken
    }

    fn expect(&mut self, byte: u8) -> JsResult<()> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn unexpected(&self) -> boa_engine::JsError {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let message = match rest.chars().next() {
            Some(found) => format!("JSON: unexpected {found:?} at byte {}", self.position),
            None => String::from("JSON: unexpected end of the text"),
        };
        JsNativeError::syntax().with_message(message).into()
    }

    fn literal(&mut self, literal: &[u8], value: JsValue) -> JsResult<JsValue> {
        for byte in literal {
            self.expect(*byte)?;
        }
        Ok(value)
    }

    /// A key, and the colon after it.
    fn key(&mut self) -> JsResult<PropertyKey> {
        self.expect(b'"')?;
        let start = self.position;
        let key = match self.string_parts()? {
            Some(string) => PropertyKey::from(string),
            None => self.known_key(self.read_since(start, 1)),
        };
        self.skip_space();
        self.expect(b':')?;
        Ok(key)
    }

    /// The key of this text, the same string as last time.
    fn known_key(&mut self, text: &'a str) -> PropertyKey {
        let bytes = text.as_bytes();
        let ends = bytes.first().zip(bytes.last());
        let hash = ends.map_or(0, |(first, last)| {
            bytes.len() ^ usize::from(*first) ^ (usize::from(*last) << 1)
        });
        let Some(slot) = self.keys.get_mut(hash % KEYS) else {
            return utf8_decode_without_bom(bytes).into();
        };
        match slot {
            Some((known, key)) if *known == text => key.clone(),
            _ => {
                let key = PropertyKey::from(utf8_decode_without_bom(bytes));
                *slot = Some((text, key.clone()));
                key
            }
        }
    }

    /// The string whose opening quote was read.
    fn string(&mut self) -> JsResult<JsString> {
        let start = self.position;
        Ok(match self.string_parts()? {
            Some(string) => string,
            None => utf8_decode_without_bom(self.read_since(start, 1).as_bytes()),
        })
    }

    /// Reads a string and its closing quote. `None` if it has no escapes, so that it is what stands
    /// between the quotes.
    fn string_parts(&mut self) -> JsResult<Option<JsString>> {
        let mut units: Option<Vec<u16>> = None;
        loop {
            let start = self.position;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..0x20)) {
                self.position += 1;
            }
            let plain = self.read_since(start, 0);
            if let Some(units) = &mut units {
                units.extend(plain.encode_utf16());
            }
            match self.peek() {
                Some(b'"') => {
                    self.position += 1;
                    return Ok(units.map(|units| JsString::from(units.as_slice())));
                }
                Some(b'\\') => {
                    self.position += 1;
                    let unit = self.escape()?;
                    units
                        .get_or_insert_with(|| plain.encode_utf16().collect())
                        .push(unit);
                }
                _ => return Err(self.unexpected()),
            }
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> JsResult<u16> {
        let unit = match self.peek() {
            Some(unit @ (b'"' | b'\\' | b'/')) => unit,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                self.position += 1;
                let mut unit = 0;
                for _ in 0..4 {
                    let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
                    let Some(digit) = digit else {
                        return Err(self.unexpected());
                    };
                    unit = unit << 4 | digit as u16;
                    self.position += 1;
                }
                return Ok(unit);
            }
            _ => return Err(self.unexpected()),
        };
        self.position += 1;
        Ok(unit.into())
    }

    fn digits(&mut self) -> JsResult<()> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected());
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.position += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> JsResult<JsValue> {
        let start = self.position;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        let mut integer = true;
        if self.take(b'.') {
            integer = false;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            integer = false;
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let text = self.read_since(start, 0);
        if integer
            && let Ok(value) = text.parse::<i32>()
            && (value != 0 || !text.starts_with('-'))
        {
            return Ok(value.into());
        }
        match text.parse::<f64>() {
            Ok(value) => Ok(value.into()),
            Err(_) => Err(self.unexpected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use boa_engine::{Source, js_string};

    /// What the engine makes of the value.
    fn stringified(text: &str) -> Result<String, String> {
        let mut context = Context::default();
        let value = parse(text, &mut context).map_err(|error| error.to_string())?;
        let global = context.global_object();
        global
            .set(js_string!("value"), value, true, &mut context)
            .expect("a property");
        let result = context
            .eval(Source::from_bytes("JSON.stringify(value)"))
            .expect("a string");
        Ok(result
            .to_string(&mut context)
            .expect("a string")
            .to_std_string_escaped())
    }

    #[test]
    fn values() {
        for (text, expected) in [
            (" null ", "null"),
            ("true", "true"),
            ("[]", "[]"),
            ("\t{\r\n}", "{}"),
            (
                "[1, -2, 0.5e1, 1E-2, 2147483648, -0]",
                "[1,-2,5,0.01,2147483648,0]",
            ),
            (
                r#"{"a":{"b":[{"a":1},{"a":2}]},"c":"d"}"#,
                r#"{"a":{"b":[{"a":1},{"a":2}]},"c":"d"}"#,
            ),
            (
                r#"{"b":1,"2":1,"a":1,"1":1,"b":2}"#,
                r#"{"1":1,"2":1,"b":2,"a":1}"#,
            ),
            (
                r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\udc0d\ud83d é€🐍""#,
                r#""\"\\/\b\f\n\r\té🐍\ud83d é€🐍""#,
            ),
            (r#"{"__proto__":[]}"#, r#"{"__proto__":[]}"#),
        ] {
            assert_eq!(stringified(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_json() {
        for text in [
            "",
            " ",
            "[",
            "]",
            "[1",
            "[1,]",
            "[,1]",
            "{",
            "{a:1}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "0x1",
            "NaN",
            "tru",
            "truee",
            "'a'",
            "\"",
            "\"\\x\"",
            "\"\\u12g4\"",
            "\"a\nb\"",
            "1 2",
            "\u{feff}1",
            "[1\u{a0}]",
        ] {
            assert!(stringified(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deeply_nested() {
        let mut context = Context::default();
        let text = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert!(parse(&text, &mut context).is_ok());
        assert!(parse(&text[..200_001], &mut context).is_err());
    }
}
