//! What is done between calls, when no WebAssembly code runs: letting go of what nothing refers to any more.
//!
//! The engine's store frees nothing, and neither it nor the collector sees what references there are
//! from one instance to the other. So while code runs everything that may be referred to is kept; when
//! none does, all references are in tables and globals, and what is in none of them is let go of.

use std::{collections::HashSet, rc::Rc};

use boa_engine::JsValue;
use boa_gc::Gc;
use wasmi::{ExternRef, Store, StoreContextMut};

use crate::{
    agent::{Agent, AgentRef},
    cell::{Cell, Reference},
    limiter::{Resources, StoreData},
};

/// How many edges between cells there may be, at least, before those are looked for that are not needed.
const SWEEP_EDGES_AT: usize = 256;

/// After how many new cells the store is made anew if everything in it is garbage.
const RENEW_AT: u64 = 1024;

impl Agent {
    /// The reference for `value`, which `cell` is handed.
    pub(crate) fn insert_value(
        &self,
        value: &JsValue,
        cell: &Cell,
        store: StoreContextMut<'_, StoreData>,
    ) -> ExternRef {
        let is_running = self.passing.get() > 0 || self.is_running();
        self.host_values.insert(value, cell, is_running, store)
    }

    /// Whether references can be in tables, globals and suspended activations alone.
    fn is_between_calls(&self) -> bool {
        self.passing.get() == 0 && !self.is_running()
    }

    /// Whether references can be in tables and globals alone.
    fn is_at_rest(&self) -> bool {
        self.is_between_calls() && self.suspended.get() == 0
    }

    /// Sees to the values that were handed over during a call, if that was the outermost one.
    #[inline]
    pub(crate) fn settle_values(&self) {
        if self.host_values.has_fresh() && self.is_between_calls() {
            self.settle_fresh();
        }
    }

    fn settle_fresh(&self) {
        if self.suspended.get() == 0 {
            if self.counts.value_places.get() == 0 {
                return self.host_values.release_fresh();
            }
            if self.host_values.wants_sweep() {
                return self.sweep();
            }
        }
        self.host_values.hand_fresh(|id| self.cells.get(id));
    }

    /// Looks through all tables and globals. Cells then keep what is in their own, and nothing else.
    #[cold]
    fn sweep(&self) {
        let cells = self.cells.alive();
        let mut places = 0;
        let mut used = HashSet::new();
        let mut found = Vec::with_capacity(cells.len());
        self.store.with(|store| {
            for cell in &cells {
                let mut slots = HashSet::new();
                let mut held: Vec<Gc<Cell>> = Vec::new();
                let mut known = HashSet::new();
                places += cell.each_reference(&store, |reference| match reference {
                    Reference::Extern(reference) => slots.extend(self.host_values.slot(&reference)),
                    Reference::Func(func) => {
                        let owner = self.function_cell(self.trampoline_target(func));
                        held.extend(owner.filter(|owner| known.insert(owner.id())));
                    }
                });
                used.extend(slots.iter().copied());
                found.push((slots, held));
            }
        });
        // All values first: a cell that is to lose one may be all that keeps it.
        let kept: Vec<_> = found
            .iter()
            .map(|(slots, _)| {
                let values = slots.iter();
                let values =
                    values.filter_map(|&slot| Some((slot, self.host_values.settle(slot)?)));
                values.collect::<Vec<_>>()
            })
            .collect();
        let mut released = Vec::new();
        let mut edges = 0;
        for ((cell, (_, held)), values) in cells.iter().zip(found).zip(kept) {
            released.extend(cell.kept_slots());
            cell.keep_only(values);
            edges += held.len();
            cell.hold_only(held);
        }
        self.host_values.swept(places, &used, released);
        self.counts.fresh_edges.set(0);
        let next = (edges * 2).max(places / 16).max(SWEEP_EDGES_AT);
        self.sweep_edges_at.set(next);
    }

    /// Lets go of what is not needed, before there is one more instance, with memories of so many bytes.
    ///
    /// It cannot be done while an instance is being made: where it is going to leave references is not known yet.
    pub(crate) fn tidy(&self, bytes: usize) {
        if !self.is_at_rest() {
            return;
        }
        let edges = self.counts.fresh_edges.get();
        if edges >= self.sweep_edges_at.get() {
            self.sweep();
        }
        if self.resources.wants_collection(bytes) {
            if edges > 0 {
                self.sweep();
            }
            self.collect_memories();
        }
        if self.next_cell.get() >= self.renew_at.get() {
            self.renew();
        }
    }

    /// Makes the store anew if all that is in it is garbage.
    #[cold]
    fn renew(&self) {
        boa_gc::force_collect();
        // What was suspended may just have been found to be garbage.
        let is_empty = self.is_at_rest()
            && !self.cells.any_alive()
            && !self.memories.any_alive()
            && !self.tables.any_alive()
            && !self.globals.any_alive();
        if is_empty {
            self.replace_store();
        }
        self.renew_at
            .set(self.next_cell.get().saturating_add(RENEW_AT));
    }

    /// Replaces the store, which nothing refers to, unless it is in use.
    fn replace_store(&self) {
        let store = Self::new_store(&self.engine, self.reference(), &self.resources);
        let Some(former) = self.store.replace(store) else {
            return;
        };
        self.host_values.forget();
        self.common_strings.forget();
        self.exceptions.forget();
        self.trampolines.forget();
        self.forget_functions();
        self.resources.forget(self.known_bytes());
        drop(former);
    }

    /// A store for the agent.
    pub(crate) fn new_store(
        engine: &wasmi::Engine,
        agent: AgentRef,
        resources: &Rc<Resources>,
    ) -> Store<StoreData> {
        let mut store = Store::new(
            engine,
            StoreData {
                agent,
                resources: Rc::clone(resources),
            },
        );
        store.limiter(|data| data);
        store
    }
}
