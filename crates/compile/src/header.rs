//! The sections before the code: validated as wholes, and described.

use std::sync::Arc;

use bytes::Bytes;
use wasmparser::{
    BinaryReader, ConstExpr, CustomSectionReader, ElementItems, ElementKind, ElementSectionReader,
    ExportSectionReader, ExternalKind, FromReader, FunctionSectionReader, GlobalSectionReader,
    ImportSectionReader, MemorySectionReader, SectionLimited, TableInit, TableSectionReader,
    TagSectionReader, TypeRef, TypeSectionReader, Validator, WasmFeatures,
};

use crate::framing::SectionId;
use crate::info::{CustomSection, ExportInfo, ImportInfo, ModuleInfo, count};
use crate::lowering::constant::{self, Constants};
use crate::lowering::erase::{self, Filled};
use crate::lowering::internal_references::{CodedSegment, Helpers};
use crate::resolve::{Definition, Resolver};
use crate::types::{ExternType, FuncType, HeapType, MemoryType, TableType};
use crate::{Builtins, CompileError, Limits};

/// The sections before the code, as they were, for the lowering.
#[derive(Debug, Default)]
pub(crate) struct RawSections {
    pub(crate) types: Vec<u8>,
    pub(crate) imports: Vec<u8>,
    pub(crate) functions: Vec<u8>,
    pub(crate) tables: Vec<u8>,
    pub(crate) tags: Vec<u8>,
    pub(crate) globals: Vec<u8>,
    pub(crate) elements: Vec<u8>,
}

/// What the sections before the code come to.
pub(crate) struct Header {
    validator: Validator,
    features: WasmFeatures,
    pub(crate) limits: Limits,
    builtins: Builtins,
    resolver: Resolver,
    pub(crate) info: ModuleInfo,
    pub(crate) raw: RawSections,
    pub(crate) data_count: Option<u32>,
    /// Whether an active element segment writes to an imported table.
    pub(crate) writes_foreign_table: bool,
    /// Whether a table is filled when it is made.
    pub(crate) fills_tables: bool,
    /// Whether a constant expression makes a reference to an internal value.
    pub(crate) uses_helpers: bool,
    /// Whether there are function types that may look the same to the engine, and are not: what is
    /// called indirectly is looked at before.
    pub(crate) checks_types: bool,
    /// The passive element segments whose elements only code can make.
    pub(crate) coded_segments: Vec<CodedSegment>,
    /// How many elements these have.
    coded_elements: u32,
    /// The constant expressions of globals.
    constants: Option<Constants>,
    /// What a function has to initialise, once the types are erased.
    pub(crate) filled: Filled,
    /// Whether there are tags, or references to exceptions.
    pub(crate) has_exceptions: bool,
    /// Whether the function section's bodies are still to come.
    pub(crate) bodies_expected: bool,
}

impl Header {
    pub(crate) fn new(
        features: WasmFeatures,
        limits: Limits,
        builtins: Builtins,
    ) -> Result<Self, CompileError> {
        builtins.check_names()?;
        let mut validator = Validator::new_with_features(features);
        validator.version(1, wasmparser::Encoding::Module, &(0..8))?;
        Ok(Self {
            validator,
            features,
            limits,
            builtins,
            resolver: Resolver::default(),
            info: ModuleInfo::default(),
            raw: RawSections::default(),
            data_count: None,
            writes_foreign_table: false,
            fills_tables: false,
            uses_helpers: false,
            checks_types: false,
            coded_segments: Vec::new(),
            coded_elements: 0,
            constants: None,
            filled: Filled::default(),
            has_exceptions: false,
            bodies_expected: false,
        })
    }

    /// Takes a whole section whose contents start at `offset`.
    pub(crate) fn section(
        &mut self,
        id: SectionId,
        bytes: Vec<u8>,
        offset: usize,
    ) -> Result<(), CompileError> {
        match id {
            SectionId::Custom => self.custom(bytes, offset),
            SectionId::Type => self.types(bytes, offset),
            SectionId::Import => self.imports(bytes, offset),
            SectionId::Function => self.functions(bytes, offset),
            SectionId::Table => self.tables(bytes, offset),
            SectionId::Memory => self.memories(&bytes, offset),
            SectionId::Tag => self.tags(bytes, offset),
            SectionId::Global => self.globals(bytes, offset),
            SectionId::Export => self.exports(&bytes, offset),
            SectionId::Start => self.start(&bytes, offset),
            SectionId::Element => self.elements(bytes, offset),
            SectionId::DataCount => self.data_count(&bytes, offset),
            // These never get here: they are taken in parts.
            SectionId::Code | SectionId::Data => Ok(()),
        }
    }

