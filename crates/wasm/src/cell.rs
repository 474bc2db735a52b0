//! What keeps what alive.
//!
//! wasmi's store never frees anything and the garbage collector does not see into it, so no
//! JavaScript object is ever kept there. Each instance (and each table or global made by a script)
//! has a *cell* instead, which the collector traces: the import callables that its host functions
//! call, the JavaScript values that it was handed as `externref`, and edges to the cells of what
//! it was linked to or handed references of. The JavaScript wrappers hold the cell; a host function
//! in the store holds only numbers and finds the cell through a weak pointer.

use std::{cell::RefCell, collections::HashSet};

use boa_engine::{JsObject, JsValue};
use boa_gc::{Finalize, Gc, GcRefCell, Trace};

use wasmi::{ExternRef, Nullable, Ref, StoreContextMut, Val};

use crate::{
    exported_function::ExportedFunction, externref::HostValues, limiter::StoreData,
    memory::MemoryInner, table::TableInner, tag::TagInner, trampoline::Linkage,
};

/// A JavaScript value that WebAssembly code may hold a reference to.
#[derive(Debug, Trace, Finalize)]
pub(crate) struct HostValue {
    pub(crate) value: JsValue,
}

/// A JavaScript function that an instance imports.
#[derive(Debug, Trace, Finalize)]
pub(crate) struct Callable(pub(crate) JsObject);

/// The traced part of an instance, or of a table or global that a script made.
#[derive(Trace, Finalize)]
pub(crate) struct Cell {
    #[unsafe_ignore_trace]
    id: u64,
    /// The callables that host functions of this instance call.
    callables: GcRefCell<Vec<Gc<Callable>>>,
    /// Values handed over as `externref`, with their slots.
    values: GcRefCell<Vec<(u32, Gc<HostValue>)>>,
    /// The slots of `values`.
    #[unsafe_ignore_trace]
    slots: RefCell<HashSet<u32>>,
    /// Tables of `externref`s that the instance defines, or the one that a script made.
    #[unsafe_ignore_trace]
    tables: RefCell<Vec<wasmi::Table>>,
    /// Globals of type `externref`, likewise.
    #[unsafe_ignore_trace]
    globals: RefCell<Vec<wasmi::Global>>,
    /// Cells of what this one may reach through functions, tables and globals.
    edges: GcRefCell<Vec<Gc<Cell>>>,
    /// The ids of `edges`.
    #[unsafe_ignore_trace]
    linked: RefCell<HashSet<u64>>,
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
    pub(crate) fn new(id: u64) -> Gc<Self> {
        Gc::new(Self {
            id,
            callables: GcRefCell::new(Vec::new()),
            values: GcRefCell::new(Vec::new()),
            slots: RefCell::default(),
            tables: RefCell::default(),
            globals: RefCell::default(),
            edges: GcRefCell::new(Vec::new()),
            linked: RefCell::default(),
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

    /// Lets go of the values in slots that are not in `used`.
    pub(crate) fn retain_values(&self, used: &HashSet<u32>) {
        self.values
            .borrow_mut()
            .retain(|(slot, _)| used.contains(slot));
        self.slots.borrow_mut().retain(|slot| used.contains(slot));
    }

    /// Notes a table of `externref`s whose elements this cell keeps alive.
    pub(crate) fn add_table(&self, table: wasmi::Table) {
        self.tables.borrow_mut().push(table);
    }

    /// Notes a global of type `externref` whose value this cell keeps alive.
    pub(crate) fn add_global(&self, global: wasmi::Global) {
        self.globals.borrow_mut().push(global);
    }

    /// The slots that the cell's tables and globals have references to, added to `used`; returns
    /// the number of places looked at.
    pub(crate) fn mark_slots(
        &self,
        host_values: &HostValues,
        store: &StoreContextMut<'_, StoreData>,
        used: &mut HashSet<u32>,
    ) -> usize {
        let mut places = 0;
        let mut mark = |reference: &ExternRef| {
            used.extend(host_values.slot(reference, store));
        };
        for table in self.tables.borrow().iter() {
            let size = table.size(store);
            places += size as usize;
            for index in 0..size {
                if let Some(Ref::Extern(Nullable::Val(reference))) = table.get(store, index) {
                    mark(&reference);
                }
            }
        }
        for global in self.globals.borrow().iter() {
            places += 1;
            if let Val::ExternRef(Nullable::Val(reference)) = global.get(store) {
                mark(&reference);
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
