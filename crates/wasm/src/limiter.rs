//! What the store asks before it allocates, and the data that it carries.

use std::{cell::Cell, rc::Rc};

use wasmi::{ResourceLimiter, errors::MemoryError};
use wasmi_core::LimiterError;

use crate::{Options, agent::AgentRef};

/// The most elements a table may have.
///
/// <https://webassembly.github.io/spec/js-api/#limits>
pub(crate) const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// What is used and what may be used.
#[derive(Debug)]
pub(crate) struct Resources {
    /// Set when a memory has grown, or tried to: the store does not say which one.
    pub(crate) grown: Cell<bool>,
    /// The bytes of all memories, including those that died since the last recount.
    committed: Cell<usize>,
    /// What `committed` may not exceed.
    memory_limit: usize,
}

impl Resources {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            grown: Cell::new(false),
            committed: Cell::new(0),
            memory_limit: options.memory_limit,
        }
    }

    /// Whether `bytes` more would exceed the limit, by the account.
    pub(crate) fn would_exceed(&self, bytes: usize) -> bool {
        self.committed.get().saturating_add(bytes) > self.memory_limit
    }

    /// Corrects the account to the bytes of the memories that are alive.
    pub(crate) fn recount(&self, bytes: usize) {
        self.committed.set(bytes);
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
        let committed = resources
            .committed
            .get()
            .saturating_add(desired.saturating_sub(current));
        if committed > resources.memory_limit {
            return Ok(false);
        }
        resources.committed.set(committed);
        resources.grown.set(true);
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
