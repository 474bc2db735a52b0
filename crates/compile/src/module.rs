//! Compiled modules.

use std::fmt;
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use crate::validated::Validated;
use crate::{CompileError, Lowering, ModuleInfo, Parallelism};

/// A module that was found valid, and what it was lowered to.
///
/// It belongs to no engine and can travel between threads; clones share everything. Each engine
/// makes its own [`wasmi::Module`] of it, which takes little time as nothing is validated again.
#[derive(Clone)]
pub struct CompiledModule {
    shared: Arc<Shared>,
}

struct Shared {
    lowered: Validated,
    info: Arc<ModuleInfo>,
    lowering: Lowering,
    hash: OnceLock<[u8; 32]>,
    aware: OnceLock<Result<CompiledModule, CompileError>>,
}

impl CompiledModule {
    pub(crate) fn new(lowered: Validated, info: Arc<ModuleInfo>, lowering: Lowering) -> Self {
        Self {
            shared: Arc::new(Shared {
                lowered,
                info,
                lowering,
                hash: OnceLock::new(),
                aware: OnceLock::new(),
            }),
        }
    }

    /// What the module says about itself.
    pub fn info(&self) -> &Arc<ModuleInfo> {
        &self.shared.info
    }

    /// How to make an instance of the lowered module look like one of the module.
    pub fn lowering(&self) -> &Lowering {
        &self.shared.lowering
    }

    /// The bytes which the engine gets.
    pub fn lowered_bytes(&self) -> &[u8] {
        self.shared.lowered.bytes()
    }

    /// The SHA-256 hash of [`lowered_bytes`](Self::lowered_bytes), computed at the first call.
    ///
    /// Modules with the same hash can share a [`wasmi::Module`] even if they differ in names.
    pub fn content_hash(&self) -> &[u8; 32] {
        self.shared
            .hash
            .get_or_init(|| Sha256::digest(self.lowered_bytes()).into())
    }

    /// The same module, lowered such that exceptions pass through it which functions throw that it
    /// calls, see [`exceptions`](crate::exceptions): the module itself if it uses exceptions.
    ///
    /// It is made at the first call.
    ///
    /// # Errors
    ///
    /// If the module becomes too large for the engine.
    pub fn aware_of_exceptions(&self) -> Result<&Self, CompileError> {
        if self.shared.lowering.exceptions {
            return Ok(self);
        }
        let aware = self.shared.aware.get_or_init(|| {
            let shared = &self.shared;
            let (lowered, lowering) = Validated::with_exceptions(
                shared.lowered.bytes(),
                &shared.lowering,
                shared.lowered.features(),
                Parallelism::Caller,
            )?;
            Ok(Self::new(lowered, Arc::clone(&shared.info), lowering))
        });
        aware.as_ref().map_err(Clone::clone)
    }

    /// Whether both are clones of the same module.
    pub fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Makes the engine's module, whose functions are translated when they are first called.
    ///
    /// The code memory of an engine is freed only with the engine, so keep the result: it is not
    /// cached here because a [`wasmi::Module`] keeps its engine alive, while a compiled module
    /// may outlive many engines.
    ///
    /// # Errors
    ///
    /// If the engine lacks features that the module was validated with (see
    /// [`CompileOptions::engine_config`](crate::CompileOptions::engine_config)) or fails on it.
    pub fn instantiate_module(
        &self,
        engine: &wasmi::Engine,
    ) -> Result<wasmi::Module, CompileError> {
        self.shared.lowered.translate(engine)
    }
}

impl fmt::Debug for CompiledModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledModule")
            .field("info", &self.shared.info)
            .field("lowered_bytes", &self.lowered_bytes().len())
            .finish_non_exhaustive()
    }
}
