//! What the store asks before it allocates, and the data that it carries.

use std::{cell::Cell, rc::Rc};

use wasmi::{
    ResourceLimiter,
    errors::{MemoryError, TableError},
};
use wasmi_core::LimiterError;

use crate::{Options, agent::AgentRef};

/// The most elements a table may have.
///
/// <https://webassembly.github.io/spec/js-api/#limits>
pub(crate) const MAX_TABLE_ELEMENTS: u64 = 10_000_000;

/// From how many bytes of new memory on, since the last collection, the collector is run: it does
/// not know of linear memory, and a small object may be all that keeps a gigabyte.
const COLLECT_AFTER: usize = 32 << 20;

/// What is used and what may be used, in bytes.
#[derive(Debug)]
pub(crate) struct Resources {
    /// Set when a memory has grown, or tried to: the store does not say which one.
    pub(crate) grown: Cell<bool>,
    /// Set while a memory is made, which no buffer looks at yet.
    pub(crate) creating: Cell<bool>,
    /// The bytes of all memories, including those that died since the last recount.
    committed: Cell<usize>,
    /// What of it grew after the lengths of all memories were last noted.
    unsettled: Cell<usize>,
    /// What the last growth added to `committed`.
    last: Cell<usize>,
    /// What was alive after the last collection.
    alive: Cell<usize>,
    /// What was added since.
    added: Cell<usize>,
    /// What `committed` may not exceed.
    memory_limit: usize,
    /// The elements of all tables that there ever were: the store does not free them.
    elements: Cell<u64>,
    /// What the last growth added to `elements`.
    last_elements: Cell<u64>,
    /// What `elements` may not exceed.
    table_limit: u64,
}

impl Resources {
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            grown: Cell::new(false),
            creating: Cell::new(false),
            committed: Cell::new(0),
            unsettled: Cell::new(0),
            last: Cell::new(0),
            alive: Cell::new(0),
            added: Cell::new(0),
            memory_limit: options.memory_limit,
            elements: Cell::new(0),
            last_elements: Cell::new(0),
            table_limit: options.table_limit,
        }
    }

    /// Whether to collect before `bytes` more are used: they would exceed the limit by the account,
    /// which counts what is dead, too, or much was used since the last collection.
    pub(crate) fn wants_collection(&self, bytes: usize) -> bool {
        self.exceeds(bytes)
            || self.added.get().saturating_add(bytes) > COLLECT_AFTER.max(self.alive.get())
    }

    /// Forgets the memories and tables of a former store, in which nothing was alive; `bytes` are alive elsewhere.
    pub(crate) fn forget(&self, bytes: usize) {
        self.recount(bytes);
        self.settle();
        self.elements.set(0);
        self.grown.set(false);
    }

    /// Corrects the account, after a collection, to the bytes of the memories that are alive.
    pub(crate) fn recount(&self, bytes: usize) {
        self.committed.set(bytes);
        self.alive.set(bytes);
        self.added.set(0);
    }

    /// Notes that the lengths of all memories are known.
    pub(crate) fn settle(&self) {
        self.unsettled.set(0);
    }

    /// Whether the limit may soon be met, and there is something to settle before.
    pub(crate) fn wants_settling(&self) -> bool {
        self.unsettled.get() > 0 && self.committed.get() > self.memory_limit / 2
    }

    /// What all memories together may have, in bytes.
    pub(crate) fn memory_limit(&self) -> usize {
        self.memory_limit
    }

    /// Takes account of a memory that is not the store's. `false` if there may be none.
    pub(crate) fn reserve(&self, bytes: usize) -> bool {
        if self.exceeds(bytes) {
            return false;
        }
        self.committed.set(self.committed.get() + bytes);
        self.added.set(self.added.get().saturating_add(bytes));
        true
    }

    /// Takes back what was reserved, for a memory that could not be made.
    pub(crate) fn unreserve(&self, bytes: usize) {
        self.committed
            .set(self.committed.get().saturating_sub(bytes));
    }

    fn exceeds(&self, bytes: usize) -> bool {
        self.committed.get().saturating_add(bytes) > self.memory_limit
    }

    fn grow(&self, bytes: usize) -> bool {
        if !self.reserve(bytes) {
            return false;
        }
        if !self.creating.get() {
            self.unsettled.set(self.unsettled.get() + bytes);
        }
        self.last.set(bytes);
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
        let bytes = desired.saturating_sub(current);
        if resources.exceeds(bytes)
            && let Some(agent) = self.agent.upgrade()
        {
            // The store is in use: what is not settled counts, dead or alive.
            boa_gc::force_collect();
            resources.recount(agent.known_bytes() + resources.unsettled.get());
        }
        if !resources.grow(bytes) {
            return Ok(false);
        }
        if !resources.creating.get() {
            resources.grown.set(true);
        }
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        if desired as u64 > MAX_TABLE_ELEMENTS {
            return Ok(false);
        }
        let resources = &self.resources;
        let more = desired.saturating_sub(current) as u64;
        let elements = resources.elements.get().saturating_add(more);
        if elements > resources.table_limit {
            return Ok(false);
        }
        resources.elements.set(elements);
        resources.last_elements.set(more);
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: &TableError) -> Result<(), LimiterError> {
        let resources = &self.resources;
        let elements = resources.last_elements.replace(0);
        resources
            .elements
            .set(resources.elements.get().saturating_sub(elements));
        // The engine does not keep the place where `table.grow` runs out of fuel, and would resume the code somewhere
        // else. This makes it a trap. Growing costs a unit for every 512 elements or more, of the million or so that
        // code gets at a time, so it is met by very few of those that grow by thousands at once.
        match error {
            TableError::OutOfFuel { .. } => Err(LimiterError::ResourceLimiterDeniedAllocation),
            _ => Ok(()),
        }
    }

    fn memory_grow_failed(&mut self, _error: &MemoryError) -> Result<(), LimiterError> {
        let resources = &self.resources;
        let bytes = resources.last.replace(0);
        let unsettled = resources.unsettled.get().saturating_sub(bytes);
        resources.unsettled.set(unsettled);
        resources.unreserve(bytes);
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
