//! Strings in quotes, and keys.

use std::fmt::Write as _;

use boa_engine::{
    JsString,
    property::PropertyKey,
    string::{CodePoint, JsStrVariant},
};

/// A string in quotes, with escapes for what would not be clear otherwise.
///
/// The quotes are single ones, unless the string has such and others would need no escape.
pub(super) fn quote(text: &JsString) -> String {
    let has = |wanted: u16| text.iter().any(|unit| unit == wanted);
    let quote = if !has(u16::from(b'\'')) {
        '\''
    } else if !has(u16::from(b'"')) {
        '"'
    } else if !has(u16::from(b'`')) && !has_substitution(text) {
        '`'
    } else {
        '\''
    };
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push(quote);
    escape_into(&mut quoted, text, quote);
    quoted.push(quote);
    quoted
}

/// Whether the string has a `${`, which means something in a template.
fn has_substitution(text: &JsString) -> bool {
    let mut previous = 0;
    text.iter().any(|unit| {
        let found = previous == u16::from(b'$') && unit == u16::from(b'{');
        previous = unit;
        found
    })
}

/// The text of a string with escapes, in no quotes.
pub(super) fn escape(text: &JsString) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(&mut escaped, text, '\'');
    escaped
}

fn escape_into(escaped: &mut String, text: &JsString, quote: char) {
    // Most strings have nothing to escape.
    if let JsStrVariant::Latin1(bytes) = text.as_str().variant()
        && bytes
            .iter()
            .all(|byte| matches!(byte, b' '..=b'~') && *byte != b'\\' && char::from(*byte) != quote)
    {
        escaped.extend(bytes.iter().map(|byte| char::from(*byte)));
        return;
    }
    for point in text.code_points() {
        match point {
            CodePoint::Unicode('\n') => escaped.push_str("\\n"),
            CodePoint::Unicode('\r') => escaped.push_str("\\r"),
            CodePoint::Unicode('\t') => escaped.push_str("\\t"),
            CodePoint::Unicode('\u{8}') => escaped.push_str("\\b"),
            CodePoint::Unicode('\u{c}') => escaped.push_str("\\f"),
            CodePoint::Unicode('\\') => escaped.push_str("\\\\"),
            CodePoint::Unicode(c) if c == quote => {
                escaped.push('\\');
                escaped.push(c);
            }
            CodePoint::Unicode(c) if c.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(escaped, "\\x{:02X}", u32::from(c));
            }
            CodePoint::Unicode(c) => escaped.push(c),
            CodePoint::UnpairedSurrogate(unit) => {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
}

/// What a key is as text, and whether that is a string in quotes.
pub(super) fn key_text(key: &PropertyKey) -> (String, bool) {
    match key {
        PropertyKey::String(name) => {
            let text = name.to_std_string_lossy();
            let is_word = text
                .bytes()
                .next()
                .is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if text == "__proto__" {
                ("['__proto__']".to_owned(), false)
            } else if is_word {
                (text, false)
            } else {
                (quote(name), true)
            }
        }
        PropertyKey::Symbol(symbol) => (escape(&symbol.descriptive_string()), false),
        PropertyKey::Index(index) => (format!("'{}'", index.get()), true),
    }
}
