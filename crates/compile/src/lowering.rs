//! What a module is changed into before the engine gets it.
//!
//! - Every memory that the module defines becomes an import, as only memories which the embedder
//!   creates stay where they are when the engine moves its own.
//! - The start function becomes an export, to be called when the instance exists.
//! - Exports are named by position, so that hidden exports cannot collide with them.
//! - Tables and globals that hold references are exported, for whoever has to find the references.
//! - A module whose active element segments write to an imported table gets its active segments
//!   made passive, and a function which does the same in the same order. The engine would leave
//!   functions of an instance that failed to come into being in the foreign table.
//! - Types that the engine does not know are [erased](erase), and function bodies that use
//!   instructions which it does not have are [rewritten](rewrite).
//! - Exceptions are lowered to branches, see [`exceptions`].
//! - Custom sections are left out.
//!
//! As imported things come first in every index space, defined memories that become the last
//! imported ones keep their indices, and so does everything else.

mod atomics;
pub(crate) mod constant;
pub(crate) mod erase;
mod function_references;
pub(crate) mod internal_references;
pub(crate) mod rewrite;

pub mod exceptions;

use std::collections::HashMap;

use crate::header::Header;
use crate::info::{ModuleInfo, count};
use crate::types::{ExternKind, MemoryType};
use exceptions::ExceptionImport;
pub use internal_references::Helper;

/// How to make an instance of a lowered module look like one of the module itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lowering {
    /// What to pass to [`wasmi::Instance::new`], in the order it wants: all functions, then all
    /// tables, memories and globals.
    pub imports: Vec<LoweredImport>,
    /// The hidden export to call, without arguments, once the instance exists: the start function.
    pub start: Option<String>,
    /// The hidden export to call, without arguments, once the instance exists, where the engine
    /// cannot be trusted with the segments: it initialises tables and memories and then calls the
    /// start function, so [`start`](Self::start) is absent.
    pub init: Option<String>,
    /// The indices of the tables which the module defines, all of which hold references, and the
    /// exports they are found by.
    pub ref_tables: Vec<(u32, String)>,
    /// The indices of the globals of reference types which the module defines, and the exports
    /// they are found by.
    pub ref_globals: Vec<(u32, String)>,
    /// The index of the first function which the module defines, and the export it is found by.
    pub function_base: Option<(u32, String)>,
    /// The index of a table that comes after those of the module, and the hidden export it is found
    /// by. Before [`start`](Self::start) or [`init`](Self::init) is called, it has to be filled
    /// with the functions of [`Helper::ALL`].
    pub helpers: Option<(u32, String)>,
    /// The index of another such table, which holds references to host values, and the hidden export
    /// it is found by: the elements of passive segments that only code can make.
    pub segments: Option<(u32, String)>,
    /// Whether functions of the module may return with an exception pending, see [`exceptions`].
    pub exceptions: bool,
}

/// One of the imports of a lowered module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoweredImport {
    /// What the module imports itself: the index in [`ModuleInfo::imports`].
    Declared(usize),
    /// A memory which the module defines.
    DefinedMemory {
        /// Its index in the module.
        memory_index: u32,
        /// Its type.
        ty: MemoryType,
    },
    /// What exceptions need.
    Exception(ExceptionImport),
}

impl Lowering {
    /// The name which the lowered module exports [`ModuleInfo::exports`]`[index]` by.
    pub fn export_name(&self, index: usize) -> String {
        index.to_string()
    }

    /// The lowering of a module whose header is complete.
    pub(crate) fn new(header: &Header) -> Self {
        let info = &header.info;
        let hidden = HiddenExports::new(info);
        let start = info.start.map(|index| hidden.name(ExternKind::Func, index));
        let init = header.writes_foreign_table || header.fills_tables || header.uses_helpers;
        Self {
            imports: imports(info),
            start: if init { None } else { start },
            init: init.then(|| INIT.to_owned()),
            ref_tables: (info.imported_tables..count(info.tables.len()))
                .map(|index| (index, hidden.name(ExternKind::Table, index)))
                .collect(),
            ref_globals: (info.imported_globals..count(info.globals.len()))
                .filter(|&index| info.globals[index as usize].content.is_ref())
                .map(|index| (index, hidden.name(ExternKind::Global, index)))
                .collect(),
            function_base: (info.defined_functions() > 0).then(|| {
                let index = info.imported_functions;
                (index, hidden.name(ExternKind::Func, index))
            }),
            helpers: None,
            segments: None,
            exceptions: false,
        }
    }

