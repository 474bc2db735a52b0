//! Strings that may leave their thread.

use boa_engine::{JsStr, JsString, string::JsStrVariant};

/// The code units of a string, as the engine stores them: a string of the engine itself belongs to its thread.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Text {
    /// Code units below 256.
    Latin1(Box<[u8]>),
    /// Any code units, lone surrogates included.
    Utf16(Box<[u16]>),
}

impl Text {
    /// As text for people.
    #[must_use]
    pub fn to_string_lossy(&self) -> String {
        match self {
            Self::Latin1(units) => units.iter().copied().map(char::from).collect(),
            Self::Utf16(units) => String::from_utf16_lossy(units),
        }
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Latin1(Box::default())
    }
}

impl From<&JsString> for Text {
    fn from(string: &JsString) -> Self {
        match string.as_str().variant() {
            JsStrVariant::Latin1(units) => Self::Latin1(units.into()),
            JsStrVariant::Utf16(units) => Self::Utf16(units.into()),
        }
    }
}

impl From<&str> for Text {
    fn from(string: &str) -> Self {
        Self::from(&JsString::from(string))
    }
}

impl From<&Text> for JsString {
    fn from(text: &Text) -> Self {
        Self::from(match text {
            Text::Latin1(units) => JsStr::latin1(units),
            Text::Utf16(units) => JsStr::utf16(units),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_survive_the_way_there_and_back() {
        for units in [&[][..], &[0x61, 0xe9], &[0x20ac, 0x61], &[0xd800]] {
            let string = JsString::from(units);
            assert_eq!(JsString::from(&Text::from(&string)), string);
        }
        assert_eq!(Text::from("ä").to_string_lossy(), "ä");
        assert_eq!(Text::from("€").to_string_lossy(), "€");
        assert_eq!(Text::default(), Text::from(""));
    }
}
