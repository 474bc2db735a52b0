//! Colours by the types of values.

/// What a piece of text is, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Bigints and numbers
    Number,
    Boolean,
    /// Dates
    Date,
    Null,
    RegExp,
    /// What stands for a value that is not shown as such: functions, `[Getter]`, `[Circular *1]`
    Special,
    String,
    Symbol,
    Undefined,
}

impl Style {
    /// The codes that switch the colour on and off, as others chose them before.
    const fn codes(self) -> (u8, u8) {
        match self {
            Self::Number | Self::Boolean => (33, 39),
            Self::Date => (35, 39),
            Self::Null => (1, 22),
            Self::RegExp => (31, 39),
            Self::Special => (36, 39),
            Self::String | Self::Symbol => (32, 39),
            Self::Undefined => (90, 39),
        }
    }

    /// The text in this style's colour.
    pub(super) fn paint(self, text: &str) -> String {
        let (on, off) = self.codes();
        format!("\x1b[{on}m{text}\x1b[{off}m")
    }

    /// The style that scripts know by this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "number" | "bigint" => Self::Number,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            "null" => Self::Null,
            "regexp" => Self::RegExp,
            "special" => Self::Special,
            "string" => Self::String,
            "symbol" => Self::Symbol,
            "undefined" => Self::Undefined,
            _ => return None,
        })
    }
}

/// The text without colours.
pub(in crate::console) fn without_colors(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('\x1b') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain.into()
}
