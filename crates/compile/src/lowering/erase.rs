//! Types that the engine does not know, replaced by those that it does.
//!
//! References to functions of a certain type become references to functions, and references that
//! are never null become ones that may be. This is sound because nothing relies on what gets lost:
//! wherever a function is called by reference, its type is compared again.

use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    ElementSection, Encode, GlobalSection, ImportSection, Section, TableSection, TypeSection,
};
use wasmparser::{
    AbstractHeapType, BinaryReader, ConstExpr, FromReader, HeapType, Operator, RefType,
    SectionLimited, TableInit, WasmFeatures,
};

use crate::CompileError;
use crate::header::RawSections;

/// A reference type of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Erased {
    Func,
    Extern,
    /// What is lowered after this, by the lowering of exceptions.
    Exception,
}

impl Erased {
    pub(crate) fn val_type(self) -> wasm_encoder::ValType {
        wasm_encoder::ValType::Ref(self.ref_type())
    }

    fn ref_type(self) -> wasm_encoder::RefType {
        match self {
            Self::Func => wasm_encoder::RefType::FUNCREF,
            Self::Extern => wasm_encoder::RefType::EXTERNREF,
            Self::Exception => wasm_encoder::RefType::EXNREF,
        }
    }
}

/// The engine's type for references to `heap`; `None` if it has none.
///
/// Every type that a module defines is one of functions: others are refused.
pub(crate) fn erase(heap: HeapType) -> Option<Erased> {
    match heap {
        HeapType::Concrete(_) => Some(Erased::Func),
        HeapType::Abstract { shared: false, ty } => match ty {
            AbstractHeapType::Func | AbstractHeapType::NoFunc => Some(Erased::Func),
            AbstractHeapType::Extern | AbstractHeapType::NoExtern => Some(Erased::Extern),
            AbstractHeapType::Exn | AbstractHeapType::NoExn => Some(Erased::Exception),
            _ => None,
        },
        HeapType::Abstract { .. } => None,
    }
}

/// Writes types and instructions with the engine's types.
pub(crate) struct Eraser;

/// A type that has no counterpart: the validator was given a feature that cannot be lowered.
#[derive(Debug)]
pub(crate) struct NoSuchType;

impl Reencode for Eraser {
    type Error = NoSuchType;

    fn heap_type(
        &mut self,
        heap: HeapType,
    ) -> Result<wasm_encoder::HeapType, reencode::Error<NoSuchType>> {
        let erased = erase(heap).ok_or(reencode::Error::UserError(NoSuchType))?;
        Ok(erased.ref_type().heap_type)
    }

    fn ref_type(
        &mut self,
        ty: RefType,
    ) -> Result<wasm_encoder::RefType, reencode::Error<NoSuchType>> {
        Ok(wasm_encoder::RefType {
            nullable: true,
            heap_type: self.heap_type(ty.heap_type())?,
        })
    }
}

impl Eraser {
    /// A local's type.
    pub(crate) fn local(
        &mut self,
        ty: wasmparser::ValType,
    ) -> Result<wasm_encoder::ValType, CompileError> {
        self.val_type(ty).map_err(failed)
    }

    /// Writes an instruction whose immediates are types.
    pub(crate) fn instruction(
        &mut self,
        operator: Operator<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), CompileError> {
        Reencode::instruction(self, operator)
            .map_err(failed)?
            .encode(out);
        Ok(())
    }
}

fn failed<E: std::fmt::Debug>(error: reencode::Error<E>) -> CompileError {
    match error {
        reencode::Error::ParseError(error) => error.into(),
        error => CompileError::internal(format!("a type cannot be erased: {error:?}")),
    }
}

/// What a table is filled with when it is made, by the function that initialises tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilledTable {
    pub(crate) table: u32,
    /// Whether its indices are 64 bits wide.
    pub(crate) table64: bool,
    /// The number of elements.
    pub(crate) size: u64,
    /// The instructions that make the element, without the final `end`.
    pub(crate) element: Vec<u8>,
    /// The functions which these refer to.
    pub(crate) functions: Vec<u32>,
}

/// Erases the types in the sections before the code.
///
/// Tables lose what they are filled with, which is returned; `imported` is the number of tables
/// that come before the first defined one.
pub(crate) fn sections(
    raw: &mut RawSections,
    imported: u32,
    features: WasmFeatures,
) -> Result<Vec<FilledTable>, CompileError> {
    if let Some(section) = reader(&raw.types, features)? {
        let mut types = TypeSection::new();
        Eraser
            .parse_type_section(&mut types, section)
            .map_err(failed)?;
        raw.types = contents(&types)?;
    }
    if let Some(section) = reader(&raw.imports, features)? {
        let mut imports = ImportSection::new();
        Eraser
            .parse_import_section(&mut imports, section)
            .map_err(failed)?;
        raw.imports = contents(&imports)?;
    }
    let mut filled = Vec::new();
    if let Some(section) = reader::<wasmparser::Table<'_>>(&raw.tables, features)? {
        let mut tables = TableSection::new();
        for (table, definition) in (imported..).zip(section) {
            let definition = definition?;
            tables.table(Eraser.table_type(definition.ty).map_err(failed)?);
            if let TableInit::Expr(expression) = definition.init {
                filled.push(fill(table, &definition.ty, &expression)?);
            }
        }
        raw.tables = contents(&tables)?;
    }
    if let Some(section) = reader(&raw.globals, features)? {
        let mut globals = GlobalSection::new();
        Eraser
            .parse_global_section(&mut globals, section)
            .map_err(failed)?;
        raw.globals = contents(&globals)?;
    }
    if let Some(section) = reader(&raw.elements, features)? {
        let mut elements = ElementSection::new();
        Eraser
            .parse_element_section(&mut elements, section)
            .map_err(failed)?;
        raw.elements = contents(&elements)?;
    }
    Ok(filled)
}

/// The section with these contents, if there is one.
fn reader<'a, T: FromReader<'a>>(
    contents: &'a [u8],
    features: WasmFeatures,
) -> Result<Option<SectionLimited<'a, T>>, CompileError> {
    if contents.is_empty() {
        return Ok(None);
    }
    let reader = BinaryReader::new_features(contents, 0, features);
    Ok(Some(SectionLimited::new(reader)?))
}

/// The contents of a section, without their size.
fn contents(section: &impl Section) -> Result<Vec<u8>, CompileError> {
    let mut bytes = Vec::new();
    section.encode(&mut bytes);
    let mut reader = BinaryReader::new(&bytes, 0);
    reader.read_var_u32()?;
    let start = reader.current_position();
    bytes.drain(..start);
    Ok(bytes)
}

fn fill(
    table: u32,
    ty: &wasmparser::TableType,
    expression: &ConstExpr<'_>,
) -> Result<FilledTable, CompileError> {
    let mut element = Vec::new();
    let mut functions = Vec::new();
    let mut operators = expression.get_operators_reader();
    while !operators.is_end_then_eof() {
        let operator = operators.read()?;
        if let Operator::RefFunc { function_index } = operator {
            functions.push(function_index);
        }
        Eraser.instruction(operator, &mut element)?;
    }
    Ok(FilledTable {
        table,
        table64: ty.table64,
        size: ty.initial,
        element,
        functions,
    })
}
