//! What keeps what alive.
//!
//! wasmi's store never frees anything and the garbage collector does not see into it, so no
//! JavaScript object is ever kept there. Each instance (and each table or global made by a script)
//! has a *cell* instead, which the collector traces: the import callables that its host functions
//! call, the JavaScript values that it was handed as `externref`, and edges to the cells of what
//! it was linked to or handed references of. The JavaScript wrappers hold the cell; a host function
//! in the store holds only numbers and finds the cell through a weak pointer.

use std::{
    cell::{Cell as StdCell, RefCell},
    collections::HashSet,
    rc::Rc,
};

use boa_engine::{JsObject, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use wasmi::{ExternRef, Func, Nullable, Ref, StoreContextMut, Val};

use crate::{
    exported_function::ExportedFunction, limiter::StoreData, memory::MemoryInner,
    table::TableInner, tag::TagInner, trampoline::Linkage,
};

/// A JavaScript value that WebAssembly code may hold a reference to.
#[derive(Debug, Trace, Finalize)]
pub(crate) struct HostValue {
    pub(crate) value: JsValue,
}

/// What there can be in a table or global.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reference {
    Extern(ExternRef),
    Func(Func),
}

/// A JavaScript function that an instance imports.
#[derive(Debug, Trace, Finalize)]
pub(crate) struct Callable(pub(crate) JsObject);

/// What the cells of an agent count together.
#[derive(Debug, Default)]
pub(crate) struct CellCounts {
    /// The tables and globals of `externref`s of all cells that there are.
    pub(crate) value_places: StdCell<usize>,
    /// How many edges were added since the agent last looked for those that are not needed.
    pub(crate) fresh_edges: StdCell<usize>,
}

/// The share of a cell in the [`CellCounts`], which it gives back when it is collected.
#[derive(Debug)]
struct Share {
    counts: Rc<CellCounts>,
    value_places: StdCell<usize>,
}

impl Drop for Share {
    fn drop(&mut self) {
        let places = &self.counts.value_places;
        places.set(places.get() - self.value_places.get());
    }
}

/// The traced part of an instance, or of a table or global that a script made.
#[derive(Trace, Finalize)]
pub(crate) struct Cell {
    #[unsafe_ignore_trace]
    id: u64,
    #[unsafe_ignore_trace]
    share: Share,
    /// The callables that host functions of this instance call.
    callables: GcRefCell<Vec<Gc<Callable>>>,
    /// Values handed over as `externref`, with their slots.
    values: GcRefCell<Vec<(u32, Gc<HostValue>)>>,
    /// The slots of `values`.
    #[unsafe_ignore_trace]
    slots: RefCell<HashSet<u32>>,
    /// Tables that the instance defines, or the one that a script made.
    #[unsafe_ignore_trace]
    tables: RefCell<Vec<wasmi::Table>>,
    /// Globals of reference types, likewise.
    #[unsafe_ignore_trace]
    globals: RefCell<Vec<wasmi::Global>>,
    /// Cells of what the instance imports: its code can reach them as long as there is the instance.
    edges: GcRefCell<Vec<Gc<Cell>>>,
    /// The ids of `edges`.
    #[unsafe_ignore_trace]
    linked: RefCell<HashSet<u64>>,
    /// Cells of what it was handed references of, or may have been.
    held: GcRefCell<Vec<Gc<Cell>>>,
    /// The ids of `held`.
    #[unsafe_ignore_trace]
    holding: RefCell<HashSet<u64>>,
    /// Function objects of this instance's functions: a table or global may be all that leads to
    /// one, and what a script has put on it is to be there when it is met again.
    functions: GcRefCell<Vec<Gc<ExportedFunction>>>,
    /// The memories that the instance's code uses: they hold the address space.
    memories: GcRefCell<Vec<Gc<MemoryInner>>>,
    /// The tags that the instance's code throws and catches.
    tags: GcRefCell<Vec<Gc<TagInner>>>,
    /// Tables of functions that the instance's code writes to and others use.
    function_tables: GcRefCell<Vec<Gc<TableInner>>>,
    /// How the instance takes part in exceptions.
    #[unsafe_ignore_trace]
    pub(crate) linkage: Linkage,
}

impl Cell {
    pub(crate) fn new(id: u64, counts: &Rc<CellCounts>) -> Gc<Self> {
        Gc::new(Self {
            id,
            share: Share {
                counts: Rc::clone(counts),
                value_places: StdCell::new(0),
            },
            callables: GcRefCell::new(Vec::new()),
            values: GcRefCell::new(Vec::new()),
            slots: RefCell::default(),
            tables: RefCell::default(),
            globals: RefCell::default(),
            edges: GcRefCell::new(Vec::new()),
            linked: RefCell::default(),
            held: GcRefCell::new(Vec::new()),
            holding: RefCell::default(),
            functions: GcRefCell::new(Vec::new()),
            memories: GcRefCell::new(Vec::new()),
            tags: GcRefCell::new(Vec::new()),
            function_tables: GcRefCell::new(Vec::new()),
            linkage: Linkage::default(),
        })
    }

