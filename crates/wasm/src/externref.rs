//! The host value cache: JavaScript values as `externref`s.
//!
//! <https://webassembly.github.io/spec/js-api/#host-value-cache>
//!
//! An `externref` of the store is a number, its *slot*.
//!
//! While WebAssembly code runs, references can be on its stack, which cannot be looked at. So every
//! value that is handed over then is simply kept here, in the form that takes the least memory. When
//! the outermost call is over, references can only be in tables and globals. If there are none for
//! values the slots are free at once. Otherwise the values go to the cells of those who were handed
//! them, where the collector sees them; here they are known weakly. Now and then the tables and
//! globals are looked through (`Agent::sweep`), and the slots are free of values that are in none of
//! them. Slots whose values the collector has taken are used again, too.

use std::{
    cell::{Cell as StdCell, RefCell},
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use boa_engine::JsValue;
use boa_gc::{Gc, WeakGc};
use hashbrown::HashTable;
use wasmi::{AsContextMut, ExternRef, StoreContextMut};

use crate::{
    cell::{Cell, HostValue},
    handle_key::Numbering,
    limiter::StoreData,
};

/// What is in a slot.
enum Value {
    Free,
    /// Kept here, on behalf of the cell with this number, until no WebAssembly code runs any more.
    Fresh {
        cell: u32,
        value: JsValue,
    },
    /// Kept by cells.
    Kept(WeakGc<HostValue>),
    /// Kept here for ever.
    Pinned(JsValue),
}

/// The slots, by kinds of data: there may be millions.
#[derive(Default)]
struct Slots {
    references: Vec<ExternRef>,
    values: Vec<Value>,
    /// By slot, the hash under which an object is found in `by_object`.
    hashes: Vec<u32>,
    /// The slots of objects, by the hashes of their identities.
    by_object: HashTable<u32>,
    free: Vec<u32>,
}

/// See the [module documentation](self).
pub(crate) struct HostValues {
    slots: RefCell<Slots>,
    /// The slots with fresh values.
    fresh: RefCell<Vec<u32>>,
    /// More cells that were handed fresh values, besides the first of each.
    also_handed: RefCell<HashSet<(u32, u64)>>,
    hasher: RandomState,
    numbering: StdCell<Option<(Numbering, u32)>>,
    /// The number of slots at which those are looked for whose values are gone.
    reclaim_at: StdCell<usize>,
    /// How many values were handed to cells since the last sweep.
    handed: StdCell<usize>,
    /// How many there may be.
    sweep_at: StdCell<usize>,
}

/// The least number of references between two sweeps.
const SWEEP_AT: usize = 4096;

impl Default for HostValues {
    fn default() -> Self {
        Self {
            slots: RefCell::default(),
            fresh: RefCell::default(),
            also_handed: RefCell::default(),
            hasher: RandomState::new(),
            numbering: StdCell::new(None),
            reclaim_at: StdCell::new(1024),
            handed: StdCell::new(0),
            sweep_at: StdCell::new(SWEEP_AT),
        }
    }
}

/// Half of a hash is kept, and all of its bits count for a table.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Slots {
    /// The slot of an object that has one.
    fn find(&self, hash: u32, object: &JsValue) -> Option<u32> {
        let is_it = |&slot: &u32| match &self.values[slot as usize] {
            Value::Fresh { value, .. } | Value::Pinned(value) => value == object,
            Value::Kept(weak) => weak.upgrade().is_some_and(|kept| kept.value == *object),
            Value::Free => false,
        };
        self.by_object.find(spread(hash), is_it).copied()
    }

    fn fill(&mut self, slot: u32, value: Value, hash: Option<u32>) {
        let Self {
            values,
            hashes,
            by_object,
            ..
        } = self;
        values[slot as usize] = value;
        if let Some(hash) = hash {
            hashes[slot as usize] = hash;
            by_object.insert_unique(spread(hash), slot, |&slot| spread(hashes[slot as usize]));
        }
    }

    /// Frees a slot; whatever was in it is returned, to be dropped when nothing is borrowed.
    fn release(&mut self, slot: u32) -> Value {
        let value = std::mem::replace(&mut self.values[slot as usize], Value::Free);
        if matches!(value, Value::Free) {
            return value;
        }
        let hash = self.hashes[slot as usize];
        if let Ok(entry) = self
            .by_object
            .find_entry(spread(hash), |&known| known == slot)
        {
            entry.remove();
        }
        self.free.push(slot);
        value
    }
}

