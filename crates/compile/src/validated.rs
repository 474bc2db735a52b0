//! Bytes that have been validated, and the one place that relies on it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;

use crate::lowering::exceptions;
use crate::net::Net;
use crate::{CompileError, CompileErrorKind, Features, Lowering, Parallelism};

static VALIDATED: AtomicU64 = AtomicU64::new(0);

/// How many modules this process has validated.
///
/// Those that are used again are not: a clone of a [`CompiledModule`](crate::CompiledModule), on whatever thread, with
/// whatever engine.
#[must_use]
pub fn validated_modules() -> u64 {
    VALIDATED.load(Ordering::Relaxed)
}

/// The bytes of a lowered module that is valid with certain features.
///
/// A value of this type is the proof which [`translate`](Self::translate) needs. It is made
/// at the end of [`StreamingCompiler::finish`](crate::StreamingCompiler::finish), and of another one
/// by the lowering of exceptions.
#[derive(Clone)]
pub(crate) struct Validated {
    bytes: Bytes,
    features: Features,
}

impl Validated {
    /// The caller has validated `bytes`, or the module they were lowered from and every part that
    /// the lowering changed, with these features.
    pub(crate) fn new(bytes: Bytes, features: Features) -> Self {
        VALIDATED.fetch_add(1, Ordering::Relaxed);
        Self { bytes, features }
    }

    /// Lowers the exceptions of a module that is valid with these features and lowered otherwise.
    pub(crate) fn with_exceptions(
        bytes: &Bytes,
        lowering: &Lowering,
        features: Features,
        parallelism: Parallelism,
    ) -> Result<(Self, Lowering), CompileError> {
        let parsed = features.with_exceptions();
        let (out, lowering) =
            exceptions::lower(bytes, lowering, [parsed, features.engine()], parallelism)?;
        if cfg!(debug_assertions) {
            Net::everything(&out, features.engine())?;
        }
        Ok((Self::new(Bytes::from(out), features), lowering))
    }

    /// The features which the module was validated with.
    pub(crate) fn features(&self) -> Features {
        self.features
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Gives the module to an engine, which translates function bodies when they are first called.
    #[allow(unsafe_code)]
    pub(crate) fn translate(&self, engine: &wasmi::Engine) -> Result<wasmi::Module, CompileError> {
        if wasmi::Module::validate(engine, &self.features.build_probe()).is_err() {
            return Err(CompileError {
                kind: CompileErrorKind::Internal,
                message: "the engine lacks features which the module was validated with".into(),
                offset: 0,
            });
        }
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: `new_unchecked` wants valid bytes that keep to the engine's configuration.
            // - They are valid: a `Validated` is only made where `StreamingCompiler::finish` has
            //   validated the header, every function body and every data segment, and the safety
            //   net (`net.rs`) the parts that differ from the original. Bodies that stay as they
            //   are remain valid when types are erased: the engine's features do not let them name a
            //   type that is. The lowering of exceptions
            //   validates everything anew but the data segments, which it copies.
            // - They keep to the configuration: the engine has just accepted the probe, which uses
            //   all features that the bytes were validated with. `EnforcedLimits` are checked by
            //   the engine itself, and exceeding them is an error, not undefined behaviour.
            unsafe { wasmi::Module::new_unchecked(engine, &self.bytes) }
        }));
        match outcome {
            Ok(Ok(module)) => Ok(module),
            Ok(Err(error)) => Err(CompileError::internal(format!(
                "the engine does not accept the module: {error}"
            ))),
            // The parser panics on what it does not know; then nothing has been executed, and what
            // the engine has stored for the module is never referred to.
            Err(_) => Err(CompileError::internal(
                "the engine failed on the module's structure",
            )),
        }
    }
}
