//! What goes wrong in conversions, and where.

use std::fmt::{self, Write as _};

use ::serde::{de, ser};
use boa_engine::{JsError, JsNativeError};

/// A step from a value to one that it contains.
#[derive(Debug)]
enum Step {
    Property(String),
    Element(usize),
}

/// Why.
#[derive(Debug)]
enum Cause {
    /// What script has thrown, as it is.
    Thrown(JsError),
    Type(String),
    Range(String),
}

/// An error of serde's.
#[derive(Debug)]
pub(super) struct Error {
    cause: Cause,
    /// The way to the place, the last step first.
    path: Vec<Step>,
}

impl Error {
    fn new(cause: Cause) -> Self {
        Self {
            cause,
            path: Vec::new(),
        }
    }

    pub(super) fn range(message: impl Into<String>) -> Self {
        Self::new(Cause::Range(message.into()))
    }

    /// It happened in a property.
    pub(super) fn in_property(mut self, name: &str) -> Self {
        self.path.push(Step::Property(name.to_owned()));
        self
    }

    /// It happened in an element.
    pub(super) fn in_element(mut self, index: usize) -> Self {
        self.path.push(Step::Element(index));
        self
    }

    /// The exception.
    pub(super) fn into_js(self) -> JsError {
        match &self.cause {
            Cause::Type(_) => JsNativeError::typ().with_message(self.to_string()).into(),
            Cause::Range(_) => JsNativeError::range().with_message(self.to_string()).into(),
            Cause::Thrown(error) => error.clone(),
        }
    }

    /// The place, as an expression of script would have it.
    fn place(&self) -> String {
        let mut place = String::new();
        for step in self.path.iter().rev() {
            // Writing to a string does not fail.
            let _ = match step {
                Step::Element(index) => write!(place, "[{index}]"),
                Step::Property(name) if !is_identifier(name) => write!(place, "[{name:?}]"),
                Step::Property(name) if place.is_empty() => write!(place, "{name}"),
                Step::Property(name) => write!(place, ".{name}"),
            };
        }
        place
    }
}

/// Whether a property of this name is written with a dot. Others may be, but are clearer with brackets.
fn is_identifier(name: &str) -> bool {
    let is_start = |c: char| c.is_alphabetic() || c == '_' || c == '$';
    name.starts_with(is_start) && name.chars().all(|c| is_start(c) || c.is_numeric())
}

impl From<JsError> for Error {
    fn from(error: JsError) -> Self {
        Self::new(Cause::Thrown(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.place())?;
        }
        match &self.cause {
            Cause::Type(message) | Cause::Range(message) => f.write_str(message),
            Cause::Thrown(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Cause::Type(message.to_string()))
    }
}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Cause::Type(message.to_string()))
    }
}
