//! The host value cache: JavaScript values as `externref`s.
//!
//! <https://webassembly.github.io/spec/js-api/#host-value-cache>
//!
//! An `externref` of the store is a number, its *slot*. The value in a slot is kept alive by the
//! cells of those who may hold the reference; here it is known weakly. When no WebAssembly code
//! runs, references can only be in tables and globals: now and then these are looked through, and
//! the cells let go of the values that are in none of them (`Agent::sweep`). Slots whose values the
//! collector has taken are used again.

use std::{
    cell::{Cell as StdCell, RefCell},
    collections::HashMap,
    hash::{BuildHasher, RandomState},
};

use boa_engine::JsValue;
use boa_gc::{Gc, WeakGc};
use wasmi::{ExternRef, StoreContextMut};

use crate::{
    cell::{Cell, HostValue},
    limiter::StoreData,
};

struct Slot {
    reference: ExternRef,
    value: Option<WeakGc<HostValue>>,
    /// The hash under which an object is found in `by_object`.
    hash: Option<u64>,
}

/// See the [module documentation](self).
pub(crate) struct HostValues {
    slots: RefCell<Vec<Slot>>,
    free: RefCell<Vec<u32>>,
    /// Slots of objects by the hash of their identity.
    by_object: RefCell<HashMap<u64, u32>>,
    hasher: RandomState,
    /// The number of slots at which dead ones are looked for.
    reclaim_at: StdCell<usize>,
    /// The references made since the last sweep.
    fresh: StdCell<usize>,
    /// How many there may be.
    sweep_at: StdCell<usize>,
}

/// The least number of references between two sweeps.
const SWEEP_AT: usize = 4096;

impl Default for HostValues {
    fn default() -> Self {
        Self {
            slots: RefCell::default(),
            free: RefCell::default(),
            by_object: RefCell::default(),
            hasher: RandomState::new(),
            reclaim_at: StdCell::new(1024),
            fresh: StdCell::new(0),
            sweep_at: StdCell::new(SWEEP_AT),
        }
    }
}

impl HostValues {
    /// The reference for `value`, which `cell` will keep alive.
    ///
    /// An object that has a slot already keeps it, so that references to it are equal.
    pub(crate) fn insert(
        &self,
        value: &JsValue,
        cell: &Cell,
        store: StoreContextMut<'_, StoreData>,
    ) -> ExternRef {
        let hash = value
            .as_object()
            .map(|object| self.hasher.hash_one(&object));
        if let Some(hash) = hash {
            let known = self.by_object.borrow().get(&hash).copied();
            if let Some(slot) = known
                && let Some((reference, host_value)) = self.live(slot)
                && host_value.value == *value
            {
                cell.keep_value(slot, &host_value);
                return reference;
            }
        }
        self.fresh.set(self.fresh.get() + 1);
        // Allocated first: the collector may run here and free slots.
        let host_value = Gc::new(HostValue {
            value: value.clone(),
        });
        let weak = WeakGc::new(&host_value);
        let slot = self.allocate(weak, hash, store);
        if let Some(hash) = hash {
            self.by_object.borrow_mut().insert(hash, slot);
        }
        cell.keep_value(slot, &host_value);
        self.slots.borrow()[slot as usize].reference
    }

    /// The value of a reference; `undefined` if its slot is empty, which a reference that code can
    /// reach never is.
    pub(crate) fn get(
        &self,
        reference: &ExternRef,
        store: &StoreContextMut<'_, StoreData>,
    ) -> JsValue {
        self.slot(reference, store)
            .and_then(|slot| self.live(slot))
            .map(|(_, value)| value.value.clone())
            .unwrap_or_default()
    }

    /// Looks at the value of a reference, without a copy of it; `None` as for [`get`](Self::get).
    pub(crate) fn with_value<R>(
        &self,
        reference: &ExternRef,
        store: &StoreContextMut<'_, StoreData>,
        f: impl FnOnce(&JsValue) -> R,
    ) -> Option<R> {
        let slot = self.slot(reference, store)?;
        let value = self
            .slots
            .borrow()
            .get(slot as usize)?
            .value
            .as_ref()?
            .upgrade()?;
        Some(f(&value.value))
    }

    /// The reference for `value`, which the caller keeps alive itself.
    pub(crate) fn insert_kept(
        &self,
        value: &Gc<HostValue>,
        store: StoreContextMut<'_, StoreData>,
    ) -> ExternRef {
        let weak = WeakGc::new(value);
        let slot = self.allocate(weak, None, store);
        self.slots.borrow()[slot as usize].reference
    }

    /// The slot of a reference.
    pub(crate) fn slot(
        &self,
        reference: &ExternRef,
        store: &StoreContextMut<'_, StoreData>,
    ) -> Option<u32> {
        reference.data(store).downcast_ref::<u32>().copied()
    }

    /// Whether so many references were made since the last [`swept`](Self::swept) that those who
    /// keep values should be asked which ones they still have.
    pub(crate) fn wants_sweep(&self) -> bool {
        self.fresh.get() >= self.sweep_at.get()
    }

    /// Notes a sweep that looked at `places` and found `used` slots in use.
    pub(crate) fn swept(&self, places: usize, used: usize) {
        self.fresh.set(0);
        self.sweep_at.set((used * 2).max(places / 8).max(SWEEP_AT));
    }

    fn live(&self, slot: u32) -> Option<(ExternRef, Gc<HostValue>)> {
        let slots = self.slots.borrow();
        let slot = slots.get(slot as usize)?;
        Some((slot.reference, slot.value.as_ref()?.upgrade()?))
    }

    fn allocate(
        &self,
        value: WeakGc<HostValue>,
        hash: Option<u64>,
        store: StoreContextMut<'_, StoreData>,
    ) -> u32 {
        if self.free.borrow().is_empty() && self.slots.borrow().len() >= self.reclaim_at.get() {
            self.reclaim();
        }
        if let Some(slot) = self.free.borrow_mut().pop() {
            let entry = &mut self.slots.borrow_mut()[slot as usize];
            entry.value = Some(value);
            entry.hash = hash;
            return slot;
        }
        let mut slots = self.slots.borrow_mut();
        let slot = slots.len() as u32;
        slots.push(Slot {
            reference: ExternRef::new(store, slot),
            value: Some(value),
            hash,
        });
        slot
    }

    /// Finds the slots whose values are gone.
    fn reclaim(&self) {
        let mut free = self.free.borrow_mut();
        let mut by_object = self.by_object.borrow_mut();
        let mut slots = self.slots.borrow_mut();
        for (index, slot) in slots.iter_mut().enumerate() {
            if slot
                .value
                .as_ref()
                .is_some_and(|value| !value.is_upgradable())
            {
                slot.value = None;
                if let Some(hash) = slot.hash.take()
                    && by_object.get(&hash) == Some(&(index as u32))
                {
                    by_object.remove(&hash);
                }
                free.push(index as u32);
            }
        }
        self.reclaim_at.set((slots.len() - free.len()).max(512) * 2);
    }
}
