//! What workers take over from their parents.

use std::sync::Arc;

use taipan_fetch::net::{Client, ClientOptions};
use taipan_wasm::CacheLimits;
use taipan_web::{agent::Mailbox, permissions::Permissions, random::RandomSource};

use super::{Console, Scope, settings::OnWorker};
use crate::{Clock, Limits, RuntimeBuilder, loader::SharedModules};

/// How many workers there may be at once if nobody says otherwise.
const DEFAULT_WORKERS: usize = 256;

/// The settings of a runtime that its workers have as well.
pub(crate) struct Inherited {
    pub(crate) client: Client,
    /// What the client was made with.
    pub(crate) network: ClientOptions,
    pub(crate) permissions: Permissions,
    pub(crate) limits: Limits,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Option<Arc<dyn RandomSource>>,
    pub(crate) console: Console,
    pub(crate) modules: SharedModules,
    pub(crate) on_worker: Option<Arc<OnWorker>>,
    /// Whether WebAssembly code of workers can be stopped.
    pub(crate) interruptible: bool,
    /// Whether scripts see types of WebAssembly.
    pub(crate) type_reflection: bool,
    pub(crate) module_cache: CacheLimits,
    pub(crate) gc_stress: u32,
}

impl Inherited {
    /// How many workers there may be.
    pub(super) fn max_workers(&self) -> usize {
        self.limits.workers.unwrap_or(DEFAULT_WORKERS)
    }

    /// A builder for the runtime of a worker.
    pub(super) fn builder(&self, scope: Scope, parent: &Arc<Mailbox>) -> RuntimeBuilder {
        let mut builder = RuntimeBuilder::default().type_reflection(self.type_reflection);
        builder.inherit(
            self.network.clone(),
            self.permissions.clone(),
            (self.limits.clone(), self.interruptible),
            (self.module_cache, self.gc_stress),
            (Arc::clone(&self.clock), self.random.clone()),
            self.console.for_worker(parent),
        );
        builder.embedded.inherit(self.modules.clone());
        builder.workers.interruptible = self.interruptible;
        builder.workers.on_worker = self.on_worker.clone();
        builder.workers.scope = Some(scope);
        match &self.on_worker {
            Some(configure) => configure(builder),
            None => builder,
        }
    }
}
