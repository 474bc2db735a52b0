//! The sections of the lowered module.

use bytes::Bytes;
use wasm_encoder::reencode::Reencode;
use wasm_encoder::{
    DataCountSection, ElementSection, EntityType, ExportKind, ExportSection, FunctionSection,
    GlobalSection, GlobalType, ImportSection, Module, TableSection, TypeSection, ValType,
};
use wasmparser::{Parser, Payload, TypeRef, WasmFeatures};

use super::erase::{Erase, encoded, failed};
use super::layout::Layout;
use super::work::{self, Body};
use super::{AWARE_EXPORT, ExceptionImport, HELPERS};
use crate::framing::SectionId;
use crate::info::count;
use crate::{CompileError, Parallelism, encode, leb};

/// A lowered module.
pub(super) struct Lowered {
    pub(super) bytes: Vec<u8>,
    pub(super) layout: Layout,
}

/// The sections before the code that the module has, or gets.
#[derive(Default)]
struct Sections {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    tables: TableSection,
    globals: GlobalSection,
    exports: ExportSection,
    elements: ElementSection,
    data_count: Option<u32>,
}

/// Writes the module anew.
pub(super) fn write(
    module: &Bytes,
    layout: Layout,
    features: [WasmFeatures; 2],
    parallelism: Parallelism,
) -> Result<Lowered, CompileError> {
    let mut sections = Sections::default();
    let mut bodies = Vec::new();
    let mut data = None;
    let mut functions = layout.functions.iter();
    let mut erase = Erase(&layout);
    let mut parser = Parser::new(0);
    parser.set_features(features[0]);
    for payload in parser.parse_all(module) {
        match payload? {
            Payload::TypeSection(section) => erase
                .parse_type_section(&mut sections.types, section)
                .map_err(failed)?,
            Payload::ImportSection(section) => {
                for import in section {
                    let import = import?;
                    // Functions and globals are added after all of their kind.
                    if !matches!(import.ty, TypeRef::Tag(_)) {
                        erase
                            .parse_import(&mut sections.imports, import)
                            .map_err(failed)?;
                    }
                }
            }
            Payload::FunctionSection(section) => erase
                .parse_function_section(&mut sections.functions, section)
                .map_err(failed)?,
            Payload::TableSection(section) => erase
                .parse_table_section(&mut sections.tables, section)
                .map_err(failed)?,
            Payload::GlobalSection(section) => erase
                .parse_global_section(&mut sections.globals, section)
                .map_err(failed)?,
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind != wasmparser::ExternalKind::Tag {
                        erase.parse_export(&mut sections.exports, export);
                    }
                }
            }
            Payload::ElementSection(section) => erase
                .parse_element_section(&mut sections.elements, section)
                .map_err(failed)?,
            Payload::DataCountSection { count, .. } => sections.data_count = Some(count),
            Payload::DataSection(section) => data = Some(section.range()),
            Payload::CodeSectionEntry(body) => {
                let Some(&ty) = functions.next() else {
                    return Err(CompileError::internal("a function without a type"));
                };
                bodies.push(Body {
                    ty,
                    range: body.range(),
                });
            }
            // Memories are imported by now, the start function is exported, and nobody looks at
            // custom sections.
            _ => {}
        }
    }
    sections.add_hidden(&layout);

    let mut bytes = sections.finish();
    let (layout, code) = work::rewrite_all(module, layout, &bytes, bodies, features, parallelism)?;
    if !code.is_empty() {
        let size: usize = code.iter().map(|batch| batch.bytes.len()).sum();
        let bodies: u32 = code.iter().map(|batch| batch.bodies).sum();
        let mut number = Vec::new();
        leb::write(&mut number, bodies);
        bytes.push(SectionId::Code.byte());
        leb::write(&mut bytes, count(number.len() + size));
        bytes.extend_from_slice(&number);
        for batch in &code {
            bytes.extend_from_slice(&batch.bytes);
        }
    }
    if let Some(range) = data {
        encode::section(&mut bytes, SectionId::Data, &module[range]);
    }
    Ok(Lowered { bytes, layout })
}

impl Sections {
    /// Adds what the module gets, in the order of the layout.
    fn add_hidden(&mut self, layout: &Layout) {
        let first_type = count(layout.types.len());
        for (number, helper) in (0..).zip(HELPERS) {
            let (params, results): (&[ValType], &[ValType]) = match helper {
                ExceptionImport::Reference => (&[], &[ValType::EXTERNREF]),
                ExceptionImport::Throw => (&[ValType::EXTERNREF], &[]),
                _ => (&[], &[]),
            };
            self.types
                .ty()
                .function(params.iter().copied(), results.iter().copied());
            self.import(EntityType::Function(first_type + number));
        }
        for &import in &layout.hidden_globals {
            let (val_type, mutable) = match import {
                ExceptionImport::Exception => (ValType::EXTERNREF, true),
                ExceptionImport::Payload { ty, .. } => (encoded(ty), true),
                ExceptionImport::Tag(_) => (ValType::I32, false),
                _ => (ValType::I32, true),
            };
            self.import(EntityType::Global(GlobalType {
                val_type,
                mutable,
                shared: false,
            }));
        }
        self.exports
            .export(AWARE_EXPORT, ExportKind::Global, layout.pending());
    }

    /// The names do not matter: imports are handed to the engine by position.
    fn import(&mut self, ty: EntityType) {
        self.imports.import("taipan", "exceptions", ty);
    }

    fn finish(self) -> Vec<u8> {
        let mut module = Module::new();
        module.section(&self.types).section(&self.imports);
        if !self.functions.is_empty() {
            module.section(&self.functions);
        }
        if !self.tables.is_empty() {
            module.section(&self.tables);
        }
        if !self.globals.is_empty() {
            module.section(&self.globals);
        }
        module.section(&self.exports);
        if !self.elements.is_empty() {
            module.section(&self.elements);
        }
        if let Some(count) = self.data_count {
            module.section(&DataCountSection { count });
        }
        module.finish()
    }
}