    /// Has code call [`Helper`]s.
    pub(crate) fn with_helpers(mut self, header: &Header) -> Self {
        let helpers = header.helpers();
        let named = |index| (index, hidden_name(ExternKind::Table, index));
        self.helpers = Some(named(helpers.table));
        self.segments = (!header.filled.segments.is_empty()).then(|| named(helpers.segments()));
        self
    }

    /// The exports to add to those that the module has, `init` being the index of the function
    /// behind [`init`](Self::init).
    pub(crate) fn hidden_exports(
        &self,
        info: &ModuleInfo,
        init: u32,
    ) -> Vec<(&str, ExternKind, u32)> {
        let start = self.start.as_deref().zip(info.start);
        let base = (self.function_base.as_ref()).map(|(index, name)| (name.as_str(), *index));
        let functions = start
            .into_iter()
            // The start function may well be the first one.
            .chain(base.filter(|base| Some(base.0) != self.start.as_deref()))
            .chain(self.init.as_deref().map(|name| (name, init)))
            .map(|(name, index)| (name, ExternKind::Func, index));
        let tables = (self.ref_tables.iter())
            .map(|(index, name)| (name.as_str(), ExternKind::Table, *index));
        let tables = tables.chain(
            (self.helpers.iter())
                .chain(&self.segments)
                .map(|(index, name)| (name.as_str(), ExternKind::Table, *index)),
        );
        let globals = (self.ref_globals.iter())
            .map(|(index, name)| (name.as_str(), ExternKind::Global, *index));
        functions
            .chain(tables)
            .chain(globals)
            .filter(|(name, ..)| name.starts_with(|first: char| first.is_ascii_alphabetic()))
            .collect()
    }
}

/// The hidden export of the function that does what the engine cannot be trusted with.
const INIT: &str = "i";

/// Names for hidden exports.
///
/// They start with a letter, and the names of others are numbers. What is exported anyway is found
/// by that export: a module may have as many exports as the limits allow.
struct HiddenExports {
    positions: HashMap<(ExternKind, u32), usize>,
}

impl HiddenExports {
    fn new(info: &ModuleInfo) -> Self {
        let wanted = |kind, index| match kind {
            ExternKind::Func => Some(index) == info.start || index == info.imported_functions,
            ExternKind::Table => index >= info.imported_tables,
            ExternKind::Memory => false,
            ExternKind::Global => index >= info.imported_globals,
            ExternKind::Tag => false,
        };
        let positions = (info.exports.iter().enumerate())
            .map(|(position, export)| ((export.kind(), export.index), position))
            .filter(|&((kind, index), _)| wanted(kind, index))
            .collect();
        Self { positions }
    }

    fn name(&self, kind: ExternKind, index: u32) -> String {
        match self.positions.get(&(kind, index)) {
            Some(position) => position.to_string(),
            None => hidden_name(kind, index),
        }
    }
}

fn hidden_name(kind: ExternKind, index: u32) -> String {
    let letter = match kind {
        ExternKind::Func => 'f',
        ExternKind::Table => 't',
        ExternKind::Memory => 'm',
        ExternKind::Global => 'g',
        ExternKind::Tag => 'x',
    };
    format!("{letter}{index}")
}

fn imports(info: &ModuleInfo) -> Vec<LoweredImport> {
    let declared = |kind| {
        (info.imports.iter().enumerate())
            .filter(move |(_, import)| import.kind() == kind)
            .map(|(index, _)| LoweredImport::Declared(index))
    };
    declared(ExternKind::Func)
        .chain(declared(ExternKind::Table))
        .chain(declared(ExternKind::Memory))
        .chain(
            defined_memories(info)
                .map(|(memory_index, &ty)| LoweredImport::DefinedMemory { memory_index, ty }),
        )
        .chain(declared(ExternKind::Global))
        .collect()
}

pub(crate) fn defined_memories(info: &ModuleInfo) -> impl Iterator<Item = (u32, &MemoryType)> {
    (0..)
        .zip(&info.memories)
        .skip(info.imported_memories as usize)
}