    fn reader<'a, T: FromReader<'a>>(
        &self,
        bytes: &'a [u8],
        offset: usize,
    ) -> Result<SectionLimited<'a, T>, CompileError> {
        let reader = BinaryReader::new_features(bytes, offset, self.features);
        Ok(SectionLimited::new(reader)?)
    }

    fn custom(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let bytes = Bytes::from(bytes);
        let section = CustomSectionReader::new(BinaryReader::new(&bytes, offset))?;
        let name = section.name().to_owned();
        let data = bytes.slice(section.data_offset() - offset..);
        self.info.custom_sections.push(CustomSection { name, data });
        Ok(())
    }

    fn types(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: TypeSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.type_section(&section)?;
        self.info.types.reserve(section.count() as usize);
        for group in section.into_iter_with_offsets() {
            let (offset, group) = group?;
            let unsupported = || {
                let what = "only function types can be defined";
                CompileError::unsupported("garbage collection", what, offset)
            };
            let definitions = (group.into_types())
                .map(|ty| Definition::new(ty).ok_or_else(unsupported))
                .collect::<Result<Vec<_>, _>>()?;
            self.checks_types |=
                definitions.len() > 1 || definitions.iter().any(Definition::is_of_hierarchy);
            let first = self.info.types.len();
            self.resolver.group(&definitions, &mut self.info.types);
            for ty in &self.info.types[first..] {
                let mut values = ty.params.iter().chain(&ty.results);
                self.has_exceptions |= values.any(|ty| ty.is_exception());
            }
        }
        self.raw.types = bytes;
        Ok(())
    }

    fn imports(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: ImportSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.import_section(&section)?;
        self.info.imports.reserve(section.count() as usize);
        for import in section.into_iter_with_offsets() {
            let (offset, import) = import?;
            let ty = match import.ty {
                TypeRef::Func(ty) => {
                    self.info.functions.push(ty);
                    self.info.imported_functions += 1;
                    ExternType::Func(self.function_type(ty, offset)?)
                }
                TypeRef::Table(ty) => {
                    let ty = self.table(ty);
                    self.info.imported_tables += 1;
                    ExternType::Table(ty)
                }
                TypeRef::Memory(ty) => {
                    let ty = self.memory(ty, offset)?;
                    self.info.imported_memories += 1;
                    ExternType::Memory(ty)
                }
                TypeRef::Global(ty) => {
                    let ty = self.resolver.global_type(ty, &self.info.types);
                    self.has_exceptions |= ty.content.is_exception();
                    self.info.globals.push(ty);
                    self.info.imported_globals += 1;
                    ExternType::Global(ty)
                }
                TypeRef::Tag(ty) => {
                    let ty = ty.func_type_idx;
                    self.has_exceptions = true;
                    self.info.tags.push(ty);
                    self.info.imported_tags += 1;
                    ExternType::Tag(self.function_type(ty, offset)?)
                }
            };
            let mut info = ImportInfo {
                module: import.module.to_owned(),
                name: import.name.to_owned(),
                ty,
                provided: None,
            };
            info.provided = self.builtins.provide(&info, offset)?;
            self.info.imports.push(info);
        }
        self.raw.imports = bytes;
        Ok(())
    }

    fn functions(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: FunctionSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.function_section(&section)?;
        self.bodies_expected = section.count() > 0;
        for ty in section {
            self.info.functions.push(ty?);
        }
        self.raw.functions = bytes;
        Ok(())
    }

    fn tables(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: TableSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.table_section(&section)?;
        for table in section {
            let table = table?;
            self.table(table.ty);
            if let TableInit::Expr(expression) = &table.init {
                self.constant_expression(expression)?;
                self.fills_tables = true;
                self.uses_helpers |= constant::makes_reference(expression)?;
            }
        }
        self.raw.tables = bytes;
        Ok(())
    }

    fn table(&mut self, ty: wasmparser::TableType) -> TableType {
        let ty = self.resolver.table_type(ty, &self.info.types);
        self.has_exceptions |= ty.element.is_exception();
        self.info.tables.push(ty);
        ty
    }

    fn memories(&mut self, bytes: &[u8], offset: usize) -> Result<(), CompileError> {
        let section: MemorySectionReader<'_> = self.reader(bytes, offset)?;
        self.validator.memory_section(&section)?;
        for ty in section.into_iter_with_offsets() {
            let (offset, ty) = ty?;
            self.memory(ty, offset)?;
        }
        Ok(())
    }

    fn memory(
        &mut self,
        ty: wasmparser::MemoryType,
        offset: usize,
    ) -> Result<MemoryType, CompileError> {
        let ty = MemoryType::from(ty);
        if ty.shared {
            return Err(CompileError::unsupported(
                "threads",
                "memories cannot be shared",
                offset,
            ));
        }
        // The validator checks 32-bit memories; it lets 64-bit ones grow to what 64 bits address.
        let largest = self.limits.memory64_size >> ty.page_size_log2;
        if ty.memory64 && ty.minimum.max(ty.maximum.unwrap_or(0)) > largest {
            return Err(CompileError::limit(
                format!("the size of a 64-bit memory must be at most {largest} pages"),
                offset,
            ));
        }
        self.info.memories.push(ty);
        Ok(ty)
    }

    fn tags(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: TagSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.tag_section(&section)?;
        self.has_exceptions |= section.count() > 0;
        for tag in section {
            self.info.tags.push(tag?.func_type_idx);
        }
        self.raw.tags = bytes;
        Ok(())
    }

    fn globals(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: GlobalSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.global_section(&section)?;
        for global in section {
            let global = global?;
            self.constant_expression(&global.init_expr)?;
            let ty = self.resolver.global_type(global.ty, &self.info.types);
            self.has_exceptions |= ty.content.is_exception();
            if self.features.gc() {
                let value = self.constants().lower(&global.init_expr)?;
                self.uses_helpers |= value.needs_code;
                if !ty.mutable {
                    let index = count(self.info.globals.len());
                    self.constants().define(index, value);
                }
            }
            self.info.globals.push(ty);
        }
        self.raw.globals = bytes;
        Ok(())
    }

    fn exports(&mut self, bytes: &[u8], offset: usize) -> Result<(), CompileError> {
        let section: ExportSectionReader<'_> = self.reader(bytes, offset)?;
        self.validator.export_section(&section)?;
        self.info.exports.reserve(section.count() as usize);
        for export in section.into_iter_with_offsets() {
            let (offset, export) = export?;
            let index = export.index as usize;
            let ty = match export.kind {
                ExternalKind::Func => self
                    .info
                    .function_type(export.index)
                    .map(|ty| ExternType::Func(Arc::clone(ty))),
                ExternalKind::Table => self.info.tables.get(index).copied().map(ExternType::Table),
                ExternalKind::Memory => self
                    .info
                    .memories
                    .get(index)
                    .copied()
                    .map(ExternType::Memory),
                ExternalKind::Global => self
                    .info
                    .globals
                    .get(index)
                    .copied()
                    .map(ExternType::Global),
                ExternalKind::Tag => self
                    .info
                    .tag_type(export.index)
                    .map(|ty| ExternType::Tag(Arc::clone(ty))),
            };
            let Some(ty) = ty else {
                return Err(CompileError::invalid(
                    format!("unknown export {}", export.index),
                    offset,
                ));
            };
            self.info.exports.push(ExportInfo {
                name: export.name.to_owned(),
                ty,
                index: export.index,
            });
        }
        Ok(())
    }

    fn start(&mut self, bytes: &[u8], offset: usize) -> Result<(), CompileError> {
        let function = self.single_number(SectionId::Start, bytes, offset)?;
        self.validator
            .start_section(function, &(offset..offset + bytes.len()))?;
        self.info.start = Some(function);
        Ok(())
    }

    fn elements(&mut self, bytes: Vec<u8>, offset: usize) -> Result<(), CompileError> {
        let section: ElementSectionReader<'_> = self.reader(&bytes, offset)?;
        self.validator.element_section(&section)?;
        for (index, element) in (0..).zip(section) {
            let element = element?;
            let is_passive = matches!(element.kind, ElementKind::Passive);
            if let ElementKind::Active {
                table_index,
                offset_expr,
            } = element.kind
            {
                self.constant_expression(&offset_expr)?;
                self.writes_foreign_table |= table_index.unwrap_or(0) < self.info.imported_tables;
            }
            if let ElementItems::Expressions(ty, expressions) = element.items {
                self.has_exceptions |= crate::RefType::from(ty).is_exception();
                // Functions are no internal values, nor can they become any.
                let heap = crate::RefType::from(ty).heap;
                let of_functions =
                    matches!(heap, HeapType::Func | HeapType::NoFunc | HeapType::Other);
                let mut needs_code = false;
                let elements = expressions.count();
                for expression in expressions {
                    let expression = expression?;
                    self.constant_expression(&expression)?;
                    if !of_functions {
                        needs_code |= self.constants().lower(&expression)?.needs_code;
                    }
                }
                self.uses_helpers |= needs_code;
                if needs_code && is_passive {
                    let base = self.coded_elements;
                    self.coded_segments.push(CodedSegment { index, base });
                    // Each takes more than a byte of the module.
                    self.coded_elements = base.saturating_add(elements);
                }
            }
        }
        self.raw.elements = bytes;
        Ok(())
    }

    /// What functions need to know to use internal values.
    pub(crate) fn helpers(&self) -> Helpers {
        Helpers {
            types: count(self.info.types.len()),
            // After the one by which functions are called by reference.
            table: count(self.info.tables.len()) + 1,
        }
    }

    /// The constant expressions of globals. The types, tables and imports are known by now.
    fn constants(&mut self) -> &mut Constants {
        let (helpers, imported) = (self.helpers(), self.info.imported_globals);
        self.constants
            .get_or_insert_with(|| Constants::new(imported, helpers))
    }

    /// The instructions that stand for an immutable global that the module defines.
    pub(crate) fn global_value(&self, global: u32) -> Option<&[u8]> {
        let value = self.constants.as_ref()?.global(global)?;
        Some(&value.code)
    }

    fn constant_expression(&self, expression: &ConstExpr<'_>) -> Result<(), CompileError> {
        let reader = expression.get_binary_reader();
        self.limits
            .check_constant_expression(reader.bytes_remaining(), reader.original_position())
    }

    fn data_count(&mut self, bytes: &[u8], offset: usize) -> Result<(), CompileError> {
        let segments = self.single_number(SectionId::DataCount, bytes, offset)?;
        self.check_data_segments(segments, offset)?;
        self.validator
            .data_count_section(segments, &(offset..offset + bytes.len()))?;
        self.data_count = Some(segments);
        Ok(())
    }

    fn single_number(
        &self,
        id: SectionId,
        bytes: &[u8],
        offset: usize,
    ) -> Result<u32, CompileError> {
        let mut reader = BinaryReader::new_features(bytes, offset, self.features);
        let number = reader.read_var_u32()?;
        if reader.eof() {
            return Ok(number);
        }
        Err(CompileError::invalid(
            format!("unexpected content in the {} section", id.name()),
            reader.original_position(),
        ))
    }

    /// Checks the number of data segments, declared at `offset` ahead of or in their section.
    pub(crate) fn check_data_segments(
        &self,
        segments: u32,
        offset: usize,
    ) -> Result<(), CompileError> {
        if segments > self.limits.data_segments {
            return Err(CompileError::limit(
                format!(
                    "the number of data segments must be at most {}",
                    self.limits.data_segments
                ),
                offset,
            ));
        }
        match self.data_count {
            Some(declared) if declared != segments => Err(CompileError::invalid(
                "data count and data section have inconsistent lengths",
                offset,
            )),
            _ => Ok(()),
        }
    }

    /// Checks the number of function bodies, at `offset` in the code section.
    pub(crate) fn code_start(&mut self, bodies: u32, offset: usize) -> Result<(), CompileError> {
        self.bodies_expected = false;
        Ok(self
            .validator
            .code_section_start(bodies, &(offset..offset))?)
    }

    /// What validates the function bodies. Call it once, after [`code_start`](Self::code_start).
    pub(crate) fn resources(
        &mut self,
        offset: usize,
    ) -> Result<wasmparser::ValidatorResources, CompileError> {
        let body = wasmparser::FunctionBody::new(BinaryReader::new(&[], offset));
        Ok(self.validator.code_section_entry(&body)?.resources)
    }

    /// Checks that nothing is missing, `offset` being the end of the module.
    pub(crate) fn end(&self, data_seen: bool, offset: usize) -> Result<(), CompileError> {
        if self.bodies_expected {
            return Err(CompileError::invalid(
                "function and code section have inconsistent lengths",
                offset,
            ));
        }
        if !data_seen {
            return self.check_data_segments(0, offset);
        }
        Ok(())
    }

    /// Replaces the types in the sections by those that the engine knows.
    pub(crate) fn erase(&mut self) -> Result<(), CompileError> {
        let imported = (self.info.imported_tables, self.info.imported_globals);
        let features = self.features;
        self.constants();
        let Some(constants) = &mut self.constants else {
            return Ok(());
        };
        self.filled = erase::sections(&mut self.raw, imported, constants, features)?;
        Ok(())
    }

    fn function_type(&self, ty: u32, offset: usize) -> Result<Arc<FuncType>, CompileError> {
        match self.info.types.get(ty as usize) {
            Some(ty) => Ok(Arc::clone(ty)),
            None => Err(CompileError::invalid(format!("unknown type {ty}"), offset)),
        }
    }
}