impl HostValues {
    /// The reference for `value`, which `cell` is handed; `is_running` says whether WebAssembly code
    /// is, or values are on their way.
    ///
    /// An object that has a slot already keeps it, so that references to it are equal.
    pub(crate) fn insert(
        &self,
        value: &JsValue,
        cell: &Cell,
        is_running: bool,
        store: StoreContextMut<'_, StoreData>,
    ) -> ExternRef {
        let hash = value
            .as_object()
            .map(|object| self.hasher.hash_one(&object) as u32);
        if let Some(hash) = hash
            && let Some(reference) = self.hand_again(hash, value, cell)
        {
            return reference;
        }
        match u32::try_from(cell.id()) {
            Ok(id) if is_running => {
                let value = Value::Fresh {
                    cell: id,
                    value: value.clone(),
                };
                let slot = self.allocate(value, hash, store);
                self.fresh.borrow_mut().push(slot);
                self.reference(slot)
            }
            _ => {
                // Allocated first: the collector may run here.
                let host_value = Gc::new(HostValue {
                    value: value.clone(),
                });
                let weak = WeakGc::new(&host_value);
                let slot = self.allocate(Value::Kept(weak), hash, store);
                self.hand(slot, &host_value, cell);
                self.reference(slot)
            }
        }
    }

    /// The reference for an object that has a slot.
    fn hand_again(&self, hash: u32, object: &JsValue, cell: &Cell) -> Option<ExternRef> {
        let slots = self.slots.borrow();
        let slot = slots.find(hash, object)?;
        match &slots.values[slot as usize] {
            Value::Fresh { cell: first, .. } => {
                if u64::from(*first) != cell.id() {
                    self.also_handed.borrow_mut().insert((slot, cell.id()));
                }
            }
            Value::Kept(weak) => self.hand(slot, &weak.upgrade()?, cell),
            Value::Pinned(_) | Value::Free => {}
        }
        Some(slots.references[slot as usize])
    }

    /// Hands a value to a cell for keeping.
    fn hand(&self, slot: u32, value: &Gc<HostValue>, cell: &Cell) {
        cell.keep_value(slot, value);
        self.handed.set(self.handed.get() + 1);
    }

    /// The value of a reference; `undefined` if its slot is empty, which a reference that code can
    /// reach never is.
    pub(crate) fn get(&self, reference: &ExternRef) -> JsValue {
        self.with_value(reference, JsValue::clone)
            .unwrap_or_default()
    }

    /// Looks at the value of a reference, without a copy of it; `None` as for [`get`](Self::get).
    pub(crate) fn with_value<R>(
        &self,
        reference: &ExternRef,
        f: impl FnOnce(&JsValue) -> R,
    ) -> Option<R> {
        let slot = self.slot(reference)?;
        let slots = self.slots.borrow();
        match slots.values.get(slot as usize)? {
            Value::Fresh { value, .. } | Value::Pinned(value) => Some(f(value)),
            Value::Kept(weak) => {
                let kept = weak.upgrade()?;
                drop(slots);
                Some(f(&kept.value))
            }
            Value::Free => None,
        }
    }

    /// The reference for a value that is kept for ever; it is no object.
    pub(crate) fn insert_pinned(
        &self,
        value: JsValue,
        store: StoreContextMut<'_, StoreData>,
    ) -> ExternRef {
        let slot = self.allocate(Value::Pinned(value), None, store);
        self.reference(slot)
    }

    /// The slot of a reference.
    pub(crate) fn slot(&self, reference: &ExternRef) -> Option<u32> {
        let (numbering, first) = self.numbering.get()?;
        numbering.number(*reference).checked_sub(first)
    }

    fn reference(&self, slot: u32) -> ExternRef {
        self.slots.borrow().references[slot as usize]
    }

    /// Whether there are values that only wait for WebAssembly code to end.
    #[inline]
    pub(crate) fn has_fresh(&self) -> bool {
        !self.fresh.borrow().is_empty()
    }

    /// Whether so many values were handed over since the last [`swept`](Self::swept) that tables and
    /// globals should be looked through for those which are still needed.
    pub(crate) fn wants_sweep(&self) -> bool {
        self.handed.get() + self.fresh.borrow().len() >= self.sweep_at.get()
    }

    /// Frees the slots of all fresh values: there is no reference to them any more.
    pub(crate) fn release_fresh(&self) {
        let fresh = self.take_fresh();
        for slot in &fresh {
            let released = self.slots.borrow_mut().release(*slot);
            drop(released);
        }
        self.keep_capacity(fresh);
    }

