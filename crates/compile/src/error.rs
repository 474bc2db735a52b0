//! Why a module is refused.

use std::fmt;

use wasmparser::BinaryReaderError;

/// Why a module is refused, and where.
///
/// The same bytes give the same error whatever the chunks they arrive in and however many threads
/// look at them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct CompileError {
    /// What class of problem this is.
    pub kind: CompileErrorKind,
    /// What is wrong, without the place.
    pub message: String,
    /// The offset in the module's bytes at which it is wrong; 0 if it is not about any of them.
    pub offset: usize,
}

/// The classes of [`CompileError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CompileErrorKind {
    /// The bytes are [malformed][binary] or the module is not [valid].
    ///
    /// [binary]: https://webassembly.github.io/spec/core/binary/index.html
    /// [valid]: https://webassembly.github.io/spec/core/valid/index.html
    Invalid,
    /// The module exceeds an [implementation-defined limit][limits].
    ///
    /// [limits]: https://webassembly.github.io/spec/js-api/#limits
    Limit,
    /// The module needs a proposal that is not supported, or that was switched off.
    Unsupported {
        /// The name of the proposal.
        proposal: &'static str,
    },
    /// The compilation was abandoned before all bytes had arrived.
    Aborted,
    /// A module which is valid could not be prepared for the engine: a defect of this crate or of
    /// the engine, caught before it could do harm.
    Internal,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            // These are not about any byte of the module.
            CompileErrorKind::Aborted | CompileErrorKind::Internal => f.write_str(&self.message),
            CompileErrorKind::Unsupported { proposal } => write!(
                f,
                "{} at offset {} (the {proposal} proposal is not supported)",
                self.message, self.offset
            ),
            _ => write!(f, "{} at offset {}", self.message, self.offset),
        }
    }
}

impl CompileError {
    pub(crate) fn invalid(message: impl Into<String>, offset: usize) -> Self {
        Self {
            kind: CompileErrorKind::Invalid,
            message: message.into(),
            offset,
        }
    }

    pub(crate) fn limit(message: impl Into<String>, offset: usize) -> Self {
        Self {
            kind: CompileErrorKind::Limit,
            message: message.into(),
            offset,
        }
    }

    pub(crate) fn unsupported(
        proposal: &'static str,
        message: impl Into<String>,
        offset: usize,
    ) -> Self {
        Self {
            kind: CompileErrorKind::Unsupported { proposal },
            message: message.into(),
            offset,
        }
    }

    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self {
            kind: CompileErrorKind::Internal,
            message: message.into(),
            offset: 0,
        }
    }

    pub(crate) fn aborted() -> Self {
        Self {
            kind: CompileErrorKind::Aborted,
            message: "compilation was aborted before the whole module had arrived".into(),
            offset: 0,
        }
    }
}

impl From<BinaryReaderError> for CompileError {
    fn from(error: BinaryReaderError) -> Self {
        let (message, offset) = (error.message(), error.offset());
        Self {
            kind: classify(message),
            message: message.into(),
            offset,
        }
    }
}

/// What the validator says when a proposal is switched off, and that proposal's name.
///
/// Checked in order: the first that is contained in the message names the proposal. The tests pin
/// each of these to a module that provokes it.
const PROPOSALS: &[(&str, &str)] = &[
    ("stack switching", "stack switching"),
    ("continuation refs", "stack switching"),
    ("shared-everything-threads", "shared-everything threads"),
    ("legacy exceptions", "legacy exception handling"),
    ("legacy_exceptions", "legacy exception handling"),
    ("exception refs", "exception handling"),
    ("exceptions", "exception handling"),
    ("threads must be enabled", "threads"),
    ("threads support is not enabled", "threads"),
    ("function references required", "typed function references"),
    ("function-references proposal", "typed function references"),
    ("function references support", "typed function references"),
    ("gc proposal", "garbage collection"),
    ("`gc` proposal", "garbage collection"),
    ("GC proposal", "garbage collection"),
    ("gc feature", "garbage collection"),
    ("gc types are disallowed", "garbage collection"),
    ("gc support is not enabled", "garbage collection"),
    ("memory control support", "memory control"),
    ("custom page sizes proposal", "custom page sizes"),
    ("memory64 must be enabled", "memory64"),
    ("relaxed SIMD support", "relaxed SIMD"),
    ("SIMD support", "SIMD"),
    ("tail calls support", "tail call"),
    ("wide arithmetic support", "wide arithmetic"),
    ("bulk memory", "bulk memory operations"),
    ("reference types support", "reference types"),
];

/// Fragments of the validator's messages about its limits.
const LIMITS: &[&str] = &[
    "exceeds limit",
    "exceeds the limit",
    "size is out of bounds",
    "size out of bounds",
    "locals exceed maximum",
    "too many locals",
    "memory size must be at most",
    "specifies too many data segments",
    "number of elements is out of bounds",
    "greater than implementation limits",
];

fn classify(message: &str) -> CompileErrorKind {
    let contains = |fragment: &&str| message.contains(*fragment);
    if LIMITS.iter().any(contains) {
        return CompileErrorKind::Limit;
    }
    match PROPOSALS.iter().find(|(fragment, _)| contains(fragment)) {
        Some(&(_, proposal)) => CompileErrorKind::Unsupported { proposal },
        None => CompileErrorKind::Invalid,
    }
}