    /// The number by which the agent finds it.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// Keeps what `other` keeps, as long as this cell is alive.
    pub(crate) fn link(&self, other: &Gc<Self>) {
        if other.id != self.id && self.linked.borrow_mut().insert(other.id) {
            self.edges.borrow_mut().push(other.clone());
        }
    }

    /// Keeps what `other` keeps, until [`hold_only`](Self::hold_only) says otherwise: this one may have
    /// been handed references to functions of it.
    pub(crate) fn hold(&self, other: &Gc<Self>) {
        if other.id != self.id
            && !self.linked.borrow().contains(&other.id)
            && self.holding.borrow_mut().insert(other.id)
        {
            self.held.borrow_mut().push(other.clone());
            let fresh = &self.share.counts.fresh_edges;
            fresh.set(fresh.get() + 1);
        }
    }

    /// Holds the cells of `others`, and lets go of all that it has held so far.
    pub(crate) fn hold_only(&self, others: Vec<Gc<Self>>) {
        let linked = self.linked.borrow();
        let mut holding = self.holding.borrow_mut();
        holding.clear();
        let others = others.into_iter().filter(|other| {
            other.id != self.id && !linked.contains(&other.id) && holding.insert(other.id)
        });
        *self.held.borrow_mut() = others.collect();
    }

    /// Keeps the value in the `externref` slot `slot`.
    pub(crate) fn keep_value(&self, slot: u32, value: &Gc<HostValue>) {
        if self.slots.borrow_mut().insert(slot) {
            self.values.borrow_mut().push((slot, value.clone()));
        }
    }

    /// Keeps a memory that the instance defines or imports.
    pub(crate) fn keep_memory(&self, memory: &Gc<MemoryInner>) {
        self.memories.borrow_mut().push(memory.clone());
    }

    /// Keeps a tag that the instance defines or imports.
    pub(crate) fn keep_tag(&self, tag: &Gc<TagInner>) {
        self.tags.borrow_mut().push(tag.clone());
    }

    /// Whether functions of the instance may return with an exception pending.
    pub(crate) fn is_aware(&self) -> bool {
        self.linkage.is_aware()
    }

    /// Keeps a table of functions that the instance imports.
    pub(crate) fn keep_function_table(&self, table: &Gc<TableInner>) {
        self.function_tables.borrow_mut().push(table.clone());
    }

    /// The tables of functions that the instance imports.
    pub(crate) fn function_tables(&self) -> Vec<Gc<TableInner>> {
        self.function_tables.borrow().clone()
    }

    /// The slots of the values that it keeps.
    pub(crate) fn kept_slots(&self) -> Vec<u32> {
        self.slots.borrow().iter().copied().collect()
    }

    /// Keeps these values, and lets go of all others.
    pub(crate) fn keep_only(&self, values: Vec<(u32, Gc<HostValue>)>) {
        *self.slots.borrow_mut() = values.iter().map(|(slot, _)| *slot).collect();
        *self.values.borrow_mut() = values;
    }

    /// Notes a table whose elements this cell keeps alive; `values` says whether they are `externref`s.
    pub(crate) fn add_table(&self, table: wasmi::Table, values: bool) {
        self.tables.borrow_mut().push(table);
        self.count_place(values);
    }

    /// Notes a global whose value this cell keeps alive; `value` says whether it is an `externref`.
    pub(crate) fn add_global(&self, global: wasmi::Global, value: bool) {
        self.globals.borrow_mut().push(global);
        self.count_place(value);
    }

    fn count_place(&self, holds_values: bool) {
        if holds_values {
            let Share {
                counts,
                value_places,
            } = &self.share;
            value_places.set(value_places.get() + 1);
            counts.value_places.set(counts.value_places.get() + 1);
        }
    }

    /// Tells of every reference in the cell's tables and globals; returns the number of places looked at.
    pub(crate) fn each_reference(
        &self,
        store: &StoreContextMut<'_, StoreData>,
        mut each: impl FnMut(Reference),
    ) -> usize {
        let mut places = 0;
        for table in self.tables.borrow().iter() {
            let size = table.size(store);
            places += usize::try_from(size).unwrap_or(usize::MAX);
            for index in 0..size {
                match table.get(store, index) {
                    Some(Ref::Extern(Nullable::Val(reference))) => {
                        each(Reference::Extern(reference))
                    }
                    Some(Ref::Func(Nullable::Val(func))) => each(Reference::Func(func)),
                    _ => {}
                }
            }
        }
        for global in self.globals.borrow().iter() {
            places += 1;
            match global.get(store) {
                Val::ExternRef(Nullable::Val(reference)) => each(Reference::Extern(reference)),
                Val::FuncRef(Nullable::Val(func)) => each(Reference::Func(func)),
                _ => {}
            }
        }
        places
    }

    /// Keeps the object of one of the instance's functions.
    pub(crate) fn keep_function(&self, function: &Gc<ExportedFunction>) {
        self.functions.borrow_mut().push(function.clone());
    }

    /// Keeps a callable that the instance imports.
    pub(crate) fn keep_callable(&self, callable: &Gc<Callable>) {
        self.callables.borrow_mut().push(callable.clone());
    }
}