    /// Hands all fresh values to the cells that were to get them; `cell` knows a cell by its number.
    pub(crate) fn hand_fresh(&self, cell: impl Fn(u64) -> Option<Gc<Cell>>) {
        let fresh = self.take_fresh();
        let also = std::mem::take(&mut *self.also_handed.borrow_mut());
        for slot in &fresh {
            let first = match self.slots.borrow().values[*slot as usize] {
                Value::Fresh { cell, .. } => u64::from(cell),
                _ => continue,
            };
            if let Some(value) = self.settle(*slot)
                && let Some(cell) = cell(first)
            {
                self.hand(*slot, &value, &cell);
            }
        }
        for (slot, id) in also {
            if let Some(value) = self.settle(slot)
                && let Some(cell) = cell(id)
            {
                self.hand(slot, &value, &cell);
            }
        }
        self.keep_capacity(fresh);
    }

    /// The value in a slot, such that cells can keep it.
    pub(crate) fn settle(&self, slot: u32) -> Option<Gc<HostValue>> {
        let value = match self.slots.borrow().values.get(slot as usize)? {
            Value::Fresh { value, .. } => value.clone(),
            Value::Kept(weak) => return weak.upgrade(),
            Value::Pinned(_) | Value::Free => return None,
        };
        // The collector may run here.
        let host_value = Gc::new(HostValue { value });
        let kept = Value::Kept(WeakGc::new(&host_value));
        let former = std::mem::replace(&mut self.slots.borrow_mut().values[slot as usize], kept);
        drop(former);
        Some(host_value)
    }

    fn take_fresh(&self) -> Vec<u32> {
        std::mem::take(&mut *self.fresh.borrow_mut())
    }

    /// Uses the memory of a list of fresh slots again, unless it is much.
    fn keep_capacity(&self, mut list: Vec<u32>) {
        list.clear();
        list.shrink_to(SWEEP_AT);
        *self.fresh.borrow_mut() = list;
        self.also_handed.borrow_mut().clear();
    }

    /// Ends a sweep that looked at `places` and found these slots in use: frees the slots of all other
    /// values that were fresh, or that cells have `released`.
    pub(crate) fn swept(
        &self,
        places: usize,
        used: &HashSet<u32>,
        released: impl IntoIterator<Item = u32>,
    ) {
        let fresh = self.take_fresh();
        for slot in fresh.iter().copied().chain(released) {
            if !used.contains(&slot) {
                let value = self.slots.borrow_mut().release(slot);
                drop(value);
            }
        }
        self.keep_capacity(fresh);
        self.handed.set(0);
        self.sweep_at
            .set((used.len() * 2).max(places / 8).max(SWEEP_AT));
    }

    fn allocate(
        &self,
        value: Value,
        hash: Option<u32>,
        mut store: StoreContextMut<'_, StoreData>,
    ) -> u32 {
        {
            let slots = self.slots.borrow();
            let is_full = slots.free.is_empty() && slots.values.len() >= self.reclaim_at.get();
            drop(slots);
            if is_full {
                self.reclaim();
            }
        }
        let mut slots = self.slots.borrow_mut();
        if let Some(slot) = slots.free.pop() {
            slots.fill(slot, value, hash);
            return slot;
        }
        let slot = slots.values.len() as u32;
        // The reference itself is all there is to it: its number is the slot's.
        let reference = ExternRef::new(store.as_context_mut(), ());
        if self.numbering.get().is_none() {
            // What is made for the observation takes the second number.
            let second = ExternRef::new(store.as_context_mut(), ());
            let numbering = Numbering::observe(reference, second).unwrap_or_default();
            self.numbering
                .set(Some((numbering, numbering.number(reference))));
            slots.references.extend([reference, second]);
            slots.values.extend([Value::Free, Value::Free]);
            slots.hashes.extend([0, 0]);
            slots.free.push(slot + 1);
        } else {
            slots.references.push(reference);
            slots.values.push(Value::Free);
            slots.hashes.push(0);
        }
        slots.fill(slot, value, hash);
        slot
    }

    /// Finds the slots whose values the collector has taken.
    fn reclaim(&self) {
        let mut slots = self.slots.borrow_mut();
        for slot in 0..slots.values.len() {
            if let Value::Kept(weak) = &slots.values[slot]
                && !weak.is_upgradable()
            {
                let value = slots.release(slot as u32);
                drop(value);
            }
        }
        let used = slots.values.len() - slots.free.len();
        self.reclaim_at.set(used.max(512) * 2);
    }

    /// Forgets everything: the references were those of a former store.
    pub(crate) fn forget(&self) {
        drop(std::mem::take(&mut *self.slots.borrow_mut()));
        self.keep_capacity(Vec::new());
        self.numbering.set(None);
        self.handed.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_slot_is_small() {
        // The reference, the value, the hash, the note that it is fresh, two places of a table at most, and 16 bytes
        // of the store.
        let per_slot = 8 + size_of::<Value>() + 4 + 4 + 2 * 5 + 16;
        assert!(per_slot <= 64, "{per_slot}");
    }
}
