//! What a module says about itself.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use wasmparser::{BinaryReader, Name, NameSectionReader};

use crate::builtins::Provided;
use crate::types::{ExternKind, ExternType, FuncType, GlobalType, MemoryType, TableType};

/// An [import](https://webassembly.github.io/spec/core/syntax/modules.html#imports).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportInfo {
    /// The name of the module to import from.
    pub module: String,
    /// The name of the thing to import.
    pub name: String,
    /// The type it must match.
    pub ty: ExternType,
    /// What it is, if it is [provided](crate::Builtins) and not imported at all.
    pub provided: Option<Provided>,
}

impl ImportInfo {
    /// What kind of thing is imported.
    pub fn kind(&self) -> ExternKind {
        self.ty.kind()
    }
}

/// An [export](https://webassembly.github.io/spec/core/syntax/modules.html#exports).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportInfo {
    /// The name it is exported by.
    pub name: String,
    /// Its type.
    pub ty: ExternType,
    /// Its index among the module's things of its kind, imported ones first.
    pub index: u32,
}

impl ExportInfo {
    /// What kind of thing is exported.
    pub fn kind(&self) -> ExternKind {
        self.ty.kind()
    }
}

/// A [custom section](https://webassembly.github.io/spec/core/binary/modules.html#custom-section).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomSection {
    /// Its name.
    pub name: String,
    /// Its contents, without the name.
    pub data: Bytes,
}

/// What a module says about itself: what it imports, exports and defines.
///
/// This describes the module as its author wrote it and never what it is lowered to.
#[derive(Default)]
#[non_exhaustive]
pub struct ModuleInfo {
    /// The imports, in the order of their declaration.
    pub imports: Vec<ImportInfo>,
    /// The exports, in the order of their declaration.
    pub exports: Vec<ExportInfo>,
    /// The custom sections, in their order.
    pub custom_sections: Vec<CustomSection>,
    /// The types of the type section.
    pub types: Vec<Arc<FuncType>>,
    /// The indices in [`types`](Self::types) of the types of all functions, imported ones first.
    pub functions: Vec<u32>,
    /// The types of all tables, imported ones first.
    pub tables: Vec<TableType>,
    /// The types of all memories, imported ones first.
    pub memories: Vec<MemoryType>,
    /// The types of all globals, imported ones first.
    pub globals: Vec<GlobalType>,
    /// The indices in [`types`](Self::types) of the types of all tags, imported ones first.
    pub tags: Vec<u32>,
    /// How many of the functions are imported.
    pub imported_functions: u32,
    /// How many of the tables are imported.
    pub imported_tables: u32,
    /// How many of the memories are imported.
    pub imported_memories: u32,
    /// How many of the globals are imported.
    pub imported_globals: u32,
    /// How many of the tags are imported.
    pub imported_tags: u32,
    /// The index of the start function.
    pub start: Option<u32>,
    function_names: OnceLock<BTreeMap<u32, String>>,
}

impl ModuleInfo {
    /// How many functions the module defines itself.
    pub fn defined_functions(&self) -> u32 {
        count(self.functions.len()) - self.imported_functions
    }

    /// The type of the function with this index.
    pub fn function_type(&self, index: u32) -> Option<&Arc<FuncType>> {
        let ty = *self.functions.get(index as usize)?;
        self.types.get(ty as usize)
    }

    /// The type of the tag with this index.
    pub fn tag_type(&self, index: u32) -> Option<&Arc<FuncType>> {
        let ty = *self.tags.get(index as usize)?;
        self.types.get(ty as usize)
    }

    /// The custom sections with this name, in their order.
    pub fn custom_sections<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Bytes> + 'a {
        self.custom_sections
            .iter()
            .filter(move |section| section.name == name)
            .map(|section| &section.data)
    }

    /// The name which the [name section][names] gives to the function with this index.
    ///
    /// The section is read at the first call. What is malformed in it counts as absent, as it does
    /// not make a module invalid.
    ///
    /// [names]: https://webassembly.github.io/spec/core/appendix/custom.html#name-section
    pub fn function_name(&self, index: u32) -> Option<&str> {
        self.function_names
            .get_or_init(|| self.read_function_names())
            .get(&index)
            .map(String::as_str)
    }

    /// The name which the [name section][names] gives to the module itself.
    ///
    /// [names]: https://webassembly.github.io/spec/core/appendix/custom.html#name-section
    pub fn module_name(&self) -> Option<&str> {
        // It comes first.
        let data = self.custom_sections("name").next()?;
        match NameSectionReader::new(BinaryReader::new(data, 0))
            .next()?
            .ok()?
        {
            Name::Module { name, .. } => Some(name),
            _ => None,
        }
    }

    fn read_function_names(&self) -> BTreeMap<u32, String> {
        let mut names = BTreeMap::new();
        for data in self.custom_sections("name") {
            let subsections = NameSectionReader::new(BinaryReader::new(data, 0));
            for subsection in subsections.map_while(Result::ok) {
                if let Name::Function(functions) = subsection {
                    for naming in functions.into_iter().map_while(Result::ok) {
                        names.insert(naming.index, naming.name.to_owned());
                    }
                }
            }
        }
        names
    }
}

impl fmt::Debug for ModuleInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleInfo")
            .field("imports", &self.imports)
            .field("exports", &self.exports)
            .field("functions", &self.functions.len())
            .field("tables", &self.tables)
            .field("memories", &self.memories)
            .field("globals", &self.globals.len())
            .field("tags", &self.tags.len())
            .field("start", &self.start)
            .finish_non_exhaustive()
    }
}

/// The length of an index space as an index; the limits keep it far below 2^32.
pub(crate) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
