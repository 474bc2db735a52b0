//! What is known of a module.

use serde_json::{Value, json};
use taipan_compile::{
    CompileOptions, CompiledModule, ExternType, GlobalType, LoweredImport, MemoryType, TableType,
};
use wasmparser::{Parser, Payload};

use super::features;

/// A section of a module.
pub(super) struct Section {
    pub(super) name: &'static str,
    /// The name of a custom section.
    pub(super) custom: Option<String>,
    /// Where its contents begin.
    pub(super) offset: usize,
    pub(super) size: usize,
    /// How many entries it has, if it is a list.
    pub(super) entries: Option<u32>,
}

/// What is known of a module.
pub(super) struct Inspection {
    pub(super) size: usize,
    pub(super) sections: Vec<Section>,
    pub(super) features: Vec<&'static str>,
    /// What is wrong with it, if anything is.
    pub(super) error: Option<String>,
    /// What it is compiled to, if it can be.
    pub(super) compiled: Option<CompiledModule>,
}

impl Inspection {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let compiled = taipan_compile::compile(bytes, &CompileOptions::default());
        let (compiled, error) = match compiled {
            Ok(compiled) => (Some(compiled), None),
            Err(error) => (None, Some(error.to_string())),
        };
        Self {
            size: bytes.len(),
            sections: sections(bytes),
            features: features::used_by(bytes),
            error,
            compiled,
        }
    }

    /// What is changed before the engine gets the module.
    pub(super) fn lowerings(&self) -> Vec<String> {
        let Some(compiled) = &self.compiled else {
            return Vec::new();
        };
        let lowering = compiled.lowering();
        let mut lowerings = Vec::new();
        for import in &lowering.imports {
            if let LoweredImport::DefinedMemory { memory_index, .. } = import {
                lowerings.push(format!(
                    "memory {memory_index} is allocated outside of the engine and imported"
                ));
            }
        }
        if lowering.start.is_some() {
            lowerings.push("the start function is called when the instance exists".to_owned());
        }
        if lowering.init.is_some() {
            lowerings.push(
                "active segments are written by a function when the instance exists: \
                 they write to an imported table"
                    .to_owned(),
            );
        }
        for (what, many, references) in [
            ("table", "tables", &lowering.ref_tables),
            ("global", "globals", &lowering.ref_globals),
        ] {
            let indices: Vec<_> = references
                .iter()
                .map(|(index, _)| index.to_string())
                .collect();
            if !indices.is_empty() {
                let what = if indices.len() == 1 { what } else { many };
                let indices = indices.join(", ");
                lowerings.push(format!(
                    "{what} {indices} can be seen by the garbage collector"
                ));
            }
        }
        lowerings
    }

    /// All of it for programs.
    pub(super) fn to_json(&self) -> Value {
        let sections: Vec<Value> = self
            .sections
            .iter()
            .map(|section| {
                let mut value = json!({
                    "section": section.name,
                    "offset": section.offset,
                    "size": section.size,
                });
                if let Some(name) = &section.custom {
                    value["name"] = json!(name);
                }
                if let Some(entries) = section.entries {
                    value["entries"] = json!(entries);
                }
                value
            })
            .collect();
        let mut value = json!({
            "size": self.size,
            "valid": self.error.is_none(),
            "error": self.error,
            "features": self.features,
            "sections": sections,
        });
        if let Some(compiled) = &self.compiled {
            let info = compiled.info();
            let imports = info.imports.iter().map(|import| {
                json!({
                    "module": import.module,
                    "name": import.name,
                    "kind": import.kind().as_str(),
                    "type": describe(&import.ty),
                })
            });
            let exports = info.exports.iter().map(|export| {
                json!({
                    "name": export.name,
                    "kind": export.kind().as_str(),
                    "index": export.index,
                    "type": describe(&export.ty),
                })
            });
            value["name"] = json!(info.module_name());
            value["imports"] = imports.collect();
            value["exports"] = exports.collect();
            value["functions"] = json!({
                "imported": info.imported_functions,
                "defined": info.defined_functions(),
                "named": self.named_functions(),
            });
            value["tables"] = info.tables.iter().map(|ty| json!(table(ty))).collect();
            value["memories"] = info.memories.iter().map(|ty| json!(memory(ty))).collect();
            value["globals"] = info.globals.iter().map(|ty| json!(global(ty))).collect();
            value["start"] = json!(info.start);
            value["lowerings"] = json!(self.lowerings());
        }
        value
    }

    /// How many functions the name section has names for.
    pub(super) fn named_functions(&self) -> usize {
        let Some(compiled) = &self.compiled else {
            return 0;
        };
        let info = compiled.info();
        let count = u32::try_from(info.functions.len()).unwrap_or(u32::MAX);
        (0..count)
            .filter(|&index| info.function_name(index).is_some())
            .count()
    }
}

