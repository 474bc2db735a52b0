//! Why an operation fails, told apart from JavaScript so that it can cross threads.

use boa_engine::{Context, JsError, JsNativeError};
use taipan_webidl::DomException;

use crate::random::{Random, RandomError};

/// What the promise of an operation is rejected with.
#[derive(Debug)]
pub(super) enum Failure {
    /// A `DOMException` of that name.
    Exception(&'static str, String),
    /// A `TypeError`.
    Type(String),
}

/// The outcome of an operation or a part of one.
pub(super) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// The operation itself failed.
    pub(super) fn operation(message: impl Into<String>) -> Self {
        Self::Exception("OperationError", message.into())
    }

    /// The key's data is not what it should be.
    pub(super) fn data(message: impl Into<String>) -> Self {
        Self::Exception("DataError", message.into())
    }

    /// The usages do not fit the algorithm.
    pub(super) fn syntax(message: impl Into<String>) -> Self {
        Self::Exception("SyntaxError", message.into())
    }

    /// There is no such algorithm for that operation.
    pub(super) fn not_supported(message: impl Into<String>) -> Self {
        Self::Exception("NotSupportedError", message.into())
    }

    /// The key does not fit the operation.
    pub(super) fn invalid_access(message: impl Into<String>) -> Self {
        Self::Exception("InvalidAccessError", message.into())
    }

    /// Makes the JavaScript error.
    pub(super) fn throw(self, context: &mut Context) -> JsError {
        match self {
            Self::Exception(name, message) => DomException::new(name, &message).into_error(context),
            Self::Type(message) => JsNativeError::typ().with_message(message).into(),
        }
    }
}

impl From<RandomError> for Failure {
    fn from(error: RandomError) -> Self {
        Self::operation(error.to_string())
    }
}

/// Fills the bytes with random ones.
pub(super) fn fill(bytes: &mut [u8]) -> Outcome<()> {
    Ok(Random::try_fill(bytes)?)
}
