//! What the store asks before it allocates, and the data that it carries.

use std::{cell::Cell, rc::Rc};

use wasmi::{ResourceLimiter, errors::MemoryError};
use wasmi_core::LimiterError;

use crate::{Options, agent::AgentRef};

/// The most elements a table may have.
///
/// <https://webassembly.github.io/spec/js-api/#limits>
pub(crate) const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// From how many bytes of new memory on, since the last collection, the collector is run: it does
/// not know of linear memory, and a small object may be all that keeps a gigabyte.
const COLLECT_AFTER: usize = 64 << 20;

/// What is used and what may be used, in bytes.
#[derive(Debug)]
pub(crate) struct Resources {
    /// Set when a memory has grown, or tried to: the store does not say which one.
    pub(crate) grown: Cell<bool>,
    /// Set while a memory is made, which no buffer looks at yet.
    pub(crate) creating: Cell<bool>,
    /// The bytes of all memories, including those that died since the last recount.
    committed: Cell<usize>,
    /// What the last growth added to `committed`.
    last: Cell<usize>,
    /// What was alive after the last collection.
    alive: Cell<usize>,
    /// What was added since.
    added: Cell<usize>,
    /// What `committed` may not exceed.
    memory_limit: usize,
}

impl Resources {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            grown: Cell::new(false),
            creating: Cell::new(false),
            committed: Cell::new(0),
            last: Cell::new(0),
            alive: Cell::new(0),
            added: Cell::new(0),
            memory_limit: options.memory_limit,
        }
    }

    /// Whether to collect before `bytes` more are used: they would exceed the limit by the account,
    /// which counts what is dead, too, or much was used since the last collection.
    pub(crate) fn wants_collection(&self, bytes: usize) -> bool {
        self.committed.get().saturating_add(bytes) > self.memory_limit
            || self.added.get().saturating_add(bytes) > COLLECT_AFTER.max(self.alive.get())
    }

    /// Corrects the account, after a collection, to the bytes of the memories that are alive.
    pub(crate) fn recount(&self, bytes: usize) {
        self.committed.set(bytes);
        self.alive.set(bytes);
        self.added.set(0);
    }

    fn grow(&self, bytes: usize) -> bool {
        let committed = self.committed.get().saturating_add(bytes);
        if committed > self.memory_limit {
            return false;
        }
        self.committed.set(committed);
        self.last.set(bytes);
        self.added.set(self.added.get().saturating_add(bytes));
        true
    }
}

/// The data of the store.
pub(crate) struct StoreData {
    pub(crate) agent: AgentRef,
    pub(crate) resources: Rc<Resources>,
}

impl ResourceLimiter for StoreData {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        let resources = &self.resources;
        if !resources.grow(desired.saturating_sub(current)) {
            return Ok(false);
        }
        if !resources.creating.get() {
            resources.grown.set(true);
        }
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(desired as u64 <= MAX_TABLE_ELEMENTS)
    }

    fn memory_grow_failed(&mut self, _error: &MemoryError) -> Result<(), LimiterError> {
        let resources = &self.resources;
        let bytes = resources.last.replace(0);
        resources
            .committed
            .set(resources.committed.get().saturating_sub(bytes));
        Ok(())
    }

    fn instances(&self) -> usize {
        usize::MAX
    }

    fn tables(&self) -> usize {
        usize::MAX
    }

    fn memories(&self) -> usize {
        usize::MAX
    }
}