/// The sections as far as they can be read.
fn sections(bytes: &[u8]) -> Vec<Section> {
    let mut sections = Vec::new();
    for payload in Parser::new(0).parse_all(bytes).map_while(Result::ok) {
        let (name, range, entries) = match &payload {
            Payload::TypeSection(reader) => ("type", reader.range(), Some(reader.count())),
            Payload::ImportSection(reader) => ("import", reader.range(), Some(reader.count())),
            Payload::FunctionSection(reader) => ("function", reader.range(), Some(reader.count())),
            Payload::TableSection(reader) => ("table", reader.range(), Some(reader.count())),
            Payload::MemorySection(reader) => ("memory", reader.range(), Some(reader.count())),
            Payload::TagSection(reader) => ("tag", reader.range(), Some(reader.count())),
            Payload::GlobalSection(reader) => ("global", reader.range(), Some(reader.count())),
            Payload::ExportSection(reader) => ("export", reader.range(), Some(reader.count())),
            Payload::StartSection { range, .. } => ("start", range.clone(), None),
            Payload::ElementSection(reader) => ("element", reader.range(), Some(reader.count())),
            Payload::DataCountSection { range, .. } => ("data count", range.clone(), None),
            Payload::CodeSectionStart { count, range, .. } => ("code", range.clone(), Some(*count)),
            Payload::DataSection(reader) => ("data", reader.range(), Some(reader.count())),
            Payload::CustomSection(reader) => ("custom", reader.range(), None),
            Payload::UnknownSection { range, .. } => ("unknown", range.clone(), None),
            _ => continue,
        };
        let custom = match &payload {
            Payload::CustomSection(reader) => Some(reader.name().to_owned()),
            _ => None,
        };
        sections.push(Section {
            name,
            custom,
            offset: range.start,
            size: range.len(),
            entries,
        });
    }
    sections
}

/// A type as people write it.
pub(super) fn describe(ty: &ExternType) -> String {
    match ty {
        ExternType::Func(ty) => ty.to_string(),
        ExternType::Table(ty) => table(ty),
        ExternType::Memory(ty) => memory(ty),
        ExternType::Global(ty) => global(ty),
        other => format!("{:?}", other.kind()),
    }
}

fn limits(minimum: u64, maximum: Option<u64>) -> String {
    match maximum {
        Some(maximum) => format!("{minimum} {maximum}"),
        None => minimum.to_string(),
    }
}

pub(super) fn table(ty: &TableType) -> String {
    let index = if ty.table64 { "i64 " } else { "" };
    let limits = limits(ty.minimum, ty.maximum);
    format!("(table {index}{limits} {})", ty.element)
}

pub(super) fn memory(ty: &MemoryType) -> String {
    let index = if ty.memory64 { "i64 " } else { "" };
    let shared = if ty.shared { " shared" } else { "" };
    let page = match ty.page_size_log2 {
        16 => String::new(),
        log2 => format!(" (pagesize {})", 1_u64 << log2),
    };
    format!(
        "(memory {index}{}{shared}{page})",
        limits(ty.minimum, ty.maximum)
    )
}

pub(super) fn global(ty: &GlobalType) -> String {
    match ty.mutable {
        true => format!("(global (mut {}))", ty.content),
        false => format!("(global {})", ty.content),
    }
}
